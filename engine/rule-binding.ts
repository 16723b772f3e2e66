/** A learning rule put on a projection: its parameters, and whether both sides have what it hears and reads. */
import { type WeightBounds, weightBounds } from './bounds.ts'
import type { LearningDescription, ProjectionDescription } from './description.ts'
import { type CheckedRule, checkRule, weightUnit } from './equations/check-rule.ts'
import { type PlannedRule, planRule, touches } from './equations/plan-rule.ts'
import { names } from './equations/tree.ts'
import { InputError, unknown, within } from './errors.ts'
import { checkRepresentable, type Part, rangeOf } from './part.ts'
import { type Dimension, dimensionName, quantityIn, same } from './units.ts'
import type { Workshop } from './workshop.ts'

export interface BoundRule {
  checked: CheckedRule
  plan: PlannedRule
  bounds: WeightBounds | undefined
  /** In the engine's units, as they are now. */
  values: Map<string, number>
  /** The rule's name for a variable -> the neuron's. */
  reads: Map<string, string>
  /** The rule in TypeScript is meant. */
  isProgram: boolean
  modulator: { part: Part; first: number; last: number } | undefined
  /** Kinds of event of the source that are heard. */
  heard: number
  /** Some synapse hears events of one side: the target may not run ahead of them. */
  hearsEvents: boolean
}

/** Throws `InputError` with the parameter as its path. */
export function changedValues({ checked }: Pick<BoundRule, 'checked'>, parameters: Record<string, string | number>): Map<string, number> {
  const own = weightUnit(checked.weight)
  return new Map(
    Object.entries(parameters).map(([name, text]) => {
      const known = checked.parameters.get(name)
      if (!known) throw new InputError(unknown('parameter', name, checked.parameters.keys()), [name])
      return [name, within([name], () => quantityIn(text, known.dimension, own))] as const
    }),
  )
}

/** The plan with other values of parameters. Throws `InputError` where they make no rule. */
export function planWith(rule: Pick<BoundRule, 'checked' | 'bounds'>, values: ReadonlyMap<string, number>, dt: number): PlannedRule {
  return planRule(rule.checked, values, dt, rule.bounds)
}

/** Throws `InputError` with the path within the projection. */
export function bindRule(p: ProjectionDescription, source: Part, target: Part, weight: Dimension, shop: Workshop): BoundRule | undefined {
  const bounds = p.bounds && within(['bounds'], () => weightBounds(p.bounds as NonNullable<typeof p.bounds>, weight))
  const { learning } = p
  if (!learning) {
    if (bounds) throw new InputError('found bounds without a rule; weights that do not change need none', ['bounds'])
    return undefined
  }
  const { rule } = learning
  const checked = within(['learning', 'rule'], () => checkRule(rule, weight))
  const byProgram = isProgram(learning)
  if (byProgram && !rule.program) throw new InputError(`the rule "${rule.name}" has no program; its only implementation is in equations`, ['learning', 'implementation'])
  const values = within(['learning'], () => parameterValues(checked, learning, weight))
  within(['learning', 'parameters'], () => checkValues(checked, values, target.regime === 'clocked' ? shop.float : 'f64'))
  const plan = within(['learning'], () => planWith({ checked, bounds }, values, shop.grid.dt))
  const reads = within(['learning', 'reads'], () => neuronVariables(checked, learning, target))
  within(['learning'], () => checkEars(plan, p, source, target, shop))
  const own = (side: 'pre' | 'post') => plan.ears.filter((e) => e.hears === side)
  return {
    checked, plan, bounds, values, reads,
    isProgram: byProgram,
    modulator: learning.modulator && within(['learning', 'modulator'], () => modulatorOf(learning, shop)),
    heard: byProgram ? 1 : own('pre').reduce((m, e) => m | e.mask, 0),
    hearsEvents: touches([...own('pre'), ...own('post')], 'synapse'),
  }
}

/** Whether the rule in TypeScript is meant: where it is asked for, or the only one. */
export function isProgram({ rule, implementation }: LearningDescription): boolean {
  return implementation === 'program' || (Object.keys(rule.on).length === 0 && rule.program !== undefined)
}

