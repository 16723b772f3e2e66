/**
 * An SVG figure as PNG, drawn with the DejaVu fonts of the npm package, never those of the machine: the picture is the
 * same everywhere, and a server without fonts still has letters.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { InputError } from '../engine/errors.ts'

export interface PngOptions {
  /** Pixels a px of the SVG; 2 unless said. */
  scale?: number
}

const largest = 16_384

/** Throws `InputError` for text that is no SVG and a scale that makes no picture. */
export function svgToPng(svg: string, { scale = 2 }: PngOptions = {}): Uint8Array {
  if (!(scale > 0 && scale <= 20))
    throw new InputError(`found a scale of ${scale} for a picture; above 0 up to 20 are accepted`)
  const drawing = open(svg, scale)
  const longer = Math.max(drawing.width, drawing.height) * scale
  if (longer > largest) {
    throw new InputError(`found a picture of ${Math.round(longer)} pixels across; up to ${largest} are accepted`)
  }
  return drawing.render().asPng()
}

function open(svg: string, scale: number): Resvg {
  try {
    return new Resvg(svg, {
      fitTo: { mode: 'zoom', value: scale },
      font: {
        loadSystemFonts: false,
        fontFiles: fontFiles(),
        defaultFontFamily: 'DejaVu Sans',
        sansSerifFamily: 'DejaVu Sans',
        monospaceFamily: 'DejaVu Sans Mono',
      },
    })
  } catch (error) {
    throw new InputError(
      `found text that cannot be drawn as SVG: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function fontFiles(): string[] {
  const home = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'))
  return ['DejaVuSans', 'DejaVuSans-Bold', 'DejaVuSans-Oblique', 'DejaVuSansMono'].map(name =>
    join(home, 'ttf', `${name}.ttf`),
  )
}
