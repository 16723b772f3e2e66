/** Metrics and figures of responses, on traces that are written here. */
import { beforeAll, describe, expect, it } from 'vitest'
import { categoryRdm, compareRdms, dissimilarity } from '../../analysis/index.ts'
import { InputError } from '../../engine/errors.ts'
import { openTrace, openTraceWriter, type Trace } from '../../engine/trace/index.ts'
import type { FigureSpecification } from '../../figures/from-trace.ts'
import { figureFromTrace } from '../../figures/from-trace.ts'
import { readDataFile } from '../../cli/data-files.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { evaluateExpectations, type ExpectationResult, prepareExpectations } from '../../scenarios/metrics.ts'
import { mistake } from '../mistake.ts'

const text = (more = '', data = 'mnist_small: {train: 10, test: 8}') => `title: made
precision: f64
data: {${data}}
populations:
  input: {model: clamped, size: ${data.startsWith('mnist') ? 784 : 30}}
  hidden: {model: linear_hidden, size: 4}
inputs: {x: {onto: input.I, example: {}}}
projections:
  up: {from: input, to: hidden, onto: I, graded: x, connect: {all_to_all: true}, weight: {uniform: [-1, 1]}, delay: 0 ms}
trials:
  phases: {forward: {length: 1 ms}}
  blocks:
    start: {split: test, phases: [forward], before: true}
    train: {split: train, phases: [forward], shuffle: true}
    test: {split: test, phases: [forward]}
  epochs: 2
  responses:
    far: {of: hidden.h, block: test, at: 'end:forward', examples: 6}
    flat: {of: hidden.h, block: test, at: 'end:forward', examples: 6}
    mixed: {of: hidden.h, block: start, at: 'end:forward', examples: 6}
    few: {of: hidden.h, block: test, at: 'end:forward', examples: 2}
    trained: {of: hidden.h, block: train, at: 'end:forward', examples: 6}
${more}`
const load = (more?: string, data?: string) => loadScenario(text(more, data), { file: 's.yaml', read: () => '', dataFiles: readDataFile, models: library })

const classes = [1, 0, 2, 0, 1, 2]
/** A pattern for each class, and some of the stimulus' own. */
const own = (k: number, strength: number) => Array.from({ length: 4 }, (_, i) => (i === classes[k] ? 1 : 0) + strength * Math.sin(7 * k + 3 * i))
const near = classes.map((_, k) => own(k, 0.8))
const apart = classes.map((_, k) => own(k, 0.1))
const mixed = classes.map((_, k) => own(k, 3))
const sorted = (patterns: number[][]) => [1, 3, 0, 4, 2, 5].map((k) => patterns[k])

let trace: Trace
beforeAll(() => {
  const names = ['far', 'few', 'flat', 'mixed', 'trained']
  const header = {
    ...{ scenario: load().canonical, title: 'made', seed: 1, dt: 0.1, precision: 'f64' as const, resultsVersion: '1', weights: [] },
    populations: ['hidden', 'input'].map((name) => ({ name, size: 4, model: 'm', regime: 'clocked', events: false })),
    samples: names.flatMap((name) => [
      { name, variables: ['h'], population: 'hidden', units: [0, 1, 2, 3], every: 0.1 },
      { name: `${name}.class`, variables: ['class'], population: 'hidden', units: [], reduce: 'mean' as const, every: 0.1 },
    ]),
  }
  const parts: Uint8Array[] = []
  const writer = openTraceWriter(header, { write: (bytes) => void parts.push(bytes) })
  const write = (name: string, patterns: number[][], from: number) => {
    patterns.forEach((pattern, k) => {
      writer.samples(2 * names.indexOf(name), from + k, Float64Array.from(pattern))
      writer.samples(2 * names.indexOf(name) + 1, from + k, Float64Array.of(classes[k]))
    })
  }
  write('mixed', mixed, 0)
  write('far', near, 10)
  write('far', apart, 20)
  write('flat', apart.map((pattern, k) => (k === 2 ? [3, 3, 3, 3] : pattern)), 10)
  writer.close(30)
  trace = openTrace(Buffer.concat(parts))
})

const judged = (metric: string, more = ''): ExpectationResult =>
  evaluateExpectations(prepareExpectations(load(`${more}expect:\n  - {name: it, metric: ${metric}, accept: [-1e9, 1e9]}\n`)), trace)[0]
const value = (metric: string) => judged(metric).value
const refusal = (metric: string, data?: string) => mistake(() => prepareExpectations(load(`expect:\n  - {name: it, metric: ${metric}, accept: [-1, 1]}\n`, data)))
const tau = (patterns: number[][], like: ArrayLike<number> = categoryRdm([0, 0, 1, 1, 2, 2])) => compareRdms(dissimilarity(sorted(patterns)), like)

