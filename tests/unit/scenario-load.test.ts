import { describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { InputError } from '../../engine/errors.ts'
import type { DetectorDefinition, NeuronDefinition, SourceDefinition, SynapseDefinition } from '../../engine/model.ts'
import { library as packaged } from '../../models/index.ts'
import { scenarioJsonSchema } from '../../scenarios/json-schema.ts'
import type { LoadOptions } from '../../scenarios/load.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { located } from '../../scenarios/located.ts'
import { extension, pathFrom } from '../../scenarios/paths.ts'

const described = { about: '', source: '', parameters: {} }
const library: NeuronDefinition = {
  ...described,
  name: 'lib_lif',
  equations: 'dV/dt = -V / (20 ms) : mV',
  receptors: {},
}
const depressing: SynapseDefinition = { ...described, name: 'tsodyks_markram', transmit: 'w' }
const sources: SourceDefinition[] = [
  { ...described, name: 'poisson', kind: 'poisson' },
  { ...described, name: 'spike_list', kind: 'list' },
]
const detector: DetectorDefinition = {
  name: 'interval',
  about: '',
  source: '',
  columns: 0,
  initial: [],
  make: () => () => 0,
}
const models = {
  neurons: new Map([[library.name, library]]),
  synapses: new Map([[depressing.name, depressing]]),
  sources: new Map(sources.map((source) => [source.name, source])),
  detectors: new Map([[detector.name, detector]]),
}

function options(files: Record<string, string> = {}, more: Partial<LoadOptions> = {}): LoadOptions {
  const read = (path: string): string => {
    if (!Object.hasOwn(files, path)) throw new Error('no such file')
    return files[path]
  }
  return { file: 'dir/s.yaml', read, models, ...more }
}
const load = (text: string, files?: Record<string, string>, more?: Partial<LoadOptions>) =>
  loadScenario(text, options(files, more))

function mistake(work: () => unknown): InputError {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('no mistake was found')
}
const message = (text: string, files?: Record<string, string>, more?: Partial<LoadOptions>) =>
  mistake(() => load(text, files, more)).message

const head = 'title: t\nduration: 100 ms\npopulations:\n'
/** Line 4 is `cells`; what follows begins on line 5. */
const base = `${head}  cells: {model: lib_lif, size: 10}\n`

const full = `title: all of it
about: every part of the format
source: nobody
seed: 7
dt: 0.5 ms
duration: 2 s
precision: f64
include: [models/mine.yaml]
neurons:
  two:
    about: two compartments
    parameters: {tau_m: 20 ms, E: [-60 mV, rest]}
    equations: |
      dV/dt = (E - V) / tau_m : mV
      dU/dt = -U / tau_m      : mV
    currents: {I_s: pA, I_d: [pA, dendrite]}
    receptors: {dendrite.gaba: U -= w}
    threshold: V > 0 mV
    reset: V = E
    refractory: 2 ms
    initial: {V: E}
    method: euler
populations:
  cells:
    model: two
    size: 100
    regime: clocked
    parameters: {tau_m: {normal: {mean: 20 ms, sd: 1 ms, min: 1 ms}}}
    initial: {V: {uniform: [-70 mV, -50 mV]}}
    bursts: {detector: interval, interval: 16 ms}
    plateaus: true
  others: {model: mine, size: 5, parameters: {E: {levels: [1 mV, 2 mV], each: 2}}}
  fibres: {model: poisson, size: 30, parameters: {rate: 5 Hz}}
  file: {model: spike_list, size: 4, spikes: {file: ../in.ras}}
  inline: {model: spike_list, size: 2, spikes: {times: [1 ms, 0.002 s], units: [1, 0]}}
inputs:
  sine: {onto: cells.I_s, current: {sine: {mean: 300 pA, amplitude: 100 pA, period: 500 ms, phase: 0}}}
  file: {onto: "cells[0:10].I_d", current: {samples: {file: stim.csv, unit: nA}}}
  samples: {onto: cells.I_d, current: {samples: {times: [0 ms, 5 ms], values: [1 nA, 5 pA]}}}
  drive: {onto: cells.dendrite.gaba, poisson: {rate: 20 kHz, weight: 0.1 mV}}
  probe: {onto: "cells[3:5].dendrite.gaba", spikes: {times: [3 ms], units: [1]}, weight: 1 mV}
projections:
  ee:
    from: "cells[0:80]"
    to: "cells[5]"
    onto: dendrite.gaba
    connect: {probability: 0.02, self: false}
    weight: 1.62 mV
    delay: 0.8 ms
    synapse: tsodyks_markram
    parameters: {U: 0.9}
    transmits: burst
  oo: {from: cells, to: others, onto: e, connect: {pairs: [[0, 1], [2, 3]]}, weight: 1 mV, delay: 0 ms, synapse: syn}
  all: {from: cells, to: others, onto: e, connect: {all_to_all: true}, weight: 1 mV, delay: {uniform: [0 ms, 1 ms]}}
protocol:
  - {at: 500 ms, set: {cells.I_0: 3 mV, others.E: 1 mV, cells.E: 2 mV}}
record:
  events: [cells, fibres]
  samples: {traces: {of: "cells[0:10]", variables: [V, U], every: 0.5 ms}}
  weights: [ee]
expect:
  - {name: c, metric: {correlation: {of: cells, signal: event_rate, with: sine, bin: 10 ms}}, accept: [0.85, 1], source: x}
  - {name: r, metric: {rate: {of: "cells[0:80]", from: 100 ms}}, value: 5.5, tolerance: 10 %}
  - {name: s, metric: {sample: {of: traces, variable: V, unit: 9, at: 3 ms}}, value: -60 mV, tolerance: 1 mV}
  - name: t
    metric: {table: {metric: rate, of: cells, group: 50, values: [1, null], tolerance: 5 %, unit: Hz}}
figures:
  - {multiplexing: {of: cells, soma: sine, dendrite: file}}
  - {raster: {of: [cells], show: 50}}
short: {duration: 500 ms, set: {populations.others.size: 3, "protocol.0.set.cells.I_0": 4 mV}, expect: []}
`
const fullFiles = {
  'dir/models/mine.yaml':
    'include: [../syn.yaml]\nneurons:\n  mine: {parameters: {E: 0 mV}, equations: "V = E : mV", receptors: {e: V += w}}\n',
  'dir/syn.yaml': 'synapses:\n  syn: {pre: "dx/dt = -x / (1 ms) : 1", on_pre_spike: x += 1, transmit: w * x}\n',
  'in.ras': '0.1 3\n0.05 0\n',
  'dir/stim.csv': 'time_ms,value\n0,0.25\n10,1\n',
}

describe('a scenario that uses every part of the format', () => {
  const { description, scenario, duration, canonical } = load(full, fullFiles)
  it('becomes a network', () => {
    expect(duration).toBe(2000)
    expect(description).toMatchObject({ seed: 7, dt: '0.5 ms', precision: 'f64' })
    const [cells, others, fibres, file, inline] = description.populations
    expect(cells.model).toEqual({
      name: 'two',
      about: 'two compartments',
      source: '',
      parameters: { tau_m: ['20 ms', ''], E: ['-60 mV', 'rest'] },
      equations: 'dV/dt = (E - V) / tau_m : mV\ndU/dt = -U / tau_m      : mV\n',
      currents: { I_s: ['pA', ''], I_d: ['pA', 'dendrite'] },
      receptors: { 'dendrite.gaba': 'U -= w' },
      threshold: 'V > 0 mV',
      reset: 'V = E',
      refractory: '2 ms',
      initial: { V: 'E' },
      method: 'euler',
    })
    expect(cells.parameters).toEqual({ tau_m: { normal: { mean: '20 ms', sd: '1 ms', min: '1 ms' } } })
    expect(cells).toMatchObject({
      size: 100,
      regime: 'clocked',
      plateaus: true,
      bursts: { detector, interval: '16 ms' },
    })
    expect(load(onCells('bursts: {}, maximum_rate: 2 kHz')).description.populations[0]).toEqual({
      name: 'cells',
      model: library,
      size: 10,
      bursts: { detector },
      maximum_rate: '2 kHz',
    })
    expect(others.model).toMatchObject({ name: 'mine', receptors: { e: 'V += w' } })
    expect(fibres.model).toBe(sources[0])
    expect(file.spikes).toEqual({ times: [100, 50], units: [3, 0] })
    expect(inline.spikes).toEqual({ times: [1, 2], units: [1, 0] })
  })
  it('has inputs', () => {
    const cells = { population: 'cells' }
    expect(description.inputs).toEqual([
      {
        name: 'sine',
        to: cells,
        onto: 'I_s',
        current: { sine: { mean: '300 pA', amplitude: '100 pA', period: '500 ms', phase: 0 } },
      },
      {
        name: 'file',
        to: { population: 'cells', first: 0, last: 9 },
        onto: 'I_d',
        current: { samples: { times: [0, 10], values: [250, 1000] } },
      },
      { name: 'samples', to: cells, onto: 'I_d', current: { samples: { times: [0, 5], values: [1000, 5] } } },
      { name: 'drive', to: cells, onto: 'dendrite.gaba', poisson: { rate: '20 kHz', weight: '0.1 mV' } },
      {
        name: 'probe',
        to: { population: 'cells', first: 3, last: 4 },
        onto: 'dendrite.gaba',
        spikes: { times: [3], units: [1] },
        weight: '1 mV',
      },
    ])
  })
  it('has projections, changes and a record', () => {
    expect(description.projections[0]).toEqual({
      name: 'ee',
      from: { population: 'cells', first: 0, last: 79 },
      to: { population: 'cells', first: 5, last: 5 },
      onto: 'dendrite.gaba',
      connect: { probability: 0.02, self: false },
      weight: '1.62 mV',
      delay: '0.8 ms',
      synapse: depressing,
      parameters: { U: 0.9 },
      transmits: 'burst',
    })
    expect(description.projections[1].synapse).toEqual({
      name: 'syn',
      about: '',
      source: '',
      parameters: {},
      pre: 'dx/dt = -x / (1 ms) : 1',
      onPreSpike: 'x += 1',
      transmit: 'w * x',
    })
    expect(description.changes).toEqual([
      { at: '500 ms', population: 'cells', parameters: { I_0: '3 mV', E: '2 mV' } },
      { at: '500 ms', population: 'others', parameters: { E: '1 mV' } },
    ])
    expect(description.record).toEqual({
      events: ['cells', 'fibres'],
      samples: [
        { name: 'traces', of: { population: 'cells', first: 0, last: 9 }, variables: ['V', 'U'], every: '0.5 ms' },
      ],
      weights: [{ projection: 'ee' }],
    })
    expect(scenario.expect).toHaveLength(4)
  })
  it('has a canonical text that stands for itself, whatever the order of the keys', () => {
    const again = load(canonical, { 'in.ras': fullFiles['in.ras'], 'dir/stim.csv': fullFiles['dir/stim.csv'] })
    expect(again.canonical).toBe(canonical)
    expect(again.description).toEqual({
      ...description,
      populations: expect.arrayContaining(description.populations),
      inputs: expect.arrayContaining(description.inputs),
      projections: expect.arrayContaining(description.projections),
      record: { ...description.record },
    })
    expect(load(`duration: 100 ms\n${base.replace('duration: 100 ms\n', '')}`).canonical).toBe(load(base).canonical)
  })
  it('has a short form', () => {
    const short = load(full, fullFiles, { short: true })
    expect(short.duration).toBe(500)
    expect(short.description.populations[1].size).toBe(3)
    expect(short.description.changes?.[0].parameters.I_0).toBe('4 mV')
    expect(short.scenario.expect).toEqual([])
    expect(short.scenario.short).toBeUndefined()
    expect(description.populations[1].size).toBe(5)
  })
  it('keeps all events and takes documented defaults unless told otherwise', () => {
    const plain = load(base)
    expect(plain.description.record?.events).toEqual(['cells'])
    expect(plain.scenario).toMatchObject({ seed: 1, dt: '0.1 ms', precision: 'f32' })
    expect(plain.canonical).toBe(
      '{"dt":"0.1 ms","duration":"100 ms","populations":{"cells":{"model":"lib_lif","size":10}},' +
        '"precision":"f32","seed":1,"title":"t"}',
    )
    expect(load(base, {}, { short: true }).canonical).toBe(plain.canonical)
  })
})

describe('mistakes of YAML', () => {
  it.each([
    ['', 'dir/s.yaml:1:1: the file is empty'],
    ['# nothing\n', 'dir/s.yaml:1:1: the file is empty'],
    ['- a\n', 'dir/s.yaml:1:1: found a list of 1; a scenario is a mapping'],
    ['just words\n', 'dir/s.yaml:1:1: found "just words"; a scenario is a mapping'],
    ['title: t\ntitle: u\n', 'dir/s.yaml:2:1: duplicate key "title"'],
    [`${head}  cells: {size: 1, size: 2}\n`, 'dir/s.yaml:4:20: duplicate key "size"'],
    ['title: [a\n', 'dir/s.yaml:2:1: this is not YAML: flow sequence'],
    ['title: t\n\tabout: x\n', 'dir/s.yaml:2:1: this is not YAML: '],
    ['title: !!binary abc\nx: !foo 1\n', 'dir/s.yaml:2:4: unresolved tag: !foo; tags are not accepted'],
    ['? [a]\n: 1\n', 'dir/s.yaml:1:3: found a key that is not a word'],
    ['title: a\n--- \ntitle: b\n', 'dir/s.yaml:2:1: found a second document'],
    ['a: {__proto__: 1}\n', 'dir/s.yaml:1:5: the key "__proto__" is not accepted'],
    ['a: *b\n', 'dir/s.yaml:1:4: unknown alias "*b"'],
    ['a: &b [1, *b]\n', 'dir/s.yaml:1:11: the alias "*b" stands inside what it names'],
    ['a:\n  <<: 3\n', 'dir/s.yaml:2:7: "<<" needs a mapping'],
    ['%YAML 1.1\n---\na: yes\n', 'dir/s.yaml:1:1: found YAML 1.1; YAML 1.2 is needed'],
  ])('%j', (text, start) => {
    expect(message(text).slice(0, start.length)).toBe(start)
  })
  it('refuses what grows beyond measure', () => {
    const levels = (make: (before: string) => string) =>
      `a0: &a0 {x: 1}\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} ${make(`*a${i}`)}\n`).join('')}`
    const ten = (before: string) => Array.from({ length: 10 }, () => before).join(', ')
    const began = performance.now()
    expect(message(levels((b) => `[${ten(b)}]`))).toMatch(
      /^dir\/s\.yaml:7:\d+: aliases stand for more than 1000000 values/,
    )
    expect(message(levels((b) => `{<<: [${ten(b)}]}`))).toMatch(/^dir\/s\.yaml:\d+:\d+: aliases stand for more than/)
    const often = `a: &a x\nb: [${Array.from({ length: 101 }, () => '*a').join(', ')}]\n`
    expect(message(often)).toMatch(/^dir\/s\.yaml:2:5: an alias is used too often; at most 100/)
    expect(message(`a: ${'['.repeat(200)}${']'.repeat(200)}\n`)).toMatch(/^dir\/s\.yaml:1:\d+: nested too deep/)
    // Deep enough to take the process down if the composer ever saw them.
    for (const deep of ['[', '- ', '{a: ', '? '].map((word) => word.repeat(50_000))) {
      expect(message(deep)).toMatch(/^dir\/s\.yaml:1:\d+: nested too deep; at most 100 levels are accepted$/)
    }
    const chain = Array.from({ length: 110 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`)
    expect(message(`a0: &a0 1\n${chain.join('')}`)).toMatch(/^dir\/s\.yaml:103:13: nested too deep/)
    expect(message(`#${'x'.repeat(10_000_000)}`)).toMatch(
      /^dir\/s\.yaml:1:1: found 10000001 characters; at most 10000000/,
    )
    expect(performance.now() - began).toBeLessThan(20_000)
  })
  it('reads anchors and merge keys, and finds places through them', () => {
    const text = `title: t\nduration: 1 s\npopulations:\n  a: &a\n    model: lib_lif\n    size: 3\n  b: {<<: *a, size: 4}\n`
    const { description, place } = load(text)
    expect(description.populations.map(({ size }) => size)).toEqual([3, 4])
    expect(place(['populations', 'b', 'model'])).toEqual({ file: 'dir/s.yaml', line: 5, column: 12 })
    expect(place(['populations', 'b', 'size'])).toEqual({ file: 'dir/s.yaml', line: 7, column: 21 })
  })
})

