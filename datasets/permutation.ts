/** A random order of 0 .. n - 1 (Fisher & Yates, in the form of Durstenfeld 1964). */
import { fillWords, integerBelow, type Key } from '../engine/random.ts'

/** Place i, from the last down to 1, changes with a place drawn from 0 .. i by word i of the stream. */
export function permutation(n: number, key: Key): Uint32Array {
  const words = new Uint32Array(n)
  fillWords(words, key, 0, 0, 0)
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const other = integerBelow(words[i], i + 1)
    const held = order[i]
    order[i] = order[other]
    order[other] = held
  }
  return order
}
