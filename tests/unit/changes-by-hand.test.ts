/** Parameters that change while somebody looks on: the same bits as if the description had said so from the start. */
import { describe, expect, it } from 'vitest'
import type { NetworkDescription, ParameterChange, ParameterSetting } from '../../engine/description.ts'
import { InputError } from '../../engine/errors.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'
import { networks } from '../laws/networks.ts'
import { eventCount, expectSame, expectSameBytes, Kept, run } from '../laws/outcome.ts'

/** Runs to each of `stops`, odd times of slices, and changes what is to be changed at them. */
async function byHand(description: NetworkDescription, stops: [until: number, ...settings: ParameterSetting[]][]) {
  const simulation = await createSimulation(description)
  const kept = new Kept()
  simulation.recording = kept
  const changes: ParameterChange[] = []
  for (const [until, ...settings] of stops) {
    simulation.run(until)
    for (const setting of settings) changes.push({ ...setting, at: `${simulation.change(setting)} ms` })
  }
  return { outcome: kept.outcome, snapshot: simulation.snapshot(), simulation, changes }
}

const cases: Record<string, { network: string; stops: [number, ...ParameterSetting[]][]; at: number[] }> = {
  'clocked and event-driven populations, among changes of the protocol': {
    network: 'a protocol that changes parameters',
    stops: [
      [0, { population: 'grid', parameters: { I_0: '26 mV' } }],
      [7.77],
      [7.83, { population: 'exact', parameters: { I_0: '31 mV' } }, { population: 'grid', parameters: { V_th: '17 mV' } }],
      [9.95, { population: 'grid', parameters: { I_0: '40 mV' } }],
      [22.2, { population: 'exact', parameters: { tau_m: '9 ms', V_th: '14 mV' } }],
      [22.21],
      [40.4, { population: 'exact', parameters: { V_th: '8 mV' } }],
      [51],
      [60],
    ],
    at: [0.1, 7.9, 7.9, 10, 22.3, 40.5],
  },
  'parameters of rules in both regimes, and of what they act on': {
    network: 'learning in both regimes: traces, histories, rules that change, phases, a modulator',
    stops: [
      [3.14159, { projection: 'ee', parameters: { A_plus: '0.3 mV' } }],
      [11.1, { projection: 'fc', parameters: { A: '0.5 mV' } }, { population: 'exact', parameters: { I_0: '24 mV' } }],
      [30.95, { projection: 'ee', parameters: { A_plus: '0.05 mV' } }],
      [33.333, { projection: 'fe', parameters: { A_plus: '0.4 mV' } }, { population: 'clocked', parameters: { V_th: '-52 mV' } }],
      [60],
    ],
    at: [3.2, 11.2, 11.2, 31, 33.4, 33.4],
  },
  'rules that are programs, and weights seen from the other end': {
    network: 'learning from errors: equations, a program, weights seen from the other end',
    stops: [[12.34, { projection: 'ho', parameters: { eta: '4 mV' } }, { projection: 'ih', parameters: { eta: '0.5 mV' } }], [13], [60]],
    at: [12.4, 12.4],
  },
}

describe('changes by hand', () => {
  it.each(Object.keys(cases))('are those of a description: %s', async (name) => {
    const { network, stops, at } = cases[name]
    const { description, duration } = networks[network]
    const found = await byHand(description, stops)
    expect(found.changes.map((c) => Number(String(c.at).split(' ')[0]))).toEqual(at)
    const same = { ...description, changes: [...(description.changes ?? []), ...found.changes] }
    const wanted = await run(same, [duration])
    expectSame(found.outcome, wanted.outcome)
    expectSameBytes(found.snapshot, wanted.snapshot, wanted.simulation)
    // and they do something
    const without = await run(description, [duration])
    expect(JSON.stringify([...without.outcome])).not.toBe(JSON.stringify([...found.outcome]))
    expect(eventCount(found.outcome)).toBeGreaterThan(50)
    // a checkpoint of either goes on in the other
    const half = await byHand(description, stops.slice(0, -1))
    const resumed = await createSimulation(same)
    resumed.restore(half.snapshot)
    resumed.run(duration)
    expectSameBytes(resumed.snapshot(), wanted.snapshot, resumed)
  })

  it('of the same parameters before the next tick: the last one counts', async () => {
    const { description } = networks['a protocol that changes parameters']
    const set = (I_0: string, population = 'exact'): ParameterSetting => ({ population, parameters: { I_0 } })
    const often = await byHand(description, [[5, set('50 mV'), set('0 mV', 'grid'), set('20 mV')], [5.05, set('35 mV')], [60]])
    const once = await byHand(description, [[5, set('35 mV'), set('0 mV', 'grid')], [60]])
    expect(often.changes.map((c) => c.at)).toEqual(['5.1 ms', '5.1 ms', '5.1 ms', '5.1 ms'])
    expectSame(often.outcome, once.outcome)
    expectSameBytes(often.snapshot, once.snapshot, once.simulation)
  })

  it('are refused as those of a protocol are, and then nothing has changed', async () => {
    const { description, duration } = networks['learning in both regimes: traces, histories, rules that change, phases, a modulator']
    const simulation = await createSimulation(description)
    const kept = new Kept()
    simulation.recording = kept
    simulation.run(10)
    const refused = (setting: ParameterSetting, message: RegExp) => {
      expect(() => simulation.change(setting)).toThrow(InputError)
      expect(() => simulation.change(setting)).toThrow(message)
    }
    refused({ population: 'clocked', parameters: { V_t: '1 mV' } }, /unknown parameter "V_t" \(did you mean "V_th"\?\)/)
    refused({ population: 'clock', parameters: {} }, /unknown population "clock"/)
    refused({ population: 'fibres', parameters: { rate: '1 Hz' } }, /is a source; only parameters of neurons can change/)
    refused({ population: 'clocked', parameters: { tau_m: '0 ms' } }, /a time constant of 0 ms/)
    refused({ population: 'clocked', parameters: { V_th: '1 ms' } }, /which is ms; mV is needed/)
    refused({ population: 'exact', parameters: { t_ref: '-1 ms' } }, /a refractory time of -1 ms/)
    refused({ projection: 'ee', parameters: { tau_plus: '3 ms' } }, /time constants of traces/)
    refused({ projection: 'xx', parameters: {} }, /unknown projection "xx"/)
    simulation.run(duration)
    expectSame(kept.outcome, (await run(description, [duration])).outcome)
  })

  it('that need memory nobody planned are refused at once, not at the tick', async () => {
    const description: NetworkDescription = {
      seed: 1, dt: '0.1 ms', precision: 'f32', projections: [], inputs: [],
      populations: [{ name: 'cells', size: 3, model: lifDelta, parameters: { I_0: '30 mV', t_ref: '0 ms' } }],
    }
    const simulation = await createSimulation(description)
    simulation.run(1)
    expect(() => simulation.change({ population: 'cells', parameters: { t_ref: '2 ms' } })).toThrow(/was not planned; say the change in the protocol/)
    simulation.change({ population: 'cells', parameters: { I_0: '25 mV' } })
    simulation.run(20)
    // who says it in the protocol gets it
    const planned = await createSimulation({ ...description, changes: [{ at: '15 ms', population: 'cells', parameters: { t_ref: '1 ms' } }] })
    planned.run(1)
    planned.change({ population: 'cells', parameters: { t_ref: '2 ms' } })
    planned.run(20)
  })
})
