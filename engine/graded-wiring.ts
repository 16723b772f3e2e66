/** Graded projections and rules on whole matrices while a network is being put together. */
import { weightBounds } from './bounds.ts'
import { connect, type Ends } from './connectivity.ts'
import type { ProjectionDescription, TransposedWeights, Value } from './description.ts'
import { checkMatrixRule, isMatrixRule } from './equations/matrix-rule.ts'
import { assert, InputError, unknown, within } from './errors.ts'
import { GradedProjection } from './graded.ts'
import { GradedGroup, inOrder } from './graded-group.ts'
import { feedCurrent } from './injection.ts'
import type { Matrix } from './matrix.ts'
import { MatrixLearning, parameterValues, readVariables } from './matrix-learning.ts'
import type { Column } from './memory.ts'
import { checkRepresentable, type Part, rangeOf } from './part.ts'
import type { ClockedPopulation } from './population.ts'
import type { Key } from './random.ts'
import { checkTransposeFits, forwardOf } from './transposed.ts'
import { type Dimension, divide, quantityIn } from './units.ts'
import { valueDraw } from './values.ts'
import type { ProjectionSummary, Wire } from './wiring.ts'
import { byName, type Workshop } from './workshop.ts'

const ms: Dimension = [1, 0, 0]

export interface GradedWire {
  p: ProjectionDescription
  source: Part
  target: Part
  writes: string
  copies: number
  /** Units of one copy. */
  ends: Ends
  weight: Dimension
  /** Ticks. */
  delay: number
  transposed: TransposedWeights | undefined
}

/** Before the populations are made: their equations have to know of the currents. Throws `InputError` with the path within the projection. */
export function wireGraded(p: ProjectionDescription, shop: Workshop): GradedWire {
  const graded = p.graded as NonNullable<typeof p.graded>
  const part = (which: 'from' | 'to') =>
    within([which], () => {
      const found = shop.part(p[which])
      if (found.regime !== 'clocked') throw new InputError(`"${p[which].population}" is not clocked; graded projections are between clocked populations`)
      const { first, last } = rangeOf(found, p[which])
      if (first !== 0 || last !== found.description.size - 1) throw new InputError(`found units ${first} to ${last}; graded projections are between whole populations`)
      return found
    })
  const [source, target] = [part('from'), part('to')]
  const copies = source.description.copies ?? 1
  if (copies !== (target.description.copies ?? 1)) {
    throw new InputError(`found ${copies} copies of "${p.from.population}" and ${target.description.copies ?? 1} of "${p.to.population}"; as many are needed`, ['to'])
  }
  const sent = source.checked?.differentials.find((d) => d.variable === graded.sends)
  if (!sent) throw new InputError(unknown('variable', graded.sends, source.checked?.differentials.map((d) => d.variable) ?? []), ['graded'])
  for (const key of ['synapse', 'parameters', 'transmits', 'dendritic_delay'] as const) {
    if (p[key] !== undefined) throw new InputError(`found ${key}, which a graded projection has not`, [key])
  }
  const { variable: writes, dimension } = feedCurrent(target, p.onto, p.name)
  const at = graded.at ?? 'tick'
  const delay = within(['delay'], () => {
    if (typeof p.delay === 'object') throw new InputError('found delays that differ; a graded projection has one')
    const ticks = shop.grid.wholeTicks(quantityIn(p.delay, ms))
    if (ticks !== 0 && (at !== 'tick' || ticks !== 1)) throw new InputError(`found ${p.delay}; ${at === 'tick' ? `0 ms or one step of ${shop.grid.dt} ms` : '0 ms'} is accepted`)
    return ticks
  })
  if (at === 'tick') {
    source.grouped = true
    target.grouped = true
  }
  const ends: Ends = { sources: source.description.size / copies, targets: target.description.size / copies, offset: source === target ? 0 : undefined }
  const weight = divide(dimension, sent.dimension)
  const transposed = typeof p.weight === 'object' && 'transpose_of' in p.weight ? p.weight : undefined
  if (transposed) within(['weight'], () => checkGradedTranspose(p, transposed, ends, shop))
  return { p, source, target, writes, copies, ends, weight, delay, transposed }
}

