/**
 * The one tree that every use of an equation shares: checking, planning, compiling, interpreting, printing.
 * Nodes are plain data and never change; a node knows where in the text it began.
 */
import type { Place } from '../errors.ts'
import type { Dimension } from '../units.ts'

export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '<' | '<=' | '>' | '>=' | '==' | '!=' | 'and' | 'or'

export type Expression =
  | { kind: 'number'; value: number; dimension: Dimension; at?: Place }
  | { kind: 'name'; name: string; at?: Place }
  | { kind: 'unary'; op: '-' | 'not'; a: Expression; at?: Place }
  | { kind: 'binary'; op: BinaryOperator; a: Expression; b: Expression; at?: Place }
  | { kind: 'call'; name: string; args: Expression[]; at?: Place }

/** `dV/dt = value : unit (unless refractory, euler)`, or a map, `next V = value : unit (unless refractory)` */
export interface Differential {
  variable: string
  value: Expression
  dimension: Dimension
  unlessRefractory: boolean
  /** Stepped by forward Euler, even where it is linear. */
  euler: boolean
  /** `next V = value : unit`: the value itself is what the variable becomes at the next tick. */
  map?: boolean
  at: Place
}

/** `f = value : unit` */
export interface Named {
  name: string
  value: Expression
  dimension: Dimension
  at: Place
}

/** `V += value` as V = V + value; what stands on the right of the operator is kept for printing. */
export interface Assignment {
  variable: string
  value: Expression
  /** Nothing happens unless this holds. */
  when?: Expression
  at: Place
}

export interface Equations {
  differentials: Differential[]
  named: Named[]
}

export const number = (value: number): Expression => ({ kind: 'number', value, dimension: [0, 0, 0] })
export const name = (name: string): Expression => ({ kind: 'name', name })
export const negate = (a: Expression): Expression => ({ kind: 'unary', op: '-', a })
export const binary = (op: BinaryOperator, a: Expression, b: Expression): Expression => ({ kind: 'binary', op, a, b })
export const call = (name: string, ...args: Expression[]): Expression => ({ kind: 'call', name, args })
export const add = (a: Expression, b: Expression): Expression => (isNumber(a, 0) ? b : isNumber(b, 0) ? a : binary('+', a, b))
export const times = (a: Expression, b: Expression): Expression =>
  isNumber(a, 1) ? b : isNumber(b, 1) ? a : isNumber(a, 0) || isNumber(b, 0) ? number(0) : binary('*', a, b)

export function isNumber(e: Expression, value: number): boolean {
  return e.kind === 'number' && e.value === value
}

export function children(e: Expression): Expression[] {
  if (e.kind === 'unary') return [e.a]
  if (e.kind === 'binary') return [e.a, e.b]
  return e.kind === 'call' ? e.args : []
}

/** The same tree with `change` applied to its leaves and calls from the bottom up. */
export function map(e: Expression, change: (e: Expression) => Expression): Expression {
  if (e.kind === 'unary') return change({ ...e, a: map(e.a, change) })
  if (e.kind === 'binary') return change({ ...e, a: map(e.a, change), b: map(e.b, change) })
  if (e.kind === 'call') return change({ ...e, args: e.args.map((a) => map(a, change)) })
  return change(e)
}

/** Names in `e`, each once, in order of appearance. */
export function names(e: Expression, found = new Set<string>()): Set<string> {
  if (e.kind === 'name') found.add(e.name)
  for (const child of children(e)) names(child, found)
  return found
}

export function mentions(e: Expression, isOne: (name: string) => boolean): boolean {
  return e.kind === 'name' ? isOne(e.name) : children(e).some((c) => mentions(c, isOne))
}

const precedence: Record<string, number> = {
  or: 1, and: 2, not: 3, '<': 4, '<=': 4, '>': 4, '>=': 4, '==': 4, '!=': 4, '+': 5, '-': 5, '*': 6, '/': 6, '^': 8,
}

/** The expression as a person would write it. */
export function print(e: Expression, outer = 0): string {
  const wrap = (p: number, text: string) => (p < outer ? `(${text})` : text)
  if (e.kind === 'number') return String(e.value)
  if (e.kind === 'name') return e.name
  if (e.kind === 'call') return `${e.name}(${e.args.map((a) => print(a)).join(', ')})`
  if (e.kind === 'unary') return e.op === 'not' ? wrap(3, `not ${print(e.a, 3)}`) : wrap(7, `-${print(e.a, 7)}`)
  const p = precedence[e.op]
  return wrap(p, `${print(e.a, p)} ${e.op} ${print(e.b, p + 1)}`)
}
