/** Neurons with segregated dendrites: postsynaptic potentials, somata, rates, plateau potentials and what synapses learn from them. */
import { describe, expect, test } from 'vitest'
import type { NetworkDescription, PopulationDescription, ProjectionDescription } from '../../engine/description.ts'
import type { Examples } from '../../engine/examples.ts'
import type { ClockedPopulation } from '../../engine/population.ts'
import { createSimulation, type Simulation } from '../../engine/simulation.ts'
import { drawLonger } from '../../engine/trial-draws.ts'
import { library } from '../../models/index.ts'
import { outputRateDifference, plateauDifference } from '../../plasticity/index.ts'

const model = (name: string) => {
  const found = library.neurons.get(name) ?? library.sources.get(name)
  if (!found) throw new Error(`no model ${name}`)
  return found
}
const of = (s: Simulation, population: string, variable: string) => (s.network.populations.get(population) as ClockedPopulation).variable(variable)?.view as Float64Array
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const kappa = (t: number) => (Math.exp(-t / 10) - Math.exp(-t / 3)) / 7

function network(populations: PopulationDescription[], more: Partial<NetworkDescription> = {}): NetworkDescription {
  return { seed: 5, dt: '1 ms', precision: 'f64', populations, projections: [], inputs: [], record: { events: [] }, ...more }
}

describe('postsynaptic potentials', () => {
  for (const [name, last, sum] of [['segregated_hidden', 10, 0.51041], ['segregated_hidden_full_kernel', Infinity, 0.997]] as const) {
    test(`of ${name} are the difference of two exponentials`, async () => {
      const s = await createSimulation(network(
        [{ name: 'axon', model: model('spike_list'), size: 1, spikes: { times: [5], units: [0] } }, { name: 'cell', model: model(name), size: 1, parameters: { V_R: 0 } }],
        { projections: [{ name: 'p', from: { population: 'axon' }, to: { population: 'cell' }, onto: 'basal', connect: { all_to_all: true }, weight: 1, delay: '1 ms' }] },
      ))
      let total = 0
      for (let k = 0; k <= 150; k++) {
        s.run(6 + k)
        const now = (of(s, 'cell', 'long_basal')[0] - of(s, 'cell', 'short_basal')[0]) / 7
        expect(Math.abs(now - (k <= last ? kappa(k) : 0))).toBeLessThan(1e-15)
        total += now
      }
      expect(total).toBeCloseTo(sum, 3)
    })
  }
  test('the integral of all of it is one, and its peak 0.0597 per ms after 5.16 ms', () => {
    let [integral, peak, at] = [0, 0, 0]
    for (let t = 0.0005; t < 300; t += 0.001) {
      integral += kappa(t) * 0.001
      if (kappa(t) > peak) [peak, at] = [kappa(t), t]
    }
    expect(integral).toBeCloseTo(1, 6)
    expect(peak).toBeCloseTo(0.05969, 5)
    expect(at).toBeCloseTo(5.16, 2)
  })
})

describe('somata', () => {
  const taught = (g_E: number, g_I: number, b: number) =>
    createSimulation(network([{ name: 'y', model: model('segregated_output'), size: 1 }], {
      inputs: [
        { name: 'e', to: { population: 'y' }, onto: 'g_E', current: { constant: `${g_E} 1/ms` } },
        { name: 'i', to: { population: 'y' }, onto: 'g_I', current: { constant: `${g_I} 1/ms` } },
        { name: 'b', to: { population: 'y' }, onto: 'b', current: { constant: b } },
      ],
    }))
  test('of the output oscillate in forward Euler as in the published program when they are taught', async () => {
    const s = await taught(1, 0, 0)
    const V = [8, 2.4, 6.32, 3.576, 5.4968, 4.15224, 5.093432].map((_, k) => {
      s.run(k + 1)
      return of(s, 'y', 'V')[0]
    })
    V.forEach((v, k) => void expect(Math.abs(v - [8, 2.4, 6.32, 3.576, 5.4968, 4.15224, 5.093432][k])).toBeLessThan(1e-12))
    s.run(60)
    expect(of(s, 'y', 'V')[0]).toBeCloseTo(8 / 1.7, 6)
  })
  test('taught, fire at the published rates, and others do not always fall silent', async () => {
    const rates = async (g_E: number, g_I: number) =>
      Promise.all([-6, 0, 3, 6, 12].map(async (b) => {
        const s = await taught(g_E, g_I, b)
        s.run(60)
        return 200 * sigmoid(of(s, 'y', 'V')[0])
      }))
    ;(await rates(1, 0)).forEach((rate, k) => void expect(Math.abs(rate - [186.0, 198.2, 199.4, 199.8, 200.0][k])).toBeLessThan(0.06))
    ;(await rates(0, 1)).forEach((rate, k) => void expect(Math.abs(rate - [0.22, 1.79, 5.08, 14.0, 76.9][k])).toBeLessThan(0.06))
  })
})

