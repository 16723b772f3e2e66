/**
 * Runs a scenario: network, trace, slices with progress and checkpoints, weights at the end, expectations. Where slices
 * end depends on the clock on the wall and changes no bit; wall times stand in the result and never in the trace.
 */
import type { KindName } from '../engine/description.ts'
import { kinds } from '../engine/description.ts'
import { InputError } from '../engine/errors.ts'
import { createSimulation, type Simulation } from '../engine/simulation.ts'
import { openTrace, openTraceWriter, type Trace, type TraceSource, type TraceWriter } from '../engine/trace/index.ts'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import type { LoadedScenario } from './load.ts'
import { evaluateExpectations, type ExpectationResult, prepareExpectations } from './metrics.ts'
import { TraceRecording, traceHeader } from './recording.ts'
import { type RunningHash, type TraceStore, traceStore } from './trace-store.ts'
import { Watched, type WatchedCurve } from './watched.ts'

export { checkpointTraceBytes } from './checkpoint.ts'

export interface Progress {
  /** ms simulated */
  now: number
  /** Infinity where trials alone say when the run ends. */
  duration: number
  /** Events of all populations so far. */
  events: number
  /** Latest value of each sample that the scenario watches, by name; none before its first. */
  watched: Record<string, number>
  trials?: TrialsProgress
}

export interface TrialsProgress {
  /** Trials that have ended, of those of all epochs. */
  done: number
  total: number
  /** From 1 on; 0 in blocks that are there before the first. */
  epoch: number
  epochs: number
  /** Its name. */
  block: string
  /** What blocks reported last, by `block.measure`; none before the first report. */
  measures: Record<string, number>
}

