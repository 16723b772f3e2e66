/**
 * The linear task of Lillicrap et al. 2016: y = T x with T[i][j] ~ U(-1, 1) fixed (outputs x inputs) and x ~ N(0, I).
 * Wanted outputs have the variance inputs / 3.
 */
import { InputError } from '../engine/errors.ts'
import type { Examples } from '../engine/examples.ts'
import { fillUniform, streamKey } from '../engine/random.ts'
import { checkedExamples } from './checked-examples.ts'
import { normalInputs } from './normal-inputs.ts'
import { countOf, type SplitSizes, splitsInOrder } from './splits.ts'

const name = 'linear-teacher'

export interface LinearTeacherOptions {
  seed: number
  /** 30 and 10 unless said, as in the paper. */
  inputs?: number
  outputs?: number
  splits: SplitSizes
}

/** Throws `InputError` on a bad seed, sizes that are not whole numbers above 0, and splits that are empty. */
export function linearTeacher({ seed, inputs: width = 30, outputs = 10, splits: sizes }: LinearTeacherOptions): Examples {
  const splits = splitsInOrder(name, sizes)
  const count = countOf(splits)
  const teacher = linearTeacherMatrix(seed, width, outputs)
  const inputs = normalInputs(seed, name, splits, count, width)
  const values = new Float64Array(count * outputs)
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < outputs; i++) {
      let sum = 0
      for (let j = 0; j < width; j++) sum += teacher[i * width + j] * inputs[k * width + j]
      values[k * outputs + i] = sum
    }
  }
  return checkedExamples({ name, count, width, inputs, scale: 1, outputs, wanted: { values }, splits })
}

/** T, outputs x inputs, row by row. Throws `InputError` as `linearTeacher` does. */
export function linearTeacherMatrix(seed: number, inputs = 30, outputs = 10): Float64Array {
  for (const [what, size] of [['inputs', inputs], ['outputs', outputs]] as const) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new InputError(`${name}: found ${size} ${what}; a whole number above 0 is needed`)
    }
  }
  const matrix = new Float64Array(outputs * inputs)
  fillUniform(matrix, streamKey(seed, 'data set', `${name}/matrix`), 0, 0, 0)
  return matrix.map((u) => 2 * u - 1)
}
