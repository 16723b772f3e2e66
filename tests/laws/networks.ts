/** Small networks that together use every feature of the engine; every law is asked of all of them. */
import { kinds, type NetworkDescription, type PopulationDescription } from '../../engine/description.ts'
import { type DetectorDefinition, neuron, type NeuronDefinition, rule, type SourceDefinition,
  synapse } from '../../engine/model.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'
import { lifExponential } from '../../models/neurons/lif-exponential.ts'
import { superspikeLif } from '../../models/neurons/superspike.ts'
import { pairStdp, restrictedSymmetricStdp, superspike, tripletStdp } from '../../plasticity/index.ts'

export const poisson: SourceDefinition = {
  name: 'poisson', about: 'Poisson fibres.', source: 'textbook', kind: 'poisson', parameters: { rate: ['10 Hz',
    'rate of each'] },
}
export const list: SourceDefinition = { name: 'list', about: 'A list of spikes.', source: 'none', kind: 'list',
  parameters: {} }

export const patterns: SourceDefinition = { name: 'patterns', about: 'Patterns in frames.', source: 'none',
  kind: 'patterns', parameters: {} }

/** Marks the first spike after a pause, and the second one within the interval. */
export const twoSpikes: DetectorDefinition = {
  name: 'two_spikes', about: 'A burst is two spikes within the interval.', source: 'none', columns: 2, initial: [-1e9,
    0],
  make: ([last, members], interval) => (unit, time) => {
    const inside = time - last[unit] < interval
    last[unit] = time
    members[unit] = inside ? members[unit] + 1 : 1
    return members[unit] === 1 ? kinds.onset : members[unit] === 2 ? kinds.burst : 0
  },
}

/** Depression and facilitation, as Tsodyks, Pawelzik & Markram 1998 have them. */
export const dynamicSynapse = synapse({
  name: 'depressing', about: 'Short-term depression and facilitation.',
    source: 'Tsodyks, Pawelzik & Markram 1998, eqs 1-4',
  parameters: { U: ['0.3', 'utilisation'], tau_D: ['80 ms', 'recovery'], tau_F: ['40 ms', 'facilitation'] },
  pre: 'dx/dt = (1 - x) / tau_D : 1\ndu/dt = (U - u) / tau_F : 1',
  initial: { x: '1', u: 'U' },
  transmit: 'w * x * u',
  onPreSpike: 'x -= x * u\nu += U * (1 - u)',
})

/** White noise, an injected current, a plateau in a dendrite and an adaptive threshold. */
export const noisyDendrite: NeuronDefinition = neuron({
  name: 'noisy_dendrite', about: 'A soma with noise and an adaptive threshold, a dendrite with a plateau.',
    source: 'none',
  parameters: {
    tau_s: ['15 ms', 'soma'], tau_d: ['8 ms', 'dendrite'], tau_w: ['60 ms', 'threshold'], g: ['1.4',
      'gain of the plateau'],
    V_0: ['12 mV', 'threshold at rest'], D: ['4 mV', 'jump of the threshold'], s: ['1.5 mV', 'noise'], E: ['9 mV',
      'half activation'], t_ref: ['1.5 ms', 'refractory'],
  },
  currents: { I_s: ['mV', 'soma'], I_d: ['mV', 'dendrite'] },
  equations: `
    f = sigmoid((U - E) / 1 mV) : 1
    b = after_spike(0.5 ms, 2.5 ms) : 1
    dV/dt = (-V + 6 mV * g * f + I_s) / tau_s + s * xi / sqrt(tau_s) : mV (unless refractory)
    dU/dt = (-U + I_d + 8 mV * b) / tau_d + 0.5 * s * xi / sqrt(tau_d) : mV
    dA/dt = -A / tau_w : mV
  `,
  receptors: { soma: 'V += w unless refractory', dendrite: 'U += w' },
  threshold: 'V > V_0 + A', reset: 'V = 0 mV; A += D', refractory: 't_ref', plateau: 'U > E', initial: { V: '0 mV' },
})

