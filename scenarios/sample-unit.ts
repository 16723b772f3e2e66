/** The unit in which a sampled variable is reported: that of the engine, but rates in Hz. */
import type { NetworkDescription } from '../engine/description.ts'
import { checkNeuron } from '../engine/equations/check.ts'
import { type Dimension, dimensionName, none, parseUnit, same } from '../engine/units.ts'
import { inHertz, type MetricUnit } from './metric-bounds.ts'
import { hertz } from './shapes.ts'

/** Dimension of a variable or current of a population; that of a plain number if it is unknown. */
export function dimensionOf(population: string, symbol: string, description: NetworkDescription): Dimension {
  const model = description.populations.find((p) => p.name === population)?.model
  if (!model || !('equations' in model)) return none
  const current = model.currents?.[symbol]
  return current ? parseUnit(current[0]).dimension : (checkNeuron(model).symbols.get(symbol)?.dimension ?? none)
}

/** What a quantity of this dimension is reported in. */
export function unitOf(dimension: Dimension): MetricUnit {
  if (same(dimension, hertz)) return inHertz
  return { name: same(dimension, none) ? '' : dimensionName(dimension), dimension, factor: 1 }
}

/** The unit of a variable that the request `of` samples. */
export function sampleUnit(of: string, variable: string, description: NetworkDescription): MetricUnit {
  const population = description.record?.samples?.find((s) => s.name === of)?.of.population ?? ''
  return unitOf(dimensionOf(population, variable, description))
}
