/**
 * 784-1000-10 logistic units that learn handwritten digits one by one, errors coming back through fixed random weights (Lillicrap et
 * al. 2016). Motivation: the least that a network of rates has to do for an example, one product of a weight and an activity on the way
 * up and one for its change; who is slow here does something else.
 */
export const feedbackAlignment = `
title: Feedback alignment, online
seed: 1
dt: 1 ms
data: { mnist: { train: 60000 } }
populations:
  one: { model: clamped, size: 1 }
  input: { model: clamped, size: 784 }
  hidden: { model: logistic_hidden, size: 1000 }
  output: { model: cross_entropy_output, size: 10 }
inputs:
  bias: { onto: one.I, current: { constant: 1 } }
  pixels: { onto: input.I, example: {} }
  label: { onto: output.target, wanted: { during: [backward] } }
projections:
  up: &up { from: input, to: hidden, onto: I, graded: x, connect: { all_to_all: true }, weight: { uniform: [-0.05, 0.05] }, delay: 0 ms, rule: { name: delta_rule, parameters: { eta: 0.05 } } }
  up_bias: { <<: *up, from: one }
  out: { <<: *up, from: hidden, to: output, graded: h, rule: { name: delta_rule, parameters: { eta: 0.05 }, reads: { x: h } } }
  out_bias: { <<: *up, from: one, to: output }
  back: { from: output, to: hidden, onto: E, graded: delta, connect: { all_to_all: true }, weight: { uniform: [-0.5, 0.5] }, delay: 1 ms }
trials:
  epochs: 1
  phases: { forward: { length: 1 ms }, backward: { length: 2 ms } }
  blocks:
    train: { split: train, phases: [forward, backward], shuffle: true, measures: { error: { error: output.y, at: end:forward } } }
record: { events: [] }
`
