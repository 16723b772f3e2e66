import { kendallTauA } from './kendall.ts'
import { midRanks, usualResolution } from './ranks.ts'
import { checkSameLength, checkWhole } from './trains.ts'

export interface NoiseCeiling {
  /** Leave one out: mean over i of tau_a(S_i, mean of the ranks of the others). */
  lower: number
  /** The largest mean tau_a that was found: some matrix reaches it. */
  upper: number
  /** No matrix can do better: mean over pairs of entries of |mean over i of sign(difference of the two in S_i)|. */
  bound: number
}

/**
 * Noise ceiling of a group's dissimilarities: how well the best model could do, given that subjects differ;
 *   upper = max over matrices m of mean over i of tau_a(S_i, m), lower = mean over i of tau_a(S_i, mean of the others).
 * Nili et al. 2014; Khaligh-Razavi & Kriegeskorte 2014.
 *
 * To maximise it is a hard problem (the consensus ranking of Kemeny), so `upper` is where a search ends: the order of
 * the mean ranks, from which entries are moved one at a time to their best place until no move helps or `passes` are
 * done. The true maximum lies between `upper` and `bound`. n^2 S steps a pass.
 *
 * Parameters: S subjects, lists of n dissimilarities (`upperTriangle`). Throws RangeError below two subjects (there is
 * no ceiling then), where lengths differ and where a value is not finite.
 */
export function noiseCeiling(
  subjects: readonly ArrayLike<number>[],
  { resolution = usualResolution, passes = 20 }: { resolution?: number; passes?: number } = {},
): NoiseCeiling {
  const S = subjects.length
  if (S < 2) throw new RangeError(`${S} subjects were given; a noise ceiling needs two or more`)
  checkWhole(passes, 'the number of passes')
  for (const subject of subjects) checkSameLength(subjects[0], subject, 'the subjects')
  const ranks = subjects.map((subject) => midRanks(subject, resolution))
  const total = ranks[0].map((_, k) => ranks.reduce((sum, one) => sum + one[k], 0))
  const meanTau = (model: Float64Array) => ranks.reduce((sum, own) => sum + kendallTauA(own, model, 0), 0) / S
  const lower = ranks.reduce((sum, own) => sum + kendallTauA(own, total.map((all, k) => all - own[k]), 0), 0) / S
  const order = Uint32Array.from(total.keys()).sort((a, b) => total[a] - total[b] || a - b)
  let best = meanTau(total)
  for (let pass = 0; pass < passes; pass++) if (!improve(order, ranks)) break
  const place = new Float64Array(order.length)
  order.forEach((entry, k) => {
    place[entry] = k
  })
  best = Math.max(best, meanTau(place))
  return { lower, upper: best, bound: agreementBound(ranks) }
}

/** Concordance of entries x and y: how many subjects have x above y, minus how many have it below. */
function above(ranks: readonly Float64Array[], x: number, y: number): number {
  let sum = 0
  for (const own of ranks) sum += own[x] > own[y] ? 1 : own[x] < own[y] ? -1 : 0
  return sum
}

/**
 * Every entry once to the place where it agrees best with all others; whether anything moved. Gains are whole numbers,
 * and each move has one above zero, so that this comes to an end.
 */
function improve(order: Uint32Array, ranks: readonly Float64Array[]): boolean {
  let moved = false
  for (const entry of Array.from(order)) {
    const from = order.indexOf(entry)
    let to = from
    let best = 0
    for (let k = from - 1, gain = 0; k >= 0; k--) {
      gain -= above(ranks, entry, order[k])
      if (gain > best) [best, to] = [gain, k]
    }
    for (let k = from + 1, gain = 0; k < order.length; k++) {
      gain += above(ranks, entry, order[k])
      if (gain > best) [best, to] = [gain, k]
    }
    if (to === from) continue
    if (to < from) order.copyWithin(to + 1, to, from)
    else order.copyWithin(from, from + 1, to + 1)
    order[to] = entry
    moved = true
  }
  return moved
}

function agreementBound(ranks: readonly Float64Array[]): number {
  const n = ranks[0].length
  let sum = 0
  for (let x = 0; x < n; x++) for (let y = 0; y < x; y++) sum += Math.abs(above(ranks, x, y))
  return sum / ranks.length / ((n * (n - 1)) / 2)
}
