/** SuperSpike on the engine, rule, neurons and feedback together: the published gradient, and one implementation against the other. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { poissonTask, precisionNetwork, type Task } from '../../bench/networks/precise-timing.ts'
import type { NetworkDescription, SpikeList } from '../../engine/description.ts'
import { createSimulation, type Simulation } from '../../engine/simulation.ts'
import { chance } from '../chance.ts'

const shared = process.env.HILLOCK_SHARED ?? new URL('../../../shared', import.meta.url).pathname
const fixturePath = join(shared, 'data/superspike/one_window_gradient.json')
const there = existsSync(fixturePath)
if (!there) console.warn(`no ${fixturePath}: the published gradient is not compared with on the engine`)

interface Fixture {
  single: { output_spike_steps: number[]; m_second_window: number[] }
  hidden: { weights_out: number[]; output_spike_steps: number[]; m_out_second_window: number[]; m_hidden_second_window_unit0: number[] }
}
const implementations = ['equations', 'program'] as const
type Implementation = (typeof implementations)[number]

/** The network with smallest_psp 0, other parameters, and in V the weights that are given. */
function exactly(description: NetworkDescription, more: Record<string, string>, weights: Record<string, (k: number) => number> = {}): NetworkDescription {
  const sizes = new Map(description.populations.map((p) => [p.name, p.size]))
  const size = (name: string) => sizes.get(name) ?? 0
  return {
    ...description,
    projections: description.projections.map((p) => {
      const written = weights[p.name]
      const count = size(p.from.population) * size(p.to.population)
      const learning = p.learning && { ...p.learning, parameters: { ...p.learning.parameters, ...more, smallest_psp: 0 } }
      return { ...p, ...(learning && { learning }), ...(written && { weight: { list: Array.from({ length: count }, (_, k) => `${1000 * written(k)} mV`) } }) }
    }),
  }
}

/** The sums of the first target of a projection, one a source; the state of either implementation. */
function sums({ network }: Simulation, projection: string, implementation: Implementation, sources: number): number[] {
  const name = implementation === 'program' ? `learning.${projection}.m` : `learning.${projection}.synapse.0 m`
  const column = network.memory.columns.find((c) => c.name === name)
  if (!column) throw new Error(`no column ${name}`)
  const targets = column.view.length / sources
  return Array.from({ length: sources }, (_, j) => column.view[j * targets])
}

/** Largest relative difference; numbers below `floor` count as that. */
function worst(found: number[], expected: number[], floor: number): number {
  expect(found.length).toBe(expected.length)
  return expected.reduce((most, e, k) => Math.max(most, Math.abs(found[k] - e) / Math.max(floor, Math.abs(e))), 0)
}

describe.skipIf(!there)('the published gradient on the engine', () => {
  for (const implementation of implementations) {
    for (const hidden of [false, true]) {
      test(`${implementation}, ${hidden ? 'four hidden units' : 'one neuron'}`, async () => {
        const fixture = JSON.parse(readFileSync(fixturePath, 'utf8')) as Fixture
        const task = poissonTask((file) => readFileSync(join(shared, 'data', file), 'utf8'))
        const network = precisionNetwork(task, { seed: 1, hidden: hidden ? 4 : 0, burnIn: 1e6, implementation, precision: 'f64' })
        const simulation = await createSimulation(
          exactly(network, implementation === 'program' ? {} : { block: '2 s' }, {
            up: (k) => 0.003 + 0.006 * Math.sin(1.3 * Math.floor(k / 4) + 2.1 * (k % 4)),
            out: (k) => (hidden ? fixture.hidden.weights_out[k] : 0.0035 + 0.006 * Math.sin(1.7 * k)),
          }),
        )
        const steps: number[] = []
        simulation.recording = {
          events: (population, times, _units, _kinds, count) => {
            if (population === 'output') for (let k = 0; k < count; k++) steps.push(Math.round(10 * times[k]))
          },
          sample: () => {},
          weights: () => {},
          advance: () => {},
        }
        // the program makes its sums at the end of a block; the equations clear theirs there, so a block of theirs is longer
        const projections = hidden ? ['up', 'out'] : ['out']
        const now = () => Object.fromEntries(projections.map((p) => [p, sums(simulation, p, implementation, p === 'out' && hidden ? 4 : 100)]))
        simulation.run(500)
        const before = implementation === 'program' ? undefined : now()
        simulation.run(1000)
        const after = now()
        const found = (projection: string) => after[projection].map((m, j) => 1000 * (m - (before?.[projection][j] ?? 0)))
        const { output_spike_steps } = hidden ? fixture.hidden : fixture.single
        expect(steps).toEqual(output_spike_steps.filter((n) => n <= 10_000))
        const expected = hidden ? fixture.hidden.m_out_second_window : fixture.single.m_second_window
        expect(worst(found('out'), expected, 1e-3)).toBeLessThan(1e-9)
        if (hidden) expect(worst(found('up'), fixture.hidden.m_hidden_second_window_unit0, 1e-2)).toBeLessThan(1e-9)
      })
    }
  }
})

function randomTask(seed: number): Task {
  const next = chance(seed)
  const side = (units: number, count: number) => {
    const spikes: SpikeList = { times: [], units: [] }
    for (let k = 0; k < count; k++) {
      spikes.times.push(Math.floor(3000 * next()) / 10)
      spikes.units.push(Math.floor(units * next()))
    }
    return { units, spikes }
  }
  return { input: side(30, 120), target: side(3, 12), every: 300 }
}

describe('the online rule and the program', () => {
  const cases = [
    ['symmetric feedback', { hidden: 5 }],
    ['random feedback with regulariser', { hidden: 5, feedback: 'random', rho: 1 }],
    ['no hidden layer', { hidden: 0 }],
  ] as const
  for (const [name, options] of cases) {
    test(`change weights alike over three blocks: ${name}`, async () => {
      const run = async (implementation: Implementation) => {
        const network = precisionNetwork(randomTask(5), { seed: 3, burnIn: 0.2, precision: 'f64', implementation, ...options })
        const simulation = await createSimulation(exactly(network, {}, { out: (k) => 0.03 + 0.02 * Math.sin(k) }))
        const weights = () => ['up', 'out'].flatMap((p) => [...(simulation.network.projections.get(p)?.weights().weights ?? [])])
        const first = weights()
        const events: string[] = []
        simulation.recording = {
          events: (population, times, units, _kinds, count) => {
            for (let k = 0; k < count; k++) events.push(`${population} ${times[k]} ${units[k]}`)
          },
          sample: () => {},
          weights: () => {},
          advance: () => {},
        }
        simulation.run(1600)
        return { first, last: weights(), events: events.sort() }
      }
      const [online, program] = [await run('equations'), await run('program')]
      expect(program.events).toEqual(online.events)
      expect(online.events.length).toBeGreaterThan(50)
      const moved = online.last.map((w, k) => Math.abs(w - online.first[k]))
      expect(Math.max(...moved)).toBeGreaterThan(1)
      // three blocks of at most eta each
      expect(Math.max(...moved)).toBeLessThanOrEqual(3 + 1e-9)
      expect(worst(program.last, online.last, 1e-3)).toBeLessThan(1e-9)
    })
  }
})
