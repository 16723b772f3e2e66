/** Weights that a trace keeps, at the times a figure asks for. */
import { InputError } from '../engine/errors.ts'
import type { Trace, TraceWeightsAt } from '../engine/trace/index.ts'
import { quantityIn } from '../engine/units.ts'
import type { FigureOptions } from './page.ts'
import type { WeightsSpecification } from './specification.ts'
import { weightsFigure } from './weights.ts'

/** Histograms where nothing else is said. */
const most = 6

/** Throws `InputError` for weights that the trace does not hold. */
export function weightsFromTrace(trace: Trace, spec: WeightsSpecification, page: FigureOptions): string {
  const { of, label = 'weight', scale = 1, bins, log } = spec
  const sets = recordedWeights(trace, of)
  const shown = shownTimes(sets.map((s) => s.time), of, spec.at)
  const scaled = sets.map(({ time, weights }) => ({ time, weights: Float64Array.from(weights, (w) => w * scale), shown: shown.has(time) }))
  const n = sets[0].weights.length
  return weightsFigure({ sets: scaled, label, bins, log }, { ...page, notes: [`${of}: ${n} connection${n === 1 ? '' : 's'}`, ...(page.notes ?? [])] })
}

/** All that were kept, in the order of time. Throws `InputError` if none was. */
export function recordedWeights(trace: Trace, of: string): TraceWeightsAt[] {
  const sets = trace.weights(of)
  if (sets.length === 0) throw new InputError(`found no weights of "${of}"; a run keeps them at its end, or every so often if asked`)
  return sets
}

/** First, last and some between, or those that are asked for. */
function shownTimes(times: readonly number[], of: string, at: readonly (string | number)[] | undefined): Set<number> {
  if (!at) {
    const [n, last] = [Math.min(most, times.length), times.length - 1]
    return new Set(Array.from({ length: n }, (_, i) => times[Math.round((i * last) / Math.max(1, n - 1))]))
  }
  return new Set(
    at.map((text) => {
      const asked = quantityIn(text, [1, 0, 0])
      const found = times.find((t) => Math.abs(t - asked) <= 1e-9 * Math.max(1, asked))
      if (found !== undefined) return found
      throw new InputError(`found no weights of "${of}" at ${asked} ms; they were kept ${times.length} times, from ${times[0]} to ${times[times.length - 1]} ms`)
    }),
  )
}
