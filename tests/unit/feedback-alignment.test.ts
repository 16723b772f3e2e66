/** Backpropagation, feedback alignment and their relatives: gradients, identities and rates that theory gives. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import { linearTeacher, mnistSmall } from '../../datasets/index.ts'
import type { NetworkDescription, ProjectionDescription } from '../../engine/description.ts'
import type { Examples } from '../../engine/examples.ts'
import { createSimulation, type Simulation } from '../../engine/simulation.ts'
import { library } from '../../models/index.ts'
import { kolenPollack, rules, weightMirror } from '../../plasticity/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { alignmentNetwork, reportsOf, type Subnetwork, valuesOf, weightsOf } from '../alignment-network.ts'
import { chance } from '../chance.ts'

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const dot = (a: number[], b: number[]) => a.reduce((s, x, i) => s + x * b[i], 0)
const degrees = (a: number[], b: number[]) => (Math.acos(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))) * 180) / Math.PI
const transposed = (m: number[][]) => m[0].map((_, j) => m.map((row) => row[j]))
const product = (a: number[][], b: number[][]) => a.map((row) => transposed(b).map((column) => dot(row, column)))
const minus = (a: number[][], b: number[][]) => a.map((row, i) => row.map((x, j) => x - b[i][j]))
const plus = (a: number[][], b: number[][]) => a.map((row, i) => row.map((x, j) => x + b[i][j]))
const norm = (m: number[][]) => Math.sqrt(dot(m.flat(), m.flat()))
/** x with m x = b, by elimination. */
function solve(m: number[][], b: number[]): number[] {
  const rows = m.map((row, i) => [...row, b[i]])
  rows.forEach((_, k) => {
    const pivot = rows.slice(k).reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(rows[best][k]) ? k + i : best), k)
    ;[rows[k], rows[pivot]] = [rows[pivot], rows[k]]
    rows.forEach((row, i) => {
      const factor = i === k ? 0 : row[k] / rows[k][k]
      if (factor !== 0) row.forEach((_, j) => void (row[j] -= factor * rows[k][j]))
    })
  })
  return rows.map((row, k) => row[m.length] / row[k])
}

function numbers(count: number, width: number, outputs: number): Examples {
  const random = chance(3)
  return {
    name: 'numbers', count, width, inputs: Float64Array.from({ length: count * width }, () => 2 * random() - 1), scale: 1, outputs,
    wanted: { labels: Uint8Array.from({ length: count }, (_, k) => k % outputs) }, splits: { train: { first: 0, last: count - 1 } },
  }
}
const teacher = (train: number, seed = 1) => linearTeacher({ seed, splits: { train } })
const fixed: Partial<ProjectionDescription> = { weight: { uniform: [-0.5, 0.5] } }
const linear = (back: Partial<ProjectionDescription>, eta: number, more: Partial<Subnetwork> = {}): Subnetwork => ({ name: 'a', hidden: 'linear_hidden', output: 'linear_output', back, parameters: { eta }, ...more })

describe('backpropagation', () => {
  const losses = {
    logistic_output: (y: number[], t: number) => y.reduce((s, v, i) => s + ((i === t ? 1 : 0) - v) ** 2 / 2, 0),
    cross_entropy_output: (y: number[], t: number) => y.reduce((s, v, i) => s - Math.log(i === t ? v : 1 - v), 0),
  }
  it.each(['logistic_output', 'cross_entropy_output'] as const)('changes weights along the gradient: 5-4-3, %s', async (output) => {
    const examples = numbers(1, 5, 3)
    const s = await createSimulation(alignmentNetwork({
      examples, units: 4, weight: { uniform: [-1, 1] }, networks: [{ name: 'a', hidden: 'logistic_hidden', output, back: { weight: { transpose_of: 'out_a' } }, parameters: { eta: 1 } }],
    }))
    const before = { up: weightsOf(s, 'up_a'), out: weightsOf(s, 'out_a') }
    s.run(Infinity)
    const after = { up: weightsOf(s, 'up_a'), out: weightsOf(s, 'out_a') }
    const loss = () => {
      const h = before.up.map((row) => sigmoid(dot(row, [...examples.inputs])))
      return losses[output](before.out.map((row) => sigmoid(dot(row, h))), 0)
    }
    const epsilon = 1e-5
    for (const layer of ['up', 'out'] as const) {
      const rows = before[layer]
      const numeric = rows.map((row) => row.map((w, j) => {
        row[j] = w + epsilon
        const above = loss()
        row[j] = w - epsilon
        const below = loss()
        row[j] = w
        return (below - above) / (2 * epsilon)
      }))
      const change = minus(after[layer], rows)
      expect(norm(change)).toBeGreaterThan(1e-3)
      expect(norm(minus(change, numeric)) / norm(change)).toBeLessThan(1e-6)
    }
  })
})

