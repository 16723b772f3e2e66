/** A recording that writes a trace: what its header says of the network, and which row of the network goes where. */
import { type NetworkDescription, recordedPopulations } from '../engine/description.ts'
import { keptWeights, type Recording, sampledUnits, weightRequests } from '../engine/recorder.ts'
import { ClockedPopulation } from '../engine/population.ts'
import { EventPopulation } from '../engine/event-population.ts'
import { within } from '../engine/errors.ts'
import type { Network, Population, ProjectionSummary } from '../engine/network.ts'
import type { TraceHeader, TraceSamples, TraceWriter } from '../engine/trace/index.ts'
import { quantityIn } from '../engine/units.ts'
import { resultsVersion } from '../engine/version.ts'
import { byName } from '../engine/workshop.ts'
import { BestWeights, bestName, checkBest } from './best-weights.ts'
import { ms } from './shapes.ts'

/**
 * The header of a trace of `network`; everything in the order of names, so that declarations may be shuffled.
 * Throws `InputError` with the path in the description.
 */
export function traceHeader(network: Network, about: { scenario: string; title: string }): TraceHeader {
  const { description, grid, populations, projections } = network
  const kept = new Set(recordedPopulations(description))
  const models = new Map(description.populations.map((p) => [p.name, p.model.name]))
  const sizeOf = (name: string) => populations.get(name)?.size ?? 0
  const best = description.record?.best
  checkBest(description)
  const weightsEntry = (name: string, of: string) => {
    const projection = projections.get(of) as ProjectionSummary
    const [from, to] = [projection.from.population, projection.to.population]
    return { name, from, to, sources: sizeOf(from), targets: sizeOf(to) }
  }
  return {
    ...about,
    seed: description.seed,
    dt: grid.dt,
    precision: description.precision,
    resultsVersion,
    populations: [...populations.values()].map((p) => ({
      name: p.name,
      size: p.size,
      model: models.get(p.name) ?? '',
      regime: regimeOf(p),
      events: kept.has(p.name),
    })),
    samples: byName([
      ...(description.record?.samples ?? []).map((request) =>
        within(['record', 'samples', request.name], () => {
          const { population, variables, units } = sampledUnits(request, network)
          const { name, reduce } = request
          const kept = reduce ? { units: [], reduce } : { units }
          return { name, population: population.name, variables, every: quantityIn(request.every, ms), ...kept }
        }),
      ),
      ...blockEntries(description, grid.dt),
      ...responseEntries(description, grid.dt),
    ]),
    weights: [
      ...weightRequests(network).map(({ projection: name }) => weightsEntry(name, name)),
      ...[...(best?.weights ?? [])].sort().map((name) => weightsEntry(bestName(name), name)),
    ],
  }
}

/**
 * What a block of trials measures is in a trace as samples that are reduced, under its name. They come when the block reports, at
 * times of their own: `every` is the step of the grid that these lie on. A measure may be of several populations: that of the
 * request is one that the trace knows, and says nothing.
 */
function blockEntries({ trials, populations }: NetworkDescription, dt: number): TraceSamples[] {
  const measuring = (trials?.blocks ?? []).filter((block) => block.measures.length > 0)
  const [population] = populations.map((p) => p.name).sort()
  return measuring.map(({ name, measures }) => ({ name, population, variables: measures.map((m) => m.name), units: [], reduce: 'mean', every: dt }))
}

/** What units do for the examples of a block, one row an example, and the class of each: at times of their own, as the reports of blocks. */
function responseEntries({ trials, populations }: NetworkDescription, dt: number): TraceSamples[] {
  const labelled = trials !== undefined && 'labels' in trials.examples.wanted
  return (trials?.responses ?? []).flatMap(({ name, of: { population, variable } }): TraceSamples[] => {
    const { size = 0, copies = 1 } = populations.find((p) => p.name === population) ?? {}
    const units = Array.from({ length: size / copies }, (_, k) => k)
    const classes: TraceSamples = { name: `${name}.class`, population, variables: ['class'], units: [], reduce: 'mean', every: dt }
    return [{ name, population, variables: [variable], units, every: dt }, ...(labelled ? [classes] : [])]
  })
}

export interface RecordingOptions {
  /** Told of every sample. */
  sampled?: (request: string, values: ArrayLike<number>) => void
  /** Value of the best sample before a run that is gone on with. */
  best?: number
  /** Hears all that the trace gets. */
  follow?: Recording
}

/** Hands events, samples and weights to the writer of a trace with this header and keeps the best weights. */
export class TraceRecording implements Recording {
  private readonly populations: Map<string, number>
  private readonly requests: Map<string, number>
  private readonly projections: Map<string, number>
  /** When the weights of a projection were kept last (ms). */
  private readonly kept = new Map<string, number>()

  /** Events before and after these times (ms) are not kept. */
  private readonly eventsFrom: number
  private readonly eventsTo: number
  private readonly sampled: RecordingOptions['sampled']
  private readonly follow: Recording | undefined
  /** Where the description asks for the best weights. */
  readonly best: BestWeights | undefined

  constructor(
    private readonly network: Network,
    header: TraceHeader,
    private readonly writer: TraceWriter,
    options: RecordingOptions = {},
  ) {
    const best = network.description.record?.best
    this.best = best && new BestWeights(best, network, header, writer, options.best)
    const { events_from = 0, events_to } = network.description.record ?? {}
    this.eventsFrom = quantityIn(events_from, ms)
    this.eventsTo = events_to === undefined ? Infinity : quantityIn(events_to, ms)
    this.sampled = options.sampled
    this.follow = options.follow
    this.populations = new Map(header.populations.map(({ name }, k) => [name, k]))
    this.requests = new Map(header.samples.map(({ name }, k) => [name, k]))
    this.projections = new Map(header.weights.map(({ name }, k) => [name, k]))
  }
  events(population: string, times: Float64Array, sources: Uint32Array, kinds: Uint8Array, count: number): void {
    let first = 0
    while (first < count && times[first] < this.eventsFrom) first++
    let end = count
    while (end > first && times[end - 1] > this.eventsTo) end--
    if (first === end) return
    const kept = <A extends Float64Array | Uint32Array | Uint8Array>(rows: A) => rows.subarray(first, end) as A
    const rows = [kept(times), kept(sources), kept(kinds), end - first] as const
    this.writer.events(this.populations.get(population) as number, ...rows)
    this.follow?.events(population, ...rows)
  }
  sample(request: string, time: number, values: Float32Array | Float64Array): void {
    this.writer.samples(this.requests.get(request) as number, time, values)
    this.follow?.sample(request, time, values)
    this.sampled?.(request, values)
    this.best?.hear(request, time, values)
  }
  weights(projection: string, time: number, sources: Uint32Array, targets: Uint32Array, weights: Float64Array): void {
    this.writer.weights(this.projections.get(projection) as number, time, sources, targets, weights)
    this.kept.set(projection, time)
    this.follow?.weights(projection, time, sources, targets, weights)
  }
  advance(time: number): void {
    this.writer.advance(time)
    this.follow?.advance(time)
  }
  /** The run ends at `time` (ms): the weights as they are now, and the end of the trace. */
  close(time: number): void {
    const { network } = this
    for (const request of weightRequests(network)) {
      if (this.kept.get(request.projection) === time) continue
      const { sources, targets, weights } = keptWeights(request, network)
      this.weights(request.projection, time, sources, targets, weights)
    }
    this.writer.close(time)
  }
}

function regimeOf(population: Population): string {
  if (population instanceof ClockedPopulation) return 'clocked'
  return population instanceof EventPopulation ? 'event_driven' : 'source'
}
