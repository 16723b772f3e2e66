/** Parameters of a population, or of the rule of a projection, that change at a time of the protocol. */
import type { ParameterChange } from './description.ts'
import { InputError, unknown, within } from './errors.ts'
import type { Network } from './network.ts'
import { parameterValue } from './part.ts'
import { ClockedPopulation } from './population.ts'
import { type Actor, type Phase, phases } from './scheduler.ts'
import { quantityIn } from './units.ts'

export class Change implements Actor {
  time: number
  readonly at: number
  phase: Phase
  turns = 0
  rank = 0
  private isDone = false
  constructor(
    readonly name: string,
    at: number,
    clocked: boolean,
    private readonly set: (now: number | undefined) => void,
    /** What parameters of a population become, in the engine's units. */
    readonly values: Readonly<Record<string, number>> = {},
  ) {
    // the step that ends now was begun under the old parameters; what is event-driven flows up to now under them
    this.phase = clocked ? phases.learn : phases.protocol
    this.at = at
    this.time = at
  }
  get done(): boolean {
    return this.isDone
  }
  set done(value: boolean) {
    this.isDone = value
    this.time = value ? Infinity : this.at
  }
  act(): void {
    this.set(this.at)
    this.done = true
  }
  /** It has happened already: the parameters hold, the state is from later. */
  remember(): void {
    this.set(undefined)
    this.done = true
  }
}

/** Throws `InputError` with the path within the change. */
export function parameterChange(c: ParameterChange, index: number, network: Network): Change {
  const at = network.grid.snap(within(['at'], () => quantityIn(c.at, [1, 0, 0])))
  if (!(at >= 0)) throw new InputError(`found at: ${at} ms; zero or more is needed`, ['at'])
  const name = `change ${String(index).padStart(6, '0')}`
  if ('projection' in c) {
    const projection = network.projections.get(c.projection)
    if (!projection) throw new InputError(unknown('projection', c.projection, network.projections.keys()), ['projection'])
    const { changeRule } = projection
    if (!changeRule) throw new InputError(`"${c.projection}" has no rule; only parameters of rules can change`, ['projection'])
    return new Change(name, at, true, within(['parameters'], () => changeRule(c.parameters)))
  }
  const model = network.models.get(c.population)
  if (!model) {
    if (!network.populations.has(c.population)) throw new InputError(unknown('population', c.population, network.models.keys()), ['population'])
    throw new InputError(`"${c.population}" is a source; only parameters of neurons can change during a run`, ['population'])
  }
  const values: Record<string, number> = {}
  for (const [parameter, text] of Object.entries(c.parameters)) {
    const known = model.parameters.get(parameter)
    if (!known) throw new InputError(unknown('parameter', parameter, model.parameters.keys()), ['parameters', parameter])
    values[parameter] = within(['parameters', parameter], () => parameterValue(model, parameter, text, known.dimension, network.float))
  }
  const clocked = network.populations.get(c.population) instanceof ClockedPopulation
  return new Change(name, at, clocked, (now) => network.setParameters(c.population, values, now), values)
}
