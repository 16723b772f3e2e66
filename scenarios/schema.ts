/** The schema of a scenario. It is also exported as JSON Schema: every key says what it means and in which unit. */
import { z } from 'zod'
import type { Bounds, Connector } from '../engine/description.ts'
import { adjust } from './adjust-schema.ts'
import { data } from './data-schema.ts'
import { figure } from './figures-schema.ts'
import { expectation } from './metrics-schema.ts'
import { include, learning, method, neurons, rules, synapses } from './models-schema.ts'
import { patterns } from './patterns-schema.ts'
import {
  choice,
  finite,
  flag,
  hertz,
  list,
  ms,
  named,
  needs,
  numberIn,
  quantity,
  strict,
  text,
  time,
  whole,
  word,
  yes,
} from './shapes.ts'
import { byPhase, example, graded, sign, trials, wanted } from './trials-schema.ts'
import { current, spikes, value, valueWith } from './values-schema.ts'

/** Units a population may have. */
export const sizeLimit = 10_000_000

const self = flag.optional().describe('whether a unit may connect to itself')
const pair = z.tuple([whole(0), whole(0)], { error: needs('a pair [source, target]') })
export const connector = choice<Connector>('connector', {
  all_to_all: strict({ all_to_all: yes.describe('every source to every target'), self }),
  one_to_one: strict({ one_to_one: yes.describe('source i to target i') }),
  probability: strict({ probability: numberIn(0, 1).describe('each pair with this probability, 0 to 1'), self }),
  in_degree: strict({
    in_degree: whole(1).describe('every target from exactly so many sources'),
    self,
    distinct: flag.optional().describe('no source twice; drawn with replacement unless said'),
  }),
  out_degree: strict({
    out_degree: whole(1).describe('every source to exactly so many targets'),
    self,
    distinct: flag.optional().describe('no target twice; drawn with replacement unless said'),
  }),
  pairs: strict({ pairs: list(pair).describe('explicit [source, target] pairs, counted from 0') }),
}).describe('who is connected to whom')

export const population = strict({
  model: text.describe('name of a neuron or a source: one that comes with Hillock, or one of `neurons`'),
  size: whole(1, sizeLimit).describe('number of units, of each copy if there are copies'),
  copies: whole(1)
    .optional()
    .describe('independent copies that share all weights, each shown an example of its own; 1 unless said. Unit i of copy c is unit c size + i'),
  regime: word('regime', ['clocked', 'event_driven']).optional().describe('in steps of dt, or exact between events'),
  method: method.optional().describe('how nonlinear equations are stepped'),
  parameters: named(value, 'symbol').optional().describe("parameters that differ from the model's defaults"),
  initial: named(value, 'symbol').optional().describe('start values of variables'),
  bursts: strict({
    detector: text
      .optional()
      .describe('interval (exact inter-spike interval, unless said) or trace (a decaying trace)'),
    interval: quantity(ms, 'positive').optional().describe('longest interval within a burst, e.g. 16 ms'),
  })
    .optional()
    .describe('detect bursts'),
  maximum_rate: quantity(hertz, 'positive')
    .optional()
    .describe('rate a unit that the stream has room for; 1 kHz unless said'),
  plateaus: flag.optional().describe('emit events when a plateau potential begins and ends'),
  spikes: spikes.optional().describe('what a source of the kind spike_list fires'),
  patterns: patterns.optional(),
}).describe('units of one model')

const inputKinds = ['current', 'poisson', 'spikes', 'example', 'wanted', 'phases'] as const
const inputWords = inputKinds.join(', ')
export const input = strict({
  onto: text.describe('population.current or population.receptor, such as cells.I_s or cells[0:10].excitatory'),
  current: current.optional(),
  example: example.optional(),
  wanted: wanted.optional(),
  phases: byPhase.optional(),
  sign: sign.optional(),
  poisson: strict({
    rate: valueWith(hertz, 'not negative').describe('rate of every train, e.g. 20 kHz'),
    weight: quantity().describe('weight of a spike, e.g. 0.1 mV'),
  })
    .optional()
    .describe('independent Poisson trains, one a unit'),
  spikes: spikes.optional().describe('explicit spikes, units counted within `onto`'),
  weight: quantity().optional().describe('weight of the explicit spikes, e.g. 1 mV'),
})
  .superRefine((found, context) => {
    const kinds = inputKinds.filter((key) => found[key] !== undefined)
    const say = (message: string) => context.addIssue({ code: 'custom', message })
    if (kinds.length === 0) say(`an input needs one of ${inputWords}`)
    else if (kinds.length > 1) say(`found ${kinds.join(' and ')}; an input has one of ${inputWords}`)
    else if (kinds[0] === 'spikes' && found.weight === undefined) say('spikes need a weight')
    else if (kinds[0] !== 'spikes' && found.weight !== undefined) say(`found a weight beside ${kinds[0]}; only spikes have one here`)
    else if (kinds[0] !== 'phases' && found.sign !== undefined) say(`found a sign beside ${kinds[0]}; only phases have one`)
  })
  .describe('what comes from outside')

