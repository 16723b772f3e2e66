/**
 * A scenario that is being run: begun, brought on by slices, steps or to a time, changed by hand, finished. Where slices end depends
 * on the clock on the wall and changes no bit; wall times stand in the result and never in the trace.
 */
import type { KindName, QuantityText } from '../engine/description.ts'
import { kinds } from '../engine/description.ts'
import { InputError } from '../engine/errors.ts'
import type { Grid } from '../engine/grid.ts'
import type { Recording } from '../engine/recorder.ts'
import { createSimulation, type Simulation } from '../engine/simulation.ts'
import { openTrace, openTraceWriter, type Trace, type TraceHeader, type TraceSource, withScenario } from '../engine/trace/index.ts'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { type HandChange, protocolSteps, textWithChanges } from './hand-changes.ts'
import type { LoadedScenario } from './load.ts'
import { evaluateExpectations, type ExpectationResult, prepareExpectations } from './metrics.ts'
import { settingOf } from './protocol.ts'
import { TraceRecording, traceHeader } from './recording.ts'
import { type RunningHash, type TraceStore, traceStore } from './trace-store.ts'
import { Watched, type WatchedCurve } from './watched.ts'

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

/** How a run begins. */
export interface BeginOptions {
  /** Target partitions of every clocked population; results do not depend on it. A resumed run keeps those it had. */
  partitions?: number
  /** Memory that other threads could share; results do not depend on it. */
  shared?: boolean
  /** Takes the trace's bytes as they come; they are kept in memory if there is none. */
  sink?: { write(bytes: Uint8Array): void }
  /** How to read back what the sink has got; needed with `sink`, and with `resume`. */
  open?: () => TraceSource
  /** A sha-256 of the host's own, if it has a fast one; a portable one unless said. */
  hash?: RunningHash
  /** A checkpoint; what `open` gives has been cut to `checkpointTraceBytes(resume)`. */
  resume?: Uint8Array
  /** Hears all that the trace gets, as it comes: at the end of every slice `advance` says how far. */
  follow?: Recording
  /** Wall time of a slice (ms); 50 unless said. */
  sliceTime?: number
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
  /** Simulating and writing the trace, without pauses. */
  run_s: number
  /** Of the populations whose events are kept; a row may be of several kinds. */
  events: Record<KindName, number>
  synaptic_events: number
  /** Of the samples that the scenario watches, and of all that blocks of trials measure. */
  watched: WatchedCurve[]
  /** Trials that were shown, of those of all epochs, and the epoch they ended in. */
  trials?: Pick<TrialsProgress, 'done' | 'total' | 'epoch' | 'epochs'>
  /** What was changed by hand and has taken effect. */
  changes: readonly HandChange[]
  /** The file that does all this by itself: its protocol has the changes. To be read with the options that this run had. */
  scenarioText: string
  /** None if the run was stopped; `note` says so. */
  expectations: ExpectationResult[]
  note?: string
  trace: { bytes: number; sha256: string }
  open(): Trace
  /** Its bytes, as in a file. */
  source(): TraceSource
}

export interface Run {
  readonly header: TraceHeader
  readonly grid: Grid
  /** ms simulated */
  readonly now: number
  /** Of trials: 0 before the first, and where there are none. */
  readonly epoch: number
  /** When it ends (ms); Infinity where trials alone say. */
  readonly end: number
  /** Nothing is left to do but `finish`. */
  readonly finished: boolean
  /** What was asked for by hand so far, whether it has happened or waits for its tick. */
  readonly changes: readonly HandChange[]
  progress(): Progress
  /** Go on to `until` (ms), or to the end. */
  advance(until?: number): void
  /** Go on for about `sliceTime` on the wall, but not beyond `until` (ms). */
  slice(until?: number): void
  /** Where a step of a time (ms) ends from here: one tick on at least. */
  stepEnd(ms: number): number
  /** Go on by such a step. */
  step(ms: number): void
  /**
   * `port` is `population.parameter` or `projection.parameter`, as in a protocol. From the next tick on it has this value; asked again
   * before that tick, the later value counts. Throws `InputError` for what a protocol may not set either, for a trace that goes to
   * a sink (its header is written), and for a run that is finished.
   */
  change(port: string, value: QuantityText): HandChange
  /** The scenario with `changes` in its protocol. */
  scenarioText(): string
  /** Throws `InputError` after a change by hand: the trace begins with a scenario that does not know of it. */
  checkpoint(): Uint8Array
  /** Close the trace and see what the run has shown; before its end that is a run that was stopped. Once. */
  finish(): RunResult
}

/** Ticks; what a tick costs is not known yet. */
const firstSlice = 10

