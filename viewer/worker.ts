/**
 * The worker that runs simulations, with the engine that Node runs: checks scenarios, runs them in slices of about 10 ms so that a
 * stop is heard, changes parameters by hand. What happens goes to the worker that holds traces, through a feed; nobody waits for it.
 */
import * as Comlink from 'comlink'
import { z } from 'zod'
import type { NetworkDescription } from '../engine/description.ts'
import { InputError } from '../engine/errors.ts'
import { buildNetwork } from '../engine/network.ts'
import { library } from '../models/index.ts'
import { adjustable } from '../scenarios/adjustable.ts'
import { describedModels } from '../scenarios/described-models.ts'
import { scenarioJsonSchema } from '../scenarios/json-schema.ts'
import { type LoadedScenario, loadScenario } from '../scenarios/load.ts'
import { prepareExpectations } from '../scenarios/metrics.ts'
import { modelList } from '../scenarios/model-list.ts'
import { beginRun, type Run } from '../scenarios/run.ts'
import { Watched } from '../scenarios/watched.ts'
import type { Schema } from './editor/completion.ts'
import type { Beginning, CheckedScenario, EngineService, HandChange, LiveProgress, LiveResult, Mistake, RunEnd, ScenarioFiles } from './engine-service.ts'
import { FeedSender } from './live/feed-sender.ts'
import { paceMeter } from './live/pace-meter.ts'
import { breathe, sliceTime } from './store/breathe.ts'

// the page's policy forbids code made from texts
z.config({ jitless: true })

/** ms on the wall */
const reportEvery = 100
/** Connections above which a network is not built only to be checked. */
const mostChecked = 500_000

/** The run that goes on. */
interface Held {
  run: Run | undefined
  paused: boolean
  /** A step that was asked for, and where the one that goes on ends (ms). */
  stepping: number | undefined
  until: number
  stopping: boolean
  /** Somebody has asked for something. */
  wake: () => void
  ended: Promise<unknown>
}

let held: Held | undefined

const service: EngineService = {
  schema: async () => ({ schema: scenarioJsonSchema() as Schema, models: modelList(library) }),

  async check(scenario) {
    try {
      const loaded = load(scenario)
      const checked = summaryOf(loaded)
      if (connectionsOf(loaded.description) <= mostChecked) await placed(loaded, () => buildNetwork(loaded.description))
      return { ok: true, ...checked }
    } catch (error) {
      return { ok: false, ...mistakeOf(error) }
    }
  },

  async start(scenario, feed, beginning, onProgress) {
    await service.stop()
    const now: Held = { run: undefined, paused: false, stepping: beginning.step, until: Infinity, stopping: false, wake: () => {}, ended: Promise.resolve() }
    held = now
    const end = play(now, scenario, feed && new FeedSender(feed), beginning, onProgress)
    now.ended = end
    return end
  },

  async pause() {
    if (held) held.paused = true
  },
  async resume() {
    if (!held) return
    held.until = Infinity
    goOn(held)
  },
  async step(ms) {
    if (!held) return
    held.stepping = ms
    goOn(held)
  },
  async stop() {
    const now = held
    if (!now) return
    now.stopping = true
    now.wake()
    await now.ended
  },
  async change(port, value) {
    try {
      held?.run?.change(port, value)
      // one that is paused tells of it
      if (held?.paused) held.wake()
      return undefined
    } catch (error) {
      return mistakeOf(error)
    }
  },
}

function goOn(now: Held): void {
  now.paused = false
  now.wake()
}

async function play(now: Held, scenario: ScenarioFiles, feed: FeedSender | undefined, { changes }: Beginning, onProgress: (progress: LiveProgress) => void): Promise<RunEnd> {
  try {
    const loaded = load(scenario)
    const run = await beginRun(loaded, { sliceTime, shared: crossOriginIsolated, follow: feed })
    now.run = run
    feed?.begin(run.header, finite(run.end))
    for (const [port, value] of Object.entries(changes)) run.change(port, value)
    const meter = paceMeter()
    const report = () => onProgress(progressOf(run, now.paused, meter.pace()))
    report()
    let reported = performance.now()
    while (!run.finished && !now.stopping) {
      if (now.paused) {
        report()
        await new Promise<void>((resolve) => {
          now.wake = resolve
        })
        continue
      }
      if (now.stepping !== undefined) now.until = run.stepEnd(now.stepping)
      now.stepping = undefined
      const [from, before] = [run.now, performance.now()]
      run.slice(now.until)
      if (run.now >= now.until) now.paused = true
      await breathe()
      meter.hear(run.now - from, performance.now() - before)
      if (performance.now() - reported < reportEvery) continue
      report()
      reported = performance.now()
    }
    report()
    const result = run.finish()
    feed?.end(run.now, bytesOf(result.source()), result.trace.sha256)
    return { how: 'ended', ...outcomeOf(result) }
  } catch (error) {
    const mistake = mistakeOf(error)
    feed?.failed(mistake.message)
    return error instanceof InputError ? { how: 'mistake', ...mistake } : { how: 'failed', message: mistake.message }
  } finally {
    if (held === now) held = undefined
  }
}

