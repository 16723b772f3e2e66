/**
 * Triplet rule: potentiation needs two postsynaptic spikes and a presynaptic one, which gives STDP its dependence on frequency.
 *
 *   dr1/dt = -r1 / tau_plus    dr2/dt = -r2 / tau_x     each <- it + 1 at a presynaptic spike (nearest: <- 1)
 *   do1/dt = -o1 / tau_minus   do2/dt = -o2 / tau_y     at a postsynaptic one
 *   presynaptic spike:   w <- w - o1 (A2_minus + A3_minus r2)      r2 as it was just before
 *   postsynaptic spike:  w <- w + r1 (A2_plus + A3_plus o2)        o2 as it was just before
 *
 * Pfister & Gerstner 2006 (J. Neurosci. 26:9673), eqs 2-4; sets are the rows of its tables 3 (visual cortex) and 4
 * (hippocampal culture). A row was fitted as a whole, so a set is used as a whole or not at all.
 */
import { rule } from '../engine/model.ts'

const source = 'Pfister & Gerstner 2006 (J. Neurosci. 26:9673), eqs 2-4'

const parameters = {
  A2_plus: ['0 weight', 'increase by a pair'],
  A3_plus: ['6.5e-3 weight', 'increase by a triplet of one presynaptic and two postsynaptic spikes'],
  A2_minus: ['7.1e-3 weight', 'decrease by a pair'],
  A3_minus: ['0 weight', 'decrease by a triplet of two presynaptic spikes and one postsynaptic'],
  tau_plus: ['16.8 ms', 'fast presynaptic trace'],
  tau_minus: ['33.7 ms', 'fast postsynaptic trace'],
  tau_x: ['101 ms', 'slow presynaptic trace'],
  tau_y: ['114 ms', 'slow postsynaptic trace'],
} satisfies Record<string, [string, string]>

const traces = {
  pre: `
    dr1/dt = -r1 / tau_plus : 1
    dr2/dt = -r2 / tau_x    : 1
  `,
  post: `
    do1/dt = -o1 / tau_minus : 1
    do2/dt = -o2 / tau_y     : 1
  `,
}

/** Time constants in ms; tau_x means nothing where A3_minus is zero. */
function row(A2_plus: number, A3_plus: number, A2_minus: number, A3_minus: number, tau_x: number, tau_y: number): Record<string, string> {
  const weight = (a: number) => `${a} weight`
  return {
    A2_plus: weight(A2_plus), A3_plus: weight(A3_plus), A2_minus: weight(A2_minus), A3_minus: weight(A3_minus),
    tau_plus: '16.8 ms', tau_minus: '33.7 ms', tau_x: `${tau_x} ms`, tau_y: `${tau_y} ms`,
  }
}

export const tripletStdp = rule({
  name: 'triplet_stdp',
  about: 'pairs and triplets of spikes, all with all',
  source,
  parameters,
  ...traces,
  on: {
    pre_spike: 'w -= o1 * (A2_minus + A3_minus * r2); r1 += 1; r2 += 1',
    post_spike: 'w += r1 * (A2_plus + A3_plus * o2); o1 += 1; o2 += 1',
  },
  sets: {
    visual_cortex_full: row(5e-10, 6.2e-3, 7e-3, 2.3e-4, 101, 125),
    visual_cortex_minimal: row(0, 6.5e-3, 7.1e-3, 0, 101, 114),
    hippocampus_full: row(6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3, 946, 27),
    hippocampus_minimal: row(5.3e-3, 8e-3, 3.5e-3, 0, 946, 40),
  },
})

export const nearestTripletStdp = rule({
  name: 'nearest_triplet_stdp',
  about: 'pairs and triplets of nearest spikes',
  source,
  parameters,
  ...traces,
  on: {
    pre_spike: 'w -= o1 * (A2_minus + A3_minus * r2); r1 = 1; r2 = 1',
    post_spike: 'w += r1 * (A2_plus + A3_plus * o2); o1 = 1; o2 = 1',
  },
  sets: {
    visual_cortex_full: row(8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3, 714, 40),
    visual_cortex_minimal: row(0, 5e-2, 8e-3, 0, 714, 40),
    hippocampus_full: row(4.6e-3, 9.1e-3, 3e-3, 7.5e-9, 575, 47),
  },
})
