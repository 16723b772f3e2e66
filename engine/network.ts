/**
 * From a description to a network in memory: everything is checked here for how it fits together, connected, laid out,
 * compiled and set to its start. Throws `InputError` with the path in the description.
 */
import { assembler, type Assembler } from './assembler.ts'
import { type NetworkDescription, type ParameterChange, type ParameterSetting, recordedPopulations } from './description.ts'
import { checkSpikes, listSequence, poissonSequence, type SpikeSequence } from './drive.ts'
import type { CheckedNeuron } from './equations/check.ts'
import { evaluate } from './equations/evaluate.ts'
import { type Binding, negativeRefractory, plan } from './equations/plan.ts'
import { planEvents } from './equations/plan-events.ts'
import type { PerUnit, Program } from './equations/program.ts'
import { InputError, unknown, within } from './errors.ts'
import { EventPopulation } from './event-population.ts'
import { type Grid, grid } from './grid.ts'
import { drive, inject, type Injection } from './injection.ts'
import type { GradedProjection } from './graded.ts'
import { gradedGroups, matrixChanges, projectGraded, spikeMatrixLearning, spikeRedraw, wireGraded } from './graded-wiring.ts'
import { instantLoops } from './instant-loop.ts'
import { type DeliveryKernels, deliveryKernels, type Float } from './kernels/delivery.ts'
import type { MatrixLearning } from './matrix-learning.ts'
import { MemoryPlan, type NetworkMemory } from './memory.ts'
import type { SourceDefinition } from './model.ts'
import { checkTimeConstant, detectorOf, initialValues, longestWindow, type Part, type Population, startPart, streamCapacity, uniformParameters } from './part.ts'
import { checkSequences, patternSequence, sequenceKey } from './patterns.ts'
import { ClockedPopulation, unitBlock } from './population.ts'
import type { ClockedInput } from './projection.ts'
import type { Actor } from './scheduler.ts'
import { SourcePopulation } from './source-population.ts'
import { EventStream, type Reader } from './stream.ts'
import { wireTrials } from './trial-wiring.ts'
import type { Trials } from './trials.ts'
import { type Dimension, quantityIn } from './units.ts'
import { isMatrix, project, type ProjectionSummary, wire, type Wire } from './wiring.ts'
import { byName, Workshop } from './workshop.ts'

export type { Population } from './part.ts'
export type { ProjectionSummary } from './wiring.ts'

export interface BuildOptions {
  /** Memory that worker threads could share. */
  shared?: boolean
  /** Target partitions of every clocked population; results do not depend on it. */
  partitions?: number
}

