/**
 * Orders of a population's units: the unit at each rank. By rate the most active come first, by first spike the earliest; units that were
 * silent, or whose variable was not sampled, come last. Ties by number. While a trace is still being read, as far as it has been read.
 */
import { InputError, unknown } from '../../engine/errors.ts'
import { firstNotBefore } from '../../engine/trace/columns.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import type { TraceStore } from '../store/trace-store.ts'
import type { RowOrder } from '../trace-service.ts'

/** Orders that were asked for last, by trace, population and order; they hold while as many rows have been read. */
const kept = new WeakMap<HeldTrace, Map<string, { read: string; units: Uint32Array }>>()

export function rowOrder(held: HeldTrace, population: number, order: RowOrder): Uint32Array {
  const { counted, units } = held.indexes[population]
  const read = order.by === 'id' || order.by === 'variable' ? '' : `${held.store.live} ${counted.segment} ${counted.row}`
  const key = `${population} ${JSON.stringify(order)}`
  const orders = kept.get(held) ?? new Map<string, { read: string; units: Uint32Array }>()
  kept.set(held, orders)
  const found = orders.get(key)
  if (found && found.read === read) return found.units
  const values = sortValues(held, population, order)
  const sorted = Uint32Array.from({ length: units }, (_, unit) => unit)
  // unknown values (NaN) last
  if (values) sorted.sort((a, b) => compare(values[a], values[b]) || a - b)
  // a slider of the time of a variable asks for many
  if (orders.size > 32) orders.clear()
  if (!(order.by === 'variable' && held.store.live)) orders.set(key, { read, units: sorted })
  return sorted
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1
  return Number.isNaN(b) ? -1 : a < b ? -1 : a > b ? 1 : 0
}

/** Smallest first. */
function sortValues(held: HeldTrace, population: number, order: RowOrder): Float64Array | undefined {
  const { unitSpikes, firstSpikes } = held.indexes[population]
  if (order.by === 'rate') return Float64Array.from(unitSpikes, (count) => -count)
  if (order.by === 'first_spike') return firstSpikes
  if (order.by === 'variable') return variableOfUnits(held.store, population, order)
  return undefined
}

/** The last sample not after `at`, or the first one; NaN of units that were not sampled. */
function variableOfUnits(store: TraceStore, population: number, { samples, variable, at }: Extract<RowOrder, { by: 'variable' }>): Float64Array {
  const { header } = store
  const request = header.samples.findIndex((s) => s.name === samples)
  if (request < 0) throw new InputError(unknown('samples', samples, header.samples.map((s) => s.name)))
  const { variables, units, population: of } = header.samples[request]
  const number = variables.indexOf(variable)
  if (number < 0) throw new InputError(unknown('sampled variable', variable, variables))
  const values = new Float64Array(header.populations[population].size).fill(Number.NaN)
  if (of !== header.populations[population].name) throw new InputError(`found samples of "${of}"; those of "${header.populations[population].name}" can order its rows`)
  const chunks = store.samples(request)
  const columns = (chunks.findLast((c) => c.first <= at) ?? chunks.at(0))?.read()
  if (!columns) return values
  const [times, all] = columns as [Float64Array, Float32Array | Float64Array]
  const after = firstNotBefore(times, at)
  const row = times[after] === at ? after : Math.max(0, after - 1)
  const start = (row * variables.length + number) * Math.max(1, units.length)
  units.forEach((unit, k) => {
    values[unit] = all[start + k]
  })
  return values
}
