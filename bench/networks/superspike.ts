/**
 * The network of the picture task: 200 frozen Poisson inputs, 256 hidden cells, 200 outputs, 102,400 synapses that learn by
 * SuperSpike with symmetric feedback. Motivation: the published program, a C++ loop over synapses, is what learning spiking
 * networks are timed against. The raster to be learned is drawn at random here: what it shows costs nothing.
 */
import type { NetworkDescription, ProjectionDescription, SpikeList } from '../../engine/description.ts'
import { integerBelow, philox, streamKey } from '../../engine/random.ts'
import { library } from '../../models/index.ts'
import { rules } from '../../plasticity/index.ts'

const frame = 1890
const all = { all_to_all: true } as const

export function superspikeNetwork(implementation: 'equations' | 'program'): NetworkDescription {
  const [cells, patterns, rule] = [library.neurons.get('superspike_lif_euler'), library.sources.get('patterns'), rules.get('superspike')]
  if (!cells || !patterns || !rule) throw new Error('the models are part of the library')
  const source = (name: string, rate: number) => ({ name, model: patterns, size: 200, patterns: { every: `${frame} ms`, patterns: [frozen(name, rate)] } })
  const forward = (name: string, from: string, to: string, sources: number): ProjectionDescription => ({
    name, from: { population: from }, to: { population: to }, onto: 'excitatory', connect: all, delay: '0.8 ms',
    weight: { normal: { mean: '0 mV', sd: `${50 / Math.sqrt(sources)} mV`, min: '-100 mV', max: '100 mV' } },
    learning: { rule, implementation, parameters: { eta: '1 mV' } }, bounds: { hard: ['-100 mV', '100 mV'] },
  })
  const error = (name: string, from: string, to: string, delay: string, weight: ProjectionDescription['weight'], connect: ProjectionDescription['connect']): ProjectionDescription => ({
    name, from: { population: from }, to: { population: to }, onto: 'error', connect, delay, weight,
  })
  return {
    seed: 1, dt: '0.1 ms', precision: 'f32', inputs: [], record: { events: [] },
    populations: [source('input', 5), source('target', 27), { name: 'hidden', model: cells, size: 256 }, { name: 'output', model: cells, size: 200 }],
    projections: [
      forward('input_to_hidden', 'input', 'hidden', 200),
      forward('hidden_to_output', 'hidden', 'output', 256),
      error('target_to_output', 'target', 'output', '0.8 ms', 1, { one_to_one: true }),
      error('output_to_output', 'output', 'output', '0.8 ms', -1, { one_to_one: true }),
      error('target_to_hidden', 'target', 'hidden', '0.9 ms', { transpose_of: 'hidden_to_output', times: 0.001 }, all),
      error('output_to_hidden', 'output', 'hidden', '0.9 ms', { transpose_of: 'hidden_to_output', times: -0.001 }, all),
    ],
  }
}

/** Spikes of 200 units at `rate` (Hz) anywhere in the frame, on the grid. */
function frozen(name: string, rate: number): SpikeList {
  const key = streamKey(1, 'frozen', name)
  const words = new Uint32Array(4)
  const count = Math.round((rate * 200 * frame) / 1000)
  const drawn = Array.from({ length: count }, (_, k) => {
    philox(k, 0, 0, 0, key[0], key[1], words)
    return { time: integerBelow(words[0], frame * 10 - 1) / 10, unit: integerBelow(words[1], 200) }
  })
  const seen = new Set<string>()
  const spikes = drawn.filter(({ time, unit }) => !seen.has(`${time} ${unit}`) && seen.add(`${time} ${unit}`))
  return { times: spikes.map((s) => s.time), units: spikes.map((s) => s.unit) }
}
