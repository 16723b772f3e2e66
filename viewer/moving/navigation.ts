/** Moving the view of the open trace: what keys, wheel, brush and buttons call. Times in ms. */
import { batch, computed, effect, signal } from '@preact/signals'
import { followed, type Limits, panned, type Span, within, zoomed } from './window.ts'
import { isLive, trace, until } from '../traces.ts'
import { type Group, from, groups, to } from '../view.ts'

/** What the window of time may show: the run, as far as it has come, with its last step (windows are half-open). */
export const limits = computed<Limits>(() => {
  const open = trace.value
  return { from: 0, to: open ? Math.max(until.value + open.header.dt, 1) : 1000, least: 0.01 }
})

/** While a run goes on, the window moves with its end. Moving away from the end lets go, coming back to it takes hold again. */
export const follow = signal(true)

export function look(span: Span) {
  const next = within(span, limits.value)
  batch(() => {
    from.value = next.from
    to.value = next.to
    // a pointer seldom hits the very end
    follow.value = next.to >= limits.value.to - (next.to - next.from) / 50
  })
}

const shown = (): Span => ({ from: from.value, to: to.value })

/** Longer by `factor` around `at`, the window's middle unless said. */
export function zoomTime(factor: number, at = (from.value + to.value) / 2) {
  look(zoomed(shown(), factor, at, limits.value))
}

/** By a share of the window's length. */
export function panTime(share: number) {
  look(panned(shown(), share * (to.value - from.value), limits.value))
}

/** The same length around `time`. */
export function centre(time: number) {
  const half = (to.value - from.value) / 2
  look({ from: time - half, to: time + half })
}

/** The whole run, all rows. */
export function showAll() {
  batch(() => {
    look(limits.value)
    groups.value = groups.value.map(({ rows: _, ...group }) => group)
  })
}

export function sizeOf(population: string): number {
  return trace.value?.header.populations.find((p) => p.name === population)?.size ?? 1
}

/** The rows shown of a group: `first` to `last`, not included. */
export function rowsOf({ population, rows }: Group): Span {
  return rows ? { from: rows[0], to: rows[1] } : { from: 0, to: sizeOf(population) }
}

/** Changes the rows of one group, or of all that are open. */
function moveRows(population: string | undefined, move: (rows: Span, limits: Limits) => Span) {
  groups.value = groups.value.map((group) => {
    if (group.collapsed || group.hidden || (population !== undefined && group.population !== population)) return group
    return withRows(group, move(rowsOf(group), rowLimits(group.population)))
  })
}

const rowLimits = (population: string): Limits => ({ from: 0, to: sizeOf(population), least: 1 })

function withRows({ rows: _, ...group }: Group, { from, to }: Span): Group {
  return from <= 0 && to >= sizeOf(group.population) ? group : { ...group, rows: [from, to] }
}

export function zoomRows(factor: number, population?: string, at?: number) {
  moveRows(population, (rows, limits) => zoomed(rows, factor, at ?? (rows.from + rows.to) / 2, limits))
}

/** By a share of the rows shown; upwards is positive, as ranks are. */
export function panRows(share: number, population?: string) {
  moveRows(population, (rows, limits) => panned(rows, share * (rows.to - rows.from), limits))
}

export function showRows(population: string, span: Span) {
  moveRows(population, (_, limits) => within({ from: Math.floor(span.from), to: Math.ceil(span.to) }, limits))
}

export function changeGroup(population: string, change: Partial<Group>) {
  groups.value = groups.value.map((group) => (group.population === population ? { ...group, ...change } : group))
}

/** Keeps the window at the end of a run that goes on, its last moment included. Call once. */
export function followRuns() {
  let going: number | undefined
  effect(() => {
    const now = limits.value
    const id = trace.value?.id
    const justEnded = id !== undefined && going === id && !isLive.value
    going = isLive.value ? id : undefined
    if (!(isLive.value || justEnded) || !follow.peek() || to.peek() >= now.to) return
    const next = followed({ from: from.peek(), to: to.peek() }, now)
    batch(() => {
      from.value = next.from
      to.value = next.to
    })
  })
}

// ---- where one has been ----

interface Place extends Span {
  groups: Group[]
}
const behind: Place[] = []
const ahead: Place[] = []
let here: Place | undefined

/** Remembers a place when one has stayed there for a moment. Call once. */
export function rememberPlaces(rest = 500) {
  let timer: ReturnType<typeof setTimeout>
  effect(() => {
    const place = { ...shown(), groups: groups.value }
    clearTimeout(timer)
    if (isLive.peek() && follow.peek()) return
    timer = setTimeout(() => arrive(place), rest)
  })
}

function arrive(place: Place) {
  if (here && here.from === place.from && here.to === place.to && here.groups === place.groups) return
  if (here) behind.push(here)
  if (behind.length > 200) behind.shift()
  ahead.length = 0
  here = place
}

/** To the place before (-1), or forward again (1). */
export function revisit(direction: -1 | 1) {
  const [source, target] = direction < 0 ? [behind, ahead] : [ahead, behind]
  const place = source.pop()
  if (!place) return
  if (here) target.push(here)
  here = place
  batch(() => {
    groups.value = place.groups
    look(place)
  })
  // `look` may have moved it inside the limits
  here = { ...shown(), groups: place.groups }
}

/** Another trace, another past. */
export function forgetPlaces() {
  behind.length = 0
  ahead.length = 0
  here = undefined
}
