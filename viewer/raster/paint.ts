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

/** Opacity by count: 1 at the largest count; the fewer the spikes that share a cell at most, the closer to 1 for all. */
export function opacity(count: number, largest: number): number {
  return 1 - (1 - faintest) * (1 - Math.log1p(count) / Math.log1p(Math.max(1, largest)))
}

/** Steps in which shares are told apart. */
const shares = 64

/** Lines of pixels that several units share. */
export function paintDensity(canvas: Canvas, layout: RowLayout, grid: SpikeGrid, ink: Ink): void {
  const { all, inBurst, width } = grid
  const largest = largestOf(all)
  const levels = Math.min(largest, 255)
  /** [share of bursts][count or, of large counts, its step] */
  const table = new Uint32Array((shares + 1) * (levels + 1))
  for (let share = 0; share <= shares; share++) {
    const colour = mix(ink.singlet, ink.burst, share / shares)
    for (let level = 1; level <= levels; level++) {
      // above 255 spikes a step stands for several counts
      const count = largest <= 255 ? level : (level * largest) / 255
      table[share * (levels + 1) + level] = pack(mix(ink.background, colour, opacity(count, largest)))
    }
  }
  const perLevel = largest <= 255 ? 1 : 255 / largest
  for (let row = 0; row < layout.count; row++) {
    const line = layout.tops[row] * canvas.width
    const start = row * width
    for (let x = 0; x < width; x++) {
      const count = all[start + x]
      if (count === 0) continue
      const bursts = inBurst[start + x]
      const share = bursts === 0 ? 0 : Math.round((bursts / count) * shares)
      canvas.pixels[line + x] = table[share * (levels + 1) + Math.max(1, Math.floor(count * perLevel))]
    }
  }
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

/** The largest count; at least 1. */
export function largestOf(counts: Uint32Array): number {
  let largest = 1
  for (let i = 0; i < counts.length; i++) if (counts[i] > largest) largest = counts[i]
  return largest
}
