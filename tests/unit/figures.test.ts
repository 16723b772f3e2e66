import { describe, expect, it } from 'vitest'
import { svgToPng } from '../../cli/png.ts'
import { InputError } from '../../engine/errors.ts'
import { axis, tickLabels } from '../../figures/axes.ts'
import { burstMembers } from '../../figures/burst-members.ts'
import {
  comparisonFigure,
  convergenceFigure,
  costFigure,
  curvesFigure,
  dissimilarityFigure,
  fittedOrder,
  learningFigure,
  type MultiplexingData,
  multiplexingFigure,
  type RasterPopulation,
  rasterFigure,
  ratesFigure,
  similarityBarsFigure,
  sparkline,
  terminalRaster,
  terminalRates,
  voltagesFigure,
  weightsFigure,
  windowFigure,
} from '../../figures/index.ts'
import { linePath } from '../../figures/lines.ts'
import { gradient, light } from '../../figures/theme.ts'
import { escapeText, px, shorten, textLine, textWidth, wrap } from '../../figures/svg.ts'

type Row = [time: number, source: number, kind: number]

function population(name: string, size: number, rows: Row[]): RasterPopulation {
  return {
    name,
    size,
    times: Float64Array.from(rows, r => r[0]),
    sources: Uint32Array.from(rows, r => r[1]),
    kinds: Uint8Array.from(rows, r => r[2]),
  }
}

const single = 1 | 4
const completes = 1 | 2
// Unit 0: a singlet, then a burst of three. Unit 1: a burst of two, then a singlet.
const rows: Row[] = [
  [10, 0, single],
  [20, 1, single],
  [28, 1, completes],
  [50, 0, single],
  [58, 0, completes],
  [66, 0, 1],
  [90, 1, single],
]
const cells = population('cells', 4, rows)
const title = { title: 'a figure', scenario: 'here', seed: 7 }
const window = { from: 0, to: 100 }

/** Number of marks in the paths of that class. */
function marks(svg: string, name: string): number {
  let n = 0
  for (const path of svg.matchAll(new RegExp(`<path class="${name}" d="([^"]*)"`, 'g')))
    n += path[1].split('M').length - 1
  return n
}

/**
 * Elements are closed in order, attributes quoted, no stray signs: resvg's parser is strict, and this one counts tags
 * too.
 */
function checkSvg(svg: string): void {
  const open: string[] = []
  const rest = svg.replace(/<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<>]*")*)(\/?)>/g, (_, closing, name, __, empty) => {
    if (closing) expect(open.pop()).toBe(name)
    else if (!empty) open.push(name)
    return ''
  })
  expect(open).toEqual([])
  expect(rest).not.toMatch(/[<>]/)
  expect(svg).not.toMatch(/NaN|Infinity|undefined"/)
  expect([...svgToPng(svg, { scale: 0.5 }).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47])
}

function multiplexing(): MultiplexingData {
  const times = Array.from({ length: 101 }, (_, i) => i)
  const bins = [5, 15, 25, 35, 45, 55, 65, 75, 85, 95]
  return {
    ...window,
    inputs: { times, soma: times.map(t => 300 + t), dendrite: times.map(t => 100 - 2 * t) },
    cells,
    code: { times: bins, eventRate: bins.map(t => t / 10), burstProbability: bins.map(t => 1 - t / 100) },
    correlations: {
      somaEventRate: 0.904,
      dendriteEventRate: -0.09,
      somaBurstProbability: -0.001,
      dendriteBurstProbability: Number.NaN,
    },
  }
}

