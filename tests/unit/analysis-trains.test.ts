import { describe, expect, it } from 'vitest'
import {
  autoCorrelogram,
  binCentres,
  binCounts,
  binMeans,
  binMeansOfSteps,
  binNumber,
  binOf,
  correlogramCoefficient,
  correlogramRate,
  countCorrelation,
  crossCorrelogram,
  cv,
  cv2,
  fano,
  histogram,
  instantaneousRate,
  intervals,
  linearEdges,
  logarithmicEdges,
  lv,
  lvR,
  pooledIntervals,
  populationRate,
  psth,
  rate,
  shiftPredictor,
  trainsOf,
  triangularCorrection,
  variance,
} from '../../analysis/index.ts'

const A = [10, 20, 35, 60, 61, 90]
const B = [12, 21, 50, 62, 95]

/** Uniform numbers in (0, 1) from a fixed seed (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296 + 1 / 8589934592
  }
}

function poisson(n: number, mean: number, seed: number): Float64Array {
  const draw = uniform(seed)
  return Float64Array.from({ length: n }, () => -mean * Math.log(draw()))
}

describe('bins', () => {
  it('knows the binning trap', () => {
    expect(Math.floor(0.3 / 0.1)).toBe(2)
    expect(Math.floor(0.7 / 0.1)).toBe(6)
    expect(binOf(0.3, 0, 0.1, 0.1)).toBe(3)
    expect(binOf(0.7, 0, 0.1, 0.1)).toBe(7)
    expect(binOf(1.2, 0, 0.4, 0.1)).toBe(3)
  })
  it('agrees off the grid with edges computed as from + k w, for every edge and both its neighbours', () => {
    for (const [from, width] of [
      [0, 0.1],
      [0.3, 0.7],
      [-5, 1 / 3],
    ]) {
      for (let k = 0; k < 1000; k++) {
        const edge = from + k * width
        expect(binOf(edge, from, width)).toBe(k)
        const below = edge - 1e-12 * Math.max(1, Math.abs(edge))
        expect(binOf(below, from, width)).toBe(k - 1)
      }
    }
  })
  it('corrects a quotient that rounds up to the edge: the last double below an edge is in the bin before', () => {
    const bits = new BigInt64Array(1)
    const float = new Float64Array(bits.buffer)
    let overshot = 0
    for (let k = 1; k < 2000; k++) {
      float[0] = k * 0.1
      bits[0] -= 1n
      if (Math.floor(float[0] / 0.1) === k) overshot++
      expect(binOf(float[0], 0, 0.1)).toBe(k - 1)
    }
    expect(overshot).toBeGreaterThan(0)
  })
  it('puts every multiple of the base step into its bin', () => {
    for (let tick = 0; tick < 5000; tick++) expect(binOf(tick / 10, 0, 0.5, 0.1)).toBe(Math.floor(tick / 5))
  })
  it('counts the fixtures', () => {
    expect([...binCounts(A, 0, 100, 20)]).toEqual([1, 2, 0, 2, 1])
    expect([...binCounts(A, 0, 100, 10)]).toEqual([0, 1, 1, 1, 0, 0, 2, 0, 0, 1])
    expect([...binCounts(B, 0, 100, 10)]).toEqual([0, 1, 1, 0, 0, 1, 1, 0, 0, 1])
    expect([...binCounts(A, 0, 100, 25)]).toEqual([2, 1, 2, 1])
    expect([...binCounts(B, 0, 100, 25)]).toEqual([2, 0, 2, 1])
  })
  it('drops a partial last bin and excludes the right edge', () => {
    expect(binNumber(0, 0.3, 0.1)).toBe(3)
    expect(binNumber(0, 95, 10)).toBe(9)
    expect([...binCounts([0, 89.9, 90, 94], 0, 95, 10)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1])
    expect([...binCounts([-0.1, 0, 0.3], 0, 0.3, 0.1)]).toEqual([1, 0, 0])
    expect([...binCentres(10, 40, 10)]).toEqual([15, 25, 35])
  })
  it('averages a stimulus over the bin', () => {
    const means = binMeans((t) => t, 0, 100, 50)
    expect(means[0]).toBeCloseTo(25, 12)
    expect(means[1]).toBeCloseTo(75, 12)
    const whole = binMeans((t) => Math.sin((2 * Math.PI * t) / 500), 0, 500, 50)
    const exact = (500 / (2 * Math.PI * 50)) * (1 - Math.cos((2 * Math.PI * 50) / 500))
    expect(Math.abs(whole[0] - exact)).toBeLessThan(1e-5)
  })
  it('averages steps exactly', () => {
    expect([...binMeansOfSteps([-5, 12, 30], [1, 3, 7], 0, 40, 10)]).toEqual([1, 2.6, 3, 7])
    expect(() => binMeansOfSteps([1], [1], 0, 10, 5)).toThrow(/not known from 0 ms/)
    expect(() => binMeansOfSteps([0, 5, 3], [1, 1, 1], 0, 10, 5)).toThrow(RangeError)
  })
  it('refuses what it cannot bin', () => {
    expect(() => binCounts([Number.NaN], 0, 10, 1)).toThrow(RangeError)
    expect(() => binCounts([1], 0, 10, 0)).toThrow(RangeError)
    expect(() => binCounts([1], 10, 10, 1)).toThrow(RangeError)
    expect(() => binOf(1, 0, 0.25, 0.1)).toThrow(/whole number of grid steps/)
  })
})

describe('trains of columns', () => {
  const events = { times: [1, 2, 2, 5], sources: [1, 0, 1, 1], kinds: [1, 3, 5, 1] }
  it('splits by source and by kind', () => {
    expect(trainsOf(events, 3).map((train) => [...train])).toEqual([[2], [1, 2, 5], []])
    expect(trainsOf(events, 3, 2 | 4).map((train) => [...train])).toEqual([[2], [2], []])
  })
  it('refuses unknown sources and descending times', () => {
    expect(() => trainsOf(events, 1)).toThrow(/source 1 in row 0/)
    expect(() => trainsOf({ times: [2, 1], sources: [0, 0] }, 1)).toThrow(/must ascend/)
    expect(() => trainsOf({ times: [1], sources: [0] }, 1, 1)).toThrow(RangeError)
  })
})

describe('rates', () => {
  it('divides by units and duration, and has no rate of nothing', () => {
    expect(rate(60, 3, 2000)).toBe(10)
    expect(() => rate(1, 1, 0)).toThrow(RangeError)
    expect(() => rate(1, 0, 10)).toThrow(RangeError)
  })
  it('places 1/ISI on the interval', () => {
    const { starts, ends, rates } = instantaneousRate([0, 10, 30])
    expect([[...starts], [...ends], [...rates]]).toEqual([
      [0, 10],
      [10, 30],
      [100, 50],
    ])
    expect(instantaneousRate([4]).rates.length).toBe(0)
  })
  it('gives the population rate in bins', () => {
    expect([...populationRate(A, 2, 0, 100, 20)]).toEqual([25, 50, 0, 50, 25])
  })
})

describe('psth', () => {
  it('meets the golden numbers', () => {
    const trials = [{ times: [1, 5, 9.999] }, { times: [5, 10] }, { times: [0, 19.999, 20] }]
    const { counts, rates } = psth(trials, 0, 20, 5)
    expect([...counts]).toEqual([2, 3, 1, 1])
    const expected = [133.333333333333, 200, 66.6666666666667, 66.6666666666667]
    expected.forEach((value, k) => {
      expect(rates[k]).toBeCloseTo(value, 10)
    })
  })
  it('excludes a spike on the right edge also where the last edge rounds past it', () => {
    expect(3 * 0.1 > 0.3).toBe(true)
    expect([...psth([{ times: [0.3] }], 0, 0.3, 0.1).counts]).toEqual([0, 0, 0])
  })
  it('aligns at each trigger', () => {
    const trials = [
      { times: [99, 101, 106], trigger: 100 },
      { times: [501], trigger: 500 },
    ]
    expect([...psth(trials, -5, 10, 5).counts]).toEqual([1, 2, 1])
  })
  it('counts truncated trials only where they were recorded', () => {
    const { counts, trials, rates } = psth([{ times: [1, 6, 11] }, { times: [1, 6, 11], coverage: [0, 12] }], 0, 20, 5)
    expect([...trials]).toEqual([2, 2, 1, 1])
    expect([...counts]).toEqual([2, 2, 1, 0])
    expect([...rates]).toEqual([200, 200, 200, 0])
    expect(psth([{ times: [], coverage: [0, 5] }], 0, 10, 5).rates[1]).toBeNaN()
  })
})

describe('intervals', () => {
  it('meets the golden numbers of A', () => {
    const isis = intervals(A)
    expect([...isis]).toEqual([10, 15, 25, 1, 29])
    expect(cv(isis)).toBeCloseTo(0.632455532033676, 14)
    expect(cv(isis, 1)).toBeCloseTo(Math.SQRT1_2, 14)
    expect(cv2(isis)).toBeCloseTo(1.15320512820513, 13)
    expect(lv(isis)).toBeCloseTo(1.3692615877712, 13)
    expect(lvR(isis, 5)).toBeCloseTo(2.34383406981743, 13)
    expect(lvR(isis, 0)).toBeCloseTo(lv(isis), 14)
  })
  it('meets the golden numbers of B', () => {
    const isis = intervals(B)
    expect(cv(isis)).toBeCloseTo(0.50126853163168, 14)
    expect(cv2(isis)).toBeCloseTo(0.938411068321209, 14)
    expect(lv(isis)).toBeCloseTo(0.666707563339399, 14)
  })
  it('is 1 for Poisson, 1 - r d with a dead time d, 0 for a regular train', () => {
    const isis = poisson(100_000, 20, 7)
    for (const measure of [cv, cv2, lv]) expect(Math.abs(measure(isis) - 1)).toBeLessThan(0.015)
    const dead = isis.map((isi) => isi + 5)
    expect(Math.abs(cv(dead) - (1 - 5 / 25))).toBeLessThan(0.01)
    expect([cv([20, 20, 20]), cv2([20, 20, 20]), lv([20, 20, 20])]).toEqual([0, 0, 0])
    // A mean that is not representable must not make a regular train irregular.
    expect(cv([0.1, 0.1, 0.1])).toBe(0)
  })
  it('has no value of too few intervals and skips two zero ones', () => {
    expect([cv([10]), cv2([10]), lv([10])]).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(lv([0, 0, 10])).toBe(3)
    expect(intervals([]).length + intervals([3]).length).toBe(0)
    expect(() => intervals([2, 1])).toThrow(/must ascend/)
    expect(() => lvR([1, 2], -1)).toThrow(RangeError)
  })
  it('does not reach across trials', () => {
    expect([...pooledIntervals([[1, 2], [], [100, 103, 110]])]).toEqual([1, 3, 7])
  })
  it('keeps what is outside a histogram', () => {
    const { counts, below, above } = histogram(intervals(A), linearEdges(5, 25, 2))
    expect([[...counts], below, above]).toEqual([[1, 1], 1, 2])
    const edges = logarithmicEdges(1, 1000, 3)
    ;[1, 10, 100, 1000].forEach((edge, k) => {
      expect(edges[k]).toBeCloseTo(edge, 10)
    })
    expect(() => histogram([1], [3, 2])).toThrow(/must ascend/)
  })
})

describe('counts', () => {
  it('meets the golden numbers', () => {
    expect(fano(binCounts(A, 0, 100, 20))).toBeCloseTo(0.583333333333333, 14)
    expect(countCorrelation(A, B, 0, 100, 10)).toBeCloseTo(0.603022689155527, 14)
    expect(countCorrelation(A, B, 0, 100, 25)).toBeCloseTo(0.904534033733291, 14)
  })
  it('is NaN where it says nothing', () => {
    expect([...binCounts(B, 0, 100, 20)]).toEqual([1, 1, 1, 1, 1])
    expect(countCorrelation(A, B, 0, 100, 20)).toBeNaN()
    expect(fano([0, 0])).toBeNaN()
    expect(fano([3])).toBeNaN()
    expect(variance([1e9, 1e9 + 1, 1e9 + 2], 1)).toBe(1)
  })
})

describe('correlograms', () => {
  it('meets the golden numbers', () => {
    expect([...crossCorrelogram(A, B, 5, 4).counts]).toEqual([0, 1, 3, 0, 4, 1, 1, 1, 0])
    expect([...crossCorrelogram(A, B, 5, 4, 0.1).counts]).toEqual([0, 1, 3, 0, 4, 1, 1, 1, 0])
    expect([...crossCorrelogram(A, B, 5, 4).lags]).toEqual([-20, -15, -10, -5, 0, 5, 10, 15, 20])
  })
  it('equals counting all pairs', () => {
    const draw = uniform(3)
    const a = Float64Array.from({ length: 200 }, () => draw() * 1000).sort()
    const b = Float64Array.from({ length: 150 }, () => draw() * 1000).sort()
    const { counts } = crossCorrelogram(a, b, 3, 10)
    const slow = new Float64Array(21)
    for (const s of a)
      for (const t of b) if (Math.abs(Math.floor((t - s) / 3 + 0.5)) <= 10) slow[Math.floor((t - s) / 3 + 0.5) + 10]++
    expect([...counts]).toEqual([...slow])
  })
  it('shows a response that is later at a positive lag', () => {
    expect([...crossCorrelogram([0, 50], [10, 60], 5, 3).counts]).toEqual([0, 0, 0, 0, 0, 2, 0])
  })
  it('removes the n zero lags of an autocorrelogram, not coincidences', () => {
    expect([...autoCorrelogram([0, 10, 10], 5, 2).counts]).toEqual([2, 0, 2, 0, 2])
  })
  it('normalises', () => {
    const one = crossCorrelogram(A, B, 5, 4)
    expect(correlogramRate(one, 6, 5)[4]).toBeCloseTo((4 / 30) * 1000, 10)
    expect(correlogramCoefficient(one, 6, 5)[4]).toBeCloseTo(4 / Math.sqrt(30), 14)
    expect(triangularCorrection(one, 100)[2]).toBeCloseTo(3 / 0.9, 14)
    expect(() => triangularCorrection(one, 15)).toThrow(RangeError)
    expect(correlogramRate(one, 0, 5)[0]).toBeNaN()
  })
  it('predicts what the stimulus explains', () => {
    const locked = [
      [5, 25],
      [5, 25],
      [5, 25],
    ]
    expect([...shiftPredictor(locked, locked, 5, 1).counts]).toEqual([0, 2, 0])
    const single = [[5], [50], [500]]
    expect([...shiftPredictor(single, single, 5, 1).counts]).toEqual([0, 0, 0])
    expect(() => shiftPredictor([[1]], [[1]], 5, 1)).toThrow(RangeError)
  })
})
