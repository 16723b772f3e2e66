/** The axes of a small plot in a panel: lines below and at the left, numbers, labels. Lengths in the units of its view box. */
import type { Axis, Tick } from '../../figures/axes.ts'
import { colours } from '../theme.ts'

export interface PlotFrame {
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
}

export function SmallAxes({ x, y, frame: { width, height, left, right, top, bottom } }: { x: Axis; y: Axis; frame: PlotFrame }) {
  const { axis, muted, ink } = colours.value
  return (
    <>
      <path d={`M${left},${top}V${height - bottom}H${width - right}`} fill="none" stroke={axis} />
      {x.ticks.map((tick) => (
        <text key={tick.value} x={x.at(tick.value)} y={height - bottom + 15} text-anchor="middle" fill={muted}>
          {numberOf(tick)}
        </text>
      ))}
      {y.ticks.map((tick) => (
        <text key={tick.value} x={left - 6} y={y.at(tick.value) + 4} text-anchor="end" fill={muted}>
          {numberOf(tick)}
        </text>
      ))}
      <text x={(left + width - right) / 2} y={height - 5} text-anchor="middle" fill={ink}>
        {x.label}
      </text>
      <text transform={`translate(13 ${(height - bottom + top) / 2}) rotate(-90)`} text-anchor="middle" fill={ink}>
        {y.label}
      </text>
    </>
  )
}

/** Powers are marked up for figures; here they are written out. */
const numberOf = ({ value, label }: Tick) => (label.includes('{') ? value.toPrecision(2) : label)
