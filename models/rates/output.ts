/**
 * Output rate units and their error.
 *
 *   y = f(I)
 *   delta = (target - y) f'(I)        squared error,         L = 1/2 sum of (target - y)^2
 *   delta = target - y                cross-entropy of logistic units, and linear units
 *
 * The two conventions differ several-fold in the speed of learning; which one a paper means is often not said. Rumelhart, Hinton &
 * Williams 1986 (Nature 323:533), eqs 4 and 5. Without an error: `target_only_output` sends the target itself; without a
 * derivative, `constant_slope_output` takes f' to be 1/4; both have delta_bp, the gradient of the squared error, to compare with.
 */
import { type NeuronDefinition, neuron } from '../../engine/model.ts'

const source = 'Rumelhart, Hinton & Williams 1986 (Nature 323:533), eqs 2, 4 and 5'
const currents: NeuronDefinition['currents'] = { I: ['1', 'from the layer below'], target: ['1', 'what is wanted'] }
/** `gradient`: of the squared error, where that is not what is sent back. */
const output = (name: string, about: string, activity: string, delta: string, gradient?: string) =>
  neuron({
    name, about, source, parameters: {}, currents, receptors: {},
    equations: `
      now = ${activity}       : 1
      next y = now            : 1
      next delta = ${delta}   : 1${gradient ? `
      next delta_bp = ${gradient} : 1` : ''}
    `,
  })

export const logisticOutput = output('logistic_output', 'A logistic output unit whose error is that of the squared error.', 'sigmoid(I)', '(target - now) * now * (1 - now)')
export const crossEntropyOutput = output('cross_entropy_output', 'A logistic output unit whose error is that of the cross-entropy.', 'sigmoid(I)', 'target - now')
export const constantSlopeOutput = output('constant_slope_output', 'A logistic output unit that takes its derivative to be 1/4.', 'sigmoid(I)', '0.25 * (target - now)', '(target - now) * now * (1 - now)')
export const targetOnlyOutput = output('target_only_output', 'A logistic output unit that sends back what is wanted, and not what it lacks.', 'sigmoid(I)', 'target * now * (1 - now)', '(target - now) * now * (1 - now)')
export const linearOutput = output('linear_output', 'An output unit whose activity is its input.', 'I', 'target - now')
