/**
 * What a neuron's text means: every name resolved, every unit checked, before anything is computed.
 * Throws `InputError` with the line and column in the model's own text, what was found and what is known.
 */
import { InputError, type Place, unknown, within } from '../errors.ts'
import type { NeuronDefinition } from '../model.ts'
import { type Dimension, divide, none, parseQuantity, parseUnit, same } from '../units.ts'
import { parseEquations, parseExpression, parseStatements } from './parse.ts'
import { type Assignment, children, type Differential, type Expression, type Named, print } from './tree.ts'
import { type CheckedSymbol, expectType, fits, specials, type SymbolKind, typeOf } from './types.ts'

export interface CheckedReceptor {
  name: string
  assignments: Assignment[]
  unlessRefractory: boolean
  /** What one unit of weight is. */
  weight: Dimension
}

export interface CheckedNeuron {
  definition: NeuronDefinition
  symbols: Map<string, CheckedSymbol>
  /** Parameters in ms by which an equation divides. */
  timeConstants: ReadonlySet<string>
  /** Defaults of the parameters, in engine units. */
  parameters: Map<string, { value: number; dimension: Dimension; about: string }>
  differentials: Differential[]
  named: Named[]
  receptors: CheckedReceptor[]
  threshold: Expression | undefined
  rate: Expression | undefined
  reset: Assignment[]
  refractory: Expression | undefined
  plateau: Expression | undefined
  initial: Map<string, Expression>
  /** Ear, such as `end:free` -> what all units do when it is heard. */
  on: Map<string, Assignment[]>
}

const earPattern = /^(?:phase|end):\S(?:.*\S)?$/

