/** The unit in which what a block measures is reported. */
import type { NetworkDescription } from '../engine/description.ts'
import { type MetricUnit, plain } from './metric-bounds.ts'
import { dimensionOf, unitOf } from './sample-unit.ts'

const degrees: MetricUnit = { ...plain, name: 'degrees' }

/** A mean has the unit of its variable, an angle is in degrees, everything else is a plain number. */
export function measureUnit(block: string, measure: string, description: NetworkDescription): MetricUnit {
  const found = description.trials?.blocks.find((b) => b.name === block)?.measures.find((m) => m.name === measure)
  if (!found) return plain
  if ('mean' in found) return unitOf(dimensionOf(found.mean.of.population, found.mean.of.variable, description))
  return 'angle' in found || 'weight_angle' in found ? degrees : plain
}
