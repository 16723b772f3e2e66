/** Learning curves of a trace: samples that were reduced to their mean, with what was published of them. */
import { InputError, unknown } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { quantityIn } from '../engine/units.ts'
import type { Recorded } from './from-trace.ts'
import { type LearningCurve, learningFigure } from './learning.ts'
import type { FigureOptions } from './page.ts'
import type { LearningSpecification } from './specification.ts'

/** Throws `InputError` for samples that the trace does not hold. */
export function learningFromTrace({ trace, from, to }: Recorded, spec: LearningSpecification, page: FigureOptions): string {
  const { variable, names, scale = 1, log, silent, published } = spec
  const of = typeof spec.of === 'string' ? [spec.of] : spec.of
  if (of.length === 0) throw new InputError('found no samples of a learning curve; one or more are needed')
  const curves = of.map((name, k) => curveOf(trace, name, variable, names?.[k] ?? name, scale))
  const label = spec.label ?? of[0]
  return learningFigure({ curves, label, log, silent, published: published && publishedCurve(published), from, to }, page)
}

function curveOf(trace: Trace, of: string, variable: string | undefined, name: string, scale: number): LearningCurve {
  const { times, units, variables, values } = trace.samples(of)
  if (units.length > 0) throw new InputError(`found "${of}", which samples every unit; one with reduce: mean is needed`)
  const column = values[variable ?? variables[0]]
  if (!column) throw new InputError(unknown('sampled variable', variable ?? '', variables))
  return { name, times, values: Float64Array.from(column, (v) => v * scale) }
}

function publishedCurve({ name = 'published', t, value }: NonNullable<LearningSpecification['published']>): LearningCurve {
  return { name, times: t.map((text) => quantityIn(text, [1, 0, 0])), values: value }
}
