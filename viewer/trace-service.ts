/**
 * What the page may ask of the worker that holds traces (trace-worker.ts), through comlink. Times in ms; populations, samples and
 * projections by their names in the trace's header; units by their numbers. Everything here can be cloned or transferred.
 */
import type { TraceHeader } from '../engine/trace/index.ts'

/** Where a trace comes from: a file of the user's, an address of the same origin, or a run that goes on (feed.ts). */
export type TraceOrigin = { name: string } & ({ file: Blob } | { url: string } | { feed: MessagePort })

/** Number of a trace that the worker holds. */
export type TraceId = number

export interface OpenedTrace {
  id: TraceId
  name: string
  header: TraceHeader
  status: TraceStatus
}

export interface TraceStatus {
  /** When the run ended; of a run that goes on, how far it has come; of a killed one, its last row (ms). */
  until: number
  /** False while a run goes on, and where a run was killed. */
  complete: boolean
  live: boolean
  /** Bytes of the file; of a run that goes on, of its columns. */
  bytes: number
  /** Spikes by population; -1 where they are not counted yet. */
  spikes: Record<string, number>
  /** Part of the events that has been read and counted at fine resolution, 0 to 1. */
  read: number
  /** What is wrong with the file, and what can still be read, in sentences. */
  damage: string[]
}

/** How bursts are told: as the run's own detector marked them, or by the inter-spike interval (ms). */
export type BurstThreshold = 'recorded' | number

export type RowOrder = { by: 'id' | 'rate' | 'first_spike' } | { by: 'variable'; samples: string; variable: string; at: number }

/** Rows of one population in a raster: from the bottom up, `first` to `last` (not included) in its order; fractions while one zooms. */
export interface RasterRows {
  population: string
  first: number
  last: number
  /** Pixels from the top of the image. */
  top: number
  height: number
  order: RowOrder
  /** Of spikes that belong to no burst, and of those that do: [red, green, blue]. */
  singlet: Colour
  burst: Colour
}
export type Colour = readonly [number, number, number]

export interface RasterRequest {
  trace: TraceId
  from: number
  to: number
  /** Device pixels. */
  width: number
  height: number
  rows: RasterRows[]
  threshold: BurstThreshold
  /** Draw plateau potentials as bars. */
  plateaus: boolean
  background: Colour
  plateau: Colour
  /** A second trace, drawn over the first: rows that only one of them has show in its colour. */
  over?: { trace: TraceId; only: Colour; onlyFirst: Colour }
  /** Answer with what is there at once, coarse if need be; or exactly, if it takes a while. */
  quality: 'now' | 'exact'
}

export interface RasterImage {
  width: number
  height: number
  /** RGBA, transferred. */
  pixels: Uint8ClampedArray<ArrayBuffer>
  /** Spikes in the window and in the rows shown; each has put ink on the image. */
  shown: number
  /** Spikes of the whole trace. */
  of: number
  /** True if every spike stands in the pixel of its time and unit; false if coarse counts stood in for some. */
  exact: boolean
  /** Milliseconds that the worker took. */
  took: number
}

/** Time x rows that somebody chose. Units are those at the ranks [first, last) of the order. */
export interface Selection {
  from: number
  to: number
  rows: { population: string; first: number; last: number; order: RowOrder }[]
}

export interface SelectionSummary {
  populations: {
    population: string
    units: number
    spikes: number
    plateaus: number
    onsets: number
    bursts: number
    /** Hz a unit */
    rate: number
    eventRate: number
    burstRate: number
    /** NaN without onsets. */
    burstProbability: number
    /** Pooled inter-spike intervals: how many, their mean (ms), and the mean over units of the coefficient of variation. */
    intervals: number
    meanInterval: number
    cv: number
    /** Runs of 1, 2, 3, ... spikes; index 0 is singlets. */
    burstSizes: number[]
  }[]
  /** Of all rows together; edges in ms, logarithmic. */
  histogram: { edges: Float64Array; counts: Float64Array }
}

export interface EventAt {
  population: string
  unit: number
  time: number
  /** In words: `spike, burst onset`, `plateau begins`. */
  kind: string
  /** Interval to the spike of the same unit before, and to the one after (ms); undefined where there is none. */
  before?: number
  after?: number
}

/** A curve over time; NaN is a gap. Long ones keep, for every pixel, first, lowest, highest and last. */
export interface Series {
  name: string
  times: Float64Array
  values: Float64Array
}