describe('a metric of dissimilarity', () => {
  it('compares the last pass with the categories', () => {
    expect(value('{dissimilarity: {of: far, with: category}}')).toBe(tau(apart))
    expect(judged('{dissimilarity: {of: far, with: category}}').detail).toBe('6 stimuli, pass 2 of 2')
    // all pairs within a class come before all others: 3 of 15 pairs, 2 * 3 * 12 / (15 * 14)
    expect(tau(apart)).toBeCloseTo(36 / 105, 12)
  })
  it('compares another pass, by another measure, or with other responses', () => {
    expect(value('{dissimilarity: {of: far, with: category, pass: first}}')).toBe(tau(near))
    expect(value('{dissimilarity: {of: far, with: category, pass: 1}}')).toBe(tau(near))
    expect(value('{dissimilarity: {of: far, with: mixed, pass: last}}')).toBe(tau(apart, dissimilarity(sorted(mixed))))
    const rdm = dissimilarity(sorted(apart), { metric: 'euclidean' })
    expect(value('{dissimilarity: {of: far, with: category, metric: euclidean, compare: pearson}}')).toBe(compareRdms(rdm, categoryRdm([0, 0, 1, 1, 2, 2]), 'pearson'))
  })
  it('subtracts another, which is the same but for what it says', () => {
    expect(value('{dissimilarity: {of: far, with: category, minus: {pass: first}}}')).toBe(tau(apart) - tau(near))
    expect(judged('{dissimilarity: {of: far, with: category, minus: {of: mixed}}}').detail).toBe(`${tau(apart)} (6 stimuli, pass 2 of 2) minus ${tau(mixed)} (6 stimuli, pass 1 of 1)`)
  })
  it('tells how categorical responses are', () => {
    const far = value('{categoricality: {of: far}}') as number
    expect(far).toBeGreaterThan(0.8)
    expect(far).toBeLessThanOrEqual(1)
    expect(value('{categoricality: {of: far, minus: {of: mixed}}}')).toBeGreaterThan(0.2)
  })
  it('has no value where patterns have no dissimilarity, or a pass is not there', () => {
    const { value: none, pass, detail } = judged('{dissimilarity: {of: flat, with: category}}')
    expect([none, pass]).toEqual([Number.NaN, false])
    expect(detail).toContain('1 of 6 patterns of "flat" are constant, so they have no correlation; the first of them, in the order of classes, is that of stimulus 4 (class 2)')
    expect(judged('{dissimilarity: {of: flat, with: category, metric: euclidean}}').value).toBeGreaterThan(0)
    expect(judged('{dissimilarity: {of: far, with: category, pass: 3}}').detail).toContain('"far": there is no pass 3; 2 of 6 stimuli were recorded')
    expect(judged('{dissimilarity: {of: trained, with: category}}').detail).toContain('there is no complete pass')
  })
  it('is refused where it cannot be measured', () => {
    expect(refusal('{dissimilarity: {of: fur, with: category}}')).toContain('unknown responses "fur" (did you mean "far"')
    expect(refusal('{dissimilarity: {of: far, with: categories}}')).toContain('expect.0.metric.dissimilarity.with: unknown responses "categories" (did you mean "category"?)')
    expect(refusal('{dissimilarity: {of: few, with: category}}')).toContain('found 2 stimuli of "few"; three or more are needed')
    expect(refusal('{dissimilarity: {of: far, with: trained}}')).toContain('"far" and "trained" are not to the same stimuli')
    expect(refusal('{dissimilarity: {of: far, with: category, minus: {of: few}}}')).toContain('minus.of: found 2 stimuli')
    expect(refusal('{dissimilarity: {of: far, with: category, minus: {}}}')).toContain('found nothing that differs')
    expect(refusal('{dissimilarity: {of: far, with: category, pass: 0}}')).toContain('pass')
    const teacher = 'linear_teacher: {train: 10, test: 8}'
    expect(refusal('{dissimilarity: {of: far, with: category}}', teacher)).toContain('has no classes; the name of other responses is needed')
    expect(refusal('{categoricality: {of: far}}', teacher)).toContain('has no classes')
    expect(mistake(() => loadScenario(text().replace('far:', 'category:'), { file: 's.yaml', read: () => '', dataFiles: readDataFile, models: library }))).toContain('"category" is what metrics call the classes themselves')
  })
})

