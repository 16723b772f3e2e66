import { describe, expect, it } from 'vitest'
import { kinds } from '../../engine/description.ts'
import { InputError } from '../../engine/errors.ts'
import type { DetectorDefinition, SourceDefinition } from '../../engine/model.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { evaluateExpectations, type ExpectationResult, prepareExpectations } from '../../scenarios/metrics.ts'
import { runScenario } from '../../scenarios/run.ts'

const list: SourceDefinition = { name: 'spike_list', about: '', source: '', kind: 'list', parameters: {} }
/** Says of every spike that it is an onset and a burst: so that a test can tell where an answer comes from. */
const everything: DetectorDefinition = { name: 'interval', about: '', source: '', columns: 0, initial: [], make: () => () => kinds.onset | kinds.burst }
const models = {
  neurons: new Map(),
  synapses: new Map(),
  sources: new Map([['spike_list', list]]),
  detectors: new Map([['interval', everything]]),
}

// trains 0 and 1 are the fixtures A and B of the instruments' specification, with a window of 100 ms
const trains = [
  [10, 20, 35, 60, 61, 90],
  [12, 21, 50, 62, 95],
  [100],
]
// unit 0: runs of 2, 1, 3 and 1 spikes; unit 1: regular, 20 ms
const runs = [
  [5, 21, 37.1, 60, 70, 80.5, 98],
  [5, 25, 45, 65, 85],
]
/** 1 mV in the bins of 0.3 ms in which unit 0 of the relays fires: at 6, 22, 38.1, 61, 71, 81.5 and 99 ms. */
const pulses = [20, 73, 127, 203, 236, 271, 330]
  .flatMap((k) => [`[${(3 * k) / 10} ms, 1 mV]`, `[${(3 * k + 3) / 10} ms, 0 mV]`])
  .join(', ')
const spikes = (of: number[][]) =>
  `{times: [${of.flat().map((t) => `${t} ms`).join(', ')}], units: [${of.flatMap((train, unit) => train.map(() => unit)).join(', ')}]}`

const text = (expected: string, record = '', more = '') => `
title: known spikes
seed: 1
dt: 0.1 ms
duration: 100 ms
precision: f64
neurons:
  relay:
    currents: {I: mV}
    equations: "dV/dt = -V / (1 ms) + 0 * I / (1 ms) : mV"
    receptors: {soma: V += w}
    threshold: V > 10 mV
    reset: V = 0 mV
    plateau: V > 5 mV
  clock:
    parameters: {speed: 1 mV/ms}
    equations: "dV/dt = speed : mV"
populations:
  trains: {model: spike_list, size: 3, spikes: ${spikes(trains)}}
  runs: {model: spike_list, size: 2, spikes: ${spikes(runs)}}
  relays: {model: relay, size: 2, bursts: {}}
  quiet: {model: relay, size: 4, plateaus: true}
  clocks: {model: clock, size: 2, initial: {V: {levels: [0 mV, 100 mV]}}}
projections:
  pass: {from: runs, to: relays, onto: soma, connect: {one_to_one: true}, weight: 20 mV, delay: 1 ms}
  push: {from: trains, to: quiet, onto: soma, connect: {all_to_all: true}, weight: 6 mV, delay: 1 ms}
inputs:
  steps: {onto: relays.I, current: {step: [[30 ms, 10 mV], [60 ms, 0 mV]]}}
  wave: {onto: relays.I, current: {sine: {amplitude: 1 mV, period: 40 ms}}}
  pulses: {onto: relays.I, current: {step: [${pulses}]}}
  flat: {onto: relays.I, current: {constant: 1 mV}}
record:
${record}
  samples: {v: {of: clocks, variables: [V], every: 5 ms}}
expect:
${expected}
${more}`
const load = (expected: string, record?: string) =>
  loadScenario(text(expected, record), { read: () => { throw new Error('no file') }, models })

