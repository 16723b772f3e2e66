/** Which strips a trace opens with and may have, what its protocol looks like as bands, and the widths of bins. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TraceHeader } from '../../engine/trace/index.ts'
import { availableStrips } from '../../viewer/strips/available-strips.ts'
import { bandRows } from '../../viewer/strips/bands.ts'
import { automaticBin, binChoices, roundBin, wholeBins } from '../../viewer/strips/bin-width.ts'
import { defaultStrips, isKnown } from '../../viewer/strips/default-strips.ts'
import { encodedInputs, multiplexedInputs } from '../../viewer/strips/encoded-inputs.ts'
import { type PageScenario, scenarioOf } from '../../viewer/strips/page-scenario.ts'
import { blockRuns } from '../../viewer/strips/trial-bands.ts'

const empty: PageScenario = { title: '', populations: {} }

function headerOf(scenario: Partial<PageScenario>, header: Partial<TraceHeader> = {}): TraceHeader {
  return {
    scenario: JSON.stringify({ ...empty, ...scenario }),
    title: '',
    seed: 1,
    dt: 0.1,
    precision: 'f32',
    resultsVersion: '1',
    populations: [{ name: 'cells', size: 10, model: 'naud_sprekeler', regime: 'clocked' }, { name: 'readers', size: 5, model: 'lif', regime: 'clocked' }],
    samples: [],
    weights: [],
    ...header,
  }
}

const inputs = {
  up: { onto: 'cells.I_s', current: { sine: { mean: '1 pA', amplitude: '2 pA', period: '500 ms' } } },
  top: { onto: 'cells[0:5].I_d', current: { step: [['0 ms', '0 pA'], ['100 ms', '50 pA'], ['200 ms', '0 pA']] as [string, string][] } },
  rain: { onto: 'cells.excitatory' },
}

describe('widths of bins', () => {
  it('are 1, 2 or 5 times a power of ten, no smaller than asked and not 2.5 times as large', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e7, noNaN: true }), (width) => {
        const round = roundBin(width)
        expect(round).toBeGreaterThanOrEqual(width * (1 - 1e-8))
        expect(round).toBeLessThanOrEqual(width * 2.5 * (1 + 1e-8))
        expect(round.toExponential()).toMatch(/^[125]e/)
      }),
    )
  })
  it('are offered from fine to coarse, and are no finer than the grid', () => {
    expect(binChoices(0, 1000, 0.1)).toEqual([0.5, 1, 2, 5, 10, 20, 50, 100])
    expect(binChoices(0, 10, 1)[0]).toBe(1)
    expect(automaticBin(0, 2050, 0.1)).toBe(20)
  })
  it('stay where they are when the window moves', () => {
    expect(wholeBins(123, 456, 50, 1000)).toEqual({ from: 100, to: 500 })
    expect(wholeBins(123, 456, 50, 1000, 0.5)).toEqual({ from: 0, to: 650 })
    expect(wholeBins(900, 1100, 50, 1000)).toEqual({ from: 900, to: 1000 })
  })
})

describe('inputs', () => {
  it('belong to soma or dendrite by what they flow into; what is no current is left out', () => {
    const scenario = scenarioOf(headerOf({ inputs }))
    expect(encodedInputs(scenario, 'cells')).toEqual([{ name: 'up', compartment: 'soma' }, { name: 'top', compartment: 'dendrite' }])
    expect(encodedInputs(scenario, 'readers')).toEqual([])
    expect(multiplexedInputs(scenario, 'cells[0:5]')).toEqual({ soma: 'up', dendrite: 'top' })
  })
  it('are those of a figure where one names them', () => {
    const scenario = scenarioOf(headerOf({ inputs, figures: [{ multiplexing: { of: 'cells', soma: 'top', dendrite: 'up' } }] }))
    expect(multiplexedInputs(scenario, 'cells')).toEqual({ soma: 'top', dendrite: 'up' })
  })
})

describe('strips', () => {
  it('of multiplexing are event rate, burst probability, and what readers make of them', () => {
    const decoders = [{ name: 'reader', of: 'readers', follows: 'dendrite' as const }]
    const header = headerOf({ inputs, figures: [{ multiplexing: { of: 'cells', soma: 'up', dendrite: 'top', bin: '20 ms', decoders } }, { raster: {} }] })
    expect(defaultStrips(header)).toEqual([
      { kind: 'bands' },
      { kind: 'code', population: 'cells', show: 'event_rate', input: 'up', bin: 20 },
      { kind: 'code', population: 'cells', show: 'burst_probability', input: 'top', bin: 20 },
      { kind: 'rates', populations: ['readers'], input: 'top', bin: 20 },
    ])
  })
  it('are rates where no figure asks for more', () => {
    expect(defaultStrips(headerOf({}))).toEqual([{ kind: 'rates', populations: ['cells', 'readers'] }])
  })
  it('of trials without events are learning curves, a strip a block', () => {
    const populations = headerOf({}).populations.map((p) => ({ ...p, events: false }))
    const samples = [
      { name: 'train', population: 'cells', variables: ['error', 'angle'], units: [], every: 1, reduce: 'mean' as const },
      { name: 'test', population: 'cells', variables: ['error'], units: [], every: 1, reduce: 'mean' as const },
    ]
    const blocks = [{ name: 'train', examples: 10 }, { name: 'test', examples: 5 }]
    expect(defaultStrips(headerOf({ trials: { epochs: 1, blocks } }, { populations, samples }))).toEqual([
      { kind: 'samples', samples: 'train', variables: ['error'], columns: [0] },
      { kind: 'samples', samples: 'test', variables: ['error'], columns: [0] },
    ])
    const figures = [{ learning: { of: ['train.error', 'train.angle'], log: true } }]
    expect(defaultStrips(headerOf({ figures }, { populations, samples }))).toEqual([{ kind: 'samples', samples: 'train', variables: ['error', 'angle'], columns: [0], log: true }])
  })
  it('of voltages put the potentials of a cell together', () => {
    const samples = [{ name: 'potentials', population: 'cells', variables: ['V_s', 'V_d', 'w'], units: [4, 7, 9], every: 0.1 }]
    expect(defaultStrips(headerOf({ figures: [{ voltages: { of: 'potentials', units: [1] } }] }, { samples }))).toEqual([
      { kind: 'samples', samples: 'potentials', variables: ['V_s', 'V_d'], columns: [1] },
      { kind: 'samples', samples: 'potentials', variables: ['w'], columns: [1] },
    ])
  })
  it('that the menu offers can all be shown, and have different labels', () => {
    const samples = [{ name: 'potentials', population: 'cells', variables: ['V_s', 'V_d'], units: [4, 7], every: 0.1 }]
    const weights = [{ name: 'plastic', from: 'cells', to: 'readers', sources: 10, targets: 5 }]
    const header = headerOf({ inputs }, { samples, weights })
    const choices = availableStrips(header)
    expect(choices.every(({ strip }) => isKnown(strip, header))).toBe(true)
    expect(new Set(choices.map(({ group, label }) => `${group} ${label}`)).size).toBe(choices.length)
    expect(choices.map(({ strip }) => strip.kind)).toContain('weights')
  })
  it('that a trace does not hold are not known', () => {
    const header = headerOf({})
    expect(isKnown({ kind: 'rates', populations: ['nobody'] }, header)).toBe(false)
    expect(isKnown({ kind: 'weights', projection: 'none' }, header)).toBe(false)
    expect(isKnown({ kind: 'bands' }, header)).toBe(false)
  })
})

describe('bands', () => {
  const rowsOf = (scenario: Partial<PageScenario>) => bandRows({ ...empty, ...scenario }, { dt: 0.1 })

  it('of a current that steps hold its values', () => {
    const [row] = rowsOf({ inputs })
    expect(row.name).toBe('top')
    expect(row.within(0, 150, 100)?.bands).toEqual([
      { from: 0, to: 100, label: '0 pA', colour: -1 },
      { from: 100, to: 200, label: '50 pA', colour: 0 },
    ])
  })
  it('of a square wave come again every period, and are left out where they are too many', () => {
    const [row] = rowsOf({ inputs: { wave: { onto: 'cells.I', current: { square: { low: '0 pA', high: '5 pA', period: '100 ms', duty: 0.3, start: '10 ms' } } } } })
    expect(row.within(200, 300, 100)?.bands.map(({ from, to, colour }) => [from, to, colour])).toEqual([
      [140, 210, -1],
      [210, 240, 0],
      [240, 310, -1],
    ])
    expect(row.within(0, 1e6, 100)).toBeUndefined()
  })
  it('of phases last until the next one; changes are marks', () => {
    const [phases, changes] = rowsOf({
      protocol: [{ phase: 'a', start: '0 ms', every: '100 ms' }, { phase: 'b', start: '40 ms', every: '100 ms' }, { at: '1 s', set: { 'plastic.eta': '0.01 weight' } }],
    })
    expect(phases.within(150, 250, 100)?.bands).toEqual([
      { from: 140, to: 200, label: 'b', colour: 1 },
      { from: 200, to: 240, label: 'a', colour: 0 },
      { from: 240, to: 300, label: 'b', colour: 1 },
    ])
    expect(changes.within(0, 2000, 100)?.marks).toEqual([{ at: 1000, label: 'plastic.eta = 0.01 weight' }])
  })
  it('of trials follow their blocks, epoch after epoch, for all copies at once', () => {
    const scenario: PageScenario = {
      ...empty,
      populations: { cells: { copies: 4 } },
      inputs: { pictures: { onto: 'cells.I', example: {} } },
      trials: {
        epochs: 3,
        phases: { free: { length: '20 ms' }, weak: { length: '5 ms' } },
        blocks: [
          { name: 'first', examples: 4, before: true, phases: ['free'] },
          { name: 'train', examples: 10, phases: ['free', 'weak'] },
          { name: 'test', examples: 4, every: 2, phases: ['free'] },
        ],
      },
    }
    // 10 examples in 3 trials of 4 copies
    expect(blockRuns(scenario, 0.1).map(({ name, epoch, from }) => [name, epoch, from])).toEqual([
      ['first', 0, 0],
      ['train', 1, 20],
      ['train', 2, 95],
      ['test', 2, 170],
      ['train', 3, 190],
      ['test', 3, 265],
    ])
    const [blocks, trials, phases] = bandRows(scenario, { dt: 0.1 })
    expect(blocks.within(60, 100, 100)?.bands.map(({ label }) => label)).toEqual(['train, epoch 1', 'train, epoch 2'])
    expect(trials.within(50, 60, 100)?.bands.map(({ from, to }) => [from, to])).toEqual([[45, 70]])
    expect(phases.within(50, 70, 100)?.bands.map(({ from, to, label }) => [from, to, label])).toEqual([[45, 65, 'free'], [65, 70, 'weak']])
    const drawn = { ...scenario, trials: scenario.trials && { ...scenario.trials, phases: { free: { length: '20 ms', plus: {} }, weak: { length: '5 ms' } } } }
    expect(bandRows(drawn, { dt: 0.1 })).toEqual([])
  })
})
