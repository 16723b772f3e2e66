/**
 * What the page may ask of the worker that runs simulations (worker.ts), through comlink. Everything here can be cloned.
 */
import type { DescribedModel } from '../engine/formulas.ts'
import type { KnownModels, Schema } from './editor/completion.ts'

/** A scenario with all that it reads, and the options of the command line. */
export interface ScenarioFiles {
  /** Name of the scenario's own file, one of `files`. */
  file: string
  /** Texts by path: the scenario and what it includes. */
  files: Record<string, string>
  /** Bytes by path. */
  pictures: Record<string, Uint8Array>
  /** Path -> value as YAML text. */
  set?: Record<string, string>
  short?: boolean
  seed?: number
  /** A quantity: 500 ms. */
  duration?: string
  /** Where data files of packages are served, for a worker that does not know where its page is. */
  dataUrl?: string
}

/** A mistake of the user's: in one sentence, and where. */
export interface Mistake {
  /** With the place, as on the command line. */
  message: string
  reason: string
  file?: string
  line?: number
  column?: number
  /** In the scenario: keys joined by dots. */
  path?: string
}

/** A parameter that may be changed while it runs; values in `unit`. */
export interface Slider {
  /** `population.parameter`, or `projection.parameter` of its rule. */
  port: string
  label: string
  unit: string
  from: number
  to: number
  step: number
  value: number
  meaning: string
}

export interface ExpectedBounds {
  name: string
  source?: string
  /** In `unit`; '' for plain numbers. */
  accept: [number, number]
  unit: string
}

export interface CheckedScenario {
  title: string
  about: string
  source: string
  seed: number
  /** As written; of trials alone there is none. */
  durationText: string
  /** ms; null where the trials alone say when the run ends. */
  duration: number | null
  populations: { name: string; size: number; model: string; regime: string }[]
  sliders: Slider[]
  expectations: ExpectedBounds[]
  /** Means of samples, and what blocks of trials measure, whose latest values are told while it runs. */
  watched: { name: string; unit: string }[]
  models: DescribedModel[]
  trials: boolean
  hasShort: boolean
}

export type Checked = ({ ok: true } & CheckedScenario) | ({ ok: false } & Mistake)

/** A parameter that somebody changed; `at` in ms, `value` a quantity. */
export interface HandChange {
  at: number
  port: string
  value: string
}

export interface LiveProgress {
  /** ms */
  now: number
  until: number | null
  /** Rows of events so far, of all populations. */
  events: number
  paused: boolean
  /** ms simulated a second of wall time while it ran, over the last seconds. */
  pace: number
  /** Made by hand so far, in the order of time. */
  changes: HandChange[]
  /** Latest values of what is watched, by name. */
  watched: Record<string, number>
  trials?: { done: number; total: number; epoch: number; epochs: number; block: string; measures: Record<string, number> }
}

export interface ExpectationOutcome extends ExpectedBounds {
  /** NaN where there is none; `detail` says why. */
  value: number
  pass: boolean
  detail?: string
}

export interface LiveResult {
  stopped: boolean
  /** ms */
  duration: number
  expectations: ExpectationOutcome[]
  /** Why there are no expectations. */
  note?: string
  events: Record<string, number>
  synapticEvents: number
  bytes: number
  sha256: string
  /** Wall time of the simulation itself (s). */
  seconds: number
  watched: { name: string; unit: string; times: Float64Array; values: Float64Array }[]
  /** Changes made by hand, in the order of time. */
  changes: HandChange[]
  /** The scenario as YAML, with these changes in its protocol. */
  scenarioText: string
}

export type RunEnd = ({ how: 'ended' } & LiveResult) | ({ how: 'mistake' } & Mistake) | { how: 'failed'; message: string }

export interface Beginning {
  /** Made before the first step, by port. */
  changes: Record<string, string>
  /** Pause after so long (ms). */
  step?: number
}

export interface EngineService {
  /** For the editor. */
  schema(): Promise<{ schema: Schema; models: KnownModels }>
  check(scenario: ScenarioFiles): Promise<Checked>
  /**
   * Runs until the end, a mistake or a stop, which is what it answers. Only one run at a time: one that goes on is stopped before.
   * `feed` is transferred, and hears what happens (feed.ts). `onProgress` is called about ten times a second.
   */
  start(scenario: ScenarioFiles, feed: MessagePort | undefined, beginning: Beginning, onProgress: (progress: LiveProgress) => void): Promise<RunEnd>
  pause(): Promise<void>
  resume(): Promise<void>
  /** Goes on for `ms` of simulated time, and pauses. */
  step(ms: number): Promise<void>
  /** Ends the run where it is. */
  stop(): Promise<void>
  /** From the next tick on; `value` a quantity. A mistake is answered. */
  change(port: string, value: string): Promise<Mistake | undefined>
}
