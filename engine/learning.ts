/**
 * A learning rule at work on the weights of one projection.
 *
 * A presynaptic event visits its row: the weights are brought up to date, sent, and changed. A postsynaptic event is put into
 * the history of its neuron, and each synapse hears of it when its row is visited next, or before anybody looks at weights.
 * What clocks and phases ask for is a loop over all synapses. The projection's delay lies before the synapse, the dendritic
 * delay behind it, both ways: a spike of the soma is at the synapse that much later.
 */
import type { Assembler } from './assembler.ts'
import { DecayTables } from './decay-tables.ts'
import { type DelayLine, delayLines, keep, lineAddresses, recall } from './delay-lines.ts'
import { compileSynapses, type SynapseKernels } from './equations/compile-synapses.ts'
import { compileTraces, reads, type TraceKernels } from './equations/compile-traces.ts'
import type { PlannedDecay, PlannedEar, PlannedRule } from './equations/plan-rule.ts'
import type { TraceLayout } from './equations/rule-code.ts'
import { flushEvery } from './equations/interpret.ts'
import { tinyTrace } from './equations/interpret-rule.ts'
import { InputError } from './errors.ts'
import type { Grid } from './grid.ts'
import type { DeliveryKernels, Float } from './kernels/delivery.ts'
import { checkWeights, type Learner } from './learner.ts'
import type { Column, ElementType, MemoryPlan, NetworkMemory } from './memory.ts'
import type { EventStream, Reader } from './stream.ts'

/** Connections of one delay, one block a partition of the target. */
export interface LearningBlock {
  low: number
  high: number
  rows: number
  starts: Column | undefined
  targets: Column | undefined
  targetBytes: 2 | 4
  columns: number
  weights: Column<Float>
}

/** A phase of the protocol, in units of the rule's time. */
export interface PhaseTimes {
  name: string
  start: number
  every: number
}

export interface LearningOptions {
  name: string
  plan: PlannedRule
  float: Float
  grid: Grid
  /** Both sides are clocked: times are ticks. */
  ticked: boolean
  /** The target is clocked; its times are ticks. */
  clockedTarget: boolean
  /** In units of the rule's time. */
  dendriticDelay: number
  target: EventStream
  firstTarget: number
  targets: number
  /** Blocks of every delay class, with the number of their rows. */
  classes: { rows: number; blocks: LearningBlock[] }[]
  /** Deliver exactly: put the weights of a row down in order. */
  sends: number | undefined
  /** Address of a variable of the target's first unit. */
  neuron: (name: string) => number
  phases: PhaseTimes[]
  modulator: { stream: EventStream; first: number; last: number; toMs: (time: number) => number } | undefined
  /** How source and target of a synapse are called in errors. */
  ends: (delayClass: number, block: number, index: number) => string
}

const historyLength = 64
const unitPadding = 16
/** ms */
const rounding = 1e-6

interface DelayClassState {
  rows: number
  blocks: LearningBlock[]
  layout: () => TraceLayout
  synapseState: Record<string, Column<Float>>[]
  touched: (Column | undefined)[]
  preColumns: Map<string, { value: Column<Float>; before: Column<Float> }>
  lines: DelayLine[]
  traces?: TraceKernels
  synapses: SynapseKernels[]
}

export class Learning implements Learner {
  readonly name: string
  readonly sent: Column<Float> | undefined
  private plan: PlannedRule
  private readonly o: LearningOptions
  private readonly classes: DelayClassState[]
  private readonly postColumns = new Map<string, Column<Float>>()
  private readonly applied: Column<'f64'>
  private readonly reader: Reader | undefined
  private readonly modulatorReader: Reader | undefined
  private readonly postMask: number
  /** Synapses hear of postsynaptic events, and may do so later. */
  private readonly defers: boolean
  /** The rule acts at every tick. */
  private readonly ticks: boolean
  private readonly tables: DecayTables
  private memory!: NetworkMemory
  private assemble!: Assembler
  private kernels!: DeliveryKernels

