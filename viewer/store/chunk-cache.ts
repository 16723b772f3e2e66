/** Decoded chunks, as many as a budget of bytes allows; those that were not asked for longest leave first. */
import type { Column } from '../../engine/trace/index.ts'

export interface ChunkCache {
  get(chunk: number): Column[] | undefined
  put(chunk: number, columns: Column[]): void
  has(chunk: number): boolean
  readonly bytes: number
}

export function chunkCache(budget: number): ChunkCache {
  /** In the order of use: a map keeps that of insertion. */
  const kept = new Map<number, Column[]>()
  let bytes = 0
  return {
    get(chunk) {
      const columns = kept.get(chunk)
      if (columns && kept.delete(chunk)) kept.set(chunk, columns)
      return columns
    },
    put(chunk, columns) {
      bytes += sizeOf(columns) - sizeOf(kept.get(chunk) ?? [])
      kept.delete(chunk)
      kept.set(chunk, columns)
      for (const [oldest, old] of kept) {
        if (bytes <= budget || oldest === chunk) break
        kept.delete(oldest)
        bytes -= sizeOf(old)
      }
    },
    has: (chunk) => kept.has(chunk),
    get bytes() {
      return bytes
    },
  }
}

function sizeOf(columns: Column[]): number {
  return columns.reduce((sum, c) => sum + c.byteLength, 0)
}
