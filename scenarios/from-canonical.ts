/** The canonical scenario of a trace -> a text that `loadScenario` reads as that scenario: JSON is YAML, but for blocks of trials. */
import { InputError } from '../engine/errors.ts'

type Mapping = Record<string, unknown>

/** Throws `InputError` for what no trace of a scenario says. */
export function scenarioText(canonical: string): string {
  const scenario = parsed(canonical)
  const { trials } = scenario
  if (!isMapping(trials) || !Array.isArray(trials.blocks)) return canonical
  // a list, so that sorted keys do not lose their order
  const blocks = Object.fromEntries(trials.blocks.map(({ name, ...block }: Mapping) => [name, block]))
  return JSON.stringify({ ...scenario, trials: { ...trials, blocks } })
}

function parsed(canonical: string): Mapping {
  try {
    const scenario: unknown = JSON.parse(canonical)
    // a network that was simulated from a program has no models by name
    if (isMapping(scenario) && isMapping(scenario.populations)) return scenario
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new InputError('found a trace that says no scenario; one that "hillock run" wrote is needed')
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
