/** What a critical reader of the engine found, each as the smallest network that shows it. */
import { describe, expect, it } from 'vitest'
import type { NetworkDescription, PopulationDescription } from '../../engine/description.ts'
import { checkSynapse } from '../../engine/equations/compile-synapse.ts'
import { checkNeuron } from '../../engine/equations/check.ts'
import { interpretTick, type UnitState } from '../../engine/equations/interpret.ts'
import { InputError } from '../../engine/errors.ts'
import { grid } from '../../engine/grid.ts'
import { neuron, type NeuronDefinition, synapse } from '../../engine/model.ts'
import type { ClockedPopulation } from '../../engine/population.ts'
import { streamKey } from '../../engine/random.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'
import { quadratic } from '../../models/neurons/quadratic.ts'
import { list, poisson } from './networks.ts'
import { expectSame, run } from './outcome.ts'

const base = { seed: 3, dt: '0.1 ms', precision: 'f64' as const, populations: [], projections: [], inputs: [] }
const pop = (
  name: string,
  size: number,
  model: PopulationDescription['model'],
  more: Partial<PopulationDescription> = {},
): PopulationDescription => ({ name, size, model, ...more })
const all = { all_to_all: true } as const
const wire = (name: string, from: string, to: string, onto: string, more: object) => ({
  ...{ name, from: { population: from }, to: { population: to }, onto, connect: all, weight: '1 mV', delay: '1 ms' },
  ...more,
})
const given = (times: number[], units: number[]) => ({ spikes: { times, units } })

/** Value of `variable` in unit 0 at the end. */
async function valueAt(d: NetworkDescription, population: string, variable: string, until: number): Promise<number> {
  const simulation = await createSimulation({
    ...d,
    record: { samples: [{ name: 's', of: { population }, variables: [variable], every: `${until} ms` }] },
  })
  let value = Number.NaN
  simulation.recording = { events: () => {}, sample: (_r, _t, values) => void (value = values[0]), weights: () => {}, advance: () => {} }
  simulation.run(until)
  return value
}

async function spikeTimes(d: NetworkDescription, population: string, until: number): Promise<number[]> {
  return (await run(d, [until])).outcome.get(`events ${population}: times`) ?? []
}

/** Keeps what it gets. */
const sum = neuron({
  name: 'sum',
  about: 'Adds up.',
  source: 'none',
  parameters: {},
  equations: 'dV/dt = 0 mV / 1 ms : mV',
  receptors: { soma: 'V += w' },
})

describe('an exact spike that is due at a tick within rounding', () => {
  for (const delay of ['0 ms', '0.5 ms']) {
    it(`delay ${delay}: the same wherever the run is cut`, async () => {
      const times = [0.1 * 3, 0.3 + 1e-11, 10.000000000000002, 20 + 1e-9]
      const d: NetworkDescription = {
        ...base,
        populations: [pop('cell', 1, lifDelta), pop('given', 1, list, given(times, [0, 0, 0, 0]))],
        projections: [wire('p', 'given', 'cell', 'soma', { delay, weight: '21 mV' })],
      }
      const whole = await run(d, [30])
      for (const stops of [
        [0.3, 30],
        [0.3, 0.8, 10, 10.5, 20, 30],
      ])
        expectSame((await run(d, stops)).outcome, whole.outcome)
    })
  }
  it('many Poisson fibres for long', async () => {
    const d: NetworkDescription = {
      ...base,
      populations: [pop('cell', 1, lifDelta), pop('fibres', 1000, poisson, { parameters: { rate: '100 Hz' } })],
      projections: [wire('p', 'fibres', 'cell', 'soma', { weight: '0.1 mV', delay: '0 ms' })],
      record: { events: ['cell'] },
    }
    expect((await spikeTimes(d, 'cell', 30000)).length).toBeGreaterThan(100)
  })
  it('and no spike acts before its time, after an hour', () => {
    const g = grid(0.1)
    expect(g.tickAtOrAfter(3.6e6 + 0.0001)).toBe(36000001)
    expect(g.tickAtOrAfter(3.6e6 + 1e-9)).toBe(36000000)
  })
  it('event-driven: two arrivals that rounding makes one count together', async () => {
    // 0.1 + 0.2 is above 0.3, and both arrive at 10.3
    const d: NetworkDescription = {
      ...base,
      populations: [
        pop('a cell', 1, lifDelta, { regime: 'event_driven', initial: { V: '0 mV' } }),
        pop('z early', 1, list, given([0.3], [0])),
        pop('z late', 1, list, given([0.1 + 0.2], [0])),
      ],
      projections: [
        wire('early', 'z early', 'a cell', 'soma', { delay: '10 ms', weight: '21 mV' }),
        wire('late', 'z late', 'a cell', 'soma', { delay: '10 ms', weight: '-5 mV' }),
      ],
    }
    expect(0.1 + 0.2 + 10).toBe(0.3 + 10)
    const whole = await run(d, [30])
    expectSame((await run(d, [0.3, 30])).outcome, whole.outcome)
    expect(whole.outcome.get('events a cell: times')).toBe(undefined)
  })
})

