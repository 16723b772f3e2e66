/**
 * Coarse counts for an instant overview: spikes per population in at most 1024 bins of equal width, and rows per kind.
 *   bin(t) = floor(t / width),  width = 2^k / 1024 ms with the smallest k >= 0 that lets 1024 bins hold every time seen
 * Two bins become one when time runs out of the last, so memory is bounded and the result depends on the times alone.
 * Widths are powers of two, so that dividing by them is exact.
 */
import { kinds } from '../description.ts'

export const maxBins = 1024
/** Bits in a kind. */
export const kindBits = 8

export interface Counts {
  /** ms */
  width: number
  /** [population][bin], spikes */
  bins: Float64Array
  /** [population][bit of the kind], rows */
  totals: Float64Array
  /** [population], rows */
  rows: Float64Array
}

export function makeCounts(populations: number): Counts {
  return {
    width: 1 / maxBins,
    bins: new Float64Array(populations * maxBins),
    totals: new Float64Array(populations * kindBits),
    rows: new Float64Array(populations),
  }
}

/** Add rows first ... end - 1 of a population; their times do not decrease. */
export function countRows(
  counts: Counts,
  population: number,
  times: Float64Array,
  rowKinds: Uint8Array,
  first: number,
  end: number,
): void {
  if (end <= first) return
  while (times[end - 1] >= counts.width * maxBins) widen(counts)
  const { bins, width } = counts
  const start = population * maxBins
  const histogram = new Uint32Array(1 << kindBits)
  for (let i = first; i < end; i++) {
    const kind = rowKinds[i]
    histogram[kind]++
    if (kind & kinds.spike) bins[start + Math.floor(times[i] / width)]++
  }
  for (let kind = 0; kind < histogram.length; kind++) {
    for (let bit = 0; bit < kindBits; bit++) {
      if (kind & (1 << bit)) counts.totals[population * kindBits + bit] += histogram[kind]
    }
  }
  counts.rows[population] += end - first
}

/** The bins that cover [0, until), [population][bin]; a spike at `until` itself is in the last. Widens `counts`. */
export function binsUntil(counts: Counts, until: number): { used: number; bins: Float64Array } {
  while (until > counts.width * maxBins) widen(counts)
  const used = Math.max(1, Math.ceil(until / counts.width))
  const populations = counts.rows.length
  const bins = new Float64Array(populations * used)
  for (let p = 0; p < populations; p++) {
    for (let i = 0; i < maxBins; i++) bins[p * used + Math.min(i, used - 1)] += counts.bins[p * maxBins + i]
  }
  return { used, bins }
}

function widen(counts: Counts): void {
  const { bins } = counts
  for (let start = 0; start < bins.length; start += maxBins) {
    const half = maxBins / 2
    for (let i = 0; i < half; i++) bins[start + i] = bins[start + 2 * i] + bins[start + 2 * i + 1]
    bins.fill(0, start + half, start + maxBins)
  }
  counts.width *= 2
}
