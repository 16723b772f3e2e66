/**
 * Reads a trace. Opening checks every length against the file before it is used and reads no columns; a chunk's data is
 * checked when it is asked for. What cannot be read is an `InputError` that says what and where, or is told by
 * `damage`; wrong data is never returned.
 */
import { kinds as kindMasks, type KindName } from '../description.ts'
import { InputError, unknown } from '../errors.ts'
import { blockTypes, checkIndices, checkTimes, chunkColumns, type Column, decodeColumns } from './columns.ts'
import { firstNotBefore, makeColumn } from './columns.ts'
import { readContents } from './contents.ts'
import { binsUntil, countRows, kindBits, makeCounts } from './counts.ts'
import { countInto, type Density, makeDensity, packed, reach, unpacked } from './density.ts'
import { type Block, bytesSource, type Footer, readPayload, type TraceSource } from './format.ts'
import type { TraceHeader } from './header.ts'
import { chunkTime, nextBoundary } from './rows.ts'

/** Rows with from <= time < to (ms); everything if not said. */
export interface TimeRange {
  from?: number
  to?: number
}
export interface TraceEvents {
  times: Float64Array
  sources: Uint32Array
  kinds: Uint8Array
}
export interface TraceSampled {
  times: Float64Array
  variables: string[]
  /** None where the mean over units was kept. */
  units: number[]
  /** variable -> [time][unit], or [time] where the mean was kept */
  values: Record<string, Float32Array | Float64Array>
}
export interface TraceWeightsAt {
  time: number
  sources: Uint32Array
  targets: Uint32Array
  weights: Float32Array | Float64Array
}
/** A chunk in words: what it holds, of whom, and where. An unknown type is a number, without a name. */
export interface TraceChunk extends Omit<Block, 'type' | 'subject'> {
  type: 'events' | 'samples' | 'weights' | 'density' | number
  name: string | undefined
}
export type TraceTotals = Record<KindName | 'rows', number>
export interface TraceOverview {
  /** Width of a bin (ms). */
  width: number
  /** Spikes in bin i, [i width, (i + 1) width); the last bin ends at `until` and includes it. */
  counts: Float64Array
}

export interface Trace {
  readonly header: TraceHeader
  /** False if the run was killed or the footer is damaged. */
  readonly complete: boolean
  /** When the run ended; of an incomplete trace, its last row (ms). */
  readonly until: number
  /** Nothing before this time is missing (ms); `until` if the trace is complete. */
  readonly wholeUntil: number
  /** What was found wrong when opening, in one sentence. */
  readonly damage: string | undefined
  readonly chunks: readonly TraceChunk[]
  events(population: string, range?: TimeRange): TraceEvents
  samples(request: string, range?: TimeRange): TraceSampled
  /** In the order of time. */
  weights(projection: string): TraceWeightsAt[]
  /** The columns of one of `chunks`, checked, by its place among them. Throws `InputError` if it is damaged. */
  columns(chunk: number): Column[]
  /** Rows of a population, in all and by kind. An incomplete trace has to be read for this. */
  totals(population: string): TraceTotals
  /** Spikes of a population in at most 1024 bins over [0, until). An incomplete trace has to be read for this. */
  overview(population: string): TraceOverview
  /** Spikes of a population by time and unit, coarsely. An incomplete trace, or one of an older program, has to be read for this. */
  density(population: string): Density
  /** Read every chunk; a sentence for each that is damaged. */
  verify(): string[]
}

