import { beforeAll, describe, expect, it } from 'vitest'
import { InputError } from '../../engine/errors.ts'
import { openTrace, openTraceWriter, type Trace, type TraceHeader } from '../../engine/trace/index.ts'
import { type FigureSpecification, figureFromTrace } from '../../figures/from-trace.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { library } from '../../models/index.ts'

const header: TraceHeader = {
  ...{ scenario: JSON.stringify({ title: 'made', populations: {} }), title: 'made', seed: 1, dt: 0.1, precision: 'f64', resultsVersion: '1' },
  populations: [
    { name: 'target', size: 3, model: 'spike_list', regime: 'source' },
    { name: 'output', size: 3, model: 'lif', regime: 'clocked' },
  ],
  samples: [
    { name: 'loss', population: 'output', variables: ['L', 'r'], units: [], reduce: 'mean', every: 10 },
    { name: 'v', population: 'output', variables: ['V'], units: [0, 1], every: 10 },
  ],
  weights: [
    { name: 'feed', from: 'target', to: 'output', sources: 3, targets: 3 },
    { name: 'late', from: 'target', to: 'output', sources: 3, targets: 3 },
  ],
}

let trace: Trace
beforeAll(() => {
  const parts: Uint8Array[] = []
  const writer = openTraceWriter(header, { write: (bytes) => void parts.push(bytes) })
  writer.events(0, Float64Array.of(10, 20, 30), Uint32Array.of(0, 1, 2), Uint8Array.of(1, 1, 1), 3)
  writer.events(1, Float64Array.of(11, 21, 31), Uint32Array.of(0, 1, 2), Uint8Array.of(1, 1, 1), 3)
  for (let k = 0; k <= 10; k++) {
    writer.samples(0, 10 * k, Float64Array.of(0.2 / (k + 1), k))
    writer.samples(1, 10 * k, Float64Array.of(0, 0))
  }
  // connections not in the order of sources and targets: the figure sorts them
  for (let k = 0; k < 10; k++) writer.weights(0, 10 * k, Uint32Array.of(2, 0, 0), Uint32Array.of(0, 1, 0), Float64Array.of(1 + 0.3 * k, 1 - 0.1 * k, 1))
  writer.weights(1, 100, Uint32Array.of(0), Uint32Array.of(0), Float64Array.of(1))
  writer.close(100)
  trace = openTrace(Buffer.concat(parts))
})
const draw = (figure: FigureSpecification) => figureFromTrace(trace, figure)
const refusal = (figure: FigureSpecification) => {
  try {
    draw(figure)
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as Error).message
  }
  throw new Error('nothing was refused')
}
const moves = (svg: string, name: string) => [...(new RegExp(`class="${name}" d="([^"]*)"`).exec(svg)?.[1] ?? '').matchAll(/M([\d.]+),([\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])])

