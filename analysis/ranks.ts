import { checkFinite } from './trains.ts'

/**
 * Ranks. Entries that are equal in theory may differ in their last bit, so
 * values are rounded to multiples of `resolution` (1e-12 unless said; 0 takes them as they are) before they are ranked.
 */
export const usualResolution = 1e-12

/** Whole multiples of the resolution. Throws RangeError on values that are not finite and a resolution below 0. */
export function rounded(values: ArrayLike<number>, resolution: number): Float64Array {
  checkFinite(values, 'value')
  if (!(resolution >= 0)) throw new RangeError(`the resolution is ${resolution}; it must be 0 or more`)
  return Float64Array.from(values, (x) => (resolution === 0 ? x : Math.round(x / resolution)))
}

/** Ranks from 1, equal values sharing the mean of theirs. Throws RangeError on values that are not finite. */
export function midRanks(values: ArrayLike<number>, resolution = usualResolution): Float64Array {
  const keys = rounded(values, resolution)
  const order = Array.from(keys, (_, i) => i).sort((i, j) => keys[i] - keys[j])
  const ranks = new Float64Array(keys.length)
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end < order.length && keys[order[end]] === keys[order[start]]) end++
    for (let k = start; k < end; k++) ranks[order[k]] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}
