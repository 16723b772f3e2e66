/**
 * The oracle: one unit, one tick, one operation after the other, in plain TypeScript. It follows the same program as the
 * compiled code and shares nothing else with it; rounded to f32 after every operation it must give the same bits.
 */
import { cospi, exp, expm1, log, pow, sigmoid, sincospi, sinpi, tanh } from '../elementary.ts'
import { cospi32, exp32, expm132, log32, sigmoid32, sinpi32, tanh32 } from '../elementary32.ts'
import { assert } from '../errors.ts'
import { philox } from '../random.ts'
import type { Program } from './program.ts'
import type { Assignment, Expression } from './tree.ts'

export type Precision = 'f32' | 'f64'

export interface UnitState {
  variables: Record<string, number>
  /** Tick of the last spike; far in the past before the first. */
  last: number
  inPlateau: boolean
}

export interface TickInput {
  unit: number
  tick: number
  /** Summed weight by receptor. */
  inputs: Record<string, number>
  perTick: Record<string, number>
  key: readonly [number, number]
}

export interface TickEvents {
  spike: boolean
  plateauOn: boolean
  plateauOff: boolean
}

/** Before its first spike a unit's last one lies this far back. */
export const never = -(2 ** 30)

/** Advance `state` by the tick `input.tick`. */
export function interpretTick(program: Program, state: UnitState, input: TickInput, precision: Precision): TickEvents {
  const round = precision === 'f32' ? Math.fround : (x: number) => x
  const since = input.tick - state.last
  const numberOf = (key: string) => program.constants.get(key) ?? program.columns.get(key)?.[input.unit]
  const ticks = program.refractory ? (numberOf(program.refractory) as number) : 0
  const values: Record<string, number> = { ...state.variables, ...draws(program, input, precision) }
  for (const [key, v] of Object.entries(input.perTick)) values[key] = round(v)

  /** `elapsed`: ticks since the last spike at which the value is taken; a step takes it at its start. */
  const evaluate = (e: Expression, refractory: boolean, elapsed = since): number => {
    const go = (x: Expression) => evaluate(x, refractory, elapsed)
    switch (e.kind) {
      case 'number':
        return round(e.value)
      case 'name': {
        if (e.name === 'refractory') return Number(refractory)
        if (e.name === 'pi') return round(Math.PI)
        const value = values[e.name] ?? numberOf(e.name)
        assert(value !== undefined, `no value for "${e.name}"`)
        return round(value)
      }
      case 'unary':
        return e.op === '-' ? -go(e.a) : Number(!go(e.a))
      case 'binary':
        return operate(e.op, go(e.a), e.op === '^' ? e.b : go(e.b), go)
      case 'call': {
        if (e.name === 'after_ticks') {
          const [from, to] = e.args.map((a) => (a.kind === 'number' ? a.value : 0))
          return Number(elapsed >= from && elapsed < to)
        }
        return functions(e.name, e.args.map(go))
      }
    }
  }
  const operate = (op: string, a: number, right: number | Expression, go: (e: Expression) => number): number => {
    if (typeof right !== 'number') return raise(a, right, go)
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
  const raise = (x: number, exponent: Expression, go: (e: Expression) => number): number => {
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
  const assign = (list: Assignment[]) => {
    for (const a of list) values[a.variable] = evaluate(a.value, since < ticks)
  }

  // flow
  const held = since <= ticks
  for (const l of program.lets) values[l.name] = evaluate(l.value, held, since - 1)
  const next = program.commits.map((c) => {
    const value = evaluate(c.value, held, since - 1)
    if (c.isChange) return round(values[c.variable] + (c.held && held ? 0 : value))
    return c.held && held ? values[c.variable] : value
  })
  program.commits.forEach((c, k) => void (values[c.variable] = next[k]))
  // arrive
  for (const receptor of program.receptors) {
    values.w = receptor.unlessRefractory && since < ticks ? 0 : round(input.inputs[receptor.name] ?? 0)
    assign(receptor.assignments)
  }
  // plateau
  const events: TickEvents = { spike: false, plateauOn: false, plateauOff: false }
  if (program.plateau) {
    const on = evaluate(program.plateau, since < ticks) !== 0
    events.plateauOn = on && !state.inPlateau
    events.plateauOff = !on && state.inPlateau
    state.inPlateau = on
  }
  // fire
  if (program.threshold && evaluate(program.threshold, since < ticks) && !(program.refractory && since < ticks)) {
    assign(program.reset)
    state.last = input.tick
    events.spike = true
  }
  for (const v of program.variables) state.variables[v] = values[v]
  return events
}

const block = new Uint32Array(4)
const pair = new Float64Array(2)

function draws(program: Program, { unit, tick, key }: TickInput, precision: Precision): Record<string, number> {
  const perUnit = 2 * Math.ceil(program.gaussians / 2) + program.uniforms
  if (perUnit === 0) return {}
  const round = precision === 'f32' ? Math.fround : (x: number) => x
  const word = (k: number): number => {
    const index = (unit & 4 ? perUnit : 0) + k
    philox((unit >> 3) * 4 + (unit & 3), tick, index >> 2, 0, key[0], key[1], block)
    return block[index & 3]
  }
  const uniform = (w: number) => round(round(round(w >>> 1) + 0.5) * 2 ** -31)
  const found: Record<string, number> = {}
  for (let k = 0; k < program.gaussians; k += 2) {
    const u = uniform(word(k))
    const turn = round(round(word(k + 1) | 0) * 2 ** -31)
    const r = round(Math.sqrt(round(-2 * (precision === 'f32' ? log32(u) : log(u)))))
    if (precision === 'f32') {
      pair[0] = sinpi32(turn)
      pair[1] = cospi32(turn)
    } else sincospi(turn, pair)
    found[`xi.${k}`] = round(r * pair[1])
    found[`xi.${k + 1}`] = round(r * pair[0])
  }
  const after = 2 * Math.ceil(program.gaussians / 2)
  for (let k = 0; k < program.uniforms; k++) found[`u01.${k}`] = uniform(word(after + k))
  return found
}

/** Numbers this small are set to zero every `flushEvery` ticks (a power of two): subnormal numbers make lanes several times slower. */
export const flushEvery = 64
export const tiny: Record<Precision, number> = { f32: Math.fround(1e-30), f64: 1e-290 }
