/**
 * Trials: examples of a data set, each shown in phases, block after block, epoch after epoch, generated as they come. At the end of
 * a phase: sums of graded projections that act then and statements of populations, measures, what is remembered of the example, and
 * rules (all read, then all write). When the next begins: resets, what was remembered, weights that are drawn anew, inputs, then sums
 * and statements, rules again. All this happens after everything else at that instant.
 */
import type { Measure, Port, TrialBlock, TrialMoment, TrialPhase, TrialsDescription } from './description.ts'
import { atan2 } from './elementary.ts'
import { assert, RunError } from './errors.ts'
import type { FedInput } from './injection.ts'
import type { GradedProjection } from './graded.ts'
import type { Grid } from './grid.ts'
import { largest, matrixProducts, product, show, squaredDistance, squaredDistanceToClass, total } from './kernels/measures.ts'
import { type Matrix, norm } from './matrix.ts'
import type { MatrixLearning } from './matrix-learning.ts'
import type { Column, MemoryPlan } from './memory.ts'
import type { ClockedPopulation } from './population.ts'
import type { Key } from './random.ts'
import type { Recording } from './recorder.ts'
import { type Actor, type Horizon, type Phase, phases } from './scheduler.ts'
import { drawLonger, drawOrder, drawSign } from './trial-draws.ts'
import { quantityIn } from './units.ts'

type Numbers = Column<'f32' | 'f64'>

/** An input that trials write, with its values in the engine's units. */
export interface TrialInput {
  input: FedInput
  target: ClockedPopulation
  variable: string
  /** Of an example: times; of what is wanted: hot and cold; by phase: its value. */
  values: { hot: number; cold: number; phases: Record<string, number> }
}

export interface TrialsOptions {
  description: TrialsDescription
  copies: number
  grid: Grid
  float: 'f32' | 'f64'
  populations: ReadonlyMap<string, ClockedPopulation>
  inputs: TrialInput[]
  /** Who hears a moment, in the order in which they do. */
  order(moment: TrialMoment): readonly ClockedPopulation[]
  graded: readonly GradedProjection[]
  rules: readonly MatrixLearning[]
  matrices: ReadonlyMap<string, Matrix>
  /** Whether the ends of these projections are those of each other, the other way round. */
  opposite(a: string, b: string): boolean
  /** Draws the weights of a projection anew. */
  redraw(projection: string, trial: number): void
  key(purpose: string, name: string): Key
}

/** Numbers of `place`: what has to be known to go on. */
const slots = { epoch: 0, block: 1, position: 2, phase: 3, tick: 4, sign: 5, begun: 6, ended: 7, finished: 8, inReport: 9, best: 10, since: 11 } as const

export class Trials implements Actor {
  readonly name = 'trials'
  time = 0
  phase: Phase = phases.trials
  turns = 0
  rank = 0
  private readonly place: Column<'f64'>
  /** Two sums a measure, of the block that runs. */
  private readonly sums: Column<'f64'>
  private readonly norms: Column<'f64'>
  private readonly inputs: Column<'u8' | 'f32' | 'f64'>
  private readonly labels: Column<'u8'>
  private readonly values: Column<'f64'>
  private readonly remembered: { of: Port; at: TrialMoment; column: Numbers }[]
  private readonly blocks: { block: TrialBlock; first: number; count: number; lengths: number[] }[]
  private readonly phaseTicks = new Map<string, number>()
  private readonly keys: { longer: Key; sign: Key; orders: Key[] }
  private order: { block: number; epoch: number; of: Uint32Array } | undefined
  private readonly shown: Int32Array
  /** Where reports go; set by the simulation. */
  recording: () => Recording | undefined = () => undefined

