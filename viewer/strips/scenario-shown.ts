/** The scenario of a trace with what was changed by hand in a run that goes on, which its header does not say yet. */
import type { TraceHeader } from '../../engine/trace/index.ts'
import { unwrittenChanges } from '../live/run-trace.ts'
import { type PageScenario, type ProtocolStep, scenarioOf } from './page-scenario.ts'

export function scenarioShown(header: TraceHeader): PageScenario {
  const scenario = scenarioOf(header)
  const changes = unwrittenChanges.value
  if (changes.length === 0) return scenario
  const steps = changes.map(({ at, port, value }): ProtocolStep => ({ at: `${at} ms`, set: { [port]: value } }))
  return { ...scenario, protocol: [...(scenario.protocol ?? []), ...steps] }
}
