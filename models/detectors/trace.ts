/**
 * Bursts by a decaying trace, as the code of the published simulations did; traces add up, so that it differs from `interval`.
 *
 *   trace(t) decays with the time constant `interval`; at a spike it is read, and then it grows by 1
 *   read < 1/e:                          onset
 *   read >= 1/e and no burst since:      burst, counted once
 *
 * Payeur et al. 2021 (Nat. Neurosci. 24:1010), the authors' fork of Auryn, with 16 ms. A regular train of 20 ms gives onset, onset,
 * burst, then nothing; after a burst of two spikes 5 ms apart an onset within 24.8 ms is missed.
 * A single spike exactly `interval` ago leaves 1/e and makes a burst; times are compared to 1e-9 ms.
 * Columns: trace after the last spike, its time (ms), 1 once the burst has been counted. Throws nothing.
 */
import { kinds } from '../../engine/description.ts'
import { exp } from '../../engine/elementary.ts'
import type { DetectorDefinition } from '../../engine/model.ts'

const tolerance = 1e-9

export const traceDetector: DetectorDefinition = {
  name: 'trace',
  about: 'Bursts by a decaying trace, as the code of the published simulations did.',
  source: "Payeur et al. 2021, the authors' code",
  columns: 3,
  initial: [0, 0, 0],
  make([trace, last, counted], interval) {
    const level = exp(-1 - tolerance / interval)
    return (unit, time) => {
      const read = trace[unit] * exp((last[unit] - time) / interval)
      trace[unit] = read + 1
      last[unit] = time
      if (read < level) {
        counted[unit] = 0
        return kinds.onset
      }
      if (counted[unit] === 1) return 0
      counted[unit] = 1
      return kinds.burst
    }
  },
}
