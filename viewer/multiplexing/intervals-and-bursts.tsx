/**
 * The distributions that the burst threshold divides: inter-spike intervals, with the threshold as a line to drag (or to move with the
 * arrow keys), and the sizes of the bursts that it makes.
 */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { countOf, type Sizes, unitsOf } from '../../engine/unit-ranges.ts'
import { tab } from '../panels/side.tsx'
import { askWhenRested } from '../strips/ask-when-rested.ts'
import { colours } from '../theme.ts'
import type { SelectionSummary } from '../trace-service.ts'
import { type OpenTrace, traceService } from '../traces.ts'
import { threshold } from '../view.ts'
import type { Choices } from './choices.ts'

const [width, height, left, bottom, top] = [332, 130, 8, 22, 8]

export function IntervalsAndBursts({ open, choices, window }: { open: OpenTrace; choices: Choices; window: { from: number; to: number } }) {
  const found = useSignal<SelectionSummary | Error | undefined>(undefined)
  const { population } = choices
  const { from, to } = window
  useEffect(
    () =>
      askWhenRested(
        () => (tab.value === 'Multiplexing' && to > from ? { threshold: threshold.value } : undefined),
        ({ threshold }) => {
          const sizes: Sizes = new Map(open.header.populations.map((p) => [p.name, p.size]))
          const units = unitsOf(population, sizes)
          const first = units.first ?? 0
          const rows = [{ population: units.population, first, last: first + countOf(units, sizes), order: { by: 'id' as const } }]
          return traceService().summary(open.id, { from, to, rows }, threshold)
        },
        (answer) => {
          found.value = answer
        },
      ),
    [open, population, from, to],
  )
  if (found.value instanceof Error) return <p class="wrong">{found.value.message}</p>
  const summary = found.value
  const of = summary?.populations[0]
  return (
    <>
      <h3>Intervals between spikes (ms)</h3>
      <Intervals edges={summary?.histogram.edges} counts={summary?.histogram.counts} />
      <h3>Spikes in a row{threshold.value === 'recorded' ? ', as the run’s detector told them' : `, up to ${threshold.value} ms apart`}</h3>
      <BurstSizes sizes={of?.burstSizes ?? []} />
    </>
  )
}

function Intervals({ edges, counts }: { edges?: Float64Array; counts?: Float64Array }) {
  const place = useRef<SVGSVGElement>(null)
  if (!edges || !counts || counts.length === 0) return <svg class="scatter" viewBox={`0 0 ${width} ${height}`} role="img" aria-label="no intervals" />
  const [low, high] = [Math.log(edges[0]), Math.log(edges[edges.length - 1])]
  const x = (interval: number) => left + ((Math.log(interval) - low) / (high - low)) * (width - 2 * left)
  const most = Math.max(1, ...counts)
  const { palette, muted, dendrite } = colours.value
  const now = threshold.value === 'recorded' ? undefined : threshold.value
  const shown = now ?? 16
  const at = Math.min(width - left, Math.max(left, x(shown)))
  const set = (interval: number) => {
    const inside = Math.min(edges[edges.length - 1], Math.max(edges[0], interval))
    threshold.value = Number(inside.toPrecision(inside < 10 ? 2 : 3))
  }
  const drag = (event: PointerEvent) => {
    if (!place.current || event.buttons === 0) return
    const box = place.current.getBoundingClientRect()
    const share = (((event.clientX - box.left) / box.width) * width - left) / (width - 2 * left)
    set(Math.exp(low + share * (high - low)))
  }
  const key = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    set(shown + step * (shown < 5 ? 0.1 : 1))
  }
  const decades = Array.from({ length: 8 }, (_, k) => 10 ** (k - 2)).filter((v) => Math.log(v) >= low && Math.log(v) <= high)
  return (
    <svg ref={place} class="scatter threshold" viewBox={`0 0 ${width} ${height}`} onPointerDown={drag} onPointerMove={drag}>
      <title>Distribution of inter-spike intervals</title>
      {Array.from(counts, (count, k) => {
        const [from, to] = [x(edges[k]), x(edges[k + 1])]
        const tall = (count / most) * (height - bottom - top)
        return <rect key={edges[k]} x={from} width={Math.max(0.5, to - from - 0.5)} y={height - bottom - tall} height={tall} fill={now !== undefined && edges[k] < now ? dendrite : palette[0]} />
      })}
      {decades.map((v) => (
        <text key={v} x={x(v)} y={height - 6} text-anchor="middle" fill={muted}>
          {v}
        </text>
      ))}
      <g
        role="slider"
        tabIndex={0}
        aria-label="Burst threshold (ms)"
        aria-valuemin={edges[0]}
        aria-valuemax={edges[edges.length - 1]}
        aria-valuenow={shown}
        aria-valuetext={now === undefined ? 'as recorded' : `${now} ms`}
        onKeyDown={key}
      >
        <rect x={at - 8} y={0} width={16} height={height - bottom} fill="transparent" />
        <line x1={at} x2={at} y1={0} y2={height - bottom} stroke={dendrite} stroke-width="2" stroke-dasharray={now === undefined ? '2 4' : undefined} />
        <text x={at > width - 90 ? at - 6 : at + 6} y={11} text-anchor={at > width - 90 ? 'end' : 'start'} fill={dendrite}>
          {now === undefined ? 'as recorded' : `${now} ms`}
        </text>
      </g>
    </svg>
  )
}

/** Shares of runs of one spike, two, three, ...; on a logarithmic axis, for long bursts are rare. */
function BurstSizes({ sizes }: { sizes: number[] }) {
  const total = sizes.reduce((sum, n) => sum + n, 0)
  const most = Math.min(10, sizes.length)
  const shown = [...sizes.slice(0, most), ...(sizes.length > most ? [sizes.slice(most).reduce((sum, n) => sum + n, 0)] : [])]
  if (total === 0) return <p class="quiet waiting">no spikes</p>
  return (
    <table class="burst-sizes">
      <tbody>
        {shown.map((n, i) => (
          <tr key={i < most ? i : 'more'}>
            <th scope="row">{i === 0 ? 'singlets' : i < most ? i + 1 : `more than ${most}`}</th>
            <td>
              <meter min={0} max={1} value={n === 0 ? 0 : Math.max(0.005, n / total)} />
            </td>
            <td class="number">{n.toLocaleString('en')}</td>
            <td class="number quiet">{((100 * n) / total).toPrecision(2)} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