  constructor(o: LearningOptions, memoryPlan: MemoryPlan) {
    this.o = o
    this.name = o.name
    this.plan = o.plan
    const { plan, float } = o
    const own = (what: string) => `learning.${o.name}.${what}`
    const padded = Math.ceil(o.targets / unitPadding) * unitPadding
    const column = (what: string, length: number, segment: 'state' | 'scratch' = 'state') => memoryPlan.reserve(own(what), float, length, segment) as Column<Float>
    const times = (what: string, length: number) => memoryPlan.reserve(own(what), o.ticked ? 'i32' : 'f64', length, 'state') as Column
    const posts = plan.ears.filter((e) => e.hears === 'post')
    this.postMask = posts.reduce((m, e) => m | e.mask, 0)
    this.defers = posts.some((e) => e.segments.some((s) => s.level === 'synapse'))
    this.ticks = plan.ears.some((e) => e.hears === 'tick')
    this.applied = memoryPlan.reserve(own('applied'), 'f64', 1, 'state')
    if (this.postMask !== 0) this.reader = o.target.reader(`learning ${o.name}`, memoryPlan)
    if (o.modulator && plan.ears.some((e) => e.hears === 'modulator')) this.modulatorReader = o.modulator.stream.reader(`modulator of ${o.name}`, memoryPlan)
    for (const d of plan.decays.post) this.postColumns.set(d.variable, column(`post ${d.variable}`, padded))
    const postTime = times('post time', plan.decays.post.length > 0 ? padded : 0)
    const postNow = new Map(plan.decays.post.filter((d) => segmentsRead(plan, d.variable)).map((d) => [d.variable, column(`post ${d.variable} now`, padded, 'scratch')]))
    const mostShared = Math.max(0, ...plan.ears.flatMap((e) => e.segments.map((s) => s.shared.length)))
    const shared = new Map(Array.from({ length: mostShared }, (_, k) => [`shared.${k}`, column(`shared ${k}`, padded, 'scratch')]))
    const historyRows = this.defers ? o.targets : 0
    const several = new Set(posts.map((e) => e.mask)).size > 1
    const history = {
      times: times('history time', historyRows * historyLength),
      newest: times('history newest', historyRows),
      second: times('history second', historyRows),
      head: memoryPlan.reserve(own('history head'), 'u32', historyRows, 'state'),
      kinds: several ? memoryPlan.reserve(own('history kind'), 'u8', historyRows * historyLength, 'state') : undefined,
      captured: new Map(plan.decays.post.filter((d) => this.defers && heardBySynapses(posts, d)).map((d) => [d.variable, column(`history ${d.variable}`, historyRows * historyLength)])),
    }
    this.tables = new DecayTables(o.name, o.ticked ? Object.values(plan.decays).flat().map((d) => d.rate) : [], o.grid.dt, float, memoryPlan)
    this.sent = o.sends === undefined ? undefined : column('sent', o.sends, 'scratch')
    const postLines = delayLines(plan, 'post', padded, '', column)
    this.classes = o.classes.map(({ rows, blocks }, c) => {
      const tag = o.classes.length > 1 ? `.${c}` : ''
      const preColumns = new Map(plan.decays.pre.map((d) => [d.variable, { value: column(`pre${tag} ${d.variable}`, rows), before: column(`pre${tag} ${d.variable} before`, rows) }]))
      const preTime = times(`pre${tag} time`, rows)
      const lines = [...delayLines(plan, 'pre', rows, tag, column), ...(c === 0 ? postLines : [])]
      const layout = (): TraceLayout => ({
        kind: float, ticked: o.ticked, dt: o.grid.dt, sharedMemory: this.memory.shared, tables: this.tables.addresses(), sources: rows, targets: o.targets,
        pre: Object.fromEntries([...preColumns].map(([v, { value, before }]) => [v, { value: value.address, before: before.address }])),
        preTime: preTime.address,
        post: addresses(this.postColumns), postTime: postTime.address, postNow: addresses(postNow), shared: addresses(shared),
        neuron: Object.fromEntries(plan.neuron.map((n) => [n, o.neuron(n)])),
        delayed: lineAddresses(plan, [...lines, ...postLines], (l) => l.delayed), fresh: lineAddresses(plan, [...lines, ...postLines], (l) => l.fresh),
        history: {
          capacity: historyLength, times: this.defers ? history.times.address : 0, newest: history.newest.address, second: history.second.address, head: history.head.address,
          kinds: history.kinds?.address ?? 0, captured: addresses(history.captured),
        },
      })
      const decaying = plan.decays.synapse.some((d) => d.rate !== 0 || d.drive !== 0)
      return {
        rows, blocks, layout, preColumns, lines, synapses: [],
        synapseState: blocks.map((b, n) => Object.fromEntries(plan.decays.synapse.map((d) => [d.variable, column(`synapse${tag}.${n} ${d.variable}`, b.weights.length)]))),
        touched: blocks.map((b, n) => (decaying ? times(`synapse${tag}.${n} touched`, b.weights.length) : undefined)),
      }
    })
    this.historyTimes = [history.times, history.newest, history.second]
  }
  private readonly historyTimes: Column[]

