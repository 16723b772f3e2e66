/**
 * Parameters that somebody changed while a run went on, and the scenario that does the same by itself: its protocol says them.
 * Run it, and the bytes of the trace are those of the run that was changed by hand.
 */
import { isMap, isSeq, parseDocument, stringify } from 'yaml'
import type { Document } from 'yaml'
import type { QuantityText } from '../engine/description.ts'
import { assert } from '../engine/errors.ts'
import { canonicalJson } from './canonical.ts'
import type { ProtocolSteps } from './load.ts'

/** `port` as in a protocol: `population.parameter`, or `projection.parameter`. */
export interface HandChange {
  /** ms; on the grid */
  at: number
  port: string
  value: QuantityText
}

/** In the order in which they were asked for: at the same tick it is the order in which they happen. */
export function protocolSteps(changes: readonly HandChange[]): ProtocolSteps {
  return changes.map(({ at, port, value }) => ({ at: `${at} ms`, set: { [port]: value } }))
}

/**
 * The text of a scenario with `changes` in its protocol; all else stays as it was written. Read with the same options, it is the
 * scenario that `LoadedScenario.canonicalWith` speaks of.
 */
export function textWithChanges(text: string, changes: readonly HandChange[]): string {
  if (changes.length === 0) return text
  const document = parseDocument(text, { merge: true })
  assert(document.errors.length === 0, 'the text of a scenario that was read is YAML')
  const scenario = document.toJS() as { protocol?: ProtocolSteps }
  const steps = protocolSteps(changes)
  const wanted = { ...scenario, protocol: [...(scenario.protocol ?? []), ...steps] }
  const inserted = linesInserted(text, document, steps)
  if (inserted !== undefined && isSame(inserted, wanted)) return inserted
  // a list on one line, an alias, a key that was merged: written out
  document.set('protocol', document.createNode(wanted.protocol))
  const rewritten = document.toString()
  assert(isSame(rewritten, wanted), 'a scenario that is written anew says the same')
  return rewritten
}

/** A line a step: behind the last step of the protocol, or in one at the end of the file. Undefined where that is not how it is written. */
function linesInserted(text: string, document: Document.Parsed, steps: ProtocolSteps): string | undefined {
  const root = document.contents
  if (!isMap(root) || root.flow) return undefined
  const lines = (indent: string) => steps.map((step) => `${indent}- ${stringify(step, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim()}\n`).join('')
  const protocol = root.get('protocol', true)
  if (protocol === undefined) return `${text.replace(/\n*$/, '\n\n')}protocol:\n${lines('  ')}`
  if (!isSeq(protocol) || protocol.flow || !protocol.range) return undefined
  const [start, stop] = protocol.range
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  // the range may go on to the next key; a comment may stand behind the last value
  const last = text.slice(0, stop).trimEnd().length
  const newline = text.indexOf('\n', last)
  const [before, after] = newline < 0 ? [`${text}\n`, ''] : [text.slice(0, newline + 1), text.slice(newline + 1)]
  return `${before}${lines(indent)}${after}`
}

function isSame(text: string, wanted: unknown): boolean {
  const found = parseDocument(text, { merge: true })
  return found.errors.length === 0 && canonicalJson(found.toJS()) === canonicalJson(wanted)
}