export interface Network {
  readonly description: NetworkDescription
  readonly grid: Grid
  readonly float: Float
  readonly memory: NetworkMemory
  /** Who acts by himself: populations, and loops of them without delay. */
  readonly actors: readonly { actor: Actor; members: readonly Population[] }[]
  /** In canonical order. */
  readonly populations: ReadonlyMap<string, Population>
  readonly models: ReadonlyMap<string, CheckedNeuron>
  readonly projections: ReadonlyMap<string, ProjectionSummary>
  readonly graded: ReadonlyMap<string, GradedProjection>
  /** Examples, shown one after the other. */
  readonly trials: Trials | undefined
  /** Arrivals from inputs that no population sends. */
  readonly streams: ReadonlyMap<string, EventStream>
  /** Throws `InputError` unless parameters of a population can become these, from the present ones on. */
  checkParameters(population: string, parameters: Readonly<Record<string, number>>): void
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
/** Units of a partition: their input then fits the second-level cache. Smaller ones would cut the rows to pieces. */
const unitsPerPartition = 262144

export async function buildNetwork(description: NetworkDescription, options: BuildOptions = {}): Promise<Network> {
  return assembleNetwork(description, options, await assembler())
}

function assembleNetwork(description: NetworkDescription, options: BuildOptions, assemble: Assembler): Network {
  const dt = within(['dt'], () => quantityIn(description.dt, ms))
  const memoryPlan = new MemoryPlan()
  const shop = new Workshop(description, grid(dt), memoryPlan, assemble)
  for (const list of ['populations', 'projections', 'inputs'] as const) unique(list, description[list])
  for (const p of byName(description.populations)) {
    shop.parts.set(p.name, within(['populations', p.name], () => startPart(p, description, memoryPlan)))
  }
  const parts = [...shop.parts.values()]
  checkSequences(parts.map((p) => p.description))
  checkPhases(shop)
  const wires = byName(description.projections.filter((p) => !p.graded)).map((p) => within(['projections', p.name], () => wire(p, shop)))
  const gradedWires = byName(description.projections.filter((p) => p.graded)).map((p) => within(['projections', p.name], () => wireGraded(p, shop)))
  for (const w of wires) {
    const forward = w.transposed && wires.find((other) => other.p.name === w.transposed?.name)
    if (forward && !isMatrix(forward)) {
      throw new InputError(`"${forward.p.name}" is no full matrix; all-to-all connections of one delay to a whole population, with weights that differ or learn, are needed`, ['projections', w.p.name, 'weight', 'transpose_of'])
    }
  }
  for (const part of parts) within(part.path, () => giveStream(part, wires, shop))
  const injections = byName(description.inputs).map((input) => within(['inputs', input.name], () => inject(input, shop)))
  for (const part of parts) within(part.path, () => makePopulation(part, wires, injections, shop, options))
  const loops = instantLoops(parts, wires, shop.grid)
  const projections = new Map<string, ProjectionSummary>()
  const rules: MatrixLearning[] = []
  const redraws = new Map<string, (trial: number) => void>()
  for (const w of wires) {
    const loop = loops.find((l) => l.holds(w))
    const deliver = (input: ClockedInput) => {
      ;(loop ? loop.inside : w.target.clockedInputs).push(input)
      if (w.source.grouped && w.target.grouped) (w.target.population as ClockedPopulation).ofGroup.add(input)
    }
    within(['projections', w.p.name], () => {
      const summary = project(w, shop, deliver)
      const learning = w.onMatrix ? spikeMatrixLearning(w, shop) : undefined
      if (learning) rules.push(learning)
      const redraw = description.trials && spikeRedraw(w, shop)
      if (redraw) redraws.set(w.p.name, redraw)
      projections.set(w.p.name, learning ? { ...summary, ...matrixChanges(learning) } : summary)
    })
  }
  const graded = gradedWires.map((w) =>
    within(['projections', w.p.name], () => {
      const { graded: projection, summary, learning, redraw } = projectGraded(w, shop)
      if (learning) rules.push(learning)
      if (redraw) redraws.set(w.p.name, redraw)
      projections.set(w.p.name, summary)
      return { wire: w, projection }
    }),
  )
  for (const { p, transposed } of gradedWires) {
    if (transposed && !shop.matrices.has(transposed.transpose_of)) {
      throw new InputError(`"${transposed.transpose_of}" sends spikes, and has no full matrix that a rule changes; a graded projection, or spikes with a rule on whole matrices, is needed`, ['projections', p.name, 'weight', 'transpose_of'])
    }
  }
  const groups = gradedGroups(parts, graded, wires, rules, shop)
  for (const g of groups) {
    const looping = loops.find((l) => l.members.some((m) => g.members.includes(m)))
    if (looping) throw new InputError(`found ${looping.name} without delay among populations of graded projections; give a projection between them a delay`, ['projections'])
  }
  const trials = wireTrials(graded.map((g) => g.projection), rules, redraws, shop)
  for (const i of injections) within(['inputs', i.input.name], () => drive(i, shop))
  const recordReaders = new Map(recordedPopulations(description).map((name) => [name, (shop.parts.get(name) as Part).stream.reader('(recorder)', memoryPlan)]))

  const sizes = memoryPlan.sizes()
  const memory = memoryPlan.build({ shared: options.shared })
  const kernels = assemble<DeliveryKernels>('delivery', deliveryKernels(shop.float, memory.shared), memory.memory)
  for (const p of parts) {
    if (p.population instanceof ClockedPopulation) p.population.inputs.push(...byName(p.clockedInputs))
    if (p.population instanceof EventPopulation) p.population.arrivals.push(...byName(p.arrivals))
  }
  shop.finish(memory, kernels)
  for (const l of [...loops, ...groups]) l.place()

  const populations = new Map(parts.map((p) => [p.description.name, p.population as Population]))
  const looped = new Set<Population>([...loops, ...groups].flatMap((l) => l.members))
  const start = new Map(parts.map((p) => [p, new Map(p.parameters)]))
  const adopt = (p: Part, changed: boolean) => {
    if (!(p.population instanceof ClockedPopulation)) return
    const [model, binding] = [p.checked as CheckedNeuron, { ...(p.binding as Binding), changed }]
    p.population.adopt(plan(model, binding), planEvents(model, binding), memory, assemble)
  }
  return {
    description, grid: shop.grid, float: shop.float, memory, sizes, populations, projections, trials,
    graded: new Map(graded.map(({ projection }) => [projection.name, projection])),
    actors: [
      ...[...populations.values()].filter((p) => !looped.has(p)).map((p) => ({ actor: p, members: [p] })),
      ...[...loops, ...groups].map((l) => ({ actor: l, members: l.members })),
    ],
    models: new Map(parts.flatMap((p) => (p.checked ? [[p.description.name, p.checked] as const] : []))),
    streams: new Map(parts.map((p) => [p.description.name, p.stream])),
    recordReader: (name) => recordReaders.get(name) as Reader,
    resetParameters: () => {
      for (const [p, parameters] of start) {
        p.parameters.clear()
        for (const [key, value] of parameters) p.parameters.set(key, value)
        adopt(p, false)
      }
      for (const p of projections.values()) p.resetRule()
    },
    checkParameters: (population, values) => {
      const p = shop.parts.get(population)
      const model = p?.checked
      if (!p || !model) return
      const parameters = new Map<string, PerUnit>([...p.parameters, ...Object.entries(values)])
      if (p.population instanceof EventPopulation) checkRefractory(model, uniformParameters(parameters))
      if (!(p.population instanceof ClockedPopulation)) return
      const binding = { ...(p.binding as Binding), parameters, changed: true }
      p.population.checkRoom(plan(model, binding), planEvents(model, binding))
    },
    setParameters: (population, values, now) => {
      const p = shop.parts.get(population)
      if (!p) throw new InputError(unknown('population', population, shop.parts.keys()))
      for (const [name, value] of Object.entries(values)) {
        if (!p.parameters.has(name)) throw new InputError(unknown('parameter', name, p.parameters.keys()))
        p.parameters.set(name, value)
      }
      adopt(p, true)
      if (p.population instanceof EventPopulation && now !== undefined) p.population.change(uniformParameters(p.parameters), now)
    },
    settle: () => {
      for (const p of populations.values()) if (p instanceof EventPopulation) for (const a of p.arrivals) a.settle()
      for (const p of projections.values()) p.settle()
    },
    restored: () => {
      for (const work of shop.restorers) work()
      for (const p of parts) {
        p.stream.restored()
        if (p.population instanceof EventPopulation) {
          for (const a of p.population.arrivals) a.place()
          p.population.rebind(uniformParameters(p.parameters))
        }
        p.population?.place()
      }
      for (const l of [...loops, ...groups]) l.place()
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

/** Phases begin on the grid. */
function checkPhases({ description, grid }: Workshop): void {
  description.phases?.forEach(({ start, every }, k) => {
    const ticks = (text: string | number, what: string) => within(['phases', k, what], () => grid.wholeTicks(quantityIn(text, ms)))
    if (!(ticks(start, 'start') >= 0)) throw new InputError(`found ${start}; zero or more is needed`, ['phases', k, 'start'])
    if (every !== undefined && !(ticks(every, 'every') > 0)) throw new InputError(`found ${every}; more than 0 ms is needed`, ['phases', k, 'every'])
  })
}

function giveStream(part: Part, wires: Wire[], { grid, memoryPlan }: Workshop): void {
  // rules on what comes in hear of a spike a dendritic delay later, and take it in when nothing earlier can be at the synapse
  const waits = (w: Wire) => Math.max(w.source === part ? w.longest : 0, w.target === part && w.rule ? 2 * w.dendriticDelay : 0)
  const longest = wires.reduce((t, w) => Math.max(t, waits(w)), 0)
  part.stream = new EventStream(part.description.name, streamCapacity(part, longest, grid), memoryPlan, part.regime === 'clocked' ? grid.time : undefined)
}

function makePopulation(part: Part, wires: Wire[], injections: Injection[], shop: Workshop, options: BuildOptions): void {
  if (part.regime === 'clocked') makeClocked(part, wires, injections, shop, options)
  else if (part.regime === 'event_driven') makeEventDriven(part, shop)
  else makeSource(part, shop)
}

function receptorsInUse(target: Part, wires: Wire[], injections: Injection[]): Set<string> {
  const used = new Set<string>()
  for (const w of wires) if (w.target === target) used.add(w.p.onto)
  for (const i of injections) if (i.target === target && !('current' in i.input)) used.add(i.input.onto)
  return used
}

function makeClocked(target: Part, wires: Wire[], injections: Injection[], shop: Workshop, options: BuildOptions): void {
  const { description: d, checked } = target
  const model = checked as CheckedNeuron
  const { dt } = shop.grid
  // a window may be as long as the shortest way an event takes to get here
  const incoming = wires.filter((w) => w.target === target).map((w) => shop.grid.lastTick(w.shortest, true))
  // synapses that hear events of both sides need to know those of their own, which are as late as the dendrite is long, twice
  const heard = wires.flatMap((w) => (w.target === target && w.rule?.hearsEvents ? [2 * shop.grid.lastTick(w.dendriticDelay, true) + 1] : []))
  target.window = target.grouped ? 1 : Math.max(1, Math.min(longestWindow, ...incoming, ...heard))
  const whole = wires.some((w) => w.target === target && (w.rule?.isProgram || w.onMatrix))
  const wanted = Math.max(1, whole ? 1 : (options.partitions ?? 1), Math.ceil(d.size / unitsPerPartition))
  const step = Math.ceil(d.size / wanted / unitBlock) * unitBlock
  for (let low = 0; low < d.size; low += step) target.partitions.push({ low, high: Math.min(d.size, low + step) })
  target.binding = {
    size: d.size,
    dt,
    method: d.method,
    parameters: target.parameters,
    currents: target.currents,
    receptors: receptorsInUse(target, wires, injections),
    plateaus: d.plateaus,
  }
  if (d.plateaus && !model.plateau) throw new InputError(`"${model.definition.name}" has no plateau condition`, ['plateaus'])
  let program = plan(model, target.binding)
  let changed = changedPrograms(target, model, shop)
  if ([program, ...changed.map((c) => c.program)].some((p) => p.keepsLast !== program.keepsLast)) {
    target.binding.needsLast = true
    program = plan(model, target.binding)
    changed = changedPrograms(target, model, shop)
  }
  const detector = detectorOf(target)
  const population = new ClockedPopulation({
    name: d.name, size: d.size, program, later: changed.map((c) => c.program), events: planEvents(model, target.binding), laterEvents: changed.map((c) => c.events), float: shop.float, grid: shop.grid, window: target.window, partitions: target.partitions, stream: target.stream, detector,
    waveforms: new Map([...target.currents].map(([c, { waves }]) => [c, waves])),
    fed: new Set([...target.currents.values()].flatMap(({ fed = [] }) => fed)),
  }, shop.memoryPlan)
  target.population = population
  shop.later.push((memory, kernels) => population.start(memory, shop.assemble, kernels, initialValues(target, program), (of) => shop.key(of, d.name)))
}

/** The programs that changes of the protocol will ask for, one after the other, and those by hand may, each by itself. */
function changedPrograms(target: Part, model: CheckedNeuron, { description }: Workshop): { program: Program; events: Map<string, Program> }[] {
  const seen = new Set<string>()
  const at = (c: ParameterChange) => quantityOrUndefined(c.at, ms) ?? 0
  const here = <S extends ParameterSetting>(settings: readonly S[] = []) => settings.filter((c) => 'population' in c && c.population === target.description.name)
  const made = (parameters: Map<string, PerUnit>, c: ParameterSetting) => {
    for (const [name, text] of Object.entries(c.parameters)) {
      const dimension = model.parameters.get(name)?.dimension
      const value = dimension && quantityOrUndefined(text, dimension)
      if (value !== undefined) parameters.set(name, value)
    }
    const values = JSON.stringify([...parameters].map(([, v]) => (typeof v === 'number' ? v : 'differs')))
    if (seen.has(values)) return []
    seen.add(values)
    // what the change itself cannot be is said where it is checked
    if ([...parameters].some(([name, value]) => isImpossible(model, name, value))) return []
    const binding = { ...(target.binding as Binding), parameters }
    return [{ program: plan(model, binding), events: planEvents(model, binding) }]
  }
  const parameters = new Map(target.parameters)
  return [
    ...here(description.changes).sort((a, b) => at(a) - at(b)).flatMap((c) => made(parameters, c)),
    ...here(description.adjustable).flatMap((c) => made(new Map(target.parameters), c)),
  ]
}

function makeEventDriven(target: Part, shop: Workshop): void {
  const { description: d, checked } = target
  const form = checked?.definition.eventDriven
  if (!form) throw new InputError(`"${checked?.definition.name}" has no closed form; its population must be clocked`, ['regime'])
  const [ear] = checked?.on.keys() ?? []
  if (ear !== undefined) throw new InputError(`"${checked?.definition.name}" has statements at ${ear}; a population that hears phases must be clocked`, ['regime'])
  const parameters = uniformParameters(target.parameters)
  checkRefractory(checked, parameters)
  const population = new EventPopulation({ name: d.name, size: d.size, form, stream: target.stream, detector: detectorOf(target) }, shop.memoryPlan)
  target.population = population
  shop.later.push(() => population.start(initialValues(target, undefined), parameters))
}

function checkRefractory({ refractory }: CheckedNeuron, parameters: Readonly<Record<string, number>>): void {
  const found = refractory && evaluate(refractory, (n) => parameters[n])
  if (refractory && found !== undefined && !(found >= 0)) throw negativeRefractory(refractory, found)
}

function makeSource(target: Part, shop: Workshop): void {
  const { description: d } = target
  const source = d.model as SourceDefinition
  let sequence: SpikeSequence
  if (source.kind === 'poisson') {
    const rate = target.parameters.get('rate') ?? 0
    sequence = poissonSequence(d.name, d.size, rate, shop.key('source', d.name), shop.memoryPlan)
  } else if (source.kind === 'patterns') {
    if (!d.patterns) throw new InputError('a source of patterns needs "patterns"', ['patterns'])
    const { patterns, every, sequence: drawn } = d.patterns
    sequence = patternSequence(d.name, patterns, quantityIn(every, ms), sequenceKey(target.seed, drawn), shop.grid, shop.memoryPlan)
  } else {
    if (!d.spikes) throw new InputError('a list of spikes needs "spikes"', ['spikes'])
    checkSpikes(d.spikes, d.size)
    sequence = listSequence(d.name, d.spikes.times.map(shop.grid.snap), d.spikes.units, shop.memoryPlan)
  }
  const population = new SourcePopulation(d.name, d.size, target.stream, sequence)
  target.population = population
  shop.later.push(() => population.start())
}

function isImpossible(model: CheckedNeuron, name: string, value: PerUnit): boolean {
  try {
    checkTimeConstant(model, name, value)
    return false
  } catch {
    return true
  }
}

/** What is no quantity of this kind is said where it is checked. */
function quantityOrUndefined(text: string | number, dimension: Dimension): number | undefined {
  try {
    return quantityIn(text, dimension)
  } catch {
    return undefined
  }
}
