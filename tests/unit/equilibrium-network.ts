/** A layered symmetric network as a description, and the same in plain loops: what equilibrium propagation is held against. */
import type { NetworkDescription, ProjectionDescription, TrialsDescription } from '../../engine/description.ts'
import type { Examples } from '../../engine/examples.ts'
import type { RuleDefinition } from '../../engine/model.ts'
import type { ClockedPopulation } from '../../engine/population.ts'
import type { Simulation } from '../../engine/simulation.ts'
import { centredEquilibriumHidden, centredEquilibriumOutput, clamped, equilibriumHidden, equilibriumOutput } from '../../models/index.ts'
import { equilibriumPropagation, equilibriumPropagationCentred, equilibriumPropagationClamped } from '../../plasticity/index.ts'

export interface EquilibriumOptions {
  examples: Examples
  /** Units of input, hidden layers and output. */
  sizes: number[]
  copies?: number
  precision?: 'f32' | 'f64'
  seed?: number
  kind?: 'one-sided' | 'centred'
  beta: number
  randomSign?: boolean
  /** One a layer of weights, from the input on. */
  alpha: number[]
  /** Weights and biases are uniform within this. */
  spread: number | number[]
  biasSpread?: number
  tau?: string
  trials: Omit<TrialsDescription, 'examples'>
}

export const layerName = (k: number) => (k === 0 ? 'input' : `layer_${k}`)

/** Weights `w.k` to layer k, biases `b.k` of layer k, and their way back `v.k`. */
export function equilibriumNetwork(o: EquilibriumOptions): NetworkDescription {
  const { sizes, copies = 1, kind = 'one-sided' } = o
  const last = sizes.length - 1
  const all = { all_to_all: true } as const
  const within = (x: number) => ({ uniform: [-x, x] as [number, number] })
  const both: RuleDefinition = { 'one-sided': equilibriumPropagation, centred: equilibriumPropagationCentred }[kind]
  const [hidden, output] = kind === 'centred' ? [centredEquilibriumHidden, centredEquilibriumOutput] : [equilibriumHidden, equilibriumOutput]
  const moved = { 'one-sided': 'free', centred: 'plus' }[kind]
  const reads = (pre: string) => ({ s_pre: pre, [`s_pre_${moved}`]: pre === 's' ? `s_${moved}` : pre, s_post: 's', [`s_post_${moved}`]: `s_${moved}` })
  const up = (name: string, from: number | 'one', to: number, weight: ProjectionDescription['weight']): ProjectionDescription => ({
    name, from: { population: from === 'one' ? 'one' : layerName(from) }, to: { population: layerName(to) }, onto: 'I', connect: all, weight,
    graded: { sends: from === 'one' || from === 0 ? 'x' : 's' }, delay: from === 'one' || from === 0 ? '0 ms' : '1 ms',
    learning:
      kind === 'one-sided' && (from === 'one' || from === 0)
        ? { rule: equilibriumPropagationClamped, parameters: { alpha: o.alpha[to - 1] }, reads: { s_post: 's', s_post_free: 's_free' } }
        : { rule: both, parameters: { alpha: o.alpha[to - 1] }, reads: reads(from === 'one' || from === 0 ? 'x' : 's') },
  })
  const layers = Array.from({ length: last }, (_, k) => k + 1)
  const phases: Record<string, number> = kind === 'centred' ? { plus: o.beta, minus: -o.beta } : { weak: o.beta }
  return {
    seed: o.seed ?? 1, dt: '1 ms', precision: o.precision ?? 'f64',
    populations: [
      { name: 'one', model: clamped, size: copies, copies },
      ...sizes.map((size, k) => ({
        name: layerName(k), model: k === 0 ? clamped : k === last ? output : hidden, size: size * copies, copies,
        ...(k > 0 && { parameters: { tau: o.tau ?? '2 ms' } }),
      })),
    ],
    projections: layers.flatMap((k) => [
      up(`w.${k}`, k - 1, k, within(typeof o.spread === 'number' ? o.spread : o.spread[k - 1])),
      up(`b.${k}`, 'one', k, o.biasSpread ? within(o.biasSpread) : 0),
      ...(k > 1 ? [{ name: `v.${k}`, from: { population: layerName(k) }, to: { population: layerName(k - 1) }, onto: 'I', connect: all, graded: { sends: 's' }, weight: { transpose_of: `w.${k}` }, delay: '1 ms' }] : []),
    ]),
    inputs: [
      { name: 'bias', to: { population: 'one' }, onto: 'I', current: { constant: 1 } },
      { name: 'pixels', to: { population: 'input' }, onto: 'I', example: {} },
      { name: 'label', to: { population: layerName(last) }, onto: 'target', wanted: {} },
      ...layers.map((k) => ({ name: `nudge.${k}`, to: { population: layerName(k) }, onto: 'beta', phases, ...(o.randomSign && { sign: 'random' as const }) })),
    ],
    trials: { examples: o.examples, ...o.trials },
    record: { events: [] },
  }
}

/** weights[k][j][i]: from unit j of layer k to unit i of the next; biases[k][i] of unit i of layer k + 1. */
export interface Parameters {
  weights: number[][][]
  biases: number[][]
}

export function parametersOf(s: Simulation, sizes: number[]): Parameters {
  const matrix = (name: string, targets: number) => {
    const weights = s.network.projections.get(name)?.weights().weights ?? new Float64Array()
    return Array.from({ length: weights.length / targets }, (_, j) => [...weights.slice(j * targets, (j + 1) * targets)])
  }
  const layers = sizes.slice(1).map((_, k) => k + 1)
  return { weights: layers.map((k) => matrix(`w.${k}`, sizes[k])), biases: layers.map((k) => matrix(`b.${k}`, sizes[k])[0]) }
}

export const statesOf = (s: Simulation, sizes: number[], variable = 's') =>
  sizes.slice(1).map((_, k) => [...((s.network.populations.get(layerName(k + 1)) as ClockedPopulation).variable(variable)?.view.slice(0, sizes[k + 1]) ?? [])])

/** F = E + beta C of states of all layers but the input. */
export function energy({ weights, biases }: Parameters, x: number[], states: number[][], beta: number, target: number[]): number {
  const layers = [x, ...states]
  const own = states.flat().reduce((sum, s) => sum + (s * s) / 2, 0)
  const pairs = weights.reduce((sum, w, k) => sum + w.reduce((a, row, j) => a + row.reduce((b, v, i) => b + v * layers[k][j] * layers[k + 1][i], 0), 0), 0)
  const bias = biases.reduce((sum, b, k) => sum + b.reduce((a, v, i) => a + v * states[k][i], 0), 0)
  const y = states[states.length - 1]
  return own - pairs - bias + beta * cost(y, target)
}
export const cost = (y: number[], target: number[]) => y.reduce((sum, v, i) => sum + (v - target[i]) ** 2 / 2, 0)

/** The fixed point: every unit clip(what comes in, 0, 1), half a step at a time. */
export function settle({ weights, biases }: Parameters, x: number[], steps: number): number[][] {
  let states = biases.map((b) => b.map(() => 0))
  for (let step = 0; step < steps; step++) {
    const layers = [x, ...states]
    states = states.map((layer, k) =>
      layer.map((s, i) => {
        const below = weights[k].reduce((sum, row, j) => sum + row[i] * layers[k][j], 0)
        const above = k + 1 < states.length ? weights[k + 1][i].reduce((sum, w, j) => sum + w * states[k + 1][j], 0) : 0
        return Math.min(1, Math.max(0, s + 0.5 * (below + above + biases[k][i] - s)))
      }),
    )
  }
  return states
}
