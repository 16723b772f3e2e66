/** Plateau potentials as bars behind the spikes, from where they begin to where they end. */
import { type HeldTrace, isRead } from '../store/held-trace.ts'
import { visitPlateaus } from '../store/plateaus.ts'
import type { RasterRequest } from '../trace-service.ts'
import { type Canvas, pack } from './paint.ts'
import type { RowLayout } from './row-layout.ts'

/** Returns whether all plateaus of the window are known. */
export function paintPlateaus(canvas: Canvas, layout: RowLayout, held: HeldTrace, population: number, { from, to, plateau }: RasterRequest): boolean {
  const { width, pixels } = canvas
  const scale = width / (to - from)
  const pixel = pack(plateau)
  const gap = layout.unitHeight >= 4 ? 1 : 0
  visitPlateaus(held.indexes[population].plateaus, from, to, (unit, on, off) => {
    const row = layout.rowOf[unit]
    if (row < 0) return
    const first = Math.max(0, Math.floor((on - from) * scale))
    // one that still lasts is known up to now
    const end = Math.min(width, Math.max(first + 1, Math.ceil((Math.min(off, held.store.until) - from) * scale)))
    for (let y = layout.tops[row] + gap; y < layout.ends[row]; y++) pixels.fill(pixel, y * width + first, y * width + end)
  })
  return isRead(held, population, to)
}
