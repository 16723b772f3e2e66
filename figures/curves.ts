/**
 * y against x for several series, in one panel or several side by side: ours as filled markers on a line, published
 * values as hollow markers of the same colour, uncertainty as a band.   NaN is a gap.
 * Throws `InputError` for columns of unequal length, infinite values, and values that a logarithmic axis cannot hold.
 */
import { InputError } from '../engine/errors.ts'
import {
  type Axis,
  type AxisSpec,
  axis,
  type Box,
  heading,
  type LegendEntry,
  niceDomain,
  xAxis,
  xAxisHeight,
  yAxis,
  yAxisWidth,
} from './axes.ts'
import { bandPath, checkColumns, extent, linePath, type Numbers, roomy } from './lines.ts'
import { type Content, type FigureOptions, page, pageMargin } from './page.ts'
import { strokePath } from './rates.ts'
import { emptyText } from './stack.ts'
import { element } from './svg.ts'
import { seriesStyle, type Theme } from './theme.ts'

export interface CurveSeries {
  name: string
  x: Numbers
  y: Numbers
  /** Lower and upper bound at every x. */
  band?: { low: Numbers; high: Numbers }
  published?: { x: Numbers; y: Numbers }
}

export interface CurveAxis {
  /** With unit. */
  label: string
  log?: boolean
  /** Values the axis must at least reach, such as [0, 100]. */
  include?: readonly number[]
}

export interface CurvePanel {
  title?: string
  y: CurveAxis
  series: readonly CurveSeries[]
  /** Dashed lines to compare with, such as a slope. */
  guides?: readonly { name: string; x: Numbers; y: Numbers }[]
}

export interface CurvesData {
  x: CurveAxis
  /** What the hollow markers are; `published` unless said. */
  published?: string
  /** Side by side. A series has the same colour in all panels that it has the same name in. */
  panels: readonly CurvePanel[]
}

export interface CurvesOptions extends FigureOptions {
  /** px of a panel, 340 unless said. */
  height?: number
}

export function curvesFigure(data: CurvesData, options: CurvesOptions): string {
  if (data.panels.length === 0) throw new InputError('found no panel of curves; at least one is needed')
  for (const panel of data.panels) for (const series of panel.series) checkSeries(series)
  return page(options, (top, width, theme) => drawPanels(data, top, width, options.height ?? 340, theme))
}

function checkSeries({ name, x, y, band, published }: CurveSeries): void {
  checkColumns(name, x, y, false)
  if (band) {
    checkColumns(`${name}, lower bound`, x, band.low, false)
    checkColumns(`${name}, upper bound`, x, band.high, false)
  }
  if (published) checkColumns(`${name}, published`, published.x, published.y, false)
}

const between = 26

function drawPanels(data: CurvesData, top: number, width: number, height: number, theme: Theme): Content {
  const names = [...new Set(data.panels.flatMap(panel => panel.series.map(series => series.name)))]
  const style = (name: string) => seriesStyle(theme, names.indexOf(name))
  const common = heading(
    pageMargin,
    top,
    width - 2 * pageMargin,
    { legend: legendOf(data, names, style, theme) },
    theme,
  )
  const n = data.panels.length
  const room = (width - 2 * pageMargin - (n - 1) * between - 8) / n
  let svg = common.svg
  let bottom = top
  data.panels.forEach((panel, i) => {
    const xs = panelColumns(panel, false)
    const spec = yAxisOf(panel)
    const gutter = Math.max(40, yAxisWidth(axis(spec, height, 0), height))
    const box: Box = { x: pageMargin + i * (room + between) + gutter, y: 0, width: room - gutter, height }
    const head = heading(box.x, top + common.height, box.width, { title: panel.title }, theme)
    box.y = top + common.height + head.height + 4
    const x = axis(xAxisOf(data.x, xs), box.x, box.x + box.width)
    const y = axis(spec, box.y + height, box.y)
    svg += head.svg + drawPanel(panel, x, y, style, theme) + yAxis(box, y, gutter, theme) + xAxis(box, x, true, theme)
    if (!extent(xs)) svg += emptyText(box, 'no data', theme)
    bottom = Math.max(bottom, box.y + height + xAxisHeight)
  })
  return { svg, bottom }
}

