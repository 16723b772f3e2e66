import { framedTrain, meanBetweenSpikes } from './framed-trains.ts'

/** How the interval before the first and after the last spike is taken; see `isiDistance`. */
export type IsiEdges = 'max' | 'auxiliary'

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
  const framedA = framedTrain(a, from, to)
  const framedB = framedTrain(b, from, to)
  const lengthsA = lengths(framedA, edges)
  const lengthsB = lengths(framedB, edges)
  return meanBetweenSpikes(framedA, framedB, (t, next, i, j) => {
    const x = lengthsA[i]
    const y = lengthsB[j]
    return ((next - t) * Math.abs(x - y)) / Math.max(x, y)
  })
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
