/** The bar on a terminal while a run goes on: how far, how long still, how many events, and what the scenario watches. */
import cliProgress from 'cli-progress'
import type { Progress } from '../scenarios/run.ts'
import { count, duration, seconds, short } from './text.ts'

export function progressBar(until: number): { update(progress: Progress): void; stop(): void } {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % | {time} of {all} | {left} | {events} events{watched}',
    stream: process.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 10,
  })
  const begun = performance.now()
  let first: number | undefined
  const all = duration(until)
  bar.start(until, 0, { time: '0 ms', all, left: 'starting', events: '0', watched: '' })
  return {
    update({ now, events, watched }) {
      // a resumed run does not begin at zero
      first ??= now
      const spent = (performance.now() - begun) / 1000
      const left = now > first ? `${seconds(Math.ceil((spent * (until - now)) / (now - first)))} left` : 'starting'
      bar.update(now, { time: duration(now), all, left, events: count(events), watched: watchedInWords(watched) })
    },
    stop: () => bar.stop(),
  }
}

/** ` | loss 57.2 | output 27.4` */
export function watchedInWords(watched: Record<string, number>): string {
  return Object.entries(watched).map(([name, value]) => ` | ${name} ${short(value)}`).join('')
}
