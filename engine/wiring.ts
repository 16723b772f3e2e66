/** Projections while a network is being put together: who is connected to whom, how strongly, how late, and by what means. */
import { flightArrivals, rowArrivals, type RowOptions } from './arrivals.ts'
import type { WeightBounds } from './bounds.ts'
import { connect, type Connections, type Ends, expectedConnections, listed, listWeights } from './connectivity.ts'
import { kinds, type ProjectionDescription, type TransposedWeights, type Units, type Value } from './description.ts'
import { type CheckedSynapse, checkSynapse } from './equations/compile-synapse.ts'
import { assert, InputError, unknown, within } from './errors.ts'
import { isMatrixRule } from './equations/matrix-rule.ts'
import type { Learner } from './learner.ts'
import { exactLearning, learnerOf, ruleChanges, startLearner } from './learner-wiring.ts'
import type { Column } from './memory.ts'
import { checkRepresentable, type Part, rangeOf, receptorOf } from './part.ts'
import type { ClockedPopulation } from './population.ts'
import { type ClockedInput, type DelayClass, type Partition, Projection } from './projection.ts'
import type { Key } from './random.ts'
import { type BoundRule, bindRule } from './rule-binding.ts'
import { synapseState, type SynapseState } from './synapse.ts'
import { checkTransposed, lockStep, transposedMatrix } from './transposed.ts'
import { type Dimension, none, quantityIn } from './units.ts'
import { valueDraw } from './values.ts'
import type { Workshop } from './workshop.ts'

const ms: Dimension = [1, 0, 0]

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
  /** The rule at work, if there is one. */
  learner: Learner | undefined
  /** Checks parameters of the rule that are to change; what is given back changes them, from `now` (ms) on. */
  changeRule: ((parameters: Record<string, string | number>) => (now: number | undefined) => void) | undefined
  /** Parameters of the rule as the description has them. */
  resetRule(): void
  /** No synapse has anything left to hear of what has happened. */
  settle(): void
  /** Every connection with its weight as it is now. */
  weights(): { sources: Uint32Array; targets: Uint32Array; weights: Float64Array }
}

/** Connections, weights and delays of a projection, before anything has an address. Throws `InputError`. */
export function wire(p: ProjectionDescription, shop: Workshop) {
  const [source, target] = [within(['from'], () => shop.part(p.from)), within(['to'], () => shop.part(p.to))]
  if (target.regime === 'source') throw new InputError(`"${p.to.population}" is a source of spikes and receives none`, ['to'])
  const [from, to] = [within(['from'], () => rangeOf(source, p.from)), within(['to'], () => rangeOf(target, p.to))]
  const receptor = within(['onto'], () => receptorOf(target, p.onto))
  const synapse = p.synapse && within(['synapse'], () => checkSynapse(p.synapse as NonNullable<typeof p.synapse>))
  const synapseParameters = synapse && within(['parameters'], () => bindSynapse(synapse, p.parameters ?? {}))
  if (!synapse && p.parameters) throw new InputError('found parameters without a synapse', ['parameters'])
  const ends = {
    sources: from.last - from.first + 1,
    targets: to.last - to.first + 1,
    offset: p.from.population === p.to.population ? from.first - to.first : undefined,
  }
  const onMatrix = p.learning !== undefined && isMatrixRule(p.learning.rule)
  const rule = onMatrix ? undefined : bindRule(p, source, target, receptor.dimension, shop)
  for (const part of [source, target]) {
    if ((part.description.copies ?? 1) > 1) throw new InputError(`"${part.description.name}" has copies; spikes go between populations without`, [part === source ? 'from' : 'to'])
  }
  const transposed = typeof p.weight === 'object' && 'transpose_of' in p.weight ? within(['weight'], () => checkTransposed(p, p.weight as TransposedWeights, ends, target, shop)) : undefined
  checkMemory(p, ends, shop)
  const drawn = within(['draws_as'], () => drawsAs(p, shop.description.projections))
  const connections = within(['connect'], () => connect(p.connect, ends, shop.key('connect', drawn)))
  const weights = within(['weight'], () => {
    const drawnWeights = perConnection(transposed ? 1 : (p.weight as Value), transposed ? none : receptor.dimension, shop.key('weight', drawn), connections)
    checkRepresentable(drawnWeights, target.regime === 'clocked' ? shop.float : 'f64')
    // weights that change are kept one by one
    const values = (rule || onMatrix) && typeof drawnWeights === 'number' ? new Float64Array(connections.length).fill(drawnWeights) : drawnWeights
    if (rule?.bounds) checkBounds(values, rule.bounds)
    return values
  })
  const dendriticDelay = p.dendritic_delay === undefined ? 0 : within(['dendritic_delay'], () => dendritic(p.dendritic_delay as string, shop, source, target))
  const axonal = within(['delay'], () => perConnection(p.delay, ms, shop.key('delay', drawn), connections))
  const delays = dendriticDelay === 0 ? axonal : typeof axonal === 'number' ? axonal + dendriticDelay : axonal.map((d) => d + dendriticDelay)
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
  if (transposed && typeof delays !== 'number') throw new InputError('found delays that differ; transposed weights have one delay for all', ['delay'])
  if (clockedPair && typeof delays === 'number') within(['delay'], () => shop.grid.wholeTicks(delays))
  return { p, source, target, from, to, receptor, synapse, synapseParameters, connections, weights, delays, axonal, dendriticDelay, shortest, longest, clockedPair, rule, transposed, onMatrix }
}

