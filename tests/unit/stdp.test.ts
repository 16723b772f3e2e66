/** STDP against what can be counted by hand or summed without traces: windows, pairing schemes, triplets, rates of change. */
import { describe, expect, it } from 'vitest'
import type { Bounds, LearningDescription, NetworkDescription, Value } from '../../engine/description.ts'
import { neuron } from '../../engine/model.ts'
import { philox, uniform01 } from '../../engine/random.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'
import { spikeList } from '../../models/sources/spike-list.ts'
import {
  nearestSymmetricStdp, pairStdp, presynapticCentredStdp, rateDerivative, rateDerivativeStdp, restrictedSymmetricStdp, rules, tripletStdp,
} from '../../plasticity/index.ts'

const one = [0]
const list = (times: number[]) => ({ model: spikeList, size: 1, spikes: { times, units: times.map(() => 0) } })

/** Weights of a network at `until`, by target. */
async function weightsOf(description: NetworkDescription, until: number): Promise<number[]> {
  const simulation = await createSimulation(description)
  simulation.run(until)
  const { targets, weights } = simulation.network.projections.get('plastic')?.weights() ?? { targets: [], weights: [] }
  return Array.from(targets, (_, k) => k).sort((a, b) => targets[a] - targets[b]).map((k) => weights[k])
}

interface Plastic {
  learning: LearningDescription
  bounds?: Bounds
  weight?: number
  dendritic?: string
}

/** One synapse, whose two sides fire at these times. */
async function synapse(pre: number[], post: number[], { learning, bounds, weight = 0, dendritic }: Plastic): Promise<number> {
  const [w] = await weightsOf({
    seed: 1, dt: '0.1 ms', precision: 'f64',
    populations: [
      { name: 'pre', ...list(pre) },
      { name: 'teacher', ...list(post) },
      { name: 'cell', model: lifDelta, size: 1, regime: 'event_driven', parameters: { t_ref: '0.01 ms' } },
    ],
    inputs: [],
    projections: [
      { name: 'teach', from: { population: 'teacher' }, to: { population: 'cell' }, onto: 'soma', connect: { one_to_one: true }, weight: '1 V', delay: '1 ms' },
      {
        name: 'plastic', from: { population: 'pre' }, to: { population: 'cell' }, onto: 'soma', connect: { one_to_one: true }, weight: `${weight} mV`, delay: '1 ms', learning,
        ...(bounds && { bounds }), ...(dendritic && { dendritic_delay: dendritic }),
      },
    ],
  }, Math.max(...pre, ...post) + 100)
  return w
}

/** A pair of spikes at each lag: the spike is at all synapses at `middle`, the cells fire that much later or earlier. */
function pairs(lags: number[], { learning, bounds, weight = 0 }: Plastic, regime: 'event_driven' | 'clocked' = 'event_driven'): Promise<number[]> {
  const middle = Math.ceil(Math.max(...lags.map((l) => -l), 0)) + 20
  const projection = (onto: string, w: string, delay: Value) => ({
    from: { population: 'spike' }, to: { population: 'cells' }, onto, connect: { all_to_all: true } as const, weight: w, delay,
  })
  return weightsOf({
    seed: 1, dt: '0.1 ms', precision: 'f64',
    populations: [{ name: 'spike', ...list(one) }, { name: 'cells', model: lifDelta, size: lags.length, regime }],
    inputs: [],
    projections: [
      { name: 'teach', ...projection('soma', '1 V', { list: lags.map((l) => `${middle + l} ms`) }) },
      { name: 'plastic', ...projection('soma', `${weight} mV`, `${middle} ms`), learning, ...(bounds && { bounds }) },
    ],
  }, middle + Math.max(...lags, 0) + 10)
}

