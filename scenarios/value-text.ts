/** A value for every unit or connection, in words. */
import type { Value } from '../engine/description.ts'

export function valueText(value: Value): string {
  if (typeof value !== 'object') return String(value)
  if ('uniform' in value) return `uniform ${value.uniform.join(' to ')}`
  if ('normal' in value) return `normal, mean ${value.normal.mean}, sd ${value.normal.sd}${value.normal.times === undefined ? '' : `, times ${value.normal.times}`}`
  if ('lognormal' in value) return `lognormal, median ${value.lognormal.median}, sigma ${value.lognormal.sigma}`
  if ('levels' in value) return `levels ${value.levels.join(', ')}${value.each ? ` (${value.each} units each)` : ''}`
  return `a list of ${value.list.length} values`
}
