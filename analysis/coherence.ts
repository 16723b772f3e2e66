import { fourier } from './fourier.ts'
import { checkFinite, checkPositive, checkSameLength, checkWhole } from './trains.ts'

/**
 * Welch coherence of two signals and the linear information rate it implies.
 * Segments of L samples overlap by half; each loses its mean and is weighted with the periodic Hann window
 * w[n] = (1 - cos(2 pi n / L)) / 2; then, summed over segments,
 * gamma2(f) = |sum X* Y|^2 / (sum |X|^2 sum |Y|^2);   R = -df sum over f_lo < f <= f_hi of log2(1 - gamma2(f)) bits/s,
 * df = f_s / L.
 * R is a lower bound for a Gaussian stimulus; the band must be the stimulus's band, outside it gamma2 is bias only.
 */
export interface Coherence {
  /** gamma2 at bins k = 0 .. L/2, frequency k f_s / L; 0 where a spectrum is empty. */
  gamma2: Float64Array
  /** gamma2 - (1 - gamma2) / segments, clamped at 0: without the bias of few segments. */
  corrected: Float64Array
  segments: number
  /** Independent segments, after the overlap: the number to base significance on. */
  effectiveSegments: number
  /** Samples at the end that fill no segment and were not used. */
  unused: number
}

/**
 * Coherence of x and y, sampled at the same times.
 *
 * Parameters: segment length L in samples, a power of two; the least number of segments (one segment gives 1
 * everywhere).
 * Throws RangeError where lengths differ, L is not a power of two, or there are fewer segments.
 */
export function coherence(x: ArrayLike<number>, y: ArrayLike<number>, segment: number, leastSegments = 50): Coherence {
  checkSameLength(x, y, 'the signals')
  checkFinite(x, 'sample')
  checkFinite(y, 'sample')
  checkWhole(segment, 'the segment length', 4)
  if ((segment & (segment - 1)) !== 0)
    throw new RangeError(`a segment of ${segment} samples; it must be a power of two`)
  checkWhole(leastSegments, 'the least number of segments', 2)
  const step = segment / 2
  const segments = Math.max(0, Math.floor((x.length - segment) / step) + 1)
  if (segments < leastSegments) {
    throw new RangeError(`${x.length} samples make ${segments} segments of ${segment}; ${leastSegments} are needed`)
  }
  const bins = step + 1
  const xx = new Float64Array(bins)
  const yy = new Float64Array(bins)
  const real = new Float64Array(bins)
  const imaginary = new Float64Array(bins)
  const hann = Float64Array.from({ length: segment }, (_, n) => 0.5 * (1 - Math.cos((2 * Math.PI * n) / segment)))
  for (let index = 0; index < segments; index++) {
    const [xr, xi] = spectrum(x, index * step, hann)
    const [yr, yi] = spectrum(y, index * step, hann)
    for (let k = 0; k < bins; k++) {
      xx[k] += xr[k] * xr[k] + xi[k] * xi[k]
      yy[k] += yr[k] * yr[k] + yi[k] * yi[k]
      real[k] += xr[k] * yr[k] + xi[k] * yi[k]
      imaginary[k] += xr[k] * yi[k] - xi[k] * yr[k]
    }
  }
  const gamma2 = xx.map((power, k) => {
    const below = power * yy[k]
    return below === 0 ? 0 : (real[k] * real[k] + imaginary[k] * imaginary[k]) / below
  })
  return {
    gamma2,
    corrected: gamma2.map((g) => Math.max(0, g - (1 - g) / segments)),
    segments,
    effectiveSegments: effectiveSegments(segments),
    unused: x.length - (segments - 1) * step - segment,
  }
}

function spectrum(signal: ArrayLike<number>, start: number, window: Float64Array): [Float64Array, Float64Array] {
  const n = window.length
  let sum = 0
  for (let i = 0; i < n; i++) sum += signal[start + i]
  const real = window.map((weight, i) => weight * (signal[start + i] - sum / n))
  const imaginary = new Float64Array(n)
  fourier(real, imaginary)
  return [real, imaginary]
}

/** Independent segments of n that overlap by half under a Hann window: n / (1 + 2 rho^2 (n - 1) / n), rho = 1/6. */
export function effectiveSegments(segments: number): number {
  checkWhole(segments, 'the number of segments', 1)
  return segments / (1 + (2 / 36) * ((segments - 1) / segments))
}

/**
 * The coherence that unrelated signals exceed with probability alpha: 1 - alpha^(1 / (n_eff - 1)).
 * Throws RangeError where alpha is not between 0 and 1 or n_eff not above 1.
 */
export function zeroCoherence(alpha: number, effective: number): number {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha is ${alpha}; it must lie between 0 and 1`)
  if (!(effective > 1)) throw new RangeError(`${effective} effective segments; there must be more than 1`)
  return 1 - alpha ** (1 / (effective - 1))
}

/**
 * Linear information rate in bits/s: -df sum over f_lo < f <= f_hi of log2(1 - gamma2), with 1 - gamma2 at least 1e-12.
 * f = 0 never counts: its mean was removed.
 *
 * Parameters: gamma2 at bins 0 .. L/2 (raw or corrected), sampling rate and band in Hz. Throws RangeError where the
 * band is negative, empty or reaches past half the sampling rate.
 */
export function informationRate(gamma2: ArrayLike<number>, sampleRate: number, low: number, high: number): number {
  checkPositive(sampleRate, 'the sampling rate')
  if (!(low >= 0 && high > low && high <= sampleRate / 2)) {
    throw new RangeError(`a band from ${low} to ${high} Hz; it must ascend within 0 to ${sampleRate / 2} Hz`)
  }
  const df = sampleRate / (2 * (gamma2.length - 1))
  let bits = 0
  for (let k = 1; k < gamma2.length; k++) {
    if (k * df > low && k * df <= high) bits -= Math.log2(Math.max(1e-12, 1 - gamma2[k]))
  }
  return df * bits
}
