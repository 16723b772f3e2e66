/** Keeps the view and the browser's address the same: read when a trace is opened and when the address changes, written when the view does. */
import { batch, effect } from '@preact/signals'
import { readAddress, type ViewState, writeAddress } from './address.ts'
import { limits, look } from '../moving/navigation.ts'
import { complain } from '../panels/notices.tsx'
import { chosenTheme, wearTheme } from '../theme.ts'
import { trace } from '../traces.ts'
import { from, type Group, groups, overlay, selection, strips, threshold, to } from '../view.ts'

/** What the address says while nothing is open that it could be said of. */
let waiting: Partial<ViewState> | undefined
let written = ''

/** Call once, before anything is opened. */
export function keepAddress(rest = 300) {
  waiting = read()
  addEventListener('hashchange', () => {
    if (location.hash.slice(1) !== written) apply(read())
  })
  let timer: ReturnType<typeof setTimeout>
  effect(() => {
    const text = writeAddress(current())
    clearTimeout(timer)
    if (!trace.value) return
    timer = setTimeout(() => {
      written = text
      history.replaceState(history.state, '', `${location.pathname}${location.search}${text && `#${text}`}`)
    }, rest)
  })
}

/** To a trace just opened, what the address said; only the first time, as it was written for that one. */
export function applyAddress() {
  const state = waiting
  waiting = undefined
  if (state) apply(state)
}

function read(): Partial<ViewState> {
  const { state, problems } = readAddress(location.hash)
  for (const problem of problems) complain(problem)
  if (state.theme) wearTheme(state.theme)
  return state
}

function current(): ViewState {
  const whole = from.value <= limits.value.from && to.value >= limits.value.to
  return {
    ...(!whole && { from: from.value, to: to.value }),
    groups: groups.value,
    threshold: threshold.value,
    strips: strips.value,
    selection: selection.value,
    overlay: overlay.value,
    theme: chosenTheme.value,
  }
}

function apply(state: Partial<ViewState>) {
  const open = trace.value
  if (!open) {
    waiting = state
    return
  }
  batch(() => {
    if (state.groups) groups.value = known(state.groups, groups.value, open.name)
    threshold.value = state.threshold ?? 'recorded'
    if (state.strips) strips.value = state.strips
    const rows = state.selection?.rows.filter((row) => groups.value.some(({ population }) => population === row.population))
    selection.value = state.selection && rows && rows.length > 0 ? { ...state.selection, rows } : undefined
    overlay.value = state.overlay ?? true
    look({ from: state.from ?? limits.value.from, to: state.to ?? limits.value.to })
  })
}

/** The groups of a link that the trace has, and after them those it has and the link leaves out. */
function known(linked: readonly Group[], own: readonly Group[], name: string): Group[] {
  const found = linked.filter(({ population }) => own.some((group) => group.population === population))
  const strange = linked.filter((group) => !found.includes(group))
  if (strange.length > 0) complain(`the link names ${strange.map(({ population }) => population).join(', ')}; ${name} has no such population`)
  return [...found, ...own.filter(({ population }) => !found.some((group) => group.population === population))]
}
