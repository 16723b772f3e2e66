/** Axes with ticks and labels, and the line above a panel that holds its title and legend. */
import { scaleLinear, scaleLog } from 'd3-scale'
import { assert, InputError } from '../engine/errors.ts'
import { element, px, textLine, textWidth, wrap } from './svg.ts'
import { type Theme, type } from './theme.ts'

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface AxisSpec {
  /** What, with unit: `membrane potential (mV)`. */
  label: string
  domain: readonly [number, number]
  log?: boolean
  /** Numbers are shown divided by this: a domain in ms, shown in s. */
  divide?: number
  /** About so many ticks. */
  count?: number
}

export interface Tick {
  value: number
  /** Empty for a minor tick. */
  label: string
}

export interface Axis {
  label: string
  domain: readonly [number, number]
  ticks: Tick[]
  /** px of a value. */
  at(value: number): number
}

/** Time in ms; long spans, and short ones late in a run, are shown in seconds. Throws `InputError` unless from < to, both finite. */
export function timeAxis(from: number, to: number): AxisSpec {
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) {
    throw new InputError(`found a time window from ${from} to ${to} ms; from must be before to, both finite`)
  }
  const seconds = to - from >= 5000 || to >= 100_000
  return { label: seconds ? 'time (s)' : 'time (ms)', domain: [from, to], divide: seconds ? 1000 : 1 }
}

/** The axis of `spec` laid from `start` to `end` (px). */
export function axis(spec: AxisSpec, start: number, end: number): Axis {
  const [low, high] = spec.domain
  assert(low < high && (!spec.log || low > 0), `axis ${spec.label} from ${low} to ${high}`)
  const domain: [number, number] = [low, high]
  const range: [number, number] = [start, end]
  const count = spec.count ?? Math.max(3, Math.round(Math.abs(end - start) / (start > end ? 42 : 90)))
  if (spec.log) {
    const scale = scaleLog().domain(domain).range(range)
    return { label: spec.label, domain, at: value => scale(value), ticks: logTicks(scale.ticks(), low, high, count) }
  }
  const scale = scaleLinear().domain(domain).range(range)
  const values = scale.ticks(count)
  const labels = tickLabels(values.map(v => v / (spec.divide ?? 1)))
  return {
    label: spec.label,
    domain,
    at: value => scale(value),
    ticks: values.map((value, i) => ({ value, label: labels[i] })),
  }
}

/** The smallest round interval that holds `domain`, so that an axis ends at a tick. */
export function niceDomain(domain: readonly [number, number], count = 8): [number, number] {
  const [low, high] = scaleLinear().domain(domain).nice(count).domain()
  return [low, high]
}

function logTicks(values: number[], low: number, high: number, count: number): Tick[] {
  const decades = Math.log10(high / low)
  const mantissa = (v: number) => Math.round(v / 10 ** Math.floor(Math.log10(v) + 1e-9))
  const label = (v: number) => (decades < 2 && v >= 0.001 && v < 10_000 ? number(v) : power(v))
  // A decade every `every`, when there are more of them than the axis can hold.
  const every = Math.max(1, Math.ceil(decades / Math.max(2, count)))
  const isMajor = (v: number) => mantissa(v) === 1 && Math.round(Math.log10(v)) % every === 0
  const chosen = [isMajor, (v: number) => [1, 2, 5].includes(mantissa(v)), () => true]
  for (const choose of chosen) {
    if (values.filter(choose).length >= 2)
      return values.map(value => ({ value, label: choose(value) ? label(value) : '' }))
  }
  const linear = scaleLinear().domain([low, high]).ticks(4)
  const labels = tickLabels(linear)
  return linear.map((value, i) => ({ value, label: labels[i] }))
}

/** With as many decimals as the step needs; very large and very small numbers as powers of ten. */
export function tickLabels(values: readonly number[]): string[] {
  const largest = Math.max(0, ...values.map(Math.abs))
  if (largest >= 1e6 || (largest > 0 && largest < 1e-3)) return values.map(power)
  const step = values.length > 1 ? Math.abs(values[1] - values[0]) : largest
  let decimals = 0
  while (
    decimals < 8 &&
    Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6 * step * 10 ** decimals
  ) {
    decimals++
  }
  return values.map(v => minus((Math.abs(v) < step * 1e-9 ? 0 : v).toFixed(decimals)))
}

const minus = (text: string) => text.replace('-', '\u2212')
const number = (v: number) => minus(String(Number(v.toPrecision(12))))

function power(v: number): string {
  if (v === 0) return '0'
  const [mantissa, exponent] = Number(v.toPrecision(4)).toExponential().split('e')
  const ten = `10^{${minus(String(Number(exponent)))}}`
  return mantissa === '1' ? ten : mantissa === '-1' ? `\u2212${ten}` : `${minus(mantissa)}×${ten}`
}

const tickLength = 5

/**
 * Line and ticks below the box; numbers and label only if `labelled` (the lowest of stacked panels). Takes
 * `xAxisHeight` px.
 */
