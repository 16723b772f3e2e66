import { describe, expect, it } from 'vitest'
import {
  bootstrapStimuli,
  categoryFit,
  categoryRdm,
  clustersOf,
  compareRdms,
  crossValidatedDissimilarity,
  differenceTest,
  dissimilarity,
  kendallTauA,
  noiseCeiling,
  pearson,
  permutationTest,
  upperTriangle,
} from '../../analysis/index.ts'
import { boxMuller, philox, uniform01 } from '../../engine/random.ts'

/** Numbers in (0, 1), one a call, from a fixed seed. */
function uniformFrom(seed: number): () => number {
  const out = new Uint32Array(4)
  let n = 0
  return () => {
    philox(n++, 0, 0, 0, seed, 0, out)
    return uniform01(out[0])
  }
}

function patterns(K: number, n: number, seed: number): Float64Array[] {
  const out = new Uint32Array(4)
  return Array.from({ length: K }, (_, k) =>
    Float64Array.from({ length: n }, (__, i) => {
      philox(i, k, 0, 0, seed, 1, out)
      return boxMuller(out[0], out[1])[0]
    }),
  )
}

/** Kendall's tau_a as its definition has it. */
function allPairs(u: ArrayLike<number>, v: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < u.length; i++) for (let j = 0; j < i; j++) sum += Math.sign(u[i] - u[j]) * Math.sign(v[i] - v[j])
  return sum / ((u.length * (u.length - 1)) / 2)
}

const plus = (a: Float64Array[], b: Float64Array[], scale: number) => a.map((one, k) => one.map((x, i) => x + scale * b[k][i]))

