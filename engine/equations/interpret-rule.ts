/**
 * The oracle of learning rules: every synapse hears every event at once, one operation after the other, in plain TypeScript.
 * It follows the same plan as the compiled loops and shares nothing else with them; nothing is deferred here, so that what
 * they defer must come out as if it had not been.
 */
import { exp } from '../elementary.ts'
import { exp32 } from '../elementary32.ts'
import { assert } from '../errors.ts'
import { interpretExpression, type Precision } from './interpret-expression.ts'
import type { PlannedDecay, PlannedEar, PlannedRule, Segment } from './plan-rule.ts'
import type { Assignment } from './tree.ts'

/** Traces this small count as nothing: products of two of them must not be subnormal numbers, which cost a hundred times as much. */
export const tinyTrace: Record<Precision, number> = { f32: Math.fround(1e-18), f64: 1e-145 }

export interface RuleNetwork {
  sources: number
  targets: number
  /** In any order; w is the weight at the start. */
  synapses: { source: number; target: number; w: number }[]
  precision: Precision
  /** Times are whole ticks, else ms. */
  ticked: boolean
  dt: number
  /** A variable of a postsynaptic neuron, now. */
  neuron?: (name: string, target: number) => number
}

export interface HeardEvent {
  unit: number
  /** Mask of kinds. */
  kind: number
}

interface Traces {
  values: Record<string, number>
  since: number
}

export class ImmediateRule {
  readonly weights: number[]
  private readonly pre: Traces[]
  private readonly post: Traces[]
  readonly synapses: Traces[]
  /** delayed.k -> what was remembered at each tick, the last first. */
  private readonly memory = new Map<string, number[][]>()
  private readonly round: (x: number) => number

  constructor(
    private readonly plan: PlannedRule,
    private readonly network: RuleNetwork,
  ) {
    this.round = network.precision === 'f32' ? Math.fround : (x) => x
    const traces = (decays: PlannedDecay[]): Traces => ({ values: Object.fromEntries(decays.map((d) => [d.variable, this.round(plan.initial.get(d.variable) ?? 0)])), since: 0 })
    this.pre = Array.from({ length: network.sources }, () => traces(plan.decays.pre))
    this.post = Array.from({ length: network.targets }, () => traces(plan.decays.post))
    this.synapses = network.synapses.map(() => traces(plan.decays.synapse))
    this.weights = network.synapses.map((s) => this.round(s.w))
  }

  /** All that happens at `time`: events of both sides, then the ears (by key) that are due; what is tiny is forgotten in between. */
  instant(time: number, pre: readonly HeardEvent[], post: readonly HeardEvent[], due: readonly string[] = [], isTick = false, forgets = false): void {
    const { plan, network } = this
    const mine = (ears: readonly PlannedEar[], kind: number, level: Segment['level']) =>
      ears.filter((e) => (e.mask & kind) !== 0).flatMap((e) => e.segments.filter((s) => s.level === level).flatMap((s) => s.statements))
    const [preEars, postEars] = (['pre', 'post'] as const).map((side) => plan.ears.filter((e) => e.hears === side))
    // synapses read; then traces change
    network.synapses.forEach(({ source, target }, k) => {
      for (const e of pre) if (e.unit === source) this.change(k, time, mine(preEars, e.kind, 'synapse'))
      for (const e of post) if (e.unit === target) this.change(k, time, mine(postEars, e.kind, 'synapse'))
    })
    for (const e of pre) this.changeSide('pre', e.unit, time, mine(preEars, e.kind, 'pre'))
    for (const e of post) this.changeSide('post', e.unit, time, mine(postEars, e.kind, 'post'))
    if (forgets) this.forgetTiny()
    if (isTick) this.remember(time)
    for (const key of due) {
      const ear = plan.ears.find((e) => e.key === key)
      assert(ear, `the rule has the ear ${key}`)
      for (const { level, statements, shared } of ear.segments) {
        if (level === 'synapse') network.synapses.forEach((_, k) => void this.change(k, time, statements, shared))
        else for (let i = 0; i < network[level === 'pre' ? 'sources' : 'targets']; i++) this.changeSide(level, i, time, statements)
      }
    }
    if (isTick) for (const kept of this.memory.values()) kept.pop()
  }

