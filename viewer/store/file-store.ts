/**
 * A finished trace, read in slices: opening reads header and footer, a chunk's columns are read and checked when somebody asks, and kept
 * while the budget lasts. A chunk that is damaged is left out and named; the rest is shown.
 */
import { InputError } from '../../engine/errors.ts'
import { type Column, openTrace, type TraceSource } from '../../engine/trace/index.ts'
import { chunkCache } from './chunk-cache.ts'
import type { Chunk, Segment, TraceStore } from './trace-store.ts'

/** Bytes of decoded columns that are kept: all of a trace up to this size, less of a larger one, whose classes and counts take more. */
const wholeBytes = 200e6
const partBytes = 32e6

/** Throws `InputError` if `source` is no trace, or if its header cannot be read. */
export function fileStore(name: string, source: TraceSource, file: () => Blob, budget = source.size <= wholeBytes ? wholeBytes : partBytes): TraceStore {
  const trace = openTrace(source)
  const { header } = trace
  const cache = chunkCache(budget)
  const damage = [...(trace.damage ? [`${trace.damage}.`] : [])]
  if (!trace.complete) damage.push(`The end of this trace is missing (the run was stopped, or the file was cut); shown is what is there, up to ${trace.until} ms.`)
  const damaged = new Set<number>()
  /** Of each population, the places of its chunks among those of the file. */
  const places = header.populations.map((): number[] => [])
  const segments = header.populations.map((): Segment[] => [])
  /** Of each population, the place of its counts by time and unit, if it has them. */
  const densities: (number | undefined)[] = header.populations.map(() => undefined)
  const [samples, weights] = [header.samples, header.weights].map((list) => list.map((): Chunk[] => []))
  trace.chunks.forEach(({ type, name: subject, first, last, count }, place) => {
    const of = (list: readonly { name: string }[]) => list.findIndex((item) => item.name === subject)
    if (type === 'events') {
      const population = of(header.populations)
      places[population].push(place)
      segments[population].push({ first, last, count })
    } else if (type === 'samples') samples[of(header.samples)].push({ first, last, count, read: () => read(place) })
    else if (type === 'weights') weights[of(header.weights)].push({ first, last, count, read: () => read(place) })
    else if (type === 'density') densities[of(header.populations)] = place
  })

  /** Undefined where the chunk is damaged: then it is left out, and said once. */
  function read(place: number): Column[] | undefined {
    const kept = cache.get(place)
    if (kept || damaged.has(place)) return kept
    try {
      const columns = trace.columns(place)
      cache.put(place, columns)
      return columns
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      damaged.add(place)
      const { type, count } = trace.chunks[place]
      damage.push(`${error.message}; its ${count} ${typeof type === 'number' ? 'rows' : type} are left out.`)
      return undefined
    }
  }

  return {
    ...{ name, header, damage, file, live: false, until: trace.until, complete: trace.complete, bytes: source.size },
    segments: (population) => segments[population],
    columns(population, segment) {
      const columns = read(places[population][segment])
      if (!columns) return undefined
      const [times, sources, kinds] = columns as [Float64Array, Uint32Array, Uint8Array]
      return { times, sources, kinds }
    },
    inMemory: (population, segment) => cache.has(places[population][segment]) || damaged.has(places[population][segment]),
    spikes(population) {
      const { name: subject, events } = header.populations[population]
      if (events === false) return 0
      return trace.complete ? trace.totals(subject).spike : undefined
    },
    coarse(population) {
      const { name: subject, events } = header.populations[population]
      return trace.complete && events !== false ? trace.overview(subject) : undefined
    },
    density(population) {
      if (densities[population] === undefined) return undefined
      try {
        return trace.density(header.populations[population].name)
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        densities[population] = undefined
        damage.push(`${error.message}; the events themselves can be read.`)
        return undefined
      }
    },
    samples: (request) => samples[request],
    weights: (projection) => weights[projection],
  }
}
