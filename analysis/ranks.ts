import { checkFinite, checkSameLength } from './trains.ts'

/**
 * Rank correlation and what it is compared with. Entries that are equal in theory may differ in their last bit, so
 * values are rounded to multiples of `resolution` (1e-12 unless said; 0 takes them as they are) before they are ranked.
 */
const usualResolution = 1e-12

function rounded(values: ArrayLike<number>, resolution: number): Float64Array {
  checkFinite(values, 'value')
  if (!(resolution >= 0)) throw new RangeError(`the resolution is ${resolution}; it must be 0 or more`)
  return Float64Array.from(values, (x) => (resolution === 0 ? x : Math.round(x / resolution)))
}

/**
 * Kendall's tau_a = (concordant - discordant) / (n (n - 1) / 2): ties count 0 above and stay below, the right choice
 * where models predict ties. Knight 1966: merge sort counts the discordant pairs in n log n; concordant - discordant
 * = all - ties_u - ties_v + ties_both - 2 exchanges.
 * NaN below two values. Throws RangeError where lengths differ or a value is not finite.
 */
export function kendallTauA(u: ArrayLike<number>, v: ArrayLike<number>, resolution = usualResolution): number {
  checkSameLength(u, v, 'the lists')
  const a = rounded(u, resolution)
  const b = rounded(v, resolution)
  const n = a.length
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[i] - a[j] || b[i] - b[j])
  const sorted = Float64Array.from(order, (i) => b[i])
  const tiesU = tiedPairs(order, (i, j) => a[i] === a[j])
  const tiesBoth = tiedPairs(order, (i, j) => a[i] === a[j] && b[i] === b[j])
  const exchanges = sortCounting(sorted)
  const tiesV = tiedPairs(sorted, (x, y) => x === y)
  const all = (n * (n - 1)) / 2
  return (all - tiesU - tiesV + tiesBoth - 2 * exchanges) / all
}

/** Number of pairs within each row of neighbours that are equal. */
function tiedPairs<T extends number[] | Float64Array>(list: T, equal: (x: number, y: number) => boolean): number {
  let pairs = 0
  let length = 1
  for (let i = 1; i <= list.length; i++) {
    if (i < list.length && equal(list[i - 1], list[i])) length++
    else {
      pairs += (length * (length - 1)) / 2
      length = 1
    }
  }
  return pairs
}

/** Sorts in place by merging; how many pairs stood in the wrong order. */
function sortCounting(values: Float64Array): number {
  let exchanges = 0
  const n = values.length
  const merged = new Float64Array(n)
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(start + width, n)
      const end = Math.min(start + 2 * width, n)
      let i = start
      let j = middle
      for (let k = start; k < end; k++) {
        if (j >= end || (i < middle && values[i] <= values[j])) merged[k] = values[i++]
        else {
          merged[k] = values[j++]
          exchanges += middle - i
        }
      }
    }
    values.set(merged)
  }
  return exchanges
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

/**
 * Noise ceiling of a group's dissimilarities: how well the best model could do, given that subjects differ. With each
 * subject's values rank-transformed: upper = mean over i of tau_a(S_i, mean of all), lower = mean over i of tau_a(S_i,
 * mean of the others).
 * Nili et al. 2014. The upper one is approximate for tau_a.
 * Throws RangeError below two subjects (there is no ceiling then) and where lengths differ.
 */
export function noiseCeiling(
  subjects: readonly ArrayLike<number>[],
  resolution = usualResolution,
): { lower: number; upper: number } {
  const n = subjects.length
  if (n < 2) throw new RangeError(`${n} subjects were given; a noise ceiling needs two or more`)
  for (const subject of subjects) checkSameLength(subjects[0], subject, 'the subjects')
  const ranks = subjects.map((subject) => midRanks(subject, resolution))
  const total = ranks[0].map((_, k) => ranks.reduce((sum, one) => sum + one[k], 0))
  let lower = 0
  let upper = 0
  for (const own of ranks) {
    const others = total.map((sum, k) => (sum - own[k]) / (n - 1))
    upper +=
      kendallTauA(
        own,
        total.map((sum) => sum / n),
        resolution,
      ) / n
    lower += kendallTauA(own, others, resolution) / n
  }
  return { lower, upper }
}
