/** Equilibrium propagation: the network goes down its energy, its weights down the gradient of the cost, and it learns digits. */
import { describe, expect, test } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import { mnistSmall } from '../../datasets/index.ts'
import type { Examples } from '../../engine/examples.ts'
import type { NeuronDefinition } from '../../engine/model.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { equilibriumPropagationContinuous } from '../../plasticity/index.ts'
import { chance } from '../chance.ts'
import { cost, energy, type EquilibriumOptions, equilibriumNetwork, type Parameters, parametersOf, settle, statesOf } from './equilibrium-network.ts'

const sizes = [6, 8, 5, 3]
const wantedClass = 1
const target = [0, 1, 0]
function oneExample(seed: number): { examples: Examples; x: number[] } {
  const random = chance(seed)
  const x = Array.from({ length: sizes[0] }, () => random())
  return { x, examples: { name: 'one', count: 1, width: sizes[0], inputs: Float64Array.from(x), scale: 1, outputs: 3, wanted: { labels: Uint8Array.of(wantedClass) }, splits: { train: { first: 0, last: 0 } } } }
}
type Kind = NonNullable<EquilibriumOptions['kind']>
/** One example, shown once, to a network of weights within 0.35. */
function once(seed: number, kind: Kind, beta: number, alpha: number, tau = '2 ms', length = 150) {
  const { examples, x } = oneExample(seed)
  const names = kind === 'centred' ? ['free', 'plus', 'minus'] : ['free', 'weak']
  const phases = Object.fromEntries(names.map((n) => [n, { length: `${length} ms` }]))
  const description = equilibriumNetwork({
    examples, sizes, kind, beta, seed, alpha: sizes.slice(1).map(() => alpha), spread: 0.35, biasSpread: 0.35, tau,
    trials: { epochs: 1, phases, blocks: [{ name: 'train', split: 'train', phases: names, measures: [] }] },
  })
  return { description, x }
}

describe('units of equilibrium propagation', () => {
  test.each([[0, 1], [1, 2], [0.5, 3], [20, 4]])('never go up their energy: beta %f, seed %i', async (beta, seed) => {
    // dt / tau = 0.1; with beta 20 the output alone has a slope of 21, so there 0.04
    const { description, x } = once(seed, 'one-sided', beta, 0, beta > 10 ? '25 ms' : '10 ms', 120)
    const s = await createSimulation(description)
    const parameters = parametersOf(s, sizes)
    for (const [from, nudge] of [[0, 0], [120, beta]]) {
      s.run(from)
      let before = energy(parameters, x, statesOf(s, sizes), nudge, target)
      const start = before
      for (let t = from + 1; t <= from + 120; t++) {
        s.run(t)
        const now = energy(parameters, x, statesOf(s, sizes), nudge, target)
        expect(now).toBeLessThanOrEqual(before + 1e-14)
        before = now
      }
      // without a nudge the second phase is where the first has ended
      if (from === 0 || nudge > 0) expect(before).toBeLessThan(start - 1e-4)
    }
  })

  test.each([1, 2, 3])('come to rest at the fixed point of a plain computation: seed %i', async (seed) => {
    const { description, x } = once(seed, 'one-sided', 0, 0, '2 ms', 500)
    const s = await createSimulation(description)
    s.run(499)
    const before = statesOf(s, sizes).flat()
    s.run(500)
    const after = statesOf(s, sizes).flat()
    expect(Math.max(...after.map((v, i) => Math.abs(v - before[i])))).toBeLessThan(1e-6)
    const plain = settle(parametersOf(s, sizes), x, 500).flat()
    expect(Math.max(...after.map((v, i) => Math.abs(v - plain[i])))).toBeLessThan(1e-12)
    expect(new Set(after.map((v) => v.toFixed(6))).size).toBeGreaterThan(8)
  })
})

const flat = ({ weights, biases }: Parameters) => [...weights.flat(2), ...biases.flat()]
const dot = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * b[i], 0)

/** dJ/d(every weight and bias) at the free fixed point, J = 1/2 |y - target|^2, by central differences. */
function gradient(parameters: Parameters, x: number[]): number[] {
  const h = 1e-5
  const rows = [...parameters.weights.flat(), ...parameters.biases]
  return rows.flatMap((row) =>
    row.map((value, i) => {
      const J = (v: number) => {
        row[i] = v
        return cost(settle(parameters, x, 150).at(-1) as number[], target)
      }
      const slope = (J(value + h) - J(value - h)) / (2 * h)
      row[i] = value
      return slope
    }),
  )
}

/** What one trial does to the weights with a learning rate of 1. */
async function change(seed: number, kind: Kind, beta: number) {
  const { description, x } = once(seed, kind, beta, 1)
  const s = await createSimulation(description)
  const start = parametersOf(s, sizes)
  s.run(Infinity)
  const before = flat(start)
  return { start, x, change: flat(parametersOf(s, sizes)).map((w, i) => w - before[i]) }
}

