/**
 * What a figure of a trace is asked to draw, as data: an entry of `figures:` in a scenario. The scenario's schema
 * (scenarios/figures-schema.ts) describes and checks the same keys. Times are quantities such as `500 ms`.
 */
type Time = string | number
export type Detector = 'interval' | 'trace'

interface Common {
  title?: string
  from?: Time
  to?: Time
}
export interface RasterSpecification extends Common {
  of?: string | string[]
  show?: number
}
export interface RatesSpecification extends Common {
  of?: string | string[]
  bin?: Time
}
export interface VoltagesSpecification extends Common {
  of?: string
  units?: number[]
  panels?: { label: string; variables: string[] }[]
}
export interface MultiplexingSpecification extends Common {
  of: string
  soma: string
  dendrite: string
  bin?: Time
  show?: number
  detector?: Detector
  decoders?: { name: string; of: string; signal?: 'rate' | 'event_rate' | 'burst_rate'; follows: 'soma' | 'dendrite' }[]
}
export type CurveMetric = 'event_rate' | 'burst_probability' | 'rate'
export interface CurvesSpecification extends Common {
  x: { label: string; values: number[] }
  series: { name: string; of: string; groups?: number[]; published?: { [Metric in CurveMetric]?: (number | null)[] } }[]
  show?: CurveMetric[]
  published_as?: string
  group?: number
  steps?: { from: Time; every: Time; window: Time }
  detector?: Detector
}

export interface ComparisonSpecification extends Common {
  target: string
  output: string
  shift?: Time
  show?: number
}
export interface LearningSpecification extends Common {
  of: string | string[]
  variable?: string
  names?: string[]
  label?: string
  scale?: number
  log?: boolean
  silent?: number
  published?: { name?: string; t?: Time[]; epoch?: number[]; value: number[] }
}
export interface WeightsSpecification {
  title?: string
  of: string
  at?: Time[]
  label?: string
  scale?: number
  bins?: number
  log?: boolean
}
export interface WindowSpecification {
  title?: string
  of: string | string[]
  names?: string[]
  x: { label: string; values: number[] }
  y?: { label: string }
  scale?: number
  formula?: { A_plus: number; A_minus: number; tau_plus: number; tau_minus: number }
  curve?: { name?: string; x: number[]; y: number[] }
  published?: (number | null)[] | (number | null)[][]
  published_as?: string
}
export type DissimilarityKind = 'correlation' | 'euclidean' | 'cosine'
/** Which pass over a block. */
export type ResponsePass = 'first' | 'last' | number
export interface DissimilaritySpecification {
  title?: string
  of: string | string[]
  names?: string[]
  metric?: DissimilarityKind
  ranked?: boolean
  pass?: ResponsePass
  range?: [number, number]
  columns?: number
}
export interface SimilaritySpecification {
  title?: string
  layers: string[]
  series: { name: string; of: (string | null)[]; pass?: ResponsePass }[]
  with: string | string[]
  metric?: DissimilarityKind
  compare?: 'tau_a' | 'spearman' | 'pearson'
  pass?: ResponsePass
  ceiling?: string[] | string[][]
  draws?: number
  points?: boolean
  label?: string
  group?: string
}

export type FigureSpecification =
  | { raster: RasterSpecification }
  | { rates: RatesSpecification }
  | { voltages: VoltagesSpecification }
  | { multiplexing: MultiplexingSpecification }
  | { curves: CurvesSpecification }
  | { comparison: ComparisonSpecification }
  | { learning: LearningSpecification }
  | { weights: WeightsSpecification }
  | { window: WindowSpecification }
  | { dissimilarity: DissimilaritySpecification }
  | { similarity: SimilaritySpecification }
export type FigureKind = 'raster' | 'rates' | 'voltages' | 'multiplexing' | 'curves' | 'comparison' | 'learning' | 'weights' | 'window' | 'dissimilarity' | 'similarity'
