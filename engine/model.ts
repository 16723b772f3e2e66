/**
 * What a neuron, a synapse or a source is, as data: equations as text with units, and everything a reader wants to know.
 * Nothing here computes. `equations/` checks and compiles these; `models/` holds the ones that come with the program.
 */

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
   * Known besides parameters, variables and currents: t, dt, xi (white noise, 1/sqrt(ms), its own in every equation),
   * u01 (uniform, its own at every place), refractory, after_spike(from, to).
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

/** A population that fires by itself: Poisson fibres, a list of spikes. */
export interface SourceDefinition {
  name: string
  about: string
  source: string
  parameters: Parameters
  kind: 'poisson' | 'list'
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
