/**
 * Clocked populations that are connected by graded projections tick together, so that each finds the activity of the others as it
 * was one tick before, or, along connections without delay, as it has just become: first the sums that come with a delay, then
 * population by population the sums that come without one, the step, and at the end what the synapses learn at every tick.
 */
import { InputError } from './errors.ts'
import type { GradedProjection } from './graded.ts'
import type { Grid } from './grid.ts'
import type { MatrixLearning } from './matrix-learning.ts'
import type { ClockedPopulation } from './population.ts'
import { type Actor, type Horizon, type Phase, phases } from './scheduler.ts'

export class GradedGroup implements Actor {
  readonly name: string
  time = 0
  phase: Phase = phases.populations
  turns = 0
  rank = 0
  private readonly into: readonly GradedProjection[][]
  constructor(
    /** In the order in which they tick. */
    readonly members: readonly ClockedPopulation[],
    private readonly delayed: readonly GradedProjection[],
    immediate: readonly GradedProjection[],
    private readonly rules: readonly MatrixLearning[],
    private readonly grid: Grid,
  ) {
    this.name = `group of ${members.map((m) => m.name).sort().join(', ')}`
    this.into = members.map((m) => immediate.filter((g) => g.options.target === m))
  }
  place(): void {
    this.time = this.grid.time(this.members[0].tick + 1)
  }
  act(horizon: Horizon): void {
    const { members, into, delayed, rules, grid } = this
    const first = members[0].tick + 1
    const last = grid.lastTick(horizon.time, horizon.inclusive)
    let tick = first
    for (; tick <= last && members.every((m) => m.mayTick(tick)); tick++) {
      for (const g of delayed) g.compute()
      for (let k = 0; k < members.length; k++) {
        for (const g of into[k]) g.compute()
        members[k].advance(tick, tick)
      }
      for (const m of members) m.learn(tick)
      for (const r of rules) r.read('tick')
      for (const r of rules) r.increment('tick')
    }
    if (tick === first) {
      this.turns++
      return
    }
    this.turns = 0
    this.place()
  }
}

/** `items` so that each stands after those it follows. Throws `InputError` naming those that follow each other. */
export function inOrder<T extends { name: string }>(items: readonly T[], follows: (item: T) => readonly T[], what: string): T[] {
  const left = [...items].sort((a, b) => (a.name < b.name ? -1 : 1))
  const done: T[] = []
  while (left.length > 0) {
    const next = left.findIndex((item) => follows(item).every((before) => before === item || done.includes(before) || !items.includes(before)))
    if (next < 0) throw new InputError(`${what} run in a circle through ${left.map((l) => `"${l.name}"`).join(', ')}; give one of them a delay of one step`)
    done.push(...left.splice(next, 1))
  }
  return done
}
