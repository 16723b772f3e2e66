/** Graded networks, trials and rules on whole matrices: everything beside a plain computation in the test. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { NetworkDescription, ProjectionDescription } from '../../engine/description.ts'
import type { Examples } from '../../engine/examples.ts'
import type { NeuronDefinition, RuleDefinition } from '../../engine/model.ts'
import type { ClockedPopulation } from '../../engine/population.ts'
import { createSimulation, type Simulation } from '../../engine/simulation.ts'

const about = { about: 'A unit.', source: 'none: a test', receptors: {}, parameters: {} }
const clamped: NeuronDefinition = { ...about, name: 'clamped', currents: { I: ['1', 'input'] }, equations: 'next x = I : 1' }
const hidden: NeuronDefinition = {
  ...about, name: 'hidden', currents: { I: ['1', 'input'], E: ['1', 'error'] },
  equations: 'now = sigmoid(I) : 1\nnext h = now : 1\nnext delta = E * now * (1 - now) : 1',
}
const output: NeuronDefinition = {
  ...about, name: 'output', currents: { I: ['1', 'input'], target: ['1', 'wanted'] },
  equations: 'now = sigmoid(I) : 1\nnext y = now : 1\nnext delta = (target - now) * now * (1 - now) : 1',
}
const deltaRule: RuleDefinition = {
  name: 'delta_rule', about: 'Error times activity.', source: 'none: a test', parameters: { eta: ['0.5 weight', 'learning rate'], decay: [0.01, 'of weights'] },
  pre_neuron: { x: ['1', 'activity'] }, neuron: { delta: ['1', 'error'] }, on: { 'end:backward': 'w += eta * x * delta - decay * w' },
}
const [inputs, units, outputs, count] = [5, 7, 3, 12]
const value = (k: number) => ((k * 37) % 11) / 11 - (k % 4 === 0 ? ((k * 37) % 11) / 11 : 0)
const examples: Examples = {
  name: 'numbers', count, width: inputs, inputs: Float64Array.from({ length: count * inputs }, (_, k) => value(k)), scale: 1, outputs,
  wanted: { labels: Uint8Array.from({ length: count }, (_, k) => (k * 7) % outputs) }, splits: { train: { first: 0, last: count - 1 } },
}

function network(precision: 'f32' | 'f64', copies: number, epochs: number, more: Partial<NetworkDescription> = {}): NetworkDescription {
  const all = { all_to_all: true } as const
  const projection = (name: string, from: string, to: string, onto: string, sends: string, delay: string, rest: Partial<ProjectionDescription>): ProjectionDescription => ({
    name, from: { population: from }, to: { population: to }, onto, graded: { sends }, connect: all, weight: { uniform: [-0.5, 0.5] }, delay, ...rest,
  })
  return {
    seed: 3, dt: '1 ms', precision,
    populations: [
      { name: 'input', model: clamped, size: inputs * copies, copies },
      { name: 'hidden', model: hidden, size: units * copies, copies },
      { name: 'output', model: output, size: outputs * copies, copies },
    ],
    projections: [
      projection('up', 'input', 'hidden', 'I', 'x', '0 ms', { learning: { rule: deltaRule } }),
      projection('out', 'hidden', 'output', 'I', 'h', '0 ms', { learning: { rule: deltaRule, reads: { x: 'h' } } }),
      projection('back', 'output', 'hidden', 'E', 'delta', '1 ms', { weight: { transpose_of: 'out' } }),
    ],
    inputs: [
      { name: 'pixels', to: { population: 'input' }, onto: 'I', example: {} },
      { name: 'label', to: { population: 'output' }, onto: 'target', wanted: { during: ['backward'] } },
    ],
    trials: {
      examples, epochs,
      phases: { forward: { length: '1 ms' }, backward: { length: '2 ms' } },
      blocks: [{
        name: 'train', split: 'train', phases: ['forward', 'backward'],
        measures: [
          { name: 'error', at: 'end:forward', error: { of: { population: 'output', variable: 'y' } } },
          { name: 'loss', at: 'end:forward', squared_error: { of: { population: 'output', variable: 'y' } } },
        ],
      }],
    },
    record: { events: [] },
    ...more,
  }
}

const matrix = (s: Simulation, name: string, targets: number) => {
  const { weights } = s.network.projections.get(name)?.weights() ?? { weights: new Float64Array() }
  return Array.from({ length: weights.length / targets }, (_, j) => [...weights.slice(j * targets, (j + 1) * targets)])
}
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** Backpropagation in the plainest way: mean over the copies of a batch. */
function reference(W: number[][], V: number[][], copies: number, epochs: number) {
  const losses: number[] = []
  for (let epoch = 0; epoch < epochs; epoch++) {
    let loss = 0
    for (let b = 0; b < count; b += copies) {
      const dW = W.map((row) => row.map(() => 0))
      const dV = V.map((row) => row.map(() => 0))
      for (let c = b; c < b + copies; c++) {
        const x = [...examples.inputs.slice(c * inputs, (c + 1) * inputs)]
        const h = Array.from({ length: units }, (_, i) => sigmoid(x.reduce((s, v, j) => s + v * W[j][i], 0)))
        const y = Array.from({ length: outputs }, (_, i) => sigmoid(h.reduce((s, v, j) => s + v * V[j][i], 0)))
        const e = y.map((v, i) => (i === (c * 7) % outputs ? 1 : 0) - v)
        loss += e.reduce((s, v) => s + (v * v) / 2, 0)
        const d = e.map((v, i) => v * y[i] * (1 - y[i]))
        const g = h.map((v, j) => d.reduce((s, w, i) => s + w * V[j][i], 0) * v * (1 - v))
        h.forEach((v, j) => void d.forEach((w, i) => void (dV[j][i] += (0.5 * v * w) / copies)))
        x.forEach((v, j) => void g.forEach((w, i) => void (dW[j][i] += (0.5 * v * w) / copies)))
      }
      W.forEach((row, j) => void row.forEach((w, i) => void (row[i] = w * 0.99 + dW[j][i])))
      V.forEach((row, j) => void row.forEach((w, i) => void (row[i] = w * 0.99 + dV[j][i])))
    }
    losses.push(loss / count)
  }
  return losses
}

