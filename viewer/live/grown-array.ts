/** A typed array that grows as numbers are added. */
type Numbers = Float64Array | Float32Array | Uint32Array | Uint8Array

export class Grown<A extends Numbers> {
  private array: A
  private count = 0
  constructor(private readonly make: (length: number) => A) {
    this.array = make(1024)
  }
  add(from: ArrayLike<number>, count: number): void {
    const needed = this.count + count
    if (needed > this.array.length) {
      const longer = this.make(Math.max(needed, 2 * this.array.length))
      longer.set(this.array.subarray(0, this.count))
      this.array = longer
    }
    for (let k = 0; k < count; k++) this.array[this.count + k] = from[k]
    this.count = needed
  }
  get length(): number {
    return this.count
  }
  /** A copy of what is in it, which is empty then. */
  take(): A {
    const copy = this.array.slice(0, this.count) as A
    this.count = 0
    return copy
  }
}
