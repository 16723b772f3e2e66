/** What a trace shows when it is opened: the whole run, all populations that have events, those whose bursts are marked first. */
import { batch } from '@preact/signals'
import type { TraceHeader } from '../../engine/trace/header.ts'
import { applyAddress } from './address-bar.ts'
import { forgetPlaces, limits, look } from '../moving/navigation.ts'
import { pointed } from '../moving/pointing.ts'
import { markedPopulations } from './marked-populations.ts'
import { defaultStrips } from '../strips/default-strips.ts'
import { type OpenTrace, trace } from '../traces.ts'
import { type Group, groups, selection, strips, threshold } from '../view.ts'

export function firstGroups(header: TraceHeader): Group[] {
  const marked = markedPopulations(header)
  const kept = header.populations.filter(({ events = true }) => events)
  return [...kept.filter(({ name }) => marked.has(name)), ...kept.filter(({ name }) => !marked.has(name))].map(({ name }) => ({
    population: name,
    collapsed: false,
    hidden: false,
    order: { by: 'id' },
  }))
}

/** Shows a trace from its beginning; a run after a run of the same populations keeps what was chosen of them. */
export function show(opened: OpenTrace) {
  batch(() => {
    const again = trace.value?.status.value.live && names(trace.value) === names(opened)
    forgetPlaces()
    trace.value = opened
    selection.value = undefined
    pointed.value = undefined
    look(limits.value)
    if (again) return
    groups.value = firstGroups(opened.header)
    threshold.value = 'recorded'
    strips.value = defaultStrips(opened.header)
    applyAddress()
  })
}

const names = ({ header }: OpenTrace) => JSON.stringify(header.populations.map(({ name, size }) => [name, size]))
