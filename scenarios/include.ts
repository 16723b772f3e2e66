/** Files of models that a scenario includes, and the files those include. */
import { InputError } from '../engine/errors.ts'
import type { Path, Place } from '../engine/errors.ts'
import { checked } from './issues.ts'
import type { PlaceOf } from './issues.ts'
import { type ModelGroup, modelFileSchema, modelGroups } from './models-schema.ts'
import type { BytesReader, FileReader } from './paths.ts'
import { pathFrom, tidy } from './paths.ts'
import { readYaml } from './yaml.ts'
import type { YamlText } from './yaml.ts'

type Models = Record<string, unknown>

export interface Included extends Record<ModelGroup, Models> {
  /** The file of an included model; undefined for a path that leads elsewhere. */
  source(path: Path): YamlText | undefined
}

/** Read the files in `list`, as seen from `file`. A circle, a missing file, a name that stands twice: `InputError`. */
export function includeModels(
  list: readonly string[],
  file: string | undefined,
  place: PlaceOf,
  read: FileReader,
): Included {
  const found: Record<ModelGroup, Models> = { neurons: {}, synapses: {}, rules: {} }
  const sources = new Map<string, YamlText>()
  const done = new Set<string>()
  const visit = (paths: readonly string[], from: string | undefined, at: PlaceOf, chain: string[]): void => {
    paths.forEach((written, i) => {
      const path = pathFrom(from, written)
      const where = at(['include', i])
      if (chain.includes(path)) {
        const circle = [...chain.slice(chain.indexOf(path)), path]
        throw new InputError(`the files include each other in a circle: ${circle.join(' -> ')}`, ['include', i], where)
      }
      if (done.has(path)) return
      done.add(path)
      const text = readFile(read, path, ['include', i], where)
      const yaml = readYaml(text, path)
      const content = checked(modelFileSchema, yaml.value, yaml.place)
      for (const group of modelGroups) {
        for (const [name, model] of Object.entries(content[group] ?? {})) {
          const key = `${group}.${name}`
          const other = sources.get(key)
          if (other)
            throw twice(name, [group, name], yaml.place([group, name], 'key'), other.place([group, name], 'key'))
          sources.set(key, yaml)
          found[group][name] = model
        }
      }
      visit(content.include ?? [], path, yaml.place, [...chain, path])
    })
  }
  visit(list, file, place, file === undefined ? [] : [tidy(file)])
  return { ...found, source: ([group, name]) => sources.get(`${group}.${name}`) }
}

/** A model that is defined in two places. */
export function twice(name: string, path: Path, here: Place, there: Place): InputError {
  const other = `${there.file ? `${there.file}:` : ''}${there.line}:${there.column}`
  return new InputError(`"${name}" is defined already at ${other}; a name may stand once`, path, here)
}

/** The text of a file; a mistake at `path` if it cannot be read. */
export function readFile(read: FileReader, file: string, path: Path, place?: Place): string {
  return readable(() => read(file), file, path, place)
}

/** The bytes of a file; a mistake at `path` if it cannot be read, or if only texts can be. */
export function readBytes(read: BytesReader | undefined, file: string, path: Path): Uint8Array {
  if (!read) throw new InputError(`found the file "${file}", but only texts are read here; no picture is accepted`, path)
  return readable(() => read(file), file, path)
}

function readable<T>(read: () => T, file: string, path: Path, place?: Place): T {
  try {
    return read()
  } catch (error) {
    const why = error instanceof InputError ? error.reason : error instanceof Error ? error.message : String(error)
    throw new InputError(`cannot read the file "${file}" (${why}); a file that exists is needed`, path, place)
  }
}
