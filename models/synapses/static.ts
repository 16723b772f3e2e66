/**
 * Static synapse: every spike sends the weight as it is.
 *
 *   sent = w
 *
 * No parameters, no state; the same as a projection without a synapse. Throws nothing.
 */
import { synapse } from '../../engine/model.ts'

export const staticSynapse = synapse({
  name: 'static',
  about: 'Static synapse: every spike sends the weight as it is.',
  source: 'no paper: the absence of short-term plasticity',
  parameters: {},
  transmit: 'w',
})
