/** A run that goes on, as a store: rows are kept as they come, and stand in segments as large as chunks of a file. */
import type { Column, TraceHeader } from '../../engine/trace/index.ts'
import type { FeedMessage } from '../feed.ts'
import type { Chunk, EventColumns, Segment, TraceStore } from './trace-store.ts'

const segmentRows = 65_536

export interface LiveStore extends TraceStore {
  /** Take in what the run says; not its end, which is a file. */
  take(message: Exclude<FeedMessage, { type: 'begin' | 'end' }>): void
}

export function liveStore(name: string, header: TraceHeader): LiveStore {
  const segments = header.populations.map((): (Segment & { columns: EventColumns })[] => [])
  const [samples, weights] = [header.samples, header.weights].map((list) => list.map((): Chunk[] => []))
  const damage: string[] = []
  let until = 0
  let bytes = 0

  function takeEvents(population: number, times: Float64Array, sources: Uint32Array, kinds: Uint8Array): void {
    const own = segments[population]
    for (let done = 0; done < times.length; ) {
      let open = own.at(-1)
      if (!open || open.count === segmentRows) {
        const columns = { times: new Float64Array(segmentRows), sources: new Uint32Array(segmentRows), kinds: new Uint8Array(segmentRows) }
        own.push((open = { first: times[done], last: times[done], count: 0, columns }))
      }
      const end = Math.min(times.length, done + segmentRows - open.count)
      open.columns.times.set(times.subarray(done, end), open.count)
      open.columns.sources.set(sources.subarray(done, end), open.count)
      open.columns.kinds.set(kinds.subarray(done, end), open.count)
      open.count += end - done
      open.last = times[end - 1]
      done = end
    }
  }

  function addChunk(chunks: Chunk[], first: number, last: number, columns: Column[]): void {
    chunks.push({ first, last, count: columns[0].length, read: () => columns })
    for (const column of columns) bytes += column.byteLength
  }

  return {
    ...{ name, header, damage, live: true, complete: false },
    get until() {
      return until
    },
    get bytes() {
      return bytes
    },
    segments: (population) => segments[population],
    columns: (population, segment) => segments[population][segment].columns,
    inMemory: () => true,
    spikes: () => undefined,
    coarse: () => undefined,
    density: () => undefined,
    samples: (request) => samples[request],
    weights: (projection) => weights[projection],
    file: () => undefined,
    take(message) {
      if (message.type === 'events') {
        takeEvents(message.population, message.times, message.sources, message.kinds)
        bytes += 13 * message.times.length
      } else if (message.type === 'sample') {
        const { request, times, values } = message
        if (times.length > 0) addChunk(samples[request], times[0], times[times.length - 1], [times, values])
      } else if (message.type === 'weights') {
        const { projection, time, sources, targets, weights: values } = message
        addChunk(weights[projection], time, time, [sources, targets, values])
      } else if (message.type === 'now') until = Math.max(until, message.time)
      else if (message.type === 'skipped') damage.push(`From ${message.time} ms on this picture lacks rows, because the run is faster than they can be shown; all are there when it has ended.`)
      else damage.push(`The run has failed: ${message.message}`)
    },
  }
}
