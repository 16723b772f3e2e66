/**
 * The earliest upward crossing of a threshold by a leaky membrane under decaying currents: exact, none missed, none invented.
 *
 *   tau u' = -u + sum_k I_k exp(-t / tau_k),   f(t) = u(t) - theta,   F(t) = f(t) exp(t / tau)
 *   u(t) = u0 exp(-t / tau) + sum_k I_k phi(t; tau, tau_k)      a sum of exponentials
 *   F'(t) = h(t) exp(t / tau) / tau,   h(t) = sum_k I_k exp(-t / tau_k) - theta
 *
 * f rises through zero only where h > 0, at most once in each interval, and only if f >= 0 at the interval's end. h is a sum
 * of n exponentials (-theta has rate 0); its zeros come from the ladder: times exp(r_0 t) and differentiated it has n - 1
 * terms, whose zeros cut the line into monotone pieces. Closed forms: two terms, and three with rates in steps of one size.
 *
 * instruments.md A.0, A.2 (derived there); after Brette 2007 (Neural Comput. 19:2604) and D'Haene et al. 2009
 * (Neural Comput. 21:1068). Times in ms; u, I, theta in one common unit. Throws nothing.
 */
import { exp, expm1, log, log1p } from '../elementary.ts'

/** Most currents at once. */
const most = 7
/** What the ladder works on, one row a level: coefficients, rates (ascending), zeros found. */
const coefficients = Array.from({ length: most + 2 }, () => new Float64Array(most + 1))
const rates = Array.from({ length: most + 2 }, () => new Float64Array(most + 1))
const zeros = Array.from({ length: most + 2 }, () => new Float64Array(most + 1))

/** What `evaluate` and `gapAt` found: no object a call. */
let value = 0
let slope = 0

/** The curve that is being searched: a row of the ladder, or (level -1) f itself. */
let rowTerms = 0
let gap0 = 0
let level0 = 0
let tauM = 0
let thresholdOf = 0
let currents: ArrayLike<number> = []
let constants: ArrayLike<number> = []

/**
 * Response of a membrane (tau_m) to a current that starts at 1 and decays (tau_s):
 *   phi(t) = (t / tau_m) exp(-t / max(tau_m, tau_s)) E(|1/tau_s - 1/tau_m| t),   E(z) = (1 - exp(-z)) / z
 * One formula for all cases, equal time constants included, without cancellation.
 */
export function phi(t: number, tau_m: number, tau_s: number): number {
  const z = (Math.abs(tau_m - tau_s) / (tau_m * tau_s)) * t
  return (t / tau_m) * exp(-t / Math.max(tau_m, tau_s)) * (z === 0 ? 1 : -expm1(-z) / z)
}

/** `phi` where expm1(-t / tau_m) and expm1(-t / tau_s) are known already: their difference, unless it would cancel. */
export function phiOf(decayM: number, decayS: number, t: number, tau_m: number, tau_s: number): number {
  const difference = tau_m - tau_s
  if (Math.abs(difference) < 0.125 * tau_m) return phi(t, tau_m, tau_s)
  return ((decayM - decayS) * tau_s) / difference
}

/** The maximum of `phi`:  (tau_s / tau_m)^(tau_m / (tau_m - tau_s)),  1/e for equal time constants. */
export function phiPeak(tau_m: number, tau_s: number): number {
  const x = (tau_m - tau_s) / tau_s
  return x === 0 ? exp(-1) : exp((-log1p(x) * tau_m) / (tau_m - tau_s))
}

/**
 * A time before which u does not reach theta, from the greatest h can be: tau ln(1 - gap / h), the crossing under a constant
 * drive; Infinity if h is never positive. `gap` is u0 - theta, not above zero.
 */
export function earliestPossible(gap: number, greatestH: number, tau: number): number {
  return greatestH > 0 ? tau * log1p(-gap / greatestH) : Infinity
}

/**
 * ms until u rises through theta, Infinity if it never does; 0 if it is above. `gap` is u0 - theta.
 * `amplitudes` are the I_k, `taus` the tau_k; at most 7 of them.
 */
