/**
 * Weights of a projection over time: a histogram a time, dark to light in their order; beside it, where there are more than
 * two times, their mean and standard deviation over all of them.
 *   bins of equal width from the smallest to the largest weight drawn, the last one closed.
 * Times in ms. Throws `InputError` for times that do not ascend and weights that are not finite.
 */
import { histogram, linearEdges } from '../analysis/intervals.ts'
import { mean, variance } from '../analysis/moments.ts'
import { InputError } from '../engine/errors.ts'
import { niceDomain, timeAxis } from './axes.ts'
import { bandPath, checkColumns, linePath, type Numbers, roomy } from './lines.ts'
import type { FigureOptions } from './page.ts'
import { strokePath } from './rates.ts'
import { type SidePanel, sideBySide } from './side-by-side.ts'
import { element } from './svg.ts'
import { gradient, seriesStyle, type Theme } from './theme.ts'

export interface WeightsData {
  /** Ascending in time; `shown` ones have a histogram. */
  sets: readonly { time: number; weights: Numbers; shown?: boolean }[]
  /** With unit. */
  label: string
  /** 60 unless said. */
  bins?: number
  /** The number of connections on a logarithmic axis. */
  log?: boolean
}

export interface WeightsOptions extends FigureOptions {
  /** px, 300 unless said. */
  height?: number
}

export function weightsFigure(data: WeightsData, options: WeightsOptions): string {
  const { sets, bins = 60 } = data
  if (!(Number.isInteger(bins) && bins > 0)) throw new InputError(`found ${bins} bins; a whole number above zero is needed`)
  checkColumns('times of weights', sets.map((s) => s.time), sets.map(() => 0))
  for (const { time, weights } of sets) {
    for (let k = 0; k < weights.length; k++) {
      if (!Number.isFinite(weights[k])) throw new InputError(`found the weight ${weights[k]} at ${time} ms; finite numbers are accepted`)
    }
  }
  return sideBySide(options, options.height ?? 300, (theme) => ({
    panels: [histograms(data, bins, theme), ...(sets.length > 2 ? [moments(data, theme)] : [])],
  }))
}

function histograms({ sets, label, log = false }: WeightsData, bins: number, theme: Theme): SidePanel {
  const shown = sets.filter((s) => s.shown ?? true)
  const [low, high] = rangeOf(shown.map((s) => s.weights))
  const edges = linearEdges(low, high, bins)
  const counts = shown.map(({ weights }) => countsIn(weights, edges))
  const most = Math.max(1, ...counts.map((c) => Math.max(...c)))
  const margin = (high - low) * 0.03
  // an empty bin lies on the axis, also where that is logarithmic
  const floor = log ? 0.7 : 0
  const words = timeWords(shown.map((s) => s.time))
  const colours = shown.map((_, i) => gradient(theme, shown.length === 1 ? 0 : i / (shown.length - 1)))
  const some = shown.some(({ weights }) => weights.length > 0)
  return {
    share: 1.7,
    legend: words.map((name, i) => ({ name, mark: 'line', colour: colours[i] })),
    x: { label, domain: [low - margin, high + margin] },
    y: { label: 'connections in a bin', log, domain: log ? [floor, most * 1.3] : niceDomain([0, most * 1.04]) },
    empty: some ? undefined : 'no weights',
    draw: (_, x, y) =>
      counts
        .map((c, i) => strokePath(linePath(stepX(edges), stepY(c, floor), x, y), { colour: colours[i], width: i === counts.length - 1 ? 2 : 1.5 }))
        .join(''),
  }
}

function moments({ sets, label }: WeightsData, theme: Theme): SidePanel {
  const times = sets.map((s) => s.time)
  const means = sets.map((s) => mean(s.weights))
  const sds = sets.map((s) => Math.sqrt(variance(s.weights, 0)))
  const [below, above] = [means.map((m, k) => m - sds[k]), means.map((m, k) => m + sds[k])]
  const [low, high] = rangeOf([below, above])
  const colour = seriesStyle(theme, 0).colour
  return {
    legend: [
      { name: 'mean', mark: 'line', colour },
      { name: '± standard deviation', mark: 'bar', colour: theme.faint },
    ],
    x: timeAxis(times[0], times[times.length - 1]),
    y: { label, domain: niceDomain([low, high]) },
    draw: (_, x, y) =>
      element('path', { class: 'band', d: bandPath(times, below, above, x, y), fill: theme.faint }) +
      strokePath(linePath(times, means, x, y), { colour, width: 1.8 }),
  }
}

/** Smallest and largest of all numbers, a little apart at least. */
function rangeOf(columns: readonly Numbers[]): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const column of columns) {
    for (let k = 0; k < column.length; k++) {
      if (column[k] < low) low = column[k]
      if (column[k] > high) high = column[k]
    }
  }
  return roomy(low <= high ? [low, high] : undefined, false)
}

/** Connections in each bin; what lies on the last edge belongs to the last bin. */
function countsIn(weights: Numbers, edges: Float64Array): Float64Array {
  const { counts, above } = histogram(weights, edges)
  counts[counts.length - 1] += above
  return counts
}

const stepX = (edges: Float64Array) => Array.from(edges).flatMap((e) => [e, e])
const stepY = (counts: Float64Array, floor: number) => [floor, ...Array.from(counts).flatMap((c) => [Math.max(c, floor), Math.max(c, floor)]), floor]

/** `0 s, 10 s` or `0 ms, 50 ms`: in one unit. */
function timeWords(times: readonly number[]): string[] {
  const seconds = Math.max(0, ...times) >= 5000
  return times.map((t) => (seconds ? `${Number((t / 1000).toPrecision(6))} s` : `${Number(t.toPrecision(6))} ms`))
}
