/**
 * Where two traces differ first: their events, samples and weights are compared row by row, by name; what is earliest in time is told. Nothing
 * after the earliest difference found so far is read.
 */
import { pauses } from '../store/breathe.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import { type Chunk, type EventColumns, populationIndex, type TraceStore } from '../store/trace-store.ts'
import type { Divergence } from '../trace-service.ts'
import { eventInWords } from './event-in-words.ts'
import { headerDifferences } from './header-differences.ts'

type First = NonNullable<Divergence['first']>

export async function divergence({ store: a }: HeldTrace, { store: b }: HeldTrace): Promise<Divergence> {
  let first: First | undefined
  let compared = 0
  const pause = pauses()
  const found = (difference: First | undefined): void => {
    if (difference && (!first || difference.time < first.time)) first = difference
  }
  for (const [population, { name, events }] of a.header.populations.entries()) {
    const other = populationIndex(b, name)
    if (events === false || other < 0 || b.header.populations[other].events === false) continue
    compared++
    found(await eventDifference(a, population, b, other, first?.time ?? Number.POSITIVE_INFINITY, pause))
  }
  for (const [request, { name, variables, units }] of a.header.samples.entries()) {
    const other = b.header.samples.findIndex((s) => s.name === name && sameList(s.variables, variables) && sameList(s.units, units))
    if (other < 0) continue
    compared++
    found(await sampleDifference(a, request, b.samples(other), first?.time ?? Number.POSITIVE_INFINITY, pause))
  }
  for (const [projection, { name }] of a.header.weights.entries()) {
    const other = b.header.weights.findIndex((w) => w.name === name)
    if (other < 0) continue
    compared++
    found(await weightDifference(name, a.weights(projection), b.weights(other), first?.time ?? Number.POSITIVE_INFINITY, pause))
  }
  const headers = headerDifferences(a.header, b.header)
  // of what was left out nobody knows whether it differs
  for (const { name, damage } of [a, b]) if (damage.length > 0) headers.push(`${name} is damaged or incomplete: ${damage.join(' ')}`)
  return { same: !first && headers.length === 0, compared, ...(first && { first }), headers }
}

type Pause = ReturnType<typeof pauses>

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}

/** Rows of a population one run after the other. */
interface Cursor {
  columns: EventColumns | undefined
  row: number
  end: number
}

async function eventDifference(a: TraceStore, inA: number, b: TraceStore, inB: number, before: number, pause: Pause): Promise<First | undefined> {
  const name = a.header.populations[inA].name
  const [rowsA, rowsB] = [segmentsOf(a, inA), segmentsOf(b, inB)]
  let [x, y] = [next(rowsA), next(rowsB)]
  while (x.columns && y.columns) {
    const count = Math.min(x.end - x.row, y.end - y.row)
    const same = sameRows(x.columns, x.row, y.columns, y.row, count)
    x.row += same
    y.row += same
    if (same < count) break
    if (x.row === x.end) x = next(rowsA)
    if (y.row === y.end) y = next(rowsB)
    // both have gone beyond what is known to differ
    if ((x.columns?.times[x.row] ?? 0) >= before && (y.columns?.times[y.row] ?? 0) >= before) return undefined
    await pause()
  }
  if (!x.columns && !y.columns) return undefined
  const [timeA, timeB] = [x, y].map((c) => c.columns?.times[c.row] ?? Number.POSITIVE_INFINITY)
  // the earlier of the two is the one that the other trace lacks; that of a alone, if both are at the same time
  const unit = timeA <= timeB ? x.columns?.sources[x.row] : y.columns?.sources[y.row]
  return { time: Math.min(timeA, timeB), what: 'event', name, ...(unit !== undefined && { unit }), a: rowInWords(x), b: rowInWords(y) }
}

function* segmentsOf(store: TraceStore, population: number): Generator<Cursor> {
  for (const [segment, { count }] of store.segments(population).entries()) {
    const columns = store.columns(population, segment)
    if (columns && count > 0) yield { columns, row: 0, end: count }
  }
}

