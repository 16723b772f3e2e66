/** A checked scenario -> the network it describes: names become definitions, files become numbers. */
import type {
  BurstDetection,
  GradedTransmission,
  InputDescription,
  LearningDescription,
  NetworkDescription,
  PopulationDescription,
  ProjectionDescription,
  QuantityText,
} from '../engine/description.ts'
import { InputError, unknown, within } from '../engine/errors.ts'
import type { Path } from '../engine/errors.ts'
import type { DetectorDefinition, NeuronDefinition, RuleDefinition, SourceDefinition, SynapseDefinition } from '../engine/model.ts'
import { rules as knownRules } from '../plasticity/index.ts'
import { adjustable, adjustedSettings } from './adjustable.ts'
import { checkBest } from './best-weights.ts'
import { checkCopies, sizesOf } from './copies.ts'
import { type DataFiles, examplesFrom } from './data.ts'
import { fedInputFrom, type Shown } from './fed-inputs.ts'
import { neuronFrom, ruleFrom, synapseFrom } from './models-schema.ts'
import { patternsFrom } from './patterns.ts'
import { type ChangeOrigin, protocolOf } from './protocol.ts'
import type { Scenario } from './schema.ts'
import { currentFrom, spikesFrom } from './stimuli.ts'
import type { Files } from './stimuli.ts'
import { checkEars, checkMoment, trialsFrom } from './trials.ts'
import type { Sizes } from '../engine/unit-ranges.ts'
import { countOf, portOf, unitsOf } from '../engine/unit-ranges.ts'

/** The models a scenario may name beside its own. */
export interface KnownModels {
  neurons: ReadonlyMap<string, NeuronDefinition>
  synapses: ReadonlyMap<string, SynapseDefinition>
  sources: ReadonlyMap<string, SourceDefinition>
  /** By the name that `bursts: {detector: ...}` uses: interval, trace. */
  detectors?: ReadonlyMap<string, DetectorDefinition>
  /** Those that come with the program unless said. */
  rules?: ReadonlyMap<string, RuleDefinition>
}

export interface Described {
  description: NetworkDescription
  /** A path in the description -> the path in the scenario that it comes from. */
  origin(path: Path): Path
  /** What was left out of files because the scenario asks for it, by population. */
  remarks: ReadonlyMap<string, readonly string[]>
}

/** Throws `InputError` with the path in the scenario. */
export function describeNetwork(scenario: Scenario, models: KnownModels, files: Files & { dataFiles?: DataFiles }): Described {
  const neurons = joined('neurons', models.neurons, scenario.neurons, neuronFrom)
  const synapses = joined('synapses', models.synapses, scenario.synapses, synapseFrom)
  const rules = joined('rules', models.rules ?? knownRules, scenario.rules, ruleFrom)
  for (const name of Object.keys(scenario.neurons ?? {})) {
    if (models.sources.has(name)) throw taken('neurons', name)
  }
  const sizes = sizesOf(scenario)
  const { data } = scenario
  const examples = data && within(['data'], () => examplesFrom(data, scenario.seed, files.dataFiles))
  const shown: Shown | undefined = examples && scenario.trials && { examples, phases: Object.keys(scenario.trials.phases) }

  const remarks = new Map<string, string[]>()
  const populations = each('populations', scenario.populations, (written, name): PopulationDescription => {
    const { model: modelName, spikes, patterns, bursts: detection, ...same } = written
    const size = sizes.get(name) as number
    const model = neurons.get(modelName) ?? models.sources.get(modelName)
    if (!model)
      throw new InputError(unknown('model', modelName, [...neurons.keys(), ...models.sources.keys()]), ['model'])
    const listed = 'kind' in model && model.kind === 'list'
    if (spikes && !listed) throw new InputError(`found spikes, but the model ${modelName} takes none`, ['spikes'])
    if (!spikes && listed) throw new InputError(`the model ${modelName} needs spikes: {file: ...} or {times, units}`)
    const list = spikes && within(['spikes'], () => spikesFrom(spikes, size, files))
    const framed = 'kind' in model && model.kind === 'patterns'
    if (patterns && !framed) throw new InputError(`found patterns, but the model ${modelName} takes none`, ['patterns'])
    if (!patterns && framed) throw new InputError(`the model ${modelName} needs patterns: {every, list}`)
    const remark = (text: string) => void remarks.set(name, [...(remarks.get(name) ?? []), text])
    const frame = { population: name, size, seed: scenario.seed, files, remark }
    const shown = patterns && within(['patterns'], () => patternsFrom(patterns, frame))
    const bursts = detection && within(['bursts'], () => burstsFrom(detection, models.detectors))
    return { name, model, ...same, size, ...(bursts && { bursts }), ...(list && { spikes: list }), ...(shown && { patterns: shown }) }
  })
  const populationOfName = new Map(populations.map((p) => [p.name, p]))

  const inputs = each('inputs', scenario.inputs ?? {}, (written, name): InputDescription => {
    const example = written.poisson || written.spikes ? 'cells.excitatory' : 'cells.I_e'
    const { to, onto } = within(['onto'], () => portOf(written.onto, sizes, example))
    const fed = fedInputFrom(written, { name, to, onto }, populationOfName.get(to.population), shown)
    if (fed) return fed
    if (written.current) {
      const { current } = written
      const model = populationOfName.get(to.population)?.model
      const unit = model && 'currents' in model ? model.currents?.[onto]?.[0] : undefined
      return { name, to, onto, current: within(['current'], () => currentFrom(current, unit, files)) }
    }
    if (written.poisson) return { name, to, onto, poisson: written.poisson }
    const { spikes, weight } = written
    if (!spikes || weight === undefined) throw new InputError('an input needs one of current, poisson, spikes, example, wanted, phases')
    return { name, to, onto, spikes: within(['spikes'], () => spikesFrom(spikes, countOf(to, sizes), files)), weight }
  })

  const projections = each('projections', scenario.projections ?? {}, (written, name): ProjectionDescription => {
    const { synapse: synapseName, rule, from, to, graded, ...same } = written
    const synapse = synapseName === undefined ? undefined : synapses.get(synapseName)
    if (synapseName !== undefined && !synapse) {
      throw new InputError(unknown('synapse', synapseName, synapses.keys()), ['synapse'])
    }
    return {
      ...same,
      name,
      from: within(['from'], () => unitsOf(from, sizes)),
      to: within(['to'], () => unitsOf(to, sizes)),
      ...(synapse && { synapse }),
      ...(graded !== undefined && { graded: within(['graded'], () => gradedFrom(graded, shown)) }),
      ...(rule !== undefined && { learning: within(['rule'], () => learningFrom(rule, rules, sizes)) }),
    }
  })

  checkCopies(projections, populationOfName)
  const { trials: written } = scenario
  const trials = written && examples && trialsFrom(written, scenario, examples, { populations: populationOfName, inputs, projections })
  const { changes, changeOrigins, phases, phaseOrigins } = protocolOf(scenario, sizes)
  const description: NetworkDescription = {
    seed: scenario.seed,
    dt: scenario.dt,
    precision: scenario.precision,
    populations,
    projections,
    inputs,
    changes,
    phases,
    ...(scenario.adjust && { adjustable: adjustedSettings(scenario) }),
    ...(trials && { trials }),
    record: recordOf(scenario, sizes),
  }
  checkBest(description)
  adjustable({ scenario, description })
  const origin: Described['origin'] = (path) => originOf(path, description, { changes: changeOrigins, phases: phaseOrigins }, scenario)
  heardOf(description, origin)
  return { description, origin, remarks }
}

