/** A learning rule in TypeScript at work on a full matrix of weights: the same ears as methods (`RuleProgram` in model.ts). */
import type { Assembler } from './assembler.ts'
import type { PlannedRule } from './equations/plan-rule.ts'
import type { Grid } from './grid.ts'
import type { DeliveryKernels, Float } from './kernels/delivery.ts'
import { checkWeights, type Learner } from './learner.ts'
import type { LearningBlock } from './learning.ts'
import type { ElementType, MemoryPlan, NetworkMemory } from './memory.ts'
import type { RuleContext, RuleEars, RuleProgram } from './model.ts'
import type { EventStream, Reader } from './stream.ts'

export interface ProgramOptions {
  name: string
  program: RuleProgram
  float: Float
  grid: Grid
  /** Times of `visit` are ticks, else ms. */
  ticked: boolean
  /** In engine units, as they are now. */
  values: Map<string, number>
  bounds: RuleContext['bounds']
  target: EventStream
  targets: number
  block: LearningBlock
  neuron: (name: string) => { address: number; view: Float32Array | Float64Array }
  /** How source and target of a synapse are called in errors. */
  ends: (index: number) => string
}

export class ProgramLearning implements Learner {
  readonly name: string
  readonly sent = undefined
  private readonly ears: RuleEars
  private readonly reader: Reader
  private memory!: NetworkMemory
  private assemble!: Assembler
  private kernels!: DeliveryKernels

  constructor(
    private readonly o: ProgramOptions,
    plan: MemoryPlan,
  ) {
    this.name = o.name
    this.reader = o.target.reader(`learning ${o.name}`, plan)
    const { block, values } = o
    const reserve = (segment: 'state' | 'scratch') => <T extends ElementType>(what: string, type: T, length: number) => plan.reserve(`learning.${o.name}.${what}`, type, length, segment)
    this.ears = o.program.make({
      sources: block.rows, targets: o.targets, dt: o.grid.dt, precision: o.float, bounds: o.bounds,
      shared: () => this.memory.shared,
      parameter: (name) => values.get(name) as number,
      column: reserve('state'),
      scratch: reserve('scratch'),
      neuron: o.neuron,
      weights: () => ({ address: block.weights.address, view: block.weights.view as Float32Array | Float64Array, columns: block.columns }),
      assemble: (name, text) => this.assemble(name, text, this.memory.memory),
    })
  }

  start(memory: NetworkMemory, assemble: Assembler, kernels: DeliveryKernels): void {
    this.memory = memory
    this.assemble = assemble
    this.kernels = kernels
    this.ears.start?.()
  }

  visit(_delayClass: number, entries: number, count: number, time: number, input: number): void {
    const { block, ticked, grid } = this.o
    const tick = ticked ? time : Math.max(1, grid.tickAtOrAfter(time))
    const rows = new Int32Array(this.memory.memory.buffer as ArrayBuffer, entries, 4 * count)
    for (let k = 0; k < rows.length; k += 4) rows[k] &= 0xffffff
    this.kernels.dense(entries, count, block.weights.address, block.columns, input)
    if (this.ears.preSpike) for (let k = 0; k < rows.length; k += 4) this.ears.preSpike(rows[k], tick)
  }

  nextDue(now: number): number {
    return now + 1
  }

  learn(tick: number): void {
    const { target, targets } = this.o
    let position = this.reader.position
    for (; position < target.written && target.time(position) <= tick; position++) {
      const unit = target.source(position)
      if (unit < targets && (target.kind(position) & 1) !== 0) this.ears.postSpike?.(unit, target.time(position))
    }
    this.reader.position = position
    this.ears.tick?.(tick)
  }

  /** Everything has been heard at its tick. */
  hear(): void {}
  settle(): void {}

  check(now: number): void {
    checkWeights(this.name, this.o.block.weights, this.kernels, this.o.ends, this.o.grid.time(now))
  }

  change(_plan: PlannedRule): void {}
  restored(): void {
    this.ears.restored?.()
  }
}
