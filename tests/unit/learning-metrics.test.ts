/** Metrics of weights, reduced samples and decisions: on traces that are written here, so that weights differ. */
import { beforeAll, describe, expect, it } from 'vitest'
import { InputError } from '../../engine/errors.ts'
import { openTrace, openTraceWriter, type Trace } from '../../engine/trace/index.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { evaluateExpectations, type ExpectationResult, prepareExpectations } from '../../scenarios/metrics.ts'
import { runScenario } from '../../scenarios/run.ts'

const spikes = (of: [time: number, unit: number][]) => `{times: [${of.map(([t]) => `${t} ms`).join(', ')}], units: [${of.map(([, u]) => u).join(', ')}]}`
/** Frames of 50 ms: named 0, 1, 1, none, 0; answered in [10, 30) by 0, by 1 and 0, by 1 too late, by 1, by 0 twice. */
const choices = spikes([[1, 0], [51, 1], [101, 1], [205, 0]])
const answers = spikes([[12, 0], [5, 1], [60, 1], [79, 0], [130, 1], [165, 1], [212, 0], [220, 0], [231, 1], [95, 2]])

const text = (expected: string) => `
title: made
duration: 260 ms
precision: f64
neurons:
  cell:
    parameters: {tau: 20 ms}
    equations: |
      dV/dt = -V / tau : mV
      dr/dt = -r / tau : 1/ms
    receptors: {soma: V += w, plain: r += w / tau}
populations:
  choices: {model: spike_list, size: 2, spikes: ${choices}}
  answers: {model: spike_list, size: 3, spikes: ${answers}}
  cells: {model: cell, size: 2}
projections:
  feed: {from: answers, to: cells, onto: soma, connect: {all_to_all: true}, weight: 1 mV, delay: 1 ms}
  late: {from: answers, to: cells, onto: plain, connect: {all_to_all: true}, weight: 1, delay: 1 ms}
  other: {from: answers, to: cells, onto: soma, connect: {pairs: [[0, 0]]}, weight: 1 mV, delay: 1 ms}
record:
  samples:
    loss: {of: cells, variables: [r], every: 20 ms, reduce: mean}
    both: {of: cells, variables: [V, r], every: 20 ms, reduce: mean}
    each: {of: cells, variables: [V], every: 20 ms}
  weights: [{of: feed, every: 100 ms}, late]
expect:
${expected}`
const load = (expected: string) => loadScenario(text(expected), { read: () => '', models: library })

let trace: Trace
beforeAll(async () => {
  const { header } = (await runScenario(load('  []'))).open()
  const parts: Uint8Array[] = []
  const writer = openTraceWriter(header, { write: (bytes) => void parts.push(bytes) })
  const index = (list: readonly { name: string }[], name: string) => list.findIndex((item) => item.name === name)
  ;[0.2, 0.1, 0.04, 0.05].forEach((r, k) => {
    writer.samples(index(header.samples, 'loss'), 20 * k, Float64Array.of(r))
    writer.samples(index(header.samples, 'both'), 20 * k, Float64Array.of(-k, r))
    writer.samples(index(header.samples, 'each'), 20 * k, Float64Array.of(k, 10 * k))
  })
  // connections 2 -> 1, 0 -> 0, 0 -> 1, 1 -> 0: by source and target 1, 2, 3, 0
  const feed = (time: number, w: number[]) => writer.weights(index(header.weights, 'feed'), time, Uint32Array.of(2, 0, 0, 1), Uint32Array.of(1, 0, 1, 0), Float64Array.from(w))
  feed(0, [1, 1, 1, 1])
  feed(100, [2, 1, 1, 1])
  feed(260, [3, 1.5, 0.25, 1.25])
  writer.weights(index(header.weights, 'late'), 260, Uint32Array.of(0), Uint32Array.of(0), Float64Array.of(7))
  writer.close(260)
  trace = openTrace(Buffer.concat(parts))
})

function judged(metric: string, bounds = 'accept: [-1e9, 1e9]'): ExpectationResult {
  return evaluateExpectations(prepareExpectations(load(`  - {name: it, metric: ${metric}${bounds && `, ${bounds}`}}`)), trace)[0]
}
const value = (metric: string) => judged(metric).value
function failure(metric: string): string {
  const { value, detail } = judged(metric)
  expect(value).toBeNaN()
  return detail ?? ''
}
function mistake(metric: string, bounds?: string): string {
  try {
    judged(metric, bounds)
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as Error).message
  }
  throw new Error('no mistake was found')
}

