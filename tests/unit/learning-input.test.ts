/** Mistakes in learning rules and where they are put: the place, what was found, what is accepted. */
import { describe, expect, it } from 'vitest'
import { InputError, RunError } from '../../engine/errors.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'

const cell = `neurons:
  cell:
    parameters: {tau_m: 20 ms, V_th: 20 mV}
    currents: {I: mV}
    equations: "dV/dt = (I - V) / tau_m : mV"
    receptors: {soma: V += w}
    threshold: V > V_th
    reset: V = 0 mV
populations:
  cells: {model: cell, size: 3}
`
interface Changes {
  more?: string
  top?: string
  dur?: string
  connect?: string
}
/** The projection is on line 14 (20 where the scenario has the rule `mine`). */
function scenario(rule: string, { more = '', top = '', dur = '5 ms', connect = '{all_to_all: true}' }: Changes = {}): string {
  return `title: t\nduration: ${dur}\n${top}${cell}projections:\n  p: {from: cells, to: cells, onto: soma, connect: ${connect}, weight: 1 mV, delay: 1 ms, ${rule}}\n${more}`
}
const mine = (on: string, rest = '') =>
  scenario('rule: mine', {
    top: `rules:\n  mine:\n    parameters: {A: 0.1 weight, tau: 20 ms}\n    pre: "dx/dt = -x / tau : 1"\n    post: "dy/dt = -y / tau : 1"\n${rest}    on: {${on}}\n`,
  })
const pair = 'rule: pair_stdp'
const feedback = (rest: string) => `  q: {to: cells, onto: soma, delay: 1 ms, ${rest}}\n`

