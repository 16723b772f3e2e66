/**
 * Which rows begin an event (a burst or a singlet), and which date a burst, its second spike: by the run's own marks where these are asked
 * for, else by the classes that were told from intervals.
 */
import { kinds } from '../../engine/description.ts'
import { spikeClass } from '../store/spike-classes.ts'
import type { BurstThreshold } from '../trace-service.ts'

export interface BurstTelling {
  isOnset(kind: number, found: number): boolean
  isBurst(kind: number, found: number): boolean
}

export function burstTelling(threshold: BurstThreshold): BurstTelling {
  if (threshold === 'recorded') return { isOnset: (kind) => (kind & kinds.onset) !== 0, isBurst: (kind) => (kind & kinds.burst) !== 0 }
  return {
    isOnset: (_, found) => found === spikeClass.singlet || found === spikeClass.onset,
    isBurst: (_, found) => found === spikeClass.second,
  }
}
