/** Copies of populations: how many units there are, and which populations may be connected. */
import { InputError } from '../engine/errors.ts'
import type { PopulationDescription, ProjectionDescription } from '../engine/description.ts'
import type { Sizes } from '../engine/unit-ranges.ts'
import type { Scenario } from './schema.ts'

/** Population -> units of all its copies, which is what ranges of units count in. */
export function sizesOf({ populations }: Pick<Scenario, 'populations'>): Sizes {
  return new Map(Object.entries(populations).map(([name, { size, copies = 1 }]) => [name, size * copies]))
}

/** Throws `InputError` where two populations of other numbers of copies are connected: copy c sends to copy c. */
export function checkCopies(projections: readonly ProjectionDescription[], populations: ReadonlyMap<string, PopulationDescription>): void {
  for (const { name, from, to } of projections) {
    const [source, target] = [from, to].map((units) => populations.get(units.population)?.copies ?? 1)
    if (source === target) continue
    const copies = (n: number) => (n === 1 ? 'one copy' : `${n} copies`)
    throw new InputError(`"${from.population}" has ${copies(source)}, "${to.population}" ${copies(target)}; as many on both sides are needed`, ['projections', name])
  }
}