/** Where the last `word` stands in `text`. */
function placeOf(text: string, word: string): string {
  const before = text.slice(0, text.lastIndexOf(word)).split('\n')
  if (!text.includes(word)) throw new Error(`${word} is not in the text`)
  return `dir/s.yaml:${before.length}:${before[before.length - 1].length + 1}`
}

const onCells = (more: string) => `${head}  cells: {model: lib_lif, size: 10, ${more}}\n`
const input = (more: string) => `${base}inputs:\n  a: {onto: cells.I, ${more}}\n`
const projection = (more: string) => `${base}projections:\n  a: {from: cells, to: cells, onto: e, ${more}}\n`
const connected = (connect: string, more = 'weight: 1 mV, delay: 1 ms') => projection(`connect: ${connect}, ${more}`)
const expected = (metric: string, more = 'accept: [0, 1]') =>
  `${base}expect:\n  - {name: n, metric: ${metric}, ${more}}\n`

describe('mistakes of shape', () => {
  it.each(
    [
      [`${base}popl: 1\n`, 'popl', 'popl: unknown key "popl"; known are title, about,'],
      [`titel: t\n${base.replace('title: t\n', '')}`, 'titel', 'titel: unknown key "titel"; known are title, about'],
      [base.replace('duration: 100 ms\n', ''), 'title', 'duration: missing; a time such as "20 ms" is needed'],
      [base.replace('100 ms', '100'), '100', 'duration: found 100, which is a plain number; ms is needed'],
      [base.replace('100 ms', '1 mV'), '1 mV', 'duration: found "1 mV", which is mV; ms is needed'],
      [base.replace('100 ms', '0 ms'), '0 ms', 'duration: found "0 ms"; more than 0 ms is needed'],
      [base.replace('100 ms', '1 minute'), '1 minute', 'duration: unknown unit "minute"'],
      [`${base}seed: -1\n`, '-1\n', 'seed: found -1; a whole number, at least 0, is needed'],
      [`${base}seed: 9007199254740993\n`, '9007199254740993', 'seed: found 9007199254740992; a whole number'],
      [`${base}seed: .inf\n`, '.inf', 'seed: found .inf; a whole number'],
      [`${base}precision: f23\n`, 'f23', 'precision: unknown precision "f23"; known are f32, f64'],
      [
        `${head}  cells: {model: lib_lif, size: 0}\n`,
        '0}\n',
        'populations.cells.size: found 0; a whole number from 1 to 10000000',
      ],
      [
        base.replace('10}', '10000001}'),
        '10000001',
        'populations.cells.size: found 10000001; a whole number from 1 to',
      ],
      [
        base.replace('10}', '2.5}'),
        '2.5',
        'populations.cells.size: found 2.5; a whole number from 1 to 10000000 is needed',
      ],
      [
        base.replace('10}', '"10"}'),
        '"10',
        'populations.cells.size: found "10"; a whole number from 1 to 10000000 is needed',
      ],
      [
        `${head}  cells:\n    model: lib_lif\n`,
        'cells',
        'populations.cells.size: missing; a whole number from 1 to 10000000',
      ],
      [`${head}  cells:\n`, 'cells', 'populations.cells: found nothing; a mapping is needed'],
      [
        'title: t\nduration: 1 s\npopulations: {}\n',
        '{}\n',
        'populations: found no population; at least one is needed',
      ],
      [`${head}  "a b": {model: lib_lif, size: 1}\n`, '"a ', 'populations.a b: this key is not accepted; a letter,'],
      [
        onCells('sise: 3'),
        'sise',
        'populations.cells.sise: unknown key "sise" (did you mean "size"?); known are model,',
      ],
      [
        onCells('regime: clock'),
        'clock',
        'populations.cells.regime: unknown regime "clock"; known are clocked, event_driven',
      ],
      [
        onCells('method: rk5'),
        'rk5',
        'populations.cells.method: unknown method "rk5" (did you mean "rk2"?); known are',
      ],
      [onCells('parameters: {E: 3 mX}'), '3 mX', 'populations.cells.parameters.E: unknown unit "mX"'],
      [onCells('parameters: {E: high}'), 'high', 'populations.cells.parameters.E: found "high"; a number with a unit'],
      [
        onCells('parameters: {E: {unifrom: [1, 2]}}'),
        'unifrom',
        'populations.cells.parameters.E.unifrom: unknown distribution "unifrom" (did you mean "uniform"?)',
      ],
      [
        onCells('parameters: {E: {uniform: [1]}}'),
        '[1]',
        'populations.cells.parameters.E.uniform: found a list of 1; a list of two',
      ],
      [
        onCells('parameters: {E: {normal: {mean: 1, sd: -1}}}'),
        '-1}',
        'populations.cells.parameters.E.normal.sd: found -1; zero or more',
      ],
      [
        onCells('parameters: {E: {levels: [1], eech: 2}}'),
        'eech',
        'populations.cells.parameters.E.eech: unknown key "eech" (did you mean "each"?)',
      ],
      [
        onCells('bursts: {interval: 16 mV}'),
        '16 ',
        'populations.cells.bursts.interval: found "16 mV", which is mV; ms is needed',
      ],
      [input('current: {sin: {}}'), 'sin', 'inputs.a.current.sin: unknown current "sin" (did you mean "sine"?)'],
      [
        input('current: {sine: {amplitude: 1 pA, perod: 1 s}}'),
        'perod',
        'inputs.a.current.sine.perod: unknown key "perod" (did you mean "period"?)',
      ],
      [input('current: {sine: {amplitude: 1 pA}}'), '{amplitude', 'inputs.a.current.sine.period: missing; a time'],
      [
        input('current: {step: [[1 ms]]}'),
        '[1 ',
        'inputs.a.current.step.0: found a list of 1; a pair [time, value] is needed',
      ],
      [`${base}inputs:\n  a: {onto: cells.I}\n`, '{onto', 'inputs.a: an input needs one of current, poisson, spikes'],
      [
        input('poisson: {rate: 3 ms, weight: 1}'),
        '3 ms',
        'inputs.a.poisson.rate: found "3 ms", which is ms; Hz is needed',
      ],
      [
        input('poisson: {rate: 1 Hz, weight: 1}, current: {constant: 1}'),
        '{onto',
        'inputs.a: found current and poisson; an input has one of',
      ],
      [input('spikes: {times: [1 ms], units: [0]}'), '{onto', 'inputs.a: spikes need a weight'],
      [
        connected('{probability: 1.5}'),
        '1.5',
        'projections.a.connect.probability: found 1.5; a number from 0 to 1 is needed',
      ],
      [
        connected('{probability: -0.1}'),
        '-0.',
        'projections.a.connect.probability: found -0.1; a number from 0 to 1 is needed',
      ],
      [
        connected('{in_degree: 1.5}'),
        '1.5',
        'projections.a.connect.in_degree: found 1.5; a whole number, at least 1, is needed',
      ],
      [connected('{all_to_all: false}'), 'false', 'projections.a.connect.all_to_all: found false; true is needed'],
      [
        connected('{probability: 0.1, in_degree: 3}'),
        'in_degree',
        'projections.a.connect.in_degree: unknown key "in_degree"; known are probability, self',
      ],
      [
        connected('{pairs: [[0]]}'),
        '[0]',
        'projections.a.connect.pairs.0: found a list of 1; a pair [source, target] is needed',
      ],
      [
        connected('{one_to_one: true}', 'weight: 1, delay: -1 ms'),
        '-1 ',
        'projections.a.delay: found "-1 ms"; zero or more is needed',
      ],
      [
        connected('{one_to_one: true}', 'weight: 1, delay: {uniform: [-1 ms, 1 ms]}'),
        '-1 ',
        'projections.a.delay.uniform.0: found "-1 ms"; zero or more',
      ],
      [connected('{one_to_one: true}', 'weight: 1'), '{from', 'projections.a.delay: missing; a quantity'],
      [
        connected('{one_to_one: true}', 'weight: 1, delay: 0, parameters: {U: 1}'),
        '{U:',
        'projections.a.parameters: parameters belong to a synapse',
      ],
      [
        `${base}protocol:\n  - {at: -1 ms, set: {cells.E: 1}}\n`,
        '-1 ',
        'protocol.0.at: found "-1 ms"; zero or more is needed',
      ],
      [expected('{rat: {of: cells}}'), 'rat', 'expect.0.metric.rat: unknown metric "rat" (did you mean "rate"?)'],
      [
        expected('{rate: {of: cells, form: 1 ms}}'),
        'form',
        'expect.0.metric.rate.form: unknown key "form"; known are of, from, to',
      ],
      [expected('{rate: {of: cells}}', 'value: 1'), '{name', 'expect.0: a value needs a tolerance'],
      [expected('{rate: {of: cells}}', 'source: x'), '{name', 'expect.0: one of accept and value is needed'],
      [
        expected('{table: {metric: rate, of: cells, values: [1], tolerance: 1 %}}', 'source: x'),
        '{metric',
        'expect.0.metric.table: a table has one of group and steps',
      ],
      [
        expected('{sample: {of: t, variable: V, unit: 0}}'),
        '{of',
        'expect.0.metric.sample: the statistic "value" needs a time: at',
      ],
      [`${base}figures: [{rastr: {}}]\n`, 'rastr', 'figures.0.rastr: unknown figure "rastr" (did you mean "raster"?)'],
      [`${base}neurons:\n  n: {equations: x, tresh: y}\n`, 'tresh', 'neurons.n.tresh: unknown key "tresh"'],
      [
        `${base}neurons:\n  n: {parameters: {a: [1]}, equations: x}\n`,
        '[1]',
        'neurons.n.parameters.a: found a list of 1; a quantity',
      ],
      [`${base}synapses:\n  n: {pre: x}\n`, '{pre', 'synapses.n.transmit: missing; a text is needed'],
    ].map(([text, word, start]) => [start, word, text]),
  )('%s', (start, word, text) => {
    const all = `${placeOf(text, word)}: ${start}`
    expect(message(text).slice(0, all.length)).toBe(all)
  })
  it('needs no eval', async () => {
    const unchanged = globalThis.Function
    // Schemas made anew: those above would have been compiled by now, were they compiled.
    vi.resetModules()
    const fresh = await import('../../scenarios/load.ts')
    globalThis.Function = new Proxy(unchanged, {
      construct: () => {
        throw new Error('eval was used')
      },
    })
    try {
      expect(fresh.loadScenario(full, options(fullFiles)).duration).toBe(2000)
    } finally {
      globalThis.Function = unchanged
    }
  })
  it('has places without a file name, too', () => {
    expect(message(base.replace('100 ms', '100'), {}, { file: undefined })).toMatch(/^2:11: duration: found 100/)
  })
  it('reports the mistake that stands first', () => {
    expect(message(`${base.replace('100 ms', '100')}popl: 1\n`)).toMatch(/^dir\/s\.yaml:2:11: duration/)
  })
})

