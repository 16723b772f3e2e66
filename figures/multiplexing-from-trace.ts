/** The figure of burst ensemble multiplexing from a trace: signals and inputs on the same bins, correlated at lag 0. */
import { binCentres, type Multiplexed, multiplexed, multiplexingCorrelations, pearson, populationRate } from '../analysis/index.ts'
import { InputError } from '../engine/errors.ts'
import { quantityIn } from '../engine/units.ts'
import type { Recorded } from './from-trace.ts'
import { type DecodedTrace, multiplexingFigure } from './multiplexing.ts'
import type { FigureOptions } from './page.ts'
import { inputMeans, inputSignal, recordedBursts, type RecordedEvents, recordedEvents, spikesOf } from './recorded-events.ts'
import type { MultiplexingSpecification as Specification } from './specification.ts'

export function multiplexingFromTrace(recorded: Recorded, spec: Specification, page: FigureOptions): string {
  const { trace, scenario, from, to } = recorded
  const width = spec.bin === undefined ? 50 : quantityIn(spec.bin, [1, 0, 0])
  if (!(width <= to - from)) throw new InputError(`found bins of ${width} ms in a window of ${to - from} ms`)
  const cells = recordedEvents(trace, spec.of)
  const streams = multiplexedEvents(recorded, cells, width, spec.detector)
  const means = { soma: inputMeans(scenario, spec.soma, from, to, width), dendrite: inputMeans(scenario, spec.dendrite, from, to, width) }
  const r = multiplexingCorrelations(means.soma, means.dendrite, streams, 0)
  const decoded = spec.decoders?.map((decoder): DecodedTrace => {
    const events = recordedEvents(trace, decoder.of)
    const values = decodedSignal(recorded, events, width, decoder.signal ?? 'rate')
    return { name: decoder.name, times: streams.centres, values, follows: decoder.follows, correlation: pearson(means[decoder.follows], values) }
  })
  const data = {
    from,
    to,
    inputs: drawnInputs(recorded, spec),
    cells: { ...cells, show: spec.show },
    // a bin may hold the second spike of a burst whose onset lies before it
    code: { times: streams.centres, eventRate: streams.eventRate, burstProbability: streams.burstProbability.map((p) => Math.min(1, p)) },
    correlations: {
      somaEventRate: r.somaticEventRate.zero,
      dendriteEventRate: r.dendriticEventRate.zero,
      somaBurstProbability: r.somaticBurstProbability.zero,
      dendriteBurstProbability: r.dendriticBurstProbability.zero,
    },
    ...(decoded && { decoded: { label: 'rate (Hz)', traces: decoded } }),
  }
  return multiplexingFigure(data, { ...page, notes: [`bins of ${width} ms`, ...(page.notes ?? [])] })
}

function multiplexedEvents(recorded: Recorded, events: RecordedEvents, width: number, detector: Specification['detector']): Multiplexed {
  const { onsets, bursts } = recordedBursts(recorded.scenario, events, detector)
  return multiplexed(onsets, bursts, { from: recorded.from, to: recorded.to, width, units: events.size })
}

function decodedSignal(recorded: Recorded, events: RecordedEvents, width: number, signal: 'rate' | 'event_rate' | 'burst_rate'): Float64Array {
  if (signal === 'rate') return populationRate(spikesOf(events).times, events.size, recorded.from, recorded.to, width)
  const streams = multiplexedEvents(recorded, events, width, undefined)
  return signal === 'event_rate' ? streams.eventRate : streams.burstRate
}

/** Fine enough for the eye: 2000 points of the window. */
function drawnInputs({ scenario, from, to }: Recorded, spec: Specification) {
  const times = binCentres(from, to, (to - from) / 2000)
  return { times, soma: times.map(inputSignal(scenario, spec.soma)), dendrite: times.map(inputSignal(scenario, spec.dendrite)) }
}
