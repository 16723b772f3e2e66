/** One measure of several runs against epochs, a curve each: what depth, a rule or a seed makes of learning. */
import { InputError } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { epochsOf } from './epochs.ts'
import { recordedScenario } from './from-trace.ts'
import { learningCurve } from './learning-from-trace.ts'
import { learningFigure } from './learning.ts'
import type { FigureOptions } from './page.ts'

export interface Run {
  name: string
  trace: Trace
}

/** `of`: block.measure. Throws `InputError` for what a trace does not hold. */
export function learningOfRuns(runs: readonly Run[], of: string, options: FigureOptions): string {
  const dot = of.indexOf('.')
  if (dot < 1 || dot === of.length - 1) throw new InputError(`found "${of}"; a measure of a block of trials, such as test.error, is needed`)
  const curves = runs.map(({ name, trace }) => {
    const { values } = learningCurve(trace, of, undefined, name, 1)
    return { name, times: epochsOf(recordedScenario(trace), of.slice(0, dot), values.length), values }
  })
  const last = curves.reduce((most, { times }) => Array.from(times).reduce((a, b) => Math.max(a, b), most), 1)
  return learningFigure({ curves, label: of.slice(dot + 1), from: 0, to: last, against: 'epochs' }, options)
}
