/**
 * Inhibitory plasticity: a symmetric window and a constant decrease at presynaptic spikes drive the postsynaptic rate to a
 * target, which balances excitation and inhibition.
 *
 *   dx/dt = -x / tau, dy/dt = -y / tau                 each <- it + 1 at a spike of its side
 *   presynaptic spike:   w <- w + eta (y - alpha),     alpha = 2 rho_0 tau
 *   postsynaptic spike:  w <- w + eta x
 *
 * Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011 (Science 334:1569), eqs S9-S10 of the supplement. Weights are counted
 * positive (they land on an inhibitory receptor).
 */
import { rule } from '../engine/model.ts'

export const inhibitoryStdp = rule({
  name: 'inhibitory_stdp',
  about: 'coincident spikes strengthen, lone presynaptic spikes weaken: the postsynaptic rate settles at a target',
  source: 'Vogels et al. 2011 (Science 334:1569), eqs S9-S10',
  parameters: {
    eta: ['1e-3 weight', 'learning rate'],
    rho_0: ['3 Hz', 'target rate of the postsynaptic neuron'],
    tau: ['20 ms', 'time constant of both traces'],
  },
  let: 'alpha = 2 * rho_0 * tau : 1',
  pre: 'dx/dt = -x / tau : 1',
  post: 'dy/dt = -y / tau : 1',
  on: {
    pre_spike: 'w += eta * (y - alpha); x += 1',
    post_spike: 'w += eta * x; y += 1',
  },
})