/** Open a trace. Throws `InputError` if it is none, or if its header cannot be read. */
export function openTrace(from: Uint8Array | ArrayBuffer | TraceSource): Trace {
  const source = 'read' in from ? from : bytesSource(from instanceof Uint8Array ? from : new Uint8Array(from))
  const { header, blocks, footer, damage } = readContents(source)
  const lastTimes = blocks.filter((b) => chunkColumns(header, b.type, b.subject)).map((b) => b.last)
  const until = footer?.until ?? lastTimes.reduce((t, last) => Math.max(t, last), 0)
  // chunks are written in the order of closing, so only the window of the last one can lack rows
  const wholeUntil = footer?.until ?? Math.max(0, nextBoundary(until) - chunkTime)
  const chunks = blocks.map((block) => describe(header, block))

  function subject(kind: 'populations' | 'samples' | 'weights', what: string, name: string): number {
    const index = header[kind].findIndex((item) => item.name === name)
    if (index < 0)
      throw new InputError(
        unknown(
          what,
          name,
          header[kind].map((item) => item.name),
        ),
      )
    return index
  }

  function read(block: Block): Column[] {
    const specs = chunkColumns(header, block.type, block.subject) ?? []
    const what = inWords(describe(header, block))
    const columns = decodeColumns(readPayload(source, block, what), specs, block.count)
    try {
      checkColumns(header, block, columns)
    } catch (error) {
      throw error instanceof InputError ? new InputError(`${what} at byte ${block.offset}: ${error.reason}`) : error
    }
    return columns
  }

  /** The rows of all chunks of one subject in `range`, column by column. */
  function rows(type: number, index: number, { from = -Infinity, to = Infinity }: TimeRange = {}): Column[] {
    if (Number.isNaN(from) || Number.isNaN(to))
      throw new InputError(`found from ${from} to ${to}; times in ms are needed`)
    const specs = chunkColumns(header, type, index) ?? []
    const wanted = blocks.filter((b) => b.type === type && b.subject === index && b.last >= from && b.first < to)
    const parts = wanted.map((block) => {
      const columns = read(block)
      const times = columns[0] as Float64Array
      const [low, high] = [firstNotBefore(times, from), firstNotBefore(times, to)]
      return columns.map((column, c) => column.subarray(low * specs[c].stride, high * specs[c].stride))
    })
    return specs.map(({ kind }, c) => {
      const column = makeColumn(
        kind,
        parts.reduce((sum, part) => sum + part[c].length, 0),
      )
      let offset = 0
      for (const part of parts) {
        column.set(part[c], offset)
        offset += part[c].length
      }
      return column
    })
  }

  function recorded(name: string): number {
    const index = subject('populations', 'population', name)
    if (header.populations[index].events !== false) return index
    throw new InputError(`found no events of "${name}"; this run did not keep them`)
  }

  let counted: Pick<Footer, 'width' | 'used' | 'bins' | 'totals' | 'rows'> | undefined = footer
  /** From the footer, or else by reading everything, once. */
  function counts(): NonNullable<typeof counted> {
    if (counted) return counted
    const all = makeCounts(header.populations.length)
    for (const block of blocks) {
      if (block.type !== blockTypes.events) continue
      const [times, , rowKinds] = read(block) as [Float64Array, Uint32Array, Uint8Array]
      countRows(all, block.subject, times, rowKinds, 0, block.count)
    }
    const { used, bins } = binsUntil(all, until)
    counted = { used, bins, width: all.width, totals: all.totals, rows: all.rows }
    return counted
  }

  const densities: (Density | undefined)[] = []

  return {
    ...{ header, until, wholeUntil, damage, chunks },
    complete: footer !== undefined,
    events(name, range) {
      const [times, sources, kinds] = rows(blockTypes.events, recorded(name), range)
      return { times, sources, kinds } as TraceEvents
    },
    samples(name, range) {
      const index = subject('samples', 'samples', name)
      const { variables, units } = header.samples[index]
      const [times, all] = rows(blockTypes.samples, index, range) as [Float64Array, Float32Array | Float64Array]
      const values = variables.map((variable, v): [string, Float32Array | Float64Array] => {
        const width = Math.max(1, units.length)
        const own = makeColumn(header.precision, times.length * width) as Float32Array | Float64Array
        for (let i = 0; i < times.length; i++) {
          const start = (i * variables.length + v) * width
          own.set(all.subarray(start, start + width), i * width)
        }
        return [variable, own]
      })
      return { times, variables: [...variables], units: [...units], values: Object.fromEntries(values) }
    },
    weights(name) {
      const index = subject('weights', 'projection', name)
      return blocks
        .filter((b) => b.type === blockTypes.weights && b.subject === index)
        .map((block) => {
          const [sources, targets, weights] = read(block)
          return { time: block.first, sources, targets, weights } as TraceWeightsAt
        })
    },
    columns: (chunk) => read(blocks[chunk]),
    totals(name) {
      const index = recorded(name)
      const { totals, rows: all } = counts()
      const of = (mask: number) => totals[index * kindBits + (31 - Math.clz32(mask))]
      const entries = Object.entries(kindMasks).map(([kind, mask]) => [kind, of(mask)])
      return { rows: all[index], ...Object.fromEntries(entries) }
    },
    overview(name) {
      const index = recorded(name)
      const { width, used, bins } = counts()
      return { width, counts: bins.slice(index * used, (index + 1) * used) }
    },
    density(name) {
      const index = recorded(name)
      const known = densities[index]
      if (known) return known
      const { size } = header.populations[index]
      const stored = blocks.find((b) => b.type === blockTypes.density && b.subject === index)
      const found = stored ? unpacked(read(stored)[0] as Uint32Array, size, stored.last) : makeDensity(size)
      if (!stored) {
        for (const block of blocks) if (block.type === blockTypes.events && block.subject === index) countBlock(found, read(block))
        reach(found, until)
      }
      densities[index] = found
      return found
    },
    verify() {
      const counted = header.populations.map(({ size }) => makeDensity(size))
      const damaged = new Set<number>()
      return blocks.flatMap((block) => {
        const { type, subject } = block
        try {
          const columns = read(block)
          if (type === blockTypes.events) countBlock(counted[subject], columns)
          // it stands behind the events that it counts
          if (type === blockTypes.density && !damaged.has(subject)) checkDensity(header, block, columns[0] as Uint32Array, counted[subject])
          return []
        } catch (error) {
          if (type === blockTypes.events) damaged.add(subject)
          if (error instanceof InputError) return [error.message]
          throw error
        }
      })
    },
  }
}

