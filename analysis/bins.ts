import { checkFinite, checkPositive, checkSameLength, checkWhole } from './trains.ts'

/**
 * Half-open bins [from + k w, from + (k+1) w), k = 0, 1, ...
 *
 * floor(t / w) is wrong at edges in floating point (floor(0.3 / 0.1) is 2). Two ways out, and both are here:
 * off the grid the floor is corrected against edges computed as from + k * w, one multiplication, so that bins agree
 * with the edges that are drawn; on a grid (`grid`, the base step in ms) times and widths become whole ticks first, and
 * 0.3 is in bin 3 of width 0.1. Source: the binning trap of the project's instrument specification, section 6.
 * A partial last bin is dropped, and so are the spikes in it.
 */

/** Relative slack with which a window that is meant to be whole bins (0.3 / 0.1) counts as such. */
const slack = 1e-9

/** Whole number of ticks of `grid` in a quantity that lies on it. Throws RangeError where it does not. */
function ticks(value: number, grid: number, what: string): number {
  const count = Math.round(value / grid)
  if (Math.abs(value / grid - count) > 1e-6) {
    throw new RangeError(`${what} of ${value} ms is not a whole number of grid steps of ${grid} ms`)
  }
  return count
}

/**
 * The bin of width `width` that holds `t`: k = floor((t - from) / w), corrected against the edges; negative before
 * `from`.
 *
 * Parameters: t, from, width in ms; `grid` (ms), where times lie on multiples of a base step.
 * Throws RangeError on a time that is not finite, a width that is not positive, or a width off the grid.
 */
export function binOf(t: number, from: number, width: number, grid?: number): number {
  checkPositive(width, 'the bin width')
  if (!Number.isFinite(t) || !Number.isFinite(from)) throw new RangeError(`time ${t} from ${from}; both must be finite`)
  if (grid !== undefined) {
    checkPositive(grid, 'the grid step')
    return Math.floor((Math.round(t / grid) - Math.round(from / grid)) / wholeWidth(width, grid))
  }
  let k = Math.floor((t - from) / width)
  if (t >= from + (k + 1) * width) k++
  if (t < from + k * width) k--
  return k
}

function wholeWidth(width: number, grid: number): number {
  const m = ticks(width, grid, 'a bin width')
  if (m < 1) throw new RangeError(`a bin width of ${width} ms is below the grid step of ${grid} ms`)
  return m
}

/** Number of whole bins in [from, to). Throws RangeError where the window or the width is not positive. */
export function binNumber(from: number, to: number, width: number): number {
  checkPositive(width, 'the bin width')
  checkPositive(to - from, 'the length of the window')
  const q = (to - from) / width
  const whole = Math.round(q)
  return Math.abs(q - whole) <= slack * Math.max(1, whole) ? whole : Math.floor(q)
}

/** The centres of the whole bins in [from, to): from + (k + 1/2) w, in ms. */
export function binCentres(from: number, to: number, width: number): Float64Array {
  return Float64Array.from({ length: binNumber(from, to, width) }, (_, k) => from + (k + 0.5) * width)
}

/**
 * How many of the times (in any order) fall into each whole bin of [from, to); a spike at `to` is outside.
 *
 * Parameters: all in ms; `grid` as in `binOf`. Throws RangeError as `binOf` and `binNumber` do.
 */
export function binCounts(
  times: ArrayLike<number>,
  from: number,
  to: number,
  width: number,
  grid?: number,
): Float64Array {
  checkFinite(times, 'spike time')
  const counts = new Float64Array(binNumber(from, to, width))
  for (let i = 0; i < times.length; i++) {
    if (grid === undefined && times[i] >= to) continue
    const k = binOf(times[i], from, width, grid)
    if (k >= 0 && k < counts.length) counts[k]++
  }
  return counts
}

/**
 * The mean of a signal in each whole bin of [from, to), by the midpoint rule with `points` points a bin.
 * A stimulus that is correlated with binned counts must be averaged like this; its value at the left edge is half a
 * bin early.
 *
 * Parameters: signal of time in ms; from, to, width in ms. Throws RangeError where the signal is not finite.
 */
export function binMeans(
  signal: (t: number) => number,
  from: number,
  to: number,
  width: number,
  points = 64,
): Float64Array {
  checkWhole(points, 'the number of points a bin', 1)
  const means = new Float64Array(binNumber(from, to, width))
  for (let k = 0; k < means.length; k++) {
    let sum = 0
    for (let p = 0; p < points; p++) sum += signal(from + (k + (p + 0.5) / points) * width)
    means[k] = sum / points
  }
  checkFinite(means, 'the mean of bin')
  return means
}

/**
 * The exact mean in each whole bin of a signal that holds each value until the next time: (1/w) sum of value * overlap.
 *
 * Parameters: times (ms, ascending) and values of the steps; the first must not lie after `from`, since before it
 * nothing is known.
 * Throws RangeError on that, on descending times, or where lengths differ.
 */
export function binMeansOfSteps(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  from: number,
  to: number,
  width: number,
): Float64Array {
  checkSameLength(times, values, 'times and values')
  checkFinite(times, 'time')
  checkFinite(values, 'value')
  if (times.length === 0 || times[0] > from) {
    throw new RangeError(`the signal is not known from ${from} ms on; its first time must not be later`)
  }
  const sums = new Float64Array(binNumber(from, to, width))
  for (let i = 0; i < times.length; i++) {
    const end = i + 1 < times.length ? times[i + 1] : from + sums.length * width
    if (end < times[i] && i + 1 < times.length) throw new RangeError(`time ${i + 1} is ${end}; the times must ascend`)
    for (let k = Math.max(0, binOf(times[i], from, width)); k < sums.length && from + k * width < end; k++) {
      const overlap = Math.min(end, from + (k + 1) * width) - Math.max(times[i], from + k * width)
      if (overlap > 0) sums[k] += values[i] * overlap
    }
  }
  return sums.map((sum) => sum / width)
}
