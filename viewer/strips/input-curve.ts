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

/** Fine enough for the eye. */
const points = 1500

/** Undefined for an input that is no current, or not the same for all units. */
export function inputCurve(scenario: PageScenario, name: string, from: number, to: number): InputCurve | undefined {
  if (!isDrawable(scenario, name) || !(to > from)) return undefined
  const signal = inputSignal(scenario, name)
  const times = Float64Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1))
  const unit = unitOf(scenario.inputs?.[name].current as Current)
  const curve: StripCurve = { name, times, values: times.map(signal), colour: (theme) => theme.ink, dash: [5, 4], width: 1.2, right: true }
  return { curve, right: { label: unit ? `${name} (${unit})` : name, unit } }
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
