/**
 * Moving a window along an axis, in time (ms) or over rows: plain arithmetic, so that wheel, drag, keys and brush all move alike.
 * A window never leaves its limits, is never shorter than `least`, and keeps its length when it meets a limit.
 */
export interface Span {
  from: number
  to: number
}

export interface Limits extends Span {
  /** Shortest window. */
  least: number
}

/** The span nearest to `span` that the limits allow. */
export function within({ from, to }: Span, limits: Limits): Span {
  const whole = limits.to - limits.from
  const length = Math.min(whole, Math.max(to - from, limits.least))
  if (length >= whole) return { from: limits.from, to: limits.to }
  const start = Math.min(limits.to - length, Math.max(limits.from, length > to - from ? (from + to - length) / 2 : from))
  return { from: start, to: start + length }
}

/** Longer by `factor` (shorter below 1), with `at` staying where it is on the screen unless a limit is met. */
export function zoomed({ from, to }: Span, factor: number, at: number, limits: Limits): Span {
  const length = Math.min(limits.to - limits.from, Math.max(limits.least, (to - from) * factor))
  const share = (at - from) / (to - from)
  return within({ from: at - share * length, to: at + (1 - share) * length }, limits)
}

export function panned({ from, to }: Span, by: number, limits: Limits): Span {
  return within({ from: from + by, to: to + by }, limits)
}

/** The window after the run has grown to `limits`: all of it where all of it was shown, else its end, as long as before. */
export function followed({ from, to }: Span, limits: Limits): Span {
  if (from <= limits.from) return { from: limits.from, to: limits.to }
  return within({ from: limits.to - (to - from), to: limits.to }, limits)
}
