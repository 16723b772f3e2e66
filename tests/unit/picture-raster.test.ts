/** Pictures as rasters: known pixels become known spikes, grey becomes the right number of them. */
import { readFileSync } from 'node:fs'
import { encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { streamKey } from '../../engine/random.ts'
import { dither, inkOf, pictureSpikes, resize } from '../../scenarios/picture-raster.ts'
import { mistake } from '../mistake.ts'

const key = streamKey(1, 'pattern', 'cells.0')
/** Rows of # (black), + (grey 128) and . (white), top first. */
function picture(...rows: string[]): Uint8Array {
  const level: Record<string, number> = { '#': 0, '+': 128, '.': 255 }
  const data = Uint8Array.from(rows.join(''), (c) => level[c])
  return encode({ width: rows[0].length, height: rows.length, data, channels: 1, depth: 8 })
}
const round = (values: Iterable<number>) => Array.from(values, (v) => Number(v.toFixed(6)))

describe('spikes of a picture', () => {
  const bytes = picture('#...', '..#.', '.#.#')
  it('are its black pixels: the top row is the highest unit, a column a piece of time', () => {
    const { times, units } = pictureSpikes(inkOf(bytes, 'x.png', true), { rows: 3, columns: 4, every: 40, key })
    expect(units.map((unit, k) => [unit, Math.floor(times[k] / 10)])).toEqual([[2, 0], [0, 1], [1, 2], [0, 3]])
    expect(new Set(times.map((t) => t % 10)).size).toBe(4)
  })
  it('or its light ones', () => {
    const { units } = pictureSpikes(inkOf(bytes, 'x.png', false), { rows: 3, columns: 4, every: 40, key })
    expect(units.length).toBe(8)
  })
  it('are drawn from the key, and from nothing else', () => {
    const shape = { rows: 3, columns: 4, every: 40 }
    const ink = inkOf(bytes, 'x.png', true)
    expect(pictureSpikes(ink, { ...shape, key })).toEqual(pictureSpikes(ink, { ...shape, key }))
    const other = pictureSpikes(ink, { ...shape, key: streamKey(2, 'pattern', 'cells.0') })
    expect(other.units).toEqual(pictureSpikes(ink, { ...shape, key }).units)
    expect(other.times).not.toEqual(pictureSpikes(ink, { ...shape, key }).times)
  })
  it('lie evenly within their columns', () => {
    const black = { width: 100, height: 100, amount: new Float64Array(1e4).fill(1) }
    const { times } = pictureSpikes(black, { rows: 100, columns: 100, every: 1000, key })
    const part = times.map((t) => (t % 10) / 10)
    // the mean of 10,000 uniform numbers has the standard deviation 0.0029
    expect(Math.abs(part.reduce((a, b) => a + b) / 1e4 - 0.5)).toBeLessThan(4 * 0.0029)
    expect(Math.min(...part)).toBeLessThan(0.001)
    expect(Math.max(...part)).toBeGreaterThan(0.999)
  })
  it('never reach the end of the frame, whatever its length', () => {
    const black = { width: 7, height: 500, amount: new Float64Array(3500).fill(1) }
    const { times } = pictureSpikes(black, { rows: 500, columns: 7, every: 33.3, key })
    expect(Math.max(...times)).toBeLessThan(33.3)
  })
})

describe('grey', () => {
  it.each([0.03, 0.25, 0.5, 0.8])('of %d becomes so many black pixels', (amount) => {
    const black = dither({ width: 100, height: 100, amount: new Float64Array(1e4).fill(amount) })
    // what is diffused over the edges is lost: at most half a pixel for each of them
    expect(Math.abs(black.reduce((a, b) => a + b, 0) - 1e4 * amount)).toBeLessThan(100)
  })
  it('is diffused to the right and below, as Floyd and Steinberg have it', () => {
    // 0.4 is white: 0.4 * 7/16 makes the next 0.575 black; what that lacks, -0.425, goes on from there
    const left = dither({ width: 2, height: 2, amount: Float64Array.of(0.4, 0.4, 0.4, 0.49) })
    // below the first: 0.4 + 0.4 * 5/16 - 0.425 * 3/16 = 0.4453, white; then 0.49 + 0.4/16 - 0.425 * 5/16 + 0.4453 * 7/16 = 0.577
    expect([...left]).toEqual([0, 1, 0, 1])
  })
  it('of a larger picture is averaged, of a smaller one repeated', () => {
    const ink = inkOf(picture('##..', '##.#'), 'x.png', true)
    expect(round(resize(ink, 2, 1).amount)).toEqual([1, 0.25])
    expect(round(resize(inkOf(picture('#.'), 'x.png', true), 4, 2).amount)).toEqual([1, 1, 0, 0, 1, 1, 0, 0])
    expect(round(resize(inkOf(picture('#.#'), 'x.png', true), 2, 1).amount)).toEqual([0.666667, 0.666667])
    expect(round(resize(inkOf(picture('#', '.', '#'), 'x.png', true), 1, 2).amount)).toEqual([0.666667, 0.666667])
  })
})

describe('the rate', () => {
  const file = new URL('../../scenarios/pictures/pyramidal-cell.png', import.meta.url)
  const ink = inkOf(readFileSync(file), 'pyramidal-cell.png', true)
  const shape = { rows: 200, columns: 189, every: 1890, key }
  const rate = (times: number[]) => (1000 * times.length) / 200 / 1890

  it('of the pyramidal cell is that of a cell, and it says something to every unit but few', () => {
    const { times, units } = pictureSpikes(ink, shape)
    expect(rate(times)).toBeGreaterThan(10)
    expect(rate(times)).toBeLessThan(30)
    expect(new Set(units).size).toBeGreaterThan(195)
  })
  it.each([5, 27, 60])('may be asked for: %d Hz', (hertz) => {
    const { times } = pictureSpikes(ink, { ...shape, rate: hertz / 1000 })
    // what is diffused over the right and the lower edge is lost: a quarter of a pixel for each of theirs
    expect(Math.abs(times.length - hertz * 1.89 * 200)).toBeLessThan((189 + 200) / 4)
    expect(Math.abs(rate(times) / hertz - 1)).toBeLessThan(0.04)
  })
  it('needs ink', () => {
    const two = inkOf(picture('#...', '...#'), 'x.png', true)
    expect(pictureSpikes(two, { rows: 2, columns: 4, every: 40, key, rate: 1 / 40 }).times.length).toBe(2)
    expect(mistake(() => pictureSpikes(two, { rows: 2, columns: 4, every: 40, key, rate: 2 / 40 }))).toBe(
      'found a rate of 4 spikes a frame; this picture has ink for 2 in so many columns and units',
    )
  })
})

describe('a PNG', () => {
  const ink = (image: Parameters<typeof encode>[0], dark = true, interlace: 'null' | 'Adam7' = 'null') =>
    round(inkOf(encode(image, { interlace }), 'x.png', dark).amount)

  it.each([1, 2, 4] as const)('of %d bits a pixel, grey or with a palette', (depth) => {
    const [width, height] = [11, 3]
    const bytesPerRow = Math.ceil((width * depth) / 8)
    const data = new Uint8Array(bytesPerRow * height)
    const wanted: number[] = []
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const white = (x + y) % 3 === 0
        wanted.push(white ? 0 : 1)
        if (white) data[y * bytesPerRow + ((x * depth) >> 3)] |= (2 ** depth - 1) << (8 - depth - ((x * depth) & 7))
      }
    }
    expect(ink({ width, height, data, depth, channels: 1 })).toEqual(wanted)
    const palette = Array.from({ length: 2 ** depth }, (_, k) => (k === 2 ** depth - 1 ? [255, 255, 255] : [0, 0, 0]))
    expect(ink({ width, height, data, depth, channels: 1, palette })).toEqual(wanted)
  })
  it('in colour, of 16 bits, interlaced', () => {
    const colour = { width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 255, 255, 255), depth: 8, channels: 3 } as const
    expect(ink(colour)).toEqual([0.701, 0])
    expect(ink(colour, true, 'Adam7')).toEqual([0.701, 0])
    expect(ink({ width: 2, height: 1, data: Uint16Array.of(65535, 0), depth: 16, channels: 1 })).toEqual([0, 1])
  })
  it('has no ink where it is transparent', () => {
    const clear = { width: 2, height: 1, data: Uint8Array.of(0, 0, 255, 0), depth: 8, channels: 2 } as const
    expect(ink(clear)).toEqual([0, 0])
    expect(ink(clear, false)).toEqual([0, 0])
    expect(ink({ width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 51, 0, 0, 0, 255), depth: 8, channels: 4 })).toEqual([0.2, 1])
    const palette = [[0, 0, 0, 0], [0, 0, 0, 255]]
    expect(ink({ width: 2, height: 1, data: Uint8Array.of(0, 1), depth: 8, channels: 1, palette })).toEqual([0, 1])
  })
  it('is refused where it is none, or damaged', () => {
    const whole = picture('#.#.#.', '.#.#.#')
    const damaged = Uint8Array.from(whole)
    damaged[45] ^= 4
    const cases: [Uint8Array, string][] = [
      [new TextEncoder().encode('no picture at all'), 'wrong PNG signature'],
      [new Uint8Array(0), 'wrong PNG signature'],
      [whole.subarray(0, whole.length - 15), 'Offset is outside the bounds of the DataView'],
      [damaged, 'CRC mismatch for chunk IDAT'],
    ]
    for (const [bytes, why] of cases) {
      const message = mistake(() => inkOf(bytes, 'x.png', true))
      expect(message).toContain(`found the file "x.png", which is no PNG that can be read (${why}`)
      expect(message).toMatch(/\); a \.png file is needed$/)
    }
  })
})
