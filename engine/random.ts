/**
 * Counter-based random numbers: each is a pure function of (seed, purpose, name, counter), never of the order of calls.
 *
 * Philox4x32-10 (Salmon et al. 2011): counter (c0, c1, c2, c3), key (k0, k1), ten times
 *   p0 = 0xD2511F53 c0, p1 = 0xCD9E8D57 c2
 *   c <- (hi(p1) ^ c1 ^ k0, lo(p1), hi(p0) ^ c3 ^ k1, lo(p0));  k0 += 0x9E3779B9; k1 += 0xBB67AE85 (between rounds)
 * Convention for counters: c0 block of draws or retry, c1 step (low word), c2 entity, c3 purpose << 16 | step (high).
 * A `word` is a whole number from 0 to 2^32 - 1. Mappings use only the functions of `elementary.ts`, so they are the
 * same bits everywhere.
 */
import { log, sincospi, exp } from './elementary.ts'
import { InputError } from './errors.ts'

export type Key = readonly [k0: number, k1: number]

/** Four random words for a counter and a key, written to out[0..3]. Arguments are taken modulo 2^32. */
export function philox(
  c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array, rounds = 10,
): void {
  let a = c0 | 0
  let b = c1 | 0
  let c = c2 | 0
  let d = c3 | 0
  let k = k0 | 0
  let l = k1 | 0
  for (let round = 0; round < rounds; round++) {
    // High words of 32 x 32 bit products from 16 bit halves: every partial product and sum fits 32 bits.
    const aLow = a & 0xffff
    const aHigh = a >>> 16
    const u = Math.imul(0xd251, aLow)
    const v = Math.imul(0x1f53, aHigh)
    const uv = (u & 0xffff) + (v & 0xffff) + (Math.imul(0x1f53, aLow) >>> 16)
    const high0 = (Math.imul(0xd251, aHigh) + (u >>> 16) + (v >>> 16) + (uv >>> 16)) | 0
    const cLow = c & 0xffff
    const cHigh = c >>> 16
    const x = Math.imul(0xcd9e, cLow)
    const y = Math.imul(0x8d57, cHigh)
    const xy = (x & 0xffff) + (y & 0xffff) + (Math.imul(0x8d57, cLow) >>> 16)
    const high1 = (Math.imul(0xcd9e, cHigh) + (x >>> 16) + (y >>> 16) + (xy >>> 16)) | 0
    const low0 = Math.imul(0xd2511f53, a)
    const low1 = Math.imul(0xcd9e8d57, c)
    a = high1 ^ b ^ k
    b = low1
    c = high0 ^ d ^ l
    d = low0
    k = (k + 0x9e3779b9) | 0
    l = (l + 0xbb67ae85) | 0
  }
  out[0] = a
  out[1] = b
  out[2] = c
  out[3] = d
}

const block = new Uint32Array(4)
const pair = new Float64Array(2)

/**
 * The key of a stream of random numbers. The texts are hashed apart (FNV-1a over UTF-8 from two bases, four words), and
 * one Philox block with these as its counter and the seed as its key gives it. Throws `InputError` on a bad seed.
 */
export function streamKey(seed: number, purpose: string, name: string): [k0: number, k1: number] {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new InputError(`found seed ${seed}; a whole number from 0 to ${Number.MAX_SAFE_INTEGER} is needed`)
  }
  const p = encoder.encode(purpose)
  const n = encoder.encode(name)
  const seedHigh = Math.floor(seed / 4294967296)
  philox(fnv1a(p, 0x811c9dc5), fnv1a(p, 0xcbf29ce4), fnv1a(n, 0x811c9dc5), fnv1a(n, 0xcbf29ce4), seed, seedHigh, block)
  return [block[0], block[1]]
}

const encoder = new TextEncoder()

