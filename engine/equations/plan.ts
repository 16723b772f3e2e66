/**
 * From checked equations to the order of operations of one step. The result is still a tree: the compiler and the
 * interpreter both follow it literally, and that is all they share.
 *
 * How each variable is stepped (x: state at the start of the step, everything on the right is taken there):
 *   exact                dx/dt = A x + b, constant A, b held over the step:  x + (P - 1) x + Q b        propagator.ts
 *   exponential Euler    dx/dt = F = a x + b:                                x + F (exp(a dt) - 1) / a
 *   Euler, RK2, RK4      the textbook forms; RK2 is the midpoint rule
 * White noise c xi adds c s N(0,1), s^2 = (exp(2 a dt) - 1) / (2 a) where a is constant (exact for an Ornstein-Uhlenbeck
 * process), s^2 = dt otherwise (Euler-Maruyama).
 */
import { expm1 } from '../elementary.ts'
import { assert, InputError } from '../errors.ts'
import type { Method } from '../model.ts'
import { affine, factors, substitute } from './algebra.ts'
import type { CheckedNeuron } from './check.ts'
import { evaluate } from './evaluate.ts'
import { propagator } from './propagator.ts'
import { add, type Assignment, binary, call, type Differential, type Expression, isNumber, mentions, name, names, negate, number, print, times } from './tree.ts'

/** One value for all units, or one for each. */
export type PerUnit = number | Float64Array

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
}

export interface Let {
  name: string
  value: Expression
}

export interface Commit {
  variable: string
  /** The new value; or what is added to the old one, if it is a `change`. */
  value: Expression
  isChange: boolean
  /** Keeps its value while the unit is refractory. */
  held: boolean
}

export interface PlannedReceptor {
  name: string
  assignments: Assignment[]
  unlessRefractory: boolean
}

export interface Program {
  variables: string[]
  constants: Map<string, number>
  columns: Map<string, Float64Array>
  /** Values that are the same for all units and change from tick to tick: `t`, and currents as `@name`. */
  perTick: string[]
  gaussians: number
  uniforms: number
  lets: Let[]
  commits: Commit[]
  receptors: PlannedReceptor[]
  plateau: Expression | undefined
  threshold: Expression | undefined
  reset: Assignment[]
  /** A refractory unit is below threshold anyway: its potential is held at a reset value that is. */
  restsBelowThreshold: boolean
  /** Refractory time in ticks: the name of a constant or a column. */
  refractory: string | undefined
  /** The tick of the last spike is kept. */
  keepsLast: boolean
  /** For people: how each variable is stepped. */
  methods: { variable: string; method: string; equation: string }[]
}

/** Ticks: more than this lie between now and the last spike of a unit that never fired. */
const longAgo = 2 ** 30

