/**
 * Leaky integrate-and-fire neuron with exponential synaptic currents.
 *
 *   dV/dt   = (E_L - V + I_e + I_i + I) / tau_m      V is held while refractory, the currents run on
 *   dI_e/dt = -I_e / tau_e        arrival: I_e += w
 *   dI_i/dt = -I_i / tau_i        arrival: I_i += w
 *   V > V_th: spike, V = V_reset, refractory for t_ref
 *
 * Rotter & Diesmann 1999 (Biol. Cybern. 81:381) eq. 7; Vogels & Abbott 2005 (J. Neurosci. 25:10786) for the defaults.
 * Currents are in mV: the membrane resistance is absorbed.
 */
import { neuron } from '../../engine/model.ts'

export const lifExponential = neuron({
  name: 'lif_exponential',
  about: 'Leaky integrate-and-fire neuron with exponential synaptic currents.',
  source: 'Rotter & Diesmann 1999, eq. 7; defaults Vogels & Abbott 2005',
  parameters: {
    tau_m: ['20 ms', 'membrane time constant'],
    tau_e: ['5 ms', 'time constant of the excitatory current'],
    tau_i: ['10 ms', 'time constant of the inhibitory current'],
    E_L: ['-49 mV', 'resting potential'],
    V_th: ['-50 mV', 'threshold'],
    V_reset: ['-60 mV', 'reset potential'],
    t_ref: ['5 ms', 'absolute refractory time'],
  },
  currents: { I: ['mV', 'injected current times membrane resistance'] },
  equations: `
    dV/dt   = (E_L - V + I_e + I_i + I) / tau_m : mV (unless refractory)
    dI_e/dt = -I_e / tau_e                      : mV
    dI_i/dt = -I_i / tau_i                      : mV
  `,
  receptors: { excitatory: 'I_e += w', inhibitory: 'I_i += w' },
  threshold: 'V > V_th',
  reset: 'V = V_reset',
  refractory: 't_ref',
  initial: { V: 'V_reset' },
})
