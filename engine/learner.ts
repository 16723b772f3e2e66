/** Whatever changes the weights of a projection, as the projection and its target see it. */
import type { Assembler } from './assembler.ts'
import type { PlannedRule } from './equations/plan-rule.ts'
import { RunError } from './errors.ts'
import type { DeliveryKernels, Float } from './kernels/delivery.ts'
import type { Column, NetworkMemory } from './memory.ts'

export interface Learner {
  readonly name: string
  /** Rows of a delay class hear an event at `time`; their weights are sent to `input`. */
  visit(delayClass: number, entries: number, count: number, time: number, input: number): void
  /** Where exact delivery finds what `visit` sent. */
  readonly sent: Column<Float> | undefined
  /** The first tick (or ms) after `now` at which the rule acts by itself. */
  nextDue(now: number): number
  /** Everything at `now` has happened: what acts by itself acts. */
  learn(now: number): void
  /** The target has got to `now`: what it did is taken in, so that its stream need not wait for the next visit of a row. */
  hear(now: number): void
  /** Nothing is deferred any more that happened until `now`. */
  settle(now: number): void
  /** A weight that is not finite ends the run. */
  check(now: number): void
  start(memory: NetworkMemory, assemble: Assembler, kernels: DeliveryKernels): void
  restored(): void
  /** Parameters from now on; `undefined` if that was before the present state. */
  change(plan: PlannedRule, now: number | undefined): void
}

/** Throws `RunError` if one of the weights is not finite; `ends` says of its place between which units it is. */
export function checkWeights(name: string, weights: Column<Float>, kernels: DeliveryKernels, ends: (index: number) => string, ms: number): void {
  if (kernels.settle(weights.address, weights.length, 0)) return
  const index = weights.view.findIndex((x) => !Number.isFinite(x))
  // numbers behind the last do not count
  if (index < 0) return
  throw new RunError(`the weight of "${name}" ${ends(index)} is ${weights.view[index]} at ${ms} ms; check the learning rate, or give the projection bounds`)
}
