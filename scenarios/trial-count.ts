/** How many trials there are, and when in an epoch their measures are reported. */
import type { NetworkDescription, TrialBlock, TrialsDescription } from '../engine/description.ts'

/** Copies that are shown an example each. */
export function copiesShown({ inputs, populations }: Pick<NetworkDescription, 'inputs' | 'populations'>): number {
  const shown = inputs.find((input) => 'example' in input || 'wanted' in input)
  return populations.find((p) => p.name === shown?.to.population)?.copies ?? 1
}

/** Trials of one run of the block: a trial shows one example, whatever the number of copies. */
export function trialsOf(block: TrialBlock, { examples }: Pick<TrialsDescription, 'examples'>): number {
  const { first, last } = examples.splits[block.split]
  return block.examples ?? last - first + 1
}

/** Epochs that have the block, if the trials are not stopped early. */
export function runsOf({ before, every = 1 }: TrialBlock, { epochs }: Pick<TrialsDescription, 'epochs'>): number {
  // the last epoch has it in any case
  return before ? 1 : Math.ceil(epochs / every)
}

/** Reports in one run of the block. */
export function reportsOf(block: TrialBlock, trials: Pick<TrialsDescription, 'examples'>, copies: number): number {
  const all = trialsOf(block, trials)
  return block.report === undefined ? 1 : Math.ceil(all / (Math.ceil(block.report / copies) * copies))
}

/** Trials of all epochs, if they are not stopped early. */
export function allTrials(trials: TrialsDescription): number {
  return trials.blocks.reduce((sum, block) => sum + trialsOf(block, trials) * runsOf(block, trials), 0)
}
