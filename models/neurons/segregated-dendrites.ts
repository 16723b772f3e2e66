/**
 * Neurons with segregated dendrites: a soma, a basal dendrite for what comes from below, and in hidden neurons an apical one, whose
 * plateau potential is compared between two phases of a trial. Guerguiev, Lillicrap & Richards 2017 (eLife 6:e22901), Methods.
 *
 *   hidden   C_m dV/dt = g_l (V_R - V) + g_b (V_basal - V) + g_a (V_apical - V)
 *   output   C_m dV/dt = g_l (V_R - V) + g_d (V_basal - V) + g_E (E_E - V) + g_I (E_I - V)
 *            V_basal = sum over synapses of w s + b,   V_apical = sum of feedback weight times s of the output
 *            s(t) = sum over spikes k of kappa(t - t_k),  kappa(t) = (exp(-t / tau_L) - exp(-t / tau_s)) / (tau_L - tau_s)
 *   spikes   with rate phi = phi_max sigmoid(V): in a step with probability phi dt
 *   plateau  alpha = sigmoid(mean of V_apical), over the phase `forward` and over the phase `target`
 *
 * Potentials are plain numbers of the order of 10; only ratios of the conductances (per C_m) matter. V is stepped by forward Euler
 * with dt = 1 ms, as published. kappa ends after 10 ms: the published program keeps no more, the paper does not say so, and its learning
 * rates are for that (its sum is 0.51 instead of 1). `_full_kernel` models have all of it. A spike acts at the synapses of the next
 * layer in the step after it: one ms later for every layer than in the published program, in which layers follow each other in a step.
 * There units may fire twice in a step (1.75 % of steps at 200 Hz); here once, with the same mean.
 *
 * Phases of a trial: `settle` (nothing is averaged), `forward`, `settle_target`, `target`; and `settle_test`, `test`. At their ends:
 *
 *   end:forward   V_mean, s_mean: means of the phase;  slope = sigmoid'(V_mean);  plateau_forward = alpha;  rate_forward = sigmoid(V_mean)
 *   end:target    plateau_target = alpha;  rate_target = mean of sigmoid(V): the mean of the rate, and not the rate of the mean
 *                 delta: what learning follows;  delta_bp = E_bp slope: what it would be if E_bp were sent back exactly, to compare with
 */
import { type NeuronDefinition, neuron } from '../../engine/model.ts'

const source = 'Guerguiev, Lillicrap & Richards 2017 (eLife 6:e22901), Methods'
const psp: NeuronDefinition['parameters'] = {
  tau_L: ['10 ms', 'long time constant of a postsynaptic potential'],
  tau_s: ['3 ms', 'short time constant of a postsynaptic potential'],
}
const rate: NeuronDefinition['parameters'] = { phi_max: ['0.2 1/ms', 'highest firing rate'] }
const leak: NeuronDefinition['parameters'] = {
  V_R: [0, 'resting potential'],
  g_l: ['0.1 1/ms', 'leak conductance per capacitance'],
}

/**
 * What arrives at a tick, filtered: long and short are sums of exponentials, from the step after the arrival on. Truncated, an arrival
 * leaves them after ten steps with what is left of it: the sum of kappa(1 ms) ... kappa(10 ms) times what arrived in the last ten steps.
 */
const kappa = (long: string, short: string) => `(${long} - ${short}) * 1 ms / (tau_L - tau_s)`
const truncated = (name: string) => `
    next arrived_${name} = 0                                      : 1
    gone_${name} = delayed(arrived_${name}, 10 ms)                : 1
    now_long_${name} = exp(-1 ms / tau_L) * (long_${name} + arrived_${name} - exp(-10 ms / tau_L) * gone_${name})    : 1
    now_short_${name} = exp(-1 ms / tau_s) * (short_${name} + arrived_${name} - exp(-10 ms / tau_s) * gone_${name})  : 1
    next long_${name} = now_long_${name}                          : 1
    next short_${name} = now_short_${name}                        : 1
    filtered_${name} = ${kappa(`now_long_${name}`, `now_short_${name}`)}   : 1`
