/** A population while its network is being put together: what the description says of it, checked. */
import type { Arrivals } from './arrivals.ts'
import type { NetworkDescription, PatternSequence, PopulationDescription, QuantityText, Units, Value } from './description.ts'
import { type CheckedNeuron, checkNeuron } from './equations/check.ts'
import { evaluate } from './equations/evaluate.ts'
import type { Binding, ConnectedCurrent } from './equations/plan.ts'
import type { PerUnit, Program } from './equations/program.ts'
import { InputError, unknown, within } from './errors.ts'
import type { EventPopulation } from './event-population.ts'
import type { Grid } from './grid.ts'
import type { Column, MemoryPlan } from './memory.ts'
import type { NeuronDefinition } from './model.ts'
import { checkPatterns, mostInFrames } from './patterns.ts'
import type { ClockedPopulation, Detector } from './population.ts'
import type { ClockedInput, Partition } from './projection.ts'
import { streamKey } from './random.ts'
import type { SourcePopulation } from './source-population.ts'
import type { EventStream } from './stream.ts'
import { type Dimension, none, quantityIn } from './units.ts'
import { perUnit } from './values.ts'
import type { Waveform } from './waveforms.ts'

export type Population = ClockedPopulation | EventPopulation | SourcePopulation

/** Most ticks of one window. */
export const longestWindow = 16
const sizeLimit = 1e7
const ms: Dimension = [1, 0, 0]
const hertz: Dimension = [-1, 0, 0]

export interface Part {
  description: PopulationDescription
  path: (string | number)[]
  seed: number
  precision: 'f32' | 'f64'
  planColumn(name: string, length: number): Column<'f64'>
  checked: CheckedNeuron | undefined
  regime: 'clocked' | 'event_driven' | 'source'
  /** Made when it is known how late others hear of it. */
  stream: EventStream
  population?: Population
  parameters: Map<string, PerUnit>
  currents: Map<string, ConnectedCurrent & { waves: Waveform[] }>
  binding?: Binding
  window: number
  partitions: Partition[]
  clockedInputs: ClockedInput[]
  arrivals: Arrivals[]
  /** It ticks together with others: a window is one tick. */
  grouped: boolean
}

/** Copies of a network are alike: the values of one of them for all. */
export function tiled(values: PerUnit, copies = 1): PerUnit {
  if (typeof values === 'number' || copies === 1) return values
  const all = new Float64Array(values.length * copies)
  for (let c = 0; c < copies; c++) all.set(values, c * values.length)
  return all
}

/**
 * A time by which an equation divides is a time constant: zero gives infinite rates, and no closed form holds below zero.
 * Throws `InputError` without a path.
 */
export function checkTimeConstant(model: CheckedNeuron, name: string, value: PerUnit): void {
  if (!model.timeConstants.has(name)) return
  const wrong = typeof value === 'number' ? (value > 0 ? undefined : value) : value.find((v) => !(v > 0))
  if (wrong !== undefined) throw new InputError(`found a time constant of ${wrong} ms; more than 0 ms is needed`)
}

/** What a parameter of a neuron, the same for all units, becomes. Throws `InputError` without a path. */
export function parameterValue(model: CheckedNeuron, name: string, text: QuantityText, dimension: Dimension, precision: 'f32' | 'f64'): number {
  const value = quantityIn(text, dimension)
  checkRepresentable(value, precision)
  checkTimeConstant(model, name, value)
  return value
}

/** What f32 cannot hold would be infinite from the start. Throws `InputError` without a path. */
export function checkRepresentable(value: PerUnit, precision: 'f32' | 'f64'): void {
  const fits = (v: number) => Number.isFinite(precision === 'f32' ? Math.fround(v) : v)
  const wrong = typeof value === 'number' ? (fits(value) ? undefined : value) : value.find((v) => !fits(v))
  if (wrong !== undefined) throw new InputError(`found ${wrong}, which is infinite in ${precision}; a finite number is needed`)
}

/** Spikes a unit and ms: more would take for ever. */
const mostRate = 1e6

