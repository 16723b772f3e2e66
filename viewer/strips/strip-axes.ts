/** Axes of strips: values at the left beside the gutter, and those of an input at the right, inside the plot. */
import uPlot from 'uplot'
import { tickLabels } from '../../figures/axes.ts'
import { fontFamily } from '../../figures/theme.ts'
import { colours } from '../theme.ts'

const font = `12px ${fontFamily}`
/** CSS px of numbers and label; the rest of the gutter stays empty. */
export const valuesWidth = 66

/** Powers of ten come from the figures' labels in their notation for exponents. */
const plainText = (label: string) => label.replace(/10\^\{([^}]*)\}/, '1e$1').replace(/×1e/, 'e')

export function valueAxis(label: string): uPlot.Axis {
  return {
    scale: 'y',
    side: 3,
    size: valuesWidth,
    space: 26,
    gap: 4,
    font,
    labelFont: font,
    label,
    labelSize: 18,
    labelGap: 2,
    stroke: () => colours.value.muted,
    grid: { stroke: () => colours.value.faint, width: 1 },
    ticks: { size: 4, width: 1, stroke: () => colours.value.axis },
    values: (_, ticks) => valueLabels(ticks),
  }
}

/** uPlot leaves out ticks by giving null; on a logarithmic axis, all but powers of ten. */
function valueLabels(ticks: (number | null)[]): (string | null)[] {
  const shown = ticks.filter((tick) => tick !== null)
  const labels = new Map(tickLabels(shown).map((label, i) => [shown[i], plainText(label)]))
  return ticks.map((tick) => (tick === null ? null : (labels.get(tick) ?? null)))
}

/** Ends of the right axis' numbers within the plot, so that time axes stay under each other. */
export function drawRightAxis({ ctx, bbox, scales }: uPlot, label: string) {
  const { min, max } = scales.right ?? {}
  if (min == null || max == null) return
  const { muted, background } = colours.value
  const ratio = uPlot.pxRatio
  ctx.save()
  ctx.font = `${11 * ratio}px ${fontFamily}`
  ctx.textAlign = 'right'
  ctx.lineWidth = 3 * ratio
  ctx.strokeStyle = background
  ctx.fillStyle = muted
  const right = bbox.left + bbox.width - 4 * ratio
  const write = (text: string, y: number) => {
    ctx.strokeText(text, right, y)
    ctx.fillText(text, right, y)
  }
  const [high, low] = tickLabels([max, min].map((v) => Number(v.toPrecision(3)))).map(plainText)
  write(`${high}  ${label}`, bbox.top + 11 * ratio)
  write(low, bbox.top + bbox.height - 4 * ratio)
  ctx.restore()
}
