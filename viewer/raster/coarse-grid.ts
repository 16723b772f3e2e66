/** A grid from counts: fine ones as far as the trace has been read, those of its footer beyond. */
import type { Density } from '../../engine/trace/density.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import { coarseTail, readUntil } from '../store/read-until.ts'
import type { CoarseCounts } from '../store/trace-store.ts'
import { makeSpread, spreadDensity, spreadToGrid } from './coarse-counts.ts'
import type { RowLayout } from './row-layout.ts'
import type { SpikeGrid } from './spike-grid.ts'

/** Returns about how many spikes stand in the grid. */
export function coarseGrid(grid: SpikeGrid, layout: RowLayout, held: HeldTrace, population: number, from: number, to: number): number {
  const { density, coarser, units } = held.indexes[population]
  const read = Math.min(to, Math.max(from, readUntil(held, population)))
  const spread = makeSpread(grid.width, grid.rows)
  const fine = coarser && coarser.width <= (to - from) / grid.width ? coarser : density
  if (read > from) spreadDensity(spread, layout, fine, from, to, from, read)
  const footer = coarseTail(held, population)
  if (read < to && footer) spreadDensity(spread, layout, asOneBand(footer, units), from, to, read, to)
  return spreadToGrid(spread, grid)
}

/** Counts over time alone, as if all units were alike. */
function asOneBand({ width, counts }: CoarseCounts, units: number): Density {
  return { width, bins: counts.length, used: counts.length, bands: 1, bandSize: Math.max(1, units), all: Uint32Array.from(counts) }
}