  constructor(
    private readonly options: TrialsOptions,
    plan: MemoryPlan,
  ) {
    const { description: d, copies, grid, float, populations } = options
    const { examples } = d
    this.place = plan.reserve('trials.place', 'f64', Object.keys(slots).length, 'state')
    const most = d.blocks.reduce((n, b) => Math.max(n, b.measures.length), 1)
    this.sums = plan.reserve('trials.sums', 'f64', 2 * most, 'state')
    this.norms = plan.reserve('trials.norms', 'f64', options.rules.length, 'state')
    const type = examples.inputs instanceof Uint8Array ? 'u8' : examples.inputs instanceof Float32Array ? 'f32' : 'f64'
    this.inputs = plan.reserve('trials.inputs', type, examples.inputs.length, 'constant') as Column<'u8' | 'f32' | 'f64'>
    this.labels = plan.reserve('trials.labels', 'u8', 'labels' in examples.wanted ? examples.count : 0, 'constant')
    this.values = plan.reserve('trials.values', 'f64', 'values' in examples.wanted ? examples.wanted.values.length : 0, 'constant')
    this.remembered = (d.remember ?? []).map(({ of, at }) => {
      const { size } = populations.get(of.population) as ClockedPopulation
      return { of, at, column: plan.reserve(`trials.remembered.${of.population}.${of.variable}`, float, (examples.count * size) / copies, 'state') as Numbers }
    })
    for (const [name, { length }] of Object.entries(d.phases)) this.phaseTicks.set(name, grid.wholeTicks(quantityIn(length, [1, 0, 0])))
    this.blocks = d.blocks.map((block) => {
      const { first, last } = examples.splits[block.split]
      const count = block.examples ?? last - first + 1
      return { block, first, count, lengths: block.phases.map((p) => this.phaseTicks.get(p) as number) }
    })
    this.keys = { longer: options.key('trials', 'longer'), sign: options.key('trials', 'sign'), orders: d.blocks.map((b) => options.key('trials order', b.name)) }
    this.shown = new Int32Array(copies)
  }

  /** The memory is there. */
  start(): void {
    const { examples } = this.options.description
    ;(this.inputs.view as Float64Array).set(examples.inputs)
    if ('labels' in examples.wanted) this.labels.view.set(examples.wanted.labels)
    else this.values.view.set(examples.wanted.values)
    const { view } = this.place
    view[slots.block] = -1
    view[slots.phase] = -1
    view[slots.best] = Infinity
    view[slots.sign] = 1
    this.time = 0
  }
  restored(): void {
    this.order = undefined
    this.time = this.finished ? Infinity : this.options.grid.time(this.place.view[slots.tick])
    if (this.place.view[slots.phase] >= 0) this.findExamples()
  }

  private get(slot: keyof typeof slots): number {
    return this.place.view[slots[slot]]
  }
  private set(slot: keyof typeof slots, value: number): void {
    this.place.view[slots[slot]] = value
  }
  get finished(): boolean {
    return this.get('finished') === 1
  }
  /** ms: when the last trial has ended. */
  get endTime(): number {
    return this.options.grid.time(this.get('tick'))
  }
  get epoch(): number {
    return this.get('epoch')
  }
  get epochs(): number {
    return this.options.description.epochs
  }
  /** Name of the block that runs. */
  get block(): string {
    return this.blocks[this.get('block')]?.block.name ?? ''
  }
  /** Trials that have ended, one for every copy. */
  get done(): number {
    return this.get('ended') * this.options.copies
  }
  /** Trials of all epochs, if it is not stopped before. */
  get total(): number {
    let sum = 0
    for (let epoch = 0; epoch <= this.epochs; epoch++) this.blocks.forEach(({ count }, b) => void (sum += this.runs(b, epoch) ? count : 0))
    return sum
  }

  act(_horizon: Horizon): void {
    const at = this.get('phase')
    const running = this.blocks[this.get('block')]
    if (at >= 0) this.end(running.block.phases[at])
    if (at >= 0 && at + 1 < running.block.phases.length) this.set('phase', at + 1)
    else if (!this.nextTrial()) {
      this.set('finished', 1)
      this.time = Infinity
      return
    }
    this.begin()
  }

  /** Which example comes next; false if there is none. */
  private nextTrial(): boolean {
    const { copies, description: d } = this.options
    if (this.get('phase') >= 0) {
      this.set('ended', this.get('ended') + 1)
      const { block, count } = this.blocks[this.get('block')]
      const position = this.get('position') + 1
      const isLast = position * copies >= count
      this.set('inReport', this.get('inReport') + 1)
      if (isLast || (block.report !== undefined && this.get('inReport') * copies >= block.report)) this.report(block, isLast)
      if (!isLast) {
        this.set('position', position)
        this.beginTrial()
        return true
      }
    }
    for (let epoch = this.get('epoch'), b = this.get('block') + 1; ; b++) {
      if (b === this.blocks.length) {
        if (d.stop && epoch > 0 && this.get('since') >= d.stop.patience) return false
        b = 0
        if (++epoch > d.epochs) return false
      }
      if (!this.runs(b, epoch)) continue
      this.set('epoch', epoch)
      this.set('block', b)
      this.set('position', 0)
      this.beginTrial()
      return true
    }
  }

  private runs(b: number, epoch: number): boolean {
    const { before, every = 1 } = this.blocks[b].block
    return before ? epoch === 0 : epoch > 0 && (epoch % every === 0 || epoch === this.epochs)
  }

