import CRC32 from 'crc-32'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kinds } from '../../engine/description.ts'
import { InputError } from '../../engine/errors.ts'
import { descriptorBytes, encodeBlock, encodeFooter, encodePreamble, encodeTrailer } from '../../engine/trace/format.ts'
import { encodeHeader } from '../../engine/trace/header.ts'
import { type Density, openTrace, openTraceWriter, readTraceBlob, type Trace, type TraceHeader } from '../../engine/trace/index.ts'
import { nextBoundary } from '../../engine/trace/rows.ts'

const header: TraceHeader = {
  scenario: '{"title":"Zweig \u{1F9E0}"}',
  title: 'Zweig \u{1F9E0}',
  seed: 2 ** 40 + 0.5,
  dt: 0.1,
  precision: 'f32',
  resultsVersion: '1',
  populations: [
    { name: 'cells', size: 50, model: 'lif', regime: 'clocked', events: true },
    { name: 'silent', size: 3, model: 'lif', regime: 'event_driven', events: false },
    { name: 'poisson', size: 1000, model: 'poisson', regime: 'event_driven', events: true },
  ],
  samples: [
    { name: 'potentials', population: 'cells', variables: ['V', 'I_e'], units: [0, 7, 3], every: 0.5 },
    { name: 'input', population: 'poisson', variables: ['rate'], units: [999], every: 10 },
  ],
  weights: [{ name: 'feedforward', from: 'poisson', to: 'cells', sources: 1000, targets: 50 }],
}

interface EventRows {
  times: Float64Array
  sources: Uint32Array
  kinds: Uint8Array
}
interface SampleRows {
  times: number[]
  values: Float32Array[]
}
/** What a run records, before it is written. */
interface Recording {
  until: number
  /** Of each population; [] of one that is not kept. */
  events: EventRows[]
  samples: SampleRows[]
  weights: { time: number; sources: Uint32Array; targets: Uint32Array; weights: Float32Array }[]
}

/** xorshift, so that recordings can be large without being slow to generate. */
function randomness(seed: number): (below: number) => number {
  let x = seed | 1
  return (below) => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % below
  }
}

/** `counts` rows per population over [0, until], on a grid of 0.125 ms, so that boundaries and ties happen. */
function record(seed: number, until: number, counts: number[], sampled = [40, 3], weighted = 2): Recording {
  const random = randomness(seed)
  const time = () => random(until * 8 + 1) / 8
  const events = header.populations.map(({ size }, p) => ({
    times: Float64Array.from({ length: counts[p] }, time).sort(),
    sources: Uint32Array.from({ length: counts[p] }, () => random(size)),
    kinds: Uint8Array.from({ length: counts[p] }, () => 1 + random(31)),
  }))
  const samples = header.samples.map(({ variables, units }, s) => ({
    times: Array.from({ length: sampled[s] }, time).sort((a, b) => a - b),
    values: Array.from({ length: sampled[s] }, () =>
      Float32Array.from({ length: variables.length * units.length }, () => random(1000) / 7),
    ),
  }))
  const weights = Array.from({ length: weighted }, (_, i) => ({
    time: (until * (i + 1)) / weighted,
    sources: Uint32Array.from({ length: 5 * i }, () => random(1000)),
    targets: Uint32Array.from({ length: 5 * i }, () => random(50)),
    weights: Float32Array.from({ length: 5 * i }, () => random(100) / 3),
  }))
  return { until, events, samples, weights }
}

function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/**
 * Write `recording`, advancing to each of `stops`, appending in batches of at most `batch` rows, subjects in the order
 * of `reverse`. At `resumeAt` (an index into stops) the writer is thrown away and another goes on from its snapshot, on
 * a file that had more in it than the snapshot knew. With `late`, rows at a stop are appended after advancing to it.
 */
