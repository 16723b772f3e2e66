/** The learner of a projection while a network is being put together. */
import { InputError } from './errors.ts'
import type { Learner } from './learner.ts'
import { Learning, type LearningBlock, type PhaseTimes } from './learning.ts'
import type { RuleProgram } from './model.ts'
import type { Column } from './memory.ts'
import type { ClockedPopulation } from './population.ts'
import { ProgramLearning } from './program-learning.ts'
import type { BoundRule } from './rule-binding.ts'
import { type Dimension, quantityIn } from './units.ts'
import type { Wire } from './wiring.ts'
import type { Workshop } from './workshop.ts'

const ms: Dimension = [1, 0, 0]
/** Rows are told apart by 24 bits. */
const mostRows = 2 ** 24

export type LearningClasses = { rows: number; blocks: LearningBlock[] }[]

/**
 * `sends`: the longest row, where weights are sent to an event-driven target. Throws `InputError` with the path within the
 * projection.
 */
export function learnerOf(w: Wire, rule: BoundRule, classes: LearningClasses, sends: number | undefined, shop: Workshop): Learner {
  const clockedTarget = w.target.regime === 'clocked'
  const float = clockedTarget ? shop.float : 'f64'
  const bytes = float === 'f32' ? 4 : 8
  const variable = (name: string) => (w.target.population as ClockedPopulation).variable(rule.reads.get(name) as string) as Column<'f32' | 'f64'>
  const targets = w.to.last - w.to.first + 1
  if (classes.some((c) => c.rows > mostRows)) throw new InputError(`found ${classes[0].rows} rows; at most ${mostRows} are accepted where weights change`, ['learning'])
  if (rule.isProgram) {
    const [block] = classes[0].blocks
    const matrix = classes.length === 1 && classes[0].blocks.length === 1 && block.starts === undefined && clockedTarget
    if (!matrix || w.dendriticDelay > 0) {
      throw new InputError(`the program of "${rule.checked.definition.name}" works on all-to-all connections of one delay to a whole clocked population, without dendritic delay`, ['learning', 'rule'])
    }
    return new ProgramLearning({
      name: w.p.name, program: rule.checked.definition.program as RuleProgram, float, grid: shop.grid, ticked: w.clockedPair, values: rule.values,
      bounds: rule.bounds && { low: rule.bounds.low, high: rule.bounds.high },
      target: w.target.stream, targets, block,
      neuron: (name) => ({ address: variable(name).address, view: variable(name).view }),
    }, shop.memoryPlan)
  }
  const clocks = rule.plan.ears.some((e) => e.hears !== 'pre' && e.hears !== 'post' && e.segments.some((s) => s.level !== 'post'))
  if (clocks && rule.hearsEvents && w.dendriticDelay > 0) {
    throw new InputError('a rule whose synapses hear both events and clocks needs a dendritic delay of zero', ['dendritic_delay'])
  }
  return new Learning({
    name: w.p.name, plan: rule.plan, float, grid: shop.grid, ticked: w.clockedPair, clockedTarget,
    dendriticDelay: w.clockedPair ? shop.grid.wholeTicks(w.dendriticDelay) : w.dendriticDelay,
    target: w.target.stream, firstTarget: w.to.first, targets, classes, sends,
    neuron: (name) => variable(name).address + w.to.first * bytes,
    phases: phaseTimes(clockedTarget, shop),
    modulator: rule.modulator && {
      stream: rule.modulator.part.stream, first: rule.modulator.first, last: rule.modulator.last,
      toMs: rule.modulator.part.regime === 'clocked' ? shop.grid.time : (t) => t,
    },
    ends: (c, b, index) => endsOf(w, classes[c].blocks[b], index),
  }, shop.memoryPlan)
}

/** In the target's units of time. */
function phaseTimes(clocked: boolean, { description, grid }: Workshop): PhaseTimes[] {
  const time = (text: string | number) => (clocked ? grid.wholeTicks(quantityIn(text, ms)) : quantityIn(text, ms))
  return (description.phases ?? []).map(({ name, start, every }) => ({ name, start: time(start), every: every === undefined ? Infinity : time(every) }))
}

function endsOf({ from, to }: Wire, { starts, targets, columns, low }: LearningBlock, index: number): string {
  if (!starts || !targets) return `from unit ${from.first + Math.floor(index / columns)} to unit ${to.first + low + (index % columns)}`
  let row = 0
  while (starts.view[row + 1] <= index) row++
  return `from unit ${from.first + row} to unit ${to.first + low + Number(targets.view[index])}`
}
