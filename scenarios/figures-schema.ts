/** The schema of the figures a scenario asks for. What they draw is said in figures/from-trace.ts. */
import { z } from 'zod'
import { comparisonKind, dissimilarityKind, passWritten } from './metrics-schema.ts'
import { finite, flag, list, ms, needs, oneKey, quantity, strict, text, time, whole, word } from './shapes.ts'

const units = z.union([z.string(), z.array(z.string())], { error: needs('a population, or a list of them,') })
const common = {
  title: text.optional().describe("title; the scenario's unless said"),
  from: time.optional().describe('start of the window; 0 ms unless said'),
  to: time.optional().describe('end of the window; the end of the run unless said'),
}
const width = quantity(ms, 'positive')
const scale = finite.optional().describe("factor from the engine's units (ms, mV, pA, nS, 1/ms) to that of the label; 1 unless said")
const positive = z.number({ error: needs('a number above zero') }).positive({ error: needs('a number above zero') })
const detector = word('detector', ['interval', 'trace']).optional().describe('how bursts are told; as recorded unless said')
const published = (what: string) =>
  list(z.union([finite, z.null()], { error: needs('a number, or null for no value,') }))
    .optional()
    .describe(`published ${what}, one an entry of x; null where there is none`)

const decoder = strict({
  name: text.describe('name in the legend'),
  of: text.describe('units downstream, such as readout or readout[0:100]'),
  signal: word('signal', ['rate', 'event_rate', 'burst_rate']).optional().describe('rate unless said'),
  follows: word('compartment', ['soma', 'dendrite']).describe('the input that it should follow'),
})

const curve = strict({
  name: text.describe('name in the legend'),
  of: text.describe('units of this curve'),
  groups: list(whole(0), 1).optional().describe('group (or step) of every entry of x, from 0; 0, 1, 2, ... unless said'),
  published: strict({
    event_rate: published('event rates (Hz)'),
    burst_probability: published('burst probabilities, 0 to 1'),
    rate: published('firing rates (Hz)'),
  })
    .optional()
    .describe('published values, drawn hollow'),
})

