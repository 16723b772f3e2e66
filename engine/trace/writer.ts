/**
 * Writes a trace. Appending copies typed arrays; chunks go to the sink when simulated time passes the time at which
 * they close, in the order of (closing time, populations, samples, weights). So bytes depend on what was recorded and
 * not on how often `advance` was called, on the size of batches, or on the order of appending within an instant.
 */
import { InputError } from '../errors.ts'
import { blockTypes, checkIndices, checkTime, checkTimes, type Column, makeColumn, weightColumns } from './columns.ts'
import { binsUntil, countRows } from './counts.ts'
import { countInto } from './density.ts'
import { checksum, type Descriptor, descriptorBytes, encodeBlock, encodeFooter, encodePreamble, encodeTrailer } from './format.ts'
import { encodeHeader, type TraceHeader } from './header.ts'
import { append, chunkFrom, closesBefore, drop, type Rows, slice } from './rows.ts'
import { decodeState, densityBlock, encodeState, freshState } from './state.ts'

export interface TraceSink {
  /** `bytes` are the sink's to keep. */
  write(bytes: Uint8Array): void
}

export interface TraceWriter {
  /** Append the first `count` rows: times (ms), which never decrease; units; kinds as in `description.ts`. */
  events(population: number, times: Float64Array, sources: Uint32Array, kinds: Uint8Array, count: number): void
  /** Append the values [variable][unit] at one time; they are stored in the precision of the trace. */
  samples(request: number, time: number, values: Float32Array | Float64Array): void
  /** Keep the weights of a projection as they are at `time`; once for any one time. */
  weights(
    projection: number,
    time: number,
    sources: Uint32Array,
    targets: Uint32Array,
    weights: Float32Array | Float64Array,
  ): void
  /** Weights as they are at `time`, to be written at the end, unless others are held in their place before. */
  hold(
    projection: number,
    time: number,
    sources: Uint32Array,
    targets: Uint32Array,
    weights: Float32Array | Float64Array,
  ): void
  /** Simulated time has reached `time`: nothing earlier will be appended. */
  advance(time: number): void
  /** What is needed to go on writing later: pass it to `openTraceWriter` with a file cut to `bytesWritten`. */
  snapshot(): Uint8Array
  /** Simulated time has ended at `until` (ms): write what is open, footer and trailer. */
  close(until: number): void
  readonly bytesWritten: number
}

