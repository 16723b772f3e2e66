/** Mistakes in networks with trials, graded projections and rules on matrices, made in descriptions, without a scenario's checks before. */
import { describe, expect, it } from 'vitest'
import type { NetworkDescription, ProjectionDescription, TrialsDescription } from '../../engine/description.ts'
import { InputError, RunError } from '../../engine/errors.ts'
import type { Examples } from '../../engine/examples.ts'
import type { NeuronDefinition, RuleDefinition } from '../../engine/model.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { bytesSource } from '../../engine/trace/format.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { checkpointTraceBytes, runScenario } from '../../scenarios/run.ts'

const about = { about: 'A unit.', source: 'none: a test', receptors: {}, parameters: {} }
const unit: NeuronDefinition = {
  ...about, name: 'unit', currents: { I: ['1', 'input'], E: ['1', 'error'], target: ['1', 'wanted'] },
  equations: 'next y = I : 1\nnext delta = E + target - I : 1',
}
const spiking: NeuronDefinition = { ...about, name: 'spiking', currents: { I: ['1/ms', 'input'] }, equations: 'dV/dt = I : 1', threshold: 'V > 1', reset: 'V = 0' }
const delta: RuleDefinition = {
  name: 'delta', about: 'Error times activity.', source: 'none: a test', parameters: { eta: ['0.1 weight', 'learning rate'] },
  pre_neuron: { y: ['1', 'activity'] }, neuron: { delta: ['1', 'error'] }, on: { 'end:backward': 'w += eta * y * delta' },
}
const count = 6
const examples: Examples = {
  name: 'numbers', count, width: 3, inputs: Float64Array.from({ length: 3 * count }, (_, k) => 1 + ((k * 37) % 11) / 11), scale: 1, outputs: 2,
  wanted: { labels: Uint8Array.from({ length: count }, (_, k) => k % 2) }, splits: { train: { first: 0, last: count - 1 } },
}
const port = (population: string, variable: string) => ({ population, variable })

interface Parts {
  populations: NetworkDescription['populations']
  up: Partial<ProjectionDescription>
  out: Partial<ProjectionDescription>
  back: Partial<ProjectionDescription>
  inputs: NetworkDescription['inputs']
  trials: Partial<TrialsDescription>
  more: Partial<NetworkDescription>
}
type Sizes = Partial<Record<'input' | 'hidden' | 'output', number>>
const sized = ({ input = 3, hidden = 4, output = 2 }: Sizes = {}, copies = 1): Parts['populations'] => [
  { name: 'input', model: unit, size: input * copies, copies },
  { name: 'hidden', model: unit, size: hidden * copies, copies },
  { name: 'output', model: unit, size: output * copies, copies },
]
function network(parts: Partial<Parts> = {}): NetworkDescription {
  const projection = (name: string, from: string, to: string, onto: string, sends: string, delay: string): ProjectionDescription => ({
    name, from: { population: from }, to: { population: to }, onto, graded: { sends }, connect: { all_to_all: true }, weight: { uniform: [-0.5, 0.5] }, delay,
  })
  return {
    seed: 3, dt: '1 ms', precision: 'f32',
    populations: parts.populations ?? sized(),
    projections: [
      { ...projection('up', 'input', 'hidden', 'I', 'y', '0 ms'), learning: { rule: delta }, ...parts.up },
      { ...projection('out', 'hidden', 'output', 'I', 'y', '0 ms'), learning: { rule: delta }, ...parts.out },
      { ...projection('back', 'output', 'hidden', 'E', 'delta', '1 ms'), weight: { transpose_of: 'out' }, ...parts.back },
    ],
    inputs: parts.inputs ?? [
      { name: 'pixels', to: { population: 'input' }, onto: 'I', example: {} },
      { name: 'label', to: { population: 'output' }, onto: 'target', wanted: { during: ['backward'] } },
    ],
    trials: {
      examples, epochs: 4,
      phases: { forward: { length: '1 ms' }, backward: { length: '2 ms' } },
      blocks: [{ name: 'train', split: 'train', phases: ['forward', 'backward'], measures: [{ name: 'loss', at: 'end:forward', squared_error: { of: port('output', 'y') } }] }],
      ...parts.trials,
    },
    record: { events: [] },
    ...parts.more,
  }
}

