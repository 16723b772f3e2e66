/** The promises of `Examples`, checked once where a data set is made, so that whoever shows them need not look again. */
import { InputError } from '../engine/errors.ts'
import type { Examples } from '../engine/examples.ts'

/** The examples as they are. Throws `InputError` where sizes, classes, values or splits do not fit each other. */
export function checkedExamples(examples: Examples): Examples {
  const { name, count, width, inputs, scale, outputs, wanted, splits } = examples
  const fail = (what: string) => {
    throw new InputError(`${name}: ${what}`)
  }
  for (const [what, value] of [['examples', count], ['inputs', width], ['outputs', outputs]] as const) {
    if (!Number.isSafeInteger(value) || value < 1) fail(`found ${value} ${what}; a whole number above 0 is needed`)
  }
  if (inputs.length !== count * width) {
    fail(`found ${inputs.length} input numbers; ${count} examples of ${width} need ${count * width}`)
  }
  if (!Number.isFinite(scale) || scale === 0) fail(`found a scale of ${scale}; a finite number other than 0 is needed`)
  if (!(inputs instanceof Uint8Array)) checkFinite(inputs, 'input', fail)
  if ('labels' in wanted) {
    if (wanted.labels.length !== count) fail(`found ${wanted.labels.length} labels; ${count} examples need ${count}`)
    const at = wanted.labels.findIndex((label) => label >= outputs)
    if (at >= 0) fail(`found label ${wanted.labels[at]} of example ${at}; 0 to ${outputs - 1} are accepted`)
  } else {
    if (wanted.values.length !== count * outputs) {
      fail(`found ${wanted.values.length} wanted numbers; ${count} examples of ${outputs} need ${count * outputs}`)
    }
    checkFinite(wanted.values, 'wanted', fail)
  }
  checkSplits(splits, count, fail)
  return examples
}

function checkFinite(values: Float32Array | Float64Array, what: string, fail: (what: string) => void): void {
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) fail(`found ${values[at]} as ${what} number ${at}; every one must be finite`)
}

function checkSplits(splits: Examples['splits'], count: number, fail: (what: string) => void): void {
  const ranges = Object.entries(splits).sort(([, a], [, b]) => a.first - b.first)
  if (ranges.length === 0) fail('found no split; at least one is needed')
  ranges.forEach(([split, { first, last }], i) => {
    if (!(Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first <= last && last < count)) {
      fail(`found split "${split}" from ${first} to ${last}; whole numbers in order from 0 to ${count - 1} are needed`)
    }
    if (i > 0 && ranges[i - 1][1].last >= first) {
      fail(`found splits "${ranges[i - 1][0]}" and "${split}" that share example ${first}; splits must not overlap`)
    }
  })
}
