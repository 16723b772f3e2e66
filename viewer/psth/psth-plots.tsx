/** Rates around a trigger as steps, and the trials of one unit as rows of ticks. */
import { axis, niceDomain } from '../../figures/axes.ts'
import { extent, roomy } from '../../figures/lines.ts'
import { SmallAxes } from '../plot/small-axes.tsx'
import { colours } from '../theme.ts'

const frame = { width: 332, height: 150, left: 46, right: 18, top: 8, bottom: 34 }
const { width, height, left, right, top, bottom } = frame

/** Rates in Hz in bins of `bin` ms. */
export function Histogram({ centres, rates, from, to, bin }: { centres: Float64Array; rates: Float64Array; from: number; to: number; bin: number }) {
  const x = axis({ label: 'time from the trigger (ms)', domain: [from, to], count: 5 }, left, width - right)
  const y = axis({ label: 'rate (Hz)', domain: niceDomain(roomy(extent([{ x: centres, y: rates }]), true), 4), count: 4 }, height - bottom, top)
  const { ink, palette } = colours.value
  // NaN where no trial reaches
  const steps = Array.from(centres, (centre, k) => (Number.isNaN(rates[k]) ? '' : `M${x.at(centre - bin / 2)},${y.at(0)}V${y.at(rates[k])}H${x.at(centre + bin / 2)}V${y.at(0)}Z`)).join('')
  return (
    <svg class="scatter" viewBox={`0 0 ${width} ${height}`} role="img" aria-label="Rate around the trigger">
      <path d={steps} fill={palette[0]} />
      {from <= 0 && to >= 0 && <path d={`M${x.at(0)},${top}V${height - bottom}`} stroke={ink} stroke-dasharray="4 3" />}
      <SmallAxes x={x} y={y} frame={frame} />
    </svg>
  )
}

/** The first trial at the top; times relative to the trigger (ms). */
export function TrialRaster({ trials, from, to }: { trials: readonly Float64Array[]; from: number; to: number }) {
  const row = Math.max(2, Math.min(8, 160 / trials.length))
  const tall = row * trials.length
  const x = axis({ label: '', domain: [from, to] }, left, width - right)
  const ticks = trials.map((times, k) => Array.from(times, (t) => `M${x.at(t)},${k * row}v${row * 0.85}`).join('')).join('')
  const { ink, faint } = colours.value
  return (
    <svg class="scatter" viewBox={`0 0 ${width} ${tall + 2}`} role="img" aria-label={`Spikes of ${trials.length} trials`}>
      <path d={`M${left},0V${tall}H${width - right}V0Z`} fill="none" stroke={faint} />
      {from <= 0 && to >= 0 && <path d={`M${x.at(0)},0V${tall}`} stroke={ink} stroke-dasharray="4 3" />}
      <path d={ticks} stroke={ink} stroke-width="1.2" />
    </svg>
  )
}
