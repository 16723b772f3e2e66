/**
 * The elementary functions and random numbers as lane code. The order of operations is that of `elementary32.ts` (f32x4, f32) and
 * `elementary.ts` (f64x2, f64), line by line: results are the same bits. Clamps use pmin/pmax with the argument first, which
 * keeps a NaN and costs one instruction.
 */
import type { LaneWriter, Operand } from './lanes.ts'

const f32 = (w: LaneWriter) => w.lanes.bytes === 4

/** n = nearest(x log2e), r = x - n ln 2 in two parts, r^2 Q(r), and 2^n as a function of the integer n. */
function reduced32(w: LaneWriter, x: Operand) {
  const clamped = w.smaller(w.larger(x, w.number(-87.33)), w.number(88.02))
  const n = w.nearest(w.mul(clamped, w.number(1.44269504)))
  const r = w.add(w.sub(clamped, w.mul(n, w.number(0.693359375))), w.mul(n, w.number(2.1219444e-4)))
  const tail = w.mul(w.mul(r, r), w.polynomial(r, 0.5, 0.166665182, 0.0416662022, 0.0083689848, 0.00139506359))
  const power2 = w.ofBits(w.shift('shl', w.iadd(w.toInteger(n), w.integer(127)), 23))
  return { n, r, tail, power2 }
}

function reduced64(w: LaneWriter, x: Operand, lowest: number) {
  const clamped = w.smaller(w.larger(x, w.number(lowest)), w.number(710))
  const magic = w.number(6755399441055744)
  const biased = w.add(w.mul(clamped, w.number(1.4426950408889634)), magic)
  const n = w.sub(biased, magic)
  const hi = w.sub(clamped, w.mul(n, w.number(6.9314718036912381649e-1)))
  const lo = w.mul(n, w.number(1.90821492927058770002e-10))
  const r = w.sub(hi, lo)
  const c = w.sub(w.sub(hi, r), lo)
  const q = w.polynomial(
    r, 0.50000000000000122, 0.16666666666666699, 0.04166666666651523, 0.0083333333333072586, 0.0013888888947070827,
    0.00019841269917253177, 2.4801489880448485e-5, 2.7557216426122448e-6, 2.7631304010971526e-7, 2.5117819140956479e-8,
  )
  const tail = w.mul(w.mul(r, r), q)
  const p = w.add(r, w.add(tail, c))
  // the low bits of the biased sum are the integer n
  const integer = w.isub(w.bits(biased), w.integer(0x4338000000000000n))
  const power2 = (k: Operand) => w.ofBits(w.shift('shl', w.iadd(k, w.integer(1023n)), 52))
  const half = w.shift('shr_s', integer, 1)
  return { n, p, integer, power2, first: power2(half), second: power2(w.isub(integer, half)) }
}

export function exp(w: LaneWriter, x: Operand): Operand {
  if (f32(w)) {
    const { r, tail, power2 } = reduced32(w, x)
    return w.mul(w.add(w.add(tail, r), w.number(1)), power2)
  }
  const { p, first, second } = reduced64(w, x, -746)
  return w.mul(w.mul(w.add(w.number(1), p), first), second)
}

export function expm1(w: LaneWriter, x: Operand): Operand {
  if (f32(w)) {
    const { n, r, tail, power2 } = reduced32(w, x)
    const p = w.add(tail, r)
    return w.select(w.compare('eq', n, w.number(0)), p, w.add(w.sub(power2, w.number(1)), w.mul(power2, p)))
  }
  const { n, p, integer, power2, first, second } = reduced64(w, x, -64)
  const scale = power2(integer)
  const usual = w.add(w.sub(scale, w.number(1)), w.mul(scale, p))
  const large = w.sub(w.mul(w.mul(w.add(p, w.number(1)), first), second), w.number(1))
  const either = w.select(w.compare('ge', n, w.number(53)), large, usual)
  return w.select(w.compare('eq', n, w.number(0)), p, either)
}

