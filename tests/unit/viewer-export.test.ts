/** What an export holds: names of files, spikes as lines, bursts as the detector would mark them, strips in the look of figures. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { populationBursts } from '../../analysis/index.ts'
import { kinds } from '../../engine/description.ts'
import { timeAxis } from '../../figures/axes.ts'
import { stack } from '../../figures/stack.ts'
import { light } from '../../figures/theme.ts'
import { exportName } from '../../viewer/export/file-name.ts'
import { type ExportedRaster, markedBy, rasterPanel } from '../../viewer/export/raster-panel.ts'
import { bandPanel, stripPanel } from '../../viewer/export/strip-panel.ts'
import { fixedRow } from '../../viewer/strips/band-row.ts'
import { axisRange, rangeOf, type StripData, valueAt } from '../../viewer/strips/strip-data.ts'

describe('names of exported files', () => {
  it('say trace and window', () => {
    expect(exportName('burst-multiplexing.hlk', { from: 200, to: 3550 }, 'view', 'png')).toBe('burst-multiplexing.200-3550ms.view.png')
    expect(exportName('my run/2.hlk', { from: 0.1 + 0.2, to: 12.34567 }, 'selection', 'csv')).toBe('my-run-2.0.3-12.346ms.selection.csv')
  })
})

describe('bursts of exported spikes', () => {
  it('are marked as the detector by intervals marks them', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 500 }), fc.nat(3))
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (rows, threshold) => {
        const sorted = [...rows].sort((a, b) => a[0] - b[0])
        const times = Float64Array.from(sorted, ([t]) => t)
        const sources = Uint32Array.from(sorted, ([, unit]) => unit)
        const marks = markedBy(threshold, times, sources, new Uint8Array(times.length).fill(kinds.spike), 4)
        const found = populationBursts({ times, sources }, 4, threshold)
        expect(times.filter((_, i) => marks[i] & kinds.onset)).toEqual(found.onsets)
        expect(times.filter((_, i) => marks[i] & kinds.burst)).toEqual(found.burstTimes)
      }),
    )
  })
})

const draw = (panels: Parameters<typeof stack>[2] extends (theme: typeof light) => infer Made ? (Made extends { panels: infer P } ? P : never) : never, from: number, to: number) =>
  stack({ title: 'test', width: 960 }, timeAxis(from, to), () => ({ panels }))

describe('an exported raster', () => {
  const group = { population: 'cells', about: '10 units', size: 10, first: 2, last: 8, top: 0, height: 1, mark: '#000000', singlet: [1, 2, 3] as const, burst: [200, 0, 0] as const }
  const spikes = {
    times: Float64Array.of(90, 105, 110, 150, 150, 200),
    units: [4, 4, 4, 5, 9, 5],
    ranks: [4, 4, 4, 5, 9, 5],
    kinds: Uint8Array.of(5, 3, 1, 5, 5, 5),
  }
  const raster = (change: Partial<ExportedRaster> = {}): ExportedRaster => ({ height: 200, groups: [group], threshold: 'recorded', content: { spikes: [spikes] }, empty: false, ...change })
  const lines = (svg: string, name: string) => (new RegExp(`class="${name}" d="([^"]*)"`).exec(svg)?.[1].match(/M/g) ?? []).length

  it('has a line for every spike in the window and in the rows, and tells bursts that the window cuts', () => {
    const svg = draw([rasterPanel(raster())], 100, 200)
    // 105 and 110 belong to the burst that began at 90; rank 9 is not shown, 200 is outside
    expect([lines(svg, 'burst'), lines(svg, 'single')]).toEqual([2, 1])
  })
  it('tells bursts by the threshold of the view', () => {
    const svg = draw([rasterPanel(raster({ threshold: 10 }))], 100, 200)
    expect([lines(svg, 'burst'), lines(svg, 'single')]).toEqual([2, 1])
    const none = draw([rasterPanel(raster({ threshold: 1 }))], 100, 200)
    expect([lines(none, 'burst'), lines(none, 'single')]).toEqual([0, 3])
  })
  it('holds the image where spikes are many', () => {
    expect(draw([rasterPanel(raster({ content: { image: 'data:image/png;base64,AA==' } }))], 100, 200)).toContain('<image href="data:image/png;base64,AA=="')
  })
})

describe('exported strips', () => {
  const data: StripData = {
    title: 'Event rate',
    label: 'event rate (Hz)',
    unit: 'Hz',
    right: { label: 'up (pA)', unit: 'pA' },
    curves: [
      { name: 'measured', times: [0, 50, 100, 150], values: [1, 3, Number.NaN, 5], colour: () => '#111111' },
      { name: 'up', times: [0, 150], values: [200, 400], colour: () => '#222222', right: true, dash: [5, 4] },
    ],
    areas: [{ times: [0, 150], low: [0, 1], high: [6, 7], colour: () => '#333333' }],
    zero: true,
    log: false,
    dots: false,
    spikes: [20, 60],
    plateaus: [[30, 80]],
  }
  it('have curves, areas, spikes, and the ends of the input in its unit', () => {
    const svg = draw([stripPanel(data, 0, 150, light)], 0, 150)
    for (const part of ['stroke="#111111"', 'stroke="#222222"', 'fill="#333333"', 'up, 200 to 400 pA', 'event rate (Hz)']) expect(svg).toContain(part)
  })
  it('draw the protocol with labels where they fit', () => {
    const svg = draw([bandPanel([fixedRow('pulse', [{ from: 0, to: 100, label: '50 pA', colour: 0 }], [{ at: 120, label: 'eta = 1' }])], 0, 150)], 0, 150)
    for (const part of ['pulse', '50 pA', 'eta = 1']) expect(svg).toContain(part)
  })
  it('have axes that hold their curves', () => {
    expect(rangeOf(data, false, 0, 150, false)).toEqual([0, 7])
    expect(rangeOf(data, true, 0, 150, false)).toEqual([200, 400])
    expect(axisRange([2, 4], true, false)[0]).toBe(0)
    const [low, high] = axisRange([0.01, 10], false, true)
    expect(low > 0 && low < 0.01 && high > 10).toBe(true)
    expect(axisRange([3, 3], false, false)).toEqual([2.7, 3.3])
  })
  it('say the value at the cursor, of the nearest point within reach', () => {
    const [curve] = data.curves
    expect(valueAt(curve, 60, 50)).toBe(3)
    expect(valueAt(curve, 140, 50)).toBe(5)
    expect(valueAt(curve, 1000, 50)).toBeNaN()
    expect(valueAt(curve, 100, 50)).toBeNaN()
  })
})
