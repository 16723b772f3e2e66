/** Bounds of an expectation, as numbers in the unit that its metric is reported in. */
import { InputError, within } from '../engine/errors.ts'
import { type Dimension, dimensionName, none, parseQuantity, same } from '../engine/units.ts'
import type { Expectation } from './metrics-schema.ts'
import { hertz, ms } from './shapes.ts'

/** What a metric is reported in: `factor` times the engine's unit. */
export interface MetricUnit {
  name: string
  dimension: Dimension
  factor: number
}

export const plain: MetricUnit = { name: '', dimension: none, factor: 1 }
export const inHertz: MetricUnit = { name: 'Hz', dimension: hertz, factor: 1000 }
export const inMs: MetricUnit = { name: 'ms', dimension: ms, factor: 1 }

/** [least, most]. Throws `InputError` with the path within the expectation. */
export function boundsOf({ accept, value, tolerance }: Expectation, unit: MetricUnit): [number, number] {
  if (accept) return within(['accept'], () => [numberOf(accept[0], unit), numberOf(accept[1], unit)])
  const middle = within(['value'], () => numberOf(value ?? 0, unit))
  const distance = within(['tolerance'], () => distanceOf(tolerance ?? 0, middle, unit))
  return [middle - distance, middle + distance]
}

/** A bare number is in the unit of the metric. */
function numberOf(text: string | number, unit: MetricUnit): number {
  const { value, dimension } = parseQuantity(text)
  if (same(dimension, none) && !isPercent(text)) return value
  if (same(dimension, unit.dimension)) return value * unit.factor
  const found = isPercent(text) ? 'a percentage' : dimensionName(dimension)
  throw new InputError(`found ${JSON.stringify(text)}, which is ${found}; ${unit.name || 'a plain number'} is needed`)
}

/** A percentage is of `value`; anything else is a distance in the unit of the metric. */
export function distanceOf(text: string | number, value: number, unit: MetricUnit): number {
  const distance = isPercent(text) ? Math.abs(value) * parseQuantity(text).value : numberOf(text, unit)
  if (distance >= 0) return distance
  throw new InputError(`found ${JSON.stringify(text)}; zero or more is needed`)
}

function isPercent(text: string | number): boolean {
  return typeof text === 'string' && text.trim().endsWith('%')
}
