/**
 * Draws the pictures of the gallery, viewer/thumbnails/: the first figure of each scenario that comes with Hillock, small and without
 * words around it. Scenarios of seconds are run whole, others in their short form, unless a folder of `hillock reproduce` has the run.
 *
 *   npm run thumbnails -- [--kept <folder>] [names...]
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { decode, encode } from 'fast-png'
import { InputError } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { type FigureSpecification, figureFromTrace, figuresOf } from '../figures/from-trace.ts'
import { runScenario } from '../scenarios/run.ts'
import { galleryIndex, thumbnailOf } from './gallery-files.ts'
import { packageRoot } from './package.ts'
import { svgToPng } from './png.ts'
import { openScenario } from './scenario-file.ts'
import { bytes, say } from './text.ts'
import { openTraceFile, writeWhole } from './trace-file.ts'

const size = { width: 640, height: 400 }

const { values, positionals } = parseArgs({ options: { kept: { type: 'string' } }, allowPositionals: true })
for (const { name, time } of galleryIndex()) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const { trace, close } = await traceOf(name, !/\d s$/.test(time))
  const picture = thumbnail(trace)
  close()
  const file = join(packageRoot, 'viewer', thumbnailOf(name))
  if (picture) writeWhole(file, picture)
  say(`${name}: ${picture ? bytes(picture.length) : 'no figure can be drawn of this run'}`)
}

async function traceOf(name: string, short: boolean): Promise<{ trace: Trace; close(): void }> {
  const kept = values.kept && join(values.kept, `${name.split('/').at(-1)}-1.hlk`)
  if (kept && existsSync(kept)) return openTraceFile(kept)
  const { loaded } = await openScenario(name, { short })
  return { trace: (await runScenario(loaded)).open(), close: () => undefined }
}

/** Of the first figure that the run can give. */
function thumbnail(trace: Trace): Uint8Array | undefined {
  for (const figure of figuresOf(trace)) {
    try {
      const draw = (width: number) => figureFromTrace(trace, learned(figure), { width, bare: true, height: 300 })
      return withPalette(svgToPng(fitted(draw), { scale: 1 }))
    } catch (error) {
      if (!(error instanceof InputError || error instanceof RangeError)) throw error
    }
  }
  return undefined
}

/** Of a target and what was learned of it, there is room for one. */
function learned(figure: FigureSpecification): FigureSpecification {
  if (!('comparison' in figure)) return figure
  const { output, from, to } = figure.comparison
  return { raster: { of: output, from, to } }
}

/** As wide as its height asks for, but not so wide that it cannot be read: what is too tall is cut off below. */
function fitted(draw: (width: number) => string): string {
  const heightOf = (svg: string) => Number(/height="([\d.]+)"/.exec(svg)?.[1])
  const shape = size.width / size.height
  const width = Math.round(Math.min(760, Math.max(540, heightOf(draw(size.width)) * shape)))
  const svg = draw(width)
  const top = Math.max(0, width / shape - heightOf(svg)) / 2
  const ground = /<rect [^>]*fill="([^"]+)"/.exec(svg)?.[1] ?? 'white'
  const box = `viewBox="0 ${-top} ${width} ${width / shape}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" ${box}><rect y="${-top}" width="100%" height="100%" fill="${ground}"/>${svg}</svg>`
}

/** A quarter of the bytes: the 256 colours that cover most of the picture, after rounding; each pixel the nearest of them. */
function withPalette(png: Uint8Array): Uint8Array {
  const { data, width, height } = decode(png)
  const colours = new Map<number, number>()
  const colourAt = (pixel: number) => [0, 1, 2].map((c) => Math.min(255, Math.round(Number(data[4 * pixel + c]) / 16) * 16))
  const key = ([r, g, b]: number[]) => (r << 16) | (g << 8) | b
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = key(colourAt(pixel))
    colours.set(colour, (colours.get(colour) ?? 0) + 1)
  }
  const most = [...colours].sort(([, a], [, b]) => b - a).slice(0, 256)
  const palette = most.map(([colour]) => [colour >> 16, (colour >> 8) & 255, colour & 255])
  const distance = (a: number[], b: number[]) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2
  const nearest = new Map<number, number>()
  const indices = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const colour = colourAt(pixel)
    const known = nearest.get(key(colour))
    if (known !== undefined) return known
    const best = palette.reduce((least, entry, i) => (distance(entry, colour) < distance(palette[least], colour) ? i : least), 0)
    nearest.set(key(colour), best)
    return best
  })
  return encode({ width, height, data: indices, depth: 8, channels: 1, palette: palette as [number, number, number][] })
}
