import { checkPositive, checkTrain } from './trains.ts'

/** Trains with an auxiliary spike at both ends of a window, and what two of them have in common between their spikes. */

/** The train with an auxiliary spike at both ends of [from, to), ms. Throws RangeError unless it lies in that window. */
export function framedTrain(times: ArrayLike<number>, from: number, to: number): Float64Array {
  checkTrain(times)
  checkPositive(to - from, 'the length of the window')
  const n = times.length
  if (n > 0 && (times[0] < from || times[n - 1] >= to)) {
    throw new RangeError(`spikes from ${times[0]} to ${times[n - 1]} ms; all must lie in the window [${from}, ${to})`)
  }
  const framed = new Float64Array(n + 2)
  framed[0] = from
  framed.set(Array.from(times), 1)
  framed[n + 1] = to
  return framed
}

/**
 * (1/T) sum of area(t, next, i, j) over the pieces [t, next] between the merged spikes of two framed trains of one
 * window of length T; i and j are the spikes before the piece in either.
 */
export function meanBetweenSpikes(
  one: Float64Array,
  two: Float64Array,
  area: (t: number, next: number, i: number, j: number) => number,
): number {
  const from = one[0]
  const to = one[one.length - 1]
  let sum = 0
  let i = 0
  let j = 0
  let t = from
  while (t < to) {
    const next = Math.min(one[i + 1], two[j + 1])
    if (next > t) sum += area(t, next, i, j)
    t = next
    if (t >= to) break
    if (one[i + 1] === t) i++
    else j++
  }
  return sum / (to - from)
}