const figures: Record<string, (options: typeof title & { theme?: 'light' | 'dark' }) => string> = {
  raster: options => rasterFigure({ populations: [cells, { ...cells, name: 'others' }], ...window }, options),
  rates: options =>
    ratesFigure({ populations: [{ name: 'a', times: [10, 20, 30], rates: [1, Number.NaN, 3] }], ...window }, options),
  multiplexing: options => multiplexingFigure(multiplexing(), options),
  'multiplexing with decoders': options =>
    multiplexingFigure(
      {
        ...multiplexing(),
        decoded: {
          label: 'rate (Hz)',
          traces: [{ name: 'd', times: [1, 50, 99], values: [3, 2, 4], follows: 'dendrite', correlation: 0.5 }],
        },
      },
      options,
    ),
  voltages: options =>
    voltagesFigure(
      {
        panels: [
          {
            label: 'V (mV)',
            traces: [{ name: 'V', times: [0, 50, 100], values: [-70, -50, -60] }],
            spikes: [50],
            plateaus: [[60, 80]],
          },
        ],
        ...window,
      },
      options,
    ),
  curves: options =>
    curvesFigure(
      {
        x: { label: 'x' },
        panels: [
          {
            y: { label: 'y', include: [0] },
            series: [
              {
                name: 's',
                x: [1, 2, 3],
                y: [4, 5, Number.NaN],
                band: { low: [3, 4, Number.NaN], high: [5, 6, Number.NaN] },
                published: { x: [1, 2], y: [4.1, 5.2] },
              },
            ],
          },
        ],
      },
      options,
    ),
  convergence: options =>
    convergenceFigure({ label: 'error (mV)', series: [{ name: 'e', dt: [0.1, 0.05], error: [2, 1] }] }, options),
  comparison: options => comparisonFigure({ target: cells, output: { ...cells, name: 'o' }, ...window, shift: 0.8 }, options),
  learning: options =>
    learningFigure(
      {
        ...{ curves: [{ name: 'loss', times: [0, 50, 100], values: [200, 80, Number.NaN] }], label: 'loss (Hz)', silent: 210 },
        ...{ published: { name: 'paper', times: [20, 60], values: [150, 70] }, ...window },
      },
      options,
    ),
  weights: options =>
    weightsFigure({ sets: [0, 50, 100].map(time => ({ time, weights: [time, 1, 2, 3, 4] })), label: 'w (mV)', log: true }, options),
  window: options =>
    windowFigure(
      {
        x: { label: 'lag (ms)', values: [-10, 5, 10] },
        y: { label: 'dw', values: [-0.5, 0.8, 0.6] },
        formula: { A_plus: 1, A_minus: 0.9, tau_plus: 17, tau_minus: 34 },
        curve: { x: [-20, 20], y: [0, 0] },
        published: { name: 'Bi & Poo', y: [-0.4, Number.NaN, 0.7] },
      },
      options,
    ),
  windows: options =>
    windowFigure(
      {
        x: { label: 'frequency (Hz)', values: [0.1, 10, 50] },
        y: { label: 'dw', values: [0, 0.1, 0.7] },
        series: [{ name: 'pre first', values: [0, 0.1, 0.7], published: [0.1, Number.NaN, 0.6] }, { name: 'post first', values: [-0.3, -0.3, 0.7] }],
      },
      options,
    ),
  dissimilarity: options =>
    dissimilarityFigure(
      { panels: [{ name: 'a', values: [0, 1, 1, 0], boundaries: [1] }, { name: 'b', values: [0, 2, Number.NaN, 0] }], label: '1 − r' },
      options,
    ),
  'similarity bars': options =>
    similarityBarsFigure(
      {
        ...{ layers: ['in', 'out'], label: 'τ_{A}', ceiling: { lower: 0.4, upper: 0.5 }, errorsAre: 'standard error' },
        conditions: [{ name: 'trained', values: [0.1, 0.3], errors: [0.02, Number.NaN] }, { name: 'not', values: [-0.1, Number.NaN] }],
      },
      options,
    ),
  cost: options =>
    costFigure({ size: 'neurons', cost: 'ns', series: [{ name: 'h', x: [100, 1e5], y: [3, 4] }] }, options),
}

