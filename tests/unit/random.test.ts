import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { log1p } from '../../engine/elementary.ts'
import { InputError } from '../../engine/errors.ts'
import * as random from '../../engine/random.ts'

const words = (...counterAndKey: [number, number, number, number, number, number]): string[] => {
  const out = new Uint32Array(4)
  random.philox(...counterAndKey, out)
  return hex(out)
}
const hex = (out: Uint32Array): string[] => [...out].map((w) => w.toString(16).padStart(8, '0'))
const ones = 0xffffffff
/** First digits of pi, as in Random123's known answers. */
const pi = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0] as const
/** The block all mappings are checked on. */
const golden = [0xdf4e18de, 0x2b558e31, 0x310d7b20, 0x3289d2b5]

describe('philox4x32-10', () => {
  it('known answers of Random123 (kat_vectors)', () => {
    expect(words(0, 0, 0, 0, 0, 0).join(' ')).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8')
    expect(words(ones, ones, ones, ones, ones, ones).join(' ')).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd')
    expect(words(...pi).join(' ')).toBe('d16cfe09 94fdcceb 5001e420 24126ea1')
  })
  it('the same with 7 rounds', () => {
    const out = new Uint32Array(4)
    random.philox(0, 0, 0, 0, 0, 0, out, 7)
    expect(hex(out).join(' ')).toBe('5f6fb709 0d893f64 4f121f81 4f730a48')
    random.philox(ones, ones, ones, ones, ones, ones, out, 7)
    expect(hex(out).join(' ')).toBe('5207ddc2 45165e59 4d8ee751 8c52f662')
    random.philox(...pi, out, 7)
    expect(hex(out).join(' ')).toBe('4dfccaba 190a87f0 c47362ba b6b5242a')
  })
  it('small counters and keys', () => {
    expect(words(0, 0, 7, 1, 12345, 0).join(' ')).toBe('df4e18de 2b558e31 310d7b20 3289d2b5')
    expect(words(1, 0, 7, 1, 12345, 0).join(' ')).toBe('b515079a a67005bb 69cd5322 58eb21ae')
    expect(words(0, 1, 7, 1, 12345, 0).join(' ')).toBe('d8348d14 5f825331 5db87802 73260e06')
  })
  it('100,000 blocks', () => {
    const out = new Uint32Array(4)
    const sum = new Uint32Array(4)
    for (let i = 0; i < 100000; i++) {
      random.philox(i, i * 2654435761, i ^ 0xdeadbeef, ~i, i * 40503, i + 77, out)
      for (let j = 0; j < 4; j++) sum[j] = Math.imul(sum[j], 31) + out[j]
    }
    expect(hex(sum).join(' ')).toBe('7b45a6d1 016230bf 83137ca9 84d74410')
  })
})

