import { checkPositive, checkSameLength, checkTrain, checkWhole } from './trains.ts'

/**
 * Bursts by inter-spike interval. A run is a maximal row of spikes of one neuron with ISI <= threshold (16 ms; an ISI
 * of exactly the threshold belongs to the run). Its first spike is the onset (a "burst onset or singlet"; the "event"
 * of the burst literature); a run of two or more is a burst, and a burst is dated by its second spike.
 * ER = onsets / (N T), BR = bursts / (N T), burst probability BP = BR / ER.
 * Naud & Sprekeler 2018; Payeur et al. 2021.
 *
 * Two detectors, not to be mixed:
 * `interval` is the definition above. `trace` is the published Auryn code's: a trace with tau = threshold that grows
 * by 1 with each spike is read before the increment; below 1/e the spike is an onset, otherwise, where the run has no
 * burst yet, a burst. Traces add up: a regular 20 ms train is onset, onset, burst and then nothing more.
 *
 * Both compare with a tolerance of 1e-9 ms: 1.016 - 1.0 is 0.016000000000000014 in floating point, and times on a grid
 * have to keep an ISI of exactly the threshold inside. On continuous times the set this affects has measure zero.
 *
 * A run that the start of a window cuts must not turn into a new one: detect on the whole train, then select with
 * `inWindow`.
 */
export type BurstDetection = 'interval' | 'trace'

/** ms; see above. */
export const burstTolerance = 1e-9

export interface Bursts {
  /** Time of the first spike of each run, ms. */
  onsets: Float64Array
  /** Spikes of each run; 1 is a singlet. */
  sizes: Uint32Array
  /** Time of the second spike of each run that has one, ms: when the burst is known. */
  burstTimes: Float64Array
  /** Time of the first spike of the same runs, ms: for counting a run whole in the bin of its onset. */
  burstOnsets: Float64Array
}

export interface PopulationBursts extends Bursts {
  /** The neuron of each onset and of each burst. */
  onsetSources: Uint32Array
  burstSources: Uint32Array
}

/**
 * The runs of one neuron, in order of their onsets.
 *
 * Parameters: times (ms, ascending), threshold in ms. Throws RangeError where the times are not a train or the
 * threshold not positive.
 */
export function bursts(times: ArrayLike<number>, threshold = 16, detector: BurstDetection = 'interval'): Bursts {
  const { onsets, sizes, burstTimes, burstOnsets } = populationBursts(
    { times, sources: new Uint8Array(times.length) },
    1,
    threshold,
    detector,
  )
  return { onsets, sizes, burstTimes, burstOnsets }
}

/**
 * The runs of all neurons of a population: onsets in order of time; bursts in order of their second spikes.
 *
 * Parameters: columns of spikes (only spikes: one row each), times in ms ascending over the population; number of
 * units; threshold in ms.
 * Throws RangeError where times descend, a source is not below `units`, or the threshold is not positive.
 */
export function populationBursts(
  spikes: { times: ArrayLike<number>; sources: ArrayLike<number> },
  units: number,
  threshold = 16,
  detector: BurstDetection = 'interval',
): PopulationBursts {
  const { times, sources } = spikes
  checkWhole(units, 'the number of units')
  checkPositive(threshold, 'the burst threshold')
  checkSameLength(times, sources, 'times and sources')
  checkTrain(times)
  if (detector !== 'interval' && detector !== 'trace') {
    throw new RangeError(`unknown burst detector "${detector}"; known are interval, trace`)
  }
  const last = new Float64Array(units).fill(-Infinity)
  const trace = new Float64Array(units)
  /** The row of the open run of each neuron among the onsets. */
  const run = new Int32Array(units).fill(-1)
  // Lowered by the tolerance, so that both detectors agree about an ISI of exactly the threshold.
  const limit = Math.exp(-(1 + burstTolerance / threshold))
  const onsetRows: number[] = []
  const sizes: number[] = []
  const burstRows: number[] = []
  const burstRuns: number[] = []
  for (let row = 0; row < times.length; row++) {
    const unit = sources[row]
    if (!(Number.isInteger(unit) && unit >= 0 && unit < units)) {
      throw new RangeError(`source ${unit} in row ${row}; sources must be whole numbers from 0 to ${units - 1}`)
    }
    const interval = times[row] - last[unit]
    if (detector === 'trace') trace[unit] *= Math.exp(-interval / threshold)
    const opens = detector === 'trace' ? trace[unit] < limit : interval > threshold + burstTolerance
    if (opens) {
      run[unit] = onsetRows.length
      onsetRows.push(row)
      sizes.push(1)
    } else if (++sizes[run[unit]] === 2) {
      burstRows.push(row)
      burstRuns.push(run[unit])
    }
    trace[unit]++
    last[unit] = times[row]
  }
  return {
    onsets: Float64Array.from(onsetRows, (row) => times[row]),
    onsetSources: Uint32Array.from(onsetRows, (row) => sources[row]),
    sizes: Uint32Array.from(sizes),
    burstTimes: Float64Array.from(burstRows, (row) => times[row]),
    burstSources: Uint32Array.from(burstRows, (row) => sources[row]),
    burstOnsets: Float64Array.from(burstRuns, (index) => times[onsetRows[index]]),
  }
}

/** The times in [from, to), ms, of an ascending list. */
export function inWindow(times: ArrayLike<number>, from: number, to: number): Float64Array {
  return Float64Array.from(times).filter((t) => t >= from && t < to)
}

/**
 * Burst probability BP = bursts / onsets. NaN without onsets: undefined, a gap in a figure, not 0.
 *
 * Parameters: the two counts. Throws RangeError where they are not counts. More bursts than onsets are possible in a
 * bin, where the onset lies in the bin before.
 */
export function burstProbability(onsets: number, bursts: number): number {
  checkCount(onsets)
  checkCount(bursts)
  return onsets === 0 ? Number.NaN : bursts / onsets
}

function checkCount(count: number): void {
  if (!(count >= 0 && count < Infinity)) throw new RangeError(`a count is ${count}; it must be 0 or more`)
}

/** Standard error of a burst probability: sqrt(BP (1 - BP) / onsets); NaN without onsets or where BP > 1. */
export function burstProbabilityError(onsets: number, bursts: number): number {
  const p = burstProbability(onsets, bursts)
  return Math.sqrt((p * (1 - p)) / onsets)
}

/** Mean number of spikes of the runs of two or more; NaN where there is none. */
export function meanBurstSize(sizes: ArrayLike<number>): number {
  const { spikes, runs } = inBursts(sizes)
  return spikes / runs
}

/** Fraction of all spikes that belong to bursts; NaN without spikes. */
export function burstFraction(sizes: ArrayLike<number>): number {
  let all = 0
  for (let i = 0; i < sizes.length; i++) all += sizes[i]
  return inBursts(sizes).spikes / all
}

function inBursts(sizes: ArrayLike<number>): { spikes: number; runs: number } {
  let spikes = 0
  let runs = 0
  for (let i = 0; i < sizes.length; i++) {
    if (sizes[i] < 2) continue
    spikes += sizes[i]
    runs++
  }
  return { spikes, runs }
}
