/**
 * What the text of a learning rule means: every name resolved to its level (presynaptic neuron, postsynaptic neuron, synapse),
 * every unit checked, before anything is computed. A rule is checked for the unit of the weights it is put on.
 * Throws `InputError` with the line and column in the rule's own text, what was found and what is known.
 */
import { kinds } from '../description.ts'
import { InputError, type Place, unknown, within } from '../errors.ts'
import type { RuleDefinition } from '../model.ts'
import { type Dimension, none, type OwnUnits, parseQuantity, parseUnit, quantityIn, same } from '../units.ts'
import { substitute } from './algebra.ts'
import { type Decay, parseDecays } from './decay.ts'
import { parseEquations, parseExpression, parseStatements } from './parse.ts'
import { type Assignment, type Expression, map, mentions, name, names, print } from './tree.ts'
import { type CheckedSymbol, expectType, type SymbolKind } from './types.ts'

export type Level = 'pre' | 'post' | 'synapse'
export const levels: readonly Level[] = ['pre', 'post', 'synapse']

export interface RuleStatement extends Assignment {
  level: Level
}

export type Hearing = 'pre' | 'post' | 'tick' | 'phase' | 'every' | 'modulator'

export interface CheckedEar {
  /** As written: `pre_spike`, `every:block`. */
  key: string
  hears: Hearing
  /** Kinds of event that `pre` and `post` ears hear. */
  mask: number
  phase?: string
  /** How often, in ms. */
  interval?: Expression
  statements: RuleStatement[]
}

/** `delayed(x, by)`: kept for every neuron of its level. */
export interface CheckedDelay {
  name: string
  level: 'pre' | 'post'
  value: Expression
  by: Expression
}

export interface CheckedRule {
  definition: RuleDefinition
  /** The unit of a weight. */
  weight: Dimension
  parameters: Map<string, { value: number; dimension: Dimension; about: string }>
  decays: Record<Level, Decay[]>
  /** Variables of the postsynaptic neuron. */
  neuron: Map<string, Dimension>
  initial: Map<string, Expression>
  ears: CheckedEar[]
  delays: CheckedDelay[]
}

const masks: Record<string, [Hearing, number]> = {
  pre_spike: ['pre', kinds.spike],
  pre_burst: ['pre', kinds.burst],
  post_spike: ['post', kinds.spike],
  post_burst: ['post', kinds.burst],
  post_plateau: ['post', kinds.plateau_on],
  tick: ['tick', 0],
  modulator: ['modulator', 0],
}
/** What happens at one instant happens in this order. */
const order: Hearing[] = ['pre', 'post', 'modulator', 'tick', 'phase', 'every']
const earNames = [...Object.keys(masks), 'phase:NAME', 'every:INTERVAL']

/** The unit `weight` of a rule on weights of this dimension. */
export function weightUnit(weight: Dimension): OwnUnits {
  return new Map([['weight', { value: 1, dimension: weight }]])
}

/** Defaults of the parameters, in engine units, each told to `define`. */
export function ruleParameters(definition: RuleDefinition, own: OwnUnits, define: (name: string, dimension: Dimension) => void): CheckedRule['parameters'] {
  const parameters: CheckedRule['parameters'] = new Map()
  for (const [key, [text, about]] of Object.entries(definition.parameters)) {
    within(['parameters', key], () => {
      const q = parseQuantity(text, own)
      parameters.set(key, { ...q, about })
      define(key, q.dimension)
    })
  }
  return parameters
}

