/** Currents that are the same for all units: functions of time (ms) in engine units. */
import type { Current, QuantityText } from './description.ts'
import { sinpi } from './elementary.ts'
import { InputError, within } from './errors.ts'
import { type Dimension, quantityIn } from './units.ts'

export type Waveform = (ms: number) => number

const time: Dimension = [1, 0, 0]

/** The waveform of `current`; undefined for what is not one (a constant, noise). Throws `InputError`. */
export function waveform(current: Current, dimension: Dimension): Waveform | undefined {
  const value = (text: QuantityText | undefined) => (text === undefined ? 0 : quantityIn(text, dimension))
  const ms = (text: QuantityText | undefined) => (text === undefined ? 0 : quantityIn(text, time))
  const period = (text: QuantityText) => {
    const p = ms(text)
    if (!(p > 0)) throw new InputError(`found a period of ${p} ms; a time above zero is needed`, ['period'])
    return p
  }
  if ('step' in current) {
    const steps = within(['step'], () => current.step.map(([t, v]) => [ms(t), value(v)] as const))
    return held(steps.map(([t]) => t), steps.map(([, v]) => v), 'step')
  }
  if ('samples' in current) return held(current.samples.times, current.samples.values, 'samples')
  if ('sine' in current) {
    const { mean, amplitude, period: p, phase = 0 } = current.sine
    const [m, a, full] = within(['sine'], () => [value(mean), value(amplitude), period(p)])
    // in half turns, where the reduction is exact
    return (t) => m + a * sinpi(2 * (t / full + phase))
  }
  if ('square' in current) {
    const { low, high, period: p, duty = 0.5, start } = current.square
    const [l, h, full, begin] = within(['square'], () => [value(low), value(high), period(p), ms(start)])
    if (!(duty >= 0 && duty <= 1)) throw new InputError(`found duty ${duty}; a number from 0 to 1 is needed`, ['square', 'duty'])
    return (t) => {
      const cycles = (t - begin) / full
      // a billionth of a period decides for the edge that was meant
      const phase = cycles - Math.floor(cycles + 1e-9)
      return phase < duty - 1e-9 ? h : l
    }
  }
  if ('ramp' in current) {
    const { from, to, start, stop } = current.ramp
    const [a, b, t0, t1] = within(['ramp'], () => [value(from), value(to), ms(start), ms(stop)])
    if (!(t1 > t0)) throw new InputError(`found a ramp from ${t0} to ${t1} ms; it must stop after it starts`, ['ramp', 'stop'])
    return (t) => (t <= t0 ? a : t >= t1 ? b : a + ((b - a) * (t - t0)) / (t1 - t0))
  }
  return undefined
}

/** Piecewise constant: values[k] from times[k] on, zero before the first. */
function held(times: number[], values: number[], what: string): Waveform {
  for (let k = 1; k < times.length; k++) {
    if (!(times[k] > times[k - 1])) throw new InputError(`found ${times[k]} ms after ${times[k - 1]} ms; times must ascend`, [what, k])
  }
  return (t) => {
    let low = 0
    let high = times.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (times[middle] <= t + 1e-9) low = middle + 1
      else high = middle
    }
    return low === 0 ? 0 : values[low - 1]
  }
}
