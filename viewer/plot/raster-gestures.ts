/** What the gestures on a plot do: those of time on every plot, those of rows on the raster. Shares are of the plot's size. */
import { look, panRows, panTime, showAll, showRows, sizeOf, zoomRows, zoomTime } from '../moving/navigation.ts'
import { showTab } from '../panels/side.tsx'
import { pointAt } from '../moving/pointing.ts'
import { from, selection, to } from '../view.ts'
import type { PlotGestures, Rectangle } from './gestures.ts'
import { rasterSize, slots } from './raster-wish.ts'
import { rowAt, rowsBetween } from './group-layout.ts'

const timeOf = (x: number) => from.value + x * (to.value - from.value)
const pixelOf = (y: number) => y * rasterSize.value.height

/** For plots whose x axis is the window of time. */
export const timeGestures: PlotGestures = {
  zoomTime: (factor, x) => zoomTime(factor, timeOf(x)),
  panTime: (share) => panTime(-share),
  reset: showAll,
}

export const rasterGestures: PlotGestures = {
  ...timeGestures,
  zoomRows(factor, y) {
    const at = rowAt(slots.value, pixelOf(y))
    if (at) zoomRows(factor, at.slot.population, at.row)
  },
  panRows(share, y) {
    const slot = rowAt(slots.value, pixelOf(y))?.slot
    // a picture that moves down shows higher rows
    if (slot && !slot.collapsed && slot.last - slot.first < sizeOf(slot.population)) panRows((share * rasterSize.value.height) / slot.height, slot.population)
  },
  box(rectangle) {
    const chosen = rows(rectangle)
    look({ from: timeOf(rectangle.left), to: timeOf(rectangle.right) })
    for (const { slot, first, last } of chosen) showRows(slot.population, { from: first, to: last })
  },
  select(rectangle) {
    const chosen = rows(rectangle)
    if (chosen.length === 0) return
    selection.value = {
      from: timeOf(rectangle.left),
      to: timeOf(rectangle.right),
      rows: chosen.map(({ slot: { population, order }, first, last }) => ({ population, order, first, last })),
    }
    showTab('Selection')
  },
  click: pointAt,
}

const rows = ({ top, bottom }: Rectangle) => rowsBetween(slots.value, pixelOf(top), pixelOf(bottom))
