/** How many examples every split has, as the user asks: split -> number. */
import { InputError, unknown } from '../engine/errors.ts'
import type { Examples } from '../engine/examples.ts'

export type SplitSizes = Readonly<Record<string, number>>

/**
 * The splits one after another, in the order of `known` where given, else as asked. Throws `InputError` for no split,
 * one of no examples, and a name that is not known.
 */
export function splitsInOrder(name: string, sizes: SplitSizes, known?: readonly string[]): Examples['splits'] {
  const asked = Object.keys(sizes)
  if (asked.length === 0) throw new InputError(`${name}: found no split; at least one is needed, such as train: 100`)
  for (const split of asked) {
    if (known && !known.includes(split)) throw new InputError(`${name}: ${unknown('split', split, known)}`)
    if (!Number.isSafeInteger(sizes[split]) || sizes[split] < 1) {
      throw new InputError(`${name}: found ${sizes[split]} examples for split "${split}"; a whole number above 0 is needed`)
    }
  }
  const splits: Examples['splits'] = {}
  let next = 0
  for (const split of known?.filter((k) => asked.includes(k)) ?? asked) {
    splits[split] = { first: next, last: next + sizes[split] - 1 }
    next += sizes[split]
  }
  return splits
}

/** Examples that the splits of `splitsInOrder` need together. */
export function countOf(splits: Examples['splits']): number {
  return 1 + Math.max(...Object.values(splits).map(({ last }) => last))
}
