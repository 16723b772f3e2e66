/**
 * A trace as the worker holds it, be it a file that is read in slices or a run that goes on. Rows of a population are visited in
 * runs, in the order of time, without copying; who visits does not change or keep the columns.
 */
import type { TraceHeader, TraceSampled, TraceWeightsAt, TimeRange } from '../../engine/trace/index.ts'

export interface EventRows {
  times: Float64Array
  sources: Uint32Array
  kinds: Uint8Array
  /** The rows meant: [first, end) of these columns. */
  first: number
  end: number
  /** Number within the population of the row at index 0 of the columns. */
  start: number
}

export interface TraceStore {
  readonly name: string
  readonly header: TraceHeader
  /** ms; grows while a run goes on */
  readonly until: number
  readonly complete: boolean
  readonly live: boolean
  readonly bytes: number
  readonly damage: readonly string[]
  /** Rows of a population (by its index in the header), spikes and others; grows while a run goes on. */
  rowCount(population: number): number
  /** Rows with from <= time < to. A chunk that is damaged is left out, and `damage` says so from then on. */
  visit(population: number, from: number, to: number, visit: (rows: EventRows) => void): void
  samples(request: string, range?: TimeRange): TraceSampled
  weights(projection: string): TraceWeightsAt[]
  /** The whole file; undefined while a run goes on. */
  file(): Blob | undefined
}
