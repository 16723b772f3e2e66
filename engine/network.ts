/**
 * From a description to a network in memory: everything is checked here for how it fits together, connected, laid out,
 * compiled and set to its start. Throws `InputError` with the path in the description.
 */
import { type Arrivals, flightArrivals, rowArrivals, type RowOptions, sequenceArrivals } from './arrivals.ts'
import { assembler, type Assembler } from './assembler.ts'
import { connect, type Connections } from './connectivity.ts'
import type {
  InputDescription, NetworkDescription, ParameterChange, PopulationDescription, ProjectionDescription, Units, Value,
} from './description.ts'
import { kinds } from './description.ts'
import { DenseDrive, listSequence, poissonSequence, SequenceInput } from './drive.ts'
import { type CheckedNeuron, checkNeuron } from './equations/check.ts'
import { type CheckedSynapse, checkSynapse } from './equations/compile-synapse.ts'
import { evaluate } from './equations/evaluate.ts'
import { type Binding, type ConnectedCurrent, type PerUnit, plan, type Program } from './equations/plan.ts'
import { InputError, unknown, within } from './errors.ts'
import { EventPopulation } from './event-population.ts'
import { type Grid, grid } from './grid.ts'
import { type DeliveryKernels, deliveryKernels, type Float } from './kernels/delivery.ts'
import { type Column, MemoryPlan, type NetworkMemory } from './memory.ts'
import type { NeuronDefinition, SourceDefinition } from './model.ts'
import { ClockedPopulation, type Detector, unitBlock } from './population.ts'
import { type ClockedInput, type DelayClass, type Partition, Projection } from './projection.ts'
import { type Key, streamKey } from './random.ts'
import { recordedPopulations } from './recorder.ts'
import { SourcePopulation } from './source-population.ts'
import { EventStream, type Reader } from './stream.ts'
import { synapseState, type SynapseState } from './synapse.ts'
import { type Dimension, none, quantityIn } from './units.ts'
import { perUnit, valueDraw } from './values.ts'
import { waveform, type Waveform } from './waveforms.ts'

export interface BuildOptions {
  /** Memory that worker threads could share. */
  shared?: boolean
  /** Target partitions of every clocked population; results do not depend on it. */
  partitions?: number
}

export type Population = ClockedPopulation | EventPopulation | SourcePopulation

export interface ProjectionSummary {
  name: string
  from: Units
  to: Units
  onto: string
  connections: number
  synapse: string
  /** Shortest and longest delay (ms). */
  delays: [number, number]
  /** Connections used so far. */
  events(): number
  /** Every connection with its weight as it is now. */
  weights(): { sources: Uint32Array; targets: Uint32Array; weights: Float64Array }
}

export interface Network {
  readonly description: NetworkDescription
  readonly grid: Grid
  readonly float: Float
  readonly memory: NetworkMemory
  /** In canonical order. */
  readonly populations: ReadonlyMap<string, Population>
  readonly models: ReadonlyMap<string, CheckedNeuron>
  readonly projections: ReadonlyMap<string, ProjectionSummary>
  /** Arrivals from inputs that no population sends. */
  readonly streams: ReadonlyMap<string, EventStream>
  /** Change parameters of a population, from now on (ms); `undefined` if it happened before the present state. */
  setParameters(population: string, parameters: Record<string, number>, now: number | undefined): void
  /** Parameters as the description has them; to be followed by `restored`. */
  resetParameters(): void
  /** The state in the one form that does not depend on how the run was cut: before a checkpoint. */
  settle(): void
  /** After the state has been replaced: find everything again that follows from it. */
  restored(): void
  /** The recorder's place in the stream of a population. */
  recordReader(population: string): Reader
  readonly sizes: Record<'constant' | 'state' | 'scratch', number>
}

const ms: Dimension = [1, 0, 0]
const hertz: Dimension = [-1, 0, 0]
/** Units of a partition: their input then lies in the nearest caches. */
const unitsPerPartition = 16384
/** Most ticks of one window. */
const longestWindow = 16
/** Mean number a unit and tick above which Poisson input is drawn for all units at once. */
const denseDrive = 0.01
const sizeLimit = 1e7

const byName = <T extends { name: string }>(list: readonly T[]): T[] => [...list].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))

/** One population while the network is being put together. */
interface Part {
  description: PopulationDescription
  path: (string | number)[]
  seed: number
  planColumn(name: string, length: number): Column<'f64'>
  checked: CheckedNeuron | undefined
  regime: 'clocked' | 'event_driven' | 'source'
  stream: EventStream
  population?: Population
  parameters: Map<string, PerUnit>
  currents: Map<string, ConnectedCurrent & { waves: Waveform[] }>
  binding?: Binding
  window: number
  partitions: Partition[]
  clockedInputs: ClockedInput[]
  arrivals: Arrivals[]
}

