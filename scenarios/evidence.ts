/**
 * What a trace tells about units in a window: their spikes, onsets and bursts, rates, and signals in bins.
 * Windows are half-open, [from, to); one without `to` reaches to the end of the run and has its last instant too.
 * Bursts come from the stream where the simulation has detected them, and from the spikes otherwise; a run that the
 * start of a window cuts is not a new one.
 */
import {
  type BurstDetection,
  binMeans,
  binMeansOfSteps,
  binNumber,
  burstKind,
  multiplexed,
  onsetKind,
  populationBursts,
  populationRate,
} from '../analysis/index.ts'
import { type KindName, kinds } from '../engine/description.ts'
import type { Trace, TraceEvents, TraceWeightsAt } from '../engine/trace/index.ts'
import { quantityIn } from '../engine/units.ts'
import type { Waveform } from '../engine/waveforms.ts'
import type { LoadedScenario } from './load.ts'
import { ms } from './shapes.ts'
import { countOf, type Sizes, unitsOf } from '../engine/unit-ranges.ts'

/** Why a metric has no value, in one sentence. */
export class NoValue extends Error {
  override name = 'NoValue'
}

export interface Window {
  from: number
  to: number
  /** Whether the instant `to` belongs to it. */
  closed: boolean
}

/** Rows of some units, which are counted from 0. */
export interface UnitRows {
  times: Float64Array
  sources: Uint32Array
}

export type SignalName = 'rate' | 'event_rate' | 'burst_rate' | 'burst_probability'
export type Detector = BurstDetection | undefined

/** ms; the burst interval of a population that states none. */
const burstInterval = 16

export class Evidence {
  readonly trace: Trace
  /** Synaptic events of the run, where they are known: no trace holds them. */
  readonly synapticEvents: number | undefined
  private readonly loaded: LoadedScenario
  private readonly sizes: Sizes
  private readonly read = new Map<string, TraceEvents>()
  private readonly kept = new Map<string, TraceWeightsAt[]>()
  private readonly told = new Map<string, { onset: UnitRows; burst: UnitRows }>()

  constructor(loaded: LoadedScenario, trace: Trace, synapticEvents?: number) {
    this.loaded = loaded
    this.trace = trace
    this.synapticEvents = synapticEvents
    this.sizes = new Map(trace.header.populations.map((p) => [p.name, p.size]))
  }

  /** The window that a metric names. Throws `NoValue` if it is empty or reaches beyond the run. */
  window({ from, to }: { from?: string | number; to?: string | number }): Window {
    const { until } = this.trace
    return this.between(from === undefined ? 0 : quantityIn(from, ms), to === undefined ? undefined : quantityIn(to, ms), until)
  }
  between(from: number, to: number | undefined, until = this.trace.until): Window {
    if (to !== undefined && to > until * (1 + 1e-9)) throw new NoValue(`the window ends at ${to} ms; the run ended at ${until} ms`)
    const window = { from, to: to ?? until, closed: to === undefined }
    if (window.to > from) return window
    throw new NoValue(`the window from ${from} to ${window.to} ms is empty`)
  }

  units(of: string): { population: string; first: number } {
    const { population, first = 0 } = unitsOf(of, this.sizes)
    return { population, first }
  }
  count(of: string): number {
    return countOf(unitsOf(of, this.sizes), this.sizes)
  }

  /** All weights of a projection that were kept. */
  weights(of: string): TraceWeightsAt[] {
    const known = this.kept.get(of) ?? this.trace.weights(of)
    this.kept.set(of, known)
    return known
  }

  /** Rows of these units that have `kind`, in the whole run. */
  rows(of: string, kind: KindName): UnitRows {
    const { population } = unitsOf(of, this.sizes)
    if ((kind === 'onset' || kind === 'burst') && !this.detected(population, undefined)) return this.bursts(of, undefined)[kind]
    return this.having(of, kinds[kind])
  }