describe('the weight change of equilibrium propagation', () => {
  const errors = async (seed: number, kind: Kind, betas: number[]) => {
    const { start, x } = await change(seed, kind, betas[0])
    const slope = gradient(start, x).map((v) => -v)
    return Promise.all(betas.map(async (beta) => {
      const found = (await change(seed, kind, beta)).change
      const norm = Math.sqrt(dot(slope, slope))
      return { cosine: dot(found, slope) / norm / Math.sqrt(dot(found, found)), relative: Math.sqrt(found.reduce((sum, v, i) => sum + (v - slope[i]) ** 2, 0)) / norm }
    }))
  }

  test.each([1, 2, 3])('is the gradient of the cost: seed %i', async (seed) => {
    const [small] = await errors(seed, 'one-sided', [0.01])
    expect(small.cosine).toBeGreaterThan(0.999)
    expect(small.relative).toBeLessThan(0.03)
    const [centred] = await errors(seed, 'centred', [0.01])
    expect(centred.cosine).toBeGreaterThan(0.9999)
    expect(centred.relative).toBeLessThan(1e-3)
  })

  test('is wrong in proportion to beta, and centred to its square', async () => {
    const [a, b] = await errors(1, 'one-sided', [0.02, 0.01])
    expect(a.relative / b.relative).toBeCloseTo(2, 1)
    const [c, d] = await errors(1, 'centred', [0.02, 0.01])
    expect(c.relative / d.relative).toBeGreaterThan(3.8)
    expect(c.relative / d.relative).toBeLessThan(4.2)
  })

  test.each([1, 2, 3])('is the sum over the nudge of activity times rate of change of the other side: seed %i', async (seed) => {
    const { description } = once(seed, 'one-sided', 0.5, 1)
    // the same connections again, learned all the time, onto a current that no activity depends on
    const described = {
      ...description,
      populations: description.populations.map((p) => {
        if (!p.name.startsWith('layer')) return p
        const model = p.model as NeuronDefinition
        return { ...p, model: { ...model, currents: { ...model.currents, unheard: ['1', 'of connections that only learn'] as [string, string] }, equations: `${model.equations}\nnext heard = unheard : 1` } }
      }),
      projections: description.projections.flatMap((p) => {
        if (!p.learning) return [p]
        const x = p.graded?.sends as string
        const reads = { s_pre: x, s_pre_last: x === 's' ? 's_last' : x, s_post: 's', s_post_last: 's_last' }
        return [p, { ...p, name: `${p.name}.continuous`, onto: 'unheard', weight: 0, learning: { rule: equilibriumPropagationContinuous, parameters: { alpha: 1 }, reads } }]
      }),
    }
    const s = await createSimulation(described)
    const weights = (name: string) => [...(s.network.projections.get(name)?.weights().weights ?? [])]
    const names = description.projections.filter((p) => p.learning).map((p) => p.name)
    const before = names.map(weights)
    s.run(Infinity)
    const furthest = (a: number[], b: number[]) => Math.max(...a.map((v, i) => Math.abs(v - b[i])))
    for (const [k, name] of names.entries()) {
      const contrastive = weights(name).map((w, i) => w - before[k][i])
      expect(Math.max(...contrastive.map(Math.abs))).toBeGreaterThan(0.005)
      expect(furthest(weights(`${name}.continuous`), contrastive)).toBeLessThan(1e-10)
    }
  })
})

describe('digits', () => {
  const small = mnistSmall(readDataFile, { train: 4000, test: 1000 })
  const errors = async (seed: number, randomSign: boolean) => {
    const glorot = (n: number, m: number) => Math.sqrt(6 / (n + m))
    const description = equilibriumNetwork({
      examples: small, sizes: [784, 100, 10], copies: 20, precision: 'f32', seed, beta: 1, randomSign, alpha: [0.1, 0.05], spread: [glorot(784, 100), glorot(100, 10)],
      trials: {
        epochs: 3, phases: { free: { length: '20 ms' }, weak: { length: '4 ms' } },
        remember: ['layer_1', 'layer_2'].map((population) => ({ of: { population, variable: 's' }, at: 'end:free' })),
        blocks: [
          { name: 'train', split: 'train', phases: ['free', 'weak'], measures: [] },
          { name: 'test', split: 'test', phases: ['free'], measures: [{ name: 'error', at: 'end:free', error: { of: { population: 'layer_2', variable: 's' } } }] },
        ],
      },
    })
    const s = await createSimulation(description)
    const found: number[] = []
    s.recording = { events: () => {}, weights: () => {}, advance: () => {}, sample: (name, _time, values) => void (name === 'test' && found.push(values[0])) }
    s.run(Infinity)
    return found
  }
  test('are learned, with either sign of the nudge or one, three seeds', async () => {
    const [random, fixed] = [[] as number[], [] as number[]]
    for (const seed of [1, 2, 3]) {
      random.push((await errors(seed, true))[2])
      fixed.push((await errors(seed, false))[2])
    }
    for (const e of random) expect(e).toBeLessThanOrEqual(0.12)
    const mean = (a: number[]) => a.reduce((x, y) => x + y) / a.length
    expect(mean(random)).toBeLessThanOrEqual(mean(fixed) + 0.01)
  })
})
