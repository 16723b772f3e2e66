/**
 * The building blocks of the schema: mappings without unknown keys, choices told apart by a key, names, quantities.
 * Every message is a whole sentence: what was found, what is accepted.
 */
import { z } from 'zod'
import { InputError, unknown } from '../engine/errors.ts'
import { dimensionName, parseQuantity, quantityIn } from '../engine/units.ts'
import type { Dimension } from '../engine/units.ts'

// Without this zod compiles its checks with `new Function`, which a page's security policy may forbid.
z.config({ jitless: true })

type Issue = z.core.$ZodRawIssue

/** A value in the words of a message. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text
}

/** The message of a schema that accepts `what`. */
export function needs(what: string): (issue: Issue) => string {
  return (issue) =>
    issue.input === undefined ? `missing; ${what} is needed` : `found ${show(issue.input)}; ${what} is needed`
}

/** A mapping with these keys and no others. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? unknown('key', issue.keys[0], known) : needs('a mapping')(issue),
  })
}

/** A mapping whose keys the reader chooses. */
export function named<Value extends z.ZodType>(value: Value, kind: keyof typeof keyPatterns = 'name') {
  const [pattern, what] = keyPatterns[kind]
  const key = z.string().regex(pattern)
  return z.record(key, value, {
    error: (issue) =>
      issue.code === 'invalid_key' ? `this key is not accepted; ${what} is needed` : needs('a mapping')(issue),
  })
}
const keyPatterns = {
  name: [/^[A-Za-z_][A-Za-z0-9_-]*$/, 'a letter, then letters, digits, _ or -,'],
  symbol: [/^[A-Za-z_][A-Za-z0-9_]*$/, 'a letter, then letters, digits or _,'],
  port: [/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/, 'a word, or words joined by dots,'],
  parameter: [/^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/, 'population.parameter, or projection.parameter,'],
} as const

/** What is wrong with a key, in words, where something is. */
export function keyMistake(kind: keyof typeof keyPatterns, key: string): string | undefined {
  const [pattern, what] = keyPatterns[kind]
  return pattern.test(key) ? undefined : `found ${show(key)}; ${what} is needed`
}

/** One of several mappings, told apart by a key of their own; or, with `plain`, a value that is no mapping. */
export function choice<T>(
  kind: string,
  forms: Record<string, z.ZodType>,
  plain?: z.ZodType,
  plainWords?: string,
): z.ZodType<T> {
  const known = Object.keys(forms)
  const accepted = [plainWords, `a mapping with ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}`]
  const options = [...(plain ? [plain] : []), ...Object.values(forms)]
  return z.union(options as [z.ZodType, ...z.ZodType[]], {
    error: (issue) => {
      const input = issue.input
      const [word] = input && typeof input === 'object' && !Array.isArray(input) ? Object.keys(input) : []
      return word === undefined ? needs(accepted.filter(Boolean).join(', or '))(issue) : unknown(kind, word, known)
    },
  }) as unknown as z.ZodType<T>
}

/** `choice` where each mapping has one key only: { sine: {...} }. */
export function oneKey<Forms extends Record<string, z.ZodType>>(kind: string, forms: Forms) {
  const wrapped = Object.entries(forms).map(([key, form]) => [key, strict({ [key]: form })])
  return choice<OneKey<Forms>>(kind, Object.fromEntries(wrapped))
}
export type OneKey<Forms extends Record<string, z.ZodType>> = {
  [Key in keyof Forms]: { [K in Key]: z.infer<Forms[Key]> }
}[keyof Forms]

export const text = z.string({ error: needs('a text') })
export const flag = z.boolean({ error: needs('true or false') })
export const yes = z.literal(true, { error: needs('true') })
export const finite = z.number({ error: needs('a number') })

export function word<const Words extends [string, ...string[]]>(kind: string, words: Words) {
  return z.enum(words, {
    error: (issue) =>
      typeof issue.input === 'string' ? unknown(kind, issue.input, words) : needs(`one of ${words.join(', ')}`)(issue),
  })
}

export function numberIn(min: number, max: number) {
  const error = needs(`a number from ${min} to ${max}`)
  return z.number({ error }).min(min, { error }).max(max, { error })
}

export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const range = max === Number.MAX_SAFE_INTEGER ? `, at least ${min}, ` : ` from ${min} to ${max}`
  const error = needs(`a whole number${range}`.trimEnd())
  return z.int({ error }).min(min, { error }).max(max, { error })
}

export function list<Item extends z.ZodType>(item: Item, min = 0) {
  const error = needs(min > 0 ? 'a list that is not empty' : 'a list')
  return z.array(item, { error }).min(min, { error })
}

/** What may be required of a quantity beside its dimension. */
export type Sign = 'any' | 'not negative' | 'positive'

/** A number, or a text with a unit; with `dimension`, only a quantity of that dimension. */
export function quantity(dimension?: Dimension, sign: Sign = 'any'): z.ZodType<string | number> {
  const what = dimension && dimension[0] === 1 ? 'a time such as "20 ms"' : 'a quantity such as "20 mV"'
  return z.union([z.string(), z.number()], { error: needs(what) }).superRefine((found, context) => {
    const wrong = quantityMistake(found, dimension, sign)
    if (wrong) context.addIssue({ code: 'custom', message: wrong })
  })
}

function quantityMistake(found: string | number, dimension: Dimension | undefined, sign: Sign): string | undefined {
  try {
    const value = dimension ? quantityIn(found, dimension) : parseQuantity(found).value
    if (sign === 'not negative' && value < 0) return `found ${show(found)}; zero or more is needed`
    if (sign === 'positive' && !(value > 0)) {
      const unit = dimension ? ` ${dimensionName(dimension)}` : ''
      return `found ${show(found)}; more than 0${unit} is needed`
    }
  } catch (error) {
    if (error instanceof InputError) return error.reason
    throw error
  }
  return undefined
}
export const ms: Dimension = [1, 0, 0]
export const hertz: Dimension = [-1, 0, 0]
export const time = quantity(ms, 'not negative')
