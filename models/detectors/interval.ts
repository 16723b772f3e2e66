/**
 * Bursts by the exact interval between spikes.
 *
 *   first spike, or more than `interval` since the previous spike:   onset (of an event: a burst or a single spike)
 *   the second spike of a run with intervals <= interval:            burst, counted once
 *
 * Naud & Sprekeler 2018 (PNAS 115:E6329), with 16 ms. An interval of exactly `interval` belongs to the burst; times
 * are compared to 1e-9 ms, since 1.016 - 1 is above 0.016 in floating point.
 * Columns: time of the last spike (ms), spikes in the present run (1, 2, or 3 for more). Throws nothing.
 */
import { kinds } from '../../engine/description.ts'
import type { DetectorDefinition } from '../../engine/model.ts'

const tolerance = 1e-9

export const intervalDetector: DetectorDefinition = {
  name: 'interval',
  about: 'Bursts by the exact interval between spikes.',
  source: 'Naud & Sprekeler 2018',
  columns: 2,
  initial: [-Infinity, 0],
  make([last, count], interval) {
    const longest = interval + tolerance
    return (unit, time) => {
      const continues = time - last[unit] <= longest
      last[unit] = time
      count[unit] = continues ? Math.min(count[unit] + 1, 3) : 1
      return !continues ? kinds.onset : count[unit] === 2 ? kinds.burst : 0
    }
  },
}