  private beginTrial(): void {
    this.set('phase', 0)
    this.set('begun', this.get('begun') + 1)
    this.set('sign', drawSign(this.keys.sign, this.get('begun')))
    this.findExamples()
  }

  /** The example of every copy. */
  private findExamples(): void {
    const [b, epoch] = [this.get('block'), this.get('epoch')]
    const { block, first, count } = this.blocks[b]
    if (this.order?.block !== b || this.order.epoch !== epoch) {
      const of = new Uint32Array(count)
      if (block.shuffle) drawOrder(of, this.keys.orders[b], epoch)
      else of.forEach((_, i) => void (of[i] = i))
      this.order = { block: b, epoch, of }
    }
    const { shown } = this
    const from = this.get('position') * shown.length
    for (let c = 0; c < shown.length; c++) shown[c] = first + this.order.of[from + c]
  }

  private end(phase: string): void {
    const moment: TrialMoment = `end:${phase}`
    this.wave(moment)
    const { block } = this.blocks[this.get('block')]
    block.measures.forEach((m, k) => {
      if (m.at === moment) this.measure(m, k)
    })
    this.respond(block, moment)
    for (const r of this.remembered) if (r.at === moment) this.exchange(r, 'keep')
    this.learn(moment)
  }

  private begin(): void {
    const { description: d, grid, populations, redraw } = this.options
    const { block, lengths } = this.blocks[this.get('block')]
    const at = this.get('phase')
    const name = block.phases[at]
    const phase = d.phases[name] as TrialPhase
    const moment: TrialMoment = `phase:${name}`
    for (const p of phase.reset ?? []) populations.get(p)?.reset()
    if (at === 0) for (const r of this.remembered) this.exchange(r, 'recall')
    for (const p of phase.redraw ?? []) redraw(p, this.get('begun'))
    for (const i of this.options.inputs) this.write(i, name)
    this.wave(moment)
    block.measures.forEach((m, k) => {
      if (m.at === moment) this.measure(m, k)
    })
    this.respond(block, moment)
    this.learn(moment)
    const longer = phase.plus ? grid.wholeTicks(drawLonger(phase.plus, this.keys.longer, this.get('begun'), at)) : 0
    this.set('tick', this.get('tick') + lengths[at] + longer)
    this.time = grid.time(this.get('tick'))
  }

  /** Sums that act at this moment and statements of populations, one population after the other. */
  private wave(moment: TrialMoment): void {
    const { graded, order } = this.options
    for (const p of order(moment)) {
      for (const g of graded) if (g.options.at === moment && g.options.target === p) g.compute()
      p.hear(moment)
    }
  }
  private learn(moment: TrialMoment): void {
    for (const r of this.options.rules) r.read(moment)
    for (const r of this.options.rules) r.increment(moment)
  }

  private write({ input, target, variable, values }: TrialInput, phase: string): void {
    const { copies, description: d } = this.options
    const column = target.variable(variable) as Numbers
    const n = target.size / copies
    if ('phases' in input) {
      const value = (values.phases[phase] ?? 0) * (input.sign ? this.get('sign') : 1)
      column.view.fill(value, 0, target.size)
      return
    }
    const { during } = 'example' in input ? input.example : input.wanted
    if (during && !during.includes(phase)) {
      column.view.fill(0, 0, target.size)
      return
    }
    const { examples } = d
    for (let c = 0; c < copies; c++) {
      const e = this.shown[c]
      if ('example' in input) show(this.inputs.view, e * examples.width, n, examples.scale * values.hot, column.view, c * n)
      else if ('values' in examples.wanted) show(this.values.view, e * examples.outputs, n, values.hot, column.view, c * n)
      else {
        column.view.fill(values.cold, c * n, (c + 1) * n)
        column.view[c * n + this.labels.view[e]] = values.hot
      }
    }
  }

  private exchange({ of, column }: { of: Port; column: Numbers }, what: 'keep' | 'recall'): void {
    const { populations, copies } = this.options
    const population = populations.get(of.population) as ClockedPopulation
    const { view } = population.variable(of.variable) as Numbers
    const n = population.size / copies
    for (let c = 0; c < copies; c++) {
      const at = this.shown[c] * n
      if (what === 'keep') column.view.set(view.subarray(c * n, (c + 1) * n), at)
      else view.set(column.view.subarray(at, at + n), c * n)
    }
  }

