/** Units of expressions: every operator and function says what it takes and what it gives. */
import { InputError, unknown } from '../errors.ts'
import { type Dimension, dimensionName, divide, multiply, none, power, same } from '../units.ts'
import type { Expression } from './tree.ts'

export type SymbolKind = 'variable' | 'parameter' | 'current' | 'named' | 'special'

export interface CheckedSymbol {
  kind: SymbolKind
  dimension: Dimension
}

/** What an expression is: a number with a dimension, a condition, or a zero, which goes with any unit. */
export type Type = Dimension | 'condition' | 'zero'

/** name -> how many arguments, and the dimension of the result from theirs. */
const functions: Record<string, { arity: number; about: string; type: (args: Type[], fail: (why: string) => never) => Type }> = {
  ...plain('exp', 'expm1', 'log', 'sigmoid', 'tanh', 'sin', 'cos'),
  sqrt: { arity: 1, about: 'square root', type: (args, fail) => numeric(args, fail, (a) => power(a, 0.5)) },
  abs: { arity: 1, about: 'absolute value', type: numeric },
  min: { arity: 2, about: 'smaller', type: numeric },
  max: { arity: 2, about: 'larger', type: numeric },
  clip: { arity: 3, about: 'clip(x, low, high)', type: numeric },
  step: { arity: 1, about: '1 where x >= 0, else 0', type: (args, fail) => numeric(args, fail, () => none) },
  where: {
    arity: 3,
    about: 'where(condition, a, b)',
    type: ([c, ...rest], fail) => (c === 'condition' ? agree(rest, fail) : fail('the first argument of where must be a condition')),
  },
  delayed: {
    arity: 2,
    about: 'delayed(x, time): x that long ago',
    type: ([x, by], fail) => (x === 'condition' ? fail('delayed needs a number') : by === 'zero' || (by !== 'condition' && same(by, [1, 0, 0])) ? x : fail('the second argument of delayed must be a time')),
  },
  after_spike: {
    arity: 2,
    about: '1 from `from` until `to` after the own last spike, else 0',
    type: (args, fail) => (args.every((a) => a === 'zero' || (a !== 'condition' && same(a, [1, 0, 0]))) ? none : fail('after_spike needs two times')),
  },
}
export const functionNames = Object.keys(functions)

function plain(...names: string[]) {
  return Object.fromEntries(
    names.map((f) => [
      f,
      {
        arity: 1,
        about: f,
        type: ([a]: Type[], fail: (why: string) => never): Type =>
          a === 'zero' || (a !== 'condition' && same(a, none)) ? none : fail(`${f} needs a plain number, found ${typeName(a)}`),
      },
    ]),
  )
}

function agree(args: Type[], fail: (why: string) => never): Type {
  const known = args.find((a) => a !== 'zero')
  if (known === undefined) return 'zero'
  for (const a of args) if (!fits(a, known)) fail(`${typeName(a)} does not go with ${typeName(known)}`)
  return known
}

/** As `agree`, of numbers only: in lanes a condition is a mask. */
function numeric(args: Type[], fail: (why: string) => never, result: (a: Dimension) => Dimension = (a) => a): Type {
  const found = agree(args, fail)
  return found === 'condition' ? fail('found a condition; a number is needed') : found === 'zero' ? 'zero' : result(found)
}

export function fits(a: Type, b: Type): boolean {
  if (a === 'condition' || b === 'condition') return a === b
  return a === 'zero' || b === 'zero' || same(a, b)
}

export function typeName(t: Type): string {
  return t === 'condition' ? 'a condition' : t === 'zero' ? 'zero' : dimensionName(t)
}

/** Names that every model knows. */
export const specials: Record<string, Dimension> = { t: [1, 0, 0], dt: [1, 0, 0], xi: [-0.5, 0, 0], u01: none, pi: none }

/** The type of `e`; throws where units do not fit or a name is not known. */
export function typeOf(e: Expression, symbols: ReadonlyMap<string, CheckedSymbol>): Type {
  const fail = (why: string): never => {
    throw new InputError(why, [], e.at)
  }
  switch (e.kind) {
    case 'number':
      return e.value === 0 && same(e.dimension, none) ? 'zero' : e.dimension
    case 'name': {
      if (e.name === 'refractory') return 'condition'
      const symbol = symbols.get(e.name)
      return symbol ? symbol.dimension : fail(unknown('name', e.name, [...symbols.keys()]))
    }
    case 'unary': {
      const a = typeOf(e.a, symbols)
      if ((e.op === 'not') !== (a === 'condition')) fail(`"${e.op}" does not go with ${typeName(a)}`)
      return a
    }
    case 'binary': {
      const a = typeOf(e.a, symbols)
      const b = typeOf(e.b, symbols)
      const conditions = Number(a === 'condition') + Number(b === 'condition')
      if (e.op === 'and' || e.op === 'or') {
        if (conditions < 2) fail(`"${e.op}" needs a condition on both sides, found ${typeName(a)} and ${typeName(b)}`)
        return 'condition'
      }
      if (conditions > 0) fail(`"${e.op}" does not go with a condition`)
      if (['<', '<=', '>', '>=', '==', '!=', '+', '-'].includes(e.op)) {
        if (!fits(a, b)) fail(`"${e.op}" between ${typeName(a)} and ${typeName(b)}; both sides need the same unit`)
        return e.op === '+' || e.op === '-' ? (a === 'zero' ? b : a) : 'condition'
      }
      const [da, db] = [a === 'zero' ? none : (a as Dimension), b === 'zero' ? none : (b as Dimension)]
      if (e.op === '*') return a === 'zero' || b === 'zero' ? 'zero' : multiply(da, db)
      if (e.op === '/') return a === 'zero' ? 'zero' : divide(da, db)
      if (!same(db, none)) fail(`an exponent needs a plain number, found ${typeName(b)}`)
      if (same(da, none)) return none
      return e.b.kind === 'number' ? power(da, e.b.value) : fail(`${typeName(a)} can only be raised to a number that stands there`)
    }
    case 'call': {
      const f = Object.hasOwn(functions, e.name) ? functions[e.name] : undefined
      if (!f) return fail(unknown('function', e.name, functionNames))
      if (e.args.length !== f.arity) fail(`${e.name} takes ${f.arity} argument${f.arity > 1 ? 's' : ''}, found ${e.args.length}`)
      return f.type(e.args.map((a) => typeOf(a, symbols)), fail)
    }
  }
}

/** Throws unless `e` is what is `wanted`; `what` says of what. */
export function expectType(e: Expression, wanted: Dimension | 'condition', symbols: ReadonlyMap<string, CheckedSymbol>, what: string): void {
  const found = typeOf(e, symbols)
  if (!fits(found, wanted)) throw new InputError(`${what} is ${typeName(found)}; ${typeName(wanted)} is needed`, [], e.at)
}
