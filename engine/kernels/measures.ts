/** Sums over the units of one copy, from its first number on: what measures of trials are made of. Sums run in order, in f64. */

type Numbers = Float32Array | Float64Array

/** Index of the largest of n numbers; the first of equals. */
export function largest(x: Numbers, at: number, n: number): number {
  let best = 0
  for (let i = 1; i < n; i++) if (x[at + i] > x[at + best]) best = i
  return best
}

/** sum of x_i */
export function total(x: Numbers, at: number, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += x[at + i]
  return sum
}

/** sum of x_i y_i */
export function product(x: Numbers, atX: number, y: Numbers, atY: number, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += x[atX + i] * y[atY + i]
  return sum
}

/** sum of (y_i - x_i)^2, y being 1 for one unit and 0 for the others */
export function squaredDistanceToClass(x: Numbers, at: number, n: number, label: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) {
    const d = (i === label ? 1 : 0) - x[at + i]
    sum += d * d
  }
  return sum
}

/** sum of (y_i - x_i)^2 */
export function squaredDistance(x: Numbers, atX: number, y: Numbers, atY: number, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) {
    const d = y[atY + i] - x[atX + i]
    sum += d * d
  }
  return sum
}

/** Dot product of two matrices, and of each with itself; the second the other way round if said. */
export function matrixProducts(
  a: { view: Numbers; rows: number; targets: number; columns: number },
  b: { view: Numbers; columns: number },
  transposed: boolean,
): { ab: number; aa: number; bb: number } {
  let [ab, aa, bb] = [0, 0, 0]
  for (let j = 0; j < a.rows; j++) {
    for (let i = 0; i < a.targets; i++) {
      const x = a.view[j * a.columns + i]
      const y = b.view[transposed ? i * b.columns + j : j * b.columns + i]
      ab += x * y
      aa += x * x
      bb += y * y
    }
  }
  return { ab, aa, bb }
}

/** The numbers of an example, times `scale`, to a column from `at` on. */
export function show(inputs: ArrayLike<number>, from: number, width: number, scale: number, column: Numbers, at: number): void {
  for (let i = 0; i < width; i++) column[at + i] = inputs[from + i] * scale
}
