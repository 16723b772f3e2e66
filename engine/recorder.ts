/**
 * Readers and samplers that keep: what happened in chosen populations; variables of chosen units and weights of chosen
 * projections at regular times. Looking changes nothing.
 */
import type { QuantityText, SampleRequest, WeightRequest } from './description.ts'
import { assert, InputError, unknown, within } from './errors.ts'
import { EventPopulation } from './event-population.ts'
import type { Network, Population } from './network.ts'
import { ClockedPopulation } from './population.ts'
import { type Actor, type Horizon, type Phase, phases } from './scheduler.ts'
import type { Reader } from './stream.ts'
import { quantityIn } from './units.ts'

/** Where a recording goes: a trace, arrays in memory, a worker's messages. */
export interface Recording {
  /** `count` events of a population, in order. The arrays are reused after the call. */
  events(population: string, times: Float64Array, sources: Uint32Array, kinds: Uint8Array, count: number): void
  /** Values of all variables, one after the other, each for all units; or the mean of each, if the request reduces. */
  sample(request: string, time: number, values: Float32Array | Float64Array): void
  /** Weights of a projection, one a connection that is kept. The arrays are the recording's to keep. */
  weights(projection: string, time: number, sources: Uint32Array, targets: Uint32Array, weights: Float64Array): void
  /** Nothing earlier than `time` will come. */
  advance(time: number): void
}

const batch = 4096
/** Events that wait for being handed over together. */
const many = 1024

/** Hands everything new in the stream of one population to the recording. */
export class EventRecorder {
  private readonly times = new Float64Array(batch)
  private readonly sources = new Uint32Array(batch)
  private readonly kinds = new Uint8Array(batch)
  constructor(
    readonly population: Population,
    private readonly reader: Reader,
    private readonly toMs: (time: number) => number,
    private readonly recording: () => Recording | undefined,
  ) {}
  /** Hands over what has come together, if that is worth the while. */
  drainIfMany(): void {
    const { stream } = this.population
    if (stream.written - this.reader.position >= Math.min(many, stream.capacity / 4)) this.drain()
  }
  drain(): void {
    const { stream, name } = this.population
    const { times, sources, kinds, toMs } = this
    const recording = this.recording()
    let position = this.reader.position
    if (!recording) {
      this.reader.position = stream.written
      return
    }
    while (position < stream.written) {
      const count = Math.min(batch, stream.written - position)
      stream.copy(position, count, times, sources, kinds)
      for (let k = 0; k < count; k++) times[k] = toMs(times[k])
      recording.events(name, times, sources, kinds, count)
      position += count
    }
    this.reader.position = position
  }
}

/** Acts at the multiples of an interval, after everything at that instant has happened. Throws `InputError`. */
abstract class Regular implements Actor {
  time = 0
  phase: Phase = phases.sample
  turns = 0
  rank = 0
  private index = 0
  private readonly every: number
  private readonly snap: (ms: number) => number

  constructor(
    readonly name: string,
    interval: QuantityText,
    network: Network,
  ) {
    const every = within(['every'], () => quantityIn(interval, [1, 0, 0]))
    if (!(every > 0)) throw new InputError(`found every: ${every} ms; a time above zero is needed`, ['every'])
    this.every = every
    this.snap = network.grid.snap
  }
  protected abstract keep(): void
  act(_horizon: Horizon): void {
    this.keep()
    this.index++
    this.time = this.at(this.index)
  }
  /** What is meant to lie on the grid must not come before its tick. */
  private at(index: number): number {
    return this.snap(index * this.every)
  }
  /** The next time after `now`, at which it has acted already. */
  placeAfter(now: number): void {
    this.index = Math.max(0, Math.floor(now / this.every) - 1)
    while (this.at(this.index) <= now) this.index++
    this.time = this.at(this.index)
  }
}

/** Looks at variables every so often. */
export class Sampler extends Regular {
  private readonly look: ((now: number) => number)[]
  private readonly values: Float32Array | Float64Array
  /** Units that a value is the mean of. */
  private readonly averaged: number