/** Write a trace to `sink`, or go on from `resume`. Throws `InputError` for a header or snapshot that does not fit. */
export function openTraceWriter(header: TraceHeader, sink: TraceSink, resume?: Uint8Array): TraceWriter {
  const encoded = encodeHeader(header)
  const populations = header.populations.length
  const identity = checksum(encoded)
  const state = resume ? decodeState(header, identity, resume) : freshState(header)
  let usable = true

  function put(bytes: Uint8Array): void {
    sink.write(bytes)
    state.bytes += bytes.length
  }

  function putChunk(
    type: number,
    subject: number,
    count: number,
    first: number,
    last: number,
    columns: Column[],
  ): void {
    putBlock(encodeBlock({ type, subject, count, first, last }, columns), { type, subject, count, first, last })
  }

  function putBlock(bytes: Uint8Array, descriptor: Descriptor): void {
    state.chunks.push({ offset: state.bytes, length: bytes.length - descriptorBytes, ...descriptor })
    put(bytes)
  }

  /** Run `work`, after which the writer can only be used if nothing was thrown half way. */
  function whole(work: () => void): void {
    usable = false
    work()
    usable = true
  }

  function need(condition: boolean, reason: () => string): void {
    if (!condition) throw new InputError(reason())
  }

  function open(index: number, length: number, what: string): void {
    need(usable, () => 'this trace is closed, or writing it has failed; nothing can be added')
    const known = Number.isInteger(index) && index >= 0 && index < length
    need(known, () => `found ${what} ${index}; the header names ${length}`)
  }

  /** Write every chunk that closes before `time`. */
  function flush(time: number): void {
    const due: { closes: number; rank: number; write(): void }[] = []
    const written = state.rows.map((rows, rank) => {
      let start = 0
      while (start < rows.count) {
        const { end, closes } = chunkFrom(rows, start)
        if (closes >= time) break
        const first = start
        due.push({ closes, rank, write: () => putRows(rank, first, end) })
        start = end
      }
      return start
    })
    for (const { projection, time: at, columns } of state.weights) {
      const write = () => putChunk(blockTypes.weights, projection, columns[0].length, at, at, columns)
      if (at < time) due.push({ closes: at, rank: state.rows.length + projection, write })
    }
    if (due.length === 0) return
    due.sort((a, b) => a.closes - b.closes || a.rank - b.rank)
    whole(() => {
      for (const chunk of due) chunk.write()
      for (const [rank, rows] of state.rows.entries()) drop(rows, written[rank])
      state.weights = state.weights.filter((w) => w.time >= time)
    })
  }

  function putRows(rank: number, start: number, end: number): void {
    const columns = slice(state.rows[rank], start, end)
    const times = columns[0] as Float64Array
    const isEvents = rank < populations
    const type = isEvents ? blockTypes.events : blockTypes.samples
    putChunk(type, isEvents ? rank : rank - populations, end - start, times[0], times[times.length - 1], columns)
    if (!isEvents) return
    const [, sources, rowKinds] = columns as [Float64Array, Uint32Array, Uint8Array]
    countRows(state.counts, rank, times, rowKinds, 0, times.length)
    const density = state.densities[rank]
    if (density) countInto(density, times, sources, rowKinds, 0, times.length)
  }

  /** Connections as columns of their own. Throws `InputError` unless they fit each other and the header. */
  function connections(
    projection: number,
    time: number,
    sources: Uint32Array,
    targets: Uint32Array,
    weights: Float32Array | Float64Array,
  ): Column[] {
    open(projection, header.weights.length, 'projection')
    const count = sources.length
    need(
      targets.length === count && weights.length === count,
      () => `found ${count} sources, ${targets.length} targets and ${weights.length} weights; their numbers must agree`,
    )
    checkTime(time, state.advanced)
    checkIndices(sources, count, header.weights[projection].sources)
    checkIndices(targets, count, header.weights[projection].targets)
    return weightColumns(header).map(({ kind }, c) => {
      const column = makeColumn(kind, count)
      column.set([sources, targets, weights][c])
      return column
    })
  }

  if (!resume) {
    put(encodePreamble())
    put(encodeBlock({ type: blockTypes.header, subject: 0, count: 1, first: 0, last: 0 }, [encoded]))
  }

  return {
    events(population, times, sources, kinds, count) {
      open(population, populations, 'population')
      const { name, size, events } = header.populations[population]
      need(events !== false, () => `found events of "${name}"; the header says that they are not kept`)
      const most = Math.min(times.length, sources.length, kinds.length)
      need(Number.isInteger(count) && count >= 0 && count <= most, () => `found ${count} rows in columns of ${most}`)
      if (count === 0) return
      checkTimes(times, count, lastTime(state.rows[population], state.advanced))
      checkIndices(sources, count, size)
      append(state.rows[population], [times, sources, kinds], count)
    },
    samples(request, time, values) {
      open(request, header.samples.length, 'samples')
      const rows = state.rows[populations + request]
      const { stride } = rows.specs[1]
      need(values.length === stride, () => `found ${values.length} values; one sample has ${stride}`)
      checkTime(time, lastTime(rows, state.advanced))
      append(rows, [Float64Array.of(time), values], 1)
    },
    weights(projection, time, sources, targets, weights) {
      const columns = connections(projection, time, sources, targets, weights)
      const { name } = header.weights[projection]
      const last = state.chunks.findLast((c) => c.type === blockTypes.weights && c.subject === projection)?.last ?? -1
      const again = time <= last || state.weights.some((w) => w.projection === projection && w.time >= time)
      need(!again, () => `found weights of "${name}" at ${time} ms twice or out of order; later times are needed`)
      state.weights.push({ projection, time, columns })
    },
    hold(projection, time, sources, targets, weights) {
      const columns = connections(projection, time, sources, targets, weights)
      state.held = [...state.held.filter((w) => w.projection !== projection), { projection, time, columns }]
    },
    advance(time) {
      open(0, 1, 'trace')
      checkTime(time, state.advanced)
      state.advanced = time
      if (state.weights.length > 0 || state.rows.some((rows) => closesBefore(rows, time))) flush(time)
    },
    snapshot() {
      open(0, 1, 'trace')
      return encodeState(state, populations, identity)
    },
    close(until) {
      open(0, 1, 'trace')
      const latest = state.rows.reduce((t, rows) => lastTime(rows, t), state.advanced)
      checkTime(
        until,
        [...state.weights, ...state.held].reduce((t, w) => Math.max(t, w.time), latest),
      )
      state.weights.push(...state.held.splice(0))
      flush(Number.POSITIVE_INFINITY)
      state.densities.forEach((density, subject) => {
        if (!density) return
        const bytes = densityBlock(subject, density, until)
        putBlock(bytes, { type: blockTypes.density, subject, count: density.used, first: 0, last: until })
      })
      const { chunks, counts } = state
      const { used, bins } = binsUntil(counts, until)
      const { width, totals, rows } = counts
      usable = false
      const footer = state.bytes
      put(encodeFooter({ until, width, used, bins, totals, rows, chunks }))
      put(encodeTrailer(footer))
    },
    get bytesWritten() {
      return state.bytes
    },
  }
}

function lastTime(rows: Rows, otherwise: number): number {
  return rows.count > 0 ? Math.max(otherwise, rows.columns[0][rows.count - 1]) : otherwise
}
