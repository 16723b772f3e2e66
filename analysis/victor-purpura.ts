import { checkTrain } from './trains.ts'

/**
 * Victor-Purpura distance: the least cost of turning one train into the other, 1 to add or remove a spike, q |dt| to
 * move one.
 * G[i][j] = min(G[i-1][j] + 1, G[i][j-1] + 1, G[i-1][j-1] + q |a[i] - b[j]|), G[i][0] = i, G[0][j] = j. Victor &
 * Purpura 1996.
 * q = 0 is |n - m|; q to infinity n + m - 2 coincidences. Time n m, memory two rows.
 *
 * Parameters: trains in ms, cost q in 1/ms. Throws RangeError where a or b is not a train or q is negative or not
 * finite.
 */
export function victorPurpura(a: ArrayLike<number>, b: ArrayLike<number>, q: number): number {
  checkTrain(a)
  checkTrain(b)
  if (!(q >= 0 && q < Infinity)) throw new RangeError(`the cost q is ${q}; it must be 0 or more and finite`)
  let above = Float64Array.from({ length: b.length + 1 }, (_, j) => j)
  let row = new Float64Array(b.length + 1)
  for (let i = 1; i <= a.length; i++) {
    row[0] = i
    for (let j = 1; j <= b.length; j++) {
      const moved = above[j - 1] + q * Math.abs(a[i - 1] - b[j - 1])
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, moved)
    }
    const swap = above
    above = row
    row = swap
  }
  return above[b.length]
}
