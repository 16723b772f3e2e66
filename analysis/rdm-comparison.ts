import { pearson } from './correlation.ts'
import { stimuliOf, upperTriangle } from './dissimilarity.ts'
import { kendallTauA } from './kendall.ts'
import { midRanks } from './ranks.ts'

export type RdmComparison = 'tau_a' | 'spearman' | 'pearson'

/**
 * How alike two RDMs are: a correlation of their upper triangles, K (K - 1) / 2 entries each.
 *   tau_a: Kendall's, which does not favour a model that predicts ties
 *   spearman: Pearson's r of the ranks, equal entries sharing the mean of theirs
 *   pearson: Pearson's r
 * Khaligh-Razavi & Kriegeskorte 2014 use tau_a; Nili et al. 2014.
 *
 * Parameters: both K x K. NaN below two entries; spearman and pearson also where all entries of one are equal. Throws
 * RangeError where the matrices differ in size, are not square or symmetric, or an entry is not finite.
 */
export function compareRdms(a: ArrayLike<number>, b: ArrayLike<number>, comparison: RdmComparison = 'tau_a'): number {
  checkPair(a, b)
  return comparisonOf(comparison)(upperTriangle(a), upperTriangle(b))
}

/** The comparison of two upper triangles. Throws RangeError for a word that is none. */
export function comparisonOf(name: RdmComparison): (u: Float64Array, v: Float64Array) => number {
  if (name === 'tau_a') return (u, v) => kendallTauA(u, v)
  if (name === 'spearman') return (u, v) => pearson(midRanks(u), midRanks(v))
  if (name === 'pearson') return pearson
  throw new RangeError(`unknown comparison "${name}"; known are tau_a, spearman, pearson`)
}

/** K of two matrices that can be compared. Throws RangeError where they cannot. */
export function checkPair(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const K = stimuliOf(a)
  if (K !== stimuliOf(b)) throw new RangeError(`matrices of ${K} and ${stimuliOf(b)} stimuli; they must be of the same`)
  for (const rdm of [a, b]) {
    for (let i = 0; i < K; i++) {
      for (let j = i + 1; j < K; j++) {
        if (!Number.isFinite(rdm[i * K + j])) {
          throw new RangeError(`the dissimilarity of stimuli ${i} and ${j} is ${rdm[i * K + j]}; every one must be finite (a constant or zero pattern has no correlation or cosine)`)
        }
      }
    }
  }
  return K
}