/** Builds the network. Throws `InputError` for a mistake in scenario, options or checkpoint. */
export async function beginRun(loaded: LoadedScenario, options: BeginOptions = {}): Promise<Run> {
  const started = performance.now()
  const { scenario, canonical } = loaded
  const expectations = prepareExpectations(loaded)
  const resume = options.resume && decodeCheckpoint(options.resume, canonical)
  const store = traceStore(options.sink, options.open, resume, options.hash)
  const partitions = resume?.partitions ?? options.partitions ?? 1
  const { simulation, header } = await placed(loaded, async () => {
    const simulation = await createSimulation(loaded.description, { partitions, shared: options.shared })
    return { simulation, header: traceHeader(simulation.network, { scenario: canonical, title: scenario.title }) }
  })
  if (resume) simulation.restore(resume.simulation)
  const writer = openTraceWriter(header, store, resume?.writer)
  const watched = new Watched(loaded)
  const recording = new TraceRecording(simulation.network, header, writer, {
    sampled: (request, values) => watched.hear(request, values),
    best: resume?.best,
    follow: options.follow,
  })
  simulation.recording = recording
  const { grid, populations, projections } = simulation.network
  const { trials } = simulation
  // by one rounding, 3 steps of 1.1 ms are not 3.3 ms
  const end = grid.snap(loaded.duration)
  const { sliceTime = 50 } = options
  const build = performance.now() - started
  let ran = 0
  let ticks = firstSlice
  let changes: HandChange[] = []
  let closed = false

  function timed(work: () => void): number {
    const before = performance.now()
    work()
    const spent = performance.now() - before
    ran += spent
    return spent
  }
  const finished = () => closed || simulation.now >= end || trials?.finished === true

  const run: Run = {
    header,
    grid,
    end,
    get epoch() {
      return trials?.epoch ?? 0
    },
    get now() {
      return simulation.now
    },
    get finished() {
      return finished()
    },
    get changes() {
      return changes
    },
    progress: () => ({
      now: simulation.now,
      duration: end,
      events: [...populations.values()].reduce((sum, p) => sum + p.stream.written, 0),
      watched: { ...watched.latest },
      ...(trials && { trials: { ...trialsNow(trials), block: trials.block, measures: { ...watched.reported } } }),
    }),
    advance(until = end) {
      if (!finished()) timed(() => simulation.run(Math.min(end, until)))
    },
    slice(until = end) {
      if (finished()) return
      // slices end on the grid: an instant within a rounding error of a tick would be before or after it by chance
      const sliceEnd = grid.time(grid.lastTick(simulation.now, true) + ticks)
      const spent = timed(() => simulation.run(Math.min(end, until, sliceEnd)))
      ticks = Math.max(1, Math.round(ticks * Math.min(4, Math.max(0.25, sliceTime / Math.max(spent, 0.1)))))
    },
    stepEnd(ms) {
      const tick = grid.lastTick(simulation.now, true)
      return Math.max(grid.time(tick + 1), grid.time(grid.lastTick(simulation.now + ms, true)))
    },
    step: (ms) => run.advance(run.stepEnd(ms)),
    change(port, value) {
      if (finished()) throw new InputError('found a run that has ended; parameters change while it goes on')
      if (options.sink) throw new InputError('found a trace that goes to a sink, with its scenario at the start; parameters change by hand in runs that are kept in memory')
      const setting = atPort(port, () => settingOf(port, value, scenario))
      const change = { at: atPort(port, () => simulation.change(setting)), port, value }
      const again = changes.findIndex((c) => c.at === change.at && c.port === port)
      changes = again < 0 ? [...changes, change] : changes.with(again, change)
      return change
    },
    scenarioText: () => textWithChanges(loaded.text, changes),
    checkpoint() {
      if (changes.length > 0) throw new InputError('found a run that was changed by hand; a checkpoint is of a scenario as it was read')
      return encodeCheckpoint(canonical, {
        partitions,
        traceBytes: writer.bytesWritten,
        traceHash: store.hash(),
        simulation: simulation.snapshot(),
        writer: writer.snapshot(),
        best: recording.best?.value ?? Infinity,
      })
    },
    finish() {
      const stopped = !finished()
      timed(() => recording.close(simulation.now))
      closed = true
      // what waits for a tick that was not reached has changed nothing
      changes = changes.filter(({ at }) => at <= simulation.now)
      const kept = changes.length === 0 ? store : changed(store, loaded.canonicalWith(protocolSteps(changes)))
      const open = () => openTrace(kept.source())
      const trace = open()
      const synapticEvents = [...projections.values()].reduce((sum, p) => sum + p.events(), 0)
      return {
        scenario: scenario.title,
        seed: scenario.seed,
        duration_ms: simulation.now,
        stopped,
        threads: 1,
        build_s: build / 1000,
        run_s: ran / 1000,
        events: totals(trace),
        synaptic_events: synapticEvents,
        watched: watched.curves(trace),
        ...(trials && { trials: trialsNow(trials) }),
        changes,
        scenarioText: run.scenarioText(),
        expectations: stopped ? [] : evaluateExpectations(expectations, trace, { synapticEvents }),
        ...(stopped && { note: `stopped at ${stoppedAt(simulation, end)}; expectations are for the whole run` }),
        trace: { bytes: kept.source().size, sha256: kept.hashText() },
        open,
        source: () => kept.source(),
      }
    },
  }
  return run
}

/** The engine says where in a change a mistake is; whoever changes one parameter knows that it is this one. */
function atPort<T>(port: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.reason, [port]) : error
  }
}

/** The trace, said to be of `scenario`. */
function changed(before: TraceStore, scenario: string): TraceStore {
  const store = traceStore(undefined, undefined)
  for (const part of withScenario(before.source(), scenario)) store.write(part)
  return store
}

function trialsNow({ done, total, epoch, epochs }: NonNullable<Simulation['trials']>): NonNullable<RunResult['trials']> {
  return { done, total, epoch, epochs }
}

function stoppedAt({ trials, now }: Simulation, end: number): string {
  if (!trials) return `${now} of ${end} ms`
  return `trial ${trials.done} of ${trials.total}, in epoch ${trials.epoch} of ${trials.epochs}, after ${now} ms`
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
