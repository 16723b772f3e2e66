/** Single events: the one nearest to the pointer, and the next one in time, with the intervals to the spikes of the unit around it. */
import { kinds } from '../../engine/description.ts'
import { firstNotBefore } from '../../engine/trace/columns.ts'
import { rowOrder } from '../raster/row-order.ts'
import { classesOf } from '../store/classes-of.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import { firstEndingFrom } from '../store/spikes-in.ts'
import { namedPopulation } from '../store/trace-store.ts'
import { type FoundRow, findRow, type RowPlace } from '../store/unit-rows.ts'
import type { EventAt, RowOrder } from '../trace-service.ts'
import { eventInWords } from './event-in-words.ts'

/** The event nearest in time within `reach` ms: of the unit at `rank`, else of the unit nearest to it, at most `rows` ranks away. */
export function eventAt(held: HeldTrace, name: string, time: number, rank: number, order: RowOrder, reach: number, rows: number): EventAt | undefined {
  const population = namedPopulation(held.store, name)
  const units = rowOrder(held, population, order)
  const away = new Map<number, number>()
  for (let r = Math.max(0, rank - rows); r <= Math.min(units.length - 1, rank + rows); r++) away.set(units[r], Math.abs(r - rank))
  let best: FoundRow | undefined
  let [bestAway, bestTime] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const segments = held.store.segments(population)
  for (let segment = firstEndingFrom(segments, time - reach); segment < segments.length && segments[segment].first <= time + reach; segment++) {
    const columns = held.store.columns(population, segment)
    if (!columns) continue
    const { count } = segments[segment]
    for (let row = firstNotBefore(columns.times, time - reach, 0, count); row < count && columns.times[row] <= time + reach; row++) {
      const ranks = away.get(columns.sources[row])
      if (ranks === undefined || ranks > bestAway) continue
      const late = Math.abs(columns.times[row] - time)
      if (ranks === bestAway && late >= bestTime) continue
      best = { segment, row, columns }
      bestAway = ranks
      bestTime = late
    }
  }
  return best && described(held, population, best)
}

/** The first event after `time`, or the last one before it, of all units of the populations or of one. */
export function nextEvent(held: HeldTrace, names: readonly string[], time: number, direction: 1 | -1, unit?: number): EventAt | undefined {
  let best: { population: number; found: FoundRow } | undefined
  for (const name of names) {
    const population = namedPopulation(held.store, name)
    const later = ({ times }: { times: Float64Array }, row: number) => (times[row] - time) * direction > 0
    const wanted = unit === undefined ? later : (columns: FoundRow['columns'], row: number) => columns.sources[row] === unit && later(columns, row)
    // segments without a spike of the unit can be passed over, if there are no other rows
    const onlySpikes = held.indexes[population].plateaus.count === 0
    const found = findRow(held, population, placeOf(held, population, time), direction, wanted, onlySpikes ? unit : undefined)
    if (found && (!best || (timeOf(found) - timeOf(best.found)) * direction < 0)) best = { population, found }
  }
  return best && described(held, best.population, best.found)
}

function timeOf({ columns, row }: FoundRow): number {
  return columns.times[row]
}

/** The first row that is not before `time`. */
function placeOf({ store }: HeldTrace, population: number, time: number): RowPlace {
  const segments = store.segments(population)
  const segment = firstEndingFrom(segments, time)
  const columns = segment < segments.length ? store.columns(population, segment) : undefined
  return columns ? { segment, row: firstNotBefore(columns.times, time, 0, segments[segment].count) } : { segment, row: 0 }
}

function described(held: HeldTrace, population: number, { segment, row, columns }: FoundRow): EventAt {
  const { store, indexes } = held
  const [unit, time, kind] = [columns.sources[row], columns.times[row], columns.kinds[row]]
  const isSpike = (c: FoundRow['columns'], i: number) => c.sources[i] === unit && (c.kinds[i] & kinds.spike) !== 0
  const before = findRow(held, population, { segment, row }, -1, isSpike, unit)
  const after = findRow(held, population, { segment, row: row + 1 }, 1, isSpike, unit)
  const found = classesOf(indexes[population], columns, segment, store.segments(population)[segment].count)[row]
  return {
    ...{ population: store.header.populations[population].name, unit, time, kind: eventInWords(kind, found) },
    ...(before && { before: time - timeOf(before) }),
    ...(after && { after: timeOf(after) - time }),
  }
}
