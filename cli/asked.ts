/**
 * What `hillock view` was asked for, as the page reads it: `asked.json`, and beside it the traces (`asked/0.hlk`), the pictures of
 * a scenario (`asked/files/0`) and data sets that are packages (`data-files/...`). Read anew whenever the page asks.
 */
import { existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { mnistPaths } from '../datasets/mnist-files.ts'
import { InputError } from '../engine/errors.ts'
import { readDataFile } from './data-files.ts'
import { findScenario, keepingReaders, openScenario, readText, type ScenarioOptions, scenarioName, settings } from './scenario-file.ts'
import { openTraceFile } from './trace-file.ts'
import type { Answer, Site } from './view-server.ts'

export interface AskedTrace {
  name: string
  url: string
  bytes: number
  /** Why it cannot be read, or not as a whole. */
  error?: string
}

export interface AskedScenario {
  name: string
  file: string
  /** path -> text of all that it reads, itself among them */
  files: Record<string, string>
  /** path -> address of the bytes */
  pictures: Record<string, string>
  /** path -> value as YAML text, of all options that change the scenario */
  set: Record<string, string>
  short: boolean
  seed?: number
}

export interface Asked {
  traces: AskedTrace[]
  scenario?: AskedScenario
  /** The scenario's mistake. `text` has the place in it, `message` has not. */
  error?: { text: string; message: string; file?: string; line?: number; column?: number }
}

/** What was asked for, and what `asked/` has besides. */
export interface Request {
  read(): Promise<Asked>
  answer(path: string): Answer | undefined
}

/** The page, what was asked for, and the files of data sets. */
export function siteOf(page: string, { read, answer }: Request): Site {
  return {
    page,
    async answer(path) {
      if (path === 'asked.json') return { type: 'application/json', body: JSON.stringify(await read()) }
      if (!path.startsWith('data-files/')) return answer(path)
      const name = path.slice('data-files/'.length)
      const body = mnistPaths.includes(name) ? readDataFile(name) : undefined
      return body && { type: 'application/octet-stream', body }
    },
  }
}

/** A trace that is missing or broken is asked for all the same: the page says what is wrong, and a run may write it yet. */
export function askedTraces(paths: readonly string[], options: ScenarioOptions): Request {
  const change = Object.keys(options)[0]
  if (change) throw new InputError(`--${change} changes a scenario; ${paths[0]} is a trace, which has been run already`)
  const files = new Map(paths.map((path, k) => [`asked/${k}.hlk`, path]))
  return {
    read: async () => ({
      traces: [...files].map(([url, path]) => ({ name: basename(path), url, bytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0, ...mistakeOf(path) })),
    }),
    answer: (path) => {
      const file = files.get(path)
      return file === undefined ? undefined : { file }
    },
  }
}

function mistakeOf(path: string): { error?: string } {
  try {
    openTraceFile(path).close()
    return {}
  } catch (error) {
    if (error instanceof InputError) return { error: error.message }
    throw error
  }
}

/** A scenario that is there but has a mistake is asked for with it. Throws `InputError` where there is no scenario to read. */
export function askedScenario(given: string | undefined, options: ScenarioOptions): Request {
  if (options.model) throw new InputError('--model: the page knows the models that come with Hillock and those in the scenario; models of your own are needed there')
  if (given === undefined) {
    const change = Object.keys(options)[0]
    if (change) throw new InputError(`--${change} changes a scenario; the name or the file of one is needed`)
    return { read: async () => ({ traces: [] }), answer: () => undefined }
  }
  const file = findScenario(given)
  let last: { asked: Asked; texts: ReadonlyMap<string, string>; pictures: ReadonlyMap<string, Uint8Array> } | undefined
  return {
    async read() {
      // to check a scenario can take seconds, such as those of MNIST: only where a file has changed
      if (last && [...last.texts].every(([path, text]) => existsSync(path) && readText(path) === text)) return last.asked
      const { readers, kept } = keepingReaders()
      const error = await openScenario(file, options, readers).then(() => undefined, asMistake)
      const { texts, pictures } = kept
      if (!texts.has(file)) throw error?.thrown ?? new InputError(`${file}: it cannot be read`)
      const scenario: AskedScenario = {
        ...{ name: scenarioName(file), file, files: Object.fromEntries(texts) },
        pictures: Object.fromEntries([...pictures.keys()].map((path, k) => [path, `asked/files/${k}`])),
        ...{ set: changes(options), short: options.short ?? false },
        ...(options.seed !== undefined && { seed: Number(options.seed) }),
      }
      const asked: Asked = { traces: [], scenario, ...(error && { error: error.told }) }
      last = { asked, texts, pictures }
      return asked
    },
    answer(path) {
      const k = /^asked\/files\/(\d+)$/.exec(path)?.[1]
      const body = k === undefined ? undefined : [...(last?.pictures.values() ?? [])][Number(k)]
      return body && { type: 'application/octet-stream', body }
    },
  }
}

function asMistake(thrown: unknown): { thrown: InputError; told: Asked['error'] } {
  if (!(thrown instanceof InputError)) throw thrown
  const { message: text, reason: message, path, place } = thrown
  return { thrown, told: { text, message: path.length > 0 ? `${path.join('.')}: ${message}` : message, ...place } }
}

/** Options come after `--set`, as where a scenario is run. */
function changes({ set = [], duration, dt, precision, epochs }: ScenarioOptions): Record<string, string> {
  const options = Object.entries({ duration, dt, precision, 'trials.epochs': epochs }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...settings(set), ...Object.fromEntries(options) }
}
