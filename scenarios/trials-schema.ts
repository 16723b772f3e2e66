/** The schema of trials: phases, blocks, measures; of the inputs that trials feed, and of graded transmission. */
import { z } from 'zod'
import type { TrialMoment } from '../engine/description.ts'
import { choice, finite, flag, list, ms, named, needs, quantity, strict, text, whole, word } from './shapes.ts'

const momentWords = 'phase:NAME (when it begins) or end:NAME (when it ends)'
const momentPattern = /^(phase|end):[A-Za-z_][A-Za-z0-9_-]*$/
const moment = z.string({ error: needs(momentWords) }).regex(momentPattern, { error: needs(momentWords) }) as unknown as z.ZodType<TrialMoment>
const at = moment.describe('when in a trial: phase:NAME or end:NAME')
const during = list(text, 1).optional().describe('phases in which it is there, zero in others; all unless said')

export const example = strict({
  times: quantity().optional().describe('a factor with the unit of the current, e.g. 100 pA; 1 unless said'),
  during,
}).describe('the input of the example that a trial shows, one number a unit')
export const wanted = strict({
  hot: quantity().optional().describe('value for the unit of the class, or a factor to wanted values; 1 unless said'),
  cold: quantity().optional().describe('value for the other units; 0 unless said'),
  during,
}).describe('what is wanted of the example, one number a unit')
export const byPhase = named(quantity()).describe('phase: value for all units; zero in those not named')
export const sign = word('sign', ['random']).describe('plus or minus, drawn every trial')

const tick = 'tick'
export const graded = choice<string | { sends: string; at?: 'tick' | TrialMoment }>(
  'key',
  {
    sends: strict({
      sends: text.describe('variable of the source that is sent'),
      at: z
        .union([z.literal(tick), moment], { error: needs(`${tick}, ${momentWords}`) })
        .optional()
        .describe('when: at every tick, unless phase:NAME or end:NAME is said'),
    }),
  },
  z.string(),
  'the variable of the source that is sent',
).describe('graded transmission onto a current: the variable of the source that is sent, instead of spikes')

const wald = strict({
  mean: finite.positive({ error: needs('a number above zero, of ms,') }).describe('mean (ms)'),
  scale: finite.positive({ error: needs('a number above zero, of ms,') }).describe('scale, the lambda of the distribution (ms): variance mean^3 / scale'),
}).describe('inverse Gaussian distribution')
const trialPhase = strict({
  length: quantity(ms, 'positive').describe('length, a whole number of steps, e.g. 50 ms'),
  plus: strict({ wald }).optional().describe('so many whole ms more: the integer part of a draw'),
  reset: list(text, 1).optional().describe('populations that are set to their start values when it begins'),
  redraw: list(text, 1).optional().describe('projections whose weights are drawn anew when it begins'),
}).describe('a phase of a trial')

const port = text
const two = z.tuple([text, text], { error: needs('a list of two') })
const measureKinds = ['error', 'squared_error', 'normalised_error', 'mean', 'angle', 'weight_angle'] as const
export const measure = strict({
  error: port.optional().describe('output.y: fraction of examples whose largest unit is not that of their class'),
  squared_error: port.optional().describe('output.y: 1/2 sum over units of (wanted - value)^2'),
  normalised_error: port.optional().describe('output.y: sum of (wanted - value)^2 over that of wanted^2'),
  mean: port.optional().describe('hidden.r: mean over units'),
  angle: two.optional().describe('[hidden.a, hidden.b]: angle between two variables as vectors over units, in degrees'),
  weight_angle: two.optional().describe('two projections: angle between their weights at the moment of the report, in degrees'),
  at,
})
  .superRefine((found, context) => {
    const kinds = measureKinds.filter((key) => found[key] !== undefined)
    const say = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', message, path })
    // where a key is misspelt, that is said instead
    if (kinds.length === 0) say(`missing; one of ${measureKinds.join(', ')} is needed`, ['error'])
    if (kinds.length > 1) say(`found ${kinds.join(' and ')}; a measure has one of ${measureKinds.join(', ')}`)
  })
  .describe('what is measured, a mean over the trials of the report')
export type WrittenMeasure = z.infer<typeof measure>

const block = strict({
  split: text.describe('split of the data: train, validation or test'),
  phases: list(text, 1).describe('phases of every trial, in order'),
  shuffle: flag.optional().describe('a new order of the examples every epoch; that of the data unless said'),
  examples: whole(1).optional().describe('so many of the split, from its first on; all unless said'),
  every: whole(1).optional().describe('only in every so many-th epoch, and in the last; 1 unless said'),
  before: flag.optional().describe('once only, before the first epoch'),
  measures: named(measure, 'symbol').optional().describe('what is measured, by name; in the trace as samples of the block'),
  report: whole(1).optional().describe('trials between two reports of the measures; at the end of the block only unless said'),
})
  .refine((found) => !(found.before && found.every !== undefined), {
    error: 'found every beside before, which is once only; leave out one of the two',
    path: ['every'],
  })
  .describe('a pass over a split of the data')

export const trials = strict({
  phases: named(trialPhase)
    .refine((found) => Object.keys(found).length > 0, { error: 'found no phase; at least one is needed' })
    .describe('phases of trials, by name'),
  blocks: named(block)
    .refine((found) => Object.values(found).some((b) => !b.before), { error: 'found no block that every epoch has; at least one is needed' })
    .describe('blocks of an epoch, by name, in the order in which they stand here'),
  epochs: whole(1).describe('how many times all blocks'),
  remember: list(strict({ of: port.describe('population.variable'), at }), 1)
    .optional()
    .describe('variables that are kept for every example, and are there again when it is next shown'),
  responses: named(
    strict({
      of: port.describe('population.variable'),
      block: text.describe('name of a block'),
      at,
      examples: whole(1).describe('so many, from the first on'),
    }),
    'symbol',
  )
    .optional()
    .describe('what all units of a population do for each of the first examples of a block, by name; kept at every pass, for figures and metrics of dissimilarity'),
  stop: strict({
    by: text.describe('block.measure, such as validation.error'),
    patience: whole(1).describe('epochs without a smaller value after which the run ends'),
  })
    .optional()
    .describe('when the run ends before all epochs'),
}).describe('examples of the data, shown in phases, block after block, epoch after epoch')
export type WrittenTrials = z.infer<typeof trials>