function fnv1a(bytes: Uint8Array, basis: number): number {
  let hash = basis
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** (0, 1) in steps of 2^-32: (w + 1/2) 2^-32. Exact, never 0 or 1, symmetric about 1/2. */
export function uniform01(word: number): number {
  return (word + 0.5) * 2.3283064365386963e-10
}

/** (0, 1) in steps of 2^-52 from two words: ((w0 >>> 6) 2^26 + (w1 >>> 6) + 1/2) 2^-52. Exact, never 0 or 1. */
export function uniform52(word0: number, word1: number): number {
  return ((word0 >>> 6) * 67108864 + (word1 >>> 6) + 0.5) * 2.220446049250313e-16
}

/** (0, 1) in steps of 2^-23: ((w >>> 9) + 1/2) 2^-23. Exactly an f32. */
export function uniform24(word: number): number {
  return ((word >>> 9) + 0.5) * 1.1920928955078125e-7
}

/** A whole number from 0 to m - 1: the high word of w m, for 1 <= m <= 2^32. Bias below m / 2^32. */
export function integerBelow(word: number, m: number): number {
  // w m needs 64 bits: the halves of m keep every intermediate exact (below 2^49).
  const mHigh = Math.floor(m / 65536)
  const mLow = m - mHigh * 65536
  return Math.floor((word * mHigh + Math.floor((word * mLow) / 65536)) / 65536)
}

/** An event of probability p happens if word < bernoulliThreshold(p): floor(p 2^32), which is 2^32 for p = 1. */
export function bernoulliThreshold(p: number): number {
  return Math.floor(p * 4294967296)
}

/** Exponential with mean 1: -ln u; from 1.2e-10 to 22.9. */
export function exponential(word: number): number {
  return -log(uniform01(word))
}

/**
 * Two standard normal numbers (Box & Muller 1958): r = sqrt(-2 ln u1), (r cos 2 pi u2, r sin 2 pi u2), with
 * u = (w + 1/2) 2^-32; within +-6.76. Written to out[at], out[at + 1].
 */
export function boxMullerInto(word0: number, word1: number, out: Float64Array, at: number): void {
  const r = Math.sqrt(-2 * log(uniform01(word0)))
  sincospi(2 * uniform01(word1), pair)
  out[at] = r * pair[1]
  out[at + 1] = r * pair[0]
}

/** Two standard normal numbers, as `boxMullerInto`, as a new pair. */
export function boxMuller(word0: number, word1: number): [number, number] {
  const r = Math.sqrt(-2 * log(uniform01(word0)))
  sincospi(2 * uniform01(word1), pair)
  return [r * pair[1], r * pair[0]]
}

/**
 * The standard normal quantile of p in (0, 1): AS241 PPND16 (Wichura 1988), relative error 1e-15; one word, one number.
 *   q = p - 1/2;   centre |q| <= 0.425: q A(r) / B(r), r = 0.180625 - q^2
 *   tails: r = sqrt(-ln min(p, 1 - p)); C / D of r - 1.6 up to r = 5, E / F of r - 5 beyond
 * 0 and 1 give -Infinity and Infinity; outside [0, 1] NaN.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * horner(centreA, r)) / horner(centreB, r)
  }
  const tail = q < 0 ? p : 1 - p
  if (tail === 0) return q < 0 ? -Infinity : Infinity
  const r = Math.sqrt(-log(tail))
  const z = r <= 5 ? horner(middleC, r - 1.6) / horner(middleD, r - 1.6) : horner(farE, r - 5) / horner(farF, r - 5)
  return q < 0 ? -z : z
}

/** Coefficients from the highest power down. */
function horner(coefficients: Float64Array, x: number): number {
  let y = coefficients[0]
  for (let i = 1; i < coefficients.length; i++) y = y * x + coefficients[i]
  return y
}

const centreA = Float64Array.of(
  2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
  1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.387132872796366608,
)
const centreB = Float64Array.of(
  5.226495278852854561e3, 2.8729085735721942674e4, 3.930789580009271061e4, 2.1213794301586595867e4,
  5.3941960214247511077e3, 6.871870074920579083e2, 4.2313330701600911252e1, 1,
)
const middleC = Float64Array.of(
  7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.4178072517745061177e-1, 1.27045825245236838258,
  3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
)
const middleD = Float64Array.of(
  1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2, 1.4810397642748007459e-1,
  6.8976733498510000455e-1, 1.6763848301838038494, 2.05319162663775882187, 1,
)
const farE = Float64Array.of(
  2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.2426609473880784386e-3, 2.6532189526576123093e-2,
  2.9656057182850489123e-1, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
)
const farF = Float64Array.of(
  2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
  1.48753612908506148525e-2, 1.3692988092273580531e-1, 5.9983220655588793769e-1, 1,
)

/**
 * Failures before the first success, the gap between edges of p-sparse connectivity: floor(ln u / ln(1 - p)).
 * `log1pMinusP` is log1p(-p): -0 (p = 0) gives Infinity, -Infinity (p = 1) gives 0.
 */
export function geometricGap(u: number, log1pMinusP: number): number {
  return Math.floor(log(u) / log1pMinusP)
}

/**
 * A Poisson number by inversion, meant for lambda < 10: the smallest k with u <= F_k, by search from 0.
 * k is capped at lambda + 40 sqrt(lambda) + 40, since the summed F may stall below u. Throws `InputError` unless
 * 0 <= lambda <= 700 (beyond, e^-lambda underflows).
 */
export function poissonInversion(u: number, lambda: number): number {
  if (!(lambda >= 0 && lambda <= 700)) {
    throw new InputError(`found a poisson mean of ${lambda}; inversion takes 0 to 700, poissonPTRS from 10`)
  }
  const cap = lambda + 40 * Math.sqrt(lambda) + 40
  let p = exp(-lambda)
  let f = p
  let k = 0
  while (u > f && k < cap) {
    k++
    p *= lambda / k
    f += p
  }
  return k
}

/**
 * The Poisson distribution as integers, floor(2^32 F_k) for k = 0, 1, ... up to the first that is 2^32 - 1 (none if
 * lambda is 0): the number drawn by a word is how many entries are <= the word. Probabilities are right to 2^-32, so a
 * mean below 1e-7 is coarse. Throws `InputError` unless 0 <= lambda <= 700.
 */
export function poissonTable(lambda: number): Uint32Array {
  if (!(lambda >= 0 && lambda <= 700)) {
    throw new InputError(`found a poisson mean of ${lambda}; a table takes 0 to 700, poissonPTRS from 10`)
  }
  if (lambda === 0) return new Uint32Array(0)
  const entries: number[] = []
  let p = exp(-lambda)
  let f = p
  for (let k = 1; ; k++) {
    // The sum ends within 1e-13 of 1, so the last step is always reached; rounding may carry it past 1.
    entries.push(Math.min(Math.floor(f * 4294967296), 4294967295))
    if (entries[k - 1] === 4294967295) return Uint32Array.from(entries)
    p *= lambda / k
    f += p
  }
}

/** The Poisson number that `word` draws from a `poissonTable`. */
export function poissonFromTable(table: Uint32Array, word: number): number {
  let k = 0
  while (k < table.length && table[k] <= word) k++
  return k
}

/**
 * A Poisson number for lambda >= 10 by transformed rejection, PTRS (Hoermann 1993). Try n uses words 2 (n & 1) and
 * 2 (n & 1) + 1 of the block with counter (n >> 1, c1, c2, c3), as U and V by `uniform01`:
 *   b = 0.931 + 2.53 sqrt(lambda); a = -0.059 + 0.02483 b
 *   1/alpha = 1.1239 + 1.1328 / (b - 3.4); v_r = 0.9277 - 3.6224 / (b - 2)
 *   U -= 1/2; s = 1/2 - |U|; k = floor((2 a / s + b) U + lambda + 0.43)
 *   accept if s >= 0.07 and V <= v_r; retry if k < 0 or (s < 0.013 and V > s)
 *   accept if ln V + ln(1/alpha) - ln(a / s^2 + b) <= -lambda + k ln lambda - ln k!
 * Throws `InputError` unless 10 <= lambda <= 1e12 (beyond, ln k! is too coarse).
 */
export function poissonPTRS(lambda: number, key: Key, c1: number, c2: number, c3: number): number {
  if (!(lambda >= 10 && lambda <= 1e12)) {
    throw new InputError(`found a poisson mean of ${lambda}; poissonPTRS takes 10 to 1e12, inversion or a table below`)
  }
  const b = 0.931 + 2.53 * Math.sqrt(lambda)
  const a = -0.059 + 0.02483 * b
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
  const vr = 0.9277 - 3.6224 / (b - 2)
  for (let n = 0; ; n++) {
    if ((n & 1) === 0) philox(n >> 1, c1, c2, c3, key[0], key[1], block)
    const u = uniform01(block[2 * (n & 1)]) - 0.5
    const v = uniform01(block[2 * (n & 1) + 1])
    const s = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / s + b) * u + lambda + 0.43)
    if (s >= 0.07 && v <= vr) return k
    if (k < 0 || (s < 0.013 && v > s)) continue
    const left = log(v) + log(inverseAlpha) - log(a / (s * s) + b)
    if (left <= -lambda + k * log(lambda) - logFactorial(k)) return k
  }
}

