/** Which currents go into the soma and the dendrite of a population, and which of these can be drawn as functions of time. */
import { InputError } from '../../engine/errors.ts'
import { inputSignal, type RecordedScenario } from '../../figures/recorded-events.ts'
import type { PageScenario } from './page-scenario.ts'

export type Compartment = 'soma' | 'dendrite'

export interface EncodedInput {
  name: string
  compartment: Compartment
}

const populationOf = (units: string) => units.replace(/[[.].*$/, '')

/** Inputs that are currents onto (some units of) the population, and are the same for all: those that can be drawn. */
export function encodedInputs(scenario: PageScenario, population: string): EncodedInput[] {
  return Object.entries(scenario.inputs ?? {}).flatMap(([name, { onto }]) => {
    if (!onto || populationOf(onto) !== populationOf(population) || !isDrawable(scenario, name)) return []
    return [{ name, compartment: compartmentOf(onto) }]
  })
}

/** By the name of what it flows into: `I_d`, `dendrite`, `apical`; anything else is the soma. */
export function compartmentOf(onto: string): Compartment {
  const port = onto.slice(onto.lastIndexOf('.') + 1)
  return /^I_(d|a)|dend|apical/i.test(port) || /\.(dendrite|apical)\./.test(onto) ? 'dendrite' : 'soma'
}

/** Whether the input is a current that is the same for all units. */
export function isDrawable(scenario: Pick<RecordedScenario, 'inputs'>, name: string): boolean {
  try {
    const signal = inputSignal({ title: '', populations: {}, ...scenario }, name)
    return Number.isFinite(signal(0))
  } catch (error) {
    if (error instanceof InputError) return false
    throw error
  }
}

/** The inputs that a population is said to multiplex: as a figure of the scenario names them, or the only ones there are. */
export function multiplexedInputs(scenario: PageScenario, population: string): { soma?: string; dendrite?: string } {
  for (const figure of scenario.figures ?? []) {
    if ('multiplexing' in figure && populationOf(figure.multiplexing.of) === populationOf(population)) {
      return { soma: figure.multiplexing.soma, dendrite: figure.multiplexing.dendrite }
    }
  }
  const inputs = encodedInputs(scenario, population)
  const of = (compartment: Compartment) => inputs.find((input) => input.compartment === compartment)?.name
  return { soma: of('soma'), dendrite: of('dendrite') }
}
