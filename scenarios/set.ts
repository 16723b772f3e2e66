/** Changing a scenario by path, as `--set populations.cells.size=10` does, before it is checked. */
import { z } from 'zod'
import { InputError, unknown } from '../engine/errors.ts'
import type { Path } from '../engine/errors.ts'
import { scenarioSchema } from './schema.ts'

type Mapping = Record<string, unknown>

/** A mistake in the words of a path: `offset` is where the wrong word begins. */
export class PathMistake extends InputError {
  readonly offset: number
  constructor(reason: string, path: Path, offset: number) {
    super(reason, path)
    this.offset = offset
  }
}

/**
 * What `text` (words joined by dots; keys may contain dots) leads to in `scenario`. Every word exists in it, or is a
 * key that the schema knows, or names a new entry where a reader may choose names of plain values (parameters).
 */
export function resolvePath(text: string, scenario: unknown): Path {
  const words = text.split('.')
  const path: (string | number)[] = []
  let value = scenario
  let schemas: z.ZodType[] = opened([scenarioSchema])
  for (let i = 0; i < words.length; ) {
    const offset = words.slice(0, i).join('.').length + (i > 0 ? 1 : 0)
    const { key, count } = Array.isArray(value)
      ? indexIn(value, words[i], path, offset)
      : keyIn(value, schemas, words.slice(i), path, offset)
    path.push(key)
    value =
      value !== null && typeof value === 'object' && Object.hasOwn(value, key) ? (value as Mapping)[key] : undefined
    schemas = opened(schemas.flatMap((schema) => inside(schema, key)))
    i += count
  }
  return path
}

/** A copy of `root` with `value` at `path`; what is not on the path is shared. */
export function assigned(root: unknown, path: Path, value: unknown): unknown {
  if (path.length === 0) return value
  const [key, ...rest] = path
  if (Array.isArray(root)) return root.map((item, i) => (i === key ? assigned(item, rest, value) : item))
  const mapping = isMapping(root) ? root : {}
  return { ...mapping, [key]: assigned(mapping[key], rest, value) }
}

function indexIn(list: unknown[], word: string, path: Path, offset: number): { key: number; count: number } {
  if (/^\d+$/.test(word) && Number(word) < list.length) return { key: Number(word), count: 1 }
  const accepted = list.length > 0 ? `an index from 0 to ${list.length - 1}` : 'an index of a list that is not empty'
  throw new PathMistake(`found "${word}"; ${accepted} is needed`, path, offset)
}

function keyIn(
  value: unknown,
  schemas: z.ZodType[],
  words: string[],
  path: Path,
  offset: number,
): { key: string; count: number } {
  const present = isMapping(value) ? Object.keys(value) : []
  for (let count = 1; count <= words.length; count++) {
    const key = words.slice(0, count).join('.')
    if (present.includes(key)) return { key, count }
  }
  const known = schemas.flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []))
  if (known.includes(words[0])) return { key: words[0], count: 1 }
  const open = schemas.some((schema) => schema instanceof z.ZodRecord && takesNew(schema.valueType as z.ZodType))
  // Only the last key may be new here, dots and all: `receptors.dendrite.gaba`.
  if (open && words.join('.') !== '__proto__') return { key: words.join('.'), count: words.length }
  throw new PathMistake(unknown('key', words[0], new Set([...present, ...known])), [...path, words[0]], offset)
}

/** New parameters may be named; a new population may not, it would have nothing but the one key. */
function takesNew(schema: z.ZodType): boolean {
  return opened([schema]).some((option) => !(option instanceof z.ZodObject))
}

/** The schemas within wrappers and unions. */
function opened(schemas: z.ZodType[]): z.ZodType[] {
  return schemas.flatMap((schema): z.ZodType[] => {
    if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return opened([schema.unwrap() as z.ZodType])
    if (schema instanceof z.ZodUnion) return opened(schema.options as z.ZodType[])
    return [schema]
  })
}

function inside(schema: z.ZodType, key: string | number): z.ZodType[] {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? [schema.shape[key]] : []
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType]
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType]
  if (schema instanceof z.ZodTuple) return [schema.def.items[Number(key)] as z.ZodType].filter(Boolean)
  return []
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
