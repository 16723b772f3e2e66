/** The input that a curve is said to follow, dashed, on an axis of its own at the right. */
import type { Current } from '../../engine/description.ts'
import { dimensionName, parseQuantity } from '../../engine/units.ts'
import { inputSignal } from '../../figures/recorded-events.ts'
import { isDrawable } from './encoded-inputs.ts'
import type { PageScenario } from './page-scenario.ts'
import type { StripCurve } from './strip-data.ts'

export interface InputCurve {
  curve: StripCurve
  right: { label: string; unit: string }
}

/** Fine enough for the eye, where the input does not turn around all the time. */
const points = 1500
const finer = 8

/** Undefined for an input that is no current, or not the same for all units; `too fast` where a curve would be a smear. */
export function inputCurve(scenario: PageScenario, name: string, from: number, to: number): InputCurve | 'too fast' | undefined {
  if (!isDrawable(scenario, name) || !(to > from)) return undefined
  const signal = inputSignal(scenario, name)
  if (turns(signal, from, to) > points / 8) return 'too fast'
  const times = Float64Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1))
  const unit = unitOf(scenario.inputs?.[name].current as Current)
  const curve: StripCurve = { name, times, values: times.map(signal), colour: (theme) => theme.ink, dash: [5, 4], width: 1.2, right: true }
  return { curve, right: { label: unit ? `${name} (${unit})` : name, unit } }
}

/** How often the signal turns around, as far as samples tell that are finer than what is drawn. */
function turns(signal: (t: number) => number, from: number, to: number): number {
  let [count, last, slope] = [0, signal(from), 0]
  for (let i = 1; i < points * finer; i++) {
    const value = signal(from + ((to - from) * i) / (points * finer - 1))
    const next = Math.sign(value - last)
    if (next !== 0 && slope !== 0 && next !== slope) count++
    if (next !== 0) slope = next
    last = value
  }
  return count
}

/** The unit of the first quantity that has one: those of a current all have the same. */
function unitOf(current: Current): string {
  for (const text of JSON.stringify(current).matchAll(/"([-+]?[\d.][^"]*)"/g)) {
    const { dimension } = parseQuantity(text[1])
    // times stand beside the values
    if (dimension[2] !== 0 || dimension[1] !== 0) return dimensionName(dimension)
  }
  return ''
}
