/** The weights of a projection whenever they were kept: mean, quantiles (linear between neighbours) and histograms with common edges. */
import { mean as meanOf } from '../../analysis/index.ts'
import { InputError, unknown } from '../../engine/errors.ts'
import { breathe, sliceTime } from '../store/breathe.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import type { WeightsOverTime } from '../trace-service.ts'

const quantilesAt = [0.05, 0.25, 0.5, 0.75, 0.95]
const bins = 64

export async function weightsOverTime(held: HeldTrace, projection: string): Promise<WeightsOverTime> {
  const { weights } = held.store.header
  const index = weights.findIndex((w) => w.name === projection)
  if (index < 0) throw new InputError(unknown('projection', projection, weights.map((w) => w.name)))
  const chunks = [...held.store.weights(index)]
  const times = Float64Array.from(chunks, (c) => c.first)
  const mean = new Float64Array(chunks.length)
  const quantiles = quantilesAt.map(() => new Float64Array(chunks.length))
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const inSlices = async (work: (sorted: Float32Array | Float64Array, k: number) => void) => {
    let deadline = performance.now() + sliceTime
    for (const [k, chunk] of chunks.entries()) {
      work(chunk.read()[2] as Float32Array | Float64Array, k)
      if (performance.now() < deadline) continue
      await breathe()
      deadline = performance.now() + sliceTime
    }
  }
  await inSlices((values, k) => {
    const sorted = values.slice().sort()
    mean[k] = meanOf(values)
    quantilesAt.forEach((q, i) => {
      quantiles[i][k] = quantile(sorted, q)
    })
    if (sorted.length === 0) return
    lowest = Math.min(lowest, sorted[0])
    highest = Math.max(highest, sorted[sorted.length - 1])
  })
  const edges = edgesBetween(lowest, highest)
  const histograms = chunks.map(() => new Float64Array(bins))
  await inSlices((values, k) => {
    const scale = bins / (edges[bins] - edges[0])
    for (let i = 0; i < values.length; i++) histograms[k][Math.min(bins - 1, Math.floor((values[i] - edges[0]) * scale))]++
  })
  return { times, mean, quantiles, counts: chunks.map((c) => c.count), edges, histograms }
}

/** NaN of none. */
function quantile(sorted: Float32Array | Float64Array, q: number): number {
  const place = q * (sorted.length - 1)
  const below = Math.floor(place)
  if (sorted.length === 0) return Number.NaN
  return sorted[below] + (place - below) * (sorted[Math.min(sorted.length - 1, below + 1)] - sorted[below])
}

function edgesBetween(lowest: number, highest: number): Float64Array {
  const known = lowest <= highest
  const [low, high] = !known ? [0, 1] : lowest === highest ? [lowest - 0.5, lowest + 0.5] : [lowest, highest]
  return Float64Array.from({ length: bins + 1 }, (_, k) => low + ((high - low) * k) / bins)
}
