/**
 * SuperSpike: the time of spikes is learned by descent on the van Rossum distance, a surrogate standing for the spike's derivative.
 *
 *   x: presynaptic trace, +1 an arrival, tau_syn;   psp follows x with tau_mem              double exponential of arrivals
 *   surrogate = 1 / (1 + |V - V_th| / beta_width)^2
 *   el: sum of psp surrogate, as they were eligibility_delay ago, tau_rise;  ef follows el with tau_decay      eligibility
 *   m: sum over the steps of a block of  ef error - (rho / w_rho) w z^4,   z: own spikes, tau_het
 *   every block:  g = m dt / block,  v = max(g^2, v exp(-block / tau_rms)),  w += eta g / (sqrt(v) + 1e-15),  m = 0
 * so that no weight changes by more than eta a block. From the block that ends at burn_in on weights change; v always does.
 *
 * `error` is a variable of the postsynaptic neuron (`models/neurons/superspike.ts`), V its potential after the step. The
 * product is late because the error is: 0.8 ms for output units and for symmetric feedback, 1.6 ms for hidden units with
 * random or uniform feedback.
 *
 * Zenke & Ganguli 2018 (Neural Comput. 30:1514): rule, RMaxProp, regulariser with exponent 4. As in the program published with it,
 * v is that of the mean of a block, followers go by dt / tau of the way a step (euler_filters 1; 0: 1 - exp(-dt / tau)), and
 * m is a sum over steps. That program has its weights in V and its surrogate in 1 / V: its m is 1000 times this one, its rho
 * counts with w_rho = 1e6 mV, its eta of 1e-3 is 1 mV. Traces below smallest_psp count as zero, which saves work with the
 * equations and changes m by about 1e-7 of the largest; the implementation by adjoint filters has no such limit.
 */
import { rule } from '../engine/model.ts'
import { superspikeAdjoint } from './superspike-adjoint.ts'

export const superspike = rule({
  name: 'superspike',
  about: 'Learns the times of spikes from errors that arrive as spikes, by surrogate gradients.',
  source: 'Zenke & Ganguli 2018, and the program published with it',
  parameters: {
    tau_syn: ['5 ms', 'rise of the presynaptic trace'],
    tau_mem: ['10 ms', 'decay of the presynaptic trace'],
    tau_rise: ['5 ms', 'rise of the eligibility'],
    tau_decay: ['10 ms', 'decay of the eligibility'],
    V_th: ['-50 mV', 'where the surrogate has its peak'],
    beta_width: ['1 mV', 'distance from there at which it is a quarter'],
    eligibility_delay: ['0.8 ms', 'how long the product of trace and surrogate is on its way to the error'],
    eta: ['1 weight', 'most that a weight changes in a block'],
    block: ['500 ms', 'time between changes of the weights'],
    tau_rms: ['30 s', 'time after which a large gradient is forgotten'],
    burn_in: ['0 ms', 'time before weights change'],
    rho: [0, 'strength of the heterosynaptic regulariser; 1 in the paper, for hidden units with random feedback'],
    w_rho: ['1e6 weight', 'weight that the regulariser compares with'],
    tau_het: ['100 ms', 'time over which the regulariser counts own spikes'],
    smallest_psp: [1e-7, 'presynaptic traces below count as zero'],
    euler_filters: [1, '1: followers as in the published program, 0: exact ones'],
  },
  neuron: {
    V: ['mV', 'membrane potential'],
    error: ['1', 'filtered error'],
  },
  pre: `
    dx/dt   = -x / tau_syn : 1
    dpsp/dt = 0 / dt       : 1
  `,
  post: 'dz/dt = -z / tau_het : 1',
  synapse: `
    del/dt = 0 / dt : 1
    def/dt = 0 / dt : 1
    dm/dt  = 0 / dt : 1
    dv/dt  = 0 / dt : 1
  `,
  let: `
    surrogate = 1 / (1 + abs(V - V_th) / beta_width)^2 : 1
    k_decay = where(euler_filters > 0.5, dt / tau_decay, -expm1(-dt / tau_decay)) : 1
    k_mem   = where(euler_filters > 0.5, dt / tau_mem, -expm1(-dt / tau_mem))     : 1
  `,
  on: {
    pre_spike: 'x += 1',
    post_spike: 'z += 1',
    tick: `
      el += delayed(psp, eligibility_delay) * delayed(surrogate, eligibility_delay) when delayed(psp, eligibility_delay) > smallest_psp
      ef += (el - ef) * k_decay
      el *= exp(-dt / tau_rise)
      m += ef * error - rho * w / w_rho * z^4
      psp += (x * exp(-dt / tau_syn) - psp) * k_mem
    `,
    'every:block': `
      v = max((m * dt / block)^2, v * exp(-block / tau_rms))
      w += eta * m * dt / block / (sqrt(v) + 1e-15) when t >= burn_in
      m = 0
    `,
  },
  compatibility: ['euler_filters'],
  program: superspikeAdjoint,
})
