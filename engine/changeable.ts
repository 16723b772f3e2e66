/**
 * What can be said of a parameter that is to change during a run without building the network: which one it is, its value at the
 * start, and which values it may be given. The same rules as for changes (parameter-change.ts).
 */
import { weightBounds } from './bounds.ts'
import type { NetworkDescription, PopulationDescription, ProjectionDescription, QuantityText } from './description.ts'
import { checkNeuron } from './equations/check.ts'
import { checkRule, weightUnit } from './equations/check-rule.ts'
import { checkMatrixRule, isMatrixRule } from './equations/matrix-rule.ts'
import { InputError, unknown } from './errors.ts'
import { checkSameTraces } from './learning.ts'
import { parameterValues as matrixValues } from './matrix-learning.ts'
import type { NeuronDefinition } from './model.ts'
import { parameterValue } from './part.ts'
import { changedValues, isProgram, parameterValues, planWith } from './rule-binding.ts'
import { type Dimension, divide, type OwnUnits, parseUnit, quantityIn } from './units.ts'

export interface Changeable {
  dimension: Dimension
  /** Units of its own: `weight` in rules. */
  own?: OwnUnits
  about: string
  /** At the start, in the engine's units; undefined where units differ. */
  value: number | undefined
  /** The number that `text` stands for. Throws `InputError` for what the parameter cannot become. */
  read(text: QuantityText): number
}

/** Throws `InputError`. */
export function changeable(of: { population: string } | { projection: string }, parameter: string, description: NetworkDescription): Changeable {
  if ('population' in of) return ofNeurons(found('population', of.population, description.populations), parameter, description)
  return ofRule(found('projection', of.projection, description.projections), parameter, description)
}

function ofNeurons(p: PopulationDescription, parameter: string, { precision }: NetworkDescription): Changeable {
  const model = neuronOf(p)
  if (!model) throw new InputError(`"${p.name}" is a source; only parameters of neurons can change during a run`)
  const known = model.parameters.get(parameter)
  if (!known) throw new InputError(unknown('parameter', parameter, model.parameters.keys()))
  const { dimension, about, value } = known
  const given = p.parameters?.[parameter]
  const read = (text: QuantityText) => parameterValue(model, parameter, text, dimension, precision)
  return { dimension, about, value: given === undefined ? value : typeof given === 'object' ? undefined : quantityIn(given, dimension), read }
}

function ofRule(p: ProjectionDescription, parameter: string, description: NetworkDescription): Changeable {
  const { learning } = p
  if (!learning) throw new InputError(`"${p.name}" has no rule; only parameters of rules can change`)
  const weight = weightOf(p, description)
  const own = weightUnit(weight)
  const known = <K extends { about: string; dimension: Dimension }>(parameters: ReadonlyMap<string, K>): K => {
    const one = parameters.get(parameter)
    if (!one) throw new InputError(unknown('parameter', parameter, parameters.keys()))
    return one
  }
  const alone = <T>(work: () => ReadonlyMap<string, T>): T => {
    try {
      return work().get(parameter) as T
    } catch (error) {
      // the path is the parameter, which is known here
      throw error instanceof InputError ? new InputError(error.reason) : error
    }
  }
  if (isMatrixRule(learning.rule)) {
    const rule = whole(`the rule of "${p.name}"`, () => checkMatrixRule(learning.rule, weight))
    const { dimension, about, value } = known(rule.parameters)
    const given = { ...(learning.set === undefined ? {} : rule.definition.sets?.[learning.set]), ...learning.parameters }[parameter]
    const read = (text: QuantityText) => alone(() => matrixValues(rule, { [parameter]: text }, description.precision))
    return { dimension, own, about, value: given === undefined ? value : read(given), read }
  }
  const checked = whole(`the rule of "${p.name}"`, () => checkRule(learning.rule, weight))
  const { dimension, about } = known(checked.parameters)
  const bounds = p.bounds && weightBounds(p.bounds, weight)
  const values = parameterValues(checked, learning, weight)
  const dt = quantityIn(description.dt, [1, 0, 0])
  const before = planWith({ checked, bounds }, values, dt)
  const read = (text: QuantityText) =>
    alone(() => {
      const changed = changedValues({ checked }, { [parameter]: text })
      const after = planWith({ checked, bounds }, new Map([...values, ...changed]), dt)
      if (!isProgram(learning)) checkSameTraces(before, after)
      return changed
    })
  return { dimension, own, about, value: values.get(parameter), read }
}

/** The dimension of a projection's weights: of its receptor, or of current over what is sent. */
function weightOf(p: ProjectionDescription, { populations }: NetworkDescription): Dimension {
  const [source, target] = [p.from, p.to].map((units) => neuronOf(found('population', units.population, populations)))
  if (!p.graded) {
    const receptors = target?.receptors ?? []
    const receptor = receptors.find((r) => r.name === p.onto)
    if (!receptor) throw new InputError(unknown('receptor', p.onto, receptors.map((r) => r.name)))
    return receptor.weight
  }
  const { sends } = p.graded
  const currents = target?.definition.currents ?? {}
  if (!Object.hasOwn(currents, p.onto)) throw new InputError(unknown('current', p.onto, Object.keys(currents)))
  const sent = source?.differentials.find((d) => d.variable === sends)
  if (!sent) throw new InputError(unknown('variable', sends, source?.differentials.map((d) => d.variable) ?? []))
  return divide(parseUnit(currents[p.onto][0]).dimension, sent.dimension)
}

function neuronOf({ name, model }: PopulationDescription) {
  return 'equations' in model ? whole(`the model of "${name}"`, () => checkNeuron(model as NeuronDefinition)) : undefined
}

/** A mistake in the text of a model is not one of who wants to change its parameters. */
function whole<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${what} has a mistake: ${error.message}`) : error
  }
}

function found<T extends { name: string }>(kind: string, name: string, list: readonly T[]): T {
  const one = list.find((item) => item.name === name)
  if (!one) throw new InputError(unknown(kind, name, list.map((item) => item.name)))
  return one
}
