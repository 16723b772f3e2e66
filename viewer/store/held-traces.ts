/**
 * The traces that the worker holds, and the background in which they are read: one slice after the other, with room for requests between
 * them. Where bytes come from is passed in, so that all of it runs without a browser, too.
 */
import { InputError } from '../../engine/errors.ts'
import { bytesSource, type TraceSource } from '../../engine/trace/index.ts'
import type { FeedMessage } from '../feed.ts'
import { seldom } from '../seldom.ts'
import type { BurstThreshold, OpenedTrace, TraceId, TraceOrigin, TraceStatus } from '../trace-service.ts'
import { breathe } from './breathe.ts'
import { fileStore } from './file-store.ts'
import { type HeldTrace, holdTrace, makeIndexes, statusOf, tellBursts } from './held-trace.ts'
import { liveStore } from './live-store.ts'
import { readAhead } from './read-ahead.ts'
import { readSlice } from './walk.ts'

/** Of a file or an address: its bytes, and the whole of it for downloading. */
export type OpenSource = (origin: Exclude<TraceOrigin, { feed: MessagePort }>) => { source: TraceSource; file(): Blob }

export interface HeldTraces {
  /** Throws `InputError` for a trace that is not open. */
  get(id: TraceId): HeldTrace
  /** The same, its bursts told like this from now on. */
  telling(id: TraceId, threshold: BurstThreshold): HeldTrace
  open(origin: TraceOrigin): Promise<OpenedTrace>
  close(id: TraceId): void
  listen(listener: (trace: TraceId, status: TraceStatus) => void): void
}

/**
 * ms between two calls of listeners, and the share of time that pictures may take: whoever is told asks for one, which must leave the
 * engine its core, and reading its time.
 */
const tellEvery = 150
const pictureShare = 0.12

export function heldTraces(openSource: OpenSource, cacheBytes?: number): HeldTraces {
  const held = new Map<TraceId, HeldTrace>()
  const listeners: ((trace: TraceId, status: TraceStatus) => void)[] = []
  /** Weak, so that a trace that is closed is forgotten with its rows. */
  const tellers = new WeakMap<HeldTrace, () => void>()
  const reading = new Set<HeldTrace>()
  let opened = 0

  function tell(trace: HeldTrace): void {
    if (trace.closed) return
    for (const listener of listeners) listener(trace.id, statusOf(trace))
  }

  /** Soon, and not too often. */
  function tellSoon(trace: HeldTrace): void {
    let soon = tellers.get(trace)
    if (!soon) tellers.set(trace, (soon = seldom(() => tell(trace), () => Math.max(tellEvery, trace.painted / pictureShare))))
    soon()
  }

  /** Read what has not been read yet, in slices. */
  async function read(trace: HeldTrace): Promise<void> {
    if (reading.has(trace)) return
    reading.add(trace)
    // the answer to whoever asked first
    await breathe()
    while (!trace.closed && readSlice(trace)) {
      tellSoon(trace)
      await breathe()
    }
    reading.delete(trace)
    tellSoon(trace)
  }

  function hold(trace: HeldTrace): OpenedTrace {
    held.set(trace.id, trace)
    const { name, header } = trace.store
    return { id: trace.id, name, header, status: statusOf(trace) }
  }

  function openFeed(name: string, port: MessagePort): Promise<OpenedTrace> {
    return new Promise((resolve, reject) => {
      let trace: HeldTrace | undefined
      let live: ReturnType<typeof liveStore>
      port.onmessage = ({ data }: MessageEvent<FeedMessage>) => {
        if (data.type === 'begin') {
          live = liveStore(name, data.header)
          trace = holdTrace(opened++, live, undefined, data.until ?? 0)
          resolve(hold(trace))
        } else if (!trace) reject(new InputError(data.type === 'failed' ? data.message : `the run begins with "${data.type}"; its header is needed first`))
        else if (data.type === 'end') void finish(trace, data.trace)
        else {
          live.take(data)
          if ('batch' in data) port.postMessage({ type: 'got', batch: data.batch })
          tellSoon(trace)
          void read(trace)
        }
      }
    })
  }

  /** The finished file takes the place of what came while it ran, when it has been read as far. */
  async function finish(trace: HeldTrace, bytes: ArrayBuffer): Promise<void> {
    const store = fileStore(trace.store.name, bytesSource(new Uint8Array(bytes)), () => new Blob([bytes]), cacheBytes)
    const next = { store, indexes: makeIndexes(store, trace.threshold, store.until) }
    while (!trace.closed && readSlice(next)) await breathe()
    Object.assign(trace, next)
    // somebody may have chosen another threshold meanwhile
    tellBursts(trace, trace.threshold)
    tell(trace)
    await read(trace)
  }

  function get(id: TraceId): HeldTrace {
    const trace = held.get(id)
    if (!trace) throw new InputError(`trace ${id} is not open any more; open it again`)
    return trace
  }

  return {
    get,
    telling(id, threshold) {
      const trace = get(id)
      tellBursts(trace, threshold)
      void read(trace)
      return trace
    },
    async open(origin) {
      if ('feed' in origin) return openFeed(origin.name, origin.feed)
      const { source, file } = openSource(origin)
      const trace = holdTrace(opened++, fileStore(origin.name, readAhead(source), file, cacheBytes))
      const answer = hold(trace)
      void read(trace)
      return answer
    },
    close(id) {
      const trace = held.get(id)
      if (trace) trace.closed = true
      held.delete(id)
    },
    listen: (listener) => void listeners.push(listener),
  }
}
