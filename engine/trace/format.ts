/**
 * The layout of a trace (.hlk), little-endian, everything on multiples of 8 bytes:
 *   preamble | header block | chunk blocks ... | footer block | trailer
 * A block is a descriptor of 40 bytes and its payload. Preamble, descriptor, payload and trailer each have a CRC-32, so
 * that no byte is without one and no length is used before it is checked. Footer and trailer are missing if a run was
 * killed; then the chunks are found by going from descriptor to descriptor.
 */
import CRC32 from 'crc-32'
import bin from 'typed-binary'
import { InputError } from '../errors.ts'
import { blockTypes, type ColumnSpec, columnsBytes, decodeColumns, encodeColumns, padded, u32Limit } from './columns.ts'
import { kindBits, maxBins } from './counts.ts'

/** Raised when bytes change their meaning; a new type of chunk does not raise it. */
export const formatVersion = 1

const magic = 'HILLOCK\0'
const endMagic = 'HILLEND\0'
const preambleSchema = bin.object({ magic: bin.chars(8), version: bin.u32, checksum: bin.u32 })
const trailerSchema = bin.object({ magic: bin.chars(8), footer: bin.f64Array(1), version: bin.u32, checksum: bin.u32 })
const descriptorSchema = bin.object({
  type: bin.u32,
  subject: bin.u32,
  length: bin.u32,
  count: bin.u32,
  times: bin.f64Array(2),
  payload: bin.u32,
  checksum: bin.u32,
})
export const preambleBytes = 16
export const trailerBytes = 24
export const descriptorBytes = 40

/** What stands before a payload. `length` is the payload's, in bytes; `first` and `last` are times of rows (ms). */
export interface Descriptor {
  type: number
  /** Index of the population, sample request or projection in the header. */
  subject: number
  count: number
  first: number
  last: number
}
/** A block as the index knows it. */
export interface Block extends Descriptor {
  offset: number
  length: number
}

/** Where bytes come from. `read` returns exactly `length` bytes; it is never asked for bytes beyond `size`. */
export interface TraceSource {
  readonly size: number
  read(offset: number, length: number): Uint8Array
}

export function bytesSource(given: Uint8Array): TraceSource {
  // plain bytes: the slice of Node's Buffer is a view, where that of an array is a copy
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length)
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) }
}

export function checksum(bytes: Uint8Array): number {
  return CRC32.buf(bytes) >>> 0
}

function writer(bytes: Uint8Array): bin.BufferWriter {
  return new bin.BufferWriter(bytes.buffer, { endianness: 'little', byteOffset: bytes.byteOffset })
}
function reader(bytes: Uint8Array): bin.BufferReader {
  return new bin.BufferReader(bytes.slice().buffer, { endianness: 'little' })
}
/** The last four bytes are the checksum of those before. */
function seal(bytes: Uint8Array): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(bytes.length - 4, checksum(bytes.subarray(0, -4)), true)
}
function sealed(bytes: Uint8Array): boolean {
  const found = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true)
  return found === checksum(bytes.subarray(0, -4))
}

export function encodePreamble(): Uint8Array {
  const bytes = new Uint8Array(preambleBytes)
  preambleSchema.write(writer(bytes), { magic, version: formatVersion, checksum: 0 })
  seal(bytes)
  return bytes
}

/** Throws `InputError` unless `source` begins as a trace this program can read. */
export function checkPreamble(source: TraceSource): void {
  if (source.size < preambleBytes) {
    throw new InputError(`found ${source.size} bytes; a trace has at least ${preambleBytes} bytes`)
  }
  const bytes = readExactly(source, 0, preambleBytes)
  const found = preambleSchema.read(reader(bytes))
  if (found.magic !== magic) {
    throw new InputError(`found ${JSON.stringify(found.magic)} at byte 0; a trace begins with ${JSON.stringify(magic)}`)
  }
  if (!sealed(bytes)) throw new InputError(`the first ${preambleBytes} bytes of this trace are damaged`)
  if (found.version !== formatVersion) {
    throw new InputError(`found a trace of format ${found.version}; this program reads format ${formatVersion}`)
  }
}

export function encodeTrailer(footer: number): Uint8Array {
  const bytes = new Uint8Array(trailerBytes)
  trailerSchema.write(writer(bytes), {
    magic: endMagic,
    footer: Float64Array.of(footer),
    version: formatVersion,
    checksum: 0,
  })
  seal(bytes)
  return bytes
}

/** The footer's offset, if `source` ends with a whole trailer. */
export function readTrailer(source: TraceSource): number | undefined {
  if (source.size < preambleBytes + trailerBytes) return undefined
  const bytes = readExactly(source, source.size - trailerBytes, trailerBytes)
  const found = trailerSchema.read(reader(bytes))
  return sealed(bytes) && found.magic === endMagic ? found.footer[0] : undefined
}

/** A descriptor and its payload, `columns` one after the other. Throws `InputError` above 4 GB. */
export function encodeBlock(descriptor: Descriptor, columns: readonly ArrayBufferView[]): Uint8Array {
  const length = columns.reduce((sum, c) => sum + padded(c.byteLength), 0)
  if (length >= u32Limit) {
    throw new InputError(`found ${length} bytes for one chunk of a trace; at most ${u32Limit - 8} are possible`)
  }
  const bytes = new Uint8Array(descriptorBytes + length)
  encodeColumns(bytes, descriptorBytes, columns)
  const { type, subject, count, first, last } = descriptor
  const times = Float64Array.of(first, last)
  const payload = checksum(bytes.subarray(descriptorBytes))
  descriptorSchema.write(writer(bytes), { type, subject, length, count, times, payload, checksum: 0 })
  seal(bytes.subarray(0, descriptorBytes))
  return bytes
}