function checkGradedTranspose(p: ProjectionDescription, weight: TransposedWeights, ends: Ends, shop: Workshop): void {
  const forward = forwardOf(p, weight, shop.description)
  if (!('all_to_all' in p.connect) || !('all_to_all' in forward.connect)) throw new InputError('transposed weights are all to all; give both projections "connect: { all_to_all: true }"', ['transpose_of'])
  const count = (which: 'from' | 'to') => {
    const { size, copies = 1 } = shop.part(forward[which]).description
    return size / copies
  }
  checkTransposeFits(weight.transpose_of, ends, count('to'), count('from'))
}

/** The projection in place, its matrix among those of the shop; and its rule. */
export function projectGraded(w: GradedWire, shop: Workshop): { graded: GradedProjection; summary: ProjectionSummary; learning: MatrixLearning | undefined; redraw: ((trial: number) => void) | undefined } {
  const { p, source, target, copies, ends, transposed } = w
  const { float, memoryPlan } = shop
  const own = (what: string) => `projection.${p.name}.${what}`
  const oneToOne = 'one_to_one' in p.connect
  if (oneToOne && ends.sources !== ends.targets) throw new InputError(`found ${ends.sources} sources and ${ends.targets} targets; one-to-one needs as many`, ['connect'])
  const lanes = float === 'f32' ? 4 : 2
  const columns = Math.ceil(ends.targets / lanes) * lanes
  const weights = transposed ? undefined : (memoryPlan.reserve(own('weights'), float, oneToOne ? ends.targets : ends.sources * columns, 'state') as Column<'f32' | 'f64'>)
  const matrix: Matrix | undefined = weights && !oneToOne ? { weights, rows: ends.sources, targets: ends.targets, columns, version: 0 } : undefined
  if (matrix) shop.matrices.set(p.name, matrix)
  const drawn = p.draws_as ?? p.name
  if (p.draws_as !== undefined && !shop.description.projections.some((q) => q.name === p.draws_as)) {
    throw new InputError(unknown('projection', p.draws_as, shop.description.projections.map((q) => q.name)), ['draws_as'])
  }
  const fill = (key: Key) => drawWeights(w, weights as Column<'f32' | 'f64'>, oneToOne ? 1 : columns, key, shop.key('connect', drawn))
  if (weights) {
    // a mistake is found before the memory is there
    within(['weight'], () => checkRepresentable(valueDraw(p.weight as Value, w.weight, shop.key('weight', drawn), ends.sources * ends.targets).constant ?? 0, float))
    shop.later.push(() => fill(shop.key('weight', drawn)))
  }
  const graded = new GradedProjection({
    name: p.name, source: source.population as ClockedPopulation, target: target.population as ClockedPopulation, sends: (p.graded as { sends: string }).sends,
    writes: w.writes, copies, at: p.graded?.at ?? 'tick', delay: w.delay, transposed, float, oneToOne: oneToOne ? (weights as Column<'f32' | 'f64'>) : undefined,
    matrix: () => {
      const found = transposed ? shop.matrices.get(transposed.transpose_of) : matrix
      assert(found, 'the matrix has been checked')
      return found
    },
  }, ends.sources, columns, memoryPlan)
  shop.later.push(() => graded.start(shop.gradedKernels))
  shop.restorers.push(() => graded.restored())
  if (p.learning && (oneToOne || !('all_to_all' in p.connect))) throw new InputError('rules of graded projections work on full matrices; give "connect: { all_to_all: true }"', ['connect'])
  const learning = p.learning && matrixLearning(p, source, target, w.weight, copies, matrix as Matrix, shop)
  const delay = shop.grid.time(w.delay)
  const summary: ProjectionSummary = {
    name: p.name, from: p.from, to: p.to, onto: p.onto, connections: oneToOne ? ends.targets : ends.sources * ends.targets, synapse: 'graded', delays: [delay, delay],
    events: () => graded.events, learner: undefined, settle: () => {}, ...matrixChanges(learning),
    weights: () => {
      if (oneToOne) {
        const each = Uint32Array.from({ length: ends.targets }, (_, k) => k)
        return { sources: each, targets: each, weights: Float64Array.from((weights as Column<'f32' | 'f64'>).view) }
      }
      const { transpose_of: other, times = 1 } = transposed ?? { transpose_of: p.name }
      const found = shop.matrices.get(other) as Matrix
      const value = (j: number, i: number) => (transposed ? found.weights.view[i * found.columns + j] : found.weights.view[j * found.columns + i])
      const sized = (x: number) => times * (transposed?.sign ? Math.sign(x) : x)
      return {
        sources: Uint32Array.from({ length: ends.sources * ends.targets }, (_, k) => Math.floor(k / ends.targets)),
        targets: Uint32Array.from({ length: ends.sources * ends.targets }, (_, k) => k % ends.targets),
        weights: Float64Array.from({ length: ends.sources * ends.targets }, (_, k) => sized(value(Math.floor(k / ends.targets), k % ends.targets))),
      }
    },
  }
  return {
    graded, summary, learning,
    redraw: weights && ((trial) => {
      fill(shop.key(`weight ${trial}`, drawn))
      if (matrix) matrix.version++
      else graded.restored()
    }),
  }
}

