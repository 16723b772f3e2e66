/**
 * A network and an experiment on it, as plain data: what `scenarios/` produces and `network.ts` turns into memory.
 * Quantities are text with a unit ("20 ms"); a plain number has none.
 */
import { InputError, unknown } from './errors.ts'
import type { Examples } from './examples.ts'
import type { DetectorDefinition, Method, NeuronDefinition, RuleDefinition, SourceDefinition, SynapseDefinition } from './model.ts'

export type QuantityText = string | number

/** A value for every unit or connection. */
export type Value =
  | QuantityText
  | { uniform: [QuantityText, QuantityText] }
  /** `times`: what is drawn and clipped, times this number; with `draws_as` the same numbers of another sign. */
  | { normal: { mean: QuantityText; sd: QuantityText; min?: QuantityText; max?: QuantityText; times?: number } }
  /** exp of a normal: `median` and the standard deviation of the logarithm. */
  | { lognormal: { median: QuantityText; sigma: number } }
  /** Unit i has level floor(i / each) modulo their number. */
  | { levels: QuantityText[]; each?: number }
  /** One value a unit. */
  | { list: QuantityText[] }

/** A function of time that is the same for all units, or noise that is not. */
export type Current =
  | { constant: Value }
  /** [time, value] pairs; the value holds from its time on; zero before the first. */
  | { step: [QuantityText, QuantityText][] }
  /** mean + amplitude sin(2 pi (t / period + phase)), `phase` a fraction of the period. */
  | { sine: { mean?: QuantityText; amplitude: QuantityText; period: QuantityText; phase?: number } }
  /** `high` during the first `duty` of a period, `low` in the rest; the period starts at `start`. */
  | { square: { low: QuantityText; high: QuantityText; period: QuantityText; duty?: number; start?: QuantityText } }
  /** From `from` at `start` linearly to `to` at `stop`, constant outside. */
  | { ramp: { from: QuantityText; to: QuantityText; start: QuantityText; stop: QuantityText } }
  | { ornstein_uhlenbeck: { mean?: QuantityText; sigma: QuantityText; tau: QuantityText } }
  /** Samples that hold until the next one, as read from a file. */
  | { samples: { times: number[]; values: number[] } }

export interface BurstDetection {
  /** Exact inter-spike interval, or the decaying trace of the published Auryn code. */
  detector: DetectorDefinition
  /** 16 ms */
  interval?: QuantityText
}

export interface SpikeList {
  /** ms, any order */
  times: number[]
  units: number[]
}

/** Frames of the same length, one after the other for ever, each showing one of the patterns. */
export interface PatternSequence {
  /** Spikes within a frame. */
  patterns: SpikeList[]
  /** Length of a frame. */
  every: QuantityText
  /** Each frame's pattern is drawn, the same for all populations that name this sequence; in turn unless said. */
  sequence?: string
}

export interface PopulationDescription {
  name: string
  model: NeuronDefinition | SourceDefinition
  /** Units, those of all copies together. */
  size: number
  /** Independent copies of a network that share its weights, each shown an example of its own: unit i of copy c is unit c size / copies + i. */
  copies?: number
  regime?: 'clocked' | 'event_driven'
  method?: Method
  parameters?: Record<string, Value>
  initial?: Record<string, Value>
  bursts?: BurstDetection
  plateaus?: boolean
  /** Spikes a unit and second that the population's stream has room for; more stop the run. 1 kHz. */
  maximum_rate?: QuantityText
  /** For a source of kind `list`. */
  spikes?: SpikeList
  /** For a source of kind `patterns`. */
  patterns?: PatternSequence
}

/** Part of a population: units first ... last, both included. */
export interface Units {
  population: string
  first?: number
  last?: number
}

export type Connector =
  | { all_to_all: true; self?: boolean }
  | { one_to_one: true }
  | { probability: number; self?: boolean }
  /** Each target from exactly `in_degree` sources, drawn with replacement unless `distinct`. */
  | { in_degree: number; self?: boolean; distinct?: boolean }
  /** Each source to exactly `out_degree` targets, drawn with replacement unless `distinct`. */
  | { out_degree: number; self?: boolean; distinct?: boolean }
  | { pairs: [source: number, target: number][] }

