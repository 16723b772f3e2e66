/** Populations whose bursts the run's own detector marked in the trace, as its scenario says. */
import type { TraceHeader } from '../../engine/trace/header.ts'
import { quantityIn } from '../../engine/units.ts'
import { scenarioOf } from '../strips/page-scenario.ts'

export function markedPopulations(header: TraceHeader): Set<string> {
  const { populations } = scenarioOf(header)
  return new Set(header.populations.filter(({ name }) => populations[name]?.bursts).map(({ name }) => name))
}

/** The longest interval (ms) within a burst by the detectors of the run; 16 ms, as most papers take it, where none says. */
export function recordedInterval(header: TraceHeader): number {
  const { populations } = scenarioOf(header)
  const said = Object.values(populations).find(({ bursts }) => bursts?.interval !== undefined)?.bursts?.interval
  return said === undefined ? 16 : quantityIn(said, [1, 0, 0])
}
