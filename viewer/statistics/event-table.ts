/** The events of a selection as a file: CSV, or records for NumPy. Written piece by piece, so that it may be larger than memory. */
import { npyRecordsHeader, type RecordColumn, recordBytes } from '../../engine/trace/npy.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import type { EventColumns } from '../store/trace-store.ts'
import { visitRows } from '../store/visit-rows.ts'
import type { Selection } from '../trace-service.ts'
import { selectedUnits } from './selected-units.ts'

/** Population by population in the order of the selection, each in the order of time. The kind is a sum of bits, see engine/description.ts. */
export async function eventTable(held: HeldTrace, { from, to, rows }: Selection, format: 'csv' | 'npy'): Promise<Blob> {
  const pieces: BlobPart[] = []
  let written = 0
  for (const group of rows) {
    const { population, chosen } = selectedUnits(held, group)
    await visitRows(held, population, from, to, ({ times, sources, kinds, first, end }) => {
      const [kept, count] = chosenRows(sources, chosen, first, end)
      if (count === 0) return
      if (format === 'csv') pieces.push(csvLines(group.population, times, sources, kinds, kept, count))
      else pieces.push(recordBytes(columns(count, (i) => kept[i], times, sources, kinds), count))
      written += count
    })
  }
  if (format === 'csv') return new Blob(['population,time_ms,unit,kind\n', ...pieces], { type: 'text/csv' })
  return new Blob([npyRecordsHeader(columns(0, (i) => i), written), ...pieces], { type: 'application/octet-stream' })
}

function chosenRows(sources: Uint32Array, chosen: Uint8Array, first: number, end: number): [rows: Uint32Array, count: number] {
  const rows = new Uint32Array(end - first)
  let count = 0
  for (let i = first; i < end; i++) if (chosen[sources[i]] !== 0) rows[count++] = i
  return [rows, count]
}

function csvLines(population: string, times: Float64Array, sources: Uint32Array, kinds: Uint8Array, rows: Uint32Array, count: number): string {
  const name = /[",\r\n]/.test(population) ? `"${population.replaceAll('"', '""')}"` : population
  let text = ''
  for (let k = 0; k < count; k++) text += `${name},${times[rows[k]]},${sources[rows[k]]},${kinds[rows[k]]}\n`
  return text
}

const none: EventColumns = { times: new Float64Array(0), sources: new Uint32Array(0), kinds: new Uint8Array(0) }

function columns(count: number, row: (i: number) => number, times = none.times, sources = none.sources, kinds = none.kinds): RecordColumn[] {
  return [
    { name: 'time_ms', values: Float64Array.from({ length: count }, (_, i) => times[row(i)]) },
    { name: 'unit', values: Uint32Array.from({ length: count }, (_, i) => sources[row(i)]) },
    { name: 'kind', values: Uint8Array.from({ length: count }, (_, i) => kinds[row(i)]) },
  ]
}