export async function buildNetwork(description: NetworkDescription, options: BuildOptions = {}): Promise<Network> {
  const assemble = await assembler()
  return assembleNetwork(description, options, assemble)
}

function assembleNetwork(description: NetworkDescription, options: BuildOptions, assemble: Assembler): Network {
  const dt = within(['dt'], () => quantityIn(description.dt, ms))
  const time = grid(dt)
  const float = description.precision
  const memoryPlan = new MemoryPlan()
  const key = (purpose: string, name: string): Key => streamKey(description.seed, purpose, name)
  unique('populations', description.populations)
  unique('projections', description.projections)
  unique('inputs', description.inputs)
  /** Work that needs the memory, in order. */
  const later: ((memory: NetworkMemory, kernels: DeliveryKernels) => void)[] = []

  // populations
  const parts = new Map<string, Part>()
  for (const p of byName(description.populations)) {
    parts.set(p.name, within(['populations', p.name], () => startPart(p, description.seed, memoryPlan, longestDelay(description, p.name), dt)))
  }
  const part = (units: Units): Part => {
    const found = parts.get(units.population)
    if (!found) throw new InputError(unknown('population', units.population, parts.keys()))
    return found
  }
  const range = (units: Units): { first: number; last: number } => {
    const size = part(units).description.size
    const first = units.first ?? 0
    const last = units.last ?? size - 1
    if (!(first >= 0 && last < size && first <= last)) {
      throw new InputError(`found units ${first} to ${last} of "${units.population}"; it has units 0 to ${size - 1}`)
    }
    return { first, last }
  }

  // 1. how the projections connect, before anything has an address
  const wired = byName(description.projections).map((p) => within(['projections', p.name], () => wire(p)))

  function wire(p: ProjectionDescription) {
    const [source, target] = [within(['from'], () => part(p.from)), within(['to'], () => part(p.to))]
    if (target.regime === 'source') throw new InputError(`"${p.to.population}" is a source of spikes and receives none`, ['to'])
    const [from, to] = [within(['from'], () => range(p.from)), within(['to'], () => range(p.to))]
    const receptor = within(['onto'], () => receptorOf(target, p.onto))
    const synapse = p.synapse && within(['synapse'], () => checkSynapse(p.synapse as NonNullable<typeof p.synapse>))
    const synapseParameters = synapse && within(['parameters'], () => bindSynapse(synapse, p.parameters ?? {}))
    if (!synapse && p.parameters) throw new InputError('found parameters without a synapse', ['parameters'])
    const ends = {
      sources: from.last - from.first + 1,
      targets: to.last - to.first + 1,
      offset: p.from.population === p.to.population ? from.first - to.first : undefined,
    }
    const connections = within(['connect'], () => connect(p.connect, ends, key('connect', p.draws_as ?? p.name)))
    const weights = within(['weight'], () => perConnection(p.weight, receptor.dimension, key('weight', p.draws_as ?? p.name), connections))
    const delays = within(['delay'], () => perConnection(p.delay, ms, key('delay', p.draws_as ?? p.name), connections))
    const shortest = typeof delays === 'number' ? delays : minimum(delays)
    const longest = typeof delays === 'number' ? delays : maximum(delays)
    const clockedPair = target.regime === 'clocked' && source.regime === 'clocked'
    if (!(shortest >= 0)) throw new InputError(`found a delay of ${shortest} ms; zero or more is needed`, ['delay'])
    if (target.regime === 'event_driven' && !(shortest > 0)) {
      throw new InputError(`found a delay of ${shortest} ms; an event-driven population needs a delay above zero`, ['delay'])
    }
    if (target.regime === 'event_driven' && synapse && typeof delays !== 'number') {
      throw new InputError('found a dynamic synapse with delays that differ; give all connections one delay, or make the target clocked', ['delay'])
    }
    if (clockedPair && typeof delays === 'number') within(['delay'], () => time.wholeTicks(delays))
    return { p, source, target, from, to, receptor, synapse, synapseParameters, connections, weights, delays, shortest, longest, clockedPair }
  }

  // 2. what is injected
  const injected = byName(description.inputs).map((input) =>
    within(['inputs', input.name], () => {
      const target = within(['onto'], () => part(input.to))
      if (target.regime === 'source') throw new InputError(`"${input.to.population}" is a source of spikes and receives none`, ['onto'])
      return { input, target, ...range(input.to) }
    }),
  )
  for (const { input, target, first, last } of injected) {
    if ('current' in input) within(['inputs', input.name], () => connectCurrent(input, target, first, last))
  }

  function connectCurrent(input: InputDescription & { current: unknown }, target: Part, first: number, last: number) {
    const currents = target.checked?.definition.currents ?? {}
    if (!(input.onto in currents)) throw new InputError(unknown('current', input.onto, Object.keys(currents)), ['onto'])
    if (target.regime === 'event_driven') {
      throw new InputError(`"${input.to.population}" is event-driven; a current needs a clocked population (a constant drive is a parameter)`, ['onto'])
    }
    const dimension = target.checked?.symbols.get(input.onto)?.dimension as Dimension
    const connected = target.currents.get(input.onto) ?? { waves: [] }
    const size = target.description.size
    const whole = first === 0 && last === size - 1
    const { current } = input as Extract<InputDescription, { current: unknown }>
    within(['current'], () => {
      if ('constant' in current) {
        const value = within(['constant'], () => perUnit(current.constant, dimension, key('current', input.name), last - first + 1))
        const sum = connected.perUnit ?? 0
        if (whole && typeof value === 'number' && typeof sum === 'number') connected.perUnit = sum + value
        else {
          connected.perUnit = Float64Array.from({ length: size }, (_, i) => {
            const own = i >= first && i <= last ? (typeof value === 'number' ? value : value[i - first]) : 0
            return (typeof sum === 'number' ? sum : sum[i]) + own
          })
        }
      } else if (!whole) throw new InputError(`found units ${first} to ${last}; only a constant current can go to a part of a population`)
      else if ('ornstein_uhlenbeck' in current) {
        const { mean, sigma, tau } = current.ornstein_uhlenbeck
        const noise = within(['ornstein_uhlenbeck'], () => ({
          name: `${input.onto}.${input.name}`,
          mean: mean === undefined ? 0 : quantityIn(mean, dimension),
          sigma: quantityIn(sigma, dimension),
          tau: quantityIn(tau, ms),
        }))
        if (!(noise.tau > 0)) throw new InputError(`found tau = ${noise.tau} ms; a time above zero is needed`, ['ornstein_uhlenbeck', 'tau'])
        connected.noise = [...(connected.noise ?? []), noise]
      } else {
        connected.waves.push(waveform(current, dimension) as Waveform)
        connected.perTick = true
      }
    })
    target.currents.set(input.onto, connected)
  }

  // 3. windows, partitions, programs and places of the populations
  for (const target of parts.values()) {
    within(target.path, () => {
      if (target.regime === 'clocked') makeClocked(target)
      else if (target.regime === 'event_driven') makeEventDriven(target)
      else makeSource(target)
    })
  }

  function receptorsInUse(target: Part): Set<string> {
    const used = new Set<string>()
    for (const w of wired) if (w.target === target) used.add(w.p.onto)
    for (const i of injected) if (i.target === target && !('current' in i.input)) used.add(i.input.onto)
    return used
  }

  function makeClocked(target: Part): void {
    const { description: d, checked } = target
    const model = checked as CheckedNeuron
    const incoming = wired.filter((w) => w.target === target).map((w) => (w.clockedPair ? time.wholeTicks(roundToGrid(w.shortest, dt)) : Math.floor(w.shortest / dt + 1e-9)))
    target.window = Math.max(1, Math.min(longestWindow, ...incoming))
    const wanted = Math.max(1, options.partitions ?? 1, Math.ceil(d.size / unitsPerPartition))
    const step = Math.ceil(d.size / wanted / unitBlock) * unitBlock
    for (let low = 0; low < d.size; low += step) target.partitions.push({ low, high: Math.min(d.size, low + step) })
    target.binding = {
      size: d.size,
      dt,
      method: d.method,
      parameters: target.parameters,
      currents: target.currents,
      receptors: receptorsInUse(target),
      plateaus: d.plateaus,
    }
    if (d.plateaus && !model.plateau) throw new InputError(`"${model.definition.name}" has no plateau condition`, ['plateaus'])
    let program = plan(model, target.binding)
    let changed = changedPrograms(target, model)
    if ([program, ...changed].some((p) => p.keepsLast !== program.keepsLast)) {
      target.binding.needsLast = true
      program = plan(model, target.binding)
      changed = changedPrograms(target, model)
    }
    const detector = detectorOf(target)
    const population = new ClockedPopulation({
      name: d.name, size: d.size, program, later: changed, float, grid: time, window: target.window, partitions: target.partitions, stream: target.stream, detector,
      waveforms: new Map([...target.currents].map(([c, { waves }]) => [c, waves])),
    }, memoryPlan)
    target.population = population
    later.push((memory, kernels) => population.start(memory, assemble, kernels, initialValues(target, program), key('noise', d.name)))
  }

  /** The programs that changes of the protocol will ask for. */
  function changedPrograms(target: Part, model: CheckedNeuron): Program[] {
    const parameters = new Map(target.parameters)
    const seen = new Set<string>()
    const at = (c: ParameterChange) => quantityOrUndefined(c.at, ms) ?? 0
    const changes = (description.changes ?? []).filter((c) => c.population === target.description.name).sort((a, b) => at(a) - at(b))
    return changes.flatMap((c) => {
      for (const [name, text] of Object.entries(c.parameters)) {
        const dimension = model.parameters.get(name)?.dimension
        const value = dimension && quantityOrUndefined(text, dimension)
        if (value !== undefined) parameters.set(name, value)
      }
      const values = JSON.stringify([...parameters].map(([, v]) => (typeof v === 'number' ? v : 'differs')))
      if (seen.has(values)) return []
      seen.add(values)
      return [plan(model, { ...(target.binding as Binding), parameters })]
    })
  }

  function makeEventDriven(target: Part): void {
    const { description: d, checked } = target
    const form = checked?.definition.eventDriven
    if (!form) throw new InputError(`"${checked?.definition.name}" has no closed form; its population must be clocked`, ['regime'])
    const parameters = uniformParameters(target.parameters)
    const population = new EventPopulation({ name: d.name, size: d.size, form, stream: target.stream, detector: detectorOf(target) }, memoryPlan)
    target.population = population
    later.push(() => population.start(initialValues(target, undefined), parameters))
  }

  function makeSource(target: Part): void {
    const { description: d } = target
    const source = d.model as SourceDefinition
    let sequence: ReturnType<typeof listSequence>
    if (source.kind === 'poisson') {
      const rate = target.parameters.get('rate') ?? 0
      if (typeof rate === 'number' ? rate < 0 : rate.some((r) => r < 0)) throw new InputError('found a rate below zero', ['parameters', 'rate'])
      sequence = poissonSequence(d.name, d.size, rate, key('source', d.name), memoryPlan)
    } else {
      if (!d.spikes) throw new InputError('a list of spikes needs "spikes"', ['spikes'])
      checkSpikes(d.spikes, d.size)
      sequence = listSequence(d.name, d.spikes.times, d.spikes.units, memoryPlan)
    }
    const population = new SourcePopulation(d.name, d.size, target.stream, sequence)
    target.population = population
    later.push(() => population.start())
  }

  // 4. projections and inputs onto them
  const restorers: (() => void)[] = []
  const summaries = new Map<string, ProjectionSummary>()
  let kernels: DeliveryKernels | undefined
  for (const w of wired) {
    within(['projections', w.p.name], () => {
      const mask = { spike: kinds.spike, burst: kinds.burst, onset: kinds.onset }[w.p.transmits ?? 'spike']
      if (mask !== kinds.spike && !w.source.description.bursts) {
        throw new InputError(`"${w.p.from.population}" detects no bursts; give it "bursts"`, ['transmits'])
      }
      const synapse = (tag: string): SynapseState => {
        const state = synapseState(tag, w.synapse as CheckedSynapse, w.synapseParameters as Map<string, number>, w.from.last - w.from.first + 1, memoryPlan)
        later.push((memory) => state.start(memory, assemble))
        return state
      }
      const events = w.target.regime === 'clocked' ? toClocked(w, mask, w.synapse ? synapse : undefined) : toEventDriven(w, mask, w.synapse ? synapse : undefined)
      summaries.set(w.p.name, {
        name: w.p.name, from: w.p.from, to: w.p.to, onto: w.p.onto, connections: w.connections.targets.length,
        synapse: w.synapse?.definition.name ?? 'static', delays: [w.shortest, w.longest], events,
        weights: () => listWeights(w),
      })
    })
  }

  function toClocked(w: (typeof wired)[number], mask: number, synapse: ((tag: string) => SynapseState) | undefined): () => number {
    const population = w.target.population as ClockedPopulation
    const bytes = float === 'f32' ? 4 : 8
    const projection = new Projection({
      name: w.p.name, source: w.source.stream, clockedSource: w.source.regime === 'clocked', firstSource: w.from.first, lastSource: w.from.last, mask,
      classes: delayClasses(w), partitions: within(['to'], () => partitionsOf(w.target.partitions, w.to)), float, grid: time, synapse,
      place: () => {
        const { address, stride } = population.inputPlace(w.p.onto)
        return { address: address + w.to.first * bytes, stride }
      },
      kernels: () => kernels as DeliveryKernels,
    }, memoryPlan)
    w.target.clockedInputs.push(...projection.inputs)
    later.push(() => projection.fill())
    return () => projection.synapticEvents
  }

  /** Connections of one delay each, or all together. */
  function delayClasses(w: (typeof wired)[number]): DelayClass[] {
    if (typeof w.delays === 'number') return [{ delay: w.delays, connections: w.connections, weights: w.weights }]
    const delays = w.delays
    const ticks = Int32Array.from(delays, (d) => Math.max(w.clockedPair ? 1 : 0, Math.round(d / dt)))
    return [...new Set(ticks)].sort((a, b) => a - b).map((k) => {
      const { connections, kept } = select(w.connections, (c) => ticks[c] === k)
      const { weights } = w
      return { delay: time.time(k), connections, weights: typeof weights === 'number' ? weights : Float64Array.from(kept, (c) => weights[c]) }
    })
  }

  function toEventDriven(w: (typeof wired)[number], mask: number, synapse: ((tag: string) => SynapseState) | undefined): () => number {
    const target = w.target.checked?.definition.eventDriven
    const counter: Column<'f64'> = memoryPlan.reserve(`projection.${w.p.name}.events`, 'f64', 1, 'state')
    const receptor = target?.receptors.indexOf(w.p.onto) ?? -1
    const options: RowOptions = {
      name: w.p.name, source: w.source.stream, clockedSource: w.source.regime === 'clocked', toMs: w.source.regime === 'clocked' ? time.time : (t) => t, firstSource: w.from.first, lastSource: w.from.last,
      mask, firstTarget: w.to.first, receptor, connections: w.connections, weights: w.weights, synapse: synapse?.(w.p.name),
      count: (n) => void (counter.view[0] += n),
    }
    if (typeof w.delays === 'number') w.target.arrivals.push(rowArrivals(options, w.delays, memoryPlan))
    else {
      const sorted = sortByDelay(w.connections, w.delays, w.weights)
      Object.assign(w, sorted)
      w.target.arrivals.push(flightArrivals({ ...options, connections: sorted.connections, weights: sorted.weights }, sorted.delays, w.shortest, w.source.stream.capacity, memoryPlan))
    }
    return () => counter.view[0]
  }

  for (const { input, target, first, last } of injected) {
    within(['inputs', input.name], () => {
      if ('current' in input) return
      const receptor = within(['onto'], () => receptorOf(target, input.onto))
      const weight = within(['poisson' in input ? 'poisson' : 'weight'], () => quantityIn('poisson' in input ? input.poisson.weight : input.weight, receptor.dimension))
      const count = last - first + 1
      const rate = 'poisson' in input ? within(['poisson', 'rate'], () => perUnit(input.poisson.rate, hertz, key('rate', input.name), count)) : 0
      if (typeof rate === 'number' ? rate < 0 : rate.some((r) => r < 0)) throw new InputError('found a rate below zero', ['poisson', 'rate'])
      const clocked = target.population instanceof ClockedPopulation ? target.population : undefined
      if (clocked && typeof rate === 'number' && rate * dt > denseDrive && count === target.description.size) {
        const drive = new DenseDrive(input.name, rate * dt, weight, key('poisson', input.name), target.partitions, float, () => clocked.inputPlace(input.onto))
        target.clockedInputs.push(drive)
        later.push((memory) => drive.start(memory, assemble))
        return
      }
      if ('spikes' in input) within(['spikes'], () => checkSpikes(input.spikes, count))
      const sequence = 'poisson' in input
        ? poissonSequence(`input ${input.name}`, count, rate, key('poisson', input.name), memoryPlan)
        : listSequence(`input ${input.name}`, input.spikes.times, input.spikes.units, memoryPlan)
      later.push(() => sequence.next())
      if (clocked) {
        const arrays = { f32: Float32Array, f64: Float64Array }
        let view: Float32Array | Float64Array | undefined
        const place = () => clocked.inputPlace(input.onto)
        target.clockedInputs.push(new SequenceInput(input.name, sequence, weight, first, time, place, () =>
          (view ??= new arrays[float](memory.memory.buffer as ArrayBuffer, place().address, (place().stride / arrays[float].BYTES_PER_ELEMENT) * target.window)),
        ))
        restorers.push(() => sequence.place())
      } else {
        const arrivals = sequenceArrivals(input.name, sequence, receptor.index, weight, first)
        target.arrivals.push(arrivals)
        later.push(() => arrivals.place())
      }
    })
  }

  const recordReaders = new Map(recordedPopulations(description).map((name) => [name, (parts.get(name) as Part).stream.reader('(recorder)', memoryPlan)]))

  // 5. memory, code, start
  const sizes = memoryPlan.sizes()
  const memory = memoryPlan.build({ shared: options.shared })
  kernels = assemble<DeliveryKernels>('delivery', deliveryKernels(float, memory.shared), memory.memory)
  const compareNames = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  for (const p of parts.values()) {
    if (p.population instanceof ClockedPopulation) p.population.inputs.push(...p.clockedInputs.sort(compareNames))
    if (p.population instanceof EventPopulation) p.population.arrivals.push(...p.arrivals.sort(compareNames))
  }
  for (const work of later) work(memory, kernels)

  const start = new Map([...parts].map(([name, p]) => [name, new Map(p.parameters)]))
  return {
    description, grid: time, float, memory, sizes,
    recordReader: (name) => recordReaders.get(name) as Reader,
    resetParameters: () => {
      for (const [name, p] of parts) {
        p.parameters.clear()
        for (const [key, value] of start.get(name) as Map<string, PerUnit>) p.parameters.set(key, value)
        if (p.population instanceof ClockedPopulation) p.population.adopt(plan(p.checked as CheckedNeuron, p.binding as Binding), memory, assemble)
      }
    },
    populations: new Map([...parts].map(([name, p]) => [name, p.population as Population])),
    models: new Map([...parts].flatMap(([name, p]) => (p.checked ? [[name, p.checked] as const] : []))),
    projections: summaries,
    streams: new Map([...parts].map(([name, p]) => [name, p.stream])),
    setParameters: (population, values, now) => {
      const target = parts.get(population)
      if (!target) throw new InputError(unknown('population', population, parts.keys()))
      for (const [name, value] of Object.entries(values)) {
        if (!target.parameters.has(name)) throw new InputError(unknown('parameter', name, target.parameters.keys()))
        target.parameters.set(name, value)
      }
      if (target.population instanceof ClockedPopulation) {
        target.population.adopt(plan(target.checked as CheckedNeuron, target.binding as Binding), memory, assemble)
      } else if (target.population instanceof EventPopulation && now !== undefined) target.population.change(uniformParameters(target.parameters), now)
    },
    settle: () => {
      for (const p of parts.values()) if (p.population instanceof EventPopulation) for (const a of p.population.arrivals) a.settle()
    },
    restored: () => {
      for (const work of restorers) work()
      for (const p of parts.values()) {
        if (p.population instanceof EventPopulation) {
          for (const a of p.population.arrivals) a.place()
          p.population.rebind(uniformParameters(p.parameters))
        }
        p.population?.place()
      }
    },
  }
}

