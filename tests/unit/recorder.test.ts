import { describe, expect, it } from 'vitest'
import type { NetworkDescription, SampleRequest, WeightRequest } from '../../engine/description.ts'
import { InputError } from '../../engine/errors.ts'
import type { Recording } from '../../engine/recorder.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { library, neuron, simulate } from '../../index.ts'
import { rules } from '../../plasticity/index.ts'

const cell = neuron({
  ...{ name: 'cell', about: '', source: '', parameters: { tau: ['20 ms', 'time constant'], drive: ['0 mV', 'drive'] } },
  ...{ equations: 'dV/dt = (drive - V) / tau : mV\nda/dt = -a / tau : 1', receptors: { soma: 'V += w; a += 1' } },
  ...{ threshold: 'V >= 10 mV', reset: 'V = 0 mV' },
})
const poisson = library.sources.get('poisson') as NonNullable<ReturnType<typeof library.sources.get>>

function network(record: NetworkDescription['record'], precision: 'f32' | 'f64' = 'f64'): NetworkDescription {
  return {
    ...{ seed: 5, dt: '0.1 ms', precision, inputs: [], record },
    populations: [
      { name: 'fibres', model: poisson, size: 6, parameters: { rate: '100 Hz' } },
      { name: 'cells', model: cell, size: 7, parameters: { drive: { uniform: ['5 mV', '15 mV'] } } },
    ],
    projections: [
      {
        ...{ name: 'feed', from: { population: 'fibres' }, to: { population: 'cells' }, onto: 'soma' },
        ...{ connect: { all_to_all: true }, weight: { uniform: ['1 mV', '2 mV'] }, delay: '1 ms' },
      },
    ],
  }
}
const samples = (...more: Partial<SampleRequest>[]): SampleRequest[] =>
  more.map((m, k) => ({ name: `s${k}`, of: { population: 'cells' }, variables: ['V', 'a'], every: '3 ms', ...m }))

describe('samples that are reduced', () => {
  it.each(['f32', 'f64'] as const)('are the mean over units, summed in their order in f64, stored in %s', async (precision) => {
    const record = { samples: samples({}, { reduce: 'mean' }, { reduce: 'mean', of: { population: 'cells', first: 2, last: 4 } }) }
    const { trace } = await simulate(network(record, precision), { until: 40 })
    const [each, mean, some] = ['s0', 's1', 's2'].map((name) => trace.samples(name))
    expect(mean.units).toEqual([])
    expect(mean.times).toEqual(each.times)
    expect(each.times).toHaveLength(14)
    const stored = precision === 'f32' ? Math.fround : (x: number) => x
    for (const v of ['V', 'a']) {
      expect(mean.values[v]).toHaveLength(14)
      for (let t = 0; t < 14; t++) {
        const row = each.values[v].subarray(7 * t, 7 * t + 7)
        expect(mean.values[v][t]).toBe(stored(Array.from(row).reduce((sum, x) => sum + x, 0) / 7))
        expect(some.values[v][t]).toBe(stored((row[2] + row[3] + row[4]) / 3))
      }
    }
    expect(mean.values.V.some((v) => v > 1)).toBe(true)
    expect(trace.header.samples.map((s) => s.reduce)).toEqual([undefined, 'mean', 'mean'])
  })
  it('change nothing', async () => {
    const with_ = await simulate(network({ samples: samples({ reduce: 'mean' }), weights: [{ projection: 'feed', every: '0.7 ms' }] }), { until: 40 })
    const without = await simulate(network({}), { until: 40 })
    expect(with_.events('cells')).toEqual(without.events('cells'))
    expect(with_.events('cells').times.length).toBeGreaterThan(5)
    expect(with_.simulation.network.memory.segment('state')).toEqual(without.simulation.network.memory.segment('state'))
  })
})

