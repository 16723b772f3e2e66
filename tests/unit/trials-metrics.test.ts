/** What blocks of trials measured, expected and drawn: on traces that are written here. */
import { beforeAll, describe, expect, it } from 'vitest'
import { InputError } from '../../engine/errors.ts'
import { openTrace, openTraceWriter, type Trace } from '../../engine/trace/index.ts'
import { figureFromTrace, figuresOf } from '../../figures/from-trace.ts'
import { epochsOf } from '../../figures/epochs.ts'
import type { RecordedScenario } from '../../figures/recorded-events.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { evaluateExpectations, type ExpectationResult, prepareExpectations } from '../../scenarios/metrics.ts'
import { copiesShown, reportsOf, runsOf, trialsOf } from '../../scenarios/trial-count.ts'
import { Watched } from '../../scenarios/watched.ts'

const text = (more: string) => `title: made
precision: f64
neurons:
  unit: {equations: "dy/dt = (I - y) / (1 ms) : 1\\ndr/dt = (target - r * 1 ms) / (1 ms * 1 ms) : 1/ms", currents: {I: '1', target: '1'}, receptors: {}}
data: {linear_teacher: {inputs: 3, outputs: 2, train: 10, validation: 4, test: 4}}
populations:
  input: {model: unit, size: 3, copies: 2}
  output: {model: unit, size: 2, copies: 2}
inputs:
  x: {onto: input.I, example: {}}
  y: {onto: output.target, wanted: {}}
projections:
  up: {from: input, to: output, onto: I, graded: y, connect: {all_to_all: true}, weight: {uniform: [-1, 1]}, delay: 0 ms}
trials:
  phases: {forward: {length: 1 ms}}
  blocks:
    start: {split: test, phases: [forward], before: true, measures: {loss: {squared_error: output.y, at: 'end:forward'}}}
    train: {split: train, phases: [forward], report: 3, measures: {loss: {squared_error: output.y, at: 'end:forward'}, rate: {mean: output.r, at: 'end:forward'}, angle: {angle: [output.y, output.r], at: 'end:forward'}}}
    validation: {split: validation, phases: [forward], every: 2, measures: {error: {normalised_error: output.y, at: 'end:forward'}}}
    test: {split: test, phases: [forward], every: 2, measures: {error: {normalised_error: output.y, at: 'end:forward'}}}
  epochs: 5
${more}`
const load = (more: string) => loadScenario(text(more), { file: 's.yaml', read: () => '', models: library })

/** Of train, three reports an epoch: 10 examples, two at once, reports after 4, 8 and 10. */
const train = [9, 8, 7, 6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 6, 7]
function written(scenario: string): Trace {
  const header = {
    ...{ scenario, title: 'made', seed: 1, dt: 0.1, precision: 'f64' as const, resultsVersion: '1', weights: [] },
    populations: ['input', 'output'].map((name, k) => ({ name, size: 6 - 2 * k, model: 'unit', regime: 'clocked', events: false })),
    samples: [['start', 'loss'], ['test', 'error'], ['train', 'angle', 'loss', 'rate'], ['validation', 'error']].map(([name, ...variables]) => ({
      ...{ name, variables, population: 'input', units: [], reduce: 'mean' as const, every: 0.1 },
    })),
  }
  const parts: Uint8Array[] = []
  const writer = openTraceWriter(header, { write: (bytes) => void parts.push(bytes) })
  writer.samples(0, 4, Float64Array.of(20))
  train.forEach((loss, k) => void writer.samples(2, 5 + k, Float64Array.of(90 - k, loss, 0.01 * k)))
  ;[0.5, 0.2, 0.3].forEach((error, k) => void writer.samples(3, 10 + 5 * k, Float64Array.of(error)))
  ;[0.6, 0.4, 0.1].forEach((error, k) => void writer.samples(1, 11 + 5 * k, Float64Array.of(error)))
  writer.close(25)
  return openTrace(Buffer.concat(parts))
}
let trace: Trace
beforeAll(() => {
  trace = written(load('').canonical)
})

function judged(metric: string, bounds = 'accept: [-1e9, 1e9]'): ExpectationResult {
  return evaluateExpectations(prepareExpectations(load(`expect:\n  - {name: it, metric: {trials: ${metric}}, ${bounds}}\n`)), trace)[0]
}
const value = (metric: string) => judged(metric).value
function mistake(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as Error).message
  }
  throw new Error('no mistake was found')
}

