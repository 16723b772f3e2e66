/** What is measured of trials: sums over trials and copies that a report makes means of, and responses to single examples. */
import type { Measure, Port, ResponseRequest, TrialBlock, TrialMoment } from './description.ts'
import { atan2 } from './elementary.ts'
import { assert } from './errors.ts'
import { largest, matrixProducts, product, squaredDistance, squaredDistanceToClass, total } from './kernels/measures.ts'
import type { Matrix } from './matrix.ts'
import type { Column, MemoryPlan } from './memory.ts'
import type { ClockedPopulation } from './population.ts'
import type { Recording } from './recorder.ts'
import type { ShownExamples } from './shown-examples.ts'

export interface MeasuresOptions {
  blocks: readonly TrialBlock[]
  responses: readonly ResponseRequest[]
  populations: ReadonlyMap<string, ClockedPopulation>
  matrices: ReadonlyMap<string, Matrix>
  /** Whether the ends of these projections are those of each other, the other way round. */
  opposite(a: string, b: string): boolean
}

export class TrialMeasures {
  /** Two sums a measure, of the block that runs. */
  private readonly sums: Column<'f64'>

  constructor(
    private readonly options: MeasuresOptions,
    private readonly examples: ShownExamples,
    plan: MemoryPlan,
  ) {
    const most = options.blocks.reduce((n, b) => Math.max(n, b.measures.length), 1)
    this.sums = plan.reserve('trials.sums', 'f64', 2 * most, 'state')
  }

  /** Everything that is measured at this moment. */
  take(block: TrialBlock, moment: TrialMoment): void {
    block.measures.forEach((m, k) => {
      if (m.at === moment) for (let c = 0; c < this.examples.copies; c++) this.add(m, k, c)
    })
  }

  /** What the measures have become. */
  values({ measures }: TrialBlock): number[] {
    const sums = this.sums.view
    return measures.map((m, k) => ('weight_angle' in m ? this.weightAngle(m.weight_angle.between) : sums[2 * k] / sums[2 * k + 1]))
  }
  /** They begin anew. */
  clear(): void {
    this.sums.view.fill(0)
  }

  /** Hands over what is kept of the examples that are shown; `position`: trials of the block before this one, `now`: ms. */
  respond(block: TrialBlock, moment: TrialMoment, position: number, now: number, recording: Recording): void {
    const { copies, labels, shown } = this.examples
    for (const { name, of, at, block: which, examples } of this.options.responses) {
      if (which !== block.name || at !== moment) continue
      const { view, n } = this.column(of)
      for (let c = 0; c < copies && position * copies + c < examples; c++) {
        recording.sample(name, now, view.slice(c * n, (c + 1) * n))
        if (labels.length > 0) recording.sample(`${name}.class`, now, Float64Array.of(labels.view[shown[c]]))
      }
    }
  }

  private column({ population, variable }: Port): { view: Float32Array | Float64Array; n: number } {
    const found = this.options.populations.get(population)
    const column = found?.variable(variable) as Column<'f32' | 'f64'> | undefined
    assert(found && column, 'what is measured is checked')
    return { view: column.view, n: found.size / this.examples.copies }
  }

  /** What copy c adds to the sums of measure k. */
  private add(m: Measure, k: number, c: number): void {
    const { examples, labels, values, shown } = this.examples
    const sums = this.sums.view
    const e = shown[c]
    if ('error' in m) {
      const { view, n } = this.column(m.error.of)
      if (largest(view, c * n, n) !== labels.view[e]) sums[2 * k]++
      sums[2 * k + 1]++
    } else if ('squared_error' in m || 'normalised_error' in m) {
      const { view, n } = this.column('squared_error' in m ? m.squared_error.of : m.normalised_error.of)
      const labelled = 'labels' in examples.wanted
      const distance = labelled ? squaredDistanceToClass(view, c * n, n, labels.view[e]) : squaredDistance(view, c * n, values.view, e * n, n)
      sums[2 * k] += 'squared_error' in m ? distance / 2 : distance
      sums[2 * k + 1] += 'squared_error' in m || labelled ? 1 : product(values.view, e * n, values.view, e * n, n)
    } else if ('mean' in m) {
      const { view, n } = this.column(m.mean.of)
      sums[2 * k] += total(view, c * n, n) / n
      sums[2 * k + 1]++
    } else if ('angle' in m) {
      const [a, b] = m.angle.between.map((port) => this.column(port))
      const at = c * a.n
      const value = degrees(product(a.view, at, b.view, at, a.n), product(a.view, at, a.view, at, a.n), product(b.view, at, b.view, at, a.n))
      // a vector of length zero has no direction: it does not count
      if (Number.isNaN(value)) return
      sums[2 * k] += value
      sums[2 * k + 1]++
    }
  }

  private weightAngle([a, b]: [string, string]): number {
    const { matrices, opposite } = this.options
    const [x, y] = [matrices.get(a), matrices.get(b)]
    assert(x && y, 'the matrices are checked')
    const { ab, aa, bb } = matrixProducts({ ...x, view: x.weights.view }, { view: y.weights.view, columns: y.columns }, opposite(a, b))
    return degrees(ab, aa, bb)
  }
}

/** Angle between two vectors, from their products: acos(ab / sqrt(aa bb)), in degrees; NaN where one of them is zero. */
function degrees(ab: number, aa: number, bb: number): number {
  if (!(aa > 0 && bb > 0)) return Number.NaN
  const c = Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)))
  return (atan2(Math.sqrt(1 - c * c), c) * 180) / Math.PI
}
