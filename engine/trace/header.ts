/**
 * What a trace says about the run it came from: the scenario and the names and sizes that its chunks refer to. It holds
 * no path, host, thread count or wall time, so that the same run gives the same bytes anywhere.
 */
import bin from 'typed-binary'
import { InputError, unknown } from '../errors.ts'
import { u32Limit } from './columns.ts'

export interface TracePopulation {
  name: string
  size: number
  model: string
  regime: string
  /** False if the events of this population are not kept; true if not said. */
  events?: boolean
}

export interface TraceSamples {
  name: string
  population: string
  variables: string[]
  /** Units of the population, in the order in which their values are stored; none if one value stands for several of them. */
  units: number[]
  /** Of each variable only the mean over units is kept; of which units, the scenario says. */
  reduce?: 'mean'
  /** ms; of a block of trials, whose samples come when it reports, the step of the grid that their times lie on */
  every: number
}

export interface TraceWeights {
  name: string
  from: string
  to: string
  /** Number of units a source index (0 ... sources - 1) may name. */
  sources: number
  targets: number
}

export interface TraceHeader {
  /** Canonical JSON text of the scenario. */
  scenario: string
  title: string
  seed: number
  /** ms */
  dt: number
  /** Of sampled values and weights; times are always f64. */
  precision: 'f32' | 'f64'
  resultsVersion: string
  populations: TracePopulation[]
  samples: TraceSamples[]
  weights: TraceWeights[]
}

// typed-binary has no 64-bit scalars
const f64 = bin.f64Array(1)

const schema = bin.object({
  scenario: bin.string,
  title: bin.string,
  seed: f64,
  dt: f64,
  precision: bin.string,
  resultsVersion: bin.string,
  populations: bin.dynamicArrayOf(
    bin.object({ name: bin.string, size: bin.u32, model: bin.string, regime: bin.string, events: bin.bool }),
  ),
  samples: bin.dynamicArrayOf(
    bin.object({
      name: bin.string,
      population: bin.string,
      variables: bin.dynamicArrayOf(bin.string),
      units: bin.dynamicArrayOf(bin.u32),
      every: f64,
    }),
  ),
  weights: bin.dynamicArrayOf(
    bin.object({ name: bin.string, from: bin.string, to: bin.string, sources: bin.u32, targets: bin.u32 }),
  ),
})

/** The header as bytes. Throws `InputError` if it contradicts itself or holds what the format cannot. */
export function encodeHeader(header: TraceHeader): Uint8Array {
  checkHeader(header)
  const value = {
    ...header,
    seed: Float64Array.of(header.seed),
    dt: Float64Array.of(header.dt),
    populations: header.populations.map((p) => ({ ...p, events: p.events ?? true })),
    samples: header.samples.map((s) => ({ ...s, every: Float64Array.of(s.every) })),
  }
  const bytes = new Uint8Array(schema.measure(value).size)
  schema.write(new bin.BufferWriter(bytes.buffer, { endianness: 'little' }), value)
  return bytes
}

/** The header in `payload`, which must hold nothing else but padding. Throws `InputError`. */
export function decodeHeader(payload: Uint8Array): TraceHeader {
  const reader = new bin.BufferReader(payload.slice().buffer, { endianness: 'little' })
  let read: ReturnType<typeof schema.read>
  try {
    read = schema.read(reader)
  } catch {
    // typed-binary leaves the buffer with a RangeError, or TextDecoder refuses the text
    throw new InputError('the header of this trace cannot be read; its lengths or texts are malformed')
  }
  if (payload.length - reader.currentByteOffset < 0 || payload.length - reader.currentByteOffset >= 8) {
    throw new InputError(
      `the header of this trace holds ${payload.length} bytes; its contents take ${reader.currentByteOffset}`,
    )
  }
  const header: TraceHeader = {
    ...read,
    seed: read.seed[0],
    dt: read.dt[0],
    precision: read.precision as 'f32' | 'f64',
    samples: read.samples.map((s) => ({ ...s, every: s.every[0], ...(s.units.length === 0 && { reduce: 'mean' as const }) })),
  }
  checkHeader(header)
  return header
}

function checkHeader(header: TraceHeader): void {
  checkText(header.scenario, 'scenario')
  checkText(header.title, 'title')
  checkText(header.resultsVersion, 'resultsVersion')
  if (!Number.isFinite(header.seed)) throw new InputError(`found ${header.seed}; a finite number is needed`, ['seed'])
  checkPositive(header.dt, 'dt')
  if (header.precision !== 'f32' && header.precision !== 'f64') {
    throw new InputError(`found ${JSON.stringify(header.precision)}; f32 or f64 is needed`, ['precision'])
  }
  checkNames(header.populations, 'populations')
  checkNames(header.samples, 'samples')
  checkNames(header.weights, 'weights')
  const sizes = new Map(header.populations.map((p) => [p.name, p.size]))
  const known = (name: string, ...path: (string | number)[]): void => {
    if (!sizes.has(name)) throw new InputError(unknown('population', name, sizes.keys()), path)
  }
  for (const [i, p] of header.populations.entries()) {
    checkText(p.model, 'populations', i, 'model')
    checkText(p.regime, 'populations', i, 'regime')
    checkCount(p.size, u32Limit, 'populations', i, 'size')
  }
  for (const [i, s] of header.samples.entries()) {
    known(s.population, 'samples', i, 'population')
    checkPositive(s.every, 'samples', i, 'every')
    // in the bytes, it is the empty list that says so
    if ((s.units.length === 0) !== (s.reduce === 'mean')) {
      throw new InputError(`found ${s.units.length} units; one or more are needed, and none where the mean is kept`, ['samples', i, 'units'])
    }
    for (const [j, variable] of s.variables.entries()) {
      checkText(variable, 'samples', i, 'variables', j)
      if (s.variables.indexOf(variable) !== j) {
        throw new InputError(`found "${variable}" twice; every variable is kept once`, ['samples', i, 'variables', j])
      }
    }
    const size = sizes.get(s.population) as number
    for (const [j, unit] of s.units.entries()) checkCount(unit, size, 'samples', i, 'units', j)
  }
  for (const [i, w] of header.weights.entries()) {
    known(w.from, 'weights', i, 'from')
    known(w.to, 'weights', i, 'to')
    checkCount(w.sources, u32Limit, 'weights', i, 'sources')
    checkCount(w.targets, u32Limit, 'weights', i, 'targets')
  }
}

function checkNames(items: readonly { name: string }[], list: string): void {
  const seen = new Set<string>()
  for (const [i, { name }] of items.entries()) {
    checkText(name, list, i, 'name')
    if (seen.has(name)) throw new InputError(`found the name "${name}" twice; names are needed once`, [list, i, 'name'])
    seen.add(name)
  }
}

/** Texts end with a NUL in the file, and what UTF-8 or its decoder would change is refused rather than changed. */
function checkText(text: string, ...path: (string | number)[]): void {
  if (typeof text !== 'string') throw new InputError(`found ${text}; a text is needed`, path)
  if (text.includes('\0') || text.startsWith('\uFEFF') || /\p{Surrogate}/u.test(text)) {
    throw new InputError('found a NUL, a lone surrogate or a byte order mark; plain text is needed', path)
  }
}

function checkCount(value: number, below: number, ...path: (string | number)[]): void {
  if (Number.isInteger(value) && value >= 0 && value < below) return
  throw new InputError(`found ${value}; a whole number from 0 to ${below - 1} is needed`, path)
}

function checkPositive(value: number, ...path: (string | number)[]): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new InputError(`found ${value}; a finite number above 0 is needed`, path)
  }
}
