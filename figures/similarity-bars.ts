/**
 * How alike representations are to something, per condition, grouped by layer: bars from zero (or points), an error bar
 * value - error to value + error, and the noise ceiling as a shaded band over every group or all of them.
 * NaN is no bar. Throws `InputError` where a condition has not one value a layer, and for values, errors and ceilings that
 * make no sense.
 */
import { InputError } from '../engine/errors.ts'
import { type Axis, axis, heading, type LegendEntry, niceDomain, xAxis, xAxisHeight, yAxis, yAxisWidth } from './axes.ts'
import { type Numbers, roomy } from './lines.ts'
import { type FigureOptions, page, pageMargin } from './page.ts'
import { emptyText } from './stack.ts'
import { element, px, shorten } from './svg.ts'
import { seriesStyle, type Theme, type } from './theme.ts'

export interface SimilarityCondition {
  name: string
  /** One a layer. */
  values: Numbers
  /** Half the length of the error bars, one a layer. */
  errors?: Numbers
}

export interface Ceiling {
  lower: number
  upper: number
}

export interface SimilarityBarsData {
  /** Names of the groups, from left to right. */
  layers: readonly string[]
  /** Under the axis; `layer` unless said. */
  group?: string
  conditions: readonly SimilarityCondition[]
  /** At the upright axis, with unit: `τ_{A} with the category matrix`. */
  label: string
  /** Of all layers, or one a layer. */
  ceiling?: Ceiling | readonly Ceiling[]
  /** What the error bars are, for the caption: `standard error, bootstrap over stimuli`. */
  errorsAre?: string
  points?: boolean
}

export interface SimilarityBarsOptions extends FigureOptions {
  /** px, 300 unless said. */
  height?: number
}

/** Part of a group's room that its bars take. */
const filled = 0.78

export function similarityBarsFigure(data: SimilarityBarsData, options: SimilarityBarsOptions): string {
  const { layers, conditions, label, group = 'layer', errorsAre } = data
  const ceilings = ceilingsOf(data)
  for (const condition of conditions) checkCondition(condition, layers.length)
  const domain = domainOf(conditions, ceilings)
  const height = options.height ?? 300
  const n = Math.max(1, layers.length)
  return page(options, (top, width, theme) => {
    const gutter = Math.max(40, yAxisWidth(axis({ label, domain }, height, 0), height))
    const left = pageMargin + gutter
    const inner = width - left - pageMargin - 8
    const head = heading(left, top, inner, { legend: legendOf(data, ceilings, theme) }, theme)
    const box = { x: left, y: top + head.height + 4, width: inner, height }
    const place = axis({ label: group, domain: [-0.5, n - 0.5] }, left, left + inner)
    const names = layers.map((name, value) => ({ value, label: shorten(name, type.tick, inner / n - 6) }))
    const x = { ...place, ticks: names }
    const y = axis({ label, domain }, box.y + height, box.y)
    let svg = head.svg + bands(ceilings, x, y, theme)
    conditions.forEach((condition, c) => {
      svg += marksOf(condition, c, data, x, y, theme)
    })
    if (domain[0] < 0) svg += element('path', { class: 'zero', d: `M${px(box.x)},${px(y.at(0))}h${px(box.width)}`, stroke: theme.axis, 'stroke-width': 1 })
    svg += yAxis(box, y, gutter, theme) + xAxis(box, x, true, theme)
    if (!conditions.some(({ values }) => Array.from(values).some((v) => !Number.isNaN(v)))) svg += emptyText(box, 'no data', theme)
    const drawn = conditions.some(({ errors }) => errors !== undefined)
    return { svg, bottom: box.y + height + xAxisHeight, notes: drawn && errorsAre ? [`error bars: ${errorsAre}`] : [] }
  })
}

function checkCondition({ name, values, errors }: SimilarityCondition, layers: number): void {
  for (const [what, numbers] of [['values', values], ['errors', errors]] as const) {
    if (!numbers) continue
    if (numbers.length !== layers) throw new InputError(`"${name}" has ${numbers.length} ${what}; one a layer is needed, ${layers}`)
    for (let k = 0; k < layers; k++) {
      if (!Number.isFinite(numbers[k]) && !Number.isNaN(numbers[k])) {
        throw new InputError(`"${name}" has ${numbers[k]} among its ${what}; finite numbers are accepted, and NaN for none`)
      }
      if (what === 'errors' && numbers[k] < 0) throw new InputError(`"${name}" has the error ${numbers[k]}; none may be negative`)
    }
  }
}

