/** A strip as a panel of an exported figure, in the look of the figures of the command line. */
import { type Axis, type Box, axis, type LegendEntry, tickLabels } from '../../figures/axes.ts'
import { linePath } from '../../figures/lines.ts'
import { strokePath } from '../../figures/rates.ts'
import type { Panel } from '../../figures/stack.ts'
import { element, px, shorten, textLine, textWidth } from '../../figures/svg.ts'
import { type Theme, type } from '../../figures/theme.ts'
import type { BandRow } from '../strips/band-row.ts'
import { axisRange, rangeOf, type StripData } from '../strips/strip-data.ts'

const height = 110
const spikesHeight = 16
const plateausHeight = 11

export function stripPanel(data: StripData, from: number, to: number, theme: Theme): Panel {
  const range = rangeOf(data, false, from, to, data.log)
  const ends = rangeOf(data, true, from, to, false)
  const right = axisRange(ends, false, false)
  const strip = (data.spikes ? spikesHeight : 0) + (data.plateaus ? plateausHeight : 0)
  const legend = data.curves.map((curve): LegendEntry => {
    const of = curve.right && data.right && ends ? `${curve.name}, ${inWords(ends)} ${data.right.unit}` : curve.name
    return { name: of, colour: curve.colour(theme), mark: 'line', dash: curve.dash?.join(' ') }
  })
  return {
    title: data.title,
    legend,
    height: height + strip,
    strip,
    y: { label: data.label, domain: axisRange(range, data.zero, data.log), log: data.log },
    empty: range ? undefined : 'no data',
    draw: (box, x, y) => areas(data, x, y, theme) + plateaus(data, box, x, theme) + lines(data, box, x, y, right, theme) + spikes(data, box, x, theme),
  }
}

/** The scale that a dashed input has of its own. */
const inWords = (ends: readonly number[]) => [...new Set(tickLabels(ends.map((v) => Number(v.toPrecision(3)))))].join(' to ')

function lines(data: StripData, box: Box, x: Axis, left: Axis, range: [number, number], theme: Theme): string {
  const right = axis({ label: '', domain: range }, box.y + box.height, box.y)
  return data.curves
    .map(({ times, values, colour, dash, width, right: isRight }) => {
      const y = isRight ? right : left
      const held = data.log && !isRight ? Array.from(values, (v) => (v > 0 ? v : Number.NaN)) : values
      const line = strokePath(linePath(times, held, x, y), { colour: colour(theme), dash: dash?.join(' '), width: width ?? 1.6 })
      return line + (data.dots && !isRight && times.length < 400 ? dots(times, held, x, y, colour(theme)) : '')
    })
    .join('')
}

function dots(times: ArrayLike<number>, values: ArrayLike<number>, x: Axis, y: Axis, fill: string): string {
  return Array.from(times, (time, i) => {
    if (time < x.domain[0] || time > x.domain[1] || Number.isNaN(values[i])) return ''
    return element('circle', { cx: x.at(time), cy: y.at(values[i]), r: 2.4, fill })
  }).join('')
}

function areas({ areas, log }: StripData, x: Axis, y: Axis, theme: Theme): string {
  const [from, to] = x.domain
  return areas
    .map(({ times, low, high, colour }) => {
      const inside = Array.from(times, (_, i) => i).filter((i) => times[i] >= from && times[i] <= to && !(log && low[i] <= 0))
      if (inside.length < 2) return ''
      const point = (values: ArrayLike<number>) => (i: number) => `${px(x.at(times[i]))},${px(y.at(values[i]))}`
      return element('path', { d: `M${inside.map(point(high)).join('L')}L${inside.reverse().map(point(low)).join('L')}Z`, fill: colour(theme), 'fill-opacity': 0.18 })
    })
    .join('')
}

function spikes({ spikes }: StripData, box: Box, x: Axis, theme: Theme): string {
  const seen = Array.from(spikes ?? []).filter((t) => t >= x.domain[0] && t <= x.domain[1])
  return seen.length === 0 ? '' : element('path', { d: seen.map((t) => `M${px(x.at(t))},${px(box.y)}v11`).join(''), fill: 'none', stroke: theme.ink, 'stroke-width': 1.3 })
}

function plateaus({ plateaus = [], spikes }: StripData, box: Box, x: Axis, theme: Theme): string {
  const [from, to] = x.domain
  return plateaus
    .filter(([on, off]) => off >= from && on <= to)
    .map(([on, off]) => {
      const left = x.at(Math.max(on, from))
      return element('rect', { x: left, y: box.y + (spikes ? spikesHeight : 0), width: Math.max(1, x.at(Math.min(off, to)) - left), height: 6, fill: theme.palette[4] })
    })
    .join('')
}

const rowHeight = 20
const namesWidth = 130

/** The protocol: a row an input, phases, changes, trials. */
export function bandPanel(rows: readonly BandRow[], from: number, to: number): Panel {
  return {
    title: 'Protocol',
    height: rows.length * rowHeight,
    gutter: namesWidth,
    draw: (box, x, _, theme) => rows.map((row, i) => bandRow(row, { ...box, y: box.y + i * rowHeight, height: rowHeight }, x, from, to, theme)).join(''),
  }
}

function bandRow(row: BandRow, box: Box, x: Axis, from: number, to: number, theme: Theme): string {
  const middle = box.y + box.height / 2 + type.tick * 0.36
  const name = textLine(box.x - 8, middle, shorten(row.name, type.tick, namesWidth - 16), { size: type.tick, fill: theme.muted, anchor: 'end' })
  const found = row.within(from, to, box.width / 3)
  if (!found) return name + textLine(box.x + 6, middle, 'too many to tell apart', { size: type.tick, fill: theme.muted })
  const bands = found.bands.map((band) => {
    const [left, right] = [x.at(Math.max(from, band.from)), x.at(Math.min(to, band.to))]
    const fill = band.colour < 0 ? theme.faint : theme.palette[band.colour % theme.palette.length]
    const label = textWidth(band.label, type.tick) + 8 < right - left ? textLine(left + 4, middle, band.label, { size: type.tick, fill: theme.ink }) : ''
    return element('rect', { x: left, y: box.y + 1, width: Math.max(0.5, right - left - 1), height: box.height - 2, fill, 'fill-opacity': band.colour < 0 ? 1 : 0.35 }) + label
  })
  const marks = found.marks.map(({ at, label }) => {
    const end = x.at(at) + 6 + textWidth(label, type.tick) > box.x + box.width
    const text = textLine(x.at(at) + (end ? -6 : 6), middle, label, { size: type.tick, fill: theme.ink, anchor: end ? 'end' : 'start' })
    return element('rect', { x: x.at(at), y: box.y, width: 2, height: box.height, fill: theme.ink }) + text
  })
  return name + bands.join('') + marks.join('')
}
