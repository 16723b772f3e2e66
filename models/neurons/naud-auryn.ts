/**
 * Two-compartment pyramidal neuron in the form the burst-dependent plasticity simulations used ("NaudGroup" of their Auryn).
 *
 *   dV_s/dt = (E_L - V_s + i_s) / tau_s + (g_s f(V_d) + b_ws w_s + I_s) / C_s
 *   dV_d/dt = (E_L - V_d + i_d) / tau_d + (g_d f(V_d) + c_d K(t) + a_wd w_d + I_d) / C_d
 *   dw_s/dt = -w_s / tau_ws,   tau_wd dw_d/dt = (V_d - E_L) - w_d,   tau_thr dthr/dt = V_th - thr
 *   i_s = g_ampa_s (E_ampa - V_s) + g_gaba_s (E_gaba - V_s),   i_d = g_ampa_d (E_ampa - V*) + g_gaba_d (E_gaba - V*)
 *   f(V) = 1 / (1 + exp(-(V - E_d) / D_d)),   K(t) = 1 until t_bap after a spike;   every g decays, arrival: g += w
 *   V_s > thr: spike, V_s = V_reset, w_s += 1, thr += jump_thr      no refractory time
 *
 * Payeur et al. 2021 (Nat. Neurosci. 24:1010) Methods, and their code. It differs from `naud_sprekeler` in five things:
 * a moving threshold instead of a refractory time; the back-propagating spike starts at once; w_s counts spikes and w_d is a
 * filtered potential; conductance synapses in units of the leak; and V* (below). No noise of its own.
 * `somatic_driving_force` 1: V* = V_s, as in the published code and needed for the published curves; 0: V* = V_d, as it should be.
 * The code injects I after the threshold test and updates w_d with the new V_d; here both use the step's start (a difference of
 * one step, 0.1 ms). Linear decays are exact, the rest is Euler, as in the code. V_s starts at E_L here, normal (sd 5 mV) there.
 * Parameters: below. Receives: soma.ampa, soma.gaba, dendrite.ampa, dendrite.gaba (w a plain number).
 * Emits: spike, plateau_on, plateau_off (V_d > V_plateau, our definition). Throws nothing itself.
 */
import { neuron } from '../../engine/model.ts'

export const naudAuryn = neuron({
  name: 'naud_auryn',
  about: 'Two-compartment pyramidal neuron in the form the burst-dependent plasticity simulations used.',
  source: "Payeur et al. 2021, Methods, and the authors' Auryn code (NaudGroup)",
  parameters: {
    E_L: ['-70 mV', 'resting potential of both compartments'],
    tau_s: ['16 ms', 'membrane time constant of the soma'],
    C_s: ['370 pF', 'capacitance of the soma'],
    g_s: ['1300 pA', 'greatest current from the dendrite into the soma'],
    tau_ws: ['100 ms', 'time constant of somatic adaptation'],
    b_ws: ['-200 pA', 'somatic adaptation current of one spike'],
    tau_d: ['7 ms', 'membrane time constant of the dendrite'],
    C_d: ['170 pF', 'capacitance of the dendrite'],
    g_d: ['1200 pA', 'greatest regenerative current of the dendrite'],
    E_d: ['-38 mV', 'half activation of the dendritic current'],
    D_d: ['6 mV', 'slope of the dendritic activation'],
    c_d: ['2600 pA', 'current of the back-propagating spike'],
    t_bap: ['2 ms', 'duration of the back-propagating spike'],
    tau_wd: ['30 ms', 'time constant of the dendritic recovery'],
    a_wd: ['-13 nS', 'dendritic recovery'],
    V_th: ['-50 mV', 'resting threshold'],
    jump_thr: ['2 mV', 'what a spike adds to the threshold'],
    tau_thr: ['27 ms', 'time constant of the threshold'],
    V_reset: ['-70 mV', 'reset potential of the soma'],
    tau_ampa: ['5 ms', 'time constant of AMPA conductances'],
    tau_gaba: ['10 ms', 'time constant of GABA conductances'],
    E_ampa: ['0 mV', 'reversal potential of AMPA'],
    E_gaba: ['-80 mV', 'reversal potential of GABA'],
    V_plateau: ['-30 mV', 'a dendrite above it is in a plateau potential'],
    somatic_driving_force: ['1', 'above 0.5: dendritic synapses are driven by the potential of the soma'],
  },
  compatibility: ['somatic_driving_force'],
  currents: { I_s: ['pA', 'current into the soma'], I_d: ['pA', 'current into the dendrite'] },
  equations: `
    f       = sigmoid((V_d - E_d) / D_d)                                                : 1
    K       = after_spike(0 ms, t_bap)                                                  : 1
    V_drive = where(somatic_driving_force > 0.5, V_s, V_d)                              : mV
    i_s     = g_ampa_s * (E_ampa - V_s) + g_gaba_s * (E_gaba - V_s)                     : mV
    i_d     = g_ampa_d * (E_ampa - V_drive) + g_gaba_d * (E_gaba - V_drive)             : mV
    dV_s/dt = (E_L - V_s + i_s) / tau_s + (g_s * f + b_ws * w_s + I_s) / C_s            : mV
    dV_d/dt = (E_L - V_d + i_d) / tau_d + (g_d * f + c_d * K + a_wd * w_d + I_d) / C_d  : mV
    dw_s/dt = -w_s / tau_ws                                                             : 1
    dw_d/dt = (V_d - E_L - w_d) / tau_wd                                                : mV
    dthr/dt = (V_th - thr) / tau_thr                                                    : mV
    dg_ampa_s/dt = -g_ampa_s / tau_ampa                                                 : 1
    dg_gaba_s/dt = -g_gaba_s / tau_gaba                                                 : 1
    dg_ampa_d/dt = -g_ampa_d / tau_ampa                                                 : 1
    dg_gaba_d/dt = -g_gaba_d / tau_gaba                                                 : 1
  `,
  receptors: {
    'soma.ampa': 'g_ampa_s += w',
    'soma.gaba': 'g_gaba_s += w',
    'dendrite.ampa': 'g_ampa_d += w',
    'dendrite.gaba': 'g_gaba_d += w',
  },
  threshold: 'V_s > thr',
  reset: 'V_s = V_reset; thr += jump_thr; w_s += 1',
  plateau: 'V_d > V_plateau',
  initial: { V_s: 'E_L', V_d: 'E_L', w_d: '0.1 mV', thr: 'V_th' },
  method: 'euler',
})
