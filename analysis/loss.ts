import { checkPositive, checkTrain } from './trains.ts'

/**
 * SuperSpike loss over a periodic frame of length P, in closed form: the number the published program prints,
 * loss = (4/P) sum over k, l of s[k] s[l] C_P(t[k] - t[l]), s = +1 for target, -1 for output, P in s: four times the
 * rate of isolated unmatched spikes, in Hz. C(d) = (a e^(-d/a) - b e^(-d/b)) / (a - b), a = 10 ms, b = 5 ms;
 * C_P(d) is C summed over all periodic images of d (for P far above a: C of the distance around the frame).
 * It equals 0.12 s^2 times the mean square of (alpha * (target - output)) in 1/s^2, alpha the unit-area double
 * exponential, and an output spike displaced by d costs 8 (1 - C(d)) / P.
 * Zenke & Ganguli 2018; the closed form is from the project's specification, spiking.md 1.10.
 *
 * Linear time: two markages run around the frame, started with what all earlier periods left.
 *
 * Parameters: target and output trains of one unit within [0, P), ms; period P, decay a and rise b in ms.
 * Throws RangeError where they are not trains, lie outside the frame, or a = b.
 */
export function superSpikeLoss(
  target: ArrayLike<number>,
  output: ArrayLike<number>,
  period: number,
  decay = 10,
  rise = 5,
): number {
  checkPositive(period, 'the period')
  checkPositive(decay, 'the decay time')
  checkPositive(rise, 'the rise time')
  if (decay === rise) throw new RangeError(`decay and rise time are both ${decay} ms; they must differ`)
  checkInFrame(target, period)
  checkInFrame(output, period)
  let slow = leftover(target, output, period, decay)
  let fast = leftover(target, output, period, rise)
  let sum = 0
  let before = 0
  let i = 0
  let j = 0
  while (i < target.length || j < output.length) {
    const isTarget = j >= output.length || (i < target.length && target[i] <= output[j])
    const t = isTarget ? target[i++] : output[j++]
    const s = isTarget ? 1 : -1
    slow *= Math.exp(-(t - before) / decay)
    fast *= Math.exp(-(t - before) / rise)
    sum += 1 + (2 * s * (decay * slow - rise * fast)) / (decay - rise)
    slow += s
    fast += s
    before = t
  }
  return (4 / (period / 1000)) * Math.max(0, sum)
}

/** The markage at the start of the frame: sum of s e^(-(P - t)/tau) over all earlier periods. */
function leftover(target: ArrayLike<number>, output: ArrayLike<number>, period: number, tau: number): number {
  let sum = 0
  for (let i = 0; i < target.length; i++) sum += Math.exp(-(period - target[i]) / tau)
  for (let j = 0; j < output.length; j++) sum -= Math.exp(-(period - output[j]) / tau)
  return sum / (1 - Math.exp(-period / tau))
}

function checkInFrame(times: ArrayLike<number>, period: number): void {
  checkTrain(times)
  const n = times.length
  if (n > 0 && (times[0] < 0 || times[n - 1] >= period)) {
    throw new RangeError(`spikes from ${times[0]} to ${times[n - 1]} ms; all must lie in the frame [0, ${period})`)
  }
}

/**
 * The loss of a layer: the mean of `superSpikeLoss` over its units.
 * Throws RangeError where there are no units or not as many outputs as targets.
 */
export function meanSuperSpikeLoss(
  targets: readonly ArrayLike<number>[],
  outputs: readonly ArrayLike<number>[],
  period: number,
  decay = 10,
  rise = 5,
): number {
  if (targets.length !== outputs.length || targets.length === 0) {
    throw new RangeError(`${targets.length} targets and ${outputs.length} outputs; there must be one of each a unit`)
  }
  const sum = targets.reduce((total, target, k) => total + superSpikeLoss(target, outputs[k], period, decay, rise), 0)
  return sum / targets.length
}
