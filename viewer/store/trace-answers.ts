/** What trace-service.ts promises, answered for the traces that are held. */
import { rasterImage } from '../raster/raster-image.ts'
import { rowOrder } from '../raster/row-order.ts'
import { selectedEvents } from '../statistics/selected-events.ts'
import type { TraceService } from '../trace-service.ts'
import { type HeldTrace, statusOf } from './held-trace.ts'
import type { HeldTraces } from './held-traces.ts'
import { spikesOver } from './spikes-over.ts'
import { namedPopulation } from './trace-store.ts'

type Answered = 'open' | 'close' | 'status' | 'listen' | 'raster' | 'overview' | 'order' | 'events' | 'file'

export function traceAnswers(traces: HeldTraces): Pick<TraceService, Answered> {
  /** Number of the last raster that was asked for: one before it gives way. */
  let newest = 0
  const of = ({ store }: HeldTrace, population: string) => namedPopulation(store, population)
  return {
    open: (origin) => traces.open(origin),
    close: async (id) => traces.close(id),
    status: async (id) => statusOf(traces.get(id)),
    listen: async (listener) => traces.listen(listener),
    raster(request) {
      const number = ++newest
      const held = traces.telling(request.trace, request.threshold)
      const over = request.over && traces.telling(request.over.trace, request.threshold)
      return rasterImage(request, held, over, () => number === newest)
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
    file: async (id) => traces.get(id).store.file(),
  }
}
