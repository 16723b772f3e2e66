/**
 * Hillock as a library. Ten lines are a simulation:
 *
 *   const cell = neuron({ name: 'cell', ..., equations: 'dV/dt = (E_L - V) / tau_m : mV', ... })
 *   const run = await simulate({ seed: 1, dt: '0.1 ms', ..., populations: [{ name: 'cells', model: cell, size: 10 }] }, { until: '1 s' })
 *   run.events('cells').times
 */
import type { NetworkDescription } from './engine/description.ts'
import { InputError } from './engine/errors.ts'
import { createSimulation, type Simulation } from './engine/simulation.ts'
import { openTrace, openTraceWriter, type Trace } from './engine/trace/index.ts'
import { quantityIn } from './engine/units.ts'
import { canonicalJson } from './scenarios/canonical.ts'
import { TraceRecording, traceHeader } from './scenarios/recording.ts'
import { traceStore } from './scenarios/trace-store.ts'

export interface SimulateOptions {
  /** ms, or a text such as '2 s'; with trials it may be Infinity: the run ends with them in any case */
  until: number | string
  partitions?: number
}

/** What a simulation in memory has recorded. */
export interface Simulated extends Pick<Trace, 'events' | 'samples' | 'weights'> {
  /** Where the simulation stands; it can be run on, without its recording. */
  simulation: Simulation
  trace: Trace
}

/** Build a network, run it until `until`, and keep what its description records. Throws `InputError`, `RunError`. */
export async function simulate(description: NetworkDescription, { until, partitions }: SimulateOptions): Promise<Simulated> {
  const asked = typeof until === 'number' ? until : quantityIn(until, [1, 0, 0])
  if (!(asked > 0 && (asked < Infinity || description.trials))) throw new InputError(`found until = ${asked} ms; a time above zero is needed`, ['until'])
  const simulation = await createSimulation(description, { partitions })
  const end = simulation.network.grid.snap(asked)
  const header = traceHeader(simulation.network, { scenario: canonicalJson(withoutNumbers(description)), title: '' })
  const store = traceStore(undefined, undefined)
  const recording = new TraceRecording(simulation.network, header, openTraceWriter(header, store))
  simulation.recording = recording
  simulation.run(end)
  simulation.recording = undefined
  recording.close(simulation.now)
  const trace = openTrace(store.source())
  const { events, samples, weights } = trace
  return { simulation, trace, events, samples, weights }
}

/** A trace says which examples were shown; their numbers would be most of it. */
function withoutNumbers(description: NetworkDescription): unknown {
  const { trials } = description
  if (!trials) return description
  const { inputs, wanted, ...examples } = trials.examples
  return { ...description, trials: { ...trials, examples } }
}

export type { NetworkDescription } from './engine/description.ts'
export { InputError, RunError } from './engine/errors.ts'
export { neuron, rule, synapse } from './engine/model.ts'
export { createSimulation, Simulation } from './engine/simulation.ts'
export { openTrace, type Trace } from './engine/trace/index.ts'
export { parseQuantity } from './engine/units.ts'
export { library } from './models/index.ts'
export { rules } from './plasticity/index.ts'
export { type LoadedScenario, type LoadOptions, loadScenario } from './scenarios/load.ts'
export type { ExpectationResult } from './scenarios/metrics.ts'
export { checkpointTraceBytes, type Progress, type RunOptions, type RunResult, runScenario } from './scenarios/run.ts'
