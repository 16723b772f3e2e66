/** Going through the rows of a window, for what has to look at every one of them; the walk is that of walk.ts. */
import { firstNotBefore } from '../../engine/trace/columns.ts'
import { breathe } from './breathe.ts'
import { classesOf } from './classes-of.ts'
import { type HeldTrace, isRead } from './held-trace.ts'
import type { Classification } from './spike-classes.ts'
import { firstEndingFrom } from './spikes-in.ts'
import type { EventColumns } from './trace-store.ts'
import { visitSegments } from './walk.ts'

/** Rows [first, end) of a segment's columns. */
export interface VisitedRows extends EventColumns {
  first: number
  end: number
  /** As in spike-classes.ts; told until the next are asked for. */
  classes(): Uint8Array
}

/** Rows with from <= time < to, in the order of time. Ends early where `visit` returns false. */
export function visitRows(held: HeldTrace, population: number, from: number, to: number, visit: (rows: VisitedRows) => unknown): Promise<void> {
  const { store, indexes } = held
  const segments = store.segments(population)
  const start = firstEndingFrom(segments, from)
  let stop = start
  while (stop < segments.length && segments[stop].first < to) stop++
  return visitSegments({ store, indexes }, population, start, stop, (columns, s) => {
    const { count } = segments[s]
    const [first, end] = [firstNotBefore(columns.times, from, 0, count), firstNotBefore(columns.times, to, 0, count)]
    return visit({ ...columns, first, end, classes: () => classesOf(indexes[population], columns, s, count) }) !== false
  })
}

/**
 * What `compute` finds out with the bursts of the rows before `to` (ms), once these are told. If another threshold is chosen meanwhile,
 * with that one: the answer to the question before is not waited for any more.
 */
export async function withBursts<T>(held: HeldTrace, populations: readonly number[], to: number, compute: () => Promise<T>): Promise<T> {
  const told = (): Classification[] => populations.map((p) => held.indexes[p].classification)
  for (;;) {
    const before = told()
    while (!held.closed && populations.some((p) => !isRead(held, p, to))) await breathe()
    const found = await compute()
    if (held.closed || told().every((classification, i) => classification === before[i])) return found
  }
}