describe('every figure', () => {
  for (const [name, draw] of Object.entries(figures)) {
    it(`${name}: is well-formed, without NaN, names scenario and seed, in both themes`, () => {
      for (const theme of ['light', 'dark'] as const) {
        const svg = draw({ ...title, theme })
        checkSvg(svg)
        expect(svg).toContain('scenario here · seed 7')
      }
      expect(draw({ ...title, theme: 'dark' })).not.toBe(draw(title))
    })
    it(`${name}: escapes text`, () => {
      const svg = draw({ title: 'a < b & "c" > \u0001', scenario: "<script>'</script>", seed: 1 })
      checkSvg(svg)
      expect(svg).toContain('a &lt; b &amp; &quot;c&quot; &gt; \uFFFD')
      expect(svg).not.toContain('<script')
    })
  }

  it('the check of the tests itself notices broken SVG', () => {
    const svg = figures.rates(title)
    expect(() => checkSvg(svg.replace('</svg>', ''))).toThrow()
    expect(() => checkSvg(svg.replace('<rect', '<rect x="NaN"'))).toThrow()
    expect(() => svgToPng(svg.replace('a figure', 'a & b'))).toThrow(InputError)
  })

  it('has the width asked for, and refuses one that holds nothing', () => {
    const data = { populations: [cells], ...window }
    expect(rasterFigure(data, title)).toContain('width="960"')
    expect(rasterFigure(data, { ...title, width: 500 })).toContain('width="500"')
    expect(() => rasterFigure(data, { ...title, width: 10 })).toThrow('from 320 to 10000')
    expect(() => rasterFigure(data, { ...title, theme: 'blue' as 'dark' })).toThrow('known are light, dark')
  })

  it('says so when there is nothing to draw', () => {
    const silent = population('silent', 10, [])
    expect(rasterFigure({ populations: [silent], ...window }, title)).toContain('>no events<')
    expect(rasterFigure({ populations: [], ...window }, title)).toContain('>no events<')
    expect(rasterFigure({ populations: [cells], from: 200, to: 300 }, title)).toContain('>no events<')
    expect(ratesFigure({ populations: [], ...window }, title)).toContain('>no events<')
    const nothing = { ...multiplexing(), cells: silent, code: { times: [], eventRate: [], burstProbability: [] } }
    const svg = multiplexingFigure(nothing, title)
    expect(svg.match(/>no events</g)).toHaveLength(3)
    checkSvg(svg)
    const empty = curvesFigure(
      { x: { label: 'x', log: true }, panels: [{ y: { label: 'y', log: true }, series: [] }] },
      title,
    )
    expect(empty).toContain('>no data<')
    checkSvg(empty)
    expect(voltagesFigure({ panels: [{ label: 'V', traces: [] }], ...window }, title)).toContain('>no data<')
    expect(rasterFigure({ populations: [cells], ...window }, title)).not.toContain('no events')
  })
})

describe('raster', () => {
  it('draws every spike once, bursts as bursts', () => {
    const svg = rasterFigure({ populations: [cells], ...window }, title)
    expect(marks(svg, 'single')).toBe(2)
    expect(marks(svg, 'burst')).toBe(5)
    expect(svg).toContain('showing 7 of 7 spikes, 4 of 4 units')
  })
  it('knows the members of bursts from the marks of the stream', () => {
    expect([...burstMembers(cells.sources, cells.kinds, 4)]).toEqual([0, 1, 1, 1, 1, 1, 0])
    const plain = Uint8Array.from(cells.kinds, () => 1)
    expect([...burstMembers(cells.sources, plain, 4)]).toEqual([0, 0, 0, 0, 0, 0, 0])
  })
  it('says how much it shows of a sample and of a window, and counts plateaus apart', () => {
    const sampled = rasterFigure({ populations: [{ ...cells, show: 1 }], ...window }, title)
    expect(sampled).toContain('showing 4 of 7 spikes, 1 of 4 units')
    expect(marks(sampled, 'single') + marks(sampled, 'burst')).toBe(4)
    const part = rasterFigure({ populations: [cells], from: 0, to: 30 }, title)
    expect(part).toContain('showing 3 of 3 spikes')
    const plateau = population('p', 2, [
      [1, 0, 1],
      [2, 0, 8],
      [3, 0, 16],
    ])
    const svg = rasterFigure({ populations: [plateau], ...window }, title)
    expect(svg).toContain('showing 1 of 1 spikes, 2 of 2 units · 2 plateau events not drawn')
  })
  it('draws a density when rows are finer than pixels, and says so', () => {
    const many: Row[] = Array.from({ length: 3000 }, (_, i) => [i / 30, (i * 7919) % 3000, 1])
    const svg = rasterFigure({ populations: [population('many', 3000, many)], ...window }, title)
    checkSvg(svg)
    expect(svg).toContain('showing 3000 of 3000 spikes, 3000 of 3000 units · density')
    expect(marks(svg, 'single')).toBe(0)
    // Spikes far apart: as many areas as spikes, whatever their level.
    const apart: Row[] = [
      [5, 0, 1],
      [25, 1000, 1],
      [50, 2000, 1],
      [50, 2000, 1],
      [90, 2999, 1],
    ]
    expect(
      marks(rasterFigure({ populations: [population('few', 3000, apart)], ...window }, title), 'single density'),
    ).toBe(4)
  })
  it('keeps events at both ends of the window inside the frame', () => {
    const ends: Row[] = [
      [0, 0, 1],
      [100, 2999, 1],
    ]
    const svg = rasterFigure({ populations: [population('ends', 3000, ends)], ...window }, title)
    expect(marks(svg, 'single density')).toBe(2)
    checkSvg(svg)
  })
  it('refuses data that do not fit', () => {
    const draw = (p: RasterPopulation) => () => rasterFigure({ populations: [p], ...window }, title)
    expect(draw({ ...cells, size: 1 })).toThrow('event of unit 1; units 0 to 0 are known')
    expect(draw({ ...cells, times: cells.times.slice(1) })).toThrow('6 times, 7 sources')
    expect(draw({ ...cells, times: cells.times.slice().reverse() })).toThrow('goes back from 90 to 66 ms')
    expect(draw({ ...cells, times: cells.times.map(() => Number.NaN) })).toThrow(InputError)
    expect(draw({ ...cells, show: 0 })).toThrow('0 units to show')
    expect(() => rasterFigure({ populations: [], from: 3, to: 3 }, title)).toThrow('from must be before to')
  })
})

