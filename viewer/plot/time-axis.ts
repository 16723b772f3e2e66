/** The axis of time: its unit, where its ticks stand and how they are labelled; and times in words. All times in ms. */
import type uPlot from 'uplot'
import { fontFamily } from '../../figures/theme.ts'
import { colours } from '../theme.ts'

export interface TimeUnit {
  name: 'ms' | 's' | 'min'
  /** ms */
  length: number
}

/** Milliseconds when near, seconds for longer windows and late ones, minutes for windows of ten and more. */
export function unitOf(from: number, to: number): TimeUnit {
  if (to - from >= 600_000) return { name: 'min', length: 60_000 }
  if (to - from >= 5000 || to >= 100_000) return { name: 's', length: 1000 }
  return { name: 'ms', length: 1 }
}

/** Distances that ticks may have, in ms: 1, 2, 5 x 10^k; of minutes also quarters, halves and hours. */
export function tickSteps({ name }: TimeUnit): number[] {
  if (name === 'min') return [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1440, 2880, 7200, 14_400].map((minutes) => minutes * 60_000)
  const steps: number[] = []
  for (let power = -4; power <= 7; power++) for (const digit of [1, 2, 5]) steps.push(Number(`${digit}e${power}`))
  return steps
}

/** Labels of ticks that are `step` apart, in the unit, with as many digits as tell them apart. */
export function tickLabels(ticks: readonly number[], step: number, unit: TimeUnit): string[] {
  const digits = Math.max(0, Math.ceil(-Math.log10(step / unit.length) - 1e-9))
  return ticks.map((tick) => (tick / unit.length).toFixed(digits).replace(/^-0(\.0*)?$/, '0$1'))
}

/** The axis for uPlot, below a plot whose x scale is the window of time. */
export function timeAxis(options: { label?: boolean } = {}): uPlot.Axis {
  const { label = true } = options
  const unit = (self: uPlot) => unitOf(self.scales.x.min ?? 0, self.scales.x.max ?? 1)
  return {
    scale: 'x',
    side: 2,
    size: label ? 26 : 8,
    space: 84,
    gap: 4,
    font: `12px ${fontFamily}`,
    labelFont: `12px ${fontFamily}`,
    ...(label && { label: (self: uPlot) => `time (${unit(self).name})`, labelSize: 18, labelGap: 0 }),
    stroke: () => colours.value.muted,
    grid: { show: false },
    ticks: { size: 5, width: 1, stroke: () => colours.value.axis },
    border: { show: true, width: 1, stroke: () => colours.value.axis },
    incrs: (self) => tickSteps(unit(self)),
    values: label ? (self, ticks, _, __, step) => tickLabels(ticks, step, unit(self)) : (_, ticks) => ticks.map(() => ''),
  }
}

/** A time or interval in words: at most three digits after the point, and none that say nothing. */
export function inWords(ms: number): string {
  return `${Number(ms.toFixed(3)).toLocaleString('en')} ms`
}