function next(rows: Generator<Cursor>): Cursor {
  const { done, value } = rows.next()
  return done ? { columns: undefined, row: 0, end: 0 } : value
}

/** How many rows are the same. */
function sameRows(x: EventColumns, fromX: number, y: EventColumns, fromY: number, count: number): number {
  for (let i = 0; i < count; i++) {
    const [p, q] = [fromX + i, fromY + i]
    if (x.times[p] !== y.times[q] || x.sources[p] !== y.sources[q] || x.kinds[p] !== y.kinds[q]) return i
  }
  return count
}

function rowInWords({ columns, row }: Cursor): string {
  if (!columns) return 'nothing more'
  return `unit ${columns.sources[row]} at ${columns.times[row]} ms: ${eventInWords(columns.kinds[row], 0)}${columns.kinds[row] & 6 ? ` (marked ${columns.kinds[row]})` : ''}`
}

async function sampleDifference(a: TraceStore, request: number, b: readonly Chunk[], before: number, pause: Pause): Promise<First | undefined> {
  const { name, variables, units } = a.header.samples[request]
  const width = Math.max(1, units.length)
  const stride = variables.length * width
  const [rowsA, rowsB] = [sampleRows(a.samples(request), stride), sampleRows(b, stride)]
  for (;;) {
    const [x, y] = [rowsA.next().value, rowsB.next().value]
    if (!x && !y) return undefined
    const time = Math.min(x?.time ?? Number.POSITIVE_INFINITY, y?.time ?? Number.POSITIVE_INFINITY)
    if (time >= before) return undefined
    if (!x || !y || x.time !== y.time) {
      return { time, what: 'sample', name, a: x ? `a sample at ${x.time} ms` : 'no more samples', b: y ? `a sample at ${y.time} ms` : 'no more samples' }
    }
    for (let i = 0; i < stride; i++) {
      if (Object.is(x.values[i], y.values[i])) continue
      const unit = units[i % width]
      const variable = variables[Math.floor(i / width)]
      return { time, what: 'sample', name, ...(unit !== undefined && { unit }), a: `${variable} = ${x.values[i]}`, b: `${variable} = ${y.values[i]}` }
    }
    await pause()
  }
}

function* sampleRows(chunks: readonly Chunk[], stride: number): Generator<{ time: number; values: Float32Array | Float64Array }, undefined> {
  for (const chunk of chunks) {
    const columns = chunk.read()
    if (!columns) continue
    const [times, values] = columns as [Float64Array, Float32Array | Float64Array]
    for (let i = 0; i < times.length; i++) yield { time: times[i], values: values.subarray(i * stride, (i + 1) * stride) }
  }
  return undefined
}

async function weightDifference(name: string, a: readonly Chunk[], b: readonly Chunk[], before: number, pause: Pause): Promise<First | undefined> {
  for (let k = 0; k < Math.max(a.length, b.length); k++) {
    const [x, y] = [a.at(k), b.at(k)]
    const time = Math.min(x?.first ?? Number.POSITIVE_INFINITY, y?.first ?? Number.POSITIVE_INFINITY)
    if (time >= before) return undefined
    if (!x || !y || x.first !== y.first || x.count !== y.count) {
      const [inA, inB] = [x, y].map((c) => (c ? `${c.count} weights at ${c.first} ms` : 'no more weights'))
      return { time, what: 'weights', name, a: inA, b: inB }
    }
    const [columnsA, columnsB] = [x.read(), y.read()]
    if (!columnsA || !columnsB) continue
    for (let i = 0; i < x.count; i++) {
      if (columnsA.every((column, c) => Object.is(column[i], columnsB[c][i]))) continue
      const [inA, inB] = [columnsA, columnsB].map(([sources, targets, weights]) => `${sources[i]} to ${targets[i]}: ${weights[i]}`)
      return { time, what: 'weights', name, a: inA, b: inB }
    }
    await pause()
  }
  return undefined
}
