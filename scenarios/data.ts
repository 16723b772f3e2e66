/** The data a scenario names -> its examples. */
import { linearTeacher, mnist, mnistSmall, teacherNetwork, xor } from '../datasets/index.ts'
import type { SplitSizes } from '../datasets/index.ts'
import { within } from '../engine/errors.ts'
import type { Examples } from '../engine/examples.ts'
import type { WrittenData } from './data-schema.ts'

/** The bytes of a file of a package, by `package/path`; undefined where there is none. */
export type DataFiles = (file: string) => Uint8Array | undefined

/** Throws `InputError` with the path within `data`. */
export function examplesFrom(written: WrittenData, scenarioSeed: number, files: DataFiles = () => undefined): Examples {
  const [name] = Object.keys(written)
  return within([name], () => {
    if ('mnist' in written) return mnist(files, splitsOf(written.mnist))
    if ('mnist_small' in written) return mnistSmall(files, splitsOf(written.mnist_small))
    if ('xor' in written) return xor()
    if ('linear_teacher' in written) {
      const { inputs, outputs, seed = scenarioSeed, ...splits } = written.linear_teacher
      return linearTeacher({ seed, inputs, outputs, splits: splitsOf(splits) })
    }
    const { layers, seed = scenarioSeed, ...splits } = written.teacher_network
    return teacherNetwork({ seed, layers, splits: splitsOf(splits) })
  })
}

/** Splits in an order of their own, so that keys may be shuffled; those not said are left out. */
function splitsOf(written: { train: number; validation?: number; test?: number }): SplitSizes {
  const { train, validation, test } = written
  return { train, ...(validation !== undefined && { validation }), ...(test !== undefined && { test }) }
}
