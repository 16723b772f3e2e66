/** Counts of spikes by grid row and column of pixels, and the loop that every spike of a window goes through once. */
import { spikeClass } from '../store/spike-classes.ts'
import type { EventColumns } from '../store/trace-store.ts'

export interface SpikeGrid {
  width: number
  rows: number
  /** [row][column] */
  all: Uint32Array
  /** Those that belong to bursts. */
  inBurst: Uint32Array
  /** Those of them that begin one; only where rows are tall enough to show it, else empty. */
  onsets: Uint32Array
}

/** Arrays of grids that are not needed any more: a grid of a million cells is expensive to get from the system for every image. */
const spare: Uint32Array[] = []
const sparesKept = 8

/** A grid of zeros; give it back with `returnGrid`. */
export function borrowGrid(width: number, rows: number, withOnsets: boolean): SpikeGrid {
  const cells = width * rows
  return { width, rows, all: borrow(cells), inBurst: borrow(cells), onsets: borrow(withOnsets ? cells : 0) }
}

export function returnGrid({ all, inBurst, onsets }: SpikeGrid): void {
  for (const array of [all, inBurst, onsets]) {
    if (array.length > 0 && spare.length < sparesKept) spare.push(new Uint32Array(array.buffer))
  }
}

function borrow(length: number): Uint32Array {
  const found = spare.findIndex((array) => array.length >= length && array.length <= 2 * length)
  if (found < 0) return new Uint32Array(length)
  return spare.splice(found, 1)[0].subarray(0, length).fill(0)
}

/** Columns of pixels a millisecond: a time stands in column floor((time - from) scale), the last one for what rounding lifts beyond. */
export function columnScale(from: number, to: number, width: number): number {
  return width / (to - from)
}

/** Count the spikes among rows first ... end - 1, all of them with from <= time < to. Returns how many stand in the grid. */
export function countSpikes(
  { width, all, inBurst, onsets }: SpikeGrid,
  rowOf: Int32Array,
  { times, sources }: EventColumns,
  classes: Uint8Array,
  first: number,
  end: number,
  from: number,
  scale: number,
): number {
  const last = width - 1
  const withOnsets = onsets.length > 0
  let shown = 0
  for (let i = first; i < end; i++) {
    const found = classes[i]
    const row = rowOf[sources[i]]
    if (found === spikeClass.none || row < 0) continue
    const column = ((times[i] - from) * scale) | 0
    const cell = row * width + (column > last ? last : column)
    all[cell]++
    shown++
    if (found > spikeClass.singlet) {
      inBurst[cell]++
      if (withOnsets && found === spikeClass.onset) onsets[cell]++
    }
  }
  return shown
}
