/**
 * A list of spikes: units fire at the times that are written down.
 *
 * No equations and no parameters; times (ms) and units are the `spikes` of the population. Emits: spike.
 * A population without them, times below zero and units that do not exist are `InputError`s of the network.
 */
import type { SourceDefinition } from '../../engine/model.ts'

export const spikeList: SourceDefinition = {
  name: 'spike_list',
  about: 'A list of spikes: units fire at the times that are written down.',
  source: 'no paper: the times are given',
  parameters: {},
  kind: 'list',
}
