/**
 * Learning by the difference of two plateau potentials of the apical dendrite, one with and one without a teaching current at the
 * output; and by the difference of two firing rates at the output itself. Both happen when the phase `target` ends.
 *
 *   hidden   w <- w + eta P k (plateau_target - plateau_forward) sigmoid'(V_mean) s_mean
 *   output   w <- w + eta P k (rate_target - rate_forward) sigmoid'(V_mean) s_mean
 *
 * eta: learning rate; P = 20: the paper's P^0 = 20 / phi_max and P^1 = 20 / phi_max^2, with all rates in units of phi_max, in which
 * the factors phi_max cancel; k = g_b / (g_l + g_b + g_a) and g_d / (g_l + g_d) = 0.857: how much of the dendrite's potential
 * reaches the soma; means are those of the forward phase. Every hidden layer learns by the same rule, from its own plateau potentials.
 * Guerguiev, Lillicrap & Richards 2017 (eLife 6:e22901), Methods.
 */
import { rule } from '../engine/model.ts'

const source = 'Guerguiev, Lillicrap & Richards 2017 (eLife 6:e22901), Methods'
const pre_neuron = { s_mean: ['1', 'mean postsynaptic potential of the spikes of the presynaptic neuron, in the forward phase'] as [string, string] }
const slope: [string, string] = ['1', "sigmoid'(V_mean), in the forward phase"]

export const plateauDifference = rule({
  name: 'plateau_difference',
  about: 'difference of the plateau potentials of the target and the forward phase, times presynaptic activity',
  source,
  parameters: { eta: ['0.21 weight', 'learning rate'], P: [20, 'scale of the learning rate'], k: [0.8571428571428571, 'share of the basal dendrite in the potential of the soma'] },
  pre_neuron,
  neuron: { plateau_target: ['1', 'plateau potential of the target phase'], plateau_forward: ['1', 'plateau potential of the forward phase'], slope },
  on: { 'end:target': 'w += eta * P * k * s_mean * (plateau_target - plateau_forward) * slope' },
})

export const outputRateDifference = rule({
  name: 'output_rate_difference',
  about: 'difference of the firing rates of the target and the forward phase, times presynaptic activity',
  source,
  parameters: { eta: ['0.21 weight', 'learning rate'], P: [20, 'scale of the learning rate'], k: [0.8571428571428571, 'share of the dendrite in the potential of the soma'] },
  pre_neuron,
  neuron: { rate_target: ['1', 'mean rate of the target phase, in units of the highest'], rate_forward: ['1', 'rate at the mean potential of the forward phase'], slope },
  on: { 'end:target': 'w += eta * P * k * s_mean * (rate_target - rate_forward) * slope' },
})