async function judged(metric: string, bounds = 'accept: [-1e9, 1e9]'): Promise<ExpectationResult> {
  const { expectations } = await runScenario(load(`  - {name: it, metric: ${metric}${bounds && `, ${bounds}`}}`))
  expect(expectations.length).toBe(1)
  return expectations[0]
}
const value = async (metric: string) => (await judged(metric)).value
async function failure(metric: string): Promise<string> {
  const result = await judged(metric)
  expect(result.value).toBeNaN()
  expect(result.pass).toBe(false)
  return result.detail ?? ''
}
async function mistake(metric: string, bounds = 'accept: [-1e9, 1e9]', record = ''): Promise<string> {
  try {
    await runScenario(load(`  - {name: it, metric: ${metric}${bounds && `, ${bounds}`}}`, record))
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as Error).message
  }
  throw new Error('no mistake was found')
}

describe('rates and counts', () => {
  it('rate is spikes per unit and second', async () => {
    expect(await value('{rate: {of: "trains[0:2]"}}')).toBeCloseTo(55, 12)
    // half-open: 20, 35 and 21, 50 but not 60
    expect(await value('{rate: {of: "trains[0:2]", from: 20 ms, to: 60 ms}}')).toBeCloseTo(50, 12)
    expect(await value('{rate: {of: "trains[0]", from: 50 ms}}')).toBeCloseTo(60, 12)
    expect((await judged('{rate: {of: trains}}')).unit).toBe('Hz')
  })
  it('the last instant of the run belongs to a window without an end, and to no other', async () => {
    expect(await value('{count: {of: "trains[2]", kind: spike}}')).toBe(1)
    expect(await value('{count: {of: "trains[2]", kind: spike, to: 100 ms}}')).toBe(0)
  })
  it('count is rows of a kind', async () => {
    expect(await value('{count: {of: trains, kind: spike}}')).toBe(12)
    expect(await value('{count: {of: trains, kind: spike, from: 60 ms, to: 61.5 ms}}')).toBe(2)
    expect(await value('{count: {of: "runs[0]", kind: onset}}')).toBe(4)
    expect(await value('{count: {of: "runs[0]", kind: burst}}')).toBe(2)
    expect(await value('{count: {of: relays, kind: burst}}')).toBe(12)
  })
  it('counts plateaus', async () => {
    // 6 mV at each of 12 arrivals, decaying within 1 ms: above 5 mV anew each time. 60 and 61 ms, 61 and 62 ms: 6 + 6/e < 10
    expect(await value('{count: {of: "quiet[0]", kind: plateau_on}}')).toBe(11)
    expect(await mistake('{count: {of: relays, kind: plateau_on}}')).toContain('tells no plateaus')
  })
  it('spike_time is in ms', async () => {
    expect(await judged('{spike_time: {of: "trains[1:3]", unit: 0, index: 3}}')).toMatchObject({ value: 62, unit: 'ms' })
    expect(await failure('{spike_time: {of: trains, unit: 2, index: 1}}')).toContain('fired 1 times')
  })
  it('interval_cv is the mean over units', async () => {
    expect(await value('{interval_cv: {of: "trains[0]"}}')).toBeCloseTo(0.632455532033676, 12)
    expect(await value('{interval_cv: {of: trains}}')).toBeCloseTo((0.632455532033676 + 0.50126853163168) / 2, 12)
    // 10, 15 ms: sd 2.5 of 12.5
    expect(await value('{interval_cv: {of: "trains[0]", to: 60 ms}}')).toBeCloseTo(0.2, 12)
    expect(await failure('{interval_cv: {of: "trains[2]"}}')).toContain('two intervals')
  })
  it('synaptic_events is what the run counted', async () => {
    // 12 spikes of runs reach one relay each; 11 of trains reach 4 units each, and the one at 100 ms arrives too late
    expect(await value('{synaptic_events: {}}')).toBe(12 + 44)
    const loaded = load('  - {name: it, metric: {synaptic_events: {}}, accept: [0, 100]}')
    const { open } = await runScenario(loaded)
    const [fromTrace] = evaluateExpectations(prepareExpectations(loaded), open())
    expect(fromTrace).toMatchObject({ value: Number.NaN, pass: false })
    expect(fromTrace.detail).toContain('a trace does not hold')
  })
})

