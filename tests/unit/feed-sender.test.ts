/** The engine's end of a feed: what it sends, in which order, and what it does when nobody reads. */
import { afterEach, describe, expect, it } from 'vitest'
import type { TraceHeader } from '../../engine/trace/index.ts'
import type { FeedMessage } from '../../viewer/feed.ts'
import { FeedSender } from '../../viewer/live/feed-sender.ts'
import { paceMeter } from '../../viewer/live/pace-meter.ts'

const header: TraceHeader = {
  scenario: '{}', title: 't', seed: 1, dt: 0.1, precision: 'f32', resultsVersion: '1',
  populations: [{ name: 'a', size: 3, model: 'm', regime: 'clocked' }, { name: 'b', size: 3, model: 'm', regime: 'clocked' }],
  samples: [{ name: 'v', population: 'a', variables: ['V'], units: [0, 1], every: 1 }],
  weights: [{ name: 'p', from: 'a', to: 'b', sources: 3, targets: 3 }],
}
const open: MessagePort[] = []
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

function feed() {
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  const heard: FeedMessage[] = []
  port1.onmessage = ({ data }: MessageEvent<FeedMessage>) => heard.push(data)
  const sender = new FeedSender(port2)
  sender.begin(header, 1000)
  return { sender, heard, answer: (batch: number) => port1.postMessage({ type: 'got', batch }), settled: () => new Promise((resolve) => setTimeout(resolve, 30)) }
}

const events = (sender: FeedSender, population: string, times: number[]) =>
  sender.events(population, Float64Array.from([...times, 99]), Uint32Array.from([...times.map((_, k) => k), 99]), Uint8Array.from([...times.map(() => 1), 99]), times.length)

describe('a feed', () => {
  it('tells the beginning, what happened in a slice, how far it is, and the end', async () => {
    const { sender, heard, settled } = feed()
    events(sender, 'b', [1, 2])
    events(sender, 'b', [3])
    sender.sample('v', 1, Float32Array.of(-60, -61))
    sender.sample('v', 2, Float32Array.of(-62, -63))
    sender.weights('p', 2, Uint32Array.of(0), Uint32Array.of(1), Float64Array.of(0.5))
    sender.advance(4)
    const trace = new Uint8Array([1, 2, 3]).buffer
    sender.end(4, trace, 'abc')
    await settled()
    expect(heard).toEqual([
      { type: 'begin', header, until: 1000 },
      { type: 'events', batch: 1, population: 1, times: Float64Array.of(1, 2, 3), sources: Uint32Array.of(0, 1, 0), kinds: Uint8Array.of(1, 1, 1) },
      { type: 'sample', batch: 2, request: 0, times: Float64Array.of(1, 2), values: Float32Array.of(-60, -61, -62, -63) },
      { type: 'weights', batch: 3, projection: 0, time: 2, sources: Uint32Array.of(0), targets: Uint32Array.of(1), weights: Float64Array.of(0.5) },
      { type: 'now', time: 4 },
      { type: 'end', until: 4, trace: new Uint8Array([1, 2, 3]).buffer, sha256: 'abc' },
    ])
    expect(trace.byteLength, 'the trace is handed over, not copied').toBe(0)
  })

  it('gathers while the reader is behind, and goes on where it was', async () => {
    const { sender, heard, answer, settled } = feed()
    const many = Array.from({ length: 700_000 }, (_, k) => k)
    events(sender, 'a', many)
    sender.advance(700_000)
    await settled()
    expect(heard.map((m) => m.type)).toEqual(['begin', 'events', 'now'])
    events(sender, 'a', [700_001])
    sender.advance(700_002)
    events(sender, 'a', [700_003])
    sender.advance(700_004)
    await settled()
    expect(heard).toHaveLength(3)
    answer(1)
    await settled()
    sender.advance(700_005)
    await settled()
    expect(heard.slice(3)).toEqual([
      { type: 'events', batch: 2, population: 0, times: Float64Array.of(700_001, 700_003), sources: Uint32Array.of(0, 0), kinds: Uint8Array.of(1, 1) },
      { type: 'now', time: 700_005 },
    ])
  })

  it('drops what nobody takes beyond 64 MB, and says from when on', async () => {
    const { sender, heard, settled } = feed()
    const many = Array.from({ length: 700_000 }, (_, k) => k)
    for (let k = 0; k < 12; k++) {
      events(sender, 'a', many.map((t) => k * 700_000 + t))
      sender.advance((k + 1) * 700_000)
    }
    sender.end(1e7, new ArrayBuffer(8), 'abc')
    await settled()
    expect(heard.map((m) => m.type)).toEqual(['begin', 'events', 'now', 'skipped', 'events', 'end'])
    const rows = heard.flatMap((m) => (m.type === 'events' ? [...m.times] : []))
    const skipped = heard.find((m) => m.type === 'skipped')
    // all before that time was sent, nothing after
    expect(skipped).toEqual({ type: 'skipped', time: rows.length })
    expect(rows.at(-1)).toBe(rows.length - 1)
  })
})

describe('the pace of a run', () => {
  it('is that of the last seconds', () => {
    const meter = paceMeter()
    expect(meter.pace()).toBe(0)
    for (let k = 0; k < 100; k++) meter.hear(20, 10)
    expect(meter.pace()).toBeCloseTo(2000, 6)
    for (let k = 0; k < 2000; k++) meter.hear(5, 10)
    expect(meter.pace()).toBeCloseTo(500, 2)
  })
})
