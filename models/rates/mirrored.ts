/**
 * Hidden rate units that are noisy while the weight mirror works: in between they are logistic hidden units.
 *
 *   h = f(I)                          while mirror is zero
 *   h = width (u - 1/2)               while it is not; u uniform in 0 to 1, drawn at every step
 *   y = f(I)                          always: what the unit makes of the noise below, while it sends noise of its own
 *   delta = E f'(I), delta_bp = E_bp f'(I)
 *
 * mirror: an input, such as `phases: { mirror: 1 }`. width 0.1: of the noise, as in the published code, so that its variance is
 * width^2 / 12. Akrout et al. 2019 (NeurIPS 32:976), section on weight mirrors.
 */
import { neuron } from '../../engine/model.ts'

export const mirroredHidden = neuron({
  name: 'mirrored_hidden',
  about: 'A logistic hidden unit that is noisy while the weight mirror works.',
  source: 'Akrout et al. 2019 (NeurIPS 32:976)',
  parameters: { width: [0.1, 'width of the uniform noise'] },
  currents: {
    I: ['1', 'basal input: from the layer below'],
    E: ['1', 'apical input: errors of the layer above'],
    E_bp: ['1', 'errors as backpropagation would send them, only to compare with'],
    mirror: ['1', 'whether the unit is noisy: not zero'],
  },
  receptors: {},
  equations: `
      now = sigmoid(I)                                                        : 1
      next h = where(abs(mirror) > 0, width * (u01 - 0.5), now)               : 1
      next y = now                                                            : 1
      next delta = E * now * (1 - now)                                        : 1
      next delta_bp = E_bp * now * (1 - now)                                  : 1
    `,
})
