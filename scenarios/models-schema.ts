/** The schema of neurons and synapses written in YAML, and of the files that hold them; and what they become. */
import { z } from 'zod'
import type { NeuronDefinition, Parameters, SynapseDefinition } from '../engine/model.ts'
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

export const include = list(text).describe('YAML files with neurons and synapses, relative to this file')
export const neurons = named(neuronSchema).describe("neurons of one's own, by name")
export const synapses = named(synapseSchema).describe("synapses of one's own, by name")

/** A file of models. */
export const modelFileSchema = strict({
  title: text.optional().describe('what the file holds'),
  about: text.optional().describe('for a reader'),
  include: include.optional(),
  neurons: neurons.optional(),
  synapses: synapses.optional(),
})

export type WrittenNeuron = z.infer<typeof neuronSchema>
export type WrittenSynapse = z.infer<typeof synapseSchema>

export function neuronFrom(name: string, written: WrittenNeuron): NeuronDefinition {
  const { currents, ...same } = written
  return {
    ...same,
    name,
    about: written.about ?? '',
    source: written.source ?? '',
    parameters: parametersFrom(written.parameters),
    receptors: written.receptors ?? {},
    ...(currents && { currents: mapped(currents, withMeaning) }),
  }
}

export function synapseFrom(name: string, written: WrittenSynapse): SynapseDefinition {
  const { on_pre_spike: onPreSpike, ...same } = written
  return {
    ...same,
    name,
    about: written.about ?? '',
    source: written.source ?? '',
    parameters: parametersFrom(written.parameters),
    ...(onPreSpike !== undefined && { onPreSpike }),
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
