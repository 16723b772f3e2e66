/**
 * Counts become pixels. Where several units share a line of pixels: opacity grows with the logarithm of the count, so that a single spike
 * can be seen and a thousand do not look like ten; the colour mixes those of singlets and bursts by their shares. Where a unit has lines of
 * its own: bars with a gap between rows from 4 pixels on; onsets of bursts the tallest, then singlets, then spikes inside bursts, lighter.
 */
import type { Colour } from '../trace-service.ts'
import type { RowLayout } from './row-layout.ts'
import type { SpikeGrid } from './spike-grid.ts'

/** Opacity of one spike among many. */
const faintest = 0.35
/** Heights of bars, of the row's. */
const singletHeight = 0.8
const insideHeight = 0.6
/** Towards the background. */
const insideLightness = 0.35

export interface Ink {
  background: Colour
  singlet: Colour
  burst: Colour
}

/** An image as 32-bit pixels: alpha, blue, green, red from the highest byte down. */
export interface Canvas {
  width: number
  height: number
  pixels: Uint32Array
}

export function pack([red, green, blue]: Colour): number {
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0
}

export function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]
}

/** Opacity by count: 1 from the largest count on; the fewer the spikes that share a cell at most, the closer to 1 for all. */
export function opacity(count: number, largest: number): number {
  return Math.min(1, 1 - (1 - faintest) * (1 - Math.log1p(count) / Math.log1p(largest)))
}

/** Steps in which shares of bursts, and large counts, are told apart. */
const shares = 32
const levels = 255

/** Lines of pixels that several units share. */
export function paintDensity(canvas: Canvas, layout: RowLayout, { all, inBurst, width }: SpikeGrid, ink: Ink): void {
  const { pixels } = canvas
  const largest = largestOf(all)
  const table = colourTable(largest, ink)
  const perCount = largest <= levels ? 1 : levels / largest
  /** shares / count; nothing of none, so that empty pixels need no branch */
  const perBurst = Float64Array.from({ length: levels + 1 }, (_, count) => (count === 0 ? 0 : shares / count))
  for (let row = 0; row < layout.count; row++) {
    const line = layout.tops[row] * canvas.width
    const start = row * width
    for (let x = 0; x < width; x++) {
      const count = all[start + x]
      const bursts = inBurst[start + x]
      const small = count <= levels
      const share = ((small ? bursts * perBurst[count] : (bursts * shares) / count) + 0.5) | 0
      const level = Math.min(levels, Math.ceil(count * perCount))
      pixels[line + x] = table[(share << 8) + level]
    }
  }
}

/** [share of bursts][count or, of large counts, its step]; the background where there is nothing */
function colourTable(largest: number, ink: Ink): Uint32Array {
  const table = new Uint32Array((shares + 1) * (levels + 1))
  table[0] = pack(ink.background)
  for (let share = 0; share <= shares; share++) {
    const colour = mix(ink.singlet, ink.burst, share / shares)
    for (let level = 1; level <= levels; level++) {
      const count = largest <= levels ? level : (level * largest) / levels
      table[share * (levels + 1) + level] = pack(mix(ink.background, colour, opacity(count, largest)))
    }
  }
  return table
}

/** Rows that are units. `broad`: bars of two pixels where the column to the right is free. */
export function paintBars(canvas: Canvas, layout: RowLayout, grid: SpikeGrid, ink: Ink, broad: boolean): void {
  const { all, inBurst, onsets, width } = grid
  const largest = largestOf(all)
  const inside = mix(ink.burst, ink.background, insideLightness)
  for (let row = 0; row < layout.count; row++) {
    const rowHeight = layout.ends[row] - layout.tops[row]
    const gap = layout.unitHeight >= 4 ? 1 : 0
    const full = Math.max(1, rowHeight - gap)
    const start = row * width
    for (let x = 0; x < width; x++) {
      const count = all[start + x]
      if (count === 0) continue
      const bursts = inBurst[start + x]
      const onset = onsets[start + x] > 0
      const colour = onset ? ink.burst : bursts === count ? inside : mix(ink.singlet, ink.burst, bursts / count)
      const share = onset || layout.unitHeight < 2 ? 1 : bursts === count ? insideHeight : singletHeight
      const height = Math.max(1, Math.round(full * share))
      const pixel = pack(mix(ink.background, colour, opacity(count, largest)))
      const end = broad && x + 1 < width && all[start + x + 1] === 0 ? x + 2 : x + 1
      for (let y = layout.ends[row] - height; y < layout.ends[row]; y++) canvas.pixels.fill(pixel, y * canvas.width + x, y * canvas.width + end)
    }
  }
}

/**
 * A large count of those that are not zero, at least 1: one of a hundred cells has more. It is found from at most so many cells, so it does
 * not hang on a single one.
 */
export function largestOf(counts: Uint32Array): number {
  const histogram = new Uint32Array(4096)
  const step = Math.max(1, Math.floor(counts.length / cellsLookedAt)) | 1
  let seen = 0
  for (let i = 0; i < counts.length; i += step) {
    if (counts[i] === 0) continue
    histogram[Math.min(counts[i], histogram.length - 1)]++
    seen++
  }
  let above = 0
  for (let count = histogram.length - 1; count > 1; count--) {
    above += histogram[count]
    // more than the histogram knows: the largest itself
    if (above * 100 > seen) return count < histogram.length - 1 ? count : maximum(counts)
  }
  return 1
}

const cellsLookedAt = 50_000

function maximum(counts: Uint32Array): number {
  let largest = 0
  for (let i = 0; i < counts.length; i++) if (counts[i] > largest) largest = counts[i]
  return largest
}