  /** Onsets and bursts of these units in the whole run. */
  bursts(of: string, detector: Detector): { onset: UnitRows; burst: UnitRows } {
    const key = `${of} ${detector ?? ''}`
    const known = this.told.get(key) ?? this.tell(of, detector)
    this.told.set(key, known)
    return known
  }
  private tell(of: string, detector: Detector): { onset: UnitRows; burst: UnitRows } {
    const { population } = unitsOf(of, this.sizes)
    if (this.detected(population, detector)) return { onset: this.having(of, onsetKind), burst: this.having(of, burstKind) }
    const interval = this.loaded.scenario.populations[population]?.bursts?.interval
    const threshold = interval === undefined ? burstInterval : quantityIn(interval, ms)
    const found = populationBursts(this.having(of, kinds.spike), this.count(of), threshold, detector ?? 'interval')
    return {
      onset: { times: found.onsets, sources: found.onsetSources },
      burst: { times: found.burstTimes, sources: found.burstSources },
    }
  }

  /** A rate (Hz) or burst probability of these units in a window. */
  value(signal: SignalName, of: string, window: Window, detector: Detector): number {
    const perUnit = 1000 / (this.count(of) * (window.to - window.from))
    if (signal === 'rate') return inside(this.rows(of, 'spike'), window).times.length * perUnit
    const { onset, burst } = this.bursts(of, detector)
    const [onsets, found] = [inside(onset, window).times.length, inside(burst, window).times.length]
    if (signal === 'event_rate') return onsets * perUnit
    if (signal === 'burst_rate') return found * perUnit
    if (onsets === 0) {
      throw new NoValue(`there is no event of ${of} from ${window.from} to ${window.to} ms, so bursts per event say nothing`)
    }
    return found / onsets
  }

  /** The same in bins; a burst probability is NaN in bins without events. */
  binned(signal: SignalName, of: string, { from, to }: Window, width: number, detector: Detector): Float64Array {
    const units = this.count(of)
    const grid = this.grid(of, width, from)
    if (signal === 'rate') return populationRate(this.rows(of, 'spike').times, units, from, to, width, grid)
    const { onset, burst } = this.bursts(of, detector)
    const signals = multiplexed(onset.times, burst.times, { from, to, width, units, grid })
    if (signal === 'burst_probability') return signals.burstProbability
    return signal === 'event_rate' ? signals.eventRate : signals.burstRate
  }

  /** The step of the grid that the times of these units lie on, if bins do so too. */
  private grid(of: string, width: number, from: number): number | undefined {
    const { population } = unitsOf(of, this.sizes)
    const { dt, populations } = this.trace.header
    const whole = (time: number) => Math.abs(time / dt - Math.round(time / dt)) <= 1e-6
    const clocked = populations.find((p) => p.name === population)?.regime === 'clocked'
    return clocked && whole(width) && whole(from) && Math.round(width / dt) >= 1 ? dt : undefined
  }

  /** Whether the kinds in the stream are what `detector` would say. A source has spikes only. */
  private detected(population: string, detector: Detector): boolean {
    const { bursts } = this.loaded.scenario.populations[population] ?? {}
    const regime = this.trace.header.populations.find((p) => p.name === population)?.regime
    if (!bursts || regime === 'source') return false
    return detector === undefined || detector === (bursts.detector ?? 'interval')
  }

  private having(of: string, mask: number): UnitRows {
    const { population, first = 0 } = unitsOf(of, this.sizes)
    const count = this.count(of)
    let events = this.read.get(population)
    if (!events) this.read.set(population, (events = this.trace.events(population)))
    const { times, sources, kinds: rowKinds } = events
    const kept: number[] = []
    for (let row = 0; row < times.length; row++) {
      if ((rowKinds[row] & mask) !== 0 && sources[row] >= first && sources[row] < first + count) kept.push(row)
    }
    return { times: Float64Array.from(kept, (row) => times[row]), sources: Uint32Array.from(kept, (row) => sources[row] - first) }
  }
}

export function inside({ times, sources }: UnitRows, { from, to, closed }: Window): UnitRows {
  const within = (_: number, row: number) => times[row] >= from && (times[row] < to || (closed && times[row] === to))
  return { times: times.filter(within), sources: sources.filter(within) }
}

/** The mean of a waveform in every bin: exact where it is made of steps. */
export function waveformBins(wave: Waveform, steps: number[] | undefined, { from, to }: Window, width: number): Float64Array {
  if (!steps) return binMeans(wave, from, to, width)
  const end = from + binNumber(from, to, width) * width
  const times = [from, ...steps.filter((t) => t > from && t < end)]
  return binMeansOfSteps(times, times.map(wave), from, to, width)
}
