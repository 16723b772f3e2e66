/**
 * The image of a raster. Exactly, by looking at every spike of the window; or, where there are too many for an answer at once, from counts
 * by time and unit. An exact image is made in slices and gives way when it is not wanted any more.
 */
import { firstNotBefore } from '../../engine/trace/columns.ts'
import { breathe } from '../store/breathe.ts'
import { classesOf } from '../store/classes-of.ts'
import { type HeldTrace, isRead, spikesOf } from '../store/held-trace.ts'
import { firstEndingFrom, spikesIn } from '../store/spikes-in.ts'
import { spikesOver } from '../store/spikes-over.ts'
import { type EventColumns, populationIndex } from '../store/trace-store.ts'
import { visitRows } from '../store/visit-rows.ts'
import type { RasterImage, RasterRequest, RasterRows } from '../trace-service.ts'
import { coarseGrid } from './coarse-grid.ts'
import { type Canvas, pack, paintBars, paintDensity } from './paint.ts'
import { paintDifference } from './paint-difference.ts'
import { paintPlateaus } from './paint-plateaus.ts'
import { rowOrder } from './row-order.ts'
import { type RowLayout, rowLayout } from './row-layout.ts'
import { borrowGrid, columnScale, countSpikes, returnGrid, type SpikeGrid } from './spike-grid.ts'

/** Rows that are looked at one by one for an answer at once, and segments that are fetched for it. */
const rowsAtOnce = 1_200_000
const fetchesAtOnce = 2

/** Pixels a millisecond from which on bars are two pixels wide: a spike lasts about a millisecond. */
const broadFrom = 2

/** Of one population of one trace. */
interface Part {
  held: HeldTrace
  population: number
  rows: RasterRows
  layout: RowLayout
  /** The unit at each rank. */
  order: Uint32Array
}
interface Counted {
  grid: SpikeGrid
  shown: number
  exact: boolean
}

/** `wanted` turns false when the answer is not waited for any more. */
export async function rasterImage(request: RasterRequest, held: HeldTrace, over: HeldTrace | undefined, wanted: () => boolean): Promise<RasterImage> {
  const began = performance.now()
  const { width, height } = request
  const pixels = new Uint32Array(width * height)
  pixels.fill(pack(request.background))
  const canvas: Canvas = { width, height, pixels }
  const parts = request.rows.flatMap((rows) => partOf(held, rows, height) ?? [])
  const overParts = over ? parts.map((part) => sameRows(over, part)) : []
  const direct = request.quality === 'exact' || fitsAtOnce([...parts, ...overParts.flatMap((p) => p ?? [])], request)
  let shown = 0
  let exact = true
  // together: they share the walk over the trace
  const counts = await Promise.all(parts.map((part) => countPart(part, request, direct, wanted)))
  const overCounts = await Promise.all(overParts.map((part) => part && countPart(part, request, direct, wanted)))
  for (const [i, part] of parts.entries()) {
    const counted = counts[i]
    shown += counted.shown
    exact &&= counted.exact
    const { rows, layout } = part
    if (request.plateaus && layout.unitHeight >= 2) exact = paintPlateaus(canvas, part.layout, held, part.population, request) && exact
    const ink = { background: request.background, singlet: rows.singlet, burst: rows.burst }
    if (request.over) {
      const other = overCounts[i]
      exact &&= other?.exact ?? true
      paintDifference(canvas, layout, counted.grid, other?.grid, ink, request.over)
      if (other) returnGrid(other.grid)
    } else if (layout.unitHeight >= 1) paintBars(canvas, layout, counted.grid, ink, width / (request.to - request.from) >= broadFrom)
    else paintDensity(canvas, layout, counted.grid, ink)
    returnGrid(counted.grid)
  }
  const of = held.store.header.populations.reduce((sum, _, p) => sum + (spikesOf(held, p) ?? held.indexes[p].spikesBefore.at(-1) ?? 0), 0)
  return { width, height, pixels: new Uint8ClampedArray(pixels.buffer), shown, of, exact, took: performance.now() - began }
}

