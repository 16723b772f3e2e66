/** The order of operations of one step, as trees: what the planner makes, and compiler and interpreter follow. */
import { assert } from '../errors.ts'
import { substitute } from './algebra.ts'
import { evaluate } from './evaluate.ts'
import { type Assignment, binary, type Expression, mentions, names, number } from './tree.ts'

/** One value for all units, or one for each. */
export type PerUnit = number | Float64Array

export interface Let {
  name: string
  value: Expression
}

export interface Commit {
  variable: string
  /** The new value; or what is added to the old one, if it is a `change`. */
  value: Expression
  isChange: boolean
  /** Keeps its value while the unit is refractory. */
  held: boolean
}

export interface PlannedReceptor {
  name: string
  assignments: Assignment[]
  unlessRefractory: boolean
}

/** A variable as it was at the end of the tick `ago` ticks before the one that is done; before the start, as it was then. */
export interface Delay {
  name: string
  variable: string
  ago: number
}

export interface Program {
  variables: string[]
  constants: Map<string, number>
  columns: Map<string, Float64Array>
  /** Values that are the same for all units and change from tick to tick: `t`, and currents as `@name`. */
  perTick: string[]
  /** Names that stand for what a variable was. */
  delays: Delay[]
  gaussians: number
  uniforms: number
  lets: Let[]
  commits: Commit[]
  receptors: PlannedReceptor[]
  plateau: Expression | undefined
  threshold: Expression | undefined
  reset: Assignment[]
  /** A refractory unit is below threshold anyway: its potential is held at a reset value that is. */
  restsBelowThreshold: boolean
  /** Refractory time in ticks: the name of a constant or a column. */
  refractory: string | undefined
  /** The tick of the last spike is kept. */
  keepsLast: boolean
  /** For people: how each variable is stepped. */
  methods: { variable: string; method: string; equation: string }[]
}

/** Everything the step evaluates. */
export function expressions(p: Program): Expression[] {
  return [
    ...p.lets.map((l) => l.value),
    ...p.commits.map((c) => c.value),
    ...p.receptors.flatMap((r) => r.assignments.map((a) => a.value)),
    ...p.reset.map((a) => a.value),
    ...[p.plateau, p.threshold].filter((e): e is Expression => e !== undefined),
  ]
}

/** Whether the function `callName` is called in `e`. */
export function contains(e: Expression, callName: string): boolean {
  if (e.kind === 'call' && e.name === callName) return true
  if (e.kind === 'unary') return contains(e.a, callName)
  if (e.kind === 'binary') return contains(e.a, callName) || contains(e.b, callName)
  return e.kind === 'call' && e.args.some((a) => contains(a, callName))
}

/** Without a refractory time nothing is ever refractory. */
export function forgetRefractory(p: Program): void {
  const never = (e: Expression) => substitute(e, (n) => (n === 'refractory' ? binary('<', number(1), number(0)) : undefined))
  for (const list of [p.lets, p.commits, p.reset]) for (const item of list) item.value = never(item.value)
  for (const r of p.receptors) for (const a of r.assignments) a.value = never(a.value)
  p.plateau &&= never(p.plateau)
  p.threshold &&= never(p.threshold)
}

/** Whether the threshold, with held variables at their reset values, which nothing moves while refractory, is not reached. */
export function restsBelow(p: Program): boolean {
  if (!p.threshold) return false
  const rest = new Map(p.constants)
  for (const { variable, held } of p.commits) {
    const resets = p.reset.filter((a) => a.variable === variable)
    const moved = p.receptors.some((r) => !r.unlessRefractory && r.assignments.some((a) => a.variable === variable))
    if (!held || moved || resets.length !== 1 || mentions(resets[0].value, (n) => !p.constants.has(n))) continue
    rest.set(variable, evaluate(resets[0].value, (n) => p.constants.get(n) as number))
  }
  if (mentions(p.threshold, (n) => !rest.has(n)) || contains(p.threshold, 'after_ticks')) return false
  const threshold = p.threshold
  // in both precisions: what differs in f64 may be equal in f32
  return [(x: number) => x, Math.fround].every((round) => evaluate(threshold, (n) => round(rest.get(n) as number)) === 0)
}

/** Only constants and columns that the step reads are kept in memory. */
export function prune(p: Program, used: Expression[], isVariable: Set<string>): void {
  const found = new Set<string>()
  for (const e of used) names(e, found)
  if (p.refractory) found.add(p.refractory)
  for (const list of [p.constants, p.columns]) for (const key of list.keys()) if (!found.has(key)) list.delete(key)
  for (const key of found) {
    const known = isVariable.has(key) || p.delays.some((d) => d.name === key) || p.constants.has(key) || p.columns.has(key) || p.perTick.includes(key)
    const special = key === 'w' || key === 'refractory' || /^(xi|u01)\.\d+$|^([kx]|then)\d+\./.test(key)
    assert(known || special, `the plan mentions "${key}", which nothing defines`)
  }
}
