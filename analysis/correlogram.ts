import { checkPositive, checkTrain, checkWhole } from './trains.ts'

/** Correlograms of spike trains: how the lags t_b - t_a are distributed. */

export interface SpikeCorrelogram {
  /** Centres of the bins, k w in ms, k = -reach .. reach. */
  lags: Float64Array
  counts: Float64Array
}

/**
 * Cross-correlogram: counts of all lags t_b - t_a in centred bins, bin k = floor(lag / w + 1/2), k = -reach .. reach.
 * Two moving pointers: linear in the spikes and the hits.
 *
 * Parameters: trains a, b in ms; width w in ms; reach in bins; `grid` (ms) where times lie on a base step: then lags
 * are whole ticks and the edges exact. Throws RangeError where a or b is not a train.
 */
export function crossCorrelogram(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  width: number,
  reach: number,
  grid?: number,
): SpikeCorrelogram {
  checkTrain(a)
  checkTrain(b)
  checkPositive(width, 'the bin width')
  checkWhole(reach, 'the reach in bins')
  const binOfLag = grid === undefined ? centredBin(width) : centredBinOfTicks(width, grid)
  const counts = new Float64Array(2 * reach + 1)
  let first = 0
  for (let i = 0; i < a.length; i++) {
    while (first < b.length && binOfLag(a[i], b[first]) < -reach) first++
    for (let j = first; j < b.length; j++) {
      const k = binOfLag(a[i], b[j])
      if (k > reach) break
      counts[k + reach]++
    }
  }
  return { lags: counts.map((_, k) => (k - reach) * width), counts }
}

function centredBin(width: number): (a: number, b: number) => number {
  return (a, b) => {
    const lag = b - a
    let k = Math.floor(lag / width + 0.5)
    if (lag >= (k + 0.5) * width) k++
    if (lag < (k - 0.5) * width) k--
    return k
  }
}

/** With m ticks a bin: floor((2 lag + m) / (2 m)), all whole numbers. */
function centredBinOfTicks(width: number, grid: number): (a: number, b: number) => number {
  checkPositive(grid, 'the grid step')
  const m = Math.round(width / grid)
  if (m < 1 || Math.abs(width / grid - m) > 1e-6) {
    throw new RangeError(`a bin width of ${width} ms is not a whole number of grid steps of ${grid} ms`)
  }
  return (a, b) => Math.floor((2 * (Math.round(b / grid) - Math.round(a / grid)) + m) / (2 * m))
}

/** Autocorrelogram: the cross-correlogram of a train with itself, less the n lags of each spike with itself. */
export function autoCorrelogram(
  times: ArrayLike<number>,
  width: number,
  reach: number,
  grid?: number,
): SpikeCorrelogram {
  const result = crossCorrelogram(times, times, width, reach, grid)
  result.counts[reach] -= times.length
  return result
}

/** As a rate of b around a spike of a: counts / (n_a w), in Hz. NaN where a has no spikes. */
export function correlogramRate(correlogram: SpikeCorrelogram, spikesA: number, width: number): Float64Array {
  checkPositive(width, 'the bin width')
  return correlogram.counts.map((count) => (spikesA > 0 ? (count / (spikesA * width)) * 1000 : Number.NaN))
}

/** As a coefficient: counts / sqrt(n_a n_b). NaN where a train is empty. */
export function correlogramCoefficient(correlogram: SpikeCorrelogram, spikesA: number, spikesB: number): Float64Array {
  return correlogram.counts.map((count) => (spikesA * spikesB > 0 ? count / Math.sqrt(spikesA * spikesB) : Number.NaN))
}

/**
 * Triangular correction for a window of length T: a lag can occur only during T - |lag|, so counts are scaled by T /
 * (T - |lag|).
 * Throws RangeError where a lag reaches T.
 */
export function triangularCorrection(correlogram: SpikeCorrelogram, window: number): Float64Array {
  checkPositive(window, 'the window')
  return correlogram.counts.map((count, k) => {
    const left = window - Math.abs(correlogram.lags[k])
    if (left <= 0) throw new RangeError(`a lag of ${correlogram.lags[k]} ms does not fit into a window of ${window} ms`)
    return (count * window) / left
  })
}

/**
 * Shift predictor: the mean correlogram of trial i of a with trial i + 1 of b (the last with the first), the part of
 * the correlogram that locking to the stimulus explains. Times are relative to each trial's start.
 * Throws RangeError below two trials or where their numbers differ.
 */
export function shiftPredictor(
  trialsA: readonly ArrayLike<number>[],
  trialsB: readonly ArrayLike<number>[],
  width: number,
  reach: number,
  grid?: number,
): SpikeCorrelogram {
  const n = trialsA.length
  if (n !== trialsB.length || n < 2) {
    throw new RangeError(
      `${n} and ${trialsB.length} trials; a shift predictor needs as many of one as of the other, two or more`,
    )
  }
  const sum = crossCorrelogram([], [], width, reach, grid)
  for (let i = 0; i < n; i++) {
    const one = crossCorrelogram(trialsA[i], trialsB[(i + 1) % n], width, reach, grid)
    for (let k = 0; k < sum.counts.length; k++) sum.counts[k] += one.counts[k]
  }
  return { lags: sum.lags, counts: sum.counts.map((count) => count / n) }
}
