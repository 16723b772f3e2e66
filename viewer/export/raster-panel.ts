/**
 * The raster as a panel of an exported figure: every spike a line where they are few, else the worker's image; groups, rows and colours
 * as the page has them. Times in ms.
 */
import { burstTolerance } from '../../analysis/index.ts'
import { kinds } from '../../engine/description.ts'
import type { Axis, Box, LegendEntry } from '../../figures/axes.ts'
import { burstMembers, isSpike } from '../../figures/burst-members.ts'
import type { Panel } from '../../figures/stack.ts'
import { element, px, shorten, textLine } from '../../figures/svg.ts'
import { type Theme, type } from '../../figures/theme.ts'
import type { BurstThreshold, Colour, SelectedEvents } from '../trace-service.ts'

/** A group of rows; `top` and `height` are shares of the raster's height. */
export interface ExportedGroup {
  population: string
  /** `1,000 units`. */
  about: string
  size: number
  first: number
  last: number
  top: number
  height: number
  mark: string
  singlet: Colour
  burst: Colour
}

/** Of one group; `ranks` of the units in its order. */
export interface ExportedSpikes extends Omit<SelectedEvents, 'units' | 'population'> {
  units: ArrayLike<number>
  ranks: ArrayLike<number>
}

export interface ExportedRaster {
  height: number
  groups: readonly ExportedGroup[]
  threshold: BurstThreshold
  /** An image of the whole raster, or the spikes of each group. */
  content: { image: string } | { spikes: readonly ExportedSpikes[] }
  empty: boolean
}

const gutter = 130

export function rasterPanel({ height, groups, threshold, content, empty }: ExportedRaster): Panel {
  return {
    title: 'Spikes',
    height,
    gutter,
    legend: legendOf(groups),
    empty: empty ? 'no spikes' : undefined,
    draw: (box, x, _, theme) => {
      const labels = groups.map((group) => label(group, box, theme)).join('')
      if ('image' in content) {
        return labels + element('image', { href: content.image, x: box.x, y: box.y, width: box.width, height: box.height, preserveAspectRatio: 'none' })
      }
      return labels + groups.map((group, i) => ticks(group, content.spikes[i], threshold, box, x)).join('')
    },
  }
}

const css = (colour: Colour) => `#${colour.map((v) => v.toString(16).padStart(2, '0')).join('')}`

function legendOf(groups: readonly ExportedGroup[]): LegendEntry[] {
  const told = groups.find(({ singlet, burst }) => css(singlet) !== css(burst))
  if (!told) return []
  return [
    { name: 'single spike', colour: css(told.singlet), mark: 'tick' },
    { name: 'spike of a burst', colour: css(told.burst), mark: 'tick' },
  ]
}

function label({ population, about, top, height, mark }: ExportedGroup, box: Box, theme: Theme): string {
  const [y, tall] = [box.y + top * box.height, height * box.height]
  const middle = y + tall / 2
  const two = tall >= 32
  const name = textLine(box.x - 12, two ? middle - 2 : middle + type.label * 0.36, shorten(population, type.label, gutter - 16, true), { size: type.label, fill: theme.ink, anchor: 'end', bold: true })
  const second = two ? textLine(box.x - 12, middle + type.tick + 2, shorten(about, type.tick, gutter - 16), { size: type.tick, fill: theme.muted, anchor: 'end' }) : ''
  return element('rect', { x: box.x - 7, y, width: 4, height: tall, fill: mark }) + name + second
}

/** Events may reach beyond the window, so that bursts at its ends are told. */
function ticks(group: ExportedGroup, { times, units, ranks, kinds: marks }: ExportedSpikes, threshold: BurstThreshold, box: Box, x: Axis): string {
  const { first, last, top, height, size } = group
  const pitch = (height * box.height) / (last - first)
  const length = Math.max(2, Math.min(14, pitch * 0.82))
  const bottom = box.y + (top + height) * box.height
  const members = burstMembers(Uint32Array.from(units), threshold === 'recorded' ? marks : markedBy(threshold, times, units, marks, size), size)
  const [from, to] = x.domain
  let [single, burst] = ['', '']
  for (let i = 0; i < times.length; i++) {
    if (!isSpike(marks[i]) || times[i] < from || times[i] >= to || ranks[i] + 0.5 < first || ranks[i] + 0.5 >= last) continue
    const middle = bottom - (ranks[i] + 0.5 - first) * pitch
    const line = `M${px(x.at(times[i]))},${px(middle - length / 2)}v${px(length)}`
    if (members[i]) burst += line
    else single += line
  }
  const path = (name: string, d: string, colour: Colour) => (d === '' ? '' : element('path', { class: name, d, fill: 'none', stroke: css(colour), 'stroke-width': 1.2 }))
  return path('single', single, group.singlet) + path('burst', burst, group.burst)
}

/** Kinds as a detector by inter-spike intervals would have marked them. */
export function markedBy(threshold: number, times: Float64Array, units: ArrayLike<number>, marks: Uint8Array, size: number): Uint8Array {
  const last = new Float64Array(size).fill(Number.NEGATIVE_INFINITY)
  const inRun = new Uint32Array(size)
  return marks.map((mark, i) => {
    if (!isSpike(mark)) return mark
    const unit = units[i]
    const opens = times[i] - last[unit] > threshold + burstTolerance
    inRun[unit] = opens ? 1 : inRun[unit] + 1
    last[unit] = times[i]
    return kinds.spike | (opens ? kinds.onset : inRun[unit] === 2 ? kinds.burst : 0)
  })
}
