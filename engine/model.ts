/**
 * What a neuron, a synapse or a source is, as data: equations as text with units, and everything a reader wants to know.
 * Nothing here computes. `equations/` checks and compiles these; `models/` holds the ones that come with the program.
 */

import type { Column, ElementType } from './memory.ts'

/** name -> [default with unit, what it means] */
export type Parameters = Record<string, [value: string | number, about: string]>

/** How a differential equation that is not linear is stepped. Linear ones are always exact. */
export type Method = 'exponential_euler' | 'euler' | 'rk2' | 'rk4'

export interface NeuronDefinition {
  name: string
  /** One sentence. */
  about: string
  /** Paper with equation numbers. */
  source: string
  parameters: Parameters
  /**
   * One statement a line:  `dV/dt = (E_L - V) / tau_m : mV (unless refractory)`,  or a named expression
   * `f = sigmoid((V - E) / D) : 1`. Every variable states its unit. `#` starts a comment.
   * A third kind of line is a map, `next s = clip(s + dt / tau * (I - s), 0, 1) : 1 (unless refractory)`: at every tick the
   * variable becomes that value, taken at the start of the step like every right side. White noise has no place in it.
   * `state x : 1` is a variable that only statements and arrivals change.
   * `(euler)` or `(unless refractory, euler)`: stepped by forward Euler, x + dt F, even where it is linear.
   * Known besides parameters, variables and currents: t, dt, xi (white noise, 1/sqrt(ms), its own in every equation),
   * u01 (uniform, its own at every place), refractory, after_spike(from, to).
   * `delayed(x, T)` is the variable x as it was T earlier, T a whole number of ticks that depends on parameters only. Time is
   * counted from what `x` itself is in the same expression, so that `delayed(x, 0 ms)` is x: on right sides of equations, where x
   * is taken at the start of the step from t - dt to t, delayed(x, k dt) is x at the end of the tick t - dt - k dt, with all that
   * happened at that tick; in thresholds and statements it is x at the end of the tick t - k dt. Before the start it is the initial
   * value.
   */
  equations: string
  /** Currents that may be injected: name -> [unit, meaning]. Zero unless an input is connected. */
  currents?: Record<string, [unit: string, about: string]>
  /** What an arrival does, `w` being the summed weight of the instant: `{ excitatory: 'I_e += w' }`; may end in `unless refractory`. */
  receptors: Record<string, string>
  /** Fires when this becomes true, tested once an instant: `V > V_th`. */
  threshold?: string
  /** Instead of a threshold: fires with this rate (1/ms), by chance. */
  rate?: string
  /** Statements at a spike, separated by `;` or lines. */
  reset?: string
  /**
   * Statements that all units execute when a phase of a trial begins or ends, one after the other as at a spike:
   * `{ 'end:free': 's_free = s', 'phase:forward': 'm = 0; n = 0' }`. They may read whatever equations do but xi, refractory
   * and after_spike, at the present time; u01 is drawn for them alone.
   */
  on?: Partial<Record<PhaseEar, string>>
  /** Absolute refractory time, a parameter or a quantity. */
  refractory?: string
  /** Condition during which the dendrite is said to be in a plateau potential. */
  plateau?: string
  /** Variable -> start value: a quantity, a parameter's name, or an expression of parameters. Zero if not said. */
  initial?: Record<string, string | number>
  method?: Method
  /** Parameters that reproduce what published code did and the paper does not say. */
  compatibility?: string[]
  /** Name of the closed form for exact, event-driven simulation, where there is one. */
  eventDriven?: EventDrivenForm
}

/**
 * The closed form of a neuron between events. State is columns of f64, one value a unit; `i` is the unit.
 * Functions must be pure in (state of i, parameters); times are ms since the unit's own last update.
 */
export interface EventDrivenForm {
  /** Columns, the first one being the membrane potential. */
  variables: string[]
  receptors: string[]
  /** Made once a population, with its parameters (name -> value of unit i): returns the four functions. */
  make(columns: Float64Array[], parameter: Record<string, number>): EventDrivenNeuron
}

export interface EventDrivenNeuron {
  /** Bring unit i forward by `elapsed` ms; `held` while the membrane is clamped by refractoriness. */
  flow(i: number, elapsed: number, held: boolean): void
  /** ms until the unit fires without further input, exactly; Infinity if it does not. */
  crossing(i: number): number
  /**
   * A safe lower bound of `crossing`, where one is much cheaper; Infinity if the unit cannot fire. The unit is asked again
   * at that time, with `crossing` unless something has arrived before, as it has most often.
   */
  notBefore?(i: number): number
  /** Add the summed weight `w` at `receptor`; false if the unit discards it because it is refractory. */
  receive(i: number, receptor: number, w: number, refractory: boolean): void
  /** True if the unit must fire now. */
  fires(i: number): boolean
  /** The jump at a spike. */
  fire(i: number): void
  /** Absolute refractory time (ms). */
  refractory: number
  /** Nothing changes while the membrane is held, so that the next crossing is known at the spike already. */
  stillWhileHeld: boolean
}

export interface SynapseDefinition {
  name: string
  about: string
  source: string
  parameters: Parameters
  /** State of the presynaptic neuron, decayed exactly and only when touched: `dx/dt = (1 - x) / tau_D : 1`. */
  pre?: string
  initial?: Record<string, string | number>
  /** Statements at a presynaptic spike, after `transmit` has been evaluated: `x -= x * u; u += f * (1 - u)`. */
  onPreSpike?: string
  /** What is sent: an expression of w and the state before the statements, `w * x * u`. */
  transmit: string
}

