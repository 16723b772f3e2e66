/** Messages above the plots: what is wrong with a file beside what could be read of it, and what went wrong. Dismissable. */
import { computed, signal } from '@preact/signals'
import { other, trace } from '../traces.ts'

/** Of errors, newest last. */
const complaints = signal<string[]>([])
/** Damage that somebody has read and closed. */
const closed = signal<readonly string[]>([])

export function complain(error: unknown) {
  const message = error instanceof Error ? error.message : String(error)
  if (!complaints.value.includes(message)) complaints.value = [...complaints.value, message].slice(-4)
}

export function forgetComplaints() {
  complaints.value = []
}

const damage = computed(() =>
  [trace.value, other.value].flatMap((open) => open?.status.value.damage.map((sentence) => `${open.name}: ${sentence}`) ?? []).filter((text) => !closed.value.includes(text)),
)

export function Notices() {
  const dismiss = (text: string) => {
    complaints.value = complaints.value.filter((other) => other !== text)
    closed.value = [...closed.value, text]
  }
  return (
    <div class="notices" role="alert">
      {complaints.value.map((text) => (
        <Notice key={text} kind="error" text={text} dismiss={dismiss} />
      ))}
      {damage.value.map((text) => (
        <Notice key={text} kind="damage" text={text} dismiss={dismiss} />
      ))}
    </div>
  )
}

function Notice({ kind, text, dismiss }: { kind: string; text: string; dismiss(text: string): void }) {
  return (
    <p class={`notice ${kind}`}>
      <span>{text}</span>
      <button type="button" aria-label={`Dismiss: ${text}`} onClick={() => dismiss(text)}>
        ×
      </button>
    </p>
  )
}
