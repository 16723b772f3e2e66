/**
 * How every metric of `metrics-schema.ts` is measured in a trace. `measureOf` checks what can be checked before the run
 * and returns what is to be done after it.
 *
 *   rate               spikes / (N T), Hz                 count        rows of a kind
 *   event_rate         onsets / (N T), Hz                 spike_time   ms
 *   burst_rate         bursts / (N T), Hz                 interval_cv  mean over units of sd / mean of their intervals
 *   burst_probability  bursts / onsets                    sample       a sampled variable, `sample-measure.ts`
 *   weights, weight_change   `weight-measures.ts`         decision     `decision-measure.ts`
 *   trials             what a block of trials measured, `trials-measure.ts`
 *   dissimilarity, categoricality   of responses, `dissimilarity-measure.ts`
 *   spike_time_difference   mean |t - t'| of the first spikes of two groups of units, ms
 *   correlation        Pearson's r of two signals in bins, lag 0; an input is averaged over the bin; bins without
 *                      events are left out of a burst probability
 *   synaptic_events    spikes sent on times the connections they reach
 * Conventions: `analysis/`.
 */
import { correlationAtLags, cv, mean, trainsOf } from '../analysis/index.ts'
import { type Current, recordedPopulations } from '../engine/description.ts'
import { InputError, within } from '../engine/errors.ts'
import { quantityIn } from '../engine/units.ts'
import { waveform } from '../engine/waveforms.ts'
import { type Evidence, inside, NoValue, waveformBins, type Window } from './evidence.ts'
import { measureDecision } from './decision-measure.ts'
import { measureCategoricality, measureDissimilarity } from './dissimilarity-measure.ts'
import type { LoadedScenario } from './load.ts'
import { inHertz, inMs, type MetricUnit, plain } from './metric-bounds.ts'
import { countsEvents, type Metric } from './metrics-schema.ts'
import { measureSample } from './sample-measure.ts'
import { dimensionOf } from './sample-unit.ts'
import { ms } from './shapes.ts'
import { measureTable } from './table-measure.ts'
import { measureTrials } from './trials-measure.ts'
import { unitsOf } from '../engine/unit-ranges.ts'
import { measureWeights } from './weight-measures.ts'

export interface Measure {
  unit: MetricUnit
  /** Set where the metric brings its own bounds. */
  accept?: [number, number]
  /** Throws `NoValue` where there is none. */
  measure(evidence: Evidence): { value: number; detail?: string }
}

type Body<Name extends string> = Extract<Metric, Record<Name, unknown>> extends Record<Name, infer B> ? B : never

/** Throws `InputError` with the path within the metric. */
export function measureOf(metric: Metric, loaded: LoadedScenario): Measure {
  const [[name, body]] = Object.entries(metric)
  return within([name], () => {
    if ('of' in body && countsEvents(metric)) {
      needEvents(body.of, loaded)
      needTime('steps' in body && body.steps ? body.steps.from : 'from' in body ? body.from : undefined, 'to' in body ? body.to : undefined, loaded)
    }
    if ('correlation' in metric) return correlation(metric.correlation, loaded)
    if ('table' in metric) return measureTable(metric.table, loaded)
    if ('sample' in metric) return measureSample(metric.sample, loaded)
    if ('trials' in metric) return measureTrials(metric.trials, loaded)
    if ('dissimilarity' in metric) return measureDissimilarity(metric.dissimilarity, loaded)
    if ('categoricality' in metric) return measureCategoricality(metric.categoricality, loaded)
    if ('weights' in metric) return measureWeights(metric.weights, false, loaded)
    if ('weight_change' in metric) return measureWeights(metric.weight_change, true, loaded)
    if ('decision' in metric) {
      within(['choices'], () => needEvents(metric.decision.choices, loaded))
      return measureDecision(metric.decision, loaded)
    }
    if ('count' in metric) return count(metric.count, loaded)
    if ('spike_time' in metric) return spikeTime(metric.spike_time)
    if ('spike_time_difference' in metric) return spikeTimeDifference(metric.spike_time_difference, loaded)
    if ('interval_cv' in metric) return intervalCv(metric.interval_cv)
    if ('synaptic_events' in metric) return synapticEvents()
    const { of, from, to, detector }: Body<'burst_rate'> = body
    const signal = name as 'rate' | 'event_rate' | 'burst_rate' | 'burst_probability'
    const measure = (e: Evidence) => ({ value: e.value(signal, of, e.window({ from, to }), detector) })
    return { unit: signal === 'burst_probability' ? plain : inHertz, measure }
  })
}

/** Throws `InputError` unless the events of these units are kept. */
function needEvents(of: string, loaded: LoadedScenario): void {
  const { population } = unitsOf(of, new Map(loaded.description.populations.map((p) => [p.name, p.size])))
  if (recordedPopulations(loaded.description).includes(population)) return
  throw new InputError(`the events of "${population}" are not kept; record.events must name it`, ['of'])
}

