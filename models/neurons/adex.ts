/**
 * Adaptive exponential integrate-and-fire neuron with AMPA and GABA conductances.
 *
 *   C dV/dt = -g_L (V - E_L) + g_L Delta_T exp((V - V_T) / Delta_T) - w_a + I
 *             + g_L g_ampa (E_ampa - V) + g_L g_gaba (E_gaba - V),        C = g_L tau_m;  V is held while refractory
 *   tau_w dw_a/dt = a (V - E_L) - w_a
 *   dg_ampa/dt = -g_ampa / tau_ampa     arrival at ampa: g_ampa += w
 *   dg_gaba/dt = -g_gaba / tau_gaba     arrival at gaba: g_gaba += w
 *   V > V_peak: spike, V = V_reset, w_a += b, refractory for t_ref
 *
 * Brette & Gerstner 2005 (J. Neurophysiol. 94:3637) eqs 1-3, where w_a is called w (w is the weight of an arrival here).
 * Synapses, and the parameters of PV and SOM cells, as in Payeur et al. 2021 (Nat. Neurosci. 24:1010), code; conductances are
 * in units of the leak. V_T follows from the rheobase I_rh, the least constant current that fires the cell:
 *   V_T = I_rh / (g_L + a) + E_L + Delta_T - Delta_T ln(1 + a / g_L)
 * PV (I_rh 200 pA): -48 mV, the default; SOM (25 pA): -61.835786 mV; both in `adexCells`.
 *
 * The exponent is kept at or below 20, so that a step ends at a finite number; from there on the upswing would last less than a
 * nanosecond, so that no spike moves.
 * Parameters: below. Receives: ampa, gaba (w a plain number). Emits: spike. Throws nothing itself.
 */
import { neuron } from '../../engine/model.ts'

/** The interneurons of Payeur et al. 2021, as parameters of `adex`. */
export const adexCells = {
  pv: {
    g_L: '10 nS', tau_m: '10 ms', E_L: '-70 mV', Delta_T: '2 mV', V_T: '-48 mV', V_reset: '-55 mV', t_ref: '1 ms',
    tau_w: '500 ms', a: '0 nS', b: '0 pA',
  },
  som: {
    g_L: '5 nS', tau_m: '20 ms', E_L: '-70 mV', Delta_T: '4 mV', V_T: '-61.8357861744 mV', V_reset: '-65 mV', t_ref: '2 ms',
    tau_w: '500 ms', a: '0.5 nS', b: '10 pA',
  },
} as const

export const adex = neuron({
  name: 'adex',
  about: 'Adaptive exponential integrate-and-fire neuron with AMPA and GABA conductances.',
  source: 'Brette & Gerstner 2005, eqs 1-3; synapses and defaults (PV cell) Payeur et al. 2021, code',
  parameters: {
    g_L: ['10 nS', 'leak conductance'],
    tau_m: ['10 ms', 'membrane time constant; the capacitance is g_L tau_m'],
    E_L: ['-70 mV', 'resting potential'],
    Delta_T: ['2 mV', 'sharpness of the spike onset'],
    V_T: ['-48 mV', 'potential of the spike onset; from the rheobase as said above'],
    V_peak: ['20 mV', 'potential at which the spike is counted'],
    V_reset: ['-55 mV', 'reset potential'],
    t_ref: ['1 ms', 'absolute refractory time'],
    tau_w: ['500 ms', 'time constant of adaptation'],
    a: ['0 nS', 'subthreshold adaptation'],
    b: ['0 pA', 'adaptation added by a spike'],
    tau_ampa: ['5 ms', 'time constant of the AMPA conductance'],
    tau_gaba: ['10 ms', 'time constant of the GABA conductance'],
    E_ampa: ['0 mV', 'reversal potential of AMPA'],
    E_gaba: ['-80 mV', 'reversal potential of GABA'],
  },
  currents: { I: ['pA', 'injected current'] },
  equations: `
    onset      = Delta_T * exp(min((V - V_T) / Delta_T, 20))           : mV
    synaptic   = g_ampa * (E_ampa - V) + g_gaba * (E_gaba - V)         : mV
    dV/dt      = (E_L - V + onset + synaptic + (I - w_a) / g_L) / tau_m : mV (unless refractory)
    dw_a/dt    = (a * (V - E_L) - w_a) / tau_w                         : pA
    dg_ampa/dt = -g_ampa / tau_ampa                                    : 1
    dg_gaba/dt = -g_gaba / tau_gaba                                    : 1
  `,
  receptors: { ampa: 'g_ampa += w', gaba: 'g_gaba += w' },
  threshold: 'V > V_peak',
  reset: 'V = V_reset; w_a += b',
  refractory: 't_ref',
  initial: { V: 'E_L' },
  method: 'euler',
})
