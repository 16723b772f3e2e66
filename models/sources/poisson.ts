/**
 * Poisson fibres: every unit fires independently, with a constant rate, at exact times.
 *
 *   P(spike in dt) = rate dt;   gaps are exponential with mean 1 / rate
 *
 * Kingman 1993 (Poisson Processes), ch. 2. Parameter: rate, for all units or for each. Emits: spike.
 * A rate below zero is an `InputError` of the network.
 */
import type { SourceDefinition } from '../../engine/model.ts'

export const poisson: SourceDefinition = {
  name: 'poisson',
  about: 'Poisson fibres: every unit fires independently, with a constant rate, at exact times.',
  source: 'Kingman 1993, ch. 2',
  parameters: { rate: ['5 Hz', 'spikes of a unit per second'] },
  kind: 'poisson',
}