/** All x and y that have to lie within the axes. */
function panelColumns(panel: CurvePanel, guides: boolean): { x: Numbers; y: Numbers }[] {
  const columns: { x: Numbers; y: Numbers }[] = []
  for (const series of panel.series) {
    columns.push(series)
    if (series.band) columns.push({ x: series.x, y: series.band.low }, { x: series.x, y: series.band.high })
    if (series.published) columns.push(series.published)
  }
  return guides ? [...columns, ...(panel.guides ?? [])] : columns
}

function yAxisOf(panel: CurvePanel): AxisSpec {
  const include = panel.y.include ?? []
  const range = extent([...panelColumns(panel, true), { x: [], y: include }])
  if (panel.y.log) return logAxis(panel.y, range)
  const { low, high, margin } = withMargin(range)
  // No room is added beyond a stated end, and none below zero for values that are never negative.
  const bottom = include.includes(low) ? low : low >= 0 ? Math.max(0, low - margin) : low - margin
  return { label: panel.y.label, domain: niceDomain([bottom, include.includes(high) ? high : high + margin]) }
}

function xAxisOf(x: CurveAxis, columns: readonly { x: Numbers; y: Numbers }[]): AxisSpec {
  const range = extent([...columns.map(c => ({ x: c.x, y: c.x })), { x: [], y: x.include ?? [] }])
  if (x.log) return logAxis(x, range)
  const { low, high, margin } = withMargin(range)
  return { label: x.label, domain: [low - margin, high + margin] }
}

/** A little longer than the data, so that no marker sits on the frame. */
function withMargin(range: [number, number] | undefined): { low: number; high: number; margin: number } {
  const [low, high] = roomy(range, false)
  return { low, high, margin: (high - low) * 0.04 }
}

function logAxis({ label }: CurveAxis, range: [number, number] | undefined): AxisSpec {
  if (range && !(range[0] > 0)) {
    throw new InputError(`found ${range[0]} on the logarithmic axis "${label}"; numbers above zero are accepted`)
  }
  const [low, high] = range ?? [1, 10]
  const margin = low === high ? 2 : (high / low) ** 0.06
  return { label, log: true, domain: [low / margin, high * margin] }
}

type StyleOf = (name: string) => { colour: string; dash: string | undefined }

function drawPanel(panel: CurvePanel, x: Axis, y: Axis, style: StyleOf, theme: Theme): string {
  let svg = ''
  for (const { name, x: xs, band } of panel.series) {
    const d = band ? bandPath(xs, band.low, band.high, x, y) : ''
    if (d) svg += element('path', { class: 'band', d, fill: style(name).colour, 'fill-opacity': 0.16 })
  }
  for (const guide of panel.guides ?? []) {
    svg += strokePath(linePath(guide.x, guide.y, x, y), { colour: theme.muted, dash: guideDash, width: 1.3 })
  }
  for (const { name, x: xs, y: ys } of panel.series) svg += strokePath(linePath(xs, ys, x, y), style(name))
  for (const { name, published, ...ours } of panel.series) {
    svg += markers(ours, x, y, {
      class: 'point',
      r: 3.4,
      fill: style(name).colour,
      stroke: theme.background,
      'stroke-width': 0.8,
    })
    const hollow = { class: 'published', r: 4.8, fill: 'none', stroke: style(name).colour, 'stroke-width': 1.7 }
    if (published) svg += markers(published, x, y, hollow)
  }
  return svg
}

const guideDash = '6 4'

function markers(
  at: { x: Numbers; y: Numbers },
  x: Axis,
  y: Axis,
  attributes: Record<string, string | number>,
): string {
  let svg = ''
  for (let i = 0; i < at.x.length; i++) {
    if (!Number.isNaN(at.y[i])) svg += element('circle', { ...attributes, cx: x.at(at.x[i]), cy: y.at(at.y[i]) })
  }
  return svg
}

function legendOf(data: CurvesData, names: readonly string[], style: StyleOf, theme: Theme): LegendEntry[] {
  const entries: LegendEntry[] = names.map(name => ({ name, mark: 'line', ...style(name) }))
  const guides = new Set(data.panels.flatMap(panel => (panel.guides ?? []).map(guide => guide.name)))
  for (const name of guides) entries.push({ name, mark: 'line', colour: theme.muted, dash: guideDash })
  if (data.panels.some(panel => panel.series.some(series => series.published))) {
    entries.push(
      { name: 'ours', mark: 'dot', colour: theme.muted },
      { name: data.published ?? 'published', mark: 'hollow', colour: theme.muted },
    )
  }
  return entries
}
