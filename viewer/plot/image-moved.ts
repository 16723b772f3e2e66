/**
 * Draws the last image of the raster where its times and rows stand now. While one pans and zooms, the picture so moves in the
 * very frame, and the exact one takes its place when the worker has made it.
 */
import type { RasterRows } from '../trace-service.ts'
import type { RasterWish, ShownRaster } from './raster-images.ts'

/** `left`, `top`: where the plot's box begins on the canvas (device pixels). */
export function drawMoved(context: CanvasRenderingContext2D, { canvas, wish: then }: ShownRaster, now: RasterWish, left: number, top: number) {
  const perTime = then.width / (then.to - then.from)
  const sx = (now.from - then.from) * perTime
  const sw = (now.to - now.from) * perTime
  const still = sx === 0 && sw === now.width && then.height === now.height && sameRows(then.rows, now.rows)
  if (still) {
    context.drawImage(canvas, left, top)
    return
  }
  context.save()
  context.imageSmoothingEnabled = false
  for (const rows of now.rows) {
    const old = then.rows.find((other) => other.population === rows.population && sameOrder(other, rows))
    if (!old) continue
    const first = Math.max(old.first, rows.first)
    const last = Math.min(old.last, rows.last)
    if (first >= last) continue
    const sy = pixel(old, last)
    const y = pixel(rows, last)
    context.drawImage(canvas, sx, sy, sw, pixel(old, first) - sy, left, top + y, now.width, pixel(rows, first) - y)
  }
  context.restore()
}

function pixel({ first, last, top, height }: RasterRows, row: number): number {
  return top + height - ((row - first) / (last - first)) * height
}

function sameRows(a: readonly RasterRows[], b: readonly RasterRows[]): boolean {
  return (
    a.length === b.length &&
    a.every((r, i) => r.population === b[i].population && r.first === b[i].first && r.last === b[i].last && r.top === b[i].top && r.height === b[i].height && sameOrder(r, b[i]))
  )
}

function sameOrder(a: RasterRows, b: RasterRows): boolean {
  return a.order === b.order || JSON.stringify(a.order) === JSON.stringify(b.order)
}
