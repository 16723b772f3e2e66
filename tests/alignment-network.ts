/** Networks of one hidden layer that learn from errors, several beside each other on the same examples: for tests of how errors come back. */
import type { NetworkDescription, PopulationDescription, ProjectionDescription, TrialBlock, Value } from '../engine/description.ts'
import type { Examples } from '../engine/examples.ts'
import type { RuleDefinition } from '../engine/model.ts'
import type { ClockedPopulation } from '../engine/population.ts'
import type { Simulation } from '../engine/simulation.ts'
import { library } from '../models/index.ts'
import { deltaRule } from '../plasticity/index.ts'

export interface Subnetwork {
  name: string
  hidden: string
  output: string
  /** What brings errors back; without it the hidden weights have no rule. */
  back?: Partial<ProjectionDescription>
  rule?: RuleDefinition
  parameters?: Record<string, number>
}

export interface AlignmentNetwork {
  examples: Examples
  units: number
  networks: Subnetwork[]
  seed?: number
  precision?: 'f32' | 'f64'
  weight?: Value
  biases?: boolean
  epochs?: number
  blocks?: Partial<TrialBlock>[]
  more?: Partial<NetworkDescription>
}

const model = (name: string) => {
  const found = library.neurons.get(name)
  if (!found) throw new Error(`no model ${name}`)
  return found
}

export function alignmentNetwork({ examples, units, networks, seed = 1, precision = 'f64', weight = { uniform: [-0.05, 0.05] }, biases = false, epochs = 1, blocks = [{}], more }: AlignmentNetwork): NetworkDescription {
  const populations: PopulationDescription[] = [{ name: 'input', model: model('clamped'), size: examples.width }, { name: 'one', model: model('clamped'), size: 1 }]
  const projections: ProjectionDescription[] = []
  const inputs: NetworkDescription['inputs'] = [
    { name: 'example', to: { population: 'input' }, onto: 'I', example: {} },
    { name: 'bias', to: { population: 'one' }, onto: 'I', current: { constant: 1 } },
  ]
  for (const { name: n, hidden, output, back, rule = deltaRule, parameters = { eta: 0.5 } } of networks) {
    const [h, y] = [`hidden_${n}`, `output_${n}`]
    populations.push({ name: h, model: model(hidden), size: units }, { name: y, model: model(output), size: examples.outputs })
    inputs.push({ name: `target_${n}`, to: { population: y }, onto: 'target', wanted: { during: ['backward'] } })
    const project = (kind: string, from: string, to: string, onto: string, sends: string, delay: string, rest: Partial<ProjectionDescription>) => {
      projections.push({
        name: `${kind}_${n}`, from: { population: from }, to: { population: to }, onto, graded: { sends }, connect: { all_to_all: true }, weight, delay,
        ...(n !== networks[0].name && kind !== 'gradient' && kind !== 'back' && { draws_as: `${kind}_${networks[0].name}` }), ...rest,
      })
    }
    const learning = (reads?: Record<string, string>) => ({ learning: { rule, parameters, ...(reads && { reads }) } })
    project('up', 'input', h, 'I', 'x', '0 ms', back ? learning() : {})
    project('out', h, y, 'I', 'h', '0 ms', learning({ x: 'h' }))
    if (biases) {
      project('up_bias', 'one', h, 'I', 'x', '0 ms', { weight: 0, ...(back ? learning() : {}) })
      project('out_bias', 'one', y, 'I', 'x', '0 ms', { weight: 0, ...learning() })
    }
    if (back) project('back', y, h, 'E', 'delta', '1 ms', back)
    project('gradient', y, h, 'E_bp', 'delta', '1 ms', { weight: { transpose_of: `out_${n}` } })
  }
  return {
    seed, dt: '1 ms', precision, populations, projections, inputs,
    trials: {
      examples, epochs,
      phases: { forward: { length: '1 ms' }, backward: { length: '2 ms' } },
      blocks: blocks.map((b) => ({ name: 'train', split: 'train', phases: ['forward', 'backward'], measures: [], ...b })),
    },
    record: { events: [] },
    ...more,
  }
}

/** Values of a variable, one a unit, as they are now. */
export function valuesOf(s: Simulation, population: string, variable: string): number[] {
  const found = s.network.populations.get(population) as ClockedPopulation
  return [...(found.variable(variable)?.view.subarray(0, found.size) ?? [])]
}

/** Weights as they are now: a row a target. */
export function weightsOf(s: Simulation, projection: string): number[][] {
  const { sources, targets, weights } = s.network.projections.get(projection)?.weights() ?? { sources: [], targets: [], weights: [] }
  const rows: number[][] = Array.from({ length: 1 + Math.max(...targets) }, () => [])
  weights.forEach((w, k) => void (rows[targets[k]][sources[k]] = w))
  return rows
}

/** All reports of the run that follows: block -> rows of values, in the order of its measures. */
export function reportsOf(s: Simulation): Map<string, number[][]> {
  const reports = new Map<string, number[][]>()
  s.recording = {
    events: () => {}, weights: () => {}, advance: () => {},
    sample: (name, _time, values) => void reports.set(name, [...(reports.get(name) ?? []), [...values]]),
  }
  return reports
}