describe('bursts', () => {
  it('are detected from spikes where the simulation detects none', async () => {
    expect(await value('{event_rate: {of: "runs[0]"}}')).toBeCloseTo(40, 12)
    expect(await value('{burst_rate: {of: "runs[0]"}}')).toBeCloseTo(20, 12)
    expect(await value('{burst_probability: {of: "runs[0]"}}')).toBeCloseTo(0.5, 12)
    expect(await value('{event_rate: {of: runs}}')).toBeCloseTo(45, 12)
  })
  it('that the start of a window cuts are no new ones', async () => {
    expect(await value('{burst_probability: {of: "runs[0]", from: 60 ms, to: 98 ms}}')).toBe(1)
    expect(await failure('{burst_probability: {of: "runs[0]", from: 65 ms, to: 98 ms}}')).toContain('there is no event')
    expect(await value('{burst_rate: {of: "runs[0]", from: 65 ms, to: 98 ms}}')).toBeCloseTo(1000 / 33, 10)
  })
  it('come from the stream where the simulation has detected them', async () => {
    expect(await value('{burst_probability: {of: "relays[0]"}}')).toBe(1)
    expect(await value('{burst_probability: {of: "relays[0]", detector: interval}}')).toBe(1)
    expect(await value('{event_rate: {of: "relays[0]"}}')).toBeCloseTo(70, 12)
  })
  it('are told anew by the other detector', async () => {
    // regular 20 ms: onset, onset, burst, and then nothing more
    expect(await value('{event_rate: {of: "relays[1]", detector: trace}}')).toBeCloseTo(20, 12)
    expect(await value('{burst_rate: {of: "relays[1]", detector: trace}}')).toBeCloseTo(10, 12)
    expect(await value('{burst_probability: {of: "runs[1]", detector: trace}}')).toBeCloseTo(0.5, 12)
    expect(await value('{burst_probability: {of: "runs[1]", detector: interval}}')).toBe(0)
  })
})

describe('correlation', () => {
  it('of two rates in bins', async () => {
    const metric = (bin: number) => `{correlation: {of: "trains[0]", signal: rate, with: {of: "trains[1]", signal: rate}, bin: ${bin} ms}}`
    expect(await value(metric(10))).toBeCloseTo(0.603022689155527, 12)
    expect(await value(metric(25))).toBeCloseTo(0.904534033733291, 12)
    // B has one spike in every bin of 20 ms
    expect(await failure(metric(20))).toContain('constant')
    expect(await failure(metric(100))).toContain('only 1 bins')
  })
  it('with an input averages it over the bin', async () => {
    // counts 1, 2, 0, 2, 1; input 0, 5, 10, 0, 0
    expect(await value('{correlation: {of: "trains[0]", signal: rate, with: steps, bin: 20 ms}}')).toBeCloseTo(-8 / Math.sqrt(224), 12)
    // counts 1, 2, 0, 2 against the mean of a sine of 40 ms over 20 ms: 2/pi, -2/pi, 2/pi, -2/pi
    const r = await value('{correlation: {of: "trains[0]", signal: rate, with: wave, bin: 20 ms, to: 80 ms}}')
    expect(r).toBeCloseTo((1 - 2 + 0 - 2) / Math.sqrt(2.75 * 4), 10)
  })
  it('leaves out bins in which a burst probability is undefined', async () => {
    // unit 0 in bins of 20 ms: onsets 1, 1, 0, 1, 1 (5 37.1 60 98); bursts at 21 and 70: 0/1, 1/1, -, 1/1, 0/1; against A: 1, 2, -, 2, 1
    const metric = '{correlation: {of: "runs[0]", signal: burst_probability, with: {of: "trains[0]", signal: rate}, bin: 20 ms}}'
    expect(await value(metric)).toBeCloseTo(1, 12)
  })
  it('of a population on the grid puts its spikes into the bins they belong to', async () => {
    // relays fire 1 ms after runs; each spike at or near the left edge of a bin of 0.3 ms, where rounding decides
    expect(await value('{correlation: {of: "relays[0]", signal: rate, with: pulses, bin: 0.3 ms}}')).toBeCloseTo(1, 9)
  })
  it('with an input that is no function of time is a mistake', async () => {
    expect(await mistake('{correlation: {of: runs, signal: rate, with: flat, bin: 10 ms}}')).toContain('not the same function of time')
  })
})

