/** What the planner needs to know of an expression: is it affine in some names, and what becomes of it when names are replaced. */
import { add, binary, type Expression, isNumber, map, mentions, negate, number, times } from './tree.ts'

export interface Affine {
  /** name -> coefficient, free of all the names asked for */
  coefficients: Map<string, Expression>
  rest: Expression
}

/** e = sum of coefficient x name + rest, for the names in `of`; undefined where it is not of that form. */
export function affine(e: Expression, of: ReadonlySet<string>): Affine | undefined {
  const free = (x: Expression) => !mentions(x, (n) => of.has(n))
  const combine = (a: Affine, b: Affine, sign: 1 | -1): Affine => {
    const coefficients = new Map(a.coefficients)
    for (const [k, c] of b.coefficients) {
      const known = coefficients.get(k)
      const signed = sign === 1 ? c : negated(c)
      coefficients.set(k, known ? plus(known, signed) : signed)
    }
    return { coefficients, rest: sign === 1 ? plus(a.rest, b.rest) : minus(a.rest, b.rest) }
  }
  const scale = (a: Affine, by: (x: Expression) => Expression): Affine => ({
    coefficients: new Map([...a.coefficients].map(([k, c]) => [k, by(c)])),
    rest: by(a.rest),
  })
  const visit = (x: Expression): Affine | undefined => {
    if (free(x)) return { coefficients: new Map(), rest: x }
    if (x.kind === 'name') return { coefficients: new Map([[x.name, number(1)]]), rest: number(0) }
    if (x.kind === 'unary' && x.op === '-') {
      const a = visit(x.a)
      return a && scale(a, negated)
    }
    if (x.kind !== 'binary') return undefined
    if (x.op === '+' || x.op === '-') {
      const [a, b] = [visit(x.a), visit(x.b)]
      return a && b && combine(a, b, x.op === '+' ? 1 : -1)
    }
    if (x.op === '*') {
      const [varying, factor] = free(x.b) ? [x.a, x.b] : [x.b, x.a]
      if (!free(factor)) return undefined
      const a = visit(varying)
      return a && scale(a, (c) => times(c, factor))
    }
    if (x.op === '/' && free(x.b)) {
      const a = visit(x.a)
      return a && scale(a, (c) => (isNumber(c, 0) ? c : binary('/', c, x.b)))
    }
    return undefined
  }
  return visit(e)
}

const plus = add
function minus(a: Expression, b: Expression): Expression {
  return isNumber(b, 0) ? a : isNumber(a, 0) ? negated(b) : binary('-', a, b)
}
function negated(e: Expression): Expression {
  if (e.kind === 'number') return { ...e, value: e.value === 0 ? 0 : -e.value }
  return e.kind === 'unary' && e.op === '-' ? e.a : negate(e)
}

/** Replace names by expressions, and drop additions of and multiplications by zero that this leaves behind. */
export function substitute(e: Expression, by: (name: string) => Expression | undefined): Expression {
  return map(e, (x) => {
    if (x.kind === 'name') return by(x.name) ?? x
    if (x.kind === 'unary' && x.op === '-') return x.a.kind === 'number' ? negated(x.a) : x
    if (x.kind !== 'binary') return x
    if (x.op === '+') return add(x.a, x.b)
    if (x.op === '-') return minus(x.a, x.b)
    if (x.op === '*') return times(x.a, x.b)
    if (x.op === '/' && isNumber(x.a, 0)) return number(0)
    return x
  })
}

/** A chain of * and / as one constant and the rest: `x / tau * dt` is x times (dt / tau). */
export function factors(e: Expression, isConstant: (e: Expression) => boolean): { constant: Expression[]; over: Expression[]; varying: Expression[]; under: Expression[] } {
  const found = { constant: [] as Expression[], over: [] as Expression[], varying: [] as Expression[], under: [] as Expression[] }
  const visit = (x: Expression, numerator: boolean) => {
    if (isConstant(x)) (numerator ? found.constant : found.over).push(x)
    else if (x.kind === 'binary' && (x.op === '*' || x.op === '/')) {
      visit(x.a, numerator)
      visit(x.b, x.op === '*' ? numerator : !numerator)
    } else if (x.kind === 'unary' && x.op === '-') {
      found.constant.push(number(-1))
      visit(x.a, numerator)
    } else (numerator ? found.varying : found.under).push(x)
  }
  visit(e, true)
  return found
}