const lags = [-100, -60, -40, -20, -10, -5, -1, 0, 1, 5, 10, 20, 40, 60, 100]
const [A_plus, A_minus] = [0.005, 0.00525]
const times = { tau_plus: '16.8 ms', tau_minus: '33.7 ms' }
const learning = { rule: pairStdp, parameters: { A_plus: `${A_plus} weight`, A_minus: `${A_minus} weight`, ...times } }
const windowAt = (lag: number, up: number, down: number) => (lag > 0 ? up * Math.exp(-lag / 16.8) : lag < 0 ? -down * Math.exp(lag / 33.7) : 0)

describe('a pair of spikes', () => {
  const w = 0.4
  const kinds: [name: string, bounds: Bounds | undefined, up: number, down: number][] = [
    ['no bounds', undefined, 1, 1],
    ['hard bounds', { hard: ['0 mV', '1 mV'] }, 1, 1],
    ['soft bounds', { soft: ['0 mV', '1 mV'] }, 1 - w, w],
    ['soft bounds of another range', { soft: ['-1 mV', '3 mV'] }, 1 - 1.4 / 4, 1.4 / 4],
    ['soft bounds with an exponent', { soft: ['0 mV', '1 mV'], exponent: 0.3 }, (1 - w) ** 0.3, w ** 0.3],
    ['a power law', { power_law: { reference: '2 mV', exponent: 0.4 } }, (w / 2) ** 0.4, w / 2],
  ]
  it.each(kinds)('changes the weight by the window: %s', async (_, bounds, up, down) => {
    const found = await pairs(lags, { learning, bounds, weight: w })
    lags.forEach((lag, k) => void expect(Math.abs(found[k] - w - windowAt(lag, A_plus * up, A_minus * down)) / A_plus, `lag ${lag}`).toBeLessThan(1e-12))
  })
  it('does so on a grid', async () => {
    const found = await pairs(lags, { learning, weight: w }, 'clocked')
    lags.forEach((lag, k) => void expect(Math.abs(found[k] - w - windowAt(lag, A_plus, A_minus)) / A_plus, `lag ${lag}`).toBeLessThan(1e-12))
  })
  it('does no more than the bounds allow', async () => {
    const [low, high] = await pairs([-1, 1], { learning, bounds: { hard: ['0.399 mV', '0.401 mV'] }, weight: w })
    expect([low, high]).toEqual([0.399, 0.401])
  })
  it('is seen by the synapse the dendritic delay later', async () => {
    for (const lag of [...lags, -2]) {
      const found = await synapse([150], [150 + lag], { learning, weight: w, dendritic: '2 ms' })
      expect(Math.abs(found - w - windowAt(lag + 2, A_plus, A_minus)) / A_plus, `lag ${lag}`).toBeLessThan(1e-12)
    }
  })
  it('is the same for every scheme of pairing', async () => {
    const apart = lags.filter((l) => l !== 0)
    const all = await pairs(apart, { learning, weight: w })
    for (const rule of [nearestSymmetricStdp, presynapticCentredStdp, restrictedSymmetricStdp]) {
      expect(await pairs(apart, { learning: { ...learning, rule }, weight: w }), rule.name).toEqual(all)
    }
  })
  it('of one instant counts for nothing, or as presynaptic first where the traces are the synapse\'s own', async () => {
    const together = (rule: LearningDescription['rule']) => pairs([0], { learning: { ...learning, rule } })
    for (const rule of [pairStdp, nearestSymmetricStdp]) expect(await together(rule), rule.name).toEqual([0])
    for (const rule of [presynapticCentredStdp, restrictedSymmetricStdp]) expect(await together(rule), rule.name).toEqual([A_plus])
  })
})

/**
 * Pairs counted by hand: lags from presynaptic to postsynaptic spikes (up) and from postsynaptic to presynaptic ones (down).
 *
 *   pre 0 10 25, post 5 12 30, in order: 0  (5)  10  (12)  25  (30), which alternate, so that all nearest schemes agree:
 *     all-to-all   5-0=5; 12-0=12, 12-10=2; 30-0=30, 30-10=20, 30-25=5     10-5=5; 25-5=20, 25-12=13
 *     the nearest  5-0=5; 12-10=2; 30-25=5                                 10-5=5; 25-12=13
 *   pre 0 3 20 40 43, post 5 9 24 27 45, in order: 0 3  (5 9)  20  (24 27)  40 43  (45):
 *     symmetric    each post, last pre: 5-3, 9-3, 24-20, 27-20, 45-43      each pre, last post: 20-9, 40-27, 43-27
 *     centred      each pre, next post: 5-0, 5-3, 24-20, 45-40, 45-43      the same
 *     restricted   as symmetric, each once: 5-3, 24-20, 45-43              20-9, 40-27
 */
