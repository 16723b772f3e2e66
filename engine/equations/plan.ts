/**
 * From checked equations to the order of operations of one step. The result is still a tree: the compiler and the
 * interpreter both follow it literally, and that is all they share.
 *
 * How each variable is stepped (x: state at the start of the step, everything on the right is taken there):
 *   exact                dx/dt = A x + b, constant A, b held over the step:  x + (P - 1) x + Q b        propagator.ts
 *   exponential Euler    dx/dt = F = a x + b:                                x + F (exp(a dt) - 1) / a
 *   map                  next x = F:                                         F
 *   Euler, RK2, RK4      the textbook forms; RK2 is the midpoint rule. A line marked (euler) is stepped by Euler, linear or not
 * White noise c xi adds c s N(0,1), s^2 = (exp(2 a dt) - 1) / (2 a) where a is constant (exact for an Ornstein-Uhlenbeck
 * process), s^2 = dt otherwise (Euler-Maruyama).
 */
import { expm1 } from '../elementary.ts'
import { InputError } from '../errors.ts'
import type { Method } from '../model.ts'
import { affine, substitute } from './algebra.ts'
import type { CheckedNeuron } from './check.ts'
import { exactSteps } from './exact-step.ts'
import { longAgo, meaningOf } from './meaning.ts'
import { contains, expressions, forgetRefractory, type Let, type PerUnit, type Program, prune, restsBelow } from './program.ts'
import { add, type Assignment, binary, call, type Differential, type Expression, mentions, name, negate, number, print, times } from './tree.ts'

export interface Binding {
  size: number
  dt: number
  method?: Method
  parameters: ReadonlyMap<string, PerUnit>
  /** Current -> what is connected to it: a value per tick, a value per unit, noise of its own. */
  currents: ReadonlyMap<string, ConnectedCurrent>
  /** Receptors that something projects onto; the others cost nothing. */
  receptors: ReadonlySet<string>
  /** Plateau events are wanted. */
  plateaus?: boolean
  /** Something outside needs the time of the last spike. */
  needsLast?: boolean
  /** Parameters have changed since units were reset: a refractory one may be anywhere. */
  changed?: boolean
}

export interface ConnectedCurrent {
  perTick?: boolean
  perUnit?: PerUnit
  noise?: { name: string; mean: number; sigma: number; tau: number }[]
  /** Columns that are written from outside, one value a unit: variables that no equation changes. */
  fed?: string[]
}

