import { pearson } from './correlation.ts'
import { checkFinite, checkSameLength } from './trains.ts'

/**
 * Representational dissimilarity matrices (RDMs; Kriegeskorte et al. 2008): how different the patterns are that K stimuli
 * evoke, K x K row by row, symmetric, zero diagonal.
 */

export type DissimilarityMetric = 'correlation' | 'euclidean' | 'cosine'

/**
 * RDM of K patterns of n numbers each.
 *   correlation: 1 - Pearson's r (NaN where a pattern is constant)
 *   euclidean: sum of (a - b)^2, the squared distance
 *   cosine: 1 - a . b / (|a| |b|) (NaN where a pattern is zero)
 * Kriegeskorte et al. 2008; Khaligh-Razavi & Kriegeskorte 2014 use the first. Noise of the patterns, such as that of
 * spike counts, makes all distances larger: see `crossValidatedDissimilarity`.
 *
 * Parameters: patterns, K lists of length n. Gives K x K. Throws RangeError where patterns differ in length or are not
 * finite.
 */
export function dissimilarity(
  patterns: readonly ArrayLike<number>[],
  { metric = 'correlation' }: { metric?: DissimilarityMetric } = {},
): Float64Array {
  if (!Object.hasOwn(metrics, metric)) {
    throw new RangeError(`unknown metric "${metric}"; known are ${Object.keys(metrics).join(', ')}`)
  }
  checkPatterns(patterns, patterns)
  return filled(patterns.length, (i, j) => metrics[metric](patterns[i], patterns[j]))
}

const metrics: Record<DissimilarityMetric, (a: ArrayLike<number>, b: ArrayLike<number>) => number> = {
  correlation: (a, b) => 1 - pearson(a, b),
  euclidean: (a, b) => product(a, b, a, b),
  cosine: (a, b) => {
    let ab = 0
    let aa = 0
    let bb = 0
    for (let i = 0; i < a.length; i++) {
      ab += a[i] * b[i]
      aa += a[i] * a[i]
      bb += b[i] * b[i]
    }
    return 1 - ab / (Math.sqrt(aa) * Math.sqrt(bb))
  },
}

/**
 * RDM of cross-validated squared Euclidean distances, (a[i] - a[j]) . (b[i] - b[j]), of two repetitions a and b of the
 * same patterns: noise that is independent between them adds nothing to its mean, so it can be negative; the plain
 * squared distance grows with noise.
 * Walther et al. 2016 ("crossnobis") divide by the covariance of the noise first; here it is not whitened.
 *
 * Parameters: both K lists of length n. Gives K x K. Throws RangeError where the repetitions differ in size or are not
 * finite.
 */
export function crossValidatedDissimilarity(
  first: readonly ArrayLike<number>[],
  second: readonly ArrayLike<number>[],
): Float64Array {
  if (first.length !== second.length) {
    throw new RangeError(`the repetitions hold ${first.length} and ${second.length} patterns; they must hold the same`)
  }
  checkPatterns(first, first)
  checkPatterns(second, first)
  return filled(first.length, (i, j) => product(first[i], first[j], second[i], second[j]))
}

/**
 * The entries above the diagonal of a K x K matrix, row by row: K (K - 1) / 2 numbers, as comparisons take them.
 * Throws RangeError where the matrix is not square or not symmetric.
 */
export function upperTriangle(rdm: ArrayLike<number>): Float64Array {
  const K = stimuliOf(rdm)
  const triangle = new Float64Array((K * (K - 1)) / 2)
  let k = 0
  for (let i = 0; i < K; i++) {
    for (let j = i + 1; j < K; j++) {
      if (!Object.is(rdm[i * K + j], rdm[j * K + i]) && rdm[i * K + j] !== rdm[j * K + i]) {
        throw new RangeError(`entries (${i}, ${j}) and (${j}, ${i}) are ${rdm[i * K + j]} and ${rdm[j * K + i]}; a matrix of dissimilarities is symmetric`)
      }
      triangle[k++] = rdm[i * K + j]
    }
  }
  return triangle
}

/** K of a K x K matrix. Throws RangeError where it is not square. */
export function stimuliOf(rdm: ArrayLike<number>): number {
  const K = Math.round(Math.sqrt(rdm.length))
  if (K * K !== rdm.length) throw new RangeError(`a matrix of ${rdm.length} entries; a square one, K x K, is needed`)
  return K
}

/** (a - b) . (c - d) */
function product(a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>, d: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) * (c[i] - d[i])
  return sum
}

function checkPatterns(patterns: readonly ArrayLike<number>[], like: readonly ArrayLike<number>[]): void {
  for (const pattern of patterns) {
    checkSameLength(like[0], pattern, 'the patterns')
    checkFinite(pattern, 'component')
  }
}

function filled(K: number, value: (i: number, j: number) => number): Float64Array {
  const rdm = new Float64Array(K * K)
  for (let i = 0; i < K; i++) {
    for (let j = i + 1; j < K; j++) {
      rdm[i * K + j] = value(i, j)
      rdm[j * K + i] = rdm[i * K + j]
    }
  }
  return rdm
}
