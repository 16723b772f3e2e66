/** The inter-spike intervals of a selection, on a logarithmic axis; the threshold of bursts stands in it. */
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { fontFamily } from '../../figures/theme.ts'
import { colours } from '../theme.ts'
import { threshold } from '../view.ts'

export function IntervalHistogram({ edges, counts }: { edges: Float64Array; counts: Float64Array }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (!element || counts.length === 0) return
    const centres = Float64Array.from(counts, (_, i) => Math.sqrt(edges[i] * edges[i + 1]))
    const plot = new uPlot(options(element.clientWidth, edges), [centres, counts], element)
    const stop = effect(() => {
      void [colours.value, threshold.value]
      plot.redraw(false, false)
    })
    return () => {
      stop()
      plot.destroy()
    }
  }, [edges, counts])
  return (
    <figure class="histogram">
      <figcaption>inter-spike intervals (ms)</figcaption>
      <div ref={place} class="histogram-plot" />
    </figure>
  )
}

function options(width: number, edges: Float64Array): uPlot.Options {
  const axis: uPlot.Axis = { font: `11px ${fontFamily}`, stroke: () => colours.value.muted, grid: { show: false }, ticks: { size: 4, stroke: () => colours.value.axis } }
  return {
    width: Math.max(1, width),
    height: 130,
    padding: [6, 6, 0, 0],
    scales: { x: { time: false, distr: 3, range: () => [edges[0], edges[edges.length - 1]] }, y: { range: (_, __, most) => [0, most || 1] } },
    axes: [
      { ...axis, size: 24, space: 30, values: (_, ticks) => ticks.map((v) => (Math.abs(Math.log10(v) % 1) < 1e-9 ? String(v) : '')) },
      { ...axis, size: 46, values: (_, ticks) => ticks.map((v) => v.toLocaleString('en')) },
    ],
    series: [{}, { stroke: () => colours.value.palette[0], fill: () => `${colours.value.palette[0]}55`, width: 1, paths: uPlot.paths.stepped?.({ align: 1 }), points: { show: false } }],
    legend: { show: false },
    cursor: { show: false },
    hooks: {
      draw: [
        ({ ctx, bbox, valToPos }) => {
          if (typeof threshold.value !== 'number') return
          const x = valToPos(threshold.value, 'x', true)
          if (x < bbox.left || x > bbox.left + bbox.width) return
          ctx.save()
          ctx.strokeStyle = colours.value.dendrite
          ctx.setLineDash([4, 3])
          ctx.beginPath()
          ctx.moveTo(x, bbox.top)
          ctx.lineTo(x, bbox.top + bbox.height)
          ctx.stroke()
          ctx.restore()
        },
      ],
    },
  }
}