export function firstCrossing(gap: number, theta: number, tau: number, amplitudes: ArrayLike<number>, taus: ArrayLike<number>): number {
  if (gap > 0) return 0
  let positive = 0
  let reach = gap + theta > 0 ? gap + theta : 0
  let live = 0
  let only = 0
  for (let k = 0; k < amplitudes.length; k++) {
    if (amplitudes[k] > 0) positive += amplitudes[k]
    if (amplitudes[k] !== 0) {
      live++
      only = k
    }
  }
  // cheap rejects: no drive above threshold ever; or all that can come together does not reach it
  if (positive <= theta) return Infinity
  if (theta > 0) {
    for (let k = 0; k < amplitudes.length; k++) if (amplitudes[k] > 0) reach += amplitudes[k] * phiPeak(tau, taus[k])
    if (reach < theta * (1 - 1e-12)) return Infinity
  }
  if (live === 1 && tau === 2 * taus[only]) return quadraticCrossing(gap, gap + theta, amplitudes[only], tau)

  const n = makeH(theta, amplitudes, taus)
  if (n === 0) return Infinity
  gap0 = gap
  level0 = gap + theta
  tauM = tau
  thresholdOf = theta
  currents = amplitudes
  constants = taus
  const count = zerosOf(0, n)
  const slowest = coefficients[0][0]
  let rising = slowest > 0 === (count % 2 === 0)
  let from = 0
  for (let k = 0; k <= count; k++) {
    const to = k < count ? zeros[0][k] : Infinity
    if (rising) {
      if (to === Infinity) return reaches(rates[0][0]) ? rootIn(-1, 1, from, Infinity, tau) : Infinity
      gapAt(to)
      if (value >= 0) return rootIn(-1, 1, from, to, tau)
    }
    rising = !rising
    from = to
  }
  return Infinity
}

/**
 * One current and tau_m = 2 tau_s: with z = 1 - exp(-t / tau_m),  I z^2 - s z - gap = 0,  s = I - u0. Touching counts.
 * s > 0: z = 2 g / (s + sqrt(disc));  s <= 0: none unless I < 0, z = (|s| + sqrt(disc)) / (2 |I|);  g = -gap.
 */
export function quadraticCrossing(gap: number, u0: number, I: number, tau: number): number {
  const s = I - u0
  const disc = s * s + 4 * I * gap
  if (disc < 0) return Infinity
  let z: number
  if (s > 0) z = (-2 * gap) / (s + Math.sqrt(disc))
  else if (I < 0) z = (-s + Math.sqrt(disc)) / (-2 * I)
  else return Infinity
  return z >= 0 && z < 1 ? -tau * log1p(-z) : Infinity
}

/** h into row 0: terms in ascending order of rate, equal rates together, none zero. Returns how many. */
function makeH(theta: number, amplitudes: ArrayLike<number>, taus: ArrayLike<number>): number {
  const c = coefficients[0]
  const r = rates[0]
  let n = 0
  for (let k = -1; k < amplitudes.length; k++) {
    const amplitude = k < 0 ? -theta : amplitudes[k]
    const rate = k < 0 ? 0 : 1 / taus[k]
    let place = n
    while (place > 0 && r[place - 1] > rate) place--
    if (place > 0 && r[place - 1] === rate) {
      c[place - 1] += amplitude
      continue
    }
    for (let j = n; j > place; j--) {
      c[j] = c[j - 1]
      r[j] = r[j - 1]
    }
    c[place] = amplitude
    r[place] = rate
    n++
  }
  let kept = 0
  for (let j = 0; j < n; j++) {
    if (c[j] === 0) continue
    c[kept] = c[j]
    r[kept++] = r[j]
  }
  return kept
}

