/** What a strip draws besides lines: areas of quantiles, spikes as ticks, and plateau potentials as bars. */
import uPlot from 'uplot'
import { fontFamily } from '../../figures/theme.ts'
import { colours } from '../theme.ts'
import type { StripData } from './strip-data.ts'

const spikesHeight = 11
const plateausHeight = 8

/** CSS px that marks take at the top of the plot. */
export function marksHeight({ spikes, plateaus }: Pick<StripData, 'spikes' | 'plateaus'>): number {
  return (spikes ? spikesHeight + 3 : 0) + (plateaus ? plateausHeight + 3 : 0)
}

function clipped({ ctx, bbox }: uPlot, draw: (ctx: CanvasRenderingContext2D, ratio: number) => void) {
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  draw(ctx, uPlot.pxRatio)
  ctx.restore()
}

export function drawAreas(plot: uPlot, { areas, plateaus }: StripData) {
  const { bbox, valToPos } = plot
  clipped(plot, (ctx) => {
    for (const { times, low, high, colour } of areas) {
      ctx.beginPath()
      for (let i = 0; i < times.length; i++) ctx.lineTo(valToPos(times[i], 'x', true), valToPos(high[i], 'y', true))
      for (let i = times.length - 1; i >= 0; i--) ctx.lineTo(valToPos(times[i], 'x', true), valToPos(low[i], 'y', true))
      ctx.closePath()
      ctx.globalAlpha = 0.18
      ctx.fillStyle = colour(colours.value)
      ctx.fill()
    }
    ctx.globalAlpha = 0.1
    ctx.fillStyle = colours.value.palette[4]
    for (const [left, right] of visible(plot, plateaus)) ctx.fillRect(left, bbox.top, right - left, bbox.height)
  })
}

/** Spikes on top, plateaus under them; and a word where there is nothing. */
export function drawMarks(plot: uPlot, { spikes, plateaus, curves }: StripData) {
  const { bbox, valToPos } = plot
  clipped(plot, (ctx, ratio) => {
    if (spikes) {
      ctx.beginPath()
      for (let i = 0; i < spikes.length; i++) {
        const x = valToPos(spikes[i], 'x', true)
        if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) continue
        ctx.moveTo(x, bbox.top + 1)
        ctx.lineTo(x, bbox.top + 1 + spikesHeight * ratio)
      }
      ctx.strokeStyle = colours.value.ink
      ctx.lineWidth = 1.3 * ratio
      ctx.stroke()
    }
    ctx.fillStyle = colours.value.palette[4]
    const top = bbox.top + (spikes ? spikesHeight + 3 : 0) * ratio
    for (const [left, right] of visible(plot, plateaus)) ctx.fillRect(left, top, Math.max(ratio, right - left), (plateausHeight - 2) * ratio)
    if (curves.every(({ values }) => values.length === 0)) {
      ctx.font = `${13 * ratio}px ${fontFamily}`
      ctx.textAlign = 'center'
      ctx.fillStyle = colours.value.muted
      ctx.fillText('no data yet', bbox.left + bbox.width / 2, bbox.top + bbox.height / 2)
    }
  })
}

/** Bars within the plot, in canvas px. */
function visible({ bbox, valToPos }: uPlot, bars: StripData['plateaus'] = []): [number, number][] {
  const end = bbox.left + bbox.width
  return bars.flatMap(([on, off]) => {
    const [a, b] = [valToPos(on, 'x', true), valToPos(off, 'x', true)]
    return b < bbox.left || a > end ? [] : [[Math.max(a, bbox.left), Math.min(b, end)] as [number, number]]
  })
}
