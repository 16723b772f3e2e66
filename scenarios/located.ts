/** Mistakes that know a path -> mistakes that know a place in a file. */
import { InputError } from '../engine/errors.ts'
import type { Path, Place } from '../engine/errors.ts'
import type { PlaceOf } from './issues.ts'
import { type ModelGroup, modelGroups } from './models-schema.ts'

export type TextPlaceOf = (path: Path, line: number, column: number) => Place | undefined

/**
 * `error` with the place of the deepest part of its path that exists; anything but an `InputError` comes back as it is.
 * A place without a file is taken as one within the text at the path (a line of equations), and `textPlace` says where
 * that is in the file. A place with a file stays.
 */
export function located(error: unknown, place: PlaceOf, textPlace?: TextPlaceOf): unknown {
  if (!(error instanceof InputError)) return error
  const within = error.place
  if (within?.file !== undefined) return error
  const inText = within && textPlace?.(error.path, within.line, within.column)
  return error.at(inText ?? place(error.path, isAboutKey(error) ? 'key' : 'value'))
}

/**
 * The engine names a model's text by model and field, `tiring.equations:1:19`. Where the scenario (or a file it includes)
 * defines that model, this is a place within the text at neurons.tiring.equations; any other error comes back as it is.
 */
export function inOwnModel(error: unknown, own: Partial<Record<ModelGroup, Models>>): unknown {
  if (!(error instanceof InputError) || error.place?.file === undefined) return error
  const { file, line, column } = error.place
  for (const group of modelGroups) {
    for (const [name, model] of Object.entries(own[group] ?? {})) {
      const [, field, rest] = (file.startsWith(`${name}.`) && /^(\w+)(?:\.(.*))?$/.exec(file.slice(name.length + 1))) || []
      const key = field === 'onPreSpike' ? 'on_pre_spike' : field
      if (key === undefined || !Object.hasOwn(model, key)) continue
      return new InputError(error.reason, [group, name, key, ...(rest === undefined ? [] : [rest])], { line, column })
    }
  }
  return error
}

type Models = Record<string, object>

/** `unknown parameter "tau_n"` at parameters.tau_n is about the key, `unknown model "lif"` at cells.model is not. */
function isAboutKey(error: InputError): boolean {
  const word = /^(?:unknown [^"]*)?"([^"]*)"/.exec(error.reason)?.[1]
  const last = error.path.at(-1)
  if (word === undefined || typeof last !== 'string') return false
  return last === word || last.startsWith(`${word}.`) || last.endsWith(`.${word}`)
}
