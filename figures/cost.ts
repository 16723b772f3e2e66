/**
 * What something costs against its size, on a logarithmic axis of size: the picture of a benchmark, with the spread of
 * repeated runs as a band.   Throws `InputError` for sizes or costs that a logarithmic axis cannot hold.
 */
import { type CurveSeries, type CurvesOptions, curvesFigure } from './curves.ts'

export interface CostData {
  /** With unit: `synapses`, `neurons`. */
  size: string
  /** With unit: `time per event (ns)`. */
  cost: string
  /** The cost on a linear axis from zero instead of a logarithmic one. */
  linear?: boolean
  series: readonly CurveSeries[]
}

export function costFigure(data: CostData, options: CurvesOptions): string {
  const y = data.linear ? { label: data.cost, include: [0] } : { label: data.cost, log: true }
  return curvesFigure({ x: { label: data.size, log: true }, panels: [{ y, series: data.series }] }, options)
}
