/**
 * Leaky integrate-and-fire neuron with delta synapses: a spike makes the potential jump.
 *
 *   dV/dt = (E_L + I_0 - V) / tau_m                 held while refractory
 *   arrival: V += w, discarded while refractory
 *   V >= V_th: spike, V = V_reset, refractory for t_ref
 *
 * Between events, exactly (mu = E_L + I_0):
 *   V(t + D) = V + (mu - V) (1 - exp(-D / tau_m))
 *   next crossing: none if mu <= V_th, else D = tau_m ln(1 + (V_th - V) / (mu - V_th))
 *
 * Brunel 2000 (J. Comput. Neurosci. 8:183) eqs 1-2, for the model and the defaults.
 */
import { expm1, log1p } from '../../engine/elementary.ts'
import { neuron } from '../../engine/model.ts'

export const lifDelta = neuron({
  name: 'lif_delta',
  about: 'Leaky integrate-and-fire neuron with delta synapses: a spike makes the potential jump.',
  source: 'Brunel 2000, eqs 1-2',
  parameters: {
    tau_m: ['20 ms', 'membrane time constant'],
    E_L: ['0 mV', 'resting potential'],
    I_0: ['0 mV', 'constant drive, as the depolarisation it causes'],
    V_th: ['20 mV', 'threshold'],
    V_reset: ['0 mV', 'reset potential'],
    t_ref: ['2 ms', 'absolute refractory time'],
  },
  currents: { I: ['mV', 'injected current times membrane resistance'] },
  equations: 'dV/dt = (E_L + I_0 + I - V) / tau_m : mV (unless refractory)',
  receptors: { soma: 'V += w unless refractory' },
  threshold: 'V >= V_th',
  reset: 'V = V_reset',
  refractory: 't_ref',
  initial: { V: 'E_L' },
  eventDriven: {
    variables: ['V'],
    receptors: ['soma'],
    make([V], { tau_m, E_L, I_0, V_th, V_reset, t_ref }) {
      const mu = E_L + I_0
      return {
        refractory: t_ref,
        stillWhileHeld: true,
        flow: (i, elapsed, held) => {
          if (!held) V[i] += (mu - V[i]) * -expm1(-elapsed / tau_m)
        },
        crossing: (i) => (mu > V_th ? tau_m * log1p((V_th - V[i]) / (mu - V_th)) : Infinity),
        receive: (i, _receptor, w, refractory) => {
          if (!refractory) V[i] += w
        },
        fires: (i) => V[i] >= V_th,
        fire: (i) => {
          V[i] = V_reset
        },
      }
    },
  },
})
