/**
 * The whole run in a strip: the rate of each population, and a brush over the window that all other plots show. The brush is dragged
 * by its middle or its edges, which are sliders for the keyboard too.
 */
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { look, limits, panTime, zoomTime } from '../moving/navigation.ts'
import { newest } from '../newest.ts'
import { complain } from '../panels/notices.tsx'
import { seldom } from '../seldom.ts'
import { colours } from '../theme.ts'
import { trace, traceService } from '../traces.ts'
import { from, groups, to } from '../view.ts'
import { gutter, rightMargin } from './frame.ts'
import { colourOf, rasterSize } from './raster-wish.ts'
import { inWords } from './time-axis.ts'

export function Overview() {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => (place.current ? mount(place.current) : undefined), [])
  return (
    <section class="overview" aria-label="The whole run">
      <span class="title">rates, whole run</span>
      <div ref={place} class="overview-plot" />
      <Brush />
    </section>
  )
}

function mount(element: HTMLElement): () => void {
  let plot: uPlot | undefined
  const size = () => ({ width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) })

  let drawn: Curves | undefined
  const draw = (bins: Curves) => {
    const same = plot && drawn?.curves.map(({ population }) => population).join() === bins.curves.map(({ population }) => population).join()
    drawn = bins
    if (same) {
      plot?.setData([bins.centres, ...bins.curves.map(({ rates }) => rates)])
      return
    }
    plot?.destroy()
    plot = new uPlot(
      {
        ...size(),
        padding: [4, rightMargin, 2, gutter],
        scales: { x: { time: false, range: () => [drawn?.from ?? 0, drawn?.to ?? 1] }, y: { range: (_, __, highest) => [0, highest || 1] } },
        series: [{}, ...bins.curves.map(({ population }) => ({ stroke: () => colourOf.value(population), width: 1, points: { show: false } }))],
        axes: [{ show: false }, { show: false }],
        legend: { show: false },
        cursor: { show: false },
      },
      [bins.centres, ...bins.curves.map(({ rates }) => rates)],
      element,
    )
  }

  const ask = newest(
    async ({ width }: { width: number }) => {
      const open = trace.value
      if (!open) return undefined
      const { from, to } = limits.value
      const bins = Math.max(20, Math.min(600, Math.round((width - gutter - rightMargin) / 2)))
      try {
        const counts = await traceService().overview(open.id, from, to, bins)
        const perBin = (to - from) / bins / 1000
        const centres = Float64Array.from({ length: bins }, (_, i) => from + ((i + 0.5) / bins) * (to - from))
        const shown = groups.value.filter(({ population, hidden }) => !hidden && counts[population])
        const sizes = new Map(open.header.populations.map((p) => [p.name, p.size]))
        const curves = shown.map(({ population }) => ({ population, rates: counts[population].map((n) => n / perBin / (sizes.get(population) ?? 1)) }))
        return { from, to, centres, curves }
      } catch (error) {
        complain(error)
      }
    },
    (bins) => {
      if (bins) draw(bins)
    },
  )

  const more = seldom(() => ask({ width: element.clientWidth }), 200)
  const resized = new ResizeObserver(() => {
    plot?.setSize(size())
    more()
  })
  resized.observe(element)
  const stop = effect(() => {
    void groups.value.map((group) => group.hidden)
    if (trace.value?.status.value) more()
  })
  const stopColours = effect(() => {
    void colours.value
    plot?.redraw()
  })
  return () => {
    stop()
    stopColours()
    more.stop()
    resized.disconnect()
    plot?.destroy()
  }
}

interface Curves {
  from: number
  to: number
  centres: Float64Array
  curves: { population: string; rates: Float64Array }[]
}

type Part = 'middle' | 'start' | 'end'

function Brush() {
  const track = useRef<HTMLDivElement>(null)
  const grip = useRef<{ part: Part; offset: number } | undefined>(undefined)
  const whole = limits.value.to - limits.value.from
  const across = rasterSize.value.width / rasterSize.value.ratio
  const at = (time: number) => ((time - limits.value.from) / whole) * across
  // moved by transforms: these never make the browser lay out the page again
  const stretch = (start: number, end: number) => ({ transform: `translateX(${at(start)}px)`, width: `${Math.max(0, at(end) - at(start))}px` })
  const timeAt = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect()
    return box ? limits.value.from + ((event.clientX - box.left) / box.width) * whole : 0
  }

  const grab = (part: Part) => (event: PointerEvent) => {
    if (event.button !== 0) return
    event.stopPropagation()
    track.current?.setPointerCapture(event.pointerId)
    const time = timeAt(event)
    // pressed beside the window: its middle comes here
    if (part === 'middle' && (time < from.value || time > to.value)) look({ from: time - (to.value - from.value) / 2, to: time + (to.value - from.value) / 2 })
    grip.current = { part, offset: time - (part === 'end' ? to.value : from.value) }
  }
  const drag = (event: PointerEvent) => {
    if (!grip.current) return
    const { part, offset } = grip.current
    const time = timeAt(event) - offset
    if (part === 'middle') look({ from: time, to: time + to.value - from.value })
    else if (part === 'start') look({ from: Math.min(time, to.value), to: to.value })
    else look({ from: from.value, to: Math.max(time, from.value) })
  }
  const drop = () => {
    grip.current = undefined
  }
  const nudge = (part: Part) => (event: KeyboardEvent) => {
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key]
    if (!direction) return
    event.preventDefault()
    event.stopPropagation()
    const by = (direction * (to.value - from.value)) / 20
    if (part === 'middle') panTime(direction / 10)
    else if (part === 'start') look({ from: from.value + by, to: to.value })
    else look({ from: from.value, to: to.value + by })
  }

  const edge = (part: 'start' | 'end', time: number) => (
    <div
      class={`edge ${part}`}
      role="slider"
      tabIndex={0}
      aria-label={`${part === 'start' ? 'Start' : 'End'} of the window`}
      aria-valuemin={limits.value.from}
      aria-valuemax={limits.value.to}
      aria-valuenow={time}
      aria-valuetext={inWords(time)}
      style={{ transform: `translateX(${at(time)}px)` }}
      onPointerDown={grab(part)}
      onKeyDown={nudge(part)}
    />
  )
  return (
    <div
      ref={track}
      class="brush"
      style={{ left: `${gutter}px`, right: `${rightMargin}px` }}
      onPointerDown={grab('middle')}
      onPointerMove={drag}
      onPointerUp={drop}
      onPointerCancel={drop}
      onWheel={(event) => {
        event.preventDefault()
        zoomTime(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.01))
      }}
    >
      <div class="outside" style={stretch(limits.value.from, from.value)} />
      <div class="outside" style={stretch(to.value, limits.value.to)} />
      <div
        class="window"
        role="slider"
        tabIndex={0}
        aria-label="Window of time"
        aria-valuemin={limits.value.from}
        aria-valuemax={limits.value.to}
        aria-valuenow={(from.value + to.value) / 2}
        aria-valuetext={`${inWords(from.value)} to ${inWords(to.value)}`}
        style={stretch(from.value, to.value)}
        onKeyDown={nudge('middle')}
      />
      {edge('start', from.value)}
      {edge('end', to.value)}
    </div>
  )
}