export function xAxis(box: Box, x: Axis, labelled: boolean, theme: Theme): string {
  const bottom = box.y + box.height
  let d = `M${px(box.x)},${px(bottom)}h${px(box.width)}`
  let svg = ''
  for (const tick of x.ticks) {
    d += `M${px(x.at(tick.value))},${px(bottom)}v${px(tick.label ? tickLength : tickLength / 2)}`
    if (labelled && tick.label) {
      const style = { size: type.tick, fill: theme.muted, anchor: 'middle' } as const
      svg += textLine(x.at(tick.value), bottom + tickLength + 3 + type.tick, tick.label, style)
    }
  }
  svg += element('path', { class: 'axis', d, fill: 'none', stroke: theme.axis, 'stroke-width': 1 })
  if (labelled) {
    const style = { size: type.label, fill: theme.ink, anchor: 'middle' } as const
    svg += textLine(box.x + box.width / 2, bottom + xAxisHeight - 4, x.label, style)
  }
  return svg
}
export const xAxisHeight = 44

/**
 * Line, ticks, numbers and upright label at the left of the box; `gutter` is the room they take, the label at its left
 * edge.
 */
export function yAxis(box: Box, y: Axis, gutter: number, theme: Theme): string {
  let d = `M${px(box.x)},${px(box.y)}v${px(box.height)}`
  let svg = ''
  for (const tick of y.ticks) {
    const at = y.at(tick.value)
    d += `M${px(box.x)},${px(at)}h${px(tick.label ? -tickLength : -tickLength / 2)}`
    if (tick.label) {
      const style = { size: type.tick, fill: theme.muted, anchor: 'end' } as const
      svg += textLine(box.x - tickLength - 4, at + type.tick * 0.36, tick.label, style)
    }
  }
  svg += element('path', { class: 'axis', d, fill: 'none', stroke: theme.axis, 'stroke-width': 1 })
  wrap(y.label, type.label, box.height + 16).forEach((line, i) => {
    const style = { size: type.label, fill: theme.ink, anchor: 'middle', rotate: -90 } as const
    svg += textLine(box.x - gutter + type.label + i * (type.label + 3), box.y + box.height / 2, line, style)
  })
  return svg
}

/** Room (px) that `yAxis` needs at the left of a box of that height. */
export function yAxisWidth(y: Axis, height: number): number {
  const numbers = Math.max(0, ...y.ticks.map(tick => textWidth(tick.label, type.tick)))
  return tickLength + 4 + numbers + 8 + wrap(y.label, type.label, height + 16).length * (type.label + 3)
}

export interface LegendEntry {
  name: string
  colour: string
  mark: 'line' | 'tick' | 'dot' | 'hollow' | 'bar'
  dash?: string
}

export interface Heading {
  title?: string
  /** Numbers worth reading next to the picture, after the title. */
  facts?: string
  legend?: readonly LegendEntry[]
}

const rowHeight = 19
const swatches = { line: 26, bar: 26, tick: 6, dot: 10, hollow: 10 } as const

/** Title and facts at the left, legend at the right if there is room beside them, else in rows of its own. */
export function heading(
  x: number,
  y: number,
  width: number,
  content: Heading,
  theme: Theme,
): { svg: string; height: number } {
  const titleWidth = content.title ? textWidth(content.title, type.panel, true) + 16 : 0
  const beside = titleWidth + (content.facts ? textWidth(content.facts, type.panel) : 0) <= width
  let svg = ''
  let row = 0
  let used = 0
  const baseline = () => y + row * rowHeight + 13
  if (content.title) {
    svg += textLine(x, baseline(), content.title, { size: type.panel, fill: theme.ink, bold: true })
    used = titleWidth
  }
  if (content.facts) {
    const lines = beside ? [content.facts] : wrap(content.facts, type.panel, width)
    if (!beside && content.title) row++
    lines.forEach((line, i) => {
      if (i > 0) row++
      const left = beside ? titleWidth : 0
      svg += textLine(x + left, baseline(), line, { size: type.panel, fill: theme.muted, class: 'facts' })
      used = left + textWidth(line, type.panel) + 16
    })
  }
  const entries = content.legend ?? []
  const total = entries.reduce((sum, entry) => sum + entryWidth(entry), 0)
  let left = width - total + 18
  if (entries.length > 0 && left < used) {
    if (used > 0) row++
    left = 0
  }
  for (const entry of entries) {
    if (left > 0 && left + entryWidth(entry) - 18 > width + 0.5) {
      row++
      left = 0
    }
    svg += legendEntry(x + left, baseline(), entry, theme)
    left += entryWidth(entry)
  }
  const empty = used === 0 && entries.length === 0
  return { svg, height: empty ? 0 : (row + 1) * rowHeight + 3 }
}

const entryWidth = (entry: LegendEntry) => swatches[entry.mark] + 6 + textWidth(entry.name, type.tick) + 18

function legendEntry(x: number, baseline: number, entry: LegendEntry, theme: Theme): string {
  const y = baseline - 4.5
  const swatch = swatches[entry.mark]
  const middle = x + swatch / 2
  const stroke = { stroke: entry.colour, 'stroke-width': 2, 'stroke-dasharray': entry.dash }
  const marks = {
    line: () => element('path', { d: `M${px(x)},${px(y)}h${swatch}`, fill: 'none', ...stroke }),
    tick: () => element('path', { d: `M${px(middle)},${px(y - 5)}v10`, fill: 'none', ...stroke }),
    bar: () => element('rect', { x, y: y - 3, width: swatch, height: 6, fill: entry.colour }),
    dot: () => element('circle', { cx: middle, cy: y, r: 4, fill: entry.colour }),
    hollow: () =>
      element('circle', { cx: middle, cy: y, r: 4, fill: theme.background, ...stroke, 'stroke-width': 1.6 }),
  }
  const style = { size: type.tick, fill: theme.ink, class: 'legend' }
  return marks[entry.mark]() + textLine(x + swatch + 6, baseline, entry.name, style)
}
