/** How the worker holds traces: read in slices, live, damaged, cut; and that a small memory changes nothing but time. */
import { describe, expect, it, vi } from 'vitest'
import { descriptorBytes } from '../../engine/trace/format.ts'
import { bytesSource, openTrace } from '../../engine/trace/index.ts'
import type { FeedMessage } from '../../viewer/feed.ts'
import { chunkCache } from '../../viewer/store/chunk-cache.ts'
import { heldTraces } from '../../viewer/store/held-traces.ts'
import { readAhead } from '../../viewer/store/read-ahead.ts'
import { traceAnswers } from '../../viewer/store/trace-answers.ts'
import type { RasterImage, TraceService, TraceStatus } from '../../viewer/trace-service.ts'
import { byId, filtered, header, hold, isSpike, type Rows, rasterRequest, read, record, sampleAt, sampleTimes, until } from './viewer-trace-fixture.ts'

const recorded = record(23)

/** Everything that depends on the rows, for comparing. */
async function everything(answers: TraceService, id: number) {
  const whole = { from: 0, to: until, rows: [{ population: 'cells', first: 0, last: 40, order: byId }] }
  const images: RasterImage[] = []
  for (const [from, to] of [[0, until], [900, 1100.5], [3000, 3050]]) images.push(await answers.raster(rasterRequest(id, { from, to, plateaus: true })))
  return {
    images: images.map(({ took, ...image }) => image),
    summary: await answers.summary(id, whole, 'recorded'),
    code: await answers.code({ trace: id, population: 'cells', from: 0, to: until, bin: 25, threshold: 20 }),
    order: await answers.order(id, 'cells', { by: 'rate' }),
    curves: await answers.sampled({ trace: id, samples: 'membrane', variables: ['V'], columns: [1], from: 700, to: 2300, width: 200 }),
    next: await answers.nextEvent(id, ['cells'], 2222, -1),
  }
}

describe('a held trace', () => {
  it('says what it is, and how far it has been read', async () => {
    const answers = traceAnswers(heldTraces(() => ({ source: bytesSource(recorded.bytes), file: () => new Blob() })))
    const told: TraceStatus[] = []
    await answers.listen((_, status) => void told.push(status))
    const opened = await answers.open({ name: 'a.hlk', file: new Blob() })
    expect(opened.status).toMatchObject({ until, complete: true, live: false, bytes: recorded.bytes.length, read: 0, damage: [] })
    expect(opened.status.spikes).toEqual({ cells: filtered(recorded.cells, isSpike).times.length, quiet: 0, readers: recorded.readers.times.length })
    await read(answers, opened.id)
    // listeners are told now and then
    await vi.waitFor(() => expect(told.at(-1)?.read).toBe(1))
    await answers.close(opened.id)
    await expect(answers.status(opened.id)).rejects.toThrow(/not open any more/)
  })

  it('answers a picture at once, before anything has been read', async () => {
    const answers = traceAnswers(heldTraces(() => ({ source: bytesSource(recorded.bytes), file: () => new Blob() })))
    const { id } = await answers.open({ name: 'a.hlk', file: new Blob() })
    const image = await answers.raster(rasterRequest(id, { quality: 'now' }))
    expect(image.exact).toBe(false)
    expect(image.shown / image.of).toBeGreaterThan(0.5)
    expect((await answers.overview(id, 0, until, 10)).cells.reduce((a, b) => a + b, 0)).toBeCloseTo(filtered(recorded.cells, isSpike).times.length, 6)
  })

  it('is the same with memory for one chunk only', async () => {
    const [wide, narrow] = [await hold(recorded.bytes), await hold(recorded.bytes, 1)]
    expect(await everything(narrow.answers, narrow.opened.id)).toEqual(await everything(wide.answers, wide.opened.id))
  })

  it('that is none says so', async () => {
    const open = (bytes: Uint8Array) => traceAnswers(heldTraces(() => ({ source: bytesSource(bytes), file: () => new Blob() }))).open({ name: 'x', file: new Blob() })
    await expect(open(new TextEncoder().encode('populations: {cells: 3}\n'))).rejects.toThrow(/a trace begins with/)
    await expect(open(new Uint8Array(3))).rejects.toThrow(/found 3 bytes/)
  })
})

