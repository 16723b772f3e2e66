/** The schema of what a scenario expects: metrics, and the values they should have. Nothing here evaluates. */
import { z } from 'zod'
import { choice, finite, list, ms, needs, oneKey, quantity, strict, text, time, whole, word } from './shapes.ts'

const of = text.describe('units: a population, or part of one such as cells[0:10]')
const from = time.optional().describe('start of the window; 0 ms unless said')
const to = time.optional().describe('end of the window; the end of the run unless said')
const detector = word('detector', ['interval', 'trace']).optional().describe('how bursts are told: interval or trace')
const signal = word('signal', ['event_rate', 'burst_rate', 'burst_probability', 'rate'])
const width = quantity(ms, 'positive')
const withWords = 'the name of an input, or {of, signal}'

const statistic = word('statistic', ['mean', 'sd', 'min', 'max'])
const pair = z.tuple([whole(0), whole(0)], { error: needs('a connection: its number, or a pair [source, target],') })
const weightKeys = {
  of: text.describe('a projection that record.weights names'),
  at: time.optional().describe('when; the end of the run unless said'),
  connection: z
    .union([whole(0), pair], { error: needs('a connection: its number, or a pair [source, target],') })
    .optional()
    .describe('one connection: [source, target], or its number by source and then target, from 0'),
  statistic: choice<z.infer<typeof statistic> | { fraction_within: [string | number, string | number] }>(
    'statistic',
    {
      fraction_within: strict({
        fraction_within: z
          .tuple([quantity(), quantity()], { error: needs('a list of two quantities [least, most]') })
          .describe('fraction of connections within these bounds, 0 to 1'),
      }),
    },
    statistic,
    'mean, sd, min or max',
  )
    .optional()
    .describe('over all connections: mean, sd, min, max or {fraction_within: [least, most]}'),
}
const oneOfConnectionAndStatistic = (found: { connection?: unknown; statistic?: unknown }) =>
  (found.connection === undefined) !== (found.statistic === undefined)
const connectionOrStatistic = { error: 'one of connection and statistic is needed' }

const reportKeys = {
  block: text.describe('name of a block of trials'),
  measure: text.describe('name of one of its measures'),
  at: z
    .union([word('report', ['last', 'first', 'best']), whole(1)], { error: needs('last, first, best or the number of a report, from 1,') })
    .optional()
    .describe('which report: last (unless said), first, best (the smallest value), or its number from 1, which is that of the epoch where a block reports once in every epoch'),
  best_by: text.optional().describe('block.measure, such as validation.error: the report at whose number that one is smallest'),
}
const bestOnly = (found: { at?: unknown; best_by?: unknown }) => found.best_by === undefined || found.at === undefined || found.at === 'best'
const bestAlone = { error: 'found best_by beside another report than the best; leave out one of the two', path: ['best_by'] }

export const passWritten = z
  .union([word('pass', ['last', 'first']), whole(1)], { error: needs('last, first or the number of a pass, from 1,') })
  .optional()
  .describe('which pass over the block: last (unless said), first, or its number from 1')
export const dissimilarityKind = word('metric', ['correlation', 'euclidean', 'cosine'])
  .optional()
  .describe("between two responses: correlation (1 - Pearson's r, unless said), euclidean (squared) or cosine (1 - cosine)")
export const comparisonKind = word('comparison', ['tau_a', 'spearman', 'pearson'])
  .optional()
  .describe("between two matrices: tau_a (Kendall's, unless said), spearman or pearson")
const responses = text.describe('name of responses in trials.responses')
const withResponses = text.describe('category (0 within a class, 1 between two), or the name of other responses to the same stimuli')
const responseKeys = { of: responses, metric: dissimilarityKind, pass: passWritten }
const otherResponses = { of: responses.optional(), metric: dissimilarityKind, pass: passWritten }
const minusWords = 'another such value, which is subtracted; what it does not say is as above'
const saysSomething = (found: object) => Object.values(found).some((value) => value !== undefined)
const nothingSaid = { error: 'found nothing that differs; at least one key is needed' }

