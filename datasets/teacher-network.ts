/**
 * A nonlinear task: x ~ N(0, I), y the output of a fixed random network with tanh hidden layers and a linear output,
 *   h = tanh(W h_before + b),  y = W h_last + b,
 *   W[i][j] ~ U(-a, a) with a = sqrt(3 / (n q)), b[i] ~ U(-1/2, 1/2),
 * n the size of the layer before and q the mean square of its activities: 1 of the inputs, 0.394 = E[tanh(z)^2],
 * z ~ N(0, 1), of a hidden layer. So W h has variance 1 on average and b adds 1/12: the mean slope 1 - tanh^2 of the
 * hidden units is about 0.6, neither linear (1) nor saturated (0), in every layer; outputs have a variance of about 1.
 */
import { tanh } from '../engine/elementary.ts'
import { InputError } from '../engine/errors.ts'
import type { Examples } from '../engine/examples.ts'
import { fillUniform, streamKey } from '../engine/random.ts'
import { checkedExamples } from './checked-examples.ts'
import { normalInputs } from './normal-inputs.ts'
import { countOf, type SplitSizes, splitsInOrder } from './splits.ts'

const name = 'teacher-network'
const meanSquareOfHidden = 0.394

export interface TeacherNetworkOptions {
  seed: number
  /** Inputs, hidden layers, outputs; 30, 20, 10, 10 unless said. */
  layers?: readonly number[]
  splits: SplitSizes
}

export interface TeacherLayer {
  inputs: number
  outputs: number
  /** outputs x inputs, row by row */
  weights: Float64Array
  biases: Float64Array
  hidden: boolean
}

/** Throws `InputError` on a bad seed, fewer than three layers, one without units, and splits that are empty. */
export function teacherNetwork({ seed, layers = [30, 20, 10, 10], splits: sizes }: TeacherNetworkOptions): Examples {
  const splits = splitsInOrder(name, sizes)
  const count = countOf(splits)
  const teacher = drawTeacher(seed, layers)
  const width = layers[0]
  const outputs = layers[layers.length - 1]
  const inputs = normalInputs(seed, name, splits, count, width)
  const values = new Float64Array(count * outputs)
  for (let k = 0; k < count; k++) {
    const activities = teacherActivities(teacher, inputs.subarray(k * width, (k + 1) * width))
    values.set(activities[activities.length - 1], k * outputs)
  }
  return checkedExamples({ name, count, width, inputs, scale: 1, outputs, wanted: { values }, splits })
}

/** The weights and biases of the teacher. Throws `InputError` as `teacherNetwork` does. */
export function drawTeacher(seed: number, layers: readonly number[]): TeacherLayer[] {
  if (layers.length < 3) {
    throw new InputError(`${name}: found ${layers.length} layers; inputs, one or more hidden layers and outputs are needed`)
  }
  for (const size of layers) {
    if (!Number.isSafeInteger(size) || size < 1) throw new InputError(`${name}: found a layer of ${size} units; a whole number above 0 is needed`)
  }
  const uniform = (length: number, what: string, most: number) => {
    const numbers = new Float64Array(length)
    fillUniform(numbers, streamKey(seed, 'data set', `${name}/${what}`), 0, 0, 0)
    return numbers.map((u) => (2 * u - 1) * most)
  }
  return layers.slice(1).map((outputs, k) => {
    const inputs = layers[k]
    const most = Math.sqrt(3 / (inputs * (k === 0 ? 1 : meanSquareOfHidden)))
    return {
      inputs,
      outputs,
      weights: uniform(outputs * inputs, `weights/${k + 1}`, most),
      biases: uniform(outputs, `biases/${k + 1}`, 0.5),
      hidden: k < layers.length - 2,
    }
  })
}

/** What every layer after the inputs does, the outputs last. */
export function teacherActivities(teacher: readonly TeacherLayer[], x: Float64Array): Float64Array[] {
  const activities: Float64Array[] = []
  let before = x
  for (const { inputs, weights, biases, hidden } of teacher) {
    before = biases.map((bias, i) => {
      let sum = bias
      for (let j = 0; j < inputs; j++) sum += weights[i * inputs + j] * before[j]
      return hidden ? tanh(sum) : sum
    })
    activities.push(before)
  }
  return activities
}