function unique(path: string, list: readonly { name: string }[]): void {
  const seen = new Set<string>()
  for (const { name } of list) {
    if (seen.has(name)) throw new InputError(`the name "${name}" is there twice`, [path, name])
    seen.add(name)
  }
}

function startPart(p: PopulationDescription, seed: number, memoryPlan: MemoryPlan, longest: number, dt: number): Part {
  if (!(Number.isInteger(p.size) && p.size >= 1 && p.size <= sizeLimit)) {
    throw new InputError(`found size ${p.size}; a whole number from 1 to ${sizeLimit} is needed`, ['size'])
  }
  const isNeuron = 'equations' in p.model
  const checked = isNeuron ? within(['model'], () => checkNeuron(p.model as NeuronDefinition)) : undefined
  const declared = new Map(Object.entries(p.model.parameters))
  const parameters = new Map<string, PerUnit>()
  for (const [name, [text]] of declared) {
    const value: Value = p.parameters?.[name] ?? text
    const dimension = checked ? (checked.parameters.get(name)?.dimension as Dimension) : parameterDimension(text)
    parameters.set(name, within(['parameters', name], () => perUnit(value, dimension, streamKey(seed, 'parameter', `${p.name}.${name}`), p.size)))
  }
  for (const name of Object.keys(p.parameters ?? {})) {
    if (!declared.has(name)) throw new InputError(unknown('parameter', name, declared.keys()), ['parameters', name])
  }
  for (const name of Object.keys(p.initial ?? {})) {
    const variables = checked?.differentials.map((d) => d.variable) ?? []
    if (!variables.includes(name)) throw new InputError(unknown('variable', name, variables), ['initial', name])
  }
  const rate = p.maximum_rate === undefined ? 1 : within(['maximum_rate'], () => quantityIn(p.maximum_rate as string, hertz))
  // events that can wait: as long as the longest delay, a window or a look ahead
  const wait = longest + Math.max(10, 2 * longestWindow * dt)
  const stream = new EventStream(p.name, Math.min(2 ** 24, Math.ceil(p.size * rate * wait) + 64), memoryPlan)
  return {
    description: p, path: ['populations', p.name], seed, checked, stream, parameters,
    planColumn: (name, length) => memoryPlan.reserve(name, 'f64', length, 'state'),
    regime: isNeuron ? (p.regime ?? 'clocked') : 'source',
    currents: new Map(), window: 1, partitions: [], clockedInputs: [], arrivals: [],
  }
}

