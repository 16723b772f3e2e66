/**
 * Weights follow presynaptic activity times the rate of change of postsynaptic activity: the rule that equilibrium propagation
 * and other theories of learning by nudging ask for, and that looks like STDP in an experiment.
 *
 *   dw/dt = eta x dV/dt,   dx/dt = -x / tau_pre,   x <- x + 1 at a presynaptic spike
 *
 * Bengio, Mesnard, Fischer, Zhang & Wu 2017 (Neural Comput. 29:555), eq. 1; Scellier & Bengio 2017 (Front. Comput. Neurosci. 11:24),
 * section 4.3. V is what the postsynaptic neuron calls its potential; its change over each step is taken.
 *
 * `rate_derivative_stdp` has spikes on both sides: a postsynaptic spike lifts an activity by 1, which decays with tau_post.
 * The sum over all time of x du/dt of a pair of spikes, D = t_post - t_pre, is
 *
 *   + tau_post / (tau_pre + tau_post) exp(-D / tau_pre)   for D > 0
 *   - tau_pre / (tau_pre + tau_post) exp(D / tau_post)    for D < 0
 *
 * whose integral over D is zero. It is given at once, when the second of the two spikes comes; the weight is what it will be
 * when both traces have decayed. A pair of the same instant changes nothing, as in pair_stdp.
 */
import { rule } from '../engine/model.ts'

export const rateDerivative = rule({
  name: 'rate_derivative',
  about: 'presynaptic activity times the rate of change of the postsynaptic potential',
  source: 'Bengio et al. 2017 (Neural Comput. 29:555), eq. 1',
  parameters: {
    eta: ['0.01 weight/mV', 'learning rate'],
    tau_pre: ['20 ms', 'time constant of presynaptic activity'],
  },
  neuron: { V: ['mV', 'potential of the postsynaptic neuron'] },
  pre: 'dx/dt = -x / tau_pre : 1',
  on: {
    pre_spike: 'x += 1',
    tick: 'w += eta * x * (V - delayed(V, dt))',
  },
})

export const rateDerivativeStdp = rule({
  name: 'rate_derivative_stdp',
  about: 'presynaptic activity times the rate of change of postsynaptic activity, of spikes',
  source: 'Bengio et al. 2017 (Neural Comput. 29:555), eq. 1, for exponential traces of spikes',
  parameters: {
    eta: ['0.01 weight', 'learning rate'],
    tau_pre: ['16.8 ms', 'time constant of presynaptic activity'],
    tau_post: ['33.7 ms', 'time constant of postsynaptic activity'],
  },
  pre: 'dx/dt = -x / tau_pre : 1',
  post: 'du/dt = -u / tau_post : 1',
  on: {
    pre_spike: 'w -= eta * tau_pre / (tau_pre + tau_post) * u; x += 1',
    post_spike: 'w += eta * tau_post / (tau_pre + tau_post) * x; u += 1',
  },
})
