/**
 * The oracle: one unit, one tick, one operation after the other, in plain TypeScript. It follows the same program as the
 * compiled code and shares nothing else with it; rounded to f32 after every operation it must give the same bits.
 */
import { log, sincospi } from '../elementary.ts'
import { cospi32, log32, sinpi32 } from '../elementary32.ts'
import { assert } from '../errors.ts'
import { philox } from '../random.ts'
import { interpretExpression, type Precision } from './interpret-expression.ts'
import type { Program } from './program.ts'
import type { Assignment, Expression } from './tree.ts'

export type { Precision } from './interpret-expression.ts'

export interface UnitState {
  variables: Record<string, number>
  /** Tick of the last spike; far in the past before the first. */
  last: number
  inPlateau: boolean
  /** Variables that are delayed anywhere, as they were at the start and at the end of each tick; made when a program asks. */
  past?: Map<string, { initial: number; ends: Map<number, number> }>
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
export function interpretTick(program: Program, state: UnitState, input: TickInput, precision: Precision, isPhase = false): TickEvents {
  const round = precision === 'f32' ? Math.fround : (x: number) => x
  const since = input.tick - state.last
  const numberOf = (key: string) => program.constants.get(key) ?? program.columns.get(key)?.[input.unit]
  const ticks = program.refractory ? (numberOf(program.refractory) as number) : 0
  const values: Record<string, number> = { ...state.variables, ...draws(program, input, precision) }
  for (const [key, v] of Object.entries(input.perTick)) values[key] = round(v)
  const past = remember(program, state)
  if (!isPhase) for (const [variable, { ends }] of past) ends.set(input.tick - 1, state.variables[variable])
  for (const { name, variable, ago } of program.delays) {
    const of = past.get(variable)
    values[name] = of?.ends.get(input.tick - ago) ?? (of?.initial as number)
  }

  /** `elapsed`: ticks since the last spike at which the value is taken; a step takes it at its start. */
  const evaluate = (e: Expression, refractory: boolean, elapsed = since): number =>
    interpretExpression(e, precision, {
      name: (key) => {
        if (key === 'refractory') return Number(refractory)
        const value = values[key] ?? numberOf(key)
        assert(value !== undefined, `no value for "${key}"`)
        return value
      },
      call: ({ name, args }) => {
        if (name !== 'after_ticks') return undefined
        const [from, to] = args.map((a) => (a.kind === 'number' ? a.value : 0))
        return Number(elapsed >= from && elapsed < to)
      },
    })
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

/** What is kept of the variables that `program` or one before it delays. */
function remember({ delays }: Program, state: UnitState): NonNullable<UnitState['past']> {
  state.past ??= new Map()
  for (const { variable } of delays) {
    if (!state.past.has(variable)) state.past.set(variable, { initial: state.variables[variable], ends: new Map() })
  }
  return state.past
}

/** All that `program`, a phase's, does to the unit at the tick that was done last. */
export function interpretEvent(program: Program, state: UnitState, input: Omit<TickInput, 'inputs'>, precision: Precision): void {
  interpretTick(program, state, { ...input, inputs: {} }, precision, true)
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
