/**
 * A checkpoint as bytes: head | state of the simulation | state of the trace's writer | CRC-32 of all before.
 * The head names the scenario (sha-256 of its canonical text), the bytes of the trace that belong to it and their
 * sha-256, and the partitions the memory is laid out for.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import bin from 'typed-binary'
import { InputError } from '../engine/errors.ts'
import { checksum } from '../engine/trace/format.ts'
import { snapshotTime } from '../engine/simulation.ts'
import { resultsVersion } from '../engine/version.ts'

export interface Checkpoint {
  partitions: number
  traceBytes: number
  /** sha-256 of these bytes. */
  traceHash: Uint8Array
  simulation: Uint8Array
  writer: Uint8Array
  /** Value of the best sample so far, by which weights are held; Infinity if there is none. */
  best: number
}

const magic = 'HILLCKP\0'
const version = 2
const hashBytes = 32
// typed-binary has no 64-bit scalars; f64: bytes of the trace, the simulation and the writer; the best value
const head = bin.object({
  magic: bin.chars(8),
  version: bin.u32,
  partitions: bin.u32,
  scenario: bin.u8Array(hashBytes),
  trace: bin.u8Array(hashBytes),
  f64: bin.f64Array(4),
  results: bin.string,
})
const startBytes = 12

export function encodeCheckpoint(canonical: string, checkpoint: Checkpoint): Uint8Array {
  const { partitions, traceBytes, traceHash, simulation, writer, best } = checkpoint
  const value = {
    ...{ magic, version, partitions, trace: traceHash, results: resultsVersion },
    scenario: scenarioHash(canonical),
    f64: Float64Array.of(traceBytes, simulation.length, writer.length, best),
  }
  const size = head.measure(value).size
  const bytes = new Uint8Array(size + simulation.length + writer.length + 4)
  head.write(new bin.BufferWriter(bytes.buffer, { endianness: 'little' }), value)
  bytes.set(simulation, size)
  bytes.set(writer, size + simulation.length)
  new DataView(bytes.buffer).setUint32(bytes.length - 4, checksum(bytes.subarray(0, -4)), true)
  return bytes
}

/** Throws `InputError` if `bytes` are damaged, cut short, or no checkpoint of this scenario (where it is given). */
export function decodeCheckpoint(given: Uint8Array, canonical?: string): Checkpoint {
  // plain bytes: the slice of Node's Buffer is a view, where that of an array is a copy
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length)
  const wrong = (what: string) => new InputError(`${what}; a checkpoint of this scenario is needed`)
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 8))
  if (bytes.length < startBytes + 4 || start !== magic) throw wrong(`found ${bytes.length} bytes that are no checkpoint`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = view.getUint32(8, true)
  if (found !== version) throw wrong(`found a checkpoint of version ${found}, this program reads version ${version}`)
  if (view.getUint32(bytes.length - 4, true) !== checksum(bytes.subarray(0, -4))) {
    throw wrong('found a checkpoint that is damaged or cut short')
  }
  const reader = new bin.BufferReader(bytes.slice(0, 4096).buffer, { endianness: 'little' })
  const read = () => {
    try {
      return head.read(reader)
    } catch {
      // a string that is none, or one beyond the end
      throw wrong('found a checkpoint that contradicts itself')
    }
  }
  const { partitions, scenario, trace, f64, results } = read()
  const [traceBytes, simulation, writer, best] = f64
  const size = reader.currentByteOffset
  if (size + simulation + writer + 4 !== bytes.length) throw wrong('found a checkpoint that contradicts itself')
  if (results !== resultsVersion) {
    throw wrong(`found a checkpoint with results of version ${results}, this program has version ${resultsVersion}`)
  }
  if (canonical !== undefined && !equal(scenario, scenarioHash(canonical))) {
    throw wrong('found a checkpoint of another scenario, seed or setting')
  }
  return {
    partitions,
    traceBytes,
    traceHash: trace,
    simulation: bytes.subarray(size, size + simulation),
    writer: bytes.subarray(size + simulation, size + simulation + writer),
    best,
  }
}

/** Bytes of the trace that a checkpoint goes on from: its file must be cut to this length. Throws `InputError`. */
export function checkpointTraceBytes(bytes: Uint8Array): number {
  return decodeCheckpoint(bytes).traceBytes
}

/** When it was taken (ms simulated), and the bytes of the trace up to it. Throws `InputError`, as `decodeCheckpoint` does. */
export function checkpointTime(bytes: Uint8Array, canonical: string): { time: number; trace: number } {
  const { simulation, traceBytes } = decodeCheckpoint(bytes, canonical)
  return { time: snapshotTime(simulation), trace: traceBytes }
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, k) => byte === b[k])
}

function scenarioHash(canonical: string): Uint8Array {
  return sha256(new TextEncoder().encode(canonical))
}