  start(memory: NetworkMemory, assemble: Assembler, kernels: DeliveryKernels): void {
    this.memory = memory
    this.assemble = assemble
    this.kernels = kernels
    const { plan } = this
    const initial = (d: PlannedDecay) => plan.initial.get(d.variable) ?? 0
    this.applied.view[0] = -1
    for (const d of plan.decays.post) this.postColumns.get(d.variable)?.view.fill(initial(d))
    for (const c of this.historyTimes) c.view.fill(-1)
    for (const c of this.classes) {
      for (const d of plan.decays.pre) for (const column of Object.values(c.preColumns.get(d.variable) ?? {})) column.view.fill(initial(d))
      for (const state of c.synapseState) for (const d of plan.decays.synapse) state[d.variable].view.fill(initial(d))
    }
    this.tables.start()
    this.compile()
  }

  private compile(): void {
    const { plan } = this
    for (const [c, part] of this.classes.entries()) {
      const layout = part.layout()
      part.traces = this.assemble<TraceKernels>(`traces of ${this.name}`, compileTraces(plan, layout), this.memory.memory)
      part.synapses = part.blocks.map((b, n) =>
        this.assemble<SynapseKernels>(`synapses of ${this.name}.${c}.${n}`, compileSynapses(plan, layout, {
          low: b.low, count: b.high - b.low, rows: part.rows, starts: b.starts?.address ?? 0, targets: b.targets?.address ?? 0, targetBytes: b.targetBytes, columns: b.columns,
          weights: b.weights.address, state: Object.fromEntries(Object.entries(part.synapseState[n]).map(([v, col]) => [v, col.address])), touched: part.touched[n]?.address ?? 0,
          sent: this.sent?.address ?? 0,
        }), this.memory.memory),
      )
    }
  }

  visit(delayClass: number, entries: number, count: number, time: number, input: number): void {
    const { traces, synapses } = this.classes[delayClass]
    this.ingest(time, false)
    const next = this.afterApplied()
    for (const k of synapses) k.visit(entries, count, time, next, input)
    ;(traces as TraceKernels).pre(entries, count, time)
  }

  /** Postsynaptic events before `limit` (and at it, if `inclusive`) go into the histories. */
  private ingest(limit: number, inclusive: boolean): void {
    const { reader, o, postMask } = this
    if (!reader) return
    const { target, firstTarget, targets, dendriticDelay, grid, clockedTarget, ticked } = o
    const end = target.written
    let position = reader.position
    if (position === end) return
    const traces = this.classes[0].traces as TraceKernels
    const at = (row: number) => (ticked ? target.time(row) + dendriticDelay : grid.snap((clockedTarget ? grid.time(target.time(row)) : target.time(row)) + dendriticDelay))
    let overdue = 0
    for (let time = at(position); inclusive ? time <= limit : time < limit; ) {
      const unit = target.source(position) - firstTarget
      const kind = target.kind(position)
      if ((kind & postMask) !== 0 && unit >= 0 && unit < targets) overdue |= traces.post(unit, time, kind, this.applied.view[0])
      position++
      const last = time
      time = position < end ? at(position) : Infinity
      if (overdue !== 0 && time > last) {
        reader.position = position
        this.flush(last)
        overdue = 0
      }
    }
    reader.position = position
  }

