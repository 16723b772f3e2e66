import { describe, expect, it } from 'vitest'
import type { NetworkDescription, ProjectionDescription } from '../../engine/description.ts'
import { RunError } from '../../engine/errors.ts'
import { type NeuronDefinition, neuron } from '../../engine/model.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'
import { list, poisson } from './networks.ts'
import { expectSame, expectSameBytes, run } from './outcome.ts'

const base = { seed: 1, dt: '0.1 ms', precision: 'f32' as const, projections: [], inputs: [] }
const projection = (from: string, to: string, delay: string): ProjectionDescription => ({
  name: `${from} to ${to}`,
  from: { population: from },
  to: { population: to },
  onto: 'soma',
  connect: { all_to_all: true },
  weight: '1 mV',
  delay,
})

async function failure(description: NetworkDescription, until: number): Promise<Error> {
  const simulation = await createSimulation(description)
  try {
    simulation.run(until)
  } catch (error) {
    expect(error).toBeInstanceOf(RunError)
    return error as Error
  }
  throw new Error('the run went on to its end')
}

/** V runs away in finite time; `y - x` of two infinite numbers gives NaN. */
const runaway = neuron({
  name: 'runaway',
  about: 'Explodes.',
  source: 'none',
  parameters: { k: ['1 mV', 'scale'] },
  equations: 'dV/dt = V * V / k / 1 ms : mV\ndN/dt = (V - V * V / k) / 1 ms : mV',
  receptors: { any: 'V += w' },
  method: 'euler',
})

describe('a run that explodes stops', () => {
  for (const precision of ['f32', 'f64'] as const) {
    for (const [variable, until] of [
      ['V', 40],
      ['V', 37.3],
    ] as const) {
      it(`${precision}, run to ${until} ms`, async () => {
        const values = Array(19).fill('-1 mV')
        values[13] = '2 mV'
        const { message } = await failure(
          {
            ...base,
            precision,
            populations: [{ name: 'wild', size: 19, model: runaway, initial: { V: { list: values } } }],
          },
          until,
        )
        expect(message).toMatch(
          new RegExp(
            `variable "(${variable}|N)" of population "wild" is (NaN|-?Infinity) in unit 13 at \\d+(\\.\\d+)? ms`,
          ),
        )
      })
    }
  }
  it('also if it ends before numbers are looked at regularly', async () => {
    const { message } = await failure(
      { ...base, populations: [{ name: 'wild', size: 1, model: runaway, initial: { V: '90 mV' } }] },
      3,
    )
    expect(message).toMatch(/variable "[VN]" of population "wild" is (NaN|-?Infinity) in unit 0 at 3 ms/)
  })
  it('event-driven', async () => {
    const { message } = await failure(
      {
        ...base,
        precision: 'f64',
        populations: [{ name: 'wild', size: 3, model: lifDelta, regime: 'event_driven' }],
        inputs: [
          {
            name: 'kick',
            to: { population: 'wild' },
            onto: 'soma',
            spikes: { times: [1, 1.001, 2.5], units: [2, 2, 2] },
            weight: '-1e308 mV',
          },
        ],
      },
      10,
    )
    expect(message).toMatch(/variable "V" of population "wild" is -Infinity in unit 2 at 1.001 ms/)
  })
  it('a unit that fires for ever at one instant', async () => {
    const { message } = await failure(
      {
        ...base,
        populations: [
          {
            name: 'wild',
            size: 3,
            model: lifDelta,
            regime: 'event_driven',
            parameters: { t_ref: '0 ms', V_reset: '20 mV', I_0: '30 mV' },
          },
        ],
      },
      100,
    )
    expect(message).toMatch(/unit 0 of population "wild" fires again and again at/)
  })
})