/** One entry a metric. To add one, add it here and to the evaluation. */
export const metrics = {
  rate: strict({ of, from, to }).describe('mean firing rate (Hz)'),
  event_rate: strict({ of, from, to, detector }).describe('rate of singlets and burst onsets (Hz)'),
  burst_rate: strict({ of, from, to, detector }).describe('rate of bursts (Hz)'),
  burst_probability: strict({ of, from, to, detector }).describe('bursts per event, 0 to 1'),
  correlation: strict({
    of,
    signal: signal.describe('signal of these units'),
    with: choice<string | { of: string; signal: z.infer<typeof signal> }>(
      'partner',
      { of: strict({ of, signal: signal.describe('signal of those units') }) },
      z.string(),
      withWords,
    ).describe(withWords),
    bin: width.describe('width of a bin, e.g. 10 ms'),
    from,
    to,
    detector,
  }).describe('Pearson correlation of two signals, -1 to 1'),
  count: strict({
    of,
    kind: word('kind of event', ['spike', 'burst', 'onset', 'plateau_on']).describe('what is counted'),
    from,
    to,
  }).describe('number of events'),
  spike_time: strict({
    of,
    unit: whole(0).describe('unit, counted from 0 within `of`'),
    index: whole(0).describe('which of its spikes, counted from 0'),
  }).describe('time of one spike (ms)'),
  spike_time_difference: strict({
    of,
    with: text.describe('as many other units, compared one by one'),
    first: whole(1).optional().describe('how many spikes of each unit are compared; 1 unless said'),
    tolerance: quantity(ms, 'positive')
      .optional()
      .describe('pairs further apart are of another history, and counted out; the fraction that is left must be 0.9'),
  }).describe('mean distance of the first spikes of two groups of units (ms)'),
  interval_cv: strict({ of, from, to }).describe('mean coefficient of variation of inter-spike intervals'),
  decision: strict({
    of: text.describe('units that answer'),
    choices: text.describe('units of which the one that fires in a frame names, by its number, the unit that should answer'),
    every: width.describe('length of a frame, e.g. 500 ms'),
    window: z.tuple([time, time], { error: needs('a pair of times [from, to]') }).describe('when an answer counts, within a frame'),
    from: time.optional().describe('start of the first frame; 0 ms unless said'),
    to: time.optional().describe('end of the last frame; the end of the run unless said'),
  }).describe('fraction of frames in which the unit that should fires and no other does, 0 to 1'),
  weights: strict({ ...weightKeys }).refine(oneOfConnectionAndStatistic, connectionOrStatistic).describe('weights of a projection'),
  weight_change: strict({ ...weightKeys }).refine(oneOfConnectionAndStatistic, connectionOrStatistic).describe('their change since 0 ms'),
  sample: strict({
    of: text.describe('name of a request in record.samples'),
    variable: text.optional().describe('variable that was sampled; may be left out where there is one'),
    unit: whole(0).optional().describe('unit, counted from 0 within the request; none where the request reduces'),
    at: time.optional().describe('time of the value; needed for the statistic "value"'),
    from,
    to,
    statistic: word('statistic', ['value', 'min', 'max', 'mean', 'first', 'last', 'best'])
      .optional()
      .describe('value unless said; best is the smallest, as of a loss'),
  })
    .refine((sample) => (sample.statistic ?? 'value') !== 'value' || sample.at !== undefined, {
      error: 'the statistic "value" needs a time: at',
    })
    .describe('a sampled variable'),
  table: strict({
    metric: word('metric of a table', ['event_rate', 'burst_probability', 'rate', 'sample', 'weights', 'weight_change']).describe('metric of every entry'),
    of: text.describe('units; or a request of record.samples, or a projection whose connections, by source and then target, are the entries'),
    group: whole(1).optional().describe('units a group: one entry a group'),
    steps: strict({
      from: time.describe('start of the first step'),
      every: width.describe('length of a step'),
      window: width.describe('last part of a step that counts'),
    })
      .optional()
      .describe('one entry a step in time'),
    at: list(time, 1).optional().describe('of samples: one entry a time'),
    variable: text.optional().describe('of samples: the variable; may be left out where there is one'),
    unit_of: whole(0).optional().describe('of samples: the unit, counted from 0 within the request; none where it reduces'),
    values: list(z.union([finite, z.null()], { error: needs('a number, or null for no value,') }), 1).describe(
      'the published values; null where there is none',
    ),
    tolerance: quantity().describe('accepted distance of every entry: a number, or a percentage such as 10 %'),
    unit: text.optional().describe('unit of the values, e.g. Hz'),
    from,
    to,
    detector,
  })
    .superRefine((table, context) => {
      const problem = tableMistake(table)
      if (problem) context.addIssue({ code: 'custom', message: problem })
    })
    .describe('a table of a paper'),
  trials: strict({
    ...reportKeys,
    minus: strict(reportKeys).refine(bestOnly, bestAlone).optional().describe('another such value, which is subtracted'),
  })
    .refine(bestOnly, bestAlone)
    .describe('what a block of trials measured; angles in degrees'),
  dissimilarity: strict({
    ...responseKeys,
    with: withResponses,
    compare: comparisonKind,
    minus: strict({ ...otherResponses, with: withResponses.optional(), compare: comparisonKind }).refine(saysSomething, nothingSaid).optional().describe(minusWords),
  }).describe('how alike the dissimilarities of some responses are to those of categories, or of other responses, -1 to 1'),
  categoricality: strict({
    ...responseKeys,
    minus: strict(otherResponses).refine(saysSomething, nothingSaid).optional().describe(minusWords),
  }).describe('squared correlation of the dissimilarities of responses with their best fit by one cluster a class, 0 to 1'),
  synaptic_events: strict({}).describe('number of synaptic events of the run'),
}