/** As they are at the start, in the engine's units. Throws `InputError` with the path within the learning. */
export function parameterValues(rule: CheckedRule, { set, parameters = {} }: LearningDescription, weight: Dimension): Map<string, number> {
  const values = new Map([...rule.parameters].map(([name, { value }]) => [name, value]))
  const own = weightUnit(weight)
  const read = (name: string, text: string | number, path: string[]) => {
    const known = rule.parameters.get(name)
    if (!known) throw new InputError(unknown('parameter', name, rule.parameters.keys()), path)
    values.set(name, within(path, () => quantityIn(text, known.dimension, own)))
  }
  const sets = rule.definition.sets ?? {}
  if (set !== undefined) {
    if (!Object.hasOwn(sets, set)) throw new InputError(unknown('parameter set', set, Object.keys(sets)), ['set'])
    for (const [name, text] of Object.entries(sets[set])) read(name, text, ['set'])
  }
  for (const [name, text] of Object.entries(parameters)) {
    if (set !== undefined && Object.hasOwn(sets[set], name)) {
      throw new InputError(`"${name}" belongs to the published set "${set}", which is used as a whole or not at all; leave out one of the two`, ['parameters', name])
    }
    read(name, text, ['parameters', name])
  }
  return values
}

/** Throws `InputError` with the parameter as its path. */
function checkValues({ decays, parameters }: CheckedRule, values: ReadonlyMap<string, number>, precision: 'f32' | 'f64'): void {
  const inDecays = new Set(Object.values(decays).flat().flatMap((d) => [...names(d.rate)]))
  for (const [name, value] of values) {
    within([name], () => {
      checkRepresentable(value, precision)
      const isTime = same(parameters.get(name)?.dimension ?? [0, 0, 0], [1, 0, 0])
      if (isTime && inDecays.has(name) && !(value > 0)) throw new InputError(`found a time constant of ${value} ms; more than 0 ms is needed`)
    })
  }
}

function neuronVariables(rule: CheckedRule, { reads = {} }: LearningDescription, target: Part): Map<string, string> {
  for (const name of Object.keys(reads)) if (!rule.neuron.has(name)) throw new InputError(unknown('variable of the rule', name, rule.neuron.keys()), [name])
  if (rule.neuron.size > 0 && target.regime !== 'clocked') throw new InputError(`the rule "${rule.definition.name}" reads variables of the neuron at ticks; "${target.description.name}" must be clocked`)
  const variables = target.checked?.differentials ?? []
  return new Map(
    [...rule.neuron].map(([name, dimension]) => {
      const own = reads[name] ?? name
      const found = variables.find((d) => d.variable === own)
      if (!found) throw new InputError(`the rule reads "${name}" of the postsynaptic neuron: ${unknown('variable', own, variables.map((d) => d.variable))}`, name in reads ? [name] : [])
      if (!same(found.dimension, dimension)) throw new InputError(`"${own}" is ${dimensionName(found.dimension)}; ${dimensionName(dimension)} is needed`, name in reads ? [name] : [])
      return [name, own] as const
    }),
  )
}

/** What the rule listens to must exist. */
function checkEars(plan: PlannedRule, p: ProjectionDescription, source: Part, target: Part, { description }: Workshop): void {
  const phases = [...new Set((description.phases ?? []).map((x) => x.name))]
  for (const ear of plan.ears) {
    const fail = (why: string): never => {
      throw new InputError(`the rule hears ${ear.key}: ${why}`, ['rule'])
    }
    if (ear.key === 'pre_burst' && !source.description.bursts) fail(`"${p.from.population}" detects no bursts; give it "bursts"`)
    if (ear.key === 'post_burst' && !target.description.bursts) fail(`"${p.to.population}" detects no bursts; give it "bursts"`)
    if (ear.key === 'post_plateau' && !target.description.plateaus) fail(`"${p.to.population}" emits no plateau events; give it "plateaus: true"`)
    if (ear.hears === 'tick' && target.regime !== 'clocked') fail(`"${p.to.population}" is event-driven and has no ticks`)
    if (ear.hears === 'modulator' && !p.learning?.modulator) fail('no modulator is named; give the rule "modulator"')
    if (ear.hears === 'modulator' && target.regime !== 'clocked') fail(`"${p.to.population}" must be clocked`)
    if (ear.hears === 'phase' && !phases.includes(ear.phase ?? '')) fail(unknown('phase', ear.phase ?? '', phases))
  }
}

function modulatorOf({ modulator }: LearningDescription, shop: Workshop): BoundRule['modulator'] {
  if (!modulator) return undefined
  const part = shop.part(modulator)
  return { part, ...rangeOf(part, modulator) }
}
