/** Panels beside one another, each with axes of its own; their frames begin and end at the same heights. */
import { type Axis, type AxisSpec, axis, type Box, type Heading, heading, xAxis, xAxisHeight, yAxis, yAxisWidth } from './axes.ts'
import { type FigureOptions, page, pageMargin } from './page.ts'
import { emptyText } from './stack.ts'
import type { Theme } from './theme.ts'

export interface SidePanel extends Heading {
  x: AxisSpec
  y: AxisSpec
  /** Part of the width, compared with those of the others; 1 unless said. */
  share?: number
  /** Said in the middle of a panel that has nothing to draw. */
  empty?: string
  draw(box: Box, x: Axis, y: Axis, theme: Theme): string
}

const between = 26

/** Panels of `height` px. `make` is given the theme because panels choose colours. */
export function sideBySide(
  options: FigureOptions,
  height: number,
  make: (theme: Theme) => { panels: readonly SidePanel[]; notes?: readonly string[] },
): string {
  return page(options, (top, width, theme) => {
    const { panels, notes } = make(theme)
    const shares = panels.reduce((sum, p) => sum + (p.share ?? 1), 0)
    const room = width - 2 * pageMargin - 8 - (panels.length - 1) * between
    let left = pageMargin
    const places = panels.map((panel) => {
      const own = (room * (panel.share ?? 1)) / shares
      const gutter = Math.max(40, yAxisWidth(axis(panel.y, height, 0), height))
      const box: Box = { x: left + gutter, y: 0, width: own - gutter, height }
      left += own + between
      return { panel, gutter, box, head: heading(box.x, top, box.width, panel, theme) }
    })
    const begin = top + Math.max(0, ...places.map(({ head }) => head.height)) + 4
    let svg = ''
    for (const { panel, gutter, box, head } of places) {
      box.y = begin
      const x = axis(panel.x, box.x, box.x + box.width)
      const y = axis(panel.y, begin + height, begin)
      svg += head.svg + panel.draw(box, x, y, theme) + yAxis(box, y, gutter, theme) + xAxis(box, x, true, theme)
      if (panel.empty) svg += emptyText(box, panel.empty, theme)
    }
    return { svg, bottom: begin + height + xAxisHeight, notes }
  })
}
