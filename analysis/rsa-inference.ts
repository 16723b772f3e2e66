import { upperTriangle } from './dissimilarity.ts'
import { variance } from './moments.ts'
import { checkPair, comparisonOf, type RdmComparison } from './rdm-comparison.ts'
import { checkWhole } from './trains.ts'

/**
 * Inference on RDMs. Entries of one matrix depend on each other, so what is drawn is stimuli, never entries.
 * Khaligh-Razavi & Kriegeskorte 2014; Nili et al. 2014. `uniform` gives numbers in [0, 1), one a call.
 */

export interface RsaOptions {
  comparison?: RdmComparison
  /** How often; the papers draw 10,000 and 1,000 times. */
  draws: number
  uniform: () => number
}

/**
 * Whether two RDMs are related: p = (1 + number of draws with c(a, permuted b) >= c(a, b)) / (1 + draws), one-sided,
 * where rows and columns of b are put in one random order (stimulus-label permutation). Uniform where the labels of b
 * mean nothing; never 0.
 *
 * Parameters: both K x K. Throws RangeError as `compareRdms` does and below three stimuli (nothing changes then).
 */
export function permutationTest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { comparison = 'tau_a', draws, uniform }: RsaOptions,
): { value: number; p: number; draws: number } {
  const K = checkPair(a, b)
  checkStimuli(K)
  checkWhole(draws, 'the number of draws', 1)
  const compare = comparisonOf(comparison)
  const u = upperTriangle(a)
  const value = compare(u, upperTriangle(b))
  const order = Uint32Array.from({ length: K }, (_, i) => i)
  const v = new Float64Array(u.length)
  let asGood = 0
  for (let draw = 0; draw < draws; draw++) {
    for (let i = K - 1; i > 0; i--) {
      const other = below(uniform, i + 1)
      const held = order[i]
      order[i] = order[other]
      order[other] = held
    }
    let k = 0
    for (let i = 0; i < K; i++) for (let j = i + 1; j < K; j++) v[k++] = b[order[i] * K + order[j]]
    // A draw that leaves b as it was sums its entries in another order: equal but for rounding.
    if (compare(u, v) >= value - 1e-12) asGood++
  }
  return { value, p: Number.isNaN(value) ? Number.NaN : (1 + asGood) / (1 + draws), draws }
}

export interface Bootstrap {
  /** Of all stimuli. */
  value: number
  /** Of every draw. */
  values: Float64Array
  /** Standard deviation of the draws (ddof 1): the standard error of `value`. */
  error: number
}

/**
 * Error bars of how alike models are to a reference: the K stimuli are drawn with replacement, and the pairs of a
 * stimulus with itself, whose zero is no measurement, are dropped. All models see the same draws: their differences can
 * be compared by `differenceTest`. A draw of fewer than three different stimuli is drawn again.
 *
 * Parameters: reference and models K x K. Gives one result a model; values are NaN where the comparison is. Throws
 * RangeError as `compareRdms` does, below three stimuli and below two draws.
 */
export function bootstrapStimuli(
  reference: ArrayLike<number>,
  models: readonly ArrayLike<number>[],
  { comparison = 'tau_a', draws, uniform }: RsaOptions,
): Bootstrap[] {
  const compare = comparisonOf(comparison)
  checkWhole(draws, 'the number of draws', 2)
  for (const model of models) checkStimuli(checkPair(reference, model))
  const K = Math.sqrt(reference.length)
  const u = upperTriangle(reference)
  const results = models.map((model) => ({
    value: compare(u, upperTriangle(model)),
    values: new Float64Array(draws),
    error: Number.NaN,
  }))
  for (let draw = 0; draw < draws; draw++) {
    const places = pairsDrawn(K, uniform)
    const seen = Float64Array.from(places, (place) => reference[place])
    models.forEach((model, m) => {
      results[m].values[draw] = compare(seen, Float64Array.from(places, (place) => model[place]))
    })
  }
  for (const result of results) result.error = Math.sqrt(variance(result.values, 1))
  return results
}

/**
 * Whether two models differ, from draws they share: p = min(1, 2 (1 + min(number of d <= 0, number of d >= 0)) / (1 +
 * draws)), d the difference in a draw. Two-sided. Throws RangeError where the numbers of draws differ.
 */
export function differenceTest(one: Bootstrap, other: Bootstrap): { difference: number; p: number } {
  const n = one.values.length
  if (n !== other.values.length) {
    throw new RangeError(`${n} and ${other.values.length} draws; both must come from one bootstrap`)
  }
  let below = 0
  let above = 0
  for (let k = 0; k < n; k++) {
    const d = one.values[k] - other.values[k]
    if (d <= 0) below++
    if (d >= 0) above++
  }
  return { difference: one.value - other.value, p: Math.min(1, (2 * (1 + Math.min(below, above))) / (1 + n)) }
}

/** Places in a K x K matrix of all pairs of different stimuli among K drawn with replacement. */
function pairsDrawn(K: number, uniform: () => number): number[] {
  const drawn = new Uint32Array(K)
  do {
    for (let i = 0; i < K; i++) drawn[i] = below(uniform, K)
  } while (new Set(drawn).size < 3)
  const places: number[] = []
  for (let i = 0; i < K; i++) {
    for (let j = i + 1; j < K; j++) if (drawn[i] !== drawn[j]) places.push(drawn[i] * K + drawn[j])
  }
  return places
}

/** 0 .. n - 1. A generator that gives 1, or what is no number, would read past the end. */
function below(uniform: () => number, n: number): number {
  const u = uniform()
  if (!(u >= 0 && u < 1)) throw new RangeError(`the generator gave ${u}; numbers from 0 to below 1 are needed`)
  return Math.floor(u * n)
}

function checkStimuli(K: number): void {
  if (K < 3) throw new RangeError(`${K} stimuli; three or more are needed`)
}
