/** Weights of one projection used by another, the other way round: the feedback that backpropagation would ask for. */
import type { NetworkDescription, ProjectionDescription, TransposedWeights, Units } from './description.ts'
import { isMatrixRule } from './equations/matrix-rule.ts'
import { assert, InputError, unknown } from './errors.ts'
import type { Ends } from './connectivity.ts'
import { type Part, rangeOf } from './part.ts'
import type { ClockedPopulation } from './population.ts'
import type { TransposedMatrix } from './projection.ts'
import type { Wire } from './wiring.ts'
import type { Workshop } from './workshop.ts'

/** The projection whose weights another one uses. Throws `InputError` with the path within the weights. */
export function forwardOf(p: ProjectionDescription, { transpose_of: name }: TransposedWeights, { projections }: NetworkDescription): ProjectionDescription {
  const forward = projections.find((q) => q.name === name)
  if (!forward) throw new InputError(unknown('projection', name, projections.map((q) => q.name)), ['transpose_of'])
  if (typeof forward.weight === 'object' && 'transpose_of' in forward.weight) throw new InputError(`"${name}" has no weights of its own`, ['transpose_of'])
  if (p.learning) throw new InputError('found a rule; weights that are those of another projection change there')
  return forward
}

/** Throws `InputError` with the path within the weights unless a transpose of so many sources and targets has these ends. */
export function checkTransposeFits(name: string, ends: Ends, sources: number, targets: number): void {
  if (ends.sources === sources && ends.targets === targets) return
  throw new InputError(`found ${ends.sources} sources and ${ends.targets} targets; the transpose of "${name}" has ${sources} sources and ${targets} targets`, ['transpose_of'])
}

/** Throws `InputError` with the path within the weights. */
export function checkTransposed(p: ProjectionDescription, weight: TransposedWeights, ends: Ends, target: Part, shop: Workshop) {
  const { transpose_of: name, times = 1 } = weight
  const forward = forwardOf(p, weight, shop.description)
  const count = (units: Units) => {
    const { first, last } = rangeOf(shop.part(units), units)
    return last - first + 1
  }
  const [sources, targets] = [count(forward.to), count(forward.from)]
  checkTransposeFits(name, ends, sources, targets)
  if (!('all_to_all' in p.connect) || p.connect.self === false) throw new InputError('transposed weights are all to all; give "connect: { all_to_all: true }"', ['transpose_of'])
  const forwardTarget = shop.part(forward.to)
  if (target.regime !== 'clocked' || forwardTarget.regime !== 'clocked') throw new InputError('transposed weights are between clocked populations', ['transpose_of'])
  return { name, times, forwardTarget, changes: forward.learning !== undefined && !isMatrixRule(forward.learning.rule), ticked: shop.part(forward.from).regime === 'clocked', rows: targets }
}

/** The matrix of another projection, found when it is first read. */
export function transposedMatrix(w: Wire, shop: Workshop): () => TransposedMatrix {
  const { name, rows, forwardTarget, changes, ticked } = w.transposed as NonNullable<Wire['transposed']>
  let found: TransposedMatrix | undefined
  return () => {
    if (found) return found
    const forward = shop.projections.get(name)
    const blocks = forward?.matrix ?? []
    assert(forward && blocks.length > 0, 'the matrix has been checked')
    const population = forwardTarget.population as ClockedPopulation
    const { learner } = forward
    // weights as they were before anything at this tick was learned
    const known = changes && w.target !== forwardTarget ? () => population.tick + 1 : () => Infinity
    found = { blocks, rows, known, settle: () => learner?.settle(ticked ? population.tick : shop.grid.time(population.tick)) }
    return found
  }
}

/** Who changes the weights waits until they have been read. */
export function lockStep(w: Wire, { forwardTarget, changes }: NonNullable<Wire['transposed']>): void {
  if (!changes || w.target === forwardTarget) return
  const reader = w.target
  forwardTarget.clockedInputs.push({ name: `${w.p.name} has been read`, deliver: () => {}, known: () => (reader.population as ClockedPopulation).tick })
}
