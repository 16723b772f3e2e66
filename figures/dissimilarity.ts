/**
 * Dissimilarity matrices side by side as heat maps on one colour scale, dark where two stimuli are alike:
 *   colour at (value - low) / (high - low), in 64 steps; `ranked`: at (rank - 1) / (n - 1) among the n entries above the
 *   diagonal of the same matrix, which compares orders where scales differ (Kriegeskorte et al. 2008).
 * The first stimulus is at the top and at the left. NaN is left faint. Throws `InputError` for a matrix that is not
 * square, infinite values and boundaries outside the matrix.
 */
import { midRanks } from '../analysis/ranks.ts'
import { InputError } from '../engine/errors.ts'
import { type Axis, axis, type Box, yAxis, yAxisWidth } from './axes.ts'
import { type Numbers, roomy } from './lines.ts'
import { type FigureOptions, page, pageMargin } from './page.ts'
import { emptyText } from './stack.ts'
import { element, px, shorten, textLine } from './svg.ts'
import { gradient, type Theme, type } from './theme.ts'

export interface DissimilarityPanel {
  name: string
  /** K x K, row by row. */
  values: Numbers
  /** The first stimulus of every category but the first: lines are drawn before it. */
  boundaries?: readonly number[]
}

export interface DissimilarityData {
  panels: readonly DissimilarityPanel[]
  /** What the colours say: `dissimilarity (1 − r)`. */
  label: string
  ranked?: boolean
  /** From the smallest to the largest entry off the diagonals unless said; not for ranks. Values beyond it have the last colour. */
  range?: readonly [number, number]
  /** Panels in a row, 4 at most unless said. */
  columns?: number
}

/** More stimuli than pixels cannot be seen, and make a file of many megabytes. */
const mostStimuli = 400
const steps = 64
const gap = 16
const barWidth = 14
const titleHeight = 22

export function dissimilarityFigure(data: DissimilarityData, options: FigureOptions): string {
  const { panels, ranked = false } = data
  const sizes = panels.map(checkPanel)
  if (data.columns !== undefined && !(Number.isInteger(data.columns) && data.columns > 0)) {
    throw new InputError(`found ${data.columns} columns of matrices; a whole number above zero is needed`)
  }
  const shown = panels.map(({ values }, p) => (ranked ? rankParts(values, sizes[p]) : Float64Array.from(values)))
  const range = ranked ? ([0, 1] as const) : rangeOf(data, shown, sizes)
  return page(options, (top, width, theme) => {
    const columns = Math.min(Math.max(1, panels.length), data.columns ?? 4)
    const scale = (side: number) => axis({ label: data.label, domain: range }, top + titleHeight + side, top + titleHeight)
    const room = width - 2 * pageMargin
    const gutter = yAxisWidth(scale(200), 200) + 6
    const side = Math.min(420, (room - gutter - barWidth - columns * gap) / columns)
    let svg = ''
    panels.forEach((panel, p) => {
      const x = pageMargin + (p % columns) * (side + gap)
      const y = top + Math.floor(p / columns) * (side + titleHeight + gap) + titleHeight
      const style = { size: type.panel, fill: theme.ink, bold: true }
      svg += textLine(x, y - 8, shorten(panel.name, type.panel, side, true), style)
      const box = { x, y, width: side, height: side }
      svg += heatMap(shown[p], sizes[p], box, range, theme) + boundaryLines(panel.boundaries ?? [], sizes[p], box, theme)
    })
    const rows = Math.max(1, Math.ceil(panels.length / columns))
    if (panels.length === 0) svg += emptyText({ x: pageMargin, y: top, width: side, height: side }, 'no matrices', theme)
    const bar = { x: pageMargin + columns * (side + gap) + gutter, y: top + titleHeight, width: barWidth, height: side }
    svg += colourBar(bar, scale(side), gutter, theme)
    return { svg, bottom: top + rows * (side + titleHeight) + (rows - 1) * gap, notes: notesOf(shown, sizes, ranked) }
  })
}

/** K. */
function checkPanel({ name, values, boundaries = [] }: DissimilarityPanel): number {
  const K = Math.round(Math.sqrt(values.length))
  if (K * K !== values.length || K === 0) throw new InputError(`"${name}" has ${values.length} entries; a square matrix, K x K, is needed`)
  if (K > mostStimuli) throw new InputError(`"${name}" has ${K} stimuli; up to ${mostStimuli} can be drawn`)
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k]) && !Number.isNaN(values[k])) {
      throw new InputError(`"${name}" has the entry ${values[k]} at (${Math.floor(k / K)}, ${k % K}); finite numbers are accepted, and NaN for a gap`)
    }
  }
  for (const first of boundaries) {
    if (!(Number.isInteger(first) && first > 0 && first < K)) {
      throw new InputError(`"${name}" has a boundary before stimulus ${first}; whole numbers from 1 to ${K - 1} are accepted`)
    }
  }
  return K
}

