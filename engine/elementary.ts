/**
 * The engine's own elementary functions in f64, from operations that IEEE 754 rounds exactly (+ - * / sqrt, compare),
 * so that results are the same bits in every browser and in WebAssembly. Math.exp and its like differ between engines.
 *
 * The order of operations is part of the interface: the f64x2 code in WebAssembly follows it line by line, and no step
 * may be contracted (no fused multiply-add). Notation in the comments: one rounding per operator, brackets as written,
 *   P(z; a0, a1, ... an) = (...(an z + a(n-1)) z + ...) z + a0      Horner from the highest power
 *   nearest(v) = (v + 6755399441055744) - 6755399441055744         round half to even for |v| < 2^51; magic is 1.5 2^52
 *   2^k                                                            exact: bits (k + 1023) << 52; here from a table
 *   min, max                                                       propagate NaN (f64x2.min / max, not pmin / pmax)
 *   select                                                         a comparison and v128.bitselect; here a branch
 * Coefficients: instruments.md C.2 (Remez, rounded to f64). Errors are measured maxima in ulp of the exact result.
 * Bit views assume little-endian memory, as WebAssembly does.
 */

const magic = 6755399441055744
const log2e = 1.4426950408889634
/** ln 2 in two parts; the low 21 bits of the high part are zero, so n ln2High is exact for |n| < 2^21. */
const ln2High = 6.9314718036912381649e-1
const ln2Low = 1.90821492927058770002e-10

/** 2^k for k = -1074 ... 1023 at index k + 1074. A table: writing half of a double and reading it whole stalls. */
export const power2 = new Float64Array(2098)
for (let k = 0, p = 5e-324; k < 2098; k++, p *= 2) power2[k] = p

const view = new Float64Array(1)
const halves = new Int32Array(view.buffer)

/** r^2 Q(r) of e^r = 1 + r + r^2 Q(r), |r| <= ln 2 / 2. */
function expTail(r: number): number {
  let q = 2.5117819140956479e-8
  q = q * r + 2.7631304010971526e-7
  q = q * r + 2.7557216426122448e-6
  q = q * r + 2.4801489880448485e-5
  q = q * r + 0.00019841269917253177
  q = q * r + 0.0013888888947070827
  q = q * r + 0.0083333333333072586
  q = q * r + 0.04166666666651523
  q = q * r + 0.16666666666666699
  q = q * r + 0.50000000000000122
  return r * r * q
}

/**
 * e^x.  0.92 ulp; subnormal results within 1 of 4.94e-324; above 709.7827128933841 Infinity, below -745.14 zero.
 *   x = min(max(x, -746), 710)
 *   n = nearest(x log2e)
 *   hi = x - n ln2High;  lo = n ln2Low;  r = hi - lo;  c = (hi - r) - lo
 *   y = 1 + (r + (((r r) Q(r)) + c))
 *   a = floor(n / 2)   (arithmetic shift of the integer n = low 32 bits of x log2e + magic)
 *   result (y 2^a) 2^(n - a)
 */
export function exp(x: number): number {
  x = Math.min(Math.max(x, -746), 710)
  if (x !== x) return x
  const n = x * log2e + magic - magic
  const hi = x - n * ln2High
  const lo = n * ln2Low
  const r = hi - lo
  const c = hi - r - lo
  const y = 1 + (r + (expTail(r) + c))
  const k = n | 0
  const a = k >> 1
  return y * power2[a + 1074] * power2[k - a + 1074]
}

/**
 * e^x - 1.  1.67 ulp, also for tiny x; -0 gives +0.
 *   x = min(max(x, -64), 710)      (all below -37.5 give -1)
 *   n, hi, lo, r, c as exp
 *   p = r + (((r r) Q(r)) + c)
 *   n = 0: p;   n >= 53: ((p + 1) 2^a) 2^(n - a) - 1, a = floor(n / 2);   else (2^n - 1) + 2^n p
 */
export function expm1(x: number): number {
  x = Math.min(Math.max(x, -64), 710)
  if (x !== x) return x
  const n = x * log2e + magic - magic
  const hi = x - n * ln2High
  const lo = n * ln2Low
  const r = hi - lo
  const c = hi - r - lo
  const p = r + (expTail(r) + c)
  const k = n | 0
  if (k === 0) return p
  if (k >= 53) {
    const a = k >> 1
    return (p + 1) * power2[a + 1074] * power2[k - a + 1074] - 1
  }
  const scale = power2[k + 1074]
  return scale - 1 + scale * p
}

