/** Exact event-driven neurons against the tables of instruments.md A.1, A.2, A.4, brute force, and an independent slow solver. */
import { describe, expect, test } from 'vitest'
import { intfire } from './intfire-network.ts'
import type { NetworkDescription, PopulationDescription } from '../../engine/description.ts'
import { InputError } from '../../engine/errors.ts'
import {
  earliestPossible, firstCrossing, phi, phiPeak, quadraticCrossing as oneCurrent,
} from '../../engine/kernels/exponential-crossing.ts'
import type { EventDrivenForm, NeuronDefinition } from '../../engine/model.ts'
import { philox, uniform01 } from '../../engine/random.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { lifPsp, postsynapticGains } from '../../models/neurons/lif-psp.ts'
import { lifDelta } from '../../models/neurons/lif-delta.ts'
import { lifExponential } from '../../models/neurons/lif-exponential.ts'
import { quadratic, quadraticCrossing, quadraticFlow } from '../../models/neurons/quadratic.ts'

/** |a - b| <= 1e-12 |b| unless another relative tolerance is given. */
function near(a: number, b: number, relative = 1e-12): void {
  expect(Math.abs(a - b) / Math.abs(b), `${a} against ${b}`).toBeLessThanOrEqual(relative)
}

/** Uniform numbers that are the same in every run. */
function* uniforms(stream: number): Generator<number, never> {
  const words = new Uint32Array(4)
  for (let k = 0; ; k++) {
    philox(k, stream, 0, 0, 20, 26, words)
    yield* [uniform01(words[0]), uniform01(words[1]), uniform01(words[2]), uniform01(words[3])]
  }
}

type Train = [receptor: string, weight: number, time: number][]

async function run(description: NetworkDescription, until: number, steps = 1) {
  const simulation = await createSimulation(description)
  const spikes: [time: number, unit: number][] = []
  const samples: [time: number, value: number][] = []
  simulation.recording = {
    events: (_population, times, units, _kinds, count) => {
      for (let k = 0; k < count; k++) spikes.push([times[k], units[k]])
    },
    sample: (_request, time, values) => void samples.push([time, values[0]]),
    weights: () => {},
    advance: () => {},
  }
  for (let k = 1; k <= steps; k++) simulation.run((until * k) / steps)
  return { spikes, samples, simulation }
}

/** One unit with a train of arrivals: its spike times and V at whole ms. */
async function single(population: Omit<PopulationDescription, 'name' | 'size' | 'regime'>, train: Train, until: number, unit = 'mV') {
  const { spikes, samples } = await run({
    seed: 1, dt: '0.1 ms', precision: 'f64',
    populations: [{ name: 'one', size: 1, regime: 'event_driven', ...population }],
    projections: [],
    inputs: train.map(([onto, weight, time], k) => ({
      name: `input ${k}`, to: { population: 'one' }, onto, weight: `${weight} ${unit}`.trim(), spikes: { times: [time], units: [0] },
    })),
    record: { samples: [{ name: 'V', of: { population: 'one' }, variables: ['V'], every: '1 ms' }] },
  }, until)
  return { times: spikes.map(([t]) => t), V: (time: number) => samples.find(([t]) => t === time)?.[1] as number }
}

function timesNear(found: number[], expected: number[], relative = 1e-12): void {
  expect(found.length, `found ${found}`).toBe(expected.length)
  expected.forEach((t, k) => void near(found[k], t, relative))
}

describe('A.1 delta synapses', () => {
  const model = { model: lifDelta, parameters: { tau_m: '20 ms', V_th: '20 mV', V_reset: '10 mV', t_ref: '2 ms' }, initial: { V: '0 mV' } }
  test('constant drive', async () => {
    const { times } = await single({ ...model, parameters: { ...model.parameters, I_0: '24 mV' } }, [], 100)
    timesNear(times, [35.8351893845611, 62.8904487544685, 89.9457081243758])
  })
  test('train of inputs', async () => {
    const train: Train = [['soma', 3, 5], ['soma', -2, 12], ['soma', 6.5, 30], ['soma', 4, 31], ['soma', 5, 33], ['soma', 6, 34]]
    const { times, V } = await single({ ...model, parameters: { ...model.parameters, I_0: '18 mV' } }, train, 60)
    expect(times).toEqual([30, 34])
    near(V(5), 6.98158590471471)
    near(V(12), 8.23545481946366)
    near(V(33), 15.3901646039942)
    near(V(60), 15.5904463047024)
  })
  test('excitation and inhibition of one instant are summed before the threshold is tested', async () => {
    for (const order of [[25, -10], [-10, 25]]) {
      const { times, V } = await single(model, order.map((w) => ['soma', w, 5]), 10)
      expect(times).toEqual([])
      near(V(5), 15)
    }
  })
})

