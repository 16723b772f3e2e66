/** A file of the user's as a source: the worker reads slices of it and waits for them. */
import { InputError } from '../../engine/errors.ts'
import type { TraceSource } from '../../engine/trace/index.ts'

/** What a worker has and a page has not; the types of a page do not name it. */
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer }

export function blobSource(blob: Blob): TraceSource {
  const reader = new FileReaderSync()
  return {
    size: blob.size,
    read(offset, length) {
      try {
        return new Uint8Array(reader.readAsArrayBuffer(blob.slice(offset, offset + length)))
      } catch (error) {
        throw new InputError(`the file cannot be read any more at byte ${offset} (${(error as Error).name}); open it again if it has changed on the disk`)
      }
    },
  }
}