describe('lines', () => {
  const x = axis({ label: 'x', domain: [0, 10] }, 0, 100)
  const y = axis({ label: 'y', domain: [0, 10] }, 100, 0)
  it('leaves a gap at NaN', () => {
    expect(linePath([0, 1, 2, 3, 4], [0, 1, Number.NaN, 1, 2], x, y)).toBe('M0,100L10,90M30,90L40,80')
  })
  it('meets the ends of the window where the line crosses them', () => {
    expect(linePath([-5, 5, 15], [0, 10, 0], x, y)).toBe('M0,50L50,0L100,50')
    expect(linePath([-5, 15], [0, 10], x, y)).toBe('M0,75L100,25')
    expect(linePath([-5, -1], [0, 10], x, y)).toBe('')
  })
  it('keeps the extremes of samples that share a pixel', () => {
    const n = 100_000
    const times = Float64Array.from({ length: n }, (_, i) => (10 * i) / n)
    const values = Float64Array.from(times, () => 5)
    values[54_321] = 9
    values[77_777] = 1
    const d = linePath(times, values, x, y)
    expect(d.length).toBeLessThan(10_000)
    expect(d).toContain(',10L')
    expect(d).toContain(',90L')
  })
  it('are broken in the figure and refused when infinite or out of order', () => {
    const draw = (times: number[], rates: number[]) =>
      ratesFigure({ populations: [{ name: 'a', times, rates }], ...window }, title)
    expect(marks(draw([1, 2, 3, 4, 5], [1, 1, Number.NaN, 1, 1]), 'data')).toBe(2)
    expect(marks(draw([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]), 'data')).toBe(1)
    expect(() => draw([1, 2], [1, Number.POSITIVE_INFINITY])).toThrow('"a" has the value Infinity at 1')
    expect(() => draw([2, 1], [1, 1])).toThrow('goes back')
    expect(() => draw([2], [1, 1])).toThrow('1 positions and 2 values')
  })
})

describe('multiplexing', () => {
  it('prints the four correlations', () => {
    const svg = multiplexingFigure(multiplexing(), title)
      .replace(/<\/?tspan[^>]*>/g, '')
      .replaceAll('\u00A0', ' ')
    for (const text of [
      'r(Isoma, ER) = 0.90',
      'r(Idendrite, ER) = −0.09',
      'r(Isoma, BP) = 0.00',
      'r(Idendrite, BP) = undefined',
    ]) {
      expect(svg).toContain(text)
    }
  })
  it('lays the scaled input over the measured curve', () => {
    // The event rate is linear in the somatic input, and so is its scaled copy: both end at the same heights.
    const paths = [
      ...multiplexingFigure(multiplexing(), title).matchAll(/class="data" d="M[\d.]+,([\d.]+)L[^"]*,([\d.]+)"/g),
    ]
    expect(paths).toHaveLength(6)
    const [measured, input] = [paths[2], paths[3]].map(m => [Number(m[1]), Number(m[2])])
    expect(input[0]).toBeCloseTo(measured[0], 1)
    expect(input[1]).toBeCloseTo(measured[1], 1)
  })
  it('draws 50 cells unless told otherwise, and refuses a probability above one', () => {
    const data = multiplexing()
    expect(multiplexingFigure({ ...data, cells: { ...cells, size: 400 } }, title)).toContain('spikes, 50 of 400 units')
    const code = { ...data.code, burstProbability: Array.from(data.code.times, () => 14.5) }
    expect(() => multiplexingFigure({ ...data, code }, title)).toThrow('burst probability of 14.5 at 5 ms')
  })
})

