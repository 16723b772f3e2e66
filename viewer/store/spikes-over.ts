/** Spikes of a population over time, coarse but at once: from the counts made so far, and from the trace's footer for what has not been read. */
import type { Density } from '../../engine/trace/density.ts'
import type { HeldTrace } from './held-trace.ts'
import { coarseTail, readUntil } from './read-until.ts'
import type { CoarseCounts } from './trace-store.ts'

/** In `bins` equal bins of [from, to); where these are narrower than what was counted, fractions. */
export function spikesOver(held: HeldTrace, population: number, from: number, to: number, bins: number): Float64Array {
  const counts = new Float64Array(bins)
  const read = readUntil(held, population)
  const { density } = held.indexes[population]
  const { until } = held.store
  addBins(counts, from, to, { width: density.width, counts: overTime(density) }, until, Number.NEGATIVE_INFINITY, read)
  const footer = coarseTail(held, population)
  if (footer) addBins(counts, from, to, footer, until, read, Number.POSITIVE_INFINITY)
  return counts
}

/** All bands together. */
function overTime({ all, bins, used, bands }: Density): Float64Array {
  const sums = new Float64Array(used)
  for (let band = 0; band < bands; band++) for (let bin = 0; bin < used; bin++) sums[bin] += all[band * bins + bin]
  return sums
}

/**
 * Share each of the counts among the bins of [from, to) it overlaps, if its middle is in [start, end). The last one ends with the run, at
 * `until`.
 */
function addBins(into: Float64Array, from: number, to: number, { counts, width }: CoarseCounts, until: number, start: number, end: number): void {
  const own = (to - from) / into.length
  for (let k = Math.max(0, Math.floor(from / width)); k < counts.length && k * width < to; k++) {
    const middle = (k + 0.5) * width
    if (counts[k] === 0 || middle < start || middle >= end) continue
    const stop = (k + 1) * width
    const [low, high] = [(k * width - from) / own, ((until > k * width && until < stop ? until : stop) - from) / own]
    for (let bin = Math.max(0, Math.floor(low)); bin < Math.min(into.length, high); bin++) {
      into[bin] += (counts[k] * (Math.min(high, bin + 1) - Math.max(low, bin))) / (high - low)
    }
  }
}