/** Fires by chance with a rate; a uniform random number in an equation. */
export const chancy: NeuronDefinition = neuron({
  name: 'chancy', about: 'Fires by chance.', source: 'none',
  parameters: { tau: ['10 ms', 'membrane'], k: ['0.02 mV', 'scale'], r: ['60 Hz', 'rate at 10 mV'], t_ref: ['2 ms',
    'refractory'] },
  equations: 'dV/dt = (-V + k * (u01 - 0.5) * 100) / tau : mV',
  receptors: { any: 'V += w' },
  rate: 'r * exp(V / 10 mV)', reset: 'V -= 1 mV', refractory: 't_ref',
})

export interface Named {
  description: NetworkDescription
  /** ms */
  duration: number
  /** Spikes must have been on their way at some of the checkpoints. */
  inFlight: boolean
}

const pop = (name: string, size: number, model: PopulationDescription['model'],
  more: Partial<PopulationDescription> = {}): PopulationDescription =>
  ({ name, size, model, ...more })
const to = (population: string, first?: number, last?: number) => ({ population, first, last })

function network(duration: number, d: Partial<NetworkDescription>, inFlight = true): Named {
  return { duration, inFlight, description: { seed: 7, dt: '0.1 ms', precision: 'f32', populations: [],
    projections: [], inputs: [], ...d } }
}

/** An eligibility trace of the synapse that a reward makes a change of; phases and an interval besides. */
const rewarded = rule({
  name: 'rewarded', about: 'Pairs mark a synapse, reward makes the mark a change.', source: 'none',
  parameters: { A: ['0.2 weight', 'change'], tau: ['15 ms', 'pairs'], tau_e: ['50 ms', 'marks'], each: ['11 ms', 'interval'] },
  pre: 'dx/dt = -x / tau : 1', post: 'dy/dt = -y / tau : 1', synapse: 'de/dt = -e / tau_e : 1',
  on: { pre_spike: 'e -= y; x += 1', post_spike: 'e += x; y += 1', modulator: 'w += A * e', 'phase:late': 'e *= 0.5', 'every:each': 'w *= 0.99' },
})