const transposed = strict({
  transpose_of: text.describe('projection whose weights these are, the other way round, at every moment'),
  times: finite.optional().describe('a factor; 1 unless said'),
  sign: flag.optional().describe('their signs only, -1, 0 or 1; of graded projections'),
})

const range = z.tuple([quantity(), quantity()], { error: needs('a list of two weights, [lowest, highest],') })
export const bounds = choice<Bounds>('bounds', {
  hard: strict({ hard: range.describe('changes in full, then clipped') }),
  soft: strict({
    soft: range.describe('the nearer the bound, the smaller the change'),
    exponent: numberIn(0, 100).optional().describe('1 (multiplicative) unless said'),
  }),
  power_law: strict({
    power_law: strict({
      reference: quantity().describe('weight at which changes are in full'),
      exponent: numberIn(0, 100).describe('of increases, e.g. 0.4'),
    }).describe('increases as a power of the weight, decreases in proportion to it'),
  }),
}).describe('limits of weights that change, and how a change depends on the weight')

export const projection = strict({
  from: text.describe('source units: a population, or part of one such as cells[0:3200]'),
  to: text.describe('target units'),
  onto: text.describe('receptor of the targets; of a graded projection, a current'),
  connect: connector,
  graded: graded.optional(),
  weight: z
    .union([transposed, value], { error: needs('a quantity, a distribution or {transpose_of: projection}') })
    .describe('weight of a connection, with the unit of the receptor'),
  delay: valueWith(ms, 'not negative').describe('axonal delay, from the spike to the synapse, e.g. 0.8 ms'),
  dendritic_delay: time.optional().describe('from the synapse to the soma, and back for spikes of the soma; 0 ms unless said'),
  rule: learning.optional().describe('how the weights change'),
  bounds: bounds.optional(),
  synapse: text.optional().describe('name of a synapse; static unless said'),
  parameters: named(quantity(), 'symbol').optional().describe('parameters of the synapse'),
  draws_as: text.optional().describe('draw connections, weights and delays as the projection of this name would'),
  transmits: word('kind of event', ['spike', 'burst', 'onset'])
    .optional()
    .describe('every spike, bursts only, or onsets only'),
})
  .refine((found) => found.parameters === undefined || found.synapse !== undefined, {
    error: 'parameters belong to a synapse; a synapse is needed',
    path: ['parameters'],
  })
  .refine((found) => found.bounds === undefined || found.rule !== undefined, {
    error: 'bounds are of weights that change; a rule is needed',
    path: ['bounds'],
  })
  .superRefine((found, context) => {
    if (found.graded === undefined) return
    const beside = (['synapse', 'transmits', 'dendritic_delay'] as const).find((key) => found[key] !== undefined)
    if (beside) context.addIssue({ code: 'custom', message: `found ${beside} beside graded; it is of projections that send spikes`, path: [beside] })
  })
  .describe('connections from one population to another')

const change = strict({
  at: time.describe('when, e.g. 500 ms'),
  set: named(z.union([z.string(), z.number()], { error: needs('a quantity') }), 'parameter').describe('population.parameter, or projection.parameter of its rule: new value'),
}).describe('parameters that change during the run')
const phase = strict({
  phase: text.describe('name of a phase that begins, for rules that hear it'),
  start: time.describe('when it begins first, e.g. 0 ms'),
  every: quantity(ms, 'positive').optional().describe('and again, so often'),
}).describe('a phase of the protocol')
const step = choice<{ at: string | number; set: Record<string, string | number> } | { phase: string; start: string | number; every?: string | number }>('step of the protocol', { at: change, phase })

type WrittenWeights = string | { of: string; every?: string | number; most?: number }