describe('feedback alignment of a linear network', () => {
  const file = 'scenarios/feedback-alignment-linear.yaml'
  const scenario = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

  it.each([1, 2, 3])('learns as backpropagation does, and comes to the pseudo-inverse of the weights: seed %i', async (seed) => {
    const { description } = loadScenario(scenario, { file, read: () => '', models: { ...library, rules }, seed, precision: 'f64' })
    const s = await createSimulation(description)
    const reports = reportsOf(s)
    s.run(1900 * 3)
    // W+ e = W^T (W W^T)^-1 e
    let angle = 0
    for (let k = 1901; k <= 1950; k++) {
      const W = weightsOf(s, 'out_fa')
      s.run(k * 3)
      const x = solve(product(W, transposed(W)), valuesOf(s, 'output_fa', 'delta'))
      angle += degrees(valuesOf(s, 'hidden_fa', 'delta'), transposed(W).map((row) => dot(row, x))) / 50
    }
    expect(angle).toBeLessThan(10)
    s.run(Infinity)
    const names = description.trials?.blocks[0].measures.map((m) => m.name) ?? []
    const train = (measure: string, report: number) => reports.get('train')?.[report - 1][names.indexOf(measure)] as number
    // each example is seen once, before it is learned: the error is that on new ones
    expect(train('fa', 21)).toBeLessThan(1e-3)
    expect(train('bp', 21)).toBeLessThan(1e-3)
    expect(train('shallow', 21)).toBeGreaterThan(0.97)
    expect(train('angle', 3)).toBeLessThan(45)
    expect(train('weight_angle', 40)).toBeLessThan(40)
  })

  it('keeps B dW = dA A^T in every step', async () => {
    const s = await createSimulation(alignmentNetwork({ examples: teacher(100), units: 20, networks: [linear(fixed, 0.005)] }))
    const B = weightsOf(s, 'back_a')
    for (let k = 1; k <= 100; k++) {
      const [A, W] = [weightsOf(s, 'up_a'), weightsOf(s, 'out_a')]
      s.run(3 * k)
      const [dA, dW] = [minus(weightsOf(s, 'up_a'), A), minus(weightsOf(s, 'out_a'), W)]
      const [left, right] = [product(B, dW), product(dA, transposed(A))]
      expect(norm(left)).toBeGreaterThan(0)
      expect(Math.max(...minus(left, right).flat().map(Math.abs))).toBeLessThan(1e-12)
    }
  })

  it('keeps B W + W^T B^T - A A^T but for a drift in proportion to the learning rate', async () => {
    const drift = async (eta: number, steps: number) => {
      const s = await createSimulation(alignmentNetwork({ examples: teacher(steps), units: 20, networks: [linear(fixed, eta)] }))
      const kept = () => {
        const [A, W, B] = [weightsOf(s, 'up_a'), weightsOf(s, 'out_a'), weightsOf(s, 'back_a')]
        const BW = product(B, W)
        return minus(plus(BW, transposed(BW)), product(A, transposed(A)))
      }
      const start = kept()
      s.run(Infinity)
      return norm(minus(kept(), start))
    }
    const [whole, half, quarter] = [await drift(0.002, 1000), await drift(0.001, 2000), await drift(0.0005, 4000)]
    expect(whole).toBeGreaterThan(1e-3)
    // other examples at each rate: not exactly 2
    for (const ratio of [whole / half, half / quarter]) {
      expect(ratio).toBeGreaterThan(1.7)
      expect(ratio).toBeLessThan(2.3)
    }
  })
})

