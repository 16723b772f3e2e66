/**
 * The scenario that is open on the page and its run, as signals; and the workers behind them: one runs, another checks what is
 * written meanwhile, so that neither waits for the other.
 */
import { computed, signal } from '@preact/signals'
import * as Comlink from 'comlink'
import type { KnownModels, Schema } from '../editor/completion.ts'
import type { Checked, EngineService, HandChange, LiveProgress, Mistake, RunEnd, ScenarioFiles } from '../engine-service.ts'

export type RunState = 'ready' | 'running' | 'paused' | 'ended'

/** What was opened, and what its own file says now. */
export const opened = signal<ScenarioFiles | undefined>(undefined)
export const text = signal('')
/** What the worker says of it; nothing while nothing is open. */
export const checked = signal<Checked | undefined>(undefined)
/** As it was when it was last right, so that sliders and equations stay while a mistake is written. */
export const lastRight = signal<Extract<Checked, { ok: true }> | undefined>(undefined)

/** Before a run: as the scenario says where empty. */
export const seed = signal('')
export const duration = signal('')
export const short = signal(false)

export const state = signal<RunState>('ready')
export const progress = signal<LiveProgress | undefined>(undefined)
export const end = signal<RunEnd | undefined>(undefined)
/** Of parameters that were changed by hand, by port. */
export const changedValues = signal<Record<string, number>>({})
/** The changes that the run has taken. */
export const handChanges = signal<HandChange[]>([])
/** What was wrong with the last change. */
export const changeMistake = signal<Mistake | undefined>(undefined)
/** Where the editor's cursor is to go. */
export const cursor = signal<{ line: number; column: number } | undefined>(undefined)

export const going = computed(() => state.value === 'running' || state.value === 'paused')

let runner: Comlink.Remote<EngineService> | undefined
let checker: Comlink.Remote<EngineService> | undefined
let feedHook: ((port: MessagePort, name: string) => void) | undefined
/** Counts runs and scenarios, so that what comes late is known to be late. */
let turns = 0
let known: Promise<{ schema: Schema; models: KnownModels }> | undefined

function worker(name: string): Comlink.Remote<EngineService> {
  return Comlink.wrap<EngineService>(new Worker(new URL('../worker.ts', import.meta.url), { type: 'module', name }))
}
function running(): Comlink.Remote<EngineService> {
  runner ??= worker('engine')
  return runner
}
function checking(): Comlink.Remote<EngineService> {
  checker ??= worker('checks')
  return checker
}

/** Who is given the other end of every run's feed, to show what happens; one at a time. */
export function onFeed(hook: (port: MessagePort, name: string) => void): void {
  feedHook = hook
}

/** For the editor. */
export function schema(): Promise<{ schema: Schema; models: KnownModels }> {
  known ??= checking().schema()
  return known
}

/** Opens a scenario; a run that goes on is stopped. */
export async function load(files: ScenarioFiles): Promise<void> {
  await stop()
  turns++
  opened.value = files
  text.value = files.files[files.file] ?? ''
  seed.value = files.seed === undefined ? '' : String(files.seed)
  duration.value = files.duration ?? ''
  short.value = files.short ?? false
  state.value = 'ready'
  progress.value = undefined
  end.value = undefined
  changedValues.value = {}
  handChanges.value = []
  changeMistake.value = undefined
  lastRight.value = undefined
  accept(text.value, await check(text.value))
}

/** What the worker would say of the scenario with this text. */
export function check(written: string): Promise<Checked> {
  return checking().check(filesWith(written))
}

/** A text, and what the worker said of it. */
export function accept(written: string, found: Checked): void {
  text.value = written
  checked.value = found
  if (found.ok) lastRight.value = found
}

/** Seed, duration and short form count before a run. */
export async function setOption(change: () => void): Promise<void> {
  change()
  if (opened.value) accept(text.value, await check(text.value))
}

function filesWith(written: string): ScenarioFiles {
  const files = opened.value
  if (!files) throw new Error('no scenario is open')
  return {
    ...files,
    files: { ...files.files, [files.file]: written },
    seed: seed.value.trim() === '' ? undefined : Number(seed.value),
    duration: duration.value.trim() === '' ? undefined : duration.value.trim(),
    short: short.value,
    dataUrl: new URL('data-files/', document.baseURI).href,
  }
}

/** Runs from the start; `onlyStep` (ms) pauses after so long. */
export async function start(onlyStep?: number): Promise<void> {
  if (!opened.value) return
  await stop()
  const turn = ++turns
  const files = filesWith(text.value)
  const name = lastRight.value?.title ?? files.file
  state.value = 'running'
  end.value = undefined
  progress.value = undefined
  handChanges.value = []
  changeMistake.value = undefined
  const channel = feedHook && new MessageChannel()
  if (channel) feedHook?.(channel.port1, name)
  const there = Object.entries(changedValues.value).filter(([port]) => sliderOf(port))
  const changes = Object.fromEntries(there.map(([port, value]) => [port, quantity(port, value)]))
  const feed = channel && Comlink.transfer(channel.port2, [channel.port2])
  const how = await running().start(files, feed, { changes, step: onlyStep }, Comlink.proxy(hear))
  // another scenario or run is on the page by now
  if (turn !== turns) return
  state.value = 'ended'
  end.value = how
}

function hear(now: LiveProgress): void {
  progress.value = now
  // told ten times a second: whoever follows hears only of new ones
  if (JSON.stringify(now.changes) !== JSON.stringify(handChanges.value)) handChanges.value = now.changes
  if (going.value) state.value = now.paused ? 'paused' : 'running'
}

export async function pause(): Promise<void> {
  if (state.value !== 'running') return
  state.value = 'paused'
  await running().pause()
}

export async function resume(): Promise<void> {
  if (state.value !== 'paused') return
  state.value = 'running'
  await running().resume()
}

/** By a simulated time (ms), from the start if no run goes on. */
export async function step(ms: number): Promise<void> {
  if (!going.value) return start(ms)
  state.value = 'running'
  await running().step(ms)
}

export async function stop(): Promise<void> {
  if (going.value) await running().stop()
}

/** While it runs from the next step on; before, from the first step on. */
export function change(port: string, value: number): void {
  changedValues.value = { ...changedValues.value, [port]: value }
  if (!going.value) return
  waiting.set(port, value)
  void send()
}

/** As the scenario has it. */
export function reset(port: string): void {
  const slider = sliderOf(port)
  if (!slider) return
  if (going.value) change(port, slider.value)
  const { [port]: _, ...others } = changedValues.value
  changedValues.value = others
}

/** Changes that wait while one is on its way: of each parameter the latest counts. */
const waiting = new Map<string, number>()
let sending = false

async function send(): Promise<void> {
  if (sending) return
  sending = true
  for (let next = waiting.entries().next(); !next.done; next = waiting.entries().next()) {
    const [port, value] = next.value
    waiting.delete(port)
    changeMistake.value = await running().change(port, quantity(port, value))
  }
  sending = false
}

function sliderOf(port: string) {
  return lastRight.value?.sliders.find((s) => s.port === port)
}

function quantity(port: string, value: number): string {
  const unit = sliderOf(port)?.unit ?? ''
  return unit === '' ? String(value) : `${value} ${unit}`
}
