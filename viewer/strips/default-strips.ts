/**
 * The strips that a trace opens with: what the figures of its scenario show over time; rates where it asks for none; learning curves
 * where it keeps no events.
 */
import type { TraceHeader, TraceSamples } from '../../engine/trace/index.ts'
import { quantityIn } from '../../engine/units.ts'
import { figuresOf } from '../../figures/from-trace.ts'
import type { FigureSpecification } from '../../figures/specification.ts'
import type { Strip } from '../view.ts'
import { bandRows } from './bands.ts'
import { scenarioOf } from './page-scenario.ts'
import { scenarioShown } from './scenario-shown.ts'

const most = 8
const unitsDrawn = 2

export function defaultStrips(header: TraceHeader): Strip[] {
  const scenario = scenarioOf(header)
  // parsed before: the text need not be a scenario of ours
  const asked = figuresOf({ header: { ...header, scenario: JSON.stringify(scenario) } }).flatMap((figure) => stripsOf(figure, header))
  const known = asked.filter((strip) => isKnown(strip, header))
  const found = known.length > 0 ? known : withoutFigures(header)
  const bands: Strip[] = bandRows(scenario, header).length > 0 ? [{ kind: 'bands' }] : []
  const all = [...bands, ...found]
  return all.filter((strip, i) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(strip)) === i).slice(0, most)
}

function stripsOf(figure: FigureSpecification, header: TraceHeader): Strip[] {
  if ('multiplexing' in figure) {
    const { of, soma, dendrite, bin: width, decoders = [] } = figure.multiplexing
    const bin = width === undefined ? 50 : quantityIn(width, [1, 0, 0])
    return [
      { kind: 'code', population: of, show: 'event_rate', input: soma, bin },
      { kind: 'code', population: of, show: 'burst_probability', input: dendrite, bin },
      ...decoders.map((decoder): Strip => {
        const input = decoder.follows === 'soma' ? soma : dendrite
        const { signal = 'rate' } = decoder
        if (signal === 'rate') return { kind: 'rates', populations: [decoder.of], input, bin }
        return { kind: 'code', population: decoder.of, show: signal, input, bin }
      }),
    ]
  }
  if ('rates' in figure) {
    const { of } = figure.rates
    return [{ kind: 'rates', populations: of === undefined ? keptPopulations(header) : typeof of === 'string' ? [of] : of }]
  }
  if ('voltages' in figure) {
    const request = figure.voltages.of === undefined ? header.samples[0] : header.samples.find(({ name }) => name === figure.voltages.of)
    if (!request) return []
    const columns = figure.voltages.units ?? columnsOf(request).slice(0, unitsDrawn)
    const panels = figure.voltages.panels?.map(({ variables }) => variables) ?? panelsOf(request.variables)
    return columns.flatMap((column) => panels.map((variables): Strip => ({ kind: 'samples', samples: request.name, variables, columns: [column] })))
  }
  if ('learning' in figure) {
    const { of, variable, log } = figure.learning
    return learningStrips(typeof of === 'string' ? [of] : of, variable, header, log)
  }
  if ('weights' in figure) return [{ kind: 'weights', projection: figure.weights.of }]
  return []
}

/** Measures of one block share a strip. */
function learningStrips(of: readonly string[], variable: string | undefined, header: TraceHeader, log: boolean | undefined): Strip[] {
  const variables = new Map<string, string[]>()
  for (const name of of) {
    const dot = name.indexOf('.')
    const request = dot < 0 ? name : name.slice(0, dot)
    const wanted = dot < 0 ? (variable ?? header.samples.find((s) => s.name === name)?.variables[0]) : name.slice(dot + 1)
    if (wanted !== undefined) variables.set(request, [...(variables.get(request) ?? []), wanted])
  }
  return [...variables].map(([samples, wanted]) => ({ kind: 'samples', samples, variables: wanted, columns: [0], ...(log && { log }) }))
}

/** Populations whose events the run kept. */
export function keptPopulations({ populations }: TraceHeader): string[] {
  return populations.filter((p) => p.events !== false).map((p) => p.name)
}

/** Columns of a request of samples: one where the mean was kept. */
export function columnsOf({ units }: TraceSamples): number[] {
  return Array.from({ length: Math.max(1, units.length) }, (_, column) => column)
}

/** Potentials (V, V_soma, ...) share a strip, anything else has one of its own. */
export function panelsOf(variables: readonly string[]): string[][] {
  const potential = (name: string) => /^V(_|$)/.test(name)
  const potentials = variables.filter(potential)
  return [...(potentials.length > 0 ? [potentials] : []), ...variables.filter((name) => !potential(name)).map((name) => [name])]
}

function withoutFigures(header: TraceHeader): Strip[] {
  const reduced = header.samples.filter(({ units }) => units.length === 0)
  const curves = reduced.map(({ name, variables }): Strip => ({ kind: 'samples', samples: name, variables, columns: [0] }))
  const kept = keptPopulations(header)
  if (kept.length > 0 && !(scenarioOf(header).trials && curves.length > 0)) return [{ kind: 'rates', populations: kept.slice(0, 6) }]
  if (curves.length > 0) return curves
  return header.samples.slice(0, 2).flatMap((request) => panelsOf(request.variables).map((variables): Strip => ({ kind: 'samples', samples: request.name, variables, columns: [0] })))
}

/** Whether the trace holds what the strip shows; a link or a scenario may name more. */
export function isKnown(strip: Strip, header: TraceHeader): boolean {
  const kept = keptPopulations(header)
  const isKept = (units: string) => kept.includes(units.replace(/\[.*$/, ''))
  if (strip.kind === 'rates') return strip.populations.length > 0 && strip.populations.every(isKept)
  if (strip.kind === 'code') return isKept(strip.population)
  if (strip.kind === 'weights') return header.weights.some(({ name }) => name === strip.projection)
  if (strip.kind === 'bands') return bandRows(scenarioShown(header), header).length > 0
  const request = header.samples.find(({ name }) => name === strip.samples)
  return request !== undefined && strip.variables.every((v) => request.variables.includes(v)) && strip.columns.every((c) => c < Math.max(1, request.units.length))
}
