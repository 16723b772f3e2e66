/** What trace-service.ts promises, answered for the traces that are held. */
import { rasterImage } from '../raster/raster-image.ts'
import { rowOrder } from '../raster/row-order.ts'
import { code } from '../statistics/code.ts'
import { divergence } from '../statistics/divergence.ts'
import { eventAt, nextEvent } from '../statistics/event-at.ts'
import { eventTable } from '../statistics/event-table.ts'
import { psth } from '../statistics/psth.ts'
import { sampled } from '../statistics/sampled.ts'
import { selectedEvents } from '../statistics/selected-events.ts'
import { summary } from '../statistics/summary.ts'
import { weightsOverTime } from '../statistics/weights-over-time.ts'
import type { TraceService } from '../trace-service.ts'
import { type HeldTrace, statusOf } from './held-trace.ts'
import type { HeldTraces } from './held-traces.ts'
import { spikesOver } from './spikes-over.ts'
import { namedPopulation } from './trace-store.ts'

export function traceAnswers(traces: HeldTraces): TraceService {
  /** Number of the last raster that was asked for: one before it gives way. */
  let newest = 0
  const of = ({ store }: HeldTrace, population: string) => namedPopulation(store, population)
  return {
    open: (origin) => traces.open(origin),
    close: async (id) => traces.close(id),
    status: async (id) => statusOf(traces.get(id)),
    listen: async (listener) => traces.listen(listener),
    async raster(request) {
      const number = ++newest
      const held = traces.telling(request.trace, request.threshold)
      const over = request.over && traces.telling(request.over.trace, request.threshold)
      const image = await rasterImage(request, held, over, () => number === newest)
      held.painted = image.took
      return image
    },
    async overview(id, from, to, bins) {
      const held = traces.get(id)
      return Object.fromEntries(held.store.header.populations.map(({ name }, population) => [name, spikesOver(held, population, from, to, bins)]))
    },
    async order(id, population, order) {
      const held = traces.get(id)
      return rowOrder(held, of(held, population), order).slice()
    },
    events: async (id, selection, most) => selectedEvents(traces.get(id), selection, most),
    summary: (id, selection, threshold) => summary(traces.telling(id, threshold), selection, threshold),
    eventAt: async (id, population, time, rank, order, reach, rows, threshold) => eventAt(traces.telling(id, threshold), population, time, rank, order, reach, rows),
    nextEvent: async (id, populations, time, direction, unit) => nextEvent(traces.get(id), populations, time, direction, unit),
    code: (request) => code(traces.telling(request.trace, request.threshold), request),
    sampled: (request) => sampled(traces.get(request.trace), request),
    weights: (id, projection) => weightsOverTime(traces.get(id), projection),
    psth: (request) => psth(traces.get(request.trace), request),
    compare: async (a, b) => divergence(traces.get(a), traces.get(b)),
    exportEvents: (id, selection, format) => eventTable(traces.get(id), selection, format),
    header: async (id) => traces.get(id).store.header,
    file: async (id) => traces.get(id).store.file(),
  }
}
