/** The classes of a segment's rows: as told when they were read, or, before that, by their own marks alone. */
import { kinds } from '../../engine/description.ts'
import { classRoom, unpack } from './packed-classes.ts'
import type { PopulationIndex } from './population-index.ts'
import { spikeClass } from './spike-classes.ts'
import type { EventColumns } from './trace-store.ts'

/**
 * For rows 0 ... count - 1, until those of others are asked for. Those of the threshold before stay until the rows have been classified
 * again.
 */
export function classesOf({ classes, counted }: PopulationIndex, columns: EventColumns, segment: number, count: number): Uint8Array {
  const found = classRoom(count)
  if (counted.segment > segment || (counted.segment === segment && counted.row >= count)) {
    unpack(classes[segment], columns.kinds, count, found)
    return found
  }
  for (let i = 0; i < count; i++) {
    const mark = columns.kinds[i]
    found[i] = mark & kinds.spike ? (mark & kinds.burst ? spikeClass.second : spikeClass.singlet) : spikeClass.none
  }
  return found
}
