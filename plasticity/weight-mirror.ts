/**
 * The weight mirror: while a layer is noisy, feedback weights learn the correlation of its noise with what the next layer makes of it,
 * which is the transpose of the forward weights.
 *
 *   w <- w + eta noise y - lambda w         at the end of the phase `mirror`; with copies, the mean of noise y over them
 *
 * noise: of mean zero, of the postsynaptic (lower) neuron, y = f(W noise + b): activity of the presynaptic (higher) one. The mean of
 * noise y is the variance of the noise times f' times W^T. Akrout et al. 2019 (NeurIPS 32:976), section on weight mirrors; as in the published
 * code, y is not centred, which adds noise and no bias.
 */
import { rule } from '../engine/model.ts'

export const weightMirror = rule({
  name: 'weight_mirror',
  about: 'noise of the postsynaptic neuron times what the presynaptic one, further up, makes of it',
  source: 'Akrout et al. 2019 (NeurIPS 32:976)',
  parameters: {
    eta: ['0.01 weight', 'learning rate'],
    lambda: [0, 'fraction of the weight that is lost at every change'],
  },
  pre_neuron: { y: ['1', 'activity of the presynaptic neuron'] },
  neuron: { noise: ['1', 'noise of the postsynaptic neuron'] },
  on: { 'end:mirror': 'w += eta * noise * y - lambda * w' },
})