export function log(w: LaneWriter, x: Operand): Operand {
  const special = (y: Operand) => {
    const odd = w.or(w.compare('eq', x, w.number(Infinity)), w.compare('ne', x, x))
    const negative = w.compare('lt', x, w.number(0))
    return w.select(w.compare('eq', x, w.number(0)), w.number(-Infinity), w.select(negative, w.number(NaN), w.select(odd, x, y)))
  }
  if (f32(w)) {
    const tiny = w.compare('lt', x, w.number(1.1754943508222875e-38))
    const v = w.select(tiny, w.mul(x, w.number(8388608)), x)
    const t = w.isub(w.bits(v), w.integer(0x3f3504f3))
    const k = w.ofInteger(w.isub(w.shift('shr_s', t, 23), w.onlyInteger(tiny, 23)))
    const m = w.ofBits(w.iadd(w.iand(t, w.integer(0x7fffff)), w.integer(0x3f3504f3)))
    return special(logTail32(w, k, m))
  }
  return special(logPositive64(w, x))
}

function logTail32(w: LaneWriter, k: Operand, m: Operand): Operand {
  const f = w.sub(m, w.number(1))
  const s = w.div(f, w.add(w.number(2), f))
  const z = w.mul(s, s)
  const R = w.mul(z, w.polynomial(z, 0.666667759, 0.399775177, 0.298723966))
  const H = w.mul(w.mul(w.number(0.5), f), f)
  const low = w.sub(w.mul(s, w.add(H, R)), w.mul(k, w.number(2.1219444e-4)))
  return w.sub(w.mul(k, w.number(0.693359375)), w.sub(w.sub(H, low), f))
}

function logPositive64(w: LaneWriter, x: Operand): Operand {
  const tiny = w.compare('lt', x, w.number(2.2250738585072014e-308))
  const v = w.bits(w.select(tiny, w.mul(x, w.number(18014398509481984)), x))
  const t = w.isub(v, w.integer(0x3fe6a09e667f3bcdn))
  // k + 2048 as the low bits of 2^52 + k + 2048: there is no conversion from i64 lanes
  const shifted = w.ior(w.iadd(w.shift('shr_s', t, 52), w.integer(2048n)), w.integer(0x4330000000000000n))
  const k0 = w.sub(w.ofBits(shifted), w.number(4503599627370496 + 2048))
  const k = w.sub(k0, w.only(tiny, w.number(54)))
  const m = w.ofBits(w.iadd(w.iand(t, w.integer(0x000fffffffffffffn)), w.integer(0x3fe6a09e667f3bcdn)))
  const f = w.sub(m, w.number(1))
  const s = w.div(f, w.add(w.number(2), f))
  const z = w.mul(s, s)
  const R = w.mul(
    z,
    w.polynomial(z, 0.66666666666667351, 0.3999999999941285, 0.28571428742830368, 0.22222198524221703, 0.18183567045678792, 0.15313976683853975, 0.14796730102888969),
  )
  const H = w.mul(w.mul(w.number(0.5), f), f)
  const inner = w.add(w.mul(s, w.add(H, R)), w.add(w.mul(k, w.number(1.90821492927058770002e-10)), w.number(0)))
  return w.sub(w.mul(k, w.number(6.9314718036912381649e-1)), w.sub(w.sub(H, inner), f))
}

