/**
 * Counts by time and unit put into a grid of pixels, where the spikes themselves are not at hand or too many to be looked at one by one. A
 * bin belongs to the column that holds its middle, or several columns show it where it is wider; a grid row shows the bands of its units.
 * Columns and rows hold unequal numbers of bins and bands: counts are scaled to the mean number, so that no stripes appear.
 */
import type { Density } from '../../engine/trace/density.ts'
import type { SpikeGrid } from './spike-grid.ts'

/** Whole numbers are cut off: up, and 1.0000001 is 1. */
const roundingUp = 0.999

/** Bands looked at for a row whose units stand in no order. */
const bandsLookedAt = 4

/** The bands that each grid row shows. */
export function bandsOfRows(rowOf: Int32Array, rows: number, order: Uint32Array, bandSize: number): number[][] {
  const bands = Array.from({ length: rows }, (): number[] => [])
  const inOrder = order.every((unit, rank) => unit === rank)
  for (const unit of order) {
    const row = rowOf[unit]
    if (row < 0) continue
    const band = Math.floor(unit / bandSize)
    const own = bands[row]
    if (own.at(-1) !== band && (inOrder || own.length < bandsLookedAt)) own.push(band)
  }
  // bands taller than rows: the one in the middle
  const units = order.length / rows
  return units <= bandSize && inOrder ? bands.map((own) => own.slice(own.length >> 1, (own.length >> 1) + 1)) : bands
}

/** Where the bins of [start, end) stand among the columns of the window [from, to). */
interface BinColumns {
  first: number
  end: number
  /** Of each bin from `first` on; undefined where bins are wider than columns. */
  columnOf?: Int32Array
  /** Of each column: its bin, where bins are wider; -1 outside. */
  binOf?: Int32Array
  /** What to multiply the counts of a column by. */
  scale: Float64Array
}

function binColumns({ width, used }: Density, columns: number, from: number, to: number, start: number, end: number): BinColumns {
  const pixel = (to - from) / columns
  // the bins whose middles lie in the part
  const first = Math.max(0, Math.ceil(start / width - 0.5))
  const stop = Math.max(first, Math.min(used, Math.ceil(end / width - 0.5)))
  if (width <= pixel) {
    const counts = new Float64Array(columns)
    const columnOf = Int32Array.from({ length: stop - first }, (_, i) => {
      const column = Math.min(columns - 1, Math.max(0, Math.floor(((first + i + 0.5) * width - from) / pixel)))
      counts[column]++
      return column
    })
    return { first, end: stop, columnOf, scale: counts.map((count) => (count === 0 ? 0 : pixel / width / count)) }
  }
  const binOf = Int32Array.from({ length: columns }, (_, column) => {
    const middle = from + (column + 0.5) * pixel
    return middle >= start && middle < end && middle < used * width ? Math.floor(middle / width) : -1
  })
  return { first, end: stop, binOf, scale: new Float64Array(columns).fill(pixel / width) }
}

/**
 * Add what was counted in the window [from, to), from counts that include all before them: as if spikes were spread evenly over a bin, so
 * that columns need not fit bins. `bands` as for `addDensity`.
 */
export function addCumulativeDensity(grid: SpikeGrid, bands: readonly number[][], density: Density, from: number, to: number): void {
  const { width: columns } = grid
  const edges = Float64Array.from({ length: columns + 1 }, (_, x) => Math.min(density.used, Math.max(0, (from + ((to - from) * x) / columns) / density.width)))
  // the count up to an edge is that of the bins before it, and a part of its own bin; in front of the first bin there is none
  const bins = Int32Array.from(edges, (edge) => Math.max(0, Math.ceil(edge) - 1))
  const parts = edges.map((edge, x) => edge - bins[x])
  const line = new Float64Array(columns)
  const perRow = meanLength(bands)
  const countsAndCells: [Uint32Array, Uint32Array][] = [[density.all, grid.all]]
  const { inBurst, bins: room } = density
  // the last bin of a band has all of it
  if (inBurst && bands.some((own) => own.some((band) => inBurst[(band + 1) * room - 1] > 0))) countsAndCells.push([inBurst, grid.inBurst])
  for (const [counts, cells] of countsAndCells) {
    for (const [row, own] of bands.entries()) {
      if (own.length === 0) continue
      line.fill(0)
      for (const band of own) addDifferences(line, counts, band * density.bins, bins, parts)
      addLine(cells, row * columns, line, perRow / own.length)
    }
  }
}

function addDifferences(line: Float64Array, counts: Uint32Array, offset: number, bins: Int32Array, parts: Float64Array): void {
  let before = 0
  for (let x = 0; x <= line.length; x++) {
    const bin = bins[x]
    const low = bin === 0 ? 0 : counts[offset + bin - 1]
    const upTo = low + (counts[offset + bin] - low) * parts[x]
    if (x > 0) line[x - 1] += upTo - before
    before = upTo
  }
}

/** Add what `density` counted in [start, end), a part of the window [from, to). */
export function addDensity(grid: SpikeGrid, bands: readonly number[][], density: Density, from: number, to: number, start: number, end: number): void {
  const where = binColumns(density, grid.width, from, to, start, end)
  const mean = meanLength(bands)
  const line = new Float64Array(grid.width)
  const countsAndCells: [Uint32Array, Uint32Array][] = [[density.all, grid.all]]
  if (density.inBurst) countsAndCells.push([density.inBurst, grid.inBurst])
  for (const [counts, cells] of countsAndCells) {
    bands.forEach((own, row) => {
      if (own.length === 0) return
      line.fill(0)
      for (const band of own) addBand(line, counts, band * density.bins, where)
      for (let column = 0; column < line.length; column++) line[column] *= where.scale[column]
      addLine(cells, row * grid.width, line, mean / own.length)
    })
  }
}

function addBand(line: Float64Array, counts: Uint32Array, offset: number, { first, end, columnOf, binOf }: BinColumns): void {
  if (columnOf) for (let bin = first; bin < end; bin++) line[columnOf[bin - first]] += counts[offset + bin]
  else if (binOf) for (let column = 0; column < line.length; column++) if (binOf[column] >= 0) line[column] += counts[offset + binOf[column]]
}

/** Whole spikes: where there is a part of one, there is one. */
function addLine(cells: Uint32Array, offset: number, line: Float64Array, scale: number): void {
  for (let column = 0; column < line.length; column++) cells[offset + column] += (line[column] * scale + roundingUp) | 0
}

/** Bands of a row that has any. */
function meanLength(bands: readonly number[][]): number {
  const shown = bands.filter((own) => own.length > 0)
  return shown.reduce((sum, own) => sum + own.length, 0) / Math.max(1, shown.length)
}
