/**
 * MNIST for quick tests only: all splits come from the 10,000 images of the *test file*, in an order drawn once and for
 * all. What is training data here is test data of `mnist`, so nothing that was trained or tuned here may be reported as
 * a result on MNIST.
 *
 * Train takes the first images of the permutation, validation those that follow, test the last ones: the test images do
 * not depend on how many are trained on.
 */
import { InputError } from '../engine/errors.ts'
import type { Examples } from '../engine/examples.ts'
import { streamKey } from '../engine/random.ts'
import { checkedExamples } from './checked-examples.ts'
import { classes, type DataReader, mnistCount, mnistFile, pixels } from './mnist-files.ts'
import { permutation } from './permutation.ts'
import { countOf, type SplitSizes, splitsInOrder } from './splits.ts'

const name = 'mnist-small'
const permutationSeed = 1

/** Throws `InputError` for a file that is missing or damaged and for splits beyond 10,000 images. */
export function mnistSmall(
  read: DataReader,
  sizes: SplitSizes = { train: 4000, validation: 1000, test: 1000 },
): Examples {
  const splits = splitsInOrder(name, sizes, ['train', 'validation', 'test'])
  const count = countOf(splits)
  const all = mnistCount.test
  if (count > all) throw new InputError(`${name}: found ${count} examples in all splits; ${all} are there, and splits must not overlap`)
  const { images, labels: digits } = mnistFile('test', read)
  const order = permutation(all, streamKey(permutationSeed, 'data set', name))
  const test = sizes.test ?? 0
  const inputs = new Uint8Array(count * pixels)
  const labels = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const from = order[i < count - test ? i : all - count + i]
    inputs.set(images.subarray(from * pixels, (from + 1) * pixels), i * pixels)
    labels[i] = digits[from]
  }
  return checkedExamples({ name, count, width: pixels, inputs, scale: 1 / 255, outputs: classes, wanted: { labels }, splits })
}
