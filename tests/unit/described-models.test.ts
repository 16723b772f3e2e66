/** What the viewer is told about the models of a scenario. */
import { readdirSync, readFileSync } from 'node:fs'
import katex from 'katex'
import { describe, expect, it } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import { library } from '../../models/index.ts'
import { describedModels } from '../../scenarios/described-models.ts'
import { loadScenario } from '../../scenarios/load.ts'

const root = new URL('../..', import.meta.url).pathname
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8')
const described = (text: string, file?: string) =>
  describedModels(loadScenario(text, { file, read, readBytes: (f) => readFileSync(`${root}${f}`), dataFiles: readDataFile, models: library, short: true }).description)

describe('models of a scenario', () => {
  const models = described(`
title: t
duration: 1 s
populations:
  a: { model: lif_delta, size: 3, parameters: { tau_m: 10 ms } }
  b: { model: lif_delta, size: 3, parameters: { tau_m: { uniform: [1 ms, 2 ms] } } }
  c: { model: lif_delta, size: 3, parameters: { tau_m: 10 ms } }
  trains: { model: poisson, size: 2 }
projections:
  p: { from: trains, to: a, onto: soma, connect: { all_to_all: true }, weight: 1 mV, delay: 1 ms, rule: { name: pair_stdp, parameters: { A_plus: 0.01 weight } } }
`)
  it('stand once each, with who uses them', () => {
    expect(models.map(({ kind, name, usedBy }) => [kind, name, usedBy])).toEqual([
      ['neuron', 'lif_delta', ['a', 'b', 'c']],
      ['source', 'poisson', ['trains']],
      ['rule', 'pair_stdp', ['p']],
    ])
  })
  it('have the values of the scenario, those that are the same together', () => {
    const tau = models[0].parameters.find((p) => p.name === 'tau_m')
    expect(tau).toMatchObject({ latex: '\\tau_{m}', values: [{ text: '10 ms', of: ['a', 'c'] }, { text: 'uniform 1 ms to 2 ms', of: ['b'] }] })
    expect(models[0].parameters.find((p) => p.name === 'V_th')?.values).toEqual([])
    expect(models[2].parameters.find((p) => p.name === 'A_plus')).toMatchObject({ standard: '0.005 weight', values: [{ text: '0.01 weight', of: ['p'] }] })
  })
  it('have formulas, and names for what is given to them', () => {
    expect(models[0].groups[0].formulas[0].latex).toMatch(/^\\frac{dV}{dt} = /)
    expect(models[0].given.map((g) => g.latex)).toEqual(['I'])
  })
})

describe('every scenario that comes with Hillock', () => {
  const files = readdirSync(`${root}scenarios`).filter((f) => f.endsWith('.yaml'))
  it.each(files)('%s: its models are set by KaTeX', (file) => {
    const models = described(read(`scenarios/${file}`), `scenarios/${file}`)
    const formulas = models.flatMap((m) => [...m.groups.flatMap((g) => g.formulas), ...m.parameters, ...m.given])
    expect(formulas.length).toBeGreaterThan(0)
    for (const { latex } of formulas) expect(() => katex.renderToString(latex, { throwOnError: true, strict: 'error' }), latex).not.toThrow()
  })
})