function parameterDimension(text: string | number): Dimension {
  return typeof text === 'number' ? none : /Hz$/.test(text) ? hertz : none
}

function longestDelay(d: NetworkDescription, population: string): number {
  let longest = 0
  for (const p of d.projections) {
    if (p.from.population !== population) continue
    const ends: unknown[] = typeof p.delay === 'object' ? Object.values(p.delay).flat() : [p.delay]
    for (const e of ends) {
      try {
        longest = Math.max(longest, quantityIn(e as string, ms))
      } catch {
        // not a delay: said where the projection is checked
      }
    }
  }
  return Number.isFinite(longest) ? longest : 0
}

/** What is no quantity of this kind is said where it is checked. */
function quantityOrUndefined(text: string | number, dimension: Dimension): number | undefined {
  try {
    return quantityIn(text, dimension)
  } catch {
    return undefined
  }
}

function receptorOf(target: Part, name: string): { dimension: Dimension; index: number } {
  const receptors = target.checked?.receptors ?? []
  const found = receptors.find((r) => r.name === name)
  if (!found) throw new InputError(unknown('receptor', name, receptors.map((r) => r.name)))
  const index = target.checked?.definition.eventDriven?.receptors.indexOf(name) ?? -1
  if (target.regime === 'event_driven' && index < 0) {
    throw new InputError(unknown('receptor of the event-driven form', name, target.checked?.definition.eventDriven?.receptors ?? []))
  }
  return { dimension: found.weight, index }
}

