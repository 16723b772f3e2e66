/** A trace on disk: written as the run goes, read back by parts, cut for resuming; and checkpoints beside it. */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { InputError } from '../engine/errors.ts'
import { openTrace, type Trace, type TraceSource } from '../engine/trace/index.ts'
import type { RunningHash } from '../scenarios/trace-store.ts'
import { fileReason, writing } from './failure.ts'

export interface TraceFile {
  write(bytes: Uint8Array): void
  source(): TraceSource
  /** Everything written is on the disk. */
  sync(): void
  close(): void
}

/**
 * A file for a trace, empty; or, with `keep`, the one that is there, cut to so many bytes. Nothing on the disk changes
 * before the first byte is written: a mistake in the scenario, or a wrong checkpoint, costs no trace.
 */
export function createTraceFile(path: string, keep?: number): TraceFile {
  if (keep !== undefined) checkLength(path, keep)
  let descriptor = keep === undefined ? undefined : openSync(path, 'r')
  let writable = false
  let size = keep ?? 0
  const begin = () => {
    makeFolder(dirname(path))
    if (descriptor !== undefined) closeSync(descriptor)
    descriptor = openSync(path, keep === undefined ? 'w+' : 'r+')
    if (keep !== undefined) ftruncateSync(descriptor, keep)
    writable = true
    return descriptor
  }
  return {
    write(bytes) {
      writing(path, () => {
        const to = writable ? (descriptor as number) : begin()
        for (let done = 0; done < bytes.length; ) done += writeSync(to, bytes, done, bytes.length - done, size + done)
      })
      size += bytes.length
    },
    source: () => ({ size, read: (offset, length) => readExactly(descriptor as number, path, offset, length) }),
    sync: () => writing(path, () => void (writable && fsyncSync(descriptor as number))),
    close() {
      if (descriptor !== undefined) closeSync(descriptor)
      descriptor = undefined
    },
  }
}

function checkLength(path: string, keep: number): void {
  if (!existsSync(path)) throw new InputError(`${path}: no such file; the trace that belongs to the checkpoint is needed (--out)`)
  const descriptor = openSync(path, 'r')
  const stat = fstatSync(descriptor)
  closeSync(descriptor)
  if (stat.isDirectory()) throw new InputError(`${path}: it is a folder; the trace that belongs to the checkpoint is needed (--out)`)
  const { size } = stat
  if (size < keep) throw new InputError(`${path}: found ${size} bytes; the checkpoint was made when the trace had ${keep}`)
}

/** Open a trace that is on disk; columns are read when they are asked for. Throws `InputError`. */
export function openTraceFile(path: string): { trace: Trace; bytes: number; close(): void } {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch (error) {
    throw new InputError(`${path}: ${fileReason(error)}; a trace .hlk is needed`)
  }
  const stat = fstatSync(descriptor)
  if (stat.isDirectory()) throw new InputError(`${path}: it is a folder; a trace .hlk is needed`)
  try {
    const source = { size: stat.size, read: (offset: number, length: number) => readExactly(descriptor, path, offset, length) }
    return { trace: openTrace(source), bytes: stat.size, close: () => closeSync(descriptor) }
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${path}: ${error.message}`) : error
  }
}

function readExactly(descriptor: number, path: string, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let done = 0; done < length; ) {
    const count = readSync(descriptor, bytes, done, length - done, offset + done)
    if (count === 0) throw new InputError(`${path}: the file ends at byte ${offset + done} while it is read`)
    done += count
  }
  return bytes
}

/** Write `bytes` so that the file is the old one or the new one, never half of it. */
export function writeWhole(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`
  writing(path, () => {
    makeFolder(dirname(path))
    const descriptor = openSync(temporary, 'w')
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, path)
  })
}

/** SHA-256 of the trace as it is written, by Node's own code. */
export function nodeHash(): RunningHash {
  const hash = createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.copy().digest() }
}

/** One folder after the other: where the system refuses one, as /proc does, Node's own `recursive` tries for ever. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path)
}

/** SHA-256 of a file, in hexadecimal. */
export function fileHash(path: string): string {
  const hash = createHash('sha256')
  const piece = new Uint8Array(2 ** 20)
  const descriptor = openSync(path, 'r')
  try {
    for (;;) {
      const count = readSync(descriptor, piece)
      if (count === 0) return hash.digest('hex')
      hash.update(piece.subarray(0, count))
    }
  } finally {
    closeSync(descriptor)
  }
}