describe('voltages, curves, convergence', () => {
  it('draws spikes and plateaus inside the window only', () => {
    const trace = { name: 'V', times: [0, 100], values: [-70, -60] }
    const panel = {
      label: 'V (mV)',
      traces: [trace],
      spikes: [-1, 5, 50, 101],
      plateaus: [
        [-10, 5],
        [60, 80],
        [120, 130],
      ] as [number, number][],
    }
    const svg = voltagesFigure({ panels: [panel], ...window }, title)
    expect(marks(svg, 'spikes')).toBe(2)
    expect(svg.match(/class="plateau"/g)).toHaveLength(2)
    expect(() => voltagesFigure({ panels: [{ ...panel, plateaus: [[9, 8]] }], ...window }, title)).toThrow(
      'plateau from 9 to 8 ms',
    )
  })
  it('draws a filled marker a value and a hollow one a published value', () => {
    const svg = figures.curves(title)
    expect(svg.match(/class="point"/g)).toHaveLength(2)
    expect(svg.match(/class="published"/g)).toHaveLength(2)
    expect(svg).toContain('>published<')
    expect(figures.cost(title)).not.toContain('published')
  })
  it('gives a series the same colour in every panel', () => {
    const a = { name: 'a', x: [1], y: [1] }
    const b = { name: 'b', x: [1], y: [1] }
    const y = { label: 'y' }
    const svg = curvesFigure(
      {
        x: { label: 'x' },
        panels: [
          { y, series: [a, b] },
          { y, series: [b] },
        ],
      },
      title,
    )
    const colours = [...svg.matchAll(/<circle class="point"[^>]*fill="(#\w+)"/g)].map(m => m[1])
    expect(colours[1]).toBe(colours[2])
    expect(colours[0]).not.toBe(colours[1])
  })
  it('fits the order of convergence', () => {
    const dt = [0.4, 0.2, 0.1, 0.05]
    expect(
      fittedOrder(
        dt,
        dt.map(v => 3 * v),
      ),
    ).toBeCloseTo(1, 12)
    expect(
      fittedOrder(
        dt,
        dt.map(v => 3 * v * v),
      ),
    ).toBeCloseTo(2, 12)
    expect(fittedOrder([0.1], [1])).toBeNaN()
    expect(figures.convergence(title)).toContain('e: order 1.00')
    expect(() => convergenceFigure({ label: 'e', series: [{ name: 'e', dt: [0.1], error: [0] }] }, title)).toThrow(
      'numbers above zero',
    )
    expect(() => costFigure({ size: 'n', cost: 'ns', series: [{ name: 'h', x: [0, 1], y: [3, 4] }] }, title)).toThrow(
      'logarithmic',
    )
  })
})

describe('axes and text', () => {
  it('labels ticks with the decimals they need', () => {
    expect(tickLabels([-0.5, 0, 0.5])).toEqual(['−0.5', '0.0', '0.5'])
    expect(tickLabels([0, 500, 1000])).toEqual(['0', '500', '1000'])
    expect(tickLabels([0, 0.00025])).toEqual(['0', '2.5×10^{−4}'])
    const log = axis({ label: 'n', domain: [80, 2e5], log: true }, 0, 800)
    expect(log.ticks.map(t => t.label).filter(Boolean)).toEqual(['10^{2}', '10^{3}', '10^{4}', '10^{5}'])
    const narrow = axis({ label: 'n', domain: [6, 9], log: true }, 0, 800)
    expect(narrow.ticks.filter(t => t.label).length).toBeGreaterThan(1)
  })
  it('never writes a coordinate that is no number', () => {
    expect(() => px(Number.NaN)).toThrow('internal error')
    expect(px(-0.001)).toBe('0')
    expect(px(1.23456)).toBe('1.23')
  })
  it('sets index and exponent, measures, wraps and shortens', () => {
    expect(textLine(0, 0, 'I_{s} a', { size: 10, fill: '#000' })).toContain('>s</tspan>')
    expect(escapeText('\uD800x')).toBe('\uFFFDx')
    expect(wrap('one two three', 10, textWidth('one two', 10) + 1)).toEqual(['one two', 'three'])
    expect(shorten('population', 10, 30)).toMatch(/^p.*…$/)
    expect(shorten('p', 10, 300)).toBe('p')
  })
})