  /** Hands over what is kept of the examples that are shown. */
  private respond(block: TrialBlock, moment: TrialMoment): void {
    const { copies, description: d } = this.options
    const recording = this.recording()
    if (!d.responses || !recording) return
    for (const { name, of, at, block: which, examples } of d.responses) {
      if (which !== block.name || at !== moment) continue
      const { view, n } = this.column(of)
      for (let c = 0; c < copies && this.get('position') * copies + c < examples; c++) {
        recording.sample(name, this.endTime, view.slice(c * n, (c + 1) * n))
        if (this.labels.length > 0) recording.sample(`${name}.class`, this.endTime, Float64Array.of(this.labels.view[this.shown[c]]))
      }
    }
  }

  private column({ population, variable }: Port): { view: Float32Array | Float64Array; n: number } {
    const found = this.options.populations.get(population)
    const column = found?.variable(variable)
    assert(found && column, 'what is measured is checked')
    return { view: (column as Numbers).view, n: found.size / this.options.copies }
  }

  private measure(m: Measure, k: number): void {
    const { copies, description: d } = this.options
    const { examples } = d
    const sums = this.sums.view
    const labelled = 'labels' in examples.wanted
    for (let c = 0; c < copies; c++) {
      const e = this.shown[c]
      if ('error' in m) {
        const { view, n } = this.column(m.error.of)
        if (largest(view, c * n, n) !== this.labels.view[e]) sums[2 * k]++
        sums[2 * k + 1]++
      } else if ('squared_error' in m || 'normalised_error' in m) {
        const { view, n } = this.column('squared_error' in m ? m.squared_error.of : m.normalised_error.of)
        const distance = labelled ? squaredDistanceToClass(view, c * n, n, this.labels.view[e]) : squaredDistance(view, c * n, this.values.view, e * n, n)
        sums[2 * k] += 'squared_error' in m ? distance / 2 : distance
        sums[2 * k + 1] += 'squared_error' in m ? 1 : labelled ? 1 : product(this.values.view, e * n, this.values.view, e * n, n)
      } else if ('mean' in m) {
        const { view, n } = this.column(m.mean.of)
        sums[2 * k] += total(view, c * n, n) / n
        sums[2 * k + 1]++
      } else if ('angle' in m) {
        const [a, b] = m.angle.between.map((port) => this.column(port))
        const at = c * a.n
        const value = degrees(product(a.view, at, b.view, at, a.n), product(a.view, at, a.view, at, a.n), product(b.view, at, b.view, at, a.n))
        // a vector of length zero has no direction: it does not count
        if (!Number.isNaN(value)) {
          sums[2 * k] += value
          sums[2 * k + 1]++
        }
      }
    }
  }

  /** Hands over what the measures have become, and begins them anew. */
  private report(block: TrialBlock, isLast: boolean): void {
    const { matrices, opposite, description: d } = this.options
    const sums = this.sums.view
    const values = block.measures.map((m, k) => {
      if (!('weight_angle' in m)) return sums[2 * k] / sums[2 * k + 1]
      const [a, b] = m.weight_angle.between
      const [x, y] = [matrices.get(a), matrices.get(b)]
      assert(x && y, 'the matrices are checked')
      const { ab, aa, bb } = matrixProducts({ ...x, view: x.weights.view }, { view: y.weights.view, columns: y.columns }, opposite(a, b))
      return degrees(ab, aa, bb)
    })
    this.checkWeights()
    if (values.length > 0) this.recording()?.sample(block.name, this.endTime, Float64Array.from(values))
    sums.fill(0)
    this.set('inReport', 0)
    if (!isLast || d.stop?.by.block !== block.name) return
    const value = values[block.measures.findIndex((m) => m.name === d.stop?.by.measure)]
    this.set('since', value < this.get('best') ? 0 : this.get('since') + 1)
    this.set('best', Math.min(this.get('best'), value))
  }

  /** Training that diverges ends the run. */
  private checkWeights(): void {
    this.options.rules.forEach((r, k) => {
      const found = norm(r.matrix)
      if (!Number.isFinite(found)) {
        throw new RunError(
          `training diverges in epoch ${this.epoch}, at trial ${this.done}: the weights of "${r.name}" (${r.options.source.name} -> ${r.options.target.name}) are not finite; ` +
            `their norm was ${Number(this.norms.view[k].toPrecision(4))} at the report before; make the learning rate smaller, or give the projection bounds`,
        )
      }
      this.norms.view[k] = found
    })
  }
}

/** Angle between two vectors, from their products: acos(ab / sqrt(aa bb)), in degrees; NaN where one of them is zero. */
function degrees(ab: number, aa: number, bb: number): number {
  if (!(aa > 0 && bb > 0)) return Number.NaN
  const c = Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)))
  return (atan2(Math.sqrt(1 - c * c), c) * 180) / Math.PI
}