/** Where row `level` (n terms, each times exp(+r_0 t)) changes its sign, ascending, into zeros[level]. Returns how many. */
function zerosOf(level: number, n: number): number {
  const c = coefficients[level]
  const r = rates[level]
  const found = zeros[level]
  let changes = 0
  for (let j = 1; j < n; j++) if (c[j] > 0 !== c[j - 1] > 0) changes++
  // at most as many zeros as sign changes in the order of the rates (Descartes)
  if (changes === 0) return 0
  if (n === 2) {
    found[0] = log(-c[1] / c[0]) / (r[1] - r[0])
    return found[0] > 0 ? 1 : 0
  }
  if (n === 3 && r[2] - r[0] === 2 * (r[1] - r[0])) return quadraticZeros(c, r[1] - r[0], found)
  rowTerms = n
  evaluate(level, 0)
  const atStart = value
  const scale = 1 / (r[1] - r[0])
  if (changes === 1) {
    if (atStart >= 0 === c[0] > 0) return 0
    found[0] = rootIn(level, c[0] > 0 ? 1 : -1, 0, Infinity, scale)
    return 1
  }
  const nextC = coefficients[level + 1]
  const nextR = rates[level + 1]
  for (let j = 1; j < n; j++) {
    nextR[j - 1] = r[j] - r[0]
    nextC[j - 1] = -nextR[j - 1] * c[j]
  }
  const pieces = zerosOf(level + 1, n - 1)
  rowTerms = n
  let count = 0
  let from = 0
  let before = atStart >= 0
  for (let k = 0; k <= pieces; k++) {
    const to = k < pieces ? zeros[level + 1][k] : Infinity
    if (to < Infinity) evaluate(level, to)
    const after = to < Infinity ? value >= 0 : c[0] > 0
    if (before !== after) found[count++] = rootIn(level, after ? 1 : -1, from, to, scale)
    before = after
    from = to
  }
  return count
}

/** Zeros of c2 y^2 + c1 y + c0, y = exp(-rate t) in (0, 1), where the sign changes, ascending in t. */
function quadraticZeros(c: Float64Array, rate: number, found: Float64Array): number {
  const disc = c[1] * c[1] - 4 * c[2] * c[0]
  if (!(disc > 0)) return 0
  const q = -0.5 * (c[1] + (c[1] > 0 ? Math.sqrt(disc) : -Math.sqrt(disc)))
  const high = Math.max(q / c[2], c[0] / q)
  const low = Math.min(q / c[2], c[0] / q)
  let count = 0
  if (high > 0 && high < 1) found[count++] = -log(high) / rate
  if (low > 0 && low < 1) found[count++] = -log(low) / rate
  return count
}

/** With h > 0 for ever: does F get to zero? Only where h falls faster than the membrane can it stay below. */
function reaches(slowestRate: number): boolean {
  if (slowestRate <= 1 / tauM) return true
  let limit = level0
  for (let k = 0; k < currents.length; k++) limit += (currents[k] * constants[k]) / (tauM - constants[k])
  return limit > 0
}

/** value, slope = f, f' at t. Written with expm1 so that a small gap keeps its digits. */
function gapAt(t: number): void {
  const decay = expm1(-t / tauM)
  let u = gap0 + level0 * decay
  let drive = 0
  for (let k = 0; k < currents.length; k++) {
    const current = currents[k]
    if (current === 0) continue
    const own = expm1(-t / constants[k])
    u += current * phiOf(decay, own, t, tauM, constants[k])
    drive += current * (1 + own)
  }
  value = u
  slope = (drive - thresholdOf - u) / tauM
}

/** value, slope = row `level` times exp(+r_0 t) at t. */
function evaluate(level: number, t: number): void {
  if (level < 0) {
    gapAt(t)
    return
  }
  const c = coefficients[level]
  const r = rates[level]
  value = c[0]
  slope = 0
  for (let j = 1; j < rowTerms; j++) {
    const rate = r[j] - r[0]
    const term = c[j] * exp(-rate * t)
    value += term
    slope -= rate * term
  }
}

/** The root of sign * curve in (a, b], below zero at a and not at b: Newton from a, safeguarded by the bracket. */
function rootIn(level: number, sign: number, a: number, b: number, scale: number): number {
  if (b === Infinity) {
    b = Math.max(a, scale)
    for (;;) {
      evaluate(level, b)
      if (sign * value >= 0 || b > 1e300) break
      a = b
      b *= 2
    }
  }
  let t = a
  for (let step = 0; step < 100; step++) {
    evaluate(level, t)
    if (sign * value < 0) a = t
    else b = t
    let s = sign * slope > 0 ? t - value / slope : 0.5 * (a + b)
    if (!(a < s && s < b)) s = 0.5 * (a + b)
    if (s === a || s === b || Math.abs(s - t) <= 2e-16 * Math.abs(t)) return s
    t = s
  }
  return t
}
