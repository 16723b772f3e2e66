/** Parameters that a scenario offers to be adjusted: what sliders show of them, what is refused, and that they can be changed. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import { InputError } from '../../engine/errors.ts'
import { library } from '../../index.ts'
import { adjustable } from '../../scenarios/adjustable.ts'
import { type LoadOptions, loadScenario } from '../../scenarios/load.ts'
import { beginRun, runScenario } from '../../scenarios/run.ts'

const load = (text: string, more: Partial<LoadOptions> = {}) =>
  loadScenario(text, { file: 'a.yaml', read: (file) => readFileSync(file, 'utf8'), models: library, dataFiles: readDataFile, ...more })
const packaged = (name: string, more: Partial<LoadOptions> = {}) => load(readFileSync(`scenarios/${name}.yaml`, 'utf8'), { short: true, ...more })

const scenario = (adjust: string, of = 'cells') => `
title: some
duration: 20 ms
populations:
  fibres: {model: poisson, size: 5, parameters: {rate: 40 Hz}}
  cells: {model: lif_delta, size: 4, parameters: {I_0: 0.021 V, t_ref: 0 ms}}
  varied: {model: lif_delta, size: 4, parameters: {tau_m: {uniform: [10 ms, 20 ms]}}}
projections:
  feed: {from: fibres, to: cells, onto: soma, connect: {all_to_all: true}, weight: 1 mV, delay: 1 ms, rule: {name: pair_stdp, parameters: {A_plus: 0.02 mV}}}
  plain: {from: fibres, to: varied, onto: soma, connect: {all_to_all: true}, weight: 1 mV, delay: 1 ms}
adjust:
  ${of.includes('.') ? of : `${of}.I_0`}: ${adjust}
`

describe('adjust', () => {
  it('says what a slider shows, in the unit that was written', () => {
    const one = (adjust: string, of?: string) => adjustable(load(scenario(adjust, of)))[0]
    expect(one('{from: 0 mV, to: 40 mV}')).toEqual({ port: 'cells.I_0', label: 'cells.I_0', unit: 'mV', from: 0, to: 40, step: 0.2, value: 21, meaning: expect.stringMatching(/\w/) })
    expect(one('{from: -0.1 V, to: 0, step: 0.5 mV, label: drive}')).toMatchObject({ label: 'drive', unit: 'V', from: -0.1, to: 0, step: 0.0005, value: 0.021 })
    expect(one('{from: 0, to: 300 uV}')).toMatchObject({ unit: 'uV', to: 300, step: 2, value: 21000 })
    expect(one('{from: 0 mV, to: 0.5 mV}', 'feed.A_plus')).toMatchObject({ unit: 'mV', from: 0, to: 0.5, step: 0.005, value: 0.02 })
    expect(one('{from: 0 weight, to: 0.5 weight}', 'feed.A_plus')).toMatchObject({ unit: 'weight', from: 0, to: 0.5, value: 0.02 })
    expect(adjustable(load(scenario('{from: 0 mV, to: 1 mV}').replace(/adjust:[\s\S]*/, '')))).toEqual([])
  })

  it.each([
    ['{from: 0 mV, to: 40 mV}', 'cell', /12:3: adjust.cell.I_0: unknown population "cell" \(did you mean "cells"\?\)/],
    ['{from: 0 mV, to: 40 mV}', 'cells.I_1', /12:3: .*unknown parameter "I_1" \(did you mean "I_0"\?\)/],
    ['{from: 0 mV, to: 40 mV}', 'fibres.rate', /12:3: .*"fibres" is a source; only parameters of neurons can change during a run/],
    ['{from: 0 mV, to: 40 mV}', 'cells', /found "cells"; a population and what it receives on/],
    ['{from: 1 ms, to: 40 mV}', 'cells.I_0', /12:21: adjust.cells.I_0.from: found "1 ms", which is ms; mV is needed/],
    ['{from: 1 mV, to: 40 nS}', 'cells.I_0', /adjust.cells.I_0.to: found "40 nS", which is nS; mV is needed/],
    ['{from: 40 mV, to: 1 mV}', 'cells.I_0', /adjust.cells.I_0.to: found from 40 mV to 1 mV; the least value comes first/],
    ['{from: 0 mV, to: 1 mV, step: 1 ms}', 'cells.I_0', /adjust.cells.I_0.step: found "1 ms", which is ms; mV is needed/],
    ['{from: 0 mV, to: 1 mV, step: 2 mV}', 'cells.I_0', /a step of 2 mV, which is longer than the range/],
    ['{from: 0 mV, to: 1 mV, step: 0 mV}', 'cells.I_0', /step: found 0 mV; more than 0 is needed/],
    ['{from: 0 mV}', 'cells.I_0', /to: missing; a quantity/],
    ['{from: 0 ms, to: 10 ms}', 'cells.tau_m', /from: found a time constant of 0 ms; more than 0 ms is needed/],
    ['{from: 5 ms, to: 10 ms}', 'varied.tau_m', /found units with values of their own/],
    ['{from: 5 ms, to: 10 ms}', 'feed.tau_plus', /adjust.feed.tau_plus.from: time constants of traces, delays and intervals of a rule cannot change/],
    ['{from: 0 mV, to: 1 mV}', 'feed.A_pluss', /unknown parameter "A_pluss" \(did you mean "A_plus"\?\)/],
    ['{from: 0 mV, to: 1 mV}', 'plain.A_plus', /"plain" has no rule; only parameters of rules can change/],
    ['{from: 0 mV, to: 1e39 mV}', 'cells.I_0', /which is infinite in f32/],
  ])('%s of %s is refused', (adjust, of, message) => {
    const text = of === 'cells' ? scenario(adjust).replace('cells.I_0:', 'cells:') : scenario(adjust, of)
    expect(() => load(text)).toThrow(InputError)
    expect(() => load(text)).toThrow(message)
  })

  it('is part of what the trace says, and plans memory for its ends', async () => {
    const loaded = load(scenario('{from: 0 ms, to: 3 ms}', 'cells.t_ref'))
    expect(JSON.parse(loaded.canonical).adjust).toEqual({ 'cells.t_ref': { from: '0 ms', to: '3 ms' } })
    const run = await beginRun(loaded)
    run.advance(5)
    // without the entry this is refused: nobody keeps the time of the last spike of neurons that are never refractory
    run.change('cells.t_ref', '2 ms')
    run.advance()
    const result = run.finish()
    expect((await runScenario(load(result.scenarioText))).trace).toEqual(result.trace)
  })
})