/** Every entry as 0 to 1 by its rank above the diagonal; the diagonal, which is no measurement, is the lowest. */
function rankParts(values: Numbers, K: number): Float64Array {
  const places: number[] = []
  for (let i = 0; i < K; i++) for (let j = i + 1; j < K; j++) if (!Number.isNaN(values[i * K + j])) places.push(i * K + j)
  const ranks = midRanks(places.map((place) => values[place]))
  const parts = new Float64Array(K * K).fill(Number.NaN)
  for (let i = 0; i < K; i++) parts[i * K + i] = 0
  places.forEach((place, k) => {
    const part = places.length > 1 ? (ranks[k] - 1) / (places.length - 1) : 0
    parts[place] = part
    parts[(place % K) * K + Math.floor(place / K)] = part
  })
  return parts
}

function rangeOf({ range }: DissimilarityData, shown: readonly Float64Array[], sizes: readonly number[]): readonly [number, number] {
  if (range) {
    if (!(Number.isFinite(range[0]) && Number.isFinite(range[1]) && range[0] < range[1])) {
      throw new InputError(`found a range from ${range[0]} to ${range[1]}; two finite numbers in order are needed`)
    }
    return range
  }
  let [low, high] = [Infinity, -Infinity]
  shown.forEach((values, p) => {
    values.forEach((value, k) => {
      if (Math.floor(k / sizes[p]) === k % sizes[p]) return
      if (value < low) low = value
      if (value > high) high = value
    })
  })
  return roomy(low <= high ? [low, high] : undefined, false)
}

/** A path for every colour, in units of cells: neighbours in a row that have it are one rectangle. */
function heatMap(values: Float64Array, K: number, box: Box, [low, high]: readonly [number, number], theme: Theme): string {
  const level = (k: number) => {
    const part = (values[k] - low) / (high - low)
    return Number.isNaN(part) ? -1 : Math.min(steps - 1, Math.max(0, Math.floor(part * steps)))
  }
  const paths = new Map<number, string>()
  for (let i = 0; i < K; i++) {
    for (let j = 0; j < K; ) {
      const own = level(i * K + j)
      const from = j
      while (j < K && level(i * K + j) === own) j++
      if (own >= 0) paths.set(own, `${paths.get(own) ?? ''}M${from},${i}h${j - from}v1h${from - j}z`)
    }
  }
  const cells = [...paths].sort(([a], [b]) => a - b).map(([own, d]) => element('path', { class: 'level', d, fill: colourOf(own, theme) }))
  const ground = element('rect', { class: 'matrix', x: box.x, y: box.y, width: box.width, height: box.height, fill: theme.faint })
  // Without crisp edges the ground would shine through between the cells. The scale needs more decimals than a place.
  const transform = `translate(${px(box.x)} ${px(box.y)}) scale(${(box.width / K).toFixed(6)})`
  return ground + element('g', { transform, 'shape-rendering': 'crispEdges' }, cells.join(''))
}

const colourOf = (level: number, theme: Theme) => gradient(theme, level / (steps - 1))

function boundaryLines(boundaries: readonly number[], K: number, box: Box, theme: Theme): string {
  if (boundaries.length === 0) return ''
  const lines = boundaries.map((first) => {
    const at = (first / K) * box.width
    return `M${px(box.x)},${px(box.y + at)}h${px(box.width)}M${px(box.x + at)},${px(box.y)}v${px(box.height)}`
  })
  return element('path', { class: 'boundary', d: lines.join(''), fill: 'none', stroke: theme.background, 'stroke-width': 1.2 })
}

function colourBar(bar: Box, scale: Axis, gutter: number, theme: Theme): string {
  const height = bar.height / steps
  let svg = ''
  for (let k = 0; k < steps; k++) {
    const y = bar.y + bar.height - (k + 1) * height
    svg += element('rect', { class: 'bar', x: bar.x, y, width: bar.width, height: height + 0.5, fill: colourOf(k, theme) })
  }
  return svg + yAxis(bar, scale, gutter, theme)
}

function notesOf(shown: readonly Float64Array[], sizes: readonly number[], ranked: boolean): string[] {
  const kinds = [...new Set(sizes)]
  const undefinedOnes = shown.reduce((sum, values) => sum + values.filter(Number.isNaN).length, 0)
  return [
    ...(kinds.length > 0 ? [`${kinds.join(', ')} stimuli`] : []),
    ...(ranked ? ['each matrix by the ranks of its own entries'] : []),
    ...(undefinedOnes > 0 ? [`${undefinedOnes} entries undefined`] : []),
  ]
}
