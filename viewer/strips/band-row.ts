/** A row of bands and marks over time, made for the window that is looked at. Times in ms. */
import { quantityIn } from '../../engine/units.ts'

export interface Band {
  from: number
  to: number
  label: string
  /** Bands of the same kind have the same number, and the same colour; -1 is none, the ground. */
  colour: number
}

export interface Mark {
  at: number
  label: string
}

export interface BandRow {
  name: string
  /** What touches [from, to), or undefined where that would be more than `most`. */
  within(from: number, to: number, most: number): { bands: Band[]; marks: Mark[] } | undefined
}

export const ms = (text: string | number) => quantityIn(text, [1, 0, 0])

/** A row of bands that are known one by one, and of marks. */
export function fixedRow(name: string, bands: readonly Band[], marks: readonly Mark[] = []): BandRow {
  return {
    name,
    within(from, to, most) {
      const found = { bands: bands.filter((b) => b.to > from && b.from < to), marks: marks.filter((m) => m.at >= from && m.at < to) }
      return found.bands.length + found.marks.length > most ? undefined : found
    },
  }
}
