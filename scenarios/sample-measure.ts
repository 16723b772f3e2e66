/**
 * A sampled variable: its value at a time, or a statistic over a window. `best` is the smallest, as of a loss.
 */
import { mean } from '../analysis/index.ts'
import { quantityIn } from '../engine/units.ts'
import { type Evidence, inside, NoValue } from './evidence.ts'
import type { LoadedScenario } from './load.ts'
import type { Measure } from './measures.ts'
import type { SampleMetric } from './metrics-schema.ts'
import { sampleUnit } from './sample-unit.ts'
import { ms } from './shapes.ts'

export function measureSample(metric: SampleMetric, { description }: Pick<LoadedScenario, 'description'>): Measure {
  const { of, unit = 0, at, from, to, statistic = 'value' } = metric
  const variable = variableOf(metric, description)
  const scale = sampleUnit(of, variable, description)
  const measure = (e: Evidence) => {
    if (statistic === 'value') return { value: sampleAt(of, variable, unit, quantityIn(at ?? 0, ms), e) * scale.factor }
    const { times, units, values } = e.trace.samples(of)
    const window = e.window({ from, to })
    const rows = inside({ times, sources: Uint32Array.from(times, (_, k) => k) }, window).sources
    if (rows.length === 0) throw new NoValue(`there is no sample of ${of} from ${window.from} to ${window.to} ms`)
    const found = Array.from(rows, (k) => values[variable][k * Math.max(1, units.length) + unit] * scale.factor)
    return { value: statistics[statistic](found) }
  }
  return { unit: scale, measure }
}

const least = (values: number[]) => values.reduce((a, b) => (b < a ? b : a))
const statistics = {
  mean,
  first: (values: number[]) => values[0],
  last: (values: number[]) => values[values.length - 1],
  min: least,
  best: least,
  max: (values: number[]) => values.reduce((a, b) => (b > a ? b : a)),
}

/** That of the metric; the only one of the request where it names none. */
export function variableOf({ of, variable }: { of: string; variable?: string }, { record }: LoadedScenario['description']): string {
  return variable ?? record?.samples?.find((s) => s.name === of)?.variables[0] ?? ''
}

/** In the engine's unit. Throws `NoValue` where no sample was taken. */
export function sampleAt(of: string, variable: string, unit: number, time: number, e: Evidence): number {
  const { times, units, values } = e.trace.samples(of)
  const k = times.findIndex((t) => Math.abs(t - time) <= 1e-9 * Math.max(1, time))
  if (k >= 0) return values[variable][k * Math.max(1, units.length) + unit]
  throw new NoValue(`there is no sample of ${of} at ${time} ms; ${times.length} were taken, until ${times[times.length - 1]} ms`)
}
