/**
 * Izhikevich's simple neuron: two equations that show most firing patterns of cortical cells.
 *
 *   dV/dt = 0.04 V^2 + 5 V + 140 - u + I      (V in mV, time in ms)
 *   du/dt = a (b V - u)
 *   V >= V_peak: spike, V = c, u += d         arrival at soma: V += w
 *
 * Izhikevich 2003 (IEEE Trans. Neural Netw. 14:1569) eqs 1-3. Stepped by Euler, as there; the paper takes 0.5 ms for V.
 * The defaults are its regular spiking cell (fast spiking: a 0.1, d 2; chattering: c -50, d 2).
 * Parameters: below; I and u are in mV/ms, the capacitance is absorbed. Receives: soma (w in mV). Emits: spike.
 * Throws nothing itself.
 */
import { neuron } from '../../engine/model.ts'

export const izhikevich = neuron({
  name: 'izhikevich',
  about: "Izhikevich's simple neuron: two equations that show most firing patterns of cortical cells.",
  source: 'Izhikevich 2003, eqs 1-3',
  parameters: {
    k_2: ['0.04 1/ms/mV', 'coefficient of V^2'],
    k_1: ['5 1/ms', 'coefficient of V'],
    k_0: ['140 mV/ms', 'constant term'],
    a: ['0.02 1/ms', 'rate of the recovery variable'],
    b: ['0.2 1/ms', 'sensitivity of the recovery variable to V'],
    c: ['-65 mV', 'reset potential'],
    d: ['8 mV/ms', 'what a spike adds to the recovery variable'],
    V_peak: ['30 mV', 'potential at which the spike is counted'],
  },
  currents: { I: ['mV/ms', 'injected current over capacitance'] },
  equations: `
    dV/dt = k_2 * V * V + k_1 * V + k_0 - u + I : mV
    du/dt = a * (b * V - u)                     : mV/ms
  `,
  receptors: { soma: 'V += w' },
  threshold: 'V >= V_peak',
  reset: 'V = c; u += d',
  initial: { V: 'c', u: 'b * c' },
  method: 'euler',
})
