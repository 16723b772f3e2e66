/** An expression as lane code: operators and functions, one lane operation each; names are for the caller to say. */
import { InputError } from '../errors.ts'
import * as f from './lane-functions.ts'
import type { LaneWriter, Operand } from './lanes.ts'
import type { Expression } from './tree.ts'

export interface Meaning {
  name(name: string): Operand
  /** Calls that only the caller knows; undefined for the others. */
  call?(e: Expression & { kind: 'call' }): Operand | undefined
}

export function lower(e: Expression, w: LaneWriter, meaning: Meaning): Operand {
  const go = (x: Expression) => lower(x, w, meaning)
  switch (e.kind) {
    case 'number':
      return w.number(e.value)
    case 'name':
      return e.name === 'pi' ? w.number(Math.PI) : meaning.name(e.name)
    case 'unary':
      return e.op === '-' ? w.neg(go(e.a)) : w.not(go(e.a))
    case 'binary': {
      if (e.op === '^') return power(w, go(e.a), e.b, go)
      const [a, b] = [go(e.a), go(e.b)]
      switch (e.op) {
        case '+': return w.add(a, b)
        case '-': return w.sub(a, b)
        case '*': return w.mul(a, b)
        case '/': return w.div(a, b)
        case 'and': return w.and(a, b)
        case 'or': return w.or(a, b)
        case '<': return w.compare('lt', a, b)
        case '<=': return w.compare('le', a, b)
        case '>': return w.compare('gt', a, b)
        case '>=': return w.compare('ge', a, b)
        case '==': return w.compare('eq', a, b)
        default: return w.compare('ne', a, b)
      }
    }
    case 'call':
      return meaning.call?.(e) ?? callFunction(e, w, go)
  }
}

function callFunction(e: Expression & { kind: 'call' }, w: LaneWriter, go: (x: Expression) => Operand): Operand {
  const [a, b, c] = e.args.map(go)
  switch (e.name) {
    case 'exp': return f.exp(w, a)
    case 'expm1': return f.expm1(w, a)
    case 'log': return f.log(w, a)
    case 'sqrt': return w.sqrt(a)
    case 'abs': return w.abs(a)
    case 'sigmoid': return f.sigmoid(w, a)
    case 'tanh': return f.tanh(w, a)
    case 'sin': return f.sin(w, a)
    case 'cos': return f.cos(w, a)
    case 'min': return w.smaller(a, b)
    case 'max': return w.larger(a, b)
    case 'clip': return w.smaller(w.larger(a, b), c)
    case 'step': return w.only(w.compare('ge', a, w.number(0)), w.number(1))
    case 'where': return w.select(a, b, c)
    default: throw new InputError(`"${e.name}" cannot be used here`, [], e.at)
  }
}

function power(w: LaneWriter, x: Operand, exponent: Expression, go: (e: Expression) => Operand): Operand {
  if (exponent.kind === 'number' && Number.isInteger(exponent.value) && Math.abs(exponent.value) <= 32) return f.integerPower(w, x, exponent.value)
  if (exponent.kind === 'number' && exponent.value === 0.5) return w.sqrt(x)
  return f.exp(w, w.mul(go(exponent), f.log(w, x)))
}
