/**
 * THE loop. While the earliest time in the queue is not after `until`: let the actor whose turn it is act, as far as it may,
 * and put it back with the time at which it is due next. What acts at the same instant acts in the total order of
 * `scheduler.ts`: protocol, populations (flow, arrive, fire), learning, samples.
 */
import { type NetworkDescription, type ParameterSetting, recordedPopulations } from './description.ts'
import { assert, InputError, RunError, within } from './errors.ts'
import { mostTicks } from './grid.ts'
import { buildNetwork, type BuildOptions, type Network } from './network.ts'
import { type Change, parameterChange } from './parameter-change.ts'
import { ClockedPopulation } from './population.ts'
import { EventRecorder, type Recording, Sampler, WeightSampler, weightRequests } from './recorder.ts'
import { type Actor, type Horizon, phases, Scheduler } from './scheduler.ts'
import type { Trials } from './trials.ts'
import { byName } from './workshop.ts'

export class Simulation {
  readonly network: Network
  /** ms; everything up to and including it has happened */
  now = 0
  /** Where events, samples and weights go; may be set or taken away at any time. */
  recording: Recording | undefined
  private scheduler = new Scheduler()
  /** By the name of the actor whose turn brings new events. */
  private readonly recorders = new Map<string, EventRecorder[]>()
  private readonly samplers: (Sampler | WeightSampler)[]
  /** In the order of time. */
  private changes: Change[]
  /** Those of them that were asked for during the run. */
  private readonly byHand: { change: Change; setting: ParameterSetting }[] = []
  private started = false
  /** Told to every actor anew; nobody keeps it. */
  private readonly limit: Horizon = { time: 0, inclusive: false }

  constructor(network: Network) {
    this.network = network
    const { description, grid } = network
    const recording = () => this.recording
    for (const name of recordedPopulations(description)) {
      const population = network.populations.get(name)
      assert(population, 'a recorded population exists')
      const toMs = population instanceof ClockedPopulation ? grid.time : (t: number) => t
      const actor = network.actors.find((a) => a.members.includes(population))?.actor.name ?? name
      const recorder = new EventRecorder(population, network.recordReader(name), toMs, recording)
      this.recorders.set(actor, [...(this.recorders.get(actor) ?? []), recorder])
    }
    weightRequests(network)
    this.samplers = [
      ...(description.record?.samples ?? []).map((s) => within(['record', 'samples', s.name], () => new Sampler(s, network, recording))),
      ...(description.record?.weights ?? []).flatMap(({ every, ...w }, k) =>
        within(['record', 'weights', k], () => (every === undefined ? [] : new WeightSampler({ ...w, every }, network, recording))),
      ),
    ]
    this.changes = (description.changes ?? [])
      .map((c, k) => within(['changes', k], () => parameterChange(c, k, network)))
      .sort((a, b) => a.at - b.at)
    if (network.trials) network.trials.recording = recording
    this.schedule()
  }
  /** Examples, shown one after the other. */
  get trials(): Trials | undefined {
    return this.network.trials
  }

  /** Everybody who acts, in canonical order. */
  private actors(): Actor[] {
    const actors = byName([...this.network.actors.map((a) => a.actor), ...this.samplers, ...this.changes, ...(this.trials ? [this.trials] : [])])
    actors.forEach((a, rank) => void (a.rank = rank))
    return actors
  }
  private schedule(): void {
    this.scheduler = new Scheduler()
    for (const actor of this.actors()) this.scheduler.add(actor)
  }

