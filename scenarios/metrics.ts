/**
 * Whether a run shows what its scenario expects. Everything that can be wrong with an expectation is said before the
 * run (`prepareExpectations`); after it, every metric is measured in the trace. A metric without a value fails, and
 * `detail` says why there is none.
 */
import { InputError, within } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { Evidence, NoValue } from './evidence.ts'
import type { LoadedScenario } from './load.ts'
import { type Measure, measureOf } from './measures.ts'
import { boundsOf } from './metric-bounds.ts'

export interface ExpectationResult {
  name: string
  /** NaN where the metric has none. */
  value: number
  /** Of value and bounds; '' for plain numbers. */
  unit: string
  /** Both included. */
  accept: [number, number]
  source?: string
  pass: boolean
  detail?: string
}

export interface PreparedExpectations {
  loaded: LoadedScenario
  list: { name: string; source: string | undefined; accept: [number, number]; measure: Measure }[]
}

/** Throws `InputError` with its place in the scenario. */
export function prepareExpectations(loaded: LoadedScenario): PreparedExpectations {
  const list = (loaded.scenario.expect ?? []).map((expected, k) => {
    try {
      return within(['expect', k], () => {
        const measure = within(['metric'], () => measureOf(expected.metric, loaded))
        const accept = measure.accept ?? boundsOf(expected, measure.unit)
        return { name: expected.name, source: expected.source, accept, measure }
      })
    } catch (error) {
      throw loaded.located(error)
    }
  })
  return { loaded, list }
}

/** `live` is what no trace holds: without it, metrics that need it fail. */
export function evaluateExpectations(
  { loaded, list }: PreparedExpectations,
  trace: Trace,
  live: { synapticEvents?: number } = {},
): ExpectationResult[] {
  const evidence = new Evidence(loaded, trace, live.synapticEvents)
  return list.map(({ name, source, accept, measure }) => {
    const { value, detail } = measured(measure, evidence)
    return {
      ...{ name, value, unit: measure.unit.name, accept },
      ...(source !== undefined && { source }),
      pass: value >= accept[0] && value <= accept[1],
      ...(detail !== undefined && { detail }),
    }
  })
}

function measured(measure: Measure, evidence: Evidence): { value: number; detail?: string } {
  try {
    const found = measure.measure(evidence)
    if (!Number.isNaN(found.value) || found.detail !== undefined) return found
    return { value: Number.NaN, detail: 'the value is not a number' }
  } catch (error) {
    // RangeError: an instrument refuses what it is given, such as a window shorter than a bin
    if (!(error instanceof NoValue || error instanceof InputError || error instanceof RangeError)) throw error
    return { value: Number.NaN, detail: error.message }
  }
}
