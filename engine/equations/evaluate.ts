/** The value of an expression of constants, in f64, with the engine's own functions. */
import * as f from '../elementary.ts'
import { assert } from '../errors.ts'
import { type Expression, print } from './tree.ts'

const functions: Record<string, (...a: number[]) => number> = {
  exp: f.exp,
  expm1: f.expm1,
  log: f.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sigmoid: f.sigmoid,
  tanh: f.tanh,
  sin: f.sin,
  cos: f.cos,
  min: (a, b) => (b < a ? b : a),
  max: (a, b) => (a < b ? b : a),
  clip: (x, low, high) => (high < x ? high : x < low ? low : x),
  step: (x) => (x >= 0 ? 1 : 0),
  where: (c, a, b) => (c ? a : b),
}

const operators: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': f.pow,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  and: (a, b) => Number(a && b),
  or: (a, b) => Number(a || b),
}

export function evaluate(e: Expression, value: (name: string) => number): number {
  switch (e.kind) {
    case 'number':
      return e.value
    case 'name':
      return e.name === 'pi' ? Math.PI : value(e.name)
    case 'unary':
      return e.op === '-' ? -evaluate(e.a, value) : Number(!evaluate(e.a, value))
    case 'binary':
      return operators[e.op](evaluate(e.a, value), evaluate(e.b, value))
    case 'call': {
      const call = functions[e.name]
      assert(call, `no value for ${print(e)}`)
      return call(...e.args.map((a) => evaluate(a, value)))
    }
  }
}