async function mistake(description: NetworkDescription): Promise<InputError> {
  try {
    await createSimulation(description)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const block = network().trials?.blocks[0] as TrialsDescription['blocks'][0]
const [pixels, label] = network().inputs
const withRule = (change: Partial<RuleDefinition>): Partial<Parts> => ({ up: { learning: { rule: { ...delta, ...change } } } })
const circle = (delay: string): Partial<Parts> => ({ back: { weight: 0.1, onto: 'I', delay } })

it('what is refused below is one change away from what runs', async () => {
  const simulation = await createSimulation(network())
  simulation.run(Infinity)
  expect(simulation.trials?.finished).toBe(true)
  expect(simulation.now).toBe(4 * count * 3)
})

describe('a mistake in trials', () => {
  const cases: [what: string, parts: Partial<Parts>, said: string][] = [
    ['an input layer of another size', { populations: sized({ input: 5 }) }, 'inputs.pixels.onto: found 5 units; an input of "numbers" has 3 numbers'],
    ['an output layer of another size', { populations: sized({ output: 3 }), trials: { blocks: [{ ...block, measures: [] }] } }, 'inputs.label.onto: found 3 units; what is wanted of "numbers" has 2 numbers'],
    ['a measure of a layer of another size', { trials: { blocks: [{ ...block, measures: [{ name: 'loss', at: 'end:forward', squared_error: { of: port('hidden', 'y') } }] }] } }, 'trials.blocks.train.measures.loss.squared_error: found 4 units; what is wanted of "numbers" has 2 numbers'],
    ['an angle between layers of different sizes', { trials: { blocks: [{ ...block, measures: [{ name: 'a', at: 'end:forward', angle: { between: [port('hidden', 'y'), port('output', 'y')] } }] }] } }, 'trials.blocks.train.measures.a.angle: found 4 and 2 units; as many are needed'],
    ['a measure of an unknown variable', { trials: { blocks: [{ ...block, measures: [{ name: 'm', at: 'end:forward', mean: { of: port('hidden', 'z') } }] }] } }, 'unknown variable "z"'],
    ['a block of an unknown phase', { trials: { blocks: [{ ...block, phases: ['foward'] }] } }, 'trials.blocks.train.phases.0: unknown phase "foward" (did you mean "forward"?); known are forward, backward'],
    ['a phase that resets an unknown population', { trials: { phases: { forward: { length: '1 ms', reset: ['hiden'] }, backward: { length: '2 ms' } } } }, 'trials.phases.forward.reset.0: unknown clocked population "hiden" (did you mean "hidden"?)'],
    ['a phase that draws anew what has no weights', { trials: { phases: { forward: { length: '1 ms', redraw: ['back'] }, backward: { length: '2 ms' } } } }, 'trials.phases.forward.redraw.0: unknown projection with a matrix of its own "back"'],
    ['a phase without length', { trials: { phases: { forward: { length: '0 ms' }, backward: { length: '2 ms' } } } }, 'trials.phases.forward.length: found a length of 0 ms; more than 0 ms is needed'],
    ['a phase that is no whole number of steps', { trials: { phases: { forward: { length: '1.5 ms' }, backward: { length: '2 ms' } } } }, 'trials.phases.forward.length: found 1.5 ms; a whole number of steps of 1 ms is needed'],
    ['an input in an unknown phase', { inputs: [{ ...pixels, example: { during: ['before'] } } as typeof pixels, label] }, 'unknown phase "before"'],
    ['an unknown split', { trials: { blocks: [{ ...block, split: 'test' }] } }, 'trials.blocks.train.split: unknown split "test"; known are train'],
    ['more examples than there are', { trials: { blocks: [{ ...block, examples: 7 }] } }, 'trials.blocks.train.examples: found 7 examples; "train" has 6'],
    ['examples that the copies cannot share', { populations: sized({}, 4) }, 'found 6 examples for 4 copies; a multiple of the copies is needed, such as 4'],
    ['no epoch', { trials: { epochs: 0 } }, 'trials.epochs: found 0 epochs; a whole number above zero is needed'],
    ['values remembered of an unknown variable', { trials: { remember: [{ of: port('hidden', 'z'), at: 'end:forward' }] } }, 'unknown variable "z"'],
    ['a stop by an unknown measure', { trials: { stop: { by: { block: 'train', measure: 'error' }, patience: 2 } } }, 'trials.stop.by: unknown measure "error"; known are loss'],
  ]
  it.each(cases)('%s', async (_, parts, said) => {
    expect((await mistake(network(parts))).message).toContain(said)
  })
})

describe('a mistake in a graded projection', () => {
  const parts = sized()
  const cases: [what: string, parts: Partial<Parts>, said: string][] = [
    ['to a population that is not clocked', { populations: [parts[0], { ...parts[1], model: library.neurons.get('intfire') ?? unit, regime: 'event_driven' }, parts[2]] }, 'projections.back.to: "hidden" is not clocked; graded projections are between clocked populations'],
    ['of two steps', { back: { delay: '2 ms' } }, 'projections.back.delay: found 2 ms; 0 ms or one step of 1 ms is accepted'],
    ['sent at a moment, of one step', { back: { graded: { sends: 'delta', at: 'end:forward' } } }, 'projections.back.delay: found 1 ms; 0 ms is accepted'],
    ['in a circle without delay', circle('0 ms'), 'projections without delay run in a circle through "hidden", "output"; give one of them a delay of one step'],
    ['from a population to itself without delay', { back: { from: { population: 'hidden' }, weight: 0.1, delay: '0 ms' } }, 'projections.back.delay: found no delay from a population to itself; a graded projection within a population needs one step'],
    ['of an unknown variable', { up: { graded: { sends: 'x' } } }, 'projections.up.graded: unknown variable "x" (did you mean "y"?); known are y, delta'],
    ['onto an unknown current', { up: { onto: 'J' } }, 'unknown current "J" (did you mean "I"?); known are I, E, target'],
    ['between copies that differ', { populations: [...sized({}, 2).slice(0, 1), parts[1], ...sized({}, 2).slice(2)] }, 'projections.back.to: found 2 copies of "output" and 1 of "hidden"; as many are needed'],
    ['between parts of populations', { up: { from: { population: 'input', first: 1, last: 2 } } }, 'projections.up.from: found units 1 to 2; graded projections are between whole populations'],
    ['with feedback of another shape', { back: { weight: { transpose_of: 'up' } } }, 'projections.back.weight.transpose_of: found 2 sources and 4 targets; the transpose of "up" has 4 sources and 3 targets'],
    ['with feedback of an unknown projection', { back: { weight: { transpose_of: 'ot' } } }, 'unknown projection "ot" (did you mean "out"?)'],
    ['with a rule on weights of another projection', { back: { learning: { rule: delta } } }, 'projections.back.weight: found a rule; weights that are those of another projection change there'],
    ['one to one between different sizes', { up: { connect: { one_to_one: true }, learning: undefined } }, 'projections.up.connect: found 3 sources and 4 targets; one-to-one needs as many'],
    ['with a rule on few connections', { up: { connect: { one_to_one: true } }, populations: sized({ hidden: 3 }) }, 'projections.up.connect: rules of graded projections work on full matrices'],
    ['with a synapse model', { up: { transmits: 'burst' } }, 'projections.up.transmits: found transmits, which a graded projection has not'],
  ]
  it.each(cases)('%s', async (_, change, said) => {
    expect((await mistake(network(change))).message).toContain(said)
  })
  it('that closes a circle with a step of delay is none', async () => {
    const simulation = await createSimulation(network(circle('1 ms')))
    simulation.run(6)
    expect(simulation.now).toBe(6)
  })
})

describe('a mistake in a rule on a matrix', () => {
  const cases: [what: string, parts: Partial<Parts>, said: string][] = [
    ['that is not bilinear', withRule({ on: { 'end:backward': 'w += eta * exp(y * delta)' } }), '"exp(y * delta)" is no sum of products of something presynaptic and something postsynaptic'],
    ['with a quotient of a sum of both', withRule({ on: { 'end:backward': 'w += eta / (y + delta)' } }), 'is no sum of products of something presynaptic and something postsynaptic'],
    ['whose factor of w is of a neuron', withRule({ on: { 'end:backward': 'w += eta * y * delta - y * w' } }), 'what "w" becomes must be linear in w, with a factor of parameters only'],
    ['that is not linear in w', withRule({ parameters: { eta: ['0.1 1/weight', 'rate'] }, on: { 'end:backward': 'w += eta * w * w + 0 * w * y * delta' } }), 'what "w" becomes must be linear in w'],
    ['that changes something else', withRule({ on: { 'end:backward': 'v += eta * y * delta' } }), 'unknown variable "v"'],
    ['that hears an unknown phase', withRule({ on: { 'end:backwards': 'w += eta * y * delta' } }), 'the rule hears end:backwards: unknown phase "backwards" (did you mean "backward"?)'],
    ['that hears spikes', withRule({ on: { pre: 'w += eta * y * delta' } as RuleDefinition['on'] }), 'unknown ear "pre"'],
    ['with a parameter that is used nowhere', withRule({ parameters: { ...delta.parameters, rate: ['0.1', 'nothing'] } }), 'the parameter "rate" is used nowhere'],
    ['that reads what the source has not', { up: { learning: { rule: delta, reads: { y: 'x' } } } }, 'the rule reads "y" of the presynaptic neuron: unknown variable "x" (did you mean "y"?)'],
    ['with a variable that it has not', { up: { learning: { rule: delta, reads: { z: 'y' } } } }, 'unknown variable of the rule "z"'],
    ['with soft bounds', { up: { bounds: { soft: [0, 1] } as unknown as ProjectionDescription['bounds'] } }, 'bounds: found soft bounds; a rule on a whole matrix has hard ones'],
  ]
  it.each(cases)('%s', async (_, change, said) => {
    expect((await mistake(network(change))).message).toContain(said)
  })
  it.each([
    ['\nw += eta * exp(y * delta)', { line: 2, column: 12 }],
    ['w += eta * y * delta - y * w', { line: 1, column: 1 }],
    ['w += eta * (y * delta + max(y, delta))', { line: 1, column: 25 }],
  ])('is told with line and column: %s', async (text, place) => {
    const found = await mistake(network(withRule({ on: { 'end:backward': text } })))
    expect(found.place).toMatchObject(place)
    expect(found.path.slice(0, 2)).toEqual(['projections', 'up'])
  })
})

describe('training that diverges', () => {
  async function failure(description: NetworkDescription): Promise<RunError> {
    const simulation = await createSimulation(description)
    try {
      simulation.run(Infinity)
    } catch (error) {
      if (error instanceof RunError) return error
      throw error
    }
    throw new Error('it did not diverge')
  }
  const steep = (report?: number): Partial<Parts> => {
    const learning = { rule: delta, parameters: { eta: '1e6 weight' } }
    return { up: { learning }, out: { learning }, trials: { blocks: [{ ...block, ...(report !== undefined && { report }) }] } }
  }
  it('says epoch, trial, projection, its layers and the norms of its weights', async () => {
    const { message } = await failure(network(steep(1)))
    const [, before, now] = /^training fails in epoch 1, at trial [2-5]: the weights of "out" \(hidden -> output\) are not finite; norms of weights: .*out \(hidden -> output\) (\d\S*) at the last report, now (\S+?)(;|$)/.exec(message) ?? []
    expect(Number(before)).toBeGreaterThan(1e6)
    expect(Number.isFinite(Number(now))).toBe(false)
    expect(message).toContain('make the learning rate smaller, or give the projection bounds')
  })
  it('says so where activities are the first to be seen', async () => {
    const simulation = await createSimulation(network(steep()))
    const pieces = () => {
      for (let t = 1; t <= 18; t++) simulation.run(t)
    }
    expect(pieces).toThrow(/^training fails in epoch 1, at trial [1-5]: variable "[^"]+" of population "(input|hidden|output)" is (-?Infinity|NaN) in unit \d at \d+ ms; check weights, currents and the step; norms of weights: out \(hidden -> output\) now \S+; up \(input -> hidden\) now \S+; if they grow/)
  })
})

describe('a run with trials is not gone on with', () => {
  const text = (eta: string, epochs: number) => `title: exclusive or
dt: 1 ms
data: {xor: {}}
populations: {input: {model: clamped, size: 2}, output: {model: cross_entropy_output, size: 2}}
inputs: {x: {onto: input.I, example: {}}, y: {onto: output.target, wanted: {}}}
projections:
  up: {from: input, to: output, onto: I, graded: x, connect: {all_to_all: true}, weight: {uniform: [-1, 1]}, delay: 0 ms, rule: {name: delta_rule, parameters: {eta: ${eta} weight}}}
trials:
  phases: {forward: {length: 3 ms}, backward: {length: 3 ms}}
  blocks: {train: {split: train, phases: [forward, backward], shuffle: true, measures: {loss: {squared_error: output.y, at: 'end:forward'}}}}
  epochs: ${epochs}
`
  it.each([
    ['another learning rate', text('0.2', 400)],
    ['more epochs', text('0.1', 401)],
    ['other examples', text('0.1', 400).replace('{xor: {}}', '{linear_teacher: {inputs: 2, outputs: 2, train: 4}}')],
    ['another seed', `${text('0.1', 400)}seed: 7\n`],
  ])('from a checkpoint of one with %s', async (_, other) => {
    const load = (given: string) => loadScenario(given, { read: () => '', models: library })
    const parts: Uint8Array[] = []
    let checkpoint = new Uint8Array()
    await runScenario(load(text('0.1', 400)), {
      sink: { write: (b) => void parts.push(b.slice()) },
      open: () => bytesSource(Buffer.concat(parts)),
      onCheckpoint: (b) => void (checkpoint = b.slice()),
      onProgress: () => false,
    })
    const cut = Buffer.concat(parts).subarray(0, checkpointTraceBytes(checkpoint))
    const open = () => bytesSource(cut)
    await expect(runScenario(load(other), { resume: checkpoint, open })).rejects.toThrow('found a checkpoint of another scenario, seed or setting; a checkpoint of this scenario is needed')
    expect((await runScenario(load(text('0.1', 400)), { resume: checkpoint, open })).trials?.epoch).toBe(400)
  })
  it('from state of another network', async () => {
    const simulation = await createSimulation(network())
    simulation.run(4)
    const other = await createSimulation(network({ populations: sized({ hidden: 9 }) }))
    expect(() => other.restore(simulation.snapshot())).toThrow(/^found a checkpoint of \d+ bytes; this network's has \d+$/)
  })
})

it('a threshold that nothing crosses is no matter of trials', async () => {
  const simulation = await createSimulation(network({ populations: [...sized(), { name: 'spiking', model: spiking, size: 1 }] }))
  simulation.run(3)
  expect(simulation.now).toBe(3)
})
