/** The raster's image against a plain look at every spike: ink in its pixel, and no ink where nothing is; counts; bursts; other traces. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeViewerTrace } from '../../bench/viewer-trace.ts'
import { kinds } from '../../engine/description.ts'
import { openTrace } from '../../engine/trace/index.ts'
import { countInto, type Density, densityTotal, halved, makeDensity } from '../../engine/trace/density.ts'
import { populationBursts } from '../../analysis/index.ts'
import { burstMembers } from '../../figures/burst-members.ts'
import { correct, makePacked, pack, unpack } from '../../viewer/store/packed-classes.ts'
import { beginClassification, classify, spikeClass } from '../../viewer/store/spike-classes.ts'
import type { RasterImage, RasterRequest } from '../../viewer/trace-service.ts'
import { byId, cellRows, filtered, hold, holdTwo, isSpike, type Rows, rasterRequest, record, until } from './viewer-trace-fixture.ts'

const recorded = record(7)
const held = hold(recorded.bytes)

function inkAt({ pixels, width }: RasterImage, x: number, y: number): boolean {
  const at = 4 * (y * width + x)
  return pixels[at] !== 255 || pixels[at + 1] !== 255 || pixels[at + 2] !== 255
}

/** Where a unit's spikes must have ink: the lowest line of its row; undefined if the row is not shown. */
function lineOf(request: RasterRequest, rank: number): number | undefined {
  const { first, last, top, height } = request.rows[0]
  const unitHeight = height / (last - first)
  if (unitHeight < 1) {
    const line = height - 1 - Math.floor((rank + 0.5 - first) * unitHeight)
    return line >= 0 && line < height ? top + line : undefined
  }
  const [low, high] = [Math.floor((rank - first) * unitHeight), Math.floor((rank + 1 - first) * unitHeight)]
  const [lowest, highest] = [Math.max(0, low), Math.min(height, high)]
  return lowest < highest ? top + height - 1 - lowest : undefined
}

function columnOf({ from, to, width }: RasterRequest, time: number): number {
  return Math.min(width - 1, Math.floor((time - from) * (width / (to - from))))
}

/** Spikes of the window and rows, with their pixels. */
function expected(rows: Rows, request: RasterRequest): { x: number; y: number; unit: number }[] {
  const spikes = filtered(rows, (t, unit, kind) => isSpike(t, unit, kind) && t >= request.from && t < request.to && lineOf(request, unit) !== undefined)
  return Array.from(spikes.times, (time, i) => ({ x: columnOf(request, time), y: lineOf(request, spikes.sources[i]) as number, unit: spikes.sources[i] }))
}

const windows = fc.record({
  from: fc.double({ min: -100, max: until, noNaN: true }),
  length: fc.double({ min: 0.5, max: 6000, noNaN: true }),
  width: fc.integer({ min: 1, max: 500 }),
  height: fc.integer({ min: 1, max: 300 }),
  top: fc.integer({ min: 0, max: 5 }),
  first: fc.double({ min: 0, max: 38, noNaN: true }),
  rows: fc.double({ min: 0.5, max: 40, noNaN: true }),
  whole: fc.boolean(),
})