describe('A.2 exponential currents', () => {
  test('phi: peaks, equal and nearly equal time constants', () => {
    near(phiPeak(20, 5), 0.157490131236859)
    near(phiPeak(20, 10), 0.25)
    near(phiPeak(10, 5), 0.25)
    near(phiPeak(20, 20), Math.exp(-1))
    near(phi(9.241962407465938, 20, 5), 0.157490131236859)
    near(phi(7, 20, 20), 0.35 * Math.exp(-0.35))
    // series of E to second order at a difference of 1e-9
    near(phi(7, 20, 20 + 1e-9), 0.35 * Math.exp(-7 / (20 + 1e-9)) * (1 - (7 * 1e-9) / 800), 1e-15)
    near(phi(3, 5, 20), (20 / (5 - 20)) * (Math.exp(-3 / 5) - Math.exp(-3 / 20)))
  })

  const rows: [u0: number, I: number, theta: number, tau_m: number, tau_s: number, t: number, relative?: number][] = [
    [0, 50, 10, 10, 5, 3.23507131157447],
    [0, 40, 10, 10, 5, 6.93147180559945],
    [0, 39.999, 10, 10, 5, Infinity],
    [3, 60, 10, 20, 5, 4.18841391193557],
    [3, 60, 10, 20, 20, 2.84237922975179],
    [3, 60, 10, 20, 20.000001, 2.84237921725131],
    [3, 60, 10, 5, 20, 0.667817609491046],
    [-12, -8, -1, 20, 5, 53.7103940872477],
    [-12, -40, -1, 20, 10, 78.7222269246226],
    [9.999999, 11, 10, 20, 5, 2.0000429983e-5, 1e-8],
  ]
  test.each(rows)('u0 %f, I %f, theta %f, tau_m %f, tau_s %f', (u0, I, theta, tau_m, tau_s, t, relative) => {
    const found = firstCrossing(u0 - theta, theta, tau_m, [I], [tau_s])
    if (t === Infinity) expect(found).toBe(Infinity)
    else near(found, t, relative)
    // the same by the ladder, the current split in two halves; at a tangent rounding decides whether there is a crossing
    if (I === 40) return
    const halves = firstCrossing(u0 - theta, theta, tau_m, [I / 2, I / 2], [tau_s, tau_s])
    if (t === Infinity) expect(halves).toBe(Infinity)
    else near(halves, t, relative)
  })
  test('near a tangent both ways of solving are as good as f64 allows', () => {
    near(firstCrossing(-10, 10, 10, [40.0000001, 0], [5, 7]), 6.9309718180997, 1e-9)
    near(oneCurrent(-10, 0, 40.0000001, 10), 6.9309718180997, 1e-9)
  })
  test('a drive at threshold: only the sign of F at infinity decides', () => {
    expect(firstCrossing(-1, 0, 20, [3.5], [5])).toBeLessThan(Infinity)
    expect(firstCrossing(-1, 0, 20, [2.5], [5])).toBe(Infinity)
    expect(firstCrossing(-1, 0, 20, [0.001], [20])).toBeLessThan(Infinity)
    expect(firstCrossing(-1, 0, 20, [-3], [5])).toBe(Infinity)
  })

  const cuba = { model: lifExponential, initial: { V: '-60 mV' } }
  test('CUBA without input', async () => {
    timesNear((await single(cuba, [], 120)).times, [47.9579054559674, 100.915810911935])
  })
  test('CUBA with a train', async () => {
    const train: Train = [
      ['excitatory', 4.86, 10], ['inhibitory', -9, 12], ['excitatory', 16.2, 15], ['excitatory', 48.6, 18],
      ['inhibitory', -9, 22], ['excitatory', 32.4, 24], ['inhibitory', -18, 40], ['excitatory', 24.3, 60],
    ]
    timesNear((await single(cuba, train, 120)).times, [19.100162469027, 36.2894313854452, 77.3610870524465])
  })

  /** First sample at or above zero of a scan, refined by bisection. */
  function scan(f: (t: number) => number, end: number, step: number): number {
    for (let k = 1; k * step <= end; k++) {
      if (f(k * step) < 0) continue
      let [a, b] = [(k - 1) * step, k * step]
      for (let n = 0; n < 80; n++) {
        const middle = (a + b) / 2
        if (f(middle) < 0) a = middle
        else b = middle
      }
      return b
    }
    return Infinity
  }
  /** u - theta as plain sums of exponentials. */
  function plain(u0: number, theta: number, tau: number, I: number[], taus: number[]) {
    const k = I.map((current, j) => (current * taus[j]) / (tau - taus[j]))
    const m = u0 + k.reduce((a, b) => a + b, 0)
    return (t: number) => m * Math.exp(-t / tau) - k.reduce((sum, c, j) => sum + c * Math.exp(-t / taus[j]), 0) - theta
  }
  /** Cases within reach of a scan: neither a crossing nor the end of the scan hides in a step. */
  interface Case { u0: number; theta: number; tau: number; I: number[]; taus: number[] }
  function compare(cases: number, stream: number, draw: (u: () => number) => Case) {
    const random = uniforms(stream)
    const u = () => random.next().value
    let spikes = 0
    for (let n = 0; n < cases; n++) {
      const { u0, theta, tau, I, taus } = draw(u)
      const found = firstCrossing(u0 - theta, theta, tau, I, taus)
      const f = plain(u0, theta, tau, I, taus)
      const expected = scan(f, 200, 0.01)
      const what = JSON.stringify({ u0, theta, tau, I, taus, found, expected })
      if (expected === Infinity && found < 200) {
        // the scan stepped over it: it must be a true, short visit above threshold
        const top = scan((t) => f(found) - f(t), 0, 1)
        expect(Math.abs(f(found)), what).toBeLessThan(1e-12)
        expect(Math.max(...Array.from({ length: 1001 }, (_, k) => f(found + (k / 1000) * 0.01))), what).toBeGreaterThanOrEqual(0)
        expect(top).toBe(Infinity)
      } else if (expected < Infinity) expect(Math.abs(found - expected), what).toBeLessThan(1e-9)
      else expect(found, what).toBeGreaterThan(200)
      expect(earliestPossible(u0 - theta, I.reduce((a, b) => a + Math.max(b, 0), 0) - theta, tau), what).toBeLessThanOrEqual(found)
      if (found < 200) spikes++
    }
    return spikes
  }
  test('brute force: 400 pairs of currents, closed form of h', () => {
    const spikes = compare(400, 1, (u) => ({
      u0: -15 + 15 * u() - 1, theta: u() < 0.5 ? -1 : 8, tau: 20, I: [80 * u() - 10, 30 * u() - 40 + 20], taus: [5, 10],
    }))
    expect(spikes).toBeGreaterThan(100)
    expect(spikes).toBeLessThan(400)
  })
  test('brute force: 200 sums of four currents with any time constants, by the ladder', () => {
    const spikes = compare(200, 2, (u) => {
      const theta = u() < 0.5 ? -1 : 8
      return {
        u0: theta - 0.1 - 15 * u(), theta, tau: 15 + 10 * u(),
        I: [100 * u() - 40, 100 * u() - 60, 100 * u() - 50, 60 * u() - 40], taus: [2 + u(), 4 + u(), 8 + 2 * u(), 30 + 9 * u()],
      }
    })
    expect(spikes).toBeGreaterThan(50)
    expect(spikes).toBeLessThan(200)
  })
})