describe('terminal', () => {
  it('puts a dot where the spike is, unit 0 lowest', () => {
    const p = population('p', 4, [
      [0, 0, 1],
      [50, 3, 1],
      [99.9, 0, 1],
    ])
    const lines = terminalRaster({ populations: [p], ...window }, { columns: 30, rows: 1 }).split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toBe('─ p: 4 units, 3 spikes ───────')
    expect(lines[1]).toBe(`⡀${'⠀'.repeat(14)}⠁${'⠀'.repeat(13)}⢀`)
    expect(lines[2]).toHaveLength(30)
    expect(lines[3]).toMatch(/^0 .*100 ms$/)
  })
  it('has the size asked for, shares rows by units, and says when it is empty', () => {
    const text = terminalRaster(
      { populations: [cells, { ...cells, name: 'more', size: 12 }], ...window },
      { columns: 60, rows: 16 },
    )
    const braille = text.split('\n').filter(line => /^[\u2800-\u28FF]+$/.test(line))
    expect(braille).toHaveLength(16)
    expect(braille.every(line => line.length === 60)).toBe(true)
    const thirds = terminalRaster({ populations: [cells, cells, cells], ...window }, { rows: 20 })
    expect(thirds.split('\n').filter(line => /^[\u2800-\u28FF]+$/.test(line))).toHaveLength(20)
    expect(terminalRaster({ populations: [population('s', 3, [])], ...window })).toContain('no events')
    expect(text).not.toContain('no events')
    expect(() => terminalRaster({ populations: [cells], ...window }, { columns: 3 })).toThrow('20 to 1000 are accepted')
  })
  it('shows one unit a line of dots, and says how many of how many', () => {
    const many = population('m', 100, [[10, 0, 1], [20, 3, 1], [30, 4, 1], [40, 99, 1]])
    const lines = terminalRaster({ populations: [many], ...window }, { columns: 40, rows: 1 }).split('\n')
    expect(lines[0]).toContain('m: 4 of 100 units, 2 of 4 spikes')
    expect([...lines[1]].filter(c => c !== '⠀')).toHaveLength(2)
  })
  it('draws rates as blocks, blank where there is none', () => {
    const times = Array.from({ length: 20 }, (_, i) => 2.5 + 5 * i)
    const rates = times.map((_, i) => (i < 8 ? i + 1 : i < 10 ? Number.NaN : 0))
    const lines = terminalRates({ populations: [{ name: 'r', times, rates }], ...window }, { columns: 20 }).split('\n')
    expect(lines[0]).toContain('r: up to 8 Hz')
    expect(lines[1]).toBe('▁▂▃▄▅▆▇█  ▁▁▁▁▁▁▁▁▁▁')
    expect(terminalRates({ populations: [], ...window })).toContain('no events')
  })
})

describe('png', () => {
  it('draws letters with the fonts of the package: text changes pixels', () => {
    const svg = (text: string) => figures.rates({ ...title, title: text })
    expect(svgToPng(svg('one'), { scale: 1 })).not.toEqual(svgToPng(svg('two'), { scale: 1 }))
    expect(svgToPng(svg('one'), { scale: 1 })).toEqual(svgToPng(svg('one'), { scale: 1 }))
  })
  it('has the width of the figure times the scale', () => {
    const png = svgToPng(figures.rates(title), { scale: 2 })
    expect(new DataView(png.buffer, png.byteOffset).getUint32(16)).toBe(1920)
  })
  it('refuses what makes no picture', () => {
    expect(() => svgToPng('<svg', { scale: 1 })).toThrow(InputError)
    expect(() => svgToPng(figures.rates(title), { scale: 0 })).toThrow('scale of 0')
    expect(() => svgToPng(figures.rates(title), { scale: 20 })).toThrow('up to 16384')
  })
})

describe('a sparkline', () => {
  const times = [0, 10, 20, 30, 40, 50, 60, 70]
  it('goes from zero to the largest value', () => {
    expect(sparkline(times, [8, 7, 6, 5, 4, 3, 2, 1], 0, 80, 8)).toBe('█▇▆▅▄▃▂▁')
    expect(sparkline(times, [8, 8, 8, 8, 8, 8, 8, 8], 0, 80, 4)).toBe('████')
  })
  it('from the smallest below zero', () => {
    expect(sparkline(times, [-8, -4, 0, 4, 8, 8, 8, 8], 0, 80, 8)).toBe('▁▂▄▆████')
  })
  it('averages a column, holds between samples, and is blank outside of them', () => {
    expect(sparkline([10, 11, 50], [2, 6, 8], 0, 80, 8)).toBe(' ▄▄▄▄█  ')
    expect(sparkline([], [], 0, 80, 3)).toBe('   ')
  })
})

/** Points [x, y] of the path of dots of that class. */
function dots(svg: string, name: string): [number, number][] {
  const [, d] = new RegExp(`<path class="${name}" d="([^"]*)"`).exec(svg) ?? []
  return [...(d ?? '').matchAll(/M([\d.-]+),([\d.-]+)/g)].map(m => [Number(m[1]), Number(m[2])])
}

