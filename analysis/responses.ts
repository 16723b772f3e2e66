import type { DissimilarityMetric } from './dissimilarity.ts'
import { checkWhole } from './trains.ts'

/**
 * Responses to stimuli as they were recorded: pass after pass over the same stimuli, one row of `units` numbers a stimulus,
 * and the class of each where there are classes.
 */
export interface Responses {
  values: ArrayLike<number>
  units: number
  classes?: ArrayLike<number>
  /** Stimuli of one pass. */
  stimuli: number
}

/** A pass over the stimuli: the first, the last, or its number from 1. */
export type Pass = 'first' | 'last' | number

/** One pass, in the order of classes. */
export interface StimulusPatterns {
  /** One a stimulus. */
  patterns: Float64Array[]
  /** Ascending; absent where there are none. */
  classes?: Float64Array
  /** The first stimulus of every class but the first. */
  boundaries: number[]
  /** Which pass, from 1, of how many that are complete. */
  pass: number
  passes: number
}

/**
 * The patterns of one pass, stimuli of a class side by side and otherwise in the order in which they were shown. A pass
 * that was broken off is none.
 * Throws RangeError where there is no such pass.
 */
export function patternsOfPass({ values, units, classes, stimuli }: Responses, which: Pass = 'last'): StimulusPatterns {
  checkWhole(units, 'the number of units', 1)
  checkWhole(stimuli, 'the number of stimuli', 1)
  const passes = Math.floor(values.length / units / stimuli)
  const pass = which === 'first' ? 1 : which === 'last' ? passes : which
  checkWhole(pass, 'the pass', which === 'last' ? 0 : 1)
  if (pass > passes || passes === 0) throw new RangeError(`there is no ${which === 'last' ? 'complete pass' : `pass ${pass}`}; ${passes} of ${stimuli} stimuli were recorded`)
  const first = (pass - 1) * stimuli
  const order = Array.from({ length: stimuli }, (_, k) => first + k)
  if (classes) {
    if (classes.length < first + stimuli) throw new RangeError(`there are ${classes.length} classes for ${passes * stimuli} patterns; one each is needed`)
    // sorting is stable: within a class the order stays
    order.sort((a, b) => classes[a] - classes[b])
  }
  const patterns = order.map((row) => Float64Array.from({ length: units }, (_, k) => values[row * units + k]))
  if (!classes) return { patterns, boundaries: [], pass, passes }
  const sorted = Float64Array.from(order, (row) => classes[row])
  const boundaries = Array.from(sorted.keys()).filter((k) => k > 0 && sorted[k] !== sorted[k - 1])
  return { patterns, classes: sorted, boundaries, pass, passes }
}

/**
 * Stimuli whose patterns have no dissimilarity to any other: constant ones have no correlation, zero ones no cosine.
 */
export function undefinedPatterns(patterns: readonly ArrayLike<number>[], metric: DissimilarityMetric): number[] {
  if (metric === 'euclidean') return []
  return Array.from(patterns.keys()).filter((k) => {
    const pattern = patterns[k]
    const like = metric === 'cosine' ? 0 : pattern[0]
    for (let i = 0; i < pattern.length; i++) if (pattern[i] !== like) return false
    return true
  })
}
