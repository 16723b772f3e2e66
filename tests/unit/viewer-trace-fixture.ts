/** A small trace with everything in it, and the worker's answers about it without a worker. */
import { burstTolerance } from '../../analysis/index.ts'
import { kinds } from '../../engine/description.ts'
import { bytesSource, openTraceWriter, type TraceHeader } from '../../engine/trace/index.ts'
import { heldTraces } from '../../viewer/store/held-traces.ts'
import { traceAnswers } from '../../viewer/store/trace-answers.ts'
import type { OpenedTrace, RasterRequest, RowOrder, TraceService } from '../../viewer/trace-service.ts'

export const header: TraceHeader = {
  scenario: JSON.stringify({ title: 'Small', populations: { cells: { bursts: { detector: 'interval', interval: '16 ms' } }, readers: {}, quiet: {} } }),
  ...{ title: 'Small', seed: 1, dt: 0.1, precision: 'f64', resultsVersion: '1' },
  populations: [
    { name: 'cells', size: 40, model: 'x', regime: 'clocked' },
    { name: 'quiet', size: 3, model: 'x', regime: 'clocked', events: false },
    { name: 'readers', size: 7, model: 'x', regime: 'clocked' },
  ],
  samples: [{ name: 'membrane', population: 'cells', variables: ['V', 'w'], units: [3, 0], every: 1 }],
  weights: [{ name: 'forward', from: 'cells', to: 'readers', sources: 40, targets: 7 }],
}

export interface Rows {
  times: Float64Array
  sources: Uint32Array
  kinds: Uint8Array
}

/** xorshift32 (Marsaglia 2003) in [0, 1). */
export function uniform(seed: number): () => number {
  let x = seed | 0 || 1
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 2 ** 32
  }
}

export const until = 4500

/** Spikes on a grid of 0.1 ms, in bursts now and then, marked as the interval detector does; some plateaus. The last unit is silent. */
export function cellRows(seed: number, size = 40, spikes = 3000, marked = true): Rows {
  const random = uniform(seed)
  const rows: [time: number, unit: number, kind: number][] = []
  const last = new Map<number, { time: number; length: number }>()
  const drawn: [time: number, unit: number][] = []
  while (drawn.length < spikes) {
    const [step, unit] = [Math.floor(random() * (until * 10 - 900)), Math.floor(random() * (size - 1))]
    const burst = random() < 0.3 ? 2 + Math.floor(random() * 4) : 1
    for (let k = 0; k < burst; k++) drawn.push([(step + k * 160) / 10, unit])
  }
  drawn.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  for (const [time, unit] of drawn) {
    const before = last.get(unit)
    if (before?.time === time) continue
    const goesOn = before !== undefined && time - before.time <= 16 + burstTolerance
    const length = goesOn ? before.length + 1 : 1
    last.set(unit, { time, length })
    rows.push([time, unit, kinds.spike | (marked && length === 1 ? kinds.onset : 0) | (marked && length === 2 ? kinds.burst : 0)])
    if (marked && length === 3) rows.push([time, unit, kinds.plateau_on], [time + 40, unit, kinds.plateau_off])
  }
  rows.sort((a, b) => a[0] - b[0])
  return { times: Float64Array.from(rows, (r) => r[0]), sources: Uint32Array.from(rows, (r) => r[1]), kinds: Uint8Array.from(rows, (r) => r[2]) }
}

export interface Recorded {
  cells: Rows
  readers: Rows
  bytes: Uint8Array<ArrayBuffer>
}

export const sampleTimes = Array.from({ length: until }, (_, i) => i)
/** V of two units, then w of them. */
export const sampleAt = (time: number) => Float64Array.of(Math.sin(time / 7) * time, time === 9 ? Number.NaN : time % 13, -time, 2)
export const weightTimes = [0, 2000, until]
export const weightsAt = (time: number) => Float64Array.from({ length: 280 }, (_, i) => Math.sin(i + time) + time / 1000)

export function record(seed: number, change: (cells: Rows, of: TraceHeader) => void = () => {}): Recorded {
  const [cells, readers] = [cellRows(seed), cellRows(seed + 1, 7, 400, false)]
  const own = structuredClone(header)
  change(cells, own)
  const parts: Uint8Array[] = []
  const writer = openTraceWriter(own, { write: (bytes) => void parts.push(bytes) })
  writer.events(0, cells.times, cells.sources, cells.kinds, cells.times.length)
  writer.events(2, readers.times, readers.sources, readers.kinds, readers.times.length)
  for (const time of sampleTimes) writer.samples(0, time, sampleAt(time))
  const [sources, targets] = [Uint32Array.from({ length: 280 }, (_, i) => i % 40), Uint32Array.from({ length: 280 }, (_, i) => i % 7)]
  for (const time of weightTimes) writer.weights(0, time, sources, targets, weightsAt(time))
  writer.close(until)
  return { cells, readers, bytes: new Uint8Array(Buffer.concat(parts)) }
}

export interface Held {
  answers: TraceService
  opened: OpenedTrace
}

/** Open, and wait until everything has been read. */
export async function hold(bytes: Uint8Array<ArrayBuffer>, cacheBytes?: number): Promise<Held> {
  const answers = traceAnswers(heldTraces(() => ({ source: bytesSource(bytes), file: () => new Blob([bytes]) }), cacheBytes))
  const opened = await answers.open({ name: 'small.hlk', file: new Blob() })
  await read(answers, opened.id)
  return { answers, opened }
}

/** Two traces of one worker. */
export async function holdTwo(first: Uint8Array<ArrayBuffer>, second: Uint8Array<ArrayBuffer>): Promise<{ answers: TraceService; a: number; b: number }> {
  const answers = traceAnswers(heldTraces(({ name }) => ({ source: bytesSource(name === 'first' ? first : second), file: () => new Blob() })))
  const [{ id: a }, { id: b }] = [await answers.open({ name: 'first', file: new Blob() }), await answers.open({ name: 'second', file: new Blob() })]
  await read(answers, a)
  await read(answers, b)
  return { answers, a, b }
}

export async function read(answers: TraceService, id: number): Promise<void> {
  while ((await answers.status(id)).read < 1) await new Promise((resolve) => setTimeout(resolve, 1))
}

export const byId: RowOrder = { by: 'id' }
export const white = [255, 255, 255] as const

export function rasterRequest(trace: number, part: Partial<RasterRequest>): RasterRequest {
  return {
    ...{ trace, from: 0, to: until, width: 300, height: 200, threshold: 'recorded', plateaus: false, background: white, plateau: [250, 200, 0], quality: 'exact' },
    rows: [{ population: 'cells', first: 0, last: 40, top: 0, height: 200, order: byId, singlet: [80, 80, 80], burst: [200, 90, 0] }],
    ...part,
  }
}

/** Rows that pass, as plain columns. */
export function filtered({ times, sources, kinds: marks }: Rows, keep: (time: number, unit: number, kind: number) => boolean): Rows {
  const kept = (_: number, i: number) => keep(times[i], sources[i], marks[i])
  return { times: times.filter(kept), sources: sources.filter(kept), kinds: marks.filter(kept) }
}

export const isSpike = (_time: number, _unit: number, kind: number) => (kind & kinds.spike) !== 0
