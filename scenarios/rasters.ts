/** Files of numbers beside a scenario: lists of spikes (.ras, .csv) and samples of a current (.csv). */
import type { SpikeList } from '../engine/description.ts'
import { InputError } from '../engine/errors.ts'
import { parseQuantity } from '../engine/units.ts'
import { extension } from './paths.ts'

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

interface Field {
  text: string
  column: number
}
interface Line {
  line: number
  fields: Field[]
}

/** Spikes in the format that the name ends in; units are below `size`. Throws `InputError` with line and column. */
export function parseSpikes(text: string, file: string, size = Infinity): SpikeList {
  return listOf(spikeRows(text, file), file, size)
}

/** Auryn's raster: "time_in_seconds id" a line, unsorted, `#` starts a comment. */
export function parseRas(text: string, file?: string, size = Infinity): SpikeList {
  return listOf(rasRows(text, file), file, size)
}

/** A table with the header time_ms,unit. */
export function parseSpikeCsv(text: string, file?: string, size = Infinity): SpikeList {
  return listOf(csvRows(text, file), file, size)
}

/** What a file of spikes in a frame has to be, and may be because the scenario says so. */
export interface PatternRules {
  size: number
  /** ms; spikes are before. */
  every: number
  /** Number in the file of unit 0. */
  firstUnit: number
  /** Spikes need not be sorted by time. */
  unsorted: boolean
  /** Spikes of other units are left out. */
  outside: boolean
  /** Spikes at or after `every` are left out. */
  late: boolean
}

/** Spikes of a frame, as they stand in the file, and how many were left out. Throws `InputError` with line and column. */
export function parsePattern(
  text: string,
  file: string,
  rules: PatternRules,
): { spikes: SpikeList; dropped: { outside: number; late: number } } {
  const { size, every, firstUnit } = rules
  const spikes: SpikeList = { times: [], units: [] }
  const dropped = { outside: 0, late: 0 }
  const lines = new Map<string, number>()
  let before: SpikeRow | undefined
  for (const row of spikeRows(text, file)) {
    const { line, time, ms } = row
    const id = unitOf(row.unit, Infinity, file, line)
    const unit = id - firstUnit
    if (before && ms < before.ms && !rules.unsorted) {
      const reason = `found ${time.text} after ${before.time.text}; times that ascend, or "unsorted: accept", are needed`
      fail(file, line, time, reason)
    }
    before = row
    if (unit < 0 || unit >= size) {
      const range = `a unit from ${firstUnit} to ${firstUnit + size - 1}, or "outside: drop",`
      if (!rules.outside) fail(file, line, row.unit, `found "${row.unit.text}"; ${range} is needed`)
      dropped.outside++
      continue
    }
    if (ms >= every) {
      const reason = `found ${time.text}; a time before the end of the frame at ${every} ms, or "late: drop", is needed`
      if (!rules.late) fail(file, line, time, reason)
      dropped.late++
      continue
    }
    const spike = `${ms} ${unit}`
    const first = lines.get(spike)
    if (first !== undefined) {
      fail(file, line, time, `found the spike of line ${first} again; every spike is needed once`)
    }
    lines.set(spike, line)
    spikes.times.push(ms)
    spikes.units.push(unit)
  }
  return { spikes, dropped }
}

interface SpikeRow {
  line: number
  time: Field
  ms: number
  unit: Field
}

function spikeRows(text: string, file: string): Iterable<SpikeRow> {
  const ending = extension(file)
  if (ending === '.ras') return rasRows(text, file)
  if (ending === '.csv') return csvRows(text, file)
  throw new InputError(`found the file "${file}"; a file that ends in .ras or .csv is needed`)
}

function* rasRows(text: string, file?: string): Iterable<SpikeRow> {
  for (const { line, fields } of linesOf(text, 'blanks')) {
    const [time, unit] = fields
    if (fields.length !== 2) fail(file, line, time, `found ${fields.length} fields; "time_in_seconds id" is needed`)
    yield { line, time, ms: timeOf(time, 's', file, line), unit }
  }
}

