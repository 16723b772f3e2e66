/** One population of a model that spikes reach `delay` later, and what becomes of it: for tests of what equations may say. */
import type { InputDescription, NetworkDescription } from '../engine/description.ts'
import type { NeuronDefinition } from '../engine/model.ts'
import type { ClockedPopulation } from '../engine/population.ts'
import { createSimulation, type Simulation } from '../engine/simulation.ts'
import { library } from '../models/index.ts'

export interface UnitNetwork {
  model: NeuronDefinition
  size?: number
  precision?: 'f32' | 'f64'
  partitions?: number
  parameters?: NetworkDescription['populations'][number]['parameters']
  initial?: NetworkDescription['populations'][number]['initial']
  inputs?: InputDescription[]
  /** Times (ms) of spikes that each unit gets one of, in turn, at the receptor `soma`, 1.6 ms later: windows are 16 ticks. */
  spikes?: number[]
  weight?: string | number
  changes?: NetworkDescription['changes']
}

export async function unitNetwork({ model, size = 1, precision = 'f64', partitions, spikes, weight = 1, parameters, initial, inputs = [], changes }: UnitNetwork) {
  const list = library.sources.get('spike_list')
  if (!list) throw new Error('the library is complete')
  const simulation = await createSimulation({
    seed: 4, dt: '0.1 ms', precision, inputs, changes,
    populations: [
      { name: 'cells', size, model, parameters, initial },
      ...(spikes ? [{ name: 'fibres', size, model: list, spikes: { times: spikes, units: spikes.map((_, k) => k % size) } }] : []),
    ],
    projections: spikes
      ? [{ name: 'p', from: { population: 'fibres' }, to: { population: 'cells' }, onto: 'soma', connect: { one_to_one: true }, weight, delay: '1.6 ms' }]
      : [],
  }, { partitions })
  return { simulation, cells: simulation.network.populations.get('cells') as ClockedPopulation }
}

/** Values of a variable, one a unit, as they are now. */
export function valuesOf(simulation: Simulation, variable: string): number[] {
  const cells = simulation.network.populations.get('cells') as ClockedPopulation
  const column = cells.variable(variable)
  if (!column) throw new Error(`no variable ${variable}`)
  return [...column.view.subarray(0, cells.size)]
}

/** The same tick by tick, from the start: values[tick][unit]. */
export function trajectory(simulation: Simulation, variable: string, ticks: number): number[][] {
  const rows = [valuesOf(simulation, variable)]
  for (let tick = 1; tick <= ticks; tick++) {
    simulation.run(simulation.network.grid.time(tick))
    rows.push(valuesOf(simulation, variable))
  }
  return rows
}

/** All state as text, so that a difference is one line. */
export function bytesOf(simulation: Simulation): string {
  return Buffer.from(simulation.snapshot()).toString('base64')
}
