/**
 * From a strip of the view to what it draws: asks the worker that holds the traces, and the scenario for the inputs that curves are
 * said to follow. Asks for half a window more on either side, so that something is there while one pans.
 */
import { kinds } from '../../engine/description.ts'
import { countOf, type Sizes, unitsOf } from '../../engine/unit-ranges.ts'
import type { Theme } from '../../figures/theme.ts'
import { seriesStyle } from '../../figures/theme.ts'
import type { TraceHeader } from '../../engine/trace/index.ts'
import type { BurstThreshold, Code, TraceId, TraceService } from '../trace-service.ts'
import type { Strip } from '../view.ts'
import { automaticBin, roundBin, wholeBins } from './bin-width.ts'
import { type InputCurve, inputCurve } from './input-curve.ts'
import { scenarioOf } from './page-scenario.ts'
import type { StripCurve, StripData } from './strip-data.ts'

/** Of the worker, what strips ask; through comlink, or (in tests) at once. */
export type StripService = { [K in 'code' | 'sampled' | 'weights' | 'events']: TraceService[K] }

export interface StripQuestion {
  service: StripService
  trace: TraceId
  header: TraceHeader
  /** How far the run has come (ms). */
  until: number
  from: number
  to: number
  /** Pixels across. */
  width: number
  threshold: BurstThreshold
  /** A second trace, whose curves are dashed over those of the first. */
  over?: { trace: TraceId; header: TraceHeader; until: number; name: string }
}

const margin = 0.5
/** Reports of a block of trials, of which none is left out. */
const mostReports = 20_000
/** More spikes of a unit than this are not drawn as ticks. */
const mostTicks = 4000

export async function loadStrip(strip: Exclude<Strip, { kind: 'bands' }>, question: StripQuestion): Promise<StripData> {
  const data = await loadOne(strip, question)
  if (!question.over) return data
  const { over } = question
  const second = await loadOne(strip, { ...question, ...over, over: undefined }).catch(() => undefined)
  if (!second) return { ...data, note: together(data.note, `not in ${over.name}`) }
  const dashed = second.curves.filter((curve) => !curve.right).map((curve): StripCurve => ({ ...curve, name: `${curve.name} (${over.name})`, dash: [6, 4] }))
  return { ...data, curves: [...data.curves, ...dashed] }
}

function loadOne(strip: Exclude<Strip, { kind: 'bands' }>, question: StripQuestion): Promise<StripData> {
  if (strip.kind === 'rates') return rates(strip, question)
  if (strip.kind === 'code') return code(strip, question)
  if (strip.kind === 'samples') return samples(strip, question)
  return weights(strip, question)
}

const plain = { areas: [], zero: true, log: false, dots: false }

async function askCode(question: StripQuestion, units: string, bin: number): Promise<Code> {
  const { service, trace, header, until, from, to, threshold } = question
  const sizes: Sizes = new Map(header.populations.map((p) => [p.name, p.size]))
  const { population, first } = unitsOf(units, sizes)
  const range = first === undefined ? {} : { units: [first, first + countOf(unitsOf(units, sizes), sizes)] as [number, number] }
  return service.code({ trace, population, ...range, ...wholeBins(from, to, bin, until, margin), bin, threshold })
}

