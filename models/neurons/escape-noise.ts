/**
 * Leaky integrate-and-fire neuron with escape noise: it fires by chance, the more often the higher its potential.
 *
 *   dV/dt = (E_L + I - V) / tau_m                      held while refractory
 *   rate  = lambda_0 exp((V - theta) / Delta_u)        in a step it fires with probability 1 - exp(-rate dt)
 *   spike: V = V_reset, refractory for t_ref           arrival at soma: V += w, discarded while refractory
 *
 * Gerstner, Kistler, Naud & Paninski 2014 (Neuronal Dynamics) section 9.1; Plesser & Gerstner 2000 (Neural Comput. 12:367).
 * The exponent is kept at or below 80, so that the rate stays finite; at any exponent above 10 the cell fires in every step.
 * Parameters: below. Receives: soma (w in mV). Emits: spike. Throws nothing itself.
 */
import { neuron } from '../../engine/model.ts'

export const escapeNoise = neuron({
  name: 'escape_noise',
  about: 'Leaky integrate-and-fire neuron with escape noise: it fires by chance, the more often the higher its potential.',
  source: 'Gerstner, Kistler, Naud & Paninski 2014, section 9.1; Plesser & Gerstner 2000',
  parameters: {
    tau_m: ['20 ms', 'membrane time constant'],
    E_L: ['0 mV', 'resting potential'],
    theta: ['20 mV', 'formal threshold'],
    Delta_u: ['2 mV', 'softness of the threshold'],
    lambda_0: ['100 Hz', 'rate at the formal threshold'],
    V_reset: ['0 mV', 'reset potential'],
    t_ref: ['2 ms', 'absolute refractory time'],
  },
  currents: { I: ['mV', 'injected current times membrane resistance'] },
  equations: 'dV/dt = (E_L + I - V) / tau_m : mV (unless refractory)',
  receptors: { soma: 'V += w unless refractory' },
  rate: 'lambda_0 * exp(min((V - theta) / Delta_u, 80))',
  reset: 'V = V_reset',
  refractory: 't_ref',
  initial: { V: 'E_L' },
})
