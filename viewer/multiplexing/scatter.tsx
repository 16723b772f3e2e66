/** A point a bin, coloured by its time, and over them the mean at each level of the input with its standard error. */
import { type AxisSpec, axis, niceDomain, type Tick } from '../../figures/axes.ts'
import { extent, roomy } from '../../figures/lines.ts'
import { gradient } from '../../figures/theme.ts'
import { colours } from '../theme.ts'
import type { Response } from './multiplexed-code.ts'

export interface ScatterProps {
  x: ArrayLike<number>
  y: ArrayLike<number>
  /** In time, 0 to 1, of each point. */
  part(index: number): number
  response: Response
  colour: string
  xLabel: string
  yLabel: string
}

const [width, height, left, right, bottom, top] = [332, 196, 52, 18, 38, 8]
/** More points than this are thinned out, and the label says so. */
const most = 1500

export function Scatter({ x, y, part, response, colour, xLabel, yLabel }: ScatterProps) {
  const step = Math.ceil(x.length / most)
  const kept = Array.from({ length: Math.ceil(x.length / step) }, (_, i) => i * step).filter((i) => !Number.isNaN(y[i]))
  const horizontal = axis(spec(xLabel, extent([{ x, y: x }]), false), left, width - right)
  const vertical = axis(spec(yLabel, extent([{ x, y }, { x: response.level, y: response.value }]), true), height - bottom, top)
  const { axis: line, muted, ink } = colours.value
  const drawn = Array.from(response.level, (_, i) => i).filter((i) => !Number.isNaN(response.value[i]))
  const at = (i: number) => `${horizontal.at(response.level[i])},${vertical.at(response.value[i])}`
  return (
    <svg class="scatter" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${yLabel} against ${xLabel}, ${kept.length} of ${x.length} bins drawn`}>
      {kept.map((i) => (
        <circle key={i} cx={horizontal.at(x[i])} cy={vertical.at(y[i])} r={kept.length > 300 ? 1.6 : 2.4} fill={gradient(colours.value, part(i))} fill-opacity="0.75" />
      ))}
      <polyline points={drawn.map(at).join(' ')} fill="none" stroke={colour} stroke-width="2" />
      {drawn.map((i) => {
        const error = Number.isNaN(response.error[i]) ? 0 : response.error[i]
        const x = horizontal.at(response.level[i])
        return (
          <g key={i} stroke={colour} stroke-width="2">
            <line x1={x} x2={x} y1={vertical.at(response.value[i] - error)} y2={vertical.at(response.value[i] + error)} />
            <circle cx={x} cy={vertical.at(response.value[i])} r="3.5" fill={colours.value.background} />
          </g>
        )
      })}
      <path d={`M${left},${top}V${height - bottom}H${width - right}`} fill="none" stroke={line} />
      {horizontal.ticks.map((tick) => (
        <text key={tick.value} x={horizontal.at(tick.value)} y={height - bottom + 15} text-anchor="middle" fill={muted}>
          {text(tick)}
        </text>
      ))}
      {vertical.ticks.map((tick) => (
        <text key={tick.value} x={left - 6} y={vertical.at(tick.value) + 4} text-anchor="end" fill={muted}>
          {text(tick)}
        </text>
      ))}
      <text x={(left + width - right) / 2} y={height - 5} text-anchor="middle" fill={ink}>
        {xLabel}
      </text>
      <text transform={`translate(13 ${(height - bottom + top) / 2}) rotate(-90)`} text-anchor="middle" fill={ink}>
        {yLabel}
      </text>
    </svg>
  )
}

const text = ({ value, label }: Tick) => (label.includes('{') ? value.toPrecision(2) : label)

function spec(label: string, range: [number, number] | undefined, zero: boolean): AxisSpec {
  return { label, domain: niceDomain(roomy(range, zero), 5), count: 5 }
}