const furthest = (a: number[][], b: number[][]) => Math.max(...a.flatMap((row, j) => row.map((v, i) => Math.abs(v - b[j][i]))))

describe('a graded network with backpropagation', () => {
  for (const [precision, copies, limit] of [['f64', 1, 1e-13], ['f64', 4, 1e-13], ['f32', 1, 1e-5], ['f32', 6, 1e-5]] as const) {
    test(`learns what a plain computation learns: ${precision}, ${copies} copies`, async () => {
      const s = await createSimulation(network(precision, copies, 5))
      const [W, V] = [matrix(s, 'up', units), matrix(s, 'out', outputs)]
      const rows: number[][] = []
      s.recording = { events: () => {}, weights: () => {}, advance: () => {}, sample: (_name, _time, values) => void rows.push([...values]) }
      const losses = reference(W, V, copies, 5)
      s.run(Infinity)
      expect(s.trials?.finished).toBe(true)
      expect(s.now).toBe((5 * 3 * count) / copies)
      expect(furthest(matrix(s, 'up', units), W)).toBeLessThan(limit)
      expect(furthest(matrix(s, 'out', outputs), V)).toBeLessThan(limit)
      expect(rows.length).toBe(5)
      rows.forEach(([, loss], k) => void expect(Math.abs(loss - losses[k])).toBeLessThan(10 * limit))
    })
  }

  test('run at once, in pieces, and resumed in the middle of a trial: the same bits', async () => {
    const bits = (s: Simulation) => createHash('sha256').update(s.network.memory.segment('state')).digest('hex')
    const description = network('f32', 3, 4, {})
    const first = description.trials?.blocks[0]
    if (first) Object.assign(first, { shuffle: true })
    const once = await createSimulation(description)
    once.run(Infinity)
    const pieces = await createSimulation(description)
    for (let t = 1; !pieces.trials?.finished; t++) pieces.run(t)
    const half = await createSimulation(description)
    half.run(17)
    const resumed = await createSimulation(description)
    resumed.restore(half.snapshot())
    resumed.run(Infinity)
    expect(bits(pieces)).toBe(bits(once))
    expect(bits(resumed)).toBe(bits(once))
  })

  test('what an unchanged source has sent is kept', async () => {
    const s = await createSimulation(network('f32', 1, 1))
    s.run(Infinity)
    // three ticks a trial; input and weights change at one of them, and are changed at none of the two others
    expect(s.network.graded.get('up')?.computed).toBe(count)
    expect(s.network.projections.get('up')?.events()).toBe(3 * count * inputs * units)
    expect((s.network.populations.get('hidden') as ClockedPopulation).tick).toBe(3 * count)
  })

  test('a rule on a whole matrix may name the step', async () => {
    const inSteps: RuleDefinition = { ...deltaRule, parameters: { tau: ['2 ms', 'time constant'], decay: [0.01, 'of weights'] }, on: { 'end:backward': 'w += dt / tau * x * delta - decay * w' } }
    const description = network('f64', 1, 1)
    const learning = (reads?: Record<string, string>) => ({ rule: inSteps, ...(reads && { reads }) })
    const projections = description.projections.map((p) => (p.name === 'up' ? { ...p, learning: learning() } : p.name === 'out' ? { ...p, learning: learning({ x: 'h' }) } : p))
    const [one, other] = [await createSimulation(description), await createSimulation({ ...description, projections })]
    one.run(Infinity)
    other.run(Infinity)
    expect(furthest(matrix(one, 'up', units), matrix(other, 'up', units))).toBe(0)
  })
})