function bindSynapse(model: CheckedSynapse, given: Record<string, string | number>): Map<string, number> {
  for (const name of Object.keys(given)) {
    if (!model.parameters.has(name)) throw new InputError(unknown('parameter', name, model.parameters.keys()), [name])
  }
  const values = new Map<string, number>()
  for (const [name, { value, dimension }] of model.parameters) {
    values.set(name, name in given ? within([name], () => quantityIn(given[name], dimension)) : value)
  }
  return values
}

function perConnection(value: Value, dimension: Dimension, key: Key, { starts, targets }: Connections): number | Float64Array {
  const { constant, draw } = valueDraw(value, dimension, key, targets.length)
  if (constant !== undefined) return constant
  const values = new Float64Array(targets.length)
  const counted = typeof value === 'object' && ('list' in value || 'levels' in value)
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let k = starts[s]; k < starts[s + 1]; k++) values[k] = counted ? draw(k, 0) : draw(k - starts[s], s)
  }
  return values
}

function minimum(values: Float64Array): number {
  return values.reduce((a, b) => (b < a ? b : a), Infinity)
}
function maximum(values: Float64Array): number {
  return values.reduce((a, b) => (b > a ? b : a), 0)
}
function roundToGrid(delay: number, dt: number): number {
  return Math.max(0, Math.round(delay / dt)) * dt
}

