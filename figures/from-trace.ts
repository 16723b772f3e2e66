/**
 * A figure of a recorded run: an opened trace and what the scenario asks for (`figures:`, described in
 * scenarios/figures-schema.ts) -> SVG. Throws `InputError` for what the trace does not hold.
 */
import { binCentres, populationRate } from '../analysis/index.ts'
import { kinds } from '../engine/description.ts'
import { InputError, unknown } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { quantityIn } from '../engine/units.ts'
import type { Figure, FigureName } from '../scenarios/figures-schema.ts'
import { curvesFromTrace } from './curves-from-trace.ts'
import { multiplexingFromTrace } from './multiplexing-from-trace.ts'
import type { FigureOptions } from './page.ts'
import { type RasterData, rasterFigure } from './raster.ts'
import { type RatesData, ratesFigure } from './rates.ts'
import { type RecordedScenario, recordedEvents, spikesOf } from './recorded-events.ts'
import { type VoltagePanel, voltagesFigure } from './voltages.ts'

export type FigureSpecification = Figure
export type FigureKind = FigureName

export interface FromTraceOptions extends Partial<FigureOptions> {
  /** Instead of the window of the specification, ms. */
  from?: number
  to?: number
}

/** What all figures of a trace start from. */
export interface Recorded {
  trace: Trace
  scenario: RecordedScenario
  from: number
  to: number
}

/** The scenario that a trace holds: title, figures, populations, inputs. */
export function recordedScenario(trace: Trace): RecordedScenario & { figures?: Figure[] } {
  return JSON.parse(trace.header.scenario) as RecordedScenario & { figures?: Figure[] }
}

/** The figures a trace asks for; a raster if it asks for none. */
export function figuresOf(trace: Trace): Figure[] {
  const { figures } = recordedScenario(trace)
  return figures && figures.length > 0 ? figures : [{ raster: {} }]
}

export function kindOf(figure: Figure): FigureKind {
  return Object.keys(figure)[0] as FigureKind
}

export function figureFromTrace(trace: Trace, figure: Figure, options: FromTraceOptions = {}): string {
  const scenario = recordedScenario(trace)
  const body = Object.values(figure)[0] as { title?: string; from?: string | number; to?: string | number }
  const from = options.from ?? (body.from === undefined ? 0 : quantityIn(body.from, [1, 0, 0]))
  const to = Math.min(options.to ?? (body.to === undefined ? trace.until : quantityIn(body.to, [1, 0, 0])), trace.until)
  if (!(to > from)) throw new InputError(`found a window from ${from} to ${to} ms; the run has 0 to ${trace.until} ms`)
  const page: FigureOptions = { seed: trace.header.seed, ...options, title: options.title ?? body.title ?? scenario.title }
  const recorded: Recorded = { trace, scenario, from, to }
  try {
    return drawn(recorded, figure, page)
  } catch (error) {
    // the analysis speaks of its arguments; here they come from the figure's window and bins
    throw error instanceof RangeError ? new InputError(error.message, ['figures', kindOf(figure)]) : error
  }
}

function drawn(recorded: Recorded, figure: Figure, page: FigureOptions): string {
  if ('multiplexing' in figure) return multiplexingFromTrace(recorded, figure.multiplexing, page)
  if ('curves' in figure) return curvesFromTrace(recorded, figure.curves, page)
  if ('voltages' in figure) return voltagesFromTrace(recorded, figure.voltages, page)
  if ('rates' in figure) return ratesFigure(ratesFromTrace(recorded, figure.rates), page)
  return rasterFigure(rasterFromTrace(recorded, figure.raster), page)
}

export function rasterFromTrace(
  { trace, from, to }: Pick<Recorded, 'trace' | 'from' | 'to'>,
  { of, show }: { of?: string | string[]; show?: number } = {},
): RasterData {
  return { populations: named(trace, of).map((units) => ({ ...recordedEvents(trace, units), show })), from, to }
}

/** Population rates in bins: about 200 of a round width unless `bin` says otherwise. */
export function ratesFromTrace(
  { trace, from, to }: Pick<Recorded, 'trace' | 'from' | 'to'>,
  spec: { of?: string | string[]; bin?: string | number } = {},
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

function voltagesFromTrace(
  { trace, from, to }: Recorded,
  spec: Extract<Figure, { voltages: unknown }>['voltages'],
  page: FigureOptions,
): string {
  const requests = trace.header.samples
  const name = spec.of ?? requests[0]?.name
  if (name === undefined) throw new InputError('this run sampled no variables; "record: {samples: ...}" samples them')
  const request = requests.find((r) => r.name === name)
  if (!request) throw new InputError(unknown('request of samples', name, requests.map((r) => r.name)))
  const column = spec.unit ?? 0
  const unit = request.units[column]
  if (unit === undefined) throw new InputError(`found unit ${column} of "${name}"; it has units 0 to ${request.units.length - 1}`)
  const { times, values } = trace.samples(name)
  const lines = spec.panels ?? defaultPanels(request.variables)
  const events = trace.header.populations.find((p) => p.name === request.population)?.events === false ? undefined : recordedEvents(trace, request.population)
  const own = (mask: number) => events?.times.filter((_, i) => events.sources[i] === unit && (events.kinds[i] & mask) !== 0)
  const marks = { spikes: own(kinds.spike), plateaus: events && plateaus(own(kinds.plateau_on), own(kinds.plateau_off), to) }
  const panels = lines.map(({ label, variables }, i): VoltagePanel => ({
    label,
    title: i === 0 ? `${request.population}, unit ${unit}` : undefined,
    traces: variables.map((variable) => {
      const all = values[variable]
      if (!all) throw new InputError(unknown('sampled variable', variable, request.variables))
      return { name: variable, times, values: Float64Array.from(times, (_, k) => all[k * request.units.length + column]) }
    }),
    ...(i === 0 && { spikes: marks.spikes, ...(marks.plateaus?.length && { plateaus: marks.plateaus }) }),
  }))
  return voltagesFigure({ panels, from, to }, page)
}

/** Potentials (V, V_soma, ...) share a panel; anything else has one of its own. */
function defaultPanels(variables: string[]): { label: string; variables: string[] }[] {
  const potential = (v: string) => /^V(_|$)/.test(v)
  const potentials = variables.filter(potential)
  const others = variables.filter((v) => !potential(v)).map((v) => ({ label: v, variables: [v] }))
  return potentials.length > 0 ? [{ label: 'potential (mV)', variables: potentials }, ...others] : others
}

function plateaus(on: Float64Array | undefined, off: Float64Array | undefined, end: number): [number, number][] {
  return Array.from(on ?? [], (start): [number, number] => [start, off?.find((t) => t >= start) ?? end])
}
