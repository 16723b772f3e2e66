/** The change of every connection of a trace, from the start to the end, against what a figure says of each. */
import { InputError } from '../engine/errors.ts'
import { bySourceAndTarget, type Trace } from '../engine/trace/index.ts'
import type { FigureOptions } from './page.ts'
import type { WindowSpecification } from './specification.ts'
import { recordedWeights } from './weights-from-trace.ts'
import { windowFigure } from './window.ts'

/** Throws `InputError` where weights at 0 ms were not kept, or there are not as many numbers as connections. */
export function windowFromTrace(trace: Trace, spec: WindowSpecification, page: FigureOptions): string {
  const { of, x, y = { label: 'change of weight' }, scale = 1, formula, curve, published, published_as } = spec
  const sets = recordedWeights(trace, of)
  const [first, last] = [sets[0], sets[sets.length - 1]]
  if (first.time !== 0 || sets.length < 2) throw new InputError(`found weights of "${of}" from ${first.time} ms on; those at 0 ms and at the end are needed`)
  const order = bySourceAndTarget(first)
  const changes = Array.from(order, (k) => (last.weights[k] - first.weights[k]) * scale)
  if (x.values.length !== changes.length) throw new InputError(`found ${x.values.length} values of x; ${changes.length} are needed, one a connection of "${of}"`)
  if (published && published.length !== changes.length) throw new InputError(`found ${published.length} published values; ${changes.length} are needed, one a connection of "${of}"`)
  const hollow = published && { y: published.map((v) => v ?? Number.NaN), ...(published_as !== undefined && { name: published_as }) }
  return windowFigure({ x, y: { label: y.label, values: changes }, formula, curve, published: hollow }, page)
}