/** Throws `InputError` without a path. */
function dendritic(text: string | number, { grid }: Workshop, source: Part, target: Part): number {
  const delay = quantityIn(text, ms)
  if (!(delay >= 0)) throw new InputError(`found a delay of ${delay} ms; zero or more is needed`)
  return source.regime === 'clocked' && target.regime === 'clocked' ? grid.time(grid.wholeTicks(delay)) : delay
}

/** Throws `InputError` without a path. */
function checkBounds(weights: number | Float64Array, { low, high }: WeightBounds): void {
  const outside = typeof weights === 'number' ? undefined : weights.find((w) => !(w >= low && w <= high))
  if (outside !== undefined) throw new InputError(`found a weight of ${outside}; the bounds of the projection are ${low} to ${high}`)
}

/** The projection whose draws `p` has: where that one draws as another, the other's. */
function drawsAs(p: ProjectionDescription, projections: readonly ProjectionDescription[]): string {
  const seen = [p.name]
  for (let at = p; at.draws_as !== undefined; ) {
    const next = projections.find((q) => q.name === at.draws_as)
    if (!next) throw new InputError(unknown('projection', at.draws_as, projections.map((q) => q.name)))
    if (seen.includes(next.name)) throw new InputError(`found ${[...seen, next.name].join(' as ')}; one of them must draw by itself`)
    seen.push(next.name)
    at = next
  }
  return seen[seen.length - 1]
}

/** The most that one memory holds. */
const mostBytes = 2 ** 32

/** Connections that could never be held are refused before they are made. */
function checkMemory(p: ProjectionDescription, ends: Ends, { float }: Workshop): void {
  const weight = typeof p.weight === 'object' ? (float === 'f32' ? 4 : 8) : 0
  const count = expectedConnections(p.connect, ends)
  const bytes = count * ((ends.targets <= 65536 ? 2 : 4) + weight)
  if (bytes > mostBytes) {
    throw new InputError(`found ${count} connections, which need ${(bytes / 1e9).toFixed(1)} GB; 4.3 GB is the most that one memory holds`, ['connect'])
  }
}

export type Wire = ReturnType<typeof wire>

/** Puts the projection in place; what it is when all is done. */
export function project(w: Wire, shop: Workshop, deliver: (input: ClockedInput) => void): ProjectionSummary {
  const mask = { spike: kinds.spike, burst: kinds.burst, onset: kinds.onset }[w.p.transmits ?? 'spike']
  if (mask !== kinds.spike && !w.source.description.bursts) {
    throw new InputError(`"${w.p.from.population}" detects no bursts; give it "bursts"`, ['transmits'])
  }
  const synapse = (tag: string): SynapseState => {
    const state = synapseState(tag, w.synapse as CheckedSynapse, w.synapseParameters as Map<string, number>, w.from.last - w.from.first + 1, shop.memoryPlan)
    shop.later.push((memory) => state.start(memory, shop.assemble))
    return state
  }
  const means = w.synapse ? synapse : undefined
  const live = w.target.regime === 'clocked' ? toClocked(w, mask, means, shop, deliver) : toEventDriven(w, mask, means, shop)
  return {
    name: w.p.name, from: w.p.from, to: w.p.to, onto: w.p.onto, connections: w.connections.length,
    synapse: w.synapse?.definition.name ?? 'static', delays: [w.shortest, w.longest], ...live, ...ruleChanges(w, live.learner, shop),
  }
}