export const figures = {
  multiplexing: strict({
    ...common,
    of: text.describe('the cells, such as cells or cells[0:1000]'),
    soma: text.describe('name of the input to the somata'),
    dendrite: text.describe('name of the input to the dendrites'),
    bin: width.optional().describe('width of a bin; 50 ms unless said'),
    show: whole(1).optional().describe('cells drawn in the raster; 50 unless said'),
    detector,
    decoders: list(decoder, 1).optional().describe('what units downstream make of it'),
  }).describe('inputs, raster, event rate and burst probability'),
  raster: strict({
    ...common,
    of: units.optional().describe('units such as cells or cells[0:100], or a list; all unless said'),
    show: whole(1).optional().describe('draw the first so many units of each; all unless said'),
  }).describe('spikes, one row a unit'),
  rates: strict({
    ...common,
    of: units.optional().describe('units such as cells or cells[0:100], or a list; all unless said'),
    bin: width.optional().describe('width of a bin; about 200 bins unless said'),
  }).describe('population rates over time'),
  voltages: strict({
    ...common,
    of: text.optional().describe('name of a request in record.samples; the first unless said'),
    units: list(whole(0), 1).optional().describe('units of the request, counted from 0; the first four unless said'),
    panels: list(
      strict({
        label: text.describe('label of the axis, with unit'),
        variables: list(text, 1).describe('sampled variables drawn in this panel'),
      }),
      1,
    )
      .optional()
      .describe('potentials in one panel, others in one each, unless said'),
  }).describe('sampled variables over time, unit by unit'),
  curves: strict({
    ...common,
    x: strict({
      label: text.describe('label of the axis, with unit, e.g. dendritic current (pA)'),
      values: list(finite, 1).describe('one value a point'),
    }).describe('what the curves are drawn against'),
    series: list(curve, 1).describe('one curve each'),
    published_as: text.optional().describe('what the hollow points are called; published unless said'),
    show: list(word('metric', ['event_rate', 'burst_probability', 'rate']), 1)
      .optional()
      .describe('one panel each; [event_rate, burst_probability] unless said'),
    group: whole(1).optional().describe('units a group: one point a group'),
    steps: strict({
      from: time.describe('start of the first step'),
      every: width.describe('length of a step'),
      window: width.describe('last part of a step that counts'),
    })
      .optional()
      .describe('one point a step in time'),
    detector,
  })
    .refine((found) => (found.group === undefined) !== (found.steps === undefined), {
      error: 'curves have one of group and steps',
    })
    .describe('rates or burst probability against a current, with published points'),
  comparison: strict({
    ...common,
    target: text.describe('units whose spikes are the target, such as target or target[0:100]'),
    output: text.describe('as many units that learn it'),
    shift: quantity(ms).optional().describe('by how much the output is later, e.g. 0.8 ms; 0 ms unless said'),
    show: whole(1).optional().describe('draw the first so many units; all unless said'),
  }).describe('a target raster above the one that was learned'),
  learning: strict({
    ...common,
    of: z.union([z.string(), z.array(z.string())], { error: needs('a request of record.samples with reduce: mean, a measure of a block such as test.error, or a list of them,') }).describe(
      'names of requests in record.samples, with reduce: mean, or measures of blocks such as test.error; a line each, against epochs where all are measures',
    ),
    variable: text.optional().describe('variable that is drawn; the first of a request unless said'),
    names: list(text, 1).optional().describe('names of the lines; those of the requests unless said'),
    label: text.optional().describe('label of the axis, with unit, e.g. loss (Hz); the name unless said'),
    scale,
    log: flag.optional().describe('whether the axis is logarithmic'),
    silent: finite.optional().describe('what a silent output scores, on the axis: a horizontal line'),
    published: strict({
      name: text.optional().describe('name in the legend; published unless said'),
      t: list(time).optional().describe('times, e.g. [20 s, 40 s]'),
      epoch: list(finite).optional().describe('epochs, where lines are drawn against epochs'),
      value: list(finite).describe('one value a time or epoch, on the axis'),
    })
      .refine((found) => (found.t === undefined) !== (found.epoch === undefined), { error: 'one of t and epoch is needed' })
      .optional()
      .describe('published values, drawn hollow'),
  }).describe('learning curves: means of samples over time, or measures of blocks over epochs'),
  weights: strict({
    title: common.title,
    of: text.describe('a projection that record.weights names'),
    at: list(time, 1).optional().describe('times of the histograms, at which weights were kept; up to six of them unless said'),
    label: text.optional().describe('label of the axis, with unit, e.g. weight (mV); weight unless said'),
    scale,
    bins: whole(1, 1000).optional().describe('bins of a histogram; 60 unless said'),
    log: flag.optional().describe('whether the number of connections is on a logarithmic axis'),
  }).describe('histograms of weights over time, with their mean and standard deviation'),
  window: strict({
    title: common.title,
    of: z
      .union([text, list(text, 1)], { error: needs('a projection that record.weights names, or a list of them,') })
      .describe('a projection that record.weights names, with every: so that weights at 0 ms are kept; or several, a line each'),
    names: list(text, 1).optional().describe('names of several projections in the legend; their own unless said'),
    x: strict({
      label: text.describe('label of the axis, with unit, e.g. t_{post} - t_{pre} (ms)'),
      values: list(finite, 1).describe('one a connection, in the order of sources, then targets; the same for every projection'),
    }).describe('what the changes are drawn against'),
    y: strict({ label: text.describe('label of the axis, with unit') }).optional().describe('change of weight unless said'),
    scale,
    formula: strict({
      A_plus: finite.describe('height at x = 0 from above, on the axis'),
      A_minus: finite.describe('depth at x = 0 from below, on the axis'),
      tau_plus: positive.describe('decay for x > 0, in the unit of x'),
      tau_minus: positive.describe('decay for x < 0, in the unit of x'),
    })
      .optional()
      .describe('A_plus exp(-x / tau_plus) above 0, -A_minus exp(x / tau_minus) below, drawn as a line'),
    curve: strict({
      name: text.optional().describe('name in the legend; curve unless said'),
      x: list(finite, 1).describe('ascending'),
      y: list(finite, 1).describe('one value an entry of x'),
    })
      .optional()
      .describe('any other line'),
    published: z
      .union([list(z.union([finite, z.null()])), list(list(z.union([finite, z.null()]), 1), 1)], {
        error: needs('a list of numbers, or a list of those, one a projection,'),
      })
      .optional()
      .describe('published changes, on the axis, one a connection; for several projections a list of those; null where there is none'),
    published_as: text.optional().describe('what the hollow points are called; published unless said'),
  }).describe('change of weight from 0 ms to the end, a point a connection, against a number of its own'),
  dissimilarity: strict({
    title: common.title,
    of: z.union([text, list(text, 1)], { error: needs('a name in trials.responses, or a list of them,') }).describe('responses in trials.responses, a matrix each'),
    names: list(text, 1).optional().describe('titles of the matrices; the names of the responses unless said'),
    metric: dissimilarityKind,
    ranked: flag.optional().describe('colours by the rank of an entry within its own matrix, to compare where scales differ'),
    pass: passWritten,
    range: z.tuple([finite, finite], { error: needs('a list of two numbers [least, most]') }).optional().describe('ends of the scale of colours; all entries fit unless said'),
    columns: whole(1).optional().describe('matrices in a row; up to 4 unless said'),
  }).describe('how different the responses to any two stimuli are, as heat maps in the order of classes'),
  similarity: strict({
    title: common.title,
    layers: list(text, 1).describe('groups of bars, from left to right'),
    series: list(
      strict({
        name: text.describe('name in the legend'),
        of: list(z.union([text, z.null()], { error: needs('a name in trials.responses, or null for no bar,') }), 1).describe('responses in trials.responses, one a layer; null for no bar'),
        pass: passWritten,
      }),
      1,
    ).describe('bars of one colour each'),
    with: z
      .union([text, list(text, 1)], { error: needs('category, a name in trials.responses, or a list of these, one a layer,') })
      .describe('category (0 within a class, 1 between two), or the name of other responses to the same stimuli; or a list of these, one a layer'),
    metric: dissimilarityKind,
    compare: comparisonKind,
    pass: passWritten,
    ceiling: z
      .union([list(text, 2), list(list(text, 2), 1)], { error: needs('a list of two or more names in trials.responses, or a list of such lists, one a layer,') })
      .optional()
      .describe('responses that are taken for subjects, whose noise ceiling is drawn: how alike the best matrix could be to theirs; or a list of such lists, one a layer'),
    draws: whole(2).optional().describe('how often stimuli are drawn for the error bars; 200 unless said'),
    points: flag.optional().describe('points instead of bars'),
    label: text.optional().describe('label of the upright axis'),
    group: text.optional().describe('label under the axis; layer unless said'),
  })
    .refine((found) => found.series.every(({ of }) => of.length === found.layers.length), { error: 'found a series with more or fewer responses than layers; one each is needed, or null', path: ['series'] })
    .refine((found) => typeof found.with === 'string' || found.with.length === found.layers.length, { error: 'found more or fewer responses to compare with than layers; one, or one each is needed', path: ['with'] })
    .refine((found) => !Array.isArray(found.ceiling?.[0]) || found.ceiling.length === found.layers.length, { error: 'found more or fewer noise ceilings than layers; one, or one each is needed', path: ['ceiling'] })
    .describe('how alike the dissimilarities of responses are to those of categories, or of other responses, as bars'),
}
export const figure = oneKey('figure', figures)
export type Figure = z.infer<typeof figure>
