/** Which rows of an event stream are spikes, and which of these belong to a burst. */
import { kinds } from '../engine/description.ts'

const spikeBits = kinds.spike | kinds.burst | kinds.onset

export const isSpike = (kind: number) => (kind & spikeBits) !== 0

/** True if a burst detector has marked this stream. */
export function hasBurstMarks(marks: Uint8Array): boolean {
  return marks.some(kind => (kind & (kinds.burst | kinds.onset)) !== 0)
}

/**
 * One for every row that is a spike of a burst, zero for the others.
 * The stream marks the spike that completes a burst (`burst`, its second) and the one that starts an event (`onset`, a
 * singlet or the first of a burst). So the second and the spike of the same unit before it are members, and so is every
 * later spike of the unit up to the next onset.   Rows are in order of time; `size` is the number of units.
 */
export function burstMembers(sources: Uint32Array, marks: Uint8Array, size: number): Uint8Array {
  const members = new Uint8Array(sources.length)
  const previous = new Int32Array(size).fill(-1)
  const onsets = marks.some(kind => (kind & kinds.onset) !== 0)
  for (let i = 0; i < sources.length; i++) {
    if (!isSpike(marks[i])) continue
    const before = previous[sources[i]]
    if (marks[i] & kinds.burst) {
      members[i] = 1
      if (before >= 0) members[before] = 1
    } else if (onsets && !(marks[i] & kinds.onset) && before >= 0 && members[before]) members[i] = 1
    previous[sources[i]] = i
  }
  return members
}