  /** The target's tick or ms in units of the rule's time. */
  private timeOf(now: number): number {
    return this.o.ticked || !this.o.clockedTarget ? now : this.o.grid.time(now)
  }

  hear(now: number): void {
    const { reader, o } = this
    if (!reader || reader.position === o.target.written) return
    // what is yet to be visited is later than this, but for a rounding of sums of times
    this.ingest(this.timeOf(now) - o.dendriticDelay - (o.ticked ? 0 : rounding), o.ticked)
  }

  private afterApplied(): number {
    const applied = this.applied.view[0]
    return this.o.ticked ? applied + 1 : nextUp(applied)
  }

  /** Every synapse hears what it has missed until `time`; all that happened until then is in the histories. */
  private flush(time: number): void {
    if (!this.defers || time <= this.applied.view[0]) return
    const next = this.afterApplied()
    for (const { synapses } of this.classes) for (const k of synapses) k.flush(next)
    this.applied.view[0] = time
  }

  settle(now: number): void {
    const until = now - this.o.dendriticDelay
    this.ingest(until, true)
    this.flush(until)
  }

  nextDue(now: number): number {
    const { plan, o } = this
    if (plan.delays.length > 0 || this.modulatorReader) return now + 1
    let next = Infinity
    for (const ear of plan.ears) {
      if (ear.hears === 'tick') return now + 1
      for (const { start, every } of this.timesOf(ear)) {
        if (now < start) next = Math.min(next, start)
        else if (every < Infinity) next = Math.min(next, start + (Math.floor((now - start) / every + 1e-9) + 1) * every)
      }
    }
    return o.ticked || o.clockedTarget ? next : o.grid.snap(next)
  }

  /** When `phase` and `every` ears act, in the target's units of time. */
  private timesOf(ear: PlannedEar): { start: number; every: number }[] {
    const { o } = this
    if (ear.hears === 'phase') return o.phases.filter((p) => p.name === ear.phase)
    if (ear.hears !== 'every' || ear.interval === undefined) return []
    const every = o.clockedTarget ? o.grid.wholeTicks(ear.interval) : ear.interval
    return [{ start: every, every }]
  }

  learn(now: number): void {
    const { plan, o } = this
    const time = this.timeOf(now)
    const due: PlannedEar[] = []
    for (const ear of plan.ears) {
      if (ear.hears === 'modulator') for (let n = this.modulations(o.clockedTarget ? o.grid.time(now) : now); n > 0; n--) due.push(ear)
      else if (ear.hears === 'tick' || this.timesOf(ear).some(({ start, every }) => isMultiple(now - start, every))) due.push(ear)
    }
    if (this.ticks && now % flushEvery === 0) this.forgetTiny()
    if (due.length === 0 && plan.delays.length === 0) return
    this.ingest(time, true)
    if (plan.delays.length > 0) this.rememberAndRecall(now, time)
    for (const ear of due) this.act(ear, time)
    if (plan.delays.length > 0) for (const { lines } of this.classes) for (const line of lines) keep(line, now)
  }

  /** Numbers decayed to nothing become zero: a rule that acts at every tick would spend most of its time on them. */
  private forgetTiny(): void {
    const limit = tinyTrace[this.o.float]
    const forget = (c: Column<Float>) => void this.kernels.settle(c.address, c.length, limit)
    for (const c of this.postColumns.values()) forget(c)
    for (const { preColumns, synapseState } of this.classes) {
      for (const { value, before } of preColumns.values()) [value, before].forEach(forget)
      for (const state of synapseState) Object.values(state).forEach(forget)
    }
  }

