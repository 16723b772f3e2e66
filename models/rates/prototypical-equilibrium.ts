/**
 * Units of equilibrium propagation in discrete time: what comes in, through a sigmoid, is the activity of the next step.
 *
 *   s <- f(I)                                hidden
 *   s <- f(I) + beta (target - s)            output
 *   f(I) = 1 / (1 + exp(-4 (I - 1/2)))
 *
 * Ernoult, Grollier, Querlioz, Bengio & Scellier 2019 (NeurIPS, arXiv 1905.13633), the prototypical setting.
 * Activities have converged after fewer steps than those of `equilibrium_hidden`, and nothing is remembered of an example; the weight change is
 * the gradient as far as f may be taken for the identity. What rules read is as there: s_free, s_last, gain.
 */
import { type NeuronDefinition, neuron } from '../../engine/model.ts'

const unit = (name: string, about: string, nudged: string, more: NeuronDefinition['currents']) =>
  neuron({
    name, about, parameters: {}, receptors: {},
    source: 'Ernoult et al. 2019 (NeurIPS, arXiv 1905.13633), prototypical setting',
    currents: { I: ['1', 'sum of weight times activity over neighbours, and bias'], beta: ['1', 'how strongly the output is nudged'], ...more },
    equations: `
      next s = sigmoid(4 * (I - 0.5))${nudged}            : 1
      next gain = where(abs(beta) > 0, 1 / beta, 0)       : 1
      next s_free = s_free                                : 1
      next s_last = s                                     : 1
    `,
    on: { 'end:free': 's_free = s' },
  })

export const prototypicalEquilibriumHidden = unit('prototypical_equilibrium_hidden', 'A hidden unit of a symmetric network in discrete time.', '', {})
export const prototypicalEquilibriumOutput = unit('prototypical_equilibrium_output', 'An output unit of a symmetric network in discrete time that is nudged towards what is wanted.', ' + beta * (target - s)', {
  target: ['1', 'what is wanted'],
})
