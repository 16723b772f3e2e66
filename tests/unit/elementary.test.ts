import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as f64 from '../../engine/elementary.ts'
import * as f32 from '../../engine/elementary32.ts'

/** Arguments come from a generator of their own (Numerical Recipes' LCG), so that a failure repeats. */
function numbers(seed: number): () => number {
  let state = seed >>> 0
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
  return () => (next() + next() / 4294967296) / 4294967296
}
type Draw = (u: () => number) => number
const uniform = (a: number, b: number): Draw => (u) => a + (b - a) * u()
/** Log-uniform magnitude from e^a to e^b, both signs or positive only. */
const scales = (a: number, b: number): Draw => (u) => (u() < 0.5 ? -1 : 1) * Math.exp(a + (b - a) * u())
const positive = (a: number, b: number): Draw => (u) => Math.exp(a + (b - a) * u())

function ulp64(v: number): number {
  const exponent = Math.floor(Math.log2(Math.abs(v)))
  return Math.max(2 ** (exponent - 52), 5e-324)
}
function ulp32(v: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(v))), -126)
  return 2 ** (exponent - 23)
}

/** The largest error in ulp over `count` arguments, and where. */
function worst(f: (x: number) => number, exact: (x: number) => number, draw: Draw, single: boolean, count: number) {
  const u = numbers(12345)
  let error = 0
  let at = 0
  for (let i = 0; i < count; i++) {
    const x = single ? Math.fround(draw(u)) : draw(u)
    const want = exact(x)
    const got = f(x)
    const e = Math.abs(got - want) / (single ? ulp32(want) : ulp64(want))
    if (!(e <= error)) {
      error = e
      at = x
    }
  }
  return { error, at }
}

/** FNV-1a over the bits of results on a fixed set of arguments. */
function fingerprint(f: (x: number) => number, draw: Draw, single: boolean): string {
  const u = numbers(7)
  const value = single ? new Float32Array(1) : new Float64Array(1)
  const bytes = new Uint8Array(value.buffer)
  let hash = 0x811c9dc5
  for (let i = 0; i < 20000; i++) {
    const a = draw(u)
    value[0] = f(single ? Math.fround(a) : a)
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
type Case = [name: string, stated: number, f: (x: number) => number, exact: (x: number) => number, draws: Draw[]]

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))

describe('f64: distance to Math.* (stated bound + 0.6 ulp for Math.* itself)', () => {
  const cases: Case[] = [
    ['exp', 0.92, f64.exp, Math.exp, [uniform(-708, 709.7), uniform(-1, 1), scales(-30, 0)]],
    ['expm1', 1.67, f64.expm1, Math.expm1, [uniform(-40, 709), uniform(-1, 1), scales(-34, 0)]],
    ['log', 0.84, f64.log, Math.log, [positive(-700, 700), uniform(0.5, 2)]],
    ['log1p', 0.79, f64.log1p, Math.log1p, [uniform(-0.999, 1), scales(-39, -0.1), positive(-30, 27)]],
    ['tanh', 2.5, f64.tanh, Math.tanh, [uniform(-20, 20), scales(-35, 0)]],
    // The reference itself is good to about 1.5 ulp: its own error is added.
    ['sigmoid', 2.21 + 1, f64.sigmoid, sigmoid, [uniform(-700, 40), uniform(-2, 2)]],
    ['atan', 1.75, f64.atan, Math.atan, [uniform(-3, 3), scales(-30, 30)]],
    ['atanh', 1.9, f64.atanh, Math.atanh, [uniform(-0.9999, 0.9999), scales(-30, -0.01)]],
    ['sin', 2.3, f64.sin, Math.sin, [uniform(-10, 10), uniform(-1e8, 1e8), scales(-30, 0)]],
    ['cos', 2.3, f64.cos, Math.cos, [uniform(-10, 10), uniform(-1e8, 1e8)]],
    // Math.tan (fdlibm) promises 1 ulp, not 0.6.
    ['tan', 3.4 + 0.4, f64.tan, Math.tan, [uniform(-10, 10), uniform(-1e6, 1e6), scales(-30, 0)]],
  ]
  for (const [name, stated, f, exact, draws] of cases) {
    it(name, () => {
      for (const draw of draws) {
        const { error, at } = worst(f, exact, draw, false, 40000)
        expect(error, `at ${at}`).toBeLessThan(stated + 0.6)
      }
    })
  }

  it('sinpi and cospi', () => {
    // |x| <= 1/4 in steps of 2^-20: pi x in two parts, so that the reference is not spoilt by rounding pi x.
    const u = numbers(3)
    for (let i = 0; i < 50000; i++) {
      const r = Math.floor((u() - 0.5) * 524288) / 1048576
      const high = r * 3.1415926218032837
      const low = r * 3.178650954705639e-8
      const s = Math.sin(high) + Math.cos(high) * low
      const c = Math.cos(high) - Math.sin(high) * low
      const turns = Math.floor(u() * 2000) - 1000
      const sign = turns % 2 === 0 ? 1 : -1
      // Sum of two rounded terms: half an ulp more than Math.* itself.
      expect(Math.abs(f64.sinpi(r + turns) * sign - s)).toBeLessThanOrEqual((1.9 + 1.1) * ulp64(s))
      expect(Math.abs(f64.cospi(r + turns) * sign - c)).toBeLessThanOrEqual((1.9 + 1.1) * ulp64(c))
      expect(f64.sinpi(r + 0.5)).toBe(f64.cospi(r))
      expect(f64.cospi(r + 0.5) + f64.sinpi(r)).toBe(0)
    }
  })

  it('atan2', () => {
    const u = numbers(5)
    for (let i = 0; i < 100000; i++) {
      const y = scales(-10, 10)(u)
      const x = scales(-10, 10)(u)
      const want = Math.atan2(y, x)
      expect(Math.abs(f64.atan2(y, x) - want)).toBeLessThanOrEqual((2.1 + 0.6) * ulp64(want))
    }
  })

  it('pow', () => {
    const u = numbers(6)
    for (let i = 0; i < 100000; i++) {
      const x = positive(-20, 20)(u)
      const y = uniform(-10, 10)(u)
      const want = x ** y
      const bound = 3e-16 * Math.abs(y * Math.log(x)) + 3.5e-16
      expect(Math.abs(f64.pow(x, y) / want - 1), `${x} ^ ${y}`).toBeLessThan(bound)
    }
  })
})