export const metric = oneKey('metric', metrics)
export type Metric = z.infer<typeof metric>
export type MetricName = keyof typeof metrics
/** Whether `of` names units, whose events are needed. */
export function countsEvents(metric: Metric): boolean {
  if ('table' in metric) return !['sample', 'weights', 'weight_change'].includes(metric.table.metric)
  return !['sample', 'trials', 'weights', 'weight_change', 'dissimilarity', 'categoricality'].some((name) => name in metric)
}

export type SampleMetric = z.infer<(typeof metrics)['sample']>
export type TrialsMetric = z.infer<(typeof metrics)['trials']>
export type DecisionMetric = z.infer<(typeof metrics)['decision']>
export type WeightMetric = z.infer<(typeof metrics)['weights']>
export type DissimilarityOfResponses = z.infer<(typeof metrics)['dissimilarity']>
export type CategoricalityMetric = z.infer<(typeof metrics)['categoricality']>
export type TableMetric = z.infer<(typeof metrics)['table']>

export const expectation = strict({
  name: text.describe('what should be seen, in words'),
  metric: metric.describe('what is measured'),
  accept: z
    .tuple([quantity(), quantity()], { error: needs('a list of two quantities [least, most]') })
    .optional()
    .describe('least and most accepted'),
  value: quantity().optional().describe('the published value'),
  tolerance: quantity().optional().describe('accepted distance from value: a quantity, or a percentage such as 10 %'),
  source: text.optional().describe('figure, table or page the number comes from'),
}).superRefine((expected, context) => {
  const problem = expectationMistake(expected)
  if (problem) context.addIssue({ code: 'custom', message: problem })
})
export type Expectation = z.infer<typeof expectation>

type TableKeys = { metric: string } & Partial<Record<'group' | 'steps' | 'at' | 'variable' | 'unit_of' | 'from' | 'to' | 'detector', unknown>> & { values: unknown[] }

/** Every metric of a table has keys of its own. */
function tableMistake(table: TableKeys): string | undefined {
  const { metric, group, steps, at, values } = table
  const own = metric === 'sample' ? ['at', 'variable', 'unit_of'] : metric.startsWith('weight') ? [] : ['group', 'steps', 'from', 'to', 'detector']
  const beside = (['group', 'steps', 'at', 'variable', 'unit_of', 'from', 'to', 'detector'] as const).find((key) => table[key] !== undefined && !own.includes(key))
  if (beside) return `found ${beside} in a table of ${metric}; it takes ${own.length > 0 ? `of its own ${own.join(', ')}` : 'nothing of the kind'}`
  if (metric === 'sample') {
    if (!Array.isArray(at)) return 'a table of samples needs times: at'
    return at.length === values.length ? undefined : `found ${values.length} values at ${at.length} times; one each is needed`
  }
  return own.length === 0 || (group === undefined) !== (steps === undefined) ? undefined : 'a table has one of group and steps'
}

function expectationMistake(expected: Record<string, unknown> & { metric: object }): string | undefined {
  const { accept, value, tolerance } = expected
  if ('table' in expected.metric) {
    const beside = ['accept', 'value', 'tolerance'].find((key) => expected[key] !== undefined)
    return beside && `found ${beside} beside a table; its values and tolerance stand in the table`
  }
  if ((accept === undefined) === (value === undefined)) return 'one of accept and value is needed'
  if (value !== undefined && tolerance === undefined) return 'a value needs a tolerance'
  if (value === undefined && tolerance !== undefined) return 'found a tolerance without a value'
  return undefined
}
