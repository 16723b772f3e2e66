/** Statistics of the worker against plain computations from the same rows. */
import { describe, expect, it } from 'vitest'
import { cv, intervals, multiplexed, onsetsAndBursts, populationBursts, psth } from '../../analysis/index.ts'
import { kinds } from '../../engine/description.ts'
import { openTrace } from '../../engine/trace/index.ts'
import type { BurstThreshold, EventAt, RowOrder, Selection } from '../../viewer/trace-service.ts'
import { byId, filtered, hold, holdTwo, isSpike, type Rows, record, sampleAt, sampleTimes, until, weightsAt, weightTimes } from './viewer-trace-fixture.ts'

const recorded = record(11)
const held = hold(recorded.bytes)
// a cache that holds a single chunk
const narrow = hold(recorded.bytes, 1)
const spikes = filtered(recorded.cells, isSpike)
const byRate: RowOrder = { by: 'rate' }

function selection(from: number, to: number, first: number, last: number, order = byId): Selection {
  return { from, to, rows: [{ population: 'cells', first, last, order }] }
}

function onsetsOf(rows: Rows, threshold: BurstThreshold): { onsets: Float64Array; bursts: Float64Array; sizes: [onset: number, size: number][] } {
  // sizes of marked bursts are those of the detector that marked them
  const found = populationBursts(rows, 40, threshold === 'recorded' ? 16 : threshold)
  const sizes = Array.from(found.onsets, (onset, i): [number, number] => [onset, found.sizes[i]])
  if (threshold === 'recorded') return { ...onsetsAndBursts(rows), sizes }
  return { onsets: found.onsets, bursts: found.burstTimes, sizes }
}

describe('a summary', () => {
  it('has the counts, rates, intervals and bursts of a plain look', async () => {
    for (const { answers, opened } of [await held, await narrow]) {
      const ranks = await answers.order(opened.id, 'cells', byRate)
      for (const threshold of ['recorded', 16, 30, 4] as const) {
        for (const [from, to, first, last, order] of [[0, until, 0, 40, byId], [333.3, 1999.9, 5, 17, byId], [1000, 3000, 0, 9, byRate], [2000, 2000.05, 0, 40, byId]] as const) {
          const { populations, histogram } = await answers.summary(opened.id, selection(from, to, first, last, order), threshold)
          const units = new Set(order === byRate ? ranks.subarray(first, last) : Array.from({ length: last - first }, (_, i) => first + i))
          const chosen = filtered(spikes, (_, unit) => units.has(unit))
          const inside = filtered(chosen, (t) => t >= from && t < to)
          const trains = [...units].map((unit) => filtered(inside, (_, u) => u === unit).times).map(intervals)
          const { onsets, bursts, sizes } = onsetsOf(chosen, threshold)
          const within = (times: Float64Array) => times.filter((t) => t >= from && t < to).length
          const [found] = populations
          expect(found).toMatchObject({ population: 'cells', units: units.size, spikes: inside.times.length, onsets: within(onsets), bursts: within(bursts) })
          expect(found.plateaus).toBe(filtered(recorded.cells, (t, u, kind) => units.has(u) && t >= from && t < to && (kind & kinds.plateau_on) !== 0).times.length)
          expect(found.rate).toBeCloseTo((1000 * inside.times.length) / (units.size * (to - from)), 9)
          expect(found.burstProbability).toEqual(found.bursts / found.onsets)
          const plainSizes: number[] = []
          for (const [onset, size] of sizes) if (onset >= from && onset < to) plainSizes[size - 1] = (plainSizes[size - 1] ?? 0) + 1
          expect(found.burstSizes).toEqual(Array.from(plainSizes, (n) => n ?? 0))
          const pooled = trains.flatMap((train) => [...train])
          expect(found.intervals).toBe(pooled.length)
          if (pooled.length > 0) expect(found.meanInterval).toBeCloseTo(pooled.reduce((a, b) => a + b, 0) / pooled.length, 9)
          const cvs = trains.map((train) => cv(train)).filter((value) => !Number.isNaN(value))
          if (cvs.length > 0) expect(found.cv).toBeCloseTo(cvs.reduce((a, b) => a + b, 0) / cvs.length, 9)
          else expect(found.cv).toBeNaN()
          expect(histogram.counts.reduce((a, b) => a + b, 0)).toBe(pooled.length)
          histogram.counts.forEach((count, bin) => {
            expect(count).toBe(pooled.filter((i) => i >= histogram.edges[bin] && i < histogram.edges[bin + 1]).length)
          })
        }
      }
    }
  })
})

