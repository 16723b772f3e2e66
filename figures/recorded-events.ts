/** What figures need of a recorded population: the events of some of its units, and their onsets and bursts. */
import { binMeans, type BurstDetection, onsetsAndBursts, populationBursts } from '../analysis/index.ts'
import type { Current } from '../engine/description.ts'
import { InputError, unknown } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { countOf, type Sizes, unitsOf } from '../engine/unit-ranges.ts'
import { parseQuantity, quantityIn } from '../engine/units.ts'
import { waveform } from '../engine/waveforms.ts'
import { isSpike } from './burst-members.ts'
import type { RecordedBlock } from './epochs.ts'

/** Of the canonical scenario in a trace, what figures read. */
export interface RecordedScenario {
  title: string
  populations: Record<string, { copies?: number; bursts?: { detector?: string; interval?: string | number } }>
  inputs?: Record<string, { onto?: string; current?: Current | { samples: { file: string } }; example?: object; wanted?: object }>
  trials?: { epochs: number; blocks: RecordedBlock[]; responses?: Record<string, { block: string; examples: number }> }
}

export interface RecordedEvents {
  /** As written: `cells[0:10]`. */
  name: string
  /** Number of units. */
  size: number
  /** ms */
  times: Float64Array
  /** Counted from the first unit of the range. */
  sources: Uint32Array
  kinds: Uint8Array
}

/** The events of `units`, such as `cells[0:10]`, in the order of time. Throws `InputError` for unknown units. */
export function recordedEvents(trace: Trace, units: string): RecordedEvents {
  const sizes: Sizes = new Map(trace.header.populations.map((p) => [p.name, p.size]))
  const range = unitsOf(units, sizes)
  const size = countOf(range, sizes)
  const { times, sources, kinds } = trace.events(range.population)
  if (range.first === undefined) return { name: units, size, times, sources, kinds }
  const first = range.first
  const kept = (_: number, i: number) => sources[i] >= first && sources[i] < first + size
  return { name: units, size, times: times.filter(kept), kinds: kinds.filter(kept), sources: sources.filter(kept).map((s) => s - first) }
}

/**
 * Onsets and bursts (with the unit of each) of recorded events: as the run's own detector marked them, unless another
 * is asked for or none ran; then told from the spikes of the whole run.
 */
export function recordedBursts(
  scenario: RecordedScenario,
  events: RecordedEvents,
  detector?: BurstDetection,
): { onsets: Float64Array; onsetSources: Uint32Array; bursts: Float64Array; burstSources: Uint32Array } {
  const own = scenario.populations[events.name.replace(/\[.*$/, '')]?.bursts
  if (own && detector === undefined) {
    const { onsets, bursts } = onsetsAndBursts(events)
    const having = (bit: number) => events.sources.filter((_, i) => (events.kinds[i] & bit) !== 0)
    return { onsets, bursts, onsetSources: having(4), burstSources: having(2) }
  }
  const spikes = spikesOf(events)
  const interval = own?.interval === undefined ? 16 : quantityIn(own.interval, [1, 0, 0])
  const found = populationBursts(spikes, events.size, interval, detector)
  return { onsets: found.onsets, onsetSources: found.onsetSources, bursts: found.burstTimes, burstSources: found.burstSources }
}

/** Rows that are spikes: plateaus left out. */
export function spikesOf({ times, sources, kinds }: RecordedEvents): { times: Float64Array; sources: Uint32Array } {
  const spike = (_: number, i: number) => isSpike(kinds[i])
  return { times: times.filter(spike), sources: sources.filter(spike) }
}

/** The mean of an input's current in each bin of [from, to); noise counts with its mean. Throws `InputError`. */
export function inputMeans(scenario: RecordedScenario, name: string, from: number, to: number, width: number): Float64Array {
  return binMeans(inputSignal(scenario, name), from, to, width)
}

/** The current of an input as a function of time (ms). */
export function inputSignal(scenario: RecordedScenario, name: string): (ms: number) => number {
  const inputs = scenario.inputs ?? {}
  if (!Object.hasOwn(inputs, name)) throw new InputError(unknown('input', name, Object.keys(inputs)))
  const { current } = inputs[name]
  if (!current) throw new InputError(`the input "${name}" is no current; a figure of inputs needs one`)
  if ('samples' in current && 'file' in current.samples) {
    throw new InputError(`the current of the input "${name}" stands in a file, which a trace does not hold`)
  }
  const known = current as Current
  const level = levelOf(known)
  const dimension = parseQuantity(level).dimension
  if ('samples' in known) return samplesSignal(known.samples)
  const wave = waveform(known, dimension)
  const constant = quantityIn(level, dimension)
  return wave ?? (() => constant)
}

/** A quantity of the current that is written with its unit. */
function levelOf(current: Current): string | number {
  if ('sine' in current) return current.sine.amplitude
  if ('square' in current) return current.square.high
  if ('ramp' in current) return current.ramp.to
  if ('step' in current) return current.step.map(([, value]) => value).find((v) => parseQuantity(v).value !== 0) ?? 0
  if ('ornstein_uhlenbeck' in current) return current.ornstein_uhlenbeck.mean ?? 0
  if ('constant' in current && typeof current.constant !== 'object') return current.constant
  if ('samples' in current) return 0
  throw new InputError('the current differs between units; a figure of inputs needs one for all')
}

/** Samples as a scenario writes them: times and values with units, each value holding until the next. */
function samplesSignal({ times, values }: { times: (string | number)[]; values: (string | number)[] }): (ms: number) => number {
  const dimension = parseQuantity(values.find((v) => parseQuantity(v).value !== 0) ?? 0).dimension
  const samples = { times: times.map((t) => quantityIn(t, [1, 0, 0])), values: values.map((v) => quantityIn(v, dimension)) }
  return waveform({ samples }, dimension) as (ms: number) => number
}
