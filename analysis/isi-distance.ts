import { checkPositive, checkTrain } from './trains.ts'

/** How the interval before the first and after the last spike is taken; see `isiDistance`. */
export type IsiEdges = 'max' | 'auxiliary'

/** Throws RangeError unless the train lies in [from, to). */
export function checkInWindow(times: ArrayLike<number>, from: number, to: number): void {
  checkTrain(times)
  checkPositive(to - from, 'the length of the window')
  const n = times.length
  if (n > 0 && (times[0] < from || times[n - 1] >= to)) {
    throw new RangeError(`spikes from ${times[0]} to ${times[n - 1]} ms; all must lie in the window [${from}, ${to})`)
  }
}

/** The train with an auxiliary spike at both ends of the window. */
export function withAuxiliary(times: ArrayLike<number>, from: number, to: number): Float64Array {
  const framed = new Float64Array(times.length + 2)
  framed[0] = from
  framed.set(Array.from(times), 1)
  framed[times.length + 1] = to
  return framed
}

/**
 * ISI-distance: (1/T) integral |x - y| / max(x, y) dt, where x(t), y(t) are the lengths of the current inter-spike
 * intervals.
 * Kreuz et al. 2007. Piecewise constant, hence exact; 0 to 1; linear time.
 * The edges matter. `max`: the first interval is max(t[0] - from, t[1] - t[0]), the last likewise.
 * `auxiliary`: a spike is added at both ends of the window. Trains of fewer than two spikes take `auxiliary` under
 * either.
 *
 * Parameters: trains within [from, to), ms. Throws RangeError otherwise.
 */
export function isiDistance(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  from: number,
  to: number,
  edges: IsiEdges = 'max',
): number {
  if (edges !== 'max' && edges !== 'auxiliary') {
    throw new RangeError(`unknown rule "${edges}" for edges; known are max, auxiliary`)
  }
  checkInWindow(a, from, to)
  checkInWindow(b, from, to)
  const framedA = withAuxiliary(a, from, to)
  const framedB = withAuxiliary(b, from, to)
  const lengthsA = lengths(framedA, edges)
  const lengthsB = lengths(framedB, edges)
  let sum = 0
  let i = 0
  let j = 0
  let t = from
  while (t < to) {
    const next = Math.min(framedA[i + 1], framedB[j + 1])
    const x = lengthsA[i]
    const y = lengthsB[j]
    if (next > t) sum += ((next - t) * Math.abs(x - y)) / Math.max(x, y)
    t = next
    if (t >= to) break
    if (framedA[i + 1] === t) i++
    else j++
  }
  return sum / (to - from)
}

function lengths(framed: Float64Array, edges: IsiEdges): Float64Array {
  const isis = Float64Array.from({ length: framed.length - 1 }, (_, k) => framed[k + 1] - framed[k])
  const n = isis.length
  if (edges === 'max' && n >= 3) {
    isis[0] = Math.max(isis[0], isis[1])
    isis[n - 1] = Math.max(isis[n - 1], isis[n - 2])
  }
  return isis
}