describe('mistakes of names', () => {
  const samples = 'record: {samples: {t: {of: "cells[0:2]", variables: [V], every: 1 ms}}}\n'
  it.each(
    [
      [
        base.replace('lib_lif', 'lib_lf'),
        'lib_lf',
        'populations.cells.model: unknown model "lib_lf" (did you mean "lib_lif"?); known are lib_lif, poisson, spike_list',
      ],
      [
        onCells('bursts: {detector: intervl}'),
        'intervl',
        'populations.cells.bursts.detector: unknown detector "intervl" (did you mean "interval"?)',
      ],
      [
        onCells('spikes: {times: [], units: []}'),
        '{times',
        'populations.cells.spikes: found spikes, but the model lib_lif takes none',
      ],
      [`${head}  a: {model: spike_list, size: 1}\n`, '{model', 'populations.a: the model spike_list needs spikes'],
      [
        `${head}  a: {model: spike_list, size: 2, spikes: {times: [1 ms], units: [2]}}\n`,
        '2]}',
        'populations.a.spikes.units.0: found unit 2; a unit from 0 to 1',
      ],
      [
        `${head}  a: {model: spike_list, size: 2, spikes: {times: [1 ms], units: []}}\n`,
        '{times',
        'populations.a.spikes: found 1 times and 0 units',
      ],
      [
        `${base}inputs:\n  a: {onto: cell.I, current: {constant: 1}}\n`,
        'cell',
        'inputs.a.onto: unknown population "cell" (did you mean "cells"?)',
      ],
      [
        `${base}inputs:\n  a: {onto: cells, current: {constant: 1}}\n`,
        'cells',
        'inputs.a.onto: found "cells"; a population and what it receives on, such as cells.I_e,',
      ],
      [
        `${base}inputs:\n  a: {onto: "cells[0:11].I", current: {constant: 1}}\n`,
        '"cells',
        'inputs.a.onto: found "cells[0:11]"; cells has the units 0 to 9',
      ],
      [
        connected('{one_to_one: true}').replace('from: cells', 'from: "cells[10]"'),
        '"cells',
        'projections.a.from: found "cells[10]"; cells has the units 0 to 9',
      ],
      [
        connected('{one_to_one: true}').replace('from: cells', 'from: "cells[3:3]"'),
        '"cells',
        'projections.a.from: found "cells[3:3]", which is no unit',
      ],
      [
        connected('{one_to_one: true}').replace('to: cells', 'to: "cells[-1]"'),
        '"cells',
        'projections.a.to: found "cells[-1]"; a population, or part of one',
      ],
      [
        connected('{one_to_one: true}', 'weight: 1, delay: 0, synapse: tsodyks'),
        'tsodyks',
        'projections.a.synapse: unknown synapse "tsodyks"; known are tsodyks_markram',
      ],
      [
        `${base}protocol:\n  - {at: 1 ms, set: {cell.E: 1}}\n`,
        'cell',
        'protocol.0.set.cell.E: unknown population "cell" (did you mean "cells"?)',
      ],
      [
        `${base}record: {events: [cels]}\n`,
        'cels',
        'record.events.0: unknown population "cels" (did you mean "cells"?)',
      ],
      [`${base}record: {weights: [ee]}\n`, 'ee]', 'record.weights.0: unknown projection "ee"; none is known here'],
      [`${base}record: {samples: {v: {of: cells, variables: [V], every: 1 ms}}}\nwatch: [v]\n`, 'v]\n', 'watch.0: found "v", which samples every unit; one with reduce: mean is needed'],
      [`${base}record: {samples: {v: {of: cells, variables: [V], every: 1 ms}}, best: {weights: [ee], by: v}}\n`, 'v}}\n', 'record.best.by: found "v", which samples every unit; one with reduce: mean is needed'],
      [`${base}record: {samples: {v: {of: cells, variables: [V], every: 1 ms, reduce: mean}}, best: {weights: [ee], by: v}}\n`, 'ee]', 'record.best.weights.0: unknown projection "ee"; none is known here'],
      [`${base}record: {best: {weights: [ee], by: v}}\n`, 'v}}', 'record.best.by: unknown request of samples "v"; none is known here'],
      [`${base}watch: [loss]\n`, 'loss', 'watch.0: unknown request of samples "loss"; none is known here'],
      [`${base}record: {samples: {v: {of: cells, variables: [V], every: 1 ms, reduce: sum}}}\n`, 'sum', 'record.samples.v.reduce: unknown reduction "sum"; known are mean'],
      [`${base}record: {weights: [{of: ee, evry: 1 s}]}\n`, 'evry', 'record.weights.0.evry: unknown key "evry" (did you mean "every"?); known are of, every, most'],
      [`${base}record: {weights: [{of: ee, most: 0}]}\n`, '0}', 'record.weights.0.most: found 0; a whole number, at least 1, is needed'],
      [
        `${base}record: {samples: {t: {of: cels, variables: [V], every: 1 ms}}}\n`,
        'cels',
        'record.samples.t.of: unknown population "cels"',
      ],
      [expected('{rate: {of: cels}}'), 'cels', 'expect.0.metric.rate.of: unknown population "cels"'],
      [expected('{rate: {of: cells}}', 'accept: [2, 1]'), '[2,', 'expect.0.accept: found the most before the least'],
      [
        expected('{correlation: {of: cells, signal: rate, with: sine, bin: 1 ms}}'),
        'sine',
        'expect.0.metric.correlation.with: unknown input "sine"',
      ],
      [
        expected('{spike_time: {of: "cells[0:2]", unit: 2, index: 0}}'),
        '2, ',
        'expect.0.metric.spike_time.unit: found unit 2; a unit from 0 to 1',
      ],
      [
        samples + expected('{sample: {of: s, variable: V, unit: 0, at: 0}}'),
        's, ',
        'expect.0.metric.sample.of: unknown request of samples "s" (did you mean "t"?)',
      ],
      [
        samples + expected('{sample: {of: t, variable: U, unit: 0, at: 0}}'),
        'U, ',
        'expect.0.metric.sample.variable: unknown sampled variable "U"',
      ],
      [
        `${base}figures: [{voltages: {of: v}}]\n`,
        'v}}',
        'figures.0.voltages.of: unknown request of samples "v"; none is known here',
      ],
      [
        `${base}neurons:\n  lib_lif: {equations: x}\n`,
        'lib_lif: {eq',
        'neurons.lib_lif: "lib_lif" is the name of a model that comes with Hillock',
      ],
      [
        `${base}short: {set: {populations.cell.size: 3}}\n`,
        'populations',
        'short.set.populations.cell.size: unknown key "cell" (did you mean "cells"?)',
      ],
    ].map(([text, word, start]) => [start, word, text]),
  )('%s', (start, word, text) => {
    const all = `${placeOf(text, word)}: ${start}`
    expect(message(text).slice(0, all.length)).toBe(all)
  })
  it('a current from samples has the dimension the model injects', () => {
    const text = (onto: string) =>
      `${head}  cells: {model: n, size: 1}\nneurons: {n: {equations: "V = 0 : mV", currents: {I: pA}}}\n` +
      `inputs:\n  a: {onto: cells.${onto}, current: {samples: {file: x.csv, unit: mV}}}\n`
    expect(message(text('I'))).toBe(
      'dir/s.yaml:7:61: inputs.a.current.samples.unit: found the unit mV, which is mV; pA is needed',
    )
    const { description } = load(text('J'), { 'dir/x.csv': 'time_ms,value\n0,1\n' })
    expect(description.inputs[0]).toMatchObject({ current: { samples: { times: [0], values: [1] } } })
  })
})

