import { describe, expect, it } from 'vitest'
import type { NetworkDescription } from '../../engine/description.ts'
import { createSimulation, type Simulation } from '../../engine/simulation.ts'
import { networks } from './networks.ts'
import { chance, eventCount, expectSame, expectSameBytes, Kept, type Outcome, run, type Run } from './outcome.ts'

const whole = new Map<string, Promise<Run>>()
/** The run in one go that others are compared with. */
function inOneGo(name: string): Promise<Run> {
  const { description, duration } = networks[name]
  const found = whole.get(name) ?? run(description, [duration])
  whole.set(name, found)
  return found
}

function instants(duration: number, count: number, seed: number): number[] {
  const u = chance(seed)
  // every third on the grid, the others anywhere
  const all = Array.from({ length: count }, (_, k) =>
    k % 3 === 0 ? Math.round(u() * duration * 10) / 10 : u() * duration,
  )
  return all.sort((a, b) => a - b)
}

/** Spikes that have left and not arrived, waiting in a stream or in the heap of a projection. */
function inFlight({ network }: Simulation): number {
  let count = 0
  for (const { name, view } of network.memory.columns) {
    const reader = /^stream\.(.*)\.reader\.(.*)$/.exec(name)
    if (reader && !/recorder/.test(reader[2])) count += (network.streams.get(reader[1])?.written ?? 0) - view[0]
    if (/^flight\..*\.count$/.test(name)) count += view[0]
  }
  return count
}

function prefix(o: Outcome, lengths: Map<string, number>): Outcome {
  return new Map(
    [...o].filter(([key]) => lengths.has(key)).map(([key, list]) => [key, list.slice(0, lengths.get(key))]),
  )
}

