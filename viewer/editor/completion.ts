/**
 * What may be written at a place of a scenario: keys and words from its JSON Schema, with what they mean, and names of models,
 * parameters, populations and projections. Pure: no editor, no page.
 */
import { type Document, isMap, isScalar } from 'yaml'
import { placeInYaml, type Step } from './place-in-yaml.ts'

/** What is used of JSON Schema, draft 7. */
export interface Schema {
  description?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema | Schema[]
  anyOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
}

export interface KnownModel {
  name: string
  about: string
  parameters: { name: string; value: string; about: string }[]
}

/** The models that come with Hillock. */
export type KnownModels = Record<'neurons' | 'sources' | 'synapses' | 'rules', KnownModel[]>

export interface Option {
  label: string
  kind: 'key' | 'word' | 'name'
  /** What it means. */
  about: string
  /** It must stand here, or is the value unless another is said. */
  first: boolean
}

export interface Completion {
  /** What is replaced. */
  from: number
  to: number
  options: Option[]
}

export function completionsAt(schema: Schema, models: KnownModels, text: string, offset: number): Completion | undefined {
  const place = placeInYaml(text, offset)
  if (!place) return undefined
  const { steps, what, others, from, to, document } = place
  const found = schemasAt([schema], steps)
  const path = steps.map(({ key }) => key)
  const keys = what === 'value' ? [] : [...keysOf(accepting(found, others), others), ...parametersAt(path, document, models).filter(({ label }) => !others.includes(label))]
  // in a flow mapping, `{ a }` is a mapping; in a block, the word alone may be all
  const words = what === 'key' ? [] : [...wordsOf(found), ...namesAt(path, document, models)]
  const options = [...keys, ...words]
  return options.length > 0 ? { from, to, options: distinct(options) } : undefined
}

/** Unions are taken apart. */
function alternatives(schemas: readonly Schema[]): Schema[] {
  return schemas.flatMap((s) => (s.anyOf ? alternatives(s.anyOf.map((a) => ({ ...a, description: a.description ?? s.description }))) : [s]))
}

/** Of several mappings, those that know all keys which are there already; all if none does. */
function accepting(schemas: readonly Schema[], keys: readonly string[]): Schema[] {
  const all = alternatives(schemas)
  const fit = all.filter((s) => keys.every((key) => inside(s, key).length > 0))
  return fit.length > 0 ? fit : all
}

function inside(schema: Schema, key: string | number): Schema[] {
  if (typeof key === 'number') {
    const { items } = schema
    return Array.isArray(items) ? (items[key] ? [items[key]] : []) : items ? [items] : []
  }
  if (schema.properties && Object.hasOwn(schema.properties, key)) return [schema.properties[key]]
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
}

function schemasAt(schemas: readonly Schema[], steps: readonly Step[]): Schema[] {
  return steps.reduce<readonly Schema[]>((now, { key, others }) => accepting(now, others).flatMap((s) => inside(s, key)), schemas) as Schema[]
}

function keysOf(schemas: readonly Schema[], others: readonly string[]): Option[] {
  return schemas.flatMap((s) =>
    Object.entries(s.properties ?? {})
      .filter(([key]) => !others.includes(key))
      .map(([label, { description }]): Option => ({ label, kind: 'key', about: description ?? s.description ?? '', first: s.required?.includes(label) ?? false })),
  )
}

function wordsOf(schemas: readonly Schema[]): Option[] {
  return alternatives(schemas).flatMap((s) => {
    const words = s.enum ?? ('const' in s ? [s.const] : s.type === 'boolean' ? [true, false] : [])
    return words.map((word): Option => ({ label: String(word), kind: 'word', about: s.description ?? '', first: s.default === word }))
  })
}

const named = (list: readonly { name: string; about: string }[]): Option[] => list.map(({ name, about }) => ({ label: name, kind: 'name', about, first: false }))

/** Names that the schema cannot know, because they are those of models or of other parts of the scenario. */
function namesAt(path: readonly (string | number)[], document: Document, models: KnownModels): Option[] {
  const own = (group: string) => named(keysAt(document, [group]).map((name) => ({ name, about: `of the ${group} of this scenario` })))
  const [group, , ...rest] = path
  const last = path.findLast((key) => typeof key === 'string')
  if (group === 'populations' && last === 'model') return [...own('neurons'), ...named(models.neurons), ...named(models.sources)]
  if (group === 'projections' && last === 'synapse') return [...own('synapses'), ...named(models.synapses)]
  if (group === 'projections' && (rest.join('.') === 'rule' || rest.join('.') === 'rule.name')) return [...own('rules'), ...named(models.rules)]
  if (last === 'transpose_of' || last === 'draws_as' || (group === 'record' && path.includes('weights'))) return own('projections')
  if (last === 'from' || last === 'to' || last === 'of' || (group === 'record' && last === 'events')) return own('populations')
  return []
}

/** Parameters of the model, synapse or rule that stands beside `parameters`. */
function parametersAt(path: readonly (string | number)[], document: Document, models: KnownModels): Option[] {
  const [group, name, ...rest] = path
  const at = (...keys: string[]) => scalarAt(document, [group, name, ...keys])
  const where = `${group}:${rest.join('.')}`
  const found =
    where === 'populations:parameters' ? find([...models.neurons, ...models.sources], at('model'))
    : where === 'projections:parameters' ? find(models.synapses, at('synapse'))
    : where === 'projections:rule.parameters' ? find(models.rules, at('rule', 'name'))
    : undefined
  return (found?.parameters ?? []).map((p) => ({ label: p.name, kind: 'key', about: `${p.about}; ${p.value} unless said`, first: false }))
}

function find(list: readonly KnownModel[], name: string | undefined): KnownModel | undefined {
  return list.find((m) => m.name === name)
}

function keysAt(document: Document, path: readonly string[]): string[] {
  const node = document.getIn(path)
  return isMap(node) ? node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : []
}

function scalarAt(document: Document, path: readonly (string | number)[]): string | undefined {
  const value = document.getIn(path)
  return typeof value === 'string' ? value : undefined
}

function distinct(options: readonly Option[]): Option[] {
  return [...new Map(options.map((option) => [option.label, option])).values()]
}
