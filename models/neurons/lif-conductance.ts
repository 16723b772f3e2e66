/**
 * Leaky integrate-and-fire neuron with exponential synaptic conductances.
 *
 *   tau_m dV/dt = (E_L - V) + g_e (E_e - V) + g_i (E_i - V) + I_0 + I      V is held while refractory, conductances run on
 *   dg_e/dt = -g_e / tau_e        arrival at excitatory: g_e += w
 *   dg_i/dt = -g_i / tau_i        arrival at inhibitory: g_i += w
 *   V > V_th: spike, V = V_reset, refractory for t_ref
 *
 * Vogels & Abbott 2005 (J. Neurosci. 25:10786), Materials and Methods, for the model and the defaults.
 * Conductances are in units of the leak conductance; currents are in mV, the membrane resistance is absorbed.
 * Parameters: below. Receives: excitatory, inhibitory (w a plain number, both >= 0). Emits: spike.
 * Throws nothing itself; a negative t_ref is an `InputError` of the planner.
 */
import { neuron } from '../../engine/model.ts'

export const lifConductance = neuron({
  name: 'lif_conductance',
  about: 'Leaky integrate-and-fire neuron with exponential synaptic conductances.',
  source: 'Vogels & Abbott 2005, Materials and Methods',
  parameters: {
    tau_m: ['20 ms', 'membrane time constant'],
    tau_e: ['5 ms', 'time constant of the excitatory conductance'],
    tau_i: ['10 ms', 'time constant of the inhibitory conductance'],
    E_L: ['-60 mV', 'resting potential'],
    E_e: ['0 mV', 'reversal potential of excitation'],
    E_i: ['-80 mV', 'reversal potential of inhibition'],
    I_0: ['20 mV', 'constant drive, as the depolarisation it causes'],
    V_th: ['-50 mV', 'threshold'],
    V_reset: ['-60 mV', 'reset potential'],
    t_ref: ['5 ms', 'absolute refractory time'],
  },
  currents: { I: ['mV', 'injected current times membrane resistance'] },
  equations: `
    dV/dt   = (E_L - V + g_e * (E_e - V) + g_i * (E_i - V) + I_0 + I) / tau_m : mV (unless refractory)
    dg_e/dt = -g_e / tau_e : 1
    dg_i/dt = -g_i / tau_i : 1
  `,
  receptors: { excitatory: 'g_e += w', inhibitory: 'g_i += w' },
  threshold: 'V > V_th',
  reset: 'V = V_reset',
  refractory: 't_ref',
  initial: { V: 'E_L' },
})
