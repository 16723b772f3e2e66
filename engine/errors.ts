/**
 * Two kinds of mistake. A user's mistake is an `InputError`: it says where, what was found and what is accepted, in one
 * lower-case sentence. A run that cannot go on (a non-finite state, a full stream) is a `RunError`. Ours are assertions.
 */

/** Where in a description something stands: keys and indices from the root, such as ['populations', 'cells', 'size']. */
export type Path = readonly (string | number)[]

/** A place in a text: 1-based line and column, and the file's name where there is one. */
export interface Place {
  file?: string
  line: number
  column: number
}

export class InputError extends Error {
  override name = 'InputError'
  /** What is wrong, without the place. */
  readonly reason: string
  readonly path: Path
  readonly place: Place | undefined
  constructor(reason: string, path: Path = [], place?: Place) {
    super(describe(reason, path, place))
    this.reason = reason
    this.path = path
    this.place = place
  }
  /** The same mistake, said of a place further out: `path` is put before what is known already. */
  within(...path: Path): InputError {
    return new InputError(this.reason, [...path, ...this.path], this.place)
  }
  /** The same mistake with the place in the file it came from. */
  at(place: Place): InputError {
    return new InputError(this.reason, this.path, place)
  }
}

function describe(reason: string, path: Path, place?: Place): string {
  const where = [
    place && `${place.file ? `${place.file}:` : ''}${place.line}:${place.column}`,
    path.length > 0 && path.join('.'),
  ].filter(Boolean)
  return where.length > 0 ? `${where.join(': ')}: ${reason}` : reason
}

/** A run that has to stop: the simulation itself went wrong at a known time. */
export class RunError extends Error {
  override name = 'RunError'
}

/** Our own mistakes: a condition that no input can break. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${what}`)
}

/** Run `work`; an `InputError` that leaves it has `path` put before its own. */
export function within<T>(path: Path, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof InputError ? error.within(...path) : error
  }
}

/** The known word nearest to `word` (Levenshtein distance), if one is near enough to be what was meant. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 0.5
  for (const candidate of known) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase())
    if (d < bestDistance) {
      best = candidate
      bestDistance = d
    }
  }
  return best
}

/** `unknown parameter "tau_n" (did you mean "tau_m"?); known are tau_m, E_L` */
export function unknown(kind: string, word: string, known: Iterable<string>): string {
  const words = [...known]
  const guess = nearest(word, words)
  const list = words.length > 0 ? `known are ${words.join(', ')}` : 'none is known here'
  return `unknown ${kind} "${word}"${guess ? ` (did you mean "${guess}"?)` : ''}; ${list}`
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]
}