describe('Poisson numbers', () => {
  for (const mean of [15, 30, 60, 300]) {
    it(`of mean ${mean} a tick`, async () => {
      const d: NetworkDescription = {
        ...base,
        dt: '1 ms',
        populations: [pop('cells', 64, sum)],
        inputs: [
          { name: 'in', to: { population: 'cells' }, onto: 'soma', poisson: { rate: `${mean} kHz`, weight: '1 mV' } },
        ],
      }
      const simulation = await createSimulation(d)
      simulation.run(100)
      const column = simulation.network.memory.columns.find((c) => c.name === 'population.cells.variable V')
      const total = [...(column?.view ?? [])].slice(0, 64).reduce((a, b) => a + b, 0)
      const expected = mean * 100 * 64
      expect(Math.abs(total - expected)).toBeLessThan(5 * Math.sqrt(expected))
    })
  }
})

describe('what events may mention', () => {
  const tester = (more: Partial<NeuronDefinition>) =>
    neuron({ ...sum, name: 'tester', currents: { I: ['mV', 'current'] }, ...more } as NeuronDefinition)
  const wave = {
    name: 'wave',
    to: { population: 'p' },
    onto: 'I',
    current: {
      step: [
        ['0 ms', '0 mV'],
        ['2 ms', '1 mV'],
      ],
    },
  } as NetworkDescription['inputs'][number]
  it('time, in a threshold', async () => {
    const model = tester({ equations: 'dV/dt = (I - V) / 1 ms : mV', threshold: 't > 5 ms', reset: 'V = 0 mV' })
    const times = await spikeTimes({ ...base, populations: [pop('p', 1, model)] }, 'p', 6)
    expect(times.length).toBeGreaterThan(8)
    expect(times[0]).toBeGreaterThan(5)
  })
  it('a current, in a threshold', async () => {
    const model = tester({ equations: 'dV/dt = (I - V) / 1 ms : mV', threshold: 'I > 0.5 mV' })
    const times = await spikeTimes({ ...base, populations: [pop('p', 1, model)], inputs: [wave] }, 'p', 3)
    expect(times[0]).toBeCloseTo(2.1, 9)
  })
  it('chance, in a receptor and in a reset', async () => {
    const model = tester({
      receptors: { soma: 'V += where(u01 < 0.25, w, 0 mV)' },
      threshold: 'V > 1e6 mV',
      reset: 'V = u01 * 1 mV',
    })
    const n = 400
    const times = Array.from({ length: n }, (_, k) => 0.1 * (k + 1))
    const d: NetworkDescription = {
      ...base,
      populations: [pop('p', 1, { ...model, currents: {}, equations: 'dV/dt = 0 mV / 1 ms : mV' })],
      inputs: [
        {
          name: 'g',
          to: { population: 'p' },
          onto: 'soma',
          spikes: { times, units: times.map(() => 0) },
          weight: '1 mV',
        },
      ],
    }
    const value = await valueAt(d, 'p', 'V', 50)
    expect(Math.abs(value - n / 4)).toBeLessThan(5 * Math.sqrt(n * 0.1875))
  })
  it('white noise, not even by a name', () => {
    expect(() =>
      checkNeuron(tester({ equations: 'n = xi * sqrt(1 ms) : 1\ndV/dt = (I - V) / 1 ms : mV', threshold: 'n > 1' })),
    ).toThrow(InputError)
  })
  it('a receptor does what it does when something arrives, and only then', async () => {
    const model = tester({
      currents: {},
      equations: 'dV/dt = 0 mV / 1 ms : mV\ndE/dt = 0 mV / 1 ms : mV',
      receptors: { soma: 'E = (V * E + w * 5 mV) / (V + w); V += w' },
    })
    const d: NetworkDescription = {
      ...base,
      populations: [pop('p', 1, model)],
      inputs: [
        { name: 'g', to: { population: 'p' }, onto: 'soma', spikes: { times: [1], units: [0] }, weight: '2 mV' },
      ],
    }
    expect(await valueAt(d, 'p', 'E', 3)).toBeCloseTo(5, 12)
  })
  it('after_spike(0, T) of an event is the half-open interval of refractoriness', async () => {
    const clock = (threshold: string, refractory?: string) =>
      tester({ currents: {}, equations: 'dV/dt = 1 mV / 1 ms : mV', threshold, refractory })
    const held = await spikeTimes({ ...base, populations: [pop('p', 1, clock('V > 0 mV', '1 ms'))] }, 'p', 5)
    const asked = await spikeTimes(
      { ...base, populations: [pop('p', 1, clock('V > 0 mV and after_spike(0 ms, 1 ms) < 0.5'))] },
      'p',
      5,
    )
    expect(held.length).toBe(5)
    expect(asked).toEqual(held)
  })
})

