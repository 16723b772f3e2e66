/**
 * Where in a scenario the cursor is: a marker is put in its place, the text is read (the parser goes on after mistakes, which a
 * text that is being written has), and the marker is looked for.
 */
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml'

/** One step down: a key beside which stand `others`, or an index of a list. */
export interface Step {
  key: string | number
  others: readonly string[]
}

export interface PlaceInYaml {
  /** From the root to what is being written: of a key, the mapping it will stand in. */
  steps: Step[]
  /** `item`: the first word of what may become a mapping, or the value itself. */
  what: 'key' | 'value' | 'item'
  /** Keys that stand beside it. */
  others: readonly string[]
  /** Where the word begins and ends that is being written. */
  from: number
  to: number
  document: Document
}

const marker = 'HERE_IS_THE_CURSOR'

/** Nothing where no key and no plain value can stand: in comments, quotes and blocks of text. */
export function placeInYaml(text: string, offset: number): PlaceInYaml | undefined {
  const before = /[\w-]*$/.exec(text.slice(0, offset))?.[0] ?? ''
  // a dash that makes an item of a list is no part of the word
  const word = before.replace(/^-+/, '')
  const from = offset - word.length
  const to = offset + (/^\w*/.exec(text.slice(offset))?.[0].length ?? 0)
  const lineStart = text.lastIndexOf('\n', from - 1) + 1
  const alone = /^[\s-]*$/.test(text.slice(lineStart, from))
  const put = alone && !/^\s*:/.test(text.slice(to)) ? `${marker}: ` : marker
  const document = parseDocument(text.slice(0, from) + put + text.slice(to), { uniqueKeys: false, strict: false, logLevel: 'silent' })
  const found = find(document.contents as Node | null, [])
  return found && { ...found, from, to, document }
}

type Found = Pick<PlaceInYaml, 'steps' | 'what' | 'others'>

function find(node: unknown, steps: Step[]): Found | undefined {
  if (isScalar(node)) return node.value === marker ? { steps, what: 'value', others: [] } : undefined
  if (isSeq(node)) return first(node.items, (item, k) => find(item, [...steps, { key: k, others: [] }]))
  if (!isMap(node)) return undefined
  const keys = node.items.map((pair) => (isScalar(pair.key) ? String(pair.key.value) : ''))
  const others = keys.filter((key) => key !== marker)
  return first(node.items, (pair, k) => {
    if (keys[k] === marker) return { steps, what: others.length === 0 ? 'item' : 'key', others }
    return find(pair.value, [...steps, { key: keys[k], others: others.filter((key) => key !== keys[k]) }])
  })
}

function first<A, B>(items: readonly A[], of: (item: A, k: number) => B | undefined): B | undefined {
  for (const [k, item] of items.entries()) {
    const found = of(item, k)
    if (found !== undefined) return found
  }
  return undefined
}
