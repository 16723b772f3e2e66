/** The side panel: one tab at a time. On narrow screens it is a drawer that the header's button opens. */
import { type Signal, signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

export const tabs = ['Populations', 'Selection', 'Multiplexing', 'Stimulus', 'Live', 'Equations', 'Scenario', 'Compare'] as const
export type Tab = (typeof tabs)[number]

/** The tab in front, and whether the drawer is open (wide screens always show it). */
export const tab: Signal<Tab> = signal('Populations')
export const drawer = signal(false)

/** Brings a panel to the front, also where it is in a drawer. */
export function showTab(name: Tab) {
  tab.value = name
  drawer.value = true
}

let chosen = false

/** A tab that fits what is shown; not if somebody has chosen one already, who would be pulled away from it. */
export function suggestTab(name: Tab) {
  if (!chosen) tab.value = name
}

function choose(name: Tab) {
  chosen = true
  tab.value = name
}

const idOf = (name: Tab) => `tab-${name.toLowerCase()}`

export function Side({ panels }: { panels: Record<Tab, ComponentChildren> }) {
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    const next = tabs[(tabs.indexOf(tab.value) + step + tabs.length) % tabs.length]
    choose(next)
    document.getElementById(idOf(next))?.focus()
  }
  return (
    <aside class={drawer.value ? 'side shown' : 'side'} aria-label="Panels" id="side">
      <div class="tabs" role="tablist" onKeyDown={move}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={idOf(name)}
            aria-selected={tab.value === name}
            aria-controls={`panel-${name.toLowerCase()}`}
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => choose(name)}
          >
            {name}
          </button>
        ))}
      </div>
      {tabs.map((name) => (
        <div key={name} class="panel" role="tabpanel" id={`panel-${name.toLowerCase()}`} aria-labelledby={idOf(name)} hidden={tab.value !== name}>
          {panels[name]}
        </div>
      ))}
    </aside>
  )
}
