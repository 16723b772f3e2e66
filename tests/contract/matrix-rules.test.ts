/** One suite over all rules that work on whole matrices: factors and kernels beside the rule's own text, interpreted for every synapse. */
import { describe, expect, it } from 'vitest'
import type { NetworkDescription, TrialMoment } from '../../engine/description.ts'
import { evaluate } from '../../engine/equations/evaluate.ts'
import { checkMatrixRule, isMatrixRule } from '../../engine/equations/matrix-rule.ts'
import { parseStatements } from '../../engine/equations/parse.ts'
import type { NeuronDefinition, RuleDefinition } from '../../engine/model.ts'
import type { ClockedPopulation } from '../../engine/population.ts'
import { createSimulation, type Simulation } from '../../engine/simulation.ts'
import { rules } from '../../plasticity/index.ts'
import { chance } from '../chance.ts'

const [sources, targets, count, phaseTicks] = [7, 5, 12, 2]
const unitless: RuleDefinition['neuron'] = { nothing: ['1', 'so that a side without variables has one'] }

/** Units whose variables are what the rule reads, each a chance of its own at every tick, in both signs. */
function noisy(name: string, variables: NonNullable<RuleDefinition['neuron']>): NeuronDefinition {
  const unit = (text: string) => (text === '1' ? '' : ` * (1 ${text})`)
  return {
    name, about: 'Variables by chance.', source: 'none: a test', parameters: {}, receptors: {}, currents: { I: ['1', 'nothing'] },
    equations: Object.entries(variables).map(([v, [u]]) => `next ${v} = (u01 - 0.4)${unit(u)} : ${u}`).join('\n'),
  }
}

const sidesOf = (r: RuleDefinition) => ({ pre: { ...unitless, ...r.pre_neuron } as NonNullable<RuleDefinition['neuron']>, post: { ...unitless, ...r.neuron } as NonNullable<RuleDefinition['neuron']> })
const phasesOf = (r: RuleDefinition) => [...new Set(['between', ...Object.keys(r.on).filter((k) => k !== 'tick').map((k) => k.slice(k.indexOf(':') + 1))])]

function network(r: RuleDefinition, precision: 'f32' | 'f64', copies: number): NetworkDescription {
  const { pre, post } = sidesOf(r)
  const random = chance(5)
  return {
    seed: 11, dt: '1 ms', precision,
    populations: [
      { name: 'source', model: noisy('noisy_source', pre), size: sources * copies, copies },
      { name: 'target', model: noisy('noisy_target', post), size: targets * copies, copies },
    ],
    projections: [{
      name: 'p', from: { population: 'source' }, to: { population: 'target' }, onto: 'I', graded: { sends: 'nothing' }, connect: { all_to_all: true },
      weight: { uniform: [-1, 1] }, delay: '1 ms', learning: { rule: r },
    }],
    inputs: [],
    trials: {
      examples: {
        name: 'nothing', count, width: 1, inputs: Float64Array.from({ length: count }, random), scale: 1, outputs: 1, wanted: { labels: new Uint8Array(count) },
        splits: { train: { first: 0, last: count - 1 } },
      },
      epochs: 1,
      phases: Object.fromEntries(phasesOf(r).map((name) => [name, { length: `${phaseTicks} ms` }])),
      blocks: [{ name: 'train', split: 'train', phases: phasesOf(r), measures: [] }],
    },
    record: { events: [] },
  }
}

const weightsOf = (s: Simulation) => [...(s.network.projections.get('p')?.weights().weights ?? [])]

/** What the text of the rule says of one synapse after the other, its mean over copies, with the variables as they are now. */
function interpret(r: RuleDefinition, ear: string, weights: number[], s: Simulation, copies: number): number[] {
  const [{ value }] = parseStatements(r.on[ear as keyof typeof r.on] ?? '', r.name).assignments
  const parameters = new Map([...checkMatrixRule(r, [0, 0, 0]).parameters].map(([key, p]) => [key, p.value]))
  const { pre, post } = sidesOf(r)
  const at = (population: string, variable: string, unit: number) => (s.network.populations.get(population) as ClockedPopulation).variable(variable)?.view[unit] as number
  return weights.map((w, k) => {
    const [j, i] = [Math.floor(k / targets), k % targets]
    let sum = 0
    for (let c = 0; c < copies; c++) {
      sum += evaluate(value, (n) => {
        if (n === 'w') return w
        if (n in post) return at('target', n, c * targets + i)
        if (n in pre) return at('source', n, c * sources + j)
        return parameters.get(n) as number
      })
    }
    return sum / copies
  })
}

const all = [...rules.values()].filter(isMatrixRule)

describe.each(all.map((r) => [r.name, r] as const))('the rule %s', (_, r) => {
  it('says what it is', () => {
    expect(r.about.length).toBeGreaterThan(10)
    expect(r.source).toMatch(/\d{4}/)
    for (const [, about] of [...Object.values(r.parameters), ...Object.values(r.pre_neuron ?? {}), ...Object.values(r.neuron ?? {})]) expect(about.length).toBeGreaterThan(2)
    checkMatrixRule(r, [0, 0, 0])
  })

  for (const [precision, copies, limit] of [['f64', 1, 1e-13], ['f64', 3, 1e-13], ['f32', 1, 2e-6], ['f32', 4, 2e-6]] as const) {
    it(`does what its text says: ${precision}, ${copies} copies`, async () => {
      const s = await createSimulation(network(r, precision, copies))
      let expected = weightsOf(s)
      const start = expected
      const hear = (ear: string) => {
        if (r.on[ear as TrialMoment] !== undefined) expected = interpret(r, ear, expected, s, copies)
      }
      const phases = phasesOf(r)
      // the first phase begins at once
      s.run(0)
      hear(`phase:${phases[0]}`)
      const trials = count / copies
      for (let tick = 1; tick <= trials * phases.length * phaseTicks; tick++) {
        s.run(tick)
        hear('tick')
        if (tick % phaseTicks !== 0) continue
        const phase = tick / phaseTicks
        hear(`end:${phases[(phase - 1) % phases.length]}`)
        if (phase < trials * phases.length) hear(`phase:${phases[phase % phases.length]}`)
        const furthest = Math.max(...weightsOf(s).map((w, k) => Math.abs(w - expected[k])))
        expect(furthest).toBeLessThan(limit)
      }
      expect(s.trials?.finished).toBe(true)
      expect(weightsOf(s).filter((w, k) => Math.abs(w - start[k]) > 1e-4).length).toBeGreaterThan(start.length / 2)
    })
  }

  it('goes on from a checkpoint as if nothing had been', async () => {
    const description = network(r, 'f32', 2)
    const [whole, first, second] = await Promise.all([0, 1, 2].map(() => createSimulation(description)))
    whole.run(Infinity)
    first.run(9)
    second.restore(first.snapshot())
    second.run(Infinity)
    expect(Buffer.compare(second.snapshot(), whole.snapshot())).toBe(0)
  })
})
