/**
 * Quadratic integrate-and-fire neuron: the normal form of a cell that begins to fire through a saddle-node bifurcation.
 *
 *   tau dV/dt = V^2 + eta + I          arrival at soma: V += w
 *   V >= V_peak: spike, V = V_reset    with V_peak -> infinity, V_reset -> -infinity this is the theta neuron, V = tan(theta / 2)
 *
 * Ermentrout & Kopell 1986 (SIAM J. Appl. Math. 46:233); Latham et al. 2000 (J. Neurophysiol. 83:808).
 * V and eta are plain numbers. Between events, and only until the next spike (S = tan(sqrt(eta) t / tau) / sqrt(eta) for
 * eta > 0, t / tau for 0, tanh(sqrt(-eta) t / tau) / sqrt(-eta) for eta < 0):   V(t) = (V + eta S) / (1 - V S).
 * Next crossing, with V0 < V_peak, r = (V_peak - V0) / (eta + V0 V_peak), s = sqrt(-eta), limits taken where one is infinite:
 *   eta > 0: tau / sqrt(eta) atan2(sqrt(eta) (V_peak - V0), eta + V0 V_peak);  eta = 0: tau r;  eta < 0: tau / s atanh(s r)
 *   eta <= 0: none from V0 <= s (unless V_peak < -s).
 * On a grid it is stepped by the classical Runge-Kutta rule.
 * Parameters: below. Receives: soma (w a plain number). Emits: spike.
 * The event-driven form throws InputError if V_reset is not below V_peak.
 */
import { atan2, atanh, cos, exp, sin, tanh } from '../../engine/elementary.ts'
import { InputError } from '../../engine/errors.ts'
import { neuron } from '../../engine/model.ts'

export const quadratic = neuron({
  name: 'quadratic',
  about: 'Quadratic integrate-and-fire neuron: the normal form of a cell that begins to fire through a saddle-node bifurcation.',
  source: 'Ermentrout & Kopell 1986; Latham et al. 2000',
  parameters: {
    tau: ['10 ms', 'time constant'],
    eta: ['-1', 'drive: fires by itself above zero, rests at -sqrt(-eta) below'],
    V_peak: ['10', 'value at which the spike is counted'],
    V_reset: ['-10', 'reset value'],
  },
  currents: { I: ['1', 'additional drive'] },
  equations: 'dV/dt = (V * V + eta + I) / tau : 1',
  receptors: { soma: 'V += w' },
  threshold: 'V >= V_peak',
  reset: 'V = V_reset',
  initial: { V: '-1' },
  method: 'rk4',
  eventDriven: {
    variables: ['V'],
    receptors: ['soma'],
    make([V], { tau, eta, V_peak, V_reset }) {
      if (!(V_reset < V_peak)) throw new InputError(`found V_reset ${V_reset}; a value below V_peak ${V_peak} is needed`)
      return {
        refractory: 0,
        stillWhileHeld: true,
        flow: (i, elapsed) => {
          V[i] = quadraticFlow(V[i], elapsed, tau, eta)
        },
        crossing: (i) => quadraticCrossing(V[i], V_peak, tau, eta),
        receive: (i, _receptor, w) => {
          V[i] += w
        },
        fires: (i) => V[i] >= V_peak,
        fire: (i) => {
          V[i] = V_reset
        },
      }
    },
  },
})

/** V after `t` ms, not beyond the spike; V0 may be -Infinity. */
export function quadraticFlow(V0: number, t: number, tau: number, eta: number): number {
  if (eta > 0) {
    // sine and cosine, not the tangent: it has a pole half way
    const root = Math.sqrt(eta)
    const x = (root * t) / tau
    if (V0 === -Infinity) return (-root * cos(x)) / sin(x)
    return (V0 * cos(x) + root * sin(x)) / (cos(x) - (V0 * sin(x)) / root)
  }
  const s = Math.sqrt(-eta)
  const x = (s * t) / tau
  if (x < 1) {
    const S = eta === 0 ? t / tau : tanh(x) / s
    return V0 === -Infinity ? -1 / S : (V0 + eta * S) / (1 - V0 * S)
  }
  // (V - s) / (V + s) grows as exp(2 x): near the unstable point s this keeps the digits of V0 - s
  if (V0 === s) return s
  const e = exp(-2 * x)
  if (V0 === -Infinity) return (s * (e + 1)) / (e - 1)
  return (s * ((V0 + s) * e + (V0 - s))) / ((V0 + s) * e - (V0 - s))
}

/** ms until V reaches V_peak from V0; Infinity if never. Either may be infinite. */
export function quadraticCrossing(V0: number, V_peak: number, tau: number, eta: number): number {
  if (V0 >= V_peak) return 0
  // (V_peak - V0) / (eta + V0 V_peak), its two parts divided by what is infinite
  let over = V_peak - V0
  let under = eta + V0 * V_peak
  if (V0 === -Infinity) {
    over = V_peak === Infinity ? 0 : 1
    under = V_peak === Infinity ? -1 : -V_peak
  } else if (V_peak === Infinity) {
    over = 1
    under = V0
  }
  if (eta > 0) return (tau / Math.sqrt(eta)) * atan2(Math.sqrt(eta) * over, under)
  const s = Math.sqrt(-eta)
  if (V0 <= s && V_peak >= -s) return Infinity
  return eta === 0 ? (tau * over) / under : (tau / s) * atanh((s * over) / under)
}
