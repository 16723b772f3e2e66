/**
 * A target raster above the raster that was learned, on the same axes: a dot a spike, unit 0 lowest. Times in ms; `shift`
 * is taken off the times of the output. Throws `InputError` as the raster does, and where the two differ in size.
 */
import { InputError } from '../engine/errors.ts'
import { timeAxis } from './axes.ts'
import { isSpike } from './burst-members.ts'
import { dotsPath } from './dots.ts'
import type { FigureOptions } from './page.ts'
import { checkPopulation, type RasterPopulation } from './raster.ts'
import { type Panel, stack } from './stack.ts'
import { seriesStyle } from './theme.ts'

export interface ComparisonData {
  target: RasterPopulation
  output: RasterPopulation
  /** Window, ms. */
  from: number
  to: number
  /** ms by which the output is later; 0 unless said. */
  shift?: number
}

/** px a unit, as long as the panel is neither flat nor tall. */
const pitch = 2.2

export function comparisonFigure(data: ComparisonData, options: FigureOptions): string {
  const { target, output, from, to, shift = 0 } = data
  for (const population of [target, output]) checkPopulation(population)
  if (target.size !== output.size) {
    throw new InputError(`found a target of ${target.size} units and an output of ${output.size}; as many are needed`)
  }
  if (!Number.isFinite(shift)) throw new InputError(`found a shift of ${shift} ms; a finite number is needed`)
  const notes = shift === 0 ? [] : [`output drawn ${shift} ms earlier than it fired`]
  return stack(options, timeAxis(from, to), (theme) => ({
    panels: [
      rasterOf('target', target, 0, data, theme.singlet),
      rasterOf('output', output, shift, data, seriesStyle(theme, 0).colour),
    ],
    notes,
  }))
}

function rasterOf(role: string, population: RasterPopulation, shift: number, window: ComparisonData, colour: string): Panel {
  const { name, size, times, sources, kinds, show } = population
  const rows = Math.min(size, show ?? size)
  const seen: number[] = []
  let all = 0
  for (let i = 0; i < times.length; i++) {
    if (!isSpike(kinds[i]) || times[i] - shift < window.from || times[i] - shift > window.to) continue
    all++
    if (sources[i] < rows) seen.push(i)
  }
  const height = Math.min(460, Math.max(110, rows * pitch))
  const diameter = Math.min(4, Math.max(2.3, (height / rows) * 0.9))
  const part = rows < size ? `${rows} of ` : ''
  return {
    title: role,
    facts: `${name}: ${part}${size} unit${size === 1 ? '' : 's'}, ${all} spike${all === 1 ? '' : 's'}`,
    height,
    y: { label: 'unit', domain: [-0.5, rows - 0.5], ...(rows < 10 && { count: rows }) },
    empty: all === 0 ? 'no events' : undefined,
    draw: (_, x, y) => dotsPath(seen.map((i) => [x.at(times[i] - shift), y.at(sources[i])]), { class: role, colour, diameter }),
  }
}
