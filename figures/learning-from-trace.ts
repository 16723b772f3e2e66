/** Learning curves of a trace: samples that were reduced to their mean, with what was published of them. */
import { InputError, unknown } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { quantityIn } from '../engine/units.ts'
import { epochsOf } from './epochs.ts'
import type { Recorded } from './from-trace.ts'
import { type LearningCurve, learningFigure } from './learning.ts'
import type { FigureOptions } from './page.ts'
import type { LearningSpecification } from './specification.ts'

/**
 * Against time; against epochs where all curves are measures of blocks of trials, as long as they are: a window is of time.
 * Throws `InputError` for samples that the trace does not hold.
 */
export function learningFromTrace({ trace, scenario, from, to }: Recorded, spec: LearningSpecification, page: FigureOptions): string {
  const { variable, names, scale = 1, log, silent, published } = spec
  const of = typeof spec.of === 'string' ? [spec.of] : spec.of
  if (of.length === 0) throw new InputError('found no samples of a learning curve; one or more are needed')
  const inTime = of.map((name, k) => learningCurve(trace, name, variable, names?.[k] ?? name, scale))
  const label = spec.label ?? labelOf(of)
  const shared = { label, log, silent, published: published && publishedCurve(published) }
  if (!of.every((name) => name.includes('.'))) return learningFigure({ curves: inTime, ...shared, from, to }, page)
  const curves = inTime.map((curve, k) => inWindow(curve, epochsOf(scenario, of[k].slice(0, of[k].indexOf('.')), curve.times.length), from, to))
  const epochs = curves.flatMap(({ times }) => Array.from(times))
  const [first, last] = from > 0 ? [Math.floor(Math.min(...epochs)), Math.max(...epochs)] : [0, Math.max(1, ...epochs)]
  return learningFigure({ curves, ...shared, from: Number.isFinite(first) ? Math.min(first, last - 1) : 0, to: Number.isFinite(last) ? last : 1, against: 'epochs' }, page)
}

/** Of several blocks the measure, where it is the same; else the first. */
function labelOf(of: readonly string[]): string {
  const measures = new Set(of.map((name) => name.slice(name.indexOf('.') + 1)))
  return of.length > 1 && measures.size === 1 ? [...measures][0] : of[0]
}

/** The reports of a window of time, at their epochs. */
function inWindow({ name, times, values }: LearningCurve, epochs: Float64Array, from: number, to: number): LearningCurve {
  const kept = (_: number, k: number) => times[k] >= from && times[k] <= to
  return { name, times: epochs.filter(kept), values: Float64Array.from(values).filter(kept) }
}

/** Samples by their name, or `block.measure`. */
export function learningCurve(trace: Trace, of: string, variable: string | undefined, name: string, scale: number): LearningCurve {
  const dot = of.indexOf('.')
  const [request, wanted] = dot < 0 ? [of, variable] : [of.slice(0, dot), of.slice(dot + 1)]
  const { times, units, variables, values } = trace.samples(request)
  if (units.length > 0) throw new InputError(`found "${request}", which samples every unit; one with reduce: mean is needed`)
  const column = values[wanted ?? variables[0]]
  if (!column) throw new InputError(unknown('sampled variable', wanted ?? '', variables))
  return { name, times, values: Float64Array.from(column, (v) => v * scale) }
}

function publishedCurve({ name = 'published', t = [], epoch, value }: NonNullable<LearningSpecification['published']>): LearningCurve {
  return { name, times: epoch ?? t.map((text) => quantityIn(text, [1, 0, 0])), values: value }
}