export async function readTraceBlob(blob: Blob): Promise<Trace> {
  return openTrace(await blob.arrayBuffer())
}

/** Checksums find damage; this finds a writer that lied. */
function checkColumns(header: TraceHeader, { type, subject, count, first, last }: Block, columns: Column[]): void {
  if (type === blockTypes.weights) {
    checkIndices(columns[0] as Uint32Array, count, header.weights[subject].sources)
    checkIndices(columns[1] as Uint32Array, count, header.weights[subject].targets)
  } else if (type === blockTypes.density) {
    unpacked(columns[0] as Uint32Array, header.populations[subject].size, last)
  } else if (type === blockTypes.events || type === blockTypes.samples) {
    const times = columns[0] as Float64Array
    checkTimes(times, count, first)
    if (count > 0 && times[count - 1] > last)
      throw new InputError(`found a row after ${last} ms, where it is said to end`)
    if (type === blockTypes.events) checkIndices(columns[1] as Uint32Array, count, header.populations[subject].size)
  }
}

function countBlock(density: Density, [times, sources, rowKinds]: Column[]): void {
  countInto(density, times as Float64Array, sources as Uint32Array, rowKinds as Uint8Array, 0, times.length)
}

function checkDensity(header: TraceHeader, block: Block, counts: Uint32Array, counted: Density): void {
  reach(counted, block.last)
  const wanted = packed(counted)
  if (wanted.length === counts.length && wanted.every((count, k) => count === counts[k])) return
  throw new InputError(`${inWords(describe(header, block))} at byte ${block.offset} does not count the spikes of the trace`)
}

function describe(header: TraceHeader, { type, subject, ...rest }: Block): TraceChunk {
  if (type === blockTypes.events) return { type: 'events', name: header.populations[subject].name, ...rest }
  if (type === blockTypes.samples) return { type: 'samples', name: header.samples[subject].name, ...rest }
  if (type === blockTypes.weights) return { type: 'weights', name: header.weights[subject].name, ...rest }
  if (type === blockTypes.density) return { type: 'density', name: header.populations[subject].name, ...rest }
  return { type, name: undefined, ...rest }
}

function inWords({ type, name, first, last }: TraceChunk): string {
  return `the chunk of ${typeof type === 'number' ? `type ${type}` : `${type} "${name}"`} from ${first} to ${last} ms`
}
