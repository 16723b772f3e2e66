/** A full matrix of weights: a row a source, `columns` numbers long, the targets and zeros behind them. */
import type { Column } from './memory.ts'

export interface Matrix {
  readonly weights: Column<'f32' | 'f64'>
  readonly rows: number
  readonly targets: number
  readonly columns: number
  /** Counts how often weights have changed: what was computed with them is then out of date. */
  version: number
}

/** Euclidean norm of the weights: sqrt(sum of w^2). */
export function norm({ weights }: Matrix): number {
  let sum = 0
  for (const w of weights.view) sum += w * w
  return Math.sqrt(sum)
}
