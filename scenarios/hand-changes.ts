/**
 * Parameters that somebody changed while a run went on, and the scenario that does the same by itself: its protocol says them.
 * Run it, and the bytes of the trace are those of the run that was changed by hand.
 */
import { isSeq, parseDocument } from 'yaml'
import type { QuantityText } from '../engine/description.ts'
import { assert } from '../engine/errors.ts'
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
 * The text of a scenario with `changes` in its protocol; comments stay. Read with the same options, it is the scenario that
 * `LoadedScenario.canonicalWith` speaks of.
 */
export function textWithChanges(text: string, changes: readonly HandChange[]): string {
  if (changes.length === 0) return text
  const document = parseDocument(text, { merge: true })
  assert(document.errors.length === 0, 'the text of a scenario that was read is YAML')
  const steps = protocolSteps(changes).map((step) => document.createNode(step, { flow: true }))
  const protocol = document.get('protocol')
  if (isSeq(protocol)) for (const step of steps) protocol.add(step)
  // an alias, or a key that was merged: written out
  else document.set('protocol', document.createNode([...((document.toJS() as { protocol?: ProtocolSteps }).protocol ?? []), ...protocolSteps(changes)]))
  // long lines stay as long as they are
  return document.toString({ lineWidth: 0 })
}
