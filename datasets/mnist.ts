/**
 * MNIST: train and validation out of the 60,000 images of the training file, test out of the 10,000 of the test file.
 * Pixels stay bytes, their value is byte / 255, nothing is centred; the wanted output is the digit.
 *
 * Every split takes the first images that are left, in the order of the file: { train: 50000, validation: 10000,
 * test: 10000 } validates on the last 10,000 of the training file, { train: 1000, validation: 100 } on images 1000 to
 * 1099. The files are checked whole, whatever is asked.
 */
import { InputError } from '../engine/errors.ts'
import type { Examples } from '../engine/examples.ts'
import { checkedExamples } from './checked-examples.ts'
import { classes, type DataReader, mnistCount, mnistFile, pixels } from './mnist-files.ts'
import { countOf, type SplitSizes, splitsInOrder } from './splits.ts'

const name = 'mnist'

/** Throws `InputError` for a file that is missing or damaged and for splits that the files cannot give. */
export function mnist(read: DataReader, sizes: SplitSizes = { train: 60_000, test: 10_000 }): Examples {
  const splits = splitsInOrder(name, sizes, ['train', 'validation', 'test'])
  const training = (sizes.train ?? 0) + (sizes.validation ?? 0)
  const test = sizes.test ?? 0
  if (training > mnistCount.train) {
    throw new InputError(`${name}: found ${training} examples to train and validate; the training file has ${mnistCount.train}`)
  }
  if (test > mnistCount.test) {
    throw new InputError(`${name}: found ${test} examples to test; the test file has ${mnistCount.test}`)
  }
  const count = countOf(splits)
  const inputs = new Uint8Array(count * pixels)
  const labels = new Uint8Array(count)
  const take = (which: 'train' | 'test', many: number, at: number) => {
    if (many === 0) return
    const file = mnistFile(which, read)
    inputs.set(file.images.subarray(0, many * pixels), at * pixels)
    labels.set(file.labels.subarray(0, many), at)
  }
  take('train', training, 0)
  take('test', test, training)
  return checkedExamples({ name, count, width: pixels, inputs, scale: 1 / 255, outputs: classes, wanted: { labels }, splits })
}
