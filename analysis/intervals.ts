import { mean, variance } from './moments.ts'
import { checkFinite, checkPositive, checkTrain, checkWhole } from './trains.ts'

/** Inter-spike intervals (ISIs) and their irregularity. Intervals are within one neuron and one trial. */

/**
 * The intervals t[k+1] - t[k] of one train, in ms; empty below two spikes. Throws RangeError where it is not a train.
 */
export function intervals(times: ArrayLike<number>): Float64Array {
  checkTrain(times)
  return Float64Array.from({ length: Math.max(0, times.length - 1) }, (_, k) => times[k + 1] - times[k])
}

/** The intervals of several trains (neurons, trials) one after another; none reaches from one train into the next. */
export function pooledIntervals(trains: readonly ArrayLike<number>[]): Float64Array {
  const each = trains.map(intervals)
  const pooled = new Float64Array(each.reduce((sum, one) => sum + one.length, 0))
  let at = 0
  for (const one of each) {
    pooled.set(one, at)
    at += one.length
  }
  return pooled
}

/**
 * Coefficient of variation: sd / mean, with the population's sd (ddof 0) unless said otherwise.
 * Poisson 1, regular 0, Poisson of rate r with dead time d: 1 - r d. NaN below two intervals or where the mean is 0.
 */
export function cv(isis: ArrayLike<number>, ddof = 0): number {
  checkIntervals(isis)
  const m = mean(isis)
  return isis.length < 2 || m === 0 ? Number.NaN : Math.sqrt(variance(isis, ddof)) / m
}

/**
 * CV2: mean of 2 |I[k+1] - I[k]| / (I[k+1] + I[k]); robust against slow drift of the rate; Poisson 1, regular 0, at
 * most 2.
 * Holt et al. 1996. Pairs of two zero intervals are skipped; NaN where no pair is left.
 */
export function cv2(isis: ArrayLike<number>): number {
  return meanOverPairs(isis, (a, b) => (2 * Math.abs(b - a)) / (a + b))
}

/**
 * Local variation: 3/(n-1) sum of ((I[k] - I[k+1]) / (I[k] + I[k+1]))^2 over the n - 1 pairs; Poisson 1, regular 0.
 * Shinomoto et al. 2003. Pairs of two zero intervals are skipped (and not counted); NaN where no pair is left.
 */
export function lv(isis: ArrayLike<number>): number {
  return 3 * meanOverPairs(isis, (a, b) => ((a - b) / (a + b)) * ((a - b) / (a + b)))
}

/**
 * Revised local variation: 3/(n-1) sum of (1 - 4 I[k] I[k+1] / (I[k] + I[k+1])^2) (1 + 4 R / (I[k] + I[k+1])).
 * Shinomoto et al. 2009. R is the refractory time in ms; R = 0 is LV. Skips and NaN as in LV. Throws RangeError where
 * R < 0.
 */
export function lvR(isis: ArrayLike<number>, refractory: number): number {
  if (!(refractory >= 0)) throw new RangeError(`the refractory time is ${refractory}; it must be 0 or more`)
  return 3 * meanOverPairs(isis, (a, b) => (1 - (4 * a * b) / ((a + b) * (a + b))) * (1 + (4 * refractory) / (a + b)))
}

function meanOverPairs(isis: ArrayLike<number>, term: (a: number, b: number) => number): number {
  checkIntervals(isis)
  let sum = 0
  let pairs = 0
  for (let k = 0; k + 1 < isis.length; k++) {
    if (isis[k] + isis[k + 1] === 0) continue
    sum += term(isis[k], isis[k + 1])
    pairs++
  }
  return sum / pairs
}

function checkIntervals(isis: ArrayLike<number>): void {
  checkFinite(isis, 'interval')
  for (let i = 0; i < isis.length; i++)
    if (isis[i] < 0) throw new RangeError(`interval ${i} is ${isis[i]}; none may be negative`)
}

/** `n` bins of equal width: n + 1 edges from + k (to - from) / n. */
export function linearEdges(from: number, to: number, n: number): Float64Array {
  checkWhole(n, 'the number of bins', 1)
  checkPositive(to - from, 'the range of the bins')
  return Float64Array.from({ length: n + 1 }, (_, k) => (k === n ? to : from + (k * (to - from)) / n))
}

/** `n` bins of equal ratio, for heavy tails: n + 1 edges from (to / from)^(k / n). */
export function logarithmicEdges(from: number, to: number, n: number): Float64Array {
  checkWhole(n, 'the number of bins', 1)
  checkPositive(from, 'the first edge')
  checkPositive(to - from, 'the range of the bins')
  return Float64Array.from({ length: n + 1 }, (_, k) => (k === 0 ? from : k === n ? to : from * (to / from) ** (k / n)))
}

export interface Histogram {
  edges: Float64Array
  counts: Float64Array
  /** Values below the first edge. */
  below: number
  /** Values at or above the last edge. */
  above: number
}

/**
 * Histogram in half-open bins [edges[k], edges[k+1]) that keeps what falls outside, so that no mass is lost.
 *
 * Parameters: values in the unit of the edges. Throws RangeError on values that are not finite and edges that do not
 * ascend.
 */
export function histogram(values: ArrayLike<number>, edges: ArrayLike<number>): Histogram {
  checkFinite(values, 'value')
  checkFinite(edges, 'edge')
  if (edges.length < 2) throw new RangeError(`${edges.length} edges were given; a histogram needs two or more`)
  for (let k = 1; k < edges.length; k++) {
    if (edges[k] <= edges[k - 1])
      throw new RangeError(`edge ${k} is ${edges[k]} after ${edges[k - 1]}; edges must ascend`)
  }
  const result = { edges: Float64Array.from(edges), counts: new Float64Array(edges.length - 1), below: 0, above: 0 }
  for (let i = 0; i < values.length; i++) {
    if (values[i] < edges[0]) result.below++
    else if (values[i] >= edges[edges.length - 1]) result.above++
    else result.counts[binByEdges(edges, values[i])]++
  }
  return result
}

/** The largest k with edges[k] <= value, by bisection. */
function binByEdges(edges: ArrayLike<number>, value: number): number {
  let low = 0
  let high = edges.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (edges[middle] <= value) low = middle
    else high = middle
  }
  return low
}
