/**
 * Where the units of a population stand in an image: rows of a grid, and the pixels of each grid row. With a pixel or more a unit, a grid
 * row is a unit; with less, it is a line of pixels that several units share.
 */
import type { RasterRows } from '../trace-service.ts'

export interface RowLayout {
  /** Number of grid rows, from the top down. */
  count: number
  /** Grid row of each unit by its number, -1 where it is not shown. */
  rowOf: Int32Array
  /** Lines of pixels [tops[r], ends[r]) of each grid row, within the image. */
  tops: Int32Array
  ends: Int32Array
  /** Pixels a unit, a fraction when far. */
  unitHeight: number
}

/** `order` has the unit at each rank, `imageHeight` cuts what would lie outside. */
export function rowLayout(rows: Pick<RasterRows, 'first' | 'last' | 'top' | 'height'>, order: Uint32Array, imageHeight: number): RowLayout {
  const { first, last } = rows
  const top = Math.round(rows.top)
  const height = Math.max(0, Math.round(rows.height))
  const unitHeight = height / (last - first)
  const rowOf = new Int32Array(order.length).fill(-1)
  const [tops, ends]: [number[], number[]] = [[], []]
  const add = (from: number, to: number): boolean => {
    const [a, b] = [Math.max(0, top + Math.max(0, from)), Math.min(imageHeight, top + Math.min(height, to))]
    if (a >= b) return false
    tops.push(a)
    ends.push(b)
    return true
  }
  const lowest = Math.max(0, Math.floor(first))
  const highest = Math.min(order.length, Math.ceil(last))
  if (!(unitHeight > 0)) return { count: 0, rowOf, tops: new Int32Array(0), ends: new Int32Array(0), unitHeight: 0 }
  if (unitHeight >= 1) {
    for (let rank = highest - 1; rank >= lowest; rank--) {
      const [up, down] = [Math.floor((rank + 1 - first) * unitHeight), Math.floor((rank - first) * unitHeight)]
      if (add(height - up, height - down)) rowOf[order[rank]] = tops.length - 1
    }
  } else {
    const rowOfLine = Int32Array.from({ length: height }, (_, line) => (add(line, line + 1) ? tops.length - 1 : -1))
    for (let rank = lowest; rank < highest; rank++) {
      const line = height - 1 - Math.floor((rank + 0.5 - first) * unitHeight)
      if (line >= 0 && line < height) rowOf[order[rank]] = rowOfLine[line]
    }
  }
  return { count: tops.length, rowOf, tops: Int32Array.from(tops), ends: Int32Array.from(ends), unitHeight }
}
