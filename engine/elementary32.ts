/**
 * The elementary functions in f32, one lane at a time: the oracle for the f32x4 code in WebAssembly, which has the same
 * order of operations and must give the same bits. Math.fround stands after every operation (one f64 operation on f32
 * operands rounded to f32 is the correctly rounded f32 operation for + - * /). Arguments must be f32 already
 * (fround(x) === x), and results are f32.
 *
 * Notation: each line of pseudo code is f32x4 operations with one rounding per operator, brackets as written, no fused
 * multiply-add. Constants are the nearest f32.
 *   P(z; a0, a1, ... an)   y = an; then for i = n-1 ... 0: y = (y z) + ai           f32x4.mul, f32x4.add
 *   min, max               f32x4.pmin, f32x4.pmax with the argument first: a NaN stays, in one instruction
 *   nearest                f32x4.nearest: to the nearest whole number, half to even, keeps the sign of zero
 *   int                    i32x4.trunc_sat_f32x4_s (NaN gives 0)
 *   2^n                    reinterpret (n + 127) << 23: i32x4.add, i32x4.shl, for -126 <= n <= 127
 *   bits                   reinterpretation, free;   float: f32x4.convert_i32x4_s
 *   select(c, a, b)        v128.bitselect(a, b, c) with c from an f32x4 or i32x4 comparison
 *   copysign(v, x)         v128.or(v, v128.and(x, 0x80000000)) for v >= 0
 * Coefficients: instruments.md C.1. Errors are measured maxima in ulp of the exact result.
 */
import { power2 } from './elementary.ts'

const fround = Math.fround
const view = new Float32Array(1)
const bits = new Int32Array(view.buffer)

/** f32x4.nearest: the f64 sum with 1.5 2^52 rounds half to even; v * 0 keeps the sign where the result is zero. */
function nearest(v: number): number {
  if (!(Math.abs(v) < 8388608)) return v
  const n = v + 6755399441055744 - 6755399441055744
  return n === 0 ? v * 0 : n
}

const log2e = fround(1.44269504)
const ln2High = fround(0.693359375)
const ln2Low = fround(2.1219444e-4)
const expLowest = fround(-87.33)
const expHighest = fround(88.02)
const q0 = fround(0.5)
const q1 = fround(0.166665182)
const q2 = fround(0.0416662022)
const q3 = fround(0.0083689848)
const q4 = fround(0.00139506359)

/** r^2 Q(r):  q = Q(r; 0.5, 0.166665182, 0.0416662022, 0.0083689848, 0.00139506359);  result (r r) q */
function expTail(r: number): number {
  let q = q4
  q = fround(fround(q * r) + q3)
  q = fround(fround(q * r) + q2)
  q = fround(fround(q * r) + q1)
  q = fround(fround(q * r) + q0)
  return fround(fround(r * r) * q)
}

/**
 * e^x.  1.02 ulp on [-87.33, 88.02]. Clamped on purpose, so that no result is subnormal (WebAssembly cannot flush):
 * below -87.33 it stays exp(-87.33) = 1.19e-38, above 88.02 it stays exp(88.02) = 1.69e38. NaN gives NaN.
 *   x = min(max(x, -87.33), 88.02)
 *   n = nearest(x 1.44269504)
 *   r = (x - (n 0.693359375)) + (n 2.12194440e-4)
 *   t = (r r) Q(r)                  as in expTail
 *   y = (t + r) + 1
 *   result y 2^int(n)               NaN: int gives 0, y is NaN
 */
export function exp32(x: number): number {
  x = Math.min(Math.max(x, expLowest), expHighest)
  if (x !== x) return x
  const n = nearest(fround(x * log2e))
  const r = fround(fround(x - fround(n * ln2High)) + fround(n * ln2Low))
  const y = fround(fround(expTail(r) + r) + 1)
  return fround(y * power2[n + 1074])
}

/**
 * e^x - 1.  1.67 ulp. Clamped as exp32: -1 far below, exp(88.02) above. -0 gives +0.
 *   x, n, r, t as exp32
 *   p = t + r
 *   s = 2^int(n)
 *   result select(n == 0, p, (s - 1) + (s p))
 */
export function expm132(x: number): number {
  x = Math.min(Math.max(x, expLowest), expHighest)
  if (x !== x) return x
  const n = nearest(fround(x * log2e))
  const r = fround(fround(x - fround(n * ln2High)) + fround(n * ln2Low))
  const p = fround(expTail(r) + r)
  if (n === 0) return p
  const s = power2[n + 1074]
  return fround(fround(s - 1) + fround(s * p))
}

const l0 = fround(0.666667759)
const l1 = fround(0.399775177)
const l2 = fround(0.298723966)

/**
 * ln x.  0.83 ulp; log32(1) = 0.
 *   tiny = x < 2^-126
 *   v = select(tiny, x 2^23, x)
 *   i = bits(v);  t = i - 0x3f3504f3                      i32x4.sub
 *   k = float((t >> 23) - select(tiny, 23, 0))            i32x4.shr_s, i32x4.sub (or v128.and with the mask)
 *   m = reinterpret((t & 0x7fffff) + 0x3f3504f3)          in [sqrt(1/2), sqrt(2))
 *   F = m - 1;  s = F / (2 + F);  z = s s
 *   R = z L(z; 0.666667759, 0.399775177, 0.298723966)
 *   H = (0.5 F) F
 *   y = (k 0.693359375) - ((H - ((s (H + R)) - (k 2.12194440e-4))) - F)
 *   result select(x == 0, -Infinity, select(x < 0, NaN, select(x == Infinity or x is NaN, x, y)))
 */
