/** Exclusive or by backpropagation, as the part of a scenario that comes before its trials: for tests of how trials are run. */
export const exclusiveOr = `data: {xor: {}}
populations:
  input: {model: clamped, size: 2}
  bias: {model: clamped, size: 1}
  hidden: {model: tanh_hidden, size: 8}
  output: {model: cross_entropy_output, size: 2}
inputs:
  pixels: {onto: input.I, example: {}}
  one: {onto: bias.I, current: {constant: 1}}
  label: {onto: output.target, wanted: {during: [backward]}}
projections:
  up: {from: input, to: hidden, onto: I, graded: x, connect: {all_to_all: true}, weight: {uniform: [-1, 1]}, delay: 0 ms, rule: {name: delta_rule, parameters: {eta: 0.3 weight}}}
  hidden_bias: {from: bias, to: hidden, onto: I, graded: x, connect: {all_to_all: true}, weight: {uniform: [-1, 1]}, delay: 0 ms, rule: {name: delta_rule, parameters: {eta: 0.3 weight}}}
  out: {from: hidden, to: output, onto: I, graded: h, connect: {all_to_all: true}, weight: {uniform: [-1, 1]}, delay: 0 ms, rule: {name: delta_rule, parameters: {eta: 0.3 weight}, reads: {x: h}}}
  out_bias: {from: bias, to: output, onto: I, graded: x, connect: {all_to_all: true}, weight: 0, delay: 0 ms, rule: {name: delta_rule, parameters: {eta: 0.3 weight}}}
  back: {from: output, to: hidden, onto: E, graded: delta, connect: {all_to_all: true}, weight: {transpose_of: out}, delay: 1 ms}
`