describe('tau_a', () => {
  it('meets the known numbers', () => {
    expect(kendallTauA([3, 1, 4, 2], [3, 1, 4, 2])).toBe(1)
    expect(kendallTauA([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1)
    expect(kendallTauA([1, 2, 2, 3], [1, 2, 3, 4])).toBe(5 / 6)
    expect(kendallTauA([1, 2, 2, 3], [1, 2, 2, 3])).toBe(5 / 6)
  })

  it('equals counting all pairs on 200 random vectors with ties', () => {
    const uniform = uniformFrom(1)
    for (let run = 0; run < 200; run++) {
      const n = 2 + Math.floor(60 * uniform())
      // few different values tie often: in one list, in the other, in both
      const [p, q] = [1 + Math.floor(8 * uniform()), 1 + Math.floor(30 * uniform())]
      const u = Float64Array.from({ length: n }, () => Math.floor(p * uniform()))
      const v = Float64Array.from(u, (x) => (uniform() < 0.4 ? x : Math.floor(q * uniform())))
      expect(kendallTauA(u, v)).toBe(allPairs(u, v))
    }
  })
})

describe('dissimilarity', () => {
  const three = [
    [1, 2, 3, 5],
    [2, 1, 0, 0],
    [2, 4, 6, 10],
  ]
  it('is symmetric with a zero diagonal, and what each metric says', () => {
    for (const metric of ['correlation', 'euclidean', 'cosine'] as const) {
      const rdm = dissimilarity(three, { metric })
      for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) expect(rdm[3 * i + j]).toBe(rdm[3 * j + i])
      expect([rdm[0], rdm[4], rdm[8]]).toEqual([0, 0, 0])
    }
    const correlation = dissimilarity(three)
    expect(correlation[1]).toBeCloseTo(1 - pearson(three[0], three[1]), 14)
    expect(correlation[2]).toBeCloseTo(0, 14)
    expect([...upperTriangle(dissimilarity(three, { metric: 'euclidean' }))]).toEqual([36, 39, 145])
    const cosine = dissimilarity(three, { metric: 'cosine' })
    expect(cosine[1]).toBeCloseTo(1 - 4 / Math.sqrt(39 * 5), 14)
    expect(cosine[2]).toBeCloseTo(0, 14)
  })

  it('is without direction NaN, and refused in a comparison with the place', () => {
    const constant = dissimilarity([[1, 2], [3, 3], [2, 1]])
    expect([constant[1], constant[5]]).toEqual([Number.NaN, Number.NaN])
    expect(dissimilarity([[0, 0], [1, 0]], { metric: 'cosine' })[1]).toBeNaN()
    expect(() => compareRdms(constant, constant)).toThrow(/stimuli 0 and 1 is NaN; .* constant or zero pattern/)
  })

  it('refuses patterns that differ in length, and matrices that are none', () => {
    expect(() => dissimilarity([[1, 2], [1]])).toThrow(/lengths 2 and 1/)
    expect(() => dissimilarity([[1, Number.NaN]])).toThrow(/component 1 is NaN/)
    expect(() => dissimilarity(three, { metric: 'manhattan' as 'cosine' })).toThrow(/unknown metric "manhattan"; known are/)
    expect(() => crossValidatedDissimilarity(three, [[1], [2], [3]])).toThrow(/lengths 4 and 1/)
    expect(() => upperTriangle([0, 1, 2])).toThrow(/3 entries; a square one/)
    expect(() => upperTriangle([0, 1, 2, 0])).toThrow(/entries \(0, 1\) and \(1, 0\) are 1 and 2/)
    expect(() => compareRdms(dissimilarity(three), [0, 1, 1, 0])).toThrow(/matrices of 3 and 2 stimuli/)
  })

  it('does not grow with noise where it is cross-validated', () => {
    const signal = patterns(2, 4000, 1)
    const noisy = [2, 3].map((seed) => plus(signal, patterns(2, 4000, seed), 1))
    const truth = dissimilarity(signal, { metric: 'euclidean' })[1] / 4000
    // plain: + 2; cross-validated: s.e. of the mean of 4000 products about 0.06
    expect(dissimilarity(noisy[0], { metric: 'euclidean' })[1] / 4000 - truth).toBeGreaterThan(1.5)
    expect(Math.abs(crossValidatedDissimilarity(noisy[0], noisy[1])[1] / 4000 - truth)).toBeLessThan(0.25)
  })
})

describe('comparison of matrices', () => {
  it('uses the upper triangles', () => {
    const [a, b] = [1, 2].map((seed) => dissimilarity(patterns(9, 5, seed)))
    expect(compareRdms(a, b)).toBe(allPairs(upperTriangle(a), upperTriangle(b)))
    expect(compareRdms(a, b, 'pearson')).toBe(pearson(upperTriangle(a), upperTriangle(b)))
    // Spearman sees the order only
    const warped = b.map((x) => x * x * x)
    expect(compareRdms(a, warped, 'spearman')).toBeCloseTo(compareRdms(a, b, 'spearman'), 14)
    expect(compareRdms(a, warped, 'pearson')).not.toBeCloseTo(compareRdms(a, b, 'pearson'), 4)
    expect(() => compareRdms(a, b, 'tau_b' as 'tau_a')).toThrow(/unknown comparison "tau_b"/)
  })
})

describe('the permutation test', () => {
  it('gives p that is uniform where nothing is related', () => {
    const runs = 500
    const draws = 99
    const uniform = uniformFrom(11)
    const p = Float64Array.from({ length: runs }, (_, run) => {
      const [a, b] = [0, 1].map((which) => dissimilarity(patterns(20, 10, 100 + 2 * run + which)))
      return permutationTest(a, b, { draws, uniform }).p
    }).sort()
    let distance = 0
    // uniform on 1/100 ... 1: both ends of every step of the empirical distribution
    p.forEach((value, i) => {
      distance = Math.max(distance, Math.abs((i + 1) / runs - value), Math.abs(i / runs - (value - 1 / (draws + 1))))
    })
    // Kolmogorov-Smirnov at 1 %: 1.63 / sqrt(500), and the width of a step
    expect(distance).toBeLessThan(1.63 / Math.sqrt(runs) + 1 / (draws + 1))
    expect(p[0]).toBeLessThan(0.03)
    expect(p[runs - 1]).toBeGreaterThan(0.97)
  })

  it('finds what is related', () => {
    const signal = patterns(20, 30, 1)
    const [a, b] = [2, 3].map((seed) => dissimilarity(plus(signal, patterns(20, 30, seed), 0.3)))
    const { value, p, draws } = permutationTest(a, b, { draws: 199, uniform: uniformFrom(5) })
    expect([value, p, draws]).toEqual([compareRdms(a, b), 1 / 200, 199])
    expect(permutationTest(a, b.map((x) => (x === 0 ? 0 : 3 - x)), { draws: 199, uniform: uniformFrom(5) }).p).toBe(1)
  })

  it('refuses what says nothing', () => {
    const rdm = dissimilarity(patterns(4, 5, 1))
    expect(() => permutationTest([0, 1, 1, 0], [0, 1, 1, 0], { draws: 9, uniform: Math.random })).toThrow(/2 stimuli; three/)
    expect(() => permutationTest(rdm, rdm, { draws: 0, uniform: Math.random })).toThrow(/number of draws is 0/)
    expect(() => permutationTest(rdm, rdm, { draws: 1, uniform: () => 1 })).toThrow(/the generator gave 1/)
  })
})

describe('the bootstrap over stimuli', () => {
  const signal = patterns(24, 30, 1)
  const seen = (seed: number, noise: number) => dissimilarity(plus(signal, patterns(24, 30, seed), noise))
  const reference = seen(2, 0.5)

  it('has an error like the spread over new stimuli', () => {
    const values: number[] = []
    const errors: number[] = []
    for (let k = 0; k < 60; k++) {
      const fresh = patterns(24, 30, 1000 + k)
      const [a, b] = [0, 1].map((which) => dissimilarity(plus(fresh, patterns(24, 30, 2000 + 2 * k + which), 0.7)))
      values.push(compareRdms(a, b))
      errors.push(bootstrapStimuli(a, [b], { draws: 60, uniform: uniformFrom(k) })[0].error)
    }
    const mean = (list: number[]) => list.reduce((sum, x) => sum + x, 0) / list.length
    const spread = Math.sqrt(mean(values.map((x) => (x - mean(values)) * (x - mean(values)))))
    // known to be too wide, as pairs come several times: by less than a factor of two
    expect(mean(errors) / spread).toBeGreaterThan(0.8)
    expect(mean(errors) / spread).toBeLessThan(2)
  })

  it('tells models apart by draws that they share', () => {
    const options = { draws: 199, uniform: uniformFrom(8) }
    const [good, poor, same] = bootstrapStimuli(reference, [seen(3, 0.4), seen(4, 3), seen(3, 0.4)], options)
    expect(good.value).toBe(compareRdms(reference, seen(3, 0.4)))
    expect(same.values).toEqual(good.values)
    expect(new Set(good.values).size).toBeGreaterThan(150)
    expect(differenceTest(good, poor)).toEqual({ difference: good.value - poor.value, p: 0.01 })
    expect(differenceTest(good, same)).toEqual({ difference: 0, p: 1 })
  })

  it('drops the pairs of a stimulus with itself', () => {
    // places 0, 0, 1, 2: the five pairs that are left are of reference entries 1, 2, 1, 2 and 3
    const rdm = (a: number, b: number, c: number) => [0, a, b, 9, a, 0, c, 9, b, c, 0, 9, 9, 9, 9, 0]
    const drawn = [0, 0, 0.25, 0.5]
    let at = 0
    const [{ values }] = bootstrapStimuli(rdm(1, 2, 3), [rdm(2, 1, 7)], { draws: 2, uniform: () => drawn[at++ % 4] })
    expect(values[0]).toBe(allPairs([1, 2, 1, 2, 3], [2, 1, 2, 1, 7]))
    expect(at).toBe(8)
  })
})

describe('the noise ceiling', () => {
  const orders = (n: number): number[][] =>
    n === 0 ? [[]] : orders(n - 1).flatMap((o) => Array.from({ length: n }, (_, k) => [...o.slice(0, k), n, ...o.slice(k)]))

  it('is at the best of all orders, where these can be tried', () => {
    const all = orders(6)
    expect(all.length).toBe(720)
    for (let run = 0; run < 12; run++) {
      const uniform = uniformFrom(40 + run)
      const subjects = Array.from({ length: 4 }, () => Array.from({ length: 6 }, (_, k) => Math.floor(k * 0.7 + 4 * uniform())))
      const meanTau = (model: ArrayLike<number>) => subjects.reduce((sum, s) => sum + allPairs(s, model), 0) / 4
      const { lower, upper, bound } = noiseCeiling(subjects)
      const best = Math.max(...all.map(meanTau))
      expect(upper).toBeLessThanOrEqual(best + 1e-12)
      expect(upper).toBeGreaterThan(best - 1e-12)
      expect(bound).toBeGreaterThanOrEqual(best - 1e-12)
      expect(lower).toBeLessThanOrEqual(upper)
    }
  })

  it('is higher than at the mean of ranks, which one odd subject can spoil', () => {
    const subjects = [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [6, 1, 2, 3, 4, 5]]
    const mean = [8, 5, 8, 11, 14, 17]
    const atMean = subjects.reduce((sum, s) => sum + allPairs(s, mean), 0) / 3
    expect(noiseCeiling(subjects, { passes: 0 }).upper).toBeCloseTo(Math.max(atMean, (26 / 15 + 7 / 15) / 3), 14)
    // the order of the two who agree: 1, 1 and (10 - 5) / 15
    expect(noiseCeiling(subjects).upper).toBeCloseTo(7 / 9, 14)
    expect(noiseCeiling(subjects).bound).toBeCloseTo(7 / 9, 14)
  })

  it('is 1 of subjects that agree, and moves with how they differ', () => {
    const equal = noiseCeiling([[1, 2, 3, 4], [2, 4, 6, 8], [0, 1, 5, 6]])
    expect(equal).toEqual({ lower: 1, upper: 1, bound: 1 })
    const signal = patterns(12, 20, 1)
    const group = (noise: number) =>
      noiseCeiling([2, 3, 4, 5].map((seed) => upperTriangle(dissimilarity(plus(signal, patterns(12, 20, seed), noise)))))
    const [quiet, loud] = [group(0.3), group(1.5)]
    expect(quiet.lower).toBeGreaterThan(loud.upper)
    for (const { lower, upper, bound } of [quiet, loud]) {
      expect(lower).toBeLessThan(upper)
      expect(upper).toBeLessThanOrEqual(bound)
    }
  })
})

describe('categories', () => {
  const labels = ['a', 'a', 'a', 'b', 'b', 'b', 'b', 'c']
  it('make a matrix and clusters', () => {
    expect([...categoryRdm([1, 1, 2])]).toEqual([0, 0, 1, 0, 0, 1, 1, 1, 0])
    expect(clustersOf(labels).map((c) => c.filter(Boolean).length)).toEqual([3, 4, 1])
  })

  it('are found again where an RDM is made of them', () => {
    const clusters = clustersOf(labels)
    const rdm = Float64Array.from({ length: 64 }, (_, k) => {
      const [i, j] = [Math.floor(k / 8), k % 8]
      if (i === j) return 0
      return 0.2 + (clusters[0][i] && clusters[0][j] ? 0 : 0.5) + (clusters[1][i] && clusters[1][j] ? 0 : 0.3)
    })
    const { weights, constant, fit, categoricality } = categoryFit(rdm, clusters)
    ;[0.5, 0.3, 0].forEach((weight, c) => {
      expect(weights[c]).toBeCloseTo(weight, 12)
    })
    expect(constant).toBeCloseTo(0.2, 12)
    expect(categoricality).toBeCloseTo(1, 12)
    fit.forEach((value, k) => {
      expect(value).toBeCloseTo(upperTriangle(rdm)[k], 12)
    })
  })

  it('explain little of patterns without any, and the fit is that of least squares', () => {
    const rdm = dissimilarity(patterns(8, 30, 3))
    const y = upperTriangle(rdm)
    const clusters = [...clustersOf(labels), [true, true, true, true, true, true, true, false]]
    const { fit, categoricality } = categoryFit(rdm, clusters)
    expect(categoricality).toBeGreaterThan(0)
    expect(categoricality).toBeLessThan(0.5)
    // residuals are at right angles to every predictor
    for (const cluster of [Array(8).fill(false), ...clusters]) {
      let k = 0
      let sum = 0
      for (let i = 0; i < 8; i++) for (let j = i + 1; j < 8; j++, k++) sum += (y[k] - fit[k]) * (cluster[i] && cluster[j] ? 0 : 1)
      expect(sum).toBeCloseTo(0, 12)
    }
    expect(categoryFit(rdm, []).categoricality).toBeNaN()
    expect(() => categoryFit(rdm, [[true]])).toThrow(/cluster 0 is of 1 stimuli and the matrix of 8/)
  })
})
