/** The protocol of a scenario -> what changes when, and which phases begin. */
import type { NetworkDescription, ParameterChange, ParameterSetting, PhaseDescription, QuantityText } from '../engine/description.ts'
import { InputError, within } from '../engine/errors.ts'
import type { Sizes } from '../engine/unit-ranges.ts'
import { portOf } from '../engine/unit-ranges.ts'
import { sizesOf } from './copies.ts'
import type { Scenario } from './schema.ts'
import { keyMistake } from './shapes.ts'

export interface ChangeOrigin {
  index: number
  /** Population or projection. */
  of: string
}

/** One change a population (or projection) and step of the protocol; phases as they are. Throws `InputError`. */
export function protocolOf(scenario: Scenario, sizes: Sizes): Pick<NetworkDescription, 'changes' | 'phases'> & { changeOrigins: ChangeOrigin[]; phaseOrigins: number[] } {
  const changes: ParameterChange[] = []
  const changeOrigins: ChangeOrigin[] = []
  const phases: PhaseDescription[] = []
  const phaseOrigins: number[] = []
  scenario.protocol?.forEach((step, index) => {
    if ('phase' in step) {
      const { phase: name, start, every } = step
      phases.push({ name, start, ...(every !== undefined && { every }) })
      phaseOrigins.push(index)
      return
    }
    const { at, set } = step
    const here = new Map<string, ParameterChange>()
    for (const [port, value] of Object.entries(set)) {
      within(['protocol', index, 'set', port], () => {
        const { of, parameter, isProjection } = portIn(port, scenario, sizes)
        const change = here.get(of) ?? { at, parameters: {}, ...(isProjection ? { projection: of } : { population: of }) }
        change.parameters[parameter] = value
        here.set(of, change)
      })
    }
    for (const [of, change] of here) {
      changes.push(change)
      changeOrigins.push({ index, of })
    }
  })
  return { changes, changeOrigins, phases, phaseOrigins }
}

/** `cells.I_0` or `projection.eta`: the parameter of a population, or of the rule of a projection, that a protocol may set. */
export interface ParameterPort {
  /** Population or projection. */
  of: string
  parameter: string
  isProjection: boolean
}

/** Throws `InputError` where `port` is no population or projection and a word. */
export function parameterPort(port: string, scenario: Scenario): ParameterPort {
  const wrong = keyMistake('parameter', port)
  if (wrong) throw new InputError(wrong)
  return portIn(port, scenario, sizesOf(scenario))
}

/** What `port: value` means in a protocol. Throws `InputError`. */
export function settingOf(port: string, value: QuantityText, scenario: Scenario): ParameterSetting {
  const { of, parameter, isProjection } = parameterPort(port, scenario)
  const parameters = { [parameter]: value }
  return isProjection ? { projection: of, parameters } : { population: of, parameters }
}

function portIn(port: string, { projections = {} }: Scenario, sizes: Sizes): ParameterPort {
  const [head, ...rest] = port.split('.')
  if (!sizes.has(head) && Object.hasOwn(projections, head) && rest.length > 0) return { of: head, parameter: rest.join('.'), isProjection: true }
  const { to, onto } = portOf(port, sizes, 'cells.I_0')
  return { of: to.population, parameter: onto, isProjection: false }
}
