/**
 * Questions that follow the view: asked when it has rested for a moment, or every so often while it moves, one at a time, so that
 * curves never hold up the raster; a run that goes on changes the view all the time, and is followed once a second or twice, so that
 * looking costs it little.
 */
import { effect } from '@preact/signals'
import { newest } from '../newest.ts'
import { isLive } from '../traces.ts'

/** ms after the last movement, and at most so long while one moves. */
const rest = 90
const longest = 250
const longestLive = 1600

/**
 * `question` reads signals; undefined is no question. Tells the answer, or what went wrong. Returns a function that stops it.
 */
export function askWhenRested<Question, Answer>(question: () => Question | undefined, ask: (question: Question) => Promise<Answer>, answered: (answer: Answer | Error) => void): () => void {
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let since = 0
  const next = newest(
    (now: Question): Promise<Answer | Error> => ask(now).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
    (answer) => {
      if (!stopped) answered(answer)
    },
  )
  const stop = effect(() => {
    const now = question()
    clearTimeout(timer)
    if (now === undefined) return
    const time = performance.now()
    since ||= time
    timer = setTimeout(
      () => {
        since = 0
        next(now)
      },
      isLive.peek() ? Math.max(0, since + longestLive - time) : Math.min(rest, Math.max(0, since + longest - time)),
    )
  })
  return () => {
    stopped = true
    clearTimeout(timer)
    stop()
  }
}
