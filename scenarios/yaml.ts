/**
 * YAML text -> plain values, keeping where each of them stands. Stricter than YAML: text keys only, no unknown tags, no
 * `__proto__`, and no aliases that blow up (a file of a few lines can stand for millions of values).
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml'
import { InputError } from '../engine/errors.ts'
import type { Path, Place } from '../engine/errors.ts'
import { tooDeep } from './yaml-depth.ts'

/** Characters a YAML file may have. */
export const sizeLimit = 10_000_000
const depthLimit = 100
const nestedTooDeep = `nested too deep; at most ${depthLimit} levels are accepted`
/** How often one anchor may be used, nested uses multiplied: yaml's own guard. */
const aliasLimit = 100
/** Values that aliases may add to those written: merge keys escape yaml's guard. */
const expansionLimit = 1_000_000

/** Which part of `key: value` is meant. A block that starts below its key is found by its key in either case. */
export type Part = 'key' | 'value'

export interface YamlText {
  value: unknown
  /** The place of the deepest part of `path` that exists. */
  place(path: Path, part?: Part): Place
  /** The place of line and column (from 1) of the text that stands at `path`, where that is simple to say. */
  textPlace(path: Path, line: number, column: number): Place | undefined
}

/** Throws `InputError` with a place; `shift` columns are added on the first line (for command-line values). */
export function readYaml(text: string, file?: string, shift = 0): YamlText {
  const lines = new LineCounter()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    const place = { line: Math.max(1, line), column: Math.max(1, col) + (line <= 1 ? shift : 0) }
    return file === undefined ? place : { file, ...place }
  }
  const fail = (reason: string, offset = 0): never => {
    throw new InputError(reason, [], placeAt(offset))
  }
  if (text.length > sizeLimit) fail(`found ${text.length} characters; at most ${sizeLimit} are accepted`)

  const nul = text.indexOf('\0')
  if (nul >= 0) {
    lines.addNewLine(0)
    for (let at = text.indexOf('\n'); at >= 0 && at < nul; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1)
    fail('found a character with code 0; a text in UTF-8 is needed', nul)
  }

  const deep = tooDeep(text, depthLimit, lines.addNewLine)
  if (deep !== undefined) fail(nestedTooDeep, deep)
  const document = parsed(text)
  const [problem] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])
  if (problem) fail(reworded(problem.code, problem.message), problem.pos[0])
  const version = document.directives?.yaml
  if (version?.explicit && version.version !== '1.2') fail(`found YAML ${version.version}; YAML 1.2 is needed`)

  const targets = aliasTargets(document, fail)
  const value = plain(document, targets, fail)
  const walk = (path: Path) => deepest(document.contents, path, targets)
  return {
    value,
    place(path, part = 'value') {
      const { key, node, whole } = walk(path)
      const byKey = key !== undefined && ((whole && part === 'key') || !onItsLine(node))
      return placeAt((byKey ? start(key) : start(node)) ?? start(key) ?? 0)
    },
    textPlace(path, line, column) {
      const { node, whole } = walk(path)
      if (!whole || !isScalar(node) || typeof node.value !== 'string' || !node.range) return undefined
      const first = placeAt(node.range[0])
      if (node.type !== 'BLOCK_LITERAL') {
        if (line !== 1 || node.type === 'BLOCK_FOLDED') return undefined
        return { ...first, column: first.column + column - 1 + (node.type === 'PLAIN' ? 0 : 1) }
      }
      const body = text.slice(node.range[0]).split('\n').slice(1)
      const indent = /^ */.exec(body.find((written) => written.trim() !== '') ?? '')?.[0].length ?? 0
      return { ...first, line: first.line + line, column: column + indent }
    },
  }
}

type Fail = (reason: string, offset?: number) => never
type Parsed = Document.Parsed

function parsed(text: string): Parsed {
  return parseDocument(text, {
    merge: true,
    stringKeys: true,
    prettyErrors: false,
    // Checked in `aliasTargets`, in linear time and naming the key.
    uniqueKeys: false,
    logLevel: 'error',
  })
}

function plain(document: Parsed, targets: Map<unknown, Target>, fail: Fail): unknown {
  try {
    return document.toJS({ maxAliasCount: aliasLimit })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const [alias] = targets.keys()
    const reason = /Excessive alias/.test(error.message)
      ? `an alias is used too often; at most ${aliasLimit} uses are accepted, nested uses multiplied`
      : lower(error.message)
    return fail(reason, start(alias as Node) ?? 0)
  }
}

interface Target {
  node: Node
  /** How many values it stands for, and how deep they go; undefined while it is being read. */
  extent: Extent | undefined
}
interface Extent {
  count: number
  depth: number
}

