/** What a scenario watches: means of samples and what blocks of trials measure, their latest values while it runs and their curves after it. */
import type { Trace } from '../engine/trace/index.ts'
import type { LoadedScenario } from './load.ts'
import { measureUnit } from './measure-unit.ts'
import { sampleUnit } from './sample-unit.ts'

/** A curve of one watched variable; values in `unit`. */
export interface WatchedCurve {
  /** That of the request, with its variable where it samples several; of a measure, `block.measure`. */
  name: string
  /** Of a measure: the block of trials that it belongs to. */
  block?: string
  /** '' for plain numbers. */
  unit: string
  /** ms */
  times: Float64Array
  values: Float64Array
}

interface Column {
  name: string
  request: string
  variable: string
  index: number
  unit: string
  factor: number
}

export class Watched {
  /** By name, the values sampled last; empty before the first. */
  readonly latest: Record<string, number> = {}
  /** What blocks of trials reported last, by `block.measure`, watched or not; empty before the first. */
  readonly reported: Record<string, number> = {}
  private readonly columns: Column[]
  private readonly measures: Column[]

  constructor({ scenario, description }: Pick<LoadedScenario, 'scenario' | 'description'>) {
    this.measures = (description.trials?.blocks ?? []).flatMap(({ name: request, measures }) =>
      measures.map(({ name: variable }, index) => {
        const { name: unit, factor } = measureUnit(request, variable, description)
        return { name: `${request}.${variable}`, request, variable, index, unit, factor }
      }),
    )
    this.columns = (scenario.watch ?? []).flatMap((request) => {
      const measured = this.measures.filter((m) => m.request === request)
      if (measured.length > 0) return measured
      const variables = scenario.record?.samples?.[request]?.variables ?? []
      return variables.map((variable, index) => {
        const { name: unit, factor } = sampleUnit(request, variable, description)
        return { name: variables.length === 1 ? request : `${request}.${variable}`, request, variable, index, unit, factor }
      })
    })
  }
  /** What `latest` and `reported` will have, with the units of the values; '' for plain numbers. */
  get shown(): { name: string; unit: string }[] {
    return this.all().map(({ name, unit }) => ({ name, unit }))
  }
  /** A sample has been taken. */
  hear(request: string, values: ArrayLike<number>): void {
    for (const c of this.columns) if (c.request === request) this.latest[c.name] = values[c.index] * c.factor
    for (const m of this.measures) if (m.request === request) this.reported[m.name] = values[m.index] * m.factor
  }
  /** What is watched, and all that blocks measure. */
  curves(trace: Trace): WatchedCurve[] {
    return this.all().map(({ name, request, variable, unit, factor }) => {
      const { times, values } = trace.samples(request)
      const block = this.measures.some((m) => m.request === request) && { block: request }
      return { name, ...block, unit, times, values: Float64Array.from(values[variable], (v) => v * factor) }
    })
  }
  private all(): Column[] {
    return [...this.columns, ...this.measures.filter((m) => !this.columns.includes(m))]
  }
}
