/** What arrives at an event-driven population, each kind as a source of arrivals at exact times. */
import type { Connections } from './connectivity.ts'
import type { SpikeSequence } from './drive.ts'
import { kinds } from './description.ts'
import { RunError } from './errors.ts'
import { advance, type FlightColumns, push, sort } from './kernels/flight-heap.ts'
import type { Learner } from './learner.ts'
import type { Column, MemoryPlan } from './memory.ts'
import type { EventStream, Frontier, Reader } from './stream.ts'
import type { SynapseState } from './synapse.ts'

export interface Receiver {
  /** `weight` arrives at `receptor` of `unit`, now. */
  arrive(unit: number, receptor: number, weight: number): void
}

export interface Arrivals {
  readonly name: string
  /** ms of the next arrival that is known; Infinity if none is */
  time: number
  /** Look at what the source has done since. */
  ingest(): void
  /** Hand over all arrivals at `time`. */
  take(receiver: Receiver): void
  /** How far arrivals are known. */
  known(): Frontier
  place(): void
  /** Bring what is kept into the one form that does not depend on when the source was looked at. */
  settle(): void
}

const always: Frontier = { time: Infinity, inclusive: true }

/** Poisson spikes or a list of them. */
export function sequenceArrivals(name: string, sequence: SpikeSequence, receptor: number, weight: number, firstUnit: number): Arrivals {
  const arrivals: Arrivals = {
    name,
    time: Infinity,
    ingest: () => {},
    take: (receiver) => {
      const now = sequence.time
      do {
        receiver.arrive(firstUnit + sequence.unit, receptor, weight)
        sequence.next()
      } while (sequence.time === now)
      arrivals.time = sequence.time
    },
    known: () => always,
    place: () => {
      sequence.place()
      arrivals.time = sequence.time
    },
    settle: () => {},
  }
  return arrivals
}

export interface RowOptions {
  name: string
  source: EventStream
  /** The source's times are ticks; otherwise ms. */
  clockedSource: boolean
  /** Of the source's times, in ms. */
  toMs: (time: number) => number
  firstSource: number
  lastSource: number
  mask: number
  firstTarget: number
  receptor: number
  connections: Connections
  weights: number | Float64Array
  synapse: SynapseState | undefined
  learning: ExactLearning | undefined
  /** Counts connections that were used. */
  count(events: number): void
}

/** Weights that change: a row is visited when its spike is at the synapses. */
export interface ExactLearning {
  learner: Learner
  /** Kinds of event that the rule hears. */
  heard: number
  /** ms from the spike to the synapse, one for all or one a connection */
  axonalDelay: number | Float64Array
  snap: (ms: number) => number
  /** One entry for `visit`. */
  entry: Column<'i32'>
}

/** `row` hears an event that left at `left` (ms); what it sent is in the learner's `sent` then. */
function visit({ learner, axonalDelay, snap, entry }: ExactLearning, row: number, kind: number, left: number): ArrayLike<number> {
  entry.view[0] = row | (kind << 24)
  learner.visit(0, entry.address, 1, snap(left + (typeof axonalDelay === 'number' ? axonalDelay : axonalDelay[row])), 0)
  return (learner.sent as Column<'f64'>).view
}

function accepted(o: RowOptions, row: number): boolean {
  const unit = o.source.source(row)
  return (o.source.kind(row) & (o.mask | (o.learning?.heard ?? 0))) !== 0 && unit >= o.firstSource && unit <= o.lastSource
}

