/**
 * A figure of a recorded run: an opened trace and what the scenario asks for (`figures:`, described in
 * scenarios/figures-schema.ts) -> SVG. Throws `InputError` for what the trace does not hold.
 */
import { binCentres, populationRate } from '../analysis/index.ts'
import { kinds } from '../engine/description.ts'
import { InputError, unknown } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { quantityIn } from '../engine/units.ts'
import { comparisonFigure } from './comparison.ts'
import { curvesFromTrace } from './curves-from-trace.ts'
import { dissimilarityFromTrace } from './dissimilarity-from-trace.ts'
import { learningFromTrace } from './learning-from-trace.ts'
import { multiplexingFromTrace } from './multiplexing-from-trace.ts'
import type { FigureOptions } from './page.ts'
import { type RasterData, type RasterOptions, rasterFigure } from './raster.ts'
import { type RatesData, ratesFigure } from './rates.ts'
import { type RecordedEvents, type RecordedScenario, recordedEvents, spikesOf } from './recorded-events.ts'
import { similarityFromTrace } from './similarity-from-trace.ts'
import type { ComparisonSpecification, FigureKind, FigureSpecification, RasterSpecification, RatesSpecification, VoltagesSpecification } from './specification.ts'
import { type VoltagePanel, voltagesFigure } from './voltages.ts'
import { weightsFromTrace } from './weights-from-trace.ts'
import { windowFromTrace } from './window-from-trace.ts'

export type { FigureKind, FigureSpecification } from './specification.ts'

export interface FromTraceOptions extends Partial<FigureOptions> {
  /** Instead of the window of the specification: times with units. */
  from?: string | number
  to?: string | number
  /** px of the rows of a raster. */
  height?: number
}

/** What all figures of a trace start from. */
export interface Recorded {
  trace: Trace
  scenario: RecordedScenario
  from: number
  to: number
}

/** The scenario that a trace holds: title, figures, populations, inputs. */
export function recordedScenario(trace: Pick<Trace, 'header'>): RecordedScenario & { figures?: FigureSpecification[] } {
  return JSON.parse(trace.header.scenario) as RecordedScenario & { figures?: FigureSpecification[] }
}

/** The figures a trace asks for; if it asks for none, a raster, or of trials the measure that most blocks have. */
export function figuresOf(trace: Pick<Trace, 'header'>): FigureSpecification[] {
  const { figures, trials } = recordedScenario(trace)
  if (figures && figures.length > 0) return figures
  if (!trials) return [{ raster: {} }]
  const blocks = trials.blocks.filter((block) => !block.before).map((block) => block.name)
  const measured = trace.header.samples.filter(({ name }) => blocks.includes(name)).flatMap(({ name, variables }) => variables.map((variable) => ({ name, variable })))
  const counts = new Map<string, string[]>()
  for (const { name, variable } of measured) counts.set(variable, [...(counts.get(variable) ?? []), `${name}.${variable}`])
  const [most] = [...counts.values()].sort((a, b) => b.length - a.length)
  return most ? [{ learning: { of: most } }] : []
}

export function kindOf(figure: FigureSpecification): FigureKind {
  return Object.keys(figure)[0] as FigureKind
}

export function figureFromTrace(trace: Trace, figure: FigureSpecification, options: FromTraceOptions = {}): string {
  const scenario = recordedScenario(trace)
  const body = Object.values(figure)[0] as { title?: string; from?: string | number; to?: string | number }
  // one end given by the caller: the other is the run's, not that of another window
  const asked = options.from === undefined && options.to === undefined ? body : options
  const from = asked.from === undefined ? 0 : quantityIn(asked.from, [1, 0, 0])
  const to = Math.min(asked.to === undefined ? trace.until : quantityIn(asked.to, [1, 0, 0]), trace.until)
  if (!(to > from)) throw new InputError(`found a window from ${from} to ${to} ms; the run has 0 to ${trace.until} ms`)
  const page: RasterOptions = { seed: trace.header.seed, ...options, title: options.title ?? body.title ?? scenario.title }
  const recorded: Recorded = { trace, scenario, from, to }
  try {
    return drawn(recorded, figure, page)
  } catch (error) {
    // the analysis speaks of its arguments; here they come from the figure's window and bins
    throw error instanceof RangeError ? new InputError(error.message, ['figures', kindOf(figure)]) : error
  }
}

function drawn(recorded: Recorded, figure: FigureSpecification, page: RasterOptions): string {
  if ('multiplexing' in figure) return multiplexingFromTrace(recorded, figure.multiplexing, page)
  if ('curves' in figure) return curvesFromTrace(recorded, figure.curves, page)
  if ('comparison' in figure) return comparisonFromTrace(recorded, figure.comparison, page)
  if ('learning' in figure) return learningFromTrace(recorded, figure.learning, page)
  if ('weights' in figure) return weightsFromTrace(recorded.trace, figure.weights, page)
  if ('window' in figure) return windowFromTrace(recorded.trace, figure.window, page)
  if ('dissimilarity' in figure) return dissimilarityFromTrace(recorded, figure.dissimilarity, page)
  if ('similarity' in figure) return similarityFromTrace(recorded, figure.similarity, page)
  if ('voltages' in figure) return voltagesFromTrace(recorded, figure.voltages, page)
  if ('rates' in figure) return ratesFigure(ratesFromTrace(recorded, figure.rates), page)
  return rasterFigure(rasterFromTrace(recorded, figure.raster), page)
}