describe('what a population sends', () => {
  it('is that of analysis/multiplexing', async () => {
    const { answers, opened } = await held
    for (const threshold of ['recorded', 16, 8] as const) {
      for (const [from, to, bin, units] of [[0, until, 50, undefined], [101.3, 2000, 0.3, [3, 20]], [0, until, 7, [0, 1]]] as const) {
        const own = filtered(spikes, (_, unit) => !units || (unit >= units[0] && unit < units[1]))
        const { onsets, bursts } = onsetsOf(own, threshold)
        const expected = multiplexed(onsets, bursts, { from, to, width: bin, units: units ? units[1] - units[0] : 40 })
        const found = await answers.code({ trace: opened.id, population: 'cells', from, to, bin, threshold, ...(units && { units: [...units] }) })
        expect(found.centres).toEqual(expected.centres)
        expect(found.onsets).toEqual(expected.onsetCounts)
        expect(found.bursts).toEqual(expected.burstCounts)
        expect(found.burstProbability).toEqual(expected.burstProbability)
        found.eventRate.forEach((rate, k) => {
          expect(rate).toBeCloseTo(expected.eventRate[k], 9)
        })
      }
    }
  })

  it('aligned at triggers is that of analysis/psth', async () => {
    const { answers, opened } = await held
    const triggers = [3000, 10, 250, 260, 1000, 4450]
    const expected = psth(triggers.map((trigger) => ({ times: spikes.times, trigger, coverage: [0, until] as const })), -50, 100, 7)
    const found = await answers.psth({ trace: opened.id, population: 'cells', triggers, from: -50, to: 100, bin: 7 })
    expect(found.trials).toBe(6)
    expect(expected.counts.reduce((a, b) => a + b, 0)).toBeGreaterThan(100)
    found.rates.forEach((rate, k) => {
      expect(rate).toBeCloseTo(expected.rates[k] / 40, 9)
    })
  })
})

describe('single events', () => {
  const { times, sources } = recorded.cells
  const neighbours = (time: number, unit: number) => {
    const own = filtered(spikes, (t, u) => u === unit && t !== time).times
    const [before, after] = [own.findLast((t) => t < time), own.find((t) => t > time)]
    return { ...(before !== undefined && { before: time - before }), ...(after !== undefined && { after: after - time }) }
  }

  it('are found under the pointer, with the intervals around them', async () => {
    for (const { answers, opened } of [await held, await narrow]) {
      for (const at of [0, 7, 500, times.length - 1]) {
        const found = await answers.eventAt(opened.id, 'cells', times[at] + 0.02, sources[at], byId, 1, 0, 'recorded')
        expect(found).toMatchObject({ population: 'cells', unit: sources[at], time: times[at], ...neighbours(times[at], sources[at]) })
        // two rows up is not within one
        const away = await answers.eventAt(opened.id, 'cells', times[at], 39, byId, 0.01, 0, 'recorded')
        expect(away).toBeUndefined()
      }
      const near = (await answers.eventAt(opened.id, 'cells', 1000, 39, byId, 50, 2, 'recorded')) as EventAt
      expect([37, 38]).toContain(near.unit)
    }
  })

  it('follow each other forward and backward', async () => {
    for (const { answers, opened } of [await held, await narrow]) {
      const all = [...new Set([...times, ...recorded.readers.times])].sort((a, b) => a - b)
      let time = -1
      for (const expected of all.slice(0, 60)) {
        const found = (await answers.nextEvent(opened.id, ['cells', 'readers'], time, 1)) as EventAt
        expect(found.time).toBe(expected)
        time = found.time
      }
      expect((await answers.nextEvent(opened.id, ['cells', 'readers'], time, -1))?.time).toBe(all[58])
      const own = filtered(recorded.cells, (_, unit) => unit === 4).times
      expect((await answers.nextEvent(opened.id, ['cells'], own[0], 1, 4))?.time).toBe(own.find((t) => t > own[0]))
      expect((await answers.nextEvent(opened.id, ['cells'], until, -1, 4))?.time).toBe(own.at(-1))
      expect(await answers.nextEvent(opened.id, ['cells'], until, 1)).toBeUndefined()
      expect(await answers.nextEvent(opened.id, ['cells'], -1, 1, 39)).toBeUndefined()
    }
  })
})