export interface CodeRequest {
  trace: TraceId
  population: string
  /** Units [first, last) by number; all unless said. */
  units?: [first: number, last: number]
  from: number
  to: number
  /** ms */
  bin: number
  threshold: BurstThreshold
}
/** Rates in Hz a unit, in bins; burst probability is NaN without onsets. */
export interface Code {
  centres: Float64Array
  rate: Float64Array
  eventRate: Float64Array
  burstRate: Float64Array
  burstProbability: Float64Array
  onsets: Float64Array
  bursts: Float64Array
}

export interface SampledRequest {
  trace: TraceId
  samples: string
  variables: string[]
  /** Columns of the request, from 0; of means there is one. */
  columns: number[]
  from: number
  to: number
  /** Pixels across. */
  width: number
}

/** Weights of a projection whenever they were kept: quantiles, and a histogram of each. */
export interface WeightsOverTime {
  times: Float64Array
  mean: Float64Array
  /** 5, 25, 50, 75 and 95 % */
  quantiles: Float64Array[]
  counts: number[]
  edges: Float64Array
  /** [time][bin] */
  histograms: Float64Array[]
}

/** Where two traces differ first, or that they do not. */
export interface Divergence {
  same: boolean
  /** Populations, samples and projections that both have, by their names. */
  compared: number
  /** The earliest event, sample or weight that only one of them has, or that differs; none where only what the headers say differs. */
  first?: { time: number; what: string; name: string; unit?: number; a: string; b: string }
  /** Sentences about headers: other seed, other scenario (which keys), other populations. */
  headers: string[]
}

export interface PsthRequest {
  trace: TraceId
  population: string
  /** Times that trials are aligned at (ms). */
  triggers: number[]
  /** Relative to a trigger (ms). */
  from: number
  to: number
  bin: number
}

/** Rows of some units of one population as the trace has them, in the order of time. */
export interface SelectedEvents {
  population: string
  times: Float64Array
  units: Uint32Array
  /** Bits, `kinds` of engine/description.ts. */
  kinds: Uint8Array
}

export interface TraceService {
  /** Throws an Error whose message says what is wrong with the file and what is needed. */
  open(origin: TraceOrigin): Promise<OpenedTrace>
  close(trace: TraceId): Promise<void>
  status(trace: TraceId): Promise<TraceStatus>
  /** What the trace says about its run; of a run that has ended, with the changes that were made by hand. */
  header(trace: TraceId): Promise<TraceHeader>
  /** Called (a few times a second) when more of a trace is there, or more of it is counted. Pass `Comlink.proxy(listener)`. */
  listen(listener: (trace: TraceId, status: TraceStatus) => void): Promise<void>
  raster(request: RasterRequest): Promise<RasterImage>
  /** Spikes in equal bins over [from, to), coarse but at once: for the overview. Counts by population. */
  overview(trace: TraceId, from: number, to: number, bins: number): Promise<Record<string, Float64Array>>
  /** The unit at each rank of an order. */
  order(trace: TraceId, population: string, order: RowOrder): Promise<Uint32Array>
  summary(trace: TraceId, selection: Selection, threshold: BurstThreshold): Promise<SelectionSummary>
  /** The event nearest to (time, unit) within `reach` ms; of the unit if it has one, else of those within `units` rows of it in the order. */
  eventAt(trace: TraceId, population: string, time: number, rank: number, order: RowOrder, reach: number, rows: number, threshold: BurstThreshold): Promise<EventAt | undefined>
  /** The next event after `time` (the one before, with direction -1) of a unit, or of all units of the populations. */
  nextEvent(trace: TraceId, populations: string[], time: number, direction: 1 | -1, unit?: number): Promise<EventAt | undefined>
  code(request: CodeRequest): Promise<Code>
  sampled(request: SampledRequest): Promise<Series[]>
  weights(trace: TraceId, projection: string): Promise<WeightsOverTime>
  psth(request: PsthRequest): Promise<{ centres: Float64Array; rates: Float64Array; trials: number }>
  compare(a: TraceId, b: TraceId): Promise<Divergence>
  /** Rows of the selection; undefined where they are more than `most`. */
  events(trace: TraceId, selection: Selection, most: number): Promise<SelectedEvents[] | undefined>
  /** Rows of the selection as CSV, or as NumPy records (.npy): population (CSV only), time in ms, unit, kind. */
  exportEvents(trace: TraceId, selection: Selection, format: 'csv' | 'npy'): Promise<Blob>
  /** The trace as a file. */
  file(trace: TraceId): Promise<Blob | undefined>
}
