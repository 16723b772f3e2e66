/**
 * Leaky integrate-and-fire neuron with normalised postsynaptic potentials: the topology of NEURON's IntFire4.
 *
 *   dV/dt   = (E_L - V + I_e + I_i) / tau_m
 *   dI_e/dt = -I_e / tau_e             excitatory arrival: I_e += gain_e w
 *   dI_i/dt = (J_i - I_i) / tau_i2     a difference of exponentials
 *   dJ_i/dt = -J_i / tau_i1            inhibitory arrival: J_i += gain_i w     (w below zero)
 *   V > V_th: spike, V = V_reset; currents are kept, no refractoriness unless t_ref says so (V held, currents run on)
 *
 * gain_e and gain_i are such that one input of weight w makes a potential with peak w. The defaults belong to the default
 * time constants; for others take them from `postsynapticGains`.
 *
 * Between events, exactly (u = V - E_L, c = tau_i1 / (tau_i2 - tau_i1), phi of `engine/kernels/exponential-crossing.ts`):
 *   u(t) = u exp(-t/tau_m) + I_e phi(t; tau_m, tau_e) + (I_i + c J_i) phi(t; tau_m, tau_i2) - c J_i phi(t; tau_m, tau_i1)
 *
 * IntFire4 of NEURON (Carnevale & Hines 2006, The NEURON Book, chapter 10), from its documentation; potentials without unit.
 * The event-driven form throws InputError if tau_i1 = tau_i2, or if V_reset is above V_th and t_ref is zero.
 */
import { expm1 } from '../../engine/elementary.ts'
import { InputError } from '../../engine/errors.ts'
import { earliestPossible, firstCrossing, phi, phiOf, phiPeak } from '../../engine/kernels/exponential-crossing.ts'
import { neuron } from '../../engine/model.ts'

export const lifPsp = neuron({
  name: 'lif_psp',
  about: 'Leaky integrate-and-fire neuron with normalised postsynaptic potentials, after IntFire4.',
  source: 'Carnevale & Hines 2006, chapter 10 (IntFire4)',
  parameters: {
    tau_m: ['50 ms', 'membrane time constant'],
    tau_e: ['5 ms', 'time constant of the excitatory current'],
    tau_i1: ['10 ms', 'rise of the inhibitory current'],
    tau_i2: ['20 ms', 'decay of the inhibitory current'],
    gain_e: [12.915496650148839, 'excitatory current for a potential with peak 1'],
    gain_i: [9.798615742008308, 'inhibitory current for a potential with peak 1'],
    E_L: [0, 'resting potential'],
    V_th: [1, 'threshold'],
    V_reset: [0, 'reset potential'],
    t_ref: ['0 ms', 'absolute refractory time'],
  },
  equations: `
    dV/dt   = (E_L - V + I_e + I_i) / tau_m : 1 (unless refractory)
    dI_e/dt = -I_e / tau_e                  : 1
    dI_i/dt = (J_i - I_i) / tau_i2          : 1
    dJ_i/dt = -J_i / tau_i1                 : 1
  `,
  receptors: { excitatory: 'I_e += gain_e * w', inhibitory: 'J_i += gain_i * w' },
  threshold: 'V > V_th',
  reset: 'V = V_reset',
  refractory: 't_ref',
  initial: { V: 'E_L' },
  eventDriven: {
    variables: ['V', 'I_e', 'I_i', 'J_i'],
    receptors: ['excitatory', 'inhibitory'],
    make([V, I_e, I_i, J_i], { tau_m, tau_e, tau_i1, tau_i2, gain_e, gain_i, E_L, V_th, V_reset, t_ref }) {
      if (tau_i1 === tau_i2) throw new InputError(`found tau_i1 = tau_i2 = ${tau_i1} ms; the closed form needs two that differ`)
      if (V_reset > V_th && t_ref === 0) throw new InputError(`found V_reset ${V_reset} above V_th ${V_th} without refractory time`)
      const theta = V_th - E_L
      const c = tau_i1 / (tau_i2 - tau_i1)
      const amplitudes = new Float64Array(3)
      const taus = Float64Array.of(tau_e, tau_i1, tau_i2)
      return {
        refractory: t_ref,
        stillWhileHeld: false,
        flow: (i, elapsed, held) => {
          const e = I_e[i]
          const inh = I_i[i]
          const j = c * J_i[i]
          const decayE = expm1(-elapsed / tau_e)
          const decay1 = expm1(-elapsed / tau_i1)
          const decay2 = expm1(-elapsed / tau_i2)
          if (!held) {
            const decay = expm1(-elapsed / tau_m)
            V[i] +=
              (V[i] - E_L) * decay + e * phiOf(decay, decayE, elapsed, tau_m, tau_e) +
              (inh + j) * phiOf(decay, decay2, elapsed, tau_m, tau_i2) - j * phiOf(decay, decay1, elapsed, tau_m, tau_i1)
          }
          I_e[i] = e + e * decayE
          I_i[i] = inh + inh * decay2 + j * (decay2 - decay1)
          J_i[i] += J_i[i] * decay1
        },
        notBefore: (i) => {
          const drive = (I_e[i] > 0 ? I_e[i] : 0) + (I_i[i] > 0 ? I_i[i] : 0) + (J_i[i] > 0 ? J_i[i] : 0) - theta
          return V[i] > V_th ? 0 : earliestPossible(V[i] - V_th, drive, tau_m)
        },
        crossing: (i) => {
          const j = c * J_i[i]
          amplitudes[0] = I_e[i]
          amplitudes[1] = -j
          amplitudes[2] = I_i[i] + j
          return firstCrossing(V[i] - V_th, theta, tau_m, amplitudes, taus)
        },
        receive: (i, receptor, w) => {
          if (receptor === 0) I_e[i] += gain_e * w
          else J_i[i] += gain_i * w
        },
        fires: (i) => V[i] > V_th,
        fire: (i) => {
          V[i] = V_reset
        },
      }
    },
  },
})

/** gain_e and gain_i for other time constants (ms): one over the peak of the potential that a current of 1 makes. */
export function postsynapticGains(tau_m: number, tau_e: number, tau_i1: number, tau_i2: number): { gain_e: number; gain_i: number } {
  if (tau_i1 === tau_i2) throw new InputError(`found tau_i1 = tau_i2 = ${tau_i1} ms; two that differ are accepted`)
  const c = tau_i1 / (tau_i2 - tau_i1)
  const potential = (t: number) => c * (phi(t, tau_m, tau_i2) - phi(t, tau_m, tau_i1))
  // the potential rises to its only maximum and falls: golden section, then the value there is right to rounding
  let low = 0
  let high = 10 * Math.max(tau_m, tau_i1, tau_i2)
  const section = 0.6180339887498949
  for (let k = 0; k < 100; k++) {
    const a = high - section * (high - low)
    const b = low + section * (high - low)
    if (potential(a) < potential(b)) low = a
    else high = b
  }
  return { gain_e: 1 / phiPeak(tau_m, tau_e), gain_i: 1 / potential(0.5 * (low + high)) }
}
