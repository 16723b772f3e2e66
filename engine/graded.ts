/**
 * A graded projection: a current of the target is, for the step that ends at a tick, the sum of weight times a variable of the
 * source as it is at that tick (no delay) or was one tick before. It acts at every tick, or when a phase of a trial begins or ends.
 * Where neither the source nor the weights have changed, what was computed is kept.
 */
import type { TransposedWeights, TrialMoment } from './description.ts'
import type { Float } from './kernels/delivery.ts'
import type { GradedKernels } from './kernels/graded.ts'
import type { Matrix } from './matrix.ts'
import type { Column, MemoryPlan } from './memory.ts'
import type { ClockedPopulation } from './population.ts'

export interface GradedOptions {
  name: string
  source: ClockedPopulation
  target: ClockedPopulation
  /** Variable that is sent, and the one it is written to. */
  sends: string
  writes: string
  copies: number
  at: 'tick' | TrialMoment
  /** In ticks: 0 or 1. */
  delay: number
  /** Found when it is first needed: it may be that of another projection. */
  matrix: () => Matrix
  transposed: TransposedWeights | undefined
  /** One weight for every unit, for one-to-one connections. */
  oneToOne: Column<Float> | undefined
  float: Float
}

/** Below this fraction of active sources a sum over their rows is cheaper than one over all. */
const sparse = 0.4

export class GradedProjection {
  readonly name: string
  /** Products of weight and activity; those that were kept count. */
  private readonly used: Column<'f64'>
  private readonly before: Column<Float>
  private readonly sums: Column<Float>
  private readonly list: Column<'i32'>
  private kernels!: GradedKernels
  /** What holds was computed with these weights; -1 if it has to be computed anew. */
  private version = -1
  /** How often sums were computed and not kept, since the network was built. */
  computed = 0

  constructor(
    readonly options: GradedOptions,
    rows: number,
    columns: number,
    plan: MemoryPlan,
  ) {
    const { name, source, copies, float } = options
    this.name = name
    const own = (what: string) => `projection.${name}.${what}`
    this.used = plan.reserve(own('events'), 'f64', 1, 'state')
    this.before = plan.reserve(own('sent'), float, source.paddedSize, 'scratch')
    this.sums = plan.reserve(own('sums'), float, options.transposed || options.oneToOne ? 0 : copies * columns, 'scratch')
    this.list = plan.reserve(own('active'), 'i32', options.transposed || options.oneToOne ? 0 : 4 * rows, 'scratch')
  }
  start(kernels: GradedKernels): void {
    this.kernels = kernels
  }
  /** The state has been replaced: nothing that was computed holds. */
  restored(): void {
    this.version = -1
  }
  get events(): number {
    return this.used.view[0]
  }

  compute(): void {
    const { source, target, sends, writes, copies, transposed, oneToOne, float } = this.options
    const k = this.kernels
    const x = source.variable(sends) as Column<Float>
    const out = target.variable(writes) as Column<Float>
    const matrix = oneToOne ? undefined : this.options.matrix()
    const changed = k.changed(x.address, this.before.address, x.length) !== 0
    const version = matrix?.version ?? 0
    this.used.view[0] += matrix ? copies * matrix.rows * matrix.targets : source.size
    if (!changed && version === this.version) return
    this.version = version
    this.computed++
    const bytes = float === 'f32' ? 4 : 8
    if (oneToOne) {
      k.products(x.address, oneToOne.address, oneToOne.length, copies, out.address)
      return
    }
    const { weights, rows, targets, columns } = matrix as Matrix
    if (transposed) {
      k[transposed.sign ? 'signs' : 'dots'](x.address, copies, targets, weights.address, columns, rows, out.address, transposed.times ?? 1)
      return
    }
    // the active rows of one copy say how many there are
    const first = k.gather(x.address, rows, weights.address, columns, this.list.address)
    if (copies >= 4 && first > sparse * rows) k.dense(x.address, copies, rows, weights.address, columns, this.sums.address)
    else {
      for (let c = 0; c < copies; c++) {
        const n = c === 0 ? first : k.gather(x.address + c * rows * bytes, rows, weights.address, columns, this.list.address)
        k.rows(this.list.address, n, columns, this.sums.address + c * columns * bytes)
      }
    }
    for (let c = 0; c < copies; c++) k.copy(this.sums.address + c * columns * bytes, out.address + c * targets * bytes, targets)
  }
}