/** Names, units and structure of a neuron model. */
export function checkNeuron(definition: NeuronDefinition): CheckedNeuron {
  const file = (field: string) => `${definition.name}.${field}`
  const symbols = new Map<string, CheckedSymbol>(
    Object.entries(specials).map(([name, dimension]) => [name, { kind: 'special', dimension }]),
  )
  const define = (name: string, kind: SymbolKind, dimension: Dimension, at?: Place) => {
    if (symbols.get(name)?.kind === 'special' || name === 'refractory') {
      throw new InputError(`"${name}" has a meaning of its own in equations; another name is needed`, [], at)
    }
    if (symbols.has(name)) throw new InputError(`the name "${name}" is defined twice`, [], at)
    symbols.set(name, { kind, dimension })
  }
  const parameters: CheckedNeuron['parameters'] = new Map()
  for (const [name, [text, about]] of Object.entries(definition.parameters)) {
    within(['parameters', name], () => {
      const q = parseQuantity(text)
      parameters.set(name, { ...q, about })
      define(name, 'parameter', q.dimension)
    })
  }
  for (const [name, [unit]] of Object.entries(definition.currents ?? {})) {
    within(['currents', name], () => define(name, 'current', parseUnit(unit).dimension))
  }

  const { differentials, named } = parseEquations(definition.equations, file('equations'))
  if (differentials.length === 0 && definition.rate === undefined) {
    throw new InputError('found no equation "dX/dt = ..." or "next X = ..."; a neuron needs at least one', ['equations'])
  }
  for (const d of differentials) define(d.variable, 'variable', d.dimension, d.at)
  const order = inOrder(named)
  for (const n of named) define(n.name, 'named', n.dimension, n.at)

  for (const d of differentials) {
    if (d.map) {
      noChance(d.value, `"next ${d.variable}"`, order)
      expectType(d.value, d.dimension, symbols, `what "${d.variable}" becomes`)
    } else expectType(d.value, divide(d.dimension, [1, 0, 0]), symbols, `the right side of d${d.variable}/dt`)
  }
  for (const n of order) expectType(n.value, n.dimension, symbols, `"${n.name}"`)
  for (const e of [...differentials, ...named]) delaysKnown(e.value, symbols)

  const assignments = (list: Assignment[], known: Map<string, CheckedSymbol>) => {
    for (const a of list) {
      const target = symbols.get(a.variable)
      if (target?.kind !== 'variable') {
        throw new InputError(unknown('variable', a.variable, differentials.map((d) => d.variable)), [], a.at)
      }
      noChance(a.value, 'a statement', order)
      delaysKnown(a.value, symbols)
      expectType(a.value, target.dimension, known, `what "${a.variable}" becomes`)
    }
    return list
  }
  const receptors = Object.entries(definition.receptors).map(([name, text]): CheckedReceptor => {
    const parsed = parseStatements(text, file(`receptors.${name}`))
    const first = parsed.assignments[0]
    if (!first) throw new InputError('a receptor needs a statement such as "I_e += w"', ['receptors', name])
    const weight = weightDimension(parsed.assignments, symbols)
    const known = new Map(symbols).set('w', { kind: 'special', dimension: weight })
    return { name, weight, unlessRefractory: parsed.unlessRefractory, assignments: assignments(parsed.assignments, known) }
  })
  const optional = (field: 'threshold' | 'rate' | 'refractory' | 'plateau', wanted: Dimension | 'condition') => {
    const text = definition[field]
    if (text === undefined) return undefined
    const e = parseExpression(text, file(field))
    noChance(e, field, order)
    expectType(e, wanted, symbols, field)
    delaysKnown(e, symbols)
    return e
  }
  const initial = new Map<string, Expression>()
  for (const [variable, text] of Object.entries(definition.initial ?? {})) {
    const symbol = symbols.get(variable)
    if (symbol?.kind !== 'variable') throw new InputError(unknown('variable', variable, differentials.map((d) => d.variable)), ['initial', variable])
    const e = parseExpression(String(text), file(`initial.${variable}`))
    const known = new Map([...symbols].filter(([name, s]) => s.kind === 'parameter' || name === 'pi'))
    expectType(e, symbol.dimension, known, `the start value of "${variable}"`)
    delaysKnown(e, symbols)
    initial.set(variable, e)
  }
  const on = new Map<string, Assignment[]>()
  for (const [ear, text] of Object.entries<string | undefined>(definition.on ?? {})) {
    if (!earPattern.test(ear)) throw new InputError(`found "${ear}"; phase:NAME or end:NAME is accepted`, ['on', ear])
    const list = assignments(parseStatements(text ?? '', file(`on.${ear}`)).assignments, symbols)
    if (list.length === 0) throw new InputError('found no statement; one such as "m = 0" is needed', ['on', ear])
    for (const a of list) noSpike(a.value, ear, order)
    on.set(ear, list)
  }
  const checked: CheckedNeuron = {
    definition,
    symbols,
    parameters,
    timeConstants: new Set([...differentials, ...named].flatMap((d) => divisors(d.value)).filter((n) => isTime(parameters.get(n)?.dimension))),
    differentials,
    named: order,
    receptors,
    threshold: optional('threshold', 'condition'),
    rate: optional('rate', [-1, 0, 0]),
    reset: assignments(parseStatements(definition.reset ?? '', file('reset')).assignments, symbols),
    refractory: optional('refractory', [1, 0, 0]),
    plateau: optional('plateau', 'condition'),
    initial,
    on,
  }
  if (checked.threshold && checked.rate) throw new InputError('found both threshold and rate; a neuron fires by one of them', ['threshold'])
  unusedParameters(checked)
  return checked
}

/** Named expressions so that each stands after those it uses. */
function inOrder(named: Named[]): Named[] {
  const byName = new Map(named.map((n) => [n.name, n]))
  const done: Named[] = []
  const open: string[] = []
  const visit = (n: Named) => {
    if (done.includes(n)) return
    if (open.includes(n.name)) throw new InputError(`"${n.name}" is defined by itself: ${[...open, n.name].join(' -> ')}`, [], n.at)
    open.push(n.name)
    for (const used of namesIn(n.value)) {
      const other = byName.get(used)
      if (other) visit(other)
    }
    open.pop()
    done.push(n)
  }
  for (const n of named) visit(n)
  return done
}

function namesIn(e: Expression, found: string[] = []): string[] {
  if (e.kind === 'name') found.push(e.name)
  else if (e.kind === 'unary') namesIn(e.a, found)
  else if (e.kind === 'binary') {
    namesIn(e.a, found)
    namesIn(e.b, found)
  } else if (e.kind === 'call') for (const a of e.args) namesIn(a, found)
  return found
}

function isTime(dimension: Dimension | undefined): boolean {
  return dimension !== undefined && same(dimension, [1, 0, 0])
}

