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
  about: 'a unit whose activity is its input',
  source: 'none: input units and the unit whose weights are biases',
  parameters: {},
  currents: { I: ['1', 'what the activity is'] },
  equations: 'next x = I : 1',
  receptors: {},
})
