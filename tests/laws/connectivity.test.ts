import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connect, type Connections, type Ends } from '../../engine/connectivity.ts'
import { InputError } from '../../engine/errors.ts'
import type { Key } from '../../engine/random.ts'

const key: fc.Arbitrary<Key> = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff))
const size = fc.integer({ min: 1, max: 40 })
/** Two groups of units of different populations, or of one. */
const ends: fc.Arbitrary<Ends> = fc.record({
  sources: size,
  targets: size,
  offset: fc.option(fc.integer({ min: -20, max: 20 }), { nil: undefined }),
})

function pairsOf({ starts, targets }: Connections): [number, number][] {
  const pairs: [number, number][] = []
  for (let s = 0; s + 1 < starts.length; s++)
    for (let k = starts[s]; k < starts[s + 1]; k++) pairs.push([s, targets[k]])
  return pairs
}
const isSelf = ({ offset }: Ends, s: number, t: number) => offset !== undefined && s + offset === t
const mayBeSelf = (e: Ends) =>
  Array.from({ length: e.sources }, (_, s) => s).filter(
    (s) => isSelf(e, s, s + (e.offset ?? 0)) && s + (e.offset ?? 0) >= 0 && s + (e.offset ?? 0) < e.targets,
  ).length

/** Rows follow each other, ascend, and stay within the targets. */
function expectRows(c: Connections, e: Ends, distinct: boolean): void {
  expect(c.starts.length).toBe(e.sources + 1)
  expect(c.starts[0]).toBe(0)
  expect(c.targets.length).toBe(c.starts[e.sources])
  // counted, since an expectation for each of a million connections would take a minute
  let wrong = 0
  for (let s = 0; s < e.sources; s++) {
    if (c.starts[s + 1] < c.starts[s]) wrong++
    for (let k = c.starts[s]; k < c.starts[s + 1]; k++) {
      if (c.targets[k] >= e.targets) wrong++
      if (k > c.starts[s] && c.targets[k] - c.targets[k - 1] < (distinct ? 1 : 0)) wrong++
    }
  }
  expect(wrong).toBe(0)
}

