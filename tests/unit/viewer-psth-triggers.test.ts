/** What trials may be aligned at, as a scenario says it. */
import { describe, expect, it } from 'vitest'
import type { TraceHeader } from '../../engine/trace/index.ts'
import { thinned, triggerChoices } from '../../viewer/psth/triggers.ts'
import type { PageScenario } from '../../viewer/strips/page-scenario.ts'

function choices(scenario: Partial<PageScenario>) {
  const header: TraceHeader = {
    scenario: JSON.stringify({ title: '', populations: {}, ...scenario }),
    title: '',
    seed: 1,
    dt: 0.1,
    precision: 'f32',
    resultsVersion: '1',
    populations: [],
    samples: [],
    weights: [],
  }
  return triggerChoices(header).map(({ label, times, every }) => ({ label, every, times: times(1000) }))
}

describe('triggers', () => {
  it('are steps of inputs, all and those to each value', () => {
    const step: [string, string][] = [['0 ms', '0 pA'], ['100 ms', '50 pA'], ['200 ms', '0 pA'], ['300 ms', '50 pA'], ['2 s', '0 pA']]
    expect(choices({ inputs: { pulse: { onto: 'cells.I', current: { step } } } })).toEqual([
      { label: 'pulse: every step', every: undefined, times: [0, 100, 200, 300] },
      { label: 'pulse: steps to 0 pA', every: undefined, times: [0, 200] },
      { label: 'pulse: steps to 50 pA', every: undefined, times: [100, 300] },
    ])
  })
  it('are periods of sines, where they rise through their mean, and rises of square waves', () => {
    const inputs = {
      slow: { onto: 'cells.I', current: { sine: { amplitude: '1 pA', period: '400 ms', phase: 0.25 } } },
      wave: { onto: 'cells.I', current: { square: { low: '0 pA', high: '1 pA', period: '300 ms', start: '50 ms' } } },
    }
    expect(choices({ inputs }).map(({ times }) => times)).toEqual([[300, 700], [50, 350, 650, 950]])
  })
  it('are phases, changes, frames, and the phases of trials', () => {
    const found = choices({
      protocol: [{ phase: 'reward', start: '100 ms', every: '400 ms' }, { at: '500 ms', set: { 'cells.I_0': '1 pA' } }],
      populations: { input: { patterns: { every: '250 ms' } } },
      trials: { epochs: 1, phases: { free: { length: '200 ms' }, weak: { length: '100 ms' } }, blocks: [{ name: 'train', examples: 9, phases: ['free', 'weak'] }] },
    })
    expect(found).toEqual([
      { label: 'phase reward', every: 400, times: [100, 500, 900] },
      { label: 'changes of parameters', every: undefined, times: [500] },
      { label: 'input: every frame', every: 250, times: [0, 250, 500, 750] },
      { label: 'trials: phase free', every: undefined, times: [0, 300, 600, 900] },
      { label: 'trials: phase weak', every: undefined, times: [200, 500, 800] },
    ])
  })
  it('are thinned out evenly', () => {
    const many = Array.from({ length: 1000 }, (_, k) => k)
    expect(thinned(many, 4)).toEqual([0, 250, 500, 750])
    expect(thinned([1, 2], 4)).toEqual([1, 2])
  })
})
