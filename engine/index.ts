/** The machine: what `hillock/engine` offers. Networks are plain data (`NetworkDescription`), models are equations. */
export type {
  BurstDetection,
  Connector,
  Current,
  InputDescription,
  KindName,
  NetworkDescription,
  ParameterChange,
  PopulationDescription,
  ProjectionDescription,
  QuantityText,
  SampleRequest,
  SpikeList,
  Units,
  Value,
} from './description.ts'
export { kinds } from './description.ts'
export { InputError, type Path, type Place, RunError } from './errors.ts'
export type {
  DetectorDefinition,
  EventDrivenForm,
  EventDrivenNeuron,
  Method,
  NeuronDefinition,
  Parameters,
  RuleContext,
  RuleDefinition,
  RuleEars,
  RuleProgram,
  SourceDefinition,
  SynapseDefinition,
} from './model.ts'
export { neuron, rule, synapse } from './model.ts'
export { type BuildOptions, buildNetwork, type Network, type Population, type ProjectionSummary } from './network.ts'
export type { Recording } from './recorder.ts'
export { createSimulation, Simulation } from './simulation.ts'
export * from './trace/index.ts'
export { type Dimension, dimensionName, parseQuantity, parseUnit, type Quantity, quantityIn } from './units.ts'
export { resultsVersion } from './version.ts'