describe('files', () => {
  const including = (files: Record<string, string>, list = '[a.yaml]') => message(`include: ${list}\n${base}`, files)
  it('a missing file is said where it is named', () => {
    expect(including({})).toBe(
      'dir/s.yaml:1:11: include.0: cannot read the file "dir/a.yaml" (no such file); a file that exists is needed',
    )
    const text = `${head}  a: {model: spike_list, size: 2, spikes: {file: b.ras}}\n`
    expect(message(text)).toMatch(
      /^dir\/s\.yaml:4:50: populations\.a\.spikes\.file: cannot read the file "dir\/b\.ras"/,
    )
    expect(message(text, { 'dir/b.ras': '0.1 1\n0.1 2\n' })).toBe(
      'dir/b.ras:2:5: populations.a.spikes.file: found "2"; a unit from 0 to 1 is needed',
    )
    expect(message(text.replace('b.ras', 'b.txt'), { 'dir/b.txt': '' })).toMatch(
      /^dir\/s\.yaml:4:50: .*ends in \.ras or \.csv/,
    )
  })
  it('a circle is shown', () => {
    const files = { 'dir/a.yaml': 'include: [sub/b.yaml]\n', 'dir/sub/b.yaml': 'about: x\ninclude:\n  - ../a.yaml\n' }
    expect(including(files)).toBe(
      'dir/sub/b.yaml:3:5: include.0: the files include each other in a circle: dir/a.yaml -> dir/sub/b.yaml -> dir/a.yaml',
    )
    expect(including({ 'dir/a.yaml': 'include: [s.yaml]\n' })).toMatch(
      /^dir\/a\.yaml:1:11: .*circle: dir\/s\.yaml -> dir\/a\.yaml -> dir\/s\.yaml$/,
    )
  })
  it('a file that two others include counts once', () => {
    const files = {
      'dir/a.yaml': 'include: [c.yaml]\n',
      'dir/b.yaml': 'include: [c.yaml]\n',
      'dir/c.yaml': 'synapses: {s: {transmit: w}}\n',
    }
    expect(load(`include: [a.yaml, b.yaml]\n${base}`, files).scenario.synapses).toEqual({ s: { transmit: 'w' } })
  })
  it('a name stands once', () => {
    const one = 'neurons:\n  n: {equations: x}\n'
    const start = 'dir/b.yaml:2:3: neurons.n: "n" is defined already at dir/a.yaml:2:3; a name may stand once'
    expect(including({ 'dir/a.yaml': one, 'dir/b.yaml': one }, '[a.yaml, b.yaml]')).toBe(start)
    expect(message(`include: [a.yaml]\n${base}${one}`, { 'dir/a.yaml': one })).toBe(
      'dir/s.yaml:7:3: neurons.n: "n" is defined already at dir/a.yaml:2:3; a name may stand once',
    )
  })
  it('mistakes in a model file are placed there', () => {
    expect(including({ 'dir/a.yaml': 'neurons:\n  n: {equation: x}\n' })).toMatch(
      /^dir\/a\.yaml:2:7: neurons\.n\.equation: unknown key "equation" \(did you mean "equations"\?\)/,
    )
    expect(including({ 'dir/a.yaml': 'populations: {}\n' })).toMatch(/^dir\/a\.yaml:1:1: populations: unknown key/)
    expect(including({ 'dir/a.yaml': 'a: [\n' })).toMatch(/^dir\/a\.yaml:2:1: this is not YAML/)
    expect(including({ 'dir/a.yaml': '' })).toMatch(/^dir\/a\.yaml:1:1: found nothing; a mapping is needed/)
  })
  it('joins paths', () => {
    expect(pathFrom('a/b.yaml', '../c.yaml')).toBe('c.yaml')
    expect(pathFrom(undefined, './c/../d.yaml')).toBe('d.yaml')
    expect(pathFrom('a.yaml', '../../d.yaml')).toBe('../../d.yaml')
    expect(pathFrom('/x/a.yaml', '../../d.yaml')).toBe('/d.yaml')
    expect(pathFrom('a/b.yaml', '/d/e.yaml')).toBe('/d/e.yaml')
    expect(extension('a.b/c')).toBe('')
    expect(extension('a/c.CSV')).toBe('.csv')
  })
})

