/** Where the bytes of a run's trace go and come back from, and their sha-256 as they pass. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { assert, InputError } from '../engine/errors.ts'
import type { TraceSink, TraceSource } from '../engine/trace/index.ts'
import { type Checkpoint, equal } from './checkpoint.ts'

const piece = 2 ** 20

/** A sha-256 in the making. */
export interface RunningHash {
  update(bytes: Uint8Array): void
  /** Of the bytes so far; more may follow. */
  digest(): Uint8Array
}

/** In plain JavaScript, which runs everywhere. A host that has a faster one may bring it. */
export function portableHash(): RunningHash {
  const hash = sha256.create()
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.clone().digest() }
}

export interface TraceStore extends TraceSink {
  /** sha-256 of the bytes so far. */
  hash(): Uint8Array
  hashText(): string
  /** Everything written so far, to be read. */
  source(): TraceSource
}

/**
 * A store that hands on to `sink`, or keeps the bytes in memory if there is none. With `resume` it begins with what
 * `open` gives, which must be the bytes that the checkpoint knows. Throws `InputError`.
 */
export function traceStore(sink: TraceSink | undefined, open: (() => TraceSource) | undefined, resume?: Checkpoint, hash: RunningHash = portableHash()): TraceStore {
  if (sink && !open) throw new InputError('found a sink without "open"; a way to read the trace back is needed')
  let kept: Uint8Array[] = []
  if (resume) {
    if (!open) throw new InputError('found a checkpoint without its trace; "open" is needed')
    const source = open()
    if (source.size !== resume.traceBytes) {
      throw new InputError(`found a trace of ${source.size} bytes; the checkpoint goes on after ${resume.traceBytes} bytes`)
    }
    for (let offset = 0; offset < source.size; offset += piece) {
      const bytes = source.read(offset, Math.min(piece, source.size - offset))
      hash.update(bytes)
      if (!sink) kept.push(bytes.slice())
    }
    if (!equal(hash.digest(), resume.traceHash)) {
      throw new InputError('found another trace than the one the checkpoint was taken of; it must be the same bytes')
    }
  }
  const store: TraceStore = {
    write(bytes) {
      hash.update(bytes)
      if (sink) sink.write(bytes)
      else kept.push(bytes)
    },
    hash: () => hash.digest(),
    hashText: () => bytesToHex(store.hash()),
    source() {
      if (sink) {
        assert(open, 'a sink comes with a way to read it')
        return open()
      }
      if (kept.length !== 1) kept = [joined(kept)]
      const [all] = kept
      return { size: all.length, read: (offset, length) => all.subarray(offset, offset + length) }
    },
  }
  return store
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}
