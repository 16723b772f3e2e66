/** The strip of the protocol: a row an input, the phases, the changes made by hand, blocks and trials. */
import { effect } from '@preact/signals'
import uPlot from 'uplot'
import { fontFamily } from '../../figures/theme.ts'
import { listenToGestures } from '../plot/gestures.ts'
import { gutter, rightMargin } from '../plot/frame.ts'
import { timeGestures } from '../plot/raster-gestures.ts'
import { timeAxis } from '../plot/time-axis.ts'
import { colours } from '../theme.ts'
import { from, to } from '../view.ts'
import type { BandRow } from './band-row.ts'
import { tellCursor, timeCursor } from './cursor.ts'

export const bandRowHeight = 20

/** Fewer pixels than this a band, and the row says that they are too many to tell apart. */
const narrowest = 3

export function bandPlot(element: HTMLElement, rows: readonly BandRow[], isLast: boolean): () => void {
  const size = () => ({ width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) })
  const plot = new uPlot(
    {
      ...size(),
      padding: [2, rightMargin, 0, gutter],
      scales: { x: { time: false, auto: false, min: from.peek(), max: to.peek() }, y: { auto: false, range: [0, 1] } },
      series: [{}, { show: false }],
      axes: [timeAxis({ label: isLast }), { show: false }],
      legend: { show: false },
      cursor: timeCursor,
      hooks: {
        setCursor: [tellCursor],
        draw: [
          (self) => {
            rows.forEach((row, i) => {
              drawRow(self, row, i)
            })
          },
        ],
      },
    },
    [[0, 1], [null, null]],
    element,
  )
  const stop = effect(() => {
    void colours.value
    const window = { min: from.value, max: to.value }
    if (plot.scales.x.min !== window.min || plot.scales.x.max !== window.max) plot.setScale('x', window)
    else plot.redraw(false, true)
  })
  const deaf = listenToGestures(plot.over, timeGestures)
  const resized = new ResizeObserver(() => plot.setSize(size()))
  resized.observe(element)
  return () => {
    stop()
    deaf()
    resized.disconnect()
    plot.destroy()
  }
}

function drawRow({ ctx, bbox, valToPos }: uPlot, row: BandRow, index: number) {
  const ratio = uPlot.pxRatio
  const { palette, ink, muted, faint } = colours.value
  const height = bandRowHeight * ratio
  const top = bbox.top + index * height
  const [start, end] = [from.peek(), to.peek()]
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, top, bbox.width, height)
  ctx.clip()
  ctx.font = `${11.5 * ratio}px ${fontFamily}`
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  const found = row.within(start, end, bbox.width / ratio / narrowest)
  const middle = top + height / 2
  if (!found) {
    ctx.fillStyle = muted
    ctx.fillText('too many to tell apart: zoom in', bbox.left + 6 * ratio, middle)
  }
  for (const band of found?.bands ?? []) {
    const left = Math.max(bbox.left, valToPos(Math.max(band.from, start), 'x', true))
    const right = Math.min(bbox.left + bbox.width, valToPos(Math.min(band.to, end), 'x', true))
    ctx.globalAlpha = band.colour < 0 ? 1 : 0.35
    ctx.fillStyle = band.colour < 0 ? faint : palette[band.colour % palette.length]
    ctx.fillRect(left, top + ratio, Math.max(ratio, right - left - ratio), height - 2 * ratio)
    ctx.globalAlpha = 1
    ctx.fillStyle = ink
    if (ctx.measureText(band.label).width + 8 * ratio < right - left) ctx.fillText(band.label, left + 4 * ratio, middle)
  }
  let free = bbox.left
  for (const { at, label } of found?.marks ?? []) {
    const x = valToPos(at, 'x', true)
    ctx.fillStyle = ink
    ctx.fillRect(x, top, 2 * ratio, height)
    const width = ctx.measureText(label).width
    // at the left of its mark where there is no room at the right
    const left = x + (6 * ratio + width > bbox.left + bbox.width - x ? -6 * ratio - width : 6 * ratio)
    if (left < free) continue
    ctx.fillText(label, left, middle)
    free = Math.max(x, left + width)
  }
  ctx.restore()
}