describe('--set and options', () => {
  const set = (path: string, value: string, text = full) => load(text, fullFiles, { set: { [path]: value } })
  const wrong = (path: string, value: string) => mistake(() => set(path, value)).message
  it('sets by path, the value being YAML', () => {
    expect(set('populations.cells.size', '200').description.populations[0].size).toBe(200)
    expect(set('protocol.0.set.cells.I_0', '9 mV').description.changes?.[0].parameters.I_0).toBe('9 mV')
    expect(set('expect', '[]').scenario.expect).toEqual([])
    expect(set('expect.1.tolerance', '20 %').scenario.expect?.[1].tolerance).toBe('20 %')
    expect(set('populations.others.parameters.Q', '{uniform: [1, 2]}').scenario.populations.others.parameters).toEqual({
      E: { levels: ['1 mV', '2 mV'], each: 2 },
      Q: { uniform: [1, 2] },
    })
    expect(set('inputs.sine.current.sine.mean', '1 pA').scenario.inputs?.sine.current).toMatchObject({
      sine: { mean: '1 pA' },
    })
    expect(set('neurons.mine.receptors.a.b', 'V += 2 * w').scenario.neurons?.mine.receptors).toEqual({
      e: 'V += w',
      'a.b': 'V += 2 * w',
    })
    expect(set('populations.cells.method', 'rk4', base).description.populations[0].method).toBe('rk4')
    expect(set('populations.cells.parameters.E', '3 mV', base).description.populations[0].parameters).toEqual({
      E: '3 mV',
    })
  })
  it('finds a file that it names where the command is given, and others beside the scenario', () => {
    const text = `${head}  a: {model: spike_list, size: 1, spikes: {file: own.ras}}\n  b: {model: spike_list, size: 1, spikes: {file: own.ras}}\n`
    const files: Record<string, string> = { 'folder/own.ras': '0.001 0\n', 'mine.ras': '0.002 0\n' }
    const read = (path: string) => files[path] ?? `no ${path}`
    const loaded = loadScenario(text, { file: 'folder/s.yaml', read, models: packaged, set: { 'populations.b.spikes': '{file: mine.ras}' } })
    expect(loaded.description.populations.map(({ spikes }) => spikes?.times)).toEqual([[1], [2]])
  })
  it('may take away what a short form sets', () => {
    const text = `${head}  a: {model: lib_lif, size: 1}\nfigures: [{raster: {of: a}}]\nshort: {set: {figures.0.raster.to: 1 ms}}\n`
    expect(set('figures', '[]', text).scenario.figures).toEqual([])
    expect(mistake(() => load(text.replace('figures.0', 'figures.1'))).message).toContain('short.set.figures.1')
  })
  it('does not change what an anchor shares', () => {
    const text = `${head}  a: &a {model: lib_lif, size: 1}\n  b: *a\n`
    expect(set('populations.b.size', '5', text).description.populations.map(({ size }) => size)).toEqual([1, 5])
  })
  it.each([
    [
      'populations.cell.size',
      '1',
      '--set:1:13: populations.cell: unknown key "cell" (did you mean "cells"?); known are cells, others,',
    ],
    [
      'populations.cells.sise',
      '1',
      '--set:1:19: populations.cells.sise: unknown key "sise" (did you mean "size"?); known are',
    ],
    ['sed', '1', '--set:1:1: sed: unknown key "sed" (did you mean "seed"?); known are'],
    ['', '1', '--set:1:1: unknown key "";'],
    ['seed.x', '1', '--set:1:6: seed.x: unknown key "x"; none is known here'],
    ['expect.7.name', 'x', '--set:1:8: expect: found "7"; an index from 0 to 3 is needed'],
    ['populations.cells.size', '0', '--set:1:24: populations.cells.size: found 0; a whole number from 1'],
    ['populations.cells.size', '', '--set:1:24: populations.cells.size: found nothing; a whole number from 1'],
    ['populations.cells.size', '[1', '--set:1:26: this is not YAML: flow sequence'],
    [
      'populations.cells.model',
      'tow',
      '--set:1:25: populations.cells.model: unknown model "tow"; known are lib_lif, mine, two',
    ],
    ['populations.cells.parameters.__proto__', '1', '--set:1:30: populations.cells.parameters.__proto__: unknown key'],
    ['populations.constructor.size', '1', '--set:1:13: populations.constructor: unknown key "constructor"'],
    ['include', '[x.yaml]', '--set:1:1: include: include cannot be set'],
    ['short.duration', '1 ms', '--set:1:1: short.duration: short cannot be set'],
  ])('%s=%s', (path, value, start) => {
    expect(wrong(path, value).slice(0, start.length)).toBe(start)
  })
  it('options come last', () => {
    const more = { short: true, set: { duration: '3 ms' }, seed: 9, dt: '0.2 ms', duration: '4 ms', precision: 'f32' }
    expect(load(full, fullFiles, more).scenario).toMatchObject({
      seed: 9,
      dt: '0.2 ms',
      duration: '4 ms',
      precision: 'f32',
    })
    expect(load(full, fullFiles, { short: true, set: { duration: '3 ms' } }).duration).toBe(3)
    expect(message(base, {}, { dt: '1 mV' })).toBe('--dt:1:1: dt: found "1 mV", which is mV; ms is needed')
  })
  it('a mistake in the short form is placed there', () => {
    const short = (body: string) => message(`${base}short: ${body}\n`, {}, { short: true })
    expect(short('{duration: 5}')).toBe(
      'dir/s.yaml:5:19: short.duration: found 5, which is a plain number; ms is needed',
    )
    expect(short('{set: {populations.cells.size: x}}')).toMatch(
      /^dir\/s\.yaml:5:39: populations\.cells\.size: found "x"/,
    )
    expect(short('{expect: [{name: a, metric: {rate: {of: x}}, accept: [0, 1]}]}')).toMatch(
      /^dir\/s\.yaml:5:48: expect\.0\.metric\.rate\.of: unknown population "x"/,
    )
  })
})

