/**
 * Exact steps of linear equations with constant coefficients, all together:
 *   dx/dt = A x + b, b held over the step:   x(t + dt) = x + (P - 1) x + Q b          propagator.ts
 */
import { InputError } from '../errors.ts'
import type { Affine } from './algebra.ts'
import type { Constants } from './constants.ts'
import { evaluate } from './evaluate.ts'
import { propagator } from './propagator.ts'
import { add, binary, call, type Differential, type Expression, mentions, name, names, number, print, times } from './tree.ts'

export interface Step {
  variable: string
  value: Expression
  /** `value` is added to the old value. */
  isChange: boolean
  /** In words. */
  method: string
}

/**
 * The steps of `list`, whose right sides are `rows`: coefficients of each other, and a rest that is held over the step.
 * `clamps`: variables `unless refractory` may be held, and then the others are stepped without them.
 */
export function exactSteps(list: Differential[], rows: ReadonlyMap<string, Affine>, pool: Constants, size: number, dt: number, clamps: boolean): Step[] {
  if (list.length === 0) return []
  const { values: constants, columns, isConstant, hoist } = pool
  const order = list.map((d) => d.variable)
  const n = order.length
  const coefficient = (i: number, j: number) => rows.get(order[i])?.coefficients.get(order[j]) ?? number(0)
  const rest = order.map((v) => (rows.get(v) as Affine).rest)
  const heldInputs = rest.map((r) => (isConstant(r) ? undefined : r))
  // propagators of every unit, or one for all where no unit differs
  const differs = order.some((_, i) => order.some((_, j) => mentions(coefficient(i, j), (x) => columns.has(x))))
  const restDiffers = rest.some((r, i) => heldInputs[i] === undefined && mentions(r, (x) => columns.has(x)))
  const units = differs || restDiffers ? size : 1
  const at = (e: Expression, u: number) => evaluate(e, (x) => constants.get(x) ?? (columns.get(x) as Float64Array)[u])
  const notFinite = (of: string, by: string, e: Expression, value: number) => {
    const zero = [...names(e)].find((x) => at(name(x), 0) === 0)
    return new InputError(`d${of}/dt has ${by} times ${print(e)}, which is ${value}; a finite number is needed`, zero === undefined ? [] : ['parameters', zero])
  }
  const solve = (clamped: boolean) => {
    const change = Array.from({ length: n * n }, () => new Float64Array(units))
    const input = Array.from({ length: n * n }, () => new Float64Array(units))
    const drift = Array.from({ length: n }, () => new Float64Array(units))
    let shared: ReturnType<typeof propagator> | undefined
    for (let u = 0; u < units; u++) {
      if (!shared || differs) {
        const A = new Float64Array(n * n)
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            A[i * n + j] = clamped && list[i].unlessRefractory ? 0 : at(coefficient(i, j), u)
            if (!Number.isFinite(A[i * n + j])) throw notFinite(order[i], order[j], coefficient(i, j), A[i * n + j])
          }
        }
        shared = propagator(A, n, dt)
      }
      for (let k = 0; k < n * n; k++) {
        change[k][u] = shared.change[k]
        // what drives a clamped variable goes nowhere
        input[k][u] = clamped && list[k % n].unlessRefractory ? 0 : shared.input[k]
      }
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          if (heldInputs[j] === undefined) drift[i][u] += input[i * n + j][u] * at(rest[j], u)
        }
      }
    }
    return { change, input, drift }
  }
  const free = solve(false)
  const clamped = clamps && list.some((d) => d.unlessRefractory) ? solve(true) : undefined
  const store = (key: string, values: Float64Array): Expression => {
    if (values.every((v) => v === values[0])) {
      if (values[0] === 0) return number(0)
      constants.set(key, values[0])
    } else columns.set(key, values)
    return name(key)
  }
  // a slow variable loses its time constant when 1 + (P - 1) is rounded to f32; one that may be held is simply not changed
  const byChange = (i: number) => list[i].unlessRefractory || free.change[i * n + i].some((d) => Math.abs(d) < 1e-3)
  const combination = (i: number, s: typeof free, tag: string): Expression => {
    const slow = byChange(i)
    let sum: Expression = number(0)
    for (let j = 0; j < n; j++) {
      const p = i === j && !slow ? s.change[i * n + j].map((d) => 1 + d) : s.change[i * n + j]
      sum = add(sum, times(name(order[j]), store(`P${tag}.${order[i]}.${order[j]}`, p)))
    }
    sum = add(sum, store(`Q${tag}.${order[i]}`, s.drift[i]))
    for (let j = 0; j < n; j++) {
      const held = heldInputs[j]
      if (held && s.input[i * n + j].some((q) => q !== 0)) {
        const q = store(`Q${tag}.${order[i]}.${order[j]}`, s.input[i * n + j])
        sum = add(sum, hoist(binary('*', held, q)))
      }
    }
    return sum
  }
  return list.map((d, i) => {
    let value = combination(i, free, '')
    if (clamped && !d.unlessRefractory) {
      const other = combination(i, clamped, '.held')
      const differ = [free.change, free.input].some((m, k) => m.some((row, l) => Math.floor(l / n) === i && row.some((x, u) => x !== [clamped.change, clamped.input][k][l][u])))
      if (differ) value = call('where', name('refractory'), other, value)
    }
    const held = heldInputs.some(Boolean) ? ', other terms held over the step' : ''
    return { variable: d.variable, value, isChange: byChange(i), method: `exact (linear with constant coefficients${held})` }
  })
}
