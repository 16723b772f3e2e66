/** The names of the raster's groups in its gutter: colour, name, units shown; pressing one collapses it or opens it again. */
import { changeGroup } from '../moving/navigation.ts'
import { rasterTop } from './frame.ts'
import { colourOf, rasterSize, slots } from './raster-wish.ts'
import type { Slot } from './group-layout.ts'

export function GroupLabels() {
  const { ratio, height: plot } = rasterSize.value
  if (plot === 0) return null
  return (
    <div class="group-labels">
      {slots.value.map((slot) => {
        const height = slot.height / ratio
        return (
          <button
            key={slot.population}
            type="button"
            aria-expanded={!slot.collapsed}
            title={`${slot.population}: ${slot.collapsed ? 'open' : 'collapse'}`}
            style={{ top: `${rasterTop + slot.top / ratio}px`, height: `${height}px`, borderRightColor: colourOf.value(slot.population) }}
            onClick={() => changeGroup(slot.population, { collapsed: !slot.collapsed })}
          >
            <span class="name">{slot.population}</span>
            {height >= 40 && <span class="quiet">{unitsText(slot)}</span>}
          </button>
        )
      })}
    </div>
  )
}

export function unitsText({ first, last, size, order }: Slot): string {
  const sorted = order.by === 'id' ? '' : order.by === 'variable' ? `, by ${order.variable}` : `, by ${order.by.replace('_', ' ')}`
  const count = (n: number) => n.toLocaleString('en')
  if (first <= 0 && last >= size) return `${count(size)} ${size === 1 ? 'unit' : 'units'}${sorted}`
  return `${count(Math.floor(first))}–${count(Math.ceil(last) - 1)} of ${count(size)}${sorted}`
}
