import { describe, expect, it } from 'vitest'
import {
  type BurstDetection,
  binMeans,
  burstFraction,
  burstProbability,
  burstProbabilityError,
  bursts,
  inWindow,
  meanBurstSize,
  multiplexed,
  multiplexingCorrelations,
  onsetsAndBursts,
  populationBursts,
  smoothCausal,
  smoothCentred,
  smoothedRatio,
} from '../../analysis/index.ts'

function summary(times: number[], threshold = 16, detector: BurstDetection = 'interval') {
  const { onsets, burstTimes } = bursts(times, threshold, detector)
  return [onsets.length, burstTimes.length]
}
const regular = (n: number, isi: number) => Array.from({ length: n }, (_, k) => k * isi)

describe('bursts by interval', () => {
  it('meets the golden example', () => {
    const found = bursts([5, 21, 37.1, 60, 70, 80.5, 120])
    expect([...found.onsets]).toEqual([5, 37.1, 60, 120])
    expect([...found.sizes]).toEqual([2, 1, 3, 1])
    expect([...found.burstTimes]).toEqual([21, 70])
    expect([...found.burstOnsets]).toEqual([5, 60])
    expect(burstProbability(4, 2)).toBe(0.5)
    expect(meanBurstSize(found.sizes)).toBe(2.5)
    expect(burstFraction(found.sizes)).toBe(5 / 7)
  })
  it('counts an ISI of exactly the threshold as burst', () => {
    expect(summary([0, 16])).toEqual([1, 1])
    expect(summary([0, 16.0000001])).toEqual([2, 0])
    expect(summary([0, 16.1])).toEqual([2, 0])
    expect(summary([7])).toEqual([1, 0])
    expect(summary([])).toEqual([0, 0])
    expect(burstProbability(1, 0)).toBe(0)
    expect(burstProbability(0, 0)).toBeNaN()
  })
  it('meets the detector tests of the companion', () => {
    expect(summary([0, 20, 40, 60])).toEqual([4, 0])
    expect(summary([0, 10, 20, 30])).toEqual([1, 1])
    expect(summary([0, 10, 40, 45])).toEqual([2, 2])
  })
  it('keeps an ISI of the threshold inside wherever it falls on the grid, in either detector', () => {
    expect(1.016 - 1.0 > 0.016).toBe(true)
    let outside = 0
    for (let tick = 0; tick < 20_000; tick++) {
      const pair = [tick / 10, (tick + 160) / 10]
      if (pair[1] - pair[0] > 16) outside++
      expect(summary(pair)).toEqual([1, 1])
      expect(summary(pair, 16, 'trace')).toEqual([1, 1])
      expect(summary([tick / 10, (tick + 161) / 10])).toEqual([2, 0])
    }
    // The tolerance has work to do.
    expect(outside).toBeGreaterThan(0)
  })
  it('has an error bar', () => {
    expect(burstProbabilityError(100, 20)).toBeCloseTo(0.04, 14)
    expect(burstProbabilityError(0, 0)).toBeNaN()
  })
})

describe('bursts by trace', () => {
  it('adds up: a regular 20 ms train is onset, onset, burst and nothing more', () => {
    expect(summary(regular(10, 20), 16, 'trace')).toEqual([2, 1])
    expect(bursts(regular(10, 20), 16, 'trace').sizes[1]).toBe(9)
    expect(summary(regular(10, 22), 16, 'trace')).toEqual([10, 0])
    expect(summary(regular(10, 20))).toEqual([10, 0])
  })
  it('swallows an onset until 24.8 ms after a burst of 5 ms', () => {
    expect(summary([0, 5, 5 + 24.7], 16, 'trace')).toEqual([1, 1])
    expect(summary([0, 5, 5 + 24.9], 16, 'trace')).toEqual([2, 1])
    expect(summary([0, 5, 5 + 24.7])).toEqual([2, 1])
  })
})

describe('bursts of a population', () => {
  const times = [0, 1, 10, 12, 40, 41, 45]
  const sources = [0, 2, 0, 2, 0, 1, 0]
  it('keeps neurons apart', () => {
    const found = populationBursts({ times, sources }, 3)
    expect([...found.onsets]).toEqual([0, 1, 40, 41])
    expect([...found.onsetSources]).toEqual([0, 2, 0, 1])
    expect([...found.sizes]).toEqual([2, 2, 2, 1])
    expect([...found.burstTimes]).toEqual([10, 12, 45])
    expect([...found.burstSources]).toEqual([0, 2, 0])
    expect([...found.burstOnsets]).toEqual([0, 1, 40])
  })
  it('equals the neurons one by one under both detectors', () => {
    const columns = { times: Float64Array.from({ length: 3000 }, (_, k) => 3 * k), sources: new Uint32Array(3000) }
    for (let k = 0; k < 3000; k++) columns.sources[k] = Math.floor(Math.abs(Math.sin(k * k)) * 7)
    for (const detector of ['interval', 'trace'] as const) {
      const all = populationBursts(columns, 7, 16, detector)
      expect(all.burstTimes.length).toBeGreaterThan(100)
      for (let unit = 0; unit < 7; unit++) {
        const alone = bursts(
          columns.times.filter((_, k) => columns.sources[k] === unit),
          16,
          detector,
        )
        expect([...all.onsets.filter((_, k) => all.onsetSources[k] === unit)]).toEqual([...alone.onsets])
        expect([...all.sizes.filter((_, k) => all.onsetSources[k] === unit)]).toEqual([...alone.sizes])
        expect([...all.burstTimes.filter((_, k) => all.burstSources[k] === unit)]).toEqual([...alone.burstTimes])
      }
    }
  })
  it('does not start a run anew where a window cuts it', () => {
    const { onsets, burstTimes } = bursts([95, 103, 110])
    expect([inWindow(onsets, 100, 200).length, inWindow(burstTimes, 100, 200).length]).toEqual([0, 1])
  })
  it('refuses wrong columns', () => {
    expect(() => populationBursts({ times: [1], sources: [3] }, 3)).toThrow(/source 3 in row 0/)
    expect(() => populationBursts({ times: [2, 1], sources: [0, 0] }, 1)).toThrow(/must ascend/)
    expect(() => bursts([1], 0)).toThrow(RangeError)
    expect(() => bursts([1], 16, 'other' as BurstDetection)).toThrow(/unknown burst detector "other"/)
  })
})