describe('A.4 quadratic', () => {
  const infinite = Infinity
  const form = quadratic.eventDriven as EventDrivenForm
  /** A description has finite numbers only: peak and reset are put in behind it. */
  const theta: NeuronDefinition = {
    ...quadratic,
    eventDriven: { ...form, make: (columns, p) => form.make(columns, { ...p, V_peak: infinite, V_reset: -infinite }) },
  }
  test('times to the spike', () => {
    near(quadraticCrossing(-infinite, infinite, 10, 1), 31.4159265358979, 1e-14)
    near(quadraticCrossing(-infinite, infinite, 10, 0.25), 62.8318530717959, 1e-14)
    near(quadraticCrossing(-1, 10, 10, 1), 22.5652583770118)
    near(quadraticCrossing(0.5, infinite, 10, 0), 20)
    near(quadraticCrossing(0.5, infinite, 10, 1e-14), 19.9999999999997, 3e-15)
    near(quadraticCrossing(0.5, infinite, 10, -1e-14), 20.0000000000003, 3e-15)
    near(quadraticCrossing(1.5, infinite, 10, -1), 8.0471895621705)
    near(quadraticCrossing(1.5, 10, 10, -1), 7.04383608485975)
    expect(quadraticCrossing(1, 10, 10, -1)).toBe(infinite)
    expect(quadraticCrossing(0, 10, 10, 0)).toBe(infinite)
    // below the stable point it rises: a peak there is reached
    near(quadraticCrossing(-9, -3, 10, -1), 5 * Math.log((10 / 8) / (4 / 2)) * -1)
  })
  test('flow goes to the peak in the time of the crossing, and in two steps as in one', () => {
    for (const eta of [1, 0.25, 0, -1e-3, -1]) {
      for (const V0 of [-3, 1.2, 2]) {
        const t = quadraticCrossing(V0, 10, 10, eta)
        if (t < infinite) near(quadraticFlow(V0, t, 10, eta), 10, 1e-11)
        const half = quadraticFlow(quadraticFlow(V0, 1, 10, eta), 2, 10, eta)
        near(half, quadraticFlow(V0, 3, 10, eta))
      }
    }
    // both branches of the flow below zero drive meet
    near(quadraticFlow(0.3, 10 - 1e-9, 10, -1), quadraticFlow(0.3, 10, 10, -1), 1e-9)
  })
  test('train, drive below zero, infinite peak and reset', async () => {
    const population = { model: theta, parameters: { tau: '10 ms', eta: -1 }, initial: { V: -1 } }
    const { times, V } = await single(population, [['soma', 1.2, 5], ['soma', 1.3, 7], ['soma', 0.7, 8]], 40, '')
    timesNear(times, [13.2320999514818])
    near(V(7), 1.30273254725291)
    near(V(8), 2.08257972838586)
    near(V(40), -1.0095073469253)
  })
  test('train, drive above zero, infinite peak and reset', async () => {
    const population = { model: theta, parameters: { tau: '10 ms', eta: 0.25 }, initial: { V: 0 } }
    const { times, V } = await single(population, [['soma', 0.5, 5], ['soma', -0.3, 20], ['soma', 1, 33]], 150, '')
    timesNear(times, [18.4532342227179, 50.1097532670662, 112.941606338862])
    near(V(150), 0.14492733250156)
  })
})

