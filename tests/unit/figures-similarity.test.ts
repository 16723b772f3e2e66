import { describe, expect, it } from 'vitest'
import { svgToPng } from '../../cli/png.ts'
import { dissimilarityFigure, light, type SimilarityBarsData, similarityBarsFigure } from '../../figures/index.ts'
import { gradient } from '../../figures/theme.ts'

const title = { title: 'a figure' }
const count = (svg: string, what: RegExp) => svg.match(what)?.length ?? 0

/** Colour -> rectangles as [x, y, width], in cells, one list a matrix. */
function cellsOf(svg: string): Map<string, number[][]>[] {
  return [...svg.matchAll(/<g transform="[^"]*"[^>]*>(.*?)<\/g>/g)].map(([, body]) => {
    const paths = [...body.matchAll(/<path class="level" d="([^"]*)" fill="([^"]*)"/g)]
    return new Map(paths.map(([, d, fill]) => [fill, [...d.matchAll(/M(\d+),(\d+)h(\d+)v1h-\3z/g)].map((m) => m.slice(1).map(Number))]))
  })
}

describe('dissimilarity matrices', () => {
  const matrix = [0, 0.2, 1.2, 0.2, 0, 0.72, 1.2, 0.72, 0]
  const one = (more = {}) => dissimilarityFigure({ panels: [{ name: 'm', values: matrix, ...more }], label: 'd' }, title)

  it('have the colour of every entry where it belongs', () => {
    // the scale runs from 0.2 to 1.2, the diagonal lies below it
    const [cells] = cellsOf(one())
    expect(cells.get(gradient(light, 0))).toEqual([[0, 0, 2], [0, 1, 2], [2, 2, 1]])
    expect(cells.get(gradient(light, 1))).toEqual([[2, 0, 1], [0, 2, 1]])
    expect(cells.get(gradient(light, 33 / 63))).toEqual([[2, 1, 1], [1, 2, 1]])
    expect(cells.size).toBe(3)
    expect(one()).toContain('>3 stimuli<')
  })

  it('share one scale, unless ranks are drawn or a range is given', () => {
    const panels = [{ name: 'small', values: [0, 1, 2, 1, 0, 3, 2, 3, 0] }, { name: 'large', values: [0, 10, 20, 10, 0, 30, 20, 30, 0] }]
    const [small, large] = cellsOf(dissimilarityFigure({ panels, label: 'd' }, title))
    expect(small).not.toEqual(large)
    expect(small.has(gradient(light, 1))).toBe(false)
    const ranked = dissimilarityFigure({ panels, label: 'd', ranked: true }, title)
    const [first, second] = cellsOf(ranked)
    expect(first).toEqual(second)
    expect(first.get(gradient(light, 1))).toEqual([[2, 1, 1], [1, 2, 1]])
    expect(ranked).toContain('each matrix by the ranks of its own entries')
    const [cut] = cellsOf(dissimilarityFigure({ panels, label: 'd', range: [0, 1] }, title))
    expect([...cut.keys()]).toEqual([gradient(light, 0), gradient(light, 1)])
  })

  it('leave out what is undefined and say how much', () => {
    const holes = one({ values: [0, Number.NaN, 1, Number.NaN, 0, 2, 1, 2, 0] })
    expect(holes).toContain('2 entries undefined')
    const drawn = [...cellsOf(holes)[0].values()].flat().reduce((sum, [, , width]) => sum + width, 0)
    expect(drawn).toBe(7)
    expect(one()).not.toContain('undefined')
    expect(dissimilarityFigure({ panels: [], label: 'd' }, title)).toContain('>no matrices<')
  })

  it('have lines between categories, and rows of as many as asked', () => {
    expect(one({ boundaries: [1, 2] })).toMatch(/<path class="boundary" d="(M[^M"]*){4}"/)
    expect(one()).not.toContain('boundary')
    const places = (columns?: number) => {
      const panels = Array.from({ length: 5 }, (_, i) => ({ name: `layer ${i}`, values: matrix }))
      const svg = dissimilarityFigure({ panels, label: 'd', columns }, title)
      return [...svg.matchAll(/<rect class="matrix" x="([^"]*)" y="([^"]*)"/g)]
    }
    expect(new Set(places().map((m) => m[1])).size).toBe(4)
    expect(new Set(places().map((m) => m[2])).size).toBe(2)
    expect(new Set(places(2).map((m) => m[2])).size).toBe(3)
  })

  it('paint what they say', () => {
    const shown = dissimilarityFigure({ panels: [{ name: 'm', values: [0, 1, 1, 0] }], label: 'd', range: [0, 1] }, title)
    const other = dissimilarityFigure({ panels: [{ name: 'm', values: [0, 0, 0, 0] }], label: 'd', range: [0, 1] }, title)
    expect(svgToPng(shown)).not.toEqual(svgToPng(other))
  })

  it('are refused where they are none', () => {
    expect(() => one({ values: [1, 2, 3] })).toThrow('"m" has 3 entries; a square matrix, K x K, is needed')
    expect(() => one({ values: [] })).toThrow('"m" has 0 entries')
    expect(() => one({ values: [0, Infinity, 1, 0] })).toThrow('"m" has the entry Infinity at (0, 1)')
    expect(() => one({ boundaries: [3] })).toThrow('boundary before stimulus 3; whole numbers from 1 to 2')
    expect(() => one({ values: new Float64Array(401 * 401) })).toThrow('401 stimuli; up to 400')
    expect(() => dissimilarityFigure({ panels: [], label: 'd', range: [1, 1] }, title)).toThrow('a range from 1 to 1')
    expect(() => dissimilarityFigure({ panels: [], label: 'd', columns: 0 }, title)).toThrow('0 columns of matrices')
  })
})