describe('sample', () => {
  it('takes one value, or the least, greatest or mean of a window', async () => {
    const of = 'of: v, variable: V, unit: 0'
    expect(await judged(`{sample: {${of}, at: 10 ms}}`)).toMatchObject({ unit: 'mV' })
    expect(await value(`{sample: {${of}, at: 10 ms}}`)).toBeCloseTo(10, 10)
    expect(await value('{sample: {of: v, variable: V, unit: 1, at: 10 ms}}')).toBeCloseTo(110, 10)
    expect(await value(`{sample: {${of}, statistic: min, from: 20 ms, to: 40 ms}}`)).toBeCloseTo(20, 10)
    expect(await value(`{sample: {${of}, statistic: max, from: 20 ms, to: 40 ms}}`)).toBeCloseTo(35, 10)
    expect(await value(`{sample: {${of}, statistic: mean, from: 20 ms, to: 40 ms}}`)).toBeCloseTo(27.5, 10)
    expect(await value(`{sample: {${of}, statistic: max}}`)).toBeCloseTo(100, 10)
    expect(await failure(`{sample: {${of}, at: 12 ms}}`)).toContain('no sample of v at 12 ms')
  })
  it('has bounds in any unit of its dimension', async () => {
    expect((await judged('{sample: {of: v, variable: V, unit: 0, at: 10 ms}}', 'value: 0.01 V, tolerance: 1 uV')).pass).toBe(true)
    expect(await mistake('{sample: {of: v, variable: V, unit: 0, at: 10 ms}}', 'value: 10 ms, tolerance: 1 ms')).toContain('mV is needed')
  })
})