describe.each(Object.keys(networks))('%s', (name) => {
  const { description, duration } = networks[name]

  it('does something in every population that is recorded', async () => {
    const { outcome } = await inOneGo(name)
    for (const { name: p } of description.populations)
      expect({ p, events: (outcome.get(`events ${p}: times`) ?? []).length > 0 }).toEqual({ p, events: true })
    for (const { name: s } of description.record?.samples ?? [])
      expect(outcome.get(`samples ${s}: values`)?.length).toBeGreaterThan(50)
    for (const [key, values] of outcome) {
      if (!key.endsWith('times')) continue
      expect(values.every((t, k) => t >= 0 && t <= duration && (k === 0 || values[k - 1] <= t))).toBe(true)
    }
  })

  it('same seed same bytes, another seed other bytes', async () => {
    const a = await inOneGo(name)
    const b = await run(description, [duration])
    expectSame(b.outcome, a.outcome)
    expectSameBytes(b.snapshot, a.snapshot, a.simulation)
    const c = await run({ ...description, seed: description.seed + 1 }, [duration])
    expect(
      [...c.outcome].some(
        ([key, list]) => key.startsWith('events') && JSON.stringify(list) !== JSON.stringify(a.outcome.get(key)),
      ),
    ).toBe(true)
  })

  it('one run equals many short ones, at odd times and off the grid', async () => {
    const a = await inOneGo(name)
    const each = Array.from({ length: duration }, (_, k) => k + 1)
    for (const stops of [
      each,
      [0, ...instants(duration, 60, 3), duration],
      [0, 0, 0.05, 0.1, 0.1, 0.3, 0.1 * 3, 7.77, 10, 10, 0.1 * 333, duration],
    ]) {
      const b = await run(description, stops)
      expectSame(b.outcome, a.outcome)
      expectSameBytes(b.snapshot, a.snapshot, a.simulation)
    }
  })

  it('one run equals many very short ones', async () => {
    const a = await inOneGo(name)
    const b = await run(
      description,
      Array.from({ length: duration * 30 }, (_, k) => (k + 1) / 30),
    )
    expectSame(b.outcome, a.outcome)
    expectSameBytes(b.snapshot, a.snapshot, a.simulation)
  })

  it('resumed at twenty instants equals uninterrupted', async () => {
    const a = await inOneGo(name)
    const simulation = await createSimulation(description)
    const kept = new Kept()
    simulation.recording = kept
    const checkpoints: { at: number; bytes: Uint8Array; lengths: Map<string, number>; flying: number }[] = []
    for (const at of instants(duration, 20, 11)) {
      simulation.run(at)
      checkpoints.push({
        at,
        bytes: simulation.snapshot(),
        lengths: new Map([...kept.outcome].map(([k, l]) => [k, l.length])),
        flying: inFlight(simulation),
      })
    }
    simulation.run(duration)
    expectSame(kept.outcome, a.outcome)
    if (networks[name].inFlight) expect(checkpoints.filter((c) => c.flying > 0).length).toBeGreaterThan(5)
    for (const { bytes, lengths } of checkpoints) {
      const resumed = await createSimulation(description)
      const rest = new Kept()
      resumed.recording = rest
      resumed.restore(bytes)
      expectSameBytes(resumed.snapshot(), bytes, resumed)
      resumed.run(duration)
      const joined = prefix(kept.outcome, lengths)
      for (const [key, list] of rest.outcome) joined.set(key, [...(joined.get(key) ?? []), ...list])
      expectSame(joined, a.outcome)
      expectSameBytes(resumed.snapshot(), a.snapshot, a.simulation)
    }
    // back on a simulation that has gone further
    const { bytes, lengths } = checkpoints[9]
    const again = new Kept()
    simulation.recording = again
    simulation.restore(bytes)
    simulation.run(duration)
    const joined = prefix(kept.outcome, lengths)
    for (const [key, list] of again.outcome) joined.set(key, [...(joined.get(key) ?? []), ...list])
    expectSame(joined, a.outcome)
  })

  it('the order of declarations changes no bit', async () => {
    const a = await inOneGo(name)
    const u = chance(5)
    const shuffled = <T>(list: T[]): T[] =>
      list
        .map((x) => [u(), x] as const)
        .sort(([p], [q]) => p - q)
        .map(([, x]) => x)
    for (const order of [<T>(l: T[]) => [...l].reverse(), shuffled]) {
      const other: NetworkDescription = {
        ...description,
        populations: order(description.populations),
        projections: order(description.projections),
        inputs: order(description.inputs),
        record: { ...description.record, samples: order(description.record?.samples ?? []) },
      }
      const b = await run(other, [duration])
      expectSame(b.outcome, a.outcome)
      expectSameBytes(b.snapshot, a.snapshot, a.simulation)
    }
  })

  it('looking changes nothing', async () => {
    const a = await inOneGo(name)
    const events = (key: string) => key.startsWith('events')
    const blind = await run({ ...description, record: { ...description.record, samples: [] } }, [duration])
    expectSame(blind.outcome, a.outcome, events)
    expectSameBytes(blind.snapshot, a.snapshot, a.simulation)
    // every variable of every unit, often, off the grid
    const samples = description.populations
      .filter((p) => 'equations' in p.model)
      .map((p) => ({ name: p.name, of: { population: p.name }, variables: ['V'], every: '0.37 ms' }))
    expectSame((await run({ ...description, record: { samples } }, [duration])).outcome, a.outcome, events)
    // one population recorded alone, and nobody listening for a while
    const one = description.populations[0].name
    const alone = await run({ ...description, record: { events: [one] } }, [duration])
    expectSame(alone.outcome, a.outcome, (key) => key.startsWith(`events ${one}:`))
    const deaf = await createSimulation(description)
    deaf.run(duration / 2)
    const kept = new Kept()
    deaf.recording = kept
    deaf.run(duration)
    for (const { name: p } of description.populations) {
      const times = a.outcome.get(`events ${p}: times`) ?? []
      const later = times.findIndex((t) => t > duration / 2)
      expect(kept.outcome.get(`events ${p}: times`) ?? []).toEqual(later < 0 ? [] : times.slice(later))
    }
    expectSameBytes(deaf.snapshot(), a.snapshot, a.simulation)
  })

  it('partitions and shared memory change no bit', async () => {
    const a = await inOneGo(name)
    for (const partitions of [1, 2, 3]) {
      for (const shared of [false, true]) {
        const b = await run(description, [duration], { partitions, shared })
        expectSame(b.outcome, a.outcome)
        if (partitions === 1) expectSameBytes(b.snapshot, a.snapshot, a.simulation)
      }
    }
  })

  it('fires enough to mean something, and does not explode', async () => {
    const { outcome } = await inOneGo(name)
    const units = description.populations.reduce((n, p) => n + p.size, 0)
    const rate = (eventCount(outcome) / units / duration) * 1000
    expect(rate).toBeGreaterThan(5)
    expect(rate).toBeLessThan(400)
  })
})
