/**
 * What a population does when a phase of a trial begins or ends: a program without arrivals and thresholds for every ear.
 * Statements happen one after the other: each becomes a name, those after it read that name, and the last of each variable is
 * committed.
 */
import { substitute } from './algebra.ts'
import type { CheckedNeuron } from './check.ts'
import { meaningOf } from './meaning.ts'
import type { Binding } from './plan.ts'
import { expressions, type Let, type Program, prune } from './program.ts'
import { mentions, name, print } from './tree.ts'

/** Ear -> its program, with the same variables as that of the step. */
export function planEvents(model: CheckedNeuron, binding: Binding): Map<string, Program> {
  return new Map([...model.on.keys()].map((ear) => [ear, planEvent(model, binding, ear)]))
}

function planEvent(model: CheckedNeuron, binding: Binding, ear: string): Program {
  const { pool, perTick, differentials, fed, expand, delays, delayed } = meaningOf(model, binding)
  const variables = [...differentials.map((d) => d.variable), ...fed]
  const lets: Let[] = []
  const methods: Program['methods'] = []
  /** Variable -> the name of what it has become. */
  const become = new Map<string, string>()
  let uniforms = 0
  for (const a of model.on.get(ear) ?? []) {
    const value = substitute(delays(expand(a.value), 0), (n) => {
      if (n === 'u01') return name(`u01.${uniforms++}`)
      const now = become.get(n)
      return now === undefined ? undefined : name(now)
    })
    const key = `then${lets.length}.${a.variable}`
    lets.push({ name: key, value: pool.hoist(value) })
    become.set(a.variable, key)
    methods.push({ variable: a.variable, method: ear, equation: `${a.variable} = ${print(a.value)}` })
  }
  const program: Program = {
    variables,
    constants: pool.values,
    columns: pool.columns,
    perTick,
    delays: delayed,
    gaussians: 0,
    uniforms,
    lets,
    commits: [...become].map(([variable, key]) => ({ variable, value: name(key), isChange: false, held: false })),
    receptors: [],
    plateau: undefined,
    threshold: undefined,
    reset: [],
    refractory: undefined,
    keepsLast: false,
    restsBelowThreshold: false,
    methods,
  }
  const used = expressions(program)
  if (used.some((e) => mentions(e, (n) => n === 't'))) perTick.push('t')
  prune(program, used, new Set(variables))
  return program
}