/** What a neuron hears of the trial it is in: that a phase begins, or ends. */
export type PhaseEar = `phase:${string}` | `end:${string}`

/**
 * What a learning rule hears. `phase:NAME` and `every:INTERVAL` go on to say which phase, and how often; `end:NAME` is the end of a
 * phase of a trial.
 */
export type Ear =
  | 'pre_spike'
  | 'pre_burst'
  | 'post_spike'
  | 'post_burst'
  | 'post_plateau'
  | 'tick'
  | 'modulator'
  | `phase:${string}`
  | `every:${string}`
  | `end:${string}`

/**
 * How the weights of a projection change. In all its texts `w` is the weight, and the unit `weight` is that of the receptor
 * the projection lands on, so that `['0.01 weight', ...]` is a parameter for any of them.
 */
export interface RuleDefinition {
  name: string
  /** One sentence. */
  about: string
  /** Paper with equation numbers. */
  source: string
  parameters: Parameters
  /** Traces of the presynaptic neuron, decayed exactly and only when touched: `dx/dt = -x / tau_plus : 1`. */
  pre?: string
  /** Traces of the postsynaptic neuron. */
  post?: string
  /** State of every synapse, of the same form; `de/dt = 0 / dt : 1` for what only statements change. */
  synapse?: string
  /** Named expressions, one a line: `decay = exp(-dt / tau) : 1`. */
  let?: string
  /** Variables of the postsynaptic neuron that the rule reads: name -> [unit, meaning]. */
  neuron?: Record<string, [unit: string, about: string]>
  /**
   * Variables of the presynaptic neuron that the rule reads. A rule that has them works on a full matrix at once: its statements
   * are `w += ...` or `w = ...`, linear in w, and apart from that a sum of products of something presynaptic and something postsynaptic.
   * With copies, what is added is the mean over them.
   */
  pre_neuron?: Record<string, [unit: string, about: string]>
  /** Start values of the state; zero if not said. */
  initial?: Record<string, string | number>
  /** Ear -> statements, separated by `;` or lines. A statement may end in `when CONDITION`. */
  on: Partial<Record<Ear, string>>
  /** Published parameter sets: each is used as a whole or not at all. */
  sets?: Record<string, Record<string, string | number>>
  /** Parameters that reproduce what published code did and the paper does not say. */
  compatibility?: string[]
  /** A second implementation, or the only one of a rule that cannot be said in equations. */
  program?: RuleProgram
}

/** A learning rule in TypeScript: the same ears, as methods. It works on a full matrix of weights between clocked populations. */
export interface RuleProgram {
  about: string
  make(context: RuleContext): RuleEars
}

/** All that a rule in TypeScript may touch. */
export interface RuleContext {
  sources: number
  targets: number
  /** ms */
  dt: number
  precision: 'f32' | 'f64'
  /** Limits of the weights, where the projection has any: the rule keeps them. */
  bounds: { low: number; high: number } | undefined
  /** Shared memory: kernels import it as such. Known from `start` on. */
  shared(): boolean
  /** In the engine's units, as it is now. */
  parameter(name: string): number
  /** A column of state, zero at the start; its view and address are there from `start` on. */
  column<T extends ElementType>(name: string, type: T, length: number): Column<T>
  /** A column of numbers that need not outlive a turn. */
  scratch<T extends ElementType>(name: string, type: T, length: number): Column<T>
  /** A variable of the postsynaptic neurons, by the rule's name for it: address and view of one number a target, from `start` on. */
  neuron(name: string): { address: number; view: Float32Array | Float64Array }
  /** Weight from source j to target i is number j * columns + i, from `start` on. */
  weights(): { address: number; view: Float32Array | Float64Array; columns: number }
  /** WebAssembly text to its exports, over the network's memory, from `start` on. */
  assemble<T>(name: string, text: string): T
}

/** Called in the order in which they stand here. */
export interface RuleEars {
  /** The memory is there. */
  start?(): void
  /** A spike of `source` is at its synapses at `tick`. */
  preSpike?(source: number, tick: number): void
  /** A spike of `target`, at `tick`. */
  postSpike?(target: number, tick: number): void
  /** Everything at `tick` has happened. */
  tick?(tick: number): void
  /** The state has been replaced: find again what follows from it. */
  restored?(): void
}

/** A population that fires by itself: Poisson fibres, a list of spikes, patterns one after the other. */
export interface SourceDefinition {
  name: string
  about: string
  source: string
  parameters: Parameters
  kind: 'poisson' | 'list' | 'patterns'
}

/** Marks spikes as the onset of an event and as the completion of a burst. */
export interface DetectorDefinition {
  name: string
  about: string
  source: string
  /** Numbers kept for every unit. */
  columns: number
  /** State starts at these values. */
  initial: number[]
  /** Made once a population; the function says of a spike of `unit` at `time` (ms) what else it is: onset, burst or nothing. */
  make(columns: Float64Array[], interval: number): (unit: number, time: number) => number
}

/** `neuron({...})` returns its argument: it is there for the types and for reading. */
export function neuron(definition: NeuronDefinition): NeuronDefinition {
  return definition
}
export function synapse(definition: SynapseDefinition): SynapseDefinition {
  return definition
}
export function rule(definition: RuleDefinition): RuleDefinition {
  return definition
}
