/** Populations whose bursts the run's own detector marked in the trace, as its scenario says. */
import type { TraceHeader } from '../engine/trace/header.ts'
import { scenarioOf } from './strips/page-scenario.ts'

export function markedPopulations(header: TraceHeader): Set<string> {
  const { populations } = scenarioOf(header)
  return new Set(header.populations.filter(({ name }) => populations[name]?.bursts).map(({ name }) => name))
}
