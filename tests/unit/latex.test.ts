/** Equations as LaTeX: known ones of known models, every one that comes with Hillock set by KaTeX, and that the meaning stays. */
import fc from 'fast-check'
import katex from 'katex'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../engine/equations/evaluate.ts'
import { formulasOfNeuron, formulasOfRule, formulasOfSynapse } from '../../engine/equations/formulas.ts'
import { latexOfEquation, latexOfExpression, latexOfName, latexOfStatement } from '../../engine/equations/latex.ts'
import { parseEquations, parseExpression, parseStatements } from '../../engine/equations/parse.ts'
import { binary, call, type Expression, name, negate, number } from '../../engine/equations/tree.ts'
import type { Formula, FormulaGroup } from '../../engine/formulas.ts'
import { adex, library, lifExponential, naudSprekeler, segregatedHidden, tsodyksMarkram } from '../../models/index.ts'
import { pairStdp, rules, superspike } from '../../plasticity/index.ts'
import { readLatex } from '../read-latex.ts'

const latex = (text: string) => latexOfExpression(parseExpression(text, 'x'))
const equation = (text: string) => latexOfEquation(parseEquations(text, 'x').differentials[0])
const statement = (text: string) => latexOfStatement(parseStatements(text, 'x', true).assignments[0])
const lines = (groups: FormulaGroup[]) => groups.flatMap((g) => g.formulas.map((f: Formula) => f.latex))

describe('names', () => {
  it.each([
    ['tau_m', '\\tau_{m}'],
    ['V_th', 'V_{\\mathrm{th}}'],
    ['Delta_T', '\\Delta_{T}'],
    ['A_plus', 'A_{+}'],
    ['k1', 'k_{1}'],
    ['now_long_basal', '\\mathrm{now}_{\\mathrm{long}, \\mathrm{basal}}'],
    ['dt', '\\Delta t'],
    ['pi', '\\pi'],
    ['_', '\\_'],
  ])('%s', (text, expected) => expect(latexOfName(text)).toBe(expected))
})

