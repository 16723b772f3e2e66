/** Rates around a trigger as steps, and the trials of one unit as rows of ticks. */
import { axis, niceDomain, type Tick } from '../../figures/axes.ts'
import { extent, roomy } from '../../figures/lines.ts'
import { colours } from '../theme.ts'

const [width, height, left, right, bottom, top] = [332, 150, 46, 18, 34, 8]

const text = ({ value, label }: Tick) => (label.includes('{') ? value.toPrecision(2) : label)

/** Rates in Hz in bins of `bin` ms. */
export function Histogram({ centres, rates, from, to, bin }: { centres: Float64Array; rates: Float64Array; from: number; to: number; bin: number }) {
  const x = axis({ label: 'time from the trigger (ms)', domain: [from, to], count: 5 }, left, width - right)
  const y = axis({ label: 'rate (Hz)', domain: niceDomain(roomy(extent([{ x: centres, y: rates }]), true), 4), count: 4 }, height - bottom, top)
  const { axis: line, muted, ink, palette } = colours.value
  // NaN where no trial reaches
  const steps = Array.from(centres, (centre, k) => (Number.isNaN(rates[k]) ? '' : `M${x.at(centre - bin / 2)},${y.at(0)}V${y.at(rates[k])}H${x.at(centre + bin / 2)}V${y.at(0)}Z`)).join('')
  return (
    <svg class="scatter" viewBox={`0 0 ${width} ${height}`} role="img" aria-label="Rate around the trigger">
      <path d={steps} fill={palette[0]} />
      {from <= 0 && to >= 0 && <path d={`M${x.at(0)},${top}V${height - bottom}`} stroke={ink} stroke-dasharray="4 3" />}
      <path d={`M${left},${top}V${height - bottom}H${width - right}`} fill="none" stroke={line} />
      {x.ticks.map((tick) => (
        <text key={tick.value} x={x.at(tick.value)} y={height - bottom + 14} text-anchor="middle" fill={muted}>
          {text(tick)}
        </text>
      ))}
      {y.ticks.map((tick) => (
        <text key={tick.value} x={left - 6} y={y.at(tick.value) + 4} text-anchor="end" fill={muted}>
          {text(tick)}
        </text>
      ))}
      <text x={(left + width - right) / 2} y={height - 4} text-anchor="middle" fill={ink}>
        {x.label}
      </text>
      <text transform={`translate(12 ${(height - bottom + top) / 2}) rotate(-90)`} text-anchor="middle" fill={ink}>
        {y.label}
      </text>
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
