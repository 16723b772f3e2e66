/**
 * Rules that change a full matrix of weights at once. Each statement is brought to the form
 *
 *   w <- keep w + sum over terms of pre x post
 *
 * where `keep` depends on parameters only, `pre` on one presynaptic neuron and `post` on one postsynaptic neuron: so it costs one
 * multiplication and addition a synapse and term, and everything else one evaluation a neuron. Every local rule of two factors has
 * this form; what has not is refused. Throws `InputError` with the line and column in the rule's own text.
 */
import type { TrialMoment } from '../description.ts'
import { InputError, unknown, within } from '../errors.ts'
import type { RuleDefinition } from '../model.ts'
import { type Dimension, none, parseUnit } from '../units.ts'
import { affine, substitute } from './algebra.ts'
import { ruleParameters, weightUnit } from './check-rule.ts'
import { parseEquations, parseStatements } from './parse.ts'
import { binary, type Expression, mentions, names, negate, number, print, times } from './tree.ts'
import { type CheckedSymbol, expectType } from './types.ts'

export interface MatrixTerm {
  pre: Expression
  post: Expression
}

export interface MatrixEar {
  key: 'tick' | TrialMoment
  /** Of parameters. */
  keep: Expression
  terms: MatrixTerm[]
}

export interface MatrixRule {
  definition: RuleDefinition
  weight: Dimension
  parameters: Map<string, { value: number; dimension: Dimension; about: string }>
  /** Variables of both sides that are read. */
  pre: Map<string, Dimension>
  post: Map<string, Dimension>
  ears: MatrixEar[]
}

/** Whether a rule is of this kind: it says what it reads of the presynaptic neuron. */
export function isMatrixRule(definition: RuleDefinition): boolean {
  return definition.pre_neuron !== undefined
}

export function checkMatrixRule(definition: RuleDefinition, weight: Dimension): MatrixRule {
  const own = weightUnit(weight)
  const symbols = new Map<string, CheckedSymbol>(Object.entries({ dt: [1, 0, 0], pi: none } as Record<string, Dimension>).map(([n, dimension]) => [n, { kind: 'special', dimension }]))
  const define = (what: string, kind: CheckedSymbol['kind'], dimension: Dimension) => {
    if (symbols.has(what)) throw new InputError(`the name "${what}" is defined twice`)
    symbols.set(what, { kind, dimension })
  }
  const parameters = ruleParameters(definition, own, (key, dimension) => define(key, 'parameter', dimension))
  define('w', 'variable', weight)
  const side = (group: 'pre_neuron' | 'neuron') =>
    new Map(
      Object.entries(definition[group] ?? {}).map(([what, [unit]]) =>
        within([group, what], () => {
          const { dimension } = parseUnit(unit, own)
          define(what, 'current', dimension)
          return [what, dimension] as const
        }),
      ),
    )
  const [pre, post] = [side('pre_neuron'), side('neuron')]
  for (const key of ['pre', 'post', 'synapse', 'program', 'initial'] as const) {
    if (definition[key] !== undefined) throw new InputError('a rule that reads variables of the presynaptic neuron works on the whole matrix at once and has no traces, state or program of its own', [key])
  }
  const meaning = new Map<string, Expression>()
  const said: Expression[] = []
  const { differentials, named } = parseEquations(definition.let ?? '', `${definition.name}.let`, own)
  if (differentials.length > 0) throw new InputError('found an equation; a named expression is needed', ['let'], differentials[0].at)
  for (const n of named) {
    expectType(n.value, n.dimension, symbols, `"${n.name}"`)
    define(n.name, 'named', n.dimension)
    said.push(n.value)
    meaning.set(n.name, substitute(n.value, (x) => meaning.get(x)))
  }
  const ears = Object.entries(definition.on).map(([key, text]): MatrixEar => {
    if (key !== 'tick' && !/^(phase|end):./.test(key)) throw new InputError(unknown('ear', key, ['tick', 'phase:NAME', 'end:NAME']), ['on', key])
    const { assignments } = parseStatements(text ?? '', `${definition.name}.on.${key}`)
    if (assignments.length !== 1) throw new InputError(`found ${assignments.length} statements; one, w += ... or w = ..., is needed`, ['on', key])
    const [a] = assignments
    if (a.variable !== 'w') throw new InputError(unknown('variable', a.variable, ['w']), [], a.at)
    expectType(a.value, weight, symbols, 'what "w" becomes')
    said.push(a.value)
    const split = affine(substitute(a.value, (n) => meaning.get(n)), new Set(['w']))
    const keep = split?.coefficients.get('w') ?? number(0)
    if (!split || mentions(keep, (n) => pre.has(n) || post.has(n))) {
      throw new InputError('what "w" becomes must be linear in w, with a factor of parameters only', [], a.at)
    }
    return { key: key as MatrixEar['key'], keep, terms: bilinear(split.rest, (n) => pre.has(n), (n) => post.has(n)) }
  })
  const used = new Set(said.flatMap((e) => [...names(e)]))
  for (const p of parameters.keys()) if (!used.has(p)) throw new InputError(`the parameter "${p}" is used nowhere; use it or leave it out`, ['parameters', p])
  return { definition, weight, parameters, pre, post, ears }
}

/** e as a sum of products of something with names of one side only. Throws `InputError` where it is none. */
export function bilinear(e: Expression, isPre: (name: string) => boolean, isPost: (name: string) => boolean): MatrixTerm[] {
  const one = number(1)
  const visit = (x: Expression): MatrixTerm[] => {
    if (x.kind === 'number' && x.value === 0) return []
    if (!mentions(x, isPost)) return [{ pre: x, post: one }]
    if (!mentions(x, isPre)) return [{ pre: one, post: x }]
    if (x.kind === 'unary' && x.op === '-') return visit(x.a).map((t) => ({ ...t, pre: negate(t.pre) }))
    if (x.kind === 'binary') {
      if (x.op === '+') return [...visit(x.a), ...visit(x.b)]
      if (x.op === '-') return [...visit(x.a), ...visit(x.b).map((t) => ({ ...t, pre: negate(t.pre) }))]
      if (x.op === '*') return visit(x.a).flatMap((a) => visit(x.b).map((b) => ({ pre: times(a.pre, b.pre), post: times(a.post, b.post) })))
      if (x.op === '/' && !mentions(x.b, isPost)) return visit(x.a).map((t) => ({ ...t, pre: binary('/', t.pre, x.b) }))
      if (x.op === '/' && !mentions(x.b, isPre)) return visit(x.a).map((t) => ({ ...t, post: binary('/', t.post, x.b) }))
    }
    throw new InputError(`"${print(x)}" is no sum of products of something presynaptic and something postsynaptic, which a rule on a whole matrix needs`, [], x.at)
  }
  return visit(e)
}
