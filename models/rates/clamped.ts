/**
 * Input units that do what they are told.
 *
 *   x(t) = I(t)
 *
 * I: input, held by an example of a data set or by a constant (1: the unit whose weights are biases). No receptors, no events.
 */
import { neuron } from '../../engine/model.ts'

export const clamped = neuron({
  name: 'clamped',
  about: 'A unit whose activity is its input.',
  source: 'Rumelhart, Hinton & Williams 1986 (Nature 323:533): input units, and the unit whose weights are biases',
  parameters: {},
  currents: { I: ['1', 'what the activity is'] },
  equations: 'next x = I : 1',
  receptors: {},
})
