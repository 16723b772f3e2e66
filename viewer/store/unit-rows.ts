/** Looking for a row of one unit, or of any, forward or backward from a place: segments in which a unit had no spike are passed over. */
import type { HeldTrace } from './held-trace.ts'
import type { PopulationIndex } from './population-index.ts'
import type { EventColumns } from './trace-store.ts'

export interface RowPlace {
  segment: number
  row: number
}

export interface FoundRow extends RowPlace {
  columns: EventColumns
}

/**
 * The first row from `place` on (backward: the last before it) for which `wanted` holds. `onlySpikesOf`: rows wanted are spikes of this
 * unit.
 */
export function findRow(
  { store, indexes }: HeldTrace,
  population: number,
  place: RowPlace,
  direction: 1 | -1,
  wanted: (columns: EventColumns, row: number) => boolean,
  onlySpikesOf?: number,
): FoundRow | undefined {
  const segments = store.segments(population)
  // backward from beyond the end: from the last row on
  const start = direction < 0 && place.segment >= segments.length ? { segment: segments.length - 1, row: Number.POSITIVE_INFINITY } : place
  for (let { segment, row } = start; segment >= 0 && segment < segments.length; segment += direction, row = direction > 0 ? 0 : Number.POSITIVE_INFINITY) {
    if (onlySpikesOf !== undefined && !mayHaveSpikes(indexes[population], segment, onlySpikesOf)) continue
    const columns = store.columns(population, segment)
    if (!columns) continue
    const { count } = segments[segment]
    if (direction > 0) {
      for (let i = Math.max(0, row); i < count; i++) if (wanted(columns, i)) return { segment, row: i, columns }
    } else {
      for (let i = Math.min(row, count) - 1; i >= 0; i--) if (wanted(columns, i)) return { segment, row: i, columns }
    }
  }
  return undefined
}

/** False if the unit certainly had no spike in the segment. */
function mayHaveSpikes({ checkpoints, unitSpikes, counted, spikesBefore }: PopulationIndex, segment: number, unit: number): boolean {
  if (segment >= counted.segment) return true
  const k = Math.floor(segment / checkpoints.every)
  const before = checkpoints.counts[k]
  const after = checkpoints.counts[k + 1] ?? (counted.segment >= spikesBefore.length - 1 ? unitSpikes : undefined)
  return !before || !after || after[unit] > before[unit]
}