describe('feedback that is not fixed', () => {
  it('is at a right angle to the gradient if it is drawn anew for every example, and not if it stays', async () => {
    const angle = async (more: Partial<NetworkDescription['trials']> | undefined) => {
      const d = alignmentNetwork({
        examples: teacher(400), units: 50, networks: [linear(fixed, 0.005)],
        blocks: [{ report: 200, measures: [{ name: 'angle', at: 'end:backward', angle: { between: [{ population: 'hidden_a', variable: 'delta' }, { population: 'hidden_a', variable: 'delta_bp' }] } }] }],
      })
      Object.assign(d.trials as object, more)
      const s = await createSimulation(d)
      const reports = reportsOf(s)
      s.run(Infinity)
      return reports.get('train')?.[1][0] as number
    }
    const redrawn = await angle({ phases: { forward: { length: '1 ms', redraw: ['back_a'] }, backward: { length: '2 ms' } } })
    expect(redrawn).toBeGreaterThan(87)
    expect(redrawn).toBeLessThan(93)
    expect(await angle(undefined)).toBeLessThan(60)
  })

  it('of signs is what the signs of the forward weights give', async () => {
    const s = await createSimulation(alignmentNetwork({
      examples: numbers(6, 5, 3), units: 4, weight: { uniform: [-1, 1] },
      networks: [{ name: 'a', hidden: 'logistic_hidden', output: 'logistic_output', back: { weight: { transpose_of: 'out_a', sign: true, times: 0.25 } } }],
    }))
    for (let k = 1; k <= 6; k++) {
      const W = weightsOf(s, 'out_a')
      s.run(3 * k)
      const [delta, h] = [valuesOf(s, 'output_a', 'delta'), valuesOf(s, 'hidden_a', 'h')]
      const expected = transposed(W).map((row, j) => 0.25 * dot(row.map(Math.sign), delta) * h[j] * (1 - h[j]))
      valuesOf(s, 'hidden_a', 'delta').forEach((found, j) => void expect(found).toBeCloseTo(expected[j], 14))
    }
    expect(weightsOf(s, 'back_a').flat().every((w) => Math.abs(w) === 0.25)).toBe(true)
  })

  it('of Kolen and Pollack forgets by (1 - lambda) a step how it differed', async () => {
    const [lambda, steps] = [1e-3, 300]
    const parameters = { eta: 0.005, lambda }
    const back = { weight: { uniform: [-0.5, 0.5] as [number, number] }, learning: { rule: kolenPollack, parameters, reads: { x: 'delta', delta: 'h' } } }
    const s = await createSimulation(alignmentNetwork({
      examples: numbers(steps, 5, 3), units: 6, networks: [{ name: 'a', hidden: 'logistic_hidden', output: 'logistic_output', back, rule: kolenPollack, parameters }],
    }))
    const difference = () => norm(minus(transposed(weightsOf(s, 'out_a')), weightsOf(s, 'back_a')))
    const [start, W] = [difference(), weightsOf(s, 'out_a')]
    for (let k = 1; k <= steps; k++) {
      s.run(3 * k)
      expect(Math.abs(difference() / start - (1 - lambda) ** k)).toBeLessThan(1e-10)
    }
    // the weights themselves have not only decayed
    expect(norm(minus(weightsOf(s, 'out_a'), W))).toBeGreaterThan(0.1)
  })

  it('of the weight mirror becomes the transpose from noise alone', async () => {
    const samples = 10_000
    const d = alignmentNetwork({
      examples: numbers(samples, 5, 10), units: 20, weight: { uniform: [-1, 1] },
      networks: [linear({ weight: 0, learning: { rule: weightMirror, parameters: { eta: 0.01 }, reads: { noise: 'h' } } }, 0, { hidden: 'mirrored_hidden' })],
    })
    d.inputs.push({ name: 'mirror', to: { population: 'hidden_a' }, onto: 'mirror', phases: { mirror: 1 } })
    Object.assign(d.trials as object, { phases: { ...d.trials?.phases, mirror: { length: '1 ms' } }, blocks: [{ name: 'mirroring', split: 'train', phases: ['mirror'], measures: [] }] })
    const s = await createSimulation(d)
    const angle = () => degrees(weightsOf(s, 'back_a').flat(), transposed(weightsOf(s, 'out_a')).flat())
    s.run(100)
    expect(angle()).toBeGreaterThan(10)
    s.run(samples)
    expect(angle()).toBeLessThan(10)
    // its size: eta times the variance of the noise, width^2 / 12, a sample
    const size = norm(weightsOf(s, 'back_a')) / norm(weightsOf(s, 'out_a'))
    expect(size / ((samples * 0.01 * 0.1 ** 2) / 12)).toBeCloseTo(1, 1)
  })
})

describe('digits', () => {
  const port = (population: string, variable: string) => ({ population, variable })
  it.each([1, 2, 3])('are learned by feedback alignment as by backpropagation, and the angles become small: seed %i', async (seed) => {
    const names = ['bp', 'fa', 'shallow']
    const errors = names.map((name) => ({ name, at: 'end:forward' as const, error: { of: port(`output_${name}`, 'y') } }))
    const s: Simulation = await createSimulation(alignmentNetwork({
      examples: mnistSmall(readDataFile, { train: 4000, test: 1000 }), units: 100, seed, precision: 'f32', biases: true, epochs: 2,
      networks: names.map((name) => ({
        name, hidden: 'logistic_hidden', output: 'logistic_output',
        ...(name === 'bp' && { back: { weight: { transpose_of: 'out_bp' } } }), ...(name === 'fa' && { back: fixed }),
      })),
      blocks: [
        {
          report: 1000,
          measures: [
            { name: 'angle', at: 'end:backward', angle: { between: [port('hidden_fa', 'delta'), port('hidden_fa', 'delta_bp')] } },
            { name: 'weights', at: 'end:backward', weight_angle: { between: ['out_fa', 'back_fa'] } },
          ],
        },
        { name: 'test', split: 'test', phases: ['forward'], measures: errors },
      ],
    }))
    const reports = reportsOf(s)
    s.run(Infinity)
    const [bp, fa, shallow] = (reports.get('test') as number[][])[1]
    expect(bp).toBeLessThanOrEqual(0.11)
    expect(fa).toBeLessThanOrEqual(0.12)
    expect(shallow).toBeGreaterThanOrEqual(0.25)
    expect(fa - bp).toBeLessThan(0.03)
    const train = reports.get('train') as number[][]
    for (const [angle] of train.slice(1)) expect(angle).toBeLessThan(45)
    expect((train.at(-1) as number[])[1]).toBeLessThan(45)
  })
})
