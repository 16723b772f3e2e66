/**
 * Time on the grid: whole numbers of one step, turned into milliseconds here and nowhere else.
 * k / 10 and not k times 0.1: 3 x 0.1 is not 0.3.
 */
import { InputError } from './errors.ts'

export interface Grid {
  /** ms */
  readonly dt: number
  /** ms at tick k */
  time(k: number): number
  /** The first tick at or after `ms`; a time within a billionth of a tick (beyond a thousand: 1e-12 of `ms`) lies on the grid. */
  tickAtOrAfter(ms: number): number
  /** The last tick before `ms`, or at it if `inclusive`. */
  lastTick(ms: number, inclusive: boolean): number
  /** The grid's own number for a time that lies on it, else `ms` as it is: 3 x 0.3 ms is the tick at 0.9 ms. */
  snap(ms: number): number
  /** A duration that must be a whole number of ticks. Throws `InputError` otherwise. */
  wholeTicks(ms: number): number
}

/** Kernels count ticks in 32 bits, from the last spike too; before its first a unit's last one is 2^30 ticks before the start. */
export const mostTicks = 2 ** 30 - 1

const near = 1e-9
/** Rounding of sums of times: more, and exact spikes of long runs would act before their time. */
const nearRelative = 1e-12

export function grid(dt: number): Grid {
  if (!(dt > 0)) throw new InputError(`found dt = ${dt} ms; a step above zero is needed`, ['dt'])
  const perMs = Math.round(1 / dt)
  const exact = Math.abs(perMs * dt - 1) < 1e-12
  const time = exact ? (k: number) => k / perMs : (k: number) => k * dt
  const ticks = exact ? (ms: number) => ms * perMs : (ms: number) => ms / dt
  const snapped = (ms: number) => {
    const k = ticks(ms)
    const whole = Math.round(k)
    return Math.abs(k - whole) <= Math.max(near, nearRelative * Math.abs(k)) ? whole : k
  }
  return {
    dt,
    time,
    tickAtOrAfter: (ms) => Math.ceil(snapped(ms)),
    lastTick: (ms, inclusive) => (inclusive ? Math.floor(snapped(ms)) : Math.ceil(snapped(ms)) - 1),
    snap: (ms) => {
      const k = snapped(ms)
      return Number.isInteger(k) ? time(k) : ms
    },
    wholeTicks: (ms) => {
      const k = snapped(ms)
      if (!Number.isInteger(k)) throw new InputError(`found ${ms} ms; a whole number of steps of ${dt} ms is needed`)
      return k
    },
  }
}
