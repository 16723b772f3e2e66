import { binNumber, binOf } from './bins.ts'
import { checkFinite } from './trains.ts'

export interface Trial {
  /** Spike times, ms. */
  times: ArrayLike<number>
  /** The time the trial is aligned at, ms; 0 where not said. */
  trigger?: number
  /** What was recorded, [start, stop) in the time of `times`, ms; everything where not said. */
  coverage?: readonly [start: number, stop: number]
}

export interface Psth {
  counts: Float64Array
  /** How many trials cover each bin. */
  trials: Float64Array
  /** Hz, NaN where no trial covers the bin. */
  rates: Float64Array
}

/** Slack, ms, with which a recording that ends at an edge covers the bin up to it. */
const slack = 1e-9

/**
 * Peri-stimulus time histogram: rate[k] = counts[k] / (trials[k] * w), each trial aligned at its own trigger.
 * A trial counts, in numerator and denominator, only in bins that its recording covers whole.
 * A spike on the right edge of the window is excluded; a partial last bin is dropped.
 *
 * Parameters: from, to relative to the trigger, and width, in ms; `grid` as in `binOf`.
 * Throws RangeError on times that are not finite and on windows that are not positive.
 */
export function psth(trials: readonly Trial[], from: number, to: number, width: number, grid?: number): Psth {
  const n = binNumber(from, to, width)
  const counts = new Float64Array(n)
  const covering = new Float64Array(n)
  for (const { times, trigger = 0, coverage = [-Infinity, Infinity] } of trials) {
    checkFinite(times, 'spike time')
    if (Number.isNaN(coverage[0]) || !(coverage[1] >= coverage[0])) {
      throw new RangeError(`a trial covers ${coverage[0]} to ${coverage[1]} ms; its stop must not be before its start`)
    }
    const covered = (k: number) =>
      coverage[0] - trigger <= from + k * width + slack && coverage[1] - trigger >= from + (k + 1) * width - slack
    for (let k = 0; k < n; k++) if (covered(k)) covering[k]++
    for (let i = 0; i < times.length; i++) {
      const t = times[i] - trigger
      if (grid === undefined && t >= to) continue
      const k = binOf(t, from, width, grid)
      if (k >= 0 && k < n && covered(k)) counts[k]++
    }
  }
  const rates = counts.map((count, k) => (covering[k] > 0 ? (count / (covering[k] * width)) * 1000 : Number.NaN))
  return { counts, trials: covering, rates }
}
