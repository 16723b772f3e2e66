/**
 * How much each connection has changed against a number of its own, such as the difference of spike times it was given:
 * a point a connection; a formula or a curve as a line, published values as hollow markers. Several projections, with the same
 * numbers, each have a colour of their own and a line through their points.
 *   pair-based STDP:  y = A_plus exp(-x / tau_plus) for x > 0,  y = -A_minus exp(x / tau_minus) for x < 0
 * Throws `InputError` for columns of unequal length and numbers that are not finite.
 */
import { InputError } from '../engine/errors.ts'
import { type Axis, type Box, type LegendEntry, niceDomain } from './axes.ts'
import { dotsPath } from './dots.ts'
import { checkColumns, extent, linePath, type Numbers, roomy } from './lines.ts'
import type { FigureOptions } from './page.ts'
import { strokePath } from './rates.ts'
import { sideBySide } from './side-by-side.ts'
import { element, px } from './svg.ts'
import { seriesStyle, type Theme } from './theme.ts'

export interface WindowFormula {
  A_plus: number
  A_minus: number
  /** In the unit of x. */
  tau_plus: number
  tau_minus: number
}

export interface WindowData {
  x: { label: string; values: Numbers }
  y: { label: string; values: Numbers }
  formula?: WindowFormula
  curve?: { name?: string; x: Numbers; y: Numbers }
  /** One a value of x; NaN is no value. */
  published?: { name?: string; y: Numbers }
  /** Several projections, of which y.values and published.y are the first. */
  series?: WindowSeries[]
}

export interface WindowSeries {
  name: string
  values: Numbers
  published?: Numbers
}

export interface WindowOptions extends FigureOptions {
  /** px, 340 unless said. */
  height?: number
}

export function windowFigure(data: WindowData, options: WindowOptions): string {
  const { x, y } = data
  const series = data.series ?? [{ name: 'connection', values: y.values, ...(data.published && { published: data.published.y }) }]
  for (const { values, published } of series) {
    checkColumns('change of weight', x.values, values, false)
    if (published) checkColumns('published', x.values, published, false)
  }
  if (data.curve) checkColumns('curve', data.curve.x, data.curve.y)
  for (const [key, value] of Object.entries(data.formula ?? {})) {
    if (!(Number.isFinite(value) && (value > 0 || key.startsWith('A')))) throw new InputError(`found ${key} = ${value}; a finite number is needed, and a time above zero`)
  }
  const [left, right] = roomy(extent([{ x: [], y: x.values }, { x: [], y: data.curve?.x ?? [] }]), false)
  const margin = (right - left) * 0.04
  const domain: [number, number] = [left - margin, right + margin]
  const formula = data.formula ? formulaLines(data.formula, domain) : []
  const lines = [...formula, ...(data.curve ? [data.curve] : [])]
  const columns = [...series.flatMap(({ values, published }) => [values, ...(published ? [published] : [])]), ...lines.map((l) => l.y)]
  const [low, high] = roomy(extent(columns.map((column) => ({ x: [], y: column }))), true)
  const room = (high - low) * 0.05
  return sideBySide(options, options.height ?? 340, (theme) => {
    const colours = series.map((_, i) => seriesStyle(theme, i).colour)
    const [ofFormula, ofCurve] = [0, 1].map((i) => seriesStyle(theme, series.length + i).colour)
    return {
      panels: [
        {
          legend: legendOf(data, series, colours, ofFormula, ofCurve, theme.ink),
          x: { label: x.label, domain },
          y: { label: y.label, domain: niceDomain([low < 0 ? low - room : low, high > 0 ? high + room : high]) },
          empty: x.values.length === 0 ? 'no connections' : undefined,
          draw: (box, xs, ys) =>
            zeroLines(box, xs, ys, theme) +
            lines.map((l, i) => strokePath(linePath(l.x, l.y, xs, ys), { colour: i < formula.length ? ofFormula : ofCurve, width: 1.6 })).join('') +
            (data.series ? data.series.map(({ values }, i) => strokePath(linePath(x.values, values, xs, ys), { colour: colours[i], width: 1.6 })).join('') : '') +
            series.map(({ values }, i) => dotsPath(pointsOf(x.values, values, xs, ys), { class: 'point', colour: colours[i], diameter: values.length > 500 ? 3 : 5.5 })).join('') +
            series.flatMap(({ published }, i) => pointsOf(x.values, published ?? [], xs, ys).map(([cx, cy]) => hollow(cx, cy, data.series ? colours[i] : theme.ink))).join(''),
        },
      ],
    }
  })
}

/** A branch each side of zero: the window jumps there. */
function formulaLines({ A_plus, A_minus, tau_plus, tau_minus }: WindowFormula, [from, to]: [number, number]) {
  const branch = (start: number, end: number, of: (x: number) => number) => {
    const x = Array.from({ length: 201 }, (_, i) => start + ((end - start) * i) / 200)
    return start < end ? [{ x, y: x.map(of) }] : []
  }
  return [
    ...branch(from, Math.min(0, to), (x) => -A_minus * Math.exp(x / tau_minus)),
    ...branch(Math.max(0, from), to, (x) => A_plus * Math.exp(-x / tau_plus)),
  ]
}

function pointsOf(xs: Numbers, ys: Numbers, x: Axis, y: Axis): [number, number][] {
  return Array.from(ys, (v, k): [number, number] => [x.at(xs[k]), Number.isNaN(v) ? Number.NaN : y.at(v)]).filter(([, at]) => !Number.isNaN(at))
}

function hollow(cx: number, cy: number, stroke: string): string {
  return element('circle', { class: 'published', r: 5, fill: 'none', stroke, 'stroke-width': 1.5, cx, cy })
}

function zeroLines(box: Box, x: Axis, y: Axis, theme: Theme): string {
  const inside = ([low, high]: readonly [number, number]) => low < 0 && high > 0
  const across = inside(y.domain) ? `M${px(box.x)},${px(y.at(0))}h${px(box.width)}` : ''
  const upright = inside(x.domain) ? `M${px(x.at(0))},${px(box.y)}v${px(box.height)}` : ''
  if (across + upright === '') return ''
  return element('path', { class: 'zero', d: across + upright, fill: 'none', stroke: theme.faint, 'stroke-width': 1.2 })
}

function legendOf(data: WindowData, series: readonly WindowSeries[], colours: string[], ofFormula: string, ofCurve: string, ink: string): LegendEntry[] {
  const { formula, curve, published } = data
  const entries: LegendEntry[] = series.map(({ name }, i) => ({ name, mark: 'dot', colour: colours[i] }))
  if (formula) entries.push({ name: 'formula', mark: 'line', colour: ofFormula })
  if (curve) entries.push({ name: curve.name ?? 'curve', mark: 'line', colour: ofCurve })
  if (published || series.some((s) => s.published)) entries.push({ name: published?.name ?? 'published', mark: 'hollow', colour: ink })
  return entries
}
