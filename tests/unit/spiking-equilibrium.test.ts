/** Equilibrium propagation by spikes: the same fixed point as with activities sent as they are, the same weights both ways, and learning. */
import { describe, expect, test } from 'vitest'
import type { NetworkDescription, ProjectionDescription } from '../../engine/description.ts'
import type { Examples } from '../../engine/examples.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { sigmaDeltaHidden, sigmaDeltaInput, sigmaDeltaOutput } from '../../models/index.ts'
import { equilibriumPropagation, equilibriumPropagationClamped } from '../../plasticity/index.ts'
import { chance } from '../chance.ts'
import { equilibriumNetwork, layerName, type Parameters, parametersOf, settle, statesOf } from './equilibrium-network.ts'

const sizes = [6, 8, 5, 3]
function network(seed: number, free: number, weak: number, alpha: number, parameters: Record<string, number> = {}): { description: NetworkDescription; x: number[] } {
  const random = chance(seed)
  const x = Array.from({ length: sizes[0] }, () => random())
  const examples: Examples = { name: 'one', count: 1, width: sizes[0], inputs: Float64Array.from(x), scale: 1, outputs: 3, wanted: { labels: Uint8Array.of(1) }, splits: { train: { first: 0, last: 0 } } }
  const all = { all_to_all: true } as const
  const layers = [1, 2, 3]
  // inputs only encode
  const coding = Object.fromEntries(Object.entries(parameters).filter(([name]) => name.endsWith('lambda')))
  const up = (name: string, from: string, to: number): ProjectionDescription => ({
    name, from: { population: from }, to: { population: layerName(to) }, onto: 'neighbours', connect: all, weight: { uniform: [-0.35, 0.35] }, delay: '1 ms',
    learning:
      from === 'one' || from === 'input'
        ? { rule: equilibriumPropagationClamped, parameters: { alpha }, reads: { x: 's', s_post: 's', s_post_free: 's_free' } }
        : { rule: equilibriumPropagation, parameters: { alpha }, reads: { s_pre: 's', s_pre_free: 's_free', s_post: 's', s_post_free: 's_free' } },
  })
  const description: NetworkDescription = {
    seed, dt: '1 ms', precision: 'f64',
    populations: [
      { name: 'one', model: sigmaDeltaInput, size: 1, parameters: coding },
      ...sizes.map((size, k) => ({ name: layerName(k), model: [sigmaDeltaInput, sigmaDeltaHidden, sigmaDeltaHidden, sigmaDeltaOutput][k], size, parameters: k === 0 ? coding : parameters })),
    ],
    projections: layers.flatMap((k) => [
      up(`w.${k}`, layerName(k - 1), k), up(`b.${k}`, 'one', k),
      ...(k > 1 ? [{ name: `v.${k}`, from: { population: layerName(k) }, to: { population: layerName(k - 1) }, onto: 'neighbours', connect: all, weight: { transpose_of: `w.${k}` }, delay: '1 ms' }] : []),
    ]),
    inputs: [
      { name: 'bias', to: { population: 'one' }, onto: 'I', current: { constant: 1 } },
      { name: 'pixels', to: { population: 'input' }, onto: 'I', example: {} },
      { name: 'label', to: { population: 'layer_3' }, onto: 'target', wanted: {} },
      ...layers.map((k) => ({ name: `nudge.${k}`, to: { population: layerName(k) }, onto: 'beta', phases: { weak: 0.5 } })),
    ],
    trials: { examples, epochs: 1, phases: { free: { length: `${free} ms` }, weak: { length: `${weak} ms` } }, blocks: [{ name: 'train', split: 'train', phases: ['free', 'weak'], measures: [] }] },
    record: { events: [] },
  }
  return { description, x }
}

const mean = (a: number[]) => a.reduce((x, y) => x + y) / a.length
const apart = (a: number[], b: number[]) => mean(a.map((v, i) => Math.abs(v - b[i])))
const dot = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * b[i], 0)
const flat = ({ weights, biases }: Parameters) => [...weights.flat(2), ...biases.flat()]

describe('units that send spikes', () => {
  /** Mean distance from the fixed point of units that send what they are, after so many steps. */
  const distances = async (seed: number, steps: number[], parameters: Record<string, number> = {}) => {
    const { description, x } = network(seed, 500, 10, 0, parameters)
    const s = await createSimulation(description)
    const rest = settle(parametersOf(s, sizes), x, 500).flat()
    return steps.map((step) => {
      s.run(step)
      return apart(statesOf(s, sizes).flat(), rest)
    })
  }
  test('come ever nearer to the fixed point of the activities as their step and their memory are annealed', async () => {
    const steps = [10, 50, 150, 500]
    const seeds = [1, 2, 3]
    const annealed = await Promise.all(seeds.map((seed) => distances(seed, steps)))
    const held = await Promise.all(seeds.map((seed) => distances(seed, steps, { eta_lambda: 0, eta_epsilon: 0 })))
    for (const d of annealed) expect(d[2]).toBeLessThan(0.05)
    const course = steps.map((_, k) => mean(annealed.map((d) => d[k])))
    for (let k = 1; k < course.length; k++) expect(course[k]).toBeLessThan(course[k - 1])
    expect(course[2]).toBeLessThan(mean(held.map((d) => d[2])) / 5)
  })

  test('fire as often as they are active', async () => {
    const { description } = network(1, 400, 10, 0)
    const s = await createSimulation({ ...description, record: { events: ['layer_1'] } })
    const counts = new Array<number>(sizes[1]).fill(0)
    s.recording = { sample: () => {}, weights: () => {}, advance: () => {}, events: (_name, _times, units, _kinds, count) => units.slice(0, count).forEach((u) => void counts[u]++) }
    s.run(400)
    // a bit more or less is in p, and the first steps were on the way
    counts.forEach((n, i) => void expect(Math.abs(n - 400 * statesOf(s, sizes)[0][i])).toBeLessThan(3))
    expect(Math.max(...counts)).toBeGreaterThan(100)
  })

  test.each([1, 2, 3])('learn what they would if they sent what they are, and the way back has the weights that were learned: seed %i', async (seed) => {
    const { description, x } = network(seed, 500, 200, 0.5)
    const trials = description.trials as NonNullable<typeof description.trials>
    const s = await createSimulation({ ...description, trials: { ...trials, epochs: 2 } })
    const before = parametersOf(s, sizes)
    s.run(701)
    const after = parametersOf(s, sizes)
    const plain = await createSimulation(equilibriumNetwork({ examples: trials.examples, sizes, beta: 0.5, alpha: [0.5, 0.5, 0.5], spread: 0.35, biasSpread: 0.35, seed, trials: { ...trials, epochs: 1 } }))
    expect(parametersOf(plain, sizes)).toEqual(before)
    plain.run(Infinity)
    const start = flat(before)
    const [change, wanted] = [after, parametersOf(plain, sizes)].map((p) => flat(p).map((w, i) => w - start[i]))
    expect(dot(change, wanted) / Math.sqrt(dot(change, change) * dot(wanted, wanted))).toBeGreaterThan(0.99)
    // the second trial settles with the weights that the first has left, both ways
    s.run(1200)
    const rest = settle(after, x, 500).flat()
    expect(apart(statesOf(s, sizes).flat(), rest)).toBeLessThan(0.005)
    expect(apart(rest, settle(before, x, 500).flat())).toBeGreaterThan(0.05)
  })
})
