/** Models of one's own from .ts, .mjs or .js files, with `import { neuron } from 'hillock'` working from anywhere. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createJiti } from 'jiti'
import { InputError } from '../engine/errors.ts'
import type { DetectorDefinition, NeuronDefinition, RuleDefinition, SourceDefinition, SynapseDefinition } from '../engine/model.ts'
import { library } from '../models/index.ts'
import { rules } from '../plasticity/index.ts'
import type { KnownModels } from '../scenarios/describe.ts'

/** The library, and what `files` export. Throws `InputError` for a file without models and a name that is taken. */
export async function knownModels(files: readonly string[]): Promise<KnownModels> {
  const models = {
    neurons: new Map<string, NeuronDefinition>(library.neurons),
    synapses: new Map<string, SynapseDefinition>(library.synapses),
    sources: new Map<string, SourceDefinition>(library.sources),
    detectors: new Map<string, DetectorDefinition>(library.detectors),
    rules: new Map<string, RuleDefinition>(rules),
  }
  for (const file of files) {
    let found = 0
    for (const exported of await exportsOf(file)) {
      const kind = kindOf(exported)
      if (!kind) continue
      const { name } = exported as { name: string }
      if ([models.neurons, models.synapses, models.sources, models.rules].some((m) => m.has(name))) {
        throw new InputError(`${file}: the name "${name}" is taken already; another name is needed`)
      }
      ;(models[kind] as Map<string, unknown>).set(name, exported)
      found++
    }
    if (found === 0) {
      throw new InputError(`${file}: found no model; exported neurons (name, equations, receptors), synapses (name, transmit) or rules (name, on) are needed`)
    }
  }
  return models
}

/** The exports of a module, lists and mappings of models opened. */
async function exportsOf(file: string): Promise<unknown[]> {
  const path = resolve(file)
  if (!existsSync(path)) throw new InputError(`${file}: no such file; a model file .ts, .mjs or .js is needed`)
  const own = (name: string) => {
    const built = fileURLToPath(new URL(`../${name}.js`, import.meta.url))
    return existsSync(built) ? built : fileURLToPath(new URL(`../${name}.ts`, import.meta.url))
  }
  const alias = { 'hillock/engine': own('engine/index'), 'hillock/models': own('models/index'), 'hillock/plasticity': own('plasticity/index'), 'hillock/analysis': own('analysis/index'), 'hillock/datasets': own('datasets/index'), hillock: own('index') }
  try {
    const module = await createJiti(import.meta.url, { alias }).import<Record<string, unknown>>(path)
    const values = [...new Set(Object.values(module))]
    return values.flatMap((value) => (value && typeof value === 'object' && !kindOf(value) ? Object.values(value) : [value]))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new InputError(`${file}: the module cannot be loaded: ${message.replace(/\s*\n\s*/g, ' ')}`)
  }
}

function kindOf(value: unknown): 'neurons' | 'synapses' | 'rules' | undefined {
  if (!value || typeof value !== 'object' || typeof (value as { name?: unknown }).name !== 'string') return undefined
  const model = value as Partial<NeuronDefinition & SynapseDefinition & RuleDefinition>
  if (model.on && typeof model.on === 'object') return 'rules'
  if (typeof model.equations === 'string' && model.receptors && typeof model.receptors === 'object') return 'neurons'
  return typeof model.transmit === 'string' ? 'synapses' : undefined
}