export function checkRule(definition: RuleDefinition, weight: Dimension): CheckedRule {
  const own = weightUnit(weight)
  const file = (field: string) => `${definition.name}.${field}`
  const symbols = new Map<string, CheckedSymbol>(Object.entries({ t: [1, 0, 0], dt: [1, 0, 0], pi: none } as Record<string, Dimension>).map(([n, dimension]) => [n, { kind: 'special', dimension }]))
  const levelOf = new Map<string, Level>()
  const define = (what: string, kind: SymbolKind, dimension: Dimension, at?: Place) => {
    if (symbols.get(what)?.kind === 'special') throw new InputError(`"${what}" has a meaning of its own in rules; another name is needed`, [], at)
    if (symbols.has(what)) throw new InputError(`the name "${what}" is defined twice`, [], at)
    symbols.set(what, { kind, dimension })
  }
  const parameters = ruleParameters(definition, own, (key, dimension) => define(key, 'parameter', dimension))
  define('w', 'variable', weight)
  levelOf.set('w', 'synapse')
  const decays = {} as Record<Level, Decay[]>
  for (const level of levels) {
    const variable = (what: string, dimension: Dimension, at?: Place) => {
      define(what, 'variable', dimension, at)
      levelOf.set(what, level)
    }
    decays[level] = parseDecays(definition[level] ?? '', file(level), symbols, variable, own)
  }
  const neuron = new Map<string, Dimension>()
  for (const [what, [unit]] of Object.entries(definition.neuron ?? {})) {
    within(['neuron', what], () => {
      const { dimension } = parseUnit(unit, own)
      neuron.set(what, dimension)
      define(what, 'current', dimension)
      levelOf.set(what, 'post')
    })
  }
  // named expressions stand for what they say
  const meaning = new Map<string, Expression>()
  const said: Expression[] = []
  const { differentials, named } = parseEquations(definition.let ?? '', file('let'), own)
  if (differentials[0]?.map) throw new InputError(`found the map "next ${differentials[0].variable}"; maps belong to neurons`, [], differentials[0].at)
  if (differentials.length > 0) throw new InputError('found an equation dX/dt; it belongs under pre, post or synapse', [], differentials[0].at)
  for (const n of named) {
    expectType(n.value, n.dimension, symbols, `"${n.name}"`)
    define(n.name, 'named', n.dimension, n.at)
    said.push(n.value)
    meaning.set(n.name, substitute(n.value, (x) => meaning.get(x)))
  }
  const delays: CheckedDelay[] = []
  const resolve = (e: Expression): Expression =>
    map(substitute(e, (n) => meaning.get(n)), (x) => {
      if (x.kind !== 'call' || x.name !== 'delayed') return x
      const [value, by] = x.args
      const found = levelsIn(value, levelOf)
      if (found.size !== 1 || found.has('synapse')) throw new InputError('what is delayed must be of one side, presynaptic or postsynaptic', [], x.at)
      if (mentions(by, (n) => !parameters.has(n) && n !== 'dt')) throw new InputError('a delay may depend on parameters only', [], by.at ?? x.at)
      const known = delays.find((d) => print(d.value) === print(value) && print(d.by) === print(by))
      if (known) return name(known.name)
      const delay: CheckedDelay = { name: `delayed.${delays.length}`, level: [...found][0] as 'pre' | 'post', value, by }
      delays.push(delay)
      levelOf.set(delay.name, delay.level)
      return name(delay.name)
    })

  const assigned = [...symbols].filter(([, s]) => s.kind === 'variable').map(([n]) => n)
  const ears = Object.entries(definition.on).map(([key, text]): CheckedEar => {
    const ear = earOf(key, parameters)
    const { assignments } = parseStatements(text ?? '', file(`on.${key}`), true)
    const statements = assignments.map((a): RuleStatement => {
      const target = symbols.get(a.variable)
      if (target?.kind !== 'variable') throw new InputError(unknown('variable', a.variable, assigned), [], a.at)
      expectType(a.value, target.dimension, symbols, `what "${a.variable}" becomes`)
      if (a.when) expectType(a.when, 'condition', symbols, 'what follows "when"')
      said.push(a.value, ...(a.when ? [a.when] : []))
      const level = levelOf.get(a.variable) as Level
      const value = resolve(a.value)
      const when = a.when && resolve(a.when)
      const reads = new Set([...levelsIn(value, levelOf), ...(when ? levelsIn(when, levelOf) : [])])
      for (const r of reads) if (level !== 'synapse' && r !== level) throw new InputError(`"${a.variable}" belongs to the ${sideOf(level)}, and cannot depend on ${r === 'synapse' ? 'a synapse' : `the ${sideOf(r)}`}`, [], a.at)
      const other = ear.hears === 'pre' ? 'post' : ear.hears === 'post' ? 'pre' : undefined
      if (level === other) throw new InputError(`"${a.variable}" belongs to the ${sideOf(level)}, which ${key} is not about; it would change at all synapses of the neuron`, [], a.at)
      if (other && [value, when].some((e) => e && mentions(e, (n) => neuron.has(n) || n.startsWith('delayed.')))) {
        throw new InputError(`${key} may read traces only; variables of the neuron and delayed values are read at ticks`, [], a.at)
      }
      return { ...a, value, ...(when && { when }), level }
    })
    if (ear.hears === 'pre' || ear.hears === 'post') readBeforeIncrement(statements)
    return { ...ear, statements }
  })
  ears.sort((a, b) => order.indexOf(a.hears) - order.indexOf(b.hears) || a.mask - b.mask || (a.key < b.key ? -1 : 1))

  const initial = new Map<string, Expression>()
  for (const [variable, text] of Object.entries(definition.initial ?? {})) {
    if (!assigned.includes(variable) || variable === 'w') throw new InputError(unknown('variable', variable, assigned), ['initial', variable])
    const e = parseExpression(String(text), file(`initial.${variable}`))
    const known = new Map([...symbols].filter(([n, s]) => s.kind === 'parameter' || n === 'pi'))
    expectType(e, (symbols.get(variable) as CheckedSymbol).dimension, known, `the start value of "${variable}"`)
    initial.set(variable, e)
    said.push(e)
  }
  const used = new Set([...said, ...ears.flatMap((e) => (e.interval ? [e.interval] : [])), ...levels.flatMap((l) => decays[l].flatMap((d) => [d.rate, d.drive]))].flatMap((e) => [...names(e)]))
  for (const p of parameters.keys()) {
    if (!used.has(p) && !definition.program) throw new InputError(`the parameter "${p}" is used nowhere; use it or leave it out`, ['parameters', p])
  }
  return { definition, weight, parameters, decays, neuron, initial, ears, delays }
}

