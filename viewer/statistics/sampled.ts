/** Sampled variables as curves. Where more than a few samples fall on a column of pixels, it keeps its first, lowest, highest and last. */
import { InputError, unknown } from '../../engine/errors.ts'
import { firstNotBefore } from '../../engine/trace/columns.ts'
import { pauses } from '../store/breathe.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import type { SampledRequest, Series } from '../trace-service.ts'

/** Samples that a column of pixels may have before it is thinned out. */
const keptWhole = 4

/** A curve for each variable and column, variables first. The samples next to the window are in it, so that lines reach its edges. */
export async function sampled(held: HeldTrace, request: SampledRequest): Promise<Series[]> {
  const { header } = held.store
  const index = header.samples.findIndex((s) => s.name === request.samples)
  if (index < 0) throw new InputError(unknown('samples', request.samples, header.samples.map((s) => s.name)))
  const { variables, units } = header.samples[index]
  const width = Math.max(1, units.length)
  const stride = variables.length * width
  const curves = request.variables.flatMap((variable) => {
    const v = variables.indexOf(variable)
    if (v < 0) throw new InputError(unknown('sampled variable', variable, variables))
    return request.columns.map((column) => {
      if (!(column >= 0 && column < width)) throw new InputError(`found column ${column} of "${request.samples}"; it has columns 0 to ${width - 1}`)
      const name = units.length === 0 ? variable : `${variable}, unit ${units[column]}`
      return { name, place: v * width + column, thinned: makeThinned(request) }
    })
  })
  const { from, to } = request
  const chunks = held.store.samples(index)
  const before = chunks.findLastIndex((c) => c.first < from)
  const after = chunks.findIndex((c) => c.last >= to)
  const pause = pauses()
  for (const chunk of chunks.slice(Math.max(0, before), after < 0 ? undefined : after + 1)) {
    const read = chunk.read()
    if (!read) continue
    const [times, values] = read as [Float64Array, Float32Array | Float64Array]
    const first = Math.max(0, firstNotBefore(times, from) - 1)
    const end = Math.min(times.length, firstNotBefore(times, to) + 1)
    for (const { place, thinned } of curves) for (let i = first; i < end; i++) addSample(thinned, times[i], values[i * stride + place])
    await pause()
  }
  return curves.map(({ name, thinned }) => {
    endColumn(thinned)
    return { name, times: Float64Array.from(thinned.times), values: Float64Array.from(thinned.values) }
  })
}

/** A curve as it is built, and the samples of the column that is not finished. */
interface Thinned {
  from: number
  scale: number
  column: number
  open: [time: number, value: number][]
  times: number[]
  values: number[]
}

function makeThinned({ from, to, width }: SampledRequest): Thinned {
  return { from, scale: Math.max(1, width) / (to - from), column: Number.NEGATIVE_INFINITY, open: [], times: [], values: [] }
}

function addSample(thinned: Thinned, time: number, value: number): void {
  const column = Math.floor((time - thinned.from) * thinned.scale)
  if (column !== thinned.column) endColumn(thinned)
  thinned.column = column
  thinned.open.push([time, value])
}

function endColumn({ open, times, values }: Thinned): void {
  for (const [time, value] of open.length > keptWhole ? extremes(open) : open) {
    times.push(time)
    values.push(value)
  }
  open.length = 0
}

/** First, lowest, highest and last, in the order of time; a gap (NaN) stays if it is first or last. */
function extremes(samples: [time: number, value: number][]): [number, number][] {
  let [lowest, highest] = [0, 0]
  samples.forEach(([, value], i) => {
    if (Number.isNaN(samples[lowest][1]) || value < samples[lowest][1]) lowest = i
    if (Number.isNaN(samples[highest][1]) || value > samples[highest][1]) highest = i
  })
  const kept = [...new Set([0, lowest, highest, samples.length - 1])].sort((a, b) => a - b)
  return kept.map((i) => samples[i])
}
