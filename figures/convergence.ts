/**
 * Error against grid step, both logarithmic, with the line of a first-order method to compare with.
 *   error = c dt^p ;   p of a series is the slope of the least-squares line through (log dt, log error).
 * dt in ms; the error in the unit of its label. Throws `InputError` for a step or an error that is not above zero.
 */
import { mean } from '../analysis/moments.ts'
import { InputError } from '../engine/errors.ts'
import { type CurvesOptions, curvesFigure } from './curves.ts'

export interface ConvergenceSeries {
  name: string
  /** ms */
  dt: readonly number[]
  error: readonly number[]
}

export interface ConvergenceData {
  /** What the error is of, with unit: `error of V at 100 ms (mV)`. */
  label: string
  series: readonly ConvergenceSeries[]
  /** Order of the line to compare with, 1 unless said. */
  order?: number
}

export function convergenceFigure(data: ConvergenceData, options: CurvesOptions): string {
  for (const { name, dt, error } of data.series) {
    const wrong = [...dt, ...error].find(v => !(v > 0))
    if (wrong !== undefined)
      throw new InputError(`series "${name}" has ${wrong} as step or error; numbers above zero are accepted`)
  }
  const order = data.order ?? 1
  const series = data.series.map(({ name, dt, error }) => {
    const slope = fittedOrder(dt, error)
    return { name: Number.isNaN(slope) ? name : `${name}: order ${slope.toFixed(2)}`, x: dt, y: error }
  })
  const guide = guideLine(data.series, order)
  const name = order === 1 ? 'first order' : `order ${order}`
  const panel = { y: { label: data.label, log: true }, series, guides: guide ? [{ name, ...guide }] : [] }
  return curvesFigure({ x: { label: 'grid step dt (ms)', log: true }, panels: [panel] }, { width: 640, ...options })
}

/** Slope of log error over log dt; NaN unless there are two different steps. */
export function fittedOrder(dt: readonly number[], error: readonly number[]): number {
  const x = dt.map(Math.log)
  const y = error.map(Math.log)
  const mx = mean(x)
  const my = mean(y)
  const xx = x.reduce((sum, v) => sum + (v - mx) * (v - mx), 0)
  const xy = x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0)
  return xx > 0 ? xy / xx : Number.NaN
}

/** Through the first series' error at its largest step, over all steps. */
function guideLine(series: readonly ConvergenceSeries[], order: number): { x: number[]; y: number[] } | undefined {
  const first = series.find(s => s.dt.length > 0)
  if (!first) return undefined
  const at = first.dt.indexOf(Math.max(...first.dt))
  const steps = series.flatMap(s => s.dt)
  const ends = [Math.min(...steps), Math.max(...steps)]
  return { x: ends, y: ends.map(step => first.error[at] * (step / first.dt[at]) ** order) }
}
