/**
 * From a checked rule to what is done when it hears something: still trees, all constants in them computed. Compiler and
 * interpreter both follow these literally, and that is all they share.
 */
import { bounded, type WeightBounds } from '../bounds.ts'
import { assert, InputError } from '../errors.ts'
import { substitute } from './algebra.ts'
import { type CheckedRule, type Hearing, type Level, levels, type RuleStatement } from './check-rule.ts'
import { Constants } from './constants.ts'
import { evaluate } from './evaluate.ts'
import { type Assignment, call, type Expression, isNumber, map, mentions, name, names, number, print } from './tree.ts'

export interface PlannedDecay {
  variable: string
  /** a (1/ms), zero or below */
  rate: number
  /** Where it decays to. */
  rest: number
  /** b, where a is zero. */
  drive: number
}

/** Statements in a row about the same level: one loop. */
export interface Segment {
  level: Level
  statements: Assignment[]
  /** What statements about synapses ask of the postsynaptic neuron alone: computed once a neuron. */
  shared: { name: string; value: Expression }[]
}

export interface PlannedEar {
  key: string
  hears: Hearing
  mask: number
  phase?: string
  /** ms */
  interval?: number
  segments: Segment[]
}

export interface PlannedDelay {
  name: string
  level: 'pre' | 'post'
  value: Expression
  ticks: number
}

export interface PlannedRule {
  /** Names of constants in the trees. */
  constants: ReadonlyMap<string, number>
  decays: Record<Level, PlannedDecay[]>
  neuron: string[]
  initial: ReadonlyMap<string, number>
  ears: PlannedEar[]
  delays: PlannedDelay[]
  /** Some statement asks what time it is. */
  usesTime: boolean
}

/** `values`: parameters in engine units. Throws `InputError` where they make no rule. */
export function planRule(rule: CheckedRule, values: ReadonlyMap<string, number>, dt: number, bounds: WeightBounds | undefined): PlannedRule {
  const pool = new Constants(1)
  for (const [key, value] of values) pool.bind(key, value)
  pool.bind('dt', dt)
  const value = (e: Expression) => evaluate(e, (n) => pool.values.get(n) as number)
  const decays = {} as PlannedRule['decays']
  for (const level of levels) {
    decays[level] = rule.decays[level].map(({ variable, rate, drive }) => {
      const [a, b] = [value(rate), value(drive)]
      if (!(a <= 0 && Number.isFinite(a) && Number.isFinite(b))) throw new InputError(`d${variable}/dt has the rate ${a} per ms; a trace must decay, so check its time constant`, ['parameters'])
      return { variable, rate: a, rest: a === 0 || b === 0 ? 0 : -b / a, drive: a === 0 ? b : 0 }
    })
  }
  const statement = ({ variable, value: written, when }: RuleStatement): Assignment => {
    const full = variable === 'w' && bounds ? bounded(written, bounds) : written
    const guarded = when ? call('where', when, full, name(variable)) : full
    return { variable, value: withoutZeros(pool.hoist(guarded), pool.values), at: { line: 0, column: 0 } }
  }
  const postNames = new Set([...rule.neuron.keys(), ...rule.decays.post.map((d) => d.variable), ...rule.delays.filter((d) => d.level === 'post').map((d) => d.name)])
  const isPost = (n: string) => postNames.has(n)
  const isConstant = (n: string) => pool.values.has(n)
  const ears = rule.ears.map((ear): PlannedEar => {
    const segments: Segment[] = []
    for (const s of ear.statements) {
      const last = segments.at(-1)
      if (last?.level === s.level) last.statements.push(statement(s))
      else segments.push({ level: s.level, statements: [statement(s)], shared: [] })
    }
    if (ear.hears !== 'pre' && ear.hears !== 'post') for (const s of segments) if (s.level === 'synapse') share(s, isPost, isConstant)
    const interval = ear.interval && value(ear.interval)
    if (interval !== undefined && !(interval > 0)) throw new InputError(`found every ${interval} ms; more than 0 ms is needed`, ['parameters'])
    return { key: ear.key, hears: ear.hears, mask: ear.mask, ...(ear.phase && { phase: ear.phase }), ...(interval !== undefined && { interval }), segments }
  })
  const delays = rule.delays.map((d): PlannedDelay => {
    const ticks = value(d.by) / dt
    const whole = Math.round(ticks)
    if (!(whole >= 0 && Math.abs(ticks - whole) < 1e-6)) throw new InputError(`found a delay of ${ticks * dt} ms; a whole number of steps of ${dt} ms is needed`, ['parameters'])
    return { name: d.name, level: d.level, value: pool.hoist(substitute(d.value, () => undefined)), ticks: whole }
  })
  const initial = new Map([...rule.initial].map(([v, e]) => [v, value(e)]))
  const trees = [...ears.flatMap((e) => e.segments.flatMap((s) => s.statements.map((a) => a.value))), ...delays.map((d) => d.value)]
  for (const [key, v] of pool.values) assert(typeof v === 'number', `the constant "${key}" is a number`)
  return { constants: pool.values, decays, neuron: [...rule.neuron.keys()], initial, ears, delays, usesTime: trees.some((e) => mentions(e, (n) => n === 't')) }
}

/** Parameters that are zero take with them what they multiply. */
function withoutZeros(e: Expression, constants: ReadonlyMap<string, number>): Expression {
  return map(e, (x) => {
    if (x.kind === 'name' && constants.get(x.name) === 0) return number(0)
    if (x.kind !== 'binary') return x
    if (x.op === '*' && (isNumber(x.a, 0) || isNumber(x.b, 0))) return number(0)
    if (x.op === '+' || (x.op === '-' && isNumber(x.b, 0))) return isNumber(x.b, 0) ? x.a : isNumber(x.a, 0) && x.op === '+' ? x.b : x
    return x
  })
}

/** Takes what is of the postsynaptic neuron alone, and more than a name, out of the statements of a segment. */
function share(segment: Segment, isPost: (name: string) => boolean, isConstant: (name: string) => boolean): void {
  const changed = new Set(segment.statements.map((a) => a.variable))
  const take = (e: Expression): Expression => {
    if (e.kind === 'name' || e.kind === 'number') return e
    const used = names(e)
    const ofPost = [...used].some(isPost) && [...used].every((n) => (isPost(n) || isConstant(n)) && !changed.has(n))
    if (ofPost && !isConditionLike(e)) {
      const text = print(e)
      const known = segment.shared.find((s) => print(s.value) === text)
      if (known) return name(known.name)
      const shared = { name: `shared.${segment.shared.length}`, value: e }
      segment.shared.push(shared)
      return name(shared.name)
    }
    if (e.kind === 'unary') return { ...e, a: take(e.a) }
    if (e.kind === 'binary') return { ...e, a: take(e.a), b: e.op === '^' ? e.b : take(e.b) }
    return { ...e, args: e.args.map(take) }
  }
  segment.statements = segment.statements.map((a) => ({ ...a, value: take(a.value) }))
}

function isConditionLike(e: Expression): boolean {
  if (e.kind === 'unary') return e.op === 'not'
  return e.kind === 'binary' && ['<', '<=', '>', '>=', '==', '!=', 'and', 'or'].includes(e.op)
}

/** Whether statements of this level are among what these ears do. */
export function touches(ears: readonly PlannedEar[], level: Level): boolean {
  return ears.some((e) => e.segments.some((s) => s.level === level))
}