describe('a figure of a trace', () => {
  it('compares a target with an output, in a window', () => {
    const svg = draw({ comparison: { target: 'target', output: 'output', shift: '1 ms' } })
    expect(moves(svg, 'output').map(([x]) => x)).toEqual(moves(svg, 'target').map(([x]) => x))
    expect(moves(draw({ comparison: { target: 'target', output: 'output', to: '25 ms' } }), 'output')).toHaveLength(2)
    expect(refusal({ comparison: { target: 'target', output: 'out' } })).toBe('unknown population "out"; known are target, output')
    expect(refusal({ comparison: { target: 'target[0:2]', output: 'output' } })).toContain('a target of 2 units and an output of 3')
  })
  it('draws learning curves of samples that were reduced', () => {
    const svg = draw({ learning: { of: 'loss', scale: 1000, label: 'loss (Hz)', silent: 200, published: { t: ['20 ms'], value: [70] } } })
    expect(svg).toContain('>at the end 18.18, 9.1 % of a silent output<')
    expect(svg).toContain('>loss (Hz)<')
    expect(svg.match(/class="published"/g)).toHaveLength(1)
    const two = draw({ learning: { of: ['loss', 'loss'], names: ['one', 'other'], variable: 'r' } })
    expect(two).toContain('>one<')
    expect(two.match(/class="data"/g)).toHaveLength(2)
    expect(refusal({ learning: { of: 'v' } })).toContain('found "v", which samples every unit')
    expect(refusal({ learning: { of: 'los' } })).toMatch(/unknown samples "los" \(did you mean "loss"/)
    expect(refusal({ learning: { of: 'loss', variable: 'V' } })).toContain('unknown sampled variable "V"')
    expect(refusal({ learning: { of: [] } })).toContain('no samples')
  })
  it('draws weights at the times asked for, or at six', () => {
    const times = (svg: string) => [...svg.matchAll(/<text class="legend"[^>]*>(\d+ ms)</g)].map((m) => m[1])
    expect(times(draw({ weights: { of: 'feed', label: 'w (mV)' } }))).toEqual(['0 ms', '20 ms', '40 ms', '50 ms', '70 ms', '90 ms'])
    expect(times(draw({ weights: { of: 'feed', at: ['90 ms', '0 ms'] } }))).toEqual(['0 ms', '90 ms'])
    expect(draw({ weights: { of: 'feed' } })).toContain('feed: 3 connections')
    expect(times(draw({ weights: { of: 'late' } }))).toEqual(['100 ms'])
    expect(refusal({ weights: { of: 'feed', at: ['5 ms'] } })).toBe('found no weights of "feed" at 5 ms; they were kept 10 times, from 0 to 90 ms')
    expect(refusal({ weights: { of: 'fed' } })).toContain('unknown projection "fed"')
  })
  it('draws changes in the order of sources, then targets', () => {
    const svg = draw({ window: { of: 'feed', x: { label: 'x', values: [-5, 0, 5] }, scale: 100, y: { label: 'change (%)' }, published: [null, -80, 260] } })
    const points = moves(svg, 'point')
    // no change, down, up
    expect(points.map(([x]) => x)).toEqual([...points.map(([x]) => x)].sort((a, b) => a - b))
    expect(points[1][1]).toBeGreaterThan(points[0][1])
    expect(points[2][1]).toBeLessThan(points[0][1])
    expect((points[0][1] - points[2][1]) / (points[1][1] - points[0][1])).toBeCloseTo(3, 1)
    expect(svg.match(/class="published"/g)).toHaveLength(2)
    expect(refusal({ window: { of: 'feed', x: { label: 'x', values: [1] } } })).toContain('found 1 values of x; 3 are needed, one a connection of "feed"')
    expect(refusal({ window: { of: 'late', x: { label: 'x', values: [1] } } })).toContain('found weights of "late" from 100 ms on')
  })
  it('draws changes of several projections, a line each', () => {
    const x = { label: 'x', values: [-5, 0, 5] }
    const svg = draw({ window: { of: ['feed', 'feed'], names: ['one', 'other'], x, published: [[null, -0.8, 2.6], [0, null, null]], published_as: 'paper' } })
    expect([...svg.matchAll(/<text class="legend"[^>]*>(\w+)</g)].map((m) => m[1])).toEqual(['one', 'other', 'paper'])
    expect(svg.match(/class="published"/g)).toHaveLength(3)
    expect(svg.match(/class="point"/g)).toHaveLength(2)
    expect(refusal({ window: { of: ['feed', 'feed'], names: ['one'], x } })).toBe('found 1 names; 2 are needed, one a projection')
    expect(refusal({ window: { of: ['feed', 'feed'], x, published: [1, 2, 3] } })).toBe('found 1 lists of published values; 2 are needed, one a projection')
    expect(refusal({ window: { of: ['feed', 'feed'], x, published: [[1, 2], [1, 2, 3]] } })).toContain('found 2 published values; 3 are needed')
  })
  it('draws the mean of samples as one voltage', () => {
    const svg = draw({ voltages: { of: 'loss' } })
    expect(svg).toContain('>output, mean<')
    expect(svg.match(/class="data"/g)).toHaveLength(2)
  })
})

describe('a scenario with such figures', () => {
  const text = (figure: string, record = 'samples: {loss: {of: cells, variables: [V], every: 1 ms, reduce: mean}, v: {of: cells, variables: [V], every: 1 ms}}\n  weights: [{of: loop, every: 1 ms}, late]') => `
title: t
duration: 5 ms
populations: {cells: {model: lif_delta, size: 2}}
projections:
  loop: {from: cells, to: cells, onto: soma, connect: {all_to_all: true}, weight: 1 mV, delay: 1 ms}
  late: {from: cells, to: cells, onto: soma, connect: {all_to_all: true}, weight: 1 mV, delay: 1 ms}
  other: {from: cells, to: cells, onto: soma, connect: {all_to_all: true}, weight: 1 mV, delay: 1 ms}
record:
  ${record}
figures:
  - ${figure}
`
  const load = (figure: string) => () => loadScenario(text(figure), { read: () => '', models: library })
  it.each([
    'comparison: {target: cells, output: "cells[0:2]", from: 1 ms, to: 2 ms, shift: 0.8 ms}',
    'learning: {of: loss, label: loss, log: true, silent: 210, scale: 1000, published: {t: [20 s], value: [3]}}',
    'learning: {of: [loss, loss], names: [a, b], variable: V}',
    'weights: {of: loop, at: [0 ms, 5 ms], bins: 30, log: false}',
    'window: {of: loop, x: {label: lag, values: [1, 2, 3, 4]}, formula: {A_plus: 1, A_minus: 1, tau_plus: 17, tau_minus: 34}, published: [1, null, 2, 3]}',
    'window: {of: [loop, loop], names: [a, b], x: {label: lag, values: [1, 2, 3, 4]}, published: [[1, null, 2, 3], [1, 2, 3, 4]]}',
  ])('loads with %s', (figure) => {
    expect(load(figure)().scenario.figures).toHaveLength(1)
  })
  it.each([
    ['comparison: {target: cell, output: cells}', 'figures.0.comparison.target: unknown population "cell"'],
    ['learning: {of: los}', 'figures.0.learning.of: unknown request of samples "los" (did you mean "loss"?)'],
    ['learning: {of: [loss, v]}', 'figures.0.learning.of.1: found "v", which samples every unit; one with reduce: mean is needed'],
    ['learning: {of: loss, variable: U}', 'figures.0.learning.variable: unknown sampled variable "U"'],
    ['learning: {of: loss, names: [a, b]}', 'figures.0.learning.names: found 2 names of 1 lines'],
    ['weights: {of: loops}', 'figures.0.weights.of: unknown projection "loops" (did you mean "loop"?)'],
    ['weights: {of: other}', 'figures.0.weights.of: the weights of "other" are not kept; record.weights must name it'],
    ['window: {of: late, x: {label: lag, values: [1]}}', 'figures.0.window.of: the weights of "late" are kept at the end only'],
    ['window: {of: [loop, late], x: {label: lag, values: [1]}}', 'figures.0.window.of.1: the weights of "late" are kept at the end only'],
    ['window: {of: [loop, loop], names: [a], x: {label: lag, values: [1]}}', 'figures.0.window.names: found 1 names of 2 projections'],
    ['window: {of: loop, x: {label: lag, values: [1]}, formula: {A_plus: 1, A_minus: 1, tau_plus: 0, tau_minus: 34}}', 'tau_plus: found 0; a number above zero is needed'],
  ])('refuses %s', (figure, message) => {
    expect(load(figure)).toThrow(message)
  })
})
