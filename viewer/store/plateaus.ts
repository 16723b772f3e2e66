/** Plateau potentials of a population: when each began and ended, in the order of their beginnings, as rows are read from the first on. */
import { kinds } from '../../engine/description.ts'
import { firstNotBefore } from '../../engine/trace/columns.ts'
import type { EventColumns } from './trace-store.ts'

export interface Plateaus {
  count: number
  units: Uint32Array
  /** ms; `off` is Infinity while a plateau lasts */
  on: Float64Array
  off: Float64Array
  /** Of each unit, its last plateau's number; -1 before the first. */
  open: Int32Array
  /** Of those that ended (ms). */
  longest: number
}

export function makePlateaus(units: number): Plateaus {
  return { count: 0, units: new Uint32Array(16), on: new Float64Array(16), off: new Float64Array(16), open: new Int32Array(units).fill(-1), longest: 0 }
}

/** Rows first ... end - 1; an end without a beginning began before the recording. */
export function takePlateaus(plateaus: Plateaus, { times, sources, kinds: marks }: EventColumns, first: number, end: number): void {
  for (let i = first; i < end; i++) {
    const unit = sources[i]
    if (marks[i] & kinds.plateau_off) {
      const open = plateaus.open[unit]
      if (open >= 0) {
        plateaus.off[open] = times[i]
        plateaus.longest = Math.max(plateaus.longest, times[i] - plateaus.on[open])
        plateaus.open[unit] = -1
      }
    }
    if (marks[i] & kinds.plateau_on) {
      if (plateaus.count === plateaus.on.length) grow(plateaus)
      plateaus.units[plateaus.count] = unit
      plateaus.on[plateaus.count] = times[i]
      plateaus.off[plateaus.count] = Number.POSITIVE_INFINITY
      plateaus.open[unit] = plateaus.count++
    }
  }
}

/** Those that last at some time in [from, to). */
export function visitPlateaus(plateaus: Plateaus, from: number, to: number, visit: (unit: number, on: number, off: number) => void): void {
  const { count, units, on, off, open } = plateaus
  const seen = firstNotBefore(on, from - plateaus.longest, 0, count)
  for (const number of open) if (number >= 0 && number < seen) visit(units[number], on[number], Number.POSITIVE_INFINITY)
  for (let i = seen; i < count && on[i] < to; i++) if (off[i] > from) visit(units[i], on[i], off[i])
}

function grow(plateaus: Plateaus): void {
  const double = <T extends Uint32Array | Float64Array>(old: T, next: T): T => {
    next.set(old)
    return next
  }
  const capacity = 2 * plateaus.on.length
  plateaus.units = double(plateaus.units, new Uint32Array(capacity))
  plateaus.on = double(plateaus.on, new Float64Array(capacity))
  plateaus.off = double(plateaus.off, new Float64Array(capacity))
}
