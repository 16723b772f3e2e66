/** One strip: its title, what its curves are and have as values at the cursor, what can be changed about it, and its plot. */
import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { colours } from '../theme.ts'
import { trace } from '../traces.ts'
import { from, type Strip, strips, to } from '../view.ts'
import { askWhenRested } from './ask-when-rested.ts'
import { bandPlot, bandRowHeight } from './band-plot.ts'
import { bandRows } from './bands.ts'
import { cursorTime } from './cursor.ts'
import { epochAt } from './epoch-at.ts'
import { loadStrip } from './load-strip.ts'
import { unwrittenChanges } from '../live/run-trace.ts'
import { scenarioShown } from './scenario-shown.ts'
import { StripChoices } from './strip-choices.tsx'
import { type StripData, valueAt } from './strip-data.ts'
import { stripPlot } from './strip-plot.ts'
import { questionNow } from './strip-question.ts'

export function StripBox({ strip, index, count }: { strip: Strip; index: number; count: number }) {
  const isLast = index === count - 1
  const data = useSignal<StripData | undefined>(undefined)
  const wrong = useSignal('')
  const title = strip.kind === 'bands' ? 'Protocol' : (data.value?.title ?? titleOf(strip))
  return (
    <section class="strip" aria-label={title}>
      <header>
        <h3 title={title}>{title}</h3>
        {strip.kind !== 'bands' && data.value && <Legend data={data.value} strip={strip} />}
        <span class="strip-tools">
          <StripChoices strip={strip} index={index} bin={data.value?.bin} />
          <Tool label={`Move ${title} up`} sign="↑" disabled={index === 0} act={() => swap(index, index - 1)} />
          <Tool label={`Move ${title} down`} sign="↓" disabled={isLast} act={() => swap(index, index + 1)} />
          <Tool label={`Close ${title}`} sign="×" act={() => close(index)} />
        </span>
      </header>
      {strip.kind === 'bands' ? <Bands isLast={isLast} /> : <Plot key={String(isLast)} strip={strip} isLast={isLast} data={data} wrong={wrong} />}
      {wrong.value && <p class="strip-wrong">{wrong.value}</p>}
    </section>
  )
}

function titleOf(strip: Exclude<Strip, { kind: 'bands' }>): string {
  if (strip.kind === 'rates') return 'Rates'
  if (strip.kind === 'code') return `${strip.show.replace('_', ' ')} of ${strip.population}`
  return strip.kind === 'samples' ? strip.samples : `Weights of ${strip.projection}`
}

function Plot({ strip, isLast, data, wrong }: { strip: Exclude<Strip, { kind: 'bands' }>; isLast: boolean; data: { value: StripData | undefined }; wrong: { value: string } }) {
  const place = useRef<HTMLDivElement>(null)
  const key = JSON.stringify(strip)
  useEffect(() => {
    const element = place.current
    if (!element) return
    const plot = stripPlot(element, isLast)
    const stop = askWhenRested(
      () => questionNow(Math.max(1, element.clientWidth)),
      (question) => loadStrip(strip, question),
      (answer) => {
        if (answer instanceof Error) {
          wrong.value = answer.message
          return
        }
        wrong.value = ''
        data.value = answer
        plot.show(answer)
      },
    )
    return () => {
      stop()
      plot.destroy()
    }
  }, [key])
  return <div ref={place} class={isLast ? 'strip-plot lowest' : 'strip-plot'} />
}

function Bands({ isLast }: { isLast: boolean }) {
  const place = useRef<HTMLDivElement>(null)
  const header = trace.value?.header
  const rows = header ? bandRows(scenarioShown(header), header) : []
  useEffect(() => (place.current && rows.length > 0 ? bandPlot(place.current, rows, isLast) : undefined), [header, isLast, unwrittenChanges.value])
  return (
    <div class="bands">
      <ul>
        {rows.map(({ name }, i) => (
          <li key={`${i} ${name}`} title={name}>
            {name}
          </li>
        ))}
      </ul>
      <div ref={place} style={{ height: `${rows.length * bandRowHeight + (isLast ? 48 : 12)}px` }} />
    </div>
  )
}

/** Values at the cursor stand in fixed room, so that nothing moves with it. */
function Legend({ data, strip }: { data: StripData; strip: Strip }) {
  const reach = useComputed(() => Math.max(data.bin ?? 0, (to.value - from.value) / 100))
  const time = cursorTime.value
  const epoch = time === undefined || strip.kind !== 'samples' ? undefined : epochAt(trace.value?.header, strip.samples, data.curves[0]?.times, time)
  return (
    <ul class="strip-legend">
      {data.curves.map((curve, i) => {
        const value = time === undefined ? Number.NaN : valueAt(curve, time, curve.right ? Number.POSITIVE_INFINITY : data.dots ? Number.POSITIVE_INFINITY : reach.value)
        const unit = curve.right ? (data.right?.unit ?? '') : data.unit
        return (
          <li key={`${i} ${curve.name}`} title={curve.name}>
            <svg width="22" height="8" aria-hidden="true">
              <line x1="0" y1="4" x2="22" y2="4" stroke={curve.colour(colours.value)} stroke-width="2" stroke-dasharray={curve.dash?.join(' ')} />
            </svg>
            <span class="curve">{curve.name}</span>
            <span class="value">{Number.isNaN(value) ? '' : `${valueText(value)} ${unit}`}</span>
          </li>
        )
      })}
      {epoch !== undefined && <li class="quiet">epoch {Number(epoch.toFixed(2))}</li>}
      {data.note && (
        <li class="quiet" title={data.note}>
          <span class="note">{data.note}</span>
        </li>
      )}
    </ul>
  )
}

/** Four digits; very small and very large numbers by their power of ten. */
function valueText(value: number): string {
  const size = Math.abs(value)
  return size !== 0 && (size < 1e-4 || size >= 1e7) ? value.toExponential(2) : value.toLocaleString('en', { maximumSignificantDigits: 4 })
}

function Tool({ label, sign, act, disabled }: { label: string; sign: string; act(): void; disabled?: boolean }) {
  return (
    <button type="button" aria-label={label} title={label} onClick={act} disabled={disabled}>
      {sign}
    </button>
  )
}

function swap(a: number, b: number) {
  const next = [...strips.value]
  ;[next[a], next[b]] = [next[b], next[a]]
  strips.value = next
}

function close(index: number) {
  strips.value = strips.value.filter((_, i) => i !== index)
}