function write(recording: Recording, stops: number[] = [], batch = 1e9, reverse = false, resumeAt = -1, late = false) {
  let parts: Uint8Array[] = []
  const sink = { write: (bytes: Uint8Array) => void parts.push(bytes) }
  let writer = openTraceWriter(header, sink)
  const done = { events: header.populations.map(() => 0), samples: header.samples.map(() => 0), weights: 0 }
  const ahead = 3
  const due = (at: number, limit: number) => (late ? at < limit : at <= limit)
  const appendUntil = (time: number, last: boolean): void => {
    const jobs: (() => void)[] = [
      ...recording.events.map(({ times, sources, kinds }, p) => () => {
        // some populations run ahead of the clock, as those with a minimum delay do
        const limit = last ? Infinity : time + (p === 0 && !late ? ahead : 0)
        while (done.events[p] < times.length && due(times[done.events[p]], limit)) {
          const start = done.events[p]
          let end = start
          while (end < times.length && due(times[end], limit) && end - start < batch) end++
          writer.events(p, times.subarray(start), sources.subarray(start), kinds.subarray(start), end - start)
          done.events[p] = end
        }
      }),
      ...recording.samples.map(({ times, values }, s) => () => {
        for (
          ;
          done.samples[s] < times.length && due(times[done.samples[s]], last ? Infinity : time);
          done.samples[s]++
        ) {
          writer.samples(s, times[done.samples[s]], values[done.samples[s]])
        }
      }),
      () => {
        for (
          ;
          done.weights < recording.weights.length && due(recording.weights[done.weights].time, last ? Infinity : time);
          done.weights++
        ) {
          const { time: at, sources, targets, weights } = recording.weights[done.weights]
          writer.weights(0, at, sources, targets, weights)
        }
      },
    ]
    for (const job of reverse ? jobs.reverse() : jobs) job()
  }
  for (const [i, stop] of stops.entries()) {
    appendUntil(stop, false)
    writer.advance(stop)
    if (i === resumeAt) {
      const snapshot = writer.snapshot()
      const size = writer.bytesWritten
      const before = { events: [...done.events], samples: [...done.samples], weights: done.weights }
      appendUntil(recording.until, true)
      writer.close(recording.until)
      Object.assign(done, before)
      parts = [concat(parts).slice(0, size)]
      writer = openTraceWriter(header, sink, snapshot)
      expect(writer.bytesWritten).toBe(size)
    }
  }
  appendUntil(recording.until, true)
  writer.close(recording.until)
  const bytes = concat(parts)
  expect(writer.bytesWritten).toBe(bytes.length)
  return bytes
}

function expectSame(trace: Trace, recording: Recording): void {
  for (const [p, population] of header.populations.entries()) {
    if (population.events !== false) expect(trace.events(population.name)).toEqual(recording.events[p])
  }
  for (const [s, { name, variables, units }] of header.samples.entries()) {
    const read = trace.samples(name)
    expect([...read.times]).toEqual(recording.samples[s].times)
    for (const [v, variable] of variables.entries()) {
      const values = recording.samples[s].values.flatMap((row) => [
        ...row.subarray(v * units.length, (v + 1) * units.length),
      ])
      expect([...read.values[variable]]).toEqual(values)
    }
  }
  expect(trace.weights('feedforward')).toEqual(recording.weights)
}

const small = record(5, 2500, [40, 0, 25])