describe('curves', () => {
  it('of samples keep extremes, and everything when near', async () => {
    const { answers, opened } = await held
    const [near] = await answers.sampled({ trace: opened.id, samples: 'membrane', variables: ['V'], columns: [0], from: 100.5, to: 200, width: 500 })
    expect([...near.times]).toEqual(sampleTimes.filter((t) => t >= 100 && t <= 200))
    expect([...near.values]).toEqual([...near.times].map((t) => sampleAt(t)[0]))
    const far = await answers.sampled({ trace: opened.id, samples: 'membrane', variables: ['V', 'w'], columns: [0, 1], from: 0, to: until, width: 100 })
    expect(far.map((s) => s.name)).toEqual(['V, unit 3', 'V, unit 0', 'w, unit 3', 'w, unit 0'])
    far.forEach(({ times, values }, place) => {
      expect(times.length).toBeLessThanOrEqual(404)
      for (let column = 0; column < 100; column++) {
        const inside = (t: number) => Math.floor((t * 100) / until) === column
        const all = sampleTimes.filter(inside).map((t) => sampleAt(t)[place]).filter((v) => !Number.isNaN(v))
        const kept = [...values].filter((v, i) => inside(times[i]) && !Number.isNaN(v))
        expect([Math.min(...kept), Math.max(...kept), kept.at(-1)]).toEqual([Math.min(...all), Math.max(...all), all.at(-1)])
      }
      expect([...times]).toEqual([...times].sort((a, b) => a - b))
    })
  })

  it('of weights have the quantiles of all of them', async () => {
    const { answers, opened } = await held
    const found = await answers.weights(opened.id, 'forward')
    expect([...found.times]).toEqual(weightTimes)
    weightTimes.forEach((time, k) => {
      const sorted = weightsAt(time).sort()
      expect(found.quantiles[2][k]).toBeCloseTo((sorted[139] + sorted[140]) / 2, 12)
      expect(found.quantiles[0][k]).toBeCloseTo(sorted[13] + 0.95 * (sorted[14] - sorted[13]), 12)
      expect(found.mean[k]).toBeCloseTo(sorted.reduce((a, b) => a + b, 0) / 280, 12)
      expect([found.counts[k], found.histograms[k].reduce((a, b) => a + b, 0)]).toEqual([280, 280])
      found.histograms[k].slice(0, -1).forEach((count, bin) => {
        expect(count).toBe(sorted.filter((w) => w >= found.edges[bin] && w < found.edges[bin + 1]).length)
      })
    })
  })

  it('of the overview share out every spike', async () => {
    const { answers, opened } = await held
    const counts = await answers.overview(opened.id, 0, 5000, 77)
    expect(counts.cells.reduce((a, b) => a + b, 0)).toBeCloseTo(spikes.times.length, 6)
    expect(counts.quiet.every((count) => count === 0)).toBe(true)
    const bin = 5000 / 77
    const plain = spikes.times.filter((t) => t >= 10 * bin && t < 11 * bin).length
    expect(Math.abs(counts.cells[10] - plain)).toBeLessThan(3)
  })
})

