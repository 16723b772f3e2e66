/**
 * What trials draw by chance, each a pure function of the seed and of where in the experiment it is drawn: the order of examples
 * in an epoch, how long a phase is, and signs.
 */
import type { TrialPhase } from './description.ts'
import { boxMullerInto, integerBelow, type Key, philox, uniform52 } from './random.ts'

const words = new Uint32Array(4)
const pair = new Float64Array(2)

/** A random order of 0 ... n - 1 (Fisher-Yates), its draws numbered by (step, epoch). */
export function drawOrder(into: Uint32Array, key: Key, epoch: number): void {
  for (let i = 0; i < into.length; i++) into[i] = i
  for (let i = into.length - 1; i > 0; i--) {
    philox(i, epoch, 0, 0, key[0], key[1], words)
    const j = integerBelow(words[0], i + 1)
    const kept = into[i]
    into[i] = into[j]
    into[j] = kept
  }
}

/**
 * A draw from the inverse Gaussian (Wald) distribution: y = z^2, x = m + m^2 y / (2 l) - m / (2 l) sqrt(4 m l y + m^2 y^2), and x with
 * probability m / (m + x), else m^2 / x. Michael, Schucany & Haas 1976 (Am. Stat. 30:88).
 */
export function drawWald({ mean: m, scale: l }: { mean: number; scale: number }, key: Key, trial: number, phase: number): number {
  philox(trial, phase, 0, 0, key[0], key[1], words)
  const u = uniform52(words[2], words[3])
  boxMullerInto(words[0], words[1], pair, 0)
  const y = pair[0] * pair[0]
  const x = m + (m * m * y) / (2 * l) - (m / (2 * l)) * Math.sqrt(4 * m * l * y + m * m * y * y)
  return u <= m / (m + x) ? x : (m * m) / x
}

/** Whole ms that a phase is longer in this trial. */
export function drawLonger(plus: TrialPhase['plus'], key: Key, trial: number, phase: number): number {
  return plus ? Math.floor(drawWald(plus.wald, key, trial, phase)) : 0
}

/** +1 or -1, with equal chance. */
export function drawSign(key: Key, trial: number): 1 | -1 {
  philox(trial, 0, 0, 0, key[0], key[1], words)
  return words[0] & 1 ? 1 : -1
}