describe('weights over time', () => {
  const kept = async (request: WeightRequest, until = 40) => (await simulate(network({ weights: [request] }), { until })).weights('feed')

  it('are kept at the multiples of `every`, at time 0 and at the end, once each', async () => {
    expect((await kept({ projection: 'feed' })).map((w) => w.time)).toEqual([40])
    expect((await kept({ projection: 'feed', every: '10 ms' })).map((w) => w.time)).toEqual([0, 10, 20, 30, 40])
    expect((await kept({ projection: 'feed', every: '15 ms' })).map((w) => w.time)).toEqual([0, 15, 30, 40])
    expect((await kept({ projection: 'feed', every: '1 s' })).map((w) => w.time)).toEqual([0, 40])
  })
  it('of a part are every k-th connection, the same at all times', async () => {
    const [all] = await kept({ projection: 'feed' })
    expect(all.weights).toHaveLength(42)
    for (const [most, step] of [[42, 1], [41, 2], [21, 2], [20, 3], [5, 9], [1, 42]]) {
      for (const some of await kept({ projection: 'feed', every: '20 ms', most })) {
        expect(some.weights.length).toBeLessThanOrEqual(most)
        const picked = (_: number, k: number) => k % step === 0
        expect(some.weights).toEqual(all.weights.filter(picked))
        expect(some.sources).toEqual(all.sources.filter(picked))
        expect(some.targets).toEqual(all.targets.filter(picked))
      }
    }
  })
  it('are looked at after everything of the instant, and again after a restore as without it', async () => {
    const description = network({ weights: [{ projection: 'feed', every: '10 ms' }] })
    const listen = async () => {
      const simulation = await createSimulation(description)
      const summary = simulation.network.projections.get('feed') as { weights: unknown }
      const cells = simulation.network.populations.get('cells')
      // what the weights would be told by: how far the targets have got
      summary.weights = () => ({ sources: Uint32Array.of(0), targets: Uint32Array.of(0), weights: Float64Array.of(cells?.stream.written ?? -1) })
      const heard: [number, number][] = []
      const recording: Recording = { events: () => {}, sample: () => {}, advance: () => {}, weights: (_, time, _s, _t, [w]) => void heard.push([time, w]) }
      simulation.recording = recording
      return { simulation, heard }
    }
    const whole = await listen()
    whole.simulation.run(50)
    expect(whole.heard.map(([t]) => t)).toEqual([0, 10, 20, 30, 40, 50])
    const events = (await simulate(description, { until: 50 })).events('cells').times
    expect(whole.heard.map(([, n]) => n)).toEqual([0, 10, 20, 30, 40, 50].map((t) => events.filter((e) => e <= t).length))
    expect(events.length).toBeGreaterThan(5)
    const first = await listen()
    first.simulation.run(30)
    const second = await listen()
    second.simulation.restore(first.simulation.snapshot())
    second.simulation.run(50)
    expect([...first.heard, ...second.heard]).toEqual(whole.heard)
  })
  it('are refused where they make no sense', async () => {
    const refused = async (...weights: WeightRequest[]) => {
      try {
        await createSimulation(network({ weights }))
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
        return (error as Error).message
      }
      return 'nothing'
    }
    expect(await refused({ projection: 'fed' })).toMatch(/record\.weights\.0: unknown projection "fed" \(did you mean "feed"/)
    expect(await refused({ projection: 'feed' }, { projection: 'feed' })).toMatch(/record\.weights\.1: found "feed" twice/)
    expect(await refused({ projection: 'feed', most: 2.5 })).toMatch(/record\.weights\.0\.most: found most: 2\.5; a whole number above zero/)
    expect(await refused({ projection: 'feed', every: '0 ms' })).toMatch(/record\.weights\.0\.every: found every: 0 ms; a time above zero/)
  })
})

describe('weights that a rule changes', () => {
  const learning = { rule: rules.get('pair_stdp') as NonNullable<ReturnType<typeof rules.get>>, parameters: { A_plus: '0.05 mV', A_minus: '0.04 mV' } }
  const plastic = (record: NetworkDescription['record'], precision: 'f32' | 'f64', delay: NetworkDescription['projections'][number]['delay'] = '1 ms'): NetworkDescription => {
    const plain = network(record, precision)
    return { ...plain, projections: plain.projections.map((p) => ({ ...p, delay, learning, bounds: { soft: ['0 mV', '3 mV'] } })) }
  }
  const end = async (description: NetworkDescription, until: number) => (await simulate(description, { until })).weights('feed').at(-1)?.weights

  it.each([['f32', '1 ms'], ['f64', { uniform: ['0.5 ms', '2.5 ms'] }]] as const)('in %s are, whenever they are kept, those of a run that ends then, and looking changes nothing', async (precision, delay) => {
    const wait = typeof delay === 'string' ? delay : { uniform: [...delay.uniform] as [string, string] }
    const seen = await simulate(plastic({ weights: [{ projection: 'feed', every: '7.3 ms' }] }, precision, wait), { until: 100 })
    const sets = seen.weights('feed')
    expect(sets).toHaveLength(15)
    for (const k of [3, 9, 14]) {
      expect(sets[k].weights).toEqual(await end(plastic({ weights: [{ projection: 'feed' }] }, precision, wait), sets[k].time))
    }
    expect(new Set(sets.map((s) => s.weights.join())).size).toBeGreaterThan(8)
    const unseen = await simulate(plastic({}, precision, wait), { until: 100 })
    expect(seen.events('cells')).toEqual(unseen.events('cells'))
    expect(seen.simulation.snapshot()).toEqual(unseen.simulation.snapshot())
  })
  it('are kept as they were when a sample was best', async () => {
    const by = samples({ name: 'm', every: '10 ms', reduce: 'mean', variables: ['a', 'V'] })
    const best = { weights: ['feed'], by: 'm', variable: 'V', smallest: false }
    const run = await simulate(plastic({ samples: by, best }, 'f64'), { until: 200 })
    const { times, values } = run.samples('m')
    const at = times[values.V.indexOf(Math.max(...values.V))]
    expect(at).toBeGreaterThan(0)
    expect(at).toBeLessThan(200)
    const [{ time, weights }] = run.weights('feed.best')
    expect(time).toBe(at)
    expect(weights).toEqual(await end(plastic({ weights: [{ projection: 'feed' }] }, 'f64'), at))
    expect(weights).not.toEqual(await end(plastic({ weights: [{ projection: 'feed' }] }, 'f64'), 200))
  })
})
