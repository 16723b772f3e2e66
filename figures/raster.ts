/**
 * Spike raster: a row a unit, a group of rows a population, unit 0 lowest. Singlets are grey and spikes of bursts have
 * the population's colour; where no burst detector ran, all spikes have it.
 * Rows or spikes too many for ticks become a density: a cell of 2 px is darker the more spikes it holds, so none is
 * lost. Times in ms. Throws `InputError` for columns of unequal length, times that are not finite or not ascending,
 * unknown units.
 */
import { InputError } from '../engine/errors.ts'
import { type Axis, type Box, type LegendEntry, timeAxis } from './axes.ts'
import { burstMembers, hasBurstMarks, isSpike } from './burst-members.ts'
import type { FigureOptions } from './page.ts'
import { type Panel, stack } from './stack.ts'
import { element, px, shorten, textLine, textWidth } from './svg.ts'
import { seriesStyle, type Theme, type } from './theme.ts'

export interface RasterPopulation {
  name: string
  /** Number of units. */
  size: number
  /** ms, ascending */
  times: Float64Array
  sources: Uint32Array
  /** Bit mask, `kinds` of engine/description.ts. */
  kinds: Uint8Array
  /** Draw only the first `show` units; the caption says so. */
  show?: number
  colour?: string
}

export interface RasterData {
  populations: readonly RasterPopulation[]
  /** Window, ms. */
  from: number
  to: number
}

export interface RasterOptions extends FigureOptions {
  /** px of all rows together; by the number of units unless said. */
  height?: number
}

const groupGap = 8
const densityCell = 2
const densityLevels = 5

export function rasterFigure(data: RasterData, options: RasterOptions): string {
  return stack(options, timeAxis(data.from, data.to), theme => {
    const { panel, notes } = rasterPanel(data, theme, options.height)
    return { panels: [panel], notes }
  })
}

/** The panel of a raster and what the caption has to say about it; other figures contain it. */
export function rasterPanel(data: RasterData, theme: Theme, height?: number): { panel: Panel; notes: string[] } {
  const groups = data.populations.map((population, i) => groupOf(population, i, data, theme))
  const rows = groups.reduce((sum, group) => sum + group.rows, 0)
  const least = groups.length * 34 + groupGap * Math.max(0, groups.length - 1)
  const tall = height ?? Math.max(least, Math.min(520, Math.max(120, rows * 4)))
  const total = sum(groups, g => g.total)
  const plateaus = sum(groups, g => g.plateaus)
  const { shares, crowded } = layout(groups, Math.max(tall, least))
  const notes = [showing(groups, total)]
  if (crowded) notes.push(`density: a ${densityCell} px cell is darker the more spikes it holds, bursts on top`)
  if (plateaus > 0) notes.push(`${plateaus} plateau events not drawn`)
  const nameWidth = Math.max(
    0,
    ...groups.map(g => Math.max(textWidth(g.name, type.label, true), textWidth(g.about, type.tick))),
  )
  const gutter = Math.min(170, nameWidth + 18)
  const panel: Panel = {
    height: Math.max(tall, least),
    gutter,
    legend: legendOf(groups, theme),
    empty: total === 0 ? 'no events' : undefined,
    draw: (box, x) => {
      let svg = ''
      let y = box.y
      groups.forEach((group, i) => {
        const own = { x: box.x, y, width: box.width, height: shares[i] }
        svg += groupLabel(own, group, gutter, theme)
        svg += isCrowded(group, own.height) ? density(group, own, x, theme) : ticks(group, own, x, theme)
        y += shares[i] + groupGap
      })
      return svg
    },
  }
  return { panel, notes }
}

interface Group {
  name: string
  about: string
  colour: string
  marked: boolean
  rows: number
  units: number
  /** Spikes in the window: of all units, and those that are drawn. */
  total: number
  plateaus: number
  times: number[]
  sources: number[]
  burst: boolean[]
}

function groupOf(population: RasterPopulation, index: number, window: RasterData, theme: Theme): Group {
  const { name, size, times, sources, kinds: marks } = population
  checkPopulation(population)
  const rows = Math.min(size, population.show ?? size)
  const members = burstMembers(sources, marks, size)
  const group: Group = {
    name,
    about: rows < size ? `${rows} of ${size} units` : `${size} unit${size === 1 ? '' : 's'}`,
    colour: population.colour ?? seriesStyle(theme, index).colour,
    marked: hasBurstMarks(marks),
    rows,
    units: size,
    total: 0,
    plateaus: 0,
    times: [],
    sources: [],
    burst: [],
  }
  for (let i = 0; i < times.length; i++) {
    if (times[i] < window.from || times[i] > window.to) continue
    if (!isSpike(marks[i])) {
      group.plateaus++
      continue
    }
    group.total++
    if (sources[i] >= rows) continue
    group.times.push(times[i])
    group.sources.push(sources[i])
    group.burst.push(members[i] === 1)
  }
  return group
}

/** Throws `InputError` for a population that cannot be drawn as it stands. */
export function checkPopulation({ name, size, times, sources, kinds: marks, show }: RasterPopulation): void {
  if (!(Number.isInteger(size) && size >= 0))
    throw new InputError(`population "${name}" has ${size} units; a whole number is accepted`)
  if (show !== undefined && !(Number.isInteger(show) && show > 0)) {
    throw new InputError(`found ${show} units to show of population "${name}"; a whole number above zero is accepted`)
  }
  if (sources.length !== times.length || marks.length !== times.length) {
    throw new InputError(
      `population "${name}" has ${times.length} times, ${sources.length} sources and ${marks.length} kinds; ` +
        'equally many are accepted',
    )
  }
  for (let i = 0; i < times.length; i++) {
    if (!Number.isFinite(times[i]))
      throw new InputError(`population "${name}" has an event at ${times[i]} ms; finite times are accepted`)
    if (i > 0 && times[i] < times[i - 1]) {
      throw new InputError(
        `population "${name}" goes back from ${times[i - 1]} to ${times[i]} ms; ascending times are accepted`,
      )
    }
    if (sources[i] >= size)
      throw new InputError(`population "${name}" has an event of unit ${sources[i]}; units 0 to ${size - 1} are known`)
  }
}

