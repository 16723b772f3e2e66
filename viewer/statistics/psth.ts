/**
 * Peri-stimulus time histogram of a population, in Hz a unit: rate[k] = counts[k] / (trials[k] units width). As in analysis/psth.ts, a trial
 * counts in a bin only if the run covers it whole.
 */
import { binCentres, binNumber } from '../../analysis/index.ts'
import { kinds } from '../../engine/description.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import { namedPopulation } from '../store/trace-store.ts'
import { visitRows } from '../store/visit-rows.ts'
import type { PsthRequest } from '../trace-service.ts'

/** Slack (ms) with which a run that ends at an edge covers the bin up to it. */
const slack = 1e-9

/** `trials`: triggers of which at least one bin is covered. Rates are NaN where no trial covers the bin. */
export async function psth(held: HeldTrace, { population: name, triggers, from, to, bin }: PsthRequest): Promise<{ centres: Float64Array; rates: Float64Array; trials: number }> {
  const { store } = held
  const population = namedPopulation(store, name)
  const n = binNumber(from, to, bin)
  const stop = from + n * bin
  const { until } = store
  const covers = (trigger: number, k: number) => trigger + from + k * bin >= -slack && trigger + from + (k + 1) * bin <= until + slack
  const trials = new Float64Array(n)
  const seen = triggers.filter((trigger) => {
    let some = false
    for (let k = 0; k < n; k++) {
      if (!covers(trigger, k)) continue
      trials[k]++
      some = true
    }
    return some
  })
  seen.sort((a, b) => a - b)
  const counts = new Float64Array(n)
  const add = (time: number, trigger: number): void => {
    const t = time - trigger
    let k = Math.floor((t - from) / bin)
    if (t >= from + (k + 1) * bin) k++
    if (t < from + k * bin) k--
    if (k >= 0 && k < n && covers(trigger, k)) counts[k]++
  }
  if (seen.length > 0) {
    // triggers whose window holds the time: from `low` on, as long as they began early enough
    let low = 0
    await visitRows(held, population, seen[0] + from - slack, seen[seen.length - 1] + stop + slack, ({ times, kinds: marks, first, end }) => {
      for (let i = first; i < end; i++) {
        if (!(marks[i] & kinds.spike)) continue
        while (low < seen.length && seen[low] + stop <= times[i] - slack) low++
        for (let j = low; j < seen.length && seen[j] + from <= times[i] + slack; j++) add(times[i], seen[j])
      }
    })
  }
  const perUnit = 1000 / (store.header.populations[population].size * bin)
  return { centres: binCentres(from, to, bin), rates: counts.map((count, k) => (trials[k] === 0 ? Number.NaN : (count / trials[k]) * perUnit)), trials: seen.length }
}
