import { describe, expect, it } from 'vitest'
import { kinds } from '../../engine/description.ts'
import { InputError } from '../../engine/errors.ts'
import type { DetectorDefinition, SourceDefinition } from '../../engine/model.ts'
import { openTrace, type TraceSource } from '../../engine/trace/index.ts'
import { type LoadedScenario, loadScenario } from '../../scenarios/load.ts'
import { checkpointTraceBytes, type Progress, type RunOptions, runScenario } from '../../scenarios/run.ts'
import { library, neuron, simulate } from '../../index.ts'

const poisson: SourceDefinition = { name: 'poisson', about: '', source: '', kind: 'poisson', parameters: { rate: ['5 Hz', 'rate'] } }
const interval: DetectorDefinition = {
  ...{ name: 'interval', about: '', source: '', columns: 2, initial: [-1e9, 0] },
  make: ([last, open], longest) => (unit, time) => {
    const within = time - last[unit] <= longest
    const kind = within ? (open[unit] === 1 ? kinds.burst : 0) : kinds.onset
    open[unit] = within ? 2 : 1
    last[unit] = time
    return kind
  },
}
const models = {
  neurons: new Map(),
  synapses: new Map(),
  sources: new Map([['poisson', poisson]]),
  detectors: new Map([['interval', interval]]),
}

const network = (more = '') => `
title: noise into a few cells
seed: 7
dt: 0.1 ms
duration: 2500 ms
neurons:
  cell:
    parameters: {tau_m: 20 ms, V_th: 20 mV, t_ref: 2 ms, drive: 0 mV}
    currents: {I: mV}
    equations: "dV/dt = (drive + I - V) / tau_m : mV (unless refractory)"
    receptors: {soma: V += w}
    threshold: V >= V_th
    reset: V = 0 mV
    refractory: t_ref
populations:
  fibres: {model: poisson, size: 20, parameters: {rate: 40 Hz}}
  cells: {model: cell, size: 10, bursts: {interval: 16 ms}}
inputs:
  wave: {onto: cells.I, current: {sine: {mean: 10 mV, amplitude: 8 mV, period: 300 ms}}}
projections:
  feed: {from: fibres, to: cells, onto: soma, connect: {probability: 0.5}, weight: {uniform: [1 mV, 3 mV]}, delay: 1.5 ms}
  back: {from: cells, to: cells, onto: soma, connect: {all_to_all: true}, weight: -0.5 mV, delay: {uniform: [1 ms, 3 ms]}}
protocol:
  - {at: 1200 ms, set: {cells.drive: 5 mV}}
record:
  samples: {v: {of: "cells[0:2]", variables: [V], every: 5 ms}}
  weights: [feed, back]
${more}`
const load = (text: string, set?: Record<string, string>): LoadedScenario =>
  loadScenario(text, { read: () => { throw new Error('no file') }, models, set })

/** A file in memory. */
function file(start: Uint8Array = new Uint8Array()) {
  let bytes: Uint8Array = start
  return {
    get bytes() {
      return bytes
    },
    sink: {
      write(more: Uint8Array) {
        const all = new Uint8Array(bytes.length + more.length)
        all.set(bytes)
        all.set(more, bytes.length)
        bytes = all
      },
    },
    open: (): TraceSource => ({ size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) }),
  }
}
async function traced(loaded: LoadedScenario, options: RunOptions = {}, start?: Uint8Array) {
  const f = file(start)
  const result = await runScenario(loaded, { ...options, sink: f.sink, open: f.open })
  return { bytes: f.bytes, result }
}
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as Error).message
  }
  throw new Error('nothing was refused')
}

