/** Heat maps of the dissimilarities of responses in a trace: stimuli in the order of their classes, lines between these. */
import { InputError } from '../engine/errors.ts'
import { dissimilarityFigure } from './dissimilarity.ts'
import type { Recorded } from './from-trace.ts'
import type { FigureOptions } from './page.ts'
import { metricLabels, recordedDissimilarity } from './recorded-responses.ts'
import type { DissimilaritySpecification } from './specification.ts'

/** Throws `InputError` for responses that the trace does not hold. */
export function dissimilarityFromTrace(recorded: Recorded, spec: DissimilaritySpecification, page: FigureOptions): string {
  const { metric = 'correlation', ranked = false, pass, columns, range } = spec
  const of = typeof spec.of === 'string' ? [spec.of] : spec.of
  const names = spec.names ?? of
  if (names.length !== of.length) throw new InputError(`found ${names.length} names of ${of.length} matrices; one each is needed`)
  const panels = of.map((name, k) => {
    const { rdm: values, boundaries } = recordedDissimilarity(recorded, name, metric, pass)
    return { name: names[k], values, boundaries }
  })
  const label = ranked ? 'rank of dissimilarity' : metricLabels[metric]
  const classes = panels.some(({ boundaries }) => boundaries.length > 0) ? ['stimuli in the order of their classes'] : []
  return dissimilarityFigure({ panels, label, ranked, range, columns }, { ...page, notes: [...classes, ...(page.notes ?? [])] })
}
