/**
 * The rule of Kolen and Pollack: forward and feedback weights change by the same product and decay alike, so that what they started
 * from is forgotten and each becomes the transpose of the other, though neither knows of the other.
 *
 *   w <- w + eta x delta - lambda w         forward:  x activity below, delta error above
 *                                           feedback: x error above, delta activity below (`reads: { x: delta, delta: h }`)
 *
 * at the end of the phase `backward`; with copies, the mean of x delta over them. W^T - B becomes smaller by (1 - lambda) every time.
 * Kolen & Pollack 1994 (IEEE Int. Conf. Neural Networks 3:1375); Akrout et al. 2019 (NeurIPS 32:976), section on Kolen-Pollack.
 */
import { rule } from '../engine/model.ts'

export const kolenPollack = rule({
  name: 'kolen_pollack',
  about: 'the same product of error and activity, and the same decay, on a forward and on a feedback weight',
  source: 'Kolen & Pollack 1994 (IEEE Int. Conf. Neural Networks 3:1375); Akrout et al. 2019 (NeurIPS 32:976)',
  parameters: {
    eta: ['0.01 weight', 'learning rate'],
    lambda: [0.001, 'fraction of the weight that is lost at every change'],
  },
  pre_neuron: { x: ['1', 'activity of the presynaptic neuron; of a feedback weight, its error'] },
  neuron: { delta: ['1', 'error of the postsynaptic neuron; of a feedback weight, its activity'] },
  on: { 'end:backward': 'w += eta * x * delta - lambda * w' },
})
