import { rounded, usualResolution } from './ranks.ts'
import { checkSameLength } from './trains.ts'

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
