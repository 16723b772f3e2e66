/**
 * Small pictures of a run in characters, for a terminal: a raster in braille (two by four dots a character) and a strip
 * of rates in block characters.   Times in ms, rates in Hz. Throws `InputError` as the raster figure does.
 */
import { InputError } from '../engine/errors.ts'
import { axis, timeAxis } from './axes.ts'
import { isSpike } from './burst-members.ts'
import { checkColumns, extent } from './lines.ts'
import { checkPopulation, type RasterData } from './raster.ts'
import type { RatesData } from './rates.ts'

export interface TerminalSize {
  /** Characters across, 100 unless said. */
  columns?: number
  /** Lines of braille, shared by the populations, each having at least one; 20 unless said. */
  rows?: number
}

/**
 * A title line a population, its spikes as dots (unit 0 lowest), the time axis beneath. A dot is one or more spikes of one
 * unit: where there are more units than lines of dots, the first are shown and the title says how many.
 */
export function terminalRaster(data: RasterData, size: TerminalSize = {}): string {
  const columns = checkSize('columns', size.columns ?? 100, 20)
  const rows = checkSize('rows', size.rows ?? 20, 1)
  const { from, to } = data
  const lines: string[] = []
  const beneath = timeLines(from, to, columns)
  const units = data.populations.reduce((sum, population) => sum + population.size, 0)
  let before = 0
  let spikes = 0
  for (const population of data.populations) {
    checkPopulation(population)
    const { name, size: n, times, sources, kinds } = population
    // Ends are rounded, not heights, so that the lines add up.
    const line = (unit: number) => Math.round((rows * unit) / Math.max(1, units))
    const own = Math.max(1, line(before + n) - line(before))
    before += n
    const shown = Math.min(n, own * 4)
    const dots = new Uint8Array(columns * own)
    let count = 0
    let drawn = 0
    for (let i = 0; i < times.length; i++) {
      if (times[i] < from || times[i] > to || !isSpike(kinds[i])) continue
      count++
      if (sources[i] >= shown) continue
      drawn++
      const x = Math.min(columns * 2 - 1, Math.floor(((times[i] - from) / (to - from)) * columns * 2))
      const y = own * 4 - 1 - Math.floor((sources[i] * own * 4) / shown)
      dots[(y >> 2) * columns + (x >> 1)] |= brailleBit[y & 3][x & 1]
    }
    spikes += count
    const some = (part: number, all: number, word: string) => `${part < all ? `${part} of ` : ''}${all} ${word}${all === 1 ? '' : 's'}`
    lines.push(titleLine(`${name}: ${some(shown, n, 'unit')}, ${some(drawn, count, 'spike')}`, columns))
    for (let row = 0; row < own; row++) {
      lines.push(Array.from(dots.subarray(row * columns, (row + 1) * columns), braille).join(''))
    }
  }
  if (spikes === 0) lines.push('no events')
  return [...lines, ...beneath].join('\n')
}

/**
 * A line of blocks a population, as high as its rate is part of its own peak, which the title gives; blank where there
 * is no value.
 */
export function terminalRates(data: RatesData, size: Pick<TerminalSize, 'columns'> = {}): string {
  const columns = checkSize('columns', size.columns ?? 100, 20)
  const beneath = timeLines(data.from, data.to, columns)
  const lines: string[] = []
  for (const { name, times, rates } of data.populations) {
    checkColumns(name, times, rates)
    const range = extent([{ x: times, y: rates }], [data.from, data.to])
    if (range && range[0] < 0)
      throw new InputError(`population "${name}" has a rate of ${range[0]} Hz; zero or more is accepted`)
    const peak = range ? range[1] : 0
    lines.push(titleLine(range ? `${name}: up to ${Number(peak.toPrecision(3))} Hz` : `${name}: no events`, columns))
    const means = columnMeans(times, rates, data.from, data.to, columns)
    lines.push(Array.from(means, v => block(v, peak)).join(''))
  }
  if (data.populations.length === 0) lines.push('no events')
  return [...lines, ...beneath].join('\n')
}

/**
 * A curve in one line of `columns` blocks, from zero (or the smallest value below) to its largest value; values that share
 * a column are averaged, a column before the first or after the last is blank.
 */
export function sparkline(times: ArrayLike<number>, values: ArrayLike<number>, from: number, to: number, columns: number): string {
  checkSize('columns', columns, 1)
  checkColumns('the curve', times, values)
  const [low, high] = extent([{ x: times, y: values }], [from, to]) ?? [0, 0]
  const least = Math.min(0, low)
  return Array.from(columnMeans(times, values, from, to, columns), (v) => block(v - least, high - least)).join('')
}

/** Dot of line y, column x in a braille character. */
const brailleBit = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
]
const braille = (bits: number) => String.fromCharCode(0x2800 + bits)

function checkSize(what: string, n: number, least: number): number {
  if (!(Number.isInteger(n) && n >= least && n <= 1000)) {
    throw new InputError(`found ${n} ${what} for a picture in the terminal; ${least} to 1000 are accepted`)
  }
  return n
}

function titleLine(text: string, columns: number): string {
  const room = columns - 4
  const letters = [...text]
  const shown = letters.length > room ? `${letters.slice(0, room - 1).join('')}…` : text
  return `─ ${shown} ${'─'.repeat(Math.max(0, columns - 3 - [...shown].length))}`
}

/** Axis with ticks, numbers beneath; the unit stands after the last number. */
function timeLines(from: number, to: number, columns: number): string[] {
  const spec = timeAxis(from, to)
  const time = axis({ ...spec, count: Math.max(2, Math.floor(columns / 16)) }, 0, columns - 1)
  const rule = new Array<string>(columns).fill('─')
  const numbers = new Array<string>(columns).fill(' ')
  const unit = spec.label.includes('(s)') ? 's' : 'ms'
  let used = 0
  time.ticks.forEach((tick, i) => {
    const at = Math.round(time.at(tick.value))
    rule[at] = '┴'
    const text = i === time.ticks.length - 1 ? `${tick.label} ${unit}` : tick.label
    const start = Math.max(0, Math.min(columns - text.length, at - Math.floor(tick.label.length / 2)))
    if (start < used) return
    for (const [j, c] of [...text].entries()) numbers[start + j] = c
    used = start + text.length + 1
  })
  return [rule.join(''), numbers.join('').trimEnd()]
}

/**
 * Mean of the values whose time falls into each column; a column without any, between two samples, repeats the one
 * before.
 */
function columnMeans(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  from: number,
  to: number,
  columns: number,
): Float64Array {
  const sums = new Float64Array(columns)
  const counts = new Uint32Array(columns)
  const means = new Float64Array(columns).fill(Number.NaN)
  const sampled = new Uint8Array(columns)
  for (let i = 0; i < times.length; i++) {
    if (times[i] < from || times[i] > to) continue
    const column = Math.min(columns - 1, Math.floor(((times[i] - from) / (to - from)) * columns))
    sampled[column] = 1
    if (Number.isNaN(values[i])) continue
    sums[column] += values[i]
    counts[column]++
  }
  let before = Number.NaN
  const end = sampled.lastIndexOf(1)
  for (let c = 0; c <= end; c++) {
    if (sampled[c]) before = counts[c] > 0 ? sums[c] / counts[c] : Number.NaN
    means[c] = before
  }
  return means
}

function block(value: number, peak: number): string {
  if (Number.isNaN(value)) return ' '
  const level = peak > 0 ? Math.ceil((value / peak) * 8) : 0
  return '▁▂▃▄▅▆▇█'[Math.min(7, Math.max(0, level - 1))]
}
