/**
 * IDX, the format that MNIST comes in: two zero bytes, the type of the numbers (8: unsigned bytes), how many dimensions,
 * the size of each (4 bytes, the highest first), then the numbers, the last dimension fastest. It may be gzipped.
 */
import { gunzipSync } from 'fflate'
import { InputError } from '../engine/errors.ts'

/** The bytes of the file, unpacked if they are gzipped. Throws `InputError` for a gzip file that is damaged. */
export function unpacked(file: string, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes)
  } catch (error) {
    throw new InputError(`${file}: found a gzip file that cannot be unpacked (${error instanceof Error ? error.message : error}); a whole one is needed`)
  }
}

/** The numbers, without copying. Throws `InputError` unless it is an IDX file of bytes with these `sizes`. */
export function idxBytes(file: string, bytes: Uint8Array, sizes: readonly number[]): Uint8Array {
  const header = 4 + 4 * sizes.length
  if (bytes.length < header) {
    throw new InputError(`${file}: found ${bytes.length} bytes; an IDX file with ${sizes.length} dimensions begins with ${header}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = view.getUint32(0)
  const expected = 0x800 + sizes.length
  if (magic !== expected) {
    throw new InputError(`${file}: found the magic number ${magic}; an IDX file of bytes with ${sizes.length} dimensions has ${expected}`)
  }
  const found = sizes.map((_, i) => view.getUint32(4 + 4 * i))
  if (found.some((size, i) => size !== sizes[i])) {
    throw new InputError(`${file}: found the size ${found.join(' x ')}; ${sizes.join(' x ')} is needed`)
  }
  const numbers = sizes.reduce((product, size) => product * size, 1)
  if (bytes.length !== header + numbers) {
    throw new InputError(`${file}: found ${bytes.length} bytes; the size ${sizes.join(' x ')} needs ${header + numbers}`)
  }
  return bytes.subarray(header)
}