/** Weights drawn for every connection, zero where there is none. */
function drawWeights({ p, weight, ends }: GradedWire, column: Column<'f32' | 'f64'>, columns: number, key: Key, connectKey: Key): void {
  const { constant, draw } = valueDraw(p.weight as Value, weight, key, ends.sources * ends.targets)
  const counted = typeof p.weight === 'object' && ('list' in p.weight || 'levels' in p.weight)
  const value = (j: number, i: number) => constant ?? (counted ? draw(j * ends.targets + i, 0) : draw(i, j))
  const { view } = column
  if ('one_to_one' in p.connect) {
    for (let i = 0; i < ends.targets; i++) view[i] = constant ?? (counted ? draw(i, 0) : draw(0, i))
    return
  }
  view.fill(0)
  if ('all_to_all' in p.connect && p.connect.self !== false) {
    fillMatrix({ weights: column, columns }, ends.sources, ends.targets, value)
    return
  }
  const { starts, targets } = connect(p.connect, ends, connectKey)
  for (let j = 0; j < ends.sources; j++) for (let k = starts[j]; k < starts[j + 1]; k++) view[j * columns + targets[k]] = value(j, targets[k])
}

function fillMatrix({ weights: { view }, columns }: Pick<Matrix, 'weights' | 'columns'>, rows: number, targets: number, value: (j: number, i: number) => number): void {
  for (let j = 0; j < rows; j++) for (let i = 0; i < targets; i++) view[j * columns + i] = value(j, i)
}

/** The rule of a projection that works on its whole matrix. Throws `InputError` with the path within the projection. */
export function matrixLearning(p: ProjectionDescription, source: Part, target: Part, weight: Dimension, copies: number, matrix: Matrix, shop: Workshop): MatrixLearning {
  const learning = p.learning as NonNullable<typeof p.learning>
  if (!isMatrixRule(learning.rule)) throw new InputError(`"${learning.rule.name}" hears spikes; a rule of a graded projection says what it reads of the presynaptic neuron (pre_neuron)`, ['learning', 'rule'])
  for (const part of [source, target]) if (part.regime !== 'clocked') throw new InputError(`"${part.description.name}" is not clocked; the rule reads variables of both sides`, ['learning', 'rule'])
  const rule = within(['learning', 'rule'], () => checkMatrixRule(learning.rule, weight))
  const known = (part: Part) => new Map((part.checked?.differentials ?? []).map((d) => [d.variable, d.dimension]))
  const reads = within(['learning'], () => readVariables(rule, learning, { pre: known(source), post: known(target) }))
  const set = learning.set === undefined ? {} : rule.definition.sets?.[learning.set]
  if (!set) throw new InputError(unknown('parameter set', learning.set as string, Object.keys(rule.definition.sets ?? {})), ['learning', 'set'])
  const values = new Map([['dt', shop.grid.dt], ...[...rule.parameters].map(([name, { value }]) => [name, value] as const)])
  for (const [name, value] of within(['learning', 'parameters'], () => parameterValues(rule, { ...set, ...learning.parameters }, shop.float))) values.set(name, value)
  const phases = Object.keys(shop.description.trials?.phases ?? {})
  for (const { key } of rule.ears) {
    const phase = key === 'tick' ? undefined : key.slice(key.indexOf(':') + 1)
    if (phase !== undefined && !phases.includes(phase)) throw new InputError(`the rule hears ${key}: ${unknown('phase', phase, phases)}`, ['learning', 'rule'])
    if (key === 'tick' && !p.graded) throw new InputError('the rule hears every tick, which it can on graded projections only', ['learning', 'rule'])
  }
  const bounds = p.bounds && within(['bounds'], () => weightBounds(p.bounds as NonNullable<typeof p.bounds>, weight))
  if (bounds && bounds.kind !== 'hard') throw new InputError(`found ${bounds.kind} bounds; a rule on a whole matrix has hard ones`, ['bounds'])
  const made = new MatrixLearning({
    name: p.name, rule, values, reads, matrix, source: source.population as ClockedPopulation, target: target.population as ClockedPopulation, copies, bounds, float: shop.float,
  }, shop.memoryPlan)
  shop.later.push((memory) => made.start(memory, shop.assemble, shop.gradedKernels))
  return made
}

