/**
 * The weights at the time at which a reduced sample was best so far. The writer holds them, a later best in their place, and
 * they go into the trace when it is closed; so a run that ended, or was stopped, has them, once, and a checkpoint too.
 */
import type { NetworkDescription } from '../engine/description.ts'
import { InputError, unknown, within } from '../engine/errors.ts'
import type { Network } from '../engine/network.ts'
import { keptWeights } from '../engine/recorder.ts'
import type { TraceHeader, TraceWriter } from '../engine/trace/index.ts'
import { quantityIn } from '../engine/units.ts'
import { ms } from './shapes.ts'

type Request = NonNullable<NonNullable<NetworkDescription['record']>['best']>

/** The name under which a trace has them. */
export const bestName = (projection: string) => `${projection}.best`

/** Throws `InputError` with the path in the description, which is that in a scenario. */
export function checkBest({ record, projections: known, trials }: NetworkDescription): void {
  if (!record?.best) return
  const { by, variable, weights, from = 0 } = record.best
  const samples = record.samples ?? []
  const projections = new Set(known.map((p) => p.name))
  const block = trials?.blocks.find((b) => b.name === by)
  const measures = block?.measures.map((m) => m.name)
  const request = measures ? { variables: measures, reduce: 'mean' } : samples.find((s) => s.name === by)
  const path = ['record', 'best']
  if (!request) throw new InputError(unknown(trials ? 'request of samples, or block,' : 'request of samples', by, [...samples, ...(trials?.blocks ?? [])].map((s) => s.name)), [...path, 'by'])
  if (measures && variable === undefined && measures.length !== 1) throw new InputError(`found no variable; ${measures.length > 0 ? `a measure of ${by} is needed: ${measures.join(', ')}` : `"${by}" measures nothing`}`, path)
  if (!request.reduce) throw new InputError(`found "${by}", which samples every unit; one with reduce: mean is needed`, [...path, 'by'])
  if (variable !== undefined && !request.variables.includes(variable)) throw new InputError(unknown('sampled variable', variable, request.variables), [...path, 'variable'])
  weights.forEach((name, k) => {
    const at = [...path, 'weights', k]
    if (!projections.has(name)) throw new InputError(unknown('projection', name, projections), at)
    if (weights.indexOf(name) < k) throw new InputError(`found "${name}" twice; every projection is kept once`, at)
    if (projections.has(bestName(name))) throw new InputError(`found a projection named "${bestName(name)}"; this name is needed for the best weights of "${name}"`, at)
  })
  within([...path, 'from'], () => quantityIn(from, ms))
}

export class BestWeights {
  /** The value of the best sample so far, its sign changed where the largest is best; Infinity before the first. */
  value: number
  private readonly column: number
  private readonly sign: number
  /** At 0 ms nothing has happened yet: unless it is asked for, its value is not compared. */
  private readonly from: number
  private readonly projections: { index: number; name: string }[]

  /** `value` as it was when a run that is gone on with was stopped. */
  constructor(
    private readonly request: Request,
    private readonly network: Network,
    header: TraceHeader,
    private readonly writer: TraceWriter,
    value = Infinity,
  ) {
    const { by, variable, smallest = true, from, weights } = request
    const variables = header.samples.find((s) => s.name === by)?.variables ?? []
    this.column = variable === undefined ? 0 : variables.indexOf(variable)
    this.sign = smallest ? 1 : -1
    this.from = from === undefined ? Number.MIN_VALUE : quantityIn(from, ms)
    this.projections = weights.map((name) => ({ name, index: header.weights.findIndex((w) => w.name === bestName(name)) }))
    this.value = value
  }
  /** A sample has been taken: everything of its instant has happened. */
  hear(request: string, time: number, values: ArrayLike<number>): void {
    if (request !== this.request.by || time < this.from) return
    const value = this.sign * values[this.column]
    if (!(value < this.value)) return
    this.value = value
    for (const { index, name } of this.projections) {
      const { sources, targets, weights } = keptWeights({ projection: name }, this.network)
      this.writer.hold(index, time, sources, targets, weights)
    }
  }
}
