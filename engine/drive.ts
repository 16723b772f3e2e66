/** Inputs that no population sends: Poisson trains and lists of spikes. */
import type { Assembler } from './assembler.ts'
import { log } from './elementary.ts'
import { InputError } from './errors.ts'
import type { Grid } from './grid.ts'
import { type PoissonKernel, poissonKernel } from './kernels/poisson.ts'
import type { Column, MemoryPlan, NetworkMemory } from './memory.ts'
import type { ClockedInput, InputPlace, Partition } from './projection.ts'
import { integerBelow, type Key, philox, poissonTable, uniform01, uniform52 } from './random.ts'

/** Spikes one after the other: `time` (ms) and `unit` of the next one, until `next` is called. Infinity when there is none. */
export interface SpikeSequence {
  time: number
  unit: number
  next(): void
  /** Read the present spike again from the state, after a checkpoint has been restored. */
  place(): void
}

const words = new Uint32Array(4)

/**
 * `units` independent Poisson trains as one sequence: the gaps of the sum are exponential with the summed rate, and each
 * spike belongs to a unit drawn uniformly; where rates differ, a spike is kept with probability rate / greatest rate.
 * Spike n is a function of the counter n: gap from words 0 and 1, unit from word 2, acceptance from word 3.
 */
export function poissonSequence(name: string, units: number, rate: number | Float64Array, key: Key, plan: MemoryPlan): SpikeSequence {
  const greatest = typeof rate === 'number' ? rate : rate.reduce((a, b) => Math.max(a, b), 0)
  // time of the next spike, its unit, number of draws
  const state: Column<'f64'> = plan.reserve(`poisson.${name}`, 'f64', 3, 'state')
  const sequence: SpikeSequence = {
    time: Infinity,
    unit: 0,
    next: () => {
      const s = state.view
      if (greatest === 0) s[0] = Infinity
      else {
        let time = s[0]
        let unit: number
        do {
          const n = s[2]++
          philox(n >>> 0, Math.floor(n / 4294967296), 0, 0, key[0], key[1], words)
          time -= log(uniform52(words[0], words[1])) / (greatest * units)
          unit = integerBelow(words[2], units)
        } while (typeof rate !== 'number' && uniform01(words[3]) * greatest >= rate[unit])
        s[0] = time
        s[1] = unit
      }
      sequence.place()
    },
    place: () => {
      sequence.time = state.view[0]
      sequence.unit = state.view[1]
    },
  }
  return sequence
}

/** Throws `InputError` where the spikes are none of `size` units from time zero on. */
export function checkSpikes({ times, units }: { times: number[]; units: number[] }, size: number): void {
  if (times.length !== units.length) throw new InputError(`found ${times.length} times and ${units.length} units; one unit a time is needed`)
  times.forEach((t, k) => {
    if (!(Number.isFinite(t) && t >= 0)) throw new InputError(`found a spike at ${t} ms; zero or more is needed`, ['times', k])
    if (!(Number.isInteger(units[k]) && units[k] >= 0 && units[k] < size)) throw new InputError(`found unit ${units[k]}; units 0 to ${size - 1} are there`, ['units', k])
  })
}

/** Spikes from a list, sorted by time and then unit. */
export function listSequence(name: string, times: ArrayLike<number>, units: ArrayLike<number>, plan: MemoryPlan): SpikeSequence {
  const order = Array.from({ length: times.length }, (_, k) => k).sort((a, b) => times[a] - times[b] || units[a] - units[b])
  const sorted = { times: Float64Array.from(order, (k) => times[k]), units: Uint32Array.from(order, (k) => units[k]) }
  const position: Column<'f64'> = plan.reserve(`list.${name}`, 'f64', 1, 'state')
  const sequence: SpikeSequence = {
    time: Infinity,
    unit: 0,
    next: () => {
      position.view[0]++
      sequence.place()
    },
    place: () => {
      // position 0: before the first
      const k = position.view[0] - 1
      sequence.time = k >= 0 && k < sorted.times.length ? sorted.times[k] : Infinity
      sequence.unit = k >= 0 && k < sorted.units.length ? sorted.units[k] : 0
    },
  }
  return sequence
}

/** A sequence as input of a clocked population: a spike acts at the first tick at or after its time. */
export class SequenceInput implements ClockedInput {
  constructor(
    readonly name: string,
    private readonly sequence: SpikeSequence,
    private readonly weight: number,
    private readonly firstUnit: number,
    private readonly grid: Grid,
    private readonly place: () => InputPlace,
    private readonly input: () => Float32Array | Float64Array,
  ) {}
  known(): number {
    return Infinity
  }
  deliver(first: number, last: number): void {
    const { sequence, grid, weight, firstUnit } = this
    const end = grid.time(last)
    if (sequence.time > end + grid.dt) return
    const input = this.input()
    const stride = this.place().stride / input.BYTES_PER_ELEMENT
    for (;;) {
      const tick = grid.tickAtOrAfter(sequence.time)
      if (!(tick <= last)) return
      // a spike at time zero or before acts at the first tick
      input[(Math.max(tick, first) - first) * stride + firstUnit + sequence.unit] += weight
      sequence.next()
    }
  }
}

/** A Poisson number for every unit and tick: for rates at which most units get something in most ticks. */
export class DenseDrive implements ClockedInput {
  private kernel!: PoissonKernel
  private readonly key: Key
  constructor(
    readonly name: string,
    private readonly mean: number,
    private readonly weight: number,
    key: Key,
    private readonly partitions: Partition[],
    private readonly float: 'f32' | 'f64',
    private readonly place: () => InputPlace,
  ) {
    this.key = key
  }
  start(memory: NetworkMemory, assemble: Assembler): void {
    const { address, stride } = this.place()
    const text = poissonKernel({ table: poissonTable(this.mean), weight: this.weight, key: this.key, input: address, stride, float: this.float, sharedMemory: memory.shared })
    this.kernel = assemble<PoissonKernel>(`poisson ${this.name}`, text, memory.memory)
  }
  known(): number {
    return Infinity
  }
  deliver(first: number, last: number): void {
    for (const { low, high } of this.partitions) this.kernel.draw(first, last - first + 1, low, high)
  }
}
