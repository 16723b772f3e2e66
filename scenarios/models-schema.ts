/** The schema of neurons, synapses and learning rules written in YAML, and of the files that hold them; and what they become. */
import { z } from 'zod'
import type { NeuronDefinition, Parameters, RuleDefinition, SynapseDefinition } from '../engine/model.ts'
import { list, named, needs, quantity, strict, text, word } from './shapes.ts'

export const method = word('method', ['exponential_euler', 'euler', 'rk2', 'rk4'])

const bare = quantity()
const parameter = z.union([bare, z.tuple([bare, text])], {
  error: needs('a quantity such as "20 ms", or [quantity, meaning],'),
})
const parameters = named(parameter, 'symbol').describe('name: default with unit, or [default, meaning]')
const currentUnit = z.union([text, z.tuple([text, text])], { error: needs('a unit such as "pA", or [unit, meaning],') })
const start = z.union([z.string(), z.number()], {
  error: needs('a quantity, a parameter or an expression of parameters'),
})
const initial = named(start, 'symbol').describe('variable: start value; zero if not said')

export const neuronSchema = strict({
  about: text.optional().describe('what it is, in one sentence'),
  source: text.optional().describe('paper with equation numbers'),
  parameters: parameters.optional(),
  equations: text.describe('one statement a line: dV/dt = (E_L - V) / tau_m : mV'),
  currents: named(currentUnit, 'port')
    .optional()
    .describe('currents that may be injected: name: unit, or [unit, meaning]'),
  receptors: named(text, 'port').optional().describe('what an arrival of summed weight w does: excitatory: I_e += w'),
  threshold: text.optional().describe('fires when this becomes true: V > V_th'),
  rate: text.optional().describe('instead of a threshold: fires by chance with this rate (1/ms)'),
  reset: text.optional().describe('statements at a spike: V = V_reset'),
  on: z
    .record(z.string(), text, { error: needs('a mapping') })
    .optional()
    .describe('what all units do when a phase of a trial begins or ends: statements; ears are phase:NAME and end:NAME'),
  refractory: text.optional().describe('absolute refractory time: a parameter or a quantity such as 2 ms'),
  plateau: text.optional().describe('condition of a plateau potential'),
  initial: initial.optional(),
  method: method.optional().describe('how nonlinear equations are stepped; linear ones are exact'),
  compatibility: list(text).optional().describe('parameters that reproduce published code'),
}).describe('a neuron as equations')

export const synapseSchema = strict({
  about: text.optional().describe('what it is, in one sentence'),
  source: text.optional().describe('paper with equation numbers'),
  parameters: parameters.optional(),
  pre: text.optional().describe('state of the presynaptic neuron: dx/dt = (1 - x) / tau_D : 1'),
  initial: initial.optional(),
  on_pre_spike: text.optional().describe('statements at a presynaptic spike, after transmit'),
  transmit: text.describe('what is sent, from w and the state before the statements: w * x * u'),
}).describe('a synapse as equations')

/** Beside the usual units a rule has `weight`, that of the receptor; what it is the engine knows. */
const ruleQuantity = z.union([z.string(), z.number()], { error: needs('a quantity such as "20 ms" or "0.01 weight"') })
const ruleParameter = z.union([ruleQuantity, z.tuple([ruleQuantity, text])], {
  error: needs('a quantity such as "20 ms" or "0.01 weight", or [quantity, meaning],'),
})
export const ruleSchema = strict({
  about: text.optional().describe('what it is, in one sentence'),
  source: text.optional().describe('paper with equation numbers'),
  parameters: named(ruleParameter, 'symbol').optional().describe('name: default, or [default, meaning]; `weight` is the unit of a weight'),
  pre: text.optional().describe('traces of the presynaptic neuron: dx/dt = -x / tau_plus : 1'),
  post: text.optional().describe('traces of the postsynaptic neuron'),
  synapse: text.optional().describe('state of every synapse'),
  let: text.optional().describe('named expressions: decay = exp(-dt / tau) : 1'),
  neuron: named(currentUnit, 'symbol').optional().describe('variables of the postsynaptic neuron that are read: name: unit, or [unit, meaning]'),
  pre_neuron: named(currentUnit, 'symbol')
    .optional()
    .describe('variables of the presynaptic neuron that are read: name: unit, or [unit, meaning]; the rule then works on a full matrix at once'),
  initial: initial.optional(),
  on: z
    .record(z.string(), text, { error: needs('a mapping') })
    .describe('what is heard: statements; ears are pre_spike, pre_burst, post_spike, post_burst, post_plateau, tick, modulator, phase:NAME, end:NAME (of a phase of trials), every:INTERVAL'),
  sets: named(named(ruleQuantity, 'symbol'), 'symbol').optional().describe('parameter sets that are used as a whole'),
  compatibility: list(text).optional().describe('parameters that reproduce published code'),
}).describe('a learning rule as equations')