describe('smoothing', () => {
  const onsets = [4, 0, 10, 2, 5]
  const counts = [1, 0, 5, 1, 0]
  const kernel = [0.25, 0.5, 0.25]
  it('smooths numerator and denominator and divides then', () => {
    const expected = [0.25, 0.428571428571429, 0.5, 0.368421052631579, 0.0833333333333333]
    const found = smoothedRatio(counts, onsets, kernel)
    expected.forEach((value, k) => {
      expect(found[k]).toBeCloseTo(value, 14)
    })
    const ratios = counts.map((count, k) => (onsets[k] ? count / onsets[k] : 0))
    expect([...smoothCentred(ratios, kernel)]).toEqual([0.125, 0.1875, 0.375, 0.375, 0.125])
  })
  it('is NaN where the denominator is empty', () => {
    expect(smoothedRatio([0, 0, 0], [0, 0, 0], kernel)[1]).toBeNaN()
  })
  it('delays by the mean of a causal kernel', () => {
    expect([...smoothCausal([0, 1, 0, 0], [0.5, 0.3, 0.2])]).toEqual([0, 0.5, 0.3, 0.2])
    expect([...smoothCentred([0, 0, 1, 0], [0.5, 0.3, 0.2])]).toEqual([0, 0.5, 0.3, 0.2])
    expect(() => smoothCentred([1], [0.5, 0.5])).toThrow(/odd number/)
  })
})

describe('multiplexing', () => {
  const window = { from: 0, to: 30, width: 10, units: 2 }
  it('gives rates and leaves a gap', () => {
    const streams = multiplexed([1, 2, 3, 4, 25], [6, 26], window)
    expect([...streams.centres]).toEqual([5, 15, 25])
    expect([...streams.eventRate]).toEqual([200, 0, 50])
    expect([...streams.burstRate]).toEqual([50, 0, 50])
    expect([...streams.burstProbability]).toEqual([0.25, Number.NaN, 1])
    expect(() => multiplexed([1], [], { ...window, units: 0 })).toThrow(RangeError)
  })
  it('reads the kinds of a stream', () => {
    const { onsets, bursts: second } = onsetsAndBursts({ times: [1, 4, 40], sources: [0, 0, 0], kinds: [5, 3, 5] })
    expect([[...onsets], [...second]]).toEqual([[1, 40], [4]])
    expect(() => onsetsAndBursts({ times: [1], sources: [0] })).toThrow(RangeError)
  })

  // A population that multiplexes perfectly: onsets at the somatic rate, bursts with the dendritic probability.
  const to = 3350
  const somatic = (t: number) => 300 + 100 * Math.sin((2 * Math.PI * t) / 500)
  const dendritic = (t: number) => 100 + 200 * Math.sin((2 * Math.PI * t) / (500 * Math.sqrt(5)))
  function population(delay: number) {
    const onsets: number[] = []
    const second: number[] = []
    let phase = 0
    let owed = 0
    for (let t = 0.05; t < to; t += 0.1) {
      phase += somatic(t - delay) / 500
      while (phase >= 1) {
        phase--
        onsets.push(t)
        owed += 0.3 + dendritic(t - delay) / 1000
        if (owed >= 1) {
          owed--
          second.push(t)
        }
      }
    }
    return { onsets, second }
  }
  const bins = { from: 0, to, width: 50, units: 100 }
  const inputs = [somatic, dendritic].map((input) => binMeans(input, 0, to, 50))
  it('finds both inputs at lag 0 and no cross-talk', () => {
    const { onsets, second } = population(0)
    const found = multiplexingCorrelations(inputs[0], inputs[1], multiplexed(onsets, second, bins), 4)
    expect(found.somaticEventRate.zero).toBeGreaterThan(0.999)
    expect(found.dendriticBurstProbability.zero).toBeGreaterThan(0.999)
    expect(found.somaticEventRate.lag).toBe(0)
    expect(found.dendriticBurstProbability.lag).toBe(0)
    expect(Math.abs(found.dendriticEventRate.zero)).toBeLessThan(0.2)
    expect(Math.abs(found.somaticBurstProbability.zero)).toBeLessThan(0.2)
    expect(found.dendriticBurstProbability.pairs).toBe(67)
  })
  it('sees a response two bins late at lag 2, and what misalignment costs', () => {
    const { onsets, second } = population(100)
    const found = multiplexingCorrelations(inputs[0], inputs[1], multiplexed(onsets, second, bins), 4)
    expect(found.somaticEventRate.lag).toBe(2)
    expect(found.dendriticBurstProbability.lag).toBe(2)
    expect(found.somaticEventRate.peak).toBeGreaterThan(0.999)
    expect(found.somaticEventRate.zero).toBeLessThan(0.4)
  })
})