function detectorOf(target: Part): (() => Detector) | undefined {
  const { bursts, size, name } = target.description
  if (!bursts) return undefined
  const interval = within(['bursts', 'interval'], () => quantityIn(bursts.interval ?? '16 ms', ms))
  if (!(interval > 0)) throw new InputError(`found an interval of ${interval} ms; a time above zero is needed`, ['bursts', 'interval'])
  const columns = Array.from({ length: bursts.detector.columns }, (_, k) => target.planColumn(`detector.${name}.${k}`, size))
  return () => {
    columns.forEach((c, k) => void c.view.fill(bursts.detector.initial[k]))
    return bursts.detector.make(columns.map((c) => c.view), interval)
  }
}

function initialValues(target: Part, program: Program | undefined): Map<string, number | Float64Array> {
  const { description: d, checked, parameters } = target
  const values = new Map<string, number | Float64Array>()
  const model = checked as CheckedNeuron
  for (const { variable, dimension } of model.differentials) {
    const given = d.initial?.[variable]
    if (given !== undefined) {
      values.set(variable, within(['populations', d.name, 'initial', variable], () => perUnit(given, dimension, streamKey(target.seed, 'initial', `${d.name}.${variable}`), d.size)))
      continue
    }
    const start = model.initial.get(variable)
    if (!start) continue
    const differs = [...parameters].some(([, v]) => typeof v !== 'number')
    const at = (i: number) => evaluate(start, (n) => {
      const v = parameters.get(n) as PerUnit
      return typeof v === 'number' ? v : v[i]
    })
    values.set(variable, differs ? Float64Array.from({ length: d.size }, (_, i) => at(i)) : at(0))
  }
  for (const [current, { noise = [] }] of target.currents) {
    void current
    // an Ornstein-Uhlenbeck current starts in its stationary state
    for (const { name, mean, sigma } of noise) {
      if (program?.variables.includes(name)) {
        values.set(name, perUnit({ normal: { mean, sd: sigma } }, none, streamKey(target.seed, 'initial', `${d.name}.${name}`), d.size))
      }
    }
  }
  return values
}