describe('weights', () => {
  it('at the end, or when they were kept', () => {
    expect(judged('{weights: {of: feed, statistic: mean}}')).toMatchObject({ value: 1.5, unit: 'mV' })
    expect(value('{weights: {of: feed, statistic: mean, at: 100 ms}}')).toBe(1.25)
    expect(value('{weights: {of: feed, statistic: min}}')).toBe(0.25)
    expect(value('{weights: {of: feed, statistic: max}}')).toBe(3)
    expect(value('{weights: {of: feed, statistic: sd}}')).toBeCloseTo(Math.sqrt((1.5 ** 2 + 1.25 ** 2 + 0.25 ** 2) / 4), 14)
    expect(judged('{weights: {of: late, statistic: mean}}')).toMatchObject({ value: 7, unit: '' })
    expect(failure('{weights: {of: feed, statistic: mean, at: 50 ms}}')).toBe('the weights of "feed" were not kept at 50 ms; they were 3 times, from 0 to 260 ms')
  })
  it('of one connection, by its ends or its number', () => {
    expect([0, 1, 2, 3].map((k) => value(`{weights: {of: feed, connection: ${k}}}`))).toEqual([1.5, 0.25, 1.25, 3])
    expect(value('{weights: {of: feed, connection: [2, 1]}}')).toBe(3)
    expect(value('{weights: {of: feed, connection: [2, 1], at: 0 ms}}')).toBe(1)
    expect(failure('{weights: {of: feed, connection: [1, 1]}}')).toContain('no connection of "feed" from unit 1 to unit 1')
    expect(failure('{weights: {of: feed, connection: 4}}')).toContain('found no connection 4 of "feed"; 4 were kept')
  })
  it('within bounds, both included, in any unit', () => {
    expect(judged('{weights: {of: feed, statistic: {fraction_within: [1.25 mV, 0.003 V]}}}')).toMatchObject({ value: 0.75, unit: '' })
    expect(value('{weight_change: {of: feed, statistic: {fraction_within: [0 mV, 1 mV]}}}')).toBe(0.5)
    expect(mistake('{weights: {of: feed, statistic: {fraction_within: [1, 2]}}}')).toContain('metric.weights.statistic.fraction_within.0: ')
    expect(mistake('{weights: {of: feed, statistic: {fraction_within: [2 mV, 1 mV]}}}')).toContain('[least, most] is needed')
  })
  it('change since 0 ms', () => {
    expect(judged('{weight_change: {of: feed, statistic: mean}}')).toMatchObject({ value: 0.5, unit: 'mV' })
    expect(value('{weight_change: {of: feed, statistic: min}}')).toBe(-0.75)
    expect(value('{weight_change: {of: feed, connection: [2, 1]}}')).toBe(2)
    expect(value('{weight_change: {of: feed, connection: [2, 1], at: 100 ms}}')).toBe(1)
    expect(judged('{weight_change: {of: feed, connection: 0}}', 'value: 500 uV, tolerance: 1 %').pass).toBe(true)
  })
  it('that are not kept, or in two ways, are a mistake', () => {
    expect(mistake('{weights: {of: fed, statistic: mean}}')).toContain('expect.0.metric.weights.of: unknown projection "fed" (did you mean "feed"?)')
    expect(mistake('{weights: {of: other, statistic: mean}}')).toContain('the weights of "other" are not kept; record.weights must name it')
    expect(mistake('{weight_change: {of: late, statistic: mean}}')).toContain('kept at the end only; a change needs those at 0 ms')
    for (const both of ['', ', connection: 1, statistic: mean']) expect(mistake(`{weights: {of: feed${both}}}`)).toContain('one of connection and statistic is needed')
    expect(mistake('{weights: {of: feed, statistic: median}}')).toContain('found "median"; mean, sd, min or max, or a mapping with fraction_within is needed')
    expect(mistake('{weights: {of: feed, connection: [1]}}')).toContain('its number, or a pair [source, target], is needed')
  })
  it('in a table are the connections in order', () => {
    const table = (metric: string, values: string, more = 'tolerance: 0.1 mV') => `{table: {metric: ${metric}, of: feed, values: ${values}, ${more}}}`
    expect(judged(table('weights', '[1.5, 0.25, 1.25, 3]'), '')).toMatchObject({ value: 0, pass: true })
    expect(judged(table('weight_change', '[0.55, null, 0.25, 2]'), '').value).toBeCloseTo(0.5, 10)
    expect(judged(table('weight_change', '[500, -750, 250, 1800]', 'unit: uV, tolerance: 100'), '')).toMatchObject({ pass: false, detail: 'entry 3: 2000, expected 1800 ± 100' })
    expect(judged(table('weights', '[1.5, 0.25]'), '').detail).toBe('found 2 values; "feed" kept 4 connections')
    expect(mistake(table('weights', '[1]', 'tolerance: 1 ms'), '')).toContain('mV is needed')
    expect(mistake(table('weights', '[1]', 'tolerance: 1 mV, group: 1'), '')).toContain('found group in a table of weights; it takes nothing of the kind')
  })
})