describe('a run', () => {
  it('writes a trace whose contents agree with the result', async () => {
    const loaded = load(network())
    const { bytes, result } = await traced(loaded)
    const trace = openTrace(bytes)
    expect(trace.complete).toBe(true)
    expect(trace.until).toBe(2500)
    expect(trace.verify()).toEqual([])
    expect(trace.header).toMatchObject({ title: 'noise into a few cells', seed: 7, dt: 0.1, precision: 'f32', resultsVersion: '1', scenario: loaded.canonical })
    expect(trace.header.populations).toEqual([
      { name: 'cells', size: 10, model: 'cell', regime: 'clocked', events: true },
      { name: 'fibres', size: 20, model: 'poisson', regime: 'source', events: true },
    ])
    expect(trace.header.samples).toEqual([{ name: 'v', population: 'cells', variables: ['V'], units: [0, 1], every: 5 }])
    expect(trace.header.weights).toEqual([
      { name: 'back', from: 'cells', to: 'cells', sources: 10, targets: 10 },
      { name: 'feed', from: 'fibres', to: 'cells', sources: 20, targets: 10 },
    ])
    expect(result).toMatchObject({ scenario: 'noise into a few cells', seed: 7, duration_ms: 2500, stopped: false, threads: 1, expectations: [] })
    expect(result.trace.bytes).toBe(bytes.length)
    expect(result.trace.sha256).toBe(Buffer.from(await crypto.subtle.digest('SHA-256', bytes as BufferSource)).toString('hex'))
    // 20 fibres at 40 Hz for 2.5 s: 2000, with a standard deviation of 45
    const fibres = trace.events('fibres').times.length
    expect(Math.abs(fibres - 2000)).toBeLessThan(4 * 45)
    const cells = trace.events('cells')
    expect(cells.times.length).toBeGreaterThan(50)
    expect(result.events.spike).toBe(fibres + cells.times.length)
    expect(result.events.onset).toBe([...cells.kinds].filter((k) => k & kinds.onset).length)
    expect(result.events.burst).toBe([...cells.kinds].filter((k) => k & kinds.burst).length)
    expect(result.events.burst).toBeGreaterThan(0)
    expect(trace.samples('v').times.length).toBe(501)
    expect(result.open().header).toEqual(trace.header)
  })

  it('keeps the weights of the end, and counts synaptic events as spikes times the connections they reach', async () => {
    const { bytes, result } = await traced(load(network()))
    const trace = openTrace(bytes)
    const [{ time, sources, targets, weights }] = trace.weights('feed')
    expect(time).toBe(2500)
    expect(weights.every((w) => w >= 1 && w <= 3)).toBe(true)
    expect(new Set([...sources].map((s, k) => s * 10 + targets[k])).size).toBe(sources.length)
    // each spike reaches all connections of its unit; those on their way at the end count when they are delivered
    const counted = (population: string, projection: string, longestDelay: number) => {
      const out = new Float64Array(20)
      for (const s of trace.weights(projection)[0].sources) out[s]++
      const { times, sources: units } = trace.events(population)
      const sum = (until: number) => units.reduce((n, u, k) => n + (times[k] <= until ? out[u] : 0), 0)
      return [sum(2500 - longestDelay), sum(2500)]
    }
    const [feed, back] = [counted('fibres', 'feed', 1.6), counted('cells', 'back', 3.1)]
    expect(result.synaptic_events).toBeGreaterThanOrEqual(feed[0] + back[0])
    expect(result.synaptic_events).toBeLessThanOrEqual(feed[1] + back[1])
    expect(feed[1] + back[1] - feed[0] - back[0]).toBeLessThan(200)
  })

  it('in memory is the same bytes as into a sink', async () => {
    const { bytes, result } = await traced(load(network()))
    const inMemory = await runScenario(load(network()))
    expect(inMemory.trace).toEqual({ bytes: bytes.length, sha256: result.trace.sha256 })
    expect(inMemory.open().events('cells')).toEqual(openTrace(bytes).events('cells'))
  })

  it('does not depend on slices, partitions or the order of declarations', async () => {
    const { result } = await traced(load(network()))
    let calls = 0
    const sliced = await traced(load(network()), { onProgress: () => void calls++ })
    expect(calls).toBeGreaterThan(3)
    const partitioned = await traced(load(network()), { partitions: 3 })
    expect(sliced.result.trace).toEqual(result.trace)
    expect(partitioned.result.trace).toEqual(result.trace)
    const lines = network().split('\n')
    const at = lines.findIndex((l) => l.includes('fibres: {model'))
    ;[lines[at], lines[at + 1]] = [lines[at + 1], lines[at]]
    expect((await traced(load(lines.join('\n')))).result.trace).toEqual(result.trace)
    expect((await traced(load(network(), { seed: '8' }))).result.trace.sha256).not.toBe(result.trace.sha256)
  })

  it('reports progress that ends at the duration', async () => {
    const seen: Progress[] = []
    const { result } = await traced(load(network()), { onProgress: (p) => void seen.push(p) })
    expect(seen.at(-1)).toEqual({ now: 2500, duration: 2500, events: result.events.spike, watched: {} })
    expect(seen.every(({ now }, k) => k === 0 || now > seen[k - 1].now)).toBe(true)
  })

  it('tells what the scenario watches while it runs, and its curves after', async () => {
    const equations = '"dV/dt = (drive + I - V) / tau_m : mV (unless refractory)\\ndr/dt = (40 Hz - r) / tau_m : 1/ms"'
    const set = {
      'neurons.cell.equations': equations,
      'record.samples': '{v: {of: cells, variables: [V], every: 50 ms, reduce: mean}, two: {of: "cells[0:3]", variables: [V, r], every: 1 s, reduce: mean}}',
      watch: '[v, two]',
    }
    const seen: Progress[] = []
    const { result } = await traced(load(network(), set), { onProgress: (p) => void seen.push(p) })
    const trace = result.open()
    for (const { now, watched } of seen) {
      expect(Object.keys(watched).sort()).toEqual(['two.V', 'two.r', 'v'])
      const { times, values } = trace.samples('v')
      expect(Math.fround(watched.v)).toBe(values.V[times.findLastIndex((t) => t <= now)])
    }
    expect(new Set(seen.map((s) => s.watched.v)).size).toBeGreaterThan(2)
    expect(result.watched.map(({ name, unit }) => [name, unit])).toEqual([['v', 'mV'], ['two.V', 'mV'], ['two.r', 'Hz']])
    expect([...result.watched[0].values]).toEqual([...trace.samples('v').values.V])
    expect(result.watched[1].times).toEqual(Float64Array.of(0, 1000, 2000))
    // a rate is told in Hz; steps of f32 towards 0.04 / ms end when they round to nothing, at 1e-5 of it
    expect(result.watched[2].values[2]).toBeCloseTo(40, 2)
    // what is watched is no part of the physics
    const plain = await traced(load(network(), { ...set, watch: '[]' }))
    expect(plain.result.watched).toEqual([])
    expect(trace.events('cells')).toEqual(plain.result.open().events('cells'))
  })

  it('ends a step that rounding puts beyond the duration like any other', async () => {
    // 3 steps of 1.1 ms are 3.3000000000000003 ms
    const loaded = load(network(), { dt: '1.1 ms', duration: '3.3 ms', 'projections.feed.delay': '1.1 ms', 'record.samples': '{}', protocol: '[]' })
    const whole = await runScenario(loaded)
    const sliced = await runScenario(loaded, { checkpointEvery: 1.1, onCheckpoint: () => {} })
    expect(whole.duration_ms).toBeCloseTo(3.3, 12)
    expect(sliced.trace).toEqual(whole.trace)
  })
})