describe('expressions', () => {
  it.each([
    ['(E_L - V + I) / tau_m', '\\frac{E_{L} - V + I}{\\tau_{m}}'],
    ['-x / tau', '-\\frac{x}{\\tau}'],
    ['a / b / c', '\\frac{a}{b \\, c}'],
    ['a / (b / c)', '\\frac{a}{\\frac{b}{c}}'],
    ['a - (b - c)', 'a - \\left(b - c\\right)'],
    ['a - (b + c) * d', 'a - \\left(b + c\\right) \\, d'],
    ['(a - b) - c', 'a - b - c'],
    ['--x / y', '-\\left(-\\frac{x}{y}\\right)'],
    ['-x * y', '-x \\, y'],
    ['a + -x', 'a + \\left(-x\\right)'],
    ['-(a + b)', '-\\left(a + b\\right)'],
    ['-x^2', '-x^{2}'],
    ['(-x)^2', '\\left(-x\\right)^{2}'],
    ['(a * b)^2', '\\left(a \\, b\\right)^{2}'],
    ['(a / b)^2', '\\left(\\frac{a}{b}\\right)^{2}'],
    ['a^b^c', 'a^{b^{c}}'],
    ['(a^b)^c', '\\left(a^{b}\\right)^{c}'],
    ['2 * 3', '2 \\cdot 3'],
    ['x * 1e-15', 'x \\cdot 10^{-15}'],
    ['2.5e22 * x', '2.5 \\cdot 10^{22} \\, x'],
    ['V > 15 mV', 'V > 15\\,\\mathrm{mV}'],
    ['V + 0.5 V', 'V + 500\\,\\mathrm{mV}'],
    ['rate < 20 Hz', '\\mathrm{rate} < 20\\,\\mathrm{Hz}'],
    ['exp(-dt / tau)', '\\exp\\left(-\\frac{\\Delta t}{\\tau}\\right)'],
    ['2 * expm1(x)', '2 \\, \\left(\\exp\\left(x\\right) - 1\\right)'],
    ['sqrt(v) + abs(x)^2', '\\sqrt{v} + \\left|x\\right|^{2}'],
    ['xi * sigma', '\\xi \\, \\sigma'],
    ['u01 < p', '\\mathcal{U}_{[0, 1)} < p'],
    ['delayed(x, 3 ms)', 'x(t - 3\\,\\mathrm{ms})'],
    ['delayed(x, a + b)', 'x(t - \\left(a + b\\right))'],
    ['delayed(x + y, d)', '\\left[x + y\\right](t - d)'],
    ['x * (t - d)', 'x \\cdot \\left(t - d\\right)'],
    ['after_spike(0 ms, 2 ms)', '\\mathbf{1}\\left[0\\,\\mathrm{ms} \\le t - t_{\\mathrm{spike}} < 2\\,\\mathrm{ms}\\right]'],
    ['not (a < b) and c >= d or e != f', '\\text{not } a < b \\text{ and } c \\ge d \\text{ or } e \\neq f'],
    ['(a < b or c < d) and e < f', '\\left(a < b \\text{ or } c < d\\right) \\text{ and } e < f'],
    ['2 * where(a > 0, b, where(c > 0, d, e))', '2 \\, \\left(\\begin{cases} b & \\text{if } a > 0 \\\\ d & \\text{if } c > 0 \\\\ e & \\text{otherwise} \\end{cases}\\right)'],
  ])('%s', (text, expected) => expect(latex(text)).toBe(expected))

  it('of equations and statements', () => {
    expect(equation('dV/dt = (E_L - V) / tau_m : mV (unless refractory)')).toBe('\\frac{dV}{dt} = \\frac{E_{L} - V}{\\tau_{m}}')
    expect(equation('dg_ampa/dt = -g_ampa / tau : 1 (euler)')).toBe('\\frac{dg_{\\mathrm{ampa}}}{dt} = -\\frac{g_{\\mathrm{ampa}}}{\\tau}')
    expect(equation('next s = s + dt / tau * I : 1')).toBe('s(t + \\Delta t) = s + \\frac{\\Delta t}{\\tau} \\, I')
    expect(equation('state slope : 1')).toBe('\\mathrm{slope} \\quad \\text{changes by statements only}')
    expect(statement('V = V_reset')).toBe('V \\leftarrow V_{\\mathrm{reset}}')
    expect(statement('w -= A_minus * (y + 1) when t >= burn_in')).toBe('w \\leftarrow w - A_{-} \\, \\left(y + 1\\right) \\quad \\text{if } t \\ge \\mathrm{burn}_{\\mathrm{in}}')
  })
})

