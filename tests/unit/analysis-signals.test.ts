import { describe, expect, it } from 'vitest'
import {
  aboveRounding,
  angle,
  autocorrelation,
  chanceAngle,
  coherence,
  convergenceOrder,
  correlationAtLags,
  crossValidatedDissimilarity,
  degrees,
  dissimilarity,
  effectiveNumber,
  effectiveSegments,
  energyDistance,
  fourier,
  hellinger,
  histogram,
  informationRate,
  jensenShannon,
  kendallTauA,
  kolmogorovSmirnov,
  laggedCorrelation,
  laggedPeak,
  linearEdges,
  massAt,
  midRanks,
  noiseCeiling,
  pearson,
  selfConvergenceOrder,
  spikeTimeError,
  totalVariation,
  upperTriangle,
  wasserstein,
  zeroCoherence,
} from '../../analysis/index.ts'

/** Standard normal numbers from a fixed seed. */
function normal(n: number, seed: number): Float64Array {
  let state = seed >>> 0
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296 + 1 / 8589934592
  }
  return Float64Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw()))
}

describe('correlation', () => {
  const u = [1, 3, 2, 5, 4, 6]
  const v = [0, 1, 3, 2, 5, 4]
  it('meets the golden numbers', () => {
    expect(pearson(u, v)).toBeCloseTo(0.6, 14)
    expect(laggedCorrelation(u, v, 1)).toBeCloseTo(1, 14)
    expect(laggedCorrelation(u, v, -1)).toBeCloseTo(0.904194430179465, 14)
  })
  it('reports lag 0 and the lag of the largest, positive where the response is later', () => {
    const found = laggedPeak(u, v, 2)
    expect(found.zero).toBeCloseTo(0.6, 14)
    expect(found.lag).toBe(1)
    expect(found.peak).toBeCloseTo(1, 14)
    expect([...correlationAtLags(u, v, 1).pairs]).toEqual([5, 6, 5])
  })
  it('leaves gaps out after the shift and says so', () => {
    const gap = [0, 1, Number.NaN, 2, 5, 4]
    const found = laggedPeak(u, gap, 1)
    expect(found.pairs).toBe(5)
    expect(found.lag).toBe(1)
    expect(found.peak).toBeCloseTo(1, 14)
    expect(() => pearson(u, gap)).toThrow(RangeError)
  })
  it('is NaN of a constant, and survives a large mean', () => {
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN()
    expect(laggedPeak([1, 1, 1], [1, 2, 3], 1).lag).toBeNaN()
    expect(pearson([1e9, 1e9 + 1, 1e9 + 2], [3, 2, 1])).toBeCloseTo(-1, 14)
    expect(() => pearson([1], [1, 2])).toThrow(RangeError)
  })
  it('counts fewer effective samples of smooth signals', () => {
    const n = 20_000
    const [a, b] = [1, 2].map((seed) => {
      const noise = normal(n, seed)
      for (let i = 1; i < n; i++) noise[i] += 0.8 * noise[i - 1]
      return noise
    })
    // AR(1): 1 + 2 sum 0.64^k = (1 + 0.64) / (1 - 0.64)
    expect(effectiveNumber(a, b, 40) / (n * (0.36 / 1.64))).toBeGreaterThan(0.9)
    expect(effectiveNumber(a, b, 40) / (n * (0.36 / 1.64))).toBeLessThan(1.1)
    expect(autocorrelation([1, -1, 1, -1], 1)[1]).toBe(-0.75)
    expect(effectiveNumber([1, 1], [1, 2], 1)).toBeNaN()
  })
})

describe('fourier', () => {
  it('equals the definition', () => {
    const n = 16
    const x = normal(n, 5)
    const y = normal(n, 6)
    const real = x.slice()
    const imaginary = y.slice()
    fourier(real, imaginary)
    for (let k = 0; k < n; k++) {
      let re = 0
      let im = 0
      for (let i = 0; i < n; i++) {
        const phase = (-2 * Math.PI * k * i) / n
        re += x[i] * Math.cos(phase) - y[i] * Math.sin(phase)
        im += x[i] * Math.sin(phase) + y[i] * Math.cos(phase)
      }
      expect(real[k]).toBeCloseTo(re, 12)
      expect(imaginary[k]).toBeCloseTo(im, 12)
    }
    expect(() => fourier(new Float64Array(6), new Float64Array(6))).toThrow(/power of two/)
  })
})

