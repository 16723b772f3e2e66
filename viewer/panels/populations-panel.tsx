/** The populations of the trace: colour, model, size, spikes; what of them the raster shows and in which order; and how bursts are told. */
import type { TracePopulation } from '../../engine/trace/header.ts'
import { changeGroup } from '../moving/navigation.ts'
import { colourOf } from '../plot/raster-wish.ts'
import type { RowOrder } from '../trace-service.ts'
import { type OpenTrace, trace } from '../traces.ts'
import { from, type Group, groups } from '../view.ts'
import { Bursts } from './bursts.tsx'

export function PopulationsPanel() {
  const open = trace.value
  if (!open) return <p class="quiet">Nothing is open yet.</p>
  const silent = open.header.populations.filter(({ events = true }) => !events)
  return (
    <>
      <Bursts />
      <h2>Populations</h2>
      {groups.value.length === 0 && <p class="quiet">This trace keeps no events; what it keeps is in the strips.</p>}
      <ul class="populations">
        {groups.value.map((group, i) => (
          <Population key={group.population} open={open} group={group} first={i === 0} last={i === groups.value.length - 1} />
        ))}
      </ul>
      {silent.length > 0 && <p class="quiet">No events are kept of {silent.map(({ name }) => name).join(', ')}.</p>}
    </>
  )
}

function Population({ open, group, first, last }: { open: OpenTrace; group: Group; first: boolean; last: boolean }) {
  const { population } = group
  const about = open.header.populations.find((p) => p.name === population)
  if (!about) return null
  const spikes = open.status.value.spikes[population] ?? -1
  return (
    <li class={group.hidden ? 'population hidden-group' : 'population'}>
      <div class="head">
        <span class="swatch" style={{ background: colourOf.value(population) }} />
        <strong>{population}</strong>
        <button type="button" disabled={!group.rows} onClick={() => changeGroup(population, { rows: undefined })}>
          All rows
        </button>
        <button type="button" aria-label={`Move ${population} up`} disabled={first} onClick={() => move(population, -1)}>
          ↑
        </button>
        <button type="button" aria-label={`Move ${population} down`} disabled={last} onClick={() => move(population, 1)}>
          ↓
        </button>
      </div>
      <p class="quiet">
        {about.model} · {about.size.toLocaleString('en')} {about.size === 1 ? 'unit' : 'units'} · {spikes < 0 ? 'spikes not counted yet' : `${spikes.toLocaleString('en')} spikes`}
      </p>
      <div class="choices">
        <label>
          <input type="checkbox" checked={!group.hidden} onChange={() => changeGroup(population, { hidden: !group.hidden })} /> shown
        </label>
        <label>
          <input type="checkbox" checked={group.collapsed} disabled={group.hidden} onChange={() => changeGroup(population, { collapsed: !group.collapsed })} /> collapsed
        </label>
        <Order open={open} group={group} population={about} />
      </div>
    </li>
  )
}

function Order({ open, group, population }: { open: OpenTrace; group: Group; population: TracePopulation }) {
  const orders = ordersOf(open, population, from.value)
  const now = nameOf(group.order)
  const choose = (name: string) => {
    const order = orders.find((o) => nameOf(o) === name)
    if (order) changeGroup(group.population, { order })
  }
  return (
    <label>
      by{' '}
      <select aria-label={`Order of ${group.population}`} value={now} onChange={(event) => choose(event.currentTarget.value)}>
        {orders.map((order) => (
          <option key={nameOf(order)} value={nameOf(order)}>
            {nameOf(order)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Number, rate, first spike, and every variable that was recorded of this population (its value where the window begins). */
function ordersOf({ header }: OpenTrace, { name }: TracePopulation, at: number): RowOrder[] {
  const recorded = header.samples.filter((s) => s.population === name && !s.reduce)
  return [{ by: 'id' }, { by: 'rate' }, { by: 'first_spike' }, ...recorded.flatMap((s) => s.variables.map((variable): RowOrder => ({ by: 'variable', samples: s.name, variable, at })))]
}

function nameOf(order: RowOrder): string {
  return order.by === 'variable' ? `${order.variable} (${order.samples})` : { id: 'number', rate: 'rate', first_spike: 'first spike' }[order.by]
}

function move(population: string, by: -1 | 1) {
  const list = [...groups.value]
  const at = list.findIndex((group) => group.population === population)
  ;[list[at], list[at + by]] = [list[at + by], list[at]]
  groups.value = list
}