describe('comparison', () => {
  const target = population('target', 4, [[10, 0, 1], [50, 3, 1], [90, 1, 1], [95, 1, 8]])
  it('draws target and output on the same axes, the output as much earlier as is said', () => {
    const output = population('output', 4, [[12, 0, 1], [52, 3, 1], [92, 1, 1]])
    const svg = comparisonFigure({ target, output, ...window, shift: 2 }, title)
    const [above, below] = [dots(svg, 'target'), dots(svg, 'output')]
    expect(above).toHaveLength(3)
    expect(below.map(([x]) => x)).toEqual(above.map(([x]) => x))
    // unit 0 lowest, and the same distance between panels for every spike
    expect(above[0][1]).toBeGreaterThan(above[2][1])
    expect(new Set(below.map(([, y], k) => Math.round(10 * (y - above[k][1])))).size).toBe(1)
    expect(svg).toContain('output drawn 2 ms earlier than it fired')
    expect(svg).toContain('target: 4 units, 3 spikes')
    expect(comparisonFigure({ target, output, ...window }, title)).not.toContain('earlier')
  })
  it('draws the window, and the first units if asked', () => {
    const svg = comparisonFigure({ target: { ...target, show: 2 }, output: { ...target, show: 2 }, from: 0, to: 40 }, title)
    expect(dots(svg, 'target')).toHaveLength(1)
    expect(svg).toContain('target: 2 of 4 units, 1 spike<')
    expect(comparisonFigure({ target, output: population('o', 4, []), ...window }, title).match(/>no events</g)).toHaveLength(1)
  })
  it('refuses what cannot be compared', () => {
    expect(() => comparisonFigure({ target, output: { ...target, size: 5 }, ...window }, title)).toThrow('a target of 4 units and an output of 5')
    expect(() => comparisonFigure({ target, output: { ...target, size: 1 }, ...window }, title)).toThrow('units 0 to 0 are known')
    expect(() => comparisonFigure({ target, output: target, ...window, shift: Number.NaN }, title)).toThrow('a shift of NaN ms')
  })
})

describe('learning', () => {
  const curves = [{ name: 'loss', times: [0, 50, 100], values: [200, 50, 16.9] }]
  const draw = (more: Partial<Parameters<typeof learningFigure>[0]>) => learningFigure({ curves, label: 'loss (Hz)', ...window, ...more }, title)
  it('says where it ends, in percent of a silent output too', () => {
    expect(draw({ silent: 210.2 })).toContain('>at the end 16.9, 8 % of a silent output<')
    expect(draw({ silent: 210.2 })).toContain('>silent output: 210.2<')
    expect(draw({})).toContain('>at the end 16.9<')
    expect(draw({})).not.toContain('silent')
    expect(draw({ curves: [...curves, { ...curves[0], name: 'other' }] })).not.toContain('at the end')
  })
  it('holds the silent output and everything published within its axes', () => {
    const published = { name: 'paper', times: [20, 60, 140], values: [400, 30, 1] }
    const svg = draw({ silent: 500, published })
    const [line] = /class="silent" d="M[\d.]+,([\d.]+)h/.exec(svg)?.slice(1).map(Number) ?? []
    const circles = [...svg.matchAll(/class="published"[^>]* cy="([\d.]+)"/g)].map(m => Number(m[1]))
    // the third lies after the end of the window
    expect(circles).toHaveLength(2)
    expect(line).toBeLessThan(circles[0])
    expect(circles[0]).toBeLessThan(circles[1])
    expect(line).toBeGreaterThan(40)
  })
  it('leaves out what a logarithmic axis cannot hold, and says so', () => {
    const svg = draw({ log: true, curves: [{ name: 'loss', times: [0, 20, 40, 60, 80, 100], values: [100, 10, 0, 1, 1, 0] }] })
    expect(svg).toContain('2 values of zero or less not drawn')
    expect(marks(svg, 'data')).toBe(2)
    checkSvg(svg)
    checkSvg(draw({ log: true, curves: [{ name: 'loss', times: [0], values: [0] }] }))
  })
  it('refuses what makes no sense', () => {
    expect(() => draw({ silent: 0 })).toThrow('found 0 for a silent output')
    expect(() => draw({ curves: [{ ...curves[0], values: [1] }] })).toThrow('3 positions and 1 values')
  })
})

