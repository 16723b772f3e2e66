/**
 * Columns: raw typed arrays, little-endian, each padded with zeros to a multiple of 8 bytes. And which columns the rows
 * of a chunk have, said once for writer and reader.
 */
import { assert, InputError } from '../errors.ts'
import { bandsOf } from './density.ts'
import type { TraceHeader } from './header.ts'

export type Column = Float64Array | Float32Array | Uint32Array | Uint8Array
export type ColumnKind = 'f64' | 'f32' | 'u32' | 'u8'
/** A column of a chunk: `stride` values a row. */
export interface ColumnSpec {
  kind: ColumnKind
  stride: number
}

const constructors = { f64: Float64Array, f32: Float32Array, u32: Uint32Array, u8: Uint8Array } as const

assert(new Uint8Array(Uint16Array.of(1).buffer)[0] === 1, 'traces are little-endian, and so must the machine be')

/** 2^32: what a u32 cannot hold any more. */
export const u32Limit = 0x1_0000_0000

export function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}

export function makeColumn(kind: ColumnKind, length: number): Column {
  return new constructors[kind](length)
}

export function columnsBytes(specs: readonly ColumnSpec[], rows: number): number {
  return specs.reduce((sum, s) => sum + padded(rows * s.stride * constructors[s.kind].BYTES_PER_ELEMENT), 0)
}

/** Copy `columns` into `bytes`, one after the other, from `offset` on. */
export function encodeColumns(bytes: Uint8Array, offset: number, columns: readonly ArrayBufferView[]): void {
  for (const c of columns) {
    bytes.set(new Uint8Array(c.buffer as ArrayBuffer, c.byteOffset, c.byteLength), offset)
    offset += padded(c.byteLength)
  }
}

/** `rows` rows of `specs` from `bytes`, as copies: a file's bytes may lie anywhere, columns must be aligned. */
export function decodeColumns(bytes: Uint8Array, specs: readonly ColumnSpec[], rows: number): Column[] {
  let offset = 0
  return specs.map(({ kind, stride }) => {
    const length = rows * stride * constructors[kind].BYTES_PER_ELEMENT
    const column = new constructors[kind](bytes.slice(offset, offset + length).buffer)
    offset += padded(length)
    return column
  })
}

/** Every block is one of these; a type not known here is skipped by its length. */
export const blockTypes = { header: 1, events: 2, samples: 3, weights: 4, footer: 5, state: 6, density: 7 } as const

export const eventColumns: readonly ColumnSpec[] = [
  { kind: 'f64', stride: 1 },
  { kind: 'u32', stride: 1 },
  { kind: 'u8', stride: 1 },
]

export function sampleColumns(header: TraceHeader, request: number): ColumnSpec[] {
  const { variables, units } = header.samples[request]
  return [
    { kind: 'f64', stride: 1 },
    { kind: header.precision, stride: variables.length * Math.max(1, units.length) },
  ]
}

export function weightColumns(header: TraceHeader): ColumnSpec[] {
  return [
    { kind: 'u32', stride: 1 },
    { kind: 'u32', stride: 1 },
    { kind: header.precision, stride: 1 },
  ]
}

/** The columns of a chunk; undefined for a type not known here. Throws `InputError` for a subject the header lacks. */
export function chunkColumns(header: TraceHeader, type: number, subject: number): readonly ColumnSpec[] | undefined {
  const there = (list: readonly unknown[], what: string): void => {
    if (subject >= list.length) throw new InputError(`found ${what} ${subject}; the header names ${list.length}`)
  }
  if (type === blockTypes.events) {
    there(header.populations, 'population')
    return eventColumns
  }
  if (type === blockTypes.samples) {
    there(header.samples, 'samples')
    return sampleColumns(header, subject)
  }
  if (type === blockTypes.weights) {
    there(header.weights, 'weights')
    return weightColumns(header)
  }
  if (type === blockTypes.density) {
    there(header.populations, 'population')
    // bins are its rows
    return [{ kind: 'u32', stride: bandsOf(header.populations[subject].size).bands }]
  }
  return undefined
}

/** Throws `InputError` unless `time` is finite and not before `after`. */
export function checkTime(time: number, after: number): void {
  if (time >= after && time < Number.POSITIVE_INFINITY) return
  throw new InputError(`found ${time} ms after ${after} ms; times must be finite and never decrease`)
}

/** Throws `InputError` unless `times` of the first `count` rows are finite, not before `after`, and never decrease. */
export function checkTimes(times: Float64Array, count: number, after: number): void {
  let last = after
  for (let i = 0; i < count; i++) {
    checkTime(times[i], last)
    last = times[i]
  }
}

/** Throws `InputError` unless the first `count` of `indices` are below `size`. */
export function checkIndices(indices: Uint32Array, count: number, size: number): void {
  for (let i = 0; i < count; i++) {
    if (indices[i] >= size) throw new InputError(`found unit ${indices[i]}; units are 0 to ${size - 1}`)
  }
}

/** The first row in [from, to) whose time is not below `time`. */
export function firstNotBefore(times: Float64Array, time: number, from = 0, to = times.length): number {
  while (from < to) {
    const middle = (from + to) >>> 1
    if (times[middle] < time) from = middle + 1
    else to = middle
  }
  return from
}
