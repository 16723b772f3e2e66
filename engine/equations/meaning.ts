/**
 * What the names in a model's text stand for in a population: parameters their values, currents what is connected to them,
 * named expressions what they say, until only variables, constants, columns, per-tick values and draws are left.
 */
import { InputError } from '../errors.ts'
import { substitute } from './algebra.ts'
import type { CheckedNeuron } from './check.ts'
import { Constants } from './constants.ts'
import { evaluate } from './evaluate.ts'
import type { Binding } from './plan.ts'
import type { Delay } from './program.ts'
import { add, binary, type Differential, type Expression, name, negate, number, times } from './tree.ts'

/** Ticks: more than this lie between now and the last spike of a unit that never fired. */
export const longAgo = 2 ** 30

/** Ticks that a delay in equations may be long. */
const longestDelay = 10_000

export interface Meaning {
  pool: Constants
  /** Currents that change from tick to tick, as `@name`. */
  perTick: string[]
  /** The model's, and one for every noise that is connected to a current. */
  differentials: Differential[]
  /** Variables that no equation changes: parts of currents that are written from outside, one value a unit. */
  fed: string[]
  /** What a name of the model stands for; undefined for variables, parameters and whatever else stands for itself. */
  of(name: string): Expression | undefined
  /** `e` in names of the program only. */
  expand(e: Expression): Expression
  /** What `delayed` stands for in an expanded expression, once it is known how many ticks before the end of the tick that is done its x is. */
  delays(e: Expression, behind: 0 | 1): Expression
  /** All that `delays` has made. */
  delayed: Delay[]
  /** As `expand`, but names among `known` stay. */
  expandBut(e: Expression, known: string[]): Expression
}

export function meaningOf(model: CheckedNeuron, binding: Binding): Meaning {
  const pool = new Constants(binding.size)
  const { values: constants, bind } = pool
  bind('dt', binding.dt)
  for (const [key, value] of binding.parameters) bind(key, value)
  const perTick: string[] = []
  const differentials: Differential[] = [...model.differentials]
  const fed: string[] = []
  const meaning = new Map<string, Expression>()
  for (const current of model.definition.currents ? Object.keys(model.definition.currents) : []) {
    const { perTick: waves, perUnit, noise = [], fed: written = [] } = binding.currents.get(current) ?? {}
    let sum: Expression = number(0)
    if (waves) {
      perTick.push(`@${current}`)
      sum = add(sum, name(`@${current}`))
    }
    if (perUnit !== undefined) {
      bind(`${current}.unit`, perUnit)
      sum = add(sum, name(`${current}.unit`))
    }
    for (const { name: key, mean, sigma, tau } of noise) {
      // dI/dt = -(I - mean) / tau + sigma sqrt(2 / tau) xi
      constants.set(`${key}.mean`, mean).set(`${key}.tau`, tau).set(`${key}.strength`, sigma * Math.sqrt(2 / tau))
      const value = add(binary('/', negate(binary('-', name(key), name(`${key}.mean`))), name(`${key}.tau`)), times(name(`${key}.strength`), name('xi')))
      differentials.push({ variable: key, value, dimension: [0, 0, 1], unlessRefractory: false, euler: false, at: { line: 0, column: 0 } })
      sum = add(sum, name(key))
    }
    for (const key of written) {
      fed.push(key)
      sum = add(sum, name(key))
    }
    meaning.set(current, sum)
  }
  // `delayed` is a name until it is known where it stands: in the flow all values are those at the start of the step
  const pending = new Map<string, { variable: string; ticks: number }>()
  const delayed: Delay[] = []
  const expandBut = (e: Expression, known: string[]) => substitute(spelledOut(e), (n) => (known.includes(n) ? undefined : meaning.get(n)))
  const expand = (e: Expression) => expandBut(e, [])
  for (const n of model.named) meaning.set(n.name, expand(n.value))
  const delays = (e: Expression, behind: 0 | 1) => substitute(e, (n) => {
    const found = pending.get(n)
    if (!found) return undefined
    const ago = found.ticks + behind
    const key = `${found.variable} ${ago} ticks ago`
    if (!delayed.some((d) => d.name === key)) delayed.push({ name: key, variable: found.variable, ago })
    return name(key)
  })
  return { delays, delayed, pool, perTick, differentials, fed, of: (n) => meaning.get(n), expand, expandBut }

  /** delayed(x, time) as a name of its own. */
  function remembered(e: Expression & { kind: 'call' }): Expression {
    const [x, time] = e.args
    const variable = x.kind === 'name' ? x.name : ''
    const ms = evaluate(time, (n) => {
      const value = constants.get(n)
      if (value === undefined) throw new InputError('delayed takes a time that is the same for all units', [], time.at)
      return value
    })
    const ticks = Math.round(ms / binding.dt)
    // within rounding of a tick it is that tick, as for times elsewhere
    if (!(Math.abs(ms / binding.dt - ticks) <= 1e-9 && ticks >= 0 && ticks <= longestDelay)) {
      throw new InputError(`found a delay of ${ms} ms; a whole number of steps of ${binding.dt} ms, from 0 to ${longestDelay}, is accepted`, [], time.at)
    }
    if (ticks === 0) return x
    const key = `${variable} delayed by ${ticks}`
    pending.set(key, { variable, ticks })
    return name(key)
  }

  /** after_spike(from, to) in ms becomes after_ticks(from, to) in ticks. */
  function spelledOut(e: Expression): Expression {
    if (e.kind === 'call' && e.name === 'after_spike') {
      const [from, to] = e.args.map((a) => {
        const ms = evaluate(substitute(a, (n) => meaning.get(n)), (n) => {
          const value = constants.get(n)
          if (value === undefined) throw new InputError('after_spike takes times that are the same for all units', [], e.at)
          return value
        })
        return number(Math.min(longAgo, Math.round(ms / binding.dt)))
      })
      return { ...e, name: 'after_ticks', args: [from, to] }
    }
    if (e.kind === 'call' && e.name === 'delayed') return remembered(e)
    if (e.kind === 'unary') return { ...e, a: spelledOut(e.a) }
    if (e.kind === 'binary') return { ...e, a: spelledOut(e.a), b: spelledOut(e.b) }
    return e.kind === 'call' ? { ...e, args: e.args.map(spelledOut) } : e
  }
}
