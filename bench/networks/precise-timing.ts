/**
 * The tasks that were published with SuperSpike, from their own files: frozen input spikes -> hidden units or none -> outputs that
 * learn the times in a second file. Motivation: losses of reference runs are known for exactly these files, which are not
 * part of Hillock; whoever has them (MIT licence, benchmarks of the authors) gives their folder.
 *
 * Parameters are those of the published program: weights N(0, 50 mV / sqrt(sources)) within 100 mV, eta 1 mV, no learning
 * during the burn-in, eta / 10 later on.
 */
import type { NetworkDescription, PopulationDescription, ProjectionDescription, SpikeList } from '../../engine/description.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { library } from '../../models/index.ts'
import { rules } from '../../plasticity/index.ts'
import { parsePattern } from '../../scenarios/rasters.ts'

export interface Task {
  input: { units: number; spikes: SpikeList }
  /** Ids of the file from `units` on are left out. */
  target: { units: number; spikes: SpikeList }
  /** Length of a frame, ms. */
  every: number
}

export interface Training {
  seed: number
  /** Hidden units; none for outputs that hear the inputs. */
  hidden: number
  feedback?: 'symmetric' | 'random'
  /** Heterosynaptic regulariser of the hidden units; 0 unless said. */
  rho?: number
  /** s */
  burnIn: number
  /** When eta becomes a tenth (s); never unless said. */
  slower?: number
  implementation?: 'equations' | 'program'
  precision?: 'f32' | 'f64'
}

/** The 200 trains of 5 Hz, and the picture; a frame is as long as the published program makes it of 1.89 s. */
export function oxfordTask(read: (name: string) => string, outputs = 200): Task {
  return taskOf(read, 'oxford', 1889.9, 200, outputs)
}

/** The 100 trains of half a second, and five times 83 ms apart. */
export function poissonTask(read: (name: string) => string): Task {
  return taskOf(read, 'poisson', 500, 100, 1)
}

function taskOf(read: (name: string) => string, folder: string, every: number, inputs: number, outputs: number): Task {
  const side = (name: string, size: number) => {
    const file = `${folder}/${name}.ras`
    const { spikes } = parsePattern(read(file), file, { size, every, firstUnit: 0, unsorted: true, outside: true, late: false })
    return { units: size, spikes }
  }
  return { input: side('input', inputs), target: side('target', outputs), every }
}

const all = { all_to_all: true } as const
const own = { one_to_one: true } as const

export function precisionNetwork({ input, target, every }: Task, training: Training): NetworkDescription {
  const { seed, hidden, feedback = 'symmetric', rho = 0, burnIn, slower, implementation = 'program', precision = 'f32' } = training
  const [model, patterns, rule] = [library.neurons.get('superspike_lif_euler'), library.sources.get('patterns'), rules.get('superspike')]
  if (!model || !patterns || !rule) throw new Error('the models are part of the library')
  const source = (name: string, { units, spikes }: Task['input']): PopulationDescription => ({
    name, model: patterns, size: units, patterns: { every: `${every} ms`, patterns: [spikes] },
  })
  const late = feedback === 'random'
  const forward = (name: string, from: string, to: string, sources: number, more: Record<string, string | number> = {}): ProjectionDescription => ({
    name, from: { population: from }, to: { population: to }, onto: 'excitatory', connect: all, delay: '0.8 ms',
    weight: { normal: { mean: '0 mV', sd: `${50 / Math.sqrt(sources)} mV`, min: '-100 mV', max: '100 mV' } },
    learning: { rule, implementation, parameters: { eta: '1 mV', burn_in: `${burnIn} s`, ...more } },
    bounds: { hard: ['-100 mV', '100 mV'] },
  })
  const error = (name: string, from: string, to: string, more: Pick<ProjectionDescription, 'connect' | 'weight' | 'delay' | 'draws_as'>): ProjectionDescription => ({
    name, from: { population: from }, to: { population: to }, onto: 'error', ...more,
  })
  const down = (name: string, from: string, sign: number) =>
    error(name, from, 'hidden', late
      ? { connect: all, delay: '1.7 ms', weight: { normal: { mean: 0, sd: 1, times: sign } }, draws_as: name === 'down' ? undefined : 'down' }
      : { connect: all, delay: '0.9 ms', weight: { transpose_of: 'out', times: sign / 1000 } })
  const learned = hidden > 0 ? ['up', 'out'] : ['out']
  return {
    seed, dt: '0.1 ms', precision, inputs: [],
    populations: [source('input', input), source('target', target), ...(hidden > 0 ? [{ name: 'hidden', model, size: hidden }] : []), { name: 'output', model, size: target.units }],
    projections: [
      ...(hidden > 0 ? [forward('up', 'input', 'hidden', input.units, { rho, ...(late && { eligibility_delay: '1.6 ms' }) }), down('down', 'target', 1), down('back', 'output', -1)] : []),
      hidden > 0 ? forward('out', 'hidden', 'output', hidden) : forward('out', 'input', 'output', input.units),
      error('should_fire', 'target', 'output', { connect: own, delay: '0.8 ms', weight: 1 }),
      error('has_fired', 'output', 'output', { connect: own, delay: '0.8 ms', weight: -1 }),
    ],
    ...(slower !== undefined && { changes: learned.map((projection) => ({ at: `${slower} s`, projection, parameters: { eta: '0.1 mV' } })) }),
    record: {
      events: hidden > 0 ? ['hidden', 'output'] : ['output'],
      samples: [{ name: 'loss', of: { population: 'output' }, variables: ['loss'], every: '5 s', reduce: 'mean' }],
    },
  }
}

export interface Learned {
  /** Loss (Hz) at 0 s, 5 s, 10 s, ..., with what the moving mean has not seen yet made good. */
  loss: number[]
  /** Rates (Hz) over the last 20 s, or all. */
  rates: Record<string, number>
  /** Wall time of the run, s. */
  wall: number
}

/** Time over which the loss is averaged, s. */
const memory = 10

export async function learn(description: NetworkDescription, seconds: number): Promise<Learned> {
  const simulation = await createSimulation(description)
  const loss: number[] = []
  const counted = Math.min(20, seconds)
  const counts: Record<string, number> = {}
  simulation.recording = {
    events: (population, times, _units, _kinds, count) => {
      for (let k = 0; k < count; k++) if (times[k] > 1000 * (seconds - counted)) counts[population] = (counts[population] ?? 0) + 1
    },
    sample: (_name, time, values) => void loss.push(time === 0 ? values[0] : values[0] / -Math.expm1(-time / 1000 / memory)),
    weights: () => {},
    advance: () => {},
  }
  const started = performance.now()
  simulation.run(1000 * seconds)
  const wall = (performance.now() - started) / 1000
  const rates = Object.fromEntries((description.record?.events ?? []).map((name) => {
    const size = description.populations.find((p) => p.name === name)?.size ?? 1
    return [name, (counts[name] ?? 0) / size / counted]
  }))
  return { loss, rates, wall }
}