describe('a further round at the same instant', () => {
  it('knows time, currents and chance', async () => {
    const model = neuron({
      ...sum,
      name: 'round',
      currents: { I: ['mV', 'current'] },
      equations: 'dV/dt = (I - V) / 10 ms : mV',
      receptors: { soma: 'V += where(u01 < 1.5, w, 0 mV)' },
      threshold: 'V > 5 mV and t > 1 ms and I > 0 mV',
      reset: 'V = -u01 * 1 mV',
      refractory: '1 ms',
    })
    const d: NetworkDescription = {
      ...base,
      populations: [pop('a', 3, model, { initial: { V: { list: ['6 mV', '0 mV', '0 mV'] } } })],
      projections: [
        wire('p', 'a', 'a', 'soma', {
          connect: {
            pairs: [
              [0, 1],
              [1, 2],
            ],
          },
          weight: '9 mV',
          delay: '0 ms',
        }),
      ],
      inputs: [{ name: 'i', to: { population: 'a' }, onto: 'I', current: { step: [['0 ms', '1 mV']] } }],
    }
    const { outcome } = await run(d, [2])
    expect(outcome.get('events a: times')).toEqual([1.2, 1.2, 1.2])
    expect(outcome.get('events a: sources')).toEqual([0, 1, 2])
  })
})

