/** The models that scenarios may name, with what they are and their parameters: for who proposes them. */
import type { Parameters } from '../engine/model.ts'
import { rules as knownRules } from '../plasticity/index.ts'
import type { KnownModels } from './describe.ts'

export interface ListedModel {
  name: string
  about: string
  parameters: { name: string; value: string; about: string }[]
}

export function modelList({ neurons, sources, synapses, rules = knownRules }: KnownModels): Record<'neurons' | 'sources' | 'synapses' | 'rules', ListedModel[]> {
  return { neurons: listed(neurons), sources: listed(sources), synapses: listed(synapses), rules: listed(rules) }
}

function listed(models: ReadonlyMap<string, { name: string; about: string; parameters: Parameters }>): ListedModel[] {
  return [...models.values()].map(({ name, about, parameters }) => ({
    name,
    about,
    parameters: Object.entries(parameters).map(([parameter, [value, meaning]]) => ({ name: parameter, value: String(value), about: meaning })),
  }))
}