/**
 * ln(x) + correction for a positive, finite x.
 *   x < 2^-1022: x = x 2^54, start at k = -54
 *   t = bits(x) - 0x3fe6a09e667f3bcd;  k += t >> 52 (arithmetic);  m = x 2^-k, in [sqrt(1/2), sqrt(2)),
 *     which is bits (t & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd
 *   F = m - 1;  s = F / (2 + F);  z = s s;  R = z P(z);  H = (0.5 F) F
 *   result k ln2High - ((H - ((s (H + R)) + (k ln2Low + correction))) - F)
 */
function logarithm(x: number, correction: number): number {
  let k = 0
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984
    k = -54
  }
  view[0] = x
  // 64 bit subtraction in halves: borrow if the low word is below 0x667f3bcd.
  const e = (halves[1] - 0x3fe6a09e - (halves[0] >>> 0 < 0x667f3bcd ? 1 : 0)) >> 20
  k += e
  const f = x * power2[1074 - e] - 1
  const s = f / (2 + f)
  const z = s * s
  let p = 0.14796730102888969
  p = p * z + 0.15313976683853975
  p = p * z + 0.18183567045678792
  p = p * z + 0.22222198524221703
  p = p * z + 0.28571428742830368
  p = p * z + 0.3999999999941285
  p = p * z + 0.66666666666667351
  const R = z * p
  const H = 0.5 * f * f
  return k * ln2High - (H - (s * (H + R) + (k * ln2Low + correction)) - f)
}

/** ln x: `logarithm(x, 0)`.  0.84 ulp; log(1) = 0; by select +-0 gives -Infinity, negative NaN, Infinity Infinity. */
export function log(x: number): number {
  if (x > 0 && x < Infinity) return logarithm(x, 0)
  return x === 0 ? -Infinity : x === Infinity ? x : NaN
}

/**
 * ln(1 + x).  0.79 ulp from 1e-17 to 1e12; -1 gives -Infinity, below NaN.
 *   |x| < 1.1e-16: x
 *   u = 1 + x;  c = u < 2: (x - (u - 1)) / u;  else (1 - (u - x)) / u;   result logarithm(u, c)
 */
export function log1p(x: number): number {
  if (Math.abs(x) < 1.1e-16) return x
  if (x > -1 && x < Infinity) {
    const u = 1 + x
    return logarithm(u, (u < 2 ? x - (u - 1) : 1 - (u - x)) / u)
  }
  return x === -1 ? -Infinity : x === Infinity ? x : NaN
}

/** Arguments this large are whole numbers or nearly: reduced exactly to [0, 2) first (x - 2 floor(x / 2)). */
const largeTurn = 1125899906842624

/** sin(pi r) for |r| <= 1/4:  z = r r;  ((r z) P(z)) + r pi */
function sinHalfTurn(r: number): number {
  const z = r * r
  let p = -2.1721728682485809e-5
  p = p * z + 0.00046628372192871603
  p = p * z - 0.0073704299751325116
  p = p * z + 0.082145886584206768
  p = p * z - 0.59926452932039809
  p = p * z + 2.5501640398773429
  p = p * z - 5.1677127800499703
  return r * z * p + r * 3.141592653589793
}

/** cos(pi r) for |r| <= 1/4:  z = r r;  1 + z P(z) */
function cosHalfTurn(r: number): number {
  const z = r * r
  let p = -0.00010359087470311966
  p = p * z + 0.0019294711110235871
  p = p * z - 0.025806886141927689
  p = p * z + 0.23533063021333284
  p = p * z - 1.335262768852459
  p = p * z + 4.0587121264167534
  p = p * z - 4.934802200544679
  return 1 + z * p
}

/**
 * sin(pi x).  1.90 ulp; no error of range reduction at all; not finite gives NaN.
 *   |x| > 2^50: x = x - 2 floor(x / 2)   (exact; may be left out where arguments are known to be small)
 *   n = nearest(2 x);  r = x - n 0.5;  q = n & 3
 *   q odd: v = cosHalfTurn(r), else sinHalfTurn(r);   q >= 2: -v
 */
export function sinpi(x: number): number {
  if (Math.abs(x) > largeTurn) x -= 2 * Math.floor(0.5 * x)
  const n = 2 * x + magic - magic
  const r = x - n * 0.5
  const q = n & 3
  const v = (q & 1) === 1 ? cosHalfTurn(r) : sinHalfTurn(r)
  return q >= 2 ? -v : v
}

/**
 * cos(pi x).  1.90 ulp.
 *   n, r, q as sinpi;   q odd: v = sinHalfTurn(r), else cosHalfTurn(r);   q is 1 or 2: -v
 */
