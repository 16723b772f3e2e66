/** What a strip can show of a trace: the entries of the menu that adds one, in groups. */
import type { TraceHeader } from '../../engine/trace/index.ts'
import type { Strip } from '../view.ts'
import { bandRows } from './bands.ts'
import { columnsOf, keptPopulations, panelsOf } from './default-strips.ts'
import { multiplexedInputs } from './encoded-inputs.ts'
import { scenarioOf } from './page-scenario.ts'

export interface StripChoice {
  group: string
  label: string
  strip: Strip
}

/** Cells offered one by one; more can be chosen in the strip itself. */
const cellsOffered = 8

export function availableStrips(header: TraceHeader): StripChoice[] {
  const scenario = scenarioOf(header)
  const kept = keptPopulations(header)
  const choices: StripChoice[] = []
  if (bandRows(scenario, header).length > 0) choices.push({ group: 'Protocol', label: 'stimuli, phases and changes', strip: { kind: 'bands' } })
  if (kept.length > 1) choices.push({ group: 'Rates', label: 'all populations', strip: { kind: 'rates', populations: kept } })
  for (const population of kept) {
    const { soma, dendrite } = multiplexedInputs(scenario, population)
    choices.push({ group: 'Rates', label: population, strip: { kind: 'rates', populations: [population] } })
    const code = (show: 'event_rate' | 'burst_rate' | 'burst_probability', label: string, input?: string) =>
      choices.push({ group: 'Events and bursts', label: `${population}: ${label}${input ? ` and ${input}` : ''}`, strip: { kind: 'code', population, show, ...(input && { input }) } })
    code('event_rate', 'event rate', soma)
    code('burst_rate', 'burst rate', dendrite)
    code('burst_probability', 'burst probability', dendrite)
  }
  for (const request of header.samples) {
    const { name, variables, units } = request
    const reduced = units.length === 0
    for (const panel of reduced ? [...(variables.length > 1 ? [variables] : []), ...variables.map((v) => [v])] : panelsOf(variables)) {
      for (const column of columnsOf(request).slice(0, cellsOffered)) {
        const label = reduced ? `${name}: ${panel.join(', ')}` : `${name}: ${panel.join(', ')} of unit ${units[column]}`
        choices.push({ group: reduced ? 'Measures' : 'Sampled variables', label, strip: { kind: 'samples', samples: name, variables: panel, columns: [column] } })
      }
    }
  }
  for (const { name } of header.weights) choices.push({ group: 'Weights', label: name, strip: { kind: 'weights', projection: name } })
  return choices
}