test('input units fire in a step with probability rate times step, and the mean of a window has the mean and variance that follow', async () => {
  const units = 4000
  const s = await createSimulation(network([{ name: 'x', model: model('segregated_input'), size: units }], {
    inputs: [{ name: 'r', to: { population: 'x' }, onto: 'phi', current: { constant: '0.2 1/ms' } }],
  }))
  const x = s.network.populations.get('x') as ClockedPopulation
  s.run(30)
  x.hear('phase:forward')
  s.run(50)
  x.hear('end:forward')
  const means = [...of(s, 'x', 's_mean')].slice(0, units)
  // a spike u steps before the last counts with the mean of kappa over those of its ten steps that lie in the window
  const weight = Array.from({ length: 30 }, (_, u) => Array.from({ length: 20 }, (_, k) => u - k).reduce((sum, age) => sum + (age >= 0 && age < 10 ? kappa(age + 1) : 0), 0) / 20)
  const mean = 0.2 * weight.reduce((a, w) => a + w, 0)
  const variance = 0.2 * 0.8 * weight.reduce((a, w) => a + w * w, 0)
  const found = means.reduce((a, v) => a + v, 0) / units
  const spread = means.reduce((a, v) => a + (v - found) ** 2, 0) / (units - 1)
  expect(Math.abs(mean - 0.2 * 0.51041)).toBeLessThan(1e-5)
  expect(Math.abs(found - mean)).toBeLessThan(3.5 * Math.sqrt(variance / units))
  // standard error of a variance of nearly normal numbers
  expect(Math.abs(spread - variance)).toBeLessThan(4 * variance * Math.sqrt(2 / units))
})

describe('draws of a trial', () => {
  test('phases are longer by the integer part of an inverse Gaussian', () => {
    const draws = Array.from({ length: 40000 }, (_, k) => drawLonger({ wald: { mean: 2, scale: 1 } }, [1, 2], k, 0))
    const share = (low: number, high: number) => draws.filter((d) => d >= low && d <= high).length / draws.length
    expect(draws.reduce((a, d) => a + d, 0) / draws.length).toBeCloseTo(1.52, 1)
    expect(Math.abs(share(0, 0) - 0.49)).toBeLessThan(0.01)
    expect(share(0, 4)).toBeGreaterThan(0.89)
    expect(share(0, 14)).toBeGreaterThan(0.985)
    expect(share(0, 14)).toBeLessThan(0.995)
  })
  test('asynchronous plateaus are 0 to 5 ms early, as |N(0, 3 ms)| says', async () => {
    const units = 20000
    const s = await createSimulation(network([{ name: 'h', model: model('segregated_hidden_asynchronous'), size: units }]))
    ;(s.network.populations.get('h') as ClockedPopulation).hear('phase:forward')
    const early = [...of(s, 'h', 'early')].slice(0, units)
    ;[0.2611, 0.2339, 0.1877, 0.1349, 0.0868, 0.0956].forEach((p, k) => {
      const found = early.filter((e) => e === k).length / units
      expect(Math.abs(found - p), `${k} ms`).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / units))
    })
  })
  test('an asynchronous plateau leaves out the last steps of the window', async () => {
    const s = await createSimulation(network([{ name: 'h', model: model('segregated_hidden_asynchronous'), size: 64 }], {
      inputs: [{ name: 'a', to: { population: 'h' }, onto: 'A', current: { ramp: { from: 0, to: 1, start: '0 ms', stop: '100 ms' } } }],
    }))
    const h = s.network.populations.get('h') as ClockedPopulation
    s.run(30)
    h.hear('phase:forward')
    s.run(50)
    h.hear('end:forward')
    const early = of(s, 'h', 'early')
    // the step that ends at t sees the current at t - 1
    for (let i = 0; i < 64; i++) {
      const steps = Array.from({ length: 20 - early[i] }, (_, k) => (30 + k) / 100)
      expect(Math.abs(of(s, 'h', 'plateau_forward')[i] - sigmoid(steps.reduce((a, v) => a + v, 0) / steps.length))).toBeLessThan(1e-12)
    }
    expect(new Set(early.slice(0, 64)).size).toBeGreaterThan(3)
  })
})

