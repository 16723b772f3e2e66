/** What zod found wrong -> the one mistake a reader should see first, with its path. */
import type { z } from 'zod'
import { InputError } from '../engine/errors.ts'
import type { Path, Place } from '../engine/errors.ts'
import { show } from './shapes.ts'
import type { Part } from './yaml.ts'

export interface Mistake {
  reason: string
  path: Path
  /** Whether the key at the end of the path is wrong, or the value. */
  part: Part
}

type Issue = z.core.$ZodIssue

/** The value, checked; or all mistakes, in no order. */
export function check<T>(schema: z.ZodType<T>, value: unknown): { value: T } | { mistakes: Mistake[] } {
  const result = schema.safeParse(value, { error: (issue) => `found ${show(issue.input)}; this is not accepted` })
  if (result.success) return { value: result.data }
  return { mistakes: result.error.issues.map((issue) => mistakeOf(issue, value)) }
}

/** As `check`; throws the mistake that stands first in the text, its path after `within`. `place` is asked without it. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, place: PlaceOf, within: Path = []): T {
  const result = check(schema, value)
  if ('value' in result) return result.value
  const placed = result.mistakes.map((mistake) => ({ ...mistake, place: place(mistake.path, mistake.part) }))
  placed.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
  throw new InputError(placed[0].reason, [...within, ...placed[0].path], placed[0].place)
}
export type PlaceOf = (path: Path, part?: Part) => Place

function mistakeOf(issue: Issue, root: unknown): Mistake {
  const path = issue.path as Path
  if (issue.code === 'unrecognized_keys') return { reason: issue.message, path: [...path, issue.keys[0]], part: 'key' }
  if (issue.code === 'invalid_key') return { reason: issue.message, path, part: 'key' }
  if (issue.code === 'invalid_union') {
    const found = valueAt(root, path)
    const branch = meant(issue.errors, found)
    if (branch) {
      const inner = mistakeOf(branch[0], found)
      return { ...inner, path: [...path, ...inner.path] }
    }
    // `choice` could not tell which mapping was meant: its message is about the first key.
    if (isMapping(found) && issue.message.startsWith('unknown ')) {
      return { reason: issue.message, path: [...path, Object.keys(found)[0]], part: 'key' }
    }
  }
  return { reason: issue.message, path, part: 'value' }
}

/** The issues of the branch of a union that was meant: the one that lacks and refuses the fewest keys. */
function meant(branches: Issue[][], found: unknown): Issue[] | undefined {
  let best: Issue[] | undefined
  let fewest = Infinity
  for (const issues of branches) {
    if (issues.some((issue) => issue.path.length === 0 && !['unrecognized_keys', 'custom'].includes(issue.code)))
      continue
    const refused = issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
    )
    if (isMapping(found) && refused.length === Object.keys(found).length) continue
    const missing = issues.filter(
      (issue) => issue.path.length === 1 && valueAt(found, issue.path as Path) === undefined,
    )
    if (refused.length + missing.length < fewest) {
      fewest = refused.length + missing.length
      best = issues
    }
  }
  return best
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}