describe('f64: golden values of instruments.md C.2', () => {
  it('exp', () => {
    expect(f64.exp(1)).toBe(2.7182818284590451)
    expect(f64.exp(-1)).toBe(0.36787944117144233)
    expect(f64.exp(0.5)).toBe(1.6487212707001282)
    expect(f64.exp(0)).toBe(1)
    expect(f64.exp(709.7827128933841)).toBe(Infinity)
    expect(f64.exp(-745.13)).toBe(5e-324)
    expect(f64.exp(-745.14)).toBe(0)
  })
  it('log', () => {
    expect(f64.log(2)).toBe(0.69314718055994529)
    expect(f64.log(10)).toBe(2.3025850929940459)
    expect(f64.log(0.1)).toBe(-2.3025850929940455)
    expect(f64.log(1)).toBe(0)
    expect(f64.log(5e-324)).toBeCloseTo(-744.4400719213812, 12)
  })
})

describe('f64: special values', () => {
  it('not finite, zero and out of domain', () => {
    const { exp, expm1, log, log1p, sinpi, cospi, tanpi, tanh, sigmoid, atan, atanh, sin, cos, tan } = f64
    for (const f of [exp, expm1, log, log1p, sinpi, cospi, tanpi, tanh, sigmoid, atan, atanh, sin, cos, tan]) {
      expect(f(NaN), f.name).toBe(NaN)
    }
    expect([f64.pow(NaN, 2), f64.pow(2, NaN), f64.atan2(NaN, 1), f64.atan2(1, NaN)]).toEqual([NaN, NaN, NaN, NaN])
    expect([f64.exp(Infinity), f64.exp(-Infinity)]).toEqual([Infinity, 0])
    expect([f64.expm1(Infinity), f64.expm1(-Infinity), f64.expm1(-0)]).toEqual([Infinity, -1, 0])
    expect(f64.expm1(1e-300)).toBe(1e-300)
    expect([f64.log(0), f64.log(-0), f64.log(-1), f64.log(Infinity)]).toEqual([-Infinity, -Infinity, NaN, Infinity])
    expect([f64.log1p(-1), f64.log1p(-1.5), f64.log1p(Infinity), f64.log1p(-0)]).toEqual([-Infinity, NaN, Infinity, -0])
    expect([f64.tanh(Infinity), f64.tanh(-Infinity), f64.tanh(-0)]).toEqual([1, -1, -0])
    expect([f64.sigmoid(Infinity), f64.sigmoid(-Infinity), f64.sigmoid(0)]).toEqual([1, 0, 0.5])
    expect([f64.atan(Infinity), f64.atan(-Infinity), f64.atan(-0)]).toEqual([Math.PI / 2, -Math.PI / 2, -0])
    expect([f64.atanh(1), f64.atanh(-1), f64.atanh(1.5), f64.atanh(-2), f64.atanh(-0)]).toEqual(
      [Infinity, -Infinity, NaN, NaN, -0],
    )
    expect([f64.sin(Infinity), f64.cos(2e8), f64.tan(-2e8), f64.sinpi(Infinity)]).toEqual([NaN, NaN, NaN, NaN])
  })
  it('sinpi and cospi are exact at half and whole turns, however large', () => {
    expect([f64.sinpi(0), f64.sinpi(0.5), f64.sinpi(1.5), f64.sinpi(-0.5)]).toEqual([0, 1, -1, -1])
    expect([f64.cospi(0), f64.cospi(1), f64.cospi(2), f64.cospi(-1)]).toEqual([1, -1, 1, -1])
    expect(Math.abs(f64.sinpi(1))).toBe(0)
    expect(Math.abs(f64.cospi(0.5))).toBe(0)
    expect([f64.sinpi(2 ** 51 + 0.5), f64.sinpi(-(2 ** 51) - 1.5)]).toEqual([1, 1])
    expect([f64.cospi(2 ** 52 + 1), f64.cospi(2 ** 60), f64.cospi(-(2 ** 52) - 1)]).toEqual([-1, 1, -1])
    expect([f64.tanpi(0.25), f64.tanpi(0.75), Math.abs(f64.tanpi(0.5))]).toEqual([1, -1, Infinity])
  })
  it('atan2 as Math.atan2', () => {
    const values = [0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324, -1e308]
    for (const y of values) {
      for (const x of values) {
        const got = f64.atan2(y, x)
        const want = Math.atan2(y, x)
        const what = `${y}, ${x}: ${got}, ${want}`
        // Multiples of pi/4 may be an ulp off; zeros, signs and NaN may not.
        if (want === 0 || Number.isNaN(want)) expect(got, what).toBe(want)
        else expect(Math.abs(got - want), what).toBeLessThanOrEqual(2.1 * ulp64(want))
      }
    }
  })
  it('pow: whole exponents are products, others need a base that is not negative', () => {
    expect([f64.pow(3, 4), f64.pow(-2, 3), f64.pow(10, 22), f64.pow(2, -10)]).toEqual([81, -8, 1e22, 2 ** -10])
    expect([f64.pow(0, 0), f64.pow(2, 0.5), f64.pow(0, 2.5), f64.pow(0, -2.5), f64.pow(-2, 0.3)]).toEqual(
      [1, Math.SQRT2, 0, Infinity, NaN],
    )
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 0, max: 7 }), (x, n) => {
        expect(f64.pow(x, n)).toBe(Number(BigInt(x) ** BigInt(n)))
      }),
    )
  })
})

