/**
 * Leaky integrate-and-fire neurons of SuperSpike, with the filter of their error inside.
 *
 *   dV/dt     = (V_rest - V + I) / tau_mem           V is held at rest while refractory, the current runs on
 *   dI/dt     = -I / tau_syn                         excitatory: I += w
 *   V > V_th: spike, V = V_rest, refractory for t_ref
 *
 * Teaching signals arrive as events, +1 for a spike that should be, -1 for one that is (or b of a unit further on):
 *   drise/dt  = -rise / tau_rise                     error: rise += (dt / tau_rise) w
 *   derror/dt = (rise - error) / tau_decay           dt times alpha * (target - own), alpha of unit area
 *   dloss/dt  = (8 s (tau_rise + tau_decay) / dt^2 error^2 - loss) / tau_loss
 * A lone event gives error^2 an integral of dt^2 / (2 (tau_rise + tau_decay)): `loss` is four times the rate of unmatched
 * spikes (1/s). Its mean over the outputs, divided by 1 - exp(-t / tau_loss), is the loss that the published program prints.
 *
 * In the published step the error that reaches the synapses at tick n has passed both filters one after the other, the
 * second one seeing what the first was a tick ago: events of output units arrive here with 0.8 ms delay, those of hidden
 * units with 0.9 ms (symmetric feedback) or 1.7 ms (random or uniform feedback).
 *
 * Between events, exactly (u = V - V_rest, phi of `engine/kernels/exponential-crossing.ts`):
 *   u(t) = u exp(-t / tau_mem) + I phi(t; tau_mem, tau_syn),   a quadratic in exp(-t / tau_mem) where tau_mem = 2 tau_syn
 * The closed form has no error: learning belongs to the clocked regime.
 *
 * Zenke & Ganguli 2018 (Neural Comput. 30:1514), neuron model, and the program published with it. The resistance is absorbed in I.
 * Throws InputError if the event-driven form has V_rest above V_th and no refractory time: it would fire for ever at one instant.
 */
import { expm1 } from '../../engine/elementary.ts'
import { InputError } from '../../engine/errors.ts'
import { earliestPossible, firstCrossing, phiOf } from '../../engine/kernels/exponential-crossing.ts'
import { neuron, type NeuronDefinition } from '../../engine/model.ts'

const shared = {
  parameters: {
    tau_mem: ['10 ms', 'membrane time constant'],
    tau_syn: ['5 ms', 'time constant of the synaptic current'],
    V_rest: ['-60 mV', 'resting and reset potential'],
    V_th: ['-50 mV', 'threshold'],
    t_ref: ['5 ms', 'absolute refractory time'],
    tau_rise: ['5 ms', 'rise of the error'],
    tau_decay: ['10 ms', 'decay of the error'],
    tau_loss: ['10 s', 'time over which the loss is averaged'],
  },
  receptors: { excitatory: 'I += w', error: 'rise += dt / tau_rise * w' },
  threshold: 'V > V_th',
  reset: 'V = V_rest',
  refractory: 't_ref',
  initial: { V: 'V_rest' },
} satisfies Partial<NeuronDefinition>

export const superspikeLif = neuron({
  ...shared,
  name: 'superspike_lif',
  about: 'Leaky integrate-and-fire neuron of SuperSpike with the filter of its error, solved exactly.',
  source: 'Zenke & Ganguli 2018, neuron model',
  equations: `
    dV/dt     = (V_rest - V + I) / tau_mem : mV (unless refractory)
    dI/dt     = -I / tau_syn               : mV
    drise/dt  = -rise / tau_rise           : 1
    derror/dt = (rise - error) / tau_decay : 1
    dloss/dt  = (8 s * (tau_rise + tau_decay) / dt^2 * error^2 - loss) / tau_loss : 1
  `,
  eventDriven: {
    variables: ['V', 'I'],
    receptors: ['excitatory'],
    make([V, I], { tau_mem, tau_syn, V_rest, V_th, t_ref }) {
      if (V_rest > V_th && t_ref === 0) throw new InputError(`found V_rest ${V_rest} mV above V_th ${V_th} mV without refractory time`)
      const theta = V_th - V_rest
      const amplitude = new Float64Array(1)
      const tau = Float64Array.of(tau_syn)
      return {
        refractory: t_ref,
        stillWhileHeld: false,
        flow: (i, elapsed, held) => {
          const decaySyn = expm1(-elapsed / tau_syn)
          if (!held) {
            const decay = expm1(-elapsed / tau_mem)
            V[i] += (V[i] - V_rest) * decay + I[i] * phiOf(decay, decaySyn, elapsed, tau_mem, tau_syn)
          }
          I[i] += I[i] * decaySyn
        },
        notBefore: (i) => (V[i] > V_th ? 0 : earliestPossible(V[i] - V_th, (I[i] > 0 ? I[i] : 0) - theta, tau_mem)),
        crossing: (i) => {
          amplitude[0] = I[i]
          return firstCrossing(V[i] - V_th, theta, tau_mem, amplitude, tau)
        },
        receive: (i, _receptor, w) => {
          I[i] += w
        },
        fires: (i) => V[i] > V_th,
        fire: (i) => {
          V[i] = V_rest
        },
      }
    },
  },
})

export const superspikeLifEuler = neuron({
  ...shared,
  name: 'superspike_lif_euler',
  about: 'Leaky integrate-and-fire neuron of SuperSpike with the filter of its error, in the steps of the published program.',
  source: 'Zenke & Ganguli 2018, neuron model, in the steps of the program published with it',
  equations: `
    dV/dt     = (V_rest - V + I) / tau_mem : mV (unless refractory, euler)
    dI/dt     = -I / tau_syn               : mV
    drise/dt  = -rise / tau_rise           : 1 (euler)
    derror/dt = (rise - error) / tau_decay : 1 (euler)
    dloss/dt  = (8 s * (tau_rise + tau_decay) / dt^2 * error^2 - loss) / tau_loss : 1
  `,
})
