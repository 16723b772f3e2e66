/** Counts of spikes by grid row and column of pixels, and the loop that every spike of a window goes through once. */
import { spikeClass } from '../store/spike-classes.ts'
import type { EventColumns } from '../store/trace-store.ts'

export interface SpikeGrid {
  width: number
  rows: number
  /** [row][column] */
  all: Uint32Array
  /** Those that belong to bursts, and those of them that begin one. */
  inBurst: Uint32Array
  onsets: Uint32Array
}

export function makeGrid(width: number, rows: number): SpikeGrid {
  const counts = () => new Uint32Array(width * rows)
  return { width, rows, all: counts(), inBurst: counts(), onsets: counts() }
}

/** Column of pixels of a time: floor((time - from) scale), the last one for what rounding lifts beyond. */
export function columnScale(from: number, to: number, width: number): number {
  return width / (to - from)
}

/** Count the spikes among rows first ... end - 1, all of them with from <= time < to. Returns how many stand in the grid. */
export function countSpikes(
  grid: SpikeGrid,
  rowOf: Int32Array,
  { times, sources }: EventColumns,
  classes: Uint8Array,
  first: number,
  end: number,
  from: number,
  scale: number,
): number {
  const { width, all, inBurst, onsets } = grid
  const last = width - 1
  let shown = 0
  for (let i = first; i < end; i++) {
    const found = classes[i]
    if (found === spikeClass.none) continue
    const row = rowOf[sources[i]]
    if (row < 0) continue
    const column = ((times[i] - from) * scale) | 0
    const cell = row * width + (column > last ? last : column)
    all[cell]++
    shown++
    if (found !== spikeClass.singlet) {
      inBurst[cell]++
      if (found === spikeClass.onset) onsets[cell]++
    }
  }
  return shown
}