export function log32(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x < 0 ? NaN : x
  const tiny = x < 1.1754943508222875e-38
  view[0] = tiny ? x * 8388608 : x
  const t = (bits[0] - 0x3f3504f3) | 0
  const k = (t >> 23) - (tiny ? 23 : 0)
  bits[0] = (t & 0x7fffff) + 0x3f3504f3
  const f = fround(view[0] - 1)
  const s = fround(f / fround(2 + f))
  const z = fround(s * s)
  let p = l2
  p = fround(fround(p * z) + l1)
  p = fround(fround(p * z) + l0)
  const R = fround(z * p)
  const H = fround(fround(0.5 * f) * f)
  const low = fround(fround(s * fround(H + R)) - fround(k * ln2Low))
  return fround(fround(k * ln2High) - fround(fround(H - low) - f))
}

const s0 = fround(-5.16770935)
const s1 = fround(2.54981875)
const s2 = fround(-0.589567184)
const pi = fround(3.14159274)
const c0 = fround(-4.93480206)
const c1 = fround(4.05870819)
const c2 = fround(-1.33506358)
const c3 = fround(0.231469259)

/** sin(pi r):  z = r r;  ((r z) S(z; -5.16770935, 2.54981875, -0.589567184)) + (r 3.14159274) */
function sinHalfTurn(r: number): number {
  const z = fround(r * r)
  let p = s2
  p = fround(fround(p * z) + s1)
  p = fround(fround(p * z) + s0)
  return fround(fround(fround(r * z) * p) + fround(r * pi))
}

/** cos(pi r):  z = r r;  1 + (z C(z; -4.93480206, 4.05870819, -1.33506358, 0.231469259)) */
function cosHalfTurn(r: number): number {
  const z = fround(r * r)
  let p = c3
  p = fround(fround(p * z) + c2)
  p = fround(fround(p * z) + c1)
  p = fround(fround(p * z) + c0)
  return fround(1 + fround(z * p))
}

/** n & 3. From 2^25 on n is a multiple of 4 and only must not saturate: int(min(n, 2^30)) & 3. */
function quadrant(n: number): number {
  return Math.min(n, 1073741824) & 3
}

/**
 * sin(pi x).  2.01 ulp, absolute error 9.2e-8; no error of range reduction for any x; not finite gives NaN.
 *   n = nearest(2 x)
 *   r = x - (n 0.5)
 *   q = int(min(n, 2^30)) & 3
 *   s = sinHalfTurn(r);  c = cosHalfTurn(r)
 *   v = select(q & 1, c, s)
 *   result select(q & 2, -v, v)          or v ^ ((q & 2) << 30)
 */
export function sinpi32(x: number): number {
  const n = nearest(fround(2 * x))
  const r = fround(x - fround(n * 0.5))
  const q = quadrant(n)
  const v = (q & 1) === 1 ? cosHalfTurn(r) : sinHalfTurn(r)
  return (q & 2) === 2 ? -v : v
}

/**
 * cos(pi x).  2.01 ulp, absolute error 9.2e-8.
 *   n, r, q, s, c as sinpi32
 *   v = select(q & 1, s, c)
 *   result select((q + 1) & 2, -v, v)    or v ^ (((q + 1) & 2) << 30)
 */
export function cospi32(x: number): number {
  const n = nearest(fround(2 * x))
  const r = fround(x - fround(n * 0.5))
  const q = quadrant(n)
  const v = (q & 1) === 1 ? sinHalfTurn(r) : cosHalfTurn(r)
  return ((q + 1) & 2) === 2 ? -v : v
}

const tanhSwitch = fround(0.625)
const t0 = fround(-0.333332837)
const t1 = fround(0.133315146)
const t2 = fround(-0.0537451357)
const t3 = fround(0.0206551906)
const t4 = fround(-0.00572160399)

/**
 * tanh x.  1.33 ulp; odd, keeps -0, +-Infinity gives +-1.
 *   a = |x|                                                  f32x4.abs
 *   z = a a
 *   u = a + ((a z) T(z; -0.333332837, 0.133315146, -0.0537451357, 0.0206551906, -0.00572160399))
 *   b = min(a, 10)
 *   e = exp32(b + b)
 *   w = 1 - (2 / (e + 1))
 *   v = select(a < 0.625, u, w)
 *   result copysign(v, x)
 */
export function tanh32(x: number): number {
  const a = Math.abs(x)
  let v: number
  if (a < tanhSwitch) {
    const z = fround(a * a)
    let p = t4
    p = fround(fround(p * z) + t3)
    p = fround(fround(p * z) + t2)
    p = fround(fround(p * z) + t1)
    p = fround(fround(p * z) + t0)
    v = fround(a + fround(fround(a * z) * p))
  } else {
    const b = Math.min(a, 10)
    v = fround(1 - fround(2 / fround(exp32(fround(b + b)) + 1)))
  }
  return x > 0 ? v : x < 0 ? -v : x
}

/**
 * 1 / (1 + e^-x).  2.58 ulp from -87.33 on; below it stays at 1.19e-38 (the clamp of exp32).
 *   e = exp32(-|x|)                                          f32x4.abs, f32x4.neg
 *   q = 1 / (1 + e)
 *   result select(x >= 0, q, e q)                            f32x4.ge is false for NaN, e q is NaN
 */
export function sigmoid32(x: number): number {
  const e = exp32(-Math.abs(x))
  const q = fround(1 / fround(1 + e))
  return x >= 0 ? q : fround(e * q)
}