describe('trains', () => {
  const short = { pre: [0, 10, 25], post: [5, 12, 30] }
  const long = { pre: [0, 3, 20, 40, 43], post: [5, 9, 24, 27, 45] }
  const rows = [
    { rule: pairStdp, trains: short, up: [5, 12, 2, 30, 20, 5], down: [5, 20, 13] },
    { rule: nearestSymmetricStdp, trains: short, up: [5, 2, 5], down: [5, 13] },
    { rule: presynapticCentredStdp, trains: short, up: [5, 2, 5], down: [5, 13] },
    { rule: restrictedSymmetricStdp, trains: short, up: [5, 2, 5], down: [5, 13] },
    { rule: pairStdp, trains: long, up: [5, 2, 9, 6, 24, 21, 4, 27, 24, 7, 45, 42, 25, 5, 2], down: [15, 11, 35, 31, 16, 13, 38, 34, 19, 16] },
    { rule: nearestSymmetricStdp, trains: long, up: [2, 6, 4, 7, 2], down: [11, 13, 16] },
    { rule: presynapticCentredStdp, trains: long, up: [5, 2, 4, 5, 2], down: [11, 13, 16] },
    { rule: restrictedSymmetricStdp, trains: long, up: [2, 4, 2], down: [11, 13] },
  ]
  it.each(rows)('pair as counted by hand: $rule.name, $trains.pre.length spikes each', async ({ rule, trains, up, down }) => {
    const found = await synapse(trains.pre, trains.post, { learning: { ...learning, rule } })
    const expected = [...up, ...down.map((l) => -l)].reduce((sum, lag) => sum + windowAt(lag, A_plus, A_minus), 0)
    expect(Math.abs(found - expected) / A_plus).toBeLessThan(1e-12)
  })

  it('change the weight by triplets without third-order terms as by pairs, bit for bit', async () => {
    const words = new Uint32Array(4)
    const train = (stream: number) => {
      let t = 0
      return Array.from({ length: 200 }, (_, k) => {
        philox(k, stream, 0, 0, 7, 9, words)
        return (t += 1 - 20 * Math.log(uniform01(words[0])))
      })
    }
    const [pre, post] = [train(0), train(1)]
    const amplitudes = { A2_plus: `${A_plus} weight`, A2_minus: `${A_minus} weight`, A3_plus: '0 weight', A3_minus: '0 weight' }
    const triplets = { rule: tripletStdp, parameters: { ...amplitudes, ...times } }
    const bounds: Bounds = { hard: ['0 mV', '1 mV'] }
    const byPairs = await synapse(pre, post, { learning, bounds, weight: 0.5 })
    expect(byPairs).not.toBe(0.5)
    expect(await synapse(pre, post, { learning: triplets, bounds, weight: 0.5 })).toBe(byPairs)
  })
})

