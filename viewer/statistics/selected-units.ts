/** The units of a selection's rows: one for each that is chosen, zero for the others. */
import { rowOrder } from '../raster/row-order.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import { namedPopulation } from '../store/trace-store.ts'
import type { Selection } from '../trace-service.ts'

export interface SelectedUnits {
  population: number
  chosen: Uint8Array
  count: number
}

export function selectedUnits(held: HeldTrace, { population: name, first, last, order }: Selection['rows'][number]): SelectedUnits {
  const population = namedPopulation(held.store, name)
  const chosen = new Uint8Array(held.store.header.populations[population].size)
  const units = rowOrder(held, population, order).subarray(first, last)
  for (const unit of units) chosen[unit] = 1
  return { population, chosen, count: units.length }
}
