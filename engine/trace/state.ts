/**
 * A writer's memory as bytes, for a checkpoint: a state block, the footer as it would be now (with all bins), and every
 * open chunk as a block. The same blocks as in a trace, so with the same checksums.
 */
import bin from 'typed-binary'
import { InputError } from '../errors.ts'
import {
  blockTypes,
  chunkColumns,
  type Column,
  columnsBytes,
  decodeColumns,
  eventColumns,
  sampleColumns,
} from './columns.ts'
import { type Counts, makeCounts, maxBins } from './counts.ts'
import { type Density, makeDensity, packed, reach, unpacked } from './density.ts'
import { type Block, bytesSource, decodeFooter, descriptorBytes, encodeBlock, encodeFooter } from './format.ts'
import { readDescriptor, readPayload } from './format.ts'
import type { TraceHeader } from './header.ts'
import { append, makeRows, type Rows, slice } from './rows.ts'

/** Weights that wait to be written. */
export interface PendingWeights {
  projection: number
  time: number
  columns: Column[]
}

/** Everything a writer remembers. */
export interface WriterState {
  /** Nothing before this time will be appended (ms). */
  advanced: number
  bytes: number
  chunks: Block[]
  counts: Counts
  /** Of each population whose events are kept. */
  densities: (Density | undefined)[]
  /** Of each population, then of each sample request. */
  rows: Rows[]
  weights: PendingWeights[]
  /** Written at the end only; one a projection at most. */
  held: PendingWeights[]
}

export function freshState(header: TraceHeader): WriterState {
  return {
    advanced: 0,
    bytes: 0,
    chunks: [],
    counts: makeCounts(header.populations.length),
    densities: header.populations.map(({ size, events }) => (events === false ? undefined : makeDensity(size))),
    rows: [
      ...header.populations.map(() => makeRows(eventColumns)),
      ...header.samples.map((_, request) => makeRows(sampleColumns(header, request))),
    ],
    weights: [],
    held: [],
  }
}

/** The counts of a population until `until` (ms), as a trace keeps them. */
export function densityBlock(population: number, density: Density, until: number): Uint8Array {
  reach(density, until)
  return encodeBlock({ type: blockTypes.density, subject: population, count: density.used, first: 0, last: until }, [packed(density)])
}

// identity: checksum of the header; f64: the time reached (ms), bytes written; the last `held` of the blocks are held weights
const schema = bin.object({ identity: bin.u32, blocks: bin.u32, f64: bin.f64Array(2), held: bin.u32, zero: bin.u32 })
const stateBytes = 32

export function encodeState(state: WriterState, populations: number, identity: number): Uint8Array {
  const open = [
    ...state.rows.flatMap((rows, rank) => {
      if (rows.count === 0) return []
      const columns = slice(rows, 0, rows.count)
      const [first, last] = [columns[0][0], columns[0][rows.count - 1]]
      const isEvents = rank < populations
      const type = isEvents ? blockTypes.events : blockTypes.samples
      const subject = isEvents ? rank : rank - populations
      return [encodeBlock({ type, subject, count: rows.count, first, last }, columns)]
    }),
    // wider bins are as good now as later: in the end they are as wide as the run is long
    ...state.densities.flatMap((density, population) => (density ? [densityBlock(population, density, state.advanced)] : [])),
    ...[...state.weights, ...state.held].map(({ projection: subject, time, columns }) => {
      const type = blockTypes.weights
      return encodeBlock({ type, subject, count: columns[0].length, first: time, last: time }, columns)
    }),
  ]
  const start = new Uint8Array(stateBytes)
  const f64 = Float64Array.of(state.advanced, state.bytes)
  schema.write(new bin.BufferWriter(start.buffer, { endianness: 'little' }), { identity, blocks: open.length, f64, held: state.held.length, zero: 0 })
  const { width, bins, totals, rows } = state.counts
  const blocks = [
    encodeBlock({ type: blockTypes.state, subject: 0, count: 1, first: 0, last: 0 }, [start]),
    encodeFooter({ until: state.advanced, width, used: maxBins, bins, totals, rows, chunks: state.chunks }),
    ...open,
  ]
  const bytes = new Uint8Array(blocks.reduce((sum, b) => sum + b.length, 0))
  let offset = 0
  for (const block of blocks) {
    bytes.set(block, offset)
    offset += block.length
  }
  return bytes
}

/** Throws `InputError` if `snapshot` is damaged or was taken from a trace with another header. */
export function decodeState(header: TraceHeader, identity: number, snapshot: Uint8Array): WriterState {
  const source = bytesSource(snapshot)
  let offset = 0
  const next = (what: string) => {
    const { found, wrong } = readDescriptor(source, offset)
    if (!found) {
      throw new InputError(`found a snapshot of a trace that ${wrong ? 'is damaged' : 'ends early'} at byte ${offset}`)
    }
    const payload = readPayload(source, found, what)
    offset += descriptorBytes + found.length
    return { block: found, payload }
  }
  const start = next('the state')
  if (start.block.type !== blockTypes.state || start.payload.length !== stateBytes) {
    throw new InputError('found something else; the snapshot of a trace writer is needed')
  }
  const found = schema.read(new bin.BufferReader(start.payload.slice().buffer, { endianness: 'little' }))
  if (found.identity !== identity) {
    throw new InputError('found the snapshot of another trace; its header must be the one given')
  }
  const footer = decodeFooter(next('the footer').payload, header.populations.length)
  const state = freshState(header)
  state.advanced = found.f64[0]
  state.bytes = found.f64[1]
  state.chunks = footer.chunks
  state.counts = { width: footer.width, bins: footer.bins, totals: footer.totals, rows: footer.rows }
  const counted = new Set<number>()
  for (let i = 0; i < found.blocks; i++) {
    const { block, payload } = next('an open chunk')
    const specs = chunkColumns(header, block.type, block.subject)
    if (!specs || columnsBytes(specs, block.count) !== block.length) {
      throw new InputError(`found an open chunk at byte ${block.offset} of the snapshot that does not fit the header`)
    }
    const columns = decodeColumns(payload, specs, block.count)
    if (block.type === blockTypes.density) {
      state.densities[block.subject] = unpacked(columns[0] as Uint32Array, header.populations[block.subject].size, block.last)
      counted.add(block.subject)
    } else if (block.type === blockTypes.weights) {
      const list = i >= found.blocks - found.held ? state.held : state.weights
      list.push({ projection: block.subject, time: block.first, columns })
    } else {
      const rank = block.type === blockTypes.events ? block.subject : header.populations.length + block.subject
      append(state.rows[rank], columns, block.count)
    }
  }
  if (offset !== snapshot.length) {
    throw new InputError(`found ${snapshot.length} bytes in the snapshot of a trace; ${offset} are needed`)
  }
  if (state.densities.some((density, population) => density && !counted.has(population))) {
    throw new InputError('found the snapshot of an older program, which did not count spikes by time and unit; the run has to begin anew')
  }
  return state
}
