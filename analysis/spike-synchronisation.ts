import { checkTrain } from './trains.ts'

/**
 * SPIKE-synchronisation: the fraction of all spikes that have a partner in the other train closer (strictly) than half
 * the smallest of the four inter-spike intervals adjacent to the two. Kreuz et al. 2015. No time scale; 0 to 1.
 * Intervals that do not exist (before the first, after the last spike) do not limit; NaN where neither train has a
 * spike.
 *
 * Parameters: trains in ms. Throws RangeError where they are not trains.
 */
export function spikeSynchronisation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkTrain(a)
  checkTrain(b)
  return (coincident(a, b) + coincident(b, a)) / (a.length + b.length)
}

/** How many spikes of `a` have a partner in `b`. The partner can only be the nearest: no spike of `b` is closer. */
function coincident(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let count = 0
  let j = 0
  for (let i = 0; i < a.length && b.length > 0; i++) {
    while (j + 1 < b.length && Math.abs(b[j + 1] - a[i]) <= Math.abs(b[j] - a[i])) j++
    const limit = Math.min(shortest(a, i), shortest(b, j)) / 2
    if (Math.abs(b[j] - a[i]) < limit) count++
  }
  return count
}

function shortest(times: ArrayLike<number>, i: number): number {
  const before = i > 0 ? times[i] - times[i - 1] : Infinity
  const after = i + 1 < times.length ? times[i + 1] - times[i] : Infinity
  return Math.min(before, after)
}
