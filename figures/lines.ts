/**
 * Sampled functions as paths: NaN is a gap, an infinite value is an error, and a column of pixels that holds many
 * samples keeps the first, lowest, highest and last of them, which draws the same ink as all.
 */
import { area, line } from 'd3-shape'
import { InputError } from '../engine/errors.ts'
import type { Axis } from './axes.ts'

export type Numbers = ArrayLike<number>

/**
 * Throws `InputError` unless x and y have one length, x is finite (and ascending, if `ascending`) and y finite or NaN.
 */
export function checkColumns(name: string, x: Numbers, y: Numbers, ascending = true): void {
  if (x.length !== y.length) {
    throw new InputError(
      `"${name}" has ${x.length} positions and ${y.length} values; as many of one as of the other are accepted`,
    )
  }
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]))
      throw new InputError(`"${name}" has the position ${x[i]} at ${i}; finite numbers are accepted`)
    if (ascending && i > 0 && x[i] < x[i - 1]) {
      throw new InputError(`"${name}" goes back from ${x[i - 1]} to ${x[i]} at ${i}; ascending positions are accepted`)
    }
    if (!Number.isFinite(y[i]) && !Number.isNaN(y[i])) {
      throw new InputError(`"${name}" has the value ${y[i]} at ${i}; finite numbers are accepted, and NaN for a gap`)
    }
  }
}

/**
 * Smallest and largest of all values that are not NaN and whose position lies in the window; undefined if there is
 * none.
 */
export function extent(
  columns: readonly { x: Numbers; y: Numbers }[],
  window?: readonly [number, number],
): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const { x, y } of columns) {
    for (let i = 0; i < y.length; i++) {
      if (window && (x[i] < window[0] || x[i] > window[1])) continue
      if (y[i] < low) low = y[i]
      if (y[i] > high) high = y[i]
    }
  }
  return low <= high ? [low, high] : undefined
}

/** An interval of positive length that holds `range`, and zero if asked. */
export function roomy(range: readonly [number, number] | undefined, zero: boolean): [number, number] {
  if (!range) return [0, 1]
  const low = zero ? Math.min(0, range[0]) : range[0]
  const high = zero ? Math.max(0, range[1]) : range[1]
  if (low < high) return [low, high]
  if (low === 0) return [0, 1]
  return zero ? (low < 0 ? [low, 0] : [0, high]) : [low - Math.abs(low) * 0.1, high + Math.abs(high) * 0.1]
}

type Point = [x: number, y: number]

/** Path of the samples inside the domain of `x`; where the line crosses its ends, the point between is interpolated. */
export function linePath(xs: Numbers, ys: Numbers, x: Axis, y: Axis): string {
  const [from, to] = x.domain
  const points: Point[] = []
  let bucket: Point[] = []
  let column = Number.NaN
  const flush = () => {
    points.push(...envelope(bucket))
    bucket = []
    column = Number.NaN
  }
  const add = (position: number, value: number) => {
    const at = x.at(position)
    if (Math.floor(at) !== column) flush()
    column = Math.floor(at)
    bucket.push([at, y.at(value)])
  }
  const addBetween = (i: number, end: number) => {
    if (i < 1 || i >= xs.length || !(xs[i - 1] < end && xs[i] > end)) return
    const part = (end - xs[i - 1]) / (xs[i] - xs[i - 1])
    const value = ys[i - 1] + part * (ys[i] - ys[i - 1])
    if (!Number.isNaN(value)) add(end, value)
  }
  for (let i = 0; i < xs.length; i++) {
    addBetween(i, from)
    if (xs[i] >= from && xs[i] <= to) {
      if (Number.isNaN(ys[i])) {
        flush()
        points.push([x.at(xs[i]), Number.NaN])
      } else add(xs[i], ys[i])
    }
    addBetween(i, to)
  }
  flush()
  return (
    line<Point>()
      .defined(p => !Number.isNaN(p[1]))
      .digits(2)(points) ?? ''
  )
}

function envelope(bucket: Point[]): Point[] {
  if (bucket.length <= 4) return bucket
  let low = 0
  let high = 0
  for (let i = 1; i < bucket.length; i++) {
    if (bucket[i][1] < bucket[low][1]) low = i
    if (bucket[i][1] > bucket[high][1]) high = i
  }
  const kept = [...new Set([0, low, high, bucket.length - 1])].sort((a, b) => a - b)
  return kept.map(i => bucket[i])
}

/** The area between two curves; a gap where either is NaN. */
export function bandPath(xs: Numbers, low: Numbers, high: Numbers, x: Axis, y: Axis): string {
  const at = Array.from(xs, (_, i) => i)
  const path = area<number>()
    .defined(i => !Number.isNaN(low[i]) && !Number.isNaN(high[i]))
    .x(i => x.at(xs[i]))
    .y0(i => y.at(low[i]))
    .y1(i => y.at(high[i]))
    .digits(2)
  return path(at) ?? ''
}