/** What every alias stands for; on the way, all that YAML permits and we do not. */
function aliasTargets(document: Parsed, fail: Fail): Map<unknown, Target> {
  const anchors = new Map<string, Target>()
  const targets = new Map<unknown, Target>()
  let added = 0
  const aliased = (node: Alias): Extent => {
    const target = anchors.get(node.source)
    if (!target) {
      return fail(`unknown alias "*${node.source}"; an anchor "&${node.source}" must stand before it`, start(node))
    }
    const { extent } = target
    if (!extent) return fail(`the alias "*${node.source}" stands inside what it names`, start(node))
    targets.set(node, target)
    added += extent.count
    if (added > expansionLimit) {
      fail(`aliases stand for more than ${expansionLimit} values; that is not accepted`, start(node))
    }
    return extent
  }
  const read = (node: unknown): Extent => {
    if (isAlias(node)) return aliased(node)
    const own: Target = { node: node as Node, extent: undefined }
    const anchor = (node as { anchor?: string } | null)?.anchor
    if (anchor) anchors.set(anchor, own)
    const parts: Extent[] = []
    if (isSeq(node)) for (const item of node.items) parts.push(read(item))
    if (isMap(node)) {
      const seen = new Set<string>()
      for (const { key, value } of node.items as Pair<Node, Node>[]) {
        const word = keyOf(key)
        if (word === '__proto__') fail('the key "__proto__" is not accepted', start(key))
        if (seen.has(word)) fail(`duplicate key "${word}"; a key may stand once in a mapping`, start(key))
        seen.add(word)
        parts.push(read(value))
        if (isMerge(key)) mergedMaps(value, targets, fail)
      }
    }
    const count = parts.reduce((sum, part) => sum + part.count, 1)
    const depth = parts.reduce((most, part) => Math.max(most, part.depth), 0) + 1
    // Aliases of aliases can nest deeper than anything that is written.
    if (depth > depthLimit + 2) fail(nestedTooDeep, start(node as Node))
    own.extent = { count, depth }
    return own.extent
  }
  read(document.contents)
  return targets
}

function keyOf(key: unknown): string {
  const word = isScalar(key) ? key.value : key
  return typeof word === 'symbol' ? String(word.description) : String(word)
}

/** The key `<<`, unless it is quoted. */
function isMerge(key: unknown): boolean {
  return isScalar(key) && (key.type === undefined || key.type === 'PLAIN') && keyOf(key) === '<<'
}

/** The mappings a merge key takes over, the strongest first. */
function mergedMaps(value: unknown, targets: Map<unknown, Target>, fail?: Fail): YAMLMap[] {
  const at = (node: unknown) => targets.get(node)?.node ?? node
  const source = at(value)
  const maps = (isSeq(source) ? source.items : [source]).map(at)
  for (const map of maps) {
    if (!isMap(map)) fail?.('"<<" needs a mapping, or a list of mappings, to take keys from', start(value as Node))
  }
  return maps.filter((map) => isMap(map))
}

interface Found {
  key?: Node
  node: Node | null
  /** False if only a part of the path exists. */
  whole: boolean
}

function deepest(root: Node | null, path: Path, targets: Map<unknown, Target>): Found {
  let found: Found = { node: root, whole: true }
  for (const step of path) {
    const inside = targets.get(found.node)?.node ?? found.node
    const next = isSeq(inside)
      ? step in inside.items && { node: inside.items[step as number] as Node, whole: true }
      : isMap(inside) && entry(inside, String(step), targets)
    if (!next) return { ...found, whole: false }
    found = next
  }
  return found
}

function entry(map: YAMLMap, word: string, targets: Map<unknown, Target>): Found | undefined {
  const pairs = map.items as Pair<Node, Node | null>[]
  for (const { key, value } of pairs) {
    if (!isMerge(key) && keyOf(key) === word) return { key, node: value, whole: true }
  }
  for (const { key, value } of pairs) {
    if (!isMerge(key)) continue
    for (const merged of mergedMaps(value, targets)) {
      const found = entry(merged, word, targets)
      if (found) return found
    }
  }
  return undefined
}

/** True if a value begins where a reader looks for it: not empty, and not a block on the lines below its key. */
function onItsLine(node: Node | null): boolean {
  if (isMap(node) || isSeq(node)) return node.flow === true
  return !(isScalar(node) && node.value === null && node.source === '')
}

function start(node: Node | null | undefined): number | undefined {
  return node?.range?.[0]
}

function reworded(code: string, message: string): string {
  if (code === 'NON_STRING_KEY') return 'found a key that is not a word; keys are words'
  if (code === 'MULTIPLE_DOCS') return 'found a second document; one a file is accepted'
  if (code === 'TAG_RESOLVE_FAILED') return `${lower(message)}; tags are not accepted`
  return `this is not YAML: ${lower(message)}`
}
function lower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