  /**
   * Parameters become these at the first tick after `now`, whose time (ms) is returned: the bits are those of a run whose description
   * has this as the last of its changes. Asked twice for the same tick and the same parameters, the later one counts. Throws
   * `InputError` with the path within the change.
   */
  change(setting: ParameterSetting): number {
    const { network, byHand } = this
    const at = network.grid.time(network.grid.lastTick(this.now, true) + 1)
    const waiting = byHand.filter(({ change }) => !change.done)
    const again = waiting.find((w) => sameParameters(w.setting, setting))
    const index = again ? byHand.indexOf(again) : byHand.length
    const change = parameterChange({ ...setting, at: `${at} ms` }, (network.description.changes?.length ?? 0) + index, network)
    if ('population' in setting) {
      const { population } = setting
      const others = waiting.filter((w) => w !== again && 'population' in w.setting && w.setting.population === population)
      network.checkParameters(population, Object.assign({}, ...others.map((w) => w.change.values), change.values))
    }
    byHand[index] = { change, setting }
    this.changes = [...this.changes.filter((c) => c !== again?.change), change].sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1))
    this.schedule()
    return at
  }

  /** Go on until `until` (ms), which is included, or until the last trial has ended. In trials, a run that fails says where in the training. */
  run(until: number): void {
    try {
      this.go(until)
    } catch (error) {
      throw error instanceof RunError && this.trials ? this.trials.placed(error) : error
    }
  }

  private go(until: number): void {
    // within rounding of a tick it is that tick, as it is for populations and for changes
    until = this.network.grid.snap(until)
    if (!(until >= this.now)) throw new InputError(`found until = ${until} ms; the simulation is at ${this.now} ms already`)
    if (this.trials?.finished) return
    if (!this.trials && !(this.network.grid.lastTick(until, true) <= mostTicks)) throw new InputError(`found until = ${until} ms; at most ${mostTicks} steps of ${this.network.grid.dt} ms are accepted`)
    this.started = true
    const { scheduler, recorders, trials } = this
    const patience = this.network.populations.size + 1
    let announced = this.now
    const mostTime = this.network.grid.time(mostTicks)
    for (;;) {
      const place = scheduler.peek()
      if (!place || place.time > until || (place.time === until && place.phase === phases.after)) break
      const { actor, time: due } = place
      if (due > mostTime) throw new RunError(`found ${due} ms; at most ${mostTicks} steps of ${this.network.grid.dt} ms are possible`)
      scheduler.take(place)
      actor.act(this.horizon(until))
      if (actor.turns > patience) this.stuck(actor)
      scheduler.put(place)
      const kept = recorders.size > 0 ? recorders.get(actor.name) : undefined
      if (kept) for (const recorder of kept) recorder.drainIfMany()
      if (actor === trials && trials.finished) {
        until = due
        break
      }
      if (due >= announced + 100) {
        announced = due
        this.announce(due)
      }
    }
    for (const p of this.network.populations.values()) if (p instanceof ClockedPopulation) p.check()
    this.now = until
    this.announce(until)
  }

  /** Everything before `time` is handed to the recording. */
  private announce(time: number): void {
    for (const kept of this.recorders.values()) for (const recorder of kept) recorder.drain()
    this.recording?.advance(time)
  }

  /** How far populations may run ahead: to the end, or to the next instant at which somebody looks or changes something. */
  private horizon(until: number): Horizon {
    const instant = this.scheduler.nextInstant()
    const free = !instant || instant.time > until
    this.limit.time = free ? until : instant.time
    this.limit.inclusive = free || instant.phase > phases.populations
    return this.limit
  }

  private stuck(actor: Actor): never {
    const waiting = [...this.network.populations.values()].filter((p) => p.time === actor.time).map((p) => `"${p.name}"`)
    throw new RunError(`populations ${waiting.join(', ')} wait for each other at ${actor.time} ms: a loop of projections whose delays are below the step; give one of them a longer delay`)
  }

  /** Everything that a run needs to go on from here, as bytes. */
  snapshot(): Uint8Array {
    this.network.settle()
    const state = this.network.memory.segment('state')
    const head = new Float64Array([this.now, this.started ? 1 : 0, this.changes.filter((c) => c.done).length, state.length])
    const bytes = new Uint8Array(head.byteLength + state.length)
    bytes.set(new Uint8Array(head.buffer), 0)
    bytes.set(state, head.byteLength)
    return bytes
  }

  /** Go back (or forward) to where `snapshot` was taken, on a network built from the same description. */
  restore(snapshot: Uint8Array): void {
    const [now, started, changes, length] = new Float64Array(Uint8Array.from(snapshot.subarray(0, 32)).buffer)
    const state = this.network.memory.segment('state')
    if (length !== state.length || snapshot.length !== 32 + length) {
      throw new InputError(`found a checkpoint of ${snapshot.length} bytes; this network's has ${32 + state.length}`)
    }
    state.set(snapshot.subarray(32))
    this.now = now
    this.started = started === 1
    this.changes.forEach((c) => void (c.done = false))
    this.network.resetParameters()
    for (const c of this.changes.slice(0, changes)) c.remember()
    state.set(snapshot.subarray(32))
    this.network.restored()
    if (this.started) for (const s of this.samplers) s.placeAfter(now)
    for (const actor of this.actors()) actor.turns = 0
    this.schedule()
  }
}

function sameParameters(a: ParameterSetting, b: ParameterSetting): boolean {
  const key = ({ parameters, ...of }: ParameterSetting) => JSON.stringify([Object.entries(of), Object.keys(parameters).sort()])
  return key(a) === key(b)
}

/** When `snapshot` was taken (ms). */
export function snapshotTime(snapshot: Uint8Array): number {
  return new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength).getFloat64(0, true)
}

/** Builds the network of a description and a simulation on it. */
export async function createSimulation(description: NetworkDescription, options?: BuildOptions): Promise<Simulation> {
  return new Simulation(await buildNetwork(description, options))
}

