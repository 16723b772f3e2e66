/** Figures as SVG text from plain data, and small pictures for a terminal. */
export { type ComparisonData, comparisonFigure } from './comparison.ts'
export { type ConvergenceData, type ConvergenceSeries, convergenceFigure, fittedOrder } from './convergence.ts'
export { type CostData, costFigure } from './cost.ts'
export {
  type CurveAxis,
  type CurvePanel,
  type CurveSeries,
  type CurvesData,
  type CurvesOptions,
  curvesFigure,
} from './curves.ts'
export { type DissimilarityData, type DissimilarityPanel, dissimilarityFigure } from './dissimilarity.ts'
export { type LearningCurve, type LearningData, type LearningOptions, learningFigure } from './learning.ts'
export { type Compartment, type DecodedTrace, type MultiplexingData, multiplexingFigure } from './multiplexing.ts'
export type { FigureOptions } from './page.ts'
export { type RasterData, type RasterOptions, type RasterPopulation, rasterFigure } from './raster.ts'
export { type RateSeries, type RatesData, type RatesOptions, ratesFigure } from './rates.ts'
export {
  type Ceiling,
  type SimilarityBarsData,
  type SimilarityBarsOptions,
  type SimilarityCondition,
  similarityBarsFigure,
} from './similarity-bars.ts'
export { sparkline, type TerminalSize, terminalRaster, terminalRates } from './terminal.ts'
export { dark, light, okabeIto, type Theme, type ThemeName } from './theme.ts'
export { type VoltagePanel, type VoltagesData, type VoltageTrace, voltagesFigure } from './voltages.ts'
export { type WeightsData, type WeightsOptions, weightsFigure } from './weights.ts'
export { type WindowData, type WindowFormula, type WindowOptions, windowFigure } from './window.ts'