describe('a raster', () => {
  it('has ink in the pixel of every spike, whatever the window, and counts what it shows', async () => {
    const { answers, opened } = await held
    await fc.assert(
      fc.asyncProperty(windows, fc.constantFrom('recorded' as const, 16, 5), fc.constantFrom('now' as const, 'exact' as const), async (w, threshold, quality) => {
        const rows = w.whole ? { first: 0, last: 40 } : { first: w.first, last: Math.min(40, w.first + w.rows) }
        const plain = rasterRequest(opened.id, {})
        const request = { ...plain, threshold, quality, from: w.from, to: w.from + w.length, width: w.width, height: w.height + w.top, rows: [{ ...plain.rows[0], ...rows, top: w.top, height: w.height }] }
        const image = await answers.raster(request)
        const spikes = expected(recorded.cells, request)
        expect(image.shown).toBe(spikes.length)
        expect(image.of).toBe(filtered(recorded.cells, isSpike).times.length + recorded.readers.times.length)
        if (quality === 'exact') expect(image.exact).toBe(true)
        for (const { x, y } of spikes) if (!inkAt(image, x, y)) throw new Error(`no ink at ${x}, ${y}`)
        // bars may be two pixels wide and a row tall: beyond that there is nothing
        const columns = new Set(spikes.flatMap(({ x }) => [x, x + 1]))
        for (let x = 0; x < image.width; x++) {
          if (!columns.has(x)) for (let y = 0; y < image.height; y++) if (inkAt(image, x, y)) throw new Error(`ink at ${x}, ${y} without a spike`)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('tells singlets, onsets and spikes inside bursts apart', async () => {
    const { answers, opened } = await held
    const [first, second] = [spikeOf('onset'), spikeOf('singlet')]
    for (const { time, unit, tall } of [first, second]) {
      const request = rasterRequest(opened.id, { from: time - 4, to: time + 4, width: 80, height: 20, rows: [{ ...rasterRequest(0, {}).rows[0], first: unit, last: unit + 1, height: 20 }] })
      const image = await answers.raster(request)
      const x = columnOf(request, time)
      let lines = 0
      for (let y = 0; y < 20; y++) if (inkAt(image, x, y)) lines++
      expect(lines).toBe(tall)
    }
  })

  it('draws plateaus as bars from their beginning to their end', async () => {
    const { answers, opened } = await held
    const { times, sources, kinds: marks } = recorded.cells
    const begins = (unit: number, from: number, to: number) => times.findIndex((t, i) => sources[i] === unit && (marks[i] & kinds.plateau_on) !== 0 && t > from && t < to)
    // it lasts 40 ms; no other one of the unit follows at once
    const at = times.findIndex((t, i) => (marks[i] & kinds.plateau_on) !== 0 && begins(sources[i], t, t + 70) < 0 && begins(sources[i], t - 50, t) < 0)
    const [unit, on] = [sources[at], times[at]]
    const rows = [{ ...rasterRequest(0, {}).rows[0], first: unit, last: unit + 1, height: 20 }]
    const image = await answers.raster(rasterRequest(opened.id, { from: on - 10, to: on + 60, width: 70, height: 20, plateaus: true, rows }))
    // the line is above the bars of spikes inside bursts, and between other spikes
    const yellow = Array.from({ length: 70 }, (_, x) => image.pixels[4 * (5 * 70 + x)] === 250 && image.pixels[4 * (5 * 70 + x) + 2] === 0)
    const spike = (x: number) => times.some((t, i) => sources[i] === unit && (marks[i] & kinds.spike) !== 0 && Math.abs(t - (on - 10 + x)) < 2)
    expect(yellow.map((y, x) => (spike(x) ? undefined : y))).toEqual(yellow.map((_, x) => (spike(x) ? undefined : x >= 10 && x < 50)))
  })

  it('orders rows by rate, first spike and a sampled variable', async () => {
    const { answers, opened } = await held
    const spikes = filtered(recorded.cells, isSpike)
    const rate = Array.from({ length: 40 }, (_, unit) => spikes.sources.filter((s) => s === unit).length)
    const byRate = await answers.order(opened.id, 'cells', { by: 'rate' })
    expect([...byRate]).toEqual(rate.map((_, u) => u).sort((a, b) => rate[b] - rate[a] || a - b))
    const first = Array.from({ length: 40 }, (_, unit) => spikes.times[spikes.sources.indexOf(unit)] ?? Number.POSITIVE_INFINITY)
    const byFirst = await answers.order(opened.id, 'cells', { by: 'first_spike' })
    expect([...byFirst]).toEqual(first.map((_, u) => u).sort((a, b) => (first[a] === first[b] ? a - b : first[a] - first[b])))
    expect(byFirst.at(-1)).toBe(39)
    // V of unit 3 is sin(t / 7) t, that of unit 0 is t mod 13: at 3 ms 1.2 and 3
    const byVariable = await answers.order(opened.id, 'cells', { by: 'variable', samples: 'membrane', variable: 'V', at: 3.5 })
    expect([...byVariable.subarray(0, 3)]).toEqual([3, 0, 1])
    await expect(answers.order(opened.id, 'cells', { by: 'variable', samples: 'membran', variable: 'V', at: 1 })).rejects.toThrow(/did you mean/)
  })

  it('over another one shows what only one of them has', async () => {
    const other = record(7, ({ sources }) => {
      sources[100] = (sources[100] + 1) % 40
    })
    const { answers, opened } = await held
    const [only, onlyFirst] = [[0, 0, 255] as const, [0, 255, 0] as const]
    const count = (image: RasterImage, [r, g, blue]: readonly number[]) => {
      let found = 0
      for (let i = 0; i < image.pixels.length; i += 4) if (image.pixels[i] === r && image.pixels[i + 1] === g && image.pixels[i + 2] === blue) found++
      return found
    }
    const time = recorded.cells.times[100]
    const window = { from: time - 2, to: time + 2, width: 41, height: 40, rows: [{ ...rasterRequest(0, {}).rows[0], height: 40 }] }
    const same = await answers.raster(rasterRequest(opened.id, { ...window, over: { trace: opened.id, only, onlyFirst } }))
    expect([count(same, only), count(same, onlyFirst)]).toEqual([0, 0])
    const both = await holdTwo(recorded.bytes, other.bytes)
    const image = await both.answers.raster(rasterRequest(both.a, { ...window, over: { trace: both.b, only, onlyFirst } }))
    expect([count(image, only), count(image, onlyFirst)]).toEqual([1, 1])
  })
})

/** A spike with nothing of its unit for 10 ms around it, and how many of 20 pixels it is tall, of which one is the gap. */
function spikeOf(what: 'onset' | 'singlet'): { time: number; unit: number; tall: number } {
  const { times, sources, kinds: marks } = filtered(recorded.cells, isSpike)
  const members = burstMembers(sources, marks, 40)
  const at = times.findIndex((time, i) => {
    const alone = !times.some((t, j) => j !== i && sources[j] === sources[i] && Math.abs(t - time) < 10)
    return alone && (marks[i] & kinds.onset) !== 0 && members[i] === (what === 'onset' ? 1 : 0)
  })
  return { time: times[at], unit: sources[at], tall: what === 'onset' ? 19 : 15 }
}

describe('classes of spikes', () => {
  const rows = cellRows(3)
  const spikes = filtered(rows, isSpike)

  function classes(threshold: 'recorded' | number, batch: number, { times, sources, kinds: marks } = spikes): Uint8Array {
    const state = beginClassification(40, threshold)
    const bytes = new Uint8Array(times.length)
    for (let i = 0; i < times.length; i += batch) classify(state, { times, sources, kinds: marks }, i, Math.min(times.length, i + batch), bytes, 0, () => {})
    return bytes
  }

  it('by marks are those of burst-members', () => {
    const members = burstMembers(spikes.sources, spikes.kinds, 40)
    expect(Array.from(classes('recorded', 7), (c) => Number(c > spikeClass.singlet))).toEqual([...members])
  })

  it('by interval are those of analysis/bursts, in any batches', () => {
    for (const threshold of [5, 16, 40]) {
      const found = classes(threshold, 13)
      expect(found).toEqual(classes(threshold, 1e9))
      const { onsets, sizes, burstTimes } = populationBursts(spikes, 40, threshold)
      const timesOf = (...wanted: number[]) => Array.from(spikes.times).filter((_, i) => wanted.includes(found[i]))
      expect(timesOf(spikeClass.singlet, spikeClass.onset)).toEqual([...onsets])
      expect(timesOf(spikeClass.second)).toEqual([...burstTimes])
      expect(timesOf(spikeClass.singlet).length).toBe(sizes.filter((s) => s === 1).length)
    }
  })
})

describe('counts by time and unit', () => {
  const total = (counts: Uint32Array = new Uint32Array(0)) => counts.reduce((sum, n) => sum + n, 0)

  it('lose no spike, however much they widen, and do not depend on batches', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 33 }), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 500 }), (seed, bins, bands, batch) => {
        const { times, sources, kinds: marks } = cellRows(seed, 40, 300)
        const density = makeDensity(40, bins, bands)
        for (let i = 0; i < times.length; i += batch) countInto(density, times, sources, marks, i, Math.min(times.length, i + batch))
        const whole = makeDensity(40, bins, bands)
        countInto(whole, times, sources, marks, 0, times.length)
        expect(density).toEqual(whole)
        const spikes = filtered({ times, sources, kinds: marks }, isSpike)
        expect(densityTotal(density)).toBe(spikes.times.length)
        spikes.times.forEach((time, i) => {
          expect(density.all[Math.floor(spikes.sources[i] / density.bandSize) * density.bins + Math.floor(time / density.width)]).toBeGreaterThan(0)
        })
        let half: Density = { ...density, inBurst: density.all.slice() }
        for (let k = 0; k < 4; k++) {
          half = halved(half)
          expect([total(half.all), total(half.inBurst)]).toEqual([spikes.times.length, spikes.times.length])
        }
        expect(density.bands).toBeLessThanOrEqual(bands)
      }),
      { numRuns: 30 },
    )
  })
})