const full = (name: string) => `
    dlong_${name}/dt = -long_${name} / tau_L                      : 1
    dshort_${name}/dt = -short_${name} / tau_s                    : 1
    filtered_${name} = ${kappa(`long_${name}`, `short_${name}`)}  : 1`
type Kernel = 'truncated' | 'full'
const dendrite = (kernel: Kernel, name: string) => (kernel === 'truncated' ? truncated : full)(name)
const arrival = (kernel: Kernel, name: string, w = 'w') => (kernel === 'truncated' ? `arrived_${name} += ${w}` : `long_${name} += ${w}; short_${name} += ${w}`)

/** What the own spikes are at the synapses of the next layer. */
const spikesOf = (kernel: Kernel) => ({ equations: dendrite(kernel, 'own').replace('filtered_own', 's'), reset: arrival(kernel, 'own', '1') })

const firing = 'u01 < phi_max * dt * sigmoid(V)'
const inKernel = (kernel: Kernel, name: string) => (kernel === 'full' ? `${name}_full_kernel` : name)
const butFor = (kernel: Kernel) => (kernel === 'full' ? ', with all of the postsynaptic potential' : '')

/** In the same moment for all neurons when a phase ends, or up to five ms before, of each neuron and phase for itself. */
type Timing = 'together' | 'asynchronous'
/** The integer part of |N(0, 3 ms)|, at most 5: probabilities of 0 ... 5 ms. Guerguiev et al. 2017, Fig. 6 supplement 1. */
const drawnLateness = 'early = where(chance < 0.2611, 0, where(chance < 0.4950, 1, where(chance < 0.6827, 2, where(chance < 0.8176, 3, where(chance < 0.9044, 4, 5)))))'
const earlier = Array.from({ length: 5 }, (_, k) => `where(early < ${k + 0.5}, ${k === 0 ? 'sum_apical' : `delayed(sum_apical, ${k} ms)`}, `)
const sumOfPlateau = (timing: Timing) => (timing === 'together' ? 'sum_apical / steps' : `${earlier.join('')}delayed(sum_apical, 5 ms)${')'.repeat(5)} / (steps - early)`)

const hidden = (kernel: Kernel, timing: Timing = 'together') => {
  const draw = timing === 'together' ? '' : `; chance = u01; ${drawnLateness}`
  return neuron({
    name: inKernel(kernel, timing === 'together' ? 'segregated_hidden' : 'segregated_hidden_asynchronous'),
    about: `A pyramidal neuron with a soma, a basal and an apical dendrite, whose plateau potentials ${timing === 'together' ? 'are compared between two phases' : 'come at times of its own'}${butFor(kernel)}.`,
    source,
    parameters: {
      ...leak,
      g_b: ['0.6 1/ms', 'conductance from the basal dendrite to the soma'],
      g_a: ['0 1/ms', 'conductance from the apical dendrite to the soma: attenuation'],
      ...rate,
      ...psp,
    },
    currents: {
      b: ['1', 'bias of the basal dendrite'],
      A: ['1', 'graded input to the apical dendrite, where feedback is no spikes'],
      E_bp: ['1', 'error as backpropagation would send it, only to compare with'],
    },
    equations: `
    ${dendrite(kernel, 'basal')}
    ${dendrite(kernel, 'apical')}
    ${spikesOf(kernel).equations}
    V_basal = b + filtered_basal                      : 1
    V_apical = A + filtered_apical                    : 1
    dV/dt = g_l * (V_R - V) + g_b * (V_basal - V) + g_a * (V_apical - V)   : 1 (euler)
    next sum_V = sum_V + V                            : 1
    next sum_apical = sum_apical + V_apical           : 1
    next sum_s = sum_s + s                            : 1
    next steps = steps + 1                            : 1
    next in_plateau = max(in_plateau - 1, 0)          : 1
    state V_mean                                      : 1
    state s_mean                                      : 1
    state slope                                       : 1
    state plateau_forward                             : 1
    state plateau_target                              : 1
    state delta                                       : 1
    state delta_bp                                    : 1
    ${timing === 'together' ? '' : 'state early : 1\n    state chance : 1'}
    `,
    receptors: { basal: arrival(kernel, 'basal'), apical: arrival(kernel, 'apical') },
    threshold: firing,
    reset: spikesOf(kernel).reset,
    plateau: 'in_plateau > 0',
    on: {
      'phase:forward': `sum_V = 0; sum_apical = 0; sum_s = 0; steps = 0${draw}`,
      'end:forward': `V_mean = sum_V / steps; s_mean = sum_s / steps; slope = sigmoid(V_mean) * (1 - sigmoid(V_mean));
        plateau_forward = sigmoid(${sumOfPlateau(timing)}); in_plateau = 2`,
      'phase:target': `sum_apical = 0; steps = 0${draw}`,
      'end:target': `plateau_target = sigmoid(${sumOfPlateau(timing)}); in_plateau = 2;
        delta = (plateau_target - plateau_forward) * slope; delta_bp = E_bp * slope`,
    },
  })
}