  private forgetTiny(): void {
    const limit = tinyTrace[this.network.precision]
    for (const { values } of [...this.pre, ...this.post, ...this.synapses]) for (const key of Object.keys(values)) if (Math.abs(values[key]) < limit) values[key] = 0
  }

  private change(k: number, time: number, statements: readonly Assignment[], shared: Segment['shared'] = []): void {
    if (statements.length === 0) return
    const { source, target } = this.network.synapses[k]
    const own = this.at(this.synapses[k], this.plan.decays.synapse, time)
    const values: Record<string, number> = { ...this.side('pre', source, time), ...this.side('post', target, time), ...own, w: this.weights[k] }
    for (const s of shared) values[s.name] = this.evaluate(s, values, time)
    for (const s of statements) values[s.variable] = this.evaluate(s, values, time)
    this.weights[k] = values.w
    this.synapses[k] = { values: Object.fromEntries(Object.keys(own).map((v) => [v, values[v]])), since: time }
  }

  private changeSide(side: 'pre' | 'post', unit: number, time: number, statements: readonly Assignment[]): void {
    const traces = this[side][unit]
    const values = this.side(side, unit, time)
    for (const s of statements) values[s.variable] = this.evaluate(s, values, time)
    for (const key of Object.keys(traces.values)) traces.values[key] = values[key]
    traces.since = time
  }

  /** All that belongs to one neuron, at `time`. */
  private side(side: 'pre' | 'post', unit: number, time: number): Record<string, number> {
    const { plan, network } = this
    const values = this.at(this[side][unit], plan.decays[side], time)
    if (side === 'post') for (const n of plan.neuron) values[n] = this.round(network.neuron?.(n, unit) ?? 0)
    for (const d of plan.delays) {
      const kept = this.memory.get(d.name)
      if (d.level === side && kept) values[d.name] = kept[kept.length - 1][unit]
    }
    return values
  }

  /** What `delayed` reads now goes last in the list of each; what will be read in so many ticks comes first. */
  private remember(time: number): void {
    const { plan, network } = this
    for (const d of plan.delays) {
      const now = Array.from({ length: d.level === 'pre' ? network.sources : network.targets }, (_, i) =>
        this.evaluate({ value: d.value }, this.side(d.level, i, time), time),
      )
      const kept = this.memory.get(d.name) ?? Array.from({ length: d.ticks }, () => now)
      this.memory.set(d.name, [now, ...kept])
    }
  }

  private evaluate({ value }: Pick<Assignment, 'value'>, values: Record<string, number>, time: number): number {
    return interpretExpression(value, this.network.precision, {
      name: (n) => {
        const found = this.plan.constants.get(n) ?? (n === 't' ? this.milliseconds(time) : values[n])
        assert(found !== undefined, `no value for "${n}"`)
        return found
      },
    })
  }

  private milliseconds(time: number): number {
    return this.network.ticked ? time * this.network.dt : time
  }

  private at({ values, since }: Traces, decays: readonly PlannedDecay[], time: number): Record<string, number> {
    const { round } = this
    return Object.fromEntries(
      decays.map(({ variable, rate, rest, drive }) => {
        const x = values[variable]
        if (rate === 0) return [variable, drive === 0 ? x : round(x + round(round(drive) * round(this.milliseconds(time - since))))]
        const factor = this.factor(rate, time - since)
        if (rest === 0) return [variable, round(x * factor)]
        return [variable, round(round(rest) + round(round(x - round(rest)) * factor))]
      }),
    )
  }

  /** exp(rate x elapsed); on the grid from a table, so computed in f64 and rounded once, in two parts beyond 65,536 ticks. */
  private factor(rate: number, elapsed: number): number {
    const { ticked, dt, precision } = this.network
    const { round } = this
    if (!ticked) {
      const x = round(round(rate) * round(elapsed))
      return precision === 'f32' ? exp32(x) : exp(x)
    }
    const single = (ticks: number) => round(exp(rate * (ticks * dt)))
    const low = single(elapsed & 65535)
    return elapsed < 65536 ? low : round(low * single(elapsed & ~65535))
  }
}