function uniformParameters(parameters: Map<string, PerUnit>): Record<string, number> {
  const values: Record<string, number> = {}
  for (const [name, value] of parameters) {
    if (typeof value !== 'number') throw new InputError('an event-driven population needs the same value for all units', ['parameters', name])
    values[name] = value
  }
  return values
}

function checkSpikes({ times, units }: { times: number[]; units: number[] }, size: number): void {
  if (times.length !== units.length) throw new InputError(`found ${times.length} times and ${units.length} units; one unit a time is needed`)
  times.forEach((t, k) => {
    if (!(Number.isFinite(t) && t >= 0)) throw new InputError(`found a spike at ${t} ms; zero or more is needed`, ['times', k])
    if (!(Number.isInteger(units[k]) && units[k] >= 0 && units[k] < size)) throw new InputError(`found unit ${units[k]}; units 0 to ${size - 1} are there`, ['units', k])
  })
}

/** Partitions of the population, cut to the targets of a projection and counted from its first target. */
function partitionsOf(partitions: Partition[], to: { first: number; last: number }): Partition[] {
  return partitions
    .map(({ low, high }) => ({ low: Math.max(low, to.first) - to.first, high: Math.min(high, to.last + 1) - to.first }))
    .filter(({ low, high }) => high > low)
}

