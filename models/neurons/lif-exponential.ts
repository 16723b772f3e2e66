/**
 * Leaky integrate-and-fire neuron with exponential synaptic currents.
 *
 *   dV/dt   = (E_L - V + I_e + I_i + I) / tau_m      V is held while refractory, the currents run on
 *   dI_e/dt = -I_e / tau_e        arrival: I_e += w
 *   dI_i/dt = -I_i / tau_i        arrival: I_i += w
 *   V > V_th: spike, V = V_reset, refractory for t_ref
 *
 * Between events, exactly (u = V - E_L, phi of `engine/kernels/exponential-crossing.ts`, any time constants, equal ones too):
 *   u(t) = u exp(-t / tau_m) + I_e phi(t; tau_m, tau_e) + I_i phi(t; tau_m, tau_i)
 *   next crossing: earliest upward zero of u(t) - (V_th - E_L)
 *
 * Rotter & Diesmann 1999 (Biol. Cybern. 81:381) eq. 7; Vogels & Abbott 2005 (J. Neurosci. 25:10786) for the defaults.
 * Currents are in mV: the membrane resistance is absorbed.
 * The event-driven form throws InputError if V_reset is above V_th and t_ref is zero: it would fire for ever at one instant.
 */
import { expm1 } from '../../engine/elementary.ts'
import { InputError } from '../../engine/errors.ts'
import { earliestPossible, firstCrossing, phiOf } from '../../engine/kernels/exponential-crossing.ts'
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
  eventDriven: {
    variables: ['V', 'I_e', 'I_i'],
    receptors: ['excitatory', 'inhibitory'],
    make([V, I_e, I_i], { tau_m, tau_e, tau_i, E_L, V_th, V_reset, t_ref }) {
      if (V_reset > V_th && t_ref === 0) throw new InputError(`found V_reset ${V_reset} mV above V_th ${V_th} mV without refractory time`)
      const theta = V_th - E_L
      const amplitudes = new Float64Array(2)
      const taus = Float64Array.of(tau_e, tau_i)
      return {
        refractory: t_ref,
        stillWhileHeld: false,
        flow: (i, elapsed, held) => {
          const e = I_e[i]
          const inh = I_i[i]
          const decayE = expm1(-elapsed / tau_e)
          const decayI = expm1(-elapsed / tau_i)
          if (!held) {
            const decay = expm1(-elapsed / tau_m)
            V[i] +=
              (V[i] - E_L) * decay + e * phiOf(decay, decayE, elapsed, tau_m, tau_e) + inh * phiOf(decay, decayI, elapsed, tau_m, tau_i)
          }
          I_e[i] = e + e * decayE
          I_i[i] = inh + inh * decayI
        },
        notBefore: (i) => {
          const drive = (I_e[i] > 0 ? I_e[i] : 0) + (I_i[i] > 0 ? I_i[i] : 0) - theta
          return V[i] > V_th ? 0 : earliestPossible(V[i] - V_th, drive, tau_m)
        },
        crossing: (i) => {
          amplitudes[0] = I_e[i]
          amplitudes[1] = I_i[i]
          return firstCrossing(V[i] - V_th, theta, tau_m, amplitudes, taus)
        },
        receive: (i, receptor, w) => {
          if (receptor === 0) I_e[i] += w
          else I_i[i] += w
        },
        fires: (i) => V[i] > V_th,
        fire: (i) => {
          V[i] = V_reset
        },
      }
    },
  },
})