describe('a figure of responses', () => {
  const draw = (figure: FigureSpecification) => figureFromTrace(trace, figure)
  const count = (svg: string, what: RegExp) => svg.match(what)?.length ?? 0
  const wrong = (figure: FigureSpecification) => {
    try {
      draw(figure)
    } catch (error) {
      expect(error).toBeInstanceOf(InputError)
      return (error as Error).message
    }
    throw new Error('nothing was refused')
  }
  const heights = (svg: string) => [...svg.matchAll(/<rect class="value"[^>]*height="([^"]*)"/g)].map((m) => Number(m[1]))

  it('draws matrices in the order of classes', () => {
    const svg = draw({ dissimilarity: { of: ['far', 'mixed'], names: ['hidden', 'before'] } })
    expect(count(svg, /class="matrix"/g)).toBe(2)
    expect(count(svg, /class="boundary"/g)).toBe(2)
    expect(svg).toContain('>hidden<')
    expect(svg).toContain('dissimilarity (1 − r)')
    expect(draw({ dissimilarity: { of: 'far', pass: 'first' } })).not.toBe(draw({ dissimilarity: { of: 'far' } }))
    expect(draw({ dissimilarity: { of: 'flat' } })).toContain('10 entries undefined')
    expect(wrong({ dissimilarity: { of: 'fur' } })).toContain('unknown responses "fur" (did you mean "far"')
    expect(wrong({ dissimilarity: { of: 'far', pass: 3 } })).toContain('"far": there is no pass 3')
    expect(wrong({ dissimilarity: { of: 'far', names: ['a', 'b'] } })).toContain('found 2 names of 1 matrices')
  })
  it('draws bars as high as the metric, with error bars that are the same every time', () => {
    const spec = { layers: ['before', 'after'], series: [{ name: 'a', of: ['mixed', 'far'] }, { name: 'b', of: [null, 'far'] }], with: 'category', draws: 50 }
    const svg = draw({ similarity: spec })
    expect(draw({ similarity: spec })).toBe(svg)
    const [before, after, again] = heights(svg)
    expect(before / after).toBeCloseTo(Math.abs(tau(mixed)) / tau(apart), 2)
    expect(again).toBe(after)
    expect(svg).toContain('6 stimuli')
    expect(svg).toContain('highest possible 0.34')
    expect(svg).toContain('standard error, 50 draws of stimuli')
    expect(count(svg, /class="error"/g)).toBe(2)
  })
  it('draws bars against other responses and noise ceilings, layer by layer', () => {
    const series = [{ name: 'a', of: ['far', 'far'] }]
    const svg = draw({ similarity: { layers: ['one', 'other'], series, with: ['far', 'mixed'], ceiling: [['far', 'far'], ['far', 'mixed']], draws: 20 } })
    const [itself, other] = heights(svg)
    expect(other / itself).toBeCloseTo(Math.abs(tau(apart, dissimilarity(sorted(mixed)))), 2)
    expect(count(svg, /class="ceiling"/g)).toBe(1)
    expect(svg).toContain('noise ceiling')
    expect(wrong({ similarity: { layers: ['one'], series: [{ name: 'a', of: ['far'] }], with: 'category', compare: 'spearman', ceiling: ['far', 'mixed'] } })).toContain('it is of tau_a')
  })
  it('leaves out what is undefined and says so, and refuses what does not fit', () => {
    const one = (of: (string | null)[], other: string, layers = ['one']) => ({ similarity: { layers, series: [{ name: 'a', of }], with: other, draws: 20 } })
    expect(draw({ similarity: { layers: ['one'], series: [{ name: 'a', of: ['far'] }, { name: 'b', of: ['flat'] }], with: 'category', draws: 20 } })).toContain('no bar of flat: 1 of its patterns have no correlation')
    expect(wrong(one(['far'], 'flat'))).toContain('1 of 6 patterns of "flat" have no correlation; the metric euclidean accepts them')
    expect(wrong(one(['far', 'far'], 'category'))).toContain('"a" has 2 responses; one a layer is needed, 1, or null')
    expect(draw(one([null], 'category'))).toContain('>no data<')
  })
  it('is checked when the scenario is loaded', () => {
    const wrongly = (figure: string) => mistake(() => load(`figures:\n  - ${figure}\n`))
    expect(wrongly('{dissimilarity: {of: fur}}')).toContain('figures.0.dissimilarity.of: unknown responses "fur"')
    expect(wrongly('{dissimilarity: {of: [far], names: [a, b]}}')).toContain('found 2 names of 1 matrices')
    expect(wrongly('{similarity: {layers: [a], series: [{name: s, of: [far, far]}], with: category}}')).toContain('found a series with more or fewer responses than layers')
    expect(wrongly('{similarity: {layers: [a], series: [{name: s, of: [far]}], with: fur}}')).toContain('unknown responses "fur"')
    expect(wrongly('{similarity: {layers: [a], series: [{name: s, of: [far]}], with: category, ceiling: [far, fur]}}')).toContain('unknown responses "fur"')
  })
})
