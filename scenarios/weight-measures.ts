/**
 * Weights of a projection at a time, and their change since 0 ms: one connection, or a statistic over all that were kept.
 *   mean, sd (of the population: divided by n), min, max, fraction_within [lo, hi], both included
 */
import { mean, variance } from '../analysis/index.ts'
import type { NetworkDescription } from '../engine/description.ts'
import { checkNeuron } from '../engine/equations/check.ts'
import { InputError, within } from '../engine/errors.ts'
import { bySourceAndTarget, type TraceWeightsAt } from '../engine/trace/index.ts'
import { divide, none, quantityIn } from '../engine/units.ts'
import { bestName } from './best-weights.ts'
import { type Evidence, NoValue } from './evidence.ts'
import type { LoadedScenario } from './load.ts'
import type { Measure } from './measures.ts'
import { type MetricUnit, plain } from './metric-bounds.ts'
import type { WeightMetric } from './metrics-schema.ts'
import { dimensionOf, unitOf } from './sample-unit.ts'
import { ms } from './shapes.ts'

/** Throws `InputError` with the path within the metric. */
export function measureWeights(metric: WeightMetric, change: boolean, { description }: Pick<LoadedScenario, 'description'>): Measure {
  const { of, connection, statistic, at } = metric
  const unit = weightUnit(of, description)
  const time = at === undefined ? undefined : quantityIn(at, ms)
  if (connection !== undefined) {
    return { unit, measure: (e) => ({ value: weightOf(weightsAt(of, time, change, e), connection, of) * unit.factor }) }
  }
  if (typeof statistic === 'object') {
    const { dimension } = unit
    const bounds = statistic.fraction_within.map((text, k) => within(['statistic', 'fraction_within', k], () => quantityIn(text, dimension)))
    if (!(bounds[0] <= bounds[1])) throw new InputError('found the most before the least; [least, most] is needed', ['statistic', 'fraction_within'])
    const inside = (w: number) => w >= bounds[0] && w <= bounds[1]
    return { unit: plain, measure: (e) => ({ value: mean(Array.from(weightsAt(of, time, change, e).weights, (w) => Number(inside(w)))) }) }
  }
  const measure = (e: Evidence) => {
    const { weights } = weightsAt(of, time, change, e)
    if (weights.length === 0) throw new NoValue(`"${of}" has no connections`)
    return { value: statistics[statistic ?? 'mean'](weights) * unit.factor }
  }
  return { unit, measure }
}

const statistics = {
  mean,
  sd: (weights: Float64Array) => Math.sqrt(variance(weights, 0)),
  min: (weights: Float64Array) => weights.reduce((a, b) => (b < a ? b : a)),
  max: (weights: Float64Array) => weights.reduce((a, b) => (b > a ? b : a)),
}

/** The unit of the receptor that the projection lands on; of a graded one, that of the current over that of what is sent. */
export function weightUnit(of: string, description: NetworkDescription): MetricUnit {
  const projection = description.projections.find((p) => p.name === of || bestName(p.name) === of)
  const model = description.populations.find((p) => p.name === projection?.to.population)?.model
  if (!projection || !model || !('equations' in model)) return plain
  if (projection.graded) {
    const [current, sent] = [dimensionOf(projection.to.population, projection.onto, description), dimensionOf(projection.from.population, projection.graded.sends, description)]
    return unitOf(divide(current, sent))
  }
  return unitOf(checkNeuron(model).receptors.find((r) => r.name === projection.onto)?.weight ?? none)
}

/**
 * Connections by source, then target, with their weights at `time` (ms; at the end if undefined) or what these differ by from
 * those at 0 ms. Throws `NoValue` where they were not kept.
 */
export function weightsAt(of: string, time: number | undefined, change: boolean, e: Evidence) {
  const sets = e.weights(of)
  // the best ones are from one time only, whenever that was
  const at = time ?? (of.endsWith('.best') ? (sets[0]?.time ?? e.trace.until) : e.trace.until)
  const found = setAt(sets, at)
  if (!found) throw new NoValue(`the weights of "${of}" were not kept at ${at} ms${whenKept(sets)}`)
  const start = change ? setAt(sets, 0) : undefined
  if (change && !start) throw new NoValue(`the weights of "${of}" were not kept at 0 ms${whenKept(sets)}`)
  const order = bySourceAndTarget(found)
  return {
    sources: Array.from(order, (k) => found.sources[k]),
    targets: Array.from(order, (k) => found.targets[k]),
    weights: Float64Array.from(order, (k) => found.weights[k] - (start?.weights[k] ?? 0)),
  }
}

function setAt(sets: readonly TraceWeightsAt[], time: number): TraceWeightsAt | undefined {
  return sets.find((set) => Math.abs(set.time - time) <= 1e-9 * Math.max(1, time))
}

function whenKept(sets: readonly TraceWeightsAt[]): string {
  return sets.length === 0 ? '' : `; they were ${sets.length} times, from ${sets[0].time} to ${sets[sets.length - 1].time} ms`
}

function weightOf({ sources, targets, weights }: ReturnType<typeof weightsAt>, connection: number | [number, number], of: string): number {
  if (typeof connection === 'number') {
    if (connection < weights.length) return weights[connection]
    throw new NoValue(`found no connection ${connection} of "${of}"; ${weights.length} were kept`)
  }
  const [source, target] = connection
  const k = sources.findIndex((s, i) => s === source && targets[i] === target)
  if (k >= 0) return weights[k]
  throw new NoValue(`no connection of "${of}" from unit ${source} to unit ${target} was kept`)
}