export function rasterFromTrace(
  { trace, from, to }: Pick<Recorded, 'trace' | 'from' | 'to'>,
  { of, show }: RasterSpecification = {},
): RasterData {
  return { populations: named(trace, of).map((units) => ({ ...recordedEvents(trace, units), show })), from, to }
}

/** Population rates in bins: about 200 of a round width unless `bin` says otherwise. */
export function ratesFromTrace(
  { trace, from, to }: Pick<Recorded, 'trace' | 'from' | 'to'>,
  spec: RatesSpecification = {},
): RatesData {
  const width = spec.bin === undefined ? roundWidth((to - from) / 200, trace.header.dt) : quantityIn(spec.bin, [1, 0, 0])
  if (!(width <= to - from)) throw new InputError(`found bins of ${width} ms in a window of ${to - from} ms`)
  const populations = named(trace, spec.of).map((units) => {
    const events = recordedEvents(trace, units)
    const rates = populationRate(spikesOf(events).times, events.size, from, to, width)
    return { name: units, times: binCentres(from, to, width), rates }
  })
  return { populations, from, to }
}

/** The units a figure names, or all populations whose events were kept. */
function named(trace: Trace, of: string | string[] | undefined): string[] {
  if (of !== undefined) return typeof of === 'string' ? [of] : of
  const kept = trace.header.populations.filter((p) => p.events !== false).map((p) => p.name)
  if (kept.length === 0) throw new InputError('this run kept no events; "record: {events: all}" keeps them')
  return kept
}

/** 1, 2 or 5 times a power of ten, at least one step of the grid. */
function roundWidth(width: number, dt: number): number {
  const power = 10 ** Math.floor(Math.log10(width))
  const step = [1, 2, 5, 10].find((k) => k * power >= width) as number
  return Math.max(dt, Number((step * power).toPrecision(12)))
}

function comparisonFromTrace({ trace, from, to }: Recorded, { target, output, shift = 0, show }: ComparisonSpecification, page: FigureOptions): string {
  const [wanted, found] = [target, output].map((units) => ({ ...recordedEvents(trace, units), show }))
  return comparisonFigure({ target: wanted, output: found, from, to, shift: quantityIn(shift, [1, 0, 0]) }, page)
}

const unitsDrawn = 4

function voltagesFromTrace({ trace, from, to }: Recorded, spec: VoltagesSpecification, page: FigureOptions): string {
  const requests = trace.header.samples
  const name = spec.of ?? requests[0]?.name
  if (name === undefined) throw new InputError('this run sampled no variables; "record: {samples: ...}" samples them')
  const request = requests.find((r) => r.name === name)
  if (!request) throw new InputError(unknown('request of samples', name, requests.map((r) => r.name)))
  const { population, units, variables } = request
  const { times, values } = trace.samples(name)
  const kept = trace.header.populations.find((p) => p.name === population)?.events !== false
  const events = kept && units.length > 0 ? recordedEvents(trace, population) : undefined
  // where the mean was kept, it is the only column and no unit's
  const width = Math.max(1, units.length)
  const columns = spec.units ?? Array.from({ length: Math.min(unitsDrawn, width) }, (_, column) => column)
  const panels = columns.flatMap((column) => {
    const unit = units[column]
    if (column >= width) throw new InputError(`found unit ${column} of "${name}"; it has units 0 to ${width - 1}`)
    return (spec.panels ?? defaultPanels(variables)).map(({ label, variables: drawn }, i): VoltagePanel => {
      const traces = drawn.map((variable) => {
        const all = values[variable]
        if (!all) throw new InputError(unknown('sampled variable', variable, variables))
        return { name: variable, times, values: Float64Array.from(times, (_, k) => all[k * width + column]) }
      })
      return { label, traces, ...(i === 0 && { title: `${population}, ${unit === undefined ? 'mean' : `unit ${unit}`}`, ...(events && marksOf(events, unit, to)) }) }
    })
  })
  const left = spec.units ? 0 : width - columns.length
  const notes = left > 0 ? [`${columns.length} of ${width} sampled units`] : []
  return voltagesFigure({ panels, from, to }, { ...page, notes: [...notes, ...(page.notes ?? [])] })
}

/** Spikes and plateau potentials of one unit. */
function marksOf(events: RecordedEvents, unit: number, end: number): Pick<VoltagePanel, 'spikes' | 'plateaus'> {
  const own = (mask: number) => events.times.filter((_, i) => events.sources[i] === unit && (events.kinds[i] & mask) !== 0)
  const [on, off] = [own(kinds.plateau_on), own(kinds.plateau_off)]
  const plateaus = Array.from(on, (start): [number, number] => [start, off.find((t) => t >= start) ?? end])
  return { spikes: own(kinds.spike), ...(plateaus.length > 0 && { plateaus }) }
}

/** Potentials (V, V_soma, ...) share a panel; anything else has one of its own. */
function defaultPanels(variables: string[]): { label: string; variables: string[] }[] {
  const potential = (v: string) => /^V(_|$)/.test(v)
  const potentials = variables.filter(potential)
  const others = variables.filter((v) => !potential(v)).map((v) => ({ label: v, variables: [v] }))
  return potentials.length > 0 ? [{ label: 'potential (mV)', variables: potentials }, ...others] : others
}
