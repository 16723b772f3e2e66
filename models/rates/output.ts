/**
 * Output rate units and their error.
 *
 *   y = f(I)
 *   delta = (target - y) f'(I)        squared error,         L = 1/2 sum of (target - y)^2
 *   delta = target - y                cross-entropy of logistic units, and linear units
 *
 * The two conventions differ several-fold in the speed of learning; which one a paper means is often not said. Rumelhart, Hinton &
 * Williams 1986 (Nature 323:533), eq. 6. Without an error: `target_only_output` sends the target itself.
 */
import { type NeuronDefinition, neuron } from '../../engine/model.ts'

const source = 'Rumelhart, Hinton & Williams 1986 (Nature 323:533), eqs 2 and 6'
const currents: NeuronDefinition['currents'] = { I: ['1', 'from the layer below'], target: ['1', 'what is wanted'] }
const output = (name: string, about: string, activity: string, delta: string) =>
  neuron({
    name, about, source, parameters: {}, currents, receptors: {},
    equations: `
      now = ${activity}       : 1
      next y = now            : 1
      next delta = ${delta}   : 1
    `,
  })

export const logisticOutput = output('logistic_output', 'a logistic output unit whose error is that of the squared error', 'sigmoid(I)', '(target - now) * now * (1 - now)')
export const crossEntropyOutput = output('cross_entropy_output', 'a logistic output unit whose error is that of the cross-entropy', 'sigmoid(I)', 'target - now')
export const constantSlopeOutput = output('constant_slope_output', 'a logistic output unit that takes its derivative to be 1/4', 'sigmoid(I)', '0.25 * (target - now)')
export const targetOnlyOutput = output('target_only_output', 'a logistic output unit that sends back what is wanted, and not what it lacks', 'sigmoid(I)', 'target * now * (1 - now)')
export const linearOutput = output('linear_output', 'a linear output unit', 'I', 'target - now')
