import { isConstant, mean } from './moments.ts'
import { checkFinite, checkSameLength, checkWhole } from './trains.ts'

/**
 * Correlation of sampled signals. Lag m > 0 means "response later": u[0 .. n-m) against v[m .. n).
 * One bin of misalignment can halve a correlation: both signals must be sampled on the same bin centres.
 */

/**
 * Pearson's r = sum (u - mean u)(v - mean v) / sqrt(sum (u - mean u)^2 sum (v - mean v)^2), in two passes.
 * NaN where a signal is constant or there are fewer than two samples.
 * Throws RangeError where lengths differ or a value is not finite (signals with gaps: `correlationAtLags`).
 */
export function pearson(u: ArrayLike<number>, v: ArrayLike<number>): number {
  checkSameLength(u, v, 'the signals')
  checkFinite(u, 'sample')
  checkFinite(v, 'sample')
  const n = u.length
  if (n < 2 || isConstant(u) || isConstant(v)) return Number.NaN
  const mu = mean(u)
  const mv = mean(v)
  let uu = 0
  let vv = 0
  let uv = 0
  for (let i = 0; i < n; i++) {
    uu += (u[i] - mu) * (u[i] - mu)
    vv += (v[i] - mv) * (v[i] - mv)
    uv += (u[i] - mu) * (v[i] - mv)
  }
  return uv / (Math.sqrt(uu) * Math.sqrt(vv))
}

/**
 * Pearson's r of u[0 .. n-m) with v[m .. n) for m >= 0, of u[-m .. n) with v[0 .. n+m) for m < 0.
 *
 * Parameters: lag m in samples. Throws RangeError as `pearson` does and where the lag is not whole.
 */
export function laggedCorrelation(u: ArrayLike<number>, v: ArrayLike<number>, lag: number): number {
  const [a, b] = shifted(u, v, lag)
  return pearson(a, b)
}

function shifted(u: ArrayLike<number>, v: ArrayLike<number>, lag: number): [Float64Array, Float64Array] {
  checkSameLength(u, v, 'the signals')
  if (!Number.isInteger(lag)) throw new RangeError(`the lag is ${lag}; it must be a whole number of samples`)
  const n = Math.max(0, u.length - Math.abs(lag))
  const a = Float64Array.from({ length: n }, (_, i) => u[i + Math.max(0, -lag)])
  const b = Float64Array.from({ length: n }, (_, i) => v[i + Math.max(0, lag)])
  return [a, b]
}

export interface Correlogram {
  /** Samples, or ms for spike trains. */
  lags: Float64Array
  r: Float64Array
  /** How many pairs of samples each r rests on: gaps shorten it. */
  pairs: Float64Array
}

/**
 * `laggedCorrelation` at every lag from -maxLag to maxLag, where a NaN is a gap: the pairs it belongs to are left out,
 * after the shift, and `pairs` tells how many remain.
 * Throws RangeError where lengths differ or a value is infinite.
 */
export function correlationAtLags(u: ArrayLike<number>, v: ArrayLike<number>, maxLag: number): Correlogram {
  checkWhole(maxLag, 'the largest lag')
  const n = 2 * maxLag + 1
  const result = { lags: new Float64Array(n), r: new Float64Array(n), pairs: new Float64Array(n) }
  for (let k = 0; k < n; k++) {
    const [a, b] = shifted(u, v, k - maxLag)
    const present = (_: number, i: number) => !Number.isNaN(a[i]) && !Number.isNaN(b[i])
    const kept = a.filter(present)
    result.lags[k] = k - maxLag
    result.r[k] = pearson(kept, b.filter(present))
    result.pairs[k] = kept.length
  }
  return result
}

export interface LaggedPeak {
  /** r at lag 0: the number to report. */
  zero: number
  /** The largest r over the lags; biased upward by about sqrt(2 ln(number of lags) / n): never report it alone. */
  peak: number
  /** Where it is, samples; positive where v is later than u; the lag nearest 0 of equals; NaN where no r is defined. */
  lag: number
  /** Pairs of samples at lag 0. */
  pairs: number
}

/** r at lag 0, and the largest r with its lag in -maxLag .. maxLag. Gaps and errors as in `correlationAtLags`. */
export function laggedPeak(u: ArrayLike<number>, v: ArrayLike<number>, maxLag: number): LaggedPeak {
  const { lags, r, pairs } = correlationAtLags(u, v, maxLag)
  let best = -1
  for (let k = 0; k < r.length; k++) {
    if (Number.isNaN(r[k])) continue
    if (best < 0 || r[k] > r[best] || (r[k] === r[best] && Math.abs(lags[k]) < Math.abs(lags[best]))) best = k
  }
  return {
    zero: r[maxLag],
    peak: best < 0 ? Number.NaN : r[best],
    lag: best < 0 ? Number.NaN : lags[best],
    pairs: pairs[maxLag],
  }
}

/**
 * Autocorrelation rho[k] = sum over i of (u[i] - mean)(u[i+k] - mean) / sum of (u - mean)^2 for k = 0 .. maxLag
 * (the biased estimate: its spectrum is never negative). NaN of a constant signal. Throws RangeError on values not
 * finite.
 */
export function autocorrelation(u: ArrayLike<number>, maxLag: number): Float64Array {
  checkWhole(maxLag, 'the largest lag')
  checkFinite(u, 'sample')
  const m = mean(u)
  const rho = new Float64Array(maxLag + 1)
  if (u.length < 2 || isConstant(u)) return rho.fill(Number.NaN)
  for (let k = 0; k <= maxLag; k++) for (let i = 0; i + k < u.length; i++) rho[k] += (u[i] - m) * (u[i + k] - m)
  return rho.map((sum) => sum / rho[0])
}

/**
 * Effective number of samples behind a correlation of smooth signals: n / (1 + 2 sum over k of rho_u[k] rho_v[k]),
 * k = 1 .. maxLag, with the biased autocorrelations. It exceeds n where the signals alternate; NaN where one is
 * constant or the sum, cut at maxLag, makes the denominator not positive.
 *
 * Parameters: maxLag in samples, past the correlation times of both signals. Throws RangeError as `pearson` does.
 */
export function effectiveNumber(u: ArrayLike<number>, v: ArrayLike<number>, maxLag: number): number {
  checkSameLength(u, v, 'the signals')
  const ru = autocorrelation(u, maxLag)
  const rv = autocorrelation(v, maxLag)
  let denominator = 1
  for (let k = 1; k <= maxLag; k++) denominator += 2 * ru[k] * rv[k]
  return denominator > 0 ? u.length / denominator : Number.NaN
}
