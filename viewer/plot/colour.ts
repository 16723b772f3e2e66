/** Colours of the raster as numbers, from those of the figures. */
import { seriesStyle, type Theme } from '../../figures/theme.ts'
import type { Colour } from '../trace-service.ts'

/** `#RRGGBB` as red, green, blue. */
export function rgb(hex: string): Colour {
  const channel = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16)
  return [channel(1), channel(3), channel(5)]
}

/** `part` of `a`, the rest of `b`. */
export function blend(a: Colour, b: Colour, part: number): Colour {
  const mix = (i: 0 | 1 | 2) => Math.round(a[i] * part + b[i] * (1 - part))
  return [mix(0), mix(1), mix(2)]
}

/** The colour of the population number `index` of a trace, the same in raster, overview and strips. */
export function populationColour(theme: Theme, index: number): string {
  return seriesStyle(theme, index).colour
}
