/**
 * The raster: a uPlot that holds the axis of time, into whose box the worker's image is drawn. Over it lie the marks of what is
 * selected and pointed at; names of the groups stand in its gutter.
 */
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { complain } from '../panels/notices.tsx'
import { hoverOver, leave, pointed } from '../moving/pointing.ts'
import { seldom } from '../seldom.ts'
import { colours } from '../theme.ts'
import { isLive, trace, traceService } from '../traces.ts'
import { from, selection, to } from '../view.ts'
import { counts } from './counts.tsx'
import { gutter, rasterTop, rightMargin } from './frame.ts'
import { listenToGestures } from './gestures.ts'
import { GroupLabels } from './group-labels.tsx'
import { drawMoved } from './image-moved.ts'
import { drawMarks } from './marks.ts'
import { rasterImages, type ShownRaster } from './raster-images.ts'
import { rasterGestures } from './raster-gestures.ts'
import { rasterSize, rasterWish, slots } from './raster-wish.ts'
import { timeAxis } from './time-axis.ts'
import { Tooltip } from './tooltip.tsx'

export function RasterPlot() {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => (place.current ? mount(place.current) : undefined), [])
  return (
    <section class="raster" aria-label="Raster of spikes">
      <div ref={place} class="raster-plot" />
      <GroupLabels />
      <Tooltip />
    </section>
  )
}

function mount(element: HTMLElement): () => void {
  let shown: ShownRaster | undefined
  const plot = new uPlot(
    {
      width: Math.max(1, element.clientWidth),
      height: Math.max(1, element.clientHeight),
      padding: [rasterTop, rightMargin, 0, gutter],
      scales: { x: { time: false, auto: false }, y: { auto: false, range: [0, 1] } },
      series: [{}, { show: false }],
      axes: [timeAxis(), { show: false }],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, bind: { dblclick: () => null }, sync: { key: 'time', scales: ['x', null] } },
      hooks: {
        drawClear: [
          ({ ctx, bbox }) => {
            const wish = rasterWish.peek()
            if (shown && wish && shown.wish.trace === wish.trace) drawMoved(ctx, shown, wish, bbox.left, bbox.top)
          },
        ],
        draw: [({ ctx, bbox }) => drawMarks(ctx, bbox, slots.peek())],
      },
    },
    [[0, 1], [null, null]],
    element,
  )

  let frame = 0
  const redraw = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0
      const { x } = plot.scales
      if (x.min !== from.peek() || x.max !== to.peek()) plot.setScale('x', { min: from.peek(), max: to.peek() })
      else plot.redraw(false, true)
    })
  }
  const measure = () => {
    const { width, height } = plot.bbox
    rasterSize.value = { width: Math.round(width), height: Math.round(height), ratio: uPlot.pxRatio }
  }
  const resized = new ResizeObserver(() => {
    plot.setSize({ width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) })
    // uPlot lays itself out in a microtask
    queueMicrotask(measure)
  })
  resized.observe(element)

  const images = rasterImages(
    (request) => traceService().raster(request),
    () => (isLive.peek() ? 500 : 0),
    (raster) => {
      shown = raster
      counts.value = raster.image
      redraw()
    },
    complain,
  )
  const more = seldom(images.again, 120)
  const stops = [
    effect(() => {
      if (rasterWish.value) images.want(rasterWish.value)
      redraw()
    }),
    effect(() => {
      if (trace.value?.status.value) more()
    }),
    more.stop,
    effect(() => {
      void [selection.value, pointed.value, colours.value]
      redraw()
    }),
    listenToGestures(plot.over, { ...rasterGestures, hover: (at) => (at ? hoverOver(at) : leave()) }),
    () => images.stop(),
    () => resized.disconnect(),
    () => cancelAnimationFrame(frame),
    () => plot.destroy(),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
