/** The parameters that a scenario offers to be adjusted while it runs: what a slider needs to know of each. */
import { type Changeable, changeable } from '../engine/changeable.ts'
import type { NetworkDescription, ParameterSetting, QuantityText } from '../engine/description.ts'
import { InputError, within } from '../engine/errors.ts'
import { dimensionName, none, parseQuantity, same } from '../engine/units.ts'
import type { LoadedScenario } from './load.ts'
import { parameterPort, settingOf } from './protocol.ts'
import type { Scenario } from './schema.ts'

export interface Adjustable {
  /** `population.parameter` or `projection.parameter`, as `Run.change` takes it. */
  port: string
  label: string
  /** Of all the numbers: a value to change to is `${number} ${unit}`. '' for plain numbers. */
  unit: string
  from: number
  to: number
  step: number
  /** At the start. */
  value: number
  /** What the model or rule says of it. */
  meaning: string
}

type Written = NonNullable<Scenario['adjust']>[string]

/** In the order of the file. */
export function adjustable({ scenario, description }: Pick<LoadedScenario, 'scenario' | 'description'>): Adjustable[] {
  return Object.entries(scenario.adjust ?? {}).map(([port, written]) => within(['adjust', port], () => adjustableOf(port, written, scenario, description)))
}

/** Both ends of what each may become. Throws `InputError`. */
export function adjustedSettings(scenario: Scenario): ParameterSetting[] {
  return Object.entries(scenario.adjust ?? {}).flatMap(([port, { from, to }]) => within(['adjust', port], () => [settingOf(port, from, scenario), settingOf(port, to, scenario)]))
}

function adjustableOf(port: string, written: Written, scenario: Scenario, description: NetworkDescription): Adjustable {
  const { of, parameter, isProjection } = parameterPort(port, scenario)
  const known = changeable(isProjection ? { projection: of } : { population: of }, parameter, description)
  const { own, value, about, dimension } = known
  if (value === undefined) throw new InputError('found units with values of their own; a parameter that is the same for all can be adjusted')
  const { from, to } = readEnds(written, known)
  const step = within(['step'], () => readStep(written, to - from, known))
  const unit = unitOf(written.to) || unitOf(written.from) || (same(dimension, none) ? '' : dimensionName(dimension))
  const factor = parseQuantity(`1 ${unit}`, own).value
  // 0.1 / 1000 and the like: as somebody would write it
  const inUnit = (x: number) => Number((x / factor).toPrecision(12))
  return { port, label: written.label ?? port, unit, from: inUnit(from), to: inUnit(to), step: step === undefined ? aboutHundredth(inUnit(to - from)) : inUnit(step), value: inUnit(value), meaning: about }
}

function readEnds(written: Written, { read }: Changeable): { from: number; to: number } {
  const from = within(['from'], () => read(written.from))
  const to = within(['to'], () => read(written.to))
  if (!(from < to)) throw new InputError(`found from ${written.from} to ${written.to}; the least value comes first, and the greatest is greater`, ['to'])
  return { from, to }
}

function readStep({ step }: Written, range: number, { dimension, own }: Changeable): number | undefined {
  if (step === undefined) return undefined
  const found = parseQuantity(step, own)
  if (!same(found.dimension, dimension)) throw new InputError(`found ${JSON.stringify(step)}, which is ${dimensionName(found.dimension)}; ${dimensionName(dimension)} is needed`)
  if (!(found.value > 0)) throw new InputError(`found ${step}; more than 0 is needed`)
  if (found.value > range) throw new InputError(`found a step of ${step}, which is longer than the range`)
  return found.value
}

/** `500 pA` -> `pA` */
function unitOf(text: QuantityText): string {
  return typeof text === 'number' ? '' : text.trim().replace(/^[+-]?[\d.]+(?:[eE][+-]?\d+)?\s*/, '')
}

/** The greatest of 1, 2 and 5 times a power of ten that is not above a hundredth of `range`. */
function aboutHundredth(range: number): number {
  const [lead, power] = (range / 100).toExponential().split('e').map(Number)
  return Number(`${lead >= 5 ? 5 : lead >= 2 ? 2 : 1}e${power}`)
}
