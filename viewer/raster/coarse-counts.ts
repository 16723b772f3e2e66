/**
 * Counts by time and unit spread over a grid of pixels, where the spikes themselves are not at hand or too many to be looked at one by one:
 * a bin belongs to the column of pixels that holds its middle, or is shared by several where it is wider; a band is shared by the rows of
 * its units.
 */
import type { Density } from '../../engine/trace/density.ts'
import type { RowLayout } from './row-layout.ts'
import type { SpikeGrid } from './spike-grid.ts'

/** Fractions of spikes, before they become a grid. */
export interface Spread {
  width: number
  all: Float32Array
  inBurst: Float32Array
}

export function makeSpread(width: number, rows: number): Spread {
  return { width, all: new Float32Array(width * rows), inBurst: new Float32Array(width * rows) }
}

/** Units looked at one by one when rows are spread; of more, every so many-th stands for its neighbours. */
const unitsLookedAt = 8192

/** Add what `density` counted in [start, end), a part of the window [from, to). */
export function spreadDensity(spread: Spread, { rowOf }: RowLayout, density: Density, from: number, to: number, start: number, end: number): void {
  const { width } = spread
  const { bands, bandSize } = density
  const all = profiles(density, density.all, width, from, to, start, end)
  const inBurst = density.inBurst && profiles(density, density.inBurst, width, from, to, start, end)
  const units = rowOf.length
  const step = Math.max(1, Math.ceil(units / unitsLookedAt))
  const looked = new Uint32Array(bands)
  for (let unit = 0; unit < units; unit += step) looked[Math.floor(unit / bandSize)]++
  const add = (band: number, row: number, count: number): void => {
    const share = count / looked[band]
    addScaled(spread.all, row * width, all, band * width, width, share)
    if (inBurst) addScaled(spread.inBurst, row * width, inBurst, band * width, width, share)
  }
  // neighbours mostly share band and row
  let [band, row, count] = [-1, -1, 0]
  for (let unit = 0; unit < units; unit += step) {
    const [ownBand, ownRow] = [Math.floor(unit / bandSize), rowOf[unit]]
    if (ownBand === band && ownRow === row) count++
    else {
      if (row >= 0) add(band, row, count)
      band = ownBand
      row = ownRow
      count = 1
    }
  }
  if (row >= 0) add(band, row, count)
}

/** Whole spikes again: where there is a part of one, there is one. Returns their sum before rounding. */
export function spreadToGrid(spread: Spread, grid: SpikeGrid): number {
  let sum = 0
  const { all, inBurst } = spread
  for (let i = 0; i < all.length; i++) {
    const count = all[i]
    if (count === 0) continue
    sum += count
    grid.all[i] += Math.ceil(count)
    grid.inBurst[i] += Math.round((Math.ceil(count) * inBurst[i]) / count)
  }
  return sum
}

function addScaled(into: Float32Array, to: number, values: Float32Array, from: number, count: number, scale: number): void {
  for (let i = 0; i < count; i++) into[to + i] += values[from + i] * scale
}

/** [band][column] */
function profiles(density: Density, counts: Uint32Array, columns: number, from: number, to: number, start: number, end: number): Float32Array {
  const { bins, bands, used, width } = density
  const pixel = (to - from) / columns
  const sums = new Float32Array(bands * columns)
  // the bins whose middles lie in the part
  const first = Math.max(0, Math.ceil(start / width - 0.5))
  const last = Math.min(used, Math.ceil(end / width - 0.5))
  if (width <= pixel) {
    const columnOf = Int32Array.from({ length: Math.max(0, last - first) }, (_, i) => {
      const column = Math.floor(((first + i + 0.5) * width - from) / pixel)
      return Math.min(columns - 1, Math.max(0, column))
    })
    for (let band = 0; band < bands; band++) {
      const row = band * columns
      for (let bin = first; bin < last; bin++) sums[row + columnOf[bin - first]] += counts[band * bins + bin]
    }
    return sums
  }
  const low = Math.max(0, Math.floor((start - from) / pixel))
  const high = Math.min(columns, Math.ceil((end - from) / pixel))
  for (let band = 0; band < bands; band++) {
    for (let column = low; column < high; column++) {
      const bin = Math.floor((from + (column + 0.5) * pixel) / width)
      if (bin >= 0 && bin < used) sums[band * columns + column] = (counts[band * bins + bin] * pixel) / width
    }
  }
  return sums
}
