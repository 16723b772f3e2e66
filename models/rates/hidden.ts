/**
 * Hidden rate units with a basal and an apical input: activity from the first, an error from the second.
 *
 *   h = f(I)                          I: sum of weight times activity of the layer below
 *   delta = E f'(I)                   E: sum of feedback weight times error of the layer above (or of the output)
 *   delta_bp = E_bp f'(I)             the same of a second pathway, which nothing learns from: to compare with
 *
 * f(I): logistic 1 / (1 + exp(-I)), f' = f (1 - f); tanh, f' = 1 - f^2; linear, f' = 1. Rumelhart, Hinton & Williams 1986 (Nature
 * 323:533), eqs 2, 5 and 7; with random feedback Lillicrap et al. 2016 (Nat. Commun. 7:13276).
 *
 * What if a neuron does not know the derivative of its own activity? `constant_slope_hidden` has the steepest one for all, 1/4;
 * `gated_hidden` has 1/4 while 0.1 < h < 0.9 and 0 outside.
 */
import { type NeuronDefinition, neuron } from '../../engine/model.ts'

const source = 'Rumelhart, Hinton & Williams 1986 (Nature 323:533), eqs 2, 5 and 7'
const currents: NeuronDefinition['currents'] = {
  I: ['1', 'basal input: from the layer below'],
  E: ['1', 'apical input: errors of the layer above'],
  E_bp: ['1', 'errors as backpropagation would send them, only to compare with'],
}
const hidden = (name: string, about: string, activity: string, slope: string) =>
  neuron({
    name, about, source, parameters: {}, currents, receptors: {},
    equations: `
      now = ${activity}         : 1
      slope = ${slope}          : 1
      next h = now              : 1
      next delta = E * slope    : 1
      next delta_bp = E_bp * (${name === 'constant_slope_hidden' || name === 'gated_hidden' ? 'now * (1 - now)' : 'slope'}) : 1
    `,
  })

export const logisticHidden = hidden('logistic_hidden', 'A hidden unit of logistic activity.', 'sigmoid(I)', 'now * (1 - now)')
export const tanhHidden = hidden('tanh_hidden', 'A hidden unit of tanh activity.', 'tanh(I)', '1 - now * now')
export const linearHidden = hidden('linear_hidden', 'A hidden unit whose activity is its input.', 'I', '1')
export const constantSlopeHidden = hidden('constant_slope_hidden', 'A logistic hidden unit that takes its derivative to be 1/4.', 'sigmoid(I)', '0.25')
export const gatedHidden = hidden('gated_hidden', 'A logistic hidden unit that takes its derivative to be 1/4 unless it is near its bounds.', 'sigmoid(I)', 'where(now > 0.1 and now < 0.9, 0.25, 0)')
