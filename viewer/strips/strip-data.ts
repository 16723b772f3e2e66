/** What a strip draws, whoever draws it: uPlot on the page, or the SVG of an export. Times in ms. */
import type { Theme } from '../../figures/theme.ts'

export interface StripCurve {
  name: string
  times: ArrayLike<number>
  /** In the unit of its axis; NaN is a gap. */
  values: ArrayLike<number>
  colour(theme: Theme): string
  dash?: readonly number[]
  width?: number
  /** A curve of the right axis has a scale of its own: the input that the others are said to follow. */
  right?: boolean
}

export interface StripData {
  title: string
  /** With unit, in words. */
  label: string
  /** Short, for values at the cursor. */
  unit: string
  right?: { label: string; unit: string }
  curves: StripCurve[]
  /** Areas between two curves, as wide as quantiles are. */
  areas: { times: ArrayLike<number>; low: ArrayLike<number>; high: ArrayLike<number>; colour(theme: Theme): string }[]
  /** The left axis holds zero. */
  zero: boolean
  log: boolean
  /** Points as well as lines: reports that come seldom. */
  dots: boolean
  /** Above the curves: spikes of the unit, and plateau potentials from their beginning to their end. */
  spikes?: ArrayLike<number>
  plateaus?: readonly (readonly [on: number, off: number])[]
  /** Width of the bins, where there are any. */
  bin?: number
  /** What is left out, and what one should know. */
  note?: string
}

/** The value that a curve has at `time`: that of the nearest point, if it is no further away than `reach` (ms); NaN else. */
export function valueAt({ times, values }: Pick<StripCurve, 'times' | 'values'>, time: number, reach: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle] < time) low = middle + 1
    else high = middle
  }
  const near = low > 0 && (low === times.length || time - times[low - 1] <= times[low] - time) ? low - 1 : low
  return near < times.length && Math.abs(times[near] - time) <= reach ? values[near] : Number.NaN
}

/** Smallest and largest of the curves of an axis within the window; undefined where there is nothing. */
export function rangeOf({ curves, areas }: Pick<StripData, 'curves' | 'areas'>, right: boolean, from: number, to: number, log: boolean): [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const look = (times: ArrayLike<number>, values: ArrayLike<number>) => {
    for (let i = 0; i < times.length; i++) {
      // a line reaches to the first point on either side
      if ((times[i] < from && times[Math.min(i + 1, times.length - 1)] < from) || (times[i] > to && times[Math.max(i - 1, 0)] > to)) continue
      const value = values[i]
      if (Number.isNaN(value) || (log && value <= 0)) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  for (const curve of curves) if ((curve.right ?? false) === right) look(curve.times, curve.values)
  if (!right) for (const area of areas) for (const values of [area.low, area.high]) look(area.times, values)
  return low <= high ? [low, high] : undefined
}

/** The ends of an axis that holds the range, zero if asked, and a little air. */
export function axisRange(range: [number, number] | undefined, zero: boolean, log: boolean): [number, number] {
  if (!range) return log ? [0.1, 1] : [0, 1]
  const [low, high] = range
  if (log) return low < high ? [low / (high / low) ** 0.05, high * (high / low) ** 0.05] : [low / 2, high * 2]
  const [a, b] = zero ? [Math.min(0, low), Math.max(0, high)] : [low, high]
  const air = a === b ? Math.abs(a) * 0.1 || 1 : (b - a) * 0.06
  return [zero && a === 0 ? 0 : a - air, zero && b === 0 ? 0 : b + air]
}