describe('graded transmission', () => {
  for (const [precision, copies, limit] of [['f64', 3, 1e-14], ['f32', 5, 1e-6]] as const) {
    test(`sums what it should, whatever the connections: ${precision}, ${copies} copies`, async () => {
      const [n, m] = [6, 6]
      const sink: NeuronDefinition = { ...about, name: 'sink', currents: { dense: ['1', ''], single: ['1', ''], sparse: ['1', ''], back: ['1', ''], signs: ['1', ''] }, equations: ['dense', 'single', 'sparse', 'back', 'signs'].map((c) => `next y_${c} = ${c} : 1`).join('\n') }
      const projection = (onto: string, from: string, sends: string, rest: Partial<ProjectionDescription>): ProjectionDescription => ({
        name: onto, from: { population: from }, to: { population: 'y' }, onto, graded: { sends }, connect: { all_to_all: true }, weight: { uniform: [-1, 1] }, delay: '0 ms', ...rest,
      })
      const values = Array.from({ length: n * copies }, (_, k) => ((k * 29) % 7) - 3)
      const s = await createSimulation({
        seed: 8, dt: '1 ms', precision, record: { events: [] },
        populations: [{ name: 'x', model: clamped, size: n * copies, copies }, { name: 'y', model: sink, size: m * copies, copies }],
        inputs: [{ name: 'i', to: { population: 'x' }, onto: 'I', current: { constant: { list: values.slice(0, n) } } }],
        projections: [
          projection('dense', 'x', 'x', {}),
          projection('single', 'x', 'x', { connect: { one_to_one: true } }),
          projection('sparse', 'x', 'x', { connect: { probability: 0.4 } }),
          projection('back', 'y', 'y_dense', { weight: { transpose_of: 'dense', times: 0.5 }, delay: '1 ms' }),
          projection('signs', 'y', 'y_dense', { weight: { transpose_of: 'dense', sign: true }, delay: '1 ms' }),
        ],
      })
      s.run(2)
      const y = (what: string) => (s.network.populations.get('y') as ClockedPopulation).variable(`y_${what}`)?.view as Float64Array
      const list = (name: string) => s.network.projections.get(name)?.weights() as { sources: Uint32Array; targets: Uint32Array; weights: Float64Array }
      const summed = (name: string, from: ArrayLike<number>, weight = (w: number) => w) => {
        const sums = new Float64Array(m)
        const { sources, targets, weights } = list(name)
        sources.forEach((j, k) => void (sums[targets[k]] += weight(weights[k]) * from[j]))
        return sums
      }
      const W = list('dense')
      const turned = (f: (w: number) => number) => {
        const sums = new Float64Array(n)
        W.sources.forEach((j, k) => void (sums[j] += f(W.weights[k]) * y('dense')[W.targets[k]]))
        return sums
      }
      const wanted: Record<string, Float64Array> = {
        dense: summed('dense', values), single: summed('single', values), sparse: summed('sparse', values), back: turned((w) => 0.5 * w), signs: turned(Math.sign),
      }
      for (const [name, sums] of Object.entries(wanted)) {
        for (let c = 0; c < copies; c++) for (let i = 0; i < m; i++) expect(Math.abs(y(name)[c * m + i] - sums[i]), `${name} ${c} ${i}`).toBeLessThan(limit * 20)
      }
      expect(list('sparse').weights.filter((w) => w === 0).length).toBeGreaterThan(5)
      expect(summed('back', y('dense'))[2]).toBeCloseTo(wanted.back[2], precision === 'f64' ? 12 : 4)
    })
  }
})
