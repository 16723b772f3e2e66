import { checkFinite, checkSameLength } from './trains.ts'

/**
 * How two distributions (of weights, of intervals) differ. Prefer the unbinned ones. Bins must have the same edges for
 * both and include what lies outside them (`histogram` keeps it); report the mass on a clipping bound separately
 * (`massAt`).
 */

/** Calls `visit` with each stretch between neighbouring values of both samples and F1 - F2 on it. */
function steps(a: ArrayLike<number>, b: ArrayLike<number>, visit: (length: number, difference: number) => void): void {
  checkFinite(a, 'value')
  checkFinite(b, 'value')
  if (a.length === 0 || b.length === 0) {
    throw new RangeError(`samples of ${a.length} and ${b.length} values; both must hold at least one`)
  }
  const x = Float64Array.from(a).sort()
  const y = Float64Array.from(b).sort()
  let i = 0
  let j = 0
  while (i < x.length || j < y.length) {
    const t = Math.min(i < x.length ? x[i] : Infinity, j < y.length ? y[j] : Infinity)
    while (i < x.length && x[i] === t) i++
    while (j < y.length && y[j] === t) j++
    const next = Math.min(i < x.length ? x[i] : Infinity, j < y.length ? y[j] : Infinity)
    visit(next === Infinity ? 0 : next - t, i / x.length - j / y.length)
  }
}

/** Kolmogorov-Smirnov distance: max |F1 - F2|. Throws RangeError on empty samples and values that are not finite. */
export function kolmogorovSmirnov(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0
  steps(a, b, (_, difference) => {
    largest = Math.max(largest, Math.abs(difference))
  })
  return largest
}

/** Wasserstein-1 distance: integral |F1 - F2| dx, in the unit of the values. Throws as `kolmogorovSmirnov`. */
export function wasserstein(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  steps(a, b, (length, difference) => {
    sum += length * Math.abs(difference)
  })
  return sum
}

/**
 * Energy distance: sqrt(2 integral (F1 - F2)^2 dx), in the root of the unit of the values. Throws as
 * `kolmogorovSmirnov`.
 */
export function energyDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  steps(a, b, (length, difference) => {
    sum += length * difference * difference
  })
  return Math.sqrt(2 * sum)
}

/** The fraction of the values that are exactly `bound`: the mass that clipping put there. NaN of none. */
export function massAt(values: ArrayLike<number>, bound: number): number {
  checkFinite(values, 'value')
  let count = 0
  for (let i = 0; i < values.length; i++) if (values[i] === bound) count++
  return count / values.length
}

/**
 * Counts over the same bins as fractions of their sum. Throws RangeError on negative counts, none at all, or other
 * lengths.
 */
function fractions(p: ArrayLike<number>, q: ArrayLike<number>): [Float64Array, Float64Array] {
  checkSameLength(p, q, 'the distributions')
  const each = [p, q].map((counts) => {
    let sum = 0
    for (let k = 0; k < counts.length; k++) {
      if (!(counts[k] >= 0 && counts[k] < Infinity))
        throw new RangeError(`bin ${k} holds ${counts[k]}; it must be 0 or more`)
      sum += counts[k]
    }
    if (sum === 0) throw new RangeError('a distribution holds nothing; some bin must be above 0')
    return Float64Array.from(counts, (count) => count / sum)
  })
  return [each[0], each[1]]
}

/**
 * Total variation of two binned distributions: 1/2 sum |p - q|, 0 to 1. Takes counts or fractions; throws as
 * `jensenShannon`.
 */
export function totalVariation(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const [a, b] = fractions(p, q)
  return a.reduce((sum, value, k) => sum + Math.abs(value - b[k]), 0) / 2
}

/**
 * Jensen-Shannon divergence of two binned distributions in bits: 1/2 KL(p, m) + 1/2 KL(q, m), m = (p + q)/2, 0 log 0 =
 * 0; 0 to 1.
 * Takes counts or fractions. Throws RangeError on negative counts, nothing at all, or other lengths.
 */
export function jensenShannon(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const [a, b] = fractions(p, q)
  const term = (value: number, middle: number) => (value === 0 ? 0 : value * Math.log2(value / middle))
  return a.reduce((sum, value, k) => {
    const middle = (value + b[k]) / 2
    return sum + (term(value, middle) + term(b[k], middle)) / 2
  }, 0)
}

/**
 * Hellinger distance of two binned distributions: sqrt(1 - sum sqrt(p q)), 0 to 1. Takes and throws as `jensenShannon`.
 */
export function hellinger(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const [a, b] = fractions(p, q)
  const overlap = a.reduce((sum, value, k) => sum + Math.sqrt(value * b[k]), 0)
  // The overlap of equal distributions can round to just above 1.
  return Math.sqrt(Math.max(0, 1 - overlap))
}
