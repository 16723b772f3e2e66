/** Readers and samplers that keep: what happened in chosen populations, and variables of chosen units at regular times. */
import type { SampleRequest } from './description.ts'
import { InputError, unknown, within } from './errors.ts'
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
  /** Values of all variables, one after the other, each for all units. */
  sample(request: string, time: number, values: Float32Array | Float64Array): void
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

/** Looks at variables every so often, after everything at that instant has happened. */
export class Sampler implements Actor {
  readonly name: string
  time = 0
  phase: Phase = phases.sample
  turns = 0
  rank = 0
  private index = 0
  private readonly every: number
  private readonly snap: (ms: number) => number
  private readonly look: ((now: number) => number)[]
  private readonly values: Float32Array | Float64Array

  constructor(
    request: SampleRequest,
    network: Network,
    private readonly recording: () => Recording | undefined,
  ) {
    this.name = request.name
    const every = within(['every'], () => quantityIn(request.every, [1, 0, 0]))
    if (!(every > 0)) throw new InputError(`found every: ${every} ms; a time above zero is needed`, ['every'])
    this.every = every
    this.snap = network.grid.snap
    const { population, variables, units } = sampledUnits(request, network)
    this.look = variables.flatMap((v) =>
      units.map((unit) => {
        if (population instanceof EventPopulation) return (now: number) => population.look(v, unit, now)
        const column = (population as ClockedPopulation).variable(v)
        return () => column?.view[unit] as number
      }),
    )
    this.values = network.float === 'f32' ? new Float32Array(this.look.length) : new Float64Array(this.look.length)
  }
  act(_horizon: Horizon): void {
    const recording = this.recording()
    if (recording) {
      this.look.forEach((f, k) => void (this.values[k] = f(this.time)))
      recording.sample(this.name, this.time, this.values)
    }
    this.index++
    this.time = this.at(this.index)
  }
  /** A sample that is meant to lie on the grid must not come before its tick. */
  private at(index: number): number {
    return this.snap(index * this.every)
  }
  /** Next sample after `now`, which has been looked at already. */
  placeAfter(now: number): void {
    this.index = Math.max(0, Math.floor(now / this.every) - 1)
    while (this.at(this.index) <= now) this.index++
    this.time = this.at(this.index)
  }
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