const mistakes: [text: string, message: string][] = [
  [scenario('rule: pair_stpd'), 's.yaml:14:105: projections.p.rule: unknown rule "pair_stpd" (did you mean "pair_stdp"?); known are …'],
  [scenario('rule: {name: pair_stdp, parameters: {A_pluss: 1 mV}}'), 's.yaml:14:136: projections.p.rule.parameters.A_pluss: unknown parameter "A_pluss" (did you mean "A_plus"?); known are A_plus, A_minus, tau_plus, tau_minus'],
  [scenario('rule: {name: pair_stdp, parameters: {A_plus: 1 ms}}'), 's.yaml:14:144: projections.p.rule.parameters.A_plus: found "1 ms", which is ms; mV is needed'],
  [scenario('rule: {name: pair_stdp, parameters: {A_plus: 1e39 mV}}'), 's.yaml:14:144: projections.p.rule.parameters.A_plus: found 1e+39, which is infinite in f32; a finite number is needed'],
  [scenario('rule: {name: pair_stdp, parameters: {tau_plus: 0 ms}}'), 's.yaml:14:146: projections.p.rule.parameters.tau_plus: found a time constant of 0 ms; more than 0 ms is needed'],
  [scenario('rule: {name: triplet_stdp, set: visual_cortex}'), 's.yaml:14:131: projections.p.rule.set: unknown parameter set "visual_cortex"; known are visual_cortex_full, visual_cortex_minimal, hippocampus_full, hippocampus_minimal'],
  [scenario('rule: {name: triplet_stdp, set: hippocampus_full, parameters: {tau_y: 3 ms}}'), 's.yaml:14:162: projections.p.rule.parameters.tau_y: "tau_y" belongs to the published set "hippocampus_full", which is used as a whole or not at all; leave out one of the two'],
  [scenario('rule: {name: rate_derivative, reads: {V: U}}'), 's.yaml:14:140: projections.p.rule.reads.V: the rule reads "V" of the postsynaptic neuron: unknown variable "U" (did you mean "V"?); known are V'],
  [scenario('rule: {name: rate_derivative, reads: {W: V}}'), 's.yaml:14:137: projections.p.rule.reads.W: unknown variable of the rule "W" (did you mean "V"?); known are V'],
  [scenario('rule: superspike'), 's.yaml:14:105: projections.p.rule: the rule reads "error" of the postsynaptic neuron: unknown variable "error"; known are V'],
  [scenario('rule: {name: pair_stdp, implementation: program}'), 's.yaml:14:139: projections.p.rule.implementation: the rule "pair_stdp" has no program; its only implementation is in equations'],
  [scenario('rule: {name: pair_stdp, modulator: cels}'), 's.yaml:14:134: projections.p.rule.modulator: unknown population "cels" (did you mean "cells"?); known are cells'],
  [mine('pre_spike: "w -= A * yy; x += 1", post_spike: w += A * x'), 's.yaml:8:31: rules.mine.on.pre_spike: unknown name "yy" (did you mean "y"?); known are t, dt, pi, A, tau, w, x, y'],
  [mine('pre_spike: "x += 1; w -= A * x", post_spike: y += A / A'), 's.yaml:8:30: rules.mine.on.pre_spike: "w" reads "x" after it has changed; at an event all is read first, so this statement belongs before'],
  [mine('pre_spike: "y += A / A", post_spike: w += A * x'), 's.yaml:8:22: rules.mine.on.pre_spike: "y" belongs to the postsynaptic neuron, which pre_spike is not about; it would change at all synapses of the neuron'],
  [mine('pre_spike: "x += y", post_spike: w += A * x'), 's.yaml:8:22: rules.mine.on.pre_spike: "x" belongs to the presynaptic neuron, and cannot depend on the postsynaptic neuron'],
  [mine('pre_spike: "w -= A * y when x", post_spike: w += A * x'), 's.yaml:8:38: rules.mine.on.pre_spike: what follows "when" is a plain number; a condition is needed'],
  [mine('pre_spike: "w -= y", post_spike: w += A * x'), 's.yaml:8:24: rules.mine.on.pre_spike: "-" between mV and a plain number; both sides need the same unit'],
  [mine('pre_spik: "w -= A * y", post_spike: w += A * x'), 's.yaml:8:10: rules.mine.on.pre_spik: unknown ear "pre_spik" (did you mean "pre_spike"?); known are pre_spike, pre_burst, post_spike, post_burst, post_plateau, tick, modulator, phase:NAME, every:INTERVAL'],
  [mine('"every:A": "w -= A * y", post_spike: w += A * x'), 's.yaml:8:21: rules.mine.on.every:A: found "A", which is no time'],
  [mine('"phase:late": "w -= A * y", post_spike: w += A * x'), 's.yaml:8:24: rules.mine.on.phase:late: the rule hears phase:late: unknown phase "late"; none is known here'],
  [mine('post_burst: "w -= A * y", post_spike: w += A * x'), 's.yaml:20:105: projections.p.rule: the rule hears post_burst: "cells" detects no bursts; give it "bursts"'],
  [mine('post_plateau: "w -= A * y", post_spike: w += A * x'), 's.yaml:20:105: projections.p.rule: the rule hears post_plateau: "cells" emits no plateau events; give it "plateaus: true"'],
  [mine('modulator: "w -= A * y", post_spike: w += A * x'), 's.yaml:20:105: projections.p.rule: the rule hears modulator: no modulator is named; give the rule "modulator"'],
  [mine('pre_spike: "w -= A * delayed(y, tau)", post_spike: w += A * x'), 's.yaml:8:22: rules.mine.on.pre_spike: pre_spike may read traces only; variables of the neuron and delayed values are read at ticks'],
  [mine('tick: "w -= A * delayed(x * y, tau)"'), 's.yaml:8:26: rules.mine.on.tick: what is delayed must be of one side, presynaptic or postsynaptic'],
  [mine('tick: "w -= A * delayed(x, 0.03 ms)"'), 's.yaml:20:105: projections.p.rule: found a delay of 0.03 ms; a whole number of steps of 0.1 ms is needed'],
  [mine('pre_spike: "w -= A", post_spike: w += A * x', '    initial: {z: 1}\n'), 's.yaml:8:15: rules.mine.initial.z: unknown variable "z" (did you mean "w"?); known are w, x, y'],
  [scenario(`${pair}, bounds: {hard: [2 mV, 1 mV]}`), 's.yaml:14:131: projections.p.bounds.hard: found the range 2 to 1; the first must be below the second'],
  [scenario(`${pair}, bounds: {hard: [2 mV, 3 mV]}`), 's.yaml:14:80: projections.p.weight: found a weight of 1; the bounds of the projection are 2 to 3'],
  [scenario(`${pair}, bounds: {hart: [2 mV, 3 mV]}`), 's.yaml:14:125: projections.p.bounds.hart: unknown bounds "hart" (did you mean "hard"?); known are hard, soft, power_law'],
  [scenario('bounds: {hard: [0 mV, 3 mV]}'), 's.yaml:14:107: projections.p.bounds: bounds are of weights that change; a rule is needed'],
  [scenario(`${pair}, dendritic_delay: 0.15 ms`), 's.yaml:14:133: projections.p.dendritic_delay: found 0.15 ms; a whole number of steps of 0.1 ms is needed'],
  [scenario(pair, { more: 'protocol:\n  - {at: 2 ms, set: {p.tau_plus: 3 ms}}\n' }), 's.yaml:16:21: protocol.0.set: time constants of traces, delays and intervals of a rule cannot change during a run'],
  [scenario(pair, { more: 'protocol:\n  - {at: 2 ms, set: {p.A_pls: 3 mV}}\n' }), 's.yaml:16:22: protocol.0.set.p.A_pls: unknown parameter "A_pls" (did you mean "A_plus"?); known are A_plus, A_minus, tau_plus, tau_minus'],
  [scenario(pair, { more: 'protocol:\n  - {phase: late, start: 0.05 ms}\n' }), 's.yaml:16:26: protocol.0.start: found 0.05 ms; a whole number of steps of 0.1 ms is needed'],
  [scenario(pair, { more: feedback('from: "cells[0:2]", connect: {all_to_all: true}, weight: {transpose_of: p}') }), 's.yaml:15:115: projections.q.weight.transpose_of: found 2 sources and 3 targets; the transpose of "p" has 3 sources and 3 targets'],
  [scenario(pair, { more: feedback('from: cells, connect: {all_to_all: true}, weight: {transpose_of: pp}') }), 's.yaml:15:108: projections.q.weight.transpose_of: unknown projection "pp" (did you mean "p"?); known are p, q'],
  [scenario(pair, { connect: '{one_to_one: true}', more: feedback('from: cells, connect: {all_to_all: true}, weight: {transpose_of: p}') }), 's.yaml:15:108: projections.q.weight.transpose_of: "p" is no full matrix; all-to-all connections of one delay to a whole population, with weights that differ or learn, are needed'],
  [scenario(pair, { more: feedback('from: cells, connect: {one_to_one: true}, weight: {transpose_of: p}') }), 's.yaml:15:108: projections.q.weight.transpose_of: transposed weights are all to all; give "connect: { all_to_all: true }"'],
]

