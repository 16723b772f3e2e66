/** What the editor proposes, of the real schema, where the cursor (|) is. */
import { describe, expect, it } from 'vitest'
import { scenarioJsonSchema } from '../../scenarios/json-schema.ts'
import { completionsAt, type KnownModels, type Schema } from '../../viewer/editor/completion.ts'

const schema = scenarioJsonSchema() as Schema
const model = (name: string, ...parameters: string[]) => ({ name, about: `about ${name}`, parameters: parameters.map((p) => ({ name: p, value: '20 ms', about: `meaning of ${p}` })) })
const models: KnownModels = {
  neurons: [model('lif_delta', 'tau_m', 'V_th'), model('adex')],
  sources: [model('poisson', 'rate')],
  synapses: [model('tsodyks_markram', 'U')],
  rules: [model('pair_stdp', 'A_plus')],
}
function at(marked: string) {
  const offset = marked.indexOf('|')
  return completionsAt(schema, models, marked.slice(0, offset) + marked.slice(offset + 1), offset)
}
const labels = (marked: string) => at(marked)?.options.map((o) => o.label) ?? []

const start = 'title: a\nduration: 1 s\n'

describe('keys', () => {
  it('of an empty file and of the root, but those that are there', () => {
    expect(labels('|')).toEqual(expect.arrayContaining(['title', 'populations', 'projections']))
    expect(labels(`${start}|`)).toContain('populations')
    expect(labels(`${start}|`)).not.toContain('duration')
    expect(labels(`${start}|\nseed: 3\n`)).not.toContain('seed')
  })
  it('say what they mean, and which must stand there', () => {
    const option = at(`${start}popu|`)?.options.find((o) => o.label === 'populations')
    expect(option).toEqual({ label: 'populations', kind: 'key', about: 'populations, by name', first: true })
  })
  it('replace the word that is being written', () => {
    const text = `${start}popu|`
    expect(at(text)).toMatchObject({ from: start.length, to: start.length + 4 })
    expect(at(`${start}po|pu: {}`)).toMatchObject({ from: start.length, to: start.length + 4 })
  })
  it('of a mapping further in, wherever the cursor stands in it', () => {
    expect(labels(`${start}populations:\n  cells:\n    |`)).toEqual(expect.arrayContaining(['model', 'size', 'regime']))
    expect(labels(`${start}populations:\n  cells:\n    size: 3\n    |\n    model: adex\n`)).toContain('regime')
    expect(labels(`${start}populations:\n  cells:\n    size: 3\n    |\n    model: adex\n`)).not.toContain('model')
    expect(labels(`${start}populations:\n  cells:\n    size: 3\n  |`)).toEqual([])
  })
  it('of a flow mapping, closed or not', () => {
    expect(labels(`${start}populations:\n  cells: { | }\n`)).toContain('model')
    expect(labels(`${start}populations:\n  cells: { model: adex, | }\n`)).toContain('size')
    expect(labels(`${start}populations:\n  cells: { model: adex, |`)).toContain('size')
    expect(labels(`${start}populations:\n  cells: { model: adex,\n    | }\n`)).toContain('size')
  })
  it('of a list of unions: all, then those that go with what is there', () => {
    expect(labels(`${start}protocol:\n  - |`)).toEqual(expect.arrayContaining(['at', 'phase']))
    const beside = labels(`${start}protocol:\n  - at: 3 ms\n    |`)
    expect(beside).toContain('set')
    expect(beside).not.toContain('phase')
    expect(beside).not.toContain('start')
  })
  it('below a name of their own (additionalProperties)', () => {
    expect(labels(`${start}record:\n  samples:\n    potentials: { of: cells, | }`)).toEqual(expect.arrayContaining(['variables', 'every', 'reduce']))
    expect(labels(`${start}projections:\n  p:\n    weight:\n      |`)).toEqual(expect.arrayContaining(['normal', 'lognormal', 'transpose_of']))
  })
  it('of the parameters of the model that stands beside them', () => {
    const found = at(`${start}populations:\n  cells: { model: lif_delta, parameters: { | } }`)
    expect(found?.options).toContainEqual({ label: 'tau_m', kind: 'key', about: 'meaning of tau_m; 20 ms unless said', first: false })
    expect(labels(`${start}projections:\n  p:\n    synapse: tsodyks_markram\n    parameters:\n      |`)).toContain('U')
    expect(labels(`${start}projections:\n  p:\n    rule:\n      name: pair_stdp\n      parameters: { | }`)).toContain('A_plus')
  })
})

describe('values', () => {
  it('are the words of an enumeration', () => {
    expect(labels(`${start}precision: |`)).toEqual(['f32', 'f64'])
    expect(labels(`${start}populations:\n  cells: { regime: c| }`)).toEqual(['clocked', 'event_driven'])
    expect(labels(`${start}record:\n  events: |`)).toContain('all')
  })
  it('are true and false', () => expect(labels(`${start}populations:\n  cells: { plateaus: | }`)).toEqual(['true', 'false']))
  it('are names of models, those of the scenario too', () => {
    expect(labels(`${start}neurons:\n  mine: { equations: "dV/dt = 0 mV/ms : mV" }\npopulations:\n  cells: { model: | }`)).toEqual(['mine', 'lif_delta', 'adex', 'poisson'])
    expect(labels(`${start}projections:\n  p: { synapse: | }`)).toEqual(['tsodyks_markram'])
    expect(labels(`${start}projections:\n  p: { rule: | }`)).toContain('pair_stdp')
    expect(labels(`${start}projections:\n  p: { rule: { name: | } }`)).toEqual(['pair_stdp'])
  })
  it('are names of populations and projections', () => {
    const both = `${start}populations:\n  cells: { model: adex, size: 3 }\nprojections:\n  p:\n    from: cells\n    `
    expect(labels(`${both}to: |`)).toEqual(['cells'])
    expect(labels(`${both}to: cells\nrecord:\n  weights: [|]`)).toEqual(expect.arrayContaining(['p']))
    expect(labels(`${both}to: cells\nrecord:\n  events:\n    - |`)).toEqual(['cells'])
  })
  it('of free texts are nobody\'s business', () => {
    expect(at('title: |')).toBeUndefined()
    expect(at(`${start}# a comm|ent`)).toBeUndefined()
    expect(at(`${start}about: "quo|ted"`)).toBeUndefined()
    expect(at(`${start}neurons:\n  mine:\n    equations: |\n      dV/dt = x`.replace('= x', '= x|').replace('equations: |', 'equations: >'))).toBeUndefined()
  })
})