describe('normalised postsynaptic potentials', () => {
  test('one input of weight w makes a peak of w', async () => {
    for (const [receptor, w] of [['excitatory', 0.5], ['inhibitory', -0.5]] as const) {
      const { samples } = await run({
        seed: 1, dt: '0.1 ms', precision: 'f64',
        populations: [{ name: 'one', size: 1, regime: 'event_driven', model: lifPsp }],
        projections: [],
        inputs: [{ name: 'x', to: { population: 'one' }, onto: receptor, weight: w, spikes: { times: [0], units: [0] } }],
        record: { samples: [{ name: 'V', of: { population: 'one' }, variables: ['V'], every: '0.01 ms' }] },
      }, 100)
      // sampled at 0.01 ms: within 1e-7 of the peak
      near(samples.reduce((a, [, v]) => Math.max(a, Math.abs(v)), 0), Math.abs(w), 1e-7)
    }
    const { gain_e, gain_i } = postsynapticGains(50, 5, 10, 20)
    near(lifPsp.parameters.gain_e[0] as number, gain_e, 1e-14)
    near(lifPsp.parameters.gain_i[0] as number, gain_i, 1e-14)
    // to the left and right of the peak it is lower
    const other = postsynapticGains(30, 3, 5, 40)
    const potential = (t: number) => (5 / 35) * other.gain_i * (phi(t, 30, 40) - phi(t, 30, 5))
    near(Math.max(...Array.from({ length: 20000 }, (_, k) => potential(k * 0.005))), 1, 1e-7)
  })
  test('clocked equations and closed form are the same linear system', async () => {
    const voltages = async (regime: 'clocked' | 'event_driven') => {
      const { samples, spikes } = await run({
        seed: 1, dt: '0.1 ms', precision: 'f64', projections: [],
        populations: [{ name: 'one', size: 1, regime, model: lifPsp }],
        inputs: ([['excitatory', 0.6, 2], ['inhibitory', -0.3, 5], ['excitatory', 0.3, 11]] as Train).map(([onto, weight, time]) => ({
          name: `${onto} ${time}`, to: { population: 'one' }, onto, weight, spikes: { times: [time], units: [0] },
        })),
        record: { samples: [{ name: 'V', of: { population: 'one' }, variables: ['V'], every: '1 ms' }] },
      }, 60)
      expect(spikes).toEqual([])
      return samples.map(([, V]) => V)
    }
    const [clocked, exact] = [await voltages('clocked'), await voltages('event_driven')]
    expect(exact.length).toBe(61)
    expect(Math.max(...exact)).toBeGreaterThan(0.3)
    exact.forEach((V, k) => void expect(Math.abs(V - clocked[k])).toBeLessThan(1e-13))
  })
  test('mistakes', async () => {
    const one = (model: PopulationDescription['model'], parameters: Record<string, string | number>): NetworkDescription => ({
      seed: 1, dt: '0.1 ms', precision: 'f64', projections: [], inputs: [],
      populations: [{ name: 'one', size: 1, regime: 'event_driven', model, parameters }],
    })
    await expect(createSimulation(one(lifPsp, { tau_i1: '20 ms' }))).rejects.toThrow(InputError)
    await expect(createSimulation(one(lifPsp, { V_reset: 2 }))).rejects.toThrow('without refractory time')
    await expect(createSimulation(one(lifExponential, { V_reset: '-40 mV', t_ref: '0 ms' }))).rejects.toThrow('without refractory time')
    await expect(createSimulation(one(quadratic, { V_reset: 10 }))).rejects.toThrow(InputError)
  })
})