/** Throws `InputError` with the path in the scenario where a neuron or a rule hears a phase that nobody has. */
function heardOf(description: NetworkDescription, origin: Described['origin']): void {
  try {
    checkEars(description)
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.reason, origin(error.path)) : error
  }
}

function gradedFrom(written: NonNullable<NonNullable<Scenario['projections']>[string]['graded']>, shown: Shown | undefined): GradedTransmission {
  if (typeof written === 'string') return { sends: written }
  const { at } = written
  if (at !== undefined && at !== 'tick') {
    if (!shown) throw new InputError(`found ${at} in a scenario without trials; tick is accepted`, ['at'])
    within(['at'], () => checkMoment(at, shown.phases))
  }
  return written
}

/** The models that come with the program and those of the scenario, which may not take their names. */
function joined<Written, Definition>(
  group: string,
  known: ReadonlyMap<string, Definition>,
  written: Record<string, Written> | undefined,
  from: (name: string, written: Written) => Definition,
): Map<string, Definition> {
  const all = new Map(known)
  for (const [name, model] of Object.entries(written ?? {})) {
    if (all.has(name)) throw taken(group, name)
    all.set(name, from(name, model))
  }
  return all
}

function taken(group: string, name: string): InputError {
  return new InputError(`"${name}" is the name of a model that comes with Hillock; another name is needed`, [
    group,
    name,
  ])
}

function each<Written, T>(
  group: string,
  record: Record<string, Written>,
  make: (written: Written, name: string) => T,
): T[] {
  return Object.entries(record).map(([name, written]) => within([group, name], () => make(written, name)))
}

/** The exact interval, unless another detector is named. */
function burstsFrom(
  written: { detector?: string; interval?: QuantityText },
  detectors: KnownModels['detectors'] = new Map(),
): BurstDetection {
  const { detector: name = 'interval', interval } = written
  const detector = detectors.get(name)
  if (!detector) throw new InputError(unknown('detector', name, detectors.keys()), ['detector'])
  return { detector, ...(interval !== undefined && { interval }) }
}

function learningFrom(written: NonNullable<NonNullable<Scenario['projections']>[string]['rule']>, rules: ReadonlyMap<string, RuleDefinition>, sizes: Sizes): LearningDescription {
  const { name, modulator, ...same } = typeof written === 'string' ? { name: written } as Exclude<typeof written, string> : written
  const rule = rules.get(name)
  if (!rule) throw new InputError(unknown('rule', name, rules.keys()), typeof written === 'string' ? [] : ['name'])
  return { rule, ...same, ...(modulator !== undefined && { modulator: within(['modulator'], () => unitsOf(modulator, sizes)) }) }
}

