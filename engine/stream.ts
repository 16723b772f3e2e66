/**
 * What a population does, in the order in which it does it: columns of time, source and kind in a ring, written by the
 * population, read by everybody who reacts. Readers have cursors; the ring is trimmed behind the slowest.
 */
import { RunError } from './errors.ts'
import type { Column, MemoryPlan } from './memory.ts'

/** How far a population has got: everything before `time`, and everything at `time` too if `inclusive`. */
export interface Frontier {
  time: number
  inclusive: boolean
}

export interface Reader {
  readonly name: string
  /** Rows read so far, counted from the start of the run. */
  position: number
}

const written = 0
const frontierTime = 1
const frontierInclusive = 2

export class EventStream {
  readonly name: string
  readonly capacity: number
  private readonly mask: number
  private readonly times: Column<'f64'>
  private readonly sources: Column<'u32'>
  private readonly kinds: Column<'u8'>
  private readonly counters: Column<'f64'>
  private readonly readers: Reader[] = []
  /** Up to this row there is room, whatever the readers do: they only go forward. */
  private room = 0
  private readonly toMs: (time: number) => number

  /** `capacity` is rounded up to a power of two; `toMs` is for what is said when that is too little. */
  constructor(name: string, capacity: number, plan: MemoryPlan, toMs: (time: number) => number = (t) => t) {
    this.toMs = toMs
    this.name = name
    this.capacity = 2 ** Math.ceil(Math.log2(Math.max(64, capacity)))
    this.mask = this.capacity - 1
    this.times = plan.reserve(`stream.${name}.time`, 'f64', this.capacity, 'state')
    this.sources = plan.reserve(`stream.${name}.source`, 'u32', this.capacity, 'state')
    this.kinds = plan.reserve(`stream.${name}.kind`, 'u8', this.capacity, 'state')
    this.counters = plan.reserve(`stream.${name}.counters`, 'f64', 4, 'state')
  }

  /** A reader whose position is kept in the network's memory, so that a checkpoint has it. */
  reader(name: string, plan: MemoryPlan): Reader {
    const cell = plan.reserve(`stream.${this.name}.reader.${name}`, 'f64', 1, 'state')
    const reader: Reader = {
      name,
      get position() {
        return cell.view[0]
      },
      set position(value: number) {
        cell.view[0] = value
      },
    }
    this.readers.push(reader)
    return reader
  }

  get written(): number {
    return this.counters.view[written]
  }
  /** How far the population has got. */
  get frontier(): Frontier {
    return { time: this.counters.view[frontierTime], inclusive: this.counters.view[frontierInclusive] === 1 }
  }
  get frontierTime(): number {
    return this.counters.view[frontierTime]
  }
  reach(time: number, inclusive: boolean): void {
    this.counters.view[frontierTime] = time
    this.counters.view[frontierInclusive] = inclusive ? 1 : 0
  }

  append(time: number, source: number, kind: number): void {
    const row = this.counters.view[written]
    const at = row & this.mask
    if (row >= this.room) {
      this.room = this.slowest() + this.capacity
      if (row >= this.room) this.overflow(time)
    }
    this.times.view[at] = time
    this.sources.view[at] = source
    this.kinds.view[at] = kind
    this.counters.view[written] = row + 1
  }
  time(row: number): number {
    return this.times.view[row & this.mask]
  }
  source(row: number): number {
    return this.sources.view[row & this.mask]
  }
  kind(row: number): number {
    return this.kinds.view[row & this.mask]
  }

  /** Copies `count` rows from `row` on, at most `capacity` of them; times as they are kept. */
  copy(row: number, count: number, times: Float64Array, sources: Uint32Array, kinds: Uint8Array): void {
    const at = row & this.mask
    // the ring may end within the rows
    const ahead = Math.min(count, this.capacity - at)
    const columns = [
      [this.times.view, times],
      [this.sources.view, sources],
      [this.kinds.view, kinds],
    ]
    for (const [from, to] of columns) {
      to.set(from.subarray(at, at + ahead), 0)
      if (ahead < count) to.set(from.subarray(0, count - ahead), ahead)
    }
  }

  /** The state has been replaced, and readers may have gone back. */
  restored(): void {
    this.room = 0
  }
  private slowest(): number {
    let least = this.counters.view[written]
    for (const r of this.readers) if (r.position < least) least = r.position
    return least
  }
  private overflow(time: number): never {
    const reader = this.readers.reduce((a, b) => (b.position < a.position ? b : a))
    throw new RunError(
      `population "${this.name}" fires too often: its stream of ${this.capacity} events is full at ${this.toMs(time)} ms (reader "${reader.name}" still needs the oldest); ` +
        'check the weights, or raise "maximum_rate" of the population',
    )
  }
}