describe('table', () => {
  it('by groups reports the largest deviation in units of the tolerance', async () => {
    // rates of the units: 60, 50, 10 Hz
    const table = (values: string, tolerance: string, more = '') => judged(`{table: {metric: rate, of: trains, group: 1, values: ${values}, tolerance: ${tolerance}${more}}}`, '')
    expect(await table('[60, 50, 10]', '1')).toEqual({ name: 'it', value: 0, unit: 'of the tolerance', accept: [0, 1], pass: true })
    const near = await table('[61, 50, 10.5]', '2')
    expect(near.value).toBeCloseTo(0.5, 12)
    expect(near.pass).toBe(true)
    const far = await table('[66, null, 12]', '10 %')
    expect(far.value).toBeCloseTo(2 / 1.2, 12)
    expect(far.pass).toBe(false)
    expect(far.detail).toBe('entry 2: 10, expected 12 ± 1.2')
    expect((await table('[0.06, 0.05, 0.01]', '1 Hz', ', unit: kHz')).value).toBeCloseTo(0, 10)
    expect((await table('[0.061, 0.05, 0.01]', '2 Hz', ', unit: kHz')).value).toBeCloseTo(0.5, 10)
  })
  it('by groups may have a window', async () => {
    // A from 50 ms on: 60, 61, 90; B: 50, 62, 95
    const table = (more: string) => `{table: {metric: rate, of: trains, group: 1, values: [60, 60], tolerance: 1, ${more}}}`
    expect((await judged(table('from: 50 ms'), '')).value).toBeCloseTo(0, 10)
    expect((await judged(table('from: 50 ms, to: 80 ms'), '')).value).toBeCloseTo(200 / 3 - 60, 10)
    const steps = '{table: {metric: rate, of: runs, steps: {from: 0 ms, every: 50 ms, window: 25 ms}, from: 1 ms, values: [20], tolerance: 1}}'
    expect(await mistake(steps, '')).toContain('beside steps')
  })
  it('by steps in time counts the last part of each step', async () => {
    // windows [25, 50) and [75, 100) of A and B: 35, - | 90, 95; per unit and 25 ms
    const result = await judged('{table: {metric: rate, of: "trains[0:2]", steps: {from: 0 ms, every: 50 ms, window: 25 ms}, values: [20, 40], tolerance: 1}}', '')
    expect(result.value).toBeCloseTo(0, 10)
    const late = await judged('{table: {metric: rate, of: trains, steps: {from: 10 ms, every: 50 ms, window: 25 ms}, values: [null, 40], tolerance: 1}}', '')
    expect(late.value).toBeNaN()
    expect(late.pass).toBe(false)
    expect(late.detail).toContain('entry 1: the window ends at 110 ms; the run ended at 100 ms, expected 40 ± 1')
  })
  it('of burst probabilities may be in per cent', async () => {
    const result = await judged('{table: {metric: burst_probability, of: runs, group: 1, values: [48, 0], unit: "%", tolerance: 4}}', '')
    expect(result.value).toBeCloseTo(0.5, 12)
    expect(await mistake('{table: {metric: burst_probability, of: runs, group: 1, values: [48], unit: Hz, tolerance: 4}}', '')).toContain('% or no unit')
    expect(await mistake('{table: {metric: rate, of: runs, group: 1, values: [48], tolerance: -4}}', '')).toContain('zero or more')
  })
})

describe('an expectation', () => {
  it('accepts from least to most, both included, in the unit of the metric or any other', async () => {
    const rate = '{rate: {of: "trains[0]"}}'
    const bounds = async (text: string) => {
      const { accept, pass } = await judged(rate, text)
      return [...accept, pass]
    }
    expect(await bounds('accept: [60 Hz, 0.1 kHz]')).toEqual([60, 100, true])
    expect(await bounds('accept: [59, 59.9]')).toEqual([59, 59.9, false])
    expect(await bounds('value: 50 Hz, tolerance: 20 %')).toEqual([40, 60, true])
    expect(await bounds('value: 50, tolerance: 9 Hz')).toEqual([41, 59, false])
    expect(await judged('{burst_probability: {of: "runs[0]"}}', 'value: 48 %, tolerance: 0.05, source: p. 3')).toMatchObject({ pass: true, source: 'p. 3' })
    expect(await mistake(rate, 'accept: [1 ms, 2 ms]')).toContain('Hz is needed')
    expect(await mistake(rate, 'value: 50 %, tolerance: 1')).toContain('a percentage')
  })
  it('of units whose events are not kept is a mistake, found before the run, with its place', async () => {
    const message = await mistake('{rate: {of: trains}}', 'accept: [0, 1]', '  events: [runs]')
    expect(message).toContain('record.events must name it')
    expect(message).toMatch(/^\d+:\d+: expect\.0\.metric\.rate\.of/)
  })
  it('fails with a reason where a window is empty or reaches beyond the run', async () => {
    expect(await failure('{rate: {of: trains, from: 50 ms, to: 120 ms}}')).toContain('the run ended at 100 ms')
    expect(await failure('{count: {of: trains, kind: spike, from: 50 ms, to: 50 ms}}')).toContain('is empty')
    expect(await failure('{correlation: {of: trains, signal: rate, with: steps, bin: 200 ms}}')).toContain('only 0 bins')
  })
})
