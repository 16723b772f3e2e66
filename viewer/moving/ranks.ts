/** The rank of a unit in an order of rows, and back; orders come from the worker and are kept until the trace grows. */
import type { RowOrder } from '../trace-service.ts'
import { type OpenTrace, traceService } from '../traces.ts'

const kept = new Map<string, Promise<Uint32Array>>()
let keptOf = ''

/** The rank of each unit. */
function ranks(trace: OpenTrace, population: string, order: RowOrder): Promise<Uint32Array> {
  const { until, read } = trace.status.value
  const state = `${trace.id} ${until} ${read}`
  if (state !== keptOf) kept.clear()
  keptOf = state
  const key = JSON.stringify([population, order])
  const known = kept.get(key)
  if (known) return known
  const asked = traceService()
    .order(trace.id, population, order)
    .then((units) => {
      const inverse = new Uint32Array(units.length)
      units.forEach((unit, rank) => {
        inverse[unit] = rank
      })
      return inverse
    })
  kept.set(key, asked)
  return asked
}

export async function rankOf(trace: OpenTrace, population: string, order: RowOrder, unit: number): Promise<number> {
  return order.by === 'id' ? unit : (await ranks(trace, population, order))[unit]
}