/** sin(pi x) and cos(pi x) for |x| below 2^25. */
function sincospi(w: LaneWriter, x: Operand): { sin: Operand; cos: Operand } {
  let n: Operand
  let q: Operand
  if (f32(w)) {
    n = w.nearest(w.mul(w.number(2), x))
    q = w.iand(w.toInteger(w.smaller(n, w.number(1073741824))), w.integer(3))
  } else {
    const magic = w.number(6755399441055744)
    const biased = w.add(w.mul(w.number(2), x), magic)
    n = w.sub(biased, magic)
    q = w.iand(w.bits(biased), w.integer(3n))
  }
  const r = w.sub(x, w.mul(n, w.number(0.5)))
  const z = w.mul(r, r)
  const [s, c] = f32(w)
    ? [
        w.add(w.mul(w.mul(r, z), w.polynomial(z, -5.16770935, 2.54981875, -0.589567184)), w.mul(r, w.number(3.14159274))),
        w.add(w.number(1), w.mul(z, w.polynomial(z, -4.93480206, 4.05870819, -1.33506358, 0.231469259))),
      ]
    : [
        w.add(
          w.mul(w.mul(r, z), w.polynomial(z, -5.1677127800499703, 2.5501640398773429, -0.59926452932039809, 0.082145886584206768, -0.0073704299751325116, 0.00046628372192871603, -2.1721728682485809e-5)),
          w.mul(r, w.number(3.141592653589793)),
        ),
        w.add(
          w.number(1),
          w.mul(z, w.polynomial(z, -4.934802200544679, 4.0587121264167534, -1.335262768852459, 0.23533063021333284, -0.025806886141927689, 0.0019294711110235871, -0.00010359087470311966)),
        ),
      ]
  const one = f32(w) ? 1 : 1n
  const two = f32(w) ? 2 : 2n
  const toSign = f32(w) ? 30 : 62
  const odd = isOne(w, w.iand(q, w.integer(one)), one)
  const signed = (v: Operand, bits: Operand) => w.ofBits(w.ixor(w.bits(v), w.shift('shl', w.iand(bits, w.integer(two)), toSign)))
  return {
    sin: signed(w.select(odd, c, s), q),
    cos: signed(w.select(odd, s, c), w.iadd(q, w.integer(one))),
  }
}

function isOne(w: LaneWriter, bit: Operand, one: number | bigint): Operand {
  if (w.lanes.count === 1) return f32(w) ? bit : w.keep(`(i32.wrap_i64 ${bit})`, 'i32')
  return w.keep(`(${f32(w) ? 'i32x4' : 'i64x2'}.eq ${bit} ${w.integer(one)})`)
}

/** Radians, for the small arguments that models use: sin(pi (x / pi)). */
export function sin(w: LaneWriter, x: Operand): Operand {
  return sincospi(w, w.mul(x, w.number(0.3183098861837907))).sin
}
export function cos(w: LaneWriter, x: Operand): Operand {
  return sincospi(w, w.mul(x, w.number(0.3183098861837907))).cos
}

export function tanh(w: LaneWriter, x: Operand): Operand {
  const a = w.abs(x)
  let v: Operand
  if (f32(w)) {
    const z = w.mul(a, a)
    const u = w.add(a, w.mul(w.mul(a, z), w.polynomial(z, -0.333332837, 0.133315146, -0.0537451357, 0.0206551906, -0.00572160399)))
    const b = w.smaller(a, w.number(10))
    const e = exp(w, w.add(b, b))
    v = w.select(w.compare('lt', a, w.number(0.625)), u, w.sub(w.number(1), w.div(w.number(2), w.add(e, w.number(1)))))
  } else {
    const t = expm1(w, w.mul(w.number(-2), w.smaller(a, w.number(22))))
    v = w.div(w.neg(t), w.add(w.number(2), t))
  }
  return w.select(w.compare('gt', x, w.number(0)), v, w.select(w.compare('lt', x, w.number(0)), w.neg(v), x))
}

export function sigmoid(w: LaneWriter, x: Operand): Operand {
  const e = exp(w, w.neg(w.abs(x)))
  const q = w.div(w.number(1), w.add(w.number(1), e))
  return w.select(w.compare('ge', x, w.number(0)), q, w.mul(e, q))
}