  /** What `delayed` gives at this tick, and what it will give in so many. */
  private rememberAndRecall(tick: number, time: number): void {
    for (const { traces, lines } of this.classes) {
      ;(traces as TraceKernels).remember(time)
      for (const line of lines) recall(line, tick)
    }
  }

  private act(ear: PlannedEar, time: number): void {
    const e = this.plan.ears.indexOf(ear)
    // what a synapse has missed was heard before these statements change anything it depends on
    if (ear.segments.some((s) => s.level !== 'post')) this.flush(time)
    ear.segments.forEach(({ level }, s) => {
      const key = `segment_${e}_${s}` as const
      this.classes.forEach(({ traces, synapses }, c) => {
        if (level === 'synapse') {
          if (c === 0) {
            ;(traces as TraceKernels).look(time)
            ;(traces as TraceKernels)[`share_${e}_${s}`](time)
          }
          for (const k of synapses) k[key](time)
        } else if (level === 'pre' || c === 0) (traces as TraceKernels)[key](time)
      })
    })
  }

  /** How many modulating spikes there were until `now` (ms). */
  private modulations(now: number): number {
    const { modulatorReader: reader } = this
    const { modulator } = this.o
    if (!reader || !modulator) return 0
    const { stream, first, last, toMs } = modulator
    let found = 0
    let position = reader.position
    for (; position < stream.written && toMs(stream.time(position)) <= now; position++) {
      const unit = stream.source(position)
      if (unit >= first && unit <= last) found++
    }
    reader.position = position
    return found
  }

  check(now: number): void {
    const ms = this.o.clockedTarget ? this.o.grid.time(now) : now
    this.classes.forEach(({ blocks }, c) => {
      blocks.forEach(({ weights }, b) => void checkWeights(this.name, weights, this.kernels, (index) => this.o.ends(c, b, index), ms))
    })
  }

  change(plan: PlannedRule, now: number | undefined): void {
    if (now !== undefined) {
      const time = this.timeOf(now)
      this.settle(time)
      // traces flow to now as they did before
      for (const { traces } of this.classes) (traces as TraceKernels).bring(time)
    }
    this.plan = plan
    this.compile()
  }

  restored(): void {}
}

/** Throws `InputError` where `after` asks for state that was laid out for `before`. */
export function checkSameTraces(before: PlannedRule, after: PlannedRule): void {
  const shape = (p: PlannedRule) => JSON.stringify([p.decays, p.delays.map((d) => d.ticks), p.ears.map((e) => e.interval ?? 0)])
  const most = (p: PlannedRule) => Math.max(0, ...p.ears.flatMap((e) => e.segments.map((s) => s.shared.length)))
  if (shape(before) !== shape(after) || most(after) > most(before)) throw new InputError('time constants of traces, delays and intervals of a rule cannot change during a run')
}

function isMultiple(x: number, every: number): boolean {
  if (x === 0) return true
  if (!(x > 0) || every === Infinity) return false
  const k = x / every
  return Math.abs(k - Math.round(k)) * every < 1e-9
}

/** Whether statements of clocks and phases about synapses read this postsynaptic trace. */
function segmentsRead(plan: PlannedRule, variable: string): boolean {
  return plan.ears.some((e) => e.hears !== 'pre' && e.hears !== 'post' && e.segments.some((s) => s.level === 'synapse' && reads(s.statements, variable)))
}

function heardBySynapses(ears: readonly PlannedEar[], { variable }: PlannedDecay): boolean {
  return ears.some((e) => e.segments.some((s) => s.level === 'synapse' && reads(s.statements, variable)))
}

function addresses(columns: ReadonlyMap<string, Column<ElementType>>): Record<string, number> {
  return Object.fromEntries([...columns].map(([key, c]) => [key, c.address]))
}

const bits = new BigInt64Array(1)
const double = new Float64Array(bits.buffer)

/** The next number after `x`. */
function nextUp(x: number): number {
  if (x === 0) return Number.MIN_VALUE
  double[0] = x
  bits[0] += x > 0 ? 1n : -1n
  return double[0]
}
