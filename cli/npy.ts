/** Several arrays for NumPy in one file: .npz, a zip of .npy. */
import { zipSync } from 'fflate'

export { type Numbers, npy, npyRecords, type RecordColumn } from '../engine/trace/npy.ts'

/** Names -> .npy files, as `numpy.load` opens them. */
export function npz(arrays: ReadonlyMap<string, Uint8Array>): Uint8Array {
  // a fixed date (zip knows none before 1980): the same arrays are the same bytes
  const entries = [...arrays].map(([name, bytes]) => [`${name}.npy`, [bytes, { mtime: new Date(1980, 0, 1) }]] as const)
  return zipSync(Object.fromEntries(entries) as Parameters<typeof zipSync>[0], { level: 6 })
}
