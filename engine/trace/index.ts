/** The binary log of a run: write it with `openTraceWriter`, read it with `openTrace`. */
export type { Column } from './columns.ts'
export { bySourceAndTarget } from './connections.ts'
export { bytesSource, formatVersion, type TraceSource } from './format.ts'
export type { TraceHeader, TracePopulation, TraceSamples, TraceWeights } from './header.ts'
export { openTrace, readTraceBlob } from './reader.ts'
export type {
  TimeRange,
  Trace,
  TraceChunk,
  TraceEvents,
  TraceOverview,
  TraceSampled,
  TraceTotals,
  TraceWeightsAt,
} from './reader.ts'
export type { Density } from './density.ts'
export { withScenario } from './with-scenario.ts'
export { openTraceWriter, type TraceSink, type TraceWriter } from './writer.ts'