/** Limits of a weight, and how a change depends on the weight it changes; `range` is [lowest, highest]. */
export type Bounds =
  /** Changes in full, then clipped. */
  | { hard: [QuantityText, QuantityText] }
  /** Increase times (1 - v)^exponent, decrease times v^exponent, v = (w - lowest) / (highest - lowest); exponent 1 unless said. */
  | { soft: [QuantityText, QuantityText]; exponent?: number }
  /** Increase times (w / reference)^exponent, decrease times w / reference; never below zero. */
  | { power_law: { reference: QuantityText; exponent: number } }

/** A rule on a projection. */
export interface LearningDescription {
  rule: RuleDefinition
  /** Name of one of the rule's published parameter sets. */
  set?: string
  parameters?: Record<string, QuantityText>
  /** The rule's name for a variable of the postsynaptic neuron -> the neuron's own, where they differ. */
  reads?: Record<string, string>
  /** Whose spikes the ear `modulator` hears. */
  modulator?: Units
  /** `equations` unless the rule has a program only. */
  implementation?: 'equations' | 'program'
}

/** The weights of another projection, the other way round, as they are at every moment. */
export interface TransposedWeights {
  transpose_of: string
  /** A factor; 1 unless said. */
  times?: number
  /** Their signs only (-1, 0, 1); graded projections. */
  sign?: boolean
}

/** A moment of a trial: a phase begins, or ends. */
export type TrialMoment = `phase:${string}` | `end:${string}`

/**
 * Graded transmission: a current of the target is the sum of weight times variable of the source, instead of spikes.
 * At every tick, or when a phase of a trial begins or ends. The delay is none or one tick.
 */
export interface GradedTransmission {
  /** Variable of the source. */
  sends: string
  /** Every tick unless said. */
  at?: 'tick' | TrialMoment
}

export interface ProjectionDescription {
  name: string
  from: Units
  to: Units
  /** A receptor; of a graded projection, a current. */
  onto: string
  connect: Connector
  graded?: GradedTransmission
  weight: Value | TransposedWeights
  /** Along the axon: from the spike to the synapse. */
  delay: Value
  /** Along the dendrite: from the synapse to the soma, and of a spike of the soma back to the synapse. Zero unless said. */
  dendritic_delay?: QuantityText
  learning?: LearningDescription
  bounds?: Bounds
  synapse?: SynapseDefinition
  parameters?: Record<string, QuantityText>
  /** Draw connections, weights and delays as the projection of this name would: the same network a second time. */
  draws_as?: string
  /** Which events of the source are sent on: every spike (default), bursts only, or the first spike of each event. */
  transmits?: 'spike' | 'burst' | 'onset'
}

export type InputDescription = { name: string; to: Units; onto: string } & (
  | { current: Current }
  /** Independent Poisson trains, one a target. */
  | { poisson: { rate: Value; weight: QuantityText } }
  /** Explicit spikes: `units` counts within `to`. */
  | { spikes: SpikeList; weight: QuantityText }
  /** The input of the example that a trial shows, times `times` (1 unless said), during the phases named (all unless said), zero in others. */
  | { example: { times?: QuantityText; during?: string[] } }
  /** What is wanted of the example: `hot` for the unit of its class and `cold` for the others (1 and 0 unless said), or the wanted values times `hot`. */
  | { wanted: { hot?: QuantityText; cold?: QuantityText; during?: string[] } }
  /** The same value for all units, by phase; zero in those not named. `sign: random`: plus or minus, drawn every trial. */
  | { phases: Record<string, QuantityText>; sign?: 'random' }
)

/** How long a phase of a trial is, and what happens when it begins. */
export interface TrialPhase {
  length: QuantityText
  /** So many whole ms more: the integer part of a draw from the inverse Gaussian (Wald) distribution, in ms. */
  plus?: { wald: { mean: number; scale: number } }
  /** Populations that are set to their start values when it begins. */
  reset?: string[]
  /** Projections whose weights are drawn anew when it begins. */
  redraw?: string[]
}

/** What is measured of the trials of a block: the mean over its trials (weight_angle: at the moment of the report). */
export type Measure = { name: string; at: TrialMoment } & (
  /** Fraction of examples whose largest of the output units is not that of their class. */
  | { error: { of: Port } }
  /** 1/2 sum over units of (wanted - value)^2 */
  | { squared_error: { of: Port } }
  /** Sum over units and examples of (wanted - value)^2, divided by that of wanted^2. */
  | { normalised_error: { of: Port } }
  /** Mean over units. */
  | { mean: { of: Port } }
  /** Angle between two variables as vectors over units, in degrees. */
  | { angle: { between: [Port, Port] } }
  /** Angle between the weights of two projections, in degrees; the second is taken the other way round if its ends are. */
  | { weight_angle: { between: [string, string] } }
)