describe('models', () => {
  it('lif_exponential', () => {
    expect(lines(formulasOfNeuron(lifExponential))).toEqual([
      '\\frac{dV}{dt} = \\frac{E_{L} - V + I_{e} + I_{i} + I}{\\tau_{m}}',
      '\\frac{dI_{e}}{dt} = -\\frac{I_{e}}{\\tau_{e}}',
      '\\frac{dI_{i}}{dt} = -\\frac{I_{i}}{\\tau_{i}}',
      'I_{e} \\leftarrow I_{e} + w',
      'I_{i} \\leftarrow I_{i} + w',
      'V > V_{\\mathrm{th}}',
      'V \\leftarrow V_{\\mathrm{reset}}',
      't_{\\mathrm{ref}}',
    ])
    expect(formulasOfNeuron(lifExponential)[0].formulas[0]).toMatchObject({ unit: 'mV', note: 'unless refractory' })
  })
  it('adex, naud_sprekeler', () => {
    expect(lines(formulasOfNeuron(adex))).toContain('\\mathrm{onset} = \\Delta_{T} \\, \\exp\\left(\\min\\left(\\frac{V - V_{T}}{\\Delta_{T}},\\, 20\\right)\\right)')
    const titles = formulasOfNeuron(naudSprekeler).map((g) => g.title)
    expect(titles).toEqual(['Between spikes', 'Arrivals at soma, of weight w', 'Arrivals at dendrite, of weight w', 'Spike when', 'After a spike', 'Refractory for', 'Plateau potential while'])
  })
  it('segregated dendrites: maps, statements at phases', () => {
    const groups = formulasOfNeuron(segregatedHidden)
    expect(lines(groups)).toContain('\\mathrm{sum}_{V}(t + \\Delta t) = \\mathrm{sum}_{V} + V')
    expect(lines(groups.filter((g) => g.title === 'When the phase forward ends'))).toContain('\\mathrm{slope} \\leftarrow \\operatorname{sigmoid}\\left(V_{\\mathrm{mean}}\\right) \\, \\left(1 - \\operatorname{sigmoid}\\left(V_{\\mathrm{mean}}\\right)\\right)')
  })
  it('tsodyks_markram, pair_stdp, superspike', () => {
    expect(lines(formulasOfSynapse(tsodyksMarkram))).toEqual([
      '\\frac{dx}{dt} = \\frac{1 - x}{\\tau_{D}}',
      '\\frac{du}{dt} = \\frac{U - u}{\\tau_{F}}',
      'w \\, x \\, u',
      'x \\leftarrow x - x \\, u',
      'u \\leftarrow u + f \\, \\left(1 - u\\right)',
    ])
    expect(formulasOfRule(pairStdp)).toEqual([
      { title: 'Of the presynaptic neuron', formulas: [{ latex: '\\frac{dx}{dt} = -\\frac{x}{\\tau_{+}}', unit: '1' }] },
      { title: 'Of the postsynaptic neuron', formulas: [{ latex: '\\frac{dy}{dt} = -\\frac{y}{\\tau_{-}}', unit: '1' }] },
      { title: 'At a presynaptic spike', formulas: [{ latex: 'w \\leftarrow w - A_{-} \\, y' }, { latex: 'x \\leftarrow x + 1' }] },
      { title: 'At a postsynaptic spike', formulas: [{ latex: 'w \\leftarrow w + A_{+} \\, x' }, { latex: 'y \\leftarrow y + 1' }] },
    ])
    expect(lines(formulasOfRule(superspike))).toContain('\\mathrm{el} \\leftarrow \\mathrm{el} \\, \\exp\\left(-\\frac{\\Delta t}{\\tau_{\\mathrm{rise}}}\\right)')
  })

  const all: [string, FormulaGroup[]][] = [
    ...[...library.neurons.values()].map((m): [string, FormulaGroup[]] => [m.name, formulasOfNeuron(m)]),
    ...[...library.synapses.values()].map((m): [string, FormulaGroup[]] => [m.name, formulasOfSynapse(m)]),
    ...[...rules.values()].map((m): [string, FormulaGroup[]] => [m.name, formulasOfRule(m)]),
  ]
  it.each(all)('%s is set by KaTeX', (_, groups) => {
    expect(lines(groups).length).toBeGreaterThan(0)
    for (const text of lines(groups)) expect(() => katex.renderToString(text, { throwOnError: true, strict: 'error', displayMode: true }), text).not.toThrow()
  })
})

describe('the meaning', () => {
  const leaf = fc.oneof(fc.constantFrom('a', 'b', 'V_th', 'tau_m', 't').map(name), fc.integer({ min: 0, max: 9 }).map(number), fc.constantFrom(0.25, 1e-7, 3e21).map(number))
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.tuple(fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const, '^' as const), tie('tree'), tie('tree')).map(([op, a, b]) => binary(op, a, b)),
      tie('tree').map((a) => (a.kind === 'number' ? number(-a.value) : negate(a))),
      fc.tuple(fc.constantFrom('exp', 'expm1', 'sqrt', 'abs', 'tanh'), tie('tree')).map(([f, a]) => call(f, a)),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => call('max', a, b)),
    ),
  }))
  const values: Record<string, number> = { a: 1.75, b: -0.6, V_th: 3.5, tau_m: 0.9, t: 2.1 }

  it('is that of what is read back from the LaTeX', () => {
    fc.assert(
      fc.property(tree, (e) => {
        const expected = evaluate(e, (n) => values[n])
        const found = readLatex(latexOfExpression(e), Object.fromEntries(Object.entries(values).map(([n, v]) => [latexOfName(n), v])))
        // signs are moved and a / b / c is a / (b c): equal but for rounding
        if (Number.isNaN(expected) || Math.abs(expected) > 1e100) return
        const scale = Math.max(1, Math.abs(expected))
        expect(Math.abs(found - expected) / scale, latexOfExpression(e)).toBeLessThan(1e-6)
      }),
      { numRuns: 2000, seed: 5 },
    )
  })
})
