/** The names in a scenario that point at something: `cells`, `cells[0:3200]`, `cells[5]`, `cells.dendrite.gaba`. */
import type { Units } from './description.ts'
import { InputError, unknown } from './errors.ts'

/** Population -> size. */
export type Sizes = ReadonlyMap<string, number>

/** `cells[0:10]` is units 0 to 9, `cells[5]` is unit 5, `cells` is all. Throws `InputError`. */
export function unitsOf(text: string, sizes: Sizes): Units {
  const match = /^([^[\].]+)(?:\[(\d+)(?:(:)(\d+))?\])?$/.exec(text.trim())
  if (!match) {
    throw new InputError(`found "${text}"; a population, or part of one such as cells[0:10] or cells[5], is needed`)
  }
  const [, population, start, colon, stop] = match
  const size = sizes.get(population)
  if (size === undefined) throw new InputError(unknown('population', population, sizes.keys()))
  if (start === undefined) return { population }
  const first = Number(start)
  const last = colon ? Number(stop) - 1 : first
  if (last < first) throw new InputError(`found "${text}", which is no unit; the end must be greater than the start`)
  if (last >= size)
    throw new InputError(`found "${text}"; ${population} has the units 0 to ${size - 1}, so [0:${size}] is all`)
  return { population, first, last }
}

/** `cells[0:10].dendrite.gaba` -> its units, and the port `dendrite.gaba`: what follows the first dot. */
export function portOf(text: string, sizes: Sizes, example: string): { to: Units; onto: string } {
  const dot = text.indexOf('.')
  if (dot < 1 || dot === text.length - 1) {
    throw new InputError(`found "${text}"; a population and what it receives on, such as ${example}, is needed`)
  }
  return { to: unitsOf(text.slice(0, dot), sizes), onto: text.slice(dot + 1) }
}

/** How many units `units` has. */
export function countOf(units: Units, sizes: Sizes): number {
  const size = sizes.get(units.population) ?? 0
  return (units.last ?? size - 1) - (units.first ?? 0) + 1
}
