/**
 * Runs that `hillock reproduce` keeps in a folder: NAME-SEED.hlk, its checkpoint beside it as `hillock run` writes it, and a note of what
 * no trace holds. What a kept run is worth is said by the trace itself: of which scenario it is, and whether it went to the end.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { resultsVersion } from '../engine/version.ts'
import { checkpointTime } from '../scenarios/checkpoint.ts'
import type { LoadedScenario } from '../scenarios/load.ts'
import { copiesShown, reportsOf, runsOf } from '../scenarios/trial-count.ts'
import { openTraceFile, writeWhole } from './trace-file.ts'

export interface KeptFiles {
  trace: string
  checkpoint: string
  note: string
}

/** What no trace holds. Without one, the run was begun by `hillock run`. */
export interface RunNote {
  /** Wall time of the simulation up to the last checkpoint or the end; of a run begun elsewhere, since it was adopted. */
  run_s: number
  /** True if some of it was run elsewhere, for an unknown time. */
  adopted: boolean
  /** Known at the end. */
  synaptic_events?: number
  /** Of the program that ran it last. */
  commit: string
}

export type KeptState =
  | { kind: 'none' }
  /** Of another scenario or settings, or of a program with other results; `why` in words. */
  | { kind: 'other'; why: string }
  /** `goesOn`: from its checkpoint (ms), if it has one that fits. */
  | { kind: 'partial'; goesOn: number | undefined }
  | { kind: 'finished' }

export function keptFiles(folder: string, name: string, seed: number, short: boolean): KeptFiles {
  const trace = join(folder, `${name}${short ? '-short' : ''}-${seed}.hlk`)
  return { trace, checkpoint: `${trace}.checkpoint`, note: `${trace}.json` }
}

/** What is kept of this run. Reads the trace's head and foot, and the checkpoint. */
export function keptState(files: KeptFiles, loaded: LoadedScenario): KeptState {
  if (!existsSync(files.trace)) return { kind: 'none' }
  let opened: ReturnType<typeof openTraceFile>
  try {
    opened = openTraceFile(files.trace)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    // killed before its head was on the disk
    return existsSync(files.checkpoint) ? { kind: 'other', why: error.reason } : { kind: 'none' }
  }
  try {
    const { trace, bytes } = opened
    if (trace.header.scenario !== loaded.canonical) return { kind: 'other', why: 'it is of another scenario, seed or setting' }
    if (trace.header.resultsVersion !== resultsVersion) return { kind: 'other', why: `its results are of version ${trace.header.resultsVersion}, this program has version ${resultsVersion}` }
    const checkpoint = checkpointOf(files, loaded, bytes)
    if (isFinished(trace, loaded, checkpoint)) return { kind: 'finished' }
    return { kind: 'partial', goesOn: checkpoint }
  } finally {
    opened.close()
  }
}

/** When its checkpoint was taken (ms); undefined if there is none that fits scenario and trace. */
function checkpointOf({ checkpoint }: KeptFiles, { canonical }: LoadedScenario, traceBytes: number): number | undefined {
  if (!existsSync(checkpoint)) return undefined
  try {
    const { time, trace } = checkpointTime(readFileSync(checkpoint), canonical)
    return trace <= traceBytes ? time : undefined
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

/** A run that was stopped has closed its trace too, but has left a checkpoint of that instant. */
function isFinished(trace: Trace, { duration, description }: LoadedScenario, checkpoint: number | undefined): boolean {
  if (!trace.complete) return false
  if (trace.until >= duration - trace.header.dt / 2) return true
  const { trials } = description
  if (!trials || checkpoint === trace.until) return false
  const copies = copiesShown(description)
  const reported = trials.blocks.every((block) => block.measures.length === 0 || trace.samples(block.name).times.length === runsOf(block, trials) * reportsOf(block, trials, copies))
  return trials.stop !== undefined || reported
}

/** The epoch that the last report came in; undefined where nothing was reported in any. */
export function epochReached(trace: Trace, description: LoadedScenario['description']): number | undefined {
  const { trials } = description
  if (!trials) return undefined
  const copies = copiesShown(description)
  const reached = trials.blocks.flatMap((block) => {
    if (block.before || block.measures.length === 0) return []
    const runs = Math.ceil(trace.samples(block.name).times.length / reportsOf(block, trials, copies))
    return runs === 0 ? [] : [Math.min(trials.epochs, runs * (block.every ?? 1))]
  })
  return reached.length > 0 ? Math.max(...reached) : undefined
}

export function readNote({ note }: KeptFiles): RunNote | undefined {
  if (!existsSync(note)) return undefined
  try {
    return JSON.parse(readFileSync(note, 'utf8')) as RunNote
  } catch {
    // of a time that is only told, nothing depends on it
    return undefined
  }
}

export function writeNote({ note }: KeptFiles, value: RunNote): void {
  writeWhole(note, new TextEncoder().encode(`${JSON.stringify(value)}\n`))
}

/** Before it is run anew: an old checkpoint must not be taken for one of the new run. */
export function forget(files: KeptFiles): void {
  for (const path of [files.checkpoint, files.note]) rmSync(path, { force: true })
}
