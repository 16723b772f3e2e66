/** Going through the rows of a window in slices, for what has to look at every one of them. */
import { firstNotBefore } from '../../engine/trace/columns.ts'
import { breathe, sliceTime } from './breathe.ts'
import { classesOf } from './classes-of.ts'
import { type HeldTrace, isRead } from './held-trace.ts'
import type { Classification } from './spike-classes.ts'
import { firstEndingFrom } from './spikes-in.ts'
import type { EventColumns } from './trace-store.ts'

/** Rows [first, end) of a segment's columns; `classes` as in spike-classes.ts. */
export interface VisitedRows extends EventColumns {
  classes: Uint8Array
  first: number
  end: number
}

/** Rows with from <= time < to, in the order of time. Ends early where `visit` returns false. */
export async function visitRows({ store, indexes }: HeldTrace, population: number, from: number, to: number, visit: (rows: VisitedRows) => unknown): Promise<void> {
  const segments = store.segments(population)
  let deadline = performance.now() + sliceTime
  for (let s = firstEndingFrom(segments, from); s < segments.length && segments[s].first < to; s++) {
    const columns = store.columns(population, s)
    if (!columns) continue
    const { count } = segments[s]
    const [first, end] = [firstNotBefore(columns.times, from, 0, count), firstNotBefore(columns.times, to, 0, count)]
    if (visit({ ...columns, classes: classesOf(indexes[population], columns, s, count), first, end }) === false) return
    if (performance.now() < deadline) continue
    await breathe()
    deadline = performance.now() + sliceTime
  }
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
