/** Histogram of inter-spike intervals with logarithmic edges: 10^(k / 20) ms. */

const perDecade = 20
const lowest = -3 * perDecade
const highest = 8 * perDecade
const edges = Float64Array.from({ length: highest - lowest + 1 }, (_, k) => 10 ** ((lowest + k) / perDecade))

export interface IntervalHistogram {
  /** Intervals outside the edges, zero among them, count at the end. */
  counts: Float64Array
}

export function makeHistogram(): IntervalHistogram {
  return { counts: new Float64Array(edges.length - 1) }
}

export function addInterval({ counts }: IntervalHistogram, interval: number): void {
  const last = counts.length - 1
  let bin = interval > 0 ? Math.min(last, Math.max(0, Math.floor(Math.log10(interval) * perDecade) - lowest)) : 0
  // the logarithm may be off by a rounding at an edge
  if (bin < last && interval >= edges[bin + 1]) bin++
  else if (bin > 0 && interval < edges[bin]) bin--
  counts[bin]++
}

/** The part that holds something; no bins where there are no intervals. */
export function usedBins({ counts }: IntervalHistogram): { edges: Float64Array; counts: Float64Array } {
  const first = counts.findIndex((count) => count > 0)
  if (first < 0) return { edges: new Float64Array(0), counts: new Float64Array(0) }
  const end = counts.findLastIndex((count) => count > 0) + 1
  return { edges: edges.slice(first, end + 1), counts: counts.slice(first, end) }
}
