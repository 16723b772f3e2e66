import { checkFinite, checkSameLength, checkWhole } from './trains.ts'

/** Angles between vectors: gradients, weights, feedback. */

/**
 * Alignment angle of two vectors in radians: 2 atan2(|u/|u| - v/|v||, |u/|u| + v/|v||).
 * (acos of the cosine loses every angle below 1e-8.) NaN where a vector is zero.
 * Compute it per layer, flattened in one fixed order; feedback alignment compares B with the transpose of W.
 *
 * Throws RangeError where lengths differ or a component is not finite.
 */
export function angle(u: ArrayLike<number>, v: ArrayLike<number>): number {
  checkSameLength(u, v, 'the vectors')
  const a = unit(u)
  const b = unit(v)
  let apart = 0
  let together = 0
  for (let i = 0; i < a.length; i++) {
    apart += (a[i] - b[i]) * (a[i] - b[i])
    together += (a[i] + b[i]) * (a[i] + b[i])
  }
  // NaN of a zero vector goes through; an empty one has no direction either.
  return a.length === 0 ? Number.NaN : 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together))
}

/** The vector over its length; scaled by its largest component first, so that squares neither overflow nor vanish. */
function unit(v: ArrayLike<number>): Float64Array {
  checkFinite(v, 'component')
  let largest = 0
  for (let i = 0; i < v.length; i++) largest = Math.max(largest, Math.abs(v[i]))
  const scaled = Float64Array.from(v, (x) => x / largest)
  let sum = 0
  for (const x of scaled) sum += x * x
  const length = Math.sqrt(sum)
  return scaled.map((x) => x / length)
}

/** Radians to degrees. */
export function degrees(radians: number): number {
  return (radians * 180) / Math.PI
}

/** The angle of two random vectors in n dimensions, degrees: mean 90, sd 57.3 / sqrt(n) (large n). */
export function chanceAngle(dimensions: number): { mean: number; sd: number } {
  checkWhole(dimensions, 'the number of dimensions', 1)
  return { mean: 90, sd: degrees(1) / Math.sqrt(dimensions) }
}