describe('connectors', () => {
  it('all to all: every pair once, without itself if so asked', () => {
    fc.assert(
      fc.property(ends, fc.boolean(), key, (e, self, k) => {
        const c = connect({ all_to_all: true, self }, e, k)
        expectRows(c, e, true)
        const pairs = pairsOf(c)
        expect(pairs.length).toBe(e.sources * e.targets - (self ? 0 : mayBeSelf(e)))
        if (!self) expect(pairs.some(([s, t]) => isSelf(e, s, t))).toBe(false)
      }),
    )
  })
  it('one to one', () => {
    fc.assert(
      fc.property(ends, key, (e, k) => {
        if (e.sources !== e.targets) expect(() => connect({ one_to_one: true }, e, k)).toThrow(InputError)
        else
          expect(pairsOf(connect({ one_to_one: true }, e, k))).toEqual(
            Array.from({ length: e.sources }, (_, i) => [i, i]),
          )
      }),
    )
  })
  it('fixed in-degree: exactly so many into every target', () => {
    fc.assert(
      fc.property(ends, fc.boolean(), fc.boolean(), fc.nat(12), key, (e, self, distinct, k, seed) => {
        const choices = e.sources - (self || e.offset === undefined ? 0 : 1)
        const connector = { in_degree: k, self, distinct }
        if (k > 0 && (choices < 1 || (distinct && k > choices))) {
          expect(() => connect(connector, e, seed)).toThrow(InputError)
          return
        }
        const c = connect(connector, e, seed)
        expectRows(c, e, distinct)
        const into = new Array(e.targets).fill(0)
        for (const [s, t] of pairsOf(c)) {
          into[t]++
          if (!self) expect(isSelf(e, s, t)).toBe(false)
        }
        expect(into.every((n) => n === k)).toBe(true)
      }),
    )
  })
  it('fixed out-degree: exactly so many from every source', () => {
    fc.assert(
      fc.property(ends, fc.boolean(), fc.boolean(), fc.nat(12), key, (e, self, distinct, k, seed) => {
        const choices = e.targets - (self || e.offset === undefined ? 0 : 1)
        const connector = { out_degree: k, self, distinct }
        if (k > 0 && (choices < 1 || (distinct && k > choices))) {
          expect(() => connect(connector, e, seed)).toThrow(InputError)
          return
        }
        const c = connect(connector, e, seed)
        expectRows(c, e, distinct)
        for (let s = 0; s < e.sources; s++) expect(c.starts[s + 1] - c.starts[s]).toBe(k)
        if (!self) expect(pairsOf(c).some(([s, t]) => isSelf(e, s, t))).toBe(false)
      }),
    )
  })
  it('fixed in-degree: all sources are as likely', () => {
    const c = connect({ in_degree: 200 }, { sources: 20, targets: 500, offset: undefined }, [5, 6])
    // 100000 draws of probability 1/20: 5000, standard deviation 69
    for (let s = 0; s < 20; s++) expect(Math.abs(c.starts[s + 1] - c.starts[s] - 5000)).toBeLessThan(5 * 69)
  })
  it('fixed probability: within five standard deviations of the binomial', () => {
    fc.assert(
      fc.property(
        ends,
        fc.boolean(),
        fc.oneof(fc.constantFrom(0, 1, 1e-6, 0.5), fc.double({ min: 0, max: 1, noNaN: true })),
        key,
        (e, self, p, k) => {
          const big = { ...e, sources: e.sources * 8, targets: e.targets * 8 }
          const c = connect({ probability: p, self }, big, k)
          expectRows(c, big, true)
          const pairs = pairsOf(c)
          if (!self) expect(pairs.some(([s, t]) => isSelf(big, s, t))).toBe(false)
          const n = big.sources * big.targets - (self ? 0 : mayBeSelf(big))
          if (p === 0 || p === 1) expect(pairs.length).toBe(p * n)
          // the one more is for the tail of very small means, which is longer than a normal one's
          else expect(Math.abs(pairs.length - n * p)).toBeLessThan(5 * Math.sqrt(n * p * (1 - p)) + 3)
        },
      ),
    )
  })
  it('fixed probability: every target is as likely, in every row', () => {
    const c = connect({ probability: 0.3 }, { sources: 3000, targets: 25, offset: undefined }, [1, 2])
    const into = new Array(25).fill(0)
    for (const [, t] of pairsOf(c)) into[t]++
    // 900, standard deviation 25
    for (const n of into) expect(Math.abs(n - 900)).toBeLessThan(5 * 25.1)
  })
  it('pairs: exactly those, whatever their order, repeated ones too', () => {
    const withPairs = ends.chain((e) =>
      fc.tuple(fc.constant(e), fc.array(fc.tuple(fc.nat(e.sources - 1), fc.nat(e.targets - 1)), { maxLength: 60 })),
    )
    fc.assert(
      fc.property(withPairs, key, ([e, pairs], k) => {
        const c = connect({ pairs }, e, k)
        expectRows(c, e, false)
        expect(pairsOf(c)).toEqual([...pairs].sort((a, b) => a[0] - b[0] || a[1] - b[1]))
        expect(pairsOf(connect({ pairs: [...pairs].reverse() }, e, k))).toEqual(pairsOf(c))
      }),
    )
    expect(() => connect({ pairs: [[0, 3]] }, { sources: 2, targets: 3, offset: undefined }, [0, 0])).toThrow(
      /target 3/,
    )
    expect(() => connect({ pairs: [[2, 0]] }, { sources: 2, targets: 3, offset: undefined }, [0, 0])).toThrow(
      /source 2/,
    )
  })
  it('a row does not depend on how many rows there are', () => {
    fc.assert(
      fc.property(size, size, key, (sources, targets, k) => {
        const few = connect({ probability: 0.3 }, { sources, targets, offset: undefined }, k)
        const many = connect({ probability: 0.3 }, { sources: sources + 7, targets, offset: undefined }, k)
        expect(pairsOf(many).filter(([s]) => s < sources)).toEqual(pairsOf(few))
      }),
    )
  })
  it('the same key draws the same, another one something else', () => {
    const e = { sources: 50, targets: 50, offset: 0 }
    for (const connector of [{ probability: 0.2 }, { in_degree: 10 }]) {
      expect(pairsOf(connect(connector, e, [1, 2]))).toEqual(pairsOf(connect(connector, e, [1, 2])))
      expect(pairsOf(connect(connector, e, [1, 2]))).not.toEqual(pairsOf(connect(connector, e, [1, 3])))
    }
  })
})