describe('weights', () => {
  it('counts into bins of equal width, the last one closed', () => {
    // 2, 0, 1 and 3 connections in quarters of [0, 1]; the axis ends at 4
    const svg = weightsFigure({ sets: [{ time: 0, weights: [0, 0.1, 0.5, 0.99, 1, 1] }], label: 'w', bins: 4 }, { ...title, height: 312 })
    const [, d] = /class="data" d="M([^"]*)"/.exec(svg) ?? []
    const heights = (d ?? '').split('L').map(p => Number(p.split(',')[1]))
    const [bottom] = heights
    const unit = (bottom - heights[1]) / 2
    expect(heights.map(h => Math.round((100 * (bottom - h)) / unit) / 100)).toEqual([0, 2, 2, 0, 0, 1, 1, 3, 3, 0])
  })
  it('draws a histogram a time, and moments where there are more than two', () => {
    const sets = [0, 5000, 10000].map(time => ({ time, weights: [1, 2, 3, 4], shown: time !== 5000 }))
    const svg = weightsFigure({ sets, label: 'w' }, title)
    // two histograms and the mean
    expect(marks(svg, 'data')).toBe(3)
    expect(marks(svg, 'band')).toBe(1)
    for (const word of ['>0 s<', '>10 s<', '>mean<']) expect(svg).toContain(word)
    expect(svg).not.toContain('>5 s<')
    const two = weightsFigure({ sets: sets.slice(0, 2).map(s => ({ ...s, shown: true })), label: 'w' }, title)
    expect(two).not.toContain('>mean<')
    expect(two).toContain('>5 s<')
  })
  it('draws weights that are all the same, and none', () => {
    checkSvg(weightsFigure({ sets: [{ time: 0, weights: [2, 2] }], label: 'w' }, title))
    const none = weightsFigure({ sets: [0, 1, 2].map(time => ({ time, weights: [] })), label: 'w' }, title)
    checkSvg(none)
    expect(none).toContain('>no weights<')
  })
  it('colours times from dark to light', () => {
    const bright = (colour: string) => [1, 3, 5].reduce((sum, i) => sum + Number.parseInt(colour.slice(i, i + 2), 16), 0)
    const shades = [0, 0.2, 0.4, 0.6, 0.8, 1].map(part => bright(gradient(light, part)))
    expect(shades).toEqual([...shades].sort((a, b) => a - b))
    expect(new Set(shades).size).toBe(6)
    expect(gradient(light, 0)).toBe(light.ordered[0])
    expect(gradient(light, 1)).toBe(light.ordered.at(-1))
  })
  it('refuses what makes no sense', () => {
    expect(() => weightsFigure({ sets: [{ time: 1, weights: [] }, { time: 0, weights: [] }], label: 'w' }, title)).toThrow('goes back')
    expect(() => weightsFigure({ sets: [{ time: 1, weights: [Number.NaN] }], label: 'w' }, title)).toThrow('the weight NaN at 1 ms')
    expect(() => weightsFigure({ sets: [], label: 'w', bins: 0 }, title)).toThrow('found 0 bins')
  })
})

describe('window', () => {
  const x = { label: 'lag (ms)', values: [-17, -1, 1, 17] }
  const formula = { A_plus: 1, A_minus: 0.5, tau_plus: 17, tau_minus: 17 }
  const values = x.values.map(v => (v > 0 ? Math.exp(-v / 17) : -0.5 * Math.exp(v / 17)))
  it('draws points that the formula gives onto its line', () => {
    const svg = windowFigure({ x, y: { label: 'dw', values }, formula }, title)
    const points = dots(svg, 'point')
    expect(points).toHaveLength(4)
    const lines = [...svg.matchAll(/class="data" d="([^"]*)"/g)].map(m => [...m[1].matchAll(/([\d.]+),([\d.]+)/g)].map(p => [Number(p[1]), Number(p[2])]))
    expect(lines).toHaveLength(2)
    for (const [px_, py] of points) {
      const line = lines[px_ > lines[1][0][0] ? 1 : 0]
      const k = line.findIndex(([at]) => at >= px_)
      const [[x0, y0], [x1, y1]] = [line[k - 1], line[k]]
      expect(Math.abs(y0 + ((px_ - x0) / (x1 - x0)) * (y1 - y0) - py)).toBeLessThan(0.2)
    }
  })
  it('draws published values hollow, where there are any', () => {
    const svg = windowFigure({ x, y: { label: 'dw', values }, published: { name: 'paper', y: [-0.1, Number.NaN, 0.9, Number.NaN] } }, title)
    expect(svg.match(/class="published"/g)).toHaveLength(2)
    expect(svg).toContain('>paper<')
  })
  it('refuses what makes no sense', () => {
    expect(() => windowFigure({ x, y: { label: 'dw', values: [1] } }, title)).toThrow('4 positions and 1 values')
    expect(() => windowFigure({ x, y: { label: 'dw', values }, formula: { ...formula, tau_plus: 0 } }, title)).toThrow('found tau_plus = 0')
  })
})