export function plan(model: CheckedNeuron, binding: Binding): Program {
  const constants = new Map<string, number>([['dt', binding.dt]])
  const columns = new Map<string, Float64Array>()
  const bind = (key: string, value: PerUnit) => {
    if (typeof value === 'number') constants.set(key, value)
    else columns.set(key, value)
  }
  for (const [key, value] of binding.parameters) bind(key, value)
  const perTick: string[] = []
  let gaussians = 0
  let uniforms = 0

  // names -> what they stand for, until only variables, constants, columns, per-tick values and draws are left
  const differentials: Differential[] = [...model.differentials]
  const meaning = new Map<string, Expression>()
  for (const current of model.definition.currents ? Object.keys(model.definition.currents) : []) {
    const { perTick: waves, perUnit, noise = [] } = binding.currents.get(current) ?? {}
    let sum: Expression = number(0)
    if (waves) {
      perTick.push(`@${current}`)
      sum = add(sum, name(`@${current}`))
    }
    if (perUnit !== undefined) {
      bind(`${current}.unit`, perUnit)
      sum = add(sum, name(`${current}.unit`))
    }
    for (const { name: key, mean, sigma, tau } of noise) {
      // dI/dt = -(I - mean) / tau + sigma sqrt(2 / tau) xi
      constants.set(`${key}.mean`, mean).set(`${key}.tau`, tau).set(`${key}.strength`, sigma * Math.sqrt(2 / tau))
      const value = add(binary('/', negate(binary('-', name(key), name(`${key}.mean`))), name(`${key}.tau`)), times(name(`${key}.strength`), name('xi')))
      differentials.push({ variable: key, value, dimension: [0, 0, 1], unlessRefractory: false, at: { line: 0, column: 0 } })
      sum = add(sum, name(key))
    }
    meaning.set(current, sum)
  }
  const expand = (e: Expression): Expression => substitute(spelledOut(e), (n) => meaning.get(n))
  for (const n of model.named) meaning.set(n.name, expand(n.value))
  const variables = differentials.map((d) => d.variable)
  const isVariable = new Set(variables)
  const draw = (e: Expression): Expression => substitute(e, (n) => (n === 'u01' ? name(`u01.${uniforms++}`) : undefined))

  const isConstant = (e: Expression): boolean =>
    !contains(e, 'after_ticks') && !mentions(e, (n) => !(constants.has(n) || columns.has(n) || n === 'pi'))

  /** The name (or number) of a constant expression's value, computed once when the network is built. */
  const constant = (e: Expression): Expression => {
    if (e.kind === 'number') return e
    if (e.kind === 'name' && e.name !== 'pi') return e
    const key = `{${print(e)}}`
    if (!constants.has(key) && !columns.has(key)) bind(key, constantValue(e))
    return name(key)
  }
  const constantValue = (e: Expression): PerUnit => {
    if (!mentions(e, (n) => columns.has(n))) return evaluate(e, (n) => constants.get(n) as number)
    return Float64Array.from({ length: binding.size }, (_, i) => evaluate(e, (n) => constants.get(n) ?? (columns.get(n) as Float64Array)[i]))
  }
  /** The same expression with everything constant in it replaced by a name for its value. */
  const hoist = (e: Expression): Expression => {
    // a condition stays one: in lanes it is a mask, not a number
    if (isConstant(e) && !isCondition(e)) return constant(e)
    if (e.kind === 'unary') return { ...e, a: hoist(e.a) }
    if (e.kind === 'call') return e.name === 'after_ticks' ? e : { ...e, args: e.args.map(hoist) }
    if (e.kind !== 'binary') return e
    if (e.op === '^') return { ...e, a: hoist(e.a), b: isConstant(e.b) && e.b.kind !== 'number' ? constant(e.b) : e.b }
    if (e.op === '+' || e.op === '-') return hoistSum(e)
    if (e.op !== '*' && e.op !== '/') return { ...e, a: hoist(e.a), b: hoist(e.b) }
    const f = factors(e, isConstant)
    const chain = (list: Expression[]) => list.map(hoist).reduce((a, b) => binary('*', a, b))
    let value = f.varying.length > 0 ? chain(f.varying) : undefined
    const over = f.constant.length + f.over.length > 0 ? quotient(f.constant, f.over) : undefined
    if (over) {
      const c = constant(over)
      value = value === undefined ? c : isMinusOne(c) ? negate(value) : binary('*', value, c)
    }
    assert(value, 'a product has factors')
    return f.under.length > 0 ? binary('/', value, chain(f.under)) : value
  }
  /** Constants of a sum are added up once, and come first. */
  const hoistSum = (e: Expression): Expression => {
    const terms = summands(e)
    const constants_ = terms.filter((t) => isConstant(t.term))
    const varying = terms.filter((t) => !isConstant(t.term))
    const signed = (sum: Expression | undefined, { term, negative }: Summand, change: (x: Expression) => Expression): Expression =>
      sum === undefined ? (negative ? negate(change(term)) : change(term)) : binary(negative ? '-' : '+', sum, change(term))
    let sum = constants_.length > 0 ? constant(constants_.reduce<Expression | undefined>((s, t) => signed(s, t, (x) => x), undefined) as Expression) : undefined
    // begin with a term that is added, so that nothing need be negated
    const first = sum === undefined ? varying.findIndex((t) => !t.negative) : -1
    for (const t of first > 0 ? [varying[first], ...varying.filter((_, k) => k !== first)] : varying) sum = signed(sum, t, hoist)
    return sum as Expression
  }
  const isMinusOne = (c: Expression) => isNumber(c, -1) || (c.kind === 'name' && constants.get(c.name) === -1)

  // 1. which variables are linear
  const right = new Map<string, Expression>()
  const noise = new Map<string, Expression>()
  for (const d of differentials) {
    const expanded = draw(expand(d.value))
    const split = affine(expanded, new Set(['xi']))
    if (!split) throw new InputError(`d${d.variable}/dt must be linear in xi`, [], d.at)
    right.set(d.variable, split.rest)
    const strength = split.coefficients.get('xi')
    if (strength) noise.set(d.variable, strength)
  }
  const linear = differentials.filter((d) => {
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
    methods.push({ variable, method, equation: `d${variable}/dt = ${print(d.value)}` })
  }
  const exact = differentials.filter((d) => group.has(d.variable))
  if (exact.length > 0) planExact(exact)
  for (const d of differentials) if (!group.has(d.variable)) planOther(d)

  function planExact(list: Differential[]): void {
    const order = list.map((d) => d.variable)
    const n = order.length
    const coefficient = (i: number, j: number) => rows.get(order[i])?.coefficients.get(order[j]) ?? number(0)
    const rest = order.map((v) => (rows.get(v) as { rest: Expression }).rest)
    const heldInputs = rest.map((r) => (isConstant(r) ? undefined : r))
    // propagators of every unit, or one for all where no unit differs
    const differs = order.some((_, i) => order.some((_, j) => mentions(coefficient(i, j), (x) => columns.has(x))))
    const restDiffers = rest.some((r, i) => heldInputs[i] === undefined && mentions(r, (x) => columns.has(x)))
    const units = differs || restDiffers ? binding.size : 1
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
          shared = propagator(A, n, binding.dt)
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
    const clamped = model.refractory && list.some((d) => d.unlessRefractory) ? solve(true) : undefined
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
    list.forEach((d, i) => {
      let value = combination(i, free, '')
      if (clamped && !d.unlessRefractory) {
        const other = combination(i, clamped, '.held')
        const differ = [free.change, free.input].some((m, k) => m.some((row, l) => Math.floor(l / n) === i && row.some((x, u) => x !== [clamped.change, clamped.input][k][l][u])))
        if (differ) value = call('where', name('refractory'), other, value)
      }
      next.set(d.variable, { value, isChange: byChange(i) })
      const held = heldInputs.some(Boolean) ? ', other terms held over the step' : ''
      describe(d.variable, `exact (linear with constant coefficients${held})`)
    })
  }

  function planOther(d: Differential): void {
    const F = right.get(d.variable) as Expression
    const strength = noise.get(d.variable)
    const own = affine(F, new Set([d.variable]))
    const a = own?.coefficients.get(d.variable)
    const method = binding.method ?? model.definition.method ?? 'exponential_euler'
    const constantRate = a !== undefined && isConstant(a)
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
    const together = differentials.map((d) => d.variable).filter((v) => !group.has(v) && !isExactInLaw(v))
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
  const event = (e: Expression): Expression => hoist(draw(expand(e)))
  const statements = (list: Assignment[], known: string[]): Assignment[] =>
    list.map((a) => ({ ...a, value: hoist(draw(substitute(spelledOut(a.value), (n) => (known.includes(n) ? undefined : meaning.get(n))))) }))
  const receptors = model.receptors
    .filter((r) => binding.receptors.has(r.name))
    .map((r) => ({ name: r.name, unlessRefractory: r.unlessRefractory, assignments: statements(r.assignments.map(onArrival), ['w']) }))
  const threshold = model.rate
    ? binary('<', name(`u01.${uniforms++}`), negate(call('expm1', hoist(binary('*', negate(expand(model.rate)), name('dt'))))))
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
    gaussians,
    uniforms,
    lets,
    commits: differentials.map((d) => ({
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
  program.restsBelowThreshold = !binding.changed && restsBelow(program)
  prune(program, used, isVariable)
  return program

  /** after_spike(from, to) in ms becomes after_ticks(from, to) in ticks. */
  function spelledOut(e: Expression): Expression {
    if (e.kind === 'call' && e.name === 'after_spike') {
      const [from, to] = e.args.map((a) => {
        const ms = evaluate(substitute(a, (n) => meaning.get(n)), (n) => {
          const value = constants.get(n)
          if (value === undefined) throw new InputError('after_spike takes times that are the same for all units', [], e.at)
          return value
        })
        return number(Math.min(longAgo, Math.round(ms / binding.dt)))
      })
      return { ...e, name: 'after_ticks', args: [from, to] }
    }
    if (e.kind === 'unary') return { ...e, a: spelledOut(e.a) }
    if (e.kind === 'binary') return { ...e, a: spelledOut(e.a), b: spelledOut(e.b) }
    return e.kind === 'call' ? { ...e, args: e.args.map(spelledOut) } : e
  }
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

function expressions(p: Program): Expression[] {
  return [
    ...p.lets.map((l) => l.value),
    ...p.commits.map((c) => c.value),
    ...p.receptors.flatMap((r) => r.assignments.map((a) => a.value)),
    ...p.reset.map((a) => a.value),
    ...[p.plateau, p.threshold].filter((e): e is Expression => e !== undefined),
  ]
}

function contains(e: Expression, callName: string): boolean {
  if (e.kind === 'call' && e.name === callName) return true
  if (e.kind === 'unary') return contains(e.a, callName)
  if (e.kind === 'binary') return contains(e.a, callName) || contains(e.b, callName)
  return e.kind === 'call' && e.args.some((a) => contains(a, callName))
}

/** Without a refractory time nothing is ever refractory. */
function forgetRefractory(p: Program): void {
  const never = (e: Expression) => substitute(e, (n) => (n === 'refractory' ? binary('<', number(1), number(0)) : undefined))
  for (const list of [p.lets, p.commits, p.reset]) for (const item of list) item.value = never(item.value)
  for (const r of p.receptors) for (const a of r.assignments) a.value = never(a.value)
  p.plateau &&= never(p.plateau)
  p.threshold &&= never(p.threshold)
}

/** Whether the threshold, with held variables at their reset values, which nothing moves while refractory, is not reached. */
function restsBelow(p: Program): boolean {
  if (!p.threshold) return false
  const rest = new Map(p.constants)
  for (const { variable, held } of p.commits) {
    const resets = p.reset.filter((a) => a.variable === variable)
    const moved = p.receptors.some((r) => !r.unlessRefractory && r.assignments.some((a) => a.variable === variable))
    if (!held || moved || resets.length !== 1 || mentions(resets[0].value, (n) => !p.constants.has(n))) continue
    rest.set(variable, evaluate(resets[0].value, (n) => p.constants.get(n) as number))
  }
  if (mentions(p.threshold, (n) => !rest.has(n)) || contains(p.threshold, 'after_ticks')) return false
  const threshold = p.threshold
  // in both precisions: what differs in f64 may be equal in f32
  return [(x: number) => x, Math.fround].every((round) => evaluate(threshold, (n) => round(rest.get(n) as number)) === 0)
}

/** Only constants and columns that the step reads are kept in memory. */
function prune(p: Program, used: Expression[], isVariable: Set<string>): void {
  const found = new Set<string>()
  for (const e of used) names(e, found)
  if (p.refractory) found.add(p.refractory)
  for (const list of [p.constants, p.columns]) for (const key of list.keys()) if (!found.has(key)) list.delete(key)
  for (const key of found) {
    const known = isVariable.has(key) || p.constants.has(key) || p.columns.has(key) || p.perTick.includes(key)
    const special = key === 'w' || key === 'refractory' || /^(xi|u01)\.\d+$|^[kx]\d\./.test(key)
    assert(known || special, `the plan mentions "${key}", which nothing defines`)
  }
}