describe('a metric of trials', () => {
  it('is the value of a report', () => {
    expect(value('{block: train, measure: loss}')).toBe(7)
    expect(value('{block: train, measure: loss, at: last}')).toBe(7)
    expect(value('{block: train, measure: loss, at: first}')).toBe(9)
    expect(value('{block: train, measure: loss, at: 4}')).toBe(6)
    expect(value('{block: train, measure: loss, at: best}')).toBe(1)
    expect(value('{block: start, measure: loss}')).toBe(20)
  })
  it('is that of the report at which another block was best', () => {
    expect(value('{block: test, measure: error, at: best}')).toBe(0.1)
    expect(value('{block: test, measure: error, at: best, best_by: validation.error}')).toBe(0.4)
    expect(value('{block: test, measure: error, best_by: validation.error}')).toBe(0.4)
    expect(value('{block: train, measure: rate, best_by: train.loss}')).toBeCloseTo(1000 * 0.08, 9)
  })
  it('is a difference', () => {
    expect(value('{block: train, measure: loss, minus: {block: train, measure: loss, at: first}}')).toBe(-2)
    expect(value('{block: test, measure: error, best_by: validation.error, minus: {block: validation, measure: error, at: best}}')).toBeCloseTo(0.2, 12)
    const failed = judged('{block: train, measure: loss, minus: {block: train, measure: loss, at: best}}', 'accept: [-9, 0]')
    expect(failed).toMatchObject({ pass: false, value: 6, detail: '7 (report 15 of 15) minus 1 (report 9 of 15)' })
  })
  it('has a unit', () => {
    expect(judged('{block: train, measure: loss}').unit).toBe('')
    expect(judged('{block: train, measure: angle}')).toMatchObject({ unit: 'degrees', value: 76 })
    expect(judged('{block: train, measure: rate, at: 2}', 'accept: [9 Hz, 11 Hz]')).toMatchObject({ unit: 'Hz', value: 10, pass: true })
  })
  it('has no value where there is no such report', () => {
    expect(judged('{block: test, measure: error, at: 4}')).toMatchObject({ value: Number.NaN, pass: false, detail: '"test" reported 3 times; there is no report 4' })
  })
  it.each([
    ['{block: tst, measure: error}', 'expect.0.metric.trials.block: unknown block "tst" (did you mean "test"?); known are start, train, validation, test'],
    ['{block: test, measure: eror}', 'expect.0.metric.trials.measure: unknown measure of test "eror" (did you mean "error"?); known are error'],
    ['{block: test, measure: error, at: lst}', 'expect.0.metric.trials.at: found "lst"; last, first, best or the number of a report, from 1, is needed'],
    ['{block: test, measure: error, at: 0}', 'expect.0.metric.trials.at: found 0; a whole number, at least 1, is needed'],
    ['{block: test, measure: error, at: last, best_by: validation.error}', 'expect.0.metric.trials.best_by: found best_by beside another report than the best; leave out one of the two'],
    ['{block: test, measure: error, best_by: validation}', 'expect.0.metric.trials.best_by: unknown measure of validation ""; known are error'],
    ['{block: test, measure: error, best_by: train.loss}', 'expect.0.metric.trials.best_by: "test" and "train" do not report as often; blocks in the same epochs, with as many reports, are needed'],
    ['{block: test, measure: error, minus: {block: train, measure: lss}}', 'expect.0.metric.trials.minus.measure: unknown measure of train "lss" (did you mean "loss"?); known are loss, rate, angle'],
    ['{block: train, measure: loss, minus: {block: train, measure: angle}}', 'expect.0.metric.trials.minus.measure: found angle, which is degrees; a plain number is needed'],
  ])('%s is refused', (metric, said) => {
    const found = mistake(() => judged(metric))
    expect(found).toMatch(/^s\.yaml:\d+:\d+: /)
    expect(found).toContain(said)
  })
})