/** The connections for which `keep` holds, and where they were. */
function select({ starts, targets }: Connections, keep: (connection: number) => boolean): { connections: Connections; kept: number[] } {
  const kept: number[] = []
  const newStarts = new Uint32Array(starts.length)
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let k = starts[s]; k < starts[s + 1]; k++) if (keep(k)) kept.push(k)
    newStarts[s + 1] = kept.length
  }
  return { connections: { starts: newStarts, targets: Uint32Array.from(kept, (k) => targets[k]) }, kept }
}

/** Rows in ascending order of delay, then of target. */
function sortByDelay({ starts, targets }: Connections, delays: Float64Array, weights: number | Float64Array) {
  const order = Array.from({ length: targets.length }, (_, k) => k)
  const sorted: number[] = []
  for (let s = 0; s + 1 < starts.length; s++) {
    const row = order.slice(starts[s], starts[s + 1]).sort((a, b) => delays[a] - delays[b] || a - b)
    for (const k of row) sorted.push(k)
  }
  return {
    connections: { starts, targets: Uint32Array.from(sorted, (k) => targets[k]) },
    delays: Float64Array.from(sorted, (k) => delays[k]),
    weights: typeof weights === 'number' ? weights : Float64Array.from(sorted, (k) => weights[k]),
  }
}

function listWeights(w: { connections: Connections; weights: number | Float64Array; from: { first: number }; to: { first: number } }) {
  const { starts, targets } = w.connections
  const sources = new Uint32Array(targets.length)
  for (let s = 0; s + 1 < starts.length; s++) sources.fill(s + w.from.first, starts[s], starts[s + 1])
  const { weights } = w
  return {
    sources,
    targets: Uint32Array.from(targets, (t) => t + w.to.first),
    weights: typeof weights === 'number' ? new Float64Array(targets.length).fill(weights) : weights.slice(),
  }
}
