/**
 * The view as the part of the page's address after `#`, so that a link shows what its sender saw:
 *   from=0&to=3550&groups=pyramidal:rate:rows/0/200,reader:collapsed&isi=16&strips=rates:populations/e/i,bands&select=10/20,e:rows/0/8
 * Lists are divided by commas, what belongs to one item by colons, parts of that by slashes; names are percent-encoded, so that
 * they may hold any of these. Only what differs from a fresh view is written, but for the window. Times in ms.
 */
import type { BurstThreshold, RowOrder, Selection } from '../trace-service.ts'
import type { Group, Strip } from '../view.ts'

export interface ViewState {
  from?: number
  to?: number
  groups: Group[]
  threshold: BurstThreshold
  strips: Strip[]
  selection?: Selection
  overlay: boolean
  /** Only if somebody chose one. */
  theme?: 'light' | 'dark'
}

export function writeAddress(state: ViewState): string {
  const { from, to, groups, threshold, strips, selection, overlay, theme } = state
  const parts = [
    from !== undefined && `from=${from}`,
    to !== undefined && `to=${to}`,
    groups.length > 0 && `groups=${groups.map(writeGroup).join(',')}`,
    threshold !== 'recorded' && `isi=${threshold}`,
    // none is said too: a trace opens with strips of its own
    `strips=${strips.length > 0 ? strips.map(writeStrip).join(',') : 'none'}`,
    selection && `select=${[`${selection.from}/${selection.to}`, ...selection.rows.map(writeRows)].join(',')}`,
    !overlay && 'overlay=no',
    theme && `theme=${theme}`,
  ]
  return parts.filter((part) => part !== false && part !== undefined).join('&')
}

