/**
 * Trials: examples of a data set, each shown in phases, block after block, epoch after epoch, generated as they come. At the end of
 * a phase: sums of graded projections that act then and statements of populations, measures, what is remembered of the example, and
 * rules (all read, then all write). When the next begins: resets, what was remembered, weights that are drawn anew, inputs, then sums
 * and statements, rules again. All this happens after everything else at that instant.
 */
import type { TrialBlock, TrialMoment, TrialPhase, TrialsDescription } from './description.ts'
import { RunError } from './errors.ts'
import type { GradedProjection } from './graded.ts'
import type { Grid } from './grid.ts'
import { norm } from './matrix.ts'
import type { MatrixLearning } from './matrix-learning.ts'
import type { Column, MemoryPlan } from './memory.ts'
import type { ClockedPopulation } from './population.ts'
import type { Key } from './random.ts'
import type { Recording } from './recorder.ts'
import { type Actor, type Horizon, type Phase, phases } from './scheduler.ts'
import type { ShownExamples, TrialInput } from './shown-examples.ts'
import { drawLonger, drawOrder, drawSign } from './trial-draws.ts'
import type { TrialMeasures } from './trial-measures.ts'
import { quantityIn } from './units.ts'

export interface TrialsOptions {
  description: TrialsDescription
  examples: ShownExamples
  measures: TrialMeasures
  grid: Grid
  populations: ReadonlyMap<string, ClockedPopulation>
  inputs: TrialInput[]
  /** Who hears a moment and the sums that act on it then, in the order in which they do. */
  order(moment: TrialMoment): readonly { population: ClockedPopulation; sums: readonly GradedProjection[] }[]
  rules: readonly MatrixLearning[]
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
  private readonly norms: Column<'f64'>
  private readonly blocks: { block: TrialBlock; first: number; count: number; lengths: number[] }[]
  private readonly keys: { longer: Key; sign: Key; orders: Key[] }
  private order: { block: number; epoch: number; of: Uint32Array } | undefined
  /** Where reports go; set by the simulation. */
  recording: () => Recording | undefined = () => undefined

  constructor(
    private readonly options: TrialsOptions,
    plan: MemoryPlan,
  ) {
    const { description: d, grid } = options
    const { examples } = d
    this.place = plan.reserve('trials.place', 'f64', Object.keys(slots).length, 'state')
    this.norms = plan.reserve('trials.norms', 'f64', options.rules.length, 'state')
    this.blocks = d.blocks.map((block) => {
      const { first, last } = examples.splits[block.split]
      const count = block.examples ?? last - first + 1
      return { block, first, count, lengths: block.phases.map((p) => grid.wholeTicks(quantityIn(d.phases[p].length, [1, 0, 0]))) }
    })
    this.keys = { longer: options.key('trials', 'longer'), sign: options.key('trials', 'sign'), orders: d.blocks.map((b) => options.key('trials order', b.name)) }
  }

  /** The memory is there. */
  start(): void {
    const { view } = this.place
    view[slots.block] = -1
    view[slots.phase] = -1
    view[slots.best] = Infinity
    view[slots.sign] = 1
    this.options.examples.start()
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
    return this.get('ended') * this.options.examples.copies
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
    const { examples: { copies }, description: d } = this.options
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
    const { shown } = this.options.examples
    const from = this.get('position') * shown.length
    for (let c = 0; c < shown.length; c++) shown[c] = first + this.order.of[from + c]
  }

  private end(phase: string): void {
    const moment: TrialMoment = `end:${phase}`
    this.wave(moment)
    const { block } = this.blocks[this.get('block')]
    this.look(block, moment)
    this.options.examples.keep(moment)
    this.learn(moment)
  }

  private begin(): void {
    const { description: d, grid, populations, redraw, examples } = this.options
    const { block, lengths } = this.blocks[this.get('block')]
    const at = this.get('phase')
    const name = block.phases[at]
    const phase = d.phases[name] as TrialPhase
    const moment: TrialMoment = `phase:${name}`
    for (const p of phase.reset ?? []) populations.get(p)?.reset()
    if (at === 0) examples.recall()
    for (const p of phase.redraw ?? []) redraw(p, this.get('begun'))
    for (const i of this.options.inputs) examples.write(i, name, this.get('sign'))
    this.wave(moment)
    this.look(block, moment)
    this.learn(moment)
    const longer = grid.wholeTicks(drawLonger(phase.plus, this.keys.longer, this.get('begun'), at))
    this.set('tick', this.get('tick') + lengths[at] + longer)
    this.time = grid.time(this.get('tick'))
  }

  /** Sums that act at this moment and statements of populations, one population after the other. */
  private wave(moment: TrialMoment): void {
    for (const { population, sums } of this.options.order(moment)) {
      for (const g of sums) g.compute()
      population.hear(moment)
    }
  }
  private learn(moment: TrialMoment): void {
    for (const r of this.options.rules) r.read(moment)
    for (const r of this.options.rules) r.increment(moment)
  }

  /** Measures, and responses of this moment. */
  private look(block: TrialBlock, moment: TrialMoment): void {
    const { measures } = this.options
    measures.take(block, moment)
    const recording = this.recording()
    if (recording) measures.respond(block, moment, this.get('position'), this.endTime, recording)
  }

  /** Hands over what the measures have become, and begins them anew. */
  private report(block: TrialBlock, isLast: boolean): void {
    const { measures, description: d } = this.options
    const values = measures.values(block)
    this.checkWeights()
    if (values.length > 0) this.recording()?.sample(block.name, this.endTime, Float64Array.from(values))
    measures.clear()
    this.set('inReport', 0)
    if (!isLast || d.stop?.by.block !== block.name) return
    const value = values[block.measures.findIndex((m) => m.name === d.stop?.by.measure)]
    const isBetter = value < this.get('best')
    this.set('since', isBetter ? 0 : this.get('since') + 1)
    if (isBetter) this.set('best', value)
  }

  /** Training that diverges ends the run. */
  private checkWeights(): void {
    this.options.rules.forEach((r, k) => {
      const found = norm(r.matrix)
      if (!Number.isFinite(found)) throw new RunError(`the weights of "${r.name}" (${layersOf(r)}) are not finite`)
      this.norms.view[k] = found
    })
  }

  /** Why the run fails, with where in the training that is and what the weights were when they were last looked at. */
  placed({ message }: RunError): RunError {
    const rounded = (x: number) => Number(x.toPrecision(4))
    // zero before the first report
    const norms = this.options.rules.map((r, k) => `${r.name} (${layersOf(r)}) ${this.norms.view[k] > 0 ? `${rounded(this.norms.view[k])} at the last report, ` : ''}now ${rounded(norm(r.matrix))}`)
    const learned = norms.length > 0 ? `; norms of weights: ${norms.join('; ')}; if they grow without end, make the learning rate smaller, or give the projection bounds` : ''
    return new RunError(`training fails in epoch ${this.epoch}, at trial ${this.done}: ${message}${learned}`)
  }
}

function layersOf({ options: { source, target } }: MatrixLearning): string {
  return `${source.name} -> ${target.name}`
}
