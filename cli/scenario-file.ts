/** The scenario a command was given: found, read, changed by options, checked. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, isAbsolute, relative, resolve, sep } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { InputError, nearest } from '../engine/errors.ts'
import { quantityIn } from '../engine/units.ts'
import { type LoadedScenario, type LoadOptions, loadScenario } from '../scenarios/load.ts'
import { readDataFile } from './data-files.ts'
import { fileReason } from './failure.ts'
import { knownModels } from './model-files.ts'
import { packagedScenarios } from './package.ts'

export interface ScenarioOptions {
  set?: string[]
  seed?: string
  dt?: string
  duration?: string
  epochs?: string
  precision?: string
  short?: boolean
  model?: string[]
}

export interface OpenedScenario {
  /** `cuba` of scenarios/scale/cuba.yaml: names files made from it. */
  name: string
  file: string
  loaded: LoadedScenario
}

/** How files are read for a scenario. */
export type Readers = Required<Pick<LoadOptions, 'read' | 'readBytes' | 'dataFiles'>>

const fromDisk: Readers = { read: readText, readBytes, dataFiles: readDataFile }

/** Readers that keep what they have read; paths are as seen from `folder`. Data sets that are packages are not kept. */
export function keepingReaders(folder = '.'): { readers: Readers; kept: { texts: Map<string, string>; pictures: Map<string, Uint8Array> } } {
  const texts = new Map<string, string>()
  const pictures = new Map<string, Uint8Array>()
  const keep = <T>(files: Map<string, T>, path: string, content: T): T => {
    files.set(path, content)
    return content
  }
  const readers: Readers = {
    read: (path) => keep(texts, path, readText(resolve(folder, path))),
    readBytes: (path) => keep(pictures, path, readBytes(resolve(folder, path))),
    dataFiles: readDataFile,
  }
  return { readers, kept: { texts, pictures } }
}

const collect = (value: string, before: string[] = []) => [...before, value]

/** The options that change a scenario, the same for every command that takes one. */
export function withScenarioOptions(command: Command): Command {
  return command
    .option('--set <path=value>', 'change any value of the scenario, e.g. populations.cells.size=100 (repeatable)', collect)
    .option('--seed <n>', 'seed of all random numbers', seedOption)
    .option('--dt <time>', 'grid step, e.g. "0.05 ms"')
    .option('--duration <time>', 'simulated time, e.g. "2 s"')
    .option('--epochs <n>', 'epochs of trials', epochsOption)
    .option('--precision <f32|f64>', 'numbers of clocked populations')
    .option('--short', 'the short form of the scenario, which the tests run')
    .option('--model <file>', 'models of your own, a .ts, .mjs or .js module (repeatable)', collect)
}

function seedOption(text: string): string {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`found "${text}"; a whole number is needed.`)
  return text
}

function epochsOption(text: string): string {
  if (!/^0*[1-9]\d*$/.test(text)) throw new InvalidArgumentError(`found "${text}"; a whole number above zero is needed.`)
  return text
}

/** A time such as "500 ms" given as an option, in ms; undefined if it was not given. */
export function timeOption(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  try {
    return quantityIn(text, [1, 0, 0])
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${option}: ${error.reason}`) : error
  }
}

/** Throws `InputError` with file, line and column. */
export async function openScenario(given: string, options: ScenarioOptions, readers = fromDisk): Promise<OpenedScenario> {
  const file = findScenario(given)
  const loaded = await loadedWith(textOf(file, readers), options, { ...readers, file })
  return { name: scenarioName(file), file, loaded }
}

/** A text with the options of a command. */
export async function loadedWith(text: string, options: ScenarioOptions, from: Partial<Readers> & Pick<LoadOptions, 'file'>): Promise<LoadedScenario> {
  return loadScenario(text, {
    ...fromDisk,
    ...from,
    models: await knownModels(options.model ?? []),
    set: settings(options.set ?? []),
    ...(options.seed !== undefined && { seed: Number(options.seed) }),
    duration: options.duration,
    ...(options.epochs !== undefined && { epochs: Number(options.epochs) }),
    dt: options.dt,
    precision: options.precision,
    short: options.short,
  })
}

export function scenarioName(file: string): string {
  return basename(file).replace(/\.ya?ml$/i, '')
}

/** What is wrong with the file itself is said of its start. */
function textOf(file: string, { read }: Readers): string {
  try {
    return read(file)
  } catch (error) {
    throw error instanceof InputError ? error.at({ file, line: 1, column: 1 }) : error
  }
}

/** `path=value` texts; the last of the same path counts. */
export function settings(texts: readonly string[]): Record<string, string> {
  const set: Record<string, string> = {}
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at < 1) throw new InputError(`--set ${text}: found no "="; path=value is needed, such as populations.cells.size=100`)
    set[text.slice(0, at).trim()] = text.slice(at + 1)
  }
  return set
}

/** A file, or the name of a scenario that comes with the package. */
export function findScenario(given: string): string {
  if (given === '') throw new InputError('found no name of a scenario; a file .yaml, or a name that "hillock list scenarios" has, is needed')
  if (existsSync(given)) {
    if (!statSync(given).isDirectory()) return given.split(sep).join('/')
    throw new InputError(`${given} is a folder; a scenario file .yaml is needed`)
  }
  const known = packagedScenarios()
  const name = given.replace(/\.ya?ml$/, '')
  const file = known.get(name) ?? known.get([...known.keys()].find((k) => k.endsWith(`/${name}`)) ?? '')
  if (file !== undefined && name === given) return near(file)
  // `cubba` may mean `scale/cuba`
  const close = nearest(name, [...known.keys()].flatMap((k) => [k, basename(k)]))
  const guess = close && [...known.keys()].find((k) => k === close || basename(k) === close)
  const hint = guess ? ` (did you mean "${guess}"?)` : ''
  throw new InputError(`${given}: no such file, and no scenario of this name comes with Hillock${hint}; "hillock list scenarios" names them`)
}

/** As a reader would write it from here. */
export function near(file: string): string {
  const path = relative(process.cwd(), file)
  return (path.startsWith('..') || isAbsolute(path) ? file : path).split(sep).join('/')
}

function decoded(bytes: Uint8Array): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (utf16) throw new InputError('found text in UTF-16; UTF-8 is needed')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new InputError('found bytes that are no text; a text file in UTF-8 is needed')
  }
}

export function readText(file: string): string {
  try {
    return decoded(readFileSync(file))
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(fileReason(error))
  }
}

/** Throws `InputError`, as `readText` does. */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new InputError(fileReason(error))
  }
}