describe('compiled and interpreted are the same bits', () => {
  const model = neuron({
    name: 'everything',
    about: 'Everything that events may mention.',
    source: 'none',
    parameters: {},
    currents: { I: ['mV', 'current'] },
    equations:
      'k = after_spike(0.3 ms, 0.8 ms) : 1\ndV/dt = (I + 3 mV * k - V) / 10 ms + 1 mV * xi / sqrt(10 ms) : mV (unless refractory)\ndA/dt = (V - A) / 5 ms : mV',
    receptors: { soma: 'V += where(u01 < 0.5, w, 0 mV)', other: 'A = 0.5 * A + 0.1 * w unless refractory' },
    threshold: 'V > 2 mV + 3 mV * after_spike(0 ms, 2 ms) and (t > 2 ms or I > 1 mV)',
    reset: 'V = u01 * 1 mV; A += t / 1 ms * 0.01 mV',
    refractory: '0.7 ms',
    plateau: 'A > 0.4 mV + u01 * 0.1 mV',
  })
  for (const precision of ['f32', 'f64'] as const) {
    it(precision, async () => {
      const all_ = Array.from({ length: 300 }, (_, k) => k + 1)
      const on = (n: number) => all_.filter((k) => k % n === 0).map((k) => k / 10)
      const input = (name: string, onto: string, n: number, weight: string) => ({
        name,
        to: { population: 'p' },
        onto,
        spikes: { times: on(n), units: on(n).map(() => 0) },
        weight,
      })
      const simulation = await createSimulation({
        ...base,
        precision,
        populations: [pop('p', 1, model, { plateaus: true })],
        inputs: [
          input('s', 'soma', 3, '1 mV'),
          input('o', 'other', 7, '1 mV'),
          { name: 'i', to: { population: 'p' }, onto: 'I', current: { step: [['1 ms', '2 mV']] } },
        ],
      })
      const population = simulation.network.populations.get('p') as ClockedPopulation
      const seen: number[] = []
      simulation.recording = {
        events: (_p, _t, _s, kind, n) => void seen.push(...kind.subarray(0, n)),
        sample: () => {},
        weights: () => {},
        advance: () => {},
      }
      const state: UnitState = { variables: { V: 0, A: 0 }, last: -(2 ** 30), inPlateau: false }
      const told: number[] = []
      for (const tick of all_) {
        simulation.run(tick / 10)
        const inputs = { soma: tick % 3 === 0 ? 1 : 0, other: tick % 7 === 0 ? 1 : 0 }
        const perTick = { t: (tick - 1) / 10, '@I': tick - 1 >= 10 ? 2 : 0 }
        const { spike, plateauOn, plateauOff } = interpretTick(
          population.program,
          state,
          { unit: 0, tick, inputs, perTick, key: streamKey(3, 'noise', 'p') },
          precision,
        )
        told.push(...(plateauOn ? [8] : []), ...(plateauOff ? [16] : []), ...(spike ? [1] : []))
        for (const v of ['V', 'A'])
          expect({ tick, [v]: population.variable(v)?.view[0] }).toEqual({ tick, [v]: state.variables[v] })
      }
      expect(seen).toEqual(told)
      expect([...new Set(seen)].sort((a, b) => a - b)).toEqual([1, 8, 16])
    })
  }
})

describe('the end of a run within rounding of a tick', () => {
  it('is that tick', async () => {
    const d: NetworkDescription = {
      ...base,
      populations: [pop('p', 1, lifDelta, { initial: { V: '1 mV' } })],
      changes: [{ at: '0.8 ms', population: 'p', parameters: { I_0: '30 mV' } }],
      record: { samples: [{ name: 's', of: { population: 'p' }, variables: ['V'], every: '2 ms' }] },
    }
    const whole = await run(d, [2])
    for (const before of [0.7, 0.7999999999999999]) expectSame((await run(d, [0, before, 2])).outcome, whole.outcome)
  })
})

