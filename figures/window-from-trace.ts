/** The change of every connection of a trace, from the start to the end, against what a figure says of each. */
import { InputError } from '../engine/errors.ts'
import { bySourceAndTarget, type Trace } from '../engine/trace/index.ts'
import type { FigureOptions } from './page.ts'
import type { WindowSpecification } from './specification.ts'
import { recordedWeights } from './weights-from-trace.ts'
import { windowFigure } from './window.ts'

/** Throws `InputError` where weights at 0 ms were not kept, or there are not as many numbers as connections. */
export function windowFromTrace(trace: Trace, spec: WindowSpecification, page: FigureOptions): string {
  const { x, y = { label: 'change of weight' }, scale = 1, formula, curve, published_as } = spec
  const projections = typeof spec.of === 'string' ? [spec.of] : spec.of
  const names = spec.names ?? projections
  if (names.length !== projections.length) throw new InputError(`found ${names.length} names; ${projections.length} are needed, one a projection`)
  const published = rows(spec.published)
  if (published && published.length !== projections.length) throw new InputError(`found ${published.length} lists of published values; ${projections.length} are needed, one a projection`)
  const series = projections.map((of, k) => {
    const values = changesOf(trace, of, scale)
    const expected = `are needed, one a connection of "${of}"`
    if (x.values.length !== values.length) throw new InputError(`found ${x.values.length} values of x; ${values.length} ${expected}`)
    const own = published?.[k]
    if (own && own.length !== values.length) throw new InputError(`found ${own.length} published values; ${values.length} ${expected}`)
    return { name: names[k], values, ...(own && { published: own.map((v) => v ?? Number.NaN) }) }
  })
  const several = series.length > 1 ? { series } : {}
  const hollow = series[0].published && { y: series[0].published, ...(published_as !== undefined && { name: published_as }) }
  return windowFigure({ x, y: { label: y.label, values: series[0].values }, formula, curve, published: hollow, ...several }, page)
}

function changesOf(trace: Trace, of: string, scale: number): number[] {
  const sets = recordedWeights(trace, of)
  const [first, last] = [sets[0], sets[sets.length - 1]]
  if (first.time !== 0 || sets.length < 2) throw new InputError(`found weights of "${of}" from ${first.time} ms on; those at 0 ms and at the end are needed`)
  return Array.from(bySourceAndTarget(first), (k) => (last.weights[k] - first.weights[k]) * scale)
}

function rows(published: WindowSpecification['published']): (number | null)[][] | undefined {
  if (published === undefined) return undefined
  const isRows = (list: (number | null)[] | (number | null)[][]): list is (number | null)[][] => Array.isArray(list[0])
  return isRows(published) ? published : [published]
}
