/**
 * The priority queue and the total order of what is due at the same time: by time, then phase, then how often an actor has
 * already had its turn at this time without getting on, then name. Everything that acts by itself is an actor and holds
 * exactly one place.
 */
import TinyQueue from 'tinyqueue'

/** What happens at one instant, in this order. `after` sorts behind all of it. */
export const phases = { protocol: 0, populations: 1, learn: 2, sample: 3, trials: 4, after: 5 } as const
export type Phase = (typeof phases)[keyof typeof phases]

export interface Actor {
  readonly name: string
  /** ms: nothing happens by itself before */
  time: number
  phase: Phase
  /** Turns at this very time that brought nothing. */
  turns: number
  /** Place in the canonical order, which is by name; given by the simulation. */
  rank: number
  /** Acts, as far as `horizon` allows, and sets its own next time and phase. */
  act(horizon: Horizon): void
}

/** How far an actor may go: up to `time`, and including it if `inclusive`. */
export interface Horizon {
  time: number
  inclusive: boolean
}

/** What the order of turns depends on. */
export interface Order {
  time: number
  phase: Phase
  turns: number
  rank: number
}

export function compare(a: Order, b: Order): number {
  return a.time - b.time || a.phase - b.phase || a.turns - b.turns || a.rank - b.rank
}

/** The one place that an actor holds in the queue. */
export interface Place extends Order {
  readonly actor: Actor
}

export class Scheduler {
  /** Populations run ahead as far as their inputs are known; protocol and samples happen at instants they must stop at. */
  private readonly running = new TinyQueue<Place>([], compare)
  private readonly instants = new TinyQueue<Place>([], compare)

  add(actor: Actor): void {
    this.put({ actor, time: 0, phase: actor.phase, turns: 0, rank: actor.rank })
  }
  /** A place back in the queue, for the time at which its actor is due now. */
  put(place: Place): void {
    const { actor } = place
    place.time = actor.time
    place.phase = actor.phase
    place.turns = actor.turns
    ;(actor.phase === phases.populations || actor.phase === phases.after ? this.running : this.instants).push(place)
  }
  /** The place of the actor whose turn it is; it stays in the queue. */
  peek(): Place | undefined {
    const a = this.running.peek()
    const b = this.instants.peek()
    if (!a || !b) return a ?? b
    return compare(a, b) <= 0 ? a : b
  }
  /** Take the place that `peek` gave out of the queue. */
  take(place: Place): void {
    const queue = this.running.peek() === place ? this.running : this.instants
    queue.pop()
  }
  /** The next instant at which protocol or samples want everybody to stand still. */
  nextInstant(): Order | undefined {
    return this.instants.peek()
  }
}
