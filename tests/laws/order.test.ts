import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advance, type FlightColumns, push, sort } from '../../engine/kernels/flight-heap.ts'
import { earliest, type HeapColumns, move } from '../../engine/kernels/indexed-heap.ts'
import { type Actor, compare, type Phase, type Place, phases, Scheduler } from '../../engine/scheduler.ts'

// few values, so that ties are the rule
const time = fc.constantFrom(0, 0.1, 0.2, 0.30000000000000004, 1, Infinity)
const actor: fc.Arbitrary<Actor> = fc
  .record({
    time,
    phase: fc.constantFrom(...(Object.values(phases) as Phase[])),
    turns: fc.nat(2),
    rank: fc.nat(5),
  })
  .map((a) => ({ ...a, name: `actor ${a.rank}`, act: () => {} }))
const key = (a: Actor) => JSON.stringify([String(a.time), a.phase, a.turns, a.rank])
const sign = (x: number) => (Number.isNaN(x) ? 'NaN' : x > 0 ? 1 : x < 0 ? -1 : 0)

describe('the order of what is due', () => {
  it('is total: reflexive, antisymmetric, transitive, and equal only for equals', () => {
    fc.assert(
      fc.property(actor, actor, actor, (a, b, c) => {
        expect(sign(compare(a, a))).toBe(0)
        expect(sign(compare(a, b)) === 0).toBe(key(a) === key(b))
        expect(sign(compare(b, a))).toBe(0 - (sign(compare(a, b)) as number) || 0)
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 2000 },
    )
  })
  it('is by time, then phase, then turns, then rank', () => {
    fc.assert(
      fc.property(actor, actor, (a, b) => {
        const keys = [
          [a.time, b.time],
          [a.phase, b.phase],
          [a.turns, b.turns],
          [a.rank, b.rank],
        ] as const
        const decides = keys.find(([x, y]) => x !== y)
        expect(sign(compare(a, b))).toBe(decides === undefined ? 0 : decides[0] < decides[1] ? -1 : 1)
      }),
      { numRuns: 2000 },
    )
  })
  it('is the order in which the scheduler gives them, whatever the order in which they came', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(actor, { selector: key, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        (actors, random) => {
          const scheduler = new Scheduler()
          const inside: Actor[] = []
          const out: Actor[] = []
          const waiting = [...actors]
          const take = () => {
            const place = scheduler.peek() as Place
            scheduler.take(place)
            const first = place.actor
            expect(key(first)).toBe(key([...inside].sort(compare)[0]))
            inside.splice(inside.indexOf(first), 1)
            out.push(first)
          }
          while (waiting.length > 0) {
            const [next] = waiting.splice((random.next().value as number) % waiting.length, 1)
            scheduler.add(next)
            inside.push(next)
            const instants = inside
              .filter((a) => a.phase !== phases.populations && a.phase !== phases.after)
              .sort(compare)
            expect((scheduler.nextInstant() as Place | undefined)?.actor).toBe(instants[0])
            if ((random.next().value as number) % 3 === 0) take()
          }
          while (inside.length > 0) take()
          expect(scheduler.peek()).toBeUndefined()
          expect(out.map(key).sort()).toEqual(actors.map(key).sort())
        },
      ),
    )
  })
})

describe('the heap of crossings', () => {
  const units = 12
  const heap = (): HeapColumns => ({
    keys: new Float64Array(units),
    units: new Uint32Array(units),
    places: new Int32Array(units).fill(-1),
    count: new Float64Array(1),
  })
  it('agrees with a sorted list after every move', () => {
    const step = fc.tuple(
      fc.nat(units - 1),
      fc.oneof(fc.constantFrom(0, 1, 2, 3, Infinity), fc.double({ min: 0, max: 5, noNaN: true })),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const h = heap()
        const model = new Map<number, number>()
        for (const [unit, at] of steps) {
          move(h, unit, at)
          if (at === Infinity) model.delete(unit)
          else model.set(unit, at)
          const sorted = [...model].sort((a, b) => a[1] - b[1] || a[0] - b[0])
          expect(earliest(h)).toBe(sorted[0]?.[1] ?? Infinity)
          expect(h.count[0]).toBe(model.size)
          if (sorted.length > 0) expect(h.units[0]).toBe(sorted[0][0])
          for (let u = 0; u < units; u++) {
            expect(h.places[u] >= 0).toBe(model.has(u))
            if (model.has(u)) expect(h.units[h.places[u]]).toBe(u)
          }
        }
        const out: [number, number][] = []
        while (h.count[0] > 0) {
          out.push([h.units[0], earliest(h)])
          move(h, h.units[0], Infinity)
        }
        expect(out).toEqual([...model].sort((a, b) => a[1] - b[1] || a[0] - b[0]))
      }),
      { numRuns: 300 },
    )
  })
})

describe('the heap of spikes in flight', () => {
  const row = fc
    .array(fc.constantFrom(0.1, 0.2, 0.5, 0.5, 1, 1.75), { minLength: 1, maxLength: 6 })
    .map((l) => l.sort((a, b) => a - b))
  const scenario = fc.record({
    rows: fc.array(row, { minLength: 1, maxLength: 5 }),
    spikes: fc.array(
      fc.record({ row: fc.nat(4), after: fc.constantFrom(0, 0.1, 0.25, 0.3), takes: fc.nat(6), sorts: fc.boolean() }),
      { maxLength: 40 },
    ),
  })
  it('gives every arrival once, in order of time and connection, whenever spikes enter', () => {
    fc.assert(
      fc.property(scenario, ({ rows, spikes }) => {
        const delays = Float64Array.from(rows.flat())
        const starts = [0]
        for (const r of rows) starts.push((starts.at(-1) as number) + r.length)
        const n = 64
        const f: FlightColumns = {
          times: new Float64Array(n),
          starts: new Float64Array(n),
          positions: new Uint32Array(n),
          ends: new Uint32Array(n),
          count: new Float64Array(1),
        }
        let waiting: [number, number][] = []
        const byTime = (a: [number, number], b: [number, number]) => a[0] - b[0] || a[1] - b[1]
        const take = () => {
          waiting.sort(byTime)
          expect([f.times[0], f.positions[0]]).toEqual(waiting[0])
          advance(f, delays)
          waiting = waiting.slice(1)
        }
        let now = 0
        const last = new Map<number, number>()
        for (const { row, after, takes, sorts } of spikes) {
          now += after
          const r = row % rows.length
          // one source fires once at one time
          if (last.get(r) === now) continue
          last.set(r, now)
          push(f, now + delays[starts[r]], now, starts[r], starts[r + 1])
          for (let k = starts[r]; k < starts[r + 1]; k++) waiting.push([now + delays[k], k])
          if (sorts) {
            sort(f)
            const count = f.count[0]
            expect([...f.times.subarray(0, count)]).toEqual([...f.times.subarray(0, count)].sort((a, b) => a - b))
            expect([f.times, f.starts, f.positions, f.ends].every((c) => c.subarray(count).every((x) => x === 0))).toBe(
              true,
            )
          }
          for (let k = 0; k < takes && waiting.length > 0; k++) take()
        }
        while (waiting.length > 0) take()
        expect(f.count[0]).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})
