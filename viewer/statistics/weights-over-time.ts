/** The weights of a projection whenever they were kept: mean, quantiles (linear between neighbours) and histograms with common edges. */
import { mean } from '../../analysis/index.ts'
import { InputError, unknown } from '../../engine/errors.ts'
import { pauses } from '../store/breathe.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import type { WeightsOverTime } from '../trace-service.ts'

const quantilesAt = [0.05, 0.25, 0.5, 0.75, 0.95]
const bins = 64

type Weights = Float32Array | Float64Array

export async function weightsOverTime(held: HeldTrace, projection: string): Promise<WeightsOverTime> {
  const { weights } = held.store.header
  const index = weights.findIndex((w) => w.name === projection)
  if (index < 0) throw new InputError(unknown('projection', projection, weights.map((w) => w.name)))
  const kept: { time: number; mean: number; quantiles: number[]; values: () => Weights }[] = []
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const pause = pauses()
  for (const chunk of [...held.store.weights(index)]) {
    await pause()
    const columns = chunk.read()
    if (!columns) continue
    const sorted = (columns[2] as Weights).slice().sort()
    // read again for its histogram: all together may be more than memory holds
    const values = () => (chunk.read() ?? columns)[2] as Weights
    kept.push({ time: chunk.first, mean: mean(sorted), quantiles: quantilesAt.map((q) => quantile(sorted, q)), values })
    if (sorted.length === 0) continue
    lowest = Math.min(lowest, sorted[0])
    highest = Math.max(highest, sorted[sorted.length - 1])
  }
  const edges = edgesBetween(lowest, highest)
  const scale = bins / (edges[bins] - edges[0])
  const histograms: Float64Array[] = []
  for (const { values } of kept) {
    await pause()
    const histogram = new Float64Array(bins)
    for (const weight of values()) histogram[Math.min(bins - 1, Math.floor((weight - edges[0]) * scale))]++
    histograms.push(histogram)
  }
  return {
    times: Float64Array.from(kept, (k) => k.time),
    mean: Float64Array.from(kept, (k) => k.mean),
    quantiles: quantilesAt.map((_, i) => Float64Array.from(kept, (k) => k.quantiles[i])),
    counts: histograms.map((histogram) => histogram.reduce((sum, n) => sum + n, 0)),
    ...{ edges, histograms },
  }
}

/** NaN of none. */
function quantile(sorted: Weights, q: number): number {
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