/** What an address says, and in sentences what of it could not be understood. */
export function readAddress(text: string): { state: Partial<ViewState>; problems: string[] } {
  const state: Partial<ViewState> = {}
  const problems: string[] = []
  for (const part of text.replace(/^#/, '').split('&').filter(Boolean)) {
    const [key, value] = [part.replace(/=.*$/s, ''), part.includes('=') ? part.replace(/^[^=]*=/s, '') : '']
    const read = readers[key]
    try {
      if (!read) throw new Error(`"${key}" is not known; known are ${Object.keys(readers).join(', ')}`)
      read(value, state)
    } catch (error) {
      problems.push(`the link's part ${part.slice(0, 80)}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return { state, problems }
}

const readers: Record<string, (value: string, state: Partial<ViewState>) => void> = {
  from: (value, state) => {
    state.from = number(value)
  },
  to: (value, state) => {
    state.to = number(value)
  },
  groups: (value, state) => {
    state.groups = items(value).map(readGroup)
  },
  isi: (value, state) => {
    if (value !== 'recorded' && !(number(value) > 0)) throw new Error('an interval above 0 ms is needed, or "recorded"')
    state.threshold = value === 'recorded' ? value : number(value)
  },
  strips: (value, state) => {
    state.strips = value === 'none' ? [] : items(value).map(readStrip)
  },
  select: (value, state) => {
    const [window, ...rows] = items(value)
    const [from, to] = window.split('/').map(number)
    if (!(from < to)) throw new Error('a selection that ends after it begins is needed')
    state.selection = { from, to, rows: rows.map(readRows) }
  },
  overlay: (value, state) => {
    state.overlay = oneOf(value, ['yes', 'no']) === 'yes'
  },
  theme: (value, state) => {
    state.theme = oneOf(value, ['light', 'dark'] as const)
  },
}

// ---- groups ----

function writeGroup({ population, collapsed, hidden, order, rows }: Group): string {
  return [encode(population), collapsed && 'collapsed', hidden && 'hidden', ...writeOrder(order), rows && `rows/${rows[0]}/${rows[1]}`].filter(Boolean).join(':')
}

function readGroup(text: string): Group {
  const [name, ...marks] = text.split(':')
  const group: Group = { population: decode(name), collapsed: false, hidden: false, order: { by: 'id' } }
  for (const mark of marks) {
    if (mark === 'collapsed') group.collapsed = true
    else if (mark === 'hidden') group.hidden = true
    else if (mark.startsWith('rows/')) group.rows = span(mark)
    else group.order = readOrder(mark)
  }
  return group
}

function writeRows({ population, first, last, order }: Selection['rows'][number]): string {
  return [encode(population), ...writeOrder(order), `rows/${first}/${last}`].join(':')
}

function readRows(text: string): Selection['rows'][number] {
  const { population, order, rows } = readGroup(text)
  if (!rows) throw new Error('rows/first/last is needed')
  return { population, order, first: rows[0], last: rows[1] }
}

function writeOrder(order: RowOrder): string[] {
  if (order.by === 'id') return []
  return [order.by === 'variable' ? ['by', encode(order.samples), encode(order.variable), order.at].join('/') : order.by]
}

function readOrder(text: string): RowOrder {
  const [by, samples, variable, at] = text.split('/')
  if (by === 'by' && at !== undefined) return { by: 'variable', samples: decode(samples), variable: decode(variable), at: number(at) }
  return { by: oneOf(text, ['rate', 'first_spike']) }
}

function span(text: string): [number, number] {
  const [, first, last] = text.split('/').map((part, i) => (i === 0 ? 0 : number(part)))
  if (!(first < last)) throw new Error('rows that end after they begin are needed')
  return [first, last]
}

// ---- strips ----

type FieldKind = 'text' | 'texts' | 'number' | 'numbers' | 'flag'

/** The fields of strips (view.ts) and what they hold. */
const fields: Record<string, FieldKind> = {
  populations: 'texts',
  population: 'text',
  show: 'text',
  input: 'text',
  samples: 'text',
  variables: 'texts',
  columns: 'numbers',
  projection: 'text',
  bin: 'number',
  log: 'flag',
}

/** The fields that each kind cannot be without. */
const needed: Record<Strip['kind'], string[]> = {
  rates: ['populations'],
  code: ['population', 'show'],
  samples: ['samples', 'variables', 'columns'],
  weights: ['projection'],
  bands: [],
}

function writeStrip(strip: Strip): string {
  const given = Object.entries(strip).filter(([name, value]) => name in fields && value !== undefined && value !== false)
  return [strip.kind, ...given.map(([name, value]) => [name, ...[value === true ? [] : value].flat().map((v) => encode(String(v)))].join('/'))].join(':')
}

function readStrip(text: string): Strip {
  const [kind, ...rest] = text.split(':')
  const strip: Record<string, unknown> = { kind: oneOf(kind, Object.keys(needed)) }
  for (const field of rest) {
    const [name, ...values] = field.split('/')
    if (!(name in fields)) throw new Error(`strips have no "${name}"`)
    strip[name] = fieldValue(fields[name], values.map(decode))
  }
  const missing = needed[kind as Strip['kind']].filter((name) => !(name in strip))
  if (missing.length > 0) throw new Error(`a strip of kind ${kind} needs ${missing.join(' and ')}`)
  if (kind === 'code') oneOf(String(strip.show), ['event_rate', 'burst_rate', 'burst_probability'])
  return strip as unknown as Strip
}

function fieldValue(kind: FieldKind, values: string[]): unknown {
  if (kind === 'flag') return true
  if (kind === 'texts') return values
  if (kind === 'numbers') return values.map(number)
  return kind === 'number' ? number(values[0]) : values[0]
}

// ---- texts ----

const items = (value: string) => value.split(',')

/** As encodeURIComponent, which leaves none of our dividers as they are. */
const encode = encodeURIComponent

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error(`"${text}" is not percent-encoded as an address should be`)
  }
}

function number(text: string | undefined): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw new Error(`found "${text ?? ''}"; a number is needed`)
  return value
}

function oneOf<Word extends string>(text: string, words: readonly Word[]): Word {
  const word = words.find((w) => w === text)
  if (word === undefined) throw new Error(`found "${text}"; ${words.join(', ')} are known`)
  return word
}