const load = (text: string) => loadScenario(text, { file: 's.yaml', models: library, read: () => '' })

async function mistake(text: string): Promise<string> {
  try {
    await runScenario(load(text))
  } catch (error) {
    if (error instanceof InputError || error instanceof RunError) return error.message
    throw error
  }
  throw new Error('no mistake was found')
}

describe('mistakes in learning', () => {
  it.each(mistakes.map(([text, message]) => [message, text]))('%s', async (message, text) => {
    const found = await mistake(text)
    if (message.endsWith('…')) expect(found.slice(0, message.length - 1)).toBe(message.slice(0, -1))
    else expect(found).toBe(message)
  })
})

describe('weights that grow without end', () => {
  it('stop the run, and name the synapse', async () => {
    const driven = 'inputs:\n  i: {onto: cells.soma, poisson: {rate: 400 Hz, weight: 30 mV}}\n'
    const growing = (A: string) => scenario(`rule: {name: pair_stdp, parameters: {A_plus: ${A}, A_minus: 0 mV}}`, { dur: '300 ms', more: driven, connect: '{all_to_all: true, self: false}' })
    expect(await mistake(growing('3e38 mV'))).toMatch(/^the weight of "p" from unit [012] to unit [012] is Infinity at [\d.]+ ms; check the learning rate, or give the projection bounds$/)
  })
})
