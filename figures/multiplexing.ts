/**
 * Burst ensemble multiplexing in one picture: what goes into somata and dendrites, the spikes of a sample of cells, and
 * that the event rate follows the somatic input while the burst probability follows the dendritic one; below, what
 * neurons downstream make of it.   Naud & Sprekeler, PNAS 115:E6329 (2018), after their figures 1 and 2.
 * Times in ms, inputs in pA, rates in Hz, burst probability as a fraction from 0 to 1 (shown in %); NaN is a gap.
 * A dashed input is moved and stretched so that its smallest and largest value meet those of the measured curve;
 * correlations are given by the caller and printed, not computed here.
 * Throws `InputError` for columns that do not fit each other and a probability that is none.
 */
import { InputError } from '../engine/errors.ts'
import { niceDomain, timeAxis } from './axes.ts'
import { checkColumns, extent, linePath, type Numbers, roomy } from './lines.ts'
import type { FigureOptions } from './page.ts'
import { type RasterPopulation, rasterPanel } from './raster.ts'
import { strokePath } from './rates.ts'
import { type Panel, stack } from './stack.ts'
import type { Theme } from './theme.ts'

export type Compartment = 'soma' | 'dendrite'

export interface DecodedTrace {
  name: string
  times: Numbers
  /** In the unit of the panel's label. */
  values: Numbers
  /** The input that this trace is meant to follow: gives it its colour and the dashed line. */
  follows: Compartment
  correlation?: number
}

export interface MultiplexingData {
  /** Window, ms. */
  from: number
  to: number
  inputs: { times: Numbers; soma: Numbers; dendrite: Numbers }
  /** `show` keeps the raster readable; 50 cells unless said. */
  cells: RasterPopulation
  /** Centres of bins (ms), event rate (Hz, per cell), burst probability (0 to 1). */
  code: { times: Numbers; eventRate: Numbers; burstProbability: Numbers }
  correlations: {
    somaEventRate: number
    dendriteEventRate: number
    somaBurstProbability: number
    dendriteBurstProbability: number
  }
  decoded?: { label: string; traces: readonly DecodedTrace[] }
}

interface Curve {
  times: Numbers
  values: Numbers
}

export function multiplexingFigure(data: MultiplexingData, options: FigureOptions): string {
  const { inputs, code } = data
  checkColumns('somatic input', inputs.times, inputs.soma)
  checkColumns('dendritic input', inputs.times, inputs.dendrite)
  checkColumns('event rate', code.times, code.eventRate)
  checkColumns('burst probability', code.times, code.burstProbability)
  for (const trace of data.decoded?.traces ?? []) checkColumns(trace.name, trace.times, trace.values)
  const percent = Float64Array.from(code.burstProbability, (p, i) => {
    if (p < 0 || p > 1)
      throw new InputError(`found a burst probability of ${p} at ${code.times[i]} ms; 0 to 1 are accepted`)
    return 100 * p
  })
  return stack(options, timeAxis(data.from, data.to), theme => {
    const cells = { ...data.cells, show: data.cells.show ?? 50, colour: theme.dendrite }
    const raster = rasterPanel({ populations: [cells], from: data.from, to: data.to }, theme, 170)
    const r = data.correlations
    const panels: Panel[] = [
      inputPanel(data, theme),
      { ...raster.panel, title: 'spikes' },
      followingPanel(
        data,
        {
          title: 'event rate (ER)',
          label: 'event rate (Hz)',
          follows: 'soma',
          times: code.times,
          values: code.eventRate,
        },
        [correlation('soma', 'ER', r.somaEventRate), correlation('dendrite', 'ER', r.dendriteEventRate)].join('; '),
        theme,
      ),
      followingPanel(
        data,
        {
          title: 'burst probability (BP)',
          label: 'probability (%)',
          follows: 'dendrite',
          times: code.times,
          values: percent,
        },
        [
          correlation('dendrite', 'BP', r.dendriteBurstProbability),
          correlation('soma', 'BP', r.somaBurstProbability),
        ].join('; '),
        theme,
      ),
    ]
    if (data.decoded) panels.push(decodedPanel(data, data.decoded, theme))
    return { panels, notes: [...raster.notes, 'dashed: input, scaled to the range of its solid line'] }
  })
}

