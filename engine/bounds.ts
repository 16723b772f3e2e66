/**
 * Limits of a weight, and how a change depends on the weight it changes. D is the change a rule asks for, [l, h] the range.
 *
 *   hard        w <- clip(w + D, l, h)
 *   soft        w <- clip(w + D (1 - v)^mu, l, h) for D > 0,  clip(w + D v^mu, l, h) for D < 0,   v = (w - l) / (h - l)
 *               mu = 1: multiplicative (van Rossum, Bi & Turrigiano 2000); 0 < mu < 1: Guetig et al. 2003 (J. Neurosci. 23:3697), eqs 3-4
 *   power law   w <- w + D (w / w_0)^mu for D > 0,  w + D w / w_0 for D < 0, never below 0
 *               Morrison, Aertsen & Diesmann 2007 (Neural Comput. 19:1437), eq. 3, with D = lambda w_0 x and -lambda alpha w_0 y
 */
import type { Bounds } from './description.ts'
import { binary, call, type Expression, name, negate, number } from './equations/tree.ts'
import { InputError, within } from './errors.ts'
import { type Dimension, quantityIn } from './units.ts'

export interface WeightBounds {
  kind: 'hard' | 'soft' | 'power_law'
  low: number
  high: number
  exponent: number
  /** w_0 of the power law. */
  reference: number
}

/** Throws `InputError` with the path within the bounds. */
export function weightBounds(bounds: Bounds, weight: Dimension): WeightBounds {
  if ('power_law' in bounds) {
    const { exponent } = bounds.power_law
    const reference = within(['power_law', 'reference'], () => quantityIn(bounds.power_law.reference, weight))
    if (!(reference > 0)) throw new InputError(`found the reference ${reference}; more than zero is needed`, ['power_law', 'reference'])
    if (!(exponent >= 0)) throw new InputError(`found the exponent ${exponent}; zero or more is needed`, ['power_law', 'exponent'])
    return { kind: 'power_law', low: 0, high: Infinity, exponent, reference }
  }
  const kind = 'hard' in bounds ? 'hard' : 'soft'
  const [low, high] = ('hard' in bounds ? bounds.hard : bounds.soft).map((q, k) => within([kind, k], () => quantityIn(q, weight)))
  if (!(low < high)) throw new InputError(`found the range ${low} to ${high}; the first must be below the second`, [kind])
  const exponent = 'soft' in bounds ? (bounds.exponent ?? 1) : 0
  if (!(exponent >= 0)) throw new InputError(`found the exponent ${exponent}; zero or more is needed`, ['exponent'])
  return { kind, low, high, exponent, reference: 1 }
}

/** What `w` becomes where a rule says it becomes `value`. */
export function bounded(value: Expression, b: WeightBounds): Expression {
  const w = name('w')
  const clip = (x: Expression) => (b.high === Infinity ? call('max', x, number(b.low)) : call('clip', x, number(b.low), number(b.high)))
  if (b.kind === 'hard') return clip(value)
  const isOwn = value.kind === 'binary' && (value.op === '+' || value.op === '-') && value.a.kind === 'name' && value.a.name === 'w'
  const change = !isOwn ? binary('-', value, w) : value.op === '-' ? negate(value.b) : value.b
  const power = (base: Expression) => (b.exponent === 1 ? base : b.exponent === 0 ? number(1) : binary('^', base, number(b.exponent)))
  const v = b.kind === 'soft' ? binary('/', binary('-', w, number(b.low)), number(b.high - b.low)) : binary('/', w, number(b.reference))
  const [up, down] = b.kind === 'soft' ? [power(binary('-', number(1), v)), power(v)] : [power(v), v]
  const scaled = binary('*', change, call('where', binary('>', change, number(0)), up, down))
  return clip(binary('+', w, scaled))
}
