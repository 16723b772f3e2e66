import { pearson } from './correlation.ts'
import { checkFinite, checkSameLength, checkWhole } from './trains.ts'

/** Geometry of vectors: angles between gradients or weights, and dissimilarities of patterns. */

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

/**
 * Representational dissimilarity matrix: the upper triangle, row-major, of the dissimilarities of all pairs of
 * patterns.
 * `correlation`: 1 - Pearson's r (NaN of a constant pattern); `squared`: the squared Euclidean distance.
 * Kriegeskorte et al. 2008. Throws RangeError where patterns differ in length or are not finite.
 */
export function rdm(
  patterns: readonly ArrayLike<number>[],
  dissimilarity: 'correlation' | 'squared' = 'correlation',
): Float64Array {
  if (dissimilarity !== 'correlation' && dissimilarity !== 'squared') {
    throw new RangeError(`unknown dissimilarity "${dissimilarity}"; known are correlation, squared`)
  }
  return pairs(patterns.length, (i, j) =>
    dissimilarity === 'correlation'
      ? 1 - pearson(patterns[i], patterns[j])
      : product(patterns[i], patterns[j], patterns[i], patterns[j]),
  )
}

/**
 * Cross-validated squared Euclidean distances: (a[i] - a[j]) . (b[i] - b[j]) of two independent measurements of the
 * same patterns. Noise adds nothing to its mean (it can be negative); the plain squared distance grows with noise.
 * Throws RangeError where the measurements differ in size or are not finite.
 */
export function crossValidatedRdm(
  first: readonly ArrayLike<number>[],
  second: readonly ArrayLike<number>[],
): Float64Array {
  if (first.length !== second.length) {
    throw new RangeError(`the measurements hold ${first.length} and ${second.length} patterns; they must hold the same`)
  }
  return pairs(first.length, (i, j) => product(first[i], first[j], second[i], second[j]))
}

/** (a - b) . (c - d) */
function product(a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>, d: ArrayLike<number>): number {
  for (const other of [b, c, d]) checkSameLength(a, other, 'the patterns')
  for (const one of [a, b, c, d]) checkFinite(one, 'component')
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) * (c[i] - d[i])
  return sum
}

function pairs(n: number, value: (i: number, j: number) => number): Float64Array {
  const triangle = new Float64Array((n * (n - 1)) / 2)
  let k = 0
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) triangle[k++] = value(i, j)
  return triangle
}
