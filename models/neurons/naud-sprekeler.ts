/**
 * Two-compartment pyramidal neuron whose bursts follow the apical dendrite: the model of burst multiplexing.
 *
 *   dV_s/dt = -(V_s - E_L) / tau_s + (g_s f(V_d) + w_s + n_s + I_s) / C_s                    held while refractory
 *   dw_s/dt = -w_s / tau_ws                                                                 at a spike w_s += b_ws
 *   dV_d/dt = -(V_d - E_L) / tau_d + (g_d f(V_d) + c_d K(t) + w_d + n_d + I_d) / C_d
 *   tau_wd dw_d/dt = -w_d + a_wd (V_d - E_L)
 *   f(V) = 1 / (1 + exp(-(V - E_d) / D_d)),   K(t) = 1 from bap_from until bap_to after a spike (back-propagating spike)
 *   dn/dt = (mu - n) / tau_n + sigma_n sqrt(2 / tau_n) xi       Ornstein-Uhlenbeck noise of each compartment
 *   V_s >= V_th: spike, V_s = V_reset, refractory for t_ref     arrival at soma: V_s += w, at dendrite: V_d += w
 *
 * Naud & Sprekeler 2018 (PNAS 115:E6329), in the form and with the numbers of their group's Brian2 code. The noise is exact
 * in law. K is 1 for 0.5 ms <= time since the spike <= 2.5 ms there, both ends included: 21 steps of 0.1 ms. `after_spike`
 * leaves out its end, hence bap_to = 2.6 ms; with 2.5 ms (20 steps) burst probabilities are 1 to 4 points below the reference.
 * A plateau potential is V_d > V_plateau; the default of -30 mV, where f is 0.79, is ours: with I_d = -200 pA about one spike in
 * a hundred crosses it.
 * Parameters: below. Receives: soma, dendrite (w in mV). Emits: spike, plateau_on, plateau_off. Throws nothing itself.
 */
import { neuron } from '../../engine/model.ts'

export const naudSprekeler = neuron({
  name: 'naud_sprekeler',
  about: 'Two-compartment pyramidal neuron whose bursts follow the apical dendrite: the model of burst multiplexing.',
  source: "Naud & Sprekeler 2018, as in their group's Brian2 code",
  parameters: {
    E_L: ['-70 mV', 'resting potential of both compartments'],
    tau_s: ['16 ms', 'membrane time constant of the soma'],
    C_s: ['370 pF', 'capacitance of the soma'],
    g_s: ['1300 pA', 'greatest current from the dendrite into the soma'],
    tau_ws: ['100 ms', 'time constant of somatic adaptation'],
    b_ws: ['-200 pA', 'somatic adaptation current added by a spike'],
    tau_d: ['7 ms', 'membrane time constant of the dendrite'],
    C_d: ['170 pF', 'capacitance of the dendrite'],
    g_d: ['1200 pA', 'greatest regenerative current of the dendrite'],
    E_d: ['-38 mV', 'half activation of the dendritic current'],
    D_d: ['6 mV', 'slope of the dendritic activation'],
    c_d: ['2600 pA', 'current of the back-propagating spike'],
    bap_from: ['0.5 ms', 'the back-propagating spike begins so long after the spike'],
    bap_to: ['2.6 ms', 'and ends before so long after it'],
    tau_wd: ['30 ms', 'time constant of the dendritic recovery current'],
    a_wd: ['-13 nS', 'dendritic recovery'],
    mu_s: ['70 pA', 'mean of the somatic noise'],
    mu_d: ['-270 pA', 'mean of the dendritic noise'],
    sigma_n: ['450 pA', 'standard deviation of the noise'],
    tau_n: ['2 ms', 'time constant of the noise'],
    V_th: ['-50 mV', 'threshold'],
    V_reset: ['-70 mV', 'reset potential of the soma'],
    t_ref: ['3 ms', 'absolute refractory time'],
    V_plateau: ['-30 mV', 'a dendrite above it is in a plateau potential'],
  },
  compatibility: ['bap_to'],
  currents: { I_s: ['pA', 'current into the soma'], I_d: ['pA', 'current into the dendrite'] },
  equations: `
    f       = sigmoid((V_d - E_d) / D_d)                                      : 1
    K       = after_spike(bap_from, bap_to)                                   : 1
    dV_s/dt = (E_L - V_s) / tau_s + (g_s * f + w_s + n_s + I_s) / C_s         : mV (unless refractory)
    dw_s/dt = -w_s / tau_ws                                                   : pA
    dV_d/dt = (E_L - V_d) / tau_d + (g_d * f + c_d * K + w_d + n_d + I_d) / C_d : mV
    dw_d/dt = (a_wd * (V_d - E_L) - w_d) / tau_wd                             : pA
    dn_s/dt = (mu_s - n_s) / tau_n + sigma_n * sqrt(2 / tau_n) * xi           : pA
    dn_d/dt = (mu_d - n_d) / tau_n + sigma_n * sqrt(2 / tau_n) * xi           : pA
  `,
  receptors: { soma: 'V_s += w', dendrite: 'V_d += w' },
  threshold: 'V_s >= V_th',
  reset: 'V_s = V_reset; w_s += b_ws',
  refractory: 't_ref',
  plateau: 'V_d > V_plateau',
  initial: { V_s: 'E_L', V_d: 'E_L', n_s: 'mu_s', n_d: 'mu_d' },
})