describe('streamKey', () => {
  it('hashes with FNV-1a: the key is the block whose counter is the four hashes', () => {
    // Published FNV-1a values: "" is the basis, "a" is e40c292c, "foobar" is bf9cf968; the second basis by BigInt.
    const step = (h: bigint, byte: number): bigint => ((h ^ BigInt(byte)) * 0x01000193n) % 2n ** 32n
    const second = (text: string): number => Number([...new TextEncoder().encode(text)].reduce(step, 0xcbf29ce4n))
    const out = new Uint32Array(4)
    random.philox(0xe40c292c, second('a'), 0xbf9cf968, second('foobar'), 5, 3, out)
    expect(random.streamKey(3 * 2 ** 32 + 5, 'a', 'foobar')).toEqual([out[0], out[1]])
    random.philox(0x811c9dc5, 0xcbf29ce4, 0x811c9dc5, 0xcbf29ce4, 0, 0, out)
    expect(random.streamKey(0, '', '')).toEqual([out[0], out[1]])
  })
  it('is its own for every seed, purpose and name', () => {
    const keys = new Set<string>()
    let count = 0
    for (const seed of [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      for (const purpose of ['weights', 'delays', 'noise', 'noise 1', '']) {
        for (let i = 0; i < 500; i++) {
          keys.add(random.streamKey(seed, purpose, `cells ${i}`).join())
          count++
        }
      }
    }
    expect(keys.size).toBe(count)
    expect(random.streamKey(1, 'ab', 'c')).not.toEqual(random.streamKey(1, 'a', 'bc'))
    expect(random.streamKey(1, 'a', 'b')).not.toEqual(random.streamKey(1, 'b', 'a'))
    expect(random.streamKey(1, '\u00e9', 'x')).not.toEqual(random.streamKey(1, 'e\u0301', 'x'))
  })
  it('refuses seeds that are not whole numbers from 0', () => {
    for (const seed of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      expect(() => random.streamKey(seed, 'a', 'b')).toThrow(InputError)
    }
    expect(() => random.streamKey(-1, 'a', 'b')).toThrow(
      'found seed -1; a whole number from 0 to 9007199254740991 is needed',
    )
  })
})

describe('uniform numbers and integers', () => {
  it('golden values, exactly', () => {
    expect(golden.map(random.uniform01)).toEqual(
      [0.87228541786316782, 0.16927422245498747, 0.19161195319611579, 0.19741551333572716],
    )
    expect(random.uniform52(golden[0], golden[1])).toBe(0.8722854132842156)
    expect(random.uniform52(golden[2], golden[3])).toBe(0.19161194857084018)
    expect(golden.map((w) => Math.fround(random.uniform24(w)))).toEqual(golden.map(random.uniform24))
    expect(golden.map((w) => random.uniform24(w).toFixed(9))).toEqual(
      ['0.872285426', '0.169274271', '0.191611946', '0.197415531'],
    )
  })
  it('never reach 0 or 1, and are symmetric about 1/2', () => {
    expect(random.uniform01(0)).toBe(2 ** -33)
    expect(random.uniform01(ones)).toBe(1 - 2 ** -33)
    expect(random.uniform52(0, 0)).toBe(2 ** -53)
    expect(random.uniform52(ones, ones)).toBe(1 - 2 ** -53)
    expect(random.uniform24(0)).toBe(2 ** -24)
    expect(random.uniform24(ones)).toBe(1 - 2 ** -24)
    expect(Math.fround(1 - 2 ** -24)).toBe(1 - 2 ** -24)
  })
  it('integerBelow is the high word of w m', () => {
    const word = fc.oneof(fc.integer({ min: 0, max: ones }), fc.constantFrom(0, 1, ones - 1, ones))
    const edges = [1, 2, 65535, 65536, 65537, ones, ones + 1]
    const limit = fc.oneof(fc.integer({ min: 1, max: ones + 1 }), fc.constantFrom(...edges))
    fc.assert(
      fc.property(word, limit, (w, m) => {
        expect(random.integerBelow(w, m)).toBe(Number((BigInt(w) * BigInt(m)) >> 32n))
      }),
      { numRuns: 5000 },
    )
  })
  it('bernoulliThreshold', () => {
    expect([0, 0.5, 1, 0.1].map(random.bernoulliThreshold)).toEqual([0, 2 ** 31, 2 ** 32, 429496729])
  })
})

/** |got / want - 1| below 1e-14 for all. */
function close(got: number[], want: number[], relative = 1e-14): void {
  expect(got).toHaveLength(want.length)
  for (const [i, g] of got.entries()) expect(Math.abs(g / want[i] - 1), `${g} for ${want[i]}`).toBeLessThan(relative)
}

describe('exponential and normal numbers', () => {
  it('golden values', () => {
    // instruments.md prints the last as 1.622444567543771; to 30 digits it is 1.62244456674377133899...
    close(golden.map(random.exponential), [0.136638594565454, 1.776235261004599, 1.652283029190293, 1.622444566743771])
    const [a, b] = random.boxMuller(golden[0], golden[1])
    const [c, d] = random.boxMuller(golden[2], golden[3])
    close([a, b, c, d], [0.25392755644951, 0.456944181718609, 0.589745044315452, 1.719525178962481])
    const out = new Float64Array(3)
    random.boxMullerInto(golden[0], golden[1], out, 1)
    expect([...out]).toEqual([0, a, b])
    close(
      golden.map((w) => random.normalQuantile(random.uniform01(w))),
      [1.13726106912059, -0.957037267717006, -0.87197153515079, -0.85088898057262],
    )
  })
  it('normalQuantile in all three regions, against 60 digits', () => {
    const points: [p: number, z: number][] = [
      [0.975, 1.9599639845400538556],
      [0.025, -1.9599639845400542118],
      [0.3, -0.52440051270804081597],
      [1e-5, -4.2648907939228246102],
      [1e-10, -6.3613409024040561991],
      [1.1641532182693481e-10, -6.3379577545537892525],
      [1e-12, -7.0344838253011319326],
      [1e-50, -14.933337534788488981],
      [1e-300, -37.047096299361199237],
    ]
    close(points.map(([p]) => random.normalQuantile(p)), points.map(([, z]) => z), 1.1e-15)
    expect([0, 0.5, 1, NaN, -1, 2].map(random.normalQuantile)).toEqual([-Infinity, 0, Infinity, NaN, NaN, NaN])
  })
  it('2^20 blocks: mean and variance of word 0, moments of the first of Box-Muller', () => {
    const n = 1 << 20
    const out = new Uint32Array(4)
    const u = new Float64Array(n)
    const pair = new Float64Array(2)
    const z = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      random.philox(i, 0, 3, 0, 1, 0, out)
      u[i] = random.uniform01(out[0])
      random.boxMullerInto(out[0], out[1], pair, 0)
      z[i] = pair[0]
    }
    const mean = u.reduce((s, x) => s + x, 0) / n
    const variance = u.reduce((s, x) => s + (x - mean) * (x - mean), 0) / n
    let lagged = 0
    for (let i = 1; i < n; i++) lagged += (u[i] - mean) * (u[i - 1] - mean)
    const normal = moments(z)
    expect({
      mean: mean.toFixed(6),
      variance: (12 * variance).toFixed(6),
      lagged: (lagged / n / variance).toFixed(5),
      sd: normal.sd.toFixed(6),
      skew: normal.skew.toFixed(5),
      kurtosis: normal.kurtosis.toFixed(5),
    }).toEqual({
      mean: '0.499563',
      variance: '1.001261',
      lagged: '0.00024',
      sd: '1.000368',
      skew: '0.00087',
      kurtosis: '-0.00019',
    })
  })
})