/** Names that stand alone, or as factors, in what is divided by. */
function divisors(e: Expression): string[] {
  const factors = (f: Expression): string[] =>
    f.kind === 'name' ? [f.name] : f.kind === 'binary' && f.op === '*' ? [...factors(f.a), ...factors(f.b)] : []
  if (e.kind === 'unary') return divisors(e.a)
  if (e.kind === 'call') return e.args.flatMap(divisors)
  if (e.kind !== 'binary') return []
  return [...divisors(e.a), ...divisors(e.b), ...(e.op === '/' ? factors(e.b) : [])]
}

/** `w` has the unit that makes the first statement fit: that of the variable if it is simply added. */
function weightDimension(list: Assignment[], symbols: Map<string, CheckedSymbol>): Dimension {
  for (const a of list) {
    const target = symbols.get(a.variable)
    // an unknown variable is said where the statements are checked
    if (!target) return none
    if (!namesIn(a.value).includes('w')) continue
    for (const candidate of [target.dimension, none, ...[...symbols.values()].map((s) => s.dimension)]) {
      try {
        const known = new Map(symbols).set('w', { kind: 'special', dimension: candidate })
        if (fits(typeOf(a.value, known), target.dimension)) return candidate
      } catch {
        // not this unit: try the next
      }
    }
    return target.dimension
  }
  throw new InputError('a receptor has to use "w", the summed weight that arrives', [], list[0].at)
}

function noChance(e: Expression, where: string, named: Named[]): void {
  const mentionsNoise = (x: Expression): boolean =>
    namesIn(x).some((n) => n === 'xi' || named.some((other) => other.name === n && mentionsNoise(other.value)))
  if (mentionsNoise(e)) throw new InputError(`xi is white noise and belongs in a dX/dt line, not in ${where}`, [], e.at)
}

/** `delayed(x, time)`: x is a variable, and the time is made of parameters. What time that is the planner knows. */
function delaysKnown(e: Expression, symbols: ReadonlyMap<string, CheckedSymbol>): void {
  for (const child of children(e)) delaysKnown(child, symbols)
  if (e.kind !== 'call') return
  const calls = (f: Expression): string[] => [...(f.kind === 'call' ? [f.name] : []), ...children(f).flatMap(calls)]
  if (e.name === 'after_spike' && e.args.flatMap(calls).includes('delayed')) {
    throw new InputError('found "delayed" in a time of after_spike, which may depend on parameters only', [], e.at)
  }
  if (e.name !== 'delayed') return
  const [x, time] = e.args
  if (x.kind !== 'name' || symbols.get(x.name)?.kind !== 'variable') {
    throw new InputError(`found "${print(x)}" as what is delayed; the name of a variable, of a dX/dt or a next line, is needed`, [], x.at)
  }
  const varies =
    namesIn(time).find((n) => symbols.get(n)?.kind !== 'parameter' && n !== 'dt' && n !== 'pi') ??
    calls(time).find((n) => n === 'delayed' || n === 'after_spike')
  if (varies !== undefined) throw new InputError(`found "${varies}" in the time of a delay, which may depend on parameters only`, [], time.at)
}

/** What the last spike says belongs to the step of a unit. `at`: where the statement names what `e` stands for. */
function noSpike(e: Expression, where: string, named: Named[], at?: Place): void {
  const known = e.kind === 'name' ? named.find((n) => n.name === e.name) : undefined
  if (known) noSpike(known.value, where, named, at ?? e.at)
  const found = e.kind === 'name' || e.kind === 'call' ? e.name : ''
  if (found === 'refractory' || found === 'after_spike') {
    throw new InputError(`${found} belongs to equations and what happens at a spike or an arrival, not to ${where}`, [], at ?? e.at)
  }
  for (const child of children(e)) noSpike(child, where, named, at)
}

function unusedParameters(m: CheckedNeuron): void {
  const used = new Set(
    [
      ...m.differentials.map((d) => d.value),
      ...m.named.map((n) => n.value),
      ...m.receptors.flatMap((r) => r.assignments.map((a) => a.value)),
      ...m.reset.map((a) => a.value),
      ...[m.threshold, m.rate, m.refractory, m.plateau].filter((e): e is Expression => e !== undefined),
      ...m.initial.values(),
      ...[...m.on.values()].flatMap((list) => list.map((a) => a.value)),
    ].flatMap((e) => namesIn(e)),
  )
  for (const p of m.parameters.keys()) {
    if (!used.has(p)) throw new InputError(`the parameter "${p}" is used nowhere; use it or leave it out`, ['parameters', p])
  }
}