describe('f64: properties', () => {
  it('tanh, atan and atanh are odd; sigmoid stays in [0, 1]; sincospi has the bits of sinpi and cospi', () => {
    const out = new Float64Array(2)
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        for (const f of [f64.tanh, f64.atan, f64.atanh]) expect(f(-x)).toBe(-f(x))
        expect(f64.sigmoid(x)).toBeGreaterThanOrEqual(0)
        expect(f64.sigmoid(x)).toBeLessThanOrEqual(1)
        f64.sincospi(x, out)
        expect([out[0], out[1]]).toEqual([f64.sinpi(x), f64.cospi(x)])
      }),
      { numRuns: 2000 },
    )
  })
})

describe('f32: distance to the f64 result', () => {
  const cases: Case[] = [
    ['exp32', 1.02, f32.exp32, Math.exp, [uniform(-87.3, 88), uniform(-1, 1), scales(-20, 0)]],
    ['expm132', 1.67, f32.expm132, Math.expm1, [uniform(-87.3, 88), uniform(-1, 1), scales(-20, 0)]],
    ['log32', 0.83, f32.log32, Math.log, [positive(-87, 88), uniform(0.5, 2), positive(-103, -87)]],
    ['sinpi32', 2.01, f32.sinpi32, f64.sinpi, [uniform(-2, 2), uniform(-1000, 1000), scales(-20, 0)]],
    ['cospi32', 2.01, f32.cospi32, f64.cospi, [uniform(-2, 2), uniform(-1000, 1000)]],
    ['tanh32', 1.33, f32.tanh32, Math.tanh, [uniform(-10, 10), uniform(-1, 1), scales(-20, 0)]],
    ['sigmoid32', 2.58, f32.sigmoid32, sigmoid, [uniform(-87, 20), uniform(-2, 2)]],
  ]
  for (const [name, stated, f, exact, draws] of cases) {
    it(name, () => {
      for (const draw of draws) {
        const { error, at } = worst(f, exact, draw, true, 40000)
        expect(error, `at ${at}`).toBeLessThan(stated + 0.01)
      }
    })
  }
})

