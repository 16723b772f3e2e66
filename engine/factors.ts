/** Expressions of a population's variables, one value a unit, compiled: the two factors of a rule that works on a whole matrix. */
import type { Assembler } from './assembler.ts'
import { compileProgram } from './equations/compile.ts'
import type { Program } from './equations/program.ts'
import { type Expression, names } from './equations/tree.ts'
import type { Float } from './kernels/delivery.ts'
import type { Column, MemoryPlan, NetworkMemory } from './memory.ts'
import { type ClockedPopulation, unitBlock } from './population.ts'

export interface FactorOptions {
  name: string
  population: ClockedPopulation
  expressions: Expression[]
  /** Name in the expressions -> variable of the population. */
  variables: ReadonlyMap<string, string>
  /** Constants of the expressions, as they are now. */
  values: ReadonlyMap<string, number>
  float: Float
}

export class Factors {
  /** One a expression: so many numbers as there are units, and padding. */
  readonly columns: Column<Float>[]
  private readonly constants: Column<Float>
  private readonly used: string[]
  private step: () => void = () => {}

  constructor(
    private readonly options: FactorOptions,
    plan: MemoryPlan,
  ) {
    const { name, population, expressions, values, float } = options
    const padded = Math.ceil(population.size / unitBlock) * unitBlock
    this.columns = expressions.map((_, k) => plan.reserve(`${name}.${k}`, float, padded, 'scratch'))
    const found = new Set(expressions.flatMap((e) => [...names(e)]))
    this.used = [...values.keys()].filter((key) => found.has(key))
    this.constants = plan.reserve(`${name}.constants`, float, Math.max(1, this.used.length), 'constant')
  }

  start(memory: NetworkMemory, assemble: Assembler): void {
    const { name, population, expressions, variables, values, float } = this.options
    this.adopt()
    const bytes = float === 'f32' ? 4 : 8
    const read = [...new Set(expressions.flatMap((e) => [...names(e)]))].filter((n) => variables.has(n))
    const outputs = expressions.map((_, k) => `out.${k}`)
    const program: Program = {
      variables: [...read, ...outputs],
      constants: new Map(this.used.map((key) => [key, values.get(key) as number])),
      columns: new Map(), perTick: [], gaussians: 0, uniforms: 0, lets: [], receptors: [], plateau: undefined, threshold: undefined, reset: [],
      commits: expressions.map((value, k) => ({ variable: outputs[k], value, isChange: false, held: false })),
      restsBelowThreshold: false, refractory: undefined, keepsLast: false, methods: [], delays: [],
    }
    const address = (n: string) => (population.variable(variables.get(n) as string) as Column<Float>).address
    const text = compileProgram(program, {
      units: population.size,
      variables: Object.fromEntries([...read.map((n) => [n, address(n)]), ...outputs.map((n, k) => [n, this.columns[k].address])]),
      columns: {},
      constants: Object.fromEntries(this.used.map((key, k) => [key, this.constants.address + k * bytes])),
      perTick: 0, inputs: {}, inputStride: 0, last: 0, plateau: 0, key: 0, sharedMemory: memory.shared, rings: {},
    }, float === 'f32' ? 'f32x4' : 'f64x2')
    const { step } = assemble<{ step(tick: number, ticks: number, low: number, high: number, out: number): number }>(`factors ${name}`, text, memory.memory)
    this.step = () => void step(0, 1, 0, population.size, 0)
  }

  /** Constants have changed. */
  adopt(): void {
    this.used.forEach((key, k) => void (this.constants.view[k] = this.options.values.get(key) as number))
  }
  evaluate(): void {
    this.step()
  }
}
