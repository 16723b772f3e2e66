/**
 * Patterns of spikes in frames of the same length, one after the other for ever.
 *
 *   frame f lasts from f every to (f + 1) every and shows pattern f modulo their number, or one drawn uniformly
 *
 * No equations and no parameters; `every`, the patterns and the name of the sequence are the `patterns` of the population.
 * Populations that name the same sequence are shown the same frames. Emits: spike.
 * No pattern, a spike outside its frame, units that do not exist, and different numbers of patterns in one sequence are
 * `InputError`s of the network.
 */
import type { SourceDefinition } from '../../engine/model.ts'

export const patterns: SourceDefinition = {
  name: 'patterns',
  about: 'Patterns of spikes in frames of the same length, one after the other for ever, in turn or drawn.',
  source: 'no paper: the patterns are given',
  parameters: {},
  kind: 'patterns',
}