  constructor(
    request: SampleRequest,
    network: Network,
    private readonly recording: () => Recording | undefined,
  ) {
    super(request.name, request.every, network)
    const { population, variables, units } = sampledUnits(request, network)
    this.averaged = request.reduce === 'mean' ? units.length : 1
    this.look = variables.flatMap((v) =>
      units.map((unit) => {
        if (population instanceof EventPopulation) return (now: number) => population.look(v, unit, now)
        const column = (population as ClockedPopulation).variable(v)
        return () => column?.view[unit] as number
      }),
    )
    const length = this.look.length / this.averaged
    this.values = network.float === 'f32' ? new Float32Array(length) : new Float64Array(length)
  }
  protected keep(): void {
    const recording = this.recording()
    if (!recording) return
    const { look, values, averaged, time } = this
    for (let k = 0; k < values.length; k++) {
      if (averaged === 1) values[k] = look[k](time)
      else {
        let sum = 0
        for (let i = k * averaged; i < (k + 1) * averaged; i++) sum += look[i](time)
        values[k] = sum / averaged
      }
    }
    recording.sample(this.name, time, values)
  }
}

/** Looks at the weights of a projection every so often. */
export class WeightSampler extends Regular {
  constructor(
    private readonly request: WeightRequest & { every: QuantityText },
    private readonly network: Network,
    private readonly recording: () => Recording | undefined,
  ) {
    super(`weights of ${request.projection}`, request.every, network)
  }
  protected keep(): void {
    const recording = this.recording()
    if (!recording) return
    const { sources, targets, weights } = keptWeights(this.request, this.network)
    recording.weights(this.request.projection, this.time, sources, targets, weights)
  }
}

/** Requests of weights, checked, in the order of names. Throws `InputError` with the path in the description. */
export function weightRequests(network: Network): WeightRequest[] {
  const requests = network.description.record?.weights ?? []
  const names = requests.map((r) => r.projection)
  requests.forEach(({ projection, most }, k) => {
    within(['record', 'weights', k], () => {
      if (!network.projections.has(projection)) throw new InputError(unknown('projection', projection, network.projections.keys()))
      if (names.indexOf(projection) < k) throw new InputError(`found "${projection}" twice; every projection is kept once`)
      if (most !== undefined && !(Number.isInteger(most) && most > 0)) {
        throw new InputError(`found most: ${most}; a whole number above zero is needed`, ['most'])
      }
    })
  })
  return [...requests].sort((a, b) => (a.projection < b.projection ? -1 : 1))
}

/** The connections that a request keeps, with their weights as they are now. */
export function keptWeights({ projection, most = Infinity }: WeightRequest, network: Network) {
  const found = network.projections.get(projection)
  assert(found, 'requests of weights are checked')
  const all = found.weights()
  const step = Math.ceil(all.weights.length / most)
  if (step <= 1) return all
  const kept = (_: number, k: number) => k % step === 0
  return { sources: all.sources.filter(kept), targets: all.targets.filter(kept), weights: all.weights.filter(kept) }
}

/** Units and variables that a request names, checked against the network. */
export function sampledUnits(request: SampleRequest, network: Network): { population: Population; variables: string[]; units: number[] } {
  const population = network.populations.get(request.of.population)
  if (!population) throw new InputError(unknown('population', request.of.population, network.populations.keys()), ['of'])
  const known =
    population instanceof ClockedPopulation ? population.program.variables : population instanceof EventPopulation ? population.form.variables : []
  request.variables.forEach((v, k) => {
    if (!known.includes(v)) throw new InputError(unknown('variable', v, known), ['variables', k])
    if (request.variables.indexOf(v) < k) throw new InputError(`found "${v}" twice; every variable is kept once`, ['variables', k])
  })
  const first = request.of.first ?? 0
  const last = request.of.last ?? population.size - 1
  if (!(first >= 0 && last < population.size && first <= last)) {
    throw new InputError(`found units ${first} to ${last}; "${request.of.population}" has units 0 to ${population.size - 1}`, ['of'])
  }
  return { population, variables: request.variables, units: Array.from({ length: last - first + 1 }, (_, k) => first + k) }
}