const record = strict({
  events: z
    .union([z.literal('all'), z.array(z.string())], { error: needs('all, or a list of populations,') })
    .optional()
    .describe('populations whose events are kept; all unless said, none unless said where there are trials'),
  events_from: time.optional().describe('events before this time are not kept; 0 ms unless said'),
  events_to: time.optional().describe('events after this time are not kept; all until the end unless said'),
  samples: named(
    strict({
      of: text.describe('units, such as cells[0:10]'),
      variables: list(text, 1).describe('variables of the model'),
      every: quantity(ms, 'positive').describe('interval of the samples, e.g. 0.5 ms'),
      reduce: word('reduction', ['mean']).optional().describe('keep the mean over the units only; every unit unless said'),
    }),
  )
    .optional()
    .describe('variables sampled over time, by the name of the request'),
  weights: list(
    choice<WrittenWeights>(
      'key',
      {
        of: strict({
          of: text.describe('name of a projection'),
          every: quantity(ms, 'positive').optional().describe('keep them at these intervals too, from 0 ms on, e.g. 10 s'),
          most: whole(1).optional().describe('keep at most so many connections, every k-th; all unless said'),
        }),
      },
      z.string(),
      'the name of a projection',
    ),
  )
    .optional()
    .describe('projections whose weights are kept at the end, and at intervals if said'),
  best: strict({
    weights: list(text, 1).describe('projections'),
    by: text.describe('name of a request of samples with reduce: mean, or of a block of trials'),
    variable: text.optional().describe('the first of the request unless said; of a block, a measure'),
    smallest: flag.optional().describe('whether the smallest value is the best; true unless said'),
    from: time.optional().describe('samples before this time do not count; all but that at 0 ms unless said'),
  })
    .optional()
    .describe('weights as they were when a sample was best, kept at the end, in the trace as NAME.best'),
}).describe('what is kept')

const short = strict({
  duration: quantity(ms, 'positive').optional().describe('duration of the short form'),
  dt: quantity(ms, 'positive').optional().describe('grid step of the short form'),
  set: z
    .record(z.string(), z.unknown(), { error: needs('a mapping') })
    .optional()
    .describe('path: value, as in --set'),
  expect: list(expectation).optional().describe('replaces the long list; the same list unless said'),
}).describe('the form that tests run')

export const scenarioSchema = strict({
  title: text.describe('title, in a few words'),
  about: text.optional().describe('what it shows, for a reader'),
  source: text.optional().describe('paper and figure it reproduces'),
  seed: whole(0).default(1).describe('seed of all random numbers, a whole number'),
  dt: quantity(ms, 'positive').default('0.1 ms').describe('grid step, e.g. 0.1 ms'),
  duration: quantity(ms, 'positive').optional().describe('simulated time, e.g. 2 s; with trials, until they end unless said, and never longer than they'),
  precision: word('precision', ['f32', 'f64']).default('f32').describe('numbers of clocked populations'),
  include: include.optional(),
  neurons: neurons.optional(),
  synapses: synapses.optional(),
  rules: rules.optional(),
  populations: named(population)
    .refine((found) => Object.keys(found).length > 0, { error: 'found no population; at least one is needed' })
    .describe('populations, by name'),
  inputs: named(input).optional().describe('inputs, by name'),
  projections: named(projection).optional().describe('projections, by name'),
  protocol: list(step).optional().describe('what changes when'),
  adjust: adjust.optional(),
  data: data.optional(),
  trials: trials.optional(),
  record: record.optional(),
  watch: list(text).optional().describe('names of samples with reduce: mean, or of blocks of trials, whose values are shown while it runs'),
  expect: list(expectation).optional().describe('what the run should show'),
  figures: list(figure).optional().describe('figures to draw'),
  short: short.optional(),
}).superRefine((found, context) => {
  const say = (message: string, path: string[]) => context.addIssue({ code: 'custom', message, path })
  if (found.trials && !found.data) say('trials show examples; data is needed, such as data: { mnist: { train: 60000, test: 10000 } }', ['trials'])
  else if (found.data && !found.trials) say('found data without trials; only trials show them', ['data'])
  else if (!found.trials && found.duration === undefined) say('missing; a time such as "20 ms" is needed', ['duration'])
})

/** A scenario that has the right shape; whether its names exist is checked after. */
export type Scenario = z.infer<typeof scenarioSchema>