describe('a round trip', () => {
  it('gives back what was written, whatever it was', () => {
    const inputs = fc.tuple(
      fc.integer(),
      fc.integer({ min: 1, max: 5000 }),
      fc.array(fc.nat(300), { minLength: 2, maxLength: 2 }),
    )
    fc.assert(
      fc.property(inputs, ([seed, until, [cells, poisson]]) => {
        const recording = record(seed, until, [cells, 0, poisson])
        const trace = openTrace(write(recording))
        expect(trace).toMatchObject({ complete: true, until, wholeUntil: until, damage: undefined })
        expect(trace.header).toEqual(header)
        expectSame(trace, recording)
        expect(trace.verify()).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('reads buffers, blobs and sources, also where bytes are not aligned', async () => {
    const bytes = write(small)
    const shifted = new Uint8Array(bytes.length + 3).subarray(3)
    shifted.set(bytes)
    const source = {
      size: bytes.length,
      read: (offset: number, length: number) => shifted.subarray(offset, offset + length),
    }
    for (const trace of [
      openTrace(bytes.buffer),
      openTrace(shifted),
      openTrace(source),
      await readTraceBlob(new Blob([bytes])),
    ]) {
      expectSame(trace, small)
    }
  })

  it('keeps f64 where the trace is f64, and rounds to f32 where it is f32', () => {
    for (const precision of ['f32', 'f64'] as const) {
      const parts: Uint8Array[] = []
      const writer = openTraceWriter({ ...header, precision }, { write: (b) => void parts.push(b) })
      writer.samples(1, 10, Float64Array.of(0.1))
      writer.weights(0, 10, Uint32Array.of(1), Uint32Array.of(2), Float64Array.of(0.3))
      writer.close(10)
      const trace = openTrace(concat(parts))
      const as = precision === 'f32' ? Float32Array : Float64Array
      expect(trace.samples('input').values.rate).toEqual(as.of(0.1))
      expect(trace.weights('feedforward')[0].weights).toEqual(as.of(0.3))
    }
  })

  it('selects by time, from inclusive and to exclusive', () => {
    const trace = openTrace(write(small))
    const { times, sources } = small.events[0]
    for (const [from, to] of [
      [0, 1000],
      [1000, 2000],
      [times[3], times[9]],
      [-5, 0],
      [3000, 4000],
      [times[39], Infinity],
    ]) {
      const keep = [...times.keys()].filter((i) => times[i] >= from && times[i] < to)
      const read = trace.events('cells', { from, to })
      expect([...read.times]).toEqual(keep.map((i) => times[i]))
      expect([...read.sources]).toEqual(keep.map((i) => sources[i]))
    }
    expect([...trace.samples('potentials', { to: 1200 }).times]).toEqual(small.samples[0].times.filter((t) => t < 1200))
    expect(() => trace.events('cells', { from: Number.NaN })).toThrow(InputError)
  })

  it('is a fixed sequence of bytes: changing the format must be noticed, and raise its version', () => {
    const bytes = write(small)
    expect([bytes.length, CRC32.buf(bytes) >>> 0]).toEqual([90008, 3238889242])
  })

  it('cuts chunks at 65,536 rows and at multiples of 1000 ms', () => {
    const recording = record(11, 2000, [200_000, 0, 10], [0, 0], 0)
    const { chunks } = openTrace(write(recording))
    const counts = chunks.filter((c) => c.type === 'events' && c.name === 'cells').map((c) => c.count)
    const inFirst = recording.events[0].times.findLastIndex((t) => t <= 1000) + 1
    const cut = (rows: number) => [65_536, rows - 65_536]
    expect(counts).toEqual([...cut(inFirst), ...cut(200_000 - inFirst)])
    expect(chunks.map((c) => c.name)).toEqual(['cells', 'cells', 'poisson', 'cells', 'cells', 'poisson', 'cells', 'poisson'])
    expect([0, 0.5, 1000, 1001, 2000].map(nextBoundary)).toEqual([1000, 1000, 1000, 2000, 2000])
    const next = new Float64Array(1)
    const bits = new BigUint64Array(next.buffer)
    for (let k = 1; k < 20_000; k++) {
      next[0] = k * 1000
      bits[0]++
      if (nextBoundary(next[0]) !== (k + 1) * 1000) expect.fail(`${next[0]} ms`)
      bits[0] -= 2n
      if (nextBoundary(next[0]) !== k * 1000) expect.fail(`${next[0]} ms`)
    }
  })
})

describe('the bytes', () => {
  const stopsFor = (until: number) =>
    fc
      .array(
        fc.oneof(
          fc.nat(until * 8).map((t) => t / 8),
          fc.nat(Math.floor(until / 1000)).map((k) => k * 1000),
        ),
        { maxLength: 30 },
      )
      .map((stops) => stops.sort((a, b) => a - b))

  it('depend neither on how often time advances, nor on batches, nor on the order of appending', () => {
    const until = 4200
    fc.assert(
      fc.property(
        fc.integer(),
        stopsFor(until),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        fc.boolean(),
        (seed, stops, batch, reverse, late) => {
          const recording = record(seed, until, [300, 0, 100])
          expect(CRC32.buf(write(recording, stops, batch, reverse, -1, late))).toBe(CRC32.buf(write(recording)))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are the same if a writer is thrown away and another resumes from its snapshot', () => {
    const until = 4200
    const inputs = fc.tuple(
      fc.integer(),
      stopsFor(until).filter((s) => s.length > 0),
      fc.nat(),
      fc.integer({ min: 1, max: 20 }),
    )
    fc.assert(
      fc.property(inputs, ([seed, stops, at, batch]) => {
        const recording = record(seed, until, [300, 0, 100])
        const resumed = write(recording, stops, batch, false, at % stops.length, at % 2 > 0)
        expect(CRC32.buf(resumed)).toBe(CRC32.buf(write(recording)))
        expectSame(openTrace(resumed), recording)
      }),
      { numRuns: 60 },
    )
  })

  it('put rows at a boundary before it, also those that come after time has reached it', () => {
    const parts: Uint8Array[] = []
    const writer = openTraceWriter(header, { write: (b) => void parts.push(b) })
    const add = (time: number) => writer.events(0, Float64Array.of(time), Uint32Array.of(0), Uint8Array.of(1), 1)
    add(1000)
    writer.weights(0, 999, new Uint32Array(0), new Uint32Array(0), new Float32Array(0))
    writer.advance(1000)
    add(1000)
    add(1000.125)
    writer.close(1001)
    const { chunks } = openTrace(concat(parts))
    expect(chunks.map(({ type, count, last }) => [type, count, last])).toEqual([
      ['weights', 0, 999],
      ['events', 2, 1000],
      ['events', 1, 1000.125],
      ['density', 251, 1001],
      ['density', 251, 1001],
    ])
  })

  it('are the same for full chunks too', () => {
    const recording = record(3, 1800, [260_000, 0, 150_000])
    const whole = write(recording)
    expect(openTrace(whole).chunks.filter((c) => c.count === 65_536).length).toBeGreaterThan(3)
    const expected = CRC32.buf(whole)
    const every = (step: number) => Array.from({ length: Math.floor(recording.until / step) }, (_, i) => (i + 1) * step)
    expect(CRC32.buf(write(recording, every(1), 17, true))).toBe(expected)
    expect(CRC32.buf(write(recording, every(0.5)))).toBe(expected)
    expect(CRC32.buf(write(recording, every(300), 70_000, false, 2))).toBe(expected)
    expect(CRC32.buf(write(recording, [1000, 1000.125], 65_536, true, 0))).toBe(expected)
  })
})

describe('totals and overview', () => {
  const naive = (recording: Recording, p: number, trace: Trace, until: number) => {
    const { width, counts } = trace.overview(header.populations[p].name)
    const expected = new Float64Array(counts.length)
    const { times, kinds: rowKinds } = recording.events[p]
    const totals: Record<string, number> = {
      rows: times.length,
      spike: 0,
      burst: 0,
      onset: 0,
      plateau_on: 0,
      plateau_off: 0,
    }
    for (const [i, t] of times.entries()) {
      if (rowKinds[i] & kinds.spike) expected[Math.min(Math.floor(t / width), counts.length - 1)]++
      for (const [name, mask] of Object.entries(kinds)) if (rowKinds[i] & mask) totals[name]++
    }
    expect(counts).toEqual(expected)
    expect(trace.totals(header.populations[p].name)).toEqual(totals)
    expect(width * counts.length).toBeGreaterThanOrEqual(until)
    expect(width * (counts.length - 1)).toBeLessThan(until)
  }

  it('agree with counting, in 512 to 1024 bins, at every length of run', () => {
    for (const until of [1, 10, 100, 1000, 1024, 5000, 100_000]) {
      const recording = record(until, until, [500, 0, 300])
      const trace = openTrace(write(recording))
      for (const p of [0, 2]) naive(recording, p, trace, until)
      const { counts } = trace.overview('cells')
      expect(counts.length).toBeGreaterThanOrEqual(512)
      expect(counts.length).toBeLessThanOrEqual(1024)
    }
  })

  it('of a killed run are counted from its chunks', () => {
    const bytes = write(small)
    const trace = openTrace(bytes.subarray(0, bytes.length - 100))
    expect(trace.complete).toBe(false)
    for (const p of [0, 2]) naive(small, p, trace, trace.until)
  })

  /** Spikes a bin and band, one by one. */
  const counted = (recording: Recording, p: number, { width, bins, bands, bandSize }: Density) => {
    const all = new Uint32Array(bins * bands)
    const { times, sources, kinds: rowKinds } = recording.events[p]
    times.forEach((t, k) => {
      if (rowKinds[k] & kinds.spike) all[Math.floor(sources[k] / bandSize) * bins + Math.floor(t / width)]++
    })
    return all
  }

  it('density agrees with counting by time and unit, at every length of run', () => {
    for (const until of [1, 10, 128, 1000, 1024, 5000, 100_000]) {
      const recording = record(until, until, [700, 0, 900])
      const trace = openTrace(write(recording))
      for (const [p, bands, bandSize] of [[0, 50, 1], [2, 63, 16]]) {
        const density = trace.density(header.populations[p].name)
        expect({ ...density, all: undefined }).toEqual({ width: density.width, bins: 256, used: density.used, bands, bandSize, all: undefined })
        expect(density.all).toEqual(counted(recording, p, density))
        // as wide as the run is long, and no wider
        expect(density.width * density.used).toBeGreaterThan(until)
        expect(density.width * 128).toBeLessThanOrEqual(Math.max(until, 1 / 8))
      }
      expect(trace.chunks.filter((c) => c.type === 'density').map((c) => c.name)).toEqual(['cells', 'poisson'])
      expect(() => trace.density('silent')).toThrow('this run did not keep them')
    }
  })

  it('density of a killed run, and of a trace without it, is counted from the chunks', () => {
    const bytes = write(small)
    const whole = openTrace(bytes)
    const [first] = whole.chunks.filter((c) => c.type === 'density')
    const killed = openTrace(bytes.subarray(0, first.offset))
    for (const p of [0, 2]) {
      const density = killed.density(header.populations[p].name)
      expect(density.all).toEqual(counted(small, p, density))
    }
  })

  it('density that counts something else is found', () => {
    const recording = record(6, 900, [300, 0, 20])
    const bytes = write(recording)
    const trace = openTrace(bytes)
    expect(trace.verify()).toEqual([])
    const { offset, length, count, last } = trace.chunks.filter((c) => c.type === 'density')[0]
    const counts = new Uint32Array(bytes.slice(offset + descriptorBytes, offset + descriptorBytes + length).buffer)
    counts[counts.findIndex((n) => n > 0)]--
    bytes.set(encodeBlock({ type: 7, subject: 0, count, first: 0, last }, [counts]), offset)
    expect(openTrace(bytes).verify()).toEqual([`the chunk of density "cells" from 0 to 900 ms at byte ${offset} does not count the spikes of the trace`])
  })

  it('cover a run in which nothing happened', () => {
    const trace = openTrace(write(record(1, 300, [0, 0, 0], [0, 0], 0)))
    expect(trace.totals('cells').rows).toBe(0)
    expect(trace.overview('cells').counts.every((n) => n === 0)).toBe(true)
    expect(trace.events('cells').times.length).toBe(0)
    expect(trace.samples('potentials').values.V.length).toBe(0)
  })
})

/** Call it; undefined for an `InputError`, and nothing else may be thrown. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}
/** A source that notices being asked for what is not there. */
function guarded(bytes: Uint8Array) {
  return {
    size: bytes.length,
    read(offset: number, length: number) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) throw new Error(`read ${offset}, ${length}`)
      return bytes.subarray(offset, offset + length)
    },
  }
}
/** Everything a trace can be asked for. */
function questions(trace: Trace): [string, () => unknown][] {
  return [
    ...header.populations
      .filter((p) => p.events)
      .flatMap(({ name }): [string, () => unknown][] => [
        [`events ${name}`, () => trace.events(name)],
        [`totals ${name}`, () => trace.totals(name)],
        [`overview ${name}`, () => trace.overview(name)],
        [`density ${name}`, () => trace.density(name)],
      ]),
    ...header.samples.map(({ name }): [string, () => unknown] => [`samples ${name}`, () => trace.samples(name)]),
    ['weights', () => trace.weights('feedforward')],
  ]
}

/** All values of an answer, quick to compare. */
function fingerprint(answer: unknown): string {
  return JSON.stringify(answer, (_, value) => {
    if (!ArrayBuffer.isView(value)) return value
    return `${value.constructor.name} ${CRC32.buf(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}`
  })
}

describe('a killed run', () => {
  const bytes = write(small)
  const whole = openTrace(bytes)
  const ends = whole.chunks.map((c) => c.offset + descriptorBytes + c.length)
  const headerEnd = whole.chunks[0].offset

  it('opens up to its last whole chunk, wherever it was cut', () => {
    const wrong: string[] = []
    for (let length = 0; length < bytes.length; length++) {
      const source = guarded(bytes.subarray(0, length))
      if (length < headerEnd) {
        if (attempt(() => openTrace(source))) wrong.push(`${length}: opened`)
        continue
      }
      const trace = openTrace(source)
      const kept = ends.filter((end) => end <= length).length
      const footerIsWhole = length >= bytes.length - 24
      const until = footerIsWhole ? small.until : Math.max(0, ...whole.chunks.slice(0, kept).map((c) => c.last))
      if (fingerprint(trace.chunks) !== fingerprint(whole.chunks.slice(0, kept))) wrong.push(`${length}: chunks`)
      if (trace.complete !== footerIsWhole || trace.until !== until) wrong.push(`${length}: ${trace.until}`)
      if (ends.includes(length) || length === headerEnd) {
        expect(trace.damage).toBe(undefined)
        const rows = trace.chunks.filter((c) => c.type === 'events' && c.name === 'cells').reduce((sum, c) => sum + c.count, 0)
        expect([...trace.events('cells').times]).toEqual([...small.events[0].times.subarray(0, rows)])
        for (const [p, { times }] of small.events.entries()) {
          if (header.populations[p].events === false) continue
          const until = times.filter((t) => t < trace.wholeUntil)
          expect(trace.events(header.populations[p].name).times.filter((t) => t < trace.wholeUntil)).toEqual(until)
        }
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('a damaged trace', () => {
  const bytes = write(record(8, 1500, [12, 0, 5], [2, 1]))
  const whole = openTrace(bytes)
  const answers = new Map(questions(whole).map(([name, ask]) => [name, fingerprint(ask())]))

  it('never gives wrong data and always tells, whichever byte is changed', () => {
    // collected rather than expected one by one: an expectation takes longer than opening the trace
    const wrong: string[] = []
    const wholeHeader = fingerprint(whole.header)
    let opened = 0
    let tried = 0
    // of the many bytes of counts, a few
    const counts = whole.chunks.filter((c) => c.type === 'density').map((c) => ({ from: c.offset + descriptorBytes + 64, to: c.offset + descriptorBytes + c.length - 64 }))
    const skipped = (i: number) => i % 997 > 0 && counts.some(({ from, to }) => i >= from && i < to)
    for (let i = 0; i < bytes.length; i++) {
      if (skipped(i)) continue
      if (i >= whole.chunks[0].offset) tried++
      const change = i % 2 ? 0xff : 1 << ((i / 2) % 8)
      const damaged = bytes.slice()
      damaged[i] ^= change
      const trace = attempt(() => openTrace(guarded(damaged)))
      if (!trace) continue
      opened++
      const check = (holds: boolean, what: string) => void (holds || wrong.push(`byte ${i} ^ ${change}: ${what}`))
      check(fingerprint(trace.header) === wholeHeader, 'header')
      const refused = new Set<string>()
      for (const [name, ask] of questions(trace)) {
        const answer = attempt(ask)
        if (answer === undefined) refused.add(name)
        // without its footer a trace ends at its last row, and bins with it
        else if (trace.complete || !name.startsWith('overview')) check(fingerprint(answer) === answers.get(name), name)
      }
      const hit = whole.chunks.find((c) => i >= c.offset && i < c.offset + descriptorBytes + c.length)
      const expected = hit ? [hit.type === 'weights' ? 'weights' : `${hit.type} ${hit.name}`] : []
      check(fingerprint([...refused]) === fingerprint(expected), `refused ${[...refused]}`)
      check((trace.damage === undefined) === (hit !== undefined), `damage: ${trace.damage}`)
      const verified = trace.verify()
      check(verified.length === expected.length, `verify: ${verified}`)
    }
    expect(wrong).toEqual([])
    expect(opened).toBe(tried)
  })

  it('says which chunk is damaged and where; the others stay readable', () => {
    const chunk = whole.chunks.find((c) => c.type === 'events' && c.name === 'cells' && c.first > 1000)
    if (!chunk) throw new Error('no such chunk')
    const damaged = bytes.slice()
    damaged[chunk.offset + descriptorBytes + 8] ^= 4
    const trace = openTrace(damaged)
    const span = `from ${chunk.first} to ${chunk.last} ms`
    const message = `the chunk of events "cells" ${span} at byte ${chunk.offset} of the trace is damaged`
    expect(() => trace.events('cells')).toThrow(message)
    expect(trace.verify()).toEqual([expect.stringContaining(message)])
    expect(trace.events('poisson')).toEqual(whole.events('poisson'))
    expect(trace.events('cells', { to: 1000 })).toEqual(whole.events('cells', { to: 1000 }))
  })

  it('without a footer is read up to a damaged descriptor, and says so', () => {
    const [first, second] = whole.chunks
    const damaged = bytes.slice(0, -24)
    damaged[second.offset + 9] ^= 1
    damaged[damaged.length - 1] ^= 1
    const trace = openTrace(damaged)
    expect(trace.chunks).toEqual([first])
    expect(trace.damage).toContain(`the descriptor at byte ${second.offset} is damaged`)
  })

  it('is refused, or read without asking beyond its end, if it is noise', () => {
    const start = bytes.subarray(0, whole.chunks[0].offset)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, withHeader) => {
        const trace = attempt(() => openTrace(guarded(withHeader ? concat([start, noise]) : noise)))
        if (withHeader) expect(trace?.chunks).toEqual([])
        else expect(trace).toBe(undefined)
      }),
    )
    expect(() => openTrace(new TextEncoder().encode('PK\x03\x04 something else'))).toThrow(
      /found "PK.* a trace begins with "HILLOCK/,
    )
  })
})

describe('a trace that lies with right checksums', () => {
  const start = (encoded: Uint8Array) =>
    concat([encodePreamble(), encodeBlock({ type: 1, subject: 0, count: 1, first: 0, last: 0 }, [encoded])])
  const good = start(encodeHeader(header))
  const times = Float64Array.of(1, 2)
  const columns = [times, Uint32Array.of(4, 5), Uint8Array.of(1, 1)]
  const event = { type: 2, subject: 0, count: 2, first: 1, last: 2 }

  it('is refused if its header has lists without end', () => {
    const encoded = encodeHeader(header)
    const list = encoded.length - 8
    for (let i = 0; i < list; i++) {
      const wrong = encoded.slice()
      new DataView(wrong.buffer).setUint32(i, 0xffffffff, true)
      attempt(() => openTrace(guarded(start(wrong))))
    }
    expect(() => openTrace(start(new Uint8Array(64).fill(0xff)))).toThrow(InputError)
    expect(() => openTrace(start(new Uint8Array(0)))).toThrow(InputError)
  })

  it('is not believed about rows, subjects, times and units', () => {
    const odd = (descriptor: object, data = columns) =>
      openTrace(concat([good, encodeBlock({ ...event, ...descriptor }, data)]))
    expect(odd({}).events('cells').times).toEqual(times)
    expect(odd({ count: 0xffffffff }).damage).toMatch(/do not hold 4294967295 rows/)
    expect(odd({ subject: 3 }).damage).toMatch(/population 3; the header names 3/)
    expect(odd({ last: Number.NaN }).damage).toMatch(/out of order/)
    expect(odd({ first: 3 }).damage).toMatch(/out of order/)
    expect(() => odd({ last: 1.5 }).events('cells')).toThrow(/after 1.5 ms/)
    expect(() => odd({ first: 1.5 }).events('cells')).toThrow(/never decrease/)
    expect(() => odd({}, [times, Uint32Array.of(4, 50), columns[2]]).events('cells')).toThrow(
      /found unit 50; units are 0 to 49/,
    )
  })

  it('is not believed about its index', () => {
    const chunk = encodeBlock(event, columns)
    for (const chunks of [0, 1, 0xffffffff]) {
      const payload = new Uint8Array(64)
      new DataView(payload.buffer).setUint32(0, chunks, true)
      const footer = encodeBlock({ type: 5, subject: 0, count: chunks, first: 0, last: 0 }, [payload])
      const trace = openTrace(guarded(concat([good, chunk, footer, encodeTrailer(good.length + chunk.length)])))
      expect(trace.complete).toBe(false)
      expect(trace.damage).toMatch(/footer of this trace contradicts/)
      expect(trace.events('cells').times).toEqual(times)
    }
    const end = good.length + chunk.length
    const content = {
      until: 2,
      width: 1,
      used: 2,
      bins: new Float64Array(6),
      totals: new Float64Array(24),
      rows: new Float64Array(3),
    }
    const block = { ...event, offset: good.length, length: chunk.length - descriptorBytes }
    const indexed = (...chunks: (typeof block)[]) =>
      openTrace(guarded(concat([good, chunk, encodeFooter({ ...content, chunks }), encodeTrailer(end)])))
    expect(indexed(block)).toMatchObject({ complete: true, damage: undefined })
    for (const chunks of [
      [],
      [block, block],
      [{ ...block, offset: 0 }],
      [{ ...block, length: 1e9, count: 1e9 / 13 }],
    ]) {
      const trace = indexed(...chunks)
      expect(trace).toMatchObject({ complete: false, damage: expect.stringMatching(/footer at byte .* is wrong/) })
      expect(trace.events('cells').times).toEqual(times)
    }
    expect(() => indexed({ ...block, first: 0 }).events('cells')).toThrow(/descriptor is not the one expected/)
    for (const offset of [Number.NaN, -8, 0, 1e300, good.length]) {
      expect(openTrace(guarded(concat([good, chunk, encodeTrailer(offset)]))).events('cells').times).toEqual(times)
    }
  })

  it('may hold types of chunk that are not known here; they are skipped', () => {
    const stranger = encodeBlock({ type: 77, subject: 9, count: 1, first: Number.NaN, last: 0 }, [new Uint8Array(13)])
    const trace = openTrace(concat([good, stranger, encodeBlock(event, columns)]))
    expect(trace.damage).toBe(undefined)
    expect(trace.until).toBe(2)
    expect(trace.chunks.map((c) => c.type)).toEqual([77, 'events'])
    expect(trace.events('cells').times).toEqual(times)
  })
})

describe('mistakes', () => {
  const open = (changes: Partial<TraceHeader> = {}) => openTraceWriter({ ...header, ...changes }, { write: () => {} })
  const one = (time: number, source = 0): [Float64Array, Uint32Array, Uint8Array, number] => [
    Float64Array.of(time),
    Uint32Array.of(source),
    Uint8Array.of(1),
    1,
  ]

  it('in a header are answered with where they are', () => {
    const [cells] = header.populations
    expect(() => open({ dt: 0 })).toThrow('dt: found 0; a finite number above 0 is needed')
    expect(() => open({ title: 'a\0b' })).toThrow(/^title: found a NUL/)
    expect(() => open({ title: '\uD800' })).toThrow(/lone surrogate/)
    expect(() => open({ precision: 'f16' as 'f32' })).toThrow(/precision: found "f16"/)
    const sampled = { name: 's', population: 'cells', variables: ['V'], units: [], every: 1 }
    expect(() => open({ samples: [sampled] })).toThrow(/samples.0.units: found 0 units; one or more are needed, and none where the mean is kept/)
    expect(() => open({ samples: [{ ...sampled, units: [0], reduce: 'mean' as const }] })).toThrow(/found 1 units/)
    expect(() => open({ populations: [cells, cells], samples: [], weights: [] })).toThrow(/populations.1.name: .*twice/)
    expect(() => open({ populations: [{ ...cells, size: 2 ** 32 }] })).toThrow(/populations.0.size: found 4294967296/)
    expect(() => open({ samples: [{ ...header.samples[0], population: 'cell' }] })).toThrow(/did you mean "cells"/)
    expect(() => open({ samples: [{ ...header.samples[0], units: [50] }] })).toThrow(/samples.0.units.0: found 50/)
  })

  it('in appending weights to hold are refused', () => {
    const writer = openTraceWriter(header, { write: () => {} })
    writer.advance(10)
    expect(() => writer.hold(0, 5, Uint32Array.of(0), Uint32Array.of(0), Float32Array.of(1))).toThrow('found 5 ms after 10 ms')
    expect(() => writer.hold(0, 10, Uint32Array.of(1000), Uint32Array.of(0), Float32Array.of(1))).toThrow('found unit 1000')
    expect(() => writer.hold(1, 10, Uint32Array.of(0), Uint32Array.of(0), Float32Array.of(1))).toThrow('found projection 1')
    writer.hold(0, 20, Uint32Array.of(0), Uint32Array.of(0), Float32Array.of(1))
    expect(() => writer.close(15)).toThrow('found 15 ms after 20 ms')
  })

  it('in appending are refused, and leave the writer as it was', () => {
    const parts: Uint8Array[] = []
    const writer = openTraceWriter(header, { write: (b) => void parts.push(b) })
    writer.events(0, ...one(5))
    expect(() => writer.events(0, ...one(4))).toThrow(/4 ms after 5 ms/)
    expect(() => writer.events(0, ...one(Number.NaN))).toThrow(InputError)
    expect(() => writer.events(0, ...one(6, 50))).toThrow(/found unit 50/)
    expect(() => writer.events(0, Float64Array.of(6), Uint32Array.of(0), Uint8Array.of(1), 2)).toThrow(
      /2 rows in columns of 1/,
    )
    expect(() => writer.events(1, ...one(6))).toThrow(/"silent"/)
    expect(() => writer.events(3, ...one(6))).toThrow(/population 3; the header names 3/)
    expect(() => writer.samples(0, 6, new Float32Array(5))).toThrow(/found 5 values; one sample has 6/)
    expect(() => writer.weights(0, 6, Uint32Array.of(1), new Uint32Array(0), Float32Array.of(1))).toThrow(InputError)
    expect(() => writer.weights(0, 6, Uint32Array.of(1000), Uint32Array.of(0), Float32Array.of(1))).toThrow(
      /found unit 1000/,
    )
    writer.weights(0, 6, new Uint32Array(0), new Uint32Array(0), new Float32Array(0))
    expect(() => writer.weights(0, 6, new Uint32Array(0), new Uint32Array(0), new Float32Array(0))).toThrow(/twice/)
    writer.advance(7)
    expect(() => writer.advance(6)).toThrow(InputError)
    expect(() => writer.events(2, ...one(6))).toThrow(/6 ms after 7 ms/)
    expect(() => writer.weights(0, 6, new Uint32Array(0), new Uint32Array(0), new Float32Array(0))).toThrow(InputError)
    writer.events(0, ...one(9))
    expect(() => writer.close(8)).toThrow(/8 ms after 9 ms/)
    writer.close(10)
    expect(() => writer.events(0, ...one(11))).toThrow(/closed/)
    expect(() => writer.snapshot()).toThrow(/closed/)
    const trace = openTrace(concat(parts))
    expect(trace.events('cells').times).toEqual(Float64Array.of(5, 9))
    expect(trace.weights('feedforward').map((w) => w.time)).toEqual([6])
  })

  it('in writing end the writer: what a full disk swallowed is not written twice', () => {
    let full = false
    const writer = openTraceWriter(header, {
      write: () => {
        if (full) throw new Error('disk full')
      },
    })
    writer.events(0, ...one(5))
    full = true
    expect(() => writer.advance(1001)).toThrow('disk full')
    full = false
    expect(() => writer.advance(1002)).toThrow(/writing it has failed/)
  })

  it('in resuming are refused: a damaged snapshot, and one of another trace', () => {
    const writer = open()
    writer.events(0, ...one(5))
    writer.samples(1, 5, Float32Array.of(1))
    writer.weights(0, 5, Uint32Array.of(1), Uint32Array.of(1), Float32Array.of(1))
    const snapshot = writer.snapshot()
    const resume = (bytes: Uint8Array, changes: Partial<TraceHeader> = {}) =>
      openTraceWriter({ ...header, ...changes }, { write: () => {} }, bytes)
    expect(resume(snapshot).snapshot()).toEqual(snapshot)
    expect(() => resume(snapshot, { seed: 2 })).toThrow(/snapshot of another trace/)
    for (let i = 0; i < snapshot.length; i += 7) {
      const damaged = snapshot.slice()
      damaged[i] ^= 16
      expect(() => resume(damaged), `byte ${i}`).toThrow(InputError)
      expect(() => resume(snapshot.subarray(0, i))).toThrow(InputError)
    }
    expect(() => resume(concat([snapshot, new Uint8Array(8)]))).toThrow(InputError)
  })

  it('in asking are answered with the names there are', () => {
    const trace = openTrace(write(small))
    expect(() => trace.events('cell')).toThrow('unknown population "cell" (did you mean "cells"?)')
    expect(() => trace.events('silent')).toThrow(/did not keep them/)
    expect(() => trace.samples('potential')).toThrow(/did you mean "potentials"/)
    expect(() => trace.weights('x')).toThrow(/known are feedforward/)
  })
})

describe('weights that are held', () => {
  const two = { ...header, weights: [...header.weights, { ...header.weights[0], name: 'best' }] }
  function written(resumeAt?: number): Uint8Array<ArrayBuffer> {
    let parts: Uint8Array[] = []
    const sink = { write: (bytes: Uint8Array) => void parts.push(bytes) }
    let writer = openTraceWriter(two, sink)
    for (let k = 0; k <= 6; k++) {
      const time = 700 * k
      const one = (value: number) => [Uint32Array.of(1, 2), Uint32Array.of(0, 3), Float32Array.of(value, k)] as const
      writer.weights(0, time, ...one(9))
      if (k === 1 || k === 2) writer.hold(1, time, ...one(7 - k))
      writer.advance(time)
      if (k !== resumeAt) continue
      const [snapshot, bytes] = [writer.snapshot(), writer.bytesWritten]
      parts = [concat(parts).slice(0, bytes)]
      writer = openTraceWriter(two, sink, snapshot)
    }
    writer.close(4200)
    return concat(parts)
  }
  it('are written at the end, the last of them only, with their time', () => {
    const trace = openTrace(written())
    expect(trace.verify()).toEqual([])
    expect(trace.complete).toBe(true)
    expect(trace.weights('best')).toEqual([{ time: 1400, sources: Uint32Array.of(1, 2), targets: Uint32Array.of(0, 3), weights: Float32Array.of(5, 2) }])
    expect(trace.weights('feedforward').map((w) => w.time)).toEqual([0, 700, 1400, 2100, 2800, 3500, 4200])
  })
  it('are in a snapshot', () => {
    const whole = written()
    for (const at of [0, 1, 2, 4, 6]) expect(written(at)).toEqual(whole)
  })
})
