import { binCounts } from './bins.ts'
import { pearson } from './correlation.ts'
import { mean, variance } from './moments.ts'
import { checkFinite } from './trains.ts'

/** Statistics of spike counts in windows or trials. Both depend on the window: report it with the number. */

/**
 * Fano factor: var / mean of counts over windows or trials, with the unbiased variance (ddof 1) unless said otherwise.
 * Poisson 1. NaN where the mean is 0 or there are not more counts than ddof. Throws RangeError on counts that are not
 * finite.
 */
export function fano(counts: ArrayLike<number>, ddof = 1): number {
  checkFinite(counts, 'count')
  const m = mean(counts)
  return m === 0 ? Number.NaN : variance(counts, ddof) / m
}

/**
 * Count correlation of two trains: Pearson's r of their counts in the whole bins of [from, to).
 * NaN, not 0, where one of the counts is constant: it says nothing then.
 *
 * Parameters: times, from, to, width in ms; `grid` as in `binOf`. Throws RangeError as `binCounts` does.
 */
export function countCorrelation(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  from: number,
  to: number,
  width: number,
  grid?: number,
): number {
  return pearson(binCounts(a, from, to, width, grid), binCounts(b, from, to, width, grid))
}