describe('record', () => {
  it('of some populations only leaves the others out', async () => {
    const text = network().replace('record:', 'record:\n  events: [cells]')
    const result = await runScenario(load(text))
    const trace = result.open()
    expect(trace.header.populations.map((p) => p.events)).toEqual([true, false])
    expect(result.events.spike).toBe(trace.events('cells').times.length)
    expect(() => trace.events('fibres')).toThrow('did not keep them')
    expect(trace.events('cells')).toEqual((await runScenario(load(network()))).open().events('cells'))
  })
  it('of nothing is an empty trace', async () => {
    const result = await runScenario(load(network(), { record: '{events: []}' }))
    expect(result.open().chunks).toEqual([])
    expect(result.events).toEqual({ spike: 0, burst: 0, onset: 0, plateau_on: 0, plateau_off: 0 })
  })
  it('of weights and means over time writes them when they are due, and a resumed run the same bytes', async () => {
    const set = {
      'record.samples': '{v: {of: "cells[0:2]", variables: [V], every: 5 ms}, mean: {of: cells, variables: [V], every: 50 ms, reduce: mean}}',
      'record.weights': '[{of: feed, every: 400 ms, most: 30}, {of: back, every: 1 s}]',
    }
    const checkpoints: Uint8Array[] = []
    // 400 and 1200 ms are instants at which weights are kept
    const { bytes, result } = await traced(load(network(), set), { checkpointEvery: 400, onCheckpoint: (b) => void checkpoints.push(b) })
    const trace = openTrace(bytes)
    expect(trace.verify()).toEqual([])
    expect(trace.weights('feed').map((w) => w.time)).toEqual([0, 400, 800, 1200, 1600, 2000, 2400, 2500])
    expect(trace.weights('back').map((w) => w.time)).toEqual([0, 1000, 2000, 2500])
    const all = (await traced(load(network()))).result.open()
    const step = Math.ceil(all.weights('feed')[0].weights.length / 30)
    expect(step).toBeGreaterThan(1)
    expect(trace.weights('feed')[3].weights).toEqual(all.weights('feed')[0].weights.filter((_, k) => k % step === 0))
    expect(trace.weights('back')[0].weights).toEqual(all.weights('back')[0].weights)
    expect(trace.header.samples[0]).toEqual({ name: 'mean', population: 'cells', variables: ['V'], units: [], reduce: 'mean', every: 50 })
    expect(trace.samples('mean').values.V).toHaveLength(51)
    expect(trace.events('cells')).toEqual(all.events('cells'))
    for (const resume of checkpoints) {
      const again = await traced(load(network(), set), { resume }, bytes.slice(0, checkpointTraceBytes(resume)))
      expect(again.result.trace).toEqual(result.trace)
    }
    // stopped and gone on with
    let calls = 0
    const f = file()
    await runScenario(load(network(), set), { sink: f.sink, open: f.open, onProgress: () => ++calls < 4, onCheckpoint: (b) => void checkpoints.push(b) })
    const resume = checkpoints.at(-1) as Uint8Array
    expect((await traced(load(network(), set), { resume }, f.bytes.slice(0, checkpointTraceBytes(resume)))).result.trace).toEqual(result.trace)
  })
  it('of the best weights keeps those of the best sample, and a resumed or stopped run does so too', async () => {
    const set = {
      'record.samples': '{mean: {of: cells, variables: [V], every: 50 ms, reduce: mean}}',
      'record.weights': '[{of: feed, every: 500 ms}]',
      'record.best': '{weights: [feed, back], by: mean, from: 100 ms}',
    }
    const checkpoints: Uint8Array[] = []
    const { bytes, result } = await traced(load(network(), set), { checkpointEvery: 300, onCheckpoint: (b) => void checkpoints.push(b) })
    const trace = openTrace(bytes)
    expect(trace.verify()).toEqual([])
    expect(trace.header.weights.map((w) => w.name)).toEqual(['feed', 'back.best', 'feed.best'])
    const { times, values } = trace.samples('mean')
    const counted = [...values.V].map((v, k) => (times[k] >= 100 ? v : Infinity))
    const at = times[counted.indexOf(Math.min(...counted))]
    const [best] = trace.weights('feed.best')
    expect(trace.weights('feed.best')).toHaveLength(1)
    expect([best.time, trace.weights('back.best')[0].time]).toEqual([at, at])
    expect(best.weights).toEqual(trace.weights('feed')[0].weights)
    const told = await traced(load(network(), { ...set, expect: '[{name: best, metric: {weights: {of: feed.best, statistic: max}}, accept: [-1 V, 1 V]}]' }))
    expect(told.result.expectations[0].value).toBeCloseTo(Math.max(...best.weights), 12)
    for (const resume of checkpoints) {
      const again = await traced(load(network(), set), { resume }, bytes.slice(0, checkpointTraceBytes(resume)))
      expect(again.result.trace).toEqual(result.trace)
    }
    const largest = await traced(load(network(), { ...set, 'record.best': '{weights: [feed], by: mean, smallest: false}' }))
    const all = [...openTrace(largest.bytes).samples('mean').values.V]
    expect(openTrace(largest.bytes).weights('feed.best')[0].time).toBe(times[all.indexOf(Math.max(...all))])
    // the smallest is that of 0 ms, before anything has happened; it counts only if it is asked for
    const startTime = async (from: string) => {
      const zero = await traced(load(network(), { ...set, 'populations.cells.initial': '{V: -1000 mV}', 'record.best': `{weights: [feed], by: mean${from}}` }))
      return openTrace(zero.bytes).weights('feed.best')[0].time
    }
    expect(await startTime(', from: 0 ms')).toBe(0)
    expect(await startTime('')).toBe(50)
    // before the first sample that counts there is nothing to keep
    const none = await traced(load(network(), { ...set, 'record.best': '{weights: [feed], by: mean, from: 3600 s}' }))
    expect(openTrace(none.bytes).weights('feed.best')).toEqual([])
    const f = file()
    // slices grow by four at most, so that one of them ends between
    const stopped = await runScenario(load(network(), set), { sink: f.sink, open: f.open, onProgress: ({ now }) => now < 500, onCheckpoint: (b) => void checkpoints.push(b) })
    expect(stopped.stopped).toBe(true)
    expect(openTrace(f.bytes).weights('feed.best')).toHaveLength(1)
    const resume = checkpoints.at(-1) as Uint8Array
    expect((await traced(load(network(), set), { resume }, f.bytes.slice(0, checkpointTraceBytes(resume)))).result.trace).toEqual(result.trace)
  })
  it('of an unknown variable is a mistake with its place', async () => {
    const message = await refusal(runScenario(load(network(), { 'record.samples.v.variables': '[U]' })))
    expect(message).toContain('unknown variable "U"')
    expect(message).toContain('record.samples.v.variables')
  })
})