/** Throws `InputError` without a path. */
export function checkRate(rate: PerUnit): void {
  const [least, most] = typeof rate === 'number' ? [rate, rate] : rate.reduce(([low, high], r) => [Math.min(low, r), Math.max(high, r)], [0, 0])
  if (!(least >= 0)) throw new InputError('found a rate below zero; zero or more is needed')
  if (!(most <= mostRate)) throw new InputError('found a rate above 1e9 Hz, which is the most')
}

/** Throws `InputError` with the path within the population. */
export function startPart(p: PopulationDescription, network: NetworkDescription, memoryPlan: MemoryPlan): Part {
  const { seed } = network
  if (!(Number.isInteger(p.size) && p.size >= 1 && p.size <= sizeLimit)) {
    throw new InputError(`found size ${p.size}; a whole number from 1 to ${sizeLimit} is needed`, ['size'])
  }
  const { copies = 1 } = p
  if (!(Number.isInteger(copies) && copies >= 1 && p.size % copies === 0)) {
    throw new InputError(`found ${copies} copies of ${p.size} units in all; a whole number of copies that divides them is needed`, ['copies'])
  }
  const isNeuron = 'equations' in p.model
  const regime = isNeuron ? (p.regime ?? 'clocked') : 'source'
  const checked = isNeuron ? within(['model'], () => checkNeuron(p.model as NeuronDefinition)) : undefined
  const declared = new Map(Object.entries(p.model.parameters))
  const parameters = new Map<string, PerUnit>()
  for (const [name, [text]] of declared) {
    const value: Value = p.parameters?.[name] ?? text
    const dimension = checked ? (checked.parameters.get(name)?.dimension as Dimension) : parameterDimension(text)
    within(['parameters', name], () => {
      const values = tiled(perUnit(value, dimension, streamKey(seed, 'parameter', `${p.name}.${name}`), p.size / copies), copies)
      checkRepresentable(values, network.precision)
      if (checked) checkTimeConstant(checked, name, values)
      else if (name === 'rate') checkRate(values)
      parameters.set(name, values)
    })
  }
  for (const name of Object.keys(p.parameters ?? {})) {
    if (!declared.has(name)) throw new InputError(unknown('parameter', name, declared.keys()), ['parameters', name])
  }
  for (const name of Object.keys(p.initial ?? {})) {
    const variables = checked?.differentials.map((d) => d.variable) ?? []
    if (!variables.includes(name)) throw new InputError(unknown('variable', name, variables), ['initial', name])
  }
  return {
    description: p, path: ['populations', p.name], seed, precision: network.precision, checked, parameters, regime, stream: undefined as unknown as EventStream,
    planColumn: (name, length) => memoryPlan.reserve(name, 'f64', length, 'state'),
    currents: new Map(), window: 1, partitions: [], clockedInputs: [], arrivals: [], grouped: false,
  }
}

function parameterDimension(text: string | number): Dimension {
  return typeof text === 'number' ? none : /Hz$/.test(text) ? hertz : none
}

/** Events that can wait to be read: so many as fit in the longest delay (ms), and a window or a look ahead. Throws `InputError`. */
export function streamCapacity({ description: d, parameters }: Part, longest: number, grid: Grid): number {
  const wait = longest + Math.max(10, 2 * longestWindow * grid.dt)
  const said = d.maximum_rate === undefined ? 1 : within(['maximum_rate'], () => quantityIn(d.maximum_rate as string, hertz))
  const fibres = 'kind' in d.model && d.model.kind === 'poisson' ? parameters.get('rate') : undefined
  const greatest = typeof fibres === 'object' ? fibres.reduce((x, y) => Math.max(x, y), 0) : (fibres ?? 0)
  // Poisson fibres that fire faster than that are meant to: their mean, and ten standard deviations
  const mean = d.size * greatest * wait
  const given = d.patterns ? framesWithin(d.patterns, d.size, wait, grid) : mostWithin(d.spikes?.times ?? [], wait)
  const rows = Math.max(d.size * said * wait, mean + 10 * Math.sqrt(mean), given)
  return Math.min(2 ** 24, Math.ceil(rows) + 64)
}

