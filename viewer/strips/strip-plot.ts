/** The picture of a strip: a uPlot that is given data, follows the window of time, and is made anew only when its curves are others. */
import { effect } from '@preact/signals'
import uPlot from 'uplot'
import { listenToGestures } from '../plot/gestures.ts'
import { gutter, rightMargin } from '../plot/frame.ts'
import { timeGestures } from '../plot/raster-gestures.ts'
import { timeAxis } from '../plot/time-axis.ts'
import { colours } from '../theme.ts'
import { from, to } from '../view.ts'
import { tellCursor, timeCursor } from './cursor.ts'
import { drawRightAxis, valueAxis, valuesWidth } from './strip-axes.ts'
import { axisRange, rangeOf, type StripData } from './strip-data.ts'
import { drawAreas, drawMarks, marksHeight } from './strip-marks.ts'

export interface StripPlot {
  show(data: StripData): void
  destroy(): void
}

/** `isLast`: the lowest strip has the numbers of the time axis. */
export function stripPlot(element: HTMLElement, isLast: boolean): StripPlot {
  let data: StripData | undefined
  let plot: uPlot | undefined
  let shape = ''
  let deaf = () => {}

  const size = () => ({ width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) })
  const shapeOf = ({ curves, log, label, right, dots }: StripData) =>
    JSON.stringify([curves.map(({ name, dash, width, right }) => [name, dash, width, right]), log, label, right, dots])

  const make = (now: StripData) => {
    deaf()
    plot?.destroy()
    plot = new uPlot(options(now, size(), isLast, () => data ?? now), table(now), element)
    deaf = listenToGestures(plot.over, timeGestures)
  }

  const stop = effect(() => {
    void colours.value
    const window = { min: from.value, max: to.value }
    if (!plot) return
    if (plot.scales.x.min !== window.min || plot.scales.x.max !== window.max) plot.setScale('x', window)
    else plot.redraw(false, true)
  })
  const resized = new ResizeObserver(() => plot?.setSize(size()))
  resized.observe(element)

  return {
    show(next) {
      data = next
      if (plot && shapeOf(next) === shape) {
        plot.batch(() => {
          plot?.setData(table(next), false)
          plot?.setScale('x', { min: from.peek(), max: to.peek() })
        })
        return
      }
      shape = shapeOf(next)
      make(next)
    },
    destroy() {
      stop()
      deaf()
      resized.disconnect()
      plot?.destroy()
    },
  }
}

/** All curves over the union of their times; null is a gap, undefined is a time that only others have. */
function table({ curves }: StripData): uPlot.AlignedData {
  const gaps = (values: ArrayLike<number>) => Array.from(values, (v) => (Number.isNaN(v) ? null : v))
  if (curves.length === 0) return [[], []]
  return uPlot.join(curves.map(({ times, values }): uPlot.AlignedData => [Array.from(times), gaps(values)]))
}

function options(shape: StripData, size: { width: number; height: number }, isLast: boolean, now: () => StripData): uPlot.Options {
  const range = (right: boolean) => (): [number, number] => {
    const { zero, log } = now()
    const isLog = log && !right
    const [low, high] = axisRange(rangeOf(now(), right, from.peek(), to.peek(), isLog), zero && !right, isLog)
    // room above for spikes and plateaus
    const share = marksHeight(now()) / Math.max(1, size.height - 34)
    return right || isLog ? [low, high] : [low, high + (high - low) * share]
  }
  return {
    ...size,
    padding: [4, rightMargin, 0, gutter - valuesWidth],
    scales: {
      x: { time: false, auto: false, min: from.peek(), max: to.peek() },
      y: { range: range(false), ...(shape.log && { distr: 3 }) },
      ...(shape.right && { right: { range: range(true) } }),
    },
    series: [
      {},
      ...shape.curves.map((curve, i): uPlot.Series => ({
        label: curve.name,
        scale: curve.right ? 'right' : 'y',
        stroke: () => (now().curves[i] ?? curve).colour(colours.value),
        width: curve.width ?? 1.6,
        dash: curve.dash ? [...curve.dash] : undefined,
        points: shape.dots && !curve.right ? { show: true, size: 5 } : { show: false },
      })),
      ...(shape.curves.length === 0 ? [{ show: false }] : []),
    ],
    axes: [timeAxis({ label: isLast }), valueAxis(shape.label, shape.log)],
    legend: { show: false },
    cursor: timeCursor,
    hooks: {
      setCursor: [tellCursor],
      drawAxes: [(self) => drawAreas(self, now())],
      draw: [
        (self) => {
          const { right } = now()
          const ends = right && rangeOf(now(), true, from.peek(), to.peek(), false)
          drawMarks(self, now())
          if (right && ends) drawRightAxis(self, ends, right.unit)
        },
      ],
    },
  }
}
