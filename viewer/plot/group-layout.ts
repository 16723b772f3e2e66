/**
 * Where the groups of the raster stand, from the top down, and which row is where. Groups share the height by the square root of
 * their units, so that a hundred readers beside ten thousand cells can still be seen, and nothing moves when one zooms into rows;
 * a collapsed group is a thin band.
 * Pixels are those of the device; rows (ranks in the group's order) run from the bottom of their group up.
 */
import type { Span } from '../moving/window.ts'
import type { RowOrder } from '../trace-service.ts'
import type { Group } from '../view.ts'

export interface Slot {
  population: string
  size: number
  collapsed: boolean
  order: RowOrder
  /** Ranks shown: first to last, not included. */
  first: number
  last: number
  top: number
  height: number
}

const least = 26
const thin = 18
const gap = 5

export function groupLayout(groups: readonly Group[], rows: (group: Group) => Span, sizes: ReadonlyMap<string, number>, height: number, ratio = 1): Slot[] {
  const seen = groups.filter((group) => !group.hidden && sizes.has(group.population))
  const gaps = Math.round(gap * ratio)
  const weights = seen.map((group) => (group.collapsed ? 0 : Math.sqrt(Math.max(1, sizes.get(group.population) ?? 1))))
  const heights = shares(weights, Math.max(0, height - gaps * Math.max(0, seen.length - 1)), Math.round(least * ratio), Math.round(thin * ratio))
  let top = 0
  return seen.map((group, i) => {
    const { population, order, collapsed } = group
    const size = sizes.get(population) ?? 0
    const { from: first, to: last } = collapsed ? { from: 0, to: size } : rows(group)
    const slot = { population, size, collapsed, order, first, last, top, height: heights[i] }
    top += heights[i] + gaps
    return slot
  })
}

/** Whole pixels by weight, none below `least`; weight 0 is a collapsed group, which takes `thin`. Less room shrinks all alike. */
function shares(weights: readonly number[], height: number, least: number, thin: number): number[] {
  const open = weights.filter((w) => w > 0).length
  const room = height - thin * (weights.length - open)
  if (room < least * open) return weights.map(() => Math.max(1, Math.floor(height / weights.length)))
  // those that would fall below the least take it, and the others share what is left
  const small = new Set<number>()
  for (;;) {
    const left = room - least * small.size
    const total = weights.reduce((sum, w, i) => (small.has(i) ? sum : sum + w), 0)
    const fell = weights.findIndex((w, i) => w > 0 && !small.has(i) && (left * w) / total < least)
    if (fell >= 0) small.add(fell)
    else return filled(weights.map((w, i) => (w === 0 ? thin : small.has(i) ? least : Math.floor((left * w) / total))), weights, height)
  }
}

/** Rounding left some pixels over: the heaviest takes them. */
function filled(heights: number[], weights: readonly number[], height: number): number[] {
  const heaviest = weights.indexOf(Math.max(...weights))
  if (weights[heaviest] > 0) heights[heaviest] += height - heights.reduce((sum, h) => sum + h, 0)
  return heights
}

/** The group and the row (a fraction: 3.5 is the middle of row 3) at pixel `y`; in the gap between groups, the nearest row. */
export function rowAt(slots: readonly Slot[], y: number): { slot: Slot; row: number } | undefined {
  let best: Slot | undefined
  let distance = Number.POSITIVE_INFINITY
  for (const slot of slots) {
    const away = Math.max(slot.top - y, y - slot.top - slot.height, 0)
    if (away < distance) [best, distance] = [slot, away]
  }
  if (!best) return undefined
  const share = Math.min(1, Math.max(0, (best.top + best.height - y) / best.height))
  return { slot: best, row: Math.min(best.last - 1e-9, best.first + share * (best.last - best.first)) }
}

/** Pixel of a row's lower edge. */
export function pixelOf({ first, last, top, height }: Slot, row: number): number {
  return top + height - ((row - first) / (last - first)) * height
}

/** The rows between two pixels, group by group; groups outside are left out. Whole rows. */
export function rowsBetween(slots: readonly Slot[], y0: number, y1: number): { slot: Slot; first: number; last: number }[] {
  const [high, low] = [Math.min(y0, y1), Math.max(y0, y1)]
  return slots.flatMap((slot) => {
    if (low <= slot.top || high >= slot.top + slot.height) return []
    const at = (y: number) => slot.first + ((slot.top + slot.height - y) / slot.height) * (slot.last - slot.first)
    const first = Math.max(Math.floor(slot.first), Math.floor(at(low)))
    const last = Math.min(Math.ceil(slot.last), Math.ceil(at(high)))
    return last > first ? [{ slot, first, last }] : []
  })
}