function framesWithin(sequence: PatternSequence, size: number, wait: number, grid: Grid): number {
  const every = within(['patterns'], () => checkPatterns(sequence, size, grid))
  return mostInFrames(sequence.patterns, every, wait)
}

/** The greatest number of `times` in any interval of this length. */
function mostWithin(times: number[], length: number): number {
  const sorted = Float64Array.from(times).sort()
  let most = 0
  for (let first = 0, k = 0; k < sorted.length; k++) {
    while (sorted[k] - sorted[first] > length) first++
    most = Math.max(most, k - first + 1)
  }
  return most
}

/** The units that are meant, from `first` to `last`. */
export function rangeOf(target: Part, units: Units): { first: number; last: number } {
  const { size } = target.description
  const first = units.first ?? 0
  const last = units.last ?? size - 1
  if (!(first >= 0 && last < size && first <= last)) {
    throw new InputError(`found units ${first} to ${last} of "${units.population}"; it has units 0 to ${size - 1}`)
  }
  return { first, last }
}

export function receptorOf(target: Part, name: string): { dimension: Dimension; index: number } {
  const receptors = target.checked?.receptors ?? []
  const found = receptors.find((r) => r.name === name)
  if (!found) throw new InputError(unknown('receptor', name, receptors.map((r) => r.name)))
  const index = target.checked?.definition.eventDriven?.receptors.indexOf(name) ?? -1
  if (target.regime === 'event_driven' && index < 0) {
    throw new InputError(unknown('receptor of the event-driven form', name, target.checked?.definition.eventDriven?.receptors ?? []))
  }
  return { dimension: found.weight, index }
}

export function detectorOf(target: Part): (() => Detector) | undefined {
  const { bursts, size, name } = target.description
  if (!bursts) return undefined
  const interval = within(['bursts', 'interval'], () => quantityIn(bursts.interval ?? '16 ms', ms))
  if (!(interval > 0)) throw new InputError(`found an interval of ${interval} ms; a time above zero is needed`, ['bursts', 'interval'])
  const columns = Array.from({ length: bursts.detector.columns }, (_, k) => target.planColumn(`detector.${name}.${k}`, size))
  return () => {
    columns.forEach((c, k) => void c.view.fill(bursts.detector.initial[k]))
    return bursts.detector.make(columns.map((c) => c.view), interval)
  }
}

/** Start values: those of the description, else those of the model, else zero. */
export function initialValues(target: Part, program: Program | undefined): Map<string, number | Float64Array> {
  const { description: d, checked, parameters } = target
  const values = new Map<string, number | Float64Array>()
  const model = checked as CheckedNeuron
  for (const { variable, dimension } of model.differentials) {
    const given = d.initial?.[variable]
    if (given !== undefined) {
      within(['populations', d.name, 'initial', variable], () => {
        const drawn = tiled(perUnit(given, dimension, streamKey(target.seed, 'initial', `${d.name}.${variable}`), d.size / (d.copies ?? 1)), d.copies)
        checkRepresentable(drawn, target.precision)
        values.set(variable, drawn)
      })
      continue
    }
    const start = model.initial.get(variable)
    if (!start) continue
    const differs = [...parameters].some(([, v]) => typeof v !== 'number')
    const at = (i: number) => evaluate(start, (n) => {
      const v = parameters.get(n) as PerUnit
      return typeof v === 'number' ? v : v[i]
    })
    values.set(variable, differs ? Float64Array.from({ length: d.size }, (_, i) => at(i)) : at(0))
  }
  for (const { noise = [] } of target.currents.values()) {
    // an Ornstein-Uhlenbeck current starts in its stationary state
    for (const { name, mean, sigma } of noise) {
      if (program?.variables.includes(name)) {
        values.set(name, perUnit({ normal: { mean, sd: sigma } }, none, streamKey(target.seed, 'initial', `${d.name}.${name}`), d.size))
      }
    }
  }
  return values
}

export function uniformParameters(parameters: Map<string, PerUnit>): Record<string, number> {
  const values: Record<string, number> = {}
  for (const [name, value] of parameters) {
    if (typeof value !== 'number') throw new InputError('an event-driven population needs the same value for all units', ['parameters', name])
    values[name] = value
  }
  return values
}
