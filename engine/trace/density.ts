/**
 * Spikes of a population counted by time and unit, for a picture before any column is read:
 *   bin(t) = floor(t / width),  width = 2^k / 1024 ms with the smallest k >= 0 that lets the bins hold every time seen
 *   band(u) = floor(u / bandSize),  bandSize = the smallest power of two that leaves at most so many bands
 * Two bins become one when time runs out of the last, so memory is bounded and the result depends on the spikes alone.
 */
import { kinds } from '../description.ts'
import { InputError } from '../errors.ts'

/** What the trace keeps of each population. */
export const densityBins = 256
export const densityBands = 64

export interface Density {
  /** ms; a power of two, so that dividing by it is exact */
  width: number
  /** Bins that there is room for, and how many of them are in use, from the first on. */
  bins: number
  used: number
  bands: number
  /** Units of a band. */
  bandSize: number
  /** [band][bin], spikes */
  all: Uint32Array
  /** [band][bin], those of them that belong to bursts; where somebody tells bursts. */
  inBurst?: Uint32Array
}

/** Nothing counted yet, of a population of `size` units. */
export function makeDensity(size: number, maxBins = densityBins, maxBands = densityBands): Density {
  const { bands, bandSize } = bandsOf(size, maxBands)
  return { width: 1 / 1024, bins: maxBins, used: 0, bands, bandSize, all: new Uint32Array(bands * maxBins) }
}

export function bandsOf(size: number, maxBands = densityBands): { bands: number; bandSize: number } {
  let bandSize = 1
  while (Math.ceil(size / bandSize) > maxBands) bandSize *= 2
  return { bands: Math.max(1, Math.ceil(size / bandSize)), bandSize }
}

/** Count the spikes among rows first ... end - 1; their times do not decrease. */
export function countInto(density: Density, times: Float64Array, sources: Uint32Array, rowKinds: Uint8Array, first: number, end: number): void {
  if (end <= first) return
  reach(density, times[end - 1])
  const { all, bins } = density
  // products of powers of two: exact
  const [perTime, perUnit] = [1 / density.width, 1 / density.bandSize]
  for (let i = first; i < end; i++) {
    if (rowKinds[i] & kinds.spike) all[Math.floor(sources[i] * perUnit) * bins + Math.floor(times[i] * perTime)]++
  }
}

/** Make room for `time` (ms): from then on its bin is in use. */
export function reach(density: Density, time: number): void {
  while (time >= density.width * density.bins) widen(density)
  density.used = Math.max(density.used, Math.floor(time / density.width) + 1)
}

/** The same counts in bins twice as wide, half as many. */
export function halved(density: Density): Density {
  const { width, bins, used, bands, bandSize, all, inBurst } = density
  const half = { width: 2 * width, bins: Math.ceil(bins / 2), used: Math.ceil(used / 2), bands, bandSize }
  const merged = (counts: Uint32Array): Uint32Array => {
    const into = new Uint32Array(bands * half.bins)
    for (let band = 0; band < bands; band++) mergePairs(counts, band * bins, used, into, band * half.bins)
    return into
  }
  return { ...half, all: merged(all), ...(inBurst && { inBurst: merged(inBurst) }) }
}

/** Spikes counted so far. */
export function densityTotal({ all }: Density): number {
  let sum = 0
  for (let i = 0; i < all.length; i++) sum += all[i]
  return sum
}

function widen(density: Density): void {
  const { bins, used, bands } = density
  for (const counts of density.inBurst ? [density.all, density.inBurst] : [density.all]) {
    for (let band = 0; band < bands; band++) {
      const start = band * bins
      mergePairs(counts, start, used, counts, start)
      counts.fill(0, start + Math.ceil(used / 2), start + used)
    }
  }
  density.width *= 2
  density.used = Math.ceil(used / 2)
}

/** Pairs of the `used` counts from `start` on, added, go to `into` from `to` on; in place, too. */
function mergePairs(counts: Uint32Array, start: number, used: number, into: Uint32Array, to: number): void {
  const pairs = used >> 1
  for (let i = 0; i < pairs; i++) into[to + i] = counts[start + 2 * i] + counts[start + 2 * i + 1]
  if (used & 1) into[to + pairs] = counts[start + used - 1]
}

/** What a trace keeps of it: the bins in use, [band][bin]. Width and number of the bins follow from how far they reach. */
export function packed({ bins, used, bands, all }: Density): Uint32Array {
  const counts = new Uint32Array(bands * used)
  for (let band = 0; band < bands; band++) counts.set(all.subarray(band * bins, band * bins + used), band * used)
  return counts
}

/** The density that `packed` was given, of a population of `size` units, brought to `until` (ms). */
export function unpacked(counts: Uint32Array, size: number, until: number): Density {
  const density = makeDensity(size)
  reach(density, until)
  const { bins, used, bands, all } = density
  if (counts.length !== bands * used) throw new InputError(`found ${counts.length} counts; ${bands} bands of ${used} bins are needed until ${until} ms`)
  for (let band = 0; band < bands; band++) all.set(counts.subarray(band * used, (band + 1) * used), band * bins)
  return density
}
