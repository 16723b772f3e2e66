/**
 * Of the canonical scenario in a trace's header, what the strips read: the figures it asks for, what it puts in when, its trials.
 * Parsed once a header.
 */
import type { QuantityText } from '../../engine/description.ts'
import type { TraceHeader } from '../../engine/trace/index.ts'
import { recordedScenario } from '../../figures/from-trace.ts'
import type { RecordedBlock } from '../../figures/epochs.ts'
import type { RecordedScenario } from '../../figures/recorded-events.ts'
import type { FigureSpecification } from '../../figures/specification.ts'

export type ProtocolStep = { at: QuantityText; set: Record<string, QuantityText> } | { phase: string; start: QuantityText; every?: QuantityText }

export interface PageTrials {
  epochs: number
  blocks: (RecordedBlock & { phases?: string[] })[]
  phases?: Record<string, { length: QuantityText; plus?: object }>
}

export type PageScenario = Omit<RecordedScenario, 'trials' | 'populations'> & {
  figures?: FigureSpecification[]
  protocol?: ProtocolStep[]
  trials?: PageTrials
  populations: Record<string, RecordedScenario['populations'][string] & { patterns?: { every: QuantityText } }>
}

const parsed = new WeakMap<TraceHeader, PageScenario>()

export function scenarioOf(header: TraceHeader): PageScenario {
  let scenario = parsed.get(header)
  if (!scenario) {
    const found = read(header)
    scenario = { ...found, title: found.title ?? header.title, populations: found.populations ?? {} }
    parsed.set(header, scenario)
  }
  return scenario
}

/** The text is JSON, unless another program wrote the trace. */
function read(header: TraceHeader): Partial<PageScenario> {
  try {
    return recordedScenario({ header }) ?? {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