/** Small networks against a solver that knows nothing of the engine: a list of events, plain sums, scan and bisection. */
describe('independent slow solver', () => {
  type Cell = { flow(dt: number): void; receive(w: number): void; fires(): boolean; ahead(within: number): number; fire(): void }

  function delta(): Cell & { refractory: number } {
    const s = { V: 0 }
    return {
      refractory: 2, flow: (t) => void (s.V *= Math.exp(-t / 20)), receive: (w) => void (s.V += w),
      fires: () => s.V >= 1, ahead: () => Infinity, fire: () => void (s.V = 0),
    }
  }
  function psp(): Cell & { refractory: number } {
    const s = { V: 0, e: 0, i: 0, j: 0 }
    const solution = (t: number) => {
      const c = 10 / (20 - 10)
      const terms = [[s.e, 5], [-c * s.j, 10], [s.i + c * s.j, 20]].map(([I, tau]) => [(I * tau) / (50 - tau), tau])
      const m = s.V + terms.reduce((sum, [k]) => sum + k, 0)
      return terms.reduce((V, [k, tau]) => V - k * Math.exp(-t / tau), m * Math.exp(-t / 50))
    }
    return {
      refractory: 0,
      flow: (t) => {
        s.V = solution(t)
        s.i = s.i * Math.exp(-t / 20) + s.j * (Math.exp(-t / 20) - Math.exp(-t / 10))
        s.e *= Math.exp(-t / 5)
        s.j *= Math.exp(-t / 10)
      },
      receive: (w) => void (w > 0 ? (s.e += w * (10 ** (50 / 45))) : (s.j += w * postsynapticGains(50, 5, 10, 20).gain_i)),
      fires: () => s.V > 1,
      ahead: (within) => {
        const pieces = Math.ceil(within / 0.01)
        for (let k = 1; k <= pieces; k++) {
          let [a, b] = [(within * (k - 1)) / pieces, (within * k) / pieces]
          if (solution(b) < 1) continue
          for (let n = 0; n < 70; n++) {
            const middle = (a + b) / 2
            if (solution(middle) < 1) a = middle
            else b = middle
          }
          return b
        }
        return Infinity
      },
      fire: () => void (s.V = 0),
    }
  }

  interface External { times: number[]; units: number[]; weight: number }
  function slow(make: () => Cell & { refractory: number }, external: External, out: [number, number, number][][], until: number) {
    const cells = out.map(() => ({ cell: make(), last: 0, free: -Infinity }))
    const queue: [time: number, unit: number, weight: number][] = external.times.map((t, k) => [t, external.units[k], external.weight])
    const spikes: [number, number][] = []
    const emit = (t: number, unit: number) => {
      const c = cells[unit]
      c.cell.fire()
      c.free = t + c.cell.refractory
      spikes.push([t, unit])
      for (const [target, weight, delay] of out[unit]) queue.push([t + delay, target, weight])
    }
    const flow = (unit: number, t: number) => {
      const c = cells[unit]
      // only delta synapses are refractory here: V stays at its reset, zero, which is also the rest
      c.cell.flow(t - c.last)
      c.last = t
    }
    for (let now = 0; ; ) {
      queue.sort((a, b) => a[0] - b[0])
      const next = Math.min(queue[0]?.[0] ?? Infinity, until)
      const crossings = cells.map((c) => (c.last > now ? Infinity : c.cell.ahead(next - c.last) + c.last))
      const first = crossings.reduce((best, t, k) => (t < crossings[best] ? k : best), 0)
      if (crossings[first] < next) {
        flow(first, crossings[first])
        emit(crossings[first], first)
        now = crossings[first]
        continue
      }
      if (next >= until) return spikes.sort((a, b) => a[0] - b[0])
      now = next
      const [t, unit, weight] = queue.shift() as [number, number, number]
      flow(unit, t)
      const c = cells[unit]
      if (t >= c.free) {
        c.cell.receive(weight)
        if (c.cell.fires()) emit(t, unit)
      }
    }
  }

  const networks = [['instantaneous', delta, 0.12, 0.03], ['exponential', psp, 0.15, 0.06]] as const
  test.each(networks)('%s cells, 1e-9 ms', async (kind, make, drive, weight) => {
    const random = uniforms(7)
    const u = () => random.next().value
    const cells = 12
    const unit = kind === 'instantaneous' ? 'mV' : ''
    const until = 120
    const external = { times: [] as number[], units: [] as number[], weight: drive }
    for (let k = 0; k < cells * until * 0.6; k++) {
      external.times.push(until * u())
      external.units.push(Math.floor(cells * u()))
    }
    const out: [number, number, number][][] = Array.from({ length: cells }, () => [])
    const description = intfire(kind, { cells, targets: 4, excitatory: 9 })
    const scale = { excitation: weight, inhibition: -5 * weight }
    for (const p of description.projections) {
      const { pairs } = p.connect as { pairs: [number, number][] }
      const delays = pairs.map(() => 1 + 4 * u())
      p.delay = { list: delays.map((d) => `${d} ms`) }
      const own = scale[p.name as keyof typeof scale]
      p.weight = `${own} ${unit}`.trim()
      pairs.forEach(([source, target], k) => void out[source + (p.from.first ?? 0)].push([target, own, delays[k]]))
    }
    const input = description.inputs[0]
    description.inputs = [{ name: 'drive', to: input.to, onto: input.onto, spikes: external, weight: `${drive} ${unit}`.trim() }]
    const expected = slow(make, external, out, until)
    const { spikes } = await run(description, until)
    spikes.sort((a, b) => a[0] - b[0])
    expect(expected.length).toBeGreaterThan(40)
    expect(spikes.map(([, unit]) => unit)).toEqual(expected.map(([, unit]) => unit))
    spikes.forEach(([t], k) => void expect(Math.abs(t - expected[k][0])).toBeLessThan(1e-9))
    // in many pieces as in one, bit for bit
    const pieces = await run(description, until, 97)
    expect(pieces.spikes.sort((a, b) => a[0] - b[0])).toEqual(spikes)
  })
})
