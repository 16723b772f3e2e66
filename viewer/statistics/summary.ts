/**
 * Numbers of a selection, times x rows: counts, rates, intervals and their irregularity, bursts. Intervals are those between two spikes of a
 * unit that both lie in the window; the coefficient of variation is the mean over units that have two or more. A burst belongs to the window
 * in which it begins, and counts with all its spikes, also those after the window (for a hundred intervals).
 */
import { burstProbability } from '../../analysis/index.ts'
import { kinds } from '../../engine/description.ts'
import { quantityIn } from '../../engine/units.ts'
import type { HeldTrace } from '../store/held-trace.ts'
import { spikeClass } from '../store/spike-classes.ts'
import { type VisitedRows, visitRows, withBursts } from '../store/visit-rows.ts'
import { scenarioOf } from '../strips/page-scenario.ts'
import type { BurstThreshold, Selection, SelectionSummary } from '../trace-service.ts'
import { burstTelling } from './burst-counts.ts'
import { addInterval, type IntervalHistogram, makeHistogram, usedBins } from './interval-histogram.ts'
import { type SelectedUnits, selectedUnits } from './selected-units.ts'

export function summary(held: HeldTrace, { from, to, rows }: Selection, threshold: BurstThreshold): Promise<SelectionSummary> {
  const groups = rows.map((group) => selectedUnits(held, group))
  const reach = to + burstReach(held, groups, threshold)
  return withBursts(held, groups.map((g) => g.population), reach, async () => {
    const histogram = makeHistogram()
    const populations: SelectionSummary['populations'] = []
    for (const [i, group] of groups.entries()) {
      const counted = makeCounted(group)
      await visitRows(held, group.population, from, to, (visited) => count(counted, histogram, group.chosen, visited, threshold))
      await visitRows(held, group.population, to, reach, (visited) => goOn(counted, visited))
      populations.push({ population: rows[i].population, ...numbers(counted, group, to - from) })
    }
    return { populations, histogram: usedBins(histogram) }
  })
}

/** How far after the window the bursts that began in it are followed (ms): a hundred times the longest interval within a burst. */
function burstReach({ store }: HeldTrace, groups: readonly SelectedUnits[], threshold: BurstThreshold): number {
  if (threshold !== 'recorded') return 100 * threshold
  const { populations } = scenarioOf(store.header)
  const intervals = groups.map(({ population }) => populations[store.header.populations[population].name]?.bursts?.interval ?? '16 ms')
  return 100 * Math.max(0, ...intervals.map((interval) => quantityIn(interval, [1, 0, 0])))
}

interface Counted {
  spikes: number
  plateaus: number
  onsets: number
  bursts: number
  /** Of each unit: its last spike in the window (ms), and mean and sum of squared deviations of its intervals (Welford 1962). */
  last: Float64Array
  intervals: Float64Array
  means: Float64Array
  squares: Float64Array
  /** Of each unit, spikes of its burst that goes on; 0 where there is none that began in the window. */
  open: Uint32Array
  openBursts: number
  sizes: number[]
}

function makeCounted({ chosen }: SelectedUnits): Counted {
  const zeros = () => new Float64Array(chosen.length)
  return {
    ...{ spikes: 0, plateaus: 0, onsets: 0, bursts: 0, openBursts: 0, sizes: [] },
    ...{ last: zeros().fill(Number.NaN), intervals: zeros(), means: zeros(), squares: zeros(), open: new Uint32Array(chosen.length) },
  }
}

function count(counted: Counted, histogram: IntervalHistogram, chosen: Uint8Array, { times, sources, kinds: marks, classes: told, first, end }: VisitedRows, threshold: BurstThreshold): void {
  const classes = told()
  const { isOnset, isBurst } = burstTelling(threshold)
  const { last, intervals, means, squares, open } = counted
  for (let i = first; i < end; i++) {
    const unit = sources[i]
    if (chosen[unit] === 0) continue
    const [kind, found] = [marks[i], classes[i]]
    if (kind & kinds.plateau_on) counted.plateaus++
    if (!(kind & kinds.spike)) continue
    counted.spikes++
    if (isOnset(kind, found)) counted.onsets++
    if (isBurst(kind, found)) counted.bursts++
    if (last[unit] <= times[i]) {
      const interval = times[i] - last[unit]
      addInterval(histogram, interval)
      const away = interval - means[unit]
      means[unit] += away / ++intervals[unit]
      squares[unit] += away * (interval - means[unit])
    }
    last[unit] = times[i]
    if (found === spikeClass.singlet || found === spikeClass.onset) {
      close(counted, unit)
      if (found === spikeClass.singlet) addSize(counted, 1)
      else {
        open[unit] = 1
        counted.openBursts++
      }
    } else if (open[unit] > 0) open[unit]++
  }
}

/** After the window: bursts that began in it go on. */
function goOn(counted: Counted, { sources, classes: told, first, end }: VisitedRows): boolean {
  const classes = told()
  for (let i = first; i < end && counted.openBursts > 0; i++) {
    const unit = sources[i]
    if (counted.open[unit] === 0 || classes[i] === spikeClass.none) continue
    if (classes[i] > spikeClass.onset) counted.open[unit]++
    else close(counted, unit)
  }
  return counted.openBursts > 0
}

function close(counted: Counted, unit: number): void {
  if (counted.open[unit] === 0) return
  addSize(counted, counted.open[unit])
  counted.open[unit] = 0
  counted.openBursts--
}

function addSize({ sizes }: Counted, size: number): void {
  while (sizes.length < size) sizes.push(0)
  sizes[size - 1]++
}

type Numbers = Omit<SelectionSummary['populations'][number], 'population'>

function numbers(counted: Counted, { count: units }: SelectedUnits, duration: number): Numbers {
  counted.open.forEach((_, unit) => {
    close(counted, unit)
  })
  const { spikes, plateaus, onsets, bursts, intervals, means, squares, sizes: burstSizes } = counted
  const perUnit = (events: number) => (events / (units * duration)) * 1000
  let [number, sum, cvs, irregular] = [0, 0, 0, 0]
  intervals.forEach((n, unit) => {
    number += n
    sum += n * means[unit]
    if (n < 2 || means[unit] === 0) return
    cvs += Math.sqrt(squares[unit] / n) / means[unit]
    irregular++
  })
  return {
    ...{ units, spikes, plateaus, onsets, bursts, burstSizes },
    ...{ rate: perUnit(spikes), eventRate: perUnit(onsets), burstRate: perUnit(bursts), burstProbability: burstProbability(onsets, bursts) },
    ...{ intervals: number, meanInterval: sum / number, cv: cvs / irregular },
  }
}
