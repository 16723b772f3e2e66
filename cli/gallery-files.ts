/**
 * What the page's gallery is made of: an index of the scenarios that come with Hillock, their files, their pictures and
 * their thumbnails. The build copies them beside the page (viewer/vite.config.ts), so that any host of static files has a gallery.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { InputError } from '../engine/errors.ts'
import { library } from '../models/index.ts'
import { loadScenario } from '../scenarios/load.ts'
import { readYaml } from '../scenarios/yaml.ts'
import { packagedScenarios, packageRoot } from './package.ts'
import { keepingReaders } from './scenario-file.ts'

/** A card of the gallery. Paths are those of the built page. */
export interface GalleryEntry {
  /** `scale/cuba` */
  name: string
  title: string
  about: string
  source: string
  group: string
  /** What README.md says that a run takes, such as `3 min`. */
  time: string
  file: string
  /** Texts a run reads, the scenario's own first, and pictures. */
  files: string[]
  pictures: string[]
  /** Without one where it has not been drawn yet. */
  thumbnail?: string
  /** Packages of data a run needs; a host of static files does not have them. */
  data: string[]
}

/** In the order of the page; the first that fits is a scenario's group. */
const groups: readonly [string, RegExp][] = [
  ['Bursts', /^(burst-|plateau-|short-term-)/],
  ['STDP', /stdp|inhibitory-plasticity/],
  ['SuperSpike', /^superspike-/],
  ['Feedback alignment', /feedback-alignment|weight-transport|four-needs/],
  ['Equilibrium propagation', /equilibrium-propagation/],
  ['Segregated dendrites', /segregated-dendrites/],
  ['Representations', /^representations/],
  ['Precision and benchmarks', /./],
]

export const thumbnailOf = (name: string) => `thumbnails/${name.replaceAll('/', '-')}.png`

/** In the order of groups, of names within a group, and those that are benchmarks last. */
export function galleryIndex(): GalleryEntry[] {
  const times = timesIn(readFileSync(join(packageRoot, 'README.md'), 'utf8'))
  const rank = (entry: GalleryEntry) => groups.findIndex(([group]) => group === entry.group) * 2 + Number(entry.name.startsWith('scale/'))
  return [...packagedScenarios()].map(([name, path]) => entryOf(name, path, times)).sort((a, b) => rank(a) - rank(b))
}

/** Path in the built page -> its bytes. */
export function galleryFiles(): Map<string, Uint8Array> {
  const index = galleryIndex()
  const files = new Map<string, Uint8Array>([['scenarios/index.json', new TextEncoder().encode(JSON.stringify(index))]])
  for (const { thumbnail, ...entry } of index) {
    for (const file of [...entry.files, ...entry.pictures]) files.set(file, readFileSync(join(packageRoot, file)))
    if (thumbnail) files.set(thumbnail, readFileSync(join(packageRoot, 'viewer', thumbnail)))
  }
  return files
}

function entryOf(name: string, path: string, times: ReadonlyMap<string, string>): GalleryEntry {
  const file = relative(packageRoot, path).split(sep).join('/')
  const { texts, pictures, data } = filesOf(file)
  const { title, about, source } = readYaml(texts.get(file) ?? '', file).value as Record<string, unknown>
  const thumbnail = thumbnailOf(name)
  return {
    ...{ name, title: String(title), about: String(about ?? '').trim(), source: String(source ?? '') },
    ...{ group: groups.find(([, fits]) => fits.test(name))?.[0] ?? '', time: times.get(name) ?? '' },
    ...{ file, files: [...texts.keys()], pictures: [...pictures.keys()], data },
    ...(existsSync(join(packageRoot, 'viewer', thumbnail)) && { thumbnail }),
  }
}

/** Found by loading it: exactly what a run would read. */
function filesOf(file: string) {
  const { readers, kept } = keepingReaders(packageRoot)
  const asked = new Set<string>()
  // checksums of MNIST take a second each: to know that it is asked for is enough
  const dataFiles = (path: string) => void asked.add(path.split('/')[0])
  try {
    loadScenario(readers.read(file), { file, ...readers, dataFiles, models: library })
  } catch (error) {
    if (!(error instanceof InputError && asked.size > 0)) throw error
  }
  return { ...kept, data: [...asked] }
}

/** The last column of the table of scenarios. */
function timesIn(readme: string): Map<string, string> {
  const rows = readme.matchAll(/^\| \[[^\]]+\]\(scenarios\/(.+?)\.yaml\) \|.*\| ([^|]+) \|$/gm)
  return new Map([...rows].map(([, name, time]) => [name, time.trim()]))
}