describe('reports', () => {
  it('lie in epochs where their trials are', () => {
    const scenario = JSON.parse(load('').canonical) as RecordedScenario
    expect(Array.from(epochsOf(scenario, 'train', 4))).toEqual([0.4, 0.8, 1, 1.4])
    expect(Array.from(epochsOf(scenario, 'test', 3))).toEqual([2, 4, 5])
    expect(Array.from(epochsOf(scenario, 'start', 1))).toEqual([0])
    expect(mistake(() => epochsOf(scenario, 'x', 1))).toContain('found "x", which is no block')
  })
  it('are counted', () => {
    const { description } = load('')
    const { trials } = description
    if (!trials) throw new Error('no trials')
    const copies = copiesShown(description)
    expect(copies).toBe(2)
    expect(trials.blocks.map((b) => [b.name, trialsOf(b, trials), runsOf(b, trials), reportsOf(b, trials, copies)])).toEqual([
      ['start', 4, 1, 1],
      ['train', 10, 5, 3],
      ['validation', 4, 3, 1],
      ['test', 4, 3, 1],
    ])
  })
  it('are watched, and all of them are told in the end', () => {
    const watched = new Watched(load('watch: [train]\n'))
    watched.hear('test', [0.5])
    watched.hear('train', [80, 3, 0.02])
    expect(watched.latest).toEqual({ 'train.angle': 80, 'train.loss': 3, 'train.rate': 20 })
    expect(watched.reported).toEqual({ 'test.error': 0.5, ...watched.latest })
    const curves = watched.curves(trace)
    expect(curves.map(({ name, unit }) => [name, unit])).toEqual([
      ['train.angle', 'degrees'],
      ['train.loss', ''],
      ['train.rate', 'Hz'],
      ['start.loss', ''],
      ['validation.error', ''],
      ['test.error', ''],
    ])
    expect(Array.from(curves[5].values)).toEqual([0.6, 0.4, 0.1])
    expect(mistake(() => load('watch: [tran]\n'))).toContain('watch.0: unknown request of samples, or block, "tran" (did you mean "train"?)')
  })
  it('may decide which weights are the best', () => {
    expect(load('record: {best: {weights: [up], by: validation}}\n').description.record?.best).toEqual({ weights: ['up'], by: 'validation' })
    expect(mistake(() => load('record: {best: {weights: [up], by: train}}\n'))).toContain('record.best: found no variable; a measure of train is needed: angle, loss, rate')
    expect(mistake(() => load('record: {best: {weights: [up], by: train, variable: los}}\n'))).toContain('record.best.variable: unknown sampled variable "los" (did you mean "loss"?)')
    expect(mistake(() => load('record: {best: {weights: [up], by: trian}}\n'))).toContain('record.best.by: unknown request of samples, or block, "trian"')
  })
})

describe('learning curves of blocks', () => {
  const paths = (svg: string) => [...svg.matchAll(/class="data" d="([^"]*)"/g)].map(([, d]) => [...d.matchAll(/[ML]([\d.]+),/g)].map(([, x]) => Number(x)))
  it('are drawn against epochs', () => {
    const svg = figureFromTrace(trace, { learning: { of: ['test.error', 'validation.error'], names: ['test', 'validation'], label: 'error', published: { epoch: [1, 5], value: [0.5, 0.1] } } })
    expect(svg).toContain('>epoch<')
    expect(svg).toContain('>validation<')
    expect(svg.match(/class="published"/g)).toHaveLength(2)
    const [test] = paths(svg)
    // epochs 2, 4 and 5
    expect((test[1] - test[0]) / (test[2] - test[1])).toBeCloseTo(2, 1)
    const [whole] = paths(figureFromTrace(trace, { learning: { of: 'train.loss' } }))
    expect(whole).toHaveLength(15)
    expect(whole[3] - whole[2]).toBeCloseTo(2 * (whole[2] - whole[1]), 0)
  })
  it('are what is drawn where nothing is asked for', () => {
    expect(figuresOf(trace)).toEqual([{ learning: { of: ['test.error', 'validation.error'] } }])
  })
  it('keep to a window of time', () => {
    const svg = figureFromTrace(trace, { learning: { of: 'train.loss', from: '8 ms' } })
    expect(paths(svg)[0]).toHaveLength(12)
  })
  it.each([
    ['of: test.eror', 'figures.0.learning.of: unknown measure of test "eror" (did you mean "error"?)'],
    ['of: [test.error, tst.error]', 'figures.0.learning.of.1: unknown block "tst" (did you mean "test"?)'],
    ['of: test.error, published: {t: [1 ms], value: [1]}', 'figures.0.learning.published.t: found times, but lines of measures are drawn against epochs; published.epoch is needed'],
    ['of: test.error, published: {value: [1]}', 'figures.0.learning.published: one of t and epoch is needed'],
  ])('{learning: {%s}} is refused', (learning, said) => {
    expect(mistake(() => load(`figures:\n  - {learning: {${learning}}}\n`))).toContain(said)
  })
})