function* csvRows(text: string, file?: string): Iterable<SpikeRow> {
  for (const { line, fields } of rowsOf(text, ['time_ms', 'unit'], file)) {
    const [time, unit] = fields
    yield { line, time, ms: timeOf(time, 'ms', file, line), unit }
  }
}

function listOf(rows: Iterable<SpikeRow>, file: string | undefined, size: number): SpikeList {
  const spikes: SpikeList = { times: [], units: [] }
  for (const { line, ms, unit } of rows) {
    spikes.times.push(ms)
    spikes.units.push(unitOf(unit, size, file, line))
  }
  return spikes
}

/** A table with the header time_ms,value: times strictly ascending; values are in `unit` and become the engine's. */
export function parseSamplesCsv(text: string, unit: string, file?: string): { times: number[]; values: number[] } {
  const samples: { times: number[]; values: number[] } = { times: [], values: [] }
  for (const { line, fields } of rowsOf(text, ['time_ms', 'value'], file)) {
    const time = timeOf(fields[0], 'ms', file, line)
    const before = samples.times.at(-1)
    if (before !== undefined && time <= before) {
      fail(file, line, fields[0], `found ${fields[0].text} after ${before}; times must ascend`)
    }
    samples.times.push(time)
    samples.values.push(numberOf(fields[1], unit, file, line))
  }
  if (samples.times.length === 0) fail(file, 1, undefined, 'found no samples; at least one row is needed')
  return samples
}

/** Rows under a header that must be the one expected. */
function rowsOf(text: string, header: string[], file?: string): Line[] {
  const [first, ...rows] = linesOf(text, 'commas')
  const found = first?.fields.map((field) => field.text).join(',')
  if (found !== header.join(',')) {
    fail(
      file,
      first?.line ?? 1,
      undefined,
      `found ${first ? `"${found}"` : 'nothing'}; the header "${header.join(',')}" is needed`,
    )
  }
  for (const { line, fields } of rows) {
    if (fields.length !== header.length) {
      fail(file, line, fields[0], `found ${fields.length} fields; ${header.length} are needed: ${header.join(',')}`)
    }
  }
  return rows
}

/** The lines that are neither empty nor comments, cut into fields with their columns: at blanks, or at every comma. */
function linesOf(text: string, cut: 'blanks' | 'commas'): Line[] {
  const lines: Line[] = []
  for (const [i, whole] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const content = whole.split('#', 1)[0].trimEnd()
    if (content.trim() === '') continue
    const pattern = cut === 'blanks' ? /\S+/g : /(?<=^|,)[^,]*/g
    const fields = [...content.matchAll(pattern)].map(([part], n, all): Field => {
      const lead = part.length - part.trimStart().length
      return { text: part.trim(), column: all[n].index + lead + 1 }
    })
    lines.push({ line: i + 1, fields })
  }
  return lines
}

function timeOf(field: Field, unit: string, file: string | undefined, line: number): number {
  const time = numberOf(field, unit, file, line)
  if (time < 0) fail(file, line, field, `found the time ${field.text}; zero or more is needed`)
  return time
}

function unitOf(field: Field, size: number, file: string | undefined, line: number): number {
  const what = Number.isFinite(size) ? `a unit from 0 to ${size - 1}` : 'a unit, counted from 0,'
  if (!/^\d+$/.test(field.text) || Number(field.text) >= size || !Number.isSafeInteger(Number(field.text))) {
    fail(file, line, field, `found "${field.text}"; ${what} is needed`)
  }
  return Number(field.text)
}

/** Through the text, so that 0.1 s is exactly 100 ms. */
function numberOf(field: Field, unit: string, file: string | undefined, line: number): number {
  if (!number.test(field.text)) fail(file, line, field, `found "${field.text}"; a number is needed`)
  try {
    return parseQuantity(`${field.text} ${unit}`).value
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return fail(file, line, field, `found ${field.text}; a finite number is needed`)
  }
}

function fail(file: string | undefined, line: number, field: Field | undefined, reason: string): never {
  const place = { line, column: field?.column ?? 1 }
  throw new InputError(reason, [], file === undefined ? place : { file, ...place })
}