describe('a damaged trace', () => {
  it('shows the rest, and names what is left out', async () => {
    const bytes = recorded.bytes.slice()
    const { chunks } = openTrace(bytes)
    const events = chunks.find((c) => c.name === 'cells' && c.first > 1000)
    const samples = chunks.findLast((c) => c.type === 'samples')
    if (!events || !samples) throw new Error('the fixture has other chunks')
    for (const chunk of [events, samples]) bytes[chunk.offset + descriptorBytes + 20] ^= 1
    const { answers, opened } = await hold(bytes)
    const { damage } = await answers.status(opened.id)
    expect(damage).toHaveLength(1)
    expect(damage[0]).toMatch(new RegExp(`^the chunk of events "cells" from ${events.first} to .* checksum of its data is wrong; its ${events.count} events are left out\\.$`))
    const left = filtered(recorded.cells, (t, u, kind) => isSpike(t, u, kind) && (t < events.first || t > events.last))
    const image = await answers.raster(rasterRequest(opened.id, {}))
    expect([image.shown, image.exact]).toEqual([left.times.length, true])
    const [curve] = await answers.sampled({ trace: opened.id, samples: 'membrane', variables: ['V'], columns: [0], from: 0, to: until, width: 1e5 })
    expect([...curve.times]).toEqual(sampleTimes.filter((t) => t < samples.first || t > samples.last))
    expect((await answers.status(opened.id)).damage[1]).toMatch(/samples "membrane".* its \d+ samples are left out/)
  })

  it('that was cut shows what is there', async () => {
    const { chunks } = openTrace(recorded.bytes)
    const cut = chunks.find((c) => c.name === 'cells' && c.first > 2000)
    const { answers, opened } = await hold(recorded.bytes.slice(0, (cut?.offset ?? 0) + 100))
    const status = await answers.status(opened.id)
    expect(status.complete).toBe(false)
    expect(status.damage.join(' ')).toMatch(/end of this trace is missing/)
    const there = filtered(recorded.cells, (t, u, kind) => isSpike(t, u, kind) && t <= 2000)
    expect(status.spikes.cells).toBe(there.times.length)
    expect((await answers.raster(rasterRequest(opened.id, {}))).shown).toBe(there.times.length)
  })
})

describe('counts that the trace keeps', () => {
  it('show units that are silent before anything has been read', async () => {
    const answers = traceAnswers(heldTraces(() => ({ source: bytesSource(recorded.bytes), file: () => new Blob() }), 1))
    const { id } = await answers.open({ name: 'a.hlk', file: new Blob() })
    // the last unit is silent: its row, the highest, stays empty only if the counts know of units
    const image = await answers.raster(rasterRequest(id, { quality: 'now', height: 40, rows: [{ ...rasterRequest(0, {}).rows[0], height: 40 }] }))
    expect(image.exact).toBe(false)
    const inked = (line: number) => image.pixels.subarray(4 * 300 * line, 4 * 300 * (line + 1)).some((value) => value !== 255)
    expect([inked(0), inked(1), inked(39)]).toEqual([false, true, true])
  })
})