export type Live = Pick<ProjectionSummary, 'events' | 'weights' | 'learner' | 'settle'>

function toClocked(w: Wire, mask: number, synapse: ((tag: string) => SynapseState) | undefined, shop: Workshop, deliver: (input: ClockedInput) => void): Live {
  const { float } = shop
  const { onto } = w.p
  const [firstSource, firstTarget] = [w.from.first, w.to.first]
  const population = w.target.population as ClockedPopulation
  const bytes = float === 'f32' ? 4 : 8
  const projection = new Projection({
    name: w.p.name, source: w.source.stream, clockedSource: w.source.regime === 'clocked', firstSource: w.from.first, lastSource: w.from.last, mask,
    classes: delayClasses(w, shop), partitions: partitionsOf(w.target.partitions, w.to), float, grid: shop.grid, synapse,
    learn: w.rule && ((classes) => learnerOf(w, w.rule as BoundRule, classes, undefined, shop)), heard: w.rule?.heard ?? 0,
    dendriticDelay: w.clockedPair ? shop.grid.wholeTicks(w.dendriticDelay) : w.dendriticDelay,
    place: () => {
      const { address, stride } = population.inputPlace(onto)
      return { address: address + firstTarget * bytes, stride }
    },
    kernels: () => shop.kernels,
    transposed: w.transposed && transposedMatrix(w, shop),
  }, shop.memoryPlan)
  shop.projections.set(w.p.name, projection)
  if (w.transposed) lockStep(w, w.transposed)
  for (const input of projection.inputs) deliver(input)
  shop.later.push(() => projection.fill())
  const { learner } = projection
  if (learner) {
    population.learners.push(learner)
    startLearner(learner, shop)
  }
  const settle = () => learner?.settle(w.clockedPair ? population.tick : shop.grid.time(population.tick))
  return {
    learner,
    settle,
    events: () => projection.synapticEvents,
    weights: () => {
      settle()
      return projection.list(firstSource, firstTarget)
    },
  }
}

/**
 * Connections of one delay each, or all together. A delay between two ticks counts as the later, so that nothing acts before
 * its time; between clocked populations one tick is the least.
 */
function delayClasses(w: Wire, shop: Workshop): DelayClass[] {
  const { delays, weights, connections } = w
  if (w.transposed) return [{ delay: delays as number, axonal: delays as number, connections, weights: w.transposed.times, matrix: false }]
  if (typeof delays === 'number') return [{ delay: delays, axonal: w.axonal as number, connections, weights, matrix: isMatrix(w) }]
  const { starts, targets } = connections
  const ticks = Int32Array.from(delays, (d) => Math.max(w.clockedPair ? 1 : 0, shop.grid.tickAtOrAfter(d)))
  const counts = new Map<number, number>()
  for (const k of ticks) counts.set(k, (counts.get(k) ?? 0) + 1)
  const classes = new Map(
    [...counts].sort(([a], [b]) => a - b).map(([k, count]) => {
      const own = { starts: new Uint32Array(starts.length), targets: new Uint32Array(count), weights: new Float64Array(typeof weights === 'number' ? 0 : count), filled: 0 }
      return [k, own] as const
    }),
  )
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let c = starts[s]; c < starts[s + 1]; c++) {
      const own = classes.get(ticks[c])
      assert(own, 'every delay has its class')
      if (typeof weights !== 'number') own.weights[own.filled] = weights[c]
      own.targets[own.filled++] = targets[c]
    }
    for (const own of classes.values()) own.starts[s + 1] = own.filled
  }
  return [...classes].map(([k, own]) => ({
    delay: shop.grid.time(k),
    axonal: shop.grid.time(k) - w.dendriticDelay,
    connections: listed(own.starts, own.targets),
    weights: typeof weights === 'number' ? weights : own.weights,
    matrix: false,
  }))
}

