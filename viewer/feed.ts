/**
 * What the engine's worker tells the worker that holds traces while a scenario runs, through one `MessagePort`. Arrays are copies
 * and are transferred. Rows come in the order of their times, a batch a slice of the run (about 10 ms on the wall).
 *
 * The engine never waits for the reader. Every batch is answered by its number, so that the engine knows how many bytes are on
 * their way; above some megabytes it keeps rows back, and sends them together when the reader has caught up. Were it to keep more
 * than it should, it drops rows from then on and says so (`skipped`): the finished trace of `end` holds them all.
 */
import type { TraceHeader } from '../engine/trace/header.ts'

export type FeedMessage =
  /** `until` in ms; null where trials alone say when the run ends. */
  | { type: 'begin'; header: TraceHeader; until: number | null }
  /** Rows of the trace of one population; its index in the header, times in ms, kinds as bits of `engine/trace/format.ts`. */
  | { type: 'events'; batch: number; population: number; times: Float64Array; sources: Uint32Array; kinds: Uint8Array }
  /** `values` row by row, as the trace has them: variables x units numbers a time. */
  | { type: 'sample'; batch: number; request: number; times: Float64Array; values: Float32Array | Float64Array }
  | { type: 'weights'; batch: number; projection: number; time: number; sources: Uint32Array; targets: Uint32Array; weights: Float64Array }
  /** Everything before `time` (ms) has been sent, unless `skipped`. */
  | { type: 'now'; time: number }
  /** Rows at and after `time` are not sent any more: the reader is too far behind. They are in the finished trace. */
  | { type: 'skipped'; time: number }
  /** The finished trace, as the file would be. */
  | { type: 'end'; until: number; trace: ArrayBuffer; sha256: string }
  | { type: 'failed'; message: string }

/** The reader's answer to events, samples and weights. */
export interface FeedAnswer {
  type: 'got'
  /** All batches up to this one have been taken in. */
  batch: number
}
