/**
 * Classes of a segment's rows in two bits each: of a large trace they are what is kept of every row. Rows that are no spikes have none,
 * which their marks say.
 */
import { kinds } from '../../engine/description.ts'
import { spikeClass } from './spike-classes.ts'

/** Four rows a byte; the class of a spike less that of a singlet. */
export type PackedClasses = Uint8Array

export function makePacked(rows: number): PackedClasses {
  return new Uint8Array((rows + 3) >> 2)
}

let room = new Uint8Array(1 << 16)

/** Room for the classes of so many rows, until it is asked for again. */
export function classRoom(rows: number): Uint8Array {
  if (room.length < rows) room = new Uint8Array(rows)
  return room
}

/** Take over `classes` of rows first ... end - 1. */
export function pack(packed: PackedClasses, classes: Uint8Array, first: number, end: number): void {
  for (let row = first; row < end; row++) if (classes[row] !== spikeClass.none) correct(packed, row, classes[row])
}

/** From now on the row, a spike, is of this class. */
export function correct(packed: PackedClasses, row: number, found: number): void {
  const shift = (row & 3) << 1
  packed[row >> 2] = (packed[row >> 2] & ~(3 << shift)) | ((found - spikeClass.singlet) << shift)
}

/** Classes of rows 0 ... count - 1 into `classes`. */
export function unpack(packed: PackedClasses, marks: Uint8Array, count: number, classes: Uint8Array): void {
  for (let row = 0; row < count; row++) {
    classes[row] = marks[row] & kinds.spike ? ((packed[row >> 2] >> ((row & 3) << 1)) & 3) + spikeClass.singlet : spikeClass.none
  }
}
