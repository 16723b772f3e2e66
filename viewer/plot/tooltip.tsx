/** What is known about the event pointed at, beside it; and read out when keys have stepped to it. */
import { pointed } from '../moving/pointing.ts'
import type { EventAt } from '../trace-service.ts'
import { from, to } from '../view.ts'
import { gutter, rasterTop } from './frame.ts'
import { rasterSize, slots } from './raster-wish.ts'
import { pixelOf } from './group-layout.ts'
import { inWords } from './time-axis.ts'

export function Tooltip() {
  const mark = pointed.value
  const slot = slots.value.find((s) => s.population === mark?.event.population)
  const { width, ratio } = rasterSize.value
  const share = mark ? (mark.event.time - from.value) / (to.value - from.value) : -1
  const visible = mark && slot && share >= 0 && share <= 1
  const x = gutter + (share * width) / ratio
  const y = visible ? rasterTop + Math.max(0, pixelOf(slot, mark.rank + 1)) / ratio : 0
  return (
    <>
      <output class="unseen" aria-live="polite">
        {mark?.kept ? describe(mark.event) : ''}
      </output>
      {visible && (
        <div class="tooltip" aria-hidden="true" style={{ transform: `translate(${share > 0.6 ? `calc(${x - 12}px - 100%)` : `${x + 12}px`}, ${y + 12}px)` }}>
          {describe(mark.event)
            .split(' · ')
            .map((line) => (
              <div key={line}>{line}</div>
            ))}
        </div>
      )}
    </>
  )
}

export function describe({ population, unit, time, kind, before, after }: EventAt): string {
  const intervals = [before !== undefined && `${inWords(before)} after the one before`, after !== undefined && `${inWords(after)} before the next`]
  return [`${population} ${unit}`, inWords(time), kind, ...intervals].filter(Boolean).join(' · ')
}
