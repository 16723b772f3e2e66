/** A run that a trace tells of, to be run again: its scenario, and whether what comes out has the same bytes. */
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { InputError } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { resultsVersion } from '../engine/version.ts'
import { scenarioText } from '../scenarios/from-canonical.ts'
import type { RunResult } from '../scenarios/run.ts'
import { packageRoot } from './package.ts'
import { loadedWith, type OpenedScenario, readBytes, readText, type ScenarioOptions } from './scenario-file.ts'
import { duration } from './text.ts'
import { fileHash, openTraceFile } from './trace-file.ts'

export interface Repeated extends OpenedScenario {
  /** Why the new trace cannot have the bytes of the old one, where that is known. */
  differs: string | undefined
  sha256: string
}

export function isTrace(given: string): boolean {
  return /\.hlk$/i.test(given)
}

/** The scenario in the header of a trace. Files that it names are those of the current folder, or those that come with Hillock. */
export async function openRepeated(file: string, options: ScenarioOptions): Promise<Repeated> {
  const { trace, close } = openTraceFile(file)
  try {
    const text = scenarioText(trace.header.scenario)
    const packaged = (path: string) => (existsSync(path) ? path : join(packageRoot, 'scenarios', path))
    const loaded = await loadedWith(text, options, { read: (path) => readText(packaged(path)), readBytes: (path) => readBytes(packaged(path)) })
    const name = `${basename(file).replace(/\.hlk$/i, '')}.again`
    return { name, file, loaded, differs: difference(trace, loaded.canonical, loaded.duration), sha256: fileHash(file) }
  } catch (error) {
    if (!(error instanceof InputError) || error.place?.file !== undefined) throw error
    // lines of the scenario in a trace are nobody's
    throw new InputError(`${file}: ${new InputError(error.reason, error.path).message}`)
  } finally {
    close()
  }
}

function difference({ header, complete, until }: Trace, canonical: string, end: number): string | undefined {
  if (header.resultsVersion !== resultsVersion) return `it has results of version ${header.resultsVersion}, this program has version ${resultsVersion}`
  if (!complete) return 'it is not complete'
  if (header.scenario !== canonical) return 'the scenario was changed'
  if (end < Infinity && until < end) return `it was stopped at ${duration(until)}`
  return undefined
}

/** Throws `InputError` where the new trace would take the place of the old one. */
export function checkOut(file: string, out: string): void {
  if (resolve(file) === resolve(out)) throw new InputError(`--out ${out}: this is the trace that is repeated; another file is needed`)
}

export function sameBytes({ sha256 }: Repeated, { trace }: RunResult): boolean {
  return sha256 === trace.sha256
}

export function comparisonInWords(repeated: Repeated, result: RunResult): string {
  if (sameBytes(repeated, result)) return `the same bytes as ${repeated.file}`
  return `other bytes than ${repeated.file}${repeated.differs ? `: ${repeated.differs}` : ''}`
}
