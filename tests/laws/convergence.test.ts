import { expect, it } from 'vitest'
import type { NetworkDescription, PopulationDescription } from '../../engine/description.ts'
import type { NeuronDefinition } from '../../engine/model.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'
import { lifExponential } from '../../models/neurons/lif-exponential.ts'
import { list } from './networks.ts'
import { chance, type Outcome, run } from './outcome.ts'

const steps = [0.4, 0.2, 0.1, 0.05, 0.025]
const cells = 150
const duration = 60

const spikes = (() => {
  const u = chance(77)
  const times = Array.from({ length: 900 }, () => 1 + 58 * u())
  return { times, units: times.map(() => Math.floor(u() * 100)) }
})()

function feedForward(
  model: NeuronDefinition,
  receptor: string,
  parameters: Record<string, string>,
  weights: [string, string],
  regime: 'clocked' | 'event_driven',
  dt: number,
): NetworkDescription {
  const layer = (name: string): PopulationDescription => ({
    name,
    size: cells,
    model,
    regime,
    parameters,
    initial: { V: parameters.E_L },
  })
  const onto = { onto: receptor }
  return {
    seed: 3,
    dt: `${dt} ms`,
    precision: 'f64',
    populations: [{ name: 'input', size: 100, model: list, spikes }, layer('first'), layer('second')],
    projections: [
      {
        name: 'in',
        from: { population: 'input' },
        to: { population: 'first' },
        ...onto,
        connect: { in_degree: 20 },
        weight: weights[0],
        delay: '0.777 ms',
      },
      {
        name: 'on',
        from: { population: 'first' },
        to: { population: 'second' },
        ...onto,
        connect: { in_degree: 15 },
        weight: weights[1],
        delay: '1.6 ms',
      },
    ],
    inputs: [],
  }
}

function firstSpikes(o: Outcome): Map<string, number> {
  const first = new Map<string, number>()
  for (const p of ['first', 'second']) {
    const units = o.get(`events ${p}: sources`) ?? []
    o.get(`events ${p}: times`)?.forEach((t, k) => {
      const key = `${p} ${units[k]}`
      if (!first.has(key)) first.set(key, t)
    })
  }
  return first
}

/** Slope of log error against log step. */
function order(errors: number[]): number {
  const x = steps.map(Math.log)
  const y = errors.map(Math.log)
  const mean = (l: number[]) => l.reduce((a, b) => a + b, 0) / l.length
  const [mx, my] = [mean(x), mean(y)]
  return x.reduce((s, v, k) => s + (v - mx) * (y[k] - my), 0) / x.reduce((s, v) => s + (v - mx) ** 2, 0)
}

it.each<{ model: NeuronDefinition; receptor: string; parameters: Record<string, string>; weights: [string, string] }>([
  { model: lifExponential, receptor: 'excitatory', parameters: { E_L: '-60 mV' }, weights: ['6 mV', '6 mV'] },
  { model: lifDelta, receptor: 'soma', parameters: { E_L: '0 mV', I_0: '21 mV' }, weights: ['0.6 mV', '0.6 mV'] },
])(
  'halving the step halves the distance to the exact spike times: $model.name',
  async ({ model, receptor, parameters, weights }) => {
    const exact = firstSpikes(
      (await run(feedForward(model, receptor, parameters, weights, 'event_driven', 0.1), [duration])).outcome,
    )
    expect(exact.size).toBeGreaterThan(1.8 * cells)
    const errors: number[] = []
    for (const dt of steps) {
      const found = firstSpikes(
        (await run(feedForward(model, receptor, parameters, weights, 'clocked', dt), [duration])).outcome,
      )
      // a unit that fires in one regime only would be hidden by looking at the others
      const missing = [...exact.keys()].filter((k) => !found.has(k)).length
      expect(missing).toBeLessThanOrEqual(0.02 * exact.size)
      const all = [...exact].filter(([k]) => found.has(k)).map(([k, t]) => Math.abs((found.get(k) as number) - t))
      errors.push(all.reduce((a, b) => a + b, 0) / all.length)
    }
    const slope = order(errors)
    const text = `mean errors ${errors.map((e) => e.toFixed(4)).join(', ')} ms at steps ${steps.join(', ')} ms: order ${slope.toFixed(3)}`
    console.info(`${model.name}: ${text}`)
    expect(slope, text).toBeGreaterThan(0.8)
    expect(slope, text).toBeLessThan(1.2)
  },
)
