/**
 * A table of a paper: one entry a group of units, a step in time, a time of a sample, or a connection. The value reported is the largest deviation of an
 * entry in units of its tolerance, so that 0 is perfect and 1 is just accepted; `detail` lists the entries outside.
 */
import { InputError, within } from '../engine/errors.ts'
import { parseUnit, quantityIn, same } from '../engine/units.ts'
import { type Evidence, NoValue, type Window } from './evidence.ts'
import type { LoadedScenario } from './load.ts'
import type { Measure } from './measures.ts'
import { distanceOf, inHertz, type MetricUnit, plain } from './metric-bounds.ts'
import type { TableMetric as Table } from './metrics-schema.ts'
import { sampleAt, variableOf } from './sample-measure.ts'
import { sampleUnit } from './sample-unit.ts'
import { ms } from './shapes.ts'
import { weightsAt, weightUnit } from './weight-measures.ts'

/** Throws `InputError` with the path within the table. */
export function measureTable(table: Table, loaded: LoadedScenario): Measure {
  const { values, tolerance } = table
  if (table.steps && (table.from !== undefined || table.to !== undefined)) {
    throw new InputError('found from or to beside steps; steps have a "from" of their own', ['steps'])
  }
  const { own, entry } = entries(table, loaded)
  const { factor, unit } = tableUnit(table.unit, own)
  const tolerances = values.map((value) => within(['tolerance'], () => distanceOf(tolerance, value ?? 0, unit)))
  const measure = (e: Evidence) => {
    const found = entry(e)
    let worst = 0
    const outside: string[] = []
    for (const [k, published] of values.entries()) {
      if (published === null) continue
      const { value, why } = valueOrNaN(() => found(k) * factor)
      const distance = Math.abs(value - published)
      const deviation = distance === 0 ? 0 : distance / tolerances[k]
      if (!(deviation <= 1)) {
        const shown = why ?? `${Number(value.toPrecision(5))}`
        outside.push(`entry ${k}: ${shown}, expected ${published} ± ${Number(tolerances[k].toPrecision(5))}`)
      }
      // once NaN, the largest deviation stays NaN
      if (!(deviation <= worst) && !Number.isNaN(worst)) worst = deviation
    }
    return { value: worst, ...(outside.length > 0 && { detail: outside.join('; ') }) }
  }
  return { unit: { ...plain, name: 'of the tolerance' }, accept: [0, 1], measure }
}

/** The unit of the entries, and how they are found in the evidence: entry k, in that unit. */
function entries(table: Table, loaded: LoadedScenario): { own: MetricUnit; entry: (e: Evidence) => (k: number) => number } {
  const { metric, of, at, unit_of: unit = 0, values, detector } = table
  if (metric === 'sample') {
    const variable = variableOf(table, loaded.description)
    const own = sampleUnit(of, variable, loaded.description)
    const times = (at ?? []).map((text) => quantityIn(text, ms))
    return { own, entry: (e) => (k) => sampleAt(of, variable, unit, times[k], e) * own.factor }
  }
  if (metric === 'weights' || metric === 'weight_change') {
    const own = weightUnit(of, loaded.description)
    const entry = (e: Evidence) => {
      const { weights } = weightsAt(of, undefined, metric === 'weight_change', e)
      if (weights.length !== values.length) throw new NoValue(`found ${values.length} values; "${of}" kept ${weights.length} connections`)
      return (k: number) => weights[k] * own.factor
    }
    return { own, entry }
  }
  const entry = (e: Evidence) => (k: number) => {
    const cell = cellOf(table, k, e)
    return e.value(metric, cell.of, cell.window, detector)
  }
  return { own: metric === 'burst_probability' ? plain : inHertz, entry }
}

function cellOf({ of, group, steps, from, to }: Table, k: number, e: Evidence): { of: string; window: Window } {
  if (steps) {
    const [begin, every, window] = [steps.from, steps.every, steps.window].map((text) => quantityIn(text, ms))
    const end = begin + (k + 1) * every
    return { of, window: e.between(end - window, end) }
  }
  const { population, first } = e.units(of)
  const start = first + k * (group ?? 1)
  return { of: `${population}[${start}:${start + (group ?? 1)}]`, window: e.window({ from, to }) }
}

/** The factor from what is measured (Hz, a fraction, mV, ...) to the unit of the table. */
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
