import { checkFinite, checkSameLength } from './trains.ts'

/** Smoothing of binned signals. Say which kernel a figure uses: a causal one delays by its mean. */

/**
 * Centred smoothing: y[k] = sum over j of kernel[j] x[k + h - j], h = (length - 1)/2, zeros beyond the ends. For
 * figures.
 * Throws RangeError where the kernel's length is not odd or a value is not finite.
 */
export function smoothCentred(values: ArrayLike<number>, kernel: ArrayLike<number>): Float64Array {
  if (kernel.length % 2 !== 1)
    throw new RangeError(`a centred kernel has ${kernel.length} weights; it needs an odd number`)
  const half = (kernel.length - 1) / 2
  return convolve(values, Float64Array.from(kernel).reverse(), -half)
}

/**
 * Causal smoothing: y[k] = sum over j of kernel[j] x[k - j], zeros before the start. For displays of a running
 * simulation.
 */
export function smoothCausal(values: ArrayLike<number>, kernel: ArrayLike<number>): Float64Array {
  return convolve(values, Float64Array.from(kernel).reverse(), 1 - kernel.length)
}

/** y[k] = sum over j of weights[j] x[k + j + offset]. */
function convolve(values: ArrayLike<number>, weights: Float64Array, offset: number): Float64Array {
  checkFinite(values, 'value')
  checkFinite(weights, 'kernel weight')
  const smooth = new Float64Array(values.length)
  for (let k = 0; k < values.length; k++) {
    for (let j = 0; j < weights.length; j++) {
      const i = k + j + offset
      if (i >= 0 && i < values.length) smooth[k] += weights[j] * values[i]
    }
  }
  return smooth
}

/**
 * Smoothed ratio: numerator and denominator are smoothed with the same kernel and divided afterwards, as a burst
 * probability has to be (smoothed ratios are biased wherever the denominator is small). NaN, a gap, where the smoothed
 * denominator is 0.
 *
 * Parameters: counts per bin; `smooth`, `smoothCentred` (for figures) or `smoothCausal`. Throws RangeError where
 * lengths differ.
 */
export function smoothedRatio(
  numerator: ArrayLike<number>,
  denominator: ArrayLike<number>,
  kernel: ArrayLike<number>,
  smooth: typeof smoothCentred = smoothCentred,
): Float64Array {
  checkSameLength(numerator, denominator, 'numerator and denominator')
  const below = smooth(denominator, kernel)
  return smooth(numerator, kernel).map((value, k) => (below[k] === 0 ? Number.NaN : value / below[k]))
}
