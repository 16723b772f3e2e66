/** What the page needs of the scenario in a trace's header: canonical JSON, so that values stand where the scenario has them. */
import type { TraceHeader } from '../engine/trace/header.ts'

interface Scenario {
  about?: string
  populations?: Record<string, { bursts?: object }>
}

/** The scenario of a trace; an empty one if its text is not JSON, as a trace of another writer may be. */
export function scenarioOf(header: TraceHeader): Scenario {
  try {
    const scenario: unknown = JSON.parse(header.scenario)
    return typeof scenario === 'object' && scenario !== null ? (scenario as Scenario) : {}
  } catch {
    return {}
  }
}

/** Populations whose bursts the run's own detector marked. */
export function markedPopulations(header: TraceHeader): Set<string> {
  const { populations = {} } = scenarioOf(header)
  return new Set(header.populations.filter(({ name }) => populations[name]?.bursts).map(({ name }) => name))
}