function moments(z: Float64Array): { mean: number; sd: number; skew: number; kurtosis: number } {
  const mean = z.reduce((s, x) => s + x, 0) / z.length
  const about = (k: number): number => z.reduce((s, x) => s + (x - mean) ** k, 0) / z.length
  const sd = Math.sqrt(about(2))
  return { mean, sd, skew: about(3) / sd ** 3, kurtosis: about(4) / sd ** 4 - 3 }
}

describe('geometric gaps', () => {
  it('edges of p-sparse connectivity have density p, and the ends of p are right', () => {
    const u = new Float64Array(40000)
    random.fillUniform(u, random.streamKey(1, 'connectivity', 'test'), 0, 0, 0)
    const p = 0.1
    const gaps = u.map((x) => random.geometricGap(x, log1p(-p)))
    const mean = gaps.reduce((s, x) => s + x, 0) / gaps.length
    // Mean (1 - p) / p = 9, standard error sqrt(1 - p) / p / sqrt(40000) = 0.047; four of them.
    expect(Math.abs(mean - 9)).toBeLessThan(0.19)
    expect(Math.abs(gaps.filter((g) => g === 0).length / gaps.length - p)).toBeLessThan(0.006)
    expect(random.geometricGap(0.3, log1p(-0))).toBe(Infinity)
    expect(random.geometricGap(0.3, log1p(-1))).toBe(0)
    expect(random.geometricGap(0.81001, log1p(-0.1))).toBe(1)
    expect(random.geometricGap(0.80999, log1p(-0.1))).toBe(2)
  })
})

