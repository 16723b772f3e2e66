/**
 * Equilibrium propagation: a weight follows the difference that a nudge of the output makes to the product of the activities on its two sides.
 *
 *   w <- w + alpha / beta (s_j s_i at the end of the phase weak - s_j s_i at the end of the phase free)
 *
 * Scellier & Bengio 2017 (Front. Comput. Neurosci. 11:24), sections 2 and 3: to first order in beta, the gradient of C at the free fixed point. With
 * copies, the mean over them. s, s_free, s_last, s_plus, gain = 1 / beta: what the units of `equilibrium_hidden` and its relatives remember.
 *
 * `equilibrium_propagation_clamped`: the presynaptic side is the same in both phases (input, or the unit whose weights are biases), so that one
 * product is left, x (s - s_free).
 *
 * `equilibrium_propagation_centred`: between nudges one way and the other way, beta = +b in the phase plus and -b in the phase minus,
 *
 *   w <- w + alpha / (2 beta) (s_j s_i at the end of minus - s_j s_i at the end of plus)
 *
 * with an error of the order of beta^2 instead of beta. Laborieux et al. 2021 (Front. Neurosci. 15:633674).
 *
 * `equilibrium_propagation_continuous`: the same change while it happens, at every step of the nudge,
 *
 *   w <- w + alpha / beta (s_j(t) (s_i(t) - s_i(t - dt)) + s_i(t - dt) (s_j(t) - s_j(t - dt))),        dw/dt = alpha / beta (s_j ds_i/dt + s_i ds_j/dt)
 *
 * each step of which is that of the product s_j s_i: so the sum over the phase is the rule above, were the weights not in use meanwhile. Each half is what STDP looks like where spikes stand for
 * activities: presynaptic activity times the rate of change of postsynaptic activity (`rate_derivative`); the two directions
 * of a symmetric connection give the two halves, each of which is `equilibrium_propagation_directed`,
 *
 *   w <- w + alpha / beta s_j(t) (s_i(t) - s_i(t - dt))
 *
 * which is all there is where the presynaptic side does not move, and the rule for connections whose two directions have weights of their own
 * (Scellier et al. 2018, arXiv 1808.04873; Ernoult et al. 2020, C-VF). As the weights change while the network still moves, this is continual equilibrium propagation
 * (Ernoult et al. 2020, arXiv 2005.04168), which needs smaller learning rates.
 */
import { type RuleDefinition, rule } from '../engine/model.ts'

const source = 'Scellier & Bengio 2017 (Front. Comput. Neurosci. 11:24), sections 2 and 3'
const parameters: RuleDefinition['parameters'] = { alpha: ['0.1 weight', 'learning rate'] }
const gain: RuleDefinition['neuron'] = { gain: ['1', '1 / beta, how strong the nudge is'] }
const side = (which: string, then: Record<string, string>): NonNullable<RuleDefinition['neuron']> => ({
  [`s_${which}`]: ['1', `activity of the ${which}synaptic unit`],
  ...Object.fromEntries(Object.entries(then).map(([key, when]) => [`s_${which}_${key}`, ['1', `the same ${when}`]] as const)),
})

export const equilibriumPropagation = rule({
  name: 'equilibrium_propagation',
  about: 'what a nudge of the output does to the product of presynaptic and postsynaptic activity',
  source,
  parameters,
  pre_neuron: side('pre', { free: 'at the end of the free phase' }),
  neuron: { ...side('post', { free: 'at the end of the free phase' }), ...gain },
  on: { 'end:weak': 'w += alpha * gain * (s_pre * s_post - s_pre_free * s_post_free)' },
})

export const equilibriumPropagationClamped = rule({
  name: 'equilibrium_propagation_clamped',
  about: 'presynaptic activity that does not move, times what a nudge of the output does to postsynaptic activity',
  source,
  parameters,
  pre_neuron: { x: ['1', 'activity of the presynaptic unit'] },
  neuron: { ...side('post', { free: 'at the end of the free phase' }), ...gain },
  on: { 'end:weak': 'w += alpha * x * gain * (s_post - s_post_free)' },
})

export const equilibriumPropagationCentred = rule({
  name: 'equilibrium_propagation_centred',
  about: 'what two opposite nudges of the output do to the product of presynaptic and postsynaptic activity',
  source: 'Laborieux et al. 2021 (Front. Neurosci. 15:633674)',
  parameters,
  pre_neuron: side('pre', { plus: 'at the end of the phase plus' }),
  neuron: { ...side('post', { plus: 'at the end of the phase plus' }), ...gain },
  on: { 'end:minus': 'w += alpha / 2 * gain * (s_pre * s_post - s_pre_plus * s_post_plus)' },
})

export const equilibriumPropagationContinuous = rule({
  name: 'equilibrium_propagation_continuous',
  about: 'presynaptic activity times the rate of change of postsynaptic activity, and the other way round, while the output is nudged',
  source: 'Scellier & Bengio 2017 (Front. Comput. Neurosci. 11:24); Ernoult et al. 2020 (arXiv 2005.04168)',
  parameters,
  pre_neuron: side('pre', { last: 'a step ago' }),
  neuron: { ...side('post', { last: 'a step ago' }), ...gain },
  on: { tick: 'w += alpha * gain * (s_pre * (s_post - s_post_last) + s_post_last * (s_pre - s_pre_last))' },
})

export const equilibriumPropagationDirected = rule({
  name: 'equilibrium_propagation_directed',
  about: 'presynaptic activity times the rate of change of postsynaptic activity, while the output is nudged',
  source: 'Scellier et al. 2018 (arXiv 1808.04873); Ernoult et al. 2020 (arXiv 2005.04168), C-VF',
  parameters,
  pre_neuron: side('pre', {}),
  neuron: { ...side('post', { last: 'a step ago' }), ...gain },
  on: { tick: 'w += alpha * gain * s_pre * (s_post - s_post_last)' },
})