describe('a stream that overflows stops', () => {
  it.each(['clocked', 'event_driven'] as const)('%s', async (regime) => {
    const { message } = await failure(
      {
        ...base,
        populations: [
          { name: 'fast', size: 20, model: lifDelta, regime, maximum_rate: '1 Hz', parameters: { I_0: '200 mV' } },
          { name: 'slow', size: 3, model: lifDelta },
        ],
        projections: [projection('fast', 'slow', '50 ms')],
      },
      100,
    )
    expect(message).toMatch(
      /population "fast" fires too often: its stream of 128 events is full at \d+(\.\d+)? ms \(reader "fast to slow" still needs the oldest\); check the weights, or raise "maximum_rate"/,
    )
  })
  it.each(['clocked', 'event_driven'] as const)(
    'and is long enough for any run where nobody waits: %s',
    async (regime) => {
      const description: NetworkDescription = {
        ...base,
        populations: [{ name: 'alone', size: 5, model: lifDelta, regime, parameters: { I_0: '60 mV' } }],
      }
      const { outcome } = await run(description, [3000])
      // 2 ms + 20 ms ln(60 / 40)
      expect(outcome.get('events alone: times')?.length).toBeGreaterThan((5 * 3000) / 10.25)
      const many = await run(
        description,
        Array.from({ length: 300 }, (_, k) => 10 * (k + 1)),
      )
      expectSame(many.outcome, outcome)
    },
  )
})

describe('a loop without delay', () => {
  const loop = (model: NeuronDefinition, names: string[], weight: string): NetworkDescription => ({
    ...base,
    populations: names.map((name) => ({ name, size: 2, model })),
    inputs: [{ name: 'kick', to: { population: names[0] }, onto: 'soma', spikes: { times: [1], units: [0] }, weight: '30 mV' }],
    projections: names.map((name, k) => ({ ...projection(name, names[(k + 1) % names.length], '0 ms'), connect: { all_to_all: true }, weight })),
  })
  it('goes round within the instant until nobody fires', async () => {
    const { outcome } = await run(loop(lifDelta, ['a', 'b', 'c'], '30 mV'), [5])
    // the kicked unit fires, then everybody in b, in c, and at last the other one of a: each once, all at 1 ms
    for (const name of ['a', 'b', 'c']) expect(outcome.get(`events ${name}: times`)).toEqual([1, 1])
    expect(outcome.get('events a: sources')).toEqual([0, 1])
  })
  it('onto itself works alike', async () => {
    const { outcome } = await run(loop(lifDelta, ['a'], '30 mV'), [5])
    expect(outcome.get('events a: times')).toEqual([1, 1])
  })
  it('does not depend on how the run is cut', async () => {
    const whole = await run(loop(lifDelta, ['a', 'b'], '11 mV'), [50])
    expectSame((await run(loop(lifDelta, ['b', 'a'].reverse(), '11 mV'), [0.3, 1, 1.1, 7, 50])).outcome, whole.outcome)
  })
  it('that never comes to rest stops with the names of its populations', async () => {
    const tireless: NeuronDefinition = { ...lifDelta, name: 'tireless', refractory: undefined, parameters: { ...lifDelta.parameters } }
    delete (tireless.parameters as Record<string, unknown>).t_ref
    const { message } = await failure(loop(tireless, ['a', 'b'], '30 mV'), 10)
    expect(message).toMatch(/^populations "a", "b" go on firing at 1 ms without end; give a projection between them a delay/)
  })
  it('but not one with a delay of one step, however many there are', async () => {
    const names = Array.from({ length: 12 }, (_, k) => String.fromCharCode(108 - k))
    await run(
      {
        ...base,
        populations: names.map((name) => ({ name, size: 2, model: lifDelta })),
        projections: names.map((name, k) => projection(name, names[(k + 1) % 12], k === 11 ? '0.1 ms' : '0 ms')),
      },
      [5],
    )
  })
})