export const networks: Record<string, Named> = {
  'clocked, recurrent, several delays, weights of their own': network(60, {
    populations: [pop('excitatory', 83, lifExponential, { initial: { V: { uniform: ['-60 mV', '-50 mV'] } } }),
      pop('inhibitory', 21, lifExponential)],
    projections: [
      { name: 'ee', from: to('excitatory'), to: to('excitatory'), onto: 'excitatory', connect: { probability: 0.15,
        self: false }, weight: { normal: { mean: '1.5 mV', sd: '0.5 mV', min: '0 mV' } }, delay: { uniform: ['0.5 ms',
        '2.5 ms'] } },
      { name: 'ei', from: to('excitatory'), to: to('inhibitory'), onto: 'excitatory', connect: { in_degree: 12 },
        weight: '2 mV', delay: '1.2 ms' },
      { name: 'ie', from: to('inhibitory'), to: to('excitatory', 10, 70), onto: 'inhibitory',
        connect: { probability: 0.4 }, weight: { lognormal: { median: '-4 mV', sigma: 0.4 } },
        delay: { levels: ['0.3 ms', '0.9 ms', '4 ms'] } },
      { name: 'ii', from: to('inhibitory', 2, 17), to: to('inhibitory'), onto: 'inhibitory', connect: { in_degree: 4,
        distinct: true, self: false }, weight: '-3 mV', delay: '0.1 ms' },
    ],
    inputs: [{ name: 'background', to: to('excitatory'), onto: 'excitatory', poisson: { rate: '60 Hz',
      weight: '2 mV' } }],
    record: { samples: [{ name: 'V', of: to('excitatory', 3, 6), variables: ['V', 'I_e'], every: '0.7 ms' }] },
  }),
  'clocked, all to all, f64, currents': network(50, {
    precision: 'f64', dt: '0.25 ms',
    populations: [pop('a', 33, lifDelta, { initial: { V: { uniform: ['0 mV', '19 mV'] } }, parameters: { I_0: '22 mV',
      tau_m: { normal: { mean: '20 ms', sd: '2 ms', min: '5 ms' } } } }), pop('b', 17, lifDelta)],
    projections: [
      { name: 'aa', from: to('a'), to: to('a'), onto: 'soma', connect: { all_to_all: true, self: false },
        weight: { normal: { mean: '0.2 mV', sd: '0.3 mV' } }, delay: '4.5 ms' },
      { name: 'ab', from: to('a'), to: to('b'), onto: 'soma', connect: { all_to_all: true }, weight: '0.9 mV',
        delay: '0.25 ms' },
      { name: 'ba', from: to('b', 0, 16), to: to('a', 0, 16), onto: 'soma', connect: { one_to_one: true },
        weight: '-1 mV', delay: '6 ms' },
    ],
    inputs: [
      { name: 'sine', to: to('a'), onto: 'I', current: { sine: { mean: '4 mV', amplitude: '5 mV', period: '17 ms',
        phase: 30 } } },
      { name: 'square', to: to('b'), onto: 'I', current: { square: { low: '0 mV', high: '14 mV', period: '12 ms',
        duty: 0.4, start: '1 ms' } } },
      { name: 'ramp', to: to('b'), onto: 'I', current: { ramp: { from: '0 mV', to: '12 mV', start: '5 ms',
        stop: '30 ms' } } },
      { name: 'part', to: to('a', 4, 9), onto: 'I', current: { constant: { uniform: ['1 mV', '3 mV'] } } },
    ],
    record: { samples: [{ name: 'b', of: to('b'), variables: ['V'], every: '1 ms' }] },
  }),
  'clocked, dynamic synapses, Poisson fibres': network(60, {
    populations: [pop('cells', 40, lifDelta, { bursts: { detector: twoSpikes, interval: '8 ms' } }), pop('fibres', 30,
      poisson, { parameters: { rate: '120 Hz' } })],
    projections: [
      { name: 'drive', from: to('fibres'), to: to('cells'), onto: 'soma', connect: { in_degree: 10 }, weight: '3 mV',
        delay: '0.85 ms', synapse: dynamicSynapse, parameters: { U: 0.6 } },
      { name: 'far', from: to('fibres', 5, 20), to: to('cells'), onto: 'soma', connect: { probability: 0.3 },
        weight: '2.5 mV', delay: { uniform: ['0 ms', '2 ms'] } },
      { name: 'recurrent', from: to('cells'), to: to('cells'), onto: 'soma', connect: { probability: 0.3,
        self: false }, weight: { uniform: ['2 mV', '9 mV'] }, delay: { levels: ['1 ms', '2 ms', '3.3 ms'] },
        synapse: dynamicSynapse },
      { name: 'bursts', from: to('cells'), to: to('cells'), onto: 'soma', connect: { probability: 0.1 },
        weight: '4 mV', delay: '2 ms', transmits: 'burst' },
      { name: 'onsets', from: to('cells'), to: to('cells'), onto: 'soma', connect: { probability: 0.1 },
        weight: '-2 mV', delay: '1.7 ms', transmits: 'onset' },
    ],
    record: { samples: [{ name: 'V', of: to('cells', 0, 3), variables: ['V'], every: '0.3 ms' }] },
  }),
  'clocked, dense and sparse Poisson drive, spikes from a list': network(60, {
    populations: [pop('cells', 45, lifExponential, { initial: { V: '-60 mV' } }), pop('other', 18, lifExponential)],
    inputs: [
      { name: 'dense', to: to('cells'), onto: 'excitatory', poisson: { rate: '3000 Hz', weight: '0.35 mV' } },
      { name: 'inhibition', to: to('cells'), onto: 'inhibitory', poisson: { rate: '900 Hz', weight: '-0.3 mV' } },
      { name: 'sparse', to: to('cells'), onto: 'excitatory', poisson: { rate: '40 Hz', weight: '6 mV' } },
      { name: 'differs', to: to('other'), onto: 'excitatory', poisson: { rate: { uniform: ['50 Hz', '400 Hz'] },
        weight: '4 mV' } },
      { name: 'given', to: to('other', 3, 8), onto: 'excitatory', spikes: { times: [0, 1.23456, 7, 7, 20.05, 44.4],
        units: [0, 1, 5, 2, 2, 3] }, weight: '40 mV' },
    ],
    record: { samples: [{ name: 'I', of: to('cells'), variables: ['I_e', 'I_i'], every: '3.3 ms' }] },
  }, false),
  'clocked, noise, plateaus, adaptive threshold, noisy currents': network(80, {
    populations: [pop('cells', 37, noisyDendrite, { plateaus: true, parameters: { tau_w: { uniform: ['30 ms',
      '90 ms'] }, s: '2.5 mV' } })],
    projections: [{ name: 'back', from: to('cells'), to: to('cells'), onto: 'dendrite', connect: { probability: 0.2,
      self: false }, weight: '1 mV', delay: '2.4 ms' }],
    inputs: [
      { name: 'ou', to: to('cells'), onto: 'I_s', current: { ornstein_uhlenbeck: { mean: '12 mV', sigma: '3 mV',
        tau: '4 ms' } } },
      { name: 'ou2', to: to('cells'), onto: 'I_d', current: { ornstein_uhlenbeck: { mean: '6 mV', sigma: '3 mV',
        tau: '10 ms' } } },
      { name: 'step', to: to('cells'), onto: 'I_d', current: { step: [['0 ms', '0 mV'], ['20 ms', '5 mV'], ['45.05 ms',
        '-3 mV']] } },
      { name: 'samples', to: to('cells'), onto: 'I_s', current: { samples: { times: [0, 10, 33.3], values: [0, 3,
        -1] } } },
    ],
    record: { samples: [{ name: 'all', of: to('cells'), variables: ['V', 'U', 'A'], every: '2 ms' }] },
  }),
  'clocked, firing by chance, f64, a step that is no fraction of a millisecond': network(60, {
    precision: 'f64', dt: '0.3 ms',
    populations: [pop('chance', 29, chancy, { parameters: { r: { levels: ['40 Hz', '90 Hz', '200 Hz'], each: 4 } } })],
    projections: [{ name: 'loop', from: to('chance'), to: to('chance'), onto: 'any', connect: { in_degree: 6 },
      weight: { uniform: ['-1 mV', '4 mV'] }, delay: { uniform: ['0.3 ms', '3 ms'] } }],
    record: { samples: [{ name: 'V', of: to('chance'), variables: ['V'], every: '0.9 ms' }] },
  }),
  'event-driven, recurrent, uniform delays': network(60, {
    precision: 'f64',
    populations: [
      pop('e', 48, lifDelta, { regime: 'event_driven', initial: { V: { uniform: ['0 mV', '20 mV'] } },
        parameters: { I_0: '21 mV' }, bursts: { detector: twoSpikes } }),
      pop('i', 15, lifDelta, { regime: 'event_driven', parameters: { I_0: '12 mV', t_ref: '1 ms' } }),
      pop('fibres', 10, poisson, { parameters: { rate: { uniform: ['20 Hz', '200 Hz'] } } }),
      pop('given', 4, list, { spikes: { times: [0, 3.14159, 10, 10, 31.5], units: [3, 0, 1, 2, 0] } }),
    ],
    projections: [
      { name: 'ee', from: to('e'), to: to('e'), onto: 'soma', connect: { probability: 0.2, self: false },
        weight: { normal: { mean: '0.6 mV', sd: '0.2 mV' } }, delay: { uniform: ['0.5 ms', '3 ms'] } },
      { name: 'ei', from: to('e'), to: to('i'), onto: 'soma', connect: { in_degree: 15 }, weight: '1.2 mV',
        delay: '1.1 ms' },
      { name: 'ie', from: to('i'), to: to('e'), onto: 'soma', connect: { in_degree: 5 }, weight: '-1.5 mV',
        delay: { normal: { mean: '1.5 ms', sd: '0.5 ms', min: '0.2 ms' } } },
      { name: 'fe', from: to('fibres', 2, 8), to: to('e', 5, 40), onto: 'soma', connect: { probability: 0.3 },
        weight: '3 mV', delay: '0.7 ms' },
      { name: 'ge', from: to('given'), to: to('e', 0, 3), onto: 'soma', connect: { one_to_one: true }, weight: '25 mV',
        delay: '0.4 ms', synapse: dynamicSynapse },
      { name: 'burst', from: to('e'), to: to('i'), onto: 'soma', connect: { in_degree: 3 }, weight: '2 mV',
        delay: '0.9 ms', transmits: 'onset' },
    ],
    inputs: [
      { name: 'noise', to: to('i'), onto: 'soma', poisson: { rate: '300 Hz', weight: '2 mV' } },
      { name: 'given', to: to('e', 10, 14), onto: 'soma', spikes: { times: [5, 5.5, 5.5, 29.99], units: [0, 4, 1, 3] },
        weight: '-8 mV' },
    ],
    record: { samples: [{ name: 'V', of: to('e', 0, 9), variables: ['V'], every: '1.3 ms' }] },
  }),
  'patterns in frames, drawn and in turn, into both regimes': network(60, {
    populations: [
      pop('drawn', 6, patterns, { patterns: { every: '3.7 ms', sequence: 'trials', patterns: [{ times: [0, 0.31, 3.69999, 2],
        units: [5, 0, 1, 1] }, { times: [], units: [] }, { times: [1.1, 1.1, 1.1], units: [4, 2, 3] }] } }),
      pop('same', 2, patterns, { patterns: { every: '3.7 ms', sequence: 'trials', patterns: [{ times: [3.6], units: [0] },
        { times: [3.6], units: [1] }, { times: [3.6, 0.05], units: [0, 1] }] } }),
      pop('turns', 3, patterns, { patterns: { every: '2.5 ms', patterns: [{ times: [0.7, 2.2], units: [0, 1] },
        { times: [0.33, 0], units: [2, 0] }] } }),
      pop('grid', 9, lifDelta, { parameters: { I_0: '18 mV' } }),
      pop('exact', 7, lifDelta, { regime: 'event_driven', parameters: { I_0: '18 mV' } }),
    ],
    projections: [
      { name: 'dg', from: to('drawn'), to: to('grid'), onto: 'soma', connect: { probability: 0.7 }, weight: '4 mV',
        delay: '1.3 ms' },
      { name: 'de', from: to('drawn'), to: to('exact'), onto: 'soma', connect: { in_degree: 3 }, weight: '4 mV',
        delay: { uniform: ['0.2 ms', '6 ms'] } },
      { name: 'se', from: to('same'), to: to('exact'), onto: 'soma', connect: { all_to_all: true }, weight: '5 mV',
        delay: '0.8 ms' },
      { name: 'tg', from: to('turns'), to: to('grid'), onto: 'soma', connect: { all_to_all: true }, weight: '1.5 mV',
        delay: '0.1 ms' },
    ],
    record: { samples: [{ name: 'V', of: to('grid', 0, 4), variables: ['V'], every: '0.7 ms' }] },
  }),
  'event-driven, exponential currents, several passes of the threshold': network(60, {
    populations: [
      pop('e', 40, lifExponential, { regime: 'event_driven', initial: { V: { uniform: ['-60 mV', '-45 mV'] } } }),
      pop('i', 14, lifExponential, { regime: 'event_driven', parameters: { t_ref: '0 ms' }, initial: { V: '-60 mV' } }),
      pop('grid', 9, lifExponential, { initial: { V: '-60 mV' } }),
    ],
    projections: [
      { name: 'ee', from: to('e'), to: to('e'), onto: 'excitatory', connect: { probability: 0.2, self: false },
        weight: { uniform: ['1 mV', '3 mV'] }, delay: { uniform: ['0.3 ms', '4 ms'] } },
      { name: 'ei', from: to('e'), to: to('i'), onto: 'excitatory', connect: { in_degree: 8 }, weight: '3 mV',
        delay: '1.37 ms' },
      { name: 'ie', from: to('i'), to: to('e'), onto: 'inhibitory', connect: { in_degree: 4 }, weight: '-5 mV',
        delay: '0.8 ms' },
      { name: 'eg', from: to('e'), to: to('grid'), onto: 'excitatory', connect: { in_degree: 8 }, weight: '3 mV',
        delay: '0.3 ms' },
      { name: 'ge', from: to('grid'), to: to('e'), onto: 'inhibitory', connect: { in_degree: 3 }, weight: '-2 mV',
        delay: { uniform: ['0.05 ms', '1 ms'] } },
    ],
    inputs: [
      { name: 'noise', to: to('e'), onto: 'excitatory', poisson: { rate: '200 Hz', weight: '3 mV' } },
      { name: 'noise to grid', to: to('grid'), onto: 'excitatory', poisson: { rate: '200 Hz', weight: '3 mV' } },
    ],
    changes: [{ at: '31.7 ms', population: 'e', parameters: { V_th: '-54 mV', tau_e: '4 ms' } }, { at: '31.7 ms',
      population: 'i', parameters: { E_L: '-47 mV' } }],
    record: { samples: [{ name: 'e', of: to('e', 0, 7), variables: ['V', 'I_e', 'I_i'], every: '0.9 ms' }] },
  }),
  'clocked and event-driven together': network(60, {
    populations: [
      pop('exact', 32, lifDelta, { regime: 'event_driven', parameters: { I_0: '22 mV' },
        initial: { V: { uniform: ['0 mV', '19 mV'] } } }),
      pop('grid', 35, lifExponential),
      pop('fibres', 12, poisson, { parameters: { rate: '90 Hz' } }),
    ],
    projections: [
      { name: 'to grid', from: to('exact'), to: to('grid'), onto: 'excitatory', connect: { probability: 0.3 },
        weight: '4 mV', delay: '1.234 ms' },
      { name: 'to grid at once', from: to('exact', 0, 7), to: to('grid'), onto: 'excitatory',
        connect: { probability: 0.2 }, weight: { uniform: ['1 mV', '6 mV'] }, delay: '0 ms' },
      { name: 'to grid spread', from: to('exact'), to: to('grid'), onto: 'inhibitory', connect: { probability: 0.2 },
        weight: '-1 mV', delay: { uniform: ['0 ms', '1 ms'] } },
      { name: 'back', from: to('grid'), to: to('exact'), onto: 'soma', connect: { in_degree: 4 }, weight: '1.5 mV',
        delay: '0.15 ms', synapse: dynamicSynapse },
      { name: 'back spread', from: to('grid', 4, 30), to: to('exact'), onto: 'soma', connect: { probability: 0.2 },
        weight: { uniform: ['-2 mV', '1 mV'] }, delay: { uniform: ['0.05 ms', '2 ms'] } },
      { name: 'fibres to exact', from: to('fibres'), to: to('exact'), onto: 'soma', connect: { in_degree: 3 },
        weight: '1 mV', delay: { uniform: ['0.2 ms', '2 ms'] } },
      { name: 'fibres to grid', from: to('fibres'), to: to('grid'), onto: 'excitatory', connect: { in_degree: 3 },
        weight: '5 mV', delay: '0.3 ms' },
    ],
    record: { samples: [{ name: 'exact', of: to('exact', 1, 5), variables: ['V'], every: '0.35 ms' }, { name: 'grid',
      of: to('grid', 1, 5), variables: ['V'], every: '0.4 ms' }] },
  }),
  'a protocol that changes parameters': network(60, {
    populations: [
      pop('exact', 12, lifDelta, { regime: 'event_driven', parameters: { I_0: '15 mV' } }),
      pop('grid', 25, lifDelta, { parameters: { tau_m: { uniform: ['10 ms', '30 ms'] } } }),
    ],
    projections: [
      { name: 'eg', from: to('exact'), to: to('grid'), onto: 'soma', connect: { in_degree: 3 }, weight: '3 mV',
        delay: '0.5 ms' },
      { name: 'gg', from: to('grid'), to: to('grid'), onto: 'soma', connect: { probability: 0.2 }, weight: '1 mV',
        delay: '5 ms' },
      { name: 'ge', from: to('grid'), to: to('exact'), onto: 'soma', connect: { in_degree: 3 }, weight: '-0.5 mV',
        delay: '2.5 ms' },
    ],
    changes: [
      { at: '30 ms', population: 'grid', parameters: { I_0: '0 mV', t_ref: '3 ms' } },
      { at: '10 ms', population: 'grid', parameters: { I_0: '28 mV' } },
      { at: '7.77 ms', population: 'exact', parameters: { I_0: '27 mV', tau_m: '12 ms' } },
      { at: '40.5 ms', population: 'exact', parameters: { V_th: '9 mV' } },
      { at: '40.5 ms', population: 'grid', parameters: { I_0: '25 mV', t_ref: '0 ms' } },
    ],
    record: { samples: [{ name: 'exact', of: to('exact'), variables: ['V'], every: '0.5 ms' }, { name: 'grid',
      of: to('grid'), variables: ['V'], every: '0.5 ms' }] },
  }),
  'chain without delay, against the order of names': network(60, {
    populations: [pop('c', 20, lifDelta, { parameters: { I_0: '26 mV' }, initial: { V: { uniform: ['0 mV',
      '19 mV'] } } }), pop('b', 19, lifDelta), pop('a', 18, lifDelta)],
    projections: [
      { name: 'cb', from: to('c'), to: to('b'), onto: 'soma', connect: { in_degree: 3 }, weight: '12 mV',
        delay: '0 ms' },
      { name: 'ba', from: to('b'), to: to('a'), onto: 'soma', connect: { in_degree: 3 }, weight: '12 mV',
        delay: '0 ms' },
      { name: 'ac', from: to('a'), to: to('c'), onto: 'soma', connect: { in_degree: 3 }, weight: '-3 mV',
        delay: '0.1 ms' },
      { name: 'ca', from: to('c'), to: to('a'), onto: 'soma', connect: { in_degree: 2 }, weight: { uniform: ['1 mV',
        '3 mV'] }, delay: '0 ms' },
    ],
    record: { samples: [{ name: 'a', of: to('a'), variables: ['V'], every: '0.7 ms' }] },
  }, false),
  'learning in both regimes: traces, histories, rules that change, phases, a modulator': network(60, {
    populations: [
      pop('clocked', 35, lifExponential, { initial: { V: { uniform: ['-60 mV', '-50 mV'] } } }),
      pop('exact', 20, lifDelta, { regime: 'event_driven', initial: { V: { uniform: ['0 mV', '19 mV'] } }, parameters: { I_0: '22 mV' } }),
      pop('fibres', 15, poisson, { parameters: { rate: '90 Hz' } }),
      pop('reward', 2, poisson, { parameters: { rate: '60 Hz' } }),
    ],
    projections: [
      { name: 'cc', from: to('clocked'), to: to('clocked'), onto: 'excitatory', connect: { probability: 0.3 }, weight: { uniform: ['0.5 mV', '2.5 mV'] },
        delay: { levels: ['1 ms', '1.7 ms'] }, dendritic_delay: '0.4 ms', learning: { rule: tripletStdp, set: 'hippocampus_full' }, bounds: { soft: ['0 mV', '3 mV'] } },
      { name: 'fc', from: to('fibres'), to: to('clocked'), onto: 'excitatory', connect: { all_to_all: true }, weight: '2 mV', delay: '0.83 ms',
        learning: { rule: rewarded, modulator: { population: 'reward' } }, bounds: { hard: ['0 mV', '4 mV'] } },
      { name: 'fe', from: to('fibres'), to: to('exact'), onto: 'soma', connect: { probability: 0.4 }, weight: '1 mV', delay: { uniform: ['0.5 ms', '3 ms'] },
        learning: { rule: restrictedSymmetricStdp, parameters: { A_plus: '0.2 mV' } }, bounds: { power_law: { reference: '1 mV', exponent: 0.4 } } },
      { name: 'ee', from: to('exact'), to: to('exact'), onto: 'soma', connect: { in_degree: 4 }, weight: '0.5 mV', delay: '1.1 ms', dendritic_delay: '0.6 ms',
        learning: { rule: pairStdp, parameters: { A_plus: '0.1 mV' } } },
    ],
    phases: [{ name: 'late', start: '20 ms', every: '13 ms' }],
    changes: [{ at: '31 ms', projection: 'ee', parameters: { A_plus: '-0.1 mV', A_minus: '0.2 mV' } }, { at: '40 ms', projection: 'fc', parameters: { A: '-0.2 mV' } }],
    record: { samples: [{ name: 'V', of: to('clocked'), variables: ['V'], every: '0.5 ms' }],
      weights: [{ projection: 'cc', every: '7 ms' }, { projection: 'fe', every: '9.3 ms' }, { projection: 'fc' }, { projection: 'ee' }] },
  }),
  'learning from errors: equations, a program, weights seen from the other end': network(60, {
    populations: [pop('input', 12, poisson, { parameters: { rate: '80 Hz' } }), pop('target', 5, poisson, { parameters: { rate: '60 Hz' } }),
      pop('hidden', 9, superspikeLif), pop('output', 5, superspikeLif)],
    projections: [
      { name: 'ih', from: to('input'), to: to('hidden'), onto: 'excitatory', connect: { all_to_all: true }, weight: { normal: { mean: '25 mV', sd: '10 mV' } },
        delay: '0.8 ms', learning: { rule: superspike, parameters: { block: '5 ms', eta: '2 mV' } }, bounds: { hard: ['-100 mV', '100 mV'] } },
      { name: 'ho', from: to('hidden'), to: to('output'), onto: 'excitatory', connect: { all_to_all: true }, weight: { normal: { mean: '25 mV', sd: '10 mV' } },
        delay: '0.8 ms', learning: { rule: superspike, implementation: 'program', parameters: { block: '7 ms', eta: '2 mV' } }, bounds: { hard: ['-100 mV', '100 mV'] } },
      { name: 'to', from: to('target'), to: to('output'), onto: 'error', connect: { one_to_one: true }, weight: 1, delay: '0.8 ms' },
      { name: 'oo', from: to('output'), to: to('output'), onto: 'error', connect: { one_to_one: true }, weight: -1, delay: '0.8 ms' },
      { name: 'th', from: to('target'), to: to('hidden'), onto: 'error', connect: { all_to_all: true }, weight: { transpose_of: 'ho', times: 0.01 }, delay: '0.9 ms' },
      { name: 'oh', from: to('output'), to: to('hidden'), onto: 'error', connect: { all_to_all: true }, weight: { transpose_of: 'ho', times: -0.01 }, delay: '0.9 ms' },
    ],
    changes: [{ at: '30 ms', projection: 'ih', parameters: { eta: '1 mV' } }, { at: '30 ms', projection: 'ho', parameters: { eta: '1 mV' } }],
    record: { samples: [{ name: 'error', of: to('hidden'), variables: ['V', 'error'], every: '0.5 ms' }], weights: [{ projection: 'ih', every: '10 ms' }, { projection: 'ho' }] },
  }),
}