describe('a raster of more spikes than can be looked at at once', () => {
  const parts: Uint8Array[] = []
  writeViewerTrace({ write: (bytes) => void parts.push(bytes) }, 2_600_000, 400)
  const bytes = new Uint8Array(Buffer.concat(parts))
  const trace = openTrace(bytes)
  const large = hold(bytes)
  const rows = [{ ...rasterRequest(0, {}).rows[0], population: 'a_pyramidal', last: 400, height: 200 }]

  it('answers at once from counts, and says how many spikes there are exactly', async () => {
    const { answers, opened } = await large
    const { times, sources } = trace.events('a_pyramidal')
    const end = trace.until
    for (const [from, to, first, last] of [[0, end, 0, 400], [-5, end + 5, 10, 390], [end * 0.02, end * 0.98, 0, 400], [end * 0.013, end * 0.97, 100.5, 299.5]]) {
      const request = rasterRequest(opened.id, { from, to, quality: 'now', rows: [{ ...rows[0], first, last }] })
      const image = await answers.raster(request)
      expect(image.exact).toBe(false)
      let count = 0
      for (let i = 0; i < times.length; i++) if (times[i] >= from && times[i] < to && lineOf(request, sources[i]) !== undefined) count++
      expect(image.shown).toBe(count)
      const exact = await answers.raster({ ...request, quality: 'exact' })
      expect([exact.exact, exact.shown]).toEqual([true, count])
      // about the same picture
      let [ink, both] = [0, 0]
      for (let y = 0; y < 200; y++) {
        for (let x = 0; x < 300; x++) {
          if (!inkAt(exact, x, y)) continue
          ink++
          if (inkAt(image, x, y)) both++
        }
      }
      expect(both / ink).toBeGreaterThan(0.97)
    }
  })

  it('stops an exact image that is not wanted any more', async () => {
    const { answers, opened } = await large
    const request = rasterRequest(opened.id, { from: 0, to: trace.until, threshold: 9, rows })
    const slow = answers.raster(request)
    await answers.raster({ ...request, quality: 'now', to: 100 })
    expect((await slow).exact).toBe(false)
    const again = await answers.raster(request)
    expect([again.exact, again.shown]).toEqual([true, trace.totals('a_pyramidal').spike])
    expect(await answers.order(opened.id, 'a_pyramidal', byId)).toHaveLength(400)
  })
})

describe('classes of rows, packed', () => {
  it('come back, whatever is corrected, and rows that are no spikes have none', () => {
    const row = fc.tuple(fc.constantFrom(kinds.spike, kinds.spike | kinds.burst, kinds.plateau_on), fc.integer({ min: spikeClass.singlet, max: spikeClass.later }), fc.integer({ min: spikeClass.singlet, max: spikeClass.later }))
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.nat(30), (rows, split) => {
        const marks = Uint8Array.from(rows, ([mark]) => mark)
        const classes = (which: 1 | 2) => Uint8Array.from(rows, (r) => (r[0] & kinds.spike ? r[which] : spikeClass.none))
        const packed = makePacked(rows.length)
        const back = () => {
          const found = new Uint8Array(rows.length)
          unpack(packed, marks, rows.length, found)
          return found
        }
        const middle = Math.min(split, rows.length)
        pack(packed, classes(1), 0, middle)
        pack(packed, classes(1), middle, rows.length)
        expect(back()).toEqual(classes(1))
        classes(2).forEach((found, i) => {
          if (found !== spikeClass.none) correct(packed, i, found)
        })
        expect(back()).toEqual(classes(2))
      }),
    )
  })
})
