/**
 * A table of a paper: one entry a group of units, or a step in time. The value reported is the largest deviation of an
 * entry in units of its tolerance, so that 0 is perfect and 1 is just accepted; `detail` lists the entries outside.
 */
import { InputError, within } from '../engine/errors.ts'
import { parseUnit, quantityIn, same } from '../engine/units.ts'
import { type Evidence, NoValue, type Window } from './evidence.ts'
import type { Measure } from './measures.ts'
import { distanceOf, inHertz, type MetricUnit, plain } from './metric-bounds.ts'
import type { metrics } from './metrics-schema.ts'
import { ms } from './shapes.ts'
import type { z } from 'zod'

type Table = z.infer<(typeof metrics)['table']>

/** Throws `InputError` with the path within the table. */
export function measureTable(table: Table): Measure {
  const { metric, values, tolerance, detector } = table
  if (table.steps && (table.from !== undefined || table.to !== undefined)) {
    throw new InputError('found from or to beside steps; steps have a "from" of their own', ['steps'])
  }
  const own = metric === 'burst_probability' ? plain : inHertz
  const { factor, unit } = tableUnit(table.unit, own)
  const tolerances = values.map((value) => within(['tolerance'], () => distanceOf(tolerance, value ?? 0, unit)))
  const measure = (e: Evidence) => {
    let worst = 0
    const outside: string[] = []
    for (const [k, published] of values.entries()) {
      if (published === null) continue
      const found = valueOrNaN(() => {
        const { of, window } = entry(table, k, e)
        return e.value(metric, of, window, detector) * factor
      })
      const distance = Math.abs(found.value - published)
      const deviation = distance === 0 ? 0 : distance / tolerances[k]
      if (!(deviation <= 1)) {
        const shown = found.why ?? `${Number(found.value.toPrecision(5))}`
        outside.push(`entry ${k}: ${shown}, expected ${published} ± ${Number(tolerances[k].toPrecision(5))}`)
      }
      // once NaN, the largest deviation stays NaN
      if (!(deviation <= worst) && !Number.isNaN(worst)) worst = deviation
    }
    return { value: worst, ...(outside.length > 0 && { detail: outside.join('; ') }) }
  }
  return { unit: { ...plain, name: 'of the tolerance' }, accept: [0, 1], measure }
}

function entry({ of, group, steps, from, to }: Table, k: number, e: Evidence): { of: string; window: Window } {
  if (steps) {
    const [begin, every, window] = [steps.from, steps.every, steps.window].map((text) => quantityIn(text, ms))
    const end = begin + (k + 1) * every
    return { of, window: e.between(end - window, end) }
  }
  const { population, first } = e.units(of)
  const start = first + k * (group ?? 1)
  return { of: `${population}[${start}:${start + (group ?? 1)}]`, window: e.window({ from, to }) }
}

/** The factor from what is measured (Hz, or a fraction) to the unit of the table. */
function tableUnit(text: string | undefined, own: MetricUnit): { factor: number; unit: MetricUnit } {
  if (text === undefined || text.trim() === own.name) return { factor: 1, unit: own }
  return within(['unit'], () => {
    const { value, dimension } = text.trim() === '%' ? { value: 0.01, dimension: plain.dimension } : parseUnit(text)
    if (!same(dimension, own.dimension)) {
      throw new InputError(`found the unit ${text}; ${own.name === '' ? '% or no unit' : 'a unit such as Hz'} is needed`)
    }
    return { factor: 1 / (own.factor * value), unit: { name: text, dimension, factor: 1 / value } }
  })
}

function valueOrNaN(work: () => number): { value: number; why?: string } {
  try {
    return { value: work() }
  } catch (error) {
    if (error instanceof NoValue) return { value: Number.NaN, why: error.message }
    throw error
  }
}