describe('learning', () => {
  const examples: Examples = {
    name: 'two', count: 2, width: 2, inputs: Float64Array.of(1, 0.3, 0.2, 0.9), scale: 1, outputs: 2, wanted: { labels: Uint8Array.of(0, 1) }, splits: { train: { first: 0, last: 1 } },
  }
  const all = { all_to_all: true } as const
  const spikes = (name: string, from: string, to: string, onto: string, delay: string, more: Partial<ProjectionDescription>): ProjectionDescription => ({
    name, from: { population: from }, to: { population: to }, onto, connect: all, weight: { uniform: [-1, 2] }, delay, ...more,
  })
  const description = network(
    [
      { name: 'x', model: model('segregated_input_full_kernel'), size: 2 },
      { name: 'h', model: model('segregated_hidden_full_kernel'), size: 2, plateaus: true },
      { name: 'y', model: model('segregated_output_full_kernel'), size: 2 },
    ],
    {
      projections: [
        spikes('up', 'x', 'h', 'basal', '0 ms', { learning: { rule: plateauDifference } }),
        spikes('out', 'h', 'y', 'basal', '0 ms', { learning: { rule: outputRateDifference } }),
        spikes('back', 'y', 'h', 'apical', '1 ms', { weight: { uniform: [-3, 3] } }),
        { ...spikes('compared', 'y', 'h', 'E_bp', '0 ms', {}), graded: { sends: 'delta', at: 'end:target' }, weight: { transpose_of: 'out' } },
      ],
      inputs: [
        { name: 'pixels', to: { population: 'x' }, onto: 'phi', example: { times: '0.2 1/ms' } },
        { name: 'on', to: { population: 'y' }, onto: 'g_E', wanted: { hot: '1 1/ms', cold: '0 1/ms', during: ['settle_target', 'target'] } },
        { name: 'off', to: { population: 'y' }, onto: 'g_I', wanted: { hot: '0 1/ms', cold: '1 1/ms', during: ['settle_target', 'target'] } },
      ],
      trials: {
        examples, epochs: 1,
        phases: { settle: { length: '30 ms' }, forward: { length: '20 ms' }, settle_target: { length: '30 ms' }, target: { length: '20 ms' } },
        blocks: [{ name: 'train', split: 'train', phases: ['settle', 'forward', 'settle_target', 'target'], measures: [] }],
      },
      record: { events: ['h'] },
    },
  )
  const weights = (s: Simulation, name: string) => [...(s.network.projections.get(name)?.weights().weights ?? [])]

  test('feedback that is graded cannot have the weights of spikes that no rule on matrices changes', async () => {
    const fixed = description.projections.map((p) => (p.name === 'out' ? { ...p, learning: undefined } : p))
    await expect(createSimulation({ ...description, projections: fixed })).rejects.toThrow('projections.compared.weight.transpose_of: "out" sends spikes, and has no full matrix that a rule changes')
  })

  test('follows the difference of plateau potentials and of rates, to the last bit of what the equations say', async () => {
    const s = await createSimulation(description)
    const kept: { plateaus: number[] } = { plateaus: [] }
    s.recording = { weights: () => {}, advance: () => {}, sample: () => {}, events: (_p, times, _s, kinds, n) => void kept.plateaus.push(...[...times.slice(0, n)].filter((_, k) => kinds[k] & 8)) }
    const [W, V] = [weights(s, 'up'), weights(s, 'out')]
    s.run(101)
    const [x, h] = [of(s, 'x', 's_mean'), of(s, 'h', 's_mean')]
    const share = 0.8571428571428571
    const expected = (before: number[], pre: Float64Array, population: string, a: string, b: string) =>
      before.map((w, k) => {
        const [j, i] = [Math.floor(k / 2), k % 2]
        const [target, forward, slope] = [a, b, 'slope'].map((v) => of(s, population, v)[i])
        return w + 0.21 * 20 * share * pre[j] * (target - forward) * slope
      })
    const close = (a: number[], b: number[]) => Math.max(...a.map((v, k) => Math.abs(v - b[k])))
    expect(close(weights(s, 'up'), expected(W, x, 'h', 'plateau_target', 'plateau_forward'))).toBeLessThan(1e-14)
    expect(close(weights(s, 'out'), expected(V, h, 'y', 'rate_target', 'rate_forward'))).toBeLessThan(1e-14)
    expect(weights(s, 'up').some((w, k) => w !== W[k])).toBe(true)
    // what backpropagation would send: weights as they were, times the error of the output
    for (let i = 0; i < 2; i++) {
      const sent = V[2 * i] * of(s, 'y', 'delta')[0] + V[2 * i + 1] * of(s, 'y', 'delta')[1]
      expect(Math.abs(of(s, 'h', 'delta_bp')[i] - sent * of(s, 'h', 'slope')[i])).toBeLessThan(1e-14)
    }
    // plateau potentials are events: one of every hidden neuron for each of the two phases, in the step after its end
    expect(kept.plateaus.sort((a, b) => a - b)).toEqual([51, 51, 101, 101])
  })
  test('a plateau potential that is larger with than without teaching strengthens active synapses', async () => {
    const s = await createSimulation(description)
    const before = weights(s, 'up')
    s.run(101)
    const after = weights(s, 'up')
    for (let k = 0; k < 4; k++) {
      const [j, i] = [Math.floor(k / 2), k % 2]
      const difference = of(s, 'h', 'plateau_target')[i] - of(s, 'h', 'plateau_forward')[i]
      expect(Math.sign(after[k] - before[k])).toBe(Math.sign(difference * of(s, 'x', 's_mean')[j]))
    }
  })
})
