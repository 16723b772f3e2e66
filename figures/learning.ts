/**
 * Learning curves: a loss over time or epochs for one run or several, what a silent output would score as a horizontal line,
 * published values as hollow markers. Times in ms unless said; NaN is a gap, and so is what a logarithmic axis cannot hold.
 * Throws `InputError` for columns of unequal length and infinite values.
 */
import { InputError } from '../engine/errors.ts'
import { type Axis, type AxisSpec, type Box, type LegendEntry, niceDomain, timeAxis } from './axes.ts'
import { checkColumns, extent, linePath, type Numbers } from './lines.ts'
import type { FigureOptions } from './page.ts'
import { strokePath } from './rates.ts'
import { stack } from './stack.ts'
import { element, px, textLine } from './svg.ts'
import { seriesStyle, type Theme, type } from './theme.ts'

export interface LearningCurve {
  name: string
  /** ms, or epochs; ascending */
  times: Numbers
  values: Numbers
}

export interface LearningData {
  curves: readonly LearningCurve[]
  /** With unit. */
  label: string
  log?: boolean
  /** What is scored by doing nothing. */
  silent?: number
  published?: LearningCurve
  /** Window, in the unit of the times. */
  from: number
  to: number
  /** Instead of time. */
  against?: 'epochs'
}

export interface LearningOptions extends FigureOptions {
  /** px, 300 unless said. */
  height?: number
}

export function learningFigure(data: LearningData, options: LearningOptions): string {
  const { curves, published, silent, log = false, from, to } = data
  const all = published ? [...curves, published] : curves
  for (const { name, times, values } of all) checkColumns(name, times, values)
  if (silent !== undefined && !(Number.isFinite(silent) && silent > 0)) {
    throw new InputError(`found ${silent} for a silent output; a number above zero is needed`)
  }
  const held = all.map((curve) => ({ ...curve, values: log ? Array.from(curve.values, (v) => (v > 0 ? v : Number.NaN)) : curve.values }))
  const [ours, theirs] = [held.slice(0, curves.length), published && held[curves.length]]
  const range = extent(held.map((c) => ({ x: c.times, y: c.values })), [from, to])
  const lost = all.reduce((sum, c, i) => sum + count(c, from, to) - count(held[i], from, to), 0)
  const x: AxisSpec = data.against === 'epochs' ? { label: 'epoch', domain: [from, to] } : timeAxis(from, to)
  return stack(options, x, (theme) => {
    const styles = curves.map((_, i) => seriesStyle(theme, i))
    const publishedColour = curves.length === 1 ? styles[0].colour : theme.muted
    const legend: LegendEntry[] = curves.map(({ name }, i) => ({ name, mark: 'line', ...styles[i] }))
    if (published) legend.push({ name: published.name, mark: 'hollow', colour: publishedColour })
    return {
      panels: [
        {
          facts: curves.length === 1 ? factsOf(ours[0], silent, to) : undefined,
          legend: legend.length > 1 ? legend : [],
          height: options.height ?? 300,
          y: yAxisOf(data.label, log, range, silent),
          empty: range ? undefined : 'no data',
          draw: (box, x, y) =>
            (silent === undefined ? '' : silentLine(box, y, silent, theme)) +
            ours.map(({ times, values }, i) => strokePath(linePath(times, values, x, y), { ...styles[i], width: 1.8 })).join('') +
            (theirs ? hollow(theirs, x, y, publishedColour) : ''),
        },
      ],
      notes: lost > 0 ? [`${lost} value${lost === 1 ? '' : 's'} of zero or less not drawn`] : [],
    }
  })
}

function count({ times, values }: LearningCurve, from: number, to: number): number {
  let n = 0
  for (let i = 0; i < times.length; i++) if (times[i] >= from && times[i] <= to && !Number.isNaN(values[i])) n++
  return n
}

function factsOf({ times, values }: LearningCurve, silent: number | undefined, to: number): string | undefined {
  let last: number | undefined
  for (let i = 0; i < times.length; i++) if (times[i] <= to && !Number.isNaN(values[i])) last = values[i]
  if (last === undefined) return undefined
  const part = silent === undefined ? '' : `, ${Number(((100 * last) / silent).toPrecision(2))} % of a silent output`
  return `at the end ${rounded(last)}${part}`
}

const rounded = (v: number) => Number(v.toPrecision(4))

/** From zero, or on a logarithmic axis around the data; with room for the line of a silent output and its label. */
function yAxisOf(label: string, log: boolean, range: [number, number] | undefined, silent: number | undefined): AxisSpec {
  const [low, high] = range ?? [1, 10]
  const top = Math.max(high, silent ?? high)
  if (log) {
    const bottom = Math.min(low, silent ?? low)
    const margin = top === bottom ? 2 : (top / bottom) ** 0.08
    return { label, log, domain: [bottom / margin, top * margin] }
  }
  return { label, domain: niceDomain([Math.min(0, low), top > 0 ? top * 1.08 : 1]) }
}

function silentLine(box: Box, y: Axis, silent: number, theme: Theme): string {
  const at = y.at(silent)
  const d = `M${px(box.x)},${px(at)}h${px(box.width)}`
  const line = element('path', { class: 'silent', d, fill: 'none', stroke: theme.muted, 'stroke-width': 1.3, 'stroke-dasharray': '6 4' })
  const style = { size: type.tick, fill: theme.muted, anchor: 'end' } as const
  return line + textLine(box.x + box.width - 4, at - 6, `silent output: ${rounded(silent)}`, style)
}

function hollow({ times, values }: LearningCurve, x: Axis, y: Axis, stroke: string): string {
  let svg = ''
  for (let i = 0; i < times.length; i++) {
    if (Number.isNaN(values[i]) || times[i] < x.domain[0] || times[i] > x.domain[1]) continue
    svg += element('circle', { class: 'published', r: 4.6, fill: 'none', stroke, 'stroke-width': 1.7, cx: x.at(times[i]), cy: y.at(values[i]) })
  }
  return svg
}
