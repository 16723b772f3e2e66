/** How many spikes of some units lie in a window: exact, from counts at the beginning of segments and the rows at the window's ends. */
import { firstNotBefore } from '../../engine/trace/columns.ts'
import { kinds } from '../../engine/description.ts'
import type { PopulationIndex } from './population-index.ts'
import type { TraceStore } from './trace-store.ts'

/** Which units count: those with a row. All if undefined. */
export type Shown = Int32Array | undefined

/**
 * Spikes of population `population` with from <= time < to. The index must have counted all of them. `most`: segments that may be
 * fetched; undefined where more are needed.
 */
export function spikesIn(store: TraceStore, index: PopulationIndex, population: number, from: number, to: number, shown: Shown, most = Number.POSITIVE_INFINITY): number | undefined {
  const budget = { left: most }
  const [high, low] = [spikesUpTo(store, index, population, to, shown, budget), spikesUpTo(store, index, population, from, shown, budget)]
  return high === undefined || low === undefined ? undefined : high - low
}

function spikesUpTo(store: TraceStore, index: PopulationIndex, population: number, time: number, shown: Shown, budget: { left: number }): number | undefined {
  const segments = store.segments(population)
  const place = firstEndingFrom(segments, time)
  const { checkpoints, spikesBefore, unitSpikes } = index
  const start = shown ? Math.floor(place / checkpoints.every) * checkpoints.every : place
  let sum = 0
  if (!shown) sum = spikesBefore[place]
  else {
    const counts = checkpoints.counts[start / checkpoints.every]
    if (!counts && start >= segments.length) return sumShown(unitSpikes, shown)
    if (!counts) return undefined
    sum = sumShown(counts, shown)
  }
  for (let segment = start; segment <= place && segment < segments.length; segment++) {
    if (segments[segment].first >= time) break
    if (!store.inMemory(population, segment) && --budget.left < 0) return undefined
    const columns = store.columns(population, segment)
    if (!columns) continue
    const { times, sources, kinds: marks } = columns
    const end = firstNotBefore(times, time, 0, segments[segment].count)
    for (let i = 0; i < end; i++) if (marks[i] & kinds.spike && (!shown || shown[sources[i]] >= 0)) sum++
  }
  return sum
}

function sumShown(counts: Uint32Array, shown: Int32Array): number {
  let sum = 0
  for (let unit = 0; unit < counts.length; unit++) if (shown[unit] >= 0) sum += counts[unit]
  return sum
}

/** The first segment whose last row is not before `time`. */
export function firstEndingFrom(segments: readonly { last: number }[], time: number): number {
  let [low, high] = [0, segments.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (segments[middle].last < time) low = middle + 1
    else high = middle
  }
  return low
}