/** x^n for a whole |n| <= 32, by repeated squaring as in `elementary.ts`. */
export function integerPower(w: LaneWriter, x: Operand, exponent: number): Operand {
  let n = Math.abs(exponent)
  let v: Operand | undefined
  while (n > 0) {
    if (n & 1) v = v === undefined ? x : w.mul(v, x)
    n >>= 1
    if (n > 0) x = w.mul(x, x)
  }
  const value = v ?? w.number(1)
  return exponent < 0 ? w.div(w.number(1), value) : value
}

/**
 * Philox4x32-10 for four counters at once: four vectors of 32-bit words. `roundKeys` are the twenty splatted round keys.
 * A 32 x 32 bit product is two i64x2.extmul and two shuffles.
 */
export function philox(w: LaneWriter, counter: [Operand, Operand, Operand, Operand], roundKeys: Operand[]): Operand[] {
  const v = (text: string) => w.keep(text, 'v128')
  const m0 = w.before('(v128.const i32x4 0xD2511F53 0xD2511F53 0xD2511F53 0xD2511F53)', 'v128')
  const m1 = w.before('(v128.const i32x4 0xCD9E8D57 0xCD9E8D57 0xCD9E8D57 0xCD9E8D57)', 'v128')
  const product = (a: Operand, m: Operand) => {
    const low = v(`(i64x2.extmul_low_i32x4_u ${a} ${m})`)
    const high = v(`(i64x2.extmul_high_i32x4_u ${a} ${m})`)
    return {
      hi: v(`(i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 ${low} ${high})`),
      lo: v(`(i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 ${low} ${high})`),
    }
  }
  let [c0, c1, c2, c3] = counter
  for (let round = 0; round < 10; round++) {
    const p0 = product(c0, m0)
    const p1 = product(c2, m1)
    c0 = v(`(v128.xor (v128.xor ${p1.hi} ${c1}) ${roundKeys[2 * round]})`)
    c1 = p1.lo
    c2 = v(`(v128.xor (v128.xor ${p0.hi} ${c3}) ${roundKeys[2 * round + 1]})`)
    c3 = p0.lo
  }
  return [c0, c1, c2, c3]
}

/** u = ((word >>> 1) + 1/2) 2^-31, in (0, 1]. */
export function uniform(w: LaneWriter, word: Operand, half: number): Operand {
  const positive = w.keep(`(i32x4.shr_u ${word} (i32.const 1))`, 'v128')
  return w.mul(w.add(converted(w, positive, half), w.number(0.5)), w.number(2 ** -31))
}

/** Signed 32-bit words as numbers; in f64x2 the lower or upper two of them. */
function converted(w: LaneWriter, words: Operand, half: number): Operand {
  if (f32(w)) return w.keep(`(f32x4.convert_i32x4_s ${words})`)
  const two = half === 0 ? words : w.keep(`(i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 ${words} ${words})`)
  return w.keep(`(f64x2.convert_low_i32x4_s ${two})`)
}

/**
 * Two normal numbers from two words (Box & Muller 1958): r = sqrt(-2 ln u), u as above; the angle is the second word, signed,
 * times pi 2^-31:  r cos, r sin.
 */
export function normals(w: LaneWriter, word0: Operand, word1: Operand, half: number): [Operand, Operand] {
  const u = uniform(w, word0, half)
  const turn = w.mul(converted(w, word1, half), w.number(2 ** -31))
  const { sin, cos } = sincospi(w, turn)
  const r = w.sqrt(w.mul(w.number(-2), logOfUniform(w, u)))
  return [w.mul(r, cos), w.mul(r, sin)]
}

/** ln u for 2^-32 <= u <= 1, without the special cases. */
function logOfUniform(w: LaneWriter, u: Operand): Operand {
  if (!f32(w)) return logPositive64(w, u)
  const t = w.isub(u, w.integer(0x3f3504f3))
  const k = w.keep(`(f32x4.convert_i32x4_s ${w.shift('shr_s', t, 23)})`)
  return logTail32(w, k, w.iadd(w.iand(t, w.integer(0x7fffff)), w.integer(0x3f3504f3)))
}
