/**
 * Mean and variance in two passes: the sum of squares minus the squared sum loses everything when the mean is large.
 */

/** Mean of the values, NaN of none. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / values.length
}

/**
 * Variance: sum of (x - mean)^2 / (n - ddof); NaN where n <= ddof; exactly 0 where all values are equal, even if their
 * mean is not representable.
 *
 * Parameters: `ddof`, 0 for the population's variance, 1 for the unbiased estimate from a sample.
 */
export function variance(values: ArrayLike<number>, ddof: number): number {
  const n = values.length
  if (n <= ddof) return Number.NaN
  if (isConstant(values)) return 0
  const m = mean(values)
  let sum = 0
  for (let i = 0; i < n; i++) sum += (values[i] - m) * (values[i] - m)
  return sum / (n - ddof)
}

/** Whether all values are the same number. */
export function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false
  return true
}
