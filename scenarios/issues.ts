/** What zod found wrong -> the one mistake a reader should see first, with its path. */
import type { z } from 'zod'
import { InputError } from '../engine/errors.ts'
import type { Path, Place } from '../engine/errors.ts'
import { show } from './shapes.ts'
import type { Part } from './yaml.ts'

interface Mistake {
  reason: string
  path: Path
  /** Whether the key at the end of the path is wrong, or the value. */
  part: Part
}

type Issue = z.core.$ZodIssue

/** The value, checked, or the mistake that stands first in the text: `InputError` with its path after `within`. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, place: PlaceOf, within: Path = []): T {
  const result = schema.safeParse(value, { error: (issue) => `found ${show(issue.input)}; this is not accepted` })
  if (result.success) return result.data
  const mistakes = result.error.issues.flatMap((issue) => mistakesOf(issue, value))
  const placed = telling(mistakes).map((mistake) => ({ ...mistake, place: place(mistake.path, mistake.part) }))
  placed.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
  throw new InputError(placed[0].reason, [...within, ...placed[0].path], placed[0].place)
}
/** Where a path stands in a text. */
export type PlaceOf = (path: Path, part?: Part) => Place

function mistakesOf(issue: Issue, root: unknown): Mistake[] {
  const path = issue.path as Path
  const reason = issue.message
  if (issue.code === 'unrecognized_keys') return [{ reason, path: [...path, issue.keys[0]], part: 'key' }]
  if (issue.code === 'invalid_key') return [{ reason, path, part: 'key' }]
  if (issue.code === 'invalid_union') {
    const found = valueAt(root, path)
    const branch = meant(issue.errors, found)
    if (branch) {
      const inner = branch.flatMap((part) => mistakesOf(part, found))
      return inner.map((mistake) => ({ ...mistake, path: [...path, ...mistake.path] }))
    }
    // `choice` could not tell which mapping was meant: its message is about the first key.
    if (isMapping(found) && reason.startsWith('unknown ')) {
      return [{ reason, path: [...path, Object.keys(found)[0]], part: 'key' }]
    }
  }
  return [{ reason, path, part: 'value' }]
}

/** Where a key is misspelt, another one is missing: the misspelt one says more. */
function telling(mistakes: Mistake[]): Mistake[] {
  const parent = ({ path }: Mistake) => JSON.stringify(path.slice(0, -1))
  const misspelt = new Set(mistakes.filter(({ part }) => part === 'key').map(parent))
  return mistakes.filter((mistake) => !mistake.reason.startsWith('missing;') || !misspelt.has(parent(mistake)))
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
