/** A point a bin, coloured by its time, and over them the mean at each level of the input with its standard error. */
import { type AxisSpec, axis, niceDomain } from '../../figures/axes.ts'
import { extent, roomy } from '../../figures/lines.ts'
import { gradient } from '../../figures/theme.ts'
import { SmallAxes } from '../plot/small-axes.tsx'
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

const frame = { width: 332, height: 196, left: 52, right: 18, top: 8, bottom: 38 }
const { width, height, left, right, top, bottom } = frame
/** More points than this are thinned out, and the label says so. */
const most = 1500

export function Scatter({ x, y, part, response, colour, xLabel, yLabel }: ScatterProps) {
  const step = Math.ceil(x.length / most)
  const kept = Array.from({ length: Math.ceil(x.length / step) }, (_, i) => i * step).filter((i) => !Number.isNaN(y[i]))
  const horizontal = axis(spec(xLabel, extent([{ x, y: x }]), false), left, width - right)
  const vertical = axis(spec(yLabel, extent([{ x, y }, { x: response.level, y: response.value }]), true), height - bottom, top)
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
      <SmallAxes x={horizontal} y={vertical} frame={frame} />
    </svg>
  )
}

function spec(label: string, range: [number, number] | undefined, zero: boolean): AxisSpec {
  return { label, domain: niceDomain(roomy(range, zero), 5), count: 5 }
}