/** A projection with one delay: the stream is already sorted, one cursor is enough. */
export function rowArrivals(o: RowOptions, delay: number, plan: MemoryPlan): Arrivals {
  const reader: Reader = o.source.reader(o.name, plan)
  const { starts, targets } = o.connections
  const arrivals: Arrivals = {
    name: o.name,
    time: Infinity,
    ingest: () => {
      let position = reader.position
      while (position < o.source.written && !accepted(o, position)) position++
      if (position !== reader.position) reader.position = position
      arrivals.time = position < o.source.written ? o.toMs(o.source.time(position)) + delay : Infinity
    },
    take: (receiver) => {
      const now = arrivals.time
      do {
        const position = reader.position
        const row = o.source.source(position) - o.firstSource
        const scale = o.synapse && (o.source.kind(position) & o.mask) !== 0 ? o.synapse.transmit(row, o.toMs(o.source.time(position))) : 1
        const kind = o.source.kind(position)
        const { weights } = o
        const sent = o.learning && visit(o.learning, row, kind, o.toMs(o.source.time(position)))
        if ((kind & o.mask) !== 0) {
          for (let k = starts[row]; k < starts[row + 1]; k++) {
            receiver.arrive(o.firstTarget + targets[k], o.receptor, scale * (sent ? sent[k - starts[row]] : typeof weights === 'number' ? weights : weights[k]))
          }
          o.count(starts[row + 1] - starts[row])
        }
        reader.position = position + 1
        arrivals.ingest()
      } while (arrivals.time === now)
    },
    known: () => later(o, delay),
    place: () => arrivals.ingest(),
    settle: () => arrivals.ingest(),
  }
  return arrivals
}

/** A projection whose connections have their own delays; `delays` goes along the connections, ascending within a row. */
export function flightArrivals(o: RowOptions, delays: Float64Array, shortest: number, capacity: number, plan: MemoryPlan): Arrivals {
  const reader: Reader = o.source.reader(o.name, plan)
  const own = (what: string) => `flight.${o.name}.${what}`
  const columns = {
    times: plan.reserve(own('time'), 'f64', capacity, 'state'),
    starts: plan.reserve(own('start'), 'f64', capacity, 'state'),
    positions: plan.reserve(own('position'), 'u32', capacity, 'state'),
    ends: plan.reserve(own('end'), 'u32', capacity, 'state'),
    count: plan.reserve(own('count'), 'f64', 1, 'state'),
  }
  let f: FlightColumns | undefined
  const flight = () =>
    (f ??= {
      times: columns.times.view,
      starts: columns.starts.view,
      positions: columns.positions.view,
      ends: columns.ends.view,
      count: columns.count.view,
    })
  const { targets, starts } = o.connections
  const { weights, receptor, firstTarget } = o
  const arrivals: Arrivals = {
    name: o.name,
    time: Infinity,
    ingest: () => {
      const heap = flight()
      let position = reader.position
      for (; position < o.source.written; position++) {
        if (!accepted(o, position)) continue
        const row = o.source.source(position) - o.firstSource
        if (starts[row] === starts[row + 1]) continue
        const left = o.toMs(o.source.time(position))
        if (heap.count[0] >= capacity) {
          throw new RunError(`projection "${o.name}" has more than ${capacity} spikes in flight at ${left} ms; check the weights, or raise "maximum_rate" of its source`)
        }
        push(heap, left + delays[starts[row]], left, starts[row], starts[row + 1])
      }
      reader.position = position
      arrivals.time = heap.count[0] > 0 ? heap.times[0] : Infinity
    },
    take: (receiver) => {
      const heap = flight()
      const now = arrivals.time
      let used = 0
      do {
        used++
        const k = heap.positions[0]
        // where delays differ every connection is a row of its own
        const sent = o.learning && visit(o.learning, k, kinds.spike, heap.starts[0])
        receiver.arrive(firstTarget + targets[k], receptor, sent ? sent[0] : typeof weights === 'number' ? weights : weights[k])
        advance(heap, delays)
      } while (heap.count[0] > 0 && heap.times[0] === now)
      o.count(used)
      arrivals.time = heap.count[0] > 0 ? heap.times[0] : Infinity
    },
    known: () => later(o, shortest),
    place: () => {
      f = undefined
      const heap = flight()
      arrivals.time = heap.count[0] > 0 ? heap.times[0] : Infinity
    },
    settle: () => {
      arrivals.ingest()
      sort(flight())
    },
  }
  return arrivals
}

function later(o: RowOptions, delay: number): Frontier {
  const { time } = o.source.frontier
  // a clocked source fires no earlier than at its next tick
  if (o.clockedSource) return { time: o.toMs(time + 1) + delay, inclusive: false }
  // a spike yet to come may be due at this very sum, by rounding
  return { time: time + delay, inclusive: false }
}
