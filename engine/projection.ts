/**
 * A projection onto a clocked population: a reader of the source's stream that adds to the target's input when a spike
 * arrives. Connections of the same delay share a cursor; each keeps its rows cut along the partitions of the target.
 */
import type { Connections } from './connectivity.ts'
import { assert } from './errors.ts'
import type { Grid } from './grid.ts'
import type { DeliveryKernels, Float } from './kernels/delivery.ts'
import type { Column, MemoryPlan } from './memory.ts'
import type { EventStream, Reader } from './stream.ts'
import type { SynapseState } from './synapse.ts'

/** Anything that fills the input of a clocked population, tick by tick. */
export interface ClockedInput {
  readonly name: string
  /** Add everything that arrives at ticks `first` ... `last`, in canonical order. */
  deliver(first: number, last: number): void
  /** The last tick up to which all arrivals are known. */
  known(): number
}

/** The part of a target population whose input fits the nearest caches. */
export interface Partition {
  low: number
  high: number
}

interface Row {
  starts: Column<'u32'>
  targets: Column<'u16' | 'u32'>
  weights: Column<'f32' | 'f64'> | undefined
}

export interface DelayClass {
  /** ms */
  delay: number
  connections: Connections
  /** One for every connection, or one for all. */
  weights: number | Float64Array
}

/** Where the receptor's input lies: address of the first tick's, and the distance from tick to tick. */
export interface InputPlace {
  address: number
  stride: number
}

const entryBytes = 16
const batch = 1024

export class Projection {
  readonly name: string
  readonly inputs: ClockedInput[]
  /** Spikes sent on times the length of their rows. */
  get synapticEvents(): number {
    return this.events.view[0]
  }
  readonly connections: number
  private readonly events: Column<'f64'>

  constructor(
    private readonly options: {
      name: string
      source: EventStream
      /** The source's times are ticks; otherwise ms. */
      clockedSource: boolean
      firstSource: number
      lastSource: number
      /** Kinds of event that are sent on. */
      mask: number
      classes: DelayClass[]
      partitions: Partition[]
      float: Float
      grid: Grid
      /** Made for every delay class, so that each sees every spike once. */
      synapse: ((tag: string) => SynapseState) | undefined
      place: () => InputPlace
      kernels: () => DeliveryKernels
    },
    plan: MemoryPlan,
  ) {
    this.name = options.name
    this.events = plan.reserve(`projection.${options.name}.events`, 'f64', 1, 'state')
    this.connections = options.classes.reduce((n, c) => n + c.connections.targets.length, 0)
    this.inputs = options.classes.map((c, k) => this.delayClass(c, options.classes.length > 1 ? `.${k}` : '', plan))
  }

  private delayClass({ delay, connections, weights }: DelayClass, tag: string, plan: MemoryPlan): ClockedInput {
    const { name, source, clockedSource, firstSource, lastSource, mask, partitions, float, grid, kernels, place } = this.options
    const ticks = clockedSource ? grid.wholeTicks(delay) : 0
    const reader: Reader = source.reader(`${name}${tag}`, plan)
    const { starts } = connections
    const narrow = partitions.every((p) => p.high - p.low <= 65536)
    const rows = partitions.map(({ low, high }, p) => this.reserveRow(`projection.${name}${tag}.${p}`, cut(connections, low, high), typeof weights !== 'number', narrow, float, plan))
    this.fillLater.push(() => {
      rows.forEach((row, p) => {
        fill(row, connections, weights, partitions[p].low, partitions[p].high)
      })
    })
    const entries = plan.reserve(`projection.${name}${tag}.entries`, 'i32', (batch * entryBytes) / 4, 'scratch')
    let scales: Float64Array | undefined
    const synapse = this.options.synapse?.(`${name}${tag}`)
    const uniform = typeof weights === 'number' ? weights : 1

    const send = (count: number) => {
      const k = kernels()
      const { address } = place()
      const bytes = float === 'f32' ? 4 : 8
      rows.forEach((row, p) => {
        const input = address + partitions[p].low * bytes
        const arguments_ = [entries.address, count, row.starts.address, row.targets.address] as const
        if (row.weights) (narrow ? k.weighted16 : k.weighted32)(...arguments_, row.weights.address, input)
        else (narrow ? k.constant16 : k.constant32)(...arguments_, input)
      })
    }
    return {
      name: `${name}${tag}`,
      known: () => {
        const { time, inclusive } = source.frontier
        return clockedSource ? time + ticks : grid.lastTick(time + delay, inclusive)
      },
      deliver: (first, last) => {
        const { stride } = place()
        scales ??= new Float64Array(entries.view.buffer as ArrayBuffer, entries.address, (batch * entryBytes) / 8)
        const e = entries.view
        const end = source.written
        let position = reader.position
        let count = 0
        let events = 0
        while (position < end) {
          const time = source.time(position)
          // there is no tick 0: what arrives at time zero acts at the first
          const tick = clockedSource ? time + ticks : Math.max(1, grid.tickAtOrAfter(time + delay))
          if (tick > last) break
          assert(tick >= first, `an event of "${name}" arrives at tick ${tick}, before ${first}`)
          const unit = source.source(position)
          if ((source.kind(position) & mask) !== 0 && unit >= firstSource && unit <= lastSource) {
            const row = unit - firstSource
            e[4 * count] = row
            e[4 * count + 1] = (tick - first) * stride
            scales[2 * count + 1] = synapse ? uniform * synapse.transmit(row, clockedSource ? grid.time(time) : time) : uniform
            events += starts[row + 1] - starts[row]
            if (++count === batch) {
              send(count)
              count = 0
            }
          }
          position++
        }
        if (count > 0) send(count)
        reader.position = position
        this.events.view[0] += events
      },
    }
  }

  private readonly fillLater: (() => void)[] = []
  /** Copies the rows into the memory, once it is there. */
  fill(): void {
    for (const work of this.fillLater.splice(0)) work()
  }

  private reserveRow(name: string, length: number, weighted: boolean, narrow: boolean, float: Float, plan: MemoryPlan): Row {
    return {
      starts: plan.reserve(`${name}.starts`, 'u32', this.options.lastSource - this.options.firstSource + 2, 'constant'),
      targets: plan.reserve(`${name}.targets`, narrow ? 'u16' : 'u32', length, 'constant') as Row['targets'],
      weights: weighted ? (plan.reserve(`${name}.weights`, float, length, 'state') as Row['weights']) : undefined,
    }
  }
}

/** How many connections have their target in low ... high - 1. */
function cut({ targets }: Connections, low: number, high: number): number {
  if (low === 0 && high >= 65536) return targets.length
  let n = 0
  for (const t of targets) if (t >= low && t < high) n++
  return n
}

function fill(row: Row, { starts, targets }: Connections, weights: number | Float64Array, low: number, high: number): void {
  let at = 0
  for (let s = 0; s + 1 < starts.length; s++) {
    row.starts.view[s] = at
    for (let k = starts[s]; k < starts[s + 1]; k++) {
      const t = targets[k]
      if (t < low || t >= high) continue
      row.targets.view[at] = t - low
      if (row.weights) row.weights.view[at] = (weights as Float64Array)[k]
      at++
    }
  }
  row.starts.view[starts.length - 1] = at
}
