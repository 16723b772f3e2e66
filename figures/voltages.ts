/**
 * Sampled variables of one or a few units over time, a panel each or several lines in one; spikes as upright ticks
 * above the lines, plateau potentials as bars.   Times in ms; NaN is a gap.
 * Throws `InputError` for columns that do not fit each other and plateaus that end before they begin.
 */
import { InputError } from '../engine/errors.ts'
import { type Axis, type Box, type LegendEntry, niceDomain, timeAxis } from './axes.ts'
import { checkColumns, extent, linePath, type Numbers, roomy } from './lines.ts'
import type { FigureOptions } from './page.ts'
import { strokePath } from './rates.ts'
import { type Panel, stack } from './stack.ts'
import { element, px } from './svg.ts'
import { seriesStyle, type Theme } from './theme.ts'

export interface VoltageTrace {
  name: string
  /** ms, ascending */
  times: Numbers
  values: Numbers
}

export interface VoltagePanel {
  title?: string
  /** With unit: `soma (mV)`. */
  label: string
  traces: readonly VoltageTrace[]
  /** ms */
  spikes?: Numbers
  /** Begin and end, ms. */
  plateaus?: readonly (readonly [on: number, off: number])[]
  /** px, 130 unless said. */
  height?: number
}

export interface VoltagesData {
  panels: readonly VoltagePanel[]
  /** Window, ms. */
  from: number
  to: number
}

export function voltagesFigure(data: VoltagesData, options: FigureOptions): string {
  if (data.panels.length === 0) throw new InputError('found no panel of sampled variables; at least one is needed')
  return stack(options, timeAxis(data.from, data.to), theme => {
    const names = [...new Set(data.panels.flatMap(panel => panel.traces.map(({ name }) => name)))]
    return { panels: data.panels.map(panel => voltagePanel(panel, names, data, theme)) }
  })
}

const spikeStrip = 16
const plateauStrip = 11

/** `names` of all panels: soma and dendrite differ in colour, and the soma of two units does not. */
function voltagePanel(panel: VoltagePanel, names: readonly string[], window: VoltagesData, theme: Theme): Panel {
  for (const { name, times, values } of panel.traces) checkColumns(name, times, values)
  const spikes = Array.from(panel.spikes ?? [])
  const wrong = spikes.find(t => !Number.isFinite(t))
  if (wrong !== undefined) throw new InputError(`found a spike at ${wrong} ms; finite times are accepted`)
  for (const [on, off] of panel.plateaus ?? []) {
    if (!(on <= off)) throw new InputError(`found a plateau from ${on} to ${off} ms; on must not be after off`)
  }
  const range = extent(
    panel.traces.map(({ times, values }) => ({ x: times, y: values })),
    [window.from, window.to],
  )
  const styles = panel.traces.map(({ name }) => seriesStyle(theme, names.indexOf(name)))
  const spikesHeight = panel.spikes ? spikeStrip : 0
  const strip = spikesHeight + (panel.plateaus ? plateauStrip : 0)
  const legend: LegendEntry[] = panel.traces.map(({ name }, i) => ({ name, mark: 'line', ...styles[i] }))
  if (panel.spikes) legend.push({ name: 'spike', mark: 'tick', colour: theme.ink })
  if (panel.plateaus) legend.push({ name: 'plateau potential', mark: 'bar', colour: plateauColour(theme) })
  return {
    title: panel.title,
    legend,
    height: (panel.height ?? 130) + strip,
    strip,
    y: { label: panel.label, domain: niceDomain(roomy(range, false)) },
    empty: range ? undefined : 'no data',
    draw: (box, x, y) =>
      plateauBars(panel.plateaus ?? [], box, box.y + spikesHeight, x, theme) +
      panel.traces
        .map(({ times, values }, i) => strokePath(linePath(times, values, x, y), { ...styles[i], width: 1.3 }))
        .join('') +
      spikeTicks(spikes, box, x, theme),
  }
}

const plateauColour = (theme: Theme) => theme.palette[4]

function spikeTicks(spikes: readonly number[], box: Box, x: Axis, theme: Theme): string {
  const seen = spikes.filter(t => t >= x.domain[0] && t <= x.domain[1])
  if (seen.length === 0) return ''
  const d = seen.map(t => `M${px(x.at(t))},${px(box.y)}v11`).join('')
  return element('path', { class: 'spikes', d, fill: 'none', stroke: theme.ink, 'stroke-width': 1.3 })
}

function plateauBars(
  plateaus: NonNullable<VoltagePanel['plateaus']>,
  box: Box,
  top: number,
  x: Axis,
  theme: Theme,
): string {
  const [from, to] = x.domain
  return plateaus
    .filter(([on, off]) => off >= from && on <= to)
    .map(([on, off]) => {
      const left = x.at(Math.max(on, from))
      const width = Math.max(1, x.at(Math.min(off, to)) - left)
      const shade = { x: left, y: box.y, width, height: box.height, fill: plateauColour(theme), 'fill-opacity': 0.1 }
      const bar = { class: 'plateau', x: left, y: top, width, height: 6, fill: plateauColour(theme) }
      return element('rect', shade) + element('rect', bar)
    })
    .join('')
}