export function cospi(x: number): number {
  if (Math.abs(x) > largeTurn) x -= 2 * Math.floor(0.5 * x)
  const n = 2 * x + magic - magic
  const r = x - n * 0.5
  const q = n & 3
  const v = (q & 1) === 1 ? sinHalfTurn(r) : cosHalfTurn(r)
  return q === 1 || q === 2 ? -v : v
}

/** sinpi(x) to out[0] and cospi(x) to out[1], the same bits for one reduction. */
export function sincospi(x: number, out: Float64Array): void {
  if (Math.abs(x) > largeTurn) x -= 2 * Math.floor(0.5 * x)
  const n = 2 * x + magic - magic
  const r = x - n * 0.5
  const q = n & 3
  const s = sinHalfTurn(r)
  const c = cosHalfTurn(r)
  out[0] = (q & 1) === 1 ? (q >= 2 ? -c : c) : q >= 2 ? -s : s
  out[1] = (q & 1) === 1 ? (q === 1 ? -s : s) : q === 2 ? -c : c
}

/** tan(pi x) = sinpi(x) / cospi(x), for the closed form of the quadratic neuron.  3.3 ulp; +-Infinity at poles. */
export function tanpi(x: number): number {
  return sinpi(x) / cospi(x)
}

/**
 * tanh x.  2.50 ulp; odd, keeps -0, +-Infinity gives +-1.
 *   t = expm1(-2 min(|x|, 22));  v = (-t) / (2 + t);   result copysign(v, x)
 */
export function tanh(x: number): number {
  const t = expm1(-2 * Math.min(Math.abs(x), 22))
  const v = -t / (2 + t)
  return x > 0 ? v : x < 0 ? -v : x
}

/**
 * 1 / (1 + e^-x).  2.21 ulp down to -708, no overflow.
 *   e = exp(-|x|);  q = 1 / (1 + e);   x >= 0: q, else e q
 */
export function sigmoid(x: number): number {
  const e = exp(-Math.abs(x))
  const q = 1 / (1 + e)
  return x >= 0 ? q : e * q
}

/**
 * arctan x.  1.75 ulp; keeps -0.
 *   a = |x|
 *   a > 2.414213562373095: y = -1 / a, base pi/2
 *   else a > 0.41421356237309503: y = (a - 1) / (a + 1), base pi/4;   else y = a, base 0
 *   z = y y;  v = baseHigh + (y + (((y z) P(z)) + baseLow));   result copysign(v, x)
 */
export function atan(x: number): number {
  const a = Math.abs(x)
  let y = a
  let baseHigh = 0
  let baseLow = 0
  if (a > 2.414213562373095) {
    y = -1 / a
    baseHigh = 1.5707963267948966
    baseLow = 6.123233995736766e-17
  } else if (a > 0.41421356237309503) {
    y = (a - 1) / (a + 1)
    baseHigh = 0.7853981633974483
    baseLow = 3.061616997868383e-17
  }
  const z = y * y
  let p = -0.017994304386004519
  p = p * z + 0.038148812378338448
  p = p * z - 0.050428355711311199
  p = p * z + 0.058487288231788157
  p = p * z - 0.066632285942430078
  p = p * z + 0.076920721555780877
  p = p * z - 0.090908984985016761
  p = p * z + 0.11111110812377836
  p = p * z - 0.14285714280861986
  p = p * z + 0.19999999999961482
  p = p * z - 0.33333333333333232
  const v = baseHigh + (y + (y * z * p + baseLow))
  return x > 0 ? v : x < 0 ? -v : x
}

/**
 * The angle of the point (x, y), in [-pi, pi].  2.10 ulp; signed zeros and infinities as Math.atan2 has them.
 *   both zero: |y| / |x| is taken as 0;  both infinite: as 1
 *   q = atan(|y| / |x|);   x negative or -0: q = pi - (q - 1.2246467991473532e-16);   result copysign(q, y)
 */
export function atan2(y: number, x: number): number {
  const a = Math.abs(y)
  const b = Math.abs(x)
  let q = atan(a === 0 && b === 0 ? 0 : a === Infinity && b === Infinity ? 1 : a / b)
  if (x < 0 || Object.is(x, -0)) q = 3.141592653589793 - (q - 1.2246467991473532e-16)
  return y < 0 || Object.is(y, -0) ? -q : q
}

/**
 * artanh x.  1.9 ulp; +-1 gives +-Infinity, beyond NaN; keeps -0.
 *   a = |x|;  v = 0.5 log1p((2 a) / (1 - a));   result copysign(v, x)
 */
