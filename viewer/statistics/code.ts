/** Rates of spikes, of events and of bursts over time, and burst probability: what a population sends. analysis/multiplexing.ts has the equations. */
import { binCentres, binNumber, burstProbability } from '../../analysis/index.ts'
import { kinds } from '../../engine/description.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import { namedPopulation } from '../store/trace-store.ts'
import { visitRows, withBursts } from '../store/visit-rows.ts'
import type { Code, CodeRequest } from '../trace-service.ts'
import { burstTelling } from './burst-counts.ts'

export function code(held: HeldTrace, { population: name, units: range, from, to, bin, threshold }: CodeRequest): Promise<Code> {
  const population = namedPopulation(held.store, name)
  const [low, high] = range ?? [0, held.store.header.populations[population].size]
  const n = binNumber(from, to, bin)
  const { isOnset, isBurst } = burstTelling(threshold)
  // the run's own marks stand in the rows and need no classes: whoever counts them goes along when rows are read first
  const byMarks = threshold === 'recorded'
  return withBursts(held, byMarks ? [] : [population], from + n * bin, async () => {
    const [spikes, onsets, bursts] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
    await visitRows(held, population, from, from + n * bin, ({ times, sources, kinds: marks, classes, first, end }) => {
      const told = byMarks ? marks : classes()
      let k = 0
      for (let i = first; i < end; i++) {
        // times do not decrease, so neither do bins; the edges are those of analysis/bins.ts
        while (k + 1 < n && times[i] >= from + (k + 1) * bin) k++
        const kind = marks[i]
        if (!(kind & kinds.spike) || sources[i] < low || sources[i] >= high) continue
        spikes[k]++
        if (isOnset(kind, told[i])) onsets[k]++
        if (isBurst(kind, told[i])) bursts[k]++
      }
    })
    const perUnit = 1000 / ((high - low) * bin)
    const rate = (counts: Float64Array) => counts.map((count) => count * perUnit)
    const probability = onsets.map((count, k) => burstProbability(count, bursts[k]))
    return { centres: binCentres(from, to, bin), rate: rate(spikes), eventRate: rate(onsets), burstRate: rate(bursts), burstProbability: probability, onsets, bursts }
  })
}