describe('sixty pairings', () => {
  const frequencies = [0.1, 10, 20, 40, 50]
  const fast = { tau_plus: 16.8, tau_minus: 33.7 }
  /** To three digits, by frequency. */
  const rows = [
    { set: 'visual_cortex_minimal', a: [0, 6.5e-3, 7.1e-3, 0], tau: [101, 114], lag: 10, changes: [0, 0.119, 0.228, 0.532, 0.763] },
    { set: 'visual_cortex_minimal', a: [0, 6.5e-3, 7.1e-3, 0], tau: [101, 114], lag: -10, changes: [-0.317, -0.332, -0.342, 0.174, 0.749] },
    { set: 'visual_cortex_full', a: [5e-10, 6.2e-3, 7e-3, 2.3e-4], tau: [101, 125], lag: 10, changes: [0, 0.132, 0.247, 0.534, 0.741] },
    { set: 'visual_cortex_full', a: [5e-10, 6.2e-3, 7e-3, 2.3e-4], tau: [101, 125], lag: -10, changes: [-0.312, -0.334, -0.352, 0.155, 0.727] },
    { set: 'pairs', a: [0.005, 0, 0.005, 0], tau: [101, 114], lag: 10, changes: [0.165, 0.144, 0.058, -0.143, -0.244] },
  ]

  /** Over all pairs and triplets, one by one. */
  function sum(pre: number[], post: number[], [a2p, a3p, a2m, a3m]: number[], [tau_x, tau_y]: number[]): number {
    const past = (train: number[], t: number, tau: number) => train.filter((s) => s < t).reduce((total, s) => total + Math.exp((s - t) / tau), 0)
    const down = pre.map((t) => past(post, t, fast.tau_minus) * (a2m + a3m * past(pre, t, tau_x)))
    const up = post.map((t) => past(pre, t, fast.tau_plus) * (a2p + a3p * past(post, t, tau_y)))
    return up.reduce((x, y) => x + y, 0) - down.reduce((x, y) => x + y, 0)
  }

  it.each(rows)('$set, post $lag ms after pre: the sum over pairs and triplets, and the table', async ({ set, a, tau, lag, changes }) => {
    const rule = set === 'pairs' ? { rule: pairStdp, parameters: { A_plus: '0.005 weight', A_minus: '0.005 weight', ...times } } : { rule: tripletStdp, set }
    for (const [k, hertz] of frequencies.entries()) {
      const pre = Array.from({ length: 60 }, (_, n) => 10 + (n * 1000) / hertz)
      const post = pre.map((t) => t + lag)
      const found = await synapse(pre, post, { learning: rule })
      expect(Math.abs(found - sum(pre, post, a, tau)), `${hertz} Hz`).toBeLessThan(1e-12)
      expect(Math.abs(found - changes[k]), `${hertz} Hz`).toBeLessThan(0.0005)
    }
  })

  const sets = [...rules.values()].flatMap((rule) => Object.keys(rule.sets ?? {}).map((set) => ({ rule, set, name: rule.name })))
  it.each(sets)('can be done with every published set: $name, $set', async ({ rule, set }) => {
    expect(await synapse([10, 30, 50], [15, 35, 45], { learning: { rule, set } })).not.toBe(0)
  })
})