describe('mistakes that the engine finds', () => {
  const loaded = load(full, fullFiles)
  const where = (error: InputError) => {
    const { file, line, column } = (loaded.located(error) as InputError).place ?? {}
    return `${file}:${line}:${column}`
  }
  it.each([
    [['populations', 'cells', 'parameters', 'tau_m'], 'x', 'dir/s.yaml:28:25'],
    [['populations', 0, 'parameters', 'tau_m', 'normal', 'sd'], 'x', 'dir/s.yaml:28:52'],
    [['populations', 'cells', 'parameters', 'tau_m'], 'unknown parameter "tau_m"; none', 'dir/s.yaml:28:18'],
    [['populations', 'cells', 'nowhere', 'at', 'all'], 'x', 'dir/s.yaml:24:3'],
    [['inputs', 'sine', 'to'], 'x', 'dir/s.yaml:37:16'],
    [['changes', 0, 'parameters', 'E'], 'x', 'dir/s.yaml:56:66'],
    [['changes', 1, 'parameters', 'E'], 'x', 'dir/s.yaml:56:51'],
    [['changes', 1, 'at'], 'x', 'dir/s.yaml:56:10'],
    [['record', 'samples', 0, 'variables', 1], 'x', 'dir/s.yaml:59:56'],
    [['populations', 'cells', 'model', 'threshold'], 'x', 'dir/s.yaml:18:16'],
    [['populations', 'others', 'model', 'equations'], 'x', 'dir/models/mine.yaml:3:44'],
    [['projections', 'oo', 'synapse', 'onPreSpike'], 'x', 'dir/syn.yaml:2:55'],
    [[], 'x', 'dir/s.yaml:1:1'],
  ])('%j', (path, reason, place) => {
    expect(where(new InputError(reason, path))).toBe(place)
  })
  it('places a line within equations', () => {
    const path = ['populations', 'cells', 'model', 'equations']
    expect(where(new InputError('x', path, { line: 2, column: 9 }))).toBe('dir/s.yaml:15:15')
    const other = ['populations', 'others', 'model', 'equations']
    expect(where(new InputError('x', other, { line: 1, column: 5 }))).toBe('dir/models/mine.yaml:3:49')
  })
  it('leaves other errors and known places alone', () => {
    const other = new Error('x')
    expect(loaded.located(other)).toBe(other)
    const known = new InputError('x', [], { file: 'f', line: 1, column: 2 })
    expect(located(known, loaded.place)).toBe(known)
    expect((located(new InputError('x', ['seed']), loaded.place) as InputError).message).toBe('dir/s.yaml:4:7: seed: x')
  })
  it('places what was set by its origin', () => {
    const { place } = load(base, {}, { set: { 'populations.cells.parameters.E': '3 mV' } })
    expect(place(['populations', 'cells', 'parameters', 'E'])).toEqual({ file: '--set', line: 1, column: 32 })
    expect(place(['populations', 'cells', 'size'])).toEqual({ file: 'dir/s.yaml', line: 4, column: 33 })
  })
})

