/** Marks drawn over the raster: what is selected, and the event that is pointed at. */
import type uPlot from 'uplot'
import { pointed } from '../moving/pointing.ts'
import { colours } from '../theme.ts'
import { from, selection, to } from '../view.ts'
import { rasterSize } from './raster-wish.ts'
import { pixelOf, type Slot } from './group-layout.ts'

export function drawMarks(context: CanvasRenderingContext2D, box: uPlot.BBox, slots: readonly Slot[]) {
  const { ratio } = rasterSize.peek()
  const x = (time: number) => box.left + ((time - from.peek()) / (to.peek() - from.peek())) * box.width
  context.save()
  context.beginPath()
  context.rect(box.left, box.top, box.width, box.height)
  context.clip()
  drawSelection(context, box, slots, x, ratio)
  drawPointed(context, box, slots, x, ratio)
  context.restore()
}

type ToPixel = (time: number) => number

function drawSelection(context: CanvasRenderingContext2D, box: uPlot.BBox, slots: readonly Slot[], x: ToPixel, ratio: number) {
  const chosen = selection.peek()
  if (!chosen) return
  const accent = colours.peek().palette[0]
  context.strokeStyle = accent
  context.fillStyle = accent
  context.lineWidth = 2 * ratio
  const [left, right] = [x(chosen.from), x(chosen.to)]
  for (const { population, first, last, order } of chosen.rows) {
    const slot = slots.find((s) => s.population === population)
    // in another order the same ranks are other units
    if (!slot || JSON.stringify(slot.order) !== JSON.stringify(order)) continue
    const top = Math.max(slot.top, pixelOf(slot, last))
    const bottom = Math.min(slot.top + slot.height, pixelOf(slot, first))
    if (bottom <= top) continue
    context.globalAlpha = 0.07
    context.fillRect(left, box.top + top, right - left, bottom - top)
    context.globalAlpha = 1
    context.strokeRect(left, box.top + top, right - left, bottom - top)
  }
}

function drawPointed(context: CanvasRenderingContext2D, box: uPlot.BBox, slots: readonly Slot[], x: ToPixel, ratio: number) {
  const mark = pointed.peek()
  const slot = slots.find((s) => s.population === mark?.event.population)
  if (!mark || !slot || mark.rank + 1 <= slot.first || mark.rank >= slot.last) return
  context.strokeStyle = colours.peek().ink
  context.lineWidth = 1.5 * ratio
  context.beginPath()
  context.arc(x(mark.event.time), box.top + pixelOf(slot, mark.rank + 0.5), 7 * ratio, 0, 2 * Math.PI)
  context.stroke()
}
