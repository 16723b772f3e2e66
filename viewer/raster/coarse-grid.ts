/** A grid from counts: fine ones as far as the trace has been read, those that the trace keeps itself beyond. */
import type { Density } from '../../engine/trace/density.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import { coarseTail, densityTail, readUntil } from '../store/read-until.ts'
import type { CoarseCounts } from '../store/trace-store.ts'
import { addCumulativeDensity, addDensity, bandsOfRows } from './coarse-counts.ts'
import type { RowLayout } from './row-layout.ts'
import type { SpikeGrid } from './spike-grid.ts'

/** Counts of one population; `order` has the unit at each rank. */
export function coarseGrid(grid: SpikeGrid, { rowOf, count }: RowLayout, order: Uint32Array, held: HeldTrace, population: number, from: number, to: number): void {
  const { density, cumulative } = held.indexes[population]
  if (cumulative && cumulative.width <= (to - from) / grid.width) {
    addCumulativeDensity(grid, bandsOfRows(rowOf, count, order, cumulative.bandSize), cumulative, from, to)
    return
  }
  const read = Math.min(to, Math.max(from, readUntil(held, population)))
  if (read > from) addDensity(grid, bandsOfRows(rowOf, count, order, density.bandSize), density, from, to, from, read)
  if (read >= to) return
  const footer = coarseTail(held, population)
  const kept = densityTail(held, population) ?? (footer && asOneBand(footer, order.length))
  if (kept) addDensity(grid, bandsOfRows(rowOf, count, order, kept.bandSize), kept, from, to, read, to)
}

/** Counts over time alone, as if all units were alike. */
function asOneBand({ width, counts }: CoarseCounts, units: number): Density {
  return { width, bins: counts.length, used: counts.length, bands: 1, bandSize: Math.max(1, units), all: Uint32Array.from(counts) }
}
