/** Inputs that trials feed: the example shown, what is wanted of it, values by phase. */
import type { InputDescription, PopulationDescription, Units } from '../engine/description.ts'
import { InputError, unknown, within } from '../engine/errors.ts'
import type { Examples } from '../engine/examples.ts'
import type { Scenario } from './schema.ts'

type Written = NonNullable<Scenario['inputs']>[string]
type Fed = Extract<InputDescription, { example: unknown } | { wanted: unknown } | { phases: unknown }>

export interface Shown {
  examples: Examples
  phases: readonly string[]
}

/** Undefined for inputs of other kinds. Throws `InputError` with the path within the input. */
export function fedInputFrom(written: Written, input: { name: string; to: Units; onto: string }, population: PopulationDescription | undefined, shown: Shown | undefined): Fed | undefined {
  const kind = (['example', 'wanted', 'phases'] as const).find((key) => written[key] !== undefined)
  if (kind === undefined) return undefined
  if (!shown) throw new InputError('found an input of trials in a scenario without them; trials are needed', [kind])
  const { examples, phases } = shown
  const { to } = input
  const copies = population?.copies ?? 1
  const units = (population?.size ?? 0) / copies
  if (to.first !== undefined && (to.first !== 0 || to.last !== units * copies - 1)) {
    throw new InputError(`found a part of "${to.population}"; an input of trials goes to a whole population`, ['onto'])
  }
  const { example, wanted, phases: values, sign } = written
  const fits = (numbers: number, what: string) => {
    if (numbers === units) return
    throw new InputError(`found ${numbers} numbers of ${what} of ${examples.name} for ${units} units of "${to.population}"${copies > 1 ? ' in each copy' : ''}; as many are needed`, [kind])
  }
  if (example) {
    fits(examples.width, 'an input')
    checkPhases(example.during, phases, ['example', 'during'])
    return { ...input, example }
  }
  if (wanted) {
    fits(examples.outputs, 'a wanted output')
    if (wanted.cold !== undefined && 'values' in examples.wanted) {
      throw new InputError(`found cold, but what is wanted of ${examples.name} are values and no classes; they are multiplied by hot`, ['wanted', 'cold'])
    }
    checkPhases(wanted.during, phases, ['wanted', 'during'])
    return { ...input, wanted }
  }
  if (Object.keys(values ?? {}).length === 0) throw new InputError(`found no phase; one or more of ${phases.join(', ')} are needed`, ['phases'])
  for (const name of Object.keys(values ?? {})) checkPhase(name, phases, ['phases', name])
  return { ...input, phases: values ?? {}, ...(sign && { sign }) }
}

function checkPhases(during: readonly string[] | undefined, phases: readonly string[], path: (string | number)[]): void {
  during?.forEach((name, k) => {
    within(path, () => {
      checkPhase(name, phases, [k])
      if (during.indexOf(name) < k) throw new InputError(`found "${name}" twice; a phase is named once`, [k])
    })
  })
}

/** Throws `InputError` with the path given. */
export function checkPhase(name: string, phases: readonly string[], path: (string | number)[]): void {
  if (!phases.includes(name)) throw new InputError(unknown('phase', name, phases), path)
}