describe('the JSON Schema', () => {
  const schema = scenarioJsonSchema()
  it('describes every key of a scenario and refuses others', () => {
    const properties = schema.properties as Record<string, { description?: string }>
    expect(Object.keys(parse(full)).filter((key) => !(key in properties))).toEqual([])
    expect(Object.entries(properties).filter(([, { description }]) => !description)).toEqual([])
    expect(schema.additionalProperties).toBe(false)
    expect(schema.required).toEqual(['title', 'populations'])
  })
  it('accepts what the loader accepts, and refuses unknown keys and missing ones', () => {
    const accepts = (value: unknown) => z.fromJSONSchema(schema as never).safeParse(value).success
    const value = parse(full)
    expect(accepts(value)).toBe(true)
    expect(accepts({ ...value, popl: 1 })).toBe(false)
    expect(accepts({ ...value, title: undefined })).toBe(false)
    expect(accepts({ ...value, populations: { cells: { model: 'x', size: 0 } } })).toBe(false)
  })
  it('describes every key within, too', () => {
    const bare: string[] = []
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return
      for (const [key, inner] of Object.entries(node)) {
        if (key === 'properties') {
          for (const [name, property] of Object.entries(inner as Record<string, { description?: string }>)) {
            if (!property.description) bare.push(`${path}.${name}`)
          }
        }
        walk(inner, `${path}.${key}`)
      }
    }
    walk(schema, '')
    expect(bare).toEqual([])
  })
})
