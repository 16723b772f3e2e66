/**
 * A trace that decays exactly, and only when something touches it:
 *
 *   dx/dt = a x + b   =>   x(t + D) = x_inf + (x - x_inf) exp(a D),   x_inf = -b / a;   x + b D where a is zero
 *
 * Each is a linear equation of its own, so that its value at any time follows from one number and the time it is from.
 */
import { InputError } from '../errors.ts'
import { type Dimension, divide, type OwnUnits } from '../units.ts'
import { affine } from './algebra.ts'
import { parseEquations } from './parse.ts'
import { type Expression, mentions, number } from './tree.ts'
import { type CheckedSymbol, expectType } from './types.ts'

export interface Decay {
  variable: string
  dimension: Dimension
  /** a, a constant expression */
  rate: Expression
  /** b */
  drive: Expression
}

/** The equations of `text`, which may mention the parameters among `symbols`; the variables are added to them as `variable`. */
export function parseDecays(text: string, file: string, symbols: Map<string, CheckedSymbol>, define: (name: string, dimension: Dimension, at: Expression['at']) => void, own?: OwnUnits): Decay[] {
  const { differentials, named } = parseEquations(text, file, own)
  if (named.length > 0) throw new InputError(`found the named expression "${named[0].name}"; here are equations dX/dt only`, [], named[0].at)
  for (const d of differentials) {
    if (d.map) throw new InputError(`found the map "next ${d.variable}"; here are equations dX/dt only`, [], d.at)
    define(d.variable, d.dimension, d.at)
  }
  const variables = new Set([...symbols].filter(([, s]) => s.kind === 'variable').map(([name]) => name))
  return differentials.map((d) => {
    expectType(d.value, divide(d.dimension, [1, 0, 0]), symbols, `the right side of d${d.variable}/dt`)
    const split = affine(d.value, new Set([d.variable]))
    const rate = split?.coefficients.get(d.variable) ?? number(0)
    const varies = (e: Expression) => mentions(e, (n) => variables.has(n))
    if (!split || varies(rate) || varies(split.rest)) {
      throw new InputError(`d${d.variable}/dt must be linear in ${d.variable} and mention no other variable, so that it can be decayed exactly`, [], d.at)
    }
    return { variable: d.variable, dimension: d.dimension, rate, drive: split.rest }
  })
}