/** ln k! of a whole number k >= 0: summed logarithms up to 127, Stirling's series with three terms beyond. */
export function logFactorial(k: number): number {
  if (k < logFactorials.length) return logFactorials[k]
  const x = k + 1
  const y = 1 / (x * x)
  const series = (0.08333333333333333 - y * (0.002777777777777778 - y * 0.0007936507936507937)) / x
  return (x - 0.5) * log(x) - x + 0.9189385332046728 + series
}

const logFactorials = new Float64Array(128)
for (let k = 2; k < 128; k++) logFactorials[k] = logFactorials[k - 1] + log(k)

/** Uniform numbers in (0, 1): word j of the block with counter (b, c1, c2, c3) is out[4 b + j]. */
export function fillUniform(out: Float64Array, key: Key, c1: number, c2: number, c3: number): void {
  for (let i = 0; i < out.length; i++) {
    if ((i & 3) === 0) philox(i >>> 2, c1, c2, c3, key[0], key[1], block)
    out[i] = uniform01(block[i & 3])
  }
}

/** Standard normal numbers: words (0, 1) and (2, 3) of block (b, c1, c2, c3) are out[4 b .. 4 b + 3] by Box-Muller. */
export function fillNormal(out: Float64Array, key: Key, c1: number, c2: number, c3: number): void {
  for (let i = 0; i < out.length; i += 2) {
    if ((i & 3) === 0) philox(i >>> 2, c1, c2, c3, key[0], key[1], block)
    boxMullerInto(block[i & 3], block[(i & 3) + 1], out, i)
  }
}

/** Exponential numbers with mean 1, from the same words as `fillUniform`. */
export function fillExponential(out: Float64Array, key: Key, c1: number, c2: number, c3: number): void {
  fillUniform(out, key, c1, c2, c3)
  for (let i = 0; i < out.length; i++) out[i] = -log(out[i])
}

/** Raw words: word j of block (b, c1, c2, c3) is out[4 b + j]. */
export function fillWords(out: Uint32Array, key: Key, c1: number, c2: number, c3: number): void {
  for (let i = 0; i < out.length; i++) {
    if ((i & 3) === 0) philox(i >>> 2, c1, c2, c3, key[0], key[1], block)
    out[i] = block[i & 3]
  }
}