describe('stepping', () => {
  for (const method of ['rk2', 'rk4'] as const) {
    it(`${method} with noise`, async () => {
      const noisy = neuron({
        ...quadratic,
        name: 'noisy',
        eventDriven: undefined,
        parameters: { ...quadratic.parameters, s: ['0', 'noise'] },
        equations: 'dV/dt = (V * V + eta + I) / tau + s * xi / sqrt(tau) : 1',
      })
      const d = (model: NeuronDefinition, parameters = {}): NetworkDescription => ({
        ...base,
        populations: [pop('p', 1, model, { method, parameters })],
      })
      expect(await valueAt(d(noisy, { eta: '0.5' }), 'p', 'V', 10)).toBeCloseTo(
        await valueAt(d(quadratic, { eta: '0.5' }), 'p', 'V', 10),
        12,
      )
      expect(await valueAt(d(noisy, { s: '0.1' }), 'p', 'V', 10)).not.toBe(await valueAt(d(noisy), 'p', 'V', 10))
    })
  }
  it('a held potential passes nothing of its input on', async () => {
    const model = neuron({
      name: 'adaptive',
      about: 'Adaptive.',
      source: 'none',
      parameters: {},
      currents: { I: ['mV', 'current'] },
      equations: 'dV/dt = (I - V) / 10 ms : mV (unless refractory)\ndA/dt = (V - A) / 5 ms : mV',
      receptors: { soma: 'V += w' },
      threshold: 'V > 10 mV',
      reset: 'V = 0 mV',
      refractory: '50 ms',
      initial: { V: '11 mV', A: '1 mV' },
    })
    const d: NetworkDescription = {
      ...base,
      populations: [pop('p', 1, model)],
      inputs: [{ name: 'i', to: { population: 'p' }, onto: 'I', current: { step: [['1 ms', '1000 mV']] } }],
    }
    const [first, later] = [await valueAt(d, 'p', 'A', 0.1), await valueAt(d, 'p', 'A', 20)]
    expect(later).toBeCloseTo(first * Math.exp(-19.9 / 5), 10)
  })
  it('a refractory cell does not fire, whatever becomes of its parameters', async () => {
    const times = await spikeTimes(
      {
        ...base,
        populations: [
          pop('p', 1, lifDelta, { parameters: { V_reset: '5 mV', t_ref: '20 ms' }, initial: { V: '21 mV' } }),
        ],
        changes: [{ at: '1 ms', population: 'p', parameters: { V_reset: '0 mV', V_th: '3 mV' } }],
      },
      'p',
      15,
    )
    expect(times).toEqual([0.1])
  })
  it('ticks are counted as far as 32 bits go, and no further', async () => {
    const simulation = await createSimulation({ ...base, populations: [pop('p', 1, sum)] })
    expect(() => simulation.run(2 ** 31)).toThrow(InputError)
    await expect(
      createSimulation({ ...base, populations: [pop('p', 1, lifDelta, { parameters: { t_ref: '1e9 s' } })] }),
    ).rejects.toThrow(InputError)
  })
})

describe('streams hold what is legal', () => {
  const drum = neuron({
    ...sum,
    name: 'drum',
    equations: 'dV/dt = 1 mV / 1 ms : mV',
    threshold: 'V > 1.95 mV',
    reset: 'V = 0 mV',
  })
  for (const [what, delay] of Object.entries({
    normal: { normal: { mean: '300 ms', sd: '5 ms', min: '0.1 ms' } },
    lognormal: { lognormal: { median: '300 ms', sigma: 0.05 } },
  })) {
    it(`${what} delays that are long`, async () => {
      const d: NetworkDescription = {
        ...base,
        populations: [pop('drum', 20, drum), pop('p', 20, sum)],
        projections: [wire('w', 'drum', 'p', 'soma', { delay })],
      }
      expect((await spikeTimes(d, 'drum', 500)).length).toBe(20 * 250)
    })
  }
  it('fibres that fire as fast as they were told', async () => {
    const d: NetworkDescription = {
      ...base,
      populations: [pop('f', 100, poisson, { parameters: { rate: '5 kHz' } }), pop('p', 1, sum)],
      projections: [wire('w', 'f', 'p', 'soma', {})],
    }
    expect((await spikeTimes(d, 'f', 100)).length).toBeGreaterThan(45000)
  })
  it('a volley that was written down', async () => {
    const times = Array.from({ length: 3000 }, () => 5)
    const d: NetworkDescription = {
      ...base,
      populations: [
        pop(
          'f',
          1,
          list,
          given(
            times,
            times.map(() => 0),
          ),
        ),
        pop('p', 1, sum),
      ],
      projections: [wire('w', 'f', 'p', 'soma', {})],
    }
    expect((await spikeTimes(d, 'f', 100)).length).toBe(3000)
  })
})

