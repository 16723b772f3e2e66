/** What a strip asks of the worker, by the view as it is. */
import { other, otherUntil, trace, traceService, until } from '../traces.ts'
import { from, overlay, threshold, to } from '../view.ts'
import type { StripQuestion } from './load-strip.ts'

/** Undefined while no trace is open. Reads signals. */
export function questionNow(width: number): StripQuestion | undefined {
  const open = trace.value
  if (!open) return undefined
  const second = overlay.value ? other.value : undefined
  return {
    service: traceService(),
    trace: open.id,
    header: open.header,
    until: until.value,
    from: from.value,
    to: to.value,
    width,
    threshold: threshold.value,
    ...(second && { over: { trace: second.id, header: second.header, until: otherUntil.value, name: second.name === open.name ? 'second' : second.name } }),
  }
}
