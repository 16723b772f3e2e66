/** Values for every unit or connection, from what a description says: constants, distributions, levels, lists. */
import { exp, log } from './elementary.ts'
import { InputError, within } from './errors.ts'
import { boxMullerInto, type Key, philox, uniform52 } from './random.ts'
import type { QuantityText, Value } from './description.ts'
import { type Dimension, quantityIn } from './units.ts'

const words = new Uint32Array(4)
const pair = new Float64Array(2)

export type Draw = (index: number, row: number) => number

/**
 * A function (index, row) -> value in engine units, and whether it is the same everywhere. Draws are keyed by
 * (stream, index, row), so no value depends on how many others are drawn. Throws `InputError` on units that do not fit.
 */
export function valueDraw(value: Value, dimension: Dimension, key: Key, count?: number): { constant?: number; draw: Draw } {
  const q = (text: QuantityText) => quantityIn(text, dimension)
  if (typeof value !== 'object') {
    const constant = q(value)
    return { constant, draw: () => constant }
  }
  const block = (index: number, row: number) => philox(index, row, 0, 0, key[0], key[1], words)
  const normal = (index: number, row: number) => {
    block(index, row)
    boxMullerInto(words[0], words[1], pair, 0)
    return pair[0]
  }
  if ('uniform' in value) {
    const [low, high] = value.uniform.map(q)
    if (!(low <= high)) throw new InputError(`found uniform from ${low} to ${high}; the first must not be above the second`)
    return {
      draw: (index, row) => {
        block(index, row)
        return low + (high - low) * uniform52(words[0], words[1])
      },
    }
  }
  if ('normal' in value) {
    const { mean, sd, min, max, times = 1 } = value.normal
    const [m, s] = [q(mean), q(sd)]
    if (!(s >= 0)) throw new InputError(`found a standard deviation of ${s}; zero or more is needed`)
    const [low, high] = [min === undefined ? -Infinity : q(min), max === undefined ? Infinity : q(max)]
    if (!Number.isFinite(times)) throw new InputError(`found times: ${times}; a finite number is needed`)
    return { draw: (index, row) => times * Math.max(low, Math.min(high, m + s * normal(index, row))) }
  }
  if ('lognormal' in value) {
    const { median, sigma } = value.lognormal
    const m = q(median)
    if (!(m !== 0 && sigma >= 0)) throw new InputError(`found a log-normal of median ${m} and sigma ${sigma}; a median other than zero and a sigma of at least zero are needed`)
    const location = log(Math.abs(m))
    return { draw: (index, row) => Math.sign(m) * exp(location + sigma * normal(index, row)) }
  }
  if ('levels' in value) {
    const levels = within(['levels'], () => value.levels.map(q))
    const each = value.each ?? 1
    if (!(Number.isInteger(each) && each > 0)) throw new InputError(`found each: ${each}; a whole number of units is needed`)
    return { draw: (index) => levels[Math.floor(index / each) % levels.length] }
  }
  const list = within(['list'], () => value.list.map(q))
  if (count !== undefined && list.length !== count) throw new InputError(`found a list of ${list.length} values; ${count} are needed`)
  return { draw: (index) => list[index] }
}

/** The same as a number where it is the same for all, else an array with one value a unit. */
export function perUnit(value: Value, dimension: Dimension, key: Key, count: number): number | Float64Array {
  const { constant, draw } = valueDraw(value, dimension, key, count)
  if (constant !== undefined) return constant
  const values = Float64Array.from({ length: count }, (_, i) => draw(i, 0))
  return values.every((v) => v === values[0]) ? values[0] : values
}