/** The colour that a population has in the raster. */
function colourOf(header: TraceHeader, units: string): (theme: Theme) => string {
  const index = header.populations.findIndex(({ name }) => name === units.replace(/\[.*$/, ''))
  return (theme) => seriesStyle(theme, Math.max(0, index)).colour
}

function withInput(name: string | undefined, { header, from, to, until }: StripQuestion): { curves: StripCurve[]; right?: InputCurve['right']; note?: string } {
  if (name === undefined) return { curves: [] }
  const span = (to - from) * margin
  const found = inputCurve(scenarioOf(header), name, Math.max(0, from - span), Math.min(until, to + span))
  if (found === 'too fast') return { curves: [], note: `${name} is too fast for this window` }
  return found ? { curves: [found.curve], right: found.right } : { curves: [] }
}

/** No more bins than this in a window. */
const mostBins = 1000

/** The bins that are asked for, or wider ones where they would be too many. */
function binWidth(bin: number | undefined, { from, to, header }: StripQuestion): { bin: number; note?: string } {
  if (bin === undefined) return { bin: automaticBin(from, to, header.dt) }
  const least = roundBin((to - from) / mostBins, header.dt)
  return bin >= least ? { bin } : { bin: least, note: `bins of ${least} ms in this window` }
}

const together = (...notes: (string | undefined)[]) => notes.filter(Boolean).join('; ') || undefined

async function rates({ populations, bin: asked, input }: Extract<Strip, { kind: 'rates' }>, question: StripQuestion): Promise<StripData> {
  const { bin, note } = binWidth(asked, question)
  const found = await Promise.all(populations.map((units) => askCode(question, units, bin)))
  const curves = found.map(({ centres, rate }, i): StripCurve => ({ name: populations[i], times: centres, values: rate, colour: colourOf(question.header, populations[i]) }))
  const { curves: inputs, right, note: missing } = withInput(input, question)
  const title = populations.length === 1 ? `Rate of ${populations[0]}` : 'Population rates'
  return { ...plain, title, label: 'rate (Hz)', unit: 'Hz', right, curves: [...curves, ...inputs], bin, note: together(note, missing) }
}

const codes = {
  event_rate: { title: 'Event rate', label: 'event rate (Hz)', unit: 'Hz' },
  burst_rate: { title: 'Burst rate', label: 'burst rate (Hz)', unit: 'Hz' },
  burst_probability: { title: 'Burst probability', label: 'probability (%)', unit: '%' },
} as const

async function code({ population, show, bin: asked, input }: Extract<Strip, { kind: 'code' }>, question: StripQuestion): Promise<StripData> {
  const { bin, note } = binWidth(asked, question)
  const found = await askCode(question, population, bin)
  const { title, label, unit } = codes[show]
  const values = {
    event_rate: () => found.eventRate,
    burst_rate: () => found.burstRate,
    // a bin may hold the second spike of a burst whose onset lies before it
    burst_probability: () => found.burstProbability.map((p) => 100 * Math.min(1, p)),
  }[show]()
  const colour = (theme: Theme) => (show === 'event_rate' ? theme.soma : theme.dendrite)
  const { curves: inputs, right, note: missing } = withInput(input, question)
  return { ...plain, title: `${title} of ${population}`, label, unit, right, bin, note: together(note, missing), curves: [{ name: 'measured', times: found.centres, values, colour, width: 2 }, ...inputs] }
}

async function samples(strip: Extract<Strip, { kind: 'samples' }>, question: StripQuestion): Promise<StripData> {
  const { service, trace, header, until, from, to, width } = question
  const request = header.samples.find(({ name }) => name === strip.samples)
  if (!request) throw new Error(`this trace has no samples "${strip.samples}"`)
  const span = (to - from) * margin
  const reduced = request.units.length === 0
  const { variables, columns } = strip
  // of a block of trials all reports, so that one can say in which epoch each was made
  const isBlock = scenarioOf(header).trials?.blocks.some(({ name }) => name === strip.samples) ?? false
  const window = isBlock ? { from: 0, to: until + 1e-6, width: mostReports } : { from: Math.max(0, from - span), to: Math.min(until, to + span) + 1e-6, width: width * 2 }
  const found = await service.sampled({ trace, samples: strip.samples, variables, columns, ...window })
  const curves = found.map((series, i): StripCurve => {
    // variable by variable, and of each all columns
    const variable = variables[Math.floor(i / columns.length)]
    const unit = request.units[columns[i % columns.length]]
    const name = reduced || columns.length === 1 ? variable : `${variable} of unit ${unit}`
    return { name, times: series.times, values: series.values, colour: compartmentColour(variable, i), width: reduced ? 1.8 : 1.3 }
  })
  const potential = variables.every((v) => /^V(_|$)/.test(v))
  const shared = { ...plain, curves, log: strip.log ?? false, zero: reduced && !(strip.log ?? false), dots: reduced }
  if (reduced) return { ...shared, title: variables.length === 1 && variables[0] === strip.samples ? strip.samples : `${strip.samples}: ${variables.join(', ')}`, label: variables.length === 1 ? variables[0] : strip.samples, unit: '' }
  const units = columns.map((c) => request.units[c])
  const title = `${request.population}, unit${units.length > 1 ? 's' : ''} ${units.join(', ')}`
  const [label, unit] = potential ? ['potential (mV)', 'mV'] : [variables.join(', '), '']
  return { ...shared, title, label, unit, ...(await marksOf(request.population, units, question)) }
}

/** Potentials of soma and dendrite have their own colours. */
function compartmentColour(variable: string, index: number): (theme: Theme) => string {
  if (/^V_?s/i.test(variable) || variable === 'V') return (theme) => theme.soma
  if (/^V_?(d|a)/i.test(variable)) return (theme) => theme.dendrite
  return (theme) => seriesStyle(theme, index).colour
}

/** Spikes and plateau potentials of the unit, where it is one and its events were kept. */
async function marksOf(population: string, units: readonly number[], { service, trace, header, until, from, to }: StripQuestion): Promise<Pick<StripData, 'spikes' | 'plateaus' | 'note'>> {
  const kept = header.populations.find(({ name }) => name === population)?.events !== false
  if (!kept || units.length !== 1) return {}
  const span = (to - from) * margin
  const rows = [{ population, first: units[0], last: units[0] + 1, order: { by: 'id' as const } }]
  const found = await service.events(trace, { from: Math.max(0, from - span), to: to + span, rows }, mostTicks)
  if (!found) return { note: `more than ${mostTicks} events, not drawn as ticks` }
  const [events] = found
  const having = (mask: number) => events.times.filter((_, i) => (events.kinds[i] & mask) !== 0)
  const [on, off] = [having(kinds.plateau_on), having(kinds.plateau_off)]
  // one that began before the window was asked for
  const early = off.length > 0 && !(on[0] <= off[0]) ? [[Math.max(0, from - span), off[0]] as const] : []
  const plateaus = [...early, ...Array.from(on, (start) => [start, off.find((t) => t >= start) ?? Math.min(to + span, until)] as const)]
  return { spikes: having(kinds.spike), ...(plateaus.length > 0 && { plateaus }) }
}

async function weights({ projection }: Extract<Strip, { kind: 'weights' }>, { service, trace }: StripQuestion): Promise<StripData> {
  const { times, mean, quantiles, counts } = await service.weights(trace, projection)
  const [q5, q25, q50, q75, q95] = quantiles
  const colour = (theme: Theme) => theme.palette[2]
  const n = counts[0] ?? 0
  return {
    title: `Weights of ${projection}`,
    label: 'weight',
    unit: '',
    curves: [
      { name: 'mean', times, values: mean, colour, width: 2 },
      { name: 'median', times, values: q50, colour, dash: [2, 3] },
    ],
    areas: [
      { times, low: q5, high: q95, colour },
      { times, low: q25, high: q75, colour },
    ],
    zero: true,
    log: false,
    dots: times.length < 200,
    note: times.length === 0 ? 'no weights kept yet' : `bands: 5 to 95 % and 25 to 75 % of ${n.toLocaleString('en')} connections`,
  }
}
