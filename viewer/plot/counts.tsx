/** "showing n of N spikes": how much of the trace the picture holds. Always there, so that a picture never passes for more than it is. */
import { signal } from '@preact/signals'
import { trace } from '../traces.ts'

/** Of the last image. */
export const counts = signal<{ shown: number; of: number; exact: boolean } | undefined>(undefined)

export function Counts() {
  const status = trace.value?.status.value
  const text = status && counts.value ? countsText(counts.value, status.read) : ''
  return (
    <output class="counts" aria-live="polite">
      {text}
    </output>
  )
}

export function countsText({ shown, of, exact }: { shown: number; of: number; exact: boolean }, read: number): string {
  const plain = `showing ${shown.toLocaleString('en')} of ${of.toLocaleString('en')} spikes`
  if (exact) return plain
  return read < 1 ? `${plain} (coarse, reading ${Math.floor(read * 100)} %)` : `${plain} (coarse)`
}
