/** Figures of a trace as files: SVG, and PNG beside it. */
import { join } from 'node:path'
import { InputError } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { figureFromTrace, figuresOf, kindOf } from '../figures/from-trace.ts'
import { svgToPng } from './png.ts'
import { writeWhole } from './trace-file.ts'

/** Draws what the scenario of the trace asks for; the PNGs. A figure that the run cannot give is told by `warn`. */
export function writeFigures(trace: Trace, folder: string, name: string, warn: (text: string) => void): string[] {
  const written: string[] = []
  const seen = new Map<string, number>()
  for (const figure of figuresOf(trace)) {
    const kind = kindOf(figure)
    const count = (seen.get(kind) ?? 0) + 1
    seen.set(kind, count)
    const base = join(folder, `${name}.${kind}${count > 1 ? `-${count}` : ''}`)
    try {
      const svg = figureFromTrace(trace, figure, { scenario: name })
      writeFigure(`${base}.svg`, svg)
      writeFigure(`${base}.png`, svg)
      written.push(`${base}.png`)
    } catch (error) {
      if (!(error instanceof InputError || error instanceof RangeError)) throw error
      warn(`the figure ${kind} was not drawn: ${error.message}`)
    }
  }
  return written
}

/** By the ending of the file: .svg or .png. */
export function writeFigure(file: string, svg: string): void {
  writeWhole(file, /\.png$/i.test(file) ? svgToPng(svg) : new TextEncoder().encode(svg))
}
