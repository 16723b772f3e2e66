/**
 * Inputs x ~ N(0, I) of a synthetic task. Every split draws from a stream of its own, and an example from its number in
 * the split: the test examples are the same however many there are to train on, and more of them begin with the same.
 */
import type { Examples } from '../engine/examples.ts'
import { fillNormal, streamKey } from '../engine/random.ts'

/** count x width numbers in the order of the splits. Throws `InputError` on a bad seed. */
export function normalInputs(seed: number, name: string, splits: Examples['splits'], count: number, width: number): Float64Array {
  const inputs = new Float64Array(count * width)
  for (const [split, { first, last }] of Object.entries(splits)) {
    const key = streamKey(seed, 'data set', `${name}/split/${split}`)
    for (let i = first; i <= last; i++) fillNormal(inputs.subarray(i * width, (i + 1) * width), key, 0, i - first, 0)
  }
  return inputs
}
