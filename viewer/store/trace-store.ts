/**
 * A trace as the worker holds it, be it a file that is read in slices or a run that goes on. The rows of a population come in segments,
 * in the order of time: chunks of the file, or as many rows of the run. Nobody who reads columns changes or keeps them.
 */
import { InputError, unknown } from '../../engine/errors.ts'
import type { Density } from '../../engine/trace/density.ts'
import type { Column, TraceHeader } from '../../engine/trace/index.ts'

export interface EventColumns {
  times: Float64Array
  sources: Uint32Array
  kinds: Uint8Array
}

export interface Segment {
  /** Times of the first row and of the last (ms). */
  first: number
  last: number
  /** Rows, spikes and others; the last segment of a run that goes on grows. */
  count: number
}

/** Columns of one chunk, as the trace has them. */
export interface Chunk {
  first: number
  last: number
  count: number
  /** Undefined where it is damaged, which `damage` says from then on. */
  read(): Column[] | undefined
}

export interface CoarseCounts {
  /** ms; [i width, (i + 1) width), the last one up to the end of the run */
  width: number
  counts: Float64Array
}

export interface TraceStore {
  readonly name: string
  readonly header: TraceHeader
  /** ms; grows while a run goes on */
  readonly until: number
  readonly complete: boolean
  readonly live: boolean
  readonly bytes: number
  /** Sentences; more come as damaged chunks are met. */
  readonly damage: readonly string[]
  /** Of a population, by its index in the header. */
  segments(population: number): readonly Segment[]
  /** The rows of a segment, `count` of them and perhaps room for more; undefined where it is damaged, which `damage` says from then on. */
  columns(population: number, segment: number): EventColumns | undefined
  /** True if `columns` need not be fetched. */
  inMemory(population: number, segment: number): boolean
  /** Spikes in the whole trace, if they are known without reading it. */
  spikes(population: number): number | undefined
  /** Spikes over time, from the footer; undefined where that is missing. */
  coarse(population: number): CoarseCounts | undefined
  /** Spikes by time and unit, as the trace keeps them; undefined where it does not. */
  density(population: number): Density | undefined
  samples(request: number): Chunk[]
  weights(projection: number): Chunk[]
  /** The whole file; undefined while a run goes on. */
  file(): Blob | undefined
}

/** Index of a population in the header, or -1. */
export function populationIndex({ header }: Pick<TraceStore, 'header'>, name: string): number {
  return header.populations.findIndex((p) => p.name === name)
}

/** The same; throws `InputError` where there is none of this name. */
export function namedPopulation(store: Pick<TraceStore, 'header'>, name: string): number {
  const index = populationIndex(store, name)
  if (index < 0) throw new InputError(unknown('population', name, store.header.populations.map((p) => p.name)))
  return index
}