describe('a run that is resumed', () => {
  it('from any of its checkpoints gives the same bytes', async () => {
    const checkpoints: Uint8Array[] = []
    const whole = await traced(load(network()), { checkpointEvery: 333, onCheckpoint: (b) => void checkpoints.push(b) })
    expect(checkpoints.length).toBe(7)
    const plain = await traced(load(network()))
    expect(whole.result.trace).toEqual(plain.result.trace)
    for (const resume of checkpoints) {
      const start = whole.bytes.slice(0, checkpointTraceBytes(resume))
      const { bytes, result } = await traced(load(network()), { resume }, start)
      expect(bytes).toEqual(whole.bytes)
      expect(result.trace).toEqual(whole.result.trace)
      expect(result.events).toEqual(whole.result.events)
      expect(result.synaptic_events).toBe(whole.result.synaptic_events)
      // without a sink, the rest is kept in memory
      const inMemory = await runScenario(load(network()), { resume, open: file(start).open })
      expect(inMemory.trace).toEqual(whole.result.trace)
      expect(inMemory.open().events('cells')).toEqual(openTrace(whole.bytes).events('cells'))
    }
    expect(checkpointTraceBytes(checkpoints[6])).toBeGreaterThan(checkpointTraceBytes(checkpoints[0]))
  })

  it('is the same for exact, event-driven populations', async () => {
    const text = `
title: exact
duration: 400 ms
populations: {cells: {model: lif_delta, regime: event_driven, size: 20}}
inputs: {drive: {onto: cells.soma, poisson: {rate: 2 kHz, weight: 1 mV}}}
projections:
  loop: {from: cells, to: cells, onto: soma, connect: {in_degree: 5}, weight: -1 mV, delay: {uniform: [1 ms, 4 ms]}}
protocol: [{at: 150 ms, set: {cells.I_0: 3 mV}}]
record: {samples: {v: {of: cells, variables: [V], every: 3 ms}}}`
    const exact = () => loadScenario(text, { read: () => '', models: library })
    const checkpoints: Uint8Array[] = []
    const whole = await traced(exact(), { checkpointEvery: 70.05, onCheckpoint: (b) => void checkpoints.push(b) })
    expect(whole.result.trace).toEqual((await traced(exact())).result.trace)
    expect(whole.result.events.spike).toBeGreaterThan(100)
    expect(checkpoints.length).toBe(5)
    for (const resume of checkpoints) {
      const { result } = await traced(exact(), { resume }, whole.bytes.slice(0, checkpointTraceBytes(resume)))
      expect(result.trace).toEqual(whole.result.trace)
    }
  })

  it('keeps the partitions of its memory', async () => {
    const checkpoints: Uint8Array[] = []
    const text = network().replace('size: 10', 'size: 40')
    const whole = await traced(load(text), { partitions: 2, checkpointEvery: 1000, onCheckpoint: (b) => void checkpoints.push(b) })
    const start = whole.bytes.slice(0, checkpointTraceBytes(checkpoints[0]))
    const { result } = await traced(load(text), { resume: checkpoints[0], partitions: 1 }, start)
    expect(result.trace).toEqual(whole.result.trace)
  })

  it('after a stop gives the same bytes as one that was never stopped', async () => {
    const checkpoints: Uint8Array[] = []
    const f = file()
    let calls = 0
    const stopped = await runScenario(load(network()), {
      sink: f.sink, open: f.open, onProgress: () => ++calls < 4, onCheckpoint: (b) => void checkpoints.push(b),
    })
    expect(stopped.stopped).toBe(true)
    expect(stopped.duration_ms).toBeLessThan(2500)
    expect(checkpoints.length).toBe(1)
    const start = f.bytes.slice(0, checkpointTraceBytes(checkpoints[0]))
    const { result } = await traced(load(network()), { resume: checkpoints[0] }, start)
    expect(result.trace).toEqual((await traced(load(network()))).result.trace)
  })

  it('refuses a checkpoint that is damaged, cut short or of another scenario, and another trace', async () => {
    const checkpoints: Uint8Array[] = []
    const whole = await traced(load(network()), { checkpointEvery: 1000, onCheckpoint: (b) => void checkpoints.push(b) })
    const [good] = checkpoints
    const start = whole.bytes.slice(0, checkpointTraceBytes(good))
    const resumed = (resume: Uint8Array, bytes: Uint8Array = start, set?: Record<string, string>) =>
      refusal(traced(load(network(), set), { resume }, bytes))
    for (const at of [20, 60, 100, 5000, good.length - 1]) {
      const bad = good.slice()
      bad[at] ^= 1
      expect(await resumed(bad)).toContain('damaged or cut short')
    }
    for (const length of [good.length - 1, 200, 16]) expect(await resumed(good.slice(0, length))).toContain('damaged or cut short')
    for (const length of [0, 5]) expect(await resumed(good.slice(0, length))).toContain('no checkpoint')
    expect(await resumed(new TextEncoder().encode('something else entirely'))).toContain('no checkpoint')
    expect(await resumed(good, start, { seed: '8' })).toContain('another scenario')
    expect(await resumed(good, whole.bytes)).toContain(`goes on after ${start.length} bytes`)
    const other = start.slice()
    other[start.length - 1] ^= 1
    expect(await resumed(good, other)).toContain('another trace')
    expect(await refusal(runScenario(load(network()), { resume: good }))).toContain('"open" is needed')
    expect(await refusal(runScenario(load(network()), { sink: file().sink }))).toContain('read the trace back')
    expect(await refusal(runScenario(load(network()), { checkpointEvery: 0 }))).toContain('above zero')
  })
})

