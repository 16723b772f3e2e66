/**
 * Burst ensemble multiplexing of a window: how event rate and burst probability go with the inputs that they are said to encode.
 * The numbers are those of the figure (figures/multiplexing-from-trace.ts): the same bins, inputs as means over bins, Pearson's r at
 * lag 0.   Naud & Sprekeler, PNAS 115:E6329 (2018). Times in ms, inputs in the engine's units, rates in Hz, probabilities 0 to 1.
 */
import { binMeans, burstProbability, burstProbabilityError, type MultiplexingCorrelations, multiplexingCorrelations } from '../../analysis/index.ts'
import { inputSignal } from '../../figures/recorded-events.ts'
import type { PageScenario } from '../strips/page-scenario.ts'
import type { Code } from '../trace-service.ts'

/** How a measure goes with the level of an input: a point a group of bins with about the same level. */
export interface Response {
  level: Float64Array
  value: Float64Array
  /** Standard error; NaN where it is not defined. */
  error: Float64Array
}

export interface MultiplexedCode {
  centres: Float64Array
  soma: Float64Array
  dendrite: Float64Array
  eventRate: Float64Array
  /** NaN without onsets; above 1 where a bin holds the second spike of a burst that began before it. */
  burstProbability: Float64Array
  correlations: MultiplexingCorrelations
  eventRateBySoma: Response
  burstProbabilityByDendrite: Response
}

/** Bins within which the largest correlation is looked for, on either side: 200 ms, for periodic inputs come back after a while. */
export function largestLag(bins: number, bin: number): number {
  return Math.max(0, Math.min(Math.round(200 / bin), Math.floor(bins / 4), 50))
}

const groupsOfLevels = 8

/** `code` in bins of `bin` ms from `from` to `to`. Throws RangeError where inputs and code do not fit each other. */
export function multiplexedCode(scenario: PageScenario, code: Code, inputs: { soma: string; dendrite: string }, from: number, to: number, bin: number): MultiplexedCode {
  const soma = binMeans(inputSignal(scenario, inputs.soma), from, to, bin)
  const dendrite = binMeans(inputSignal(scenario, inputs.dendrite), from, to, bin)
  return {
    centres: code.centres,
    soma,
    dendrite,
    eventRate: code.eventRate,
    burstProbability: code.burstProbability,
    correlations: multiplexingCorrelations(soma, dendrite, code, largestLag(code.centres.length, bin)),
    eventRateBySoma: response(soma, (bins) => meanAndError(bins.map((k) => code.eventRate[k]))),
    burstProbabilityByDendrite: response(dendrite, (bins) => {
      const [onsets, bursts] = [code.onsets, code.bursts].map((counts) => bins.reduce((sum, k) => sum + counts[k], 0))
      return [burstProbability(onsets, bursts), burstProbabilityError(onsets, bursts)]
    }),
  }
}

/** Bins in groups of equally wide levels of the input; groups without bins are left out. */
function response(levels: Float64Array, measure: (bins: number[]) => [value: number, error: number]): Response {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const level of levels) [low, high] = [Math.min(low, level), Math.max(high, level)]
  const groups = Array.from({ length: groupsOfLevels }, (): number[] => [])
  levels.forEach((level, k) => {
    const group = high > low ? Math.min(groupsOfLevels - 1, Math.floor(((level - low) / (high - low)) * groupsOfLevels)) : 0
    groups[group].push(k)
  })
  const filled = groups.filter((bins) => bins.length > 0)
  const measured = filled.map(measure)
  return {
    level: Float64Array.from(filled, (bins) => bins.reduce((sum, k) => sum + levels[k], 0) / bins.length),
    value: Float64Array.from(measured, ([value]) => value),
    error: Float64Array.from(measured, ([, error]) => error),
  }
}

/** Mean, and its standard error s / sqrt(n); NaN of a single value. */
function meanAndError(values: number[]): [mean: number, error: number] {
  const n = values.length
  const mean = values.reduce((sum, v) => sum + v, 0) / n
  const squares = values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0)
  return [mean, n > 1 ? Math.sqrt(squares / (n - 1) / n) : Number.NaN]
}
