/**
 * Pair-based plasticity in which a spike pairs with neighbours only: three schemes that differ in what a spike leaves behind.
 * Windows, signs and parameters are those of pair_stdp; Morrison, Diesmann & Gerstner 2008 (Biol. Cybern. 98:459), section 4.1.2
 * and Fig. 7.
 *
 *   symmetric              a presynaptic spike pairs with the last postsynaptic one, a postsynaptic one with the last presynaptic
 *                          one:                                     x <- 1,  y <- 1
 *   presynaptic-centred    a presynaptic spike pairs with the last postsynaptic spike before and the next one after:
 *                          x <- x + 1, and x <- 0 when it has been used;  y <- 1
 *   restricted symmetric   a spike takes part in at most one pair of each sign:
 *                          x <- 1 and y <- 1, and each <- 0 when it has been used
 *
 * What is used up is a matter of two neurons, so those traces are the synapse's own. Two spikes of the same instant are no pair
 * for the symmetric scheme; for the other two, whose synapses hear the presynaptic one first, they are one with D = 0.
 */
import { rule } from '../engine/model.ts'
import { pairParameters } from './pair-stdp.ts'

const source = 'Morrison, Diesmann & Gerstner 2008 (Biol. Cybern. 98:459), Fig. 7'

export const nearestSymmetricStdp = rule({
  name: 'nearest_symmetric_stdp',
  about: 'a spike pairs with the last spike of the other side',
  source: `${source}a`,
  parameters: pairParameters,
  pre: 'dx/dt = -x / tau_plus : 1',
  post: 'dy/dt = -y / tau_minus : 1',
  on: {
    pre_spike: 'w -= A_minus * y; x = 1',
    post_spike: 'w += A_plus * x; y = 1',
  },
})

export const presynapticCentredStdp = rule({
  name: 'presynaptic_centred_stdp',
  about: 'a presynaptic spike pairs with the postsynaptic spikes nearest before and after it',
  source: `${source}b`,
  parameters: pairParameters,
  synapse: 'dx/dt = -x / tau_plus : 1',
  post: 'dy/dt = -y / tau_minus : 1',
  on: {
    pre_spike: 'w -= A_minus * y; x += 1',
    post_spike: 'w += A_plus * x; x = 0; y = 1',
  },
})

export const restrictedSymmetricStdp = rule({
  name: 'restricted_symmetric_stdp',
  about: 'a spike takes part in at most one pair of each sign, with its nearest neighbour',
  source: `${source}c`,
  parameters: pairParameters,
  synapse: `
    dx/dt = -x / tau_plus  : 1
    dy/dt = -y / tau_minus : 1
  `,
  on: {
    pre_spike: 'w -= A_minus * y; y = 0; x = 1',
    post_spike: 'w += A_plus * x; x = 0; y = 1',
  },
})