/** A rule put on a projection. */
export const learning = z.union(
  [
    text,
    strict({
      name: text.describe('name of a rule: one that comes with Hillock, or one of `rules`'),
      set: text.optional().describe("one of the rule's published parameter sets"),
      parameters: named(ruleQuantity, 'symbol').optional().describe("parameters that differ from the rule's defaults"),
      reads: named(text, 'symbol').optional().describe("the rule's name for a variable of the neuron: the neuron's own"),
      modulator: text.optional().describe('units whose spikes the ear `modulator` hears'),
      implementation: word('implementation', ['equations', 'program']).optional().describe('for a rule that has two'),
    }),
  ],
  { error: needs('the name of a rule, or a mapping with its name,') },
)

export const include = list(text).describe('YAML files with neurons, synapses and rules, relative to this file')
export const rules = named(ruleSchema).describe("learning rules of one's own, by name")
/** Models a scenario may define. */
export const modelGroups = ['neurons', 'synapses', 'rules'] as const
export type ModelGroup = (typeof modelGroups)[number]
export const neurons = named(neuronSchema).describe("neurons of one's own, by name")
export const synapses = named(synapseSchema).describe("synapses of one's own, by name")

/** A file of models. */
export const modelFileSchema = strict({
  title: text.optional().describe('what the file holds'),
  about: text.optional().describe('for a reader'),
  include: include.optional(),
  neurons: neurons.optional(),
  synapses: synapses.optional(),
  rules: rules.optional(),
})

export type WrittenNeuron = z.infer<typeof neuronSchema>
export type WrittenSynapse = z.infer<typeof synapseSchema>
export type WrittenRule = z.infer<typeof ruleSchema>

/** What all three say of themselves. */
function described(name: string, written: { about?: string; source?: string; parameters?: WrittenNeuron['parameters'] }) {
  return { name, about: written.about ?? '', source: written.source ?? '', parameters: parametersFrom(written.parameters) }
}

export function neuronFrom(name: string, written: WrittenNeuron): NeuronDefinition {
  const { currents, on, ...same } = written
  return {
    ...same,
    ...described(name, written),
    receptors: written.receptors ?? {},
    ...(currents && { currents: mapped(currents, withMeaning) }),
    ...(on && { on: on as NeuronDefinition['on'] }),
  }
}

export function synapseFrom(name: string, written: WrittenSynapse): SynapseDefinition {
  const { on_pre_spike: onPreSpike, ...same } = written
  return {
    ...same,
    ...described(name, written),
    ...(onPreSpike !== undefined && { onPreSpike }),
  }
}

export function ruleFrom(name: string, written: WrittenRule): RuleDefinition {
  const { neuron, pre_neuron, ...same } = written
  return {
    ...same,
    ...described(name, written),
    on: written.on as RuleDefinition['on'],
    ...(neuron && { neuron: mapped(neuron, withMeaning) }),
    ...(pre_neuron && { pre_neuron: mapped(pre_neuron, withMeaning) }),
  }
}

function parametersFrom(written: WrittenNeuron['parameters']): Parameters {
  return mapped(written ?? {}, withMeaning)
}

function withMeaning<T extends string | number>(written: T | [T, string]): [T, string] {
  return Array.isArray(written) ? written : [written, '']
}

function mapped<A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
