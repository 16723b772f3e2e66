/**
 * Rows that are not written yet, as growing columns, and where they are cut into chunks. A cut depends on the rows
 * alone: a chunk ends when full, or before the first row beyond the next multiple of 1000 ms (a row at the multiple
 * itself belongs before it). It closes, in simulated time, at its last row if it is full, and else at the multiple.
 */
import { type Column, type ColumnSpec, firstNotBefore, makeColumn } from './columns.ts'

/** ms */
export const chunkTime = 1000
export const chunkRows = 65_536
/** Wide samples close earlier, so that a chunk stays below 32 MB. */
export const chunkValues = 4_194_304

export interface Rows {
  specs: readonly ColumnSpec[]
  /** The first one holds the times. */
  columns: Column[]
  count: number
  capacity: number
  /** Rows of a full chunk. */
  full: number
}

export function makeRows(specs: readonly ColumnSpec[]): Rows {
  const widest = Math.max(1, ...specs.map((s) => s.stride))
  const full = Math.max(1, Math.min(chunkRows, Math.floor(chunkValues / widest)))
  const capacity = Math.min(256, full)
  return { specs, columns: specs.map((s) => makeColumn(s.kind, capacity * s.stride)), count: 0, capacity, full }
}

/** Append `count` rows, the first of each column of `batch`. */
export function append(rows: Rows, batch: readonly Column[], count: number): void {
  reserve(rows, rows.count + count)
  for (let c = 0; c < batch.length; c++) {
    const { stride } = rows.specs[c]
    const length = count * stride
    rows.columns[c].set(batch[c].length === length ? batch[c] : batch[c].subarray(0, length), rows.count * stride)
  }
  rows.count += count
}

function reserve(rows: Rows, needed: number): void {
  if (needed <= rows.capacity) return
  rows.capacity = Math.max(needed, 2 * rows.capacity)
  rows.columns = rows.columns.map((old, c) => {
    const { kind, stride } = rows.specs[c]
    const column = makeColumn(kind, rows.capacity * stride)
    column.set(old.subarray(0, rows.count * stride))
    return column
  })
}

export function slice(rows: Rows, start: number, end: number): Column[] {
  return rows.columns.map((column, c) => column.subarray(start * rows.specs[c].stride, end * rows.specs[c].stride))
}

/** Forget the first `count` rows. */
export function drop(rows: Rows, count: number): void {
  if (count === 0) return
  for (const [c, { stride }] of rows.specs.entries()) {
    rows.columns[c].copyWithin(0, count * stride, rows.count * stride)
  }
  rows.count -= count
}

/** The chunk that begins at row `start`: the row after its last, and when it closes. */
export function chunkFrom(rows: Rows, start: number): { end: number; closes: number } {
  const times = rows.columns[0] as Float64Array
  const boundary = nextBoundary(times[start])
  const end = Math.min(start + rows.full, rows.count)
  if (times[end - 1] <= boundary) return { end, closes: end - start === rows.full ? times[end - 1] : boundary }
  // times at the boundary belong before it, so the search is for the next double above
  let low = firstNotBefore(times, boundary, start, end)
  while (low < end && times[low] === boundary) low++
  return { end: low, closes: low - start === rows.full ? times[low - 1] : boundary }
}

/** True if a chunk of `rows` closes before `time`. Asked at every instant, so nothing is allocated. */
export function closesBefore(rows: Rows, time: number): boolean {
  if (rows.count === 0) return false
  const times = rows.columns[0]
  return nextBoundary(times[0]) < time || (rows.count >= rows.full && times[rows.full - 1] < time)
}

/** The first multiple of 1000 ms, above 0, that is not before `time`. */
export function nextBoundary(time: number): number {
  // exact: the next double above 1000 k is 0.512 or 1.024 spacings above k when divided, so it is never rounded to k
  return Math.max(1, Math.ceil(time / chunkTime)) * chunkTime
}
