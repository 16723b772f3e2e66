import { expect, it } from 'vitest'
import { ruleText } from '../../cli/rule-text.ts'
import { rule } from '../../engine/model.ts'

it('a rule is told with its equations, what it hears, parameters, sets and the paper', () => {
  const told = ruleText(
    rule({
      name: 'made_up',
      about: 'Weights follow pairs of spikes.',
      source: 'Nobody 1998, equation 3',
      parameters: { A: ['0.01 weight', 'step'], tau: ['20 ms', 'trace'], old: [0, 'as the code does'] },
      pre: `
        dx/dt = -x / tau : 1
        dz/dt = -z / tau : 1
      `,
      post: 'dy/dt = -y / tau : 1',
      let: 'half = 0.5 : 1',
      neuron: { u: ['mV', 'membrane potential'] },
      initial: { x: 0.5 },
      on: { pre_spike: 'w -= A * y; x += 1', post_spike: 'w += A * x when u > 0 mV\ny += 1', 'phase:answer': 'x = 0', 'every:1 s': 'z = 0', tick: 'z += 1' },
      sets: { hippocampus: { A: '0.02 weight', tau: '17 ms' } },
      compatibility: ['old'],
    }),
  )
  expect(told).toBe(`made_up: Weights follow pairs of spikes.
  Nobody 1998, equation 3
  of every presynaptic neuron:
    dx/dt = -x / tau : 1
    dz/dt = -z / tau : 1
  of every postsynaptic neuron:
    dy/dt = -y / tau : 1
  where:
    half = 0.5 : 1
  from the start: x = 0.5
  at a presynaptic spike   w -= A * y
                           x += 1
  at a postsynaptic spike  w += A * x when u > 0 mV
                           y += 1
  at the phase answer      x = 0
  every 1 s                z = 0
  at every tick            z += 1
  reads u  mV: membrane potential
    A    0.01 weight  step
    tau  20 ms        trace
    old  0            as the code does (for compatibility)
  set hippocampus: A = 0.02 weight, tau = 17 ms`)
})

it('a rule that is a program says so', () => {
  const program = { about: 'blocks of 500 ms', make: () => ({}) }
  const known = { name: 'p', about: 'A.', source: 'B', parameters: {}, program }
  expect(ruleText(rule({ ...known, on: {} }))).toBe('p: A.\n  B\n  as a program: blocks of 500 ms')
  expect(ruleText(rule({ ...known, on: { tick: 'w += 1' } }))).toContain('\n  also as a program')
})
