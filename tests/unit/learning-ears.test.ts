/** What a rule hears, counted: each ear adds a step for every event, and the events are counted beside it. */
import { describe, expect, it } from 'vitest'
import { kinds, type NetworkDescription } from '../../engine/description.ts'
import { type Ear, rule } from '../../engine/model.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { library } from '../../models/index.ts'

const counting = (ear: Ear) =>
  rule({ name: 'counting', about: 'adds one for every event it hears', source: 'this test', parameters: { A: ['1 weight', 'step'] }, on: { [ear]: 'w += A' } })

/** Pyramidal cells that burst and have plateau potentials, on a fibre each. */
function pyramidal(ear: Ear): NetworkDescription {
  const [cells, fibres, detector] = [library.neurons.get('naud_sprekeler'), library.sources.get('poisson'), library.detectors.get('interval')]
  if (!cells || !fibres || !detector) throw new Error('the models are part of the library')
  return {
    seed: 5, dt: '0.1 ms', precision: 'f64',
    populations: [
      { name: 'fibres', model: fibres, size: 6, parameters: { rate: '20 Hz' } },
      { name: 'cells', model: cells, size: 6, plateaus: true, bursts: { detector, interval: '16 ms' } },
      { name: 'reward', model: fibres, size: 1, parameters: { rate: '15 Hz' } },
    ],
    inputs: [
      { name: 'soma', to: { population: 'cells' }, onto: 'I_s', current: { ornstein_uhlenbeck: { mean: '500 pA', sigma: '450 pA', tau: '2 ms' } } },
      { name: 'dendrite', to: { population: 'cells' }, onto: 'I_d', current: { ornstein_uhlenbeck: { mean: '100 pA', sigma: '450 pA', tau: '2 ms' } } },
    ],
    projections: [{
      name: 'p', from: { population: 'fibres' }, to: { population: 'cells' }, onto: 'soma', connect: { one_to_one: true }, weight: '0 mV', delay: '1 ms',
      learning: { rule: counting(ear), modulator: { population: 'reward' } },
    }],
    phases: [{ name: 'late', start: '500 ms', every: '300 ms' }],
  }
}

const until = 2000
async function heard(ear: Ear): Promise<{ weights: number[]; count(population: string, kind: number): number[] }> {
  const simulation = await createSimulation(pyramidal(ear))
  const events: { population: string; time: number; unit: number; kind: number }[] = []
  simulation.recording = {
    events: (population, times, units, kind, count) => {
      for (let k = 0; k < count; k++) events.push({ population, time: times[k], unit: units[k], kind: kind[k] })
    },
    sample: () => {}, weights: () => {}, advance: () => {},
  }
  simulation.run(until)
  const { weights } = simulation.network.projections.get('p')?.weights() ?? { weights: [] }
  // a fibre's spike is at the synapse a millisecond later
  const inTime = (e: { population: string; time: number }) => e.time <= (e.population === 'fibres' ? until - 1 : until)
  return {
    weights: [...weights],
    count: (population, kind) => Array.from({ length: 6 }, (_, i) => events.filter((e) => e.population === population && e.unit === i && (e.kind & kind) !== 0 && inTime(e)).length),
  }
}

describe('a source that is silent for long', () => {
  it.each([['clocked', '0 ms'], ['clocked', '3 ms'], ['event_driven', '0 ms'], ['event_driven', '3 ms']] as const)('does not hold up a %s target, dendritic delay %s', async (regime, dendritic_delay) => {
    const [cells, list] = [library.neurons.get('lif_delta'), library.sources.get('spike_list')]
    if (!cells || !list) throw new Error('the models are part of the library')
    const simulation = await createSimulation({
      seed: 1, dt: '0.1 ms', precision: 'f64', inputs: [],
      populations: [
        { name: 'source', model: list, size: 1, spikes: { times: [4000], units: [0] } },
        { name: 'cells', model: cells, size: 5, regime, parameters: { I_0: '30 mV' } },
      ],
      projections: [{
        name: 'p', from: { population: 'source' }, to: { population: 'cells' }, onto: 'soma', connect: { all_to_all: true }, weight: '0.1 mV', delay: '1 ms', dendritic_delay,
        learning: { rule: counting('post_spike') },
      }],
    })
    simulation.run(5000)
    const spikes = simulation.network.populations.get('cells')?.stream.written ?? 0
    expect(spikes).toBeGreaterThan(1000)
    const { weights } = simulation.network.projections.get('p')?.weights() ?? { weights: new Float64Array() }
    // each cell has heard each of its own spikes once, but for those still on their way back
    const heardSpikes = weights.reduce((sum, w) => sum + w - 0.1, 0)
    expect(heardSpikes).toBeLessThanOrEqual(spikes + 1e-9)
    expect(heardSpikes).toBeGreaterThan(spikes - 6)
  })
})

describe('ears', () => {
  it.each<[Ear, string, number, number]>([
    ['pre_spike', 'fibres', kinds.spike, 100],
    ['post_spike', 'cells', kinds.spike, 60],
    ['post_burst', 'cells', kinds.burst, 5],
    ['post_plateau', 'cells', kinds.plateau_on, 5],
  ])('%s hears each event once', async (ear, population, kind, least) => {
    const { weights, count } = await heard(ear)
    const counted = count(population, kind)
    expect(counted.reduce((a, b) => a + b)).toBeGreaterThan(least)
    expect(weights).toEqual(counted)
  })
  it('modulator hears all spikes of its population, at every synapse', async () => {
    const { weights, count } = await heard('modulator')
    const [all] = count('reward', kinds.spike)
    expect(all).toBeGreaterThan(10)
    expect(weights).toEqual(Array(6).fill(all))
  })
  it.each<[Ear, number]>([['tick', 20_000], ['every:30 ms', 66], ['phase:late', 6]])('%s acts %d times', async (ear, times) => {
    expect((await heard(ear)).weights).toEqual(Array(6).fill(times))
  })
})
