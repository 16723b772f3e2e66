import { binCounts } from './bins.ts'
import { checkPositive, checkTrain, checkWhole } from './trains.ts'

/** Firing rates. Times are in ms, rates in Hz. */

/**
 * Mean rate: count / (units * duration), in Hz.
 *
 * Parameters: count of spikes, number of units, duration in ms without the burn-in.
 * Throws RangeError where there are no units or the duration is not positive: there is no rate then, not a rate of 0.
 */
export function rate(count: number, units: number, duration: number): number {
  checkWhole(count, 'the number of spikes')
  checkWhole(units, 'the number of units', 1)
  checkPositive(duration, 'the duration')
  return (count / (units * duration)) * 1000
}

/** A rate that is constant on each interval [starts[k], ends[k]). */
export interface InstantaneousRate {
  starts: Float64Array
  ends: Float64Array
  /** Hz; Infinity where two spikes share a time. */
  rates: Float64Array
}

/**
 * Instantaneous rate of one neuron: 1 / (t[k+1] - t[k]) on the interval between the two spikes; unknown outside.
 *
 * Parameters: times of one neuron, ms. Throws RangeError where they are not a train.
 */
export function instantaneousRate(times: ArrayLike<number>): InstantaneousRate {
  checkTrain(times)
  const n = Math.max(0, times.length - 1)
  const starts = Float64Array.from({ length: n }, (_, k) => times[k])
  const ends = Float64Array.from({ length: n }, (_, k) => times[k + 1])
  return { starts, ends, rates: ends.map((end, k) => 1000 / (end - starts[k])) }
}

/**
 * Population rate in half-open bins: counts[k] / (units * w), in Hz; a partial last bin is dropped.
 *
 * Parameters: times of all units (any order), from, to, width in ms; `grid` as in `binOf`. Throws RangeError as
 * `binCounts` does.
 */
export function populationRate(
  times: ArrayLike<number>,
  units: number,
  from: number,
  to: number,
  width: number,
  grid?: number,
): Float64Array {
  checkWhole(units, 'the number of units', 1)
  return binCounts(times, from, to, width, grid).map((count) => (count / (units * width)) * 1000)
}