const output = (kernel: Kernel) =>
  neuron({
    name: inKernel(kernel, 'segregated_output'),
    about: `An output neuron with a soma that is taught and a dendrite for what comes from below${butFor(kernel)}.`,
    source,
    parameters: {
      ...leak,
      g_d: ['0.6 1/ms', 'conductance from the dendrite to the soma'],
      E_E: [8, 'excitatory reversal potential of the teaching current'],
      E_I: [-8, 'inhibitory reversal potential of the teaching current'],
      ...rate,
      ...psp,
    },
    currents: {
      b: ['1', 'bias of the dendrite'],
      g_E: ['1/ms', 'excitatory teaching conductance'],
      g_I: ['1/ms', 'inhibitory teaching conductance'],
    },
    equations: `
    ${dendrite(kernel, 'basal')}
    V_basal = b + filtered_basal                      : 1
    dV/dt = g_l * (V_R - V) + g_d * (V_basal - V) + g_E * (E_E - V) + g_I * (E_I - V)   : 1 (euler)
    next sum_V = sum_V + V                            : 1
    next sum_rate = sum_rate + sigmoid(V)             : 1
    next steps = steps + 1                            : 1
    next rate = phi_max * sigmoid(V) * 1 ms           : 1
    state V_mean                                      : 1
    state slope                                       : 1
    state rate_forward                                : 1
    state rate_target                                 : 1
    state delta                                       : 1
    `,
    receptors: { basal: arrival(kernel, 'basal') },
    threshold: firing,
    on: {
      'phase:forward': 'sum_V = 0; steps = 0',
      'end:forward': 'V_mean = sum_V / steps; rate_forward = sigmoid(V_mean); slope = rate_forward * (1 - rate_forward)',
      'phase:target': 'sum_rate = 0; steps = 0',
      'end:target': 'rate_target = sum_rate / steps; delta = (rate_target - rate_forward) * slope',
      'phase:test': 'sum_V = 0; steps = 0',
      'end:test': 'V_mean = sum_V / steps',
    },
  })

/** Poisson spikes at a rate that is given from outside, one or none a step. */
const input = (kernel: Kernel) =>
  neuron({
    name: inKernel(kernel, 'segregated_input'),
    about: `An input unit that fires at the rate it is given, and knows the mean of what its spikes are at the synapses${butFor(kernel)}.`,
    source,
    parameters: { ...psp },
    currents: { phi: ['1/ms', 'firing rate'] },
    equations: `
    ${spikesOf(kernel).equations}
    next sum_s = sum_s + s                            : 1
    next steps = steps + 1                            : 1
    state s_mean                                      : 1
    `,
    receptors: {},
    threshold: 'u01 < phi * dt',
    reset: spikesOf(kernel).reset,
    on: { 'phase:forward': 'sum_s = 0; steps = 0', 'end:forward': 's_mean = sum_s / steps' },
  })

export const segregatedInput = input('truncated')
export const segregatedHidden = hidden('truncated')
export const segregatedOutput = output('truncated')
export const segregatedInputFull = input('full')
export const segregatedHiddenFull = hidden('full')
export const segregatedHiddenAsynchronous = hidden('truncated', 'asynchronous')
export const segregatedHiddenAsynchronousFull = hidden('full', 'asynchronous')
export const segregatedOutputFull = output('full')