describe('f32: special values', () => {
  it('exp32 and expm132 are clamped, and nothing is subnormal', () => {
    expect(f32.exp32(-1000)).toBe(f32.exp32(Math.fround(-87.33)))
    expect(f32.exp32(-Infinity)).toBe(f32.exp32(Math.fround(-87.33)))
    expect(f32.exp32(-Infinity)).toBeGreaterThan(2 ** -126)
    expect(f32.exp32(-Infinity)).toBeLessThan(1.19e-38)
    expect(f32.exp32(Infinity)).toBe(f32.exp32(Math.fround(88.02)))
    expect(f32.exp32(Infinity)).toBeGreaterThan(1.68e38)
    expect(f32.exp32(Infinity)).toBeLessThan(1.7e38)
    expect([f32.exp32(0), f32.exp32(-0), f32.exp32(NaN)]).toEqual([1, 1, NaN])
    expect([f32.expm132(0), f32.expm132(-Infinity), f32.expm132(NaN)]).toEqual([0, -1, NaN])
    expect(f32.expm132(Infinity)).toBe(f32.exp32(Infinity))
  })
  it('log32', () => {
    expect([f32.log32(1), f32.log32(0), f32.log32(-0), f32.log32(-1)]).toEqual([0, -Infinity, -Infinity, NaN])
    expect([f32.log32(Infinity), f32.log32(-Infinity), f32.log32(NaN)]).toEqual([Infinity, NaN, NaN])
    expect(f32.log32(Math.fround(1e-45))).toBe(Math.fround(Math.log(2 ** -149)))
  })
  it('sinpi32 and cospi32 at half and whole turns, however large', () => {
    expect([0.5, 1.5, -0.5].map(f32.sinpi32)).toEqual([1, -1, -1])
    expect([1, 2, 2 ** 23 + 1, 2 ** 24, 2 ** 31, -(2 ** 40)].map(f32.cospi32)).toEqual([-1, 1, -1, 1, 1, 1])
    expect(Math.abs(f32.sinpi32(2 ** 33))).toBe(0)
    expect([f32.sinpi32(NaN), f32.sinpi32(Infinity), f32.cospi32(-Infinity)]).toEqual([NaN, NaN, NaN])
  })
  it('tanh32 and sigmoid32', () => {
    expect([f32.tanh32(Infinity), f32.tanh32(-Infinity), f32.tanh32(-0), f32.tanh32(NaN)]).toEqual([1, -1, -0, NaN])
    expect([f32.sigmoid32(0), f32.sigmoid32(Infinity), f32.sigmoid32(NaN)]).toEqual([0.5, 1, NaN])
    expect(f32.sigmoid32(-Infinity)).toBe(f32.exp32(-Infinity))
  })
  it('every result is an f32', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (x) => {
        for (const f of Object.values(f32)) expect(f(x), `${f.name}(${x})`).toBe(Math.fround(f(x)))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the order of operations has not changed: hash of the bits of 20,000 results', () => {
  const pinned: [name: string, f: (x: number) => number, draw: Draw, single: boolean, hash: string][] = [
    ['exp', f64.exp, uniform(-750, 712), false, '9035648f'],
    ['expm1', f64.expm1, uniform(-3, 3), false, '0d09d0ac'],
    ['log', f64.log, uniform(0, 1000), false, '53c36d58'],
    ['log1p', f64.log1p, uniform(-1, 3), false, '3dfbc6d9'],
    ['sinpi', f64.sinpi, uniform(-3, 3), false, '102bdd6a'],
    ['cospi', f64.cospi, uniform(-3, 3), false, '87242797'],
    ['tanh', f64.tanh, uniform(-3, 3), false, '4634f707'],
    ['sigmoid', f64.sigmoid, uniform(-9, 9), false, '13ebbede'],
    ['atan', f64.atan, uniform(-9, 9), false, '45987ed5'],
    ['sin', f64.sin, uniform(-99, 99), false, '3b64add9'],
    ['cos', f64.cos, uniform(-99, 99), false, '7d19cce2'],
    ['exp32', f32.exp32, uniform(-90, 90), true, 'f3a5ee28'],
    ['expm132', f32.expm132, uniform(-3, 3), true, '18e236b2'],
    ['log32', f32.log32, uniform(0, 1000), true, '3b6d504b'],
    ['sinpi32', f32.sinpi32, uniform(-3, 3), true, 'e42b466f'],
    ['cospi32', f32.cospi32, uniform(-3, 3), true, 'f1db5f9f'],
    ['tanh32', f32.tanh32, uniform(-3, 3), true, '58ee1abb'],
    ['sigmoid32', f32.sigmoid32, uniform(-9, 9), true, '14f661a3'],
  ]
  for (const [name, f, draw, single, hash] of pinned) {
    it(name, () => expect(fingerprint(f, draw, single)).toBe(hash))
  }
})
