/** A run that is brought on bit by bit and changed by hand, and the scenario that does the same by itself. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { QuantityText } from '../../engine/description.ts'
import { InputError } from '../../engine/errors.ts'
import { type LoadedScenario, type LoadOptions, loadScenario } from '../../scenarios/load.ts'
import { beginRun, type BeginOptions, type HandChange, type Run, type RunResult, runScenario } from '../../scenarios/run.ts'
import { library } from '../../index.ts'
import { readDataFile } from '../../cli/data-files.ts'
import { Kept } from '../laws/outcome.ts'

const text = `
# two kinds of cells, and a rule
title: by hand
seed: 3
dt: 0.1 ms
duration: 300 ms   # not long
neurons:
  cell:
    parameters: {tau_m: 20 ms, V_th: 20 mV, drive: 0 mV}
    equations: "dV/dt = (drive - V) / tau_m : mV"
    receptors: {soma: V += w}
    threshold: V >= V_th
    reset: V = 0 mV
populations:
  fibres: {model: poisson, size: 40, parameters: {rate: 40 Hz}}
  cells: {model: cell, size: 12}
  exact: {model: lif_delta, size: 9, regime: event_driven, parameters: {I_0: 24 mV}}
projections:
  feed: {from: fibres, to: cells, onto: soma, connect: {probability: 0.5}, weight: {uniform: [1 mV, 3 mV]}, delay: 1.5 ms, rule: {name: pair_stdp, parameters: {A_plus: 0.01 mV}}}
  across-all: {from: exact, to: cells, onto: soma, connect: {all_to_all: true}, weight: 1 mV, delay: 2 ms, rule: pair_stdp}
  back: {from: cells, to: exact, onto: soma, connect: {all_to_all: true}, weight: -0.5 mV, delay: {uniform: [1 ms, 3 ms]}}
protocol:
  # one that is there already
  - {at: 120 ms, set: {cells.drive: 5 mV}}
record:
  samples: {v: {of: "cells[0:2]", variables: [V], every: 5 ms}}
  weights: [{of: feed, every: 50 ms}]
`
const load = (written: string, more: Partial<LoadOptions> = {}): LoadedScenario =>
  loadScenario(written, { read: (file) => readFileSync(file, 'utf8'), models: library, dataFiles: readDataFile, ...more })

/** Odd slices; each change is asked for when its time (ms) has been passed. */
async function byHand(loaded: LoadedScenario, wanted: [number, string, QuantityText][], options: BeginOptions = {}): Promise<{ run: Run; result: RunResult }> {
  const run = await beginRun(loaded, options)
  const waiting = [...wanted]
  for (let k = 1; !run.finished; k++) {
    run.advance(run.now + 0.37 * ((k * 7) % 11) + 0.05)
    while (waiting.length > 0 && waiting[0][0] <= run.now && !run.finished) {
      const [, port, value] = waiting.shift() as [number, string, QuantityText]
      run.change(port, value)
    }
  }
  return { run, result: run.finish() }
}
const bytesOf = ({ open }: RunResult) => JSON.stringify(open().header)