function partOf(held: HeldTrace, rows: RasterRows, height: number): Part | undefined {
  const population = populationIndex(held.store, rows.population)
  if (population < 0) return undefined
  const order = rowOrder(held, population, rows.order)
  return { held, population, rows, order, layout: rowLayout(rows, order, height) }
}

/** The same units of another trace, in the rows of the first; undefined if it has no such population. */
function sameRows(held: HeldTrace, { rows, layout, order }: Part): Part | undefined {
  const population = populationIndex(held.store, rows.population)
  if (population < 0) return undefined
  const rowOf = new Int32Array(held.indexes[population].units).fill(-1)
  rowOf.set(layout.rowOf.subarray(0, rowOf.length))
  return { held, population, rows, layout: { ...layout, rowOf }, order: order.filter((unit) => unit < rowOf.length) }
}

function fitsAtOnce(parts: readonly Part[], { from, to }: RasterRequest): boolean {
  let [rows, fetches] = [0, 0]
  for (const { held, population } of parts) {
    const segments = held.store.segments(population)
    for (let s = firstEndingFrom(segments, from); s < segments.length && segments[s].first < to; s++) {
      const { first, last, count } = segments[s]
      // rows are spread evenly enough over a segment for a guess
      const inside = last > first ? (Math.min(last, to) - Math.max(first, from)) / (last - first) : 1
      rows += count * inside
      if (!held.store.inMemory(population, s)) fetches++
      if (rows > rowsAtOnce || fetches > fetchesAtOnce) return false
    }
  }
  return true
}

async function countPart(part: Part, request: RasterRequest, direct: boolean, wanted: () => boolean): Promise<Counted> {
  const { held, population, layout, order } = part
  const { from, to, width, quality } = request
  if (quality === 'exact') while (!isRead(held, population, to) && wanted() && !held.closed) await breathe()
  const grid = borrowGrid(width, layout.count, layout.unitHeight >= 1)
  if (direct && (quality === 'now' || wanted())) return countDirectly(part, grid, request, wanted)
  coarseGrid(grid, layout, order, held, population, from, to)
  return { grid, shown: shownSpikes(part, from, to), exact: false }
}

/** Exactly where that is known; before that, about as many as there are on average in the window and in so many rows. */
function shownSpikes({ held, population, layout }: Part, from: number, to: number): number {
  const all = layout.rowOf.every((row) => row >= 0)
  const known = isRead(held, population, to) ? spikesIn(held.store, held.indexes[population], population, from, to, all ? undefined : layout.rowOf, fetchesAtOnce) : undefined
  if (known !== undefined) return known
  const inWindow = spikesOver(held, population, from, to, 1)[0]
  return Math.round((inWindow * layout.rowOf.filter((row) => row >= 0).length) / layout.rowOf.length)
}

async function countDirectly({ held, population, layout }: Part, grid: SpikeGrid, { from, to, width, quality }: RasterRequest, wanted: () => boolean): Promise<Counted> {
  const scale = columnScale(from, to, width)
  let exact = isRead(held, population, to)
  let shown = 0
  const count = (columns: EventColumns, classes: Uint8Array, first: number, end: number): void => {
    shown += countSpikes(grid, layout.rowOf, columns, classes, first, end, from, scale)
  }
  if (quality === 'now') {
    const segments = held.store.segments(population)
    for (let s = firstEndingFrom(segments, from); s < segments.length && segments[s].first < to; s++) {
      const columns = held.store.columns(population, s)
      if (!columns) continue
      const { count: rows } = segments[s]
      const [first, end] = [firstNotBefore(columns.times, from, 0, rows), firstNotBefore(columns.times, to, 0, rows)]
      count(columns, classesOf(held.indexes[population], columns, s, rows), first, end)
    }
  } else {
    await visitRows(held, population, from, to, (rows) => {
      if (!wanted() || held.closed) return (exact = false)
      count(rows, rows.classes(), rows.first, rows.end)
    })
  }
  return { grid, shown, exact }
}
