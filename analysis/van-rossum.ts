import { checkPositive, checkTrain } from './trains.ts'

/**
 * Van Rossum distances: both trains are filtered with a causal kernel and the squares of the difference integrated
 * over all time.
 * Linear time after merging, by the running "markage" of Houghton & Kreuz 2012 in signed form: spikes of the first
 * train count +1, of the second -1, and equal trains cancel exactly. van Rossum 2001.
 */

/**
 * Calls `visit` with each spike of both trains in order of time, s = +1 for `a` (first where times are equal), -1 for
 * `b`.
 */
function merge(a: ArrayLike<number>, b: ArrayLike<number>, visit: (t: number, s: number) => void): void {
  checkTrain(a)
  checkTrain(b)
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (j >= b.length || (i < a.length && a[i] <= b[j])) visit(a[i++], 1)
    else visit(b[j++], -1)
  }
}

/**
 * Squared van Rossum distance, kernel e^(-t/tau): D^2 = (1/tau) integral (f - g)^2 dt
 * = 1/2 sum_aa + 1/2 sum_bb - sum_ab of e^(-|dt|/tau). No unit.
 * One spike against none is 1/2; two spikes d apart in two trains 1 - e^(-d/tau); tau to infinity (n_a - n_b)^2 / 2.
 * (Others normalise with 2/tau: twice these values.) Rounding below zero is clamped to 0.
 *
 * Parameters: trains in ms, tau in ms. Throws RangeError where a or b is not a train or tau not positive.
 */
export function vanRossumSquared(a: ArrayLike<number>, b: ArrayLike<number>, tau: number): number {
  checkPositive(tau, 'tau')
  let sum = 0
  let markage = 0
  let before = 0
  merge(a, b, (t, s) => {
    markage *= Math.exp(-(t - before) / tau)
    sum += s * markage + 0.5
    markage += s
    before = t
  })
  return Math.max(0, sum)
}

/** Van Rossum distance D, the root of `vanRossumSquared`. */
export function vanRossum(a: ArrayLike<number>, b: ArrayLike<number>, tau: number): number {
  return Math.sqrt(vanRossumSquared(a, b, tau))
}

/**
 * The matrix of distances D of several trains, row-major, with zeros on the diagonal. Each pair costs the sum of its
 * spikes, so N trains of n spikes cost N^2 n.
 */
export function vanRossumMatrix(trains: readonly ArrayLike<number>[], tau: number): Float64Array {
  const n = trains.length
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) matrix[i * n + j] = matrix[j * n + i] = vanRossum(trains[i], trains[j], tau)
  }
  return matrix
}

/**
 * Squared distance under the double exponential kernel of SuperSpike, unit area:
 * alpha(t) = (e^(-t/a) - e^(-t/b)) / (a - b); integral (alpha * (A - B))^2 dt = sum s s C(|dt|), in 1/ms,
 * C(d) = (a e^(-d/a) - b e^(-d/b)) / (2 (a^2 - b^2)); C(0) = 1 / (2 (a + b)).
 * Zenke & Ganguli 2018. One pass with two markages.
 *
 * Parameters: trains in ms; decay a and rise b in ms, different. Throws RangeError otherwise.
 */
export function vanRossumDoubleSquared(
  trainA: ArrayLike<number>,
  trainB: ArrayLike<number>,
  decay = 10,
  rise = 5,
): number {
  checkPositive(decay, 'the decay time')
  checkPositive(rise, 'the rise time')
  if (decay === rise) throw new RangeError(`decay and rise time are both ${decay} ms; they must differ`)
  const norm = 2 * (decay * decay - rise * rise)
  const own = (decay - rise) / norm
  let sum = 0
  let slow = 0
  let fast = 0
  let before = 0
  merge(trainA, trainB, (t, s) => {
    slow *= Math.exp(-(t - before) / decay)
    fast *= Math.exp(-(t - before) / rise)
    sum += own + (2 * s * (decay * slow - rise * fast)) / norm
    slow += s
    fast += s
    before = t
  })
  return Math.max(0, sum)
}
