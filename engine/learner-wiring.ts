/** The learner of a projection while a network is being put together: made, started, changed. */
import type { ExactLearning } from './arrivals.ts'
import { type Connections, listWeights } from './connectivity.ts'
import { kinds } from './description.ts'
import { InputError } from './errors.ts'
import type { EventPopulation } from './event-population.ts'
import type { Learner } from './learner.ts'
import { checkSameTraces, Learning, type LearningBlock, type PhaseTimes } from './learning.ts'
import type { RuleProgram } from './model.ts'
import type { Column } from './memory.ts'
import type { ClockedPopulation } from './population.ts'
import { ProgramLearning } from './program-learning.ts'
import { type BoundRule, changedValues, planWith } from './rule-binding.ts'
import { type Dimension, quantityIn } from './units.ts'
import type { Live, ProjectionSummary, Wire } from './wiring.ts'
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
      target: w.target.stream, targets, block, ends: (index) => endsOf(w, block, index),
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

/** How parameters of a rule change during a run. */
export function ruleChanges({ rule, target }: Wire, learner: Learner | undefined, { grid }: Workshop): Pick<ProjectionSummary, 'changeRule' | 'resetRule'> {
  if (!rule || !learner) return { changeRule: undefined, resetRule: () => {} }
  const start = new Map(rule.values)
  const inTargetTime = (ms: number) => (target.regime === 'clocked' ? grid.lastTick(ms, true) : ms)
  return {
    changeRule: (parameters) => {
      const changed = changedValues(rule, parameters)
      const plan = planWith(rule, new Map([...start, ...changed]), grid.dt)
      if (!rule.isProgram) checkSameTraces(rule.plan, plan)
      return (now) => {
        for (const [name, value] of changed) rule.values.set(name, value)
        learner.change(planWith(rule, rule.values, grid.dt), now === undefined ? undefined : inTargetTime(now))
      }
    },
    resetRule: () => {
      for (const [name, value] of start) rule.values.set(name, value)
      learner.change(rule.plan, undefined)
    },
  }
}

export function startLearner(learner: Learner, shop: Workshop): void {
  shop.later.push((memory, kernels) => learner.start(memory, shop.assemble, kernels))
  shop.restorers.push(() => learner.restored())
}

/** Weights that change in an event-driven population; where delays differ every connection is a row of its own. */
export function exactLearning(w: Wire, rule: BoundRule, connections: Connections, weights: Float64Array, axonalDelay: number | Float64Array, shop: Workshop): { learning: ExactLearning; live: Omit<Live, 'events'> } {
  const { memoryPlan, grid } = shop
  const alone = typeof axonalDelay !== 'number'
  const own = (what: string) => `projection.${w.p.name}.${what}`
  if (alone && rule.heard !== kinds.spike && rule.heard !== 0) throw new InputError('a rule that hears bursts needs one delay for all connections to an event-driven population', ['delay'])
  const rows = alone ? connections.length : connections.starts.length - 1
  const starts = memoryPlan.reserve(own('starts'), 'u32', rows + 1, 'constant')
  const targets = memoryPlan.reserve(own('targets'), 'u32', connections.length, 'constant')
  const changing = memoryPlan.reserve(own('weights'), 'f64', connections.length, 'state')
  const longest = alone ? 1 : connections.starts.reduce((most, s, k, all) => Math.max(most, k > 0 ? s - all[k - 1] : 0), 0)
  const block = { low: 0, high: w.to.last - w.to.first + 1, rows, starts, targets, targetBytes: 4 as const, columns: 0, weights: changing }
  const learner = learnerOf(w, rule, [{ rows, blocks: [block] }], longest, shop)
  shop.later.push(() => {
    if (alone) starts.view.forEach((_, k, all) => void (all[k] = k))
    else starts.view.set(connections.starts)
    targets.view.set(connections.targets)
    changing.view.set(weights)
  })
  startLearner(learner, shop)
  const population = w.target.population as EventPopulation
  population.learners.push(learner)
  const entry = memoryPlan.reserve(own('entry'), 'i32', 4, 'scratch')
  const settle = () => learner.settle(population.stream.frontierTime)
  return {
    learning: { learner, heard: rule.heard, axonalDelay, snap: grid.snap, entry },
    live: {
      learner,
      settle,
      weights: () => {
        settle()
        return listWeights({ connections, weights: changing.view, from: w.from, to: w.to })
      },
    },
  }
}
