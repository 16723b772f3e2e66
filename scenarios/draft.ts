/** A scenario while it is put together from its file, its includes and what is set; it knows where all is from. */
import { InputError } from '../engine/errors.ts'
import type { Path, Place } from '../engine/errors.ts'
import type { Included } from './include.ts'
import { includeModels, twice } from './include.ts'
import { checked } from './issues.ts'
import type { PlaceOf } from './issues.ts'
import type { TextPlaceOf } from './located.ts'
import { include, modelGroups } from './models-schema.ts'
import type { FileReader } from './paths.ts'
import type { Scenario } from './schema.ts'
import { scenarioSchema } from './schema.ts'
import { assigned, PathMistake, resolvePath } from './set.ts'
import { show } from './shapes.ts'
import { readYaml } from './yaml.ts'

export interface Draft {
  value: unknown
  place: PlaceOf
  textPlace: TextPlaceOf
  /** Replace what is at `path`; `from` says where the new value stands. */
  change(path: Path, value: unknown, from: PlaceOf): void
}

/** Read a file and what it includes. Throws `InputError` with a place. */
export function startDraft(text: string, file: string | undefined, read: FileReader): Draft {
  const main = readYaml(text, file)
  const begin: Place = { ...(file !== undefined && { file }), line: 1, column: 1 }
  if (main.value === null || main.value === undefined) {
    throw new InputError('the file is empty; a scenario needs title, duration and populations', [], begin)
  }
  if (!isMapping(main.value)) {
    throw new InputError(
      `found ${show(main.value)}; a scenario is a mapping with the keys title, duration, populations, ...`,
      [],
      main.place([]),
    )
  }
  let included: Included | undefined
  const changes: { path: Path; from: PlaceOf }[] = []
  const draft: Draft = {
    value: main.value,
    place(path, part) {
      const last = changes.findLast((change) => change.path.every((key, i) => key === path[i]))
      if (last) return last.from(path.slice(last.path.length), part)
      return (included?.source(path)?.place ?? main.place)(path, part)
    },
    textPlace(path, line, column) {
      if (changes.some((change) => change.path.every((key, i) => key === path[i]))) return undefined
      return (included?.source(path)?.textPlace ?? main.textPlace)(path, line, column)
    },
    change(path, value, from) {
      draft.value = assigned(draft.value, path, value)
      changes.push({ path, from })
    },
  }
  const { include: written, ...rest } = main.value
  if (written === undefined) return draft
  const list = checked(include, written, (path, part) => main.place(['include', ...path], part), ['include'])
  included = includeModels(list, file, main.place, read)
  draft.value = merged(rest, included, main.place)
  return draft
}

function merged(scenario: Mapping, included: Included, place: PlaceOf): Mapping {
  const all = { ...scenario }
  for (const group of modelGroups) {
    const own = scenario[group] ?? {}
    // Anything else is a mistake that the schema reports.
    if (!isMapping(own)) continue
    for (const name of Object.keys(own)) {
      const other = included.source([group, name])
      if (other) throw twice(name, [group, name], place([group, name], 'key'), other.place([group, name], 'key'))
    }
    all[group] = { ...included[group], ...own }
  }
  return all
}

/** Turn the scenario into its short form; one without `short` stays as it is. */
export function applyShort(draft: Draft): void {
  if (!isMapping(draft.value) || draft.value.short === undefined) return
  const at = (path: Path): PlaceOf => {
    const { place } = draft
    return (rest, part) => place(['short', ...path, ...rest], part)
  }
  const { short: written, ...rest } = draft.value
  const short = checked(scenarioSchema.shape.short, written, at([]), ['short'])
  // Places are asked for after `short` is gone from the value: they come from the text, where it still is.
  draft.value = rest
  for (const key of ['duration', 'dt', 'expect'] as const) {
    if (short?.[key] !== undefined) draft.change([key], short[key], at([key]))
  }
  for (const [text, value] of Object.entries(short?.set ?? {})) {
    const key = ['short', 'set', text]
    draft.change(
      resolved(text, draft.value, key, () => draft.place(key, 'key')),
      value,
      at(['set', text]),
    )
  }
}

/** The paths that a short form sets must exist, though this is the long one. */
export function checkShort(scenario: Scenario, draft: Draft): void {
  for (const text of Object.keys(scenario.short?.set ?? {})) {
    const key = ['short', 'set', text]
    resolved(text, scenario, key, () => draft.place(key, 'key'))
  }
}

/** `--set text=value`, the value being YAML, which is returned. Columns count in the text `path=value`. */
export function applySet(draft: Draft, text: string, value: string): unknown {
  const place = (offset: number): Place => ({ file: '--set', line: 1, column: offset + 1 })
  const yaml = readYaml(value, '--set', text.length + 1)
  const path = resolved(text, draft.value, [], place)
  draft.change(path, yaml.value, yaml.place)
  return yaml.value
}

function resolved(text: string, value: unknown, within: Path, place: (offset: number) => Place): Path {
  try {
    const path = resolvePath(text, value)
    // Both have been used up when paths are set: a change would do nothing.
    if (path[0] === 'include' || path[0] === 'short') {
      throw new PathMistake(`${path[0]} cannot be set; set what it stands for, such as duration`, path, 0)
    }
    return path
  } catch (error) {
    if (!(error instanceof PathMistake)) throw error
    throw new InputError(error.reason, within.length > 0 ? within : error.path, place(error.offset))
  }
}

type Mapping = Record<string, unknown>
function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