describe('edges', () => {
  it('a spike at time zero without delay acts at the first tick', async () => {
    const { outcome } = await run(
      {
        ...base,
        populations: [
          { name: 'given', size: 1, model: list, spikes: { times: [0], units: [0] } },
          { name: 'cell', size: 1, model: lifDelta },
        ],
        projections: [{ ...projection('given', 'cell', '0 ms'), weight: '30 mV' }],
      },
      [5],
    )
    expect(outcome.get('events cell: times')).toEqual([0.1])
  })
  it.each(['clocked', 'event_driven'] as const)(
    'a drive that was zero when the network was built can be switched on: %s',
    async (regime) => {
      const { outcome } = await run(
        {
          ...base,
          precision: 'f64',
          populations: [{ name: 'cell', size: 1, model: lifDelta, regime }],
          changes: [
            { at: '10 ms', population: 'cell', parameters: { I_0: '30 mV' } },
            { at: '60 ms', population: 'cell', parameters: { I_0: '0 mV' } },
          ],
        },
        [100],
      )
      const times = outcome.get('events cell: times') as number[]
      // 20 ms ln 3 = 21.97 ms to threshold, then 2 ms held and the same again
      expect(times.length).toBe(2)
      expect(Math.abs(times[0] - (10 + 20 * Math.log(3)))).toBeLessThan(0.2)
      expect(Math.abs(times[1] - (12 + 40 * Math.log(3)))).toBeLessThan(0.4)
    },
  )
  it.each(['clocked', 'event_driven'] as const)(
    'a threshold that falls below the potential makes it fire then: %s',
    async (regime) => {
      for (const I_0 of ['15 mV', '19 mV', '8 mV']) {
        const { outcome } = await run(
          {
            ...base,
            precision: 'f64',
            populations: [{ name: 'cell', size: 1, model: lifDelta, regime, parameters: { I_0 } }],
            changes: [{ at: '50 ms', population: 'cell', parameters: { V_th: '5 mV' } }],
          },
          [51],
        )
        // a clocked cell has ended its step under the old threshold, and tests the new one at its next tick
        expect(outcome.get('events cell: times')).toEqual([regime === 'clocked' ? 50.1 : 50])
      }
    },
  )
  it('a change and a sample at 3 x 0.1 ms belong to the tick at 0.3 ms', async () => {
    const { outcome } = await run(
      {
        ...base,
        populations: [{ name: 'cell', size: 1, model: lifDelta }],
        changes: [{ at: `${3 * 0.1} ms`, population: 'cell', parameters: { I_0: '30 mV' } }],
        record: { samples: [{ name: 'V', of: { population: 'cell' }, variables: ['V'], every: '0.3 ms' }] },
      },
      [2],
    )
    expect(outcome.get('samples V: times')).toEqual([0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8])
  })
  it('a checkpoint long after a change is restored', async () => {
    const description: NetworkDescription = {
      ...base,
      populations: [
        { name: 'cell', size: 2, model: lifDelta, regime: 'event_driven', parameters: { I_0: '15 mV', tau_m: '1 ms' } },
      ],
      changes: [{ at: '1 ms', population: 'cell', parameters: { I_0: '18 mV' } }],
      inputs: [
        {
          name: 'kick',
          to: { population: 'cell' },
          onto: 'soma',
          spikes: { times: [2000, 3500], units: [0, 1] },
          weight: '5 mV',
        },
      ],
    }
    const whole = await run(description, [4000])
    const first = await createSimulation(description)
    first.run(3000)
    const bytes = first.snapshot()
    for (const simulation of [first, await createSimulation(description)]) {
      simulation.restore(bytes)
      simulation.run(4000)
      expectSameBytes(simulation.snapshot(), whole.snapshot, simulation)
    }
    expect(whole.outcome.get('events cell: times')).toEqual([2000, 3500])
  })
  it('names may be shared between kinds of things, and variables may have any name', async () => {
    const model = neuron({
      ...lifDelta,
      equations: `${lifDelta.equations}\ndplateau/dt = -plateau / tau_m : mV\ndlast/dt = -last / tau_m : 1\ndkey/dt = -key / tau_m : 1\ndtick/dt = -tick / tau_m : 1`,
      eventDriven: undefined,
    })
    await run(
      {
        ...base,
        populations: [
          { name: 'x', size: 3, model: poisson },
          { name: 'recorder', size: 3, model },
        ],
        projections: [{ ...projection('x', 'recorder', '1 ms'), name: 'recorder' }],
        inputs: [
          { name: 'x', to: { population: 'recorder' }, onto: 'soma', poisson: { rate: '50 Hz', weight: '1 mV' } },
        ],
      },
      [20],
    )
  })
})
