/**
 * What a spike is among the spikes of its unit: told in one pass forward over the rows of a population, with what has to be
 * remembered of each unit. An onset is known only when the second spike of its burst comes; then its class is corrected.
 *
 * By interval as in analysis/bursts.ts: a spike belongs to the run of the one before it if their interval is at most the threshold, with
 * its tolerance. Recorded as in figures/burst-members.ts: the mark `burst` stands on the second spike of a burst, `onset` where the next
 * event begins.
 */
import { burstTolerance } from '../../analysis/index.ts'
import { kinds } from '../../engine/description.ts'
import type { BurstThreshold } from '../trace-service.ts'

/** Classes of rows. From `onset` on they belong to bursts. */
export const spikeClass = { none: 0, singlet: 1, onset: 2, second: 3, later: 4 } as const

/** Where the pass has come to. */
export interface Classification {
  threshold: BurstThreshold
  /** Of each unit: its last spike's time (ms), its class, and where it stands: segment and row. */
  last: Float64Array
  classes: Uint8Array
  segments: Int32Array
  rows: Int32Array
  /** Whether somebody marked onsets: without them, only marked spikes and those before them belong to bursts. */
  onsets: boolean
}

export function beginClassification(units: number, threshold: BurstThreshold): Classification {
  return {
    threshold,
    last: new Float64Array(units).fill(Number.NEGATIVE_INFINITY),
    classes: new Uint8Array(units),
    segments: new Int32Array(units),
    rows: new Int32Array(units),
    onsets: false,
  }
}

/** Hears of a singlet that turned out to be the onset of a burst: where it stands, its unit and time. */
export type Corrected = (segment: number, row: number, unit: number, time: number) => void

/** Classify rows first ... end - 1 of a segment into `own`; `corrected` hears of those before and among them. */
export function classify(
  state: Classification,
  { times, sources, kinds: marks }: { times: Float64Array; sources: Uint32Array; kinds: Uint8Array },
  first: number,
  end: number,
  own: Uint8Array,
  segment: number,
  corrected: Corrected,
): void {
  const { last, classes, segments, rows, threshold } = state
  const recorded = threshold === 'recorded'
  const limit = recorded ? 0 : threshold + burstTolerance
  for (let i = first; i < end; i++) {
    const mark = marks[i]
    if (!(mark & kinds.spike)) {
      own[i] = spikeClass.none
      continue
    }
    const unit = sources[i]
    const before = classes[unit]
    let found: number = spikeClass.singlet
    if (recorded) {
      if (mark & kinds.onset) state.onsets = true
      if (mark & kinds.burst) found = spikeClass.second
      else if (before > spikeClass.singlet && state.onsets && !(mark & kinds.onset)) found = spikeClass.later
    } else if (times[i] - last[unit] <= limit) {
      found = before > spikeClass.singlet ? spikeClass.later : spikeClass.second
    }
    if (found === spikeClass.second && before === spikeClass.singlet) {
      const [where, row] = [segments[unit], rows[unit]]
      if (where === segment) own[row] = spikeClass.onset
      corrected(where, row, unit, last[unit])
    }
    own[i] = found
    classes[unit] = found
    last[unit] = times[i]
    segments[unit] = segment
    rows[unit] = i
  }
}
