/** What a trace shows when it is opened: the whole run, all populations that have events, those whose bursts are marked first. */
import { batch } from '@preact/signals'
import type { TraceHeader } from '../engine/trace/header.ts'
import { follow, forgetPlaces, limits } from './navigation.ts'
import { pointed } from './pointing.ts'
import { markedPopulations } from './scenario-of.ts'
import { defaultStrips } from './strips/default-strips.ts'
import { type OpenTrace, trace } from './traces.ts'
import { type Group, from, groups, selection, strips, threshold, to } from './view.ts'

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

/** Shows a trace from its beginning. */
export function show(opened: OpenTrace) {
  batch(() => {
    forgetPlaces()
    trace.value = opened
    groups.value = firstGroups(opened.header)
    threshold.value = 'recorded'
    selection.value = undefined
    strips.value = defaultStrips(opened.header)
    pointed.value = undefined
    from.value = limits.value.from
    to.value = limits.value.to
    follow.value = true
  })
}
