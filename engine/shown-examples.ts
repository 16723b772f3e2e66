/**
 * The examples of a data set in the network's memory, and those that are shown at present, one for every copy: what they write to
 * currents, and what is remembered of them.
 */
import type { Port, TrialMoment } from './description.ts'
import type { Examples } from './examples.ts'
import type { FedInput } from './injection.ts'
import { show } from './kernels/measures.ts'
import type { Column, MemoryPlan } from './memory.ts'
import type { ClockedPopulation } from './population.ts'

type Numbers = Column<'f32' | 'f64'>

/** An input that trials write, with its values in the engine's units. */
export interface TrialInput {
  input: FedInput
  target: ClockedPopulation
  variable: string
  /** Of an example: times; of what is wanted: hot and cold; by phase: its value. */
  values: { hot: number; cold: number; phases: Record<string, number> }
}

/** A variable whose values are kept for every example. */
export interface Remembered {
  of: Port
  at: TrialMoment
  column: Numbers
}

export class ShownExamples {
  /** One for every copy, counted from the first of the data set. */
  readonly shown: Int32Array
  readonly labels: Column<'u8'>
  readonly values: Column<'f64'>
  readonly remembered: Remembered[]
  private readonly inputs: Column<'u8' | 'f32' | 'f64'>

  constructor(
    readonly examples: Examples,
    readonly copies: number,
    private readonly populations: ReadonlyMap<string, ClockedPopulation>,
    remember: readonly { of: Port; at: TrialMoment }[],
    float: 'f32' | 'f64',
    plan: MemoryPlan,
  ) {
    const { inputs, wanted, count } = examples
    const type = inputs instanceof Uint8Array ? 'u8' : inputs instanceof Float32Array ? 'f32' : 'f64'
    this.shown = new Int32Array(copies)
    this.inputs = plan.reserve('trials.inputs', type, inputs.length, 'constant') as Column<'u8' | 'f32' | 'f64'>
    this.labels = plan.reserve('trials.labels', 'u8', 'labels' in wanted ? count : 0, 'constant')
    this.values = plan.reserve('trials.values', 'f64', 'values' in wanted ? wanted.values.length : 0, 'constant')
    this.remembered = remember.map(({ of, at }) => {
      const { size } = populations.get(of.population) as ClockedPopulation
      return { of, at, column: plan.reserve(`trials.remembered.${of.population}.${of.variable}`, float, (count * size) / copies, 'state') as Numbers }
    })
  }

  /** The memory is there. */
  start(): void {
    const { inputs, wanted } = this.examples
    ;(this.inputs.view as Float64Array).set(inputs)
    if ('labels' in wanted) this.labels.view.set(wanted.labels)
    else this.values.view.set(wanted.values)
  }

  /** What an input is in a phase; `sign` is that of the trial. */
  write({ input, target, variable, values }: TrialInput, phase: string, sign: number): void {
    const { copies, examples } = this
    const column = target.variable(variable) as Numbers
    const n = target.size / copies
    if ('phases' in input) {
      const value = (values.phases[phase] ?? 0) * (input.sign ? sign : 1)
      column.view.fill(value, 0, target.size)
      return
    }
    const { during } = 'example' in input ? input.example : input.wanted
    if (during && !during.includes(phase)) {
      column.view.fill(0, 0, target.size)
      return
    }
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

  /** Variables as they are now are kept for the examples shown. */
  keep(moment: TrialMoment): void {
    for (const r of this.remembered) if (r.at === moment) this.exchange(r, 'keep')
  }
  /** Variables become what they were when the examples were shown last; zero before. */
  recall(): void {
    for (const r of this.remembered) this.exchange(r, 'recall')
  }
  private exchange({ of, column }: Remembered, what: 'keep' | 'recall'): void {
    const population = this.populations.get(of.population) as ClockedPopulation
    const { view } = population.variable(of.variable) as Numbers
    const n = population.size / this.copies
    for (let c = 0; c < this.copies; c++) {
      const at = this.shown[c] * n
      if (what === 'keep') column.view.set(view.subarray(c * n, (c + 1) * n), at)
      else view.set(column.view.subarray(at, at + n), c * n)
    }
  }
}
