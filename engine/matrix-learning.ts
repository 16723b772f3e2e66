/**
 * A rule at work on a full matrix, at ticks or at moments of a trial: w <- keep w + sum over terms and copies of pre x post, what is
 * added being the mean over copies. Factors are taken first, weights change after: at one moment all rules read before any writes.
 */
import type { Assembler } from './assembler.ts'
import type { WeightBounds } from './bounds.ts'
import type { LearningDescription, TrialMoment } from './description.ts'
import { evaluate } from './equations/evaluate.ts'
import type { MatrixEar, MatrixRule } from './equations/matrix-rule.ts'
import { number, times } from './equations/tree.ts'
import { InputError, unknown, within } from './errors.ts'
import { Factors } from './factors.ts'
import type { Float } from './kernels/delivery.ts'
import type { GradedKernels } from './kernels/graded.ts'
import type { Matrix } from './matrix.ts'
import type { Column, MemoryPlan, NetworkMemory } from './memory.ts'
import type { ClockedPopulation } from './population.ts'
import { checkRepresentable } from './part.ts'
import { type Dimension, dimensionName, quantityIn, same } from './units.ts'
import { weightUnit } from './equations/check-rule.ts'

export interface MatrixLearningOptions {
  name: string
  rule: MatrixRule
  values: Map<string, number>
  reads: { pre: Map<string, string>; post: Map<string, string> }
  matrix: Matrix
  source: ClockedPopulation
  target: ClockedPopulation
  copies: number
  bounds: WeightBounds | undefined
  float: Float
}

interface WorkingEar {
  ear: MatrixEar
  pre: Factors
  post: Factors
}

export class MatrixLearning {
  readonly name: string
  readonly matrix: Matrix
  private readonly ears: WorkingEar[]
  private readonly a: Column<Float>
  private readonly b: Column<Float>
  private readonly list: Column<'i32'>
  private kernels!: GradedKernels

  constructor(
    readonly options: MatrixLearningOptions,
    plan: MemoryPlan,
  ) {
    const { name, rule, values, reads, matrix, source, target, copies, float } = options
    this.name = name
    this.matrix = matrix
    const share = number(1 / copies)
    this.ears = rule.ears.map((ear, k) => {
      const factors = (side: 'pre' | 'post', population: ClockedPopulation) =>
        new Factors({
          name: `projection.${name}.${side}.${k}`, population, variables: reads[side], values, float,
          expressions: ear.terms.map((t) => (side === 'pre' && copies > 1 ? times(t.pre, share) : t[side])),
        }, plan)
      return { ear, pre: factors('pre', source), post: factors('post', target) }
    })
    const terms = rule.ears.reduce((most, e) => Math.max(most, e.terms.length), 1)
    const own = (what: string) => `projection.${name}.${what}`
    this.a = plan.reserve(own('a'), float, terms * copies * matrix.rows, 'scratch')
    this.b = plan.reserve(own('b'), float, terms * copies * matrix.columns, 'scratch')
    this.list = plan.reserve(own('list'), 'i32', 4 * terms * copies, 'scratch')
  }

  start(memory: NetworkMemory, assemble: Assembler, kernels: GradedKernels): void {
    this.kernels = kernels
    for (const { pre, post } of this.ears) {
      pre.start(memory, assemble)
      post.start(memory, assemble)
    }
  }

  hears(moment: 'tick' | TrialMoment): boolean {
    return this.ears.some(({ ear }) => ear.key === moment)
  }

  /** Both factors of all terms, as they are now. */
  read(moment: 'tick' | TrialMoment): void {
    const { matrix, copies, target, float } = this.options
    const bytes = float === 'f32' ? 4 : 8
    for (const { ear, pre, post } of this.ears) {
      if (ear.key !== moment) continue
      pre.evaluate()
      post.evaluate()
      ear.terms.forEach((_, t) => {
        this.kernels.copy(pre.columns[t].address, this.a.address + t * copies * matrix.rows * bytes, copies * matrix.rows)
        this.kernels.pad(post.columns[t].address, target.size / copies, copies, this.b.address + t * copies * matrix.columns * bytes, matrix.columns)
      })
    }
  }

  increment(moment: 'tick' | TrialMoment): void {
    const { matrix, copies, values, bounds } = this.options
    for (const { ear } of this.ears) {
      if (ear.key !== moment) continue
      const keep = evaluate(ear.keep, (n) => values.get(n) as number)
      this.kernels.update(this.a.address, matrix.rows, this.b.address, matrix.columns, ear.terms.length * copies, matrix.weights.address, matrix.rows, keep, this.list.address)
      if (bounds) {
        this.kernels.clip(matrix.weights.address, matrix.weights.length, bounds.low, bounds.high)
        // zeros behind the last target stay zeros
        if (bounds.low > 0 || bounds.high < 0) for (let j = 0; j < matrix.rows; j++) matrix.weights.view.fill(0, j * matrix.columns + matrix.targets, (j + 1) * matrix.columns)
      }
      matrix.version++
    }
  }

  /** Throws `InputError` with the name of the parameter as its path. */
  changed(parameters: Record<string, string | number>): Map<string, number> {
    return parameterValues(this.options.rule, parameters, this.options.float)
  }
  adopt(values: ReadonlyMap<string, number>): void {
    for (const [name, value] of values) this.options.values.set(name, value)
    for (const { pre, post } of this.ears) {
      pre.adopt()
      post.adopt()
    }
  }
}

/** Throws `InputError` with the name of the parameter as its path. */
export function parameterValues(rule: MatrixRule, given: Record<string, string | number>, float: Float): Map<string, number> {
  const own = weightUnit(rule.weight)
  return new Map(
    Object.entries(given).map(([name, text]) => {
      const known = rule.parameters.get(name)
      if (!known) throw new InputError(unknown('parameter', name, rule.parameters.keys()), [name])
      return within([name], () => {
        const value = quantityIn(text, known.dimension, own)
        checkRepresentable(value, float)
        return [name, value] as const
      })
    }),
  )
}

/** Rule's name -> variable of the neuron, for both sides. Throws `InputError` with the path within the learning. */
export function readVariables(rule: MatrixRule, { reads = {} }: LearningDescription, known: { pre: ReadonlyMap<string, Dimension>; post: ReadonlyMap<string, Dimension> }): MatrixLearningOptions['reads'] {
  for (const name of Object.keys(reads)) {
    if (!rule.pre.has(name) && !rule.post.has(name)) throw new InputError(unknown('variable of the rule', name, [...rule.pre.keys(), ...rule.post.keys()]), ['reads', name])
  }
  const side = (which: 'pre' | 'post') =>
    new Map(
      [...rule[which]].map(([name, dimension]) => {
        const own = reads[name] ?? name
        const found = known[which].get(own)
        const path = name in reads ? ['reads', name] : ['reads']
        const whose = which === 'pre' ? 'presynaptic' : 'postsynaptic'
        if (!found) throw new InputError(`the rule reads "${name}" of the ${whose} neuron: ${unknown('variable', own, known[which].keys())}`, path)
        if (!same(found, dimension)) throw new InputError(`"${own}" of the ${whose} neuron is ${dimensionName(found)}; ${dimensionName(dimension)} is needed`, path)
        return [name, own] as const
      }),
    )
  return { pre: side('pre'), post: side('post') }
}
