/**
 * Tsodyks-Markram short-term plasticity: vesicles run out (x), and are released the more readily the more was used lately (u).
 *
 *   dx/dt = (1 - x) / tau_D,   du/dt = (U - u) / tau_F          one x and u for every presynaptic neuron, decayed exactly
 *   spike: sends w x u;  then x -= x u with the u of before the spike;  then u += f (1 - u)       ("release first")
 *
 * Markram, Wang & Tsodyks 1998 (PNAS 95:5323), which "facilitate first" from a rest of 0: with f = U the two are the same
 * sequence of releases. A free f is the extended form of Payeur et al. 2021 (Nat. Neurosci. 24:1010, Methods), whose published
 * curves however agree with f = U: there a method of the code that should have used f is never called.
 * f does not follow U: whoever changes U for an ordinary synapse has to give f the same value.
 * tau_F = 0 (no facilitation) is written as a time far below any interval between spikes, 1e-6 ms: u is then back at U at
 * every spike. 0 itself divides by zero. Parameters: below; named sets in `tsodyksMarkramSets`. Throws nothing itself.
 */
import { synapse } from '../../engine/model.ts'

export const tsodyksMarkram = synapse({
  name: 'tsodyks_markram',
  about: 'Tsodyks-Markram short-term plasticity: vesicles run out, and are released the more readily the more was used lately.',
  source: 'Markram, Wang & Tsodyks 1998; free f: Payeur et al. 2021, Methods',
  parameters: {
    U: ['0.5', 'release probability at rest'],
    tau_D: ['800 ms', 'recovery from depression'],
    tau_F: ['1e-6 ms', 'decay of facilitation; 1e-6 ms means none'],
    f: ['0.5', 'facilitation by a spike; U unless stated otherwise'],
  },
  pre: `
    dx/dt = (1 - x) / tau_D : 1
    du/dt = (U - u) / tau_F : 1
  `,
  initial: { x: 1, u: 'U' },
  transmit: 'w * x * u',
  onPreSpike: 'x -= x * u; u += f * (1 - u)',
})

/** Parameter sets by name. The Payeur sets have the f that their code used in effect, not the 0.1 it declares. */
export const tsodyksMarkramSets = {
  /** Payeur et al. 2021, depressing */
  payeur_std: { U: 0.9, tau_D: '20 ms', tau_F: '1 s', f: 0.9 },
  /** Payeur et al. 2021, facilitating */
  payeur_stf: { U: 0.02, tau_D: '100 ms', tau_F: '100 ms', f: 0.02 },
  /** What Auryn's STPConnection starts with */
  auryn: { U: 0.01, tau_D: '200 ms', tau_F: '1 s', f: 0.01 },
  /** Mongillo, Barak & Tsodyks 2008 (Science 319:1543) */
  working_memory: { U: 0.2, tau_D: '200 ms', tau_F: '1.5 s', f: 0.2 },
  /** Tsodyks & Markram 1997 (PNAS 94:719), cortical, depressing, no facilitation */
  depressing: { U: 0.5, tau_D: '800 ms', tau_F: '1e-6 ms', f: 0.5 },
} as const
