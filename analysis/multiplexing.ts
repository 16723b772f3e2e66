import { binCentres, binCounts } from './bins.ts'
import { burstProbability } from './bursts.ts'
import { type LaggedPeak, laggedPeak } from './correlation.ts'
import { checkSameLength, checkWhole, type EventColumns } from './trains.ts'

/**
 * Burst ensemble multiplexing: one population carries two signals, its event rate the somatic input and its burst
 * probability the dendritic one. Naud & Sprekeler 2018, Payeur et al. 2021.
 * ER[k] = onsets[k] / (N w), BR[k] = bursts[k] / (N w), BP[k] = bursts[k] / onsets[k].
 */
export interface Multiplexed {
  /** Bin centres, ms. */
  centres: Float64Array
  /** Counts per bin: what is to be smoothed, before dividing. */
  onsetCounts: Float64Array
  burstCounts: Float64Array
  /** Onsets (first spikes of bursts, and singlets) per unit, Hz. */
  eventRate: Float64Array
  /** Bursts per unit, Hz. */
  burstRate: Float64Array
  /** NaN, a gap, in bins without onsets. */
  burstProbability: Float64Array
}

/** A window of whole bins, ms, and the number of units N that the rates are divided by. */
export interface MultiplexingWindow {
  from: number
  to: number
  width: number
  units: number
  /** Base step in ms, where times lie on a grid; see `binOf`. */
  grid?: number
}

/**
 * Event rate, burst rate and burst probability in half-open bins of [from, to).
 * Bursts count where they are dated: by their second spike, as online detectors do, or by their onset, if
 * `burstOnsets` is passed.
 *
 * Parameters: times of onsets and of bursts of all units, ms. Throws RangeError on an empty window or no units.
 */
export function multiplexed(
  onsets: ArrayLike<number>,
  bursts: ArrayLike<number>,
  { from, to, width, units, grid }: MultiplexingWindow,
): Multiplexed {
  checkWhole(units, 'the number of units', 1)
  const onsetCounts = binCounts(onsets, from, to, width, grid)
  const burstCounts = binCounts(bursts, from, to, width, grid)
  const perUnit = 1000 / (units * width)
  return {
    centres: binCentres(from, to, width),
    onsetCounts,
    burstCounts,
    eventRate: onsetCounts.map((count) => count * perUnit),
    burstRate: burstCounts.map((count) => count * perUnit),
    burstProbability: onsetCounts.map((count, k) => burstProbability(count, burstCounts[k])),
  }
}

/** The bits of the kinds column that say burst and onset. */
export const burstKind = 2
export const onsetKind = 4

/**
 * The times of onsets and of bursts in the columns of a stream whose kinds were written by a detector of the
 * simulation.
 * Throws RangeError without kinds, or where columns differ in length.
 */
export function onsetsAndBursts(events: EventColumns): { onsets: Float64Array; bursts: Float64Array } {
  const { times, sources, kinds } = events
  if (!kinds) throw new RangeError('the columns have no kinds; detect bursts from the spikes with populationBursts')
  checkSameLength(times, sources, 'times and sources')
  checkSameLength(times, kinds, 'times and kinds')
  const having = (bit: number) => Float64Array.from(times).filter((_, row) => (kinds[row] & bit) !== 0)
  return { onsets: having(onsetKind), bursts: having(burstKind) }
}

/** How well each stream follows each input: the first two should be near 1, the cross terms near 0. */
export interface MultiplexingCorrelations {
  /** r(I_s, ER) */
  somaticEventRate: LaggedPeak
  /** r(I_d, BP) */
  dendriticBurstProbability: LaggedPeak
  /** r(I_d, ER), cross-talk */
  dendriticEventRate: LaggedPeak
  /** r(I_s, BP), cross-talk */
  somaticBurstProbability: LaggedPeak
}

/**
 * The four correlations of the two inputs with event rate and burst probability, at lag 0 and where they are largest; a
 * positive lag, in bins, is a late response. Bins where the burst probability is a gap are left out of its
 * correlations, and `pairs` says how many remain. The inputs must be incommensurate for the cross terms to mean
 * anything.
 *
 * Parameters: inputs averaged over the same bins (`binMeans`; sampled at the left edge they are half a bin early).
 * Throws RangeError where their lengths differ from the bins'.
 */
export function multiplexingCorrelations(
  somatic: ArrayLike<number>,
  dendritic: ArrayLike<number>,
  streams: Pick<Multiplexed, 'eventRate' | 'burstProbability'>,
  maxLag: number,
): MultiplexingCorrelations {
  return {
    somaticEventRate: laggedPeak(somatic, streams.eventRate, maxLag),
    dendriticBurstProbability: laggedPeak(dendritic, streams.burstProbability, maxLag),
    dendriticEventRate: laggedPeak(dendritic, streams.eventRate, maxLag),
    somaticBurstProbability: laggedPeak(somatic, streams.burstProbability, maxLag),
  }
}