export interface RunOptions {
  /** Target partitions of every clocked population; results do not depend on it. A resumed run keeps those it had. */
  partitions?: number
  /** Takes the trace's bytes as they come; they are kept in memory if there is none. */
  sink?: { write(bytes: Uint8Array): void }
  /** How to read back what the sink has got; needed with `sink`, and with `resume`. */
  open?: () => TraceSource
  /** A sha-256 of the host's own, if it has a fast one; a portable one unless said. */
  hash?: RunningHash
  /** A checkpoint; what `open` gives has been cut to `checkpointTraceBytes(resume)`. */
  resume?: Uint8Array
  /** Between slices of about 50 ms of wall time, after other tasks have had their turn; false ends the run cleanly. */
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

export interface RunResult {
  /** Its title. */
  scenario: string
  seed: number
  /** What was simulated. */
  duration_ms: number
  stopped: boolean
  threads: 1
  build_s: number
  run_s: number
  /** Of the populations whose events are kept; a row may be of several kinds. */
  events: Record<KindName, number>
  synaptic_events: number
  /** Of the samples that the scenario watches, and of all that blocks of trials measure. */
  watched: WatchedCurve[]
  /** Trials that were shown, of those of all epochs, and the epoch they ended in. */
  trials?: Pick<TrialsProgress, 'done' | 'total' | 'epoch' | 'epochs'>
  /** None if the run was stopped; `note` says so. */
  expectations: ExpectationResult[]
  note?: string
  trace: { bytes: number; sha256: string }
  open(): Trace
}

/** Wall time of a slice (ms). */
const sliceTime = 50
const firstSlice = 10
/** Of checkpoints. */
const never = { time: Infinity, epochs: Infinity, seconds: Infinity, apart: 0 }

/** Throws `InputError` for a mistake in scenario, options or checkpoint, `RunError` if the simulation goes wrong. */
export async function runScenario(loaded: LoadedScenario, options: RunOptions = {}): Promise<RunResult> {
  const started = performance.now()
  const { scenario, canonical } = loaded
  checkInterval(options.checkpointEvery, loaded)
  const expectations = prepareExpectations(loaded)
  const resume = options.resume && decodeCheckpoint(options.resume, canonical)
  const store = traceStore(options.sink, options.open, resume, options.hash)
  const partitions = resume?.partitions ?? options.partitions ?? 1
  const { simulation, header } = await placed(loaded, async () => {
    const simulation = await createSimulation(loaded.description, { partitions })
    return { simulation, header: traceHeader(simulation.network, { scenario: canonical, title: scenario.title }) }
  })
  if (resume) simulation.restore(resume.simulation)
  const writer = openTraceWriter(header, store, resume?.writer)
  const watched = new Watched(loaded)
  const recording = new TraceRecording(simulation.network, header, writer, {
    sampled: (request, values) => watched.hear(request, values),
    best: resume?.best,
  })
  simulation.recording = recording
  const built = performance.now()

  const checkpoint = () => options.onCheckpoint?.(encodeCheckpoint(canonical, frozen(simulation, store, writer, recording, partitions)))
  // by one rounding, 3 steps of 1.1 ms are not 3.3 ms
  const end = simulation.network.grid.snap(loaded.duration)
  const stopped = await advance(simulation, end, options, checkpoint, watched)
  if (stopped) checkpoint()
  recording.close(simulation.now)
  const ran = performance.now()

  const open = () => openTrace(store.source())
  const trace = open()
  const synapticEvents = [...simulation.network.projections.values()].reduce((sum, p) => sum + p.events(), 0)
  return {
    scenario: scenario.title,
    seed: scenario.seed,
    duration_ms: simulation.now,
    stopped,
    threads: 1,
    build_s: (built - started) / 1000,
    run_s: (ran - built) / 1000,
    events: totals(trace),
    synaptic_events: synapticEvents,
    watched: watched.curves(trace),
    ...(simulation.trials && { trials: trialsNow(simulation.trials) }),
    expectations: stopped ? [] : evaluateExpectations(expectations, trace, { synapticEvents }),
    ...(stopped && { note: `stopped at ${stoppedAt(simulation, end)}; expectations are for the whole run` }),
    trace: { bytes: writer.bytesWritten, sha256: store.hashText() },
    open,
  }
}

/** Go on to `end`, or until the trials are finished; true if `onProgress` stopped the run before. */
async function advance(simulation: Simulation, end: number, options: RunOptions, checkpoint: () => void, watched: Watched) {
  const { onProgress, checkpointEvery = Infinity } = options
  const { trials } = simulation
  const { grid, populations } = simulation.network
  const { time: everyTime, epochs: everyEpochs, seconds: everySeconds, apart } = { ...never, ...(typeof checkpointEvery === 'number' ? { time: checkpointEvery } : checkpointEvery) }
  // how many trials an epoch takes is known when it has ended, so somebody has to look from time to time
  let slice = onProgress || everyEpochs < Infinity || everySeconds < Infinity ? firstSlice : Infinity
  let due = nextMultiple(simulation, everyTime)
  let dueEpoch = nextEpoch(simulation, everyEpochs)
  let taken = performance.now()
  const goesOn = () => simulation.now < end && !trials?.finished
  while (goesOn()) {
    // slices end on the grid: an instant within a rounding error of a tick would be before or after it by chance
    const sliceEnd = slice === Infinity ? end : grid.time(grid.lastTick(simulation.now, true) + slice)
    const before = performance.now()
    simulation.run(Math.min(end, due, sliceEnd))
    const spent = performance.now() - before
    slice = Math.max(1, Math.round(slice * Math.min(4, Math.max(0.25, sliceTime / Math.max(spent, 0.1)))))
    const waited = (performance.now() - taken) / 1000
    const epochEnded = trials !== undefined && trials.epoch > dueEpoch && waited >= apart
    if ((simulation.now === due || epochEnded || waited >= everySeconds) && goesOn()) {
      checkpoint()
      taken = performance.now()
    }
    if (simulation.now >= due) due = nextMultiple(simulation, everyTime)
    if (epochEnded) dueEpoch = nextEpoch(simulation, everyEpochs)
    if (!onProgress) continue
    await breathe()
    const events = [...populations.values()].reduce((sum, p) => sum + p.stream.written, 0)
    const shown = trials && { trials: { ...trialsNow(trials), block: trials.block, measures: { ...watched.reported } } }
    if (onProgress({ now: simulation.now, duration: end, events, watched: { ...watched.latest }, ...shown }) === false) return goesOn()
  }
  return false
}

function trialsNow({ done, total, epoch, epochs }: NonNullable<Simulation['trials']>): NonNullable<RunResult['trials']> {
  return { done, total, epoch, epochs }
}

function stoppedAt({ trials, now }: Simulation, end: number): string {
  if (!trials) return `${now} of ${end} ms`
  return `trial ${trials.done} of ${trials.total}, in epoch ${trials.epoch} of ${trials.epochs}, after ${now} ms`
}

/** The epoch whose end is the next that a checkpoint is taken after. */
function nextEpoch({ trials }: Simulation, every: number): number {
  return trials && every < Infinity ? Math.ceil(Math.max(1, trials.epoch) / every) * every : Infinity
}

function frozen(simulation: Simulation, store: TraceStore, writer: TraceWriter, recording: TraceRecording, partitions: number): Checkpoint {
  return {
    partitions,
    traceBytes: writer.bytesWritten,
    traceHash: store.hash(),
    simulation: simulation.snapshot(),
    writer: writer.snapshot(),
    best: recording.best?.value ?? Infinity,
  }
}

/** The first multiple of `every` (ms) after now, on the grid. */
function nextMultiple(simulation: Simulation, every: number): number {
  if (every === Infinity) return Infinity
  const { grid } = simulation.network
  every = Math.max(every, grid.dt)
  for (let k = Math.floor(simulation.now / every); ; k++) {
    const time = grid.snap(k * every)
    if (time > simulation.now) return time
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

function totals(trace: Trace): Record<KindName, number> {
  const sum = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0])) as Record<KindName, number>
  for (const { name, events } of trace.header.populations) {
    if (events === false) continue
    const found = trace.totals(name)
    for (const kind of Object.keys(sum) as KindName[]) sum[kind] += found[kind]
  }
  return sum
}

/** A mistake found while building is told with its place in the scenario's file. */
async function placed<T>(loaded: LoadedScenario, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw loaded.located(error)
  }
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