describe('poisson numbers', () => {
  it('inversion: golden values', () => {
    const draw = (lambda: number): number[] => golden.map((w) => random.poissonInversion(random.uniform01(w), lambda))
    expect(draw(0.1)).toEqual([0, 0, 0, 0])
    expect(draw(1)).toEqual([2, 0, 0, 0])
    expect(draw(5)).toEqual([8, 3, 3, 3])
    expect(draw(0)).toEqual([0, 0, 0, 0])
    expect(random.poissonInversion(1, 2)).toBeLessThanOrEqual(2 + 40 * Math.sqrt(2) + 41)
  })
  it('table: floor(2^32 F_k) until 2^32 - 1', () => {
    // lambda = 1: F_0 = 1/e, F_1 = 2/e, F_2 = 2.5/e.
    const table = random.poissonTable(1)
    expect([...table.slice(0, 3)]).toEqual([1, 2, 2.5].map((x) => Math.floor((x / Math.E) * 2 ** 32)))
    expect(table[table.length - 1]).toBe(ones)
    expect(table[table.length - 2]).toBeLessThan(ones)
    expect(random.poissonTable(0)).toHaveLength(0)
    expect(random.poissonFromTable(random.poissonTable(0), ones)).toBe(0)
    for (const lambda of [1e-12, 0.01, 3, 100, 700]) {
      const t = random.poissonTable(lambda)
      expect(t.every((x, i) => i === 0 || x >= t[i - 1])).toBe(true)
      expect(t[t.length - 1]).toBe(ones)
      expect(random.poissonFromTable(t, ones)).toBe(t.length)
    }
    for (const bad of [-1, NaN, 701]) {
      expect(() => random.poissonTable(bad)).toThrow(InputError)
      expect(() => random.poissonInversion(0.5, bad)).toThrow(InputError)
    }
    for (const bad of [9.99, NaN, Infinity]) expect(() => random.poissonPTRS(bad, [1, 0], 0, 0, 0)).toThrow(InputError)
  })
  it('table and inversion agree except at a boundary word', () => {
    const draws = new Uint32Array(20000)
    random.fillWords(draws, [5, 6], 0, 0, 0)
    for (const lambda of [0.1, 1, 5, 30]) {
      const table = random.poissonTable(lambda)
      for (const w of draws) {
        if (table.includes(w)) continue
        expect(random.poissonFromTable(table, w)).toBe(random.poissonInversion(random.uniform01(w), lambda))
      }
    }
  })
  it('PTRS: golden values', () => {
    const draw = (lambda: number): string =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => random.poissonPTRS(lambda, [12345, 0], i, 7, 1)).join(' ')
    expect(draw(100)).toBe('113 112 96 101 101 107 97 83')
    expect(draw(12)).toBe('17 16 10 12 12 14 11 6')
  })
  it('PTRS: distribution at means 30 and 400', () => {
    for (const lambda of [30, 400]) {
      const n = 40000
      const counts = new Map<number, number>()
      let sum = 0
      let squares = 0
      for (let i = 0; i < n; i++) {
        const k = random.poissonPTRS(lambda, [9, 9], i, 0, 0)
        counts.set(k, (counts.get(k) ?? 0) + 1)
        sum += k
        squares += (k - lambda) ** 2
      }
      // Four standard errors.
      expect(Math.abs(sum / n - lambda)).toBeLessThan(4 * Math.sqrt(lambda / n))
      expect(Math.abs(squares / n / lambda - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / lambda) / n))
      let chi = 0
      let bins = 0
      for (const [k, count] of counts) {
        const expected = n * Math.exp(k * Math.log(lambda) - lambda - random.logFactorial(k))
        if (expected < 20) continue
        chi += (count - expected) ** 2 / expected
        bins++
      }
      expect(chi).toBeLessThan(bins + 4 * Math.sqrt(2 * bins))
    }
  })
  it('logFactorial', () => {
    close([5, 100, 128, 200, 1000].map(random.logFactorial),
      [Math.log(120), 363.73937555556349014, 496.40547848721762066, 863.2319871924054735, 5912.1281784881633489])
    expect([random.logFactorial(0), random.logFactorial(1)]).toEqual([0, 0])
  })
})

describe('filling arrays', () => {
  it('word j of block b is number 4 b + j, whatever the length', () => {
    const key = [12345, 0] as const
    const five = new Float64Array(5)
    random.fillUniform(five, key, 0, 7, 1)
    expect([...five.slice(0, 4)]).toEqual(golden.map(random.uniform01))
    expect(five[4]).toBe(random.uniform01(0xb515079a))
    const exponentials = new Float64Array(4)
    random.fillExponential(exponentials, key, 0, 7, 1)
    expect([...exponentials]).toEqual(golden.map(random.exponential))
    const normals = new Float64Array(5)
    random.fillNormal(normals, key, 0, 7, 1)
    expect([...normals.slice(0, 4)]).toEqual(
      [...random.boxMuller(golden[0], golden[1]), ...random.boxMuller(golden[2], golden[3])],
    )
    expect(normals[4]).toBe(random.boxMuller(0xb515079a, 0xa67005bb)[0])
    const raw = new Uint32Array(6)
    random.fillWords(raw, key, 0, 7, 1)
    expect([...raw]).toEqual([...golden, 0xb515079a, 0xa67005bb])
  })
})