/** One a layer, or none. */
function ceilingsOf({ ceiling, layers }: SimilarityBarsData): readonly Ceiling[] {
  if (!ceiling) return []
  const list = 'lower' in ceiling ? layers.map(() => ceiling) : ceiling
  if (list.length !== layers.length) throw new InputError(`found ${list.length} noise ceilings; one, or one a layer is needed, ${layers.length}`)
  for (const { lower, upper } of list) {
    if (!(Number.isFinite(lower) && Number.isFinite(upper) && lower <= upper)) {
      throw new InputError(`found a noise ceiling from ${lower} to ${upper}; two finite numbers in order are needed`)
    }
  }
  return list
}

/** Holds zero, where bars begin, all error bars and ceilings. */
function domainOf(conditions: readonly SimilarityCondition[], ceilings: readonly Ceiling[]): [number, number] {
  let [low, high] = [0, 0]
  const hold = (value: number) => {
    if (value < low) low = value
    if (value > high) high = value
  }
  for (const { values, errors } of conditions) {
    for (let k = 0; k < values.length; k++) {
      hold(values[k])
      hold(values[k] - errorAt(errors, k))
      hold(values[k] + errorAt(errors, k))
    }
  }
  for (const { lower, upper } of ceilings) for (const value of [lower, upper]) hold(value)
  return niceDomain(roomy([low, high], true))
}

const errorAt = (errors: Numbers | undefined, k: number) => (errors && !Number.isNaN(errors[k]) ? errors[k] : 0)

function legendOf({ conditions, points }: SimilarityBarsData, ceilings: readonly Ceiling[], theme: Theme): LegendEntry[] {
  const entries: LegendEntry[] = conditions.map(({ name }, c) => ({ name, mark: points ? 'dot' : 'bar', colour: seriesStyle(theme, c).colour }))
  return ceilings.length > 0 ? [...entries, { name: 'noise ceiling', mark: 'bar', colour: theme.faint }] : entries
}

/** Layers of one ceiling are one area: two that meet would show a seam. */
function bands(ceilings: readonly Ceiling[], x: Axis, y: Axis, theme: Theme): string {
  let d = ''
  for (let k = 0; k < ceilings.length; ) {
    const { lower, upper } = ceilings[k]
    const from = k
    while (k < ceilings.length && ceilings[k].lower === lower && ceilings[k].upper === upper) k++
    const top = y.at(upper)
    // a ceiling of no width is still seen
    d += `M${px(x.at(from - 0.5))},${px(top)}H${px(x.at(k - 0.5))}V${px(Math.max(top + 1, y.at(lower)))}H${px(x.at(from - 0.5))}Z`
  }
  return d && element('path', { class: 'ceiling', d, fill: theme.faint, 'shape-rendering': 'crispEdges' })
}

function marksOf(condition: SimilarityCondition, c: number, data: SimilarityBarsData, x: Axis, y: Axis, theme: Theme): string {
  const { colour } = seriesStyle(theme, c)
  const width = ((x.at(1) - x.at(0)) * filled) / data.conditions.length
  let [svg, bars] = ['', '']
  for (let k = 0; k < condition.values.length; k++) {
    const value = condition.values[k]
    if (Number.isNaN(value)) continue
    const middle = x.at(k) + (c - (data.conditions.length - 1) / 2) * width
    const [at, zero] = [y.at(value), y.at(0)]
    if (data.points) svg += element('circle', { class: 'value', cx: middle, cy: at, r: 4, fill: colour })
    else {
      const wide = Math.min(60, width * 0.9)
      svg += element('rect', { class: 'value', x: middle - wide / 2, y: Math.min(at, zero), width: wide, height: Math.abs(at - zero), fill: colour })
    }
    const error = errorAt(condition.errors, k)
    if (error === 0) continue
    const cap = Math.min(5, width / 4)
    const [high, low] = [y.at(value + error), y.at(value - error)]
    bars += `M${px(middle)},${px(high)}V${px(low)}M${px(middle - cap)},${px(high)}h${px(2 * cap)}M${px(middle - cap)},${px(low)}h${px(2 * cap)}`
  }
  return svg + (bars ? element('path', { class: 'error', d: bars, fill: 'none', stroke: data.points ? colour : theme.ink, 'stroke-width': 1.4 }) : '')
}