function earOf(key: string, parameters: CheckedRule['parameters']): Omit<CheckedEar, 'statements'> {
  const known = masks[key]
  if (known) return { key, hears: known[0], mask: known[1] }
  const [kind, rest = ''] = key.split(/:(.*)/s)
  if (kind === 'phase' && rest !== '') return { key, hears: 'phase', mask: 0, phase: rest }
  if (kind === 'every' && rest !== '') {
    const interval: Expression = parameters.has(rest) ? name(rest) : { kind: 'number', value: within(['on', key], () => quantityIn(rest, [1, 0, 0])), dimension: [1, 0, 0] }
    if (interval.kind === 'name' && !same(parameters.get(rest)?.dimension as Dimension, [1, 0, 0])) throw new InputError(`found "${rest}", which is no time`, ['on', key])
    return { key, hears: 'every', mask: 0, interval }
  }
  throw new InputError(unknown('ear', key, earNames), ['on', key])
}

function levelsIn(e: Expression, levelOf: ReadonlyMap<string, Level>): Set<Level> {
  return new Set([...names(e)].flatMap((n) => levelOf.get(n) ?? []))
}

function sideOf(level: Level): string {
  return level === 'pre' ? 'presynaptic neuron' : level === 'post' ? 'postsynaptic neuron' : 'synapse'
}

/** At an event all synapses read first, then traces change: a text that says otherwise would not mean what it seems to. */
function readBeforeIncrement(statements: RuleStatement[]): void {
  const changed = new Set<string>()
  for (const s of statements) {
    if (s.level !== 'synapse') changed.add(s.variable)
    else {
      const stale = [...names(s.value), ...(s.when ? names(s.when) : [])].find((n) => changed.has(n))
      if (stale) throw new InputError(`"${s.variable}" reads "${stale}" after it has changed; at an event all is read first, so this statement belongs before`, [], s.at)
    }
  }
}