describe('similarity bars', () => {
  const data: SimilarityBarsData = {
    layers: ['input', 'hidden', 'output'],
    label: 'τ_{A}',
    conditions: [
      { name: 'trained', values: [0.1, 0.2, 0.4], errors: [0.05, 0, 0.1] },
      { name: 'untrained', values: [0.1, Number.NaN, -0.2] },
    ],
  }
  const bars = (svg: string) =>
    [...svg.matchAll(/<rect class="value" x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"/g)].map((m) => m.slice(1).map(Number))

  it('are as long as their values, side by side, from zero', () => {
    const all = bars(similarityBarsFigure(data, title))
    expect(all.length).toBe(5)
    const [input, hidden, output, other, negative] = all
    expect(hidden[3] / input[3]).toBeCloseTo(2, 2)
    expect(output[3] / input[3]).toBeCloseTo(4, 1)
    expect(negative[3] / input[3]).toBeCloseTo(2, 2)
    // both stand on the line of zero, one above it and one below
    expect(negative[1]).toBeCloseTo(output[1] + output[3], 1)
    expect(other[0]).toBeGreaterThan(input[0] + input[2])
    expect(other[0] + other[2]).toBeLessThan(hidden[0])
  })

  it('have error bars where there are errors, and a line at zero where something is below', () => {
    const svg = similarityBarsFigure({ ...data, errorsAre: 'standard error' }, title)
    expect(count(svg, /class="error"/g)).toBe(1)
    const path = svg.match(/<path class="error" d="([^"]*)"/)?.[1] ?? ''
    expect(count(path, /V/g)).toBe(2)
    expect(svg).toContain('error bars: standard error')
    expect(svg).toContain('class="zero"')
    const plain = similarityBarsFigure({ ...data, conditions: [{ name: 'a', values: [1, 2, 3] }], errorsAre: 'none' }, title)
    expect(plain).not.toMatch(/class="error"|class="zero"|error bars/)
  })

  it('show the noise ceiling of all layers or of each', () => {
    const areas = (ceiling: SimilarityBarsData['ceiling']) =>
      count(similarityBarsFigure({ ...data, ceiling }, title).match(/class="ceiling" d="([^"]*)"/)?.[1] ?? '', /M/g)
    expect(areas({ lower: 0.5, upper: 0.6 })).toBe(1)
    expect(areas([{ lower: 0.5, upper: 0.6 }, { lower: 0.5, upper: 0.6 }, { lower: 0.6, upper: 0.7 }])).toBe(2)
    expect(areas(undefined)).toBe(0)
    expect(similarityBarsFigure({ ...data, ceiling: { lower: 0.5, upper: 0.6 } }, title)).toContain('>noise ceiling<')
  })

  it('can be points, and say when there is nothing', () => {
    const points = similarityBarsFigure({ ...data, points: true }, title)
    expect(count(points, /<circle class="value"/g)).toBe(5)
    expect(bars(points)).toEqual([])
    expect(similarityBarsFigure({ ...data, conditions: [] }, title)).toContain('>no data<')
    expect(similarityBarsFigure({ layers: [], label: 'y', conditions: [] }, title)).toContain('>no data<')
  })

  it('are refused where they do not fit', () => {
    const bad = (change: Partial<SimilarityBarsData>) => () => similarityBarsFigure({ ...data, ...change }, title)
    expect(bad({ conditions: [{ name: 'a', values: [1] }] })).toThrow('"a" has 1 values; one a layer is needed, 3')
    expect(bad({ conditions: [{ name: 'a', values: [1, 2, Infinity] }] })).toThrow('"a" has Infinity among its values')
    expect(bad({ conditions: [{ name: 'a', values: [1, 2, 3], errors: [1, -1, 0] }] })).toThrow('the error -1; none may be negative')
    expect(bad({ ceiling: { lower: 2, upper: 1 } })).toThrow('a noise ceiling from 2 to 1')
    expect(bad({ ceiling: [{ lower: 1, upper: 2 }] })).toThrow('1 noise ceilings; one, or one a layer is needed, 3')
  })
})