/** Throws `InputError` unless events are kept all the time from the one to the other. */
function needTime(from: string | number | undefined, to: string | number | undefined, { description }: LoadedScenario): void {
  const { events_from: kept = 0, events_to: end } = description.record ?? {}
  if (end !== undefined && !(to !== undefined && quantityIn(to, ms) <= quantityIn(end, ms))) {
    throw new InputError(`events after ${end} are not kept; a window that ends there or before is needed`, to === undefined ? [] : ['to'])
  }
  if (quantityIn(from ?? 0, ms) >= quantityIn(kept, ms)) return
  throw new InputError(`events before ${kept} are not kept; a window from there or later is needed`, from === undefined ? [] : ['from'])
}

function correlation({ of, signal, with: partner, bin, from, to, detector }: Body<'correlation'>, loaded: LoadedScenario): Measure {
  const width = quantityIn(bin, ms)
  const other = within(['with'], () => {
    if (typeof partner === 'string') return inputBins(partner, loaded)
    needEvents(partner.of, loaded)
    return (e: Evidence, window: Window) => e.binned(partner.signal, partner.of, window, width, detector)
  })
  const measure = (e: Evidence) => {
    const window = e.window({ from, to })
    const { r, pairs } = correlationAtLags(e.binned(signal, of, window, width, detector), other(e, window, width), 0)
    if (!Number.isNaN(r[0])) return { value: r[0] }
    const why = pairs[0] < 2 ? `only ${pairs[0]} bins of ${width} ms have values` : 'one of the two signals is constant'
    throw new NoValue(`${why}, so they have no correlation`)
  }
  return { unit: plain, measure }
}

function inputBins(name: string, loaded: LoadedScenario): (e: Evidence, window: Window, width: number) => Float64Array {
  const input = loaded.description.inputs.find((i) => i.name === name)
  const current = input && 'current' in input ? input.current : undefined
  const wave = input && current && waveform(current, dimensionOf(input.to.population, input.onto, loaded.description))
  if (!current || !wave) {
    const accepted = 'a step, sine, square, ramp or samples is needed'
    throw new InputError(`the input "${name}" is not the same function of time for all units; ${accepted}`)
  }
  const steps = stepTimes(current)
  return (_, window, width) => waveformBins(wave, steps, window, width)
}

function stepTimes(current: Current): number[] | undefined {
  if ('step' in current) return current.step.map(([time]) => quantityIn(time, ms))
  return 'samples' in current ? current.samples.times : undefined
}

function count({ of, kind, from, to }: Body<'count'>, loaded: LoadedScenario): Measure {
  const { population } = unitsOf(of, new Map(loaded.description.populations.map((p) => [p.name, p.size])))
  const { plateaus } = loaded.scenario.populations[population]
  if (kind === 'plateau_on' && !plateaus) throw new InputError(`"${population}" tells no plateaus; give it plateaus: true`, ['kind'])
  return { unit: plain, measure: (e) => ({ value: inside(e.rows(of, kind), e.window({ from, to })).times.length }) }
}

function spikeTime({ of, unit, index }: Body<'spike_time'>): Measure {
  const measure = (e: Evidence) => {
    const { times, sources } = e.rows(of, 'spike')
    const own = times.filter((_, row) => sources[row] === unit)
    if (index < own.length) return { value: own[index] }
    throw new NoValue(`unit ${unit} of ${of} fired ${own.length} times; spike ${index}, counted from 0, is not there`)
  }
  return { unit: inMs, measure }
}

function spikeTimeDifference({ of, with: other, first = 1, tolerance }: Body<'spike_time_difference'>, loaded: LoadedScenario): Measure {
  within(['with'], () => needEvents(other, loaded))
  const widest = tolerance === undefined ? Infinity : quantityIn(tolerance, ms)
  const measure = (e: Evidence) => {
    const [own, others] = [of, other].map((units) => trainsOf(inside(e.rows(units, 'spike'), e.window({})), e.count(units)))
    if (own.length !== others.length) throw new NoValue(`${of} has ${own.length} units and ${other} has ${others.length}`)
    const pairs = own.flatMap((train, unit) =>
      Array.from({ length: Math.min(first, train.length, others[unit].length) }, (_, k) => Math.abs(train[k] - others[unit][k])),
    )
    const near = pairs.filter((d) => d <= widest)
    if (pairs.length === 0) throw new NoValue(`no unit of ${of} fires in both groups`)
    if (near.length < 0.9 * pairs.length) throw new NoValue(`only ${near.length} of ${pairs.length} spikes are within ${widest} ms of their partner`)
    return { value: mean(near), detail: `${near.length} of ${pairs.length} spikes` }
  }
  return { unit: inMs, measure }
}

function intervalCv({ of, from, to }: Body<'interval_cv'>): Measure {
  const measure = (e: Evidence) => {
    const window = e.window({ from, to })
    const trains = trainsOf(inside(e.rows(of, 'spike'), window), e.count(of))
    const values = trains.flatMap((train) => cv(train.slice(1).map((t, k) => t - train[k]))).filter((x) => !Number.isNaN(x))
    if (values.length > 0) return { value: mean(values) }
    throw new NoValue(`no unit of ${of} has two intervals from ${window.from} to ${window.to} ms`)
  }
  return { unit: plain, measure }
}

function synapticEvents(): Measure {
  const measure = ({ synapticEvents: value }: Evidence) => {
    if (value !== undefined) return { value }
    throw new NoValue('a trace does not hold the number of synaptic events; only the run itself knows it')
  }
  return { unit: plain, measure }
}