describe('a run that was changed by hand', () => {
  const wanted: [number, string, QuantityText][] = [
    [0, 'exact.I_0', '19 mV'], [40, 'cells.drive', '24 mV'], [40, 'feed.A_plus', '0.5 mV'], [77.7, 'exact.I_0', '30 mV'],
    [118, 'cells.drive', '2 mV'], [150, 'across-all.A_plus', '0.2 mV'], [210, 'cells.V_th', '12 mV'], [290, 'exact.V_th', '15 mV'],
  ]

  it('leaves the trace of the scenario that has the changes in its protocol, byte for byte', async () => {
    const { result } = await byHand(load(text), wanted)
    expect(result.changes.length).toBe(wanted.length)
    const again = await runScenario(load(result.scenarioText))
    expect(result.open().header.scenario).toBe(load(result.scenarioText).canonical)
    expect(again.trace).toEqual(result.trace)
    expect(result.open().verify()).toEqual([])
    expect(result.events).toEqual(again.events)
    expect(bytesOf(result)).toBe(bytesOf(again))
    expect((await runScenario(load(text))).events).not.toEqual(again.events)
  })

  it('leaves its file as it was written but for the lines of the changes', async () => {
    const { result } = await byHand(load(text), [[10, 'cells.drive', '24 mV'], [20, 'cells.drive', '25 mV']])
    const [before, after] = text.split('record:\n')
    const [first, second] = result.changes.map(({ at, value }) => `  - {at: ${at} ms, set: {cells.drive: ${value}}}\n`)
    expect(result.scenarioText).toBe(`${before}${first}${second}record:\n${after}`)
    const none = await byHand(load(text), [])
    expect(none.result.scenarioText).toBe(text)
  })

  it.each([
    ['without a protocol', text.replace(/protocol:[\s\S]*?(?=record:)/, '')],
    ['with steps of several lines, indented, commented', text.replace(/protocol:[\s\S]*?(?=record:)/, 'protocol:\n    - at: 120 ms # then\n      set:\n        cells.drive: 5 mV # more\n    # that was it\n\n')],
    ['without a protocol or a last line break', text.replace(/protocol:[\s\S]*?(?=record:)/, '').trimEnd()],
    ['whose last step is all there is', `${text.replace(/protocol:[\s\S]*?(?=record:)/, '').trimEnd()}\nprotocol:\n- {at: 120 ms, set: {cells.drive: 5 mV}}`],
    ['in flow style', text.replace(/protocol:[\s\S]*?(?=record:)/, 'protocol: [{at: 120 ms, set: {cells.drive: 5 mV}}]\n')],
    ['with an alias', `${text.replace(/protocol:[\s\S]*?(?=record:)/, 'about: &words a text\nprotocol: &steps\n  - {at: 120 ms, set: {cells.drive: 5 mV}}\n')}`],
  ])('is said in a file %s', async (_, written) => {
    const loaded = load(written)
    const { run, result } = await byHand(loaded, wanted.slice(0, 4))
    expect(load(run.scenarioText()).canonical).toBe(result.open().header.scenario)
    expect(run.scenarioText()).toContain('# two kinds of cells, and a rule')
  })

  it('says values as they were given: numbers, texts, and odd steps', async () => {
    const loaded = load(text, { dt: '0.3 ms' })
    const { result } = await byHand(loaded, [[10, 'exact.V_th', '1.9e1 mV'], [20.1, 'cells.V_th', '1.9e-2 V']])
    const again = await runScenario(load(result.scenarioText, { dt: '0.3 ms' }))
    expect(again.trace).toEqual(result.trace)
  })

  it('stopped early says only what has happened', async () => {
    const run = await beginRun(load(text))
    run.advance(50)
    run.change('cells.drive', '24 mV')
    run.step(1)
    run.change('cells.drive', '3 mV')
    const result = run.finish()
    expect(result.stopped).toBe(true)
    expect(result.duration_ms).toBe(51)
    expect(result.changes).toEqual([{ at: 50.1, port: 'cells.drive', value: '24 mV' }])
    expect(() => run.change('cells.drive', '3 mV')).toThrow(/a run that has ended/)
  })

  it('asked twice before a tick, the later value counts', async () => {
    const run = await beginRun(load(text))
    run.advance(50)
    run.change('cells.drive', '24 mV')
    run.change('exact.I_0', '0 mV')
    run.change('cells.drive', '9 mV')
    const expected: HandChange[] = [{ at: 50.1, port: 'cells.drive', value: '9 mV' }, { at: 50.1, port: 'exact.I_0', value: '0 mV' }]
    expect(run.changes).toEqual(expected)
    run.advance()
    const result = run.finish()
    expect((await runScenario(load(result.scenarioText))).trace).toEqual(result.trace)
  })

  it('is refused what a protocol is refused', async () => {
    const run = await beginRun(load(text))
    run.advance(5)
    const refused = (port: string, value: QuantityText, message: RegExp) => {
      expect(() => run.change(port, value)).toThrow(InputError)
      expect(() => run.change(port, value)).toThrow(message)
    }
    refused('cells.drve', '3 mV', /^cells.drve: unknown parameter "drve" \(did you mean "drive"\?\)/)
    refused('cell.drive', '3 mV', /unknown population "cell" \(did you mean "cells"\?\)/)
    refused('cells[0:2].drive', '3 mV', /population.parameter, or projection.parameter, is needed/)
    refused('cells', '3 mV', /found "cells"; a population and what it receives on/)
    refused('cells.drive', '3 ms', /which is ms; mV is needed/)
    refused('cells.drive', 'much', /a number with a unit is needed/)
    refused('feed.tau_plus', '3 ms', /time constants of traces/)
    refused('back.A_plus', '3 mV', /has no rule/)
    expect(run.changes).toEqual([])
    run.change('cells.drive', '1 mV')
    expect(() => run.checkpoint()).toThrow(/changed by hand/)
    const sunk = await beginRun(load(text), { sink: { write: () => {} }, open: () => ({ size: 0, read: () => new Uint8Array() }) })
    expect(() => sunk.change('cells.drive', '1 mV')).toThrow(/goes to a sink/)
  })
})

describe('a run held in the hand', () => {
  it('is the same bytes by slices, by steps and in one go', async () => {
    const whole = await runScenario(load(text))
    const sliced = await beginRun(load(text), { sliceTime: 1 })
    let slices = 0
    for (; !sliced.finished; slices++) sliced.slice()
    expect(slices).toBeGreaterThan(2)
    expect(sliced.finish().trace).toEqual(whole.trace)
    const stepped = await beginRun(load(text))
    stepped.step(0)
    expect(stepped.now).toBe(0.1)
    stepped.step(1.26)
    expect(stepped.now).toBe(1.3)
    while (!stepped.finished) stepped.step(0.7)
    expect(stepped.now).toBe(300)
    stepped.step(5)
    expect(stepped.now).toBe(300)
    expect(stepped.finish().trace).toEqual(whole.trace)
  })

  it('is followed: who listens hears what the trace holds, and after every slice how far it has come', async () => {
    const kept = new Kept()
    const advanced: number[] = []
    const follow = Object.assign(kept, { advance: (time: number) => void advanced.push(time) })
    const run = await beginRun(load(text), { follow })
    run.advance(33.3)
    expect(advanced.at(-1)).toBe(33.3)
    run.advance(150)
    expect(advanced.at(-1)).toBe(150)
    run.advance()
    const trace = run.finish().open()
    for (const population of ['cells', 'exact', 'fibres']) {
      const { times, sources, kinds } = trace.events(population)
      expect(kept.outcome.get(`events ${population}: times`)).toEqual([...times])
      expect(kept.outcome.get(`events ${population}: sources`)).toEqual([...sources])
      expect(kept.outcome.get(`events ${population}: kinds`)).toEqual([...kinds])
    }
    expect(kept.outcome.get('samples v: times')).toEqual([...trace.samples('v').times])
    expect(kept.outcome.get('weights feed: times')).toEqual(trace.weights('feed').map((w) => w.time))
    expect(kept.outcome.get('weights feed: times')).toEqual([0, 50, 100, 150, 200, 250, 300])
  })
})
