/** What `delayed(x, time)` in a rule gives: x of every neuron of a side, kept for so many ticks. */
import type { PlannedRule } from './equations/plan-rule.ts'
import { assert } from './errors.ts'
import type { Float } from './kernels/delivery.ts'
import type { Column } from './memory.ts'

export interface DelayLine {
  ticks: number
  ring: Column<Float>
  fresh: Column<Float>
  delayed: Column<Float>
  count: number
}

/** What `delayed` gives at this tick; before the start it was as it is at the first tick. */
export function recall({ ticks, ring, fresh, delayed, count }: DelayLine, tick: number): void {
  if (tick === 1) for (let slot = 0; slot < ticks; slot++) ring.view.set(fresh.view, slot * count)
  delayed.view.set(ticks === 0 ? fresh.view : ring.view.subarray((tick % ticks) * count, ((tick % ticks) + 1) * count))
}

/** What it will give in so many ticks. */
export function keep({ ticks, ring, fresh, count }: DelayLine, tick: number): void {
  if (ticks > 0) ring.view.set(fresh.view, (tick % ticks) * count)
}

export function delayLines(plan: PlannedRule, level: 'pre' | 'post', count: number, tag: string, column: (what: string, length: number, segment?: 'state' | 'scratch') => Column<Float>): DelayLine[] {
  return plan.delays
    .filter((d) => d.level === level)
    .map((d) => ({
      ticks: d.ticks, count,
      ring: column(`${level}${tag} ${d.name} ring`, d.ticks * count),
      fresh: column(`${level}${tag} ${d.name} fresh`, count, 'scratch'),
      delayed: column(`${level}${tag} ${d.name}`, count, 'scratch'),
    }))
}

/** The lines stand in the order of the plan's delays, those of the presynaptic side first. */
export function lineAddresses(plan: PlannedRule, lines: readonly DelayLine[], which: (line: DelayLine) => Column<Float>): Record<string, number> {
  const ordered = [...plan.delays.filter((d) => d.level === 'pre'), ...plan.delays.filter((d) => d.level === 'post')]
  const unique = [...new Set(lines)]
  assert(unique.length === ordered.length, 'every delay has its line')
  return Object.fromEntries(ordered.map((d, k) => [d.name, which(unique[k]).address]))
}
