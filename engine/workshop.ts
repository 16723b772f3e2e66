/** What everybody needs who puts a network together. */
import type { Assembler } from './assembler.ts'
import type { NetworkDescription, Units } from './description.ts'
import { assert, InputError, unknown } from './errors.ts'
import type { Grid } from './grid.ts'
import type { DeliveryKernels, Float } from './kernels/delivery.ts'
import { type GradedKernels, gradedKernels } from './kernels/graded.ts'
import type { Matrix } from './matrix.ts'
import type { MemoryPlan, NetworkMemory } from './memory.ts'
import type { Part } from './part.ts'
import type { Projection } from './projection.ts'
import { type Key, streamKey } from './random.ts'

export class Workshop {
  readonly parts = new Map<string, Part>()
  /** Projections onto clocked populations that are there already. */
  readonly projections = new Map<string, Projection>()
  /** Full matrices of weights that others may read or change, by the name of their projection. */
  readonly matrices = new Map<string, Matrix>()
  /** Work that needs the memory, in order. */
  readonly later: ((memory: NetworkMemory, kernels: DeliveryKernels) => void)[] = []
  /** What has to be found again after the state has been replaced. */
  readonly restorers: (() => void)[] = []
  private built: { memory: NetworkMemory; kernels: DeliveryKernels } | undefined
  private graded: GradedKernels | undefined
  constructor(
    readonly description: NetworkDescription,
    readonly grid: Grid,
    readonly memoryPlan: MemoryPlan,
    readonly assemble: Assembler,
  ) {}
  get float(): Float {
    return this.description.precision
  }
  key(purpose: string, name: string): Key {
    return streamKey(this.description.seed, purpose, name)
  }
  part(units: Units): Part {
    const found = this.parts.get(units.population)
    if (!found) throw new InputError(unknown('population', units.population, this.parts.keys()))
    return found
  }
  /** The memory is there: everything that waited for it happens now. */
  finish(memory: NetworkMemory, kernels: DeliveryKernels): void {
    this.built = { memory, kernels }
    for (const work of this.later) work(memory, kernels)
  }
  get memory(): NetworkMemory {
    assert(this.built, 'the memory has been built')
    return this.built.memory
  }
  /** Assembled when they are first needed. */
  get gradedKernels(): GradedKernels {
    this.graded ??= this.assemble<GradedKernels>('graded', gradedKernels(this.float, this.memory.shared), this.memory.memory)
    return this.graded
  }
  get kernels(): DeliveryKernels {
    assert(this.built, 'the kernels have been assembled')
    return this.built.kernels
  }
}

export const byName = <T extends { name: string }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