describe('counting and drawing', () => {
  it('used connections are counted when they are used', async () => {
    const d: NetworkDescription = {
      ...base,
      populations: [
        pop('z', 5, lifDelta, { regime: 'event_driven', parameters: { I_0: '40 mV' } }),
        pop('b', 5, lifDelta, { regime: 'event_driven' }),
      ],
      projections: [wire('p', 'z', 'b', 'soma', { delay: { uniform: ['1 ms', '9 ms'] } })],
    }
    const counts = []
    for (const stops of [[50], Array.from({ length: 500 }, (_, k) => (k + 1) / 10)]) {
      const simulation = await createSimulation(d)
      for (const t of stops) simulation.run(t)
      const before = simulation.network.projections.get('p')?.events()
      simulation.snapshot()
      counts.push(before, simulation.network.projections.get('p')?.events())
    }
    expect(counts[0]).toBeGreaterThan(0)
    expect(new Set(counts).size).toBe(1)
  })
  it('draws_as: of one that draws as a third', async () => {
    const like = (name: string, draws_as?: string) =>
      wire(name, 'a', 'a', 'soma', { connect: { probability: 0.3 }, draws_as })
    const d: NetworkDescription = {
      ...base,
      populations: [pop('a', 30, lifDelta)],
      projections: [like('x', 'y'), like('y', 'z'), like('z')],
    }
    const { network } = await createSimulation(d)
    const [x, y, z] = ['x', 'y', 'z'].map((n) => network.projections.get(n)?.weights())
    expect(y).toEqual(z)
    expect(x).toEqual(z)
    await expect(createSimulation({ ...d, projections: [like('x', 'y'), like('y', 'x')] })).rejects.toThrow(InputError)
    await expect(createSimulation({ ...d, projections: [like('x', 'nobody')] })).rejects.toThrow(InputError)
  })
})

describe('what is checked', () => {
  it('a start value depends on parameters only', () => {
    expect(() =>
      checkNeuron({ ...sum, equations: 'dV/dt = 0 mV / 1 ms : mV\ndU/dt = 0 mV / 1 ms : mV', initial: { V: 'U' } }),
    ).toThrow(InputError)
  })
  const tested = {
    name: 's',
    about: 's',
    source: 'none',
    parameters: { tau: ['5 ms', 'tau'], U: ['0.5', 'U'] },
    pre: 'dx/dt = (1 - x) / tau : 1',
    transmit: 'w * x * U',
  } as const
  it('names and units of a synapse', () => {
    const made = (more: object) => () => checkSynapse(synapse({ ...tested, ...more } as never))
    expect(made({ initial: { x: 'U' } })).not.toThrow()
    expect(made({ initial: { x: 'V' } })).toThrow(InputError)
    expect(made({ initial: { x: 'tau' } })).toThrow(InputError)
    expect(made({ transmit: 'w * x * U * tau' })).toThrow(InputError)
  })
  it('a condition is no number', () => {
    for (const threshold of [
      'abs(V > 1 mV)',
      'min(V > 1 mV, V > 2 mV)',
      'step(V > 1 mV) > 0',
      'clip(V > 1 mV, V > 1 mV, V > 1 mV)',
    ])
      expect(() => checkNeuron({ ...sum, threshold }), threshold).toThrow(InputError)
  })
})
