/** Axes of strips: values at the left beside the gutter, and those of an input at the right, inside the plot. */
import uPlot from 'uplot'
import { axis, tickLabels } from '../../figures/axes.ts'
import { fontFamily } from '../../figures/theme.ts'
import { colours } from '../theme.ts'

const font = `12px ${fontFamily}`
/** CSS px of numbers and label; the rest of the gutter stays empty. */
export const valuesWidth = 66
const labelWidth = 18

/** Powers of ten come from the figures' labels in their notation for exponents. */
const plainText = (label: string) => label.replace(/10\^\{([^}]*)\}/, '1e$1').replace(/×1e/, 'e')

export function valueAxis(label: string, log: boolean): uPlot.Axis {
  return {
    scale: 'y',
    side: 3,
    size: valuesWidth - labelWidth,
    space: 26,
    gap: 4,
    font,
    labelFont: font,
    label,
    labelSize: labelWidth,
    labelGap: 2,
    stroke: () => colours.value.muted,
    grid: { stroke: () => colours.value.faint, width: 1 },
    ticks: { size: 4, width: 1, stroke: () => colours.value.axis },
    ...(log ? logTicks : { values: (_, ticks) => tickLabels(ticks).map(plainText) }),
  }
}

/** Ticks of a logarithmic axis as figures have them; minor ones have no label. */
const ticksOf = (self: uPlot, min: number, max: number) => axis({ label: '', domain: [min, max], log: true }, self.bbox.height / uPlot.pxRatio, 0).ticks

/** Lines across the plot only where a label is. */
function labelled(self: uPlot, ticks: number[]): (number | null)[] {
  const { min, max } = self.scales.y
  const shown = min && max ? ticksOf(self, min, max) : []
  return ticks.map((tick, i) => (shown[i]?.label ? tick : null))
}

const logTicks: Partial<uPlot.Axis> = {
  splits: (self, _, min, max) => ticksOf(self, min, max).map(({ value }) => value),
  filter: (_, ticks) => ticks,
  grid: { stroke: () => colours.value.faint, width: 1, filter: (self, ticks) => labelled(self, ticks) },
  values: (self) => {
    const { min, max } = self.scales.y
    return min && max ? ticksOf(self, min, max).map(({ label }) => plainText(label)) : []
  },
}

/** The smallest and the largest value of the right axis, within the plot, so that time axes stay under each other. */
export function drawRightAxis({ ctx, bbox, valToPos }: uPlot, [low, high]: readonly [number, number], unit: string) {
  const { muted, background } = colours.value
  const ratio = uPlot.pxRatio
  ctx.save()
  ctx.font = `${11 * ratio}px ${fontFamily}`
  ctx.textAlign = 'right'
  ctx.textBaseline = 'middle'
  ctx.lineWidth = 4 * ratio
  ctx.lineJoin = 'round'
  ctx.strokeStyle = background
  ctx.fillStyle = muted
  const right = bbox.left + bbox.width - 4 * ratio
  for (const value of low < high ? [low, high] : [low]) {
    const [label] = tickLabels([Number(value.toPrecision(3))]).map(plainText)
    const y = Math.min(bbox.top + bbox.height - 7 * ratio, Math.max(bbox.top + 7 * ratio, valToPos(value, 'right', true)))
    ctx.strokeText(`${label} ${unit}`, right, y)
    ctx.fillText(`${label} ${unit}`, right, y)
  }
  ctx.restore()
}
