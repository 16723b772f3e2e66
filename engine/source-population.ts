/** A population that fires by itself: Poisson fibres, a list of spikes or patterns, at exact times. */
import { kinds } from './description.ts'
import type { SpikeSequence } from './drive.ts'
import { type Actor, type Horizon, type Phase, phases } from './scheduler.ts'
import type { EventStream } from './stream.ts'

/** ms that a source runs ahead of the others at most, so that its stream need not be long. */
export const sourceLookahead = 10

export class SourcePopulation implements Actor {
  time = 0
  phase: Phase = phases.populations
  turns = 0
  rank = 0
  constructor(
    readonly name: string,
    readonly size: number,
    readonly stream: EventStream,
    private readonly sequence: SpikeSequence,
  ) {}

  start(): void {
    this.sequence.next()
    this.stream.reach(0, false)
    this.place()
  }
  place(): void {
    this.sequence.place()
    const { time, inclusive } = this.stream.frontier
    this.time = time
    this.phase = inclusive ? phases.after : phases.populations
  }
  act(horizon: Horizon): void {
    const ahead = this.stream.frontierTime + sourceLookahead
    const time = Math.min(horizon.time, ahead)
    const inclusive = time < horizon.time || horizon.inclusive
    const before = this.stream.frontier
    if (time < before.time || (time === before.time && (before.inclusive || !inclusive))) {
      this.turns++
      return
    }
    this.turns = 0
    const { sequence, stream } = this
    while (sequence.time < time || (inclusive && sequence.time === time)) {
      stream.append(sequence.time, sequence.unit, kinds.spike)
      sequence.next()
    }
    stream.reach(time, inclusive)
    this.place()
  }
}