describe('a run that goes on', () => {
  it('is seen as it comes, and is the finished trace in the end', async () => {
    const answers = traceAnswers(heldTraces(() => ({ source: bytesSource(recorded.bytes), file: () => new Blob() })))
    const { port1: engine, port2: feed } = new MessageChannel()
    const got: number[] = []
    engine.onmessage = ({ data }) => void got.push(data.batch)
    const send = (message: FeedMessage) => engine.postMessage(message)
    const opening = answers.open({ name: 'live', feed })
    send({ type: 'begin', header, until })
    const { id, status } = await opening
    expect(status).toMatchObject({ live: true, complete: false })
    let batch = 0
    const part = (rows: Rows, from: number, to: number) => filtered(rows, (t) => t >= from && t < to)
    for (let time = 0; time < 3000; time += 90) {
      for (const [population, rows] of [[0, recorded.cells], [2, recorded.readers]] as const) send({ type: 'events', batch: batch++, population, ...part(rows, time, time + 90) })
      const times = Float64Array.from(sampleTimes.filter((t) => t >= time && t < time + 90))
      send({ type: 'sample', batch: batch++, request: 0, times, values: Float64Array.from(Array.from(times, (t) => [...sampleAt(t)]).flat()) })
      send({ type: 'now', time: time + 90 })
    }
    while (got.at(-1) !== batch - 1) await new Promise((resolve) => setTimeout(resolve, 1))
    await read(answers, id)
    const so = filtered(recorded.cells, (t, u, kind) => isSpike(t, u, kind) && t < 3060)
    expect(await answers.status(id)).toMatchObject({ live: true, until: 3060, spikes: { cells: so.times.length } })
    const image = await answers.raster(rasterRequest(id, { to: 3060, threshold: 16 }))
    expect([image.shown, image.exact]).toEqual([so.times.length, true])
    const finished = await hold(recorded.bytes)
    const same = { from: 500, to: 2500, threshold: 16 }
    expect((await answers.raster(rasterRequest(id, same))).pixels).toEqual((await finished.answers.raster(rasterRequest(finished.opened.id, same))).pixels)
    const buffer = recorded.bytes.slice().buffer
    engine.postMessage({ type: 'end', until, trace: buffer, sha256: '' } satisfies FeedMessage, [buffer])
    while ((await answers.status(id)).live) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(await answers.status(id)).toMatchObject({ live: false, complete: true, until, bytes: recorded.bytes.length })
    expect(await everything(answers, id)).toEqual(await everything(finished.answers, finished.opened.id))
    expect((await answers.file(id))?.size).toBe(recorded.bytes.length)
    engine.close()
  })

  it('that fails says why, and keeps what it has shown', async () => {
    const answers = traceAnswers(heldTraces(() => ({ source: bytesSource(recorded.bytes), file: () => new Blob() })))
    const { port1: engine, port2: feed } = new MessageChannel()
    const opening = answers.open({ name: 'live', feed })
    engine.postMessage({ type: 'begin', header, until: null } satisfies FeedMessage)
    const { id } = await opening
    engine.postMessage({ type: 'events', batch: 0, population: 0, ...filtered(recorded.cells, (t) => t < 100) } satisfies FeedMessage)
    engine.postMessage({ type: 'failed', message: 'V of unit 3 is not finite at 99 ms' } satisfies FeedMessage)
    while ((await answers.status(id)).damage.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    expect((await answers.status(id)).damage[0]).toContain('V of unit 3 is not finite')
    expect((await answers.raster(rasterRequest(id, { from: 0, to: 100 }))).shown).toBe(filtered(recorded.cells, (t, u, k) => isSpike(t, u, k) && t < 100).times.length)
    engine.close()
  })
})

describe('bytes', () => {
  it('are the same when they are read ahead', () => {
    const plain = bytesSource(recorded.bytes)
    let reads = 0
    const read = (offset: number, length: number) => {
      reads++
      return plain.read(offset, length)
    }
    const ahead = readAhead({ size: plain.size, read })
    for (const [offset, length] of [[0, 16], [16, 40], [20, 8], [5000, 70_000], [75_000, 10], [plain.size - 24, 24], [0, plain.size]]) {
      expect(ahead.read(offset, length)).toEqual(plain.read(offset, length))
    }
    expect(reads).toBeLessThan(7)
  })

  it('of chunks leave in the order of their last use', () => {
    const cache = chunkCache(24)
    for (const chunk of [0, 1, 2]) cache.put(chunk, [Float64Array.of(chunk)])
    expect(cache.get(0)?.[0][0]).toBe(0)
    cache.put(3, [Float64Array.of(3)])
    expect([0, 1, 2, 3].map((chunk) => cache.has(chunk))).toEqual([true, false, true, true])
    expect(cache.bytes).toBe(24)
    cache.put(4, [new Float64Array(100)])
    expect([cache.has(4), cache.has(0), cache.bytes]).toEqual([true, false, 800])
  })
})
