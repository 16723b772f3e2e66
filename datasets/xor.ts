/** Exclusive or: the four patterns of two inputs, and class 1 where they differ. One split: there is nothing to hold out. */
import type { Examples } from '../engine/examples.ts'
import { checkedExamples } from './checked-examples.ts'

/** Patterns 00, 01, 10, 11 in this order, as the split `train`. */
export function xor(): Examples {
  return checkedExamples({
    name: 'xor',
    count: 4,
    width: 2,
    inputs: Uint8Array.of(0, 0, 0, 1, 1, 0, 1, 1),
    scale: 1,
    outputs: 2,
    wanted: { labels: Uint8Array.of(0, 1, 1, 0) },
    splits: { train: { first: 0, last: 3 } },
  })
}