export function atanh(x: number): number {
  const a = Math.abs(x)
  const v = 0.5 * log1p((2 * a) / (1 - a))
  return x > 0 ? v : x < 0 ? -v : x
}

/**
 * Radians. Reduction by pi/2 in three parts (Cody & Waite), 27 + 27 + 53 bits: n P1 and n P2 are exact for |n| <= 2^26.
 * Range: |x| <= 1e8, beyond (and for not finite x) NaN, since there an ulp of x is 1.5e-8; sinpi has no such end.
 * The reduced argument is within 1e-24 + half an ulp. Polynomials: Remez fits to sin and cos on +-pi/4, made as in C.2.
 *   n = nearest(x 0.6366197723675814);  r = ((x - n P1) - n P2) - n P3;  q = n & 3
 */
const largestRadian = 1e8
const halfPi1 = 1.570796325802803
const halfPi2 = 9.920935739593517e-10
const halfPi3 = 5.721188726109832e-18
const twoOverPi = 0.6366197723675814

/** sin r for |r| <= pi/4:  z = r r;  r + ((r z) P(z)) */
function sinQuarter(r: number): number {
  const z = r * r
  let p = 1.589619771219429e-10
  p = p * z - 2.505074722010775e-8
  p = p * z + 2.7557313618034487e-6
  p = p * z - 0.00019841269829580234
  p = p * z + 0.008333333333322108
  p = p * z - 0.1666666666666663
  return r + r * z * p
}

/** cos r for |r| <= pi/4:  z = r r;  1 - (0.5 z - ((z z) P(z))) */
function cosQuarter(r: number): number {
  const z = r * r
  let p = -1.1358514060809755e-11
  p = p * z + 2.0875700418199113e-9
  p = p * z - 2.755731417625541e-7
  p = p * z + 2.480158728884145e-5
  p = p * z - 0.001388888888887304
  p = p * z + 0.041666666666666595
  return 1 - (0.5 * z - z * z * p)
}

/** sin x, radians.  2.3 ulp.  q odd: v = cosQuarter(r), else sinQuarter(r);  q >= 2: -v. */
export function sin(x: number): number {
  if (!(Math.abs(x) <= largestRadian)) return NaN
  const n = x * twoOverPi + magic - magic
  const r = x - n * halfPi1 - n * halfPi2 - n * halfPi3
  const q = n & 3
  const v = (q & 1) === 1 ? cosQuarter(r) : sinQuarter(r)
  return q >= 2 ? -v : v
}

/** cos x, radians.  2.3 ulp.  q odd: v = sinQuarter(r), else cosQuarter(r);  q is 1 or 2: -v. */
export function cos(x: number): number {
  if (!(Math.abs(x) <= largestRadian)) return NaN
  const n = x * twoOverPi + magic - magic
  const r = x - n * halfPi1 - n * halfPi2 - n * halfPi3
  const q = n & 3
  const v = (q & 1) === 1 ? sinQuarter(r) : cosQuarter(r)
  return q === 1 || q === 2 ? -v : v
}

/** tan x, radians.  3.4 ulp.  s = sinQuarter(r), c = cosQuarter(r);  q odd: -(c / s), else s / c. */
export function tan(x: number): number {
  if (!(Math.abs(x) <= largestRadian)) return NaN
  const n = x * twoOverPi + magic - magic
  const r = x - n * halfPi1 - n * halfPi2 - n * halfPi3
  return (n & 1) === 1 ? -(cosQuarter(r) / sinQuarter(r)) : sinQuarter(r) / cosQuarter(r)
}

/**
 * x^y.
 *   y whole, |y| <= 32: by repeated squaring, any x; exact where the powers are:
 *     n = |y|, v = 1; while n > 0: (n odd: v = v x); n = n >> 1; (n > 0: x = x x);   y < 0: 1 / v
 *   y = 0.5: sqrt(x)
 *   else exp(y log(x)), for x >= 0; negative x gives NaN.  Relative error up to 3e-16 |y log x| + 2.3e-16.
 */
export function pow(x: number, y: number): number {
  let n = Math.abs(y)
  if (n <= 32 && Math.floor(n) === n) {
    let v = 1
    while (n > 0) {
      if ((n & 1) === 1) v *= x
      n >>= 1
      if (n > 0) x *= x
    }
    return y < 0 ? 1 / v : v
  }
  if (y === 0.5) return Math.sqrt(x)
  return exp(y * log(x))
}
