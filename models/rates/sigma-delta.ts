/**
 * Units of equilibrium propagation that tell each other what they do by spikes alone.
 *
 *   v = (s(t) - (1 - lambda(t)) s(t - dt)) / lambda(t)         predictive encoder
 *   p <- p + v;   a spike where p > 1/2, after which p <- p - 1    sigma-delta modulator
 *   a <- (1 - lambda) a + lambda sum of w over spikes          decoder, with the lambda that the spikes were sent with
 *
 *   s <- clip(s + epsilon(t) (a - s), 0, 1)                                hidden
 *   s <- clip(s + epsilon(t) (a - s + beta (target - s)), 0, 1)            output
 *   s = I                                                                  input, and the unit whose weights are biases
 *
 *   epsilon(n) = c_epsilon / n^eta_epsilon,   lambda(n) = c_lambda / n^eta_lambda,   n: steps since the phase has begun
 *
 * O'Connor, Gavves & Welling 2019 (AISTATS, PMLR 89:1516). Without rounding, a would be the sum of w s exactly; what
 * rounding adds averages out as lambda falls, and the network comes to the fixed point of the units that send s itself. p falls below zero where s
 * falls: the bit sent is 0 then, never -1. A spike is on its way for one step, so that a is a step behind that of the paper.
 *
 *   c_epsilon  0.84     eta_epsilon  0.092     c_lambda  0.83     eta_lambda  0.58        as in another implementation; not read in the paper
 *
 * The phases are `free` and `weak`. What rules read is as in `equilibrium_hidden`: s_free, s at the end of the phase `free`, and gain, 1 / beta.
 */
import { type NeuronDefinition, neuron } from '../../engine/model.ts'

const source = "O'Connor, Gavves & Welling 2019 (AISTATS, PMLR 89:1516)"
const coding: NeuronDefinition['parameters'] = {
  c_lambda: ['0.83', 'lambda in the first step of a phase'],
  eta_lambda: ['0.58', 'how fast lambda falls, as a power of the step'],
}
const settling: NeuronDefinition['parameters'] = {
  c_epsilon: ['0.84', 'epsilon in the first step of a phase'],
  eta_epsilon: ['0.092', 'how fast epsilon falls, as a power of the step'],
}
const fires = { threshold: 'p > 0.5', reset: 'p -= 1' }
/** What is told of `now`, which s becomes. */
const tell = `
      lambda_now = c_lambda * exp(-eta_lambda * log(n + 1))        : 1
      next p = p + (now - (1 - lambda_now) * s) / lambda_now        : 1
      next s = now                                                  : 1
      next lambda = lambda_now                                      : 1
      next n = n + 1                                                : 1`
/** a of the step: what spikes have brought is in it with the lambda of the step in which they were sent. */
const hear = `
      next a = (1 - lambda) * a                                     : 1
      next lambda_sent = lambda                                     : 1
      next s_free = s_free                                          : 1
      next gain = where(abs(beta) > 0, 1 / beta, 0)                 : 1`
const begin: NeuronDefinition['on'] = { 'phase:free': 'n = 0', 'phase:weak': 'n = 0' }
const currents: NeuronDefinition['currents'] = { beta: ['1', 'how strongly the output is nudged'] }

const settles = (name: string, about: string, drive: string, more: NeuronDefinition['currents']) =>
  neuron({
    name, about, source, parameters: { ...settling, ...coding }, currents: { ...currents, ...more },
    receptors: { neighbours: 'a += lambda_sent * w' },
    equations: `
      epsilon = c_epsilon * exp(-eta_epsilon * log(n + 1))         : 1
      now = clip(s + epsilon * (${drive}), 0, 1)                    : 1${tell}${hear}
    `,
    ...fires,
    on: { ...begin, 'end:free': 's_free = s' },
  })

export const sigmaDeltaHidden = settles('sigma_delta_hidden', 'A hidden unit of equilibrium propagation that sends and hears spikes.', 'a - s', {})
export const sigmaDeltaOutput = settles('sigma_delta_output', 'An output unit of equilibrium propagation that sends and hears spikes.', 'a - s + beta * (target - s)', {
  target: ['1', 'what is wanted'],
})
export const sigmaDeltaInput = neuron({
  name: 'sigma_delta_input',
  about: 'An input unit that tells what it is by spikes.',
  source,
  parameters: coding,
  currents: { I: ['1', 'what the activity is, from 0 to 1'] },
  receptors: {},
  equations: `
      now = I                                                       : 1${tell}
    `,
  ...fires,
  on: begin,
})