function recordOf(scenario: Scenario, sizes: Sizes): NetworkDescription['record'] {
  const { events = scenario.trials ? [] : 'all', events_from, events_to, samples = {}, weights = [], best } = scenario.record ?? {}
  const known = (kind: string, word: string, words: Iterable<string>, path: Path) => {
    const all = [...words]
    if (!all.includes(word)) throw new InputError(unknown(kind, word, all), path)
  }
  const projections = Object.keys(scenario.projections ?? {})
  const listed = events === 'all' ? [...sizes.keys()] : events
  for (const [i, name] of listed.entries()) known('population', name, sizes.keys(), ['record', 'events', i])
  const requests = weights.map((written) => (typeof written === 'string' ? { of: written } : written))
  for (const [i, { of }] of requests.entries()) {
    known('projection', of, projections, ['record', 'weights', i])
    if (requests.findIndex((r) => r.of === of) < i) {
      throw new InputError(`found "${of}" twice; every projection is kept once`, ['record', 'weights', i])
    }
  }
  return {
    events: listed,
    ...(events_from !== undefined && { events_from }),
    ...(events_to !== undefined && { events_to }),
    samples: Object.entries(samples).map(([name, { of, ...same }]) => ({
      name,
      of: within(['record', 'samples', name, 'of'], () => unitsOf(of, sizes)),
      ...same,
    })),
    weights: requests.map(({ of, ...same }) => ({ projection: of, ...same })),
    ...(best && { best }),
  }
}

/** The engine speaks of the description; a reader has the scenario before him. */
function originOf(path: Path, description: NetworkDescription, { changes, phases }: { changes: ChangeOrigin[]; phases: number[] }, scenario: Scenario): Path {
  const [group, at, ...rest] = path
  if (group === 'changes' && typeof at === 'number' && changes[at]) {
    const { index, of } = changes[at]
    if (rest[0] === 'at') return ['protocol', index, 'at']
    return ['protocol', index, 'set', ...(rest[0] === 'parameters' && rest[1] ? [`${of}.${rest[1]}`] : [])]
  }
  if (group === 'phases' && typeof at === 'number' && phases[at] !== undefined) return ['protocol', phases[at], ...rest]
  if (group === 'record' && at === 'samples' && typeof rest[0] === 'number') {
    const name = description.record?.samples?.[rest[0]]?.name
    return name === undefined ? path : ['record', 'samples', name, ...rest.slice(1)]
  }
  if (group === 'trials') return trialsOrigin(path, description)
  if (group !== 'populations' && group !== 'inputs' && group !== 'projections') return path
  const name = typeof at === 'number' ? description[group][at]?.name : at
  if (name === undefined) return path
  if (group === 'populations' && rest[0] === 'patterns' && rest[1] === 'patterns') {
    // spikes of several parts are one list: only the pattern has a place
    return [group, name, 'patterns', 'list', ...rest.slice(2, 3)]
  }
  if (group === 'inputs' && rest[0] === 'to') return [group, name, 'onto', ...rest.slice(1)]
  if (group === 'projections' && rest[0] === 'learning') {
    const written = scenario.projections?.[name]?.rule
    const rule = typeof written === 'string' ? written : written?.name
    if (rest[1] === 'rule' && rest.length > 2 && rule !== undefined && Object.hasOwn(scenario.rules ?? {}, rule)) return ['rules', rule, ...rest.slice(2)]
    return [group, name, 'rule', ...(typeof written === 'string' ? [] : rest[1] === 'rule' ? ['name'] : rest.slice(1))]
  }
  const kind =
    group === 'populations' && rest[0] === 'model' ? 'neurons' : rest[0] === 'synapse' ? 'synapses' : undefined
  const model = kind === 'neurons' ? scenario.populations[name]?.model : scenario.projections?.[name]?.synapse
  if (kind && rest.length > 1 && model !== undefined && Object.hasOwn(scenario[kind] ?? {}, model)) {
    return [kind, model, ...rest.slice(1).map((key) => (key === 'onPreSpike' ? 'on_pre_spike' : key))]
  }
  return [group, name, ...rest]
}

/** Blocks and measures are lists in a description and mappings in a scenario. */
function trialsOrigin([group, list, k, measures, m, ...rest]: Path, { trials }: NetworkDescription): Path {
  const all = [group, list, k, measures, m].filter((key) => key !== undefined)
  const block = list === 'blocks' && typeof k === 'number' ? trials?.blocks[k] : undefined
  if (!block) return [...all, ...rest]
  const measure = measures === 'measures' && typeof m === 'number' ? block.measures[m]?.name : undefined
  return ['trials', 'blocks', block.name, ...all.slice(3, measure === undefined ? undefined : 4), ...(measure === undefined ? [] : [measure]), ...rest]
}
