/** Two traces over each other: what only one of them has shows in its colour, what both have as usual. */
import type { RasterRequest } from '../trace-service.ts'
import { type Canvas, type Ink, largestOf, mix, opacity, pack } from './paint.ts'
import type { RowLayout } from './row-layout.ts'
import type { SpikeGrid } from './spike-grid.ts'

export function paintDifference(canvas: Canvas, layout: RowLayout, a: SpikeGrid, b: SpikeGrid | undefined, ink: Ink, over: NonNullable<RasterRequest['over']>): void {
  const largest = Math.max(largestOf(a.all), b ? largestOf(b.all) : 1)
  const gap = layout.unitHeight >= 4 ? 1 : 0
  for (let row = 0; row < layout.count; row++) {
    for (let x = 0; x < a.width; x++) {
      const cell = row * a.width + x
      const [inA, inB] = [a.all[cell], b ? b.all[cell] : 0]
      if (inA === 0 && inB === 0) continue
      const colour = inA === 0 ? over.only : inB === 0 ? over.onlyFirst : mix(ink.singlet, ink.burst, a.inBurst[cell] / inA)
      const pixel = pack(mix(ink.background, colour, opacity(Math.max(inA, inB), largest)))
      for (let y = layout.tops[row] + (layout.ends[row] - layout.tops[row] > 1 ? gap : 0); y < layout.ends[row]; y++) canvas.pixels[y * canvas.width + x] = pixel
    }
  }
}