/** Every source once to every target of a whole population, with weights that differ. */
export function isMatrix({ connections, weights, from, to, target, p }: Wire): boolean {
  const complete = connections.length === (from.last - from.first + 1) * (to.last - to.first + 1)
  const whole = to.first === 0 && to.last === target.description.size - 1
  return typeof weights !== 'number' && complete && whole && 'all_to_all' in p.connect
}

function toEventDriven(w: Wire, mask: number, synapse: ((tag: string) => SynapseState) | undefined, shop: Workshop): Live {
  const { memoryPlan } = shop
  const target = w.target.checked?.definition.eventDriven
  const counter: Column<'f64'> = memoryPlan.reserve(`projection.${w.p.name}.events`, 'f64', 1, 'state')
  const receptor = target?.receptors.indexOf(w.p.onto) ?? -1
  const options: RowOptions = {
    name: w.p.name, source: w.source.stream, clockedSource: w.source.regime === 'clocked', toMs: w.source.regime === 'clocked' ? shop.grid.time : (t) => t, firstSource: w.from.first, lastSource: w.from.last,
    mask, firstTarget: w.to.first, receptor, connections: w.connections, weights: w.weights, synapse: synapse?.(w.p.name), learning: undefined,
    count: (n) => void (counter.view[0] += n),
  }
  const learning = (connections: Connections, weights: number | Float64Array, axonal: number | Float64Array) => w.rule && exactLearning(w, w.rule, connections, weights as Float64Array, axonal, shop)
  let live: Omit<Live, 'events'> | undefined
  if (typeof w.delays === 'number') {
    const exact = learning(w.connections, w.weights, w.axonal)
    live = exact?.live
    w.target.arrivals.push(rowArrivals({ ...options, learning: exact?.learning }, w.delays, memoryPlan))
  } else {
    const sorted = sortByDelay(w.connections, w.delays, w.axonal, w.weights)
    Object.assign(w, sorted)
    const exact = learning(sorted.connections, sorted.weights, sorted.axonal)
    live = exact?.live
    w.target.arrivals.push(flightArrivals({ ...options, connections: sorted.connections, weights: sorted.weights, learning: exact?.learning }, sorted.delays, w.shortest, w.source.stream.capacity, memoryPlan))
  }
  return { learner: undefined, settle: () => {}, weights: () => listWeights(w), ...live, events: () => counter.view[0] }
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

function perConnection(value: Value, dimension: Dimension, key: Key, { starts, length }: Connections): number | Float64Array {
  const { constant, draw } = valueDraw(value, dimension, key, length)
  if (constant !== undefined) return constant
  const values = new Float64Array(length)
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

/** Partitions of the population, cut to the targets of a projection and counted from its first target. */
function partitionsOf(partitions: Partition[], to: { first: number; last: number }): Partition[] {
  return partitions
    .map(({ low, high }) => ({ low: Math.max(low, to.first) - to.first, high: Math.min(high, to.last + 1) - to.first }))
    .filter(({ low, high }) => high > low)
}

/** Rows in ascending order of delay, then of target. */
function sortByDelay({ starts, targets }: Connections, delays: Float64Array, axonal: number | Float64Array, weights: number | Float64Array) {
  const order = Array.from({ length: targets.length }, (_, k) => k)
  const sorted: number[] = []
  for (let s = 0; s + 1 < starts.length; s++) {
    const row = order.slice(starts[s], starts[s + 1]).sort((a, b) => delays[a] - delays[b] || a - b)
    for (const k of row) sorted.push(k)
  }
  return {
    connections: listed(starts, Uint32Array.from(sorted, (k) => targets[k])),
    delays: Float64Array.from(sorted, (k) => delays[k]),
    axonal: typeof axonal === 'number' ? axonal : Float64Array.from(sorted, (k) => axonal[k]),
    weights: typeof weights === 'number' ? weights : Float64Array.from(sorted, (k) => weights[k]),
  }
}
