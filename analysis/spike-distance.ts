import { framedTrain, meanBetweenSpikes } from './framed-trains.ts'

/**
 * SPIKE-distance (Kreuz et al. 2013), with an auxiliary spike of both trains at both ends of the window:
 * (1/T) integral S(t) dt, S = (S1 ISI2 + S2 ISI1) / (2 m^2), m = (ISI1 + ISI2) / 2,
 * S1 = (D_P x_F + D_F x_P) / ISI1, where x_P, x_F are the times since the previous and until the following spike of
 * train 1, and D_P, D_F the distances of those two spikes to the nearest spike of train 2; S2 likewise.
 * S is linear between the merged spikes, so the trapezoid with one-sided limits is exact. 0 of equal trains.
 * (Newer PySpike versions correct edges differently: do not compare without looking.)
 *
 * Parameters: trains within [from, to), ms. Throws RangeError otherwise.
 */
export function spikeDistance(a: ArrayLike<number>, b: ArrayLike<number>, from: number, to: number): number {
  const one = framedTrain(a, from, to)
  const two = framedTrain(b, from, to)
  const nearOne = nearest(one, two)
  const nearTwo = nearest(two, one)
  const profile = (t: number, i: number, j: number) => {
    const isi1 = one[i + 1] - one[i]
    const isi2 = two[j + 1] - two[j]
    const s1 = (nearOne[i] * (one[i + 1] - t) + nearOne[i + 1] * (t - one[i])) / isi1
    const s2 = (nearTwo[j] * (two[j + 1] - t) + nearTwo[j + 1] * (t - two[j])) / isi2
    return (2 * (s1 * isi2 + s2 * isi1)) / ((isi1 + isi2) * (isi1 + isi2))
  }
  return meanBetweenSpikes(one, two, (t, next, i, j) => ((next - t) * (profile(t, i, j) + profile(next, i, j))) / 2)
}

/** The distance of each spike of a train to the nearest spike of the other; both ascend. */
function nearest(train: Float64Array, other: Float64Array): Float64Array {
  let j = 0
  return train.map((t) => {
    while (j + 1 < other.length && Math.abs(other[j + 1] - t) <= Math.abs(other[j] - t)) j++
    return Math.abs(other[j] - t)
  })
}
