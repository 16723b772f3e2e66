/**
 * What is constant in the equations of a population: parameters, and whatever is made of parameters alone. It is computed once,
 * when the network is built; in the step only a name for the value is left.
 */
import { assert } from '../errors.ts'
import { factors } from './algebra.ts'
import { evaluate } from './evaluate.ts'
import { contains, type PerUnit } from './program.ts'
import { binary, type Expression, isNumber, mentions, name, negate, number, print, times } from './tree.ts'

export class Constants {
  /** The same for all units. */
  readonly values = new Map<string, number>()
  /** One value a unit. */
  readonly columns = new Map<string, Float64Array>()
  constructor(private readonly size: number) {}

  readonly bind = (key: string, value: PerUnit): void => {
    if (typeof value === 'number') this.values.set(key, value)
    else this.columns.set(key, value)
  }
  readonly isConstant = (e: Expression): boolean =>
    !contains(e, 'after_ticks') && !mentions(e, (n) => !(this.values.has(n) || this.columns.has(n) || n === 'pi'))

  /** The name (or number) of a constant expression's value, computed once when the network is built. */
  readonly constant = (e: Expression): Expression => {
    if (e.kind === 'number') return e
    if (e.kind === 'name' && e.name !== 'pi') return e
    const key = `{${print(e)}}`
    if (!this.values.has(key) && !this.columns.has(key)) this.bind(key, this.constantValue(e))
    return name(key)
  }
  readonly constantValue = (e: Expression): PerUnit => {
    if (!mentions(e, (n) => this.columns.has(n))) return evaluate(e, (n) => this.values.get(n) as number)
    return Float64Array.from({ length: this.size }, (_, i) => evaluate(e, (n) => this.values.get(n) ?? (this.columns.get(n) as Float64Array)[i]))
  }
  /** The same expression with everything constant in it replaced by a name for its value. */
  readonly hoist = (e: Expression): Expression => {
    // a condition stays one: in lanes it is a mask, not a number
    if (this.isConstant(e) && !isCondition(e)) return this.constant(e)
    if (e.kind === 'unary') return { ...e, a: this.hoist(e.a) }
    if (e.kind === 'call') return e.name === 'after_ticks' ? e : { ...e, args: e.args.map(this.hoist) }
    if (e.kind !== 'binary') return e
    if (e.op === '^') return { ...e, a: this.hoist(e.a), b: this.isConstant(e.b) && e.b.kind !== 'number' ? this.constant(e.b) : e.b }
    if (e.op === '+' || e.op === '-') return this.hoistSum(e)
    if (e.op !== '*' && e.op !== '/') return { ...e, a: this.hoist(e.a), b: this.hoist(e.b) }
    const f = factors(e, this.isConstant)
    const chain = (list: Expression[]) => list.map(this.hoist).reduce((a, b) => binary('*', a, b))
    let value = f.varying.length > 0 ? chain(f.varying) : undefined
    const over = f.constant.length + f.over.length > 0 ? quotient(f.constant, f.over) : undefined
    if (over) {
      const c = this.constant(over)
      value = value === undefined ? c : this.isMinusOne(c) ? negate(value) : binary('*', value, c)
    }
    assert(value, 'a product has factors')
    return f.under.length > 0 ? binary('/', value, chain(f.under)) : value
  }
  /** Constants of a sum are added up once, and come first. */
  readonly hoistSum = (e: Expression): Expression => {
    const terms = summands(e)
    const fixed = terms.filter((t) => this.isConstant(t.term))
    const varying = terms.filter((t) => !this.isConstant(t.term))
    const signed = (sum: Expression | undefined, { term, negative }: Summand, change: (x: Expression) => Expression): Expression =>
      sum === undefined ? (negative ? negate(change(term)) : change(term)) : binary(negative ? '-' : '+', sum, change(term))
    let sum = fixed.length > 0 ? this.constant(fixed.reduce<Expression | undefined>((s, t) => signed(s, t, (x) => x), undefined) as Expression) : undefined
    // begin with a term that is added, so that nothing need be negated
    const first = sum === undefined ? varying.findIndex((t) => !t.negative) : -1
    for (const t of first > 0 ? [varying[first], ...varying.filter((_, k) => k !== first)] : varying) sum = signed(sum, t, this.hoist)
    return sum as Expression
  }
  readonly isMinusOne = (c: Expression) => isNumber(c, -1) || (c.kind === 'name' && this.values.get(c.name) === -1)
}

interface Summand {
  term: Expression
  negative: boolean
}

function summands(e: Expression, negative = false): Summand[] {
  if (e.kind === 'binary' && (e.op === '+' || e.op === '-')) return [...summands(e.a, negative), ...summands(e.b, e.op === '-' ? !negative : negative)]
  if (e.kind === 'unary' && e.op === '-') return summands(e.a, !negative)
  return [{ term: e, negative }]
}

function isCondition(e: Expression): boolean {
  if (e.kind === 'unary') return e.op === 'not'
  return e.kind === 'binary' && ['<', '<=', '>', '>=', '==', '!=', 'and', 'or'].includes(e.op)
}

function quotient(over: Expression[], under: Expression[]): Expression {
  const chain = (list: Expression[]) => list.reduce((a, b) => times(a, b), number(1))
  return under.length === 0 ? chain(over) : binary('/', chain(over), chain(under))
}
