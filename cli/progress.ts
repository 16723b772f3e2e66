/**
 * The bar on a terminal while a run goes on: how far, how long still, how many events, and what the scenario watches; of trials
 * how many, in which epoch and block, and the errors that were reported last.
 */
import cliProgress from 'cli-progress'
import type { LoadedScenario } from '../scenarios/load.ts'
import type { Progress, TrialsProgress } from '../scenarios/run.ts'
import { count, duration, seconds, short } from './text.ts'

export function progressBar({ duration: until, description }: LoadedScenario): { update(progress: Progress): void; stop(): void } {
  const counted = description.trials !== undefined
  const bar = new cliProgress.SingleBar({
    format: counted ? '{bar} {percentage} % | {place} | {left}{watched}' : '{bar} {percentage} % | {time} of {all} | {left} | {events} events{watched}',
    stream: process.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 10,
  })
  const losses = lossesOf(description)
  const begun = performance.now()
  let first: number | undefined
  bar.start(counted ? 1 : until, 0, { time: '0 ms', all: duration(until), left: 'starting', events: '0', watched: '', place: 'starting' })
  return {
    update({ now, events, watched, trials }) {
      const [done, total] = trials ? [trials.done, trials.total] : [now, until]
      // a resumed run does not begin at zero
      first ??= done
      const left = remaining((performance.now() - begun) / 1000, done - first, total - done)
      const shown = trials ? { ...Object.fromEntries(losses.flatMap((name) => (name in trials.measures ? [[name, trials.measures[name]]] : []))), ...watched } : watched
      bar.setTotal(total)
      bar.update(done, { time: duration(now), all: duration(until), left, events: count(events), watched: watchedInWords(shown), place: trials ? trialsInWords(trials) : '' })
    },
    stop: () => bar.stop(),
  }
}

const linesEvery = 60

/** A line a minute, where there is no terminal to draw a bar on. */
export function progressLines({ duration: until }: LoadedScenario): { update(progress: Progress): void; stop(): void } {
  const begun = performance.now()
  let said = begun
  let first: number | undefined
  return {
    update({ now, trials }) {
      const [done, total] = trials ? [trials.done, trials.total] : [now, until]
      first ??= done
      if (performance.now() - said < linesEvery * 1000) return
      said = performance.now()
      process.stderr.write(`  ${trials ? trialsInWords(trials) : `${duration(now)} of ${duration(until)}`} | ${remaining((said - begun) / 1000, done - first, total - done)}\n`)
    },
    stop: () => {},
  }
}

/** `12 s left`, at the pace of what was done in `spent` seconds. */
export function remaining(spent: number, done: number, todo: number): string {
  return done > 0 ? `${seconds(Math.ceil((spent * todo) / done))} left` : 'starting'
}

/** `epoch 3 of 20, train | 12,000 of 60,000 trials` */
export function trialsInWords({ done, total, epoch, epochs, block }: TrialsProgress): string {
  return `${epoch === 0 ? 'before the first epoch' : `epoch ${epoch} of ${epochs}`}, ${block} | ${count(done)} of ${count(total)} trials`
}

/** `block.measure` of what should become small. */
function lossesOf({ trials }: LoadedScenario['description']): string[] {
  return (trials?.blocks ?? []).flatMap(({ name, measures }) =>
    measures.filter((m) => 'error' in m || 'squared_error' in m || 'normalised_error' in m).map((m) => `${name}.${m.name}`),
  )
}

/** ` | loss 57.2 | output 27.4` */
export function watchedInWords(watched: Record<string, number>): string {
  return Object.entries(watched).map(([name, value]) => ` | ${name} ${short(value)}`).join('')
}
