/**
 * When a strip asks for its data again: when the window has rested, or every so often while it moves, so that curves never hold up
 * the raster; and four times a second while a run goes on.
 */
import { effect } from '@preact/signals'
import { newest } from '../newest.ts'
import { other, trace, traceService } from '../traces.ts'
import { from, overlay, type Strip, threshold, to } from '../view.ts'
import { loadStrip, type StripQuestion } from './load-strip.ts'
import type { StripData } from './strip-data.ts'

/** ms after the last movement, and at most so long while one moves. */
const rest = 90
const longest = 250

type Drawn = Exclude<Strip, { kind: 'bands' }>

/** Tells data (or what went wrong) whenever the view asks for others. Returns a function that stops it. */
export function stripQuestions(strip: Drawn, width: () => number, answered: (answer: StripData | Error) => void): () => void {
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let since = 0
  const ask = newest(
    (question: StripQuestion) => loadStrip(strip, question).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
    (answer) => {
      if (!stopped) answered(answer)
    },
  )
  const stop = effect(() => {
    const question = questionNow(width())
    if (!question) return
    clearTimeout(timer)
    const now = performance.now()
    since ||= now
    timer = setTimeout(
      () => {
        since = 0
        ask(question)
      },
      Math.min(rest, Math.max(0, since + longest - now)),
    )
  })
  return () => {
    stopped = true
    clearTimeout(timer)
    stop()
  }
}

function questionNow(width: number): StripQuestion | undefined {
  const open = trace.value
  if (!open) return undefined
  const second = overlay.value ? other.value : undefined
  return {
    service: traceService(),
    trace: open.id,
    header: open.header,
    until: open.status.value.until,
    from: from.value,
    to: to.value,
    width,
    threshold: threshold.value,
    ...(second && { over: { trace: second.id, header: second.header, until: second.status.value.until, name: second.name === open.name ? 'second' : second.name } }),
  }
}
