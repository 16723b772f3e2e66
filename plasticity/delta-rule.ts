/**
 * Error of the postsynaptic neuron times activity of the presynaptic one: the weight change of gradient descent, whatever pathway
 * has brought the error.
 *
 *   w <- w + eta (x delta - alpha w)        at the end of the phase `backward`; with copies, the mean of x delta over them
 *
 * Widrow & Hoff 1960; Rumelhart, Hinton & Williams 1986 (Nature 323:533), eqs 6 and 8; weight decay alpha as in Lillicrap et al. 2016
 * (Nat. Commun. 7:13276), Methods.
 */
import { rule } from '../engine/model.ts'

export const deltaRule = rule({
  name: 'delta_rule',
  about: 'error of the postsynaptic neuron times activity of the presynaptic one',
  source: 'Rumelhart, Hinton & Williams 1986 (Nature 323:533), eqs 6 and 8',
  parameters: {
    eta: ['0.01 weight', 'learning rate'],
    alpha: ['0 1/weight', 'weight decay, relative to the learning rate'],
  },
  pre_neuron: { x: ['1', 'activity of the presynaptic neuron'] },
  neuron: { delta: ['1', 'error of the postsynaptic neuron'] },
  on: { 'end:backward': 'w += eta * (x * delta - alpha * w)' },
})
