/**
 * A spike train is an ascending list of finite times in ms, of one neuron; equal times are allowed.
 * Everything in this room takes its trains as they are and refuses what is not one: nothing is sorted or left out
 * silently.
 */

/** The columns of an event stream: time (ms, ascending), source index and, where known, a bit mask of kinds. */
export interface EventColumns {
  times: ArrayLike<number>
  sources: ArrayLike<number>
  kinds?: ArrayLike<number>
}

/** Throws RangeError unless every value is finite. */
export function checkFinite(values: ArrayLike<number>, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new RangeError(`${what} ${i} is ${values[i]}; every one must be a finite number`)
  }
}

/** Throws RangeError unless the times are finite and ascending. */
export function checkTrain(times: ArrayLike<number>): void {
  checkFinite(times, 'spike time')
  for (let i = 1; i < times.length; i++) {
    if (times[i] < times[i - 1]) {
      throw new RangeError(`spike time ${i} is ${times[i]} after ${times[i - 1]}; the times of a train must ascend`)
    }
  }
}

/** Throws RangeError unless the value is a finite number above zero. */
export function checkPositive(value: number, what: string): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${what} is ${value}; it must be a number above 0`)
}

/** Throws RangeError unless the value is a whole number of at least `least`. */
export function checkWhole(value: number, what: string, least = 0): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${what} is ${value}; it must be a whole number of at least ${least}`)
  }
}

/** Throws RangeError unless both lists have the same length. */
export function checkSameLength(a: ArrayLike<number>, b: ArrayLike<number>, what: string): void {
  if (a.length !== b.length)
    throw new RangeError(`${what} have lengths ${a.length} and ${b.length}; they must be equal`)
}

/**
 * One train for each of `units` neurons out of the columns of a stream.
 *
 * Parameters: `mask` keeps only the rows whose kind has a bit in common with it (needs the column of kinds).
 * Throws RangeError where columns differ in length, times descend, or a source is not below `units`.
 */
export function trainsOf(events: EventColumns, units: number, mask?: number): Float64Array[] {
  const { times, sources, kinds } = events
  checkWhole(units, 'the number of units')
  checkSameLength(times, sources, 'times and sources')
  checkTrain(times)
  if (kinds) checkSameLength(times, kinds, 'times and kinds')
  if (mask !== undefined && !kinds) throw new RangeError('a mask of kinds was given without the column of kinds')
  const kept = (row: number) => mask === undefined || !kinds || (kinds[row] & mask) !== 0
  const sizes = new Uint32Array(units)
  for (let row = 0; row < times.length; row++) {
    const source = sources[row]
    if (!(Number.isInteger(source) && source >= 0 && source < units)) {
      throw new RangeError(`source ${source} in row ${row}; sources must be whole numbers from 0 to ${units - 1}`)
    }
    if (kept(row)) sizes[source]++
  }
  const trains = Array.from(sizes, (size) => new Float64Array(size))
  const filled = new Uint32Array(units)
  for (let row = 0; row < times.length; row++) {
    if (kept(row)) trains[sources[row]][filled[sources[row]]++] = times[row]
  }
  return trains
}
