/**
 * A trace that is open: its store, and what has been found out about its populations by reading it once in the background, in slices, in
 * the order of the file. Requests are answered in between, with what is known by then.
 */
import type { BurstThreshold, TraceId, TraceStatus } from '../trace-service.ts'
import { makeIndex, type PopulationIndex, useThreshold } from './population-index.ts'
import type { TraceStore } from './trace-store.ts'

export interface HeldTrace {
  readonly id: TraceId
  /** How long its last picture took (ms). */
  painted: number
  store: TraceStore
  /** Of each population in the header. */
  indexes: PopulationIndex[]
  threshold: BurstThreshold
  closed: boolean
}

export function holdTrace(id: TraceId, store: TraceStore, threshold: BurstThreshold = 'recorded', until = store.until): HeldTrace {
  return { id, painted: 0, store, indexes: makeIndexes(store, threshold, until), threshold, closed: false }
}

export function makeIndexes({ header }: TraceStore, threshold: BurstThreshold, until: number): PopulationIndex[] {
  const kept = header.populations.filter((p) => p.events !== false).length
  return header.populations.map((p) => makeIndex(p.size, Math.max(1, kept), until, threshold))
}

/** From now on tell bursts like this; what had been read is classified again. */
export function tellBursts(held: HeldTrace, threshold: BurstThreshold): void {
  held.threshold = threshold
  for (const index of held.indexes) useThreshold(index, threshold)
}

/** True if the rows of a population before `to` (ms) have been counted and classified. */
export function isRead({ store, indexes }: HeldTrace, population: number, to: number): boolean {
  const segments = store.segments(population)
  const { segment, row } = indexes[population].classified
  if (segment >= segments.length) return true
  return (row > 0 ? row >= segments[segment].count : false) || segments[segment].first >= to
}

/** Rows that have been read, of all. */
export function partRead({ store, indexes }: HeldTrace): number {
  let [all, read] = [0, 0]
  indexes.forEach((index, population) => {
    store.segments(population).forEach(({ count }, segment) => {
      all += count
      if (segment < index.classified.segment) read += count
      else if (segment === index.classified.segment) read += index.classified.row
    })
  })
  return all === 0 ? 1 : read / all
}

/** Spikes of a population in the whole trace, undefined where they are not counted yet. */
export function spikesOf(held: HeldTrace, population: number): number | undefined {
  const { store, indexes } = held
  const known = store.spikes(population)
  if (known !== undefined) return known
  const { spikesBefore } = indexes[population]
  return store.live || isRead(held, population, Number.POSITIVE_INFINITY) ? (spikesBefore.at(-1) ?? 0) : undefined
}

export function statusOf(held: HeldTrace): TraceStatus {
  const { until, complete, live, bytes, damage, header } = held.store
  const spikes = Object.fromEntries(header.populations.map(({ name }, p) => [name, spikesOf(held, p) ?? -1]))
  return { until, complete, live, bytes, spikes, read: partRead(held), damage: [...damage] }
}
