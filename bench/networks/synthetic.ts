/** Networks made for a benchmark rather than taken from a paper. */
import type { NetworkDescription } from '../../engine/description.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'

/**
 * A sparse random network of `size` cells in the asynchronous irregular state, 400 excitatory and 100 inhibitory synapses
 * a cell whatever the size: the cost of an event should not depend on how many cells there are.
 */
export function scalingNetwork(size: number): NetworkDescription {
  const excitatory = (size * 4) / 5
  const cells = { population: 'cells' }
  return {
    seed: 1,
    dt: '0.1 ms',
    precision: 'f32',
    populations: [{ name: 'cells', model: lifDelta, size }],
    inputs: [{ name: 'drive', to: cells, onto: 'soma', poisson: { rate: '10 kHz', weight: '0.2 mV' } }],
    projections: [
      { name: 'excitation', from: { population: 'cells', first: 0, last: excitatory - 1 }, to: cells, onto: 'soma', connect: { in_degree: 400 }, weight: '0.2 mV', delay: '1.5 ms' },
      { name: 'inhibition', from: { population: 'cells', first: excitatory, last: size - 1 }, to: cells, onto: 'soma', connect: { in_degree: 100 }, weight: '-1 mV', delay: '1.5 ms' },
    ],
    record: { events: [] },
  }
}

/** `populations` populations of one silent cell, each with a projection of one step onto itself: every tick is a turn of its own. */
export function ticklishNetwork(populations: number): NetworkDescription {
  const names = Array.from({ length: populations }, (_, k) => `p${String(k).padStart(3, '0')}`)
  return {
    seed: 1,
    dt: '0.1 ms',
    precision: 'f32',
    populations: names.map((name) => ({ name, model: lifDelta, size: 1 })),
    inputs: [],
    projections: names.map((name) => ({ name, from: { population: name }, to: { population: name }, onto: 'soma', connect: { all_to_all: true }, weight: '1 mV', delay: '0.1 ms' })),
    record: { events: [] },
  }
}