export interface Port {
  population: string
  variable: string
}

/** Trials of one kind, one after the other: a pass over a split of the data. */
export interface TrialBlock {
  name: string
  split: string
  /** Phases of every trial, in order. */
  phases: string[]
  /** A new order every epoch; the order of the data set unless said. */
  shuffle?: boolean
  /** Examples of the split, from its first on; all unless said. */
  examples?: number
  /** Only in every so many-th epoch, and in the last; 1 unless said. */
  every?: number
  /** Once only, before the first epoch. */
  before?: boolean
  measures: Measure[]
  /** Trials between two reports of the measures; one report at the end of the block unless said. */
  report?: number
}

export interface ResponseRequest {
  name: string
  of: Port
  block: string
  at: TrialMoment
  /** So many, from the first on. */
  examples: number
}

/** Trials: examples of a data set, shown in phases, block after block, epoch after epoch. */
export interface TrialsDescription {
  examples: Examples
  phases: Record<string, TrialPhase>
  blocks: TrialBlock[]
  epochs: number
  /** Variables whose values at the end of a phase are kept for every example, and are there again when it is next shown. */
  remember?: { of: Port; at: TrialMoment }[]
  /** What all units of a population do for each of the first examples of a block: kept as samples of this name, and their classes as NAME.class. */
  responses?: ResponseRequest[]
  /** Ends when the measure has not become smaller for so many epochs. */
  stop?: { by: { block: string; measure: string }; patience: number }
}

/** Values of parameters of a population, or of the rule of a projection. */
export type ParameterSetting = { parameters: Record<string, QuantityText> } & ({ population: string } | { projection: string })
/** They change at `at`. */
export type ParameterChange = ParameterSetting & { at: QuantityText }

/** A phase of the protocol begins at `start`, and again every `every`: rules hear it. */
export interface PhaseDescription {
  name: string
  start: QuantityText
  every?: QuantityText
}

export interface SampleRequest {
  name: string
  of: Units
  variables: string[]
  every: QuantityText
  /** Keep the mean over the units instead of every unit: summed in their order, in f64. */
  reduce?: 'mean'
}

/** Weights that are kept: at the end, and at the multiples of `every` if said, time 0 being the first. */
export interface WeightRequest {
  projection: string
  every?: QuantityText
  /** At most so many connections: every k-th of them, from the first on, k being as small as that allows; all unless said. */
  most?: number
}

/** Weights kept as they were when a sample was best so far: once, at the end of the run. */
export interface BestRequest {
  /** Projections. */
  weights: string[]
  /** Name of a reduced sample. */
  by: string
  /** The first of the request unless said. */
  variable?: string
  /** Whether the smallest value is the best; true unless said. */
  smallest?: boolean
  /** Samples before this time do not count; all but that at 0 ms unless said. */
  from?: QuantityText
}

export interface NetworkDescription {
  seed: number
  /** Grid step. */
  dt: QuantityText
  precision: 'f32' | 'f64'
  populations: PopulationDescription[]
  projections: ProjectionDescription[]
  inputs: InputDescription[]
  changes?: ParameterChange[]
  /** What parameters may become by hand: memory is planned for these values too. */
  adjustable?: ParameterSetting[]
  phases?: PhaseDescription[]
  trials?: TrialsDescription
  record?: {
    /** Populations whose events are kept. */
    events?: string[]
    /** Events before this time are not kept. */
    events_from?: QuantityText
    /** Events after this time are not kept. */
    events_to?: QuantityText
    samples?: SampleRequest[]
    weights?: WeightRequest[]
    best?: BestRequest
  }
}

/** What a row of a stream is; a bit mask, since one spike can be two of them. */
export const kinds = { spike: 1, burst: 2, onset: 4, plateau_on: 8, plateau_off: 16 } as const
export type KindName = keyof typeof kinds

/** Populations whose events a description keeps: those it names, or all. */
export function recordedPopulations(description: NetworkDescription): string[] {
  const all = description.populations.map((p) => p.name)
  const wanted = description.record?.events ?? all
  wanted.forEach((name, k) => {
    if (!all.includes(name)) throw new InputError(unknown('population', name, all), ['record', 'events', k])
    if (wanted.indexOf(name) < k) throw new InputError(`found "${name}" twice; every population is kept once`, ['record', 'events', k])
  })
  return [...wanted].sort()
}
