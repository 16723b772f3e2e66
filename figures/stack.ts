/** Panels above one another on one horizontal axis: their left edges agree, and only the lowest carries numbers. */
import {
  type Axis,
  type AxisSpec,
  axis,
  type Box,
  type Heading,
  heading,
  xAxis,
  xAxisHeight,
  yAxis,
  yAxisWidth,
} from './axes.ts'
import { type FigureOptions, page, pageMargin } from './page.ts'
import { textLine } from './svg.ts'
import { type Theme, type } from './theme.ts'

export interface Panel extends Heading {
  /** px of the drawing itself. */
  height: number
  /** Without one the panel labels its rows itself, in `gutter` px at the left. */
  y?: AxisSpec
  gutter?: number
  /** px at the top of the drawing where no values lie: a strip for marks. */
  strip?: number
  /** Said in the middle of a panel that has nothing to draw. */
  empty?: string
  draw(box: Box, x: Axis, y: Axis, theme: Theme): string
}

/** `make` is given the theme because panels choose colours. */
export function stack(
  options: FigureOptions,
  x: AxisSpec,
  make: (theme: Theme) => { panels: readonly Panel[]; notes?: readonly string[] },
): string {
  return page(options, (top, width, theme) => {
    const { panels, notes } = make(theme)
    return { ...drawStack(panels, x, top, width, theme), notes }
  })
}

function drawStack(panels: readonly Panel[], x: AxisSpec, top: number, width: number, theme: Theme) {
  const yOf = (panel: Panel, y: number) =>
    axis(panel.y ?? { label: '', domain: [0, 1] }, y + panel.height, y + (panel.strip ?? 0))
  // Upright labels stand in one column, close to their numbers even where a panel without numbers needs more room.
  const labels = Math.max(40, ...panels.filter(p => p.y).map(panel => yAxisWidth(yOf(panel, 0), panel.height)))
  const left = pageMargin + Math.max(labels, ...panels.map(panel => panel.gutter ?? 0))
  const inner = width - left - pageMargin - 8
  const horizontal = axis(x, left, left + inner)
  let svg = ''
  let y = top
  panels.forEach((panel, i) => {
    const head = heading(left, y, inner, panel, theme)
    y += head.height
    const box = { x: left, y, width: inner, height: panel.height }
    const vertical = yOf(panel, y)
    const last = i === panels.length - 1
    svg += head.svg + panel.draw(box, horizontal, vertical, theme)
    if (panel.y) svg += yAxis(box, vertical, labels, theme)
    svg += xAxis(box, horizontal, last, theme)
    if (panel.empty) svg += emptyText(box, panel.empty, theme)
    y += panel.height + (last ? xAxisHeight : 16)
  })
  return { svg, bottom: y }
}

/** A panel without data says so instead of looking like one of silence. */
export function emptyText(box: Box, text: string, theme: Theme): string {
  const style = { size: type.panel, fill: theme.muted, anchor: 'middle', class: 'empty' } as const
  return textLine(box.x + box.width / 2, box.y + box.height / 2 + 5, text, style)
}
