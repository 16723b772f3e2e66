/** The rows of a selection, as the trace has them: for the ticks of a strip, and for a picture that is to hold every spike as a line. */
import { firstNotBefore } from '../../engine/trace/columns.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import { firstEndingFrom } from '../store/spikes-in.ts'
import type { SelectedEvents, Selection } from '../trace-service.ts'
import { selectedUnits } from './selected-units.ts'

type SelectedRows = Selection['rows'][number]

/** One entry for each of the selection's `rows`; undefined where there are more than `most` rows in all. */
export function selectedEvents(held: HeldTrace, { from, to, rows }: Selection, most: number): SelectedEvents[] | undefined {
  let left = most
  const found: SelectedEvents[] = []
  for (const group of rows) {
    const events = eventsOf(held, group, from, to, left)
    if (!events) return undefined
    left -= events.times.length
    found.push(events)
  }
  return found
}

function eventsOf(held: HeldTrace, group: SelectedRows, from: number, to: number, most: number): SelectedEvents | undefined {
  const { store } = held
  const { population, chosen } = selectedUnits(held, group)
  const segments = store.segments(population)
  const [times, units, kinds]: [number[], number[], number[]] = [[], [], []]
  for (let segment = firstEndingFrom(segments, from); segment < segments.length && segments[segment].first < to; segment++) {
    const columns = store.columns(population, segment)
    if (!columns) continue
    const { count } = segments[segment]
    const end = firstNotBefore(columns.times, to, 0, count)
    for (let i = firstNotBefore(columns.times, from, 0, count); i < end; i++) {
      if (chosen[columns.sources[i]] === 0) continue
      if (times.length === most) return undefined
      times.push(columns.times[i])
      units.push(columns.sources[i])
      kinds.push(columns.kinds[i])
    }
  }
  return { population: group.population, times: Float64Array.from(times), units: Uint32Array.from(units), kinds: Uint8Array.from(kinds) }
}