export function plan(model: CheckedNeuron, binding: Binding): Program {
  const { pool, perTick, differentials, fed, expand, expandBut, delays, delayed } = meaningOf(model, binding)
  const { values: constants, columns, bind, isConstant, constantValue, hoist } = pool
  let gaussians = 0
  let uniforms = 0

  const variables = [...differentials.map((d) => d.variable), ...fed]
  const isVariable = new Set(variables)
  const draw = (e: Expression): Expression => substitute(e, (n) => (n === 'u01' ? name(`u01.${uniforms++}`) : undefined))

  // 1. which variables are linear
  const right = new Map<string, Expression>()
  const noise = new Map<string, Expression>()
  for (const d of differentials) {
    const expanded = draw(delays(expand(d.value), 1))
    const split = affine(expanded, new Set(['xi']))
    if (!split) throw new InputError(`d${d.variable}/dt must be linear in xi`, [], d.at)
    right.set(d.variable, split.rest)
    const strength = split.coefficients.get('xi')
    if (strength) noise.set(d.variable, strength)
  }
  const linear = differentials.filter((d) => {
    if (d.euler || d.map) return false
    const split = affine(right.get(d.variable) as Expression, new Set([d.variable]))
    return split && isConstant(split.coefficients.get(d.variable) ?? number(0)) && !noise.has(d.variable)
  })
  // a variable takes part in the exact group if all its couplings to the group are constant; others stay as held inputs
  const group = new Set(linear.map((d) => d.variable))
  const rows = new Map<string, { coefficients: Map<string, Expression>; rest: Expression }>()
  for (let changed = true; changed; ) {
    changed = false
    rows.clear()
    for (const variable of group) {
      const split = affine(right.get(variable) as Expression, group)
      if (split && [...split.coefficients.values()].every(isConstant)) rows.set(variable, split)
      else {
        group.delete(variable)
        changed = true
        break
      }
    }
  }

  // 2. the step
  const lets: Let[] = []
  const next = new Map<string, { value: Expression; isChange: boolean }>()
  const methods: Program['methods'] = []
  const describe = (variable: string, method: string) => {
    const d = differentials.find((x) => x.variable === variable) as Differential
    if (d.map && d.value.kind === 'name' && d.value.name === variable) {
      methods.push({ variable, method: 'changed by statements only', equation: `state ${variable}` })
      return
    }
    methods.push({ variable, method, equation: `${d.map ? `next ${variable}` : `d${variable}/dt`} = ${print(d.value)}` })
  }
  const exact = differentials.filter((d) => group.has(d.variable))
  for (const { variable, value, isChange, method } of exactSteps(exact, rows, pool, binding.size, binding.dt, model.refractory !== undefined)) {
    next.set(variable, { value, isChange })
    describe(variable, method)
  }
  for (const d of differentials) if (!group.has(d.variable)) planOther(d)

  function planOther(d: Differential): void {
    const F = right.get(d.variable) as Expression
    if (d.map) {
      next.set(d.variable, { value: hoist(F), isChange: false })
      describe(d.variable, 'map')
      return
    }
    const strength = noise.get(d.variable)
    const own = affine(F, new Set([d.variable]))
    const a = own?.coefficients.get(d.variable)
    const method = d.euler ? 'euler' : (binding.method ?? model.definition.method ?? 'exponential_euler')
    const constantRate = !d.euler && a !== undefined && isConstant(a)
    let change: Expression
    let note: string = method
    if (strength && constantRate) {
      // a linear equation with noise of its own: exact in law
      change = hoist(binary('*', F, relativeStep(a)))
      note = 'exact (linear, white noise), other terms held over the step'
    } else if (method === 'exponential_euler' && a !== undefined && constantRate) {
      change = hoist(binary('*', F, relativeStep(a)))
      note = 'exponential Euler'
    } else if (method === 'exponential_euler' && a !== undefined) {
      const z = hoist(a)
      const growth = call('where', binary('==', z, number(0)), name('dt'), binary('/', call('expm1', hoist(binary('*', a, name('dt')))), z))
      change = binary('*', hoist(F), growth)
      note = 'exponential Euler (coefficient changes with the state)'
    } else if (method === 'rk2' || method === 'rk4') {
      change = rungeKutta(d.variable, method)
      note = method.toUpperCase()
    } else {
      change = hoist(binary('*', F, name('dt')))
      note = method === 'exponential_euler' ? 'Euler (not linear in itself)' : 'Euler'
    }
    if (strength) {
      const scale = constantRate ? sqrtVariance(a) : name('{sqrt(dt)}')
      if (!constantRate) constants.set('{sqrt(dt)}', Math.sqrt(binding.dt))
      change = add(change, hoist(binary('*', binary('*', strength, scale), name(`xi.${gaussians++}`))))
    }
    next.set(d.variable, { value: change, isChange: true })
    describe(d.variable, note)
  }

  /** (exp(a dt) - 1) / a, or dt where a is 0 */
  function relativeStep(a: Expression): Expression {
    return derived(`step of ${print(a)}`, a, (v) => (v === 0 ? binding.dt : expm1(v * binding.dt) / v))
  }
  /** sqrt((exp(2 a dt) - 1) / (2 a)) */
  function sqrtVariance(a: Expression): Expression {
    return derived(`noise of ${print(a)}`, a, (v) => Math.sqrt(v === 0 ? binding.dt : expm1(2 * v * binding.dt) / (2 * v)))
  }
  function derived(key: string, of: Expression, f: (v: number) => number): Expression {
    const value = constantValue(of)
    bind(`{${key}}`, typeof value === 'number' ? f(value) : value.map(f))
    return name(`{${key}}`)
  }

  /** The change by a Runge-Kutta rule; k1 ... of the variables that are stepped together are made when the first one asks. */
  function rungeKutta(variable: string, method: 'rk2' | 'rk4'): Expression {
    // all but those that are linear with noise, which have a step of their own; other noise is added to the rule's change
    const isExactInLaw = (v: string) => {
      const a = affine(right.get(v) as Expression, new Set([v]))?.coefficients.get(v)
      return noise.has(v) && a !== undefined && isConstant(a)
    }
    const together = differentials.filter((d) => !d.euler && !d.map && !group.has(d.variable) && !isExactInLaw(d.variable)).map((d) => d.variable)
    const stages = method === 'rk2' ? [0, 0.5] : [0, 0.5, 0.5, 1]
    if (!lets.some((l) => l.name === `k1.${together[0]}`)) {
      stages.forEach((fraction, s) => {
        const shifted = (v: string) => (s === 0 ? undefined : add(name(v), hoist(binary('*', name(`k${s}.${v}`), times(number(fraction), name('dt'))))))
        for (const v of together) if (s > 0) lets.push({ name: `x${s + 1}.${v}`, value: shifted(v) as Expression })
        for (const v of together) {
          const F = substitute(right.get(v) as Expression, (n) => (s > 0 && together.includes(n) ? name(`x${s + 1}.${n}`) : undefined))
          lets.push({ name: `k${s + 1}.${v}`, value: hoist(F) })
        }
      })
    }
    const k = (s: number) => name(`k${s}.${variable}`)
    if (method === 'rk2') return hoist(binary('*', k(2), name('dt')))
    const sum = add(add(k(1), times(number(2), k(2))), add(times(number(2), k(3)), k(4)))
    return hoist(binary('*', sum, binary('/', name('dt'), number(6))))
  }

  // 3. events
  const event = (e: Expression): Expression => hoist(draw(delays(expand(e), 0)))
  const statements = (list: Assignment[], known: string[]): Assignment[] =>
    list.map((a) => ({ ...a, value: hoist(draw(delays(expandBut(a.value, known), 0))) }))
  const receptors = model.receptors
    .filter((r) => binding.receptors.has(r.name))
    .map((r) => ({ name: r.name, unlessRefractory: r.unlessRefractory, assignments: statements(r.assignments.map(onArrival), ['w']) }))
  const threshold = model.rate
    ? binary('<', name(`u01.${uniforms++}`), negate(call('expm1', hoist(binary('*', negate(delays(expand(model.rate), 0)), name('dt'))))))
    : model.threshold && event(model.threshold)

  let refractory: string | undefined
  if (model.refractory) {
    if (!isConstant(expand(model.refractory))) throw new InputError('the refractory time may depend on parameters only', ['refractory'])
    const value = constantValue(expand(model.refractory))
    const ticks = (ms: number) => {
      if (!(ms >= 0)) throw negativeRefractory(model.refractory as Expression, ms)
      const found = Math.round(ms / binding.dt)
      if (found > longAgo) throw new InputError(`found a refractory time of ${ms} ms; at most ${longAgo} steps are accepted`, ['refractory'])
      return found
    }
    refractory = '{refractory ticks}'
    bind(refractory, typeof value === 'number' ? ticks(value) : value.map(ticks))
    if (constants.get(refractory) === 0) refractory = undefined
  }

  // these may draw, so that the numbers are counted behind them
  const plateau = binding.plateaus ? model.plateau && event(model.plateau) : undefined
  const reset = statements(model.reset, [])
  const program: Program = {
    variables,
    constants,
    columns,
    perTick,
    delays: delayed,
    gaussians,
    uniforms,
    lets,
    // what stays as it is needs no commit
    commits: differentials.filter((d) => !(d.map && d.value.kind === 'name' && d.value.name === d.variable)).map((d) => ({
      variable: d.variable,
      ...(next.get(d.variable) as { value: Expression; isChange: boolean }),
      held: d.unlessRefractory && refractory !== undefined,
    })),
    receptors: receptors.map((r) => ({ ...r, unlessRefractory: r.unlessRefractory && refractory !== undefined })),
    plateau,
    threshold,
    reset,
    refractory,
    keepsLast: false,
    restsBelowThreshold: false,
    methods,
  }
  if (refractory === undefined) forgetRefractory(program)
  const used = expressions(program)
  if (used.some((e) => mentions(e, (n) => n === 't'))) perTick.push('t')
  program.keepsLast = refractory !== undefined || binding.needsLast === true || used.some((e) => contains(e, 'after_ticks'))
  // what a phase does to a unit that is refractory nobody knows here
  program.restsBelowThreshold = !binding.changed && model.on.size === 0 && restsBelow(program)
  prune(program, used, isVariable)
  return program
}

/** Said of the parameter, where the refractory time is one. */
export function negativeRefractory(e: Expression, ms: number): InputError {
  return new InputError(`found a refractory time of ${ms} ms; zero or more is needed`, e.kind === 'name' ? ['parameters', e.name] : ['model', 'refractory'])
}

/** A statement of a receptor happens when something arrives. One that changes nothing for w = 0, as most do, needs no condition. */
function onArrival(a: Assignment): Assignment {
  const own: Expression = name(a.variable)
  const atZero = substitute(a.value, (n) => (n === 'w' ? number(0) : undefined))
  if (atZero.kind === 'name' && atZero.name === a.variable) return a
  return { ...a, value: call('where', binary('!=', name('w'), number(0)), a.value, own) }
}
