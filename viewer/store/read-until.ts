/** How far a trace has been read, in time, and what its footer knows of the rest. */
import type { Density } from '../../engine/trace/density.ts'
import type { HeldTrace } from './held-trace.ts'
import type { CoarseCounts } from './trace-store.ts'

/** Rows of the population before this time (ms) have been counted; Infinity when all have, -Infinity when none. */
export function readUntil({ store, indexes }: HeldTrace, population: number): number {
  const { segment } = indexes[population].counted
  const next = store.segments(population)[segment]
  if (!next || store.live) return Number.POSITIVE_INFINITY
  // a bin of the footer that ends in the first row is not left out
  if (segment === 0) return Number.NEGATIVE_INFINITY
  return next.first
}

/** Counts by time and unit that the trace keeps, while there is something that has not been read. */
export function densityTail(held: HeldTrace, population: number): Density | undefined {
  return readUntil(held, population) === Number.POSITIVE_INFINITY ? undefined : held.store.density(population)
}

/** The footer's counts over time, while there is something that has not been read. */
export function coarseTail(held: HeldTrace, population: number): CoarseCounts | undefined {
  return readUntil(held, population) === Number.POSITIVE_INFINITY ? undefined : held.store.coarse(population)
}
