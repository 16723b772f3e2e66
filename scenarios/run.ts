/**
 * Runs a scenario from start to end, with progress and checkpoints between slices, and a way to stop it. `held-run.ts` has what a
 * run is.
 */
import { InputError } from '../engine/errors.ts'
import { type BeginOptions, beginRun, type Progress, type Run, type RunResult } from './held-run.ts'
import type { LoadedScenario } from './load.ts'

export { checkpointTraceBytes } from './checkpoint.ts'
export type { HandChange } from './hand-changes.ts'
export { type BeginOptions, beginRun, type Progress, type Run, type RunResult, type TrialsProgress } from './held-run.ts'

export interface RunOptions extends BeginOptions {
  /** Between slices, after other tasks have had their turn; false ends the run cleanly. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a listener that only looks returns nothing
  onProgress?: (progress: Progress) => boolean | void
  /**
   * ms simulated; or epochs of trials, soon after the end of which a checkpoint is taken, but no two of them within `apart` seconds on
   * the wall; or seconds on the wall.
   */
  checkpointEvery?: number | { epochs: number; apart?: number } | { seconds: number }
  /** Also called when the run is stopped, so that it can be gone on with. */
  onCheckpoint?: (bytes: Uint8Array) => void
}

/** Of checkpoints. */
const never = { time: Infinity, epochs: Infinity, seconds: Infinity, apart: 0 }

/** Throws `InputError` for a mistake in scenario, options or checkpoint, `RunError` if the simulation goes wrong. */
export async function runScenario(loaded: LoadedScenario, options: RunOptions = {}): Promise<RunResult> {
  checkInterval(options.checkpointEvery, loaded)
  const run = await beginRun(loaded, options)
  const checkpoint = () => options.onCheckpoint?.(run.checkpoint())
  const stopped = await bringOn(run, options, checkpoint)
  if (stopped) checkpoint()
  return run.finish()
}

/** To the end; true if `onProgress` stopped the run before. */
async function bringOn(run: Run, options: RunOptions, checkpoint: () => void): Promise<boolean> {
  const { onProgress, checkpointEvery = Infinity } = options
  const { time: everyTime, epochs: everyEpochs, seconds: everySeconds, apart } = { ...never, ...(typeof checkpointEvery === 'number' ? { time: checkpointEvery } : checkpointEvery) }
  // how many trials an epoch takes is known when it has ended, so somebody has to look from time to time
  const looks = onProgress !== undefined || everyEpochs < Infinity || everySeconds < Infinity
  let due = nextMultiple(run, everyTime)
  let dueEpoch = nextEpoch(run, everyEpochs)
  let taken = performance.now()
  while (!run.finished) {
    if (looks) run.slice(due)
    else run.advance(due)
    const waited = (performance.now() - taken) / 1000
    const epochEnded = run.epoch > dueEpoch && waited >= apart
    if ((run.now === due || epochEnded || waited >= everySeconds) && !run.finished) {
      checkpoint()
      taken = performance.now()
    }
    if (run.now >= due) due = nextMultiple(run, everyTime)
    if (epochEnded) dueEpoch = nextEpoch(run, everyEpochs)
    if (!onProgress) continue
    await breathe()
    if (onProgress(run.progress()) === false) return !run.finished
  }
  return false
}

/** The epoch whose end is the next that a checkpoint is taken after. */
function nextEpoch({ epoch }: Run, every: number): number {
  return every < Infinity ? Math.ceil(Math.max(1, epoch) / every) * every : Infinity
}

/** The first multiple of `every` (ms) after now, on the grid. */
function nextMultiple({ grid, now }: Run, every: number): number {
  if (every === Infinity) return Infinity
  every = Math.max(every, grid.dt)
  for (let k = Math.floor(now / every); ; k++) {
    const time = grid.snap(k * every)
    if (time > now) return time
  }
}

function checkInterval(every: RunOptions['checkpointEvery'], { description }: LoadedScenario): void {
  if (typeof every === 'object' && 'seconds' in every) {
    if (!(every.seconds > 0)) throw new InputError(`found checkpointEvery = ${every.seconds} s; a time above zero is needed`)
    return
  }
  if (typeof every === 'object') {
    if (!description.trials) throw new InputError('found checkpointEvery in epochs for a scenario without trials; a time in ms is needed')
    if (!(Number.isInteger(every.epochs) && every.epochs > 0)) throw new InputError(`found checkpointEvery = ${every.epochs} epochs; a whole number above zero is needed`)
    return
  }
  if (every === undefined || every > 0) return
  throw new InputError(`found checkpointEvery = ${every} ms; a time above zero is needed`)
}

/** Other tasks get their turn: a click on "stop", Control-C. Timers would cost milliseconds each time. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(0)
  })
}
