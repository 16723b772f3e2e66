/**
 * Order of convergence of a numerical method from runs with step h, h/2 and h/4.
 * Fit only where errors are well above rounding (e > 100 eps |y|) and the last two estimates agree within 0.1. Of
 * spiking runs measure the times of the first k spikes of trains that are not chaotic: if the number of spikes
 * changes, there is no order.
 */

/**
 * With the truth known: p = log2(e(h) / e(h/2)). NaN where an error is 0. Throws RangeError on errors that are not
 * finite.
 */
export function convergenceOrder(errorAtH: number, errorAtHalfH: number): number {
  finite(errorAtH, errorAtHalfH)
  const ratio = Math.abs(errorAtH) / Math.abs(errorAtHalfH)
  return errorAtH === 0 || errorAtHalfH === 0 ? Number.NaN : Math.log2(ratio)
}

/**
 * Without the truth: p = log2((y(h) - y(h/2)) / (y(h/2) - y(h/4))). NaN where a difference is 0 or the two have
 * opposite signs: the results do not converge monotonically then. Throws RangeError on results that are not finite.
 */
export function selfConvergenceOrder(atH: number, atHalfH: number, atQuarterH: number): number {
  finite(atH, atHalfH, atQuarterH)
  const ratio = (atH - atHalfH) / (atHalfH - atQuarterH)
  return ratio > 0 && ratio < Infinity ? Math.log2(ratio) : Number.NaN
}

/** Whether an error is far enough above the rounding of the result y to be fitted: |e| > 100 eps |y|. */
export function aboveRounding(error: number, y: number): boolean {
  return Math.abs(error) > 100 * Number.EPSILON * Math.abs(y)
}

/**
 * Largest error of the first spikes' times, ms: max |t[k] - truth[k]| over k < count; NaN where a train has fewer
 * spikes or, with `count` left out, where their numbers differ: an order is undefined then.
 */
export function spikeTimeError(times: ArrayLike<number>, truth: ArrayLike<number>, count?: number): number {
  if (count === undefined && times.length !== truth.length) return Number.NaN
  const n = count ?? truth.length
  if (times.length < n || truth.length < n) return Number.NaN
  let largest = 0
  for (let k = 0; k < n; k++) {
    finite(times[k], truth[k])
    largest = Math.max(largest, Math.abs(times[k] - truth[k]))
  }
  return largest
}

function finite(...values: number[]): void {
  for (const value of values)
    if (!Number.isFinite(value)) throw new RangeError(`a result is ${value}; it must be finite`)
}
