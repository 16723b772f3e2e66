/** The classes of a segment's rows: as told when they were read, or, before that, by their own marks alone. */
import { kinds } from '../../engine/description.ts'
import type { PopulationIndex } from './population-index.ts'
import { spikeClass } from './spike-classes.ts'
import type { EventColumns } from './trace-store.ts'

/** For rows 0 ... count - 1. Those of the threshold before stay until the rows have been classified again. */
export function classesOf({ classes, classified }: PopulationIndex, columns: EventColumns, segment: number, count: number): Uint8Array {
  const told = classes[segment]
  const all = told && (classified.segment > segment || (classified.segment === segment && classified.row >= count) || told[count - 1] !== spikeClass.none)
  if (all) return told
  const byMarks = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const mark = columns.kinds[i]
    if (mark & kinds.spike) byMarks[i] = mark & kinds.burst ? spikeClass.second : spikeClass.singlet
  }
  return byMarks
}
