/** Sources of the kind patterns: frames in time, sequences, room in the stream; and how a scenario writes them. */
import { encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import type { NetworkDescription, PatternSequence, SpikeList } from '../../engine/description.ts'
import { InputError } from '../../engine/errors.ts'
import { grid } from '../../engine/grid.ts'
import { MemoryPlan } from '../../engine/memory.ts'
import { mostInFrames, patternOfFrame, patternSequence, sequenceKey } from '../../engine/patterns.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { simulate } from '../../index.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'
import { library } from '../../models/index.ts'
import { patterns as model } from '../../models/sources/patterns.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'
import { chance } from '../laws/outcome.ts'

const list = (...spikes: [time: number, unit: number][]): SpikeList =>
  ({ times: spikes.map(([t]) => t), units: spikes.map(([, u]) => u) })
const network = (populations: Record<string, PatternSequence & { size?: number }>, more: Partial<NetworkDescription> = {}): NetworkDescription => ({
  seed: 3, dt: '0.1 ms', precision: 'f64', projections: [], inputs: [],
  populations: Object.entries(populations).map(([name, { size = 3, ...patterns }]) => ({ name, model, size, patterns })),
  ...more,
})
async function spikesOf(description: NetworkDescription, until: number, name = description.populations[0].name) {
  const { times, sources } = (await simulate(description, { until })).events(name)
  return Array.from(times, (t, k): [number, number] => [t, sources[k]])
}
async function mistake(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
  throw new Error('no mistake was found')
}

describe('frames', () => {
  it('follow each other in turn, with the spikes of each sorted', async () => {
    const patterns = [list([7, 2], [0, 1], [7, 0]), list(), list([9.9, 0])]
    expect(await spikesOf(network({ p: { every: '10 ms', patterns } }), 45)).toEqual([
      [0, 1], [7, 0], [7, 2], [29.9, 0], [30, 1], [37, 0], [37, 2],
    ])
  })
  it('start at a multiple of their length, however many there were', () => {
    const g = grid(0.1)
    const plan = new MemoryPlan()
    const sequence = patternSequence('p', [list([0.1, 0], [0.2, 1])], 0.3, undefined, g, plan)
    const { columns } = plan.build()
    for (let f = 0; f < 100_000; f++) {
      for (const k of [1, 2]) {
        sequence.next()
        if (sequence.time !== g.time(3 * f + k)) expect({ f, k, time: sequence.time }).toEqual({ f, k, time: g.time(3 * f + k) })
      }
    }
    // ten million frames later
    columns[0].view[0] = 1e7
    sequence.place()
    expect([sequence.time, sequence.unit]).toEqual([g.time(3e7 + 2), 1])
    expect(columns.map(({ length }) => length)).toEqual([2])
  })
  it('of a length that is no number of steps are in order, whatever rounding does', () => {
    const u = chance(4)
    for (let n = 0; n < 20; n++) {
      const every = 0.2 + u()
      const last = every * (1 - 2 ** -50)
      const plan = new MemoryPlan()
      const sequence = patternSequence('p', [list([0, 0], [last * u(), 0], [every - 1e-8, 1])], every, undefined, grid(0.1), plan)
      plan.build()
      for (let k = 0, before = 0; k < 30_000; k++) {
        sequence.next()
        if (!(sequence.time >= before)) expect(sequence.time).toBeGreaterThanOrEqual(before)
        before = sequence.time
      }
    }
  })
  it('without any spike end nothing and never wait for one', async () => {
    expect(await spikesOf(network({ p: { every: '1 ms', patterns: [list(), list()] } }), 1000)).toEqual([])
  })
})

describe('a sequence', () => {
  const frames = async (description: NetworkDescription, name: string) =>
    (await spikesOf(description, 4000, name)).map(([time, unit]) => [Math.floor(time / 10), unit])
  const one = (k: number, at: number) => list([at, k])

  it('is the same for all populations that name it, and a function of seed, name and frame', async () => {
    const description = network({
      a: { every: '10 ms', sequence: 'trials', patterns: [one(0, 1), one(1, 2), one(2, 3)] },
      b: { every: '10 ms', sequence: 'trials', patterns: [one(0, 9), one(1, 4), one(2, 4)] },
      c: { every: '10 ms', sequence: 'others', patterns: [one(0, 9), one(1, 4), one(2, 4)] },
    })
    const a = await frames(description, 'a')
    const key = sequenceKey(3, 'trials')
    expect(a).toEqual(Array.from({ length: 400 }, (_, f) => [f, patternOfFrame(f, 3, key)]))
    expect(await frames(description, 'b')).toEqual(a)
    expect(await frames(description, 'c')).not.toEqual(a)
    expect(await frames({ ...description, seed: 4 }, 'a')).not.toEqual(a)
  })
  it('shows every pattern as often', () => {
    const count = new Array(7).fill(0)
    const key = sequenceKey(1, 'x')
    for (let f = 0; f < 70_000; f++) count[patternOfFrame(f, 7, key)]++
    // standard deviation 93
    for (const n of count) expect(Math.abs(n - 10_000)).toBeLessThan(4 * 93)
  })
  it('needs as many patterns of all', async () => {
    const description = network({
      a: { every: '10 ms', sequence: 'trials', patterns: [one(0, 1), one(1, 2)] },
      b: { every: '10 ms', sequence: 'trials', patterns: [one(0, 1)] },
    })
    expect(await mistake(() => createSimulation(description))).toBe(
      'populations.b.patterns.sequence: found 1 pattern in the sequence "trials", from which population "a" shows 2; as many are needed',
    )
  })
})

describe('room in the stream', () => {
  /** As many as there are, by looking at every order of three frames. */
  function most(patterns: SpikeList[], every: number, length: number): number {
    let found = 0
    for (const a of patterns) {
      for (const b of patterns) {
        for (const c of patterns) {
          const times = [a, b, c].flatMap((p, f) => p.times.map((t) => f * every + t)).sort((s, t) => s - t)
          for (let k = 0; k < times.length; k++) found = Math.max(found, times.filter((t) => t >= times[k] && t <= times[k] + length).length)
        }
      }
    }
    return found
  }
  it('is what the fullest interval needs, over the ends of frames', () => {
    const u = chance(9)
    for (let n = 0; n < 300; n++) {
      const patterns = Array.from({ length: 1 + Math.floor(3 * u()) }, () =>
        list(...Array.from({ length: Math.floor(7 * u()) }, (): [number, number] => [Math.floor(20 * u()) / 2, 0])),
      )
      const length = Math.floor(40 * u()) / 2
      const room = mostInFrames(patterns, 10, length)
      // three frames hold every interval of two; a longer one may touch four
      if (length < 10) expect({ patterns, length, room }).toEqual({ patterns, length, room: most(patterns, 10, length) })
      else expect(room).toBeGreaterThanOrEqual(most(patterns, 10, length))
    }
  })
  it('is given: a volley at the end of a frame, one at the start of the next, and a reader that hears of both late', async () => {
    const volley = (at: number) => list(...Array.from({ length: 3000 }, (_, unit): [number, number] => [at, unit]))
    const description = network({ p: { every: '50 ms', size: 3000, patterns: [volley(49.9), volley(0)] } })
    description.populations[0].maximum_rate = '0.1 Hz'
    description.populations.push({ name: 'cells', model: lifDelta, size: 1 })
    description.projections.push({
      name: 'late', from: { population: 'p' }, to: { population: 'cells' }, onto: 'soma', connect: { all_to_all: true }, weight: '0.001 mV', delay: '30 ms',
    })
    expect((await spikesOf(description, 500)).length).toBe(30_000)
  })
})

describe('going on from a checkpoint', () => {
  it('is the same as going on, at a frame, within one, and in an empty one', async () => {
    const description = network({ p: { every: '7.3 ms', sequence: 's', patterns: [list([0, 0], [7.2, 1]), list(), list([3, 2], [3, 0])] } })
    const whole = await createSimulation(description)
    whole.run(400)
    for (const at of [0, 7.3, 7.3 * 20, 100, 203.37]) {
      const first = await createSimulation(description)
      first.run(at)
      const second = await createSimulation(description)
      second.restore(first.snapshot())
      second.run(400)
      expect(second.snapshot()).toEqual(whole.snapshot())
    }
  })
})

describe('mistakes in a description', () => {
  const cases: [Partial<PatternSequence>, string][] = [
    [{ patterns: [] }, 'populations.p.patterns.patterns: found no pattern; at least one is needed'],
    [{ every: '0 ms' }, 'populations.p.patterns.every: found frames of 0 ms; at least a step of 0.1 ms is needed'],
    [{ every: '5 mV' }, 'populations.p.patterns.every: '],
    [{ patterns: [list(), list([1, 0], [10, 1])] }, 'populations.p.patterns.patterns.1.times.1: found a spike at 10 ms; a time before the end of the frame at 10 ms is needed'],
    [{ patterns: [list([10 - 1e-12, 1])] }, 'populations.p.patterns.patterns.0.times.0: '],
    [{ patterns: [list([-1, 0])] }, 'populations.p.patterns.patterns.0.times.0: found a spike at -1 ms; zero or more is needed'],
    [{ patterns: [list([1, 3])] }, 'populations.p.patterns.patterns.0.units.0: found unit 3; units 0 to 2 are there'],
    [{ patterns: [{ times: [1], units: [] }] }, 'populations.p.patterns.patterns.0: found 1 times and 0 units; one unit a time is needed'],
  ]
  it.each(cases)('%j', async (changed, message) => {
    const description = network({ p: { every: '10 ms', patterns: [list([1, 0])], ...changed } })
    expect(await mistake(() => createSimulation(description))).toContain(message)
  })
  it('no patterns at all', async () => {
    const description = network({ p: { every: '10 ms', patterns: [] } })
    delete description.populations[0].patterns
    expect(await mistake(() => createSimulation(description))).toBe('populations.p.patterns: a source of patterns needs "patterns"')
  })
})

const files: Record<string, string> = {
  'data/sorted.ras': '0.0100 1\n0.0200 2 # a comment\n0.0200 3\n',
  'data/unsorted.ras': '# Auryn\n0.0200 2\n0.0100 1\n',
  'data/twice.ras': '0.0100 1\n0.0200 2\n0.010 1\n',
  'data/outside.ras': '0.0100 1\n0.0200 5\n',
  'data/late.csv': 'time_ms,unit\n10,1\n100,2\n',
}
const png = encode({ width: 2, height: 3, data: Uint8Array.of(0, 255, 255, 0, 0, 255), depth: 8, channels: 1 })
/** What is in the list is on line 8, after 6 blanks. */
const scenario = (patterns: string, more = '') => `title: t
duration: 400 ms
populations:
  cells:
    model: patterns
    size: 5
    patterns: {every: 100 ms, list: [
      ${patterns}
      ]}
${more}`
const load = (text: string, withBytes = true) =>
  loadScenario(text, {
    file: 'data/s.yaml',
    models: library,
    read: (path) => {
      if (!Object.hasOwn(files, path)) throw new Error('no such file')
      return files[path]
    },
    ...(withBytes && {
      readBytes: (path: string) => {
        if (path !== 'data/cell.png') throw new Error('no such file')
        return png
      },
    }),
  })
const listsOf = (patterns: string, more?: string) => load(scenario(patterns, more)).description.populations[0].patterns?.patterns as SpikeList[]

describe('a scenario writes patterns', () => {
  it('as times, from files, as nothing, together', () => {
    expect(listsOf('{times: [20 ms, 0.01 s], units: [0, 4]}, {file: sorted.ras}, {none: true}, {all: [{file: sorted.ras, first_unit: 1}, {times: [1 ms], units: [0]}]}')).toEqual([
      { times: [20, 10], units: [0, 4] },
      { times: [10, 20, 20], units: [1, 2, 3] },
      { times: [], units: [] },
      { times: [10, 20, 20, 1], units: [0, 1, 2, 0] },
    ])
  })
  it('and may leave out what does not fit, if it says so; it is counted', () => {
    const { description, remarks } = load(scenario('{file: unsorted.ras, unsorted: accept}, {file: outside.ras, outside: drop}, {file: late.csv, late: drop}'))
    expect(description.populations[0].patterns?.patterns).toEqual([
      { times: [20, 10], units: [2, 1] }, { times: [10], units: [1] }, { times: [10], units: [1] },
    ])
    expect([...remarks]).toEqual([['cells', [
      'pattern 1: spikes of units outside the population dropped from outside.ras: 1',
      'pattern 2: spikes at or after 100 ms dropped from late.csv: 1',
    ]]])
  })
  it('as regular times', () => {
    expect(listsOf('{regular: {units: [1, 2], at: [83 ms, 5 ms]}}')).toEqual([{ times: [83, 83, 5, 5], units: [1, 2, 1, 2] }])
  })
  it('as a scatter: every unit once, within the window; a draw is the same wherever it stands', () => {
    const same = 'units: [0, 1], from: 20 ms, to: 30 ms, draw: A'
    const [a, b, c, d, e] = listsOf(
      `{scatter: {${same}}}, {all: [{none: true}, {scatter: {${same}}}]}, {scatter: {units: [0, 1], from: 20 ms, to: 30 ms}}, {scatter: {units: [3, 4], from: 20 ms, to: 30 ms, draw: A}}, {scatter: {units: [0, 1], from: 20 ms, to: 30 ms, draw: B}}`,
    )
    expect(a.units).toEqual([0, 1])
    expect(a.times.every((t) => t > 20 && t < 30)).toBe(true)
    expect(b).toEqual(a)
    expect(d).toEqual({ times: a.times, units: [3, 4] })
    expect(new Set([...a.times, ...c.times, ...e.times]).size).toBe(6)
  })
  it('as Poisson trains that are drawn once, from seed, population and place in the list', () => {
    const text = '{poisson: {rate: 2 kHz}}, {poisson: {rate: 2 kHz, units: [1, 2]}}, {all: [{poisson: {rate: 2 kHz}}, {poisson: {rate: 2 kHz}}]}, {poisson: {rate: 0 Hz}}'
    const [a, b, c, none] = listsOf(text)
    expect(listsOf(text)[0]).toEqual(a)
    expect(listsOf(text, 'seed: 2')[0]).not.toEqual(a)
    // five units, 200 spikes each: within four standard deviations
    expect(Math.abs(a.times.length - 1000)).toBeLessThan(4 * Math.sqrt(1000))
    expect([...new Set(a.units)].sort()).toEqual([0, 1, 2, 3, 4])
    expect([...new Set(b.units)].sort()).toEqual([1, 2])
    expect(a.times.every((t) => t >= 0 && t < 100)).toBe(true)
    expect(new Set(c.times).size).toBe(c.times.length)
    expect(new Set([...a.times, ...b.times, ...c.times]).size).toBe(a.times.length + b.times.length + c.times.length)
    expect(none.times).toEqual([])
  })
  it('as a picture', () => {
    const text = scenario('{picture: cell.png, column: 50 ms}, {picture: cell.png, column: 50 ms, dark: false}').replace('size: 5', 'size: 3')
    const [{ times, units }, light] = load(text).description.populations[0].patterns?.patterns ?? []
    expect(units.map((unit, k) => [unit, Math.floor(times[k] / 50)])).toEqual(expect.arrayContaining([[2, 0], [1, 1], [0, 0]]))
    expect(light.units.length).toBe(3)
  })
  it('and they are shown when it runs', async () => {
    const result = await runScenario(load(scenario('{times: [20 ms, 10 ms], units: [0, 4]}, {none: true}')))
    const { times, sources } = result.open().events('cells')
    expect([[...times], [...sources]]).toEqual([[10, 20, 210, 220], [4, 0, 4, 0]])
  })
})

describe('mistakes in a scenario have their place', () => {
  const at = 'data/s.yaml:8'
  const path = 'populations.cells.patterns.list'
  const cases: [patterns: string, message: string][] = [
    ['{file: unsorted.ras}', 'data/unsorted.ras:3:1: populations.cells.patterns.list.0.file: found 0.0100 after 0.0200; times that ascend, or "unsorted: accept", are needed'],
    ['{file: twice.ras, unsorted: accept}', `data/twice.ras:3:1: ${path}.0.file: found the spike of line 1 again; every spike is needed once`],
    ['{file: outside.ras}', `data/outside.ras:2:8: ${path}.0.file: found "5"; a unit from 0 to 4, or "outside: drop", is needed`],
    ['{file: sorted.ras, first_unit: 2}', `data/sorted.ras:1:8: ${path}.0.file: found "1"; a unit from 2 to 6, or "outside: drop", is needed`],
    ['{file: late.csv}', `data/late.csv:3:1: ${path}.0.file: found 100; a time before the end of the frame at 100 ms, or "late: drop", is needed`],
    ['{file: none.ras}', `${at}:14: ${path}.0.file: cannot read the file "data/none.ras" (no such file); a file that exists is needed`],
    ['{file: cell.png}', `${at}:14: ${path}.0.file: cannot read the file "data/cell.png" (no such file); a file that exists is needed`],
    ['{file: sorted.ras, outside: keep}', `${at}:35: ${path}.0.outside: unknown word "keep"; known are drop`],
    ['{file: sorted.ras, unsort: accept}', `${at}:26: ${path}.0.unsort: unknown key "unsort" (did you mean "unsorted"?); known are file, first_unit, unsorted, outside, late`],
    ['{none: true}, {times: [1 ms, 100 ms], units: [0, 0]}', `${at}:36: ${path}.1.times.1: found 100 ms; a time before the end of the frame at 100 ms is needed`],
    ['{times: [1 ms], units: [5]}', `${at}:31: ${path}.0.units.0: found unit 5; a unit from 0 to 4 is needed`],
    ['{times: [-1 ms], units: [0]}', `${at}:16: ${path}.0.times.0: found "-1 ms"; zero or more is needed`],
    ['{times: [1 ms, 2 ms], units: [0]}', `${at}:7: ${path}.0: found 2 times and 1 units; as many are needed`],
    ['{times: [99.9999999999999 ms], units: [0]}', `${at}:7: ${path}.0: found a spike at 99.9999999999999 ms; a time before the end of the frame at 100 ms is needed`],
    ['{poisson: {rate: 5 Hz, units: [3, 5]}}', `${at}:37: ${path}.0.poisson.units: found units 3 to 5; [first, last] of the units 0 to 4 is needed`],
    ['{poisson: {rate: -5 Hz}}', `${at}:24: ${path}.0.poisson.rate: found "-5 Hz"; zero or more is needed`],
    ['{poisson: {rate: 1e9 Hz}}', `${at}:24: ${path}.0.poisson.rate: found 1e9 Hz, about 500000000 spikes a frame; at most 10000000 are accepted`],
    ['{scatter: {units: [3, 2], from: 0 ms, to: 10 ms}}', `${at}:25: ${path}.0.scatter.units: found units 3 to 2; [first, last] of the units 0 to 4 is needed`],
    ['{scatter: {units: [1, 2], from: 10 ms, to: 10 ms}}', `${at}:50: ${path}.0.scatter.to: found 10 ms after 10 ms; a later time is needed`],
    ['{scatter: {units: [1, 2], from: 10 ms, to: 101 ms}}', `${at}:50: ${path}.0.scatter.to: found 101 ms; a time up to the end of the frame at 100 ms is needed`],
    ['{all: [{none: true}, {regular: {units: [1, 2], at: [10 ms, 100 ms]}}]}', `${at}:66: ${path}.0.all.1.regular.at.1: found 100 ms; a time before the end of the frame at 100 ms is needed`],
    ['{picture: other.png, column: 10 ms}', `${at}:17: ${path}.0.picture: cannot read the file "data/other.png" (no such file); a file that exists is needed`],
    ['{picture: cell.png, column: 300 ms}', `${at}:35: ${path}.0.column: found a column of 300 ms in a frame of 100 ms; 1 to 2000000 columns are needed`],
    ['{picture: cell.png, column: 50 ms, rate: 1 kHz}', `${at}:48: ${path}.0.rate: found a rate of 500 spikes a frame; this picture has ink for 7 in so many columns and units`],
    ['{drawing: cell.png}', `${at}:8: ${path}.0.drawing: unknown form of a pattern "drawing"; known are times, file, poisson, scatter, regular, picture, none, all`],
    ['{none: false}', `${at}:14: ${path}.0.none: found false; true is needed`],
    ['', 'data/s.yaml:7:37: populations.cells.patterns.list: found a list of 0; a list that is not empty is needed'],
  ]
  it.each(cases)('%s', async (patterns, message) => {
    expect(await mistake(async () => runScenario(load(scenario(patterns))))).toBe(message)
  })
  it('a picture where only texts are read', async () => {
    expect(await mistake(() => load(scenario('{picture: cell.png, column: 10 ms}'), false))).toBe(
      `${at}:17: ${path}.0.picture: found the file "data/cell.png", but only texts are read here; no picture is accepted`,
    )
  })
  it('patterns without their source, and the source without patterns', async () => {
    const wrong = scenario('{none: true}').replace('model: patterns', 'model: poisson')
    expect(await mistake(() => load(wrong))).toBe(
      'data/s.yaml:7:15: populations.cells.patterns: found patterns, but the model poisson takes none',
    )
    expect(await mistake(() => load(scenario('').replace(/ {4}patterns:[\s\S]*\]\}/, '')))).toBe(
      'data/s.yaml:4:3: populations.cells: the model patterns needs patterns: {every, list}',
    )
  })
  it('different numbers of patterns in one sequence', async () => {
    const other = '  others: {model: patterns, size: 1, patterns: {every: 100 ms, sequence: s, list: [{none: true}, {none: true}]}}'
    const text = scenario('{none: true}', other).replace('every: 100 ms, list', 'every: 100 ms, sequence: s, list')
    expect(await mistake(async () => runScenario(load(text)))).toBe(
      'data/s.yaml:10:74: populations.others.patterns.sequence: found 2 patterns in the sequence "s", from which population "cells" shows 1; as many are needed',
    )
  })
})