describe('coherence', () => {
  const n = 4096
  const fraction = (value: number) => value - Math.floor(value)
  const x = Float64Array.from(
    { length: n },
    (_, i) =>
      Math.sin(2 * Math.PI * fraction((i * i) / 997)) + 0.5 * Math.sin(2 * Math.PI * fraction((i * i * i) / 100003)),
  )
  const y = x.map(
    (value, i) =>
      0.5 * value +
      (i > 0 ? 0.3 * x[i - 1] : 0) +
      (i > 1 ? 0.2 * x[i - 2] : 0) +
      Math.sin(2 * Math.PI * fraction(i * i * Math.SQRT2)),
  )
  const found = coherence(x, y, 256, 31)
  it('meets the golden numbers', () => {
    expect([found.segments, found.unused]).toEqual([31, 0])
    expect(Math.abs(found.gamma2[10] - 0.416484103)).toBeLessThan(1e-6)
    expect(Math.abs(found.gamma2[40] - 0.534883222)).toBeLessThan(1e-6)
    expect(Math.abs(found.gamma2[100] - 0.275276544)).toBeLessThan(1e-6)
    expect(Math.abs(informationRate(found.gamma2, 1000, 0, 200) - 184.720934)).toBeLessThan(1e-6)
    expect(Math.abs(informationRate(found.corrected, 1000, 0, 200) - 175.59598)).toBeLessThan(1e-6)
    expect(found.effectiveSegments).toBeCloseTo(29.4, 1)
  })
  it('is 0.75 of a white channel with SNR 3: 2 bits/s per Hz', () => {
    const signal = normal(1 << 18, 11)
    const noise = normal(1 << 18, 12)
    const { corrected } = coherence(
      signal,
      signal.map((s, i) => s + noise[i] / Math.sqrt(3)),
      256,
    )
    const mean = corrected.slice(1, 128).reduce((sum, value) => sum + value, 0) / 127
    expect(Math.abs(mean - 0.75)).toBeLessThan(0.005)
    expect(Math.abs(informationRate(corrected, 1000, 0, 400) / 400 - 2)).toBeLessThan(0.05)
  })
  it('rarely exceeds its significance level where signals are unrelated', () => {
    const { gamma2, effectiveSegments: effective } = coherence(normal(1 << 15, 21), normal(1 << 15, 22), 256)
    const level = zeroCoherence(0.05, effective)
    const above = gamma2.slice(1, 128).filter((value) => value > level).length
    expect(above).toBeGreaterThan(0)
    expect(above).toBeLessThan(127 * 0.12)
  })
  it('is 0 where a spectrum is empty and 1 of equal signals', () => {
    expect(Math.max(...coherence(x, new Float64Array(n).fill(3), 256, 31).gamma2)).toBe(0)
    const same = coherence(x, x, 256, 31).gamma2
    expect(same[40]).toBeCloseTo(1, 12)
    expect(Number.isFinite(informationRate(same, 1000, 0, 200))).toBe(true)
  })
  it('wants enough segments and a band that exists', () => {
    expect(() => coherence(x, y, 256)).toThrow(/31 segments of 256; 50 are needed/)
    expect(() => coherence(x, y, 250, 31)).toThrow(/power of two/)
    expect(() => informationRate(found.gamma2, 1000, 0, 501)).toThrow(RangeError)
    expect(effectiveSegments(31)).toBeCloseTo(31 / (1 + (2 / 36) * (30 / 31)), 12)
    expect(() => zeroCoherence(0, 10)).toThrow(RangeError)
  })
})

describe('angle', () => {
  it('meets the golden numbers', () => {
    expect(degrees(angle([1, 2, 3], [1, 2, 2]))).toBeCloseTo(11.4904599037315, 11)
    const small = angle([1, 2, 3], [1 + 1e-9, 2, 3 - 1e-9])
    expect(Math.abs(small - 3.499e-10)).toBeLessThan(1e-13)
    expect(chanceAngle(1000).sd).toBeCloseTo(1.81, 2)
  })
  it('is exact at the ends and has no value of zero', () => {
    expect(angle([1, 0], [0, 2])).toBeCloseTo(Math.PI / 2, 15)
    expect(angle([1, 2], [-2, -4])).toBeCloseTo(Math.PI, 15)
    expect(angle([1e-200, 0], [1e200, 0])).toBe(0)
    expect(angle([0, 0], [1, 0])).toBeNaN()
    expect(angle([], [])).toBeNaN()
  })
})