function inputPanel({ inputs, from, to }: MultiplexingData, theme: Theme): Panel {
  const columns = [inputs.soma, inputs.dendrite].map(y => ({ x: inputs.times, y }))
  const range = extent(columns, [from, to])
  return {
    title: 'input',
    legend: [
      { name: 'to somata', colour: theme.soma, mark: 'line' },
      { name: 'to dendrites', colour: theme.dendrite, mark: 'line' },
    ],
    height: 100,
    y: { label: 'current (pA)', domain: niceDomain(roomy(range, false)) },
    empty: range ? undefined : 'no data',
    draw: (_, x, y) =>
      strokePath(linePath(inputs.times, inputs.soma, x, y), { colour: theme.soma }) +
      strokePath(linePath(inputs.times, inputs.dendrite, x, y), { colour: theme.dendrite }),
  }
}

type Following = Curve & { title: string; label: string; follows: Compartment }

function followingPanel(data: MultiplexingData, curve: Following, facts: string, theme: Theme): Panel {
  const range = extent([{ x: curve.times, y: curve.values }], [data.from, data.to])
  const input = scaledInput(data, curve)
  const colour = theme[curve.follows]
  return {
    title: curve.title,
    facts,
    legend: [
      { name: 'measured', colour, mark: 'line' },
      {
        name: curve.follows === 'soma' ? 'somatic input' : 'dendritic input',
        colour: theme.ink,
        mark: 'line',
        dash: dashes,
      },
    ],
    height: 110,
    y: { label: curve.label, domain: niceDomain(roomy(range, true)) },
    empty: range ? undefined : 'no events',
    draw: (_, x, y) =>
      strokePath(linePath(curve.times, curve.values, x, y), { colour, width: 2 }) +
      (input
        ? strokePath(linePath(input.times, input.values, x, y), { colour: theme.ink, dash: dashes, width: 1.2 })
        : ''),
  }
}

function decodedPanel(data: MultiplexingData, decoded: NonNullable<MultiplexingData['decoded']>, theme: Theme): Panel {
  const range = extent(
    decoded.traces.map(({ times, values }) => ({ x: times, y: values })),
    [data.from, data.to],
  )
  const facts = decoded.traces
    .filter(trace => trace.correlation !== undefined)
    .map(trace => correlation(trace.follows, trace.name, trace.correlation as number))
  return {
    title: 'downstream',
    facts: facts.join('; '),
    legend: decoded.traces.map(trace => ({ name: trace.name, colour: theme[trace.follows], mark: 'line' })),
    height: 110,
    y: { label: decoded.label, domain: niceDomain(roomy(range, true)) },
    empty: range ? undefined : 'no events',
    draw: (_, x, y) =>
      decoded.traces
        .map(trace => {
          const input = scaledInput(data, trace)
          const dashed = input && linePath(input.times, input.values, x, y)
          return (
            strokePath(linePath(trace.times, trace.values, x, y), { colour: theme[trace.follows], width: 2 }) +
            (dashed ? strokePath(dashed, { colour: theme.ink, dash: dashes, width: 1.2 }) : '')
          )
        })
        .join(''),
  }
}

const dashes = '5 4'

function correlation(input: Compartment, measured: string, r: number): string {
  const value = Number.isNaN(r)
    ? 'undefined'
    : r
        .toFixed(2)
        .replace(/^-(0\.00)$/, '$1')
        .replace('-', '\u2212')
  // Spaces that do not break keep name and number on one line.
  return `r(I_{${input}}, ${measured}) = ${value}`.replaceAll(' ', '\u00A0')
}

/** The input moved and stretched to the range of the curve; undefined if the input is constant or either is empty. */
function scaledInput(data: MultiplexingData, curve: Curve & { follows: Compartment }): Curve | undefined {
  const window = [data.from, data.to] as const
  const { times } = data.inputs
  const values = data.inputs[curve.follows]
  const range = extent([{ x: times, y: values }], window)
  const goal = extent([{ x: curve.times, y: curve.values }], window)
  if (!range || !goal) return undefined
  const [low, high] = range
  if (low === high) return undefined
  return { times, values: Float64Array.from(values, v => goal[0] + ((v - low) / (high - low)) * (goal[1] - goal[0])) }
}
