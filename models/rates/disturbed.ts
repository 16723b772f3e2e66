/**
 * Hidden rate units whose apical input reaches the soma, so that feedback disturbs the activity that is read and learned from.
 *
 *   h = f(I + kappa E)                I: from the layer below, E: errors of the layer above
 *   delta = E f', delta_bp = E_bp f'  f logistic, f' = h (1 - h): of the activity as it is, disturbed
 *
 * kappa 1: gain of the feedback; 0 gives `logistic_hidden`. The rate analogue of a conductance from the apical dendrite to the soma
 * that is never closed: Guerguiev, Lillicrap & Richards 2017 (eLife 6:e22901), whose
 * model has that conductance as g_A.
 */
import { neuron } from '../../engine/model.ts'

export const disturbedHidden = neuron({
  name: 'disturbed_hidden',
  about: 'A logistic hidden unit whose feedback reaches the soma.',
  source: 'Guerguiev, Lillicrap & Richards 2017 (eLife 6:e22901): the conductance g_A, as a rate',
  parameters: { kappa: [1, 'gain from the apical input to the soma'] },
  currents: {
    I: ['1', 'basal input: from the layer below'],
    E: ['1', 'apical input: errors of the layer above'],
    E_bp: ['1', 'errors as backpropagation would send them, only to compare with'],
  },
  receptors: {},
  equations: `
      now = sigmoid(I + kappa * E)              : 1
      next h = now                              : 1
      next delta = E * now * (1 - now)          : 1
      next delta_bp = E_bp * now * (1 - now)    : 1
    `,
})
