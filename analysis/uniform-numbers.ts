import { checkWhole } from './trains.ts'

/**
 * A generator of numbers in [0, 1) for resampling: the n-th is a hash of the n-th multiple of the golden ratio in 32 bits
 * (Steele, Lea & Flood 2014, with the finaliser of MurmurHash3), so the same seed gives the same error bars everywhere.
 * 2^32 numbers, each once: enough to resample, not to simulate.
 *
 * Parameters: seed, a whole number. Throws RangeError where it is none.
 */
export function uniformNumbers(seed = 1): () => number {
  checkWhole(seed, 'the seed')
  let counter = Math.imul(seed | 0, 0x85ebca6b)
  return () => {
    counter = (counter + 0x9e3779b9) | 0
    let x = counter ^ (counter >>> 16)
    x = Math.imul(x, 0x85ebca6b)
    x ^= x >>> 13
    x = Math.imul(x, 0xc2b2ae35)
    return ((x ^ (x >>> 16)) >>> 0) / 4294967296
  }
}
