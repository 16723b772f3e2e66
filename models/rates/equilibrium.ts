/**
 * Units of equilibrium propagation: a symmetric network relaxes to a minimum of its energy, then its output is nudged towards what is wanted.
 *
 *   s <- clip(s + (dt / tau) (I - s), 0, 1)                                hidden
 *   s <- clip(s + (dt / tau) (I - s + beta (target - s)), 0, 1)            output
 *
 * which is a step of ds/dt = -dF/ds, F = E + beta C, with
 *
 *   E = 1/2 sum s_i^2 - sum over pairs w_ij rho(s_i) rho(s_j) - sum b_i rho(s_i),     C = 1/2 sum (y - target)^2,     rho(s) = clip(s, 0, 1)
 *
 * Scellier & Bengio 2017 (Front. Comput. Neurosci. 11:24), section 2; steps as in section 5. s stays between 0 and 1, where rho(s) = s and, at both
 * ends too, rho' = 1: so neighbours are sent s itself. I: sum of weight times s over neighbours, bias included; projections go both ways with the
 * same weights (`transpose_of`) and a delay of one step, so that all units move at once. beta: how strongly the output is nudged, zero in the free
 * phase; hidden units know it too, as a signal that is the same everywhere, because weight changes are relative to it.
 *
 *   tau  2 ms     dt / tau is the step of the paper, 0.5 with dt = 1 ms
 *
 * What rules read: s_free, s at the end of the phase `free`; s_last, s a step ago; gain, 1 / beta or 0 without a nudge.
 *
 * `forced_equilibrium_output`: the nudge at its strongest. While there is one the output is what is wanted, from the moment at which the phase `weak`
 * begins; code bscellier/Towards-a-Biologically-Plausible-Backprop, model2.
 *
 * `centred_equilibrium_hidden` and `centred_equilibrium_output` are the same in phases `free`, `plus` and `minus`, nudged one way and then the other
 * (Laborieux et al. 2021, Front. Neurosci. 15:633674): the third phase starts where the second did, and s_plus is s at the end
 * of the second.
 */
import { type NeuronDefinition, neuron } from '../../engine/model.ts'

const currents: NeuronDefinition['currents'] = {
  I: ['1', 'sum of weight times activity over neighbours, and bias'],
  beta: ['1', 'how strongly the output is nudged'],
}
const hiddenDrive = { drive: 'I - s', more: {} }
const outputDrive = { drive: 'I - s + beta * (target - s)', more: { target: ['1', 'what is wanted'] as [string, string] } }
/** The phases of trials, and what units keep of them for the rules. */
const oneNudge = {
  source: 'Scellier & Bengio 2017 (Front. Comput. Neurosci. 11:24), sections 2 and 5',
  kept: 'next s_last = s : 1',
  on: { 'end:free': 's_free = s' },
}
const twoNudges = {
  source: 'Laborieux et al. 2021 (Front. Neurosci. 15:633674)',
  kept: 'next s_plus = s_plus : 1',
  on: { 'end:free': 's_free = s', 'end:plus': 's_plus = s', 'phase:minus': 's = s_free' },
}

const unit = (name: string, about: string, { drive, more }: { drive: string; more: NeuronDefinition['currents'] }, { source, kept, on }: { source: string; kept: string; on: NeuronDefinition['on'] }) =>
  neuron({
    name, about, source, parameters: { tau: ['2 ms', 'time constant'] }, currents: { ...currents, ...more }, receptors: {}, on,
    equations: `
      next s = clip(s + dt / tau * (${drive}), 0, 1)      : 1
      next gain = where(abs(beta) > 0, 1 / beta, 0)       : 1
      next s_free = s_free                                : 1
      ${kept}
    `,
  })

export const equilibriumHidden = unit('equilibrium_hidden', 'A hidden unit that goes down the energy of a symmetric network.', hiddenDrive, oneNudge)
export const equilibriumOutput = unit('equilibrium_output', 'An output unit that goes down the energy of a symmetric network and is nudged towards what is wanted.', outputDrive, oneNudge)
export const forcedEquilibriumOutput = neuron({
  name: 'forced_equilibrium_output',
  about: 'An output unit that goes down the energy of a symmetric network and is then set to what is wanted.',
  source: 'Scellier & Bengio 2017 (Front. Comput. Neurosci. 11:24), section 2; its code, model2',
  parameters: { tau: ['1 ms', 'time constant'] },
  currents: { ...currents, ...outputDrive.more },
  receptors: {},
  on: { ...oneNudge.on, 'phase:weak': 's = target' },
  equations: `
      next s = where(abs(beta) > 0, target, clip(s + dt / tau * (I - s), 0, 1))  : 1
      next gain = where(abs(beta) > 0, 1 / beta, 0)       : 1
      next s_free = s_free                                : 1
    `,
})
export const centredEquilibriumHidden = unit('centred_equilibrium_hidden', 'A hidden unit that goes down the energy of a symmetric network that is nudged both ways.', hiddenDrive, twoNudges)
export const centredEquilibriumOutput = unit('centred_equilibrium_output', 'An output unit that goes down the energy of a symmetric network and is nudged both ways.', outputDrive, twoNudges)