describe('a run that is stopped', () => {
  it('leaves a closed trace that can be read, and no expectations', async () => {
    const text = network('expect:\n  - {name: fires, metric: {rate: {of: cells}}, accept: [1 Hz, 100 Hz]}')
    const f = file()
    let calls = 0
    const result = await runScenario(load(text), { sink: f.sink, open: f.open, onProgress: () => ++calls < 4 })
    const trace = openTrace(f.bytes)
    expect(trace.complete).toBe(true)
    expect(trace.verify()).toEqual([])
    expect(trace.until).toBe(result.duration_ms)
    expect(trace.weights('feed')[0].time).toBe(result.duration_ms)
    expect(result).toMatchObject({ stopped: true, expectations: [] })
    expect(result.note).toContain('stopped at')
    // the beginning of the whole run
    const whole = (await runScenario(load(text))).open()
    expect(trace.events('cells').times).toEqual(whole.events('cells', { to: result.duration_ms + 0.05 }).times)
  })
})

describe('the library', () => {
  it('simulates a description in memory', async () => {
    const cell = neuron({
      ...{ name: 'cell', about: '', source: '', parameters: { speed: ['1 mV/ms', 'slope'] }, receptors: {} },
      ...{ equations: 'dV/dt = speed : mV', threshold: 'V >= 10.05 mV', reset: 'V = 0 mV' },
    })
    const run = await simulate(
      {
        ...{ seed: 1, dt: '0.1 ms', precision: 'f64', projections: [], inputs: [] },
        populations: [{ name: 'cells', model: cell, size: 2 }],
        record: { samples: [{ name: 'v', of: { population: 'cells', last: 0 }, variables: ['V'], every: '1 ms' }] },
      },
      { until: '25 ms' },
    )
    expect([...run.events('cells').times]).toEqual([10.1, 10.1, 20.2, 20.2])
    expect([...run.events('cells').sources]).toEqual([0, 1, 0, 1])
    const { times, values } = run.samples('v')
    expect([...times]).toEqual(Array.from({ length: 26 }, (_, k) => k))
    expect(values.V[10]).toBeCloseTo(10, 12)
    expect(values.V[11]).toBeCloseTo(0.9, 12)
    expect(run.simulation.now).toBe(25)
    await expect(simulate(run.simulation.network.description, { until: 0 })).rejects.toThrow('above zero')
  })
  it('has the models that come with the program', () => {
    expect(library.neurons.get('lif_delta')?.name).toBe('lif_delta')
  })
})
