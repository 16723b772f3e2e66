/**
 * A synapse's presynaptic side as code: state that decays exactly, only when a spike touches it (decay.ts).
 *
 * Export: transmit(source, time) -> factor of the weight. It brings the state of `source` to `time` (ms), evaluates what is
 * transmitted, and then runs the statements of the spike. Everything is f64.
 */
import { InputError, unknown } from '../errors.ts'
import type { SynapseDefinition } from '../model.ts'
import { type Dimension, none, parseQuantity, same } from '../units.ts'
import { affine } from './algebra.ts'
import { type CheckedSymbol, typeOf } from './types.ts'
import { evaluate } from './evaluate.ts'
import * as f from './lane-functions.ts'
import { LaneWriter, laneKinds, type Operand } from './lanes.ts'
import { lower } from './lower.ts'
import { type Decay, parseDecays } from './decay.ts'
import { parseExpression, parseStatements } from './parse.ts'
import { type Assignment, type Expression, isNumber, mentions } from './tree.ts'

export interface CheckedSynapse {
  definition: SynapseDefinition
  parameters: Map<string, { value: number; dimension: Dimension; about: string }>
  decays: Decay[]
  initial: Map<string, Expression>
  /** What one unit of weight becomes. */
  transmit: Expression
  statements: Assignment[]
}

export function checkSynapse(definition: SynapseDefinition): CheckedSynapse {
  const file = (field: string) => `${definition.name}.${field}`
  const symbols = new Map<string, CheckedSymbol>()
  const parameters: CheckedSynapse['parameters'] = new Map()
  for (const [name, [text, about]] of Object.entries(definition.parameters)) {
    const q = parseQuantity(text)
    parameters.set(name, { ...q, about })
    symbols.set(name, { kind: 'parameter', dimension: q.dimension })
  }
  const decays = parseDecays(definition.pre ?? '', file('pre'), symbols, (variable, dimension) => void symbols.set(variable, { kind: 'variable', dimension }))
  const variables = new Set(decays.map((d) => d.variable))
  const fits = (e: Expression, wanted: Dimension, what: string, known: ReadonlyMap<string, CheckedSymbol> = symbols) => {
    const found = typeOf(e, known)
    if (found !== 'zero' && (found === 'condition' || !same(found, wanted))) throw new InputError(`${what} has the wrong unit`, [], e.at)
  }
  const withWeight = new Map(symbols).set('w', { kind: 'special', dimension: none })
  const sent = parseExpression(definition.transmit, file('transmit'))
  fits(sent, none, 'what is transmitted (w being a plain number here)', withWeight)
  const split = affine(sent, new Set(['w']))
  if (!split?.coefficients.has('w') || !isNumber(split.rest, 0)) {
    throw new InputError('what a synapse transmits must be "w" times something', [], sent.at)
  }
  const { assignments } = parseStatements(definition.onPreSpike ?? '', file('onPreSpike'))
  for (const a of assignments) {
    if (!variables.has(a.variable)) throw new InputError(unknown('variable', a.variable, variables), [], a.at)
    fits(a.value, (symbols.get(a.variable) as CheckedSymbol).dimension, `what "${a.variable}" becomes`)
  }
  const initial = new Map<string, Expression>()
  for (const [variable, text] of Object.entries(definition.initial ?? {})) {
    if (!variables.has(variable)) throw new InputError(unknown('variable', variable, variables), ['initial', variable])
    const e = parseExpression(String(text), file(`initial.${variable}`))
    const known = new Map([...symbols].filter(([, s]) => s.kind === 'parameter'))
    fits(e, (symbols.get(variable) as CheckedSymbol).dimension, `the start value of "${variable}"`, known)
    initial.set(variable, e)
  }
  const checked = { definition, parameters, decays, initial, transmit: split.coefficients.get('w') as Expression, statements: assignments }
  const used = [...decays.flatMap((d) => [d.rate, d.drive]), checked.transmit, ...assignments.map((a) => a.value), ...initial.values()]
  for (const p of parameters.keys()) {
    if (!used.some((e) => mentions(e, (n) => n === p))) throw new InputError(`the parameter "${p}" is used nowhere; use it or leave it out`, ['parameters', p])
  }
  return checked
}

export interface SynapseLayout {
  /** variable -> address of a column of f64, one a source */
  variables: Record<string, number>
  /** Time of the last spike (ms), f64. */
  last: number
  sharedMemory: boolean
}

export function compileSynapse(model: CheckedSynapse, parameters: ReadonlyMap<string, number>, layout: SynapseLayout): string {
  const w = new LaneWriter(laneKinds.f64)
  const value = (e: Expression) => evaluate(e, (n) => parameters.get(n) as number)
  const values = new Map<string, Operand>()
  for (const [key, v] of parameters) values.set(key, w.number(v))
  const elapsed = w.keep(`(f64.sub (local.get $time) (f64.load offset=${layout.last} (local.get $at)))`)
  for (const { variable, rate, drive } of model.decays) {
    const x = w.keep(`(f64.load offset=${layout.variables[variable]} (local.get $at))`)
    const [a, b] = [value(rate), value(drive)]
    if (a === 0) values.set(variable, w.add(x, w.mul(w.number(b), elapsed)))
    else {
      const rest = w.number(b === 0 ? 0 : -b / a)
      values.set(variable, w.add(rest, w.mul(w.sub(x, rest), f.exp(w, w.mul(w.number(a), elapsed)))))
    }
  }
  const evaluateIn = (e: Expression) => lower(e, w, { name: (n) => values.get(n) as Operand })
  const sent = evaluateIn(model.transmit)
  for (const s of model.statements) values.set(s.variable, evaluateIn(s.value))
  for (const { variable } of model.decays) w.do(`(f64.store offset=${layout.variables[variable]} (local.get $at) ${values.get(variable)})`)
  w.do(`(f64.store offset=${layout.last} (local.get $at) (local.get $time))`)
  return `(module
  (import "engine" "memory" (memory ${layout.sharedMemory ? '1 65536 shared' : '1'}))
  (func (export "transmit") (param $source i32) (param $time f64) (result f64)
    (local $at i32)
    ${w.locals.join(' ')}
    (local.set $at (i32.shl (local.get $source) (i32.const 3)))
${[...w.prologue, ...w.code].join('\n')}
    ${sent}))`
}