/** The descriptor at `offset`, or in words why there is none. Only where it and its payload lie within `end`. */
export function readDescriptor(source: TraceSource, offset: number, end = source.size): Found<Block> {
  if (!Number.isInteger(offset) || offset < 0 || end - offset < descriptorBytes) return { cut: true }
  const bytes = readExactly(source, offset, descriptorBytes)
  if (!sealed(bytes)) return { wrong: `the descriptor at byte ${offset} is damaged` }
  const { times, type, subject, length, count } = descriptorSchema.read(reader(bytes))
  if (length % 8 !== 0) return { wrong: `the descriptor at byte ${offset} states ${length} bytes, no multiple of 8` }
  if (length > end - offset - descriptorBytes) return { cut: true }
  return { found: { offset, type, subject, length, count, first: times[0], last: times[1] } }
}
export type Found<T> = { found: T; cut?: never; wrong?: never } | { found?: never; cut?: true; wrong?: string }

/** The payload of `block`. Throws `InputError` if it, or the descriptor before it, is not what `block` says. */
export function readPayload(source: TraceSource, block: Block, what: string): Uint8Array {
  const there = readDescriptor(source, block.offset).found
  if (!there || (Object.keys(there) as (keyof Block)[]).some((key) => !Object.is(there[key], block[key]))) {
    throw new InputError(
      `${what} at byte ${block.offset} of the trace is damaged: its descriptor is not the one expected`,
    )
  }
  const stated = readExactly(source, block.offset + descriptorBytes - 8, 4)
  const payload = readExactly(source, block.offset + descriptorBytes, block.length)
  if (checksum(payload) !== new DataView(stated.buffer, stated.byteOffset).getUint32(0, true)) {
    throw new InputError(`${what} at byte ${block.offset} of the trace is damaged: the checksum of its data is wrong`)
  }
  return payload
}

function readExactly(source: TraceSource, offset: number, length: number): Uint8Array {
  const bytes = source.read(offset, length)
  if (bytes.length === length) return bytes
  throw new InputError(`found ${bytes.length} bytes at byte ${offset} of the trace; ${length} are needed`)
}

export interface Footer {
  /** ms */
  until: number
  /** Width of a bin (ms), and how many there are. */
  width: number
  used: number
  /** [population][bin], spikes */
  bins: Float64Array
  /** [population][bit of the kind], rows */
  totals: Float64Array
  /** [population], rows */
  rows: Float64Array
  chunks: Block[]
}

const footerSchema = bin.object({
  chunks: bin.u32,
  populations: bin.u32,
  used: bin.u32,
  bits: bin.u32,
  // until, width
  f64: bin.f64Array(2),
})
const footerBytes = 32
const blockColumns: readonly ColumnSpec[] = (['f64', 'f64', 'f64', 'u32', 'u32', 'u32', 'u32'] as const).map(
  (kind) => ({
    kind,
    stride: 1,
  }),
)
function populationColumns(used: number): ColumnSpec[] {
  return [kindBits, 1, used].map((stride) => ({ kind: 'f64', stride }))
}

export function encodeFooter(footer: Footer): Uint8Array {
  const { chunks, rows, used, until, width } = footer
  const start = new Uint8Array(footerBytes)
  footerSchema.write(writer(start), {
    chunks: chunks.length,
    populations: rows.length,
    used,
    bits: kindBits,
    f64: Float64Array.of(until, width),
  })
  const f64 = (key: 'offset' | 'first' | 'last') => Float64Array.from(chunks, (c) => c[key])
  const u32 = (key: 'type' | 'subject' | 'length' | 'count') => Uint32Array.from(chunks, (c) => c[key])
  return encodeBlock({ type: blockTypes.footer, subject: 0, count: chunks.length, first: 0, last: until }, [
    start,
    ...[f64('offset'), f64('first'), f64('last'), u32('type'), u32('subject'), u32('length'), u32('count')],
    ...[footer.totals, rows, footer.bins],
  ])
}

/** Throws `InputError` if the counts in `payload` do not fit its length or `populations`. */
export function decodeFooter(payload: Uint8Array, populations: number): Footer {
  if (payload.length < footerBytes) throw new InputError(`the footer of this trace has only ${payload.length} bytes`)
  const start = footerSchema.read(reader(payload.subarray(0, footerBytes)))
  const [until, width] = start.f64
  const indexBytes = columnsBytes(blockColumns, start.chunks)
  const expected = footerBytes + indexBytes + columnsBytes(populationColumns(start.used), start.populations)
  const usable = start.populations === populations && start.bits === kindBits && start.used <= maxBins && start.used > 0
  if (!usable || expected !== payload.length || !(until >= 0 && until < Infinity && width > 0 && width < Infinity)) {
    throw new InputError('the footer of this trace contradicts itself or the header')
  }
  const index = decodeColumns(payload.subarray(footerBytes), blockColumns, start.chunks)
  const [offsets, firsts, lasts, types, subjects, lengths, counts] = index
  const rest = payload.subarray(footerBytes + indexBytes)
  const [totals, rows, bins] = decodeColumns(rest, populationColumns(start.used), populations) as Float64Array[]
  const chunks = Array.from(offsets, (offset, i) => {
    const [first, last, type, subject, length, count] = [firsts, lasts, types, subjects, lengths, counts].map(
      (c) => c[i],
    )
    return { offset, type, subject, length, count, first, last }
  })
  return { until, width, used: start.used, bins, totals, rows, chunks }
}
