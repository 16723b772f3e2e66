/** What a scenario watches: means of samples, their latest values while it runs and their curves after it. */
import type { Trace } from '../engine/trace/index.ts'
import type { LoadedScenario } from './load.ts'
import { sampleUnit } from './sample-unit.ts'

/** A curve of one watched variable; values in `unit`. */
export interface WatchedCurve {
  /** That of the request; with its variable where it samples several. */
  name: string
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
  private readonly columns: Column[]

  constructor({ scenario, description }: Pick<LoadedScenario, 'scenario' | 'description'>) {
    this.columns = (scenario.watch ?? []).flatMap((request) => {
      const variables = scenario.record?.samples?.[request]?.variables ?? []
      return variables.map((variable, index) => {
        const { name: unit, factor } = sampleUnit(request, variable, description)
        return { name: variables.length === 1 ? request : `${request}.${variable}`, request, variable, index, unit, factor }
      })
    })
  }
  /** A sample has been taken. */
  hear(request: string, values: ArrayLike<number>): void {
    for (const c of this.columns) if (c.request === request) this.latest[c.name] = values[c.index] * c.factor
  }
  curves(trace: Trace): WatchedCurve[] {
    return this.columns.map(({ name, request, variable, unit, factor }) => {
      const { times, values } = trace.samples(request)
      return { name, unit, times, values: Float64Array.from(values[variable], (v) => v * factor) }
    })
  }
}