const patterns = [
  [1, 0, 2, 3],
  [2, 1, 0, 1],
  [0, 3, 1, 2],
  [4, 1, 1, 0],
]

describe('dissimilarities', () => {
  const golden = [1.31622776601684, 1.2, 1.44721359549996, 1.31622776601684, 0.292893218813453, 1.74535599249993]
  it('meets the golden numbers', () => {
    const found = upperTriangle(dissimilarity(patterns))
    golden.forEach((value, k) => {
      expect(found[k]).toBeCloseTo(value, 13)
    })
    expect([...upperTriangle(dissimilarity(patterns, { metric: 'euclidean' }))]).toEqual([10, 12, 20, 10, 6, 24])
    expect(
      dissimilarity([
        [1, 1],
        [1, 2],
      ])[1],
    ).toBeNaN()
  })
  it('compares the two matrices', () => {
    expect(kendallTauA(upperTriangle(dissimilarity(patterns)), upperTriangle(dissimilarity(patterns, { metric: 'euclidean' })))).toBeCloseTo(0.666666666666667, 14)
  })
  it('is free of noise where it is cross-validated', () => {
    expect([...upperTriangle(crossValidatedDissimilarity(patterns, patterns))]).toEqual([...upperTriangle(dissimilarity(patterns, { metric: 'euclidean' }))])
    const noisy = [1, 2].map((seed) => [normal(20_000, seed), normal(20_000, seed + 10)])
    expect(Math.abs(crossValidatedDissimilarity(noisy[0], noisy[1])[1]) / 20_000).toBeLessThan(0.05)
    expect(dissimilarity(noisy[0], { metric: 'euclidean' })[1] / 20_000).toBeGreaterThan(1.9)
    expect(() => crossValidatedDissimilarity(patterns, patterns.slice(1))).toThrow(RangeError)
  })
})

describe('ranks', () => {
  const subjects = [
    [1, 2, 3, 4, 5, 6],
    [2, 1, 3, 5, 4, 6],
    [1, 3, 2, 4, 6, 6],
  ]
  const model = [1, 1, 2, 2, 3, 3]
  it('meets the golden numbers', () => {
    const each = subjects.map((subject) => kendallTauA(subject, model))
    ;[0.8, 0.666666666666667, 0.666666666666667].forEach((value, k) => {
      expect(each[k]).toBeCloseTo(value, 14)
    })
    expect(each.reduce((sum, value) => sum + value, 0) / 3).toBeCloseTo(0.711111111111111, 14)
    const { lower, upper } = noiseCeiling(subjects)
    expect(lower).toBeCloseTo(0.777777777777778, 14)
    expect(upper).toBeCloseTo(0.844444444444444, 14)
  })
  it('equals counting all pairs, with many ties', () => {
    const [a, b] = [31, 32].map((seed) => normal(300, seed).map((value) => Math.round(2 * value)))
    let sum = 0
    for (let i = 0; i < 300; i++) for (let j = 0; j < i; j++) sum += Math.sign(a[i] - a[j]) * Math.sign(b[i] - b[j])
    expect(kendallTauA(a, b)).toBe(sum / ((300 * 299) / 2))
  })
  it('ties what differs in the last bit only', () => {
    expect(0.1 + 0.2).not.toBe(0.3)
    expect(kendallTauA([0.1 + 0.2, 0.3], [2, 1])).toBe(0)
    expect(kendallTauA([0.1 + 0.2, 0.3], [2, 1], 0)).toBe(1)
    expect([...midRanks([10, 20, 10, 5])]).toEqual([2.5, 4, 2.5, 1])
  })
  it('needs two', () => {
    expect(() => noiseCeiling([[1, 2]])).toThrow(/needs two or more/)
    expect(kendallTauA([1], [1])).toBeNaN()
    expect(() => kendallTauA([1, Number.NaN], [1, 2])).toThrow(RangeError)
  })
})

