/** Parameters of a scenario that somebody may change while it runs. */
import { z } from 'zod'
import { named, needs, strict, text } from './shapes.ts'

// rules have a unit of their own, "weight": what the texts mean depends on the parameter
const quantity = z.union([z.string(), z.number()], { error: needs('a quantity such as "20 mV"') })

export const adjust = named(
  strict({
    from: quantity.describe('least value, e.g. 0 pA'),
    to: quantity.describe('greatest value, e.g. 500 pA'),
    step: quantity.optional().describe('between two values; about a hundredth of the range unless said'),
    label: text.optional().describe('what it is called beside the slider; its name unless said'),
  }),
  'parameter',
).describe('population.parameter, or projection.parameter of its rule: shown as a slider, and changed while the scenario runs')
