/** What the multiplexing panel looks at: population, the two inputs, bin and window; as a figure of the scenario has them, to begin with. */
import { signal } from '@preact/signals'
import type { TraceHeader } from '../../engine/trace/index.ts'
import { ms } from '../strips/band-row.ts'
import { keptPopulations } from '../strips/default-strips.ts'
import { multiplexedInputs } from '../strips/encoded-inputs.ts'
import { scenarioOf } from '../strips/page-scenario.ts'

/** The time window that is looked at, the whole run, or what the scenario's figure shows. */
export type PanelWindow = 'view' | 'run' | 'figure'

export interface Choices {
  /** Units, such as `cells` or `cells[0:100]`. */
  population: string
  soma?: string
  dendrite?: string
  /** ms */
  bin: number
  window: PanelWindow
}

/** What somebody has chosen, by trace. */
export const chosen = signal<{ header: TraceHeader; choices: Choices } | undefined>(undefined)

/** The window of the scenario's figure (ms). */
export function figureWindow(header: TraceHeader): { from: number; to: number } | undefined {
  const figure = figureOf(header)
  if (figure?.from === undefined && figure?.to === undefined) return undefined
  return { from: figure.from === undefined ? 0 : ms(figure.from), to: figure.to === undefined ? Number.POSITIVE_INFINITY : ms(figure.to) }
}

function figureOf(header: TraceHeader) {
  return scenarioOf(header).figures?.flatMap((figure) => ('multiplexing' in figure ? [figure.multiplexing] : []))[0]
}

/** The population of the figure, or the first that has an input to its soma and one to its dendrite, or the first. */
export function firstChoices(header: TraceHeader): Choices | undefined {
  const scenario = scenarioOf(header)
  const figure = figureOf(header)
  if (figure) {
    const { of, soma, dendrite, bin } = figure
    return { population: of, soma, dendrite, bin: bin === undefined ? 50 : ms(bin), window: figureWindow(header) ? 'figure' : 'run' }
  }
  const kept = keptPopulations(header)
  const population = kept.find((name) => Object.values(multiplexedInputs(scenario, name)).every(Boolean)) ?? kept[0]
  return population === undefined ? undefined : { population, ...multiplexedInputs(scenario, population), bin: 50, window: 'run' }
}

export function choicesFor(header: TraceHeader): Choices | undefined {
  return chosen.value?.header === header ? chosen.value.choices : firstChoices(header)
}
