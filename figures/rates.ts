/** Rates of populations over time, a line each. Times (centres of bins) in ms, rates in Hz; NaN is a gap. */
import { niceDomain, timeAxis } from './axes.ts'
import { checkColumns, extent, linePath, type Numbers, roomy } from './lines.ts'
import type { FigureOptions } from './page.ts'
import { stack } from './stack.ts'
import { element } from './svg.ts'
import { seriesStyle } from './theme.ts'

export interface RateSeries {
  name: string
  /** ms, ascending */
  times: Numbers
  /** Hz */
  rates: Numbers
}

export interface RatesData {
  populations: readonly RateSeries[]
  /** Window, ms. */
  from: number
  to: number
}

export interface RatesOptions extends FigureOptions {
  /** px, 280 unless said. */
  height?: number
}

/** Throws `InputError` for times out of order, columns of unequal length and infinite rates. */
export function ratesFigure(data: RatesData, options: RatesOptions): string {
  for (const { name, times, rates } of data.populations) checkColumns(name, times, rates)
  const columns = data.populations.map(({ times, rates }) => ({ x: times, y: rates }))
  const range = extent(columns, [data.from, data.to])
  return stack(options, timeAxis(data.from, data.to), theme => {
    const styles = data.populations.map((_, i) => seriesStyle(theme, i))
    return {
      panels: [
        {
          height: options.height ?? 280,
          y: { label: 'firing rate (Hz)', domain: niceDomain(roomy(range, true)) },
          legend: data.populations.map(({ name }, i) => ({ name, mark: 'line', ...styles[i] })),
          empty: range ? undefined : 'no events',
          draw: (_, x, y) =>
            data.populations.map(({ times, rates }, i) => strokePath(linePath(times, rates, x, y), styles[i])).join(''),
        },
      ],
    }
  })
}

/** The stroke of a line of data. */
export function strokePath(d: string, style: { colour: string; dash?: string; width?: number }): string {
  if (d === '') return ''
  return element('path', {
    class: 'data',
    d,
    fill: 'none',
    stroke: style.colour,
    'stroke-width': style.width ?? 1.6,
    'stroke-dasharray': style.dash,
    'stroke-linejoin': 'round',
    'stroke-linecap': style.dash ? undefined : 'round',
  })
}