/** How parameters of a rule on a matrix change during a run. */
export function matrixChanges(learning: MatrixLearning | undefined): Pick<ProjectionSummary, 'changeRule' | 'resetRule'> {
  if (!learning) return { changeRule: undefined, resetRule: () => {} }
  const start = new Map(learning.options.values)
  return {
    changeRule: (parameters) => {
      const values = learning.changed(parameters)
      return () => learning.adopt(values)
    },
    resetRule: () => learning.adopt(start),
  }
}

/** A spike projection whose weights a rule on the whole matrix changes. */
export function spikeMatrixLearning(w: Wire, shop: Workshop): MatrixLearning {
  const found = shop.projections.get(w.p.name)?.matrixColumn
  if (!found) throw new InputError('a rule that reads variables of the presynaptic neuron needs all-to-all connections of one delay from a clocked population to a whole clocked population', ['learning', 'rule'])
  const matrix: Matrix = { ...found, rows: w.from.last - w.from.first + 1, targets: w.to.last - w.to.first + 1, version: 0 }
  shop.matrices.set(w.p.name, matrix)
  if (matrix.rows !== w.source.description.size) throw new InputError('a rule that reads variables of the presynaptic neuron needs all of the source', ['from'])
  return matrixLearning(w.p, w.source, w.target, w.receptor.dimension, 1, matrix, shop)
}

/** Draws the weights of a spike projection anew, where they are a full matrix that no rule changes. */
export function spikeRedraw(w: Wire, shop: Workshop): ((trial: number) => void) | undefined {
  const found = shop.projections.get(w.p.name)?.matrixColumn
  const { weight, name } = w.p
  if (!found || w.p.learning || (typeof weight === 'object' && ('transpose_of' in weight || 'list' in weight || 'levels' in weight))) return undefined
  const [rows, targets] = [w.from.last - w.from.first + 1, w.to.last - w.to.first + 1]
  return (trial) => {
    const { constant, draw } = valueDraw(weight, w.receptor.dimension, shop.key(`weight ${trial}`, name), rows * targets)
    fillMatrix(found, rows, targets, (j, i) => constant ?? draw(i, j))
  }
}

/** Populations that tick together, each set of them in order. Throws `InputError` where graded projections without delay form a circle. */
export function gradedGroups(parts: Part[], graded: readonly { wire: GradedWire; projection: GradedProjection }[], wires: Wire[], rules: readonly MatrixLearning[], shop: Workshop): GradedGroup[] {
  const ticking = graded.filter((g) => g.projection.options.at === 'tick')
  const left = new Set(parts.filter((p) => p.grouped))
  const groups: GradedGroup[] = []
  for (const seed of parts) {
    if (!left.has(seed)) continue
    const members = new Set([seed])
    for (let before = 0; before !== members.size; ) {
      before = members.size
      for (const { wire } of ticking) if (members.has(wire.source) || members.has(wire.target)) members.add(wire.source).add(wire.target)
    }
    for (const m of members) left.delete(m)
    const inside = ticking.filter(({ wire }) => members.has(wire.target))
    const named = byName([...members].map((part) => ({ name: part.description.name, part })))
    const follows = ({ part }: { part: Part }) => {
      const before = new Set<Part>()
      for (const { wire } of inside) if (wire.target === part && wire.delay === 0) before.add(wire.source)
      for (const w of wires) if (w.target === part && w.clockedPair && w.delays === 0) before.add(w.source)
      return named.filter((n) => before.has(n.part))
    }
    const selfish = inside.find(({ wire }) => wire.delay === 0 && wire.source === wire.target)
    if (selfish) throw new InputError('found no delay from a population to itself; a graded projection within a population needs one step', ['projections', selfish.wire.p.name, 'delay'])
    const order = within(['projections'], () => inOrder(named, follows, 'projections without delay'))
    const projections = byName(inside.map((g) => g.projection))
    const populations = order.map(({ part }) => part.population as ClockedPopulation)
    groups.push(new GradedGroup(
      populations,
      projections.filter((g) => g.options.delay === 1),
      projections.filter((g) => g.options.delay === 0),
      byName(rules.filter((r) => r.hears('tick') && populations.includes(r.options.target))),
      shop.grid,
    ))
  }
  return groups
}