describe('scenarios that come with the program', () => {
  it.each([
    ['burst-multiplexing', {}, { duration: '150 ms' }],
    ['burst-propagation', {}, { duration: '60 ms' }],
    ['plateau-turns-spike-into-burst', {}, {}],
    ['scale/cuba', {}, { duration: '100 ms' }],
    ['superspike-single', {}, { duration: '2 s' }],
    ['feedback-alignment-linear', {}, {}],
  ])('%s: every slider can be moved from one end to the other, and the run be repeated', async (name, _, options) => {
    const loaded = packaged(name, options)
    const sliders = adjustable(loaded)
    expect(sliders.length).toBeGreaterThan(0)
    for (const { from, to, value, step, label, meaning } of sliders) {
      expect(from <= value && value <= to && step > 0 && step < to - from).toBe(true)
      expect(`${label}${meaning}`).toMatch(/\w+/)
    }
    const run = await beginRun(loaded)
    const piece = (loaded.duration === Infinity ? 300 : loaded.duration) / 4
    for (const end of ['from', 'to', 'value'] as const) {
      run.advance(run.now + piece)
      for (const slider of sliders) run.change(slider.port, `${slider[end]} ${slider.unit}`.trim())
    }
    run.advance()
    const result = run.finish()
    expect(result.stopped).toBe(false)
    expect(result.changes.length).toBe(3 * sliders.length)
    const again = await runScenario(load(result.scenarioText, { short: true, ...options }))
    expect(again.trace).toEqual(result.trace)
    const without = await runScenario(loaded)
    expect(JSON.stringify(without.trace)).not.toBe(JSON.stringify(again.trace))
  })
})
