/**
 * Pair-based spike-timing-dependent plasticity: every presynaptic spike pairs with every postsynaptic one.
 *
 *   dx/dt = -x / tau_plus    x <- x + 1 at a presynaptic spike
 *   dy/dt = -y / tau_minus   y <- y + 1 at a postsynaptic spike
 *   presynaptic spike:   w <- w - A_minus y
 *   postsynaptic spike:  w <- w + A_plus x
 *
 * so that a pair alone changes the weight by A_plus exp(-D / tau_plus) for D = t_post - t_pre > 0, by -A_minus exp(D / tau_minus)
 * for D < 0, and not at all for D = 0. How a change depends on the weight itself is said by the projection's `bounds`.
 * Song, Miller & Abbott 2000 (Nat. Neurosci. 3:919), eq. 1; traces as in Morrison, Diesmann & Gerstner 2008 (Biol. Cybern. 98:459), eqs 11-14.
 */
import { rule } from '../engine/model.ts'

export const pairParameters = {
  A_plus: ['0.005 weight', 'increase by a pair in which the presynaptic spike comes first, at the shortest lag'],
  A_minus: ['0.00525 weight', 'decrease by a pair in which it comes last'],
  tau_plus: ['20 ms', 'time constant of the increase'],
  tau_minus: ['20 ms', 'time constant of the decrease'],
} satisfies Record<string, [string, string]>

export const pairStdp = rule({
  name: 'pair_stdp',
  about: 'every presynaptic spike pairs with every postsynaptic spike',
  source: 'Song, Miller & Abbott 2000 (Nat. Neurosci. 3:919), eq. 1',
  parameters: pairParameters,
  pre: 'dx/dt = -x / tau_plus : 1',
  post: 'dy/dt = -y / tau_minus : 1',
  on: {
    pre_spike: 'w -= A_minus * y; x += 1',
    post_spike: 'w += A_plus * x; y += 1',
  },
})