describe('samples that were reduced', () => {
  it('have no unit, and one variable need not be named; rates are in Hz', () => {
    expect(judged('{sample: {of: loss, at: 20 ms}}')).toMatchObject({ value: 100, unit: 'Hz' })
    expect(value('{sample: {of: loss, statistic: first}}')).toBeCloseTo(200, 10)
    expect(value('{sample: {of: loss, statistic: best}}')).toBeCloseTo(40, 10)
    expect(value('{sample: {of: loss, statistic: last}}')).toBeCloseTo(50, 10)
    expect(value('{sample: {of: loss, statistic: mean, from: 20 ms}}')).toBeCloseTo(190 / 3, 10)
    expect(value('{sample: {of: loss, statistic: last, to: 60 ms}}')).toBeCloseTo(40, 10)
    expect(value('{sample: {of: both, variable: V, statistic: min}}')).toBe(-3)
    expect(value('{sample: {of: each, unit: 1, statistic: last}}')).toBe(30)
  })
  it('are told from others before the run', () => {
    expect(mistake('{sample: {of: loss, unit: 0, at: 20 ms}}')).toContain('metric.sample.unit: found a unit; "loss" keeps the mean over units only')
    expect(mistake('{sample: {of: each, at: 20 ms}}')).toContain('metric.sample: found no unit; a unit from 0 to 1 is needed')
    expect(mistake('{sample: {of: both, at: 20 ms}}')).toContain('found no variable; one of V, r is needed')
  })
  it('in a table are values at times', () => {
    const table = (more: string) => `{table: {metric: sample, ${more}}}`
    expect(judged(table('of: loss, at: [0 ms, 40 ms], values: [200, 44], tolerance: 10 %'), '')).toMatchObject({ pass: true })
    expect(judged(table('of: each, unit_of: 1, at: [40 ms], values: [21], tolerance: 2 mV'), '').value).toBeCloseTo(0.5, 10)
    expect(judged(table('of: loss, at: [0 ms, 41 ms], values: [200, 44], tolerance: 10 %'), '').detail).toContain('entry 1: there is no sample of loss at 41 ms')
    expect(mistake(table('of: loss, at: [0 ms], values: [200, 44], tolerance: 10 %'), '')).toContain('found 2 values at 1 times')
    expect(mistake(table('of: loss, values: [200, 44], tolerance: 10 %'), '')).toContain('needs times: at')
    expect(mistake(table('of: loss, unit_of: 0, at: [0 ms], values: [200], tolerance: 1'), '')).toContain('table.unit_of: found a unit')
    expect(mistake('{table: {metric: rate, of: cells, values: [1], tolerance: 1}}', '')).toContain('a table has one of group and steps')
    expect(mistake('{table: {metric: rate, of: cells, group: 1, at: [1 ms], values: [1], tolerance: 1}}', '')).toContain('found at in a table of rate')
  })
})

describe('decisions', () => {
  const decided = async (more: string) => (await runScenario(load(`  - {name: it, metric: {decision: {of: answers, choices: choices, every: 50 ms, ${more}}}, accept: [0, 1]}`))).expectations[0]
  it('are right where the unit that was named fires in the window and no other does', async () => {
    // 0 is right; 1 is answered by 0 too; 1 is late by one ms; nobody is named; 0 is right, the other being outside the window
    expect(await decided('window: [10 ms, 30 ms]')).toMatchObject({ value: 0.5, unit: '', detail: '2 of 4 frames' })
    expect(await decided('window: [10 ms, 29 ms]')).toMatchObject({ value: 0.75, detail: '3 of 4 frames' })
    expect(await decided('window: [10 ms, 31 ms]')).toMatchObject({ detail: '3 of 4 frames' })
    expect(await decided('window: [10 ms, 32 ms]')).toMatchObject({ detail: '2 of 4 frames' })
    expect(await decided('window: [0 ms, 50 ms]')).toMatchObject({ detail: '1 of 4 frames' })
    expect(await decided('window: [10 ms, 30 ms], from: 50 ms')).toMatchObject({ detail: '1 of 3 frames' })
    expect(await decided('window: [10 ms, 30 ms], to: 199 ms')).toMatchObject({ detail: '1 of 3 frames' })
  })
  it('have no value where nobody is named, or two are', async () => {
    expect((await decided('window: [10 ms, 30 ms], from: 150 ms, to: 200 ms')).detail).toBe('no frame from 150 to 200 ms names a unit')
    expect((await decided('window: [10 ms, 30 ms], to: 20 ms')).detail).toContain('no whole frame of 50 ms')
    const merged = await runScenario(load('  - {name: it, metric: {decision: {of: answers, choices: choices, every: 100 ms, window: [10 ms, 30 ms]}}, accept: [0, 1]}'))
    expect(merged.expectations[0].detail).toBe('the frame from 0 ms names the units 0 and 1; one is needed')
  })
  it('are refused where they make no sense', () => {
    const decision = (more: string) => mistake(`{decision: {of: answers, every: 50 ms, ${more}}}`)
    expect(decision('choices: choices, window: [10 ms, 60 ms]')).toContain('decision.window: found a window from 10 to 60 ms')
    expect(decision('choices: choices, window: [10 ms]')).toContain('a pair of times [from, to] is needed')
    expect(decision('choices: choice, window: [10 ms, 20 ms]')).toContain('decision.choices: unknown population "choice"')
    expect(mistake('{decision: {of: choices, choices: answers, every: 50 ms, window: [10 ms, 20 ms]}}')).toContain('found 3 choices for 2 units')
  })
})
