/**
 * The engine's end of a feed (feed.ts): gathers what the run records, and sends it when a slice has ended. The engine does not wait:
 * while the reader is more than `mostUnread` bytes behind, rows are gathered on; beyond `mostKept` bytes they are dropped.
 */
import type { TraceHeader } from '../../engine/trace/header.ts'
import type { FeedAnswer, FeedMessage } from '../feed.ts'
import { Grown } from './grown-array.ts'

/** Bytes. */
const mostUnread = 8e6
const mostKept = 64e6

interface EventRows {
  population: number
  times: Grown<Float64Array>
  sources: Grown<Uint32Array>
  kinds: Grown<Uint8Array>
}

interface SampleRows {
  request: number
  times: Grown<Float64Array>
  values: Grown<Float32Array | Float64Array>
}

const doubles = () => new Grown<Float64Array>((n) => new Float64Array(n))

/** It is a recording of the engine's (`engine/recorder.ts`). */
export class FeedSender {
  private readonly populations = new Map<string, EventRows>()
  private readonly requests = new Map<string, SampleRows>()
  private readonly projections = new Map<string, number>()
  /** Weights are looked at seldom; each look is a message. */
  private looks: Extract<FeedMessage, { type: 'weights' }>[] = []
  private kept = 0
  private skipping = false
  private batch = 0
  private unread = 0
  private readonly onTheirWay = new Map<number, number>()

  constructor(private readonly port: MessagePort) {
    port.onmessage = ({ data }: MessageEvent<FeedAnswer>) => {
      for (const [batch, bytes] of this.onTheirWay) {
        if (batch > data.batch) break
        this.unread -= bytes
        this.onTheirWay.delete(batch)
      }
    }
  }

  /** Before anything is recorded. */
  begin(header: TraceHeader, until: number | null): void {
    header.populations.forEach(({ name }, population) => {
      this.populations.set(name, { population, times: doubles(), sources: new Grown((n) => new Uint32Array(n)), kinds: new Grown((n) => new Uint8Array(n)) })
    })
    header.samples.forEach(({ name }, request) => {
      const values = header.precision === 'f32' ? new Grown<Float32Array | Float64Array>((n) => new Float32Array(n)) : doubles()
      this.requests.set(name, { request, times: doubles(), values })
    })
    for (const [index, { name }] of header.weights.entries()) this.projections.set(name, index)
    this.send({ type: 'begin', header, until })
  }

  events(population: string, times: Float64Array, sources: Uint32Array, kinds: Uint8Array, count: number): void {
    const rows = this.populations.get(population)
    if (!rows || !this.room(13 * count, times[0])) return
    rows.times.add(times, count)
    rows.sources.add(sources, count)
    rows.kinds.add(kinds, count)
  }

  sample(request: string, time: number, values: Float32Array | Float64Array): void {
    const rows = this.requests.get(request)
    if (!rows || !this.room(8 + values.byteLength, time)) return
    rows.times.add([time], 1)
    rows.values.add(values, values.length)
  }

  weights(name: string, time: number, sources: Uint32Array, targets: Uint32Array, weights: Float64Array): void {
    const projection = this.projections.get(name)
    if (projection === undefined || !this.room(16 * weights.length, time)) return
    this.looks.push({ type: 'weights', batch: 0, projection, time, sources: sources.slice(), targets: targets.slice(), weights: weights.slice() })
  }

  /** A slice has ended: everything before `time` has been heard. */
  advance(time: number): void {
    if (this.unread > mostUnread) return
    this.flush()
    this.send({ type: 'now', time })
  }

  end(until: number, trace: ArrayBuffer, sha256: string): void {
    this.flush()
    this.send({ type: 'end', until, trace, sha256 }, [trace])
  }

  failed(message: string): void {
    this.flush()
    this.send({ type: 'failed', message })
  }

  private flush(): void {
    for (const rows of this.populations.values()) {
      if (rows.times.length === 0) continue
      const [times, sources, kinds] = [rows.times.take(), rows.sources.take(), rows.kinds.take()]
      this.sendRows({ type: 'events', batch: 0, population: rows.population, times, sources, kinds }, [times, sources, kinds])
    }
    for (const rows of this.requests.values()) {
      if (rows.times.length === 0) continue
      const [times, values] = [rows.times.take(), rows.values.take()]
      this.sendRows({ type: 'sample', batch: 0, request: rows.request, times, values }, [times, values])
    }
    for (const look of this.looks) this.sendRows(look, [look.sources, look.targets, look.weights])
    this.looks = []
    this.kept = 0
  }

  /** False once rows are being dropped. */
  private room(bytes: number, time: number): boolean {
    if (this.skipping) return false
    this.kept += bytes
    if (this.kept <= mostKept) return true
    this.skipping = true
    this.send({ type: 'skipped', time })
    return false
  }

  private sendRows(message: Extract<FeedMessage, { batch: number }>, arrays: { buffer: ArrayBufferLike; byteLength: number }[]): void {
    const bytes = arrays.reduce((sum, a) => sum + a.byteLength, 0)
    this.onTheirWay.set(++this.batch, bytes)
    this.unread += bytes
    this.send({ ...message, batch: this.batch }, arrays.map((a) => a.buffer as ArrayBuffer))
  }

  private send(message: FeedMessage, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer)
  }
}
