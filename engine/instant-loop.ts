/**
 * Clocked populations that hear each other without delay. They tick together, one tick at a time: all flow, all count what
 * arrived, all test their thresholds; then, in rounds at the same instant, what they just emitted arrives and thresholds are
 * tested again, until nobody fires. Chains without delay are no loops and need none of this: they tick one after the other.
 */
import { RunError } from './errors.ts'
import type { Grid } from './grid.ts'
import type { Part } from './part.ts'
import type { ClockedPopulation } from './population.ts'
import type { ClockedInput } from './projection.ts'
import { type Actor, type Horizon, type Phase, phases } from './scheduler.ts'
import type { Wire } from './wiring.ts'

export class InstantLoop implements Actor {
  readonly name: string
  readonly members: ClockedPopulation[]
  /** Projections without delay within the loop, in canonical order. */
  readonly inside: ClockedInput[] = []
  time = 0
  phase: Phase = phases.populations
  turns = 0
  rank = 0
  constructor(
    private readonly parts: Part[],
    private readonly grid: Grid,
  ) {
    this.members = parts.map((p) => p.population as ClockedPopulation)
    this.name = `loop of ${this.members.map((m) => m.name).join(', ')}`
  }
  holds(w: Wire): boolean {
    return w.clockedPair && w.delays === 0 && this.parts.includes(w.source) && this.parts.includes(w.target)
  }
  /** A unit with a refractory time fires at most once an instant, so there are no more rounds than units, and a last one. */
  private get mostRounds(): number {
    return this.members.reduce((n, m) => n + m.size, 1)
  }
  place(): void {
    this.time = this.grid.time(this.members[0].tick + 1)
  }
  act(horizon: Horizon): void {
    const { members, inside, grid } = this
    const tick = members[0].tick + 1
    let last = grid.lastTick(horizon.time, horizon.inclusive)
    for (const m of members) for (const input of m.inputs) last = Math.min(last, input.known())
    if (last < tick) {
      this.turns++
      return
    }
    this.turns = 0
    const before = members.map((m) => m.stream.written)
    for (const m of members) m.advance(tick, tick)
    let fired = members.some((m, k) => m.stream.written > before[k])
    for (let round = 1; fired; round++) {
      if (round > this.mostRounds) {
        throw new RunError(`populations ${members.map((m) => `"${m.name}"`).join(', ')} go on firing at ${grid.time(tick)} ms without end; give a projection between them a delay, or the cells a refractory time`)
      }
      for (const input of inside) input.deliver(tick, tick)
      fired = false
      for (const m of members) if (m.again()) fired = true
    }
    for (const m of members) m.learn(tick)
    this.place()
  }
}

/** The loops among the populations, each in order of names. */
export function instantLoops(parts: Part[], wires: Wire[], grid: Grid): InstantLoop[] {
  const next = new Map<Part, Part[]>(parts.map((p) => [p, wires.filter((w) => w.source === p && w.clockedPair && w.delays === 0).map((w) => w.target)]))
  const reach = (from: Part): Set<Part> => {
    const seen = new Set<Part>()
    const open = [...(next.get(from) ?? [])]
    for (let p = open.pop(); p; p = open.pop()) {
      if (seen.has(p)) continue
      seen.add(p)
      open.push(...(next.get(p) ?? []))
    }
    return seen
  }
  const reached = new Map(parts.map((p) => [p, reach(p)]))
  const loops: InstantLoop[] = []
  const placed = new Set<Part>()
  for (const p of parts) {
    if (placed.has(p) || !reached.get(p)?.has(p)) continue
    const members = parts.filter((q) => q === p || (reached.get(p)?.has(q) && reached.get(q)?.has(p)))
    for (const m of members) placed.add(m)
    loops.push(new InstantLoop(members, grid))
  }
  return loops
}
