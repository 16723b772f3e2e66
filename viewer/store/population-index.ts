/**
 * What is found out about a population while its rows are read once, from the first on: counts by time and unit, counts of each unit,
 * first spikes, plateau potentials, and the class of every spike. It is small beside the rows, and it stays when they have to go.
 * Rows come as they are read, or as a run sends them; another burst threshold classifies again what had been read.
 */
import { kinds } from '../../engine/description.ts'
import { countInto, type Density, halved, makeDensity, reach } from '../../engine/trace/density.ts'
import type { BurstThreshold } from '../trace-service.ts'
import { classRoom, correct, makePacked, type PackedClasses, pack } from './packed-classes.ts'
import { makePlateaus, type Plateaus, takePlateaus } from './plateaus.ts'
import { beginClassification, type Classification, classify, spikeClass } from './spike-classes.ts'
import type { EventColumns } from './trace-store.ts'

export const fineBins = 8192
/** Bands of all populations together, so that their counts fit in about 70 MB. */
const fineBands = 1024
/** Bytes for the counts of each unit at the beginning of segments. */
const checkpointBytes = 8e6

/** Rows before this place have been taken: all of the segments before, and so many rows of this one. */
export interface Place {
  segment: number
  row: number
}

export interface PopulationIndex {
  units: number
  counted: Place
  classified: Place
  classification: Classification
  /** Of each segment, those of its rows as far as they have been counted. */
  classes: PackedClasses[]
  density: Density & { inBurst: Uint32Array }
  /** The same in bins four times as wide, each with all that came before it: once everything has been read. */
  cumulative?: Density
  /** Spikes before each segment; one number more than segments. */
  spikesBefore: number[]
  /** Of each unit, so far. */
  unitSpikes: Uint32Array
  /** ms; Infinity of a unit that was silent */
  firstSpikes: Float64Array
  /** `unitSpikes` as they were before segments 0, every, 2 every, ... */
  checkpoints: { every: number; counts: Uint32Array[] }
  plateaus: Plateaus
}

/** Nothing read yet; `until` (ms) is where the run will probably end. */
export function makeIndex(units: number, populations: number, until: number, threshold: BurstThreshold): PopulationIndex {
  const density = makeDensity(units, fineBins, Math.max(32, Math.min(512, Math.floor(fineBands / populations))))
  if (until > 0 && until < Number.POSITIVE_INFINITY) reach(density, until)
  return {
    units,
    counted: { segment: 0, row: 0 },
    classified: { segment: 0, row: 0 },
    classification: beginClassification(units, threshold),
    classes: [],
    density: { ...density, inBurst: new Uint32Array(density.all.length) },
    spikesBefore: [0],
    unitSpikes: new Uint32Array(units),
    firstSpikes: new Float64Array(units).fill(Number.POSITIVE_INFINITY),
    checkpoints: { every: 1, counts: [] },
    plateaus: makePlateaus(units),
  }
}

/** Tell bursts by another threshold from now on. */
export function useThreshold(index: PopulationIndex, threshold: BurstThreshold): void {
  if (index.classification.threshold === threshold) return
  index.classification = beginClassification(index.units, threshold)
  index.classified = { segment: 0, row: 0 }
  index.density.inBurst.fill(0)
  index.cumulative = undefined
}

/**
 * Take the rows of the segment where classification stands, up to row `end`; `whole` if no more rows will come to it. Without columns
 * (they are damaged) the segment is passed over.
 */
export function takeRows(index: PopulationIndex, columns: EventColumns | undefined, end: number, whole: boolean): void {
  const { counted, classified } = index
  const { segment } = classified
  if (columns) {
    if (counted.segment === segment && counted.row < end) {
      index.cumulative = undefined
      countRows(index, columns, counted.row, end)
    }
    takeClasses(index, columns, classified.row, end)
  } else index.classes[segment] ??= makePacked(0)
  if (counted.segment === segment) {
    index.spikesBefore[segment + 1] ??= index.spikesBefore[segment]
    index.counted = whole ? { segment: segment + 1, row: 0 } : { segment, row: end }
  }
  index.classified = whole ? { segment: segment + 1, row: 0 } : { segment, row: end }
}

/** Counts at a quarter of the resolution, for views of everything: what lies between two times is the difference of two numbers. */
export function addCumulative(index: PopulationIndex): void {
  const quarter = halved(halved(index.density))
  for (const counts of [quarter.all, quarter.inBurst ?? []]) {
    for (let i = 1; i < counts.length; i++) if (i % quarter.bins !== 0) counts[i] += counts[i - 1]
  }
  index.cumulative = quarter
}

function countRows(index: PopulationIndex, columns: EventColumns, first: number, end: number): void {
  const { times, sources, kinds: marks } = columns
  const { density, unitSpikes, firstSpikes, counted, spikesBefore } = index
  if (first === 0) addCheckpoint(index, counted.segment)
  countInto(density, times, sources, marks, first, end)
  let spikes = 0
  let others = 0
  for (let i = first; i < end; i++) {
    if (!(marks[i] & kinds.spike)) {
      others++
      continue
    }
    const unit = sources[i]
    if (unitSpikes[unit]++ === 0) firstSpikes[unit] = times[i]
    spikes++
  }
  if (others > 0) takePlateaus(index.plateaus, columns, first, end)
  spikesBefore[counted.segment + 1] = (spikesBefore[counted.segment + 1] ?? spikesBefore[counted.segment]) + spikes
}

function addCheckpoint(index: PopulationIndex, segment: number): void {
  const { checkpoints, units } = index
  if (segment % checkpoints.every !== 0) return
  // a damaged segment has left its place empty
  while (checkpoints.counts.length * checkpoints.every <= segment) checkpoints.counts.push(index.unitSpikes.slice())
  while (checkpoints.counts.length > 2 && checkpoints.counts.length * units * 4 > checkpointBytes) {
    checkpoints.counts = checkpoints.counts.filter((_, k) => k % 2 === 0)
    checkpoints.every *= 2
  }
}

function takeClasses(index: PopulationIndex, columns: EventColumns, first: number, end: number): void {
  const { classes, classified, classification, density } = index
  const { times, sources } = columns
  const { segment } = classified
  classes[segment] ??= makePacked(columns.kinds.length)
  const own = classRoom(end)
  const { inBurst, bins, width, bandSize } = density
  const [perTime, perUnit] = [1 / width, 1 / bandSize]
  const isOnset = (where: number, row: number, unit: number, time: number): void => {
    if (where < segment || row < first) correct(classes[where], row, spikeClass.onset)
    inBurst[Math.floor(unit * perUnit) * bins + Math.floor(time * perTime)]++
  }
  classify(classification, columns, first, end, own, segment, isOnset)
  pack(classes[segment], own, first, end)
  for (let i = first; i < end; i++) {
    if (own[i] >= spikeClass.second) inBurst[Math.floor(sources[i] * perUnit) * bins + Math.floor(times[i] * perTime)]++
  }
}
