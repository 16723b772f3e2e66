/** Rates and burst probability against what differs between groups of units, or between steps of time, of a trace. */
import { burstProbability, inWindow, rate } from '../analysis/index.ts'
import { InputError } from '../engine/errors.ts'
import { quantityIn } from '../engine/units.ts'
import { type CurveSeries, curvesFigure } from './curves.ts'
import type { Recorded } from './from-trace.ts'
import type { FigureOptions } from './page.ts'
import { recordedBursts, recordedEvents, spikesOf } from './recorded-events.ts'
import type { CurveMetric as Metric, CurvesSpecification as Specification } from './specification.ts'

type Series = Specification['series'][number]

const panels: Record<Metric, { title: string; label: string; scale: number }> = {
  event_rate: { title: 'event rate', label: 'event rate (Hz)', scale: 1 },
  burst_probability: { title: 'burst probability', label: 'burst probability (%)', scale: 100 },
  rate: { title: 'firing rate', label: 'firing rate (Hz)', scale: 1 },
}

export function curvesFromTrace(recorded: Recorded, spec: Specification, page: FigureOptions): string {
  const measured = spec.series.map((series) => measure(recorded, spec, series))
  const x = spec.x.values
  const shown = spec.show ?? (['event_rate', 'burst_probability'] as const)
  return curvesFigure(
    {
      x: { label: spec.x.label },
      published: spec.published_as,
      panels: shown.map((metric) => {
        const { title, label, scale } = panels[metric]
        const series = spec.series.map((s, i): CurveSeries => {
          const known = s.published?.[metric]
          if (known && known.length !== x.length) {
            throw new InputError(`found ${known.length} published values of "${s.name}"; ${x.length} are needed, one an entry of x`)
          }
          const published = known && { x, y: known.map((v) => (v === null ? Number.NaN : v * scale)) }
          return { name: s.name, x, y: measured[i].map((point) => point[metric] * scale), ...(published && { published }) }
        })
        return { title, y: { label, include: [0] }, series }
      }),
    },
    page,
  )
}

/** One value of every metric for every entry of x; NaN where it is not defined. */
function measure(recorded: Recorded, spec: Specification, series: Series): Record<Metric, number>[] {
  const events = recordedEvents(recorded.trace, series.of)
  const { onsets, onsetSources, bursts, burstSources } = recordedBursts(recorded.scenario, events, spec.detector)
  const spikes = spikesOf(events)
  const entries = series.groups ?? spec.x.values.map((_, k) => k)
  if (entries.length !== spec.x.values.length) {
    throw new InputError(`found ${entries.length} groups of "${series.name}"; ${spec.x.values.length} are needed, one an entry of x`)
  }
  return entries.map((k) => {
    const { from, to, first, units } = cell(recorded, spec, series, k, events.size)
    const count = (times: Float64Array, sources: Uint32Array) =>
      inWindow(units === events.size ? times : times.filter((_, i) => sources[i] >= first && sources[i] < first + units), from, to).length
    const [o, b, s] = [count(onsets, onsetSources), count(bursts, burstSources), count(spikes.times, spikes.sources)]
    return { event_rate: rate(o, units, to - from), burst_probability: burstProbability(o, b), rate: rate(s, units, to - from) }
  })
}

/** Units and window of group or step `k`. */
function cell({ trace, from, to }: Recorded, spec: Specification, series: Series, k: number, size: number) {
  if (spec.group !== undefined) {
    if ((k + 1) * spec.group > size) {
      throw new InputError(`found group ${k} of "${series.name}"; ${series.of} has ${Math.floor(size / spec.group)} groups of ${spec.group}`)
    }
    return { from, to, first: k * spec.group, units: spec.group }
  }
  if (!spec.steps) throw new InputError('curves have one of group and steps')
  const [start, every, window] = [spec.steps.from, spec.steps.every, spec.steps.window].map((t) => quantityIn(t, [1, 0, 0]))
  const end = start + (k + 1) * every
  if (end > trace.until + 1e-9) {
    throw new InputError(`found step ${k} of "${series.name}", which ends at ${end} ms; the run ends at ${trace.until} ms`)
  }
  return { from: end - window, to: end, first: 0, units: size }
}
