/** Where in the epochs a block of trials reported, from the scenario that a trace holds. */
import { InputError } from '../engine/errors.ts'
import type { RecordedScenario } from './recorded-events.ts'

/** Of the canonical scenario in a trace. */
export interface RecordedBlock {
  name: string
  /** Trials of one run of the block. */
  examples: number
  report?: number
  every?: number
  before?: boolean
}

/**
 * Epochs that have passed at reports 0, 1, ... of a block: a report halfway through a block in the third epoch is at 2.5, one at
 * its end at 3, and one before the first epoch at 0. Throws `InputError` for a block that the scenario does not have.
 */
export function epochsOf(scenario: RecordedScenario, name: string, reports: number): Float64Array {
  const { trials, inputs = {}, populations } = scenario
  const block = trials?.blocks.find((b) => b.name === name)
  if (!trials || !block) throw new InputError(`found "${name}", which is no block of the trials of this run`)
  const { examples, report = examples, every = 1, before = false } = block
  const shown = Object.values(inputs).find((input) => input.example || input.wanted)?.onto ?? ''
  const copies = populations[shown.replace(/[[.].*$/, '')]?.copies ?? 1
  // all copies are shown an example at once: a report waits for the last of them
  const trialsOfReport = Math.ceil(report / copies) * copies
  const inRun = Math.ceil(examples / trialsOfReport)
  return Float64Array.from({ length: reports }, (_, k) => {
    if (before) return 0
    const epoch = Math.min(trials.epochs, every * (Math.floor(k / inRun) + 1))
    return epoch - 1 + Math.min(1, (((k % inRun) + 1) * trialsOfReport) / examples)
  })
}