describe('two traces', () => {
  it('that are the same differ nowhere', async () => {
    const { answers, a, b } = await holdTwo(recorded.bytes, recorded.bytes)
    expect(await answers.compare(a, b)).toMatchObject({ same: true, compared: expect.any(Number), headers: [] })
  })

  it('differ first where the first of their rows does', async () => {
    const changed = record(11, ({ sources }, header) => {
      sources[700] = (sources[700] + 1) % 40
      sources[50] = (sources[50] + 1) % 40
      header.seed = 2
      header.scenario = header.scenario.replace('16 ms', '17 ms')
    })
    const { answers, a, b } = await holdTwo(recorded.bytes, changed.bytes)
    const { same, first, headers } = await answers.compare(a, b)
    expect(same).toBe(false)
    expect(first).toMatchObject({ time: recorded.cells.times[50], what: 'event', name: 'cells', unit: recorded.cells.sources[50] })
    expect(first?.b).toContain(`unit ${changed.cells.sources[50]} `)
    expect(headers).toEqual(['Another seed: 1 and 2.', 'The scenarios differ in populations.cells.bursts.interval.'])
  })

  it('that have no name in common are not called the same', async () => {
    const renamed = record(11, (_, header) => {
      const other = (name: string) => `other_${name}`
      header.populations = header.populations.map((p) => ({ ...p, name: other(p.name) }))
      header.samples = header.samples.map((s) => ({ ...s, name: other(s.name), population: other(s.population) }))
      header.weights = header.weights.map((w) => ({ ...w, name: other(w.name), from: other(w.from), to: other(w.to) }))
    })
    const { answers, a, b } = await holdTwo(recorded.bytes, renamed.bytes)
    const found = await answers.compare(a, b)
    expect(found).toMatchObject({ same: false, compared: 0 })
    expect(found.first).toBeUndefined()
  })

  it('of which one ends earlier differ where it ends', async () => {
    const shorter = record(11, (cells) => {
      const n = cells.times.length - 1
      Object.assign(cells, { times: cells.times.slice(0, n), sources: cells.sources.slice(0, n), kinds: cells.kinds.slice(0, n) })
    })
    const { answers, a, b } = await holdTwo(recorded.bytes, shorter.bytes)
    expect((await answers.compare(a, b)).first).toMatchObject({ time: recorded.cells.times.at(-1), b: 'nothing more' })
  })
})

describe('a table of events', () => {
  it('holds the rows of the selection, as CSV and as records', async () => {
    const { answers, opened } = await held
    const both: Selection = { from: 500, to: 1500, rows: [{ population: 'cells', first: 3, last: 9, order: byId }, { population: 'readers', first: 0, last: 7, order: byId }] }
    const own = filtered(recorded.cells, (t, u) => t >= 500 && t < 1500 && u >= 3 && u < 9)
    const readers = filtered(recorded.readers, (t) => t >= 500 && t < 1500)
    const csv = (await (await answers.exportEvents(opened.id, both, 'csv')).text()).trimEnd().split('\n')
    const line = (population: string) => (time: number, u: number, kind: number) => `${population},${time},${u},${kind}`
    const lines = (rows: Rows, population: string) => Array.from(rows.times, (time, i) => line(population)(time, rows.sources[i], rows.kinds[i]))
    expect(csv).toEqual(['population,time_ms,unit,kind', ...lines(own, 'cells'), ...lines(readers, 'readers')])
    const npy = Buffer.from(await (await answers.exportEvents(opened.id, both, 'npy')).arrayBuffer())
    const headerLength = 10 + npy.readUInt16LE(8)
    const count = own.times.length + readers.times.length
    expect(npy.subarray(10, headerLength).toString()).toContain(`[('time_ms', '<f8'), ('unit', '<u4'), ('kind', '|u1')], 'fortran_order': False, 'shape': (${count},)`)
    expect(npy.length).toBe(headerLength + 13 * count)
    const at = headerLength + 13 * 5
    expect([npy.readDoubleLE(at), npy.readUInt32LE(at + 8), npy.readUInt8(at + 12)]).toEqual([own.times[5], own.sources[5], own.kinds[5]])
    const file = (await answers.file(opened.id)) as Blob
    expect(openTrace(await file.arrayBuffer()).events('cells').times).toEqual(recorded.cells.times)
  })
})
