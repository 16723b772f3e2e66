/**
 * A picture -> a raster: a row is a unit, a column a piece of time, a black pixel a spike somewhere in its column.
 * Grey levels become black and white by error diffusion (Floyd & Steinberg 1976), row after row from the top left:
 *
 *   7/16 of the error to the right, 3/16 below left, 5/16 below, 1/16 below right
 */
import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png'
import type { SpikeList } from '../engine/description.ts'
import { InputError } from '../engine/errors.ts'
import { type Key, philox, uniform01 } from '../engine/random.ts'

/** How much of a pixel is to be spikes, 0 to 1, row after row from the top. */
export interface Ink {
  width: number
  height: number
  amount: Float64Array
}

export interface RasterShape {
  /** Units: the top row of the picture is the highest. */
  rows: number
  columns: number
  /** ms that all columns take together. */
  every: number
  key: Key
  /** Mean of all units, spikes a ms; as the picture has it unless said. */
  rate?: number
}

const words = new Uint32Array(4)
/** Where the header of a PNG says whether it is interlaced. */
const interlaceByte = 28

/** The ink of a PNG: dark pixels, or light ones; transparent pixels have none. Throws `InputError` if it is no whole PNG. */
export function inkOf(bytes: Uint8Array, file: string, dark: boolean): Ink {
  let png: DecodedPng
  let colours: ArrayLike<number>
  try {
    png = decode(bytes, { checkCrc: true })
    if (png.depth < 8 && bytes[interlaceByte] !== 0) throw new Error('interlaced, with less than a byte a pixel')
    colours = png.palette ? convertIndexedToRgb(png) : unpacked(png)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new InputError(`found the file "${file}", which is no PNG that can be read (${why}); a .png file is needed`)
  }
  const { width, height, palette, transparency } = png
  const channels = palette ? palette[0].length : png.channels
  const white = palette ? 255 : 2 ** png.depth - 1
  const amount = new Float64Array(width * height)
  for (let i = 0; i < amount.length; i++) {
    const at = i * channels
    const one = (channel: number) => colours[at + channel]
    const grey = channels < 3 ? one(0) : 0.299 * one(0) + 0.587 * one(1) + 0.114 * one(2)
    // one colour of a picture without a channel for it may stand for transparent
    const clear = transparency && [...transparency].every((level, channel) => one(channel) === level)
    const opaque = clear ? 0 : channels === 2 || channels === 4 ? one(channels - 1) / white : 1
    amount[i] = opaque * (dark ? 1 - grey / white : grey / white)
  }
  return { width, height, amount }
}

/** Levels of less than a byte share bytes; a row begins with a new one. */
function unpacked({ data, width, height, depth }: DecodedPng): ArrayLike<number> {
  if (depth >= 8) return data
  const levels = new Uint8Array(width * height)
  const bytesPerRow = Math.ceil((width * depth) / 8)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const bit = column * depth
      const byte = data[row * bytesPerRow + (bit >> 3)]
      levels[row * width + column] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1)
    }
  }
  return levels
}

/** The spikes of a picture, sorted by time and then unit. Throws `InputError` if there is too little ink for the rate. */
export function pictureSpikes(ink: Ink, { rows, columns, every, key, rate }: RasterShape): SpikeList {
  const resized = resize(ink, columns, rows)
  if (rate !== undefined) scaleInk(resized, rate * every * rows)
  const black = dither(resized)
  const width = every / columns
  const spikes: [time: number, unit: number][] = []
  for (let row = 0; row < rows; row++) {
    const unit = rows - 1 - row
    for (let column = 0; column < columns; column++) {
      if (black[row * columns + column] === 0) continue
      philox(column, 0, unit, 0, key[0], key[1], words)
      spikes.push([(column + uniform01(words[0])) * width, unit])
    }
  }
  spikes.sort(([s, a], [t, b]) => s - t || a - b)
  return { times: spikes.map(([time]) => time), units: spikes.map(([, unit]) => unit) }
}

/** Every new pixel is the mean of the area that it covers. */
export function resize(ink: Ink, width: number, height: number): Ink {
  const across = averaged(ink.amount, ink.width, width, ink.height, 1, ink.width)
  const amount = averaged(across, ink.height, height, width, width, 1)
  return { width, height, amount }
}

/** `lines` of `from` values -> `to` values each; `step` lies between values of a line, `next` between lines. */
function averaged(values: Float64Array, from: number, to: number, lines: number, step: number, next: number): Float64Array {
  if (from === to) return values
  const result = new Float64Array(lines * to)
  const nextResult = step === 1 ? to : next
  for (let k = 0; k < to; k++) {
    const [low, high] = [(k * from) / to, ((k + 1) * from) / to]
    for (let j = Math.floor(low); j < Math.min(from, Math.ceil(high)); j++) {
      const share = (Math.min(high, j + 1) - Math.max(low, j)) / (high - low)
      for (let line = 0; line < lines; line++) result[k * step + line * nextResult] += share * values[j * step + line * next]
    }
  }
  return result
}

/** Multiply the ink so that `wanted` pixels are black; none can be more than that. Throws `InputError`. */
function scaleInk({ amount }: Ink, wanted: number): void {
  const inked = amount.reduce((count, a) => count + (a > 0 ? 1 : 0), 0)
  if (wanted > inked) {
    throw new InputError(
      `found a rate of ${Math.ceil(wanted)} spikes a frame; this picture has ink for ${inked} in so many columns and units`,
    )
  }
  const blackAt = (factor: number) => amount.reduce((sum, a) => sum + Math.min(1, factor * a), 0)
  let [low, high] = [0, 1]
  while (blackAt(high) < wanted && high < 1e9) [low, high] = [high, 2 * high]
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2
    if (blackAt(middle) < wanted) low = middle
    else high = middle
  }
  for (let i = 0; i < amount.length; i++) amount[i] = Math.min(1, high * amount[i])
}

/** 1 where a pixel is black. */
export function dither({ width, height, amount }: Ink): Uint8Array {
  const left = Float64Array.from(amount)
  const black = new Uint8Array(amount.length)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const i = row * width + column
      black[i] = left[i] >= 0.5 ? 1 : 0
      const error = left[i] - black[i]
      if (column + 1 < width) left[i + 1] += (error * 7) / 16
      if (row + 1 === height) continue
      if (column > 0) left[i + width - 1] += (error * 3) / 16
      left[i + width] += (error * 5) / 16
      if (column + 1 < width) left[i + width + 1] += error / 16
    }
  }
  return black
}
