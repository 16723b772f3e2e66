/** How many trials there are. */
import type { TrialBlock, TrialsDescription } from '../engine/description.ts'

/** Trials of one run of the block, runs of it, and trials of all epochs if none is left out by an early stop. */
export function trialsOf(block: TrialBlock, { examples, epochs }: TrialsDescription, copies: number): { once: number; runs: number; all: number } {
  const { first, last } = examples.splits[block.split]
  const once = Math.ceil((block.examples ?? last - first + 1) / copies)
  const every = block.every ?? 1
  // the last epoch has it in any case
  const runs = block.before ? 1 : Math.ceil(epochs / every)
  return { once, runs, all: once * runs }
}
