import { describe, expect, it } from 'vitest'
import type { NetworkDescription, PopulationDescription, Value } from '../../engine/description.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'
import { list } from './networks.ts'
import { run } from './outcome.ts'

const spikeAt = 3.14159
const dt = 0.1
/** The tick at or after a time that is not near the grid. */
const tickAfter = (ms: number) => Math.ceil(ms * 10 - 1e-9) / 10

type Kind = 'clocked' | 'event_driven' | 'source'

/** One spike of one unit, and what `weight` does to four targets whose delays are given. */
function oneSpike(from: Kind, to: 'clocked' | 'event_driven', weight: string, delay: Value): NetworkDescription {
  const source: PopulationDescription =
    from === 'source'
      ? { name: 'source', size: 1, model: list, spikes: { times: [spikeAt], units: [0] } }
      : { name: 'source', size: 1, model: lifDelta, regime: from }
  return {
    seed: 1,
    dt: '0.1 ms',
    precision: 'f64',
    populations: [source, { name: 'target', size: 4, model: lifDelta, regime: to }],
    projections: [
      {
        name: 'p',
        from: { population: 'source' },
        to: { population: 'target' },
        onto: 'soma',
        connect: { all_to_all: true },
        weight,
        delay,
      },
    ],
    inputs:
      from === 'source'
        ? []
        : [
            {
              name: 'kick',
              to: { population: 'source' },
              onto: 'soma',
              spikes: { times: [spikeAt], units: [0] },
              weight: '25 mV',
            },
          ],
    record: { samples: [{ name: 'V', of: { population: 'target' }, variables: ['V'], every: '0.01 ms' }] },
  }
}

const delaysOf = (delay: Value): number[] =>
  typeof delay === 'object' && 'list' in delay
    ? delay.list.map((d) => Number.parseFloat(String(d)))
    : Array(4).fill(Number.parseFloat(String(delay)))

describe.each(['clocked', 'event_driven', 'source'] as const)('from %s', (from) => {
  describe.each(['clocked', 'event_driven'] as const)('to %s', (to) => {
    const onGrid = from === 'clocked' && to === 'clocked'
    const delays: Value[] = ['0.1 ms', '1.5 ms', '17 ms', { list: ['0.5 ms', '2.3 ms', '0.5 ms', '9 ms'] }]
    if (!onGrid) delays.push('0.73 ms', '0.03 ms', { list: ['0.011 ms', '2.345 ms', '0.5 ms', '1.2345 ms'] })
    if (to === 'clocked') delays.push('0 ms')
    it.each(delays)('nothing acts before the spike and its delay: %j', async (delay) => {
      const source = from === 'clocked' ? tickAfter(spikeAt) : spikeAt
      const wait = delaysOf(delay)
      const arrival = wait.map((d) => {
        if (to === 'event_driven') return source + d
        // delays of their own are rounded up to the grid onto clocked populations: nothing comes early
        const rounded = typeof delay === 'object' ? Math.ceil(d / dt - 1e-9) / 10 : d
        return tickAfter(source + rounded)
      })
      const fired = (await run(oneSpike(from, to, '30 mV', delay), [30])).outcome
      expect(fired.get('events source: times')).toEqual([source])
      const times = fired.get('events target: times') as number[]
      const units = fired.get('events target: sources') as number[]
      expect(units.length).toBe(4)
      units.forEach((unit, k) => {
        if (to === 'clocked') expect(times[k]).toBeCloseTo(arrival[unit], 9)
        else expect(times[k]).toBe(arrival[unit])
        expect(times[k]).toBeGreaterThanOrEqual(source + wait[unit] - 1e-12)
      })
      // a spike that does not make it fire is seen at its arrival and not before
      const nudged = (await run(oneSpike(from, to, '5 mV', delay), [30])).outcome
      const values = nudged.get('samples V: values') as number[]
      const seen = nudged.get('samples V: times') as number[]
      for (let unit = 0; unit < 4; unit++) {
        const first = seen.findIndex((_, k) => values[4 * k + unit] !== 0)
        expect(seen[first]).toBeGreaterThanOrEqual(arrival[unit] - 1e-12)
        expect(seen[first - 1]).toBeLessThan(arrival[unit] + 1e-12)
      }
    })
  })
})

describe('populations without delay', () => {
  const chain = ['e', 'b', 'd', 'a', 'c']
  const description = (precision: 'f32' | 'f64'): NetworkDescription => ({
    seed: 1,
    dt: '0.1 ms',
    precision,
    populations: chain.map((name) => ({ name, size: 1, model: lifDelta })),
    projections: chain.slice(1).map((name, k) => ({
      name: `to ${name}`,
      from: { population: chain[k] },
      to: { population: name },
      onto: 'soma',
      connect: { one_to_one: true as const },
      weight: '30 mV',
      delay: '0 ms',
    })),
    inputs: [
      {
        name: 'kick',
        to: { population: 'e' },
        onto: 'soma',
        spikes: { times: [2, 7.77], units: [0, 0] },
        weight: '30 mV',
      },
    ],
  })
  it.each(['f32', 'f64'] as const)('act one after the other within the instant: %s', async (precision) => {
    const { outcome } = await run(description(precision), [20])
    for (const name of chain) expect(outcome.get(`events ${name}: times`)).toEqual([2, 7.8])
  })
})