const sum = (groups: readonly Group[], of: (group: Group) => number) => groups.reduce((s, g) => s + of(g), 0)

function showing(groups: readonly Group[], total: number): string {
  const drawn = sum(groups, g => g.times.length)
  return `showing ${drawn} of ${total} spikes, ${sum(groups, g => g.rows)} of ${sum(groups, g => g.units)} units`
}

/** Height of every group: by its rows, but enough for its label. */
function layout(groups: readonly Group[], height: number): { shares: number[]; crowded: boolean } {
  const free = height - groupGap * Math.max(0, groups.length - 1)
  const least = Math.min(34, free / Math.max(1, groups.length))
  const rest = free - least * groups.length
  const rows = Math.max(
    1,
    sum(groups, g => g.rows),
  )
  const shares = groups.map(group => least + (rest * group.rows) / rows)
  return { shares, crowded: groups.some((group, i) => isCrowded(group, shares[i])) }
}

function isCrowded(group: Group, height: number): boolean {
  return height / Math.max(1, group.rows) < densityCell || group.times.length > 20_000
}

function legendOf(groups: readonly Group[], theme: Theme): LegendEntry[] {
  const marked = groups.filter(group => group.marked)
  if (marked.length === 0) return []
  const name = marked.length > 1 ? 'spike of a burst (colour of its population)' : 'spike of a burst'
  return [
    { name: 'single spike', colour: theme.singlet, mark: 'tick' },
    { name, colour: marked[0].colour, mark: 'tick' },
  ]
}

function groupLabel(box: Box, group: Group, gutter: number, theme: Theme): string {
  const middle = box.y + box.height / 2
  const right = box.x - 12
  const name = shorten(group.name, type.label, gutter - 16, true)
  return (
    element('rect', { x: box.x - 7, y: box.y, width: 4, height: box.height, fill: group.colour }) +
    textLine(right, middle - 2, name, { size: type.label, fill: theme.ink, anchor: 'end', bold: true }) +
    textLine(right, middle + type.tick + 2, group.about, { size: type.tick, fill: theme.muted, anchor: 'end' })
  )
}

function ticks(group: Group, box: Box, x: Axis, theme: Theme): string {
  const pitch = box.height / Math.max(1, group.rows)
  const length = Math.min(14, pitch * 0.82)
  let single = ''
  let burst = ''
  for (let i = 0; i < group.times.length; i++) {
    const middle = box.y + box.height - (group.sources[i] + 0.5) * pitch
    const mark = `M${px(x.at(group.times[i]))},${px(middle - length / 2)}v${px(length)}`
    if (group.burst[i]) burst += mark
    else single += mark
  }
  const path = (name: string, d: string, stroke: string, thick: number) =>
    d === '' ? '' : element('path', { class: name, d, fill: 'none', stroke, 'stroke-width': thick })
  return (
    path('single', single, group.marked ? theme.singlet : group.colour, 1) + path('burst', burst, group.colour, 1.5)
  )
}

function density(group: Group, box: Box, x: Axis, theme: Theme): string {
  const columns = Math.max(1, Math.ceil(box.width / densityCell))
  const lines = Math.max(1, Math.floor(box.height / densityCell))
  const counts = [new Uint32Array(columns * lines), new Uint32Array(columns * lines)]
  let most = 1
  for (let i = 0; i < group.times.length; i++) {
    const column = Math.min(columns - 1, Math.floor((x.at(group.times[i]) - box.x) / densityCell))
    const line = lines - 1 - Math.floor((group.sources[i] * lines) / group.rows)
    const grid = counts[group.burst[i] ? 1 : 0]
    const n = ++grid[line * columns + column]
    if (n > most) most = n
  }
  const colour = group.marked ? theme.singlet : group.colour
  const height = box.height / lines
  const draw = (grid: Uint32Array, name: string, fill: string) => {
    const paths = new Array<string>(densityLevels).fill('')
    for (let line = 0; line < lines; line++) {
      for (let column = 0; column < columns; ) {
        const level = levelOf(grid[line * columns + column], most)
        let end = column + 1
        while (end < columns && levelOf(grid[line * columns + end], most) === level) end++
        if (level > 0) {
          const width = Math.min(box.width, end * densityCell) - column * densityCell
          const corner = `M${px(box.x + column * densityCell)},${px(box.y + line * height)}`
          paths[level - 1] += `${corner}h${px(width)}v${px(height)}h${px(-width)}z`
        }
        column = end
      }
    }
    return paths
      .map(
        (d, i) =>
          d && element('path', { class: name, d, fill, 'fill-opacity': 0.25 + (0.75 * (i + 1)) / densityLevels }),
      )
      .join('')
  }
  return draw(counts[0], 'single density', colour) + draw(counts[1], 'burst density', group.colour)
}

/** 0 for none; the square root keeps cells of one spike visible beside crowded ones. */
function levelOf(count: number, most: number): number {
  return Math.ceil(densityLevels * Math.sqrt(count / most))
}
