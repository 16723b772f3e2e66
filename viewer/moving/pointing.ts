/**
 * The event that is pointed at: with the pointer, or stepped to with n and p. What is known about it (interval before and after,
 * place in a burst) the worker looks up.
 */
import { signal } from '@preact/signals'
import { centre, showRows } from './navigation.ts'
import { newest } from '../newest.ts'
import { complain } from '../panels/notices.tsx'
import { rasterSize, slots } from '../plot/raster-wish.ts'
import { rowAt } from '../plot/group-layout.ts'
import { rankOf } from './ranks.ts'
import type { EventAt, RowOrder } from '../trace-service.ts'
import { trace, traceService } from '../traces.ts'
import { from, groups, threshold, to } from '../view.ts'

export interface Pointed {
  event: EventAt
  /** Of its unit, in the order of its group. */
  rank: number
  /** Chosen by a click or by keys: stays when the pointer leaves. */
  kept: boolean
}

export const pointed = signal<Pointed | undefined>(undefined)

/** Pixels (CSS) within which an event counts as pointed at. */
const reach = 8

interface Place {
  x: number
  y: number
  kept: boolean
}

let over = false

const find = newest(
  async ({ x, y, kept }: Place): Promise<Pointed | undefined> => {
    const { width, height, ratio } = rasterSize.value
    const at = rowAt(slots.value, y * height)
    if (!trace.value || !at) return undefined
    const { slot, row } = at
    const time = from.value + x * (to.value - from.value)
    const near = (reach * ratio * (to.value - from.value)) / width
    const rows = Math.ceil((reach * ratio * (slot.last - slot.first)) / slot.height)
    try {
      const event = await traceService().eventAt(trace.value.id, slot.population, time, Math.floor(row), slot.order, near, rows, threshold.value)
      return event && { event, kept, rank: await rankOf(trace.value, slot.population, slot.order, event.unit) }
    } catch (error) {
      complain(error)
    }
  },
  (found, { kept }) => {
    if (kept || (over && !pointed.value?.kept) || (found && over)) pointed.value = found
  },
)

/** The pointer is over the raster, at these shares of its width and height. */
export function hoverOver({ x, y }: { x: number; y: number }) {
  over = true
  if (!pointed.value?.kept) find({ x, y, kept: false })
}

export function leave() {
  over = false
  if (!pointed.value?.kept) pointed.value = undefined
}

/** A click holds the event under it, or lets go. */
export function pointAt({ x, y }: { x: number; y: number }) {
  find({ x, y, kept: true })
}

/** To the next event (or the one before, with -1) of the unit pointed at, or of all rows shown; it comes to the middle. */
export async function stepEvent(direction: 1 | -1) {
  if (!trace.value) return
  const now = pointed.value?.event
  const shown = groups.value.filter((group) => !group.hidden).map((group) => group.population)
  const time = now?.time ?? (direction > 0 ? from.value : to.value)
  try {
    const event = await traceService().nextEvent(trace.value.id, now ? [now.population] : shown, time, direction, now?.unit)
    if (!event) return
    const order: RowOrder = groups.value.find((group) => group.population === event.population)?.order ?? { by: 'id' }
    const rank = await rankOf(trace.value, event.population, order, event.unit)
    const slot = slots.value.find((s) => s.population === event.population)
    if (slot && !slot.collapsed && (rank < slot.first || rank >= slot.last)) {
      const half = (slot.last - slot.first) / 2
      showRows(slot.population, { from: rank + 0.5 - half, to: rank + 0.5 + half })
    }
    pointed.value = { event, rank, kept: true }
    centre(event.time)
  } catch (error) {
    complain(error)
  }
}