describe('the rate of change of postsynaptic activity', () => {
  const [tau_pre, tau_post] = [16.8, 33.7]
  const stdp = { rule: rateDerivativeStdp, parameters: { eta: '1 weight', tau_pre: `${tau_pre} ms`, tau_post: `${tau_post} ms` } }
  const closed = (lag: number) =>
    lag > 0 ? (tau_post / (tau_pre + tau_post)) * Math.exp(-lag / tau_pre) : lag < 0 ? (-tau_pre / (tau_pre + tau_post)) * Math.exp(lag / tau_post) : 0

  it('gives the closed form for spikes', async () => {
    const found = await pairs(lags, { learning: stdp })
    lags.forEach((lag, k) => void expect(Math.abs(found[k] - closed(lag)), `lag ${lag}`).toBeLessThan(1e-12))
  })
  it('gives a window whose area is zero', async () => {
    // Gauss-Legendre of five points in panels of a time constant, 40 to each side
    const points = [[0, 0.5688888888888889], [-0.5384693101056831, 0.47862867049936647], [0.5384693101056831, 0.47862867049936647], [-0.906179845938664, 0.23692688505618908], [0.906179845938664, 0.23692688505618908]]
    const panels = Array.from({ length: 40 }, (_, k) => k)
    const nodes = [tau_pre, -tau_post].flatMap((tau) => panels.flatMap((k) => points.map(([x, weight]) => ({ lag: tau * (k + (1 + x) / 2), weight: (Math.abs(tau) * weight) / 2 }))))
    const found = await pairs(nodes.map((n) => n.lag), { learning: stdp })
    const side = (sign: number) => nodes.reduce((total, { lag, weight }, k) => total + (lag * sign > 0 ? weight * found[k] : 0), 0)
    expect(Math.abs(side(1) - (tau_pre * tau_post) / (tau_pre + tau_post))).toBeLessThan(1e-9)
    expect(Math.abs(side(1) + side(-1))).toBeLessThan(1e-9)
  })

  const graded = neuron({
    name: 'graded', about: 'Leaky integrator.', source: 'none',
    parameters: { tau: ['33.7 ms', 'relaxation'] },
    currents: { I: ['mV', 'drive'] },
    equations: 'dV/dt = (I - V) / tau : mV',
    receptors: { excitatory: 'V += w', nudge: 'V += w' },
  })
  /** A spike at 10 ms, nudges of 1 mV at the lags after it. */
  function nudged(nudges: number[], dt: string): Promise<number[]> {
    const projection = (onto: string, weight: string, delay: Value) => ({
      from: { population: 'spike' }, to: { population: 'units' }, onto, connect: { all_to_all: true } as const, weight, delay,
    })
    return weightsOf({
      seed: 1, dt, precision: 'f64',
      populations: [{ name: 'spike', ...list(one) }, { name: 'units', model: graded, size: nudges.length }],
      inputs: [],
      projections: [
        { name: 'nudges', ...projection('nudge', '1 mV', { list: nudges.map((l) => `${50 + l} ms`) }) },
        { name: 'plastic', ...projection('excitatory', '0 mV', '50 ms'), learning: { rule: rateDerivative, parameters: { eta: '1 weight/mV', tau_pre: '16.8 ms' } } },
      ],
    }, 1000)
  }
  it('gives the closed form for a potential that is nudged, to first order in the step', async () => {
    const nudges = [-40, -20, -5, 5, 20, 40]
    const errors = await Promise.all(['0.2 ms', '0.1 ms', '0.05 ms'].map(async (dt) => (await nudged(nudges, dt)).map((w, k) => w - closed(nudges[k]))))
    nudges.forEach((lag, k) => {
      // sum instead of integral: x at the end of a step for the step, and the step in which the spike came counted in full
      const [decay, share] = [1 / tau_post, 1 / (2 * (tau_pre + tau_post))]
      const first = lag > 0 ? share * Math.exp(-lag / tau_pre) : -(decay - share) * Math.exp(lag / tau_post)
      expect(errors[1][k] / (0.1 * first), `lag ${lag}`).toBeCloseTo(1, 1)
      for (const d of [0, 1]) expect(errors[d][k] / errors[d + 1][k], `lag ${lag}`).toBeCloseTo(2, 1)
    })
  })
  it('is the contrastive increment of equilibrium propagation where the presynaptic unit stays as it is', async () => {
    // free phase at 2 mV, then the drive takes the unit to 5 mV; x stays at 1 for all that matters
    const [w] = await weightsOf({
      seed: 1, dt: '0.1 ms', precision: 'f64',
      populations: [{ name: 'spike', ...list(one) }, { name: 'unit', model: graded, size: 1, initial: { V: '2 mV' } }],
      inputs: [{ name: 'drive', to: { population: 'unit' }, onto: 'I', current: { step: [['0 ms', '2 mV'], ['100 ms', '5 mV']] } }],
      projections: [{
        name: 'plastic', from: { population: 'spike' }, to: { population: 'unit' }, onto: 'excitatory', connect: { all_to_all: true }, weight: '0 mV', delay: '50 ms',
        learning: { rule: rateDerivative, parameters: { eta: '1 weight/mV', tau_pre: '1e15 ms' } },
      }],
    }, 2000)
    expect(Math.abs(w - (5 - 2))).toBeLessThan(1e-9)
  })
})
