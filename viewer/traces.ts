/**
 * The traces that are open on the page, and the worker that holds them. The page itself never reads events: it asks the
 * worker (trace-service.ts) for images, counts and curves.
 */
import { computed, type Signal, signal } from '@preact/signals'
import * as Comlink from 'comlink'
import type { TraceHeader } from '../engine/trace/header.ts'
import type { TraceId, TraceOrigin, TraceService, TraceStatus } from './trace-service.ts'

export interface OpenTrace {
  id: TraceId
  name: string
  header: TraceHeader
  /** Changes while a run goes on, and while a large file is being read. */
  status: Signal<TraceStatus>
}

/** The trace that is looked at, and the one it is compared with. */
export const trace = signal<OpenTrace | undefined>(undefined)
export const other = signal<OpenTrace | undefined>(undefined)

/** When they end, as far as they have come (ms): changes less often than their status. */
export const until = computed(() => trace.value?.status.value.until ?? 0)
export const otherUntil = computed(() => other.value?.status.value.until ?? 0)
export const isLive = computed(() => trace.value?.status.value.live ?? false)

let remote: Comlink.Remote<TraceService> | undefined
const open = new Map<TraceId, OpenTrace>()

/** The worker that holds traces; it starts when first asked for. */
export function traceService(): Comlink.Remote<TraceService> {
  if (!remote) {
    const worker = new Worker(new URL('./trace-worker.ts', import.meta.url), { type: 'module', name: 'traces' })
    remote = Comlink.wrap<TraceService>(worker)
    void remote.listen(
      Comlink.proxy((id: TraceId, status: TraceStatus) => {
        const known = open.get(id)
        if (known?.status.peek().live && !status.live) void readHeader(known)
        // told again and again where nothing has changed, whoever follows it would look again and again
        if (known && JSON.stringify(known.status.peek()) !== JSON.stringify(status)) known.status.value = status
      }),
    )
  }
  return remote
}

/** A run that has ended may have been changed by hand: its trace says how. */
async function readHeader({ id }: OpenTrace) {
  const header = await traceService().header(id)
  const known = open.get(id)
  if (!known || known.header.scenario === header.scenario) return
  const next = { ...known, header }
  open.set(id, next)
  if (trace.value?.id === id) trace.value = next
  if (other.value?.id === id) other.value = next
}

/** Opens a trace without showing it. Throws what the worker says about a file that cannot be read. */
export async function openTrace(origin: TraceOrigin): Promise<OpenTrace> {
  const sent = 'feed' in origin ? Comlink.transfer(origin, [origin.feed]) : origin
  const { id, name, header, status } = await traceService().open(sent)
  const opened = { id, name, header, status: signal(status) }
  open.set(id, opened)
  return opened
}

export async function closeTrace({ id }: OpenTrace) {
  open.delete(id)
  if (trace.value?.id === id) trace.value = undefined
  if (other.value?.id === id) other.value = undefined
  await traceService().close(id)
}
