/**
 * Network `intfire`: 1,000 event-driven cells with exact times, each driven by a Poisson train of its own at 1 kHz (delay
 * 1 ms: a train that starts 1 ms later is the same train) and projecting to 100 random other cells with delays uniform in
 * 1 ... 5 ms; 800 excite (0.002), 200 inhibit (-0.01). An event is one arrival at one cell, external ones included.
 *
 * After NEURON's IntFire1 (instantaneous synapses: tau 20 ms, refractory 2 ms, threshold 1, drive 0.06) and IntFire4
 * (exponential currents with its default time constants, drive 0.1).
 */
import type { NetworkDescription, PopulationDescription } from '../../engine/description.ts'
import { integerBelow, philox, streamKey } from '../../engine/random.ts'
import { lifPsp } from '../../models/neurons/lif-psp.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'

export type IntfireCell = 'instantaneous' | 'exponential'

export interface IntfireOptions {
  cells?: number
  targets?: number
  excitatory?: number
  seed?: number
}

/** The network as a description; `record` names no population, so that only spikes are counted. */
export function intfire(cell: IntfireCell, options: IntfireOptions = {}): NetworkDescription {
  const { cells = 1000, targets = 100, excitatory = Math.floor(0.8 * cells), seed = 1 } = options
  const instantaneous = cell === 'instantaneous'
  const population: PopulationDescription = instantaneous
    ? {
        name: 'cells', model: lifDelta, size: cells, regime: 'event_driven',
        parameters: { tau_m: '20 ms', E_L: '0 mV', V_th: '1 mV', V_reset: '0 mV', t_ref: '2 ms' },
      }
    : { name: 'cells', model: lifPsp, size: cells, regime: 'event_driven' }
  const unit = instantaneous ? ' mV' : ''
  const pairs = randomPairs(cells, targets, seed)
  const delay = { uniform: ['1 ms', '5 ms'] as [string, string] }
  return {
    seed,
    dt: '0.1 ms',
    precision: 'f64',
    populations: [population],
    projections: [
      {
        name: 'excitation', from: { population: 'cells', last: excitatory - 1 }, to: { population: 'cells' },
        onto: instantaneous ? 'soma' : 'excitatory', connect: { pairs: pairs.filter(([source]) => source < excitatory) },
        weight: `0.002${unit}`, delay,
      },
      {
        name: 'inhibition', from: { population: 'cells', first: excitatory }, to: { population: 'cells' },
        onto: instantaneous ? 'soma' : 'inhibitory',
        connect: { pairs: pairs.filter(([source]) => source >= excitatory).map(([source, target]) => [source - excitatory, target]) },
        weight: `-0.01${unit}`, delay,
      },
    ],
    inputs: [
      {
        name: 'drive', to: { population: 'cells' }, onto: instantaneous ? 'soma' : 'excitatory',
        poisson: { rate: '1 kHz', weight: `${instantaneous ? 0.06 : 0.1}${unit}` },
      },
    ],
    record: { events: ['cells'] },
  }
}

/** Every cell to `targets` distinct cells: the first of a shuffle (Fisher & Yates), as `random.sample` does. */
function randomPairs(cells: number, targets: number, seed: number): [number, number][] {
  const key = streamKey(seed, 'bench', 'intfire pairs')
  const words = new Uint32Array(4)
  const order = Array.from({ length: cells }, (_, k) => k)
  const pairs: [number, number][] = []
  for (let source = 0; source < cells; source++) {
    const drawn: number[] = []
    for (let k = 0; k < targets; k++) {
      philox(k, source, 0, 0, key[0], key[1], words)
      const other = k + integerBelow(words[0], cells - k)
      ;[order[k], order[other]] = [order[other], order[k]]
      drawn.push(order[k])
    }
    drawn.sort((a, b) => a - b)
    for (const target of drawn) pairs.push([source, target])
  }
  return pairs
}
