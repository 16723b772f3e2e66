/** The models a scenario uses, each once: as mathematics, with the values that its parameters have in this scenario. */
import type { NetworkDescription, Value } from '../engine/description.ts'
import { formulasOfNeuron, formulasOfRule, formulasOfSynapse } from '../engine/equations/formulas.ts'
import { latexOfName } from '../engine/equations/latex.ts'
import type { DescribedModel, DescribedParameter, FormulaGroup } from '../engine/formulas.ts'
import type { Parameters } from '../engine/model.ts'
import { valueText } from './value-text.ts'

interface Use {
  kind: DescribedModel['kind']
  model: { name: string; about: string; source: string; parameters: Parameters }
  groups: () => FormulaGroup[]
  given?: Record<string, [unit: string, about: string]>
  /** The population or projection. */
  by: string
  values: Record<string, Value>
}

/** In the order of populations, then of projections. Throws `InputError` for a text that cannot be parsed. */
export function describedModels(description: NetworkDescription): DescribedModel[] {
  const models = new Map<string, Use[]>()
  for (const use of usesOf(description)) {
    const key = `${use.kind} ${use.model.name}`
    models.set(key, [...(models.get(key) ?? []), use])
  }
  return [...models.values()].map((uses) => {
    const [{ kind, model, groups, given = {} }] = uses
    return {
      kind,
      name: model.name,
      about: model.about,
      source: model.source,
      usedBy: uses.map(({ by }) => by),
      groups: groups(),
      parameters: Object.entries(model.parameters).map(([name, [standard, about]]) => parameterOf(name, String(standard), about, uses)),
      given: Object.entries(given).map(([name, [unit, about]]) => ({ latex: latexOfName(name), unit, about })),
    }
  })
}

function usesOf({ populations, projections }: NetworkDescription): Use[] {
  return [
    ...populations.map(({ name: by, model, parameters = {} }): Use => {
      if (!('equations' in model)) return { kind: 'source', model, groups: () => [], by, values: parameters }
      return { kind: 'neuron', model, groups: () => formulasOfNeuron(model), given: model.currents, by, values: parameters }
    }),
    ...projections.flatMap(({ name: by, synapse, parameters = {} }): Use[] =>
      synapse ? [{ kind: 'synapse', model: synapse, groups: () => formulasOfSynapse(synapse), by, values: parameters }] : [],
    ),
    ...projections.flatMap(({ name: by, learning }): Use[] => {
      if (!learning) return []
      const { rule, set, parameters } = learning
      const values = { ...(set !== undefined && rule.sets?.[set]), ...parameters }
      return [{ kind: 'rule', model: rule, groups: () => formulasOfRule(rule), given: { ...rule.pre_neuron, ...rule.neuron }, by, values }]
    }),
  ]
}

function parameterOf(name: string, standard: string, about: string, uses: Use[]): DescribedParameter {
  const values = new Map<string, string[]>()
  for (const { by, values: own } of uses) {
    const text = Object.hasOwn(own, name) ? valueText(own[name]) : standard
    values.set(text, [...(values.get(text) ?? []), by])
  }
  const all = [...values].map(([text, of]) => ({ text, of }))
  return { name, latex: latexOfName(name), about, standard, values: all.length === 1 && all[0].text === standard ? [] : all }
}