function load({ file, files, pictures, dataUrl, ...options }: ScenarioFiles): LoadedScenario {
  const given = <T>(from: Record<string, T>, path: string): T => {
    if (!Object.hasOwn(from, path)) throw new InputError('the page was not given it')
    return from[path]
  }
  return loadScenario(given(files, file), {
    file,
    read: (path) => given(files, path),
    readBytes: (path) => given(pictures, path),
    dataFiles: (name) => (dataUrl === undefined ? undefined : fetched(dataUrl + name)),
    models: library,
    ...options,
  })
}

/** The loader asks for bytes and cannot wait; a worker may, and the page does not notice. */
function fetched(url: string): Uint8Array | undefined {
  const request = new XMLHttpRequest()
  request.open('GET', url, false)
  request.responseType = 'arraybuffer'
  try {
    request.send()
  } catch {
    // a host that is gone has no such file
    return undefined
  }
  return request.status === 200 ? new Uint8Array(request.response as ArrayBuffer) : undefined
}

function summaryOf(loaded: LoadedScenario): CheckedScenario {
  const { scenario, description, duration } = loaded
  return {
    title: scenario.title,
    about: scenario.about ?? '',
    source: scenario.source ?? '',
    seed: scenario.seed,
    durationText: String(scenario.duration ?? ''),
    duration: finite(duration),
    populations: description.populations.map(({ name, size, model, regime }) => ({ name, size, model: model.name, regime: regime ?? ('equations' in model ? 'clocked' : 'source') })),
    sliders: adjustable(loaded),
    expectations: prepareExpectations(loaded).list.map(({ name, source, accept, measure }) => ({ name, source, accept, unit: measure.unit.name })),
    watched: new Watched(loaded).shown,
    models: describedModels(description),
    trials: description.trials !== undefined,
    hasShort: scenario.short !== undefined,
  }
}

/** About how many connections a network has. */
function connectionsOf({ populations, projections }: NetworkDescription): number {
  const sizes = new Map(populations.map(({ name, size }) => [name, size]))
  const count = (units: { population: string; first?: number; last?: number }) => (units.last ?? (sizes.get(units.population) ?? 0) - 1) - (units.first ?? 0) + 1
  return projections.reduce((sum, { from, to, connect }) => {
    const [sources, targets] = [count(from), count(to)]
    if ('probability' in connect) return sum + sources * targets * connect.probability
    if ('in_degree' in connect) return sum + targets * connect.in_degree
    if ('out_degree' in connect) return sum + sources * connect.out_degree
    return sum + ('all_to_all' in connect ? sources * targets : sources)
  }, 0)
}

function progressOf(run: Run, paused: boolean, pace: number): LiveProgress {
  const { now, duration, events, watched, trials } = run.progress()
  return { now, until: finite(duration), events, paused, pace, changes: changesOf(run), watched, ...(trials && { trials }) }
}

type Result = ReturnType<Run['finish']>

function outcomeOf(result: Result): LiveResult {
  return {
    stopped: result.stopped,
    duration: result.duration_ms,
    expectations: result.expectations,
    note: result.note,
    events: result.events,
    synapticEvents: result.synaptic_events,
    bytes: result.trace.bytes,
    sha256: result.trace.sha256,
    seconds: result.run_s,
    watched: result.watched.map(({ name, unit, times, values }) => ({ name, unit, times, values })),
    changes: changesOf(result),
    scenarioText: result.scenarioText,
  }
}

function changesOf({ changes }: Pick<Run, 'changes'>): HandChange[] {
  return changes.map(({ at, port, value }) => ({ at, port, value: String(value) }))
}

function bytesOf({ size, read }: ReturnType<Result['source']>): ArrayBuffer {
  const bytes = new Uint8Array(size)
  bytes.set(read(0, size))
  return bytes.buffer
}

async function placed<T>(loaded: LoadedScenario, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw loaded.located(error)
  }
}

function mistakeOf(error: unknown): Mistake {
  if (!(error instanceof InputError)) {
    const message = error instanceof Error ? error.message : String(error)
    return { message, reason: message }
  }
  const { message, reason, place, path } = error
  return { message, reason, ...(place && { file: place.file, line: place.line, column: place.column }), ...(path.length > 0 && { path: path.join('.') }) }
}

function finite(time: number): number | null {
  return time === Infinity ? null : time
}

Comlink.expose(service)