describe('distributions', () => {
  const a = [0, 0.1, 0.2, 0.5, 0.9]
  const b = [0.1, 0.1, 0.4, 0.6]
  it('meets the golden numbers', () => {
    expect(kolmogorovSmirnov(a, b)).toBeCloseTo(0.2, 14)
    expect(wasserstein(a, b)).toBeCloseTo(0.13, 14)
    expect(energyDistance(a, b)).toBeCloseTo(0.207364413533277, 14)
    const edges = linearEdges(0, 1, 4)
    const p = histogram(a, edges).counts
    const q = histogram(b, edges).counts
    expect([[...p], [...q]]).toEqual([
      [3, 0, 1, 1],
      [2, 1, 1, 0],
    ])
    expect(totalVariation(p, q)).toBeCloseTo(0.3, 14)
    expect(jensenShannon(p, q)).toBeCloseTo(0.230291270224074, 14)
    expect(hellinger(p, q)).toBeCloseTo(0.47819519523397, 14)
  })
  it('is 0 of equal and largest of disjoint distributions', () => {
    for (const distance of [kolmogorovSmirnov, wasserstein, energyDistance]) expect(distance(a, a)).toBe(0)
    for (const distance of [totalVariation, jensenShannon, hellinger]) {
      expect(distance([1, 2], [2, 4])).toBeCloseTo(0, 7)
      expect(distance([1, 0], [0, 3])).toBe(1)
    }
    expect(wasserstein([3, 1], [5, 7])).toBe(4)
    expect(massAt([0, 0.5, 1, 1], 1)).toBe(0.5)
  })
  it('refuses what is not a distribution', () => {
    expect(() => wasserstein([], b)).toThrow(/must hold at least one/)
    expect(() => totalVariation([0, 0], [1, 0])).toThrow(RangeError)
    expect(() => totalVariation([-1, 2], [1, 0])).toThrow(RangeError)
    expect(() => totalVariation([1], [1, 0])).toThrow(RangeError)
  })
})

describe('convergence', () => {
  const euler = (y: number, h: number) => y - h * y
  const rk4 = (y: number, h: number) => {
    const k1 = -y
    const k2 = -(y + (h / 2) * k1)
    const k3 = -(y + (h / 2) * k2)
    const k4 = -(y + h * k3)
    return y + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4)
  }
  const run = (step: (y: number, h: number) => number, n: number) => {
    let y = 1
    for (let i = 0; i < n; i++) y = step(y, 1 / n)
    return y
  }
  it('meets the golden numbers', () => {
    const truth = Math.exp(-1)
    const [e1, e2, e3] = [10, 20, 40].map((n) => run(euler, n))
    expect(convergenceOrder(e1 - truth, e2 - truth)).toBeCloseTo(1.03144393962185, 12)
    expect(convergenceOrder(e2 - truth, e3 - truth)).toBeCloseTo(1.01536564178664, 12)
    expect(selfConvergenceOrder(e1, e2, e3)).toBeCloseTo(1.04701343188941, 12)
    const [r1, r2, r3] = [10, 20, 40].map((n) => run(rk4, n))
    expect(Math.abs(convergenceOrder(r1 - truth, r2 - truth) - 4.06021949416277)).toBeLessThan(1e-7)
    expect(Math.abs(convergenceOrder(r2 - truth, r3 - truth) - 4.03008280294716)).toBeLessThan(1e-6)
    expect(Math.abs(selfConvergenceOrder(r1, r2, r3) - 4.0621627535418)).toBeLessThan(1e-7)
  })
  it('has no order where there is none', () => {
    expect(convergenceOrder(0.1, 0)).toBeNaN()
    expect(selfConvergenceOrder(1, 2, 1.5)).toBeNaN()
    expect(spikeTimeError([1, 2], [1, 2, 3])).toBeNaN()
    expect(spikeTimeError([1, 2.5], [1, 2, 3], 2)).toBe(0.5)
    expect(aboveRounding(1e-15, 1)).toBe(false)
    expect(aboveRounding(1e-10, 1)).toBe(true)
    expect(() => convergenceOrder(Number.POSITIVE_INFINITY, 1)).toThrow(RangeError)
  })
})
