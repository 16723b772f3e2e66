/** The models that come with the program, one small file each; `library` has them by the names scenarios use. */
import type { DetectorDefinition, NeuronDefinition, SourceDefinition, SynapseDefinition } from '../engine/model.ts'
import { intervalDetector } from './detectors/interval.ts'
import { traceDetector } from './detectors/trace.ts'
import { adex, adexCells } from './neurons/adex.ts'
import { escapeNoise } from './neurons/escape-noise.ts'
import { lifPsp } from './neurons/lif-psp.ts'
import { izhikevich } from './neurons/izhikevich.ts'
import { lifConductance } from './neurons/lif-conductance.ts'
import { lifDelta } from './neurons/lif-delta.ts'
import { lifExponential } from './neurons/lif-exponential.ts'
import { naudAuryn } from './neurons/naud-auryn.ts'
import { naudSprekeler } from './neurons/naud-sprekeler.ts'
import { quadratic } from './neurons/quadratic.ts'
import { segregatedHidden, segregatedHiddenAsynchronous, segregatedHiddenAsynchronousFull, segregatedHiddenFull, segregatedInput, segregatedInputFull, segregatedOutput, segregatedOutputFull } from './neurons/segregated-dendrites.ts'
import { superspikeLif, superspikeLifEuler } from './neurons/superspike.ts'
import { clamped } from './rates/clamped.ts'
import { disturbedHidden } from './rates/disturbed.ts'
import { centredEquilibriumHidden, centredEquilibriumOutput, equilibriumHidden, equilibriumOutput, forcedEquilibriumOutput } from './rates/equilibrium.ts'
import { constantSlopeHidden, gatedHidden, linearHidden, logisticHidden, tanhHidden } from './rates/hidden.ts'
import { mirroredHidden } from './rates/mirrored.ts'
import { constantSlopeOutput, crossEntropyOutput, linearOutput, logisticOutput, targetOnlyOutput } from './rates/output.ts'
import { prototypicalEquilibriumHidden, prototypicalEquilibriumOutput } from './rates/prototypical-equilibrium.ts'
import { sigmaDeltaHidden, sigmaDeltaInput, sigmaDeltaOutput } from './rates/sigma-delta.ts'
import { patterns } from './sources/patterns.ts'
import { poisson } from './sources/poisson.ts'
import { spikeList } from './sources/spike-list.ts'
import { staticSynapse } from './synapses/static.ts'
import { tsodyksMarkram, tsodyksMarkramSets } from './synapses/tsodyks-markram.ts'

export {
  adex, adexCells, escapeNoise, intervalDetector, izhikevich, lifConductance, lifDelta, lifExponential, lifPsp, naudAuryn, naudSprekeler,
  clamped, constantSlopeHidden, constantSlopeOutput, crossEntropyOutput, disturbedHidden, gatedHidden, linearHidden, linearOutput, logisticHidden, logisticOutput, mirroredHidden, tanhHidden, targetOnlyOutput,
  segregatedHidden, segregatedHiddenAsynchronous, segregatedHiddenAsynchronousFull, segregatedHiddenFull, segregatedInput, segregatedInputFull, segregatedOutput, segregatedOutputFull,
  centredEquilibriumHidden, centredEquilibriumOutput, equilibriumHidden, equilibriumOutput, forcedEquilibriumOutput, prototypicalEquilibriumHidden, prototypicalEquilibriumOutput,
  sigmaDeltaHidden, sigmaDeltaInput, sigmaDeltaOutput,
  patterns, poisson, quadratic, spikeList, staticSynapse, superspikeLif, superspikeLifEuler, traceDetector, tsodyksMarkram, tsodyksMarkramSets,
}

export interface Library {
  neurons: ReadonlyMap<string, NeuronDefinition>
  synapses: ReadonlyMap<string, SynapseDefinition>
  sources: ReadonlyMap<string, SourceDefinition>
  /** By the name that `bursts: {detector: ...}` uses. */
  detectors: ReadonlyMap<string, DetectorDefinition>
}

const named = <T extends { name: string }>(...list: T[]): ReadonlyMap<string, T> => new Map(list.map((m) => [m.name, m]))

export const library: Library = {
  neurons: named<NeuronDefinition>(
    lifDelta, lifExponential, lifPsp, lifConductance, adex, izhikevich, quadratic, escapeNoise, naudSprekeler, naudAuryn,
    superspikeLif, superspikeLifEuler,
    clamped, logisticHidden, tanhHidden, linearHidden, constantSlopeHidden, gatedHidden, disturbedHidden, mirroredHidden,
    segregatedHiddenAsynchronous, segregatedHiddenAsynchronousFull,
    segregatedInput, segregatedHidden, segregatedOutput, segregatedInputFull, segregatedHiddenFull, segregatedOutputFull,
    logisticOutput, crossEntropyOutput, constantSlopeOutput, targetOnlyOutput, linearOutput,
    equilibriumHidden, equilibriumOutput, forcedEquilibriumOutput, centredEquilibriumHidden, centredEquilibriumOutput, prototypicalEquilibriumHidden, prototypicalEquilibriumOutput,
    sigmaDeltaInput, sigmaDeltaHidden, sigmaDeltaOutput,
  ),
  synapses: named<SynapseDefinition>(staticSynapse, tsodyksMarkram),
  sources: named<SourceDefinition>(patterns, poisson, spikeList),
  detectors: named<DetectorDefinition>(intervalDetector, traceDetector),
}
