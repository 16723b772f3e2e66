/**
 * The value of an expression in plain TypeScript, one operation after the other, rounded to f32 after each if so asked: the
 * oracle that compiled expressions must agree with to the last bit. It shares nothing with the compiler but the tree.
 */
import { cospi, exp, expm1, log, pow, sigmoid, sinpi, tanh } from '../elementary.ts'
import { cospi32, exp32, expm132, log32, sigmoid32, sinpi32, tanh32 } from '../elementary32.ts'
import type { Expression } from './tree.ts'

export type Precision = 'f32' | 'f64'

export interface Meanings {
  /** Rounded here. */
  name(name: string): number
  /** Calls that only the caller knows; undefined for the others. */
  call?(e: Expression & { kind: 'call' }): number | undefined
}

export function interpretExpression(e: Expression, precision: Precision, meanings: Meanings): number {
  const round = precision === 'f32' ? Math.fround : (x: number) => x
  const go = (x: Expression): number => {
    switch (x.kind) {
      case 'number':
        return round(x.value)
      case 'name':
        return round(x.name === 'pi' ? Math.PI : meanings.name(x.name))
      case 'unary':
        return x.op === '-' ? -go(x.a) : Number(!go(x.a))
      case 'binary':
        return x.op === '^' ? raise(go(x.a), x.b) : operate(x.op, go(x.a), go(x.b))
      case 'call':
        return meanings.call?.(x) ?? functions(x.name, x.args.map(go))
    }
  }
  const operate = (op: string, a: number, right: number): number => {
    switch (op) {
      case '+': return round(a + right)
      case '-': return round(a - right)
      case '*': return round(a * right)
      case '/': return round(a / right)
      case '<': return Number(a < right)
      case '<=': return Number(a <= right)
      case '>': return Number(a > right)
      case '>=': return Number(a >= right)
      case '==': return Number(a === right)
      case '!=': return Number(a !== right)
      case 'and': return Number(a && right)
      default: return Number(a || right)
    }
  }
  const raise = (x: number, exponent: Expression): number => {
    if (exponent.kind === 'number' && Number.isInteger(exponent.value) && Math.abs(exponent.value) <= 32) {
      if (precision === 'f64') return pow(x, exponent.value)
      let v = 1
      let first = true
      for (let n = Math.abs(exponent.value); n > 0; n >>= 1) {
        if (n & 1) v = first ? x : round(v * x)
        if (n & 1) first = false
        if (n > 1) x = round(x * x)
      }
      return exponent.value < 0 ? round(1 / v) : v
    }
    if (exponent.kind === 'number' && exponent.value === 0.5) return round(Math.sqrt(x))
    return functions('exp', [round(go(exponent) * functions('log', [x]))])
  }
  const functions = (name: string, args: number[]): number => {
    const [a, b, c] = args
    const single = precision === 'f32'
    switch (name) {
      case 'exp': return single ? exp32(a) : exp(a)
      case 'expm1': return single ? expm132(a) : expm1(a)
      case 'log': return single ? log32(a) : log(a)
      case 'sqrt': return round(Math.sqrt(a))
      case 'abs': return Math.abs(a)
      case 'sigmoid': return single ? sigmoid32(a) : sigmoid(a)
      case 'tanh': return single ? tanh32(a) : tanh(a)
      case 'sin': return single ? sinpi32(round(a * round(0.3183098861837907))) : sinpi(a * 0.3183098861837907)
      case 'cos': return single ? cospi32(round(a * round(0.3183098861837907))) : cospi(a * 0.3183098861837907)
      case 'min': return b < a ? b : a
      case 'max': return a < b ? b : a
      case 'clip': {
        const raised = a < b ? b : a
        return c < raised ? c : raised
      }
      case 'step': return Number(a >= 0)
      case 'where': return a ? b : c
      default: throw new Error(`internal error: the interpreter does not know "${name}"`)
    }
  }
  return go(e)
}
