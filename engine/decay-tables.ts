/** Factors of decaying traces over whole numbers of ticks: exp(rate k dt), computed once in f64 and rounded once. */
import { exp } from './elementary.ts'
import type { DecayTable } from './equations/rule-code.ts'
import type { Float } from './kernels/delivery.ts'
import type { Column, MemoryPlan } from './memory.ts'

export class DecayTables {
  private readonly tables: { rate: number; low: Column<Float>; high: Column<Float> }[] = []
  constructor(
    name: string,
    rates: readonly number[],
    private readonly dt: number,
    float: Float,
    memoryPlan: MemoryPlan,
  ) {
    for (const rate of new Set(rates)) {
      if (rate === 0) continue
      // as long as the factor is not lost in what counts as nothing
      const ticks = Math.ceil((float === 'f32' ? 70 : 670) / (-rate * dt)) + 1
      const own = (what: string, length: number) => memoryPlan.reserve(`learning.${name}.${what} ${this.tables.length}`, float, length, 'constant') as Column<Float>
      this.tables.push({ rate, low: own('decay', Math.min(65536, ticks)), high: own('late decay', ticks > 65536 ? Math.ceil(ticks / 65536) + 1 : 0) })
    }
  }
  start(): void {
    for (const { rate, low, high } of this.tables) {
      for (let k = 0; k < low.length; k++) low.view[k] = exp(rate * (k * this.dt))
      for (let h = 0; h < high.length; h++) high.view[h] = exp(rate * (h * 65536 * this.dt))
    }
  }
  addresses(): Map<number, DecayTable> {
    return new Map(this.tables.map(({ rate, low, high }) => [rate, { low: low.address, length: low.length, high: high.address, highLength: high.length }]))
  }
}
