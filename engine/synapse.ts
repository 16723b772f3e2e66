/** The presynaptic state of a projection: one row a source, touched only by that source's spikes. */
import type { Assembler } from './assembler.ts'
import { type CheckedSynapse, compileSynapse } from './equations/compile-synapse.ts'
import { evaluate } from './equations/evaluate.ts'
import type { Column, MemoryPlan, NetworkMemory } from './memory.ts'

export interface SynapseState {
  /** A spike of `source` at `time` (ms): the factor its weights are sent with. */
  transmit(source: number, time: number): number
  /** Compiles, and sets the start values, once the memory is there. */
  start(memory: NetworkMemory, assemble: Assembler): void
}

export function synapseState(tag: string, model: CheckedSynapse, parameters: ReadonlyMap<string, number>, sources: number, plan: MemoryPlan): SynapseState {
  const columns = new Map<string, Column<'f64'>>(
    model.decays.map(({ variable }) => [variable, plan.reserve(`synapse.${tag}.${variable}`, 'f64', sources, 'state')]),
  )
  const last = plan.reserve(`synapse.${tag}.last`, 'f64', sources, 'state')
  const state: SynapseState = {
    transmit: () => 1,
    start: (memory, assemble) => {
      for (const [variable, column] of columns) {
        const start = model.initial.get(variable)
        column.view.fill(start ? evaluate(start, (n) => parameters.get(n) as number) : 0)
      }
      const layout = {
        variables: Object.fromEntries([...columns].map(([v, c]) => [v, c.address])),
        last: last.address,
        sharedMemory: memory.shared,
      }
      const text = compileSynapse(model, parameters, layout)
      state.transmit = assemble<SynapseState>(`synapse ${tag}`, text, memory.memory).transmit
    },
  }
  return state
}
