/** One suite over all learning rules: whatever the regime and the layout, every synapse ends as if it had heard everything at once. */
import { describe, expect, it } from 'vitest'
import { bounded, weightBounds } from '../../engine/bounds.ts'
import type { Bounds, NetworkDescription, PopulationDescription, ProjectionDescription, Value } from '../../engine/description.ts'
import { checkRule, weightUnit } from '../../engine/equations/check-rule.ts'
import { type HeardEvent, ImmediateRule } from '../../engine/equations/interpret-rule.ts'
import { flushEvery } from '../../engine/equations/interpret.ts'
import { isMatrixRule } from '../../engine/equations/matrix-rule.ts'
import { planRule } from '../../engine/equations/plan-rule.ts'
import { name } from '../../engine/equations/tree.ts'
import { rule, type RuleDefinition } from '../../engine/model.ts'
import { ClockedPopulation } from '../../engine/population.ts'
import { createSimulation, type Simulation } from '../../engine/simulation.ts'
import { parseQuantity } from '../../engine/units.ts'
import { library } from '../../models/index.ts'
import { rules } from '../../plasticity/index.ts'

/** Rules of this suite alone: bursts on both sides, state of the synapse that decays, intervals, phases and a modulator. */
const probes = [
  rule({
    name: 'burst_probe', about: 'hears bursts of both sides', source: 'this test',
    parameters: { A: ['0.004 weight', 'step'], tau: ['15 ms', 'trace'] },
    pre: 'dx/dt = -x / tau : 1', post: 'dy/dt = -y / tau : 1',
    on: { pre_spike: 'w -= A * y; x += 1', pre_burst: 'w += 2 * A; x += 3', post_spike: 'w += A * x; y += 1', post_burst: 'w -= 3 * A; y = 0' },
  }),
  rule({
    name: 'eligibility_probe', about: 'an eligibility trace that a modulator makes a change of', source: 'this test',
    parameters: { A: ['0.01 weight', 'step'], tau: ['15 ms', 'traces'], tau_e: ['40 ms', 'eligibility'], each: ['20 ms', 'interval'] },
    pre: 'dx/dt = -x / tau : 1', post: 'dy/dt = (0.2 - y) / tau : 1', synapse: 'de/dt = -e / tau_e : 1',
    on: { pre_spike: 'e -= 0.5 * y; x += 1', post_spike: 'e += x when x > 0.1; y += 1', modulator: 'w += A * e', 'phase:late': 'w *= 0.9', 'every:each': 'e *= 0.5; x *= 0.5' },
  }),
  rule({
    name: 'interval_probe', about: 'acts by itself at intervals and phases', source: 'this test',
    parameters: { A: ['0.01 weight', 'step'], tau: ['15 ms', 'traces'], tau_e: ['40 ms', 'eligibility'], each: ['20 ms', 'interval'] },
    pre: 'dx/dt = -x / tau : 1', post: 'dy/dt = -y / tau : 1', synapse: 'de/dt = -e / tau_e : 1',
    on: { pre_spike: 'e -= 0.5 * y; x += 1', post_spike: 'e += x; y += 1', 'every:each': 'w += A * e * (1 + y); x *= 0.7; y *= 0.9', 'phase:late': 'w -= A * x' },
  }),
]

interface Case {
  name: string
  regime: 'ticked' | 'mixed' | 'exact'
  precision: 'f32' | 'f64'
  connect: ProjectionDescription['connect']
  delay?: Value
  dendritic?: string
  bounds?: Bounds
  scale?: number
}
const sparse = { probability: 0.6 }
const cases: Case[] = [
  { name: 'clocked to clocked, f32', regime: 'ticked', precision: 'f32', connect: sparse, bounds: { hard: ['0.05 mV', '0.15 mV'] } },
  { name: 'clocked to clocked, f64, dendritic delay', regime: 'ticked', precision: 'f64', connect: sparse, dendritic: '0.7 ms', bounds: { soft: ['0 mV', '0.2 mV'] } },
  { name: 'clocked to clocked, full matrix, delays that differ', regime: 'ticked', precision: 'f32', connect: { all_to_all: true }, delay: { levels: ['1 ms', '1.5 ms', '0.3 ms'] }, bounds: { power_law: { reference: '0.1 mV', exponent: 0.4 } } },
  { name: 'exact fibres to clocked, full matrix', regime: 'mixed', precision: 'f32', connect: { all_to_all: true } },
  { name: 'exact fibres to clocked, f64', regime: 'mixed', precision: 'f64', connect: sparse, bounds: { soft: ['0 mV', '0.2 mV'], exponent: 0.3 } },
  { name: 'exact to exact', regime: 'exact', precision: 'f64', connect: sparse },
  { name: 'exact to exact, dendritic delay', regime: 'exact', precision: 'f64', connect: sparse, dendritic: '0.73 ms' },
  { name: 'exact to exact, delays that differ', regime: 'exact', precision: 'f64', connect: sparse, delay: { levels: ['0.5 ms', '2.13 ms', '3.07 ms'] } },
]

const until = 260
const [sources, targets] = [9, 11]

const hearsClocks = (r: RuleDefinition) => Object.keys(r.on).some((k) => !k.startsWith('pre') && !k.startsWith('post'))
const hearsBursts = (r: RuleDefinition) => Object.keys(r.on).some((k) => k.endsWith('burst'))

function fits(r: RuleDefinition, c: Case): boolean {
  if (c.regime === 'exact' && (r.on.tick !== undefined || r.on.modulator !== undefined || r.neuron)) return false
  if (c.dendritic && hearsClocks(r)) return false
  return !(hearsBursts(r) && (c.regime === 'mixed' || typeof c.delay === 'object'))
}

function network(r: RuleDefinition, c: Case, silent = false): NetworkDescription {
  const hasError = r.neuron !== undefined && 'error' in r.neuron
  const model = library.neurons.get(hasError ? 'superspike_lif_euler' : 'lif_delta')
  const relay = library.neurons.get('lif_delta')
  if (!model || !relay) throw new Error('the models are there')
  const poisson = library.sources.get('poisson')
  if (!poisson) throw new Error('the source is there')
  const detector = library.detectors.get('interval')
  const bursts = hearsBursts(r) && detector ? { bursts: { detector, interval: '16 ms' } } : {}
  const rate = silent ? '0 Hz' : '60 Hz'
  const cells = (cellName: string, size: number, m = model): PopulationDescription => ({
    name: cellName, model: m, size, ...(c.regime === 'exact' && { regime: 'event_driven' as const }), ...bursts,
    ...(m === relay && { parameters: { E_L: '0 mV', V_th: '20 mV', V_reset: '0 mV', t_ref: '1 ms', tau_m: '20 ms' } }),
  })
  const parameters = c.scale === undefined ? {} : Object.fromEntries(Object.entries(r.parameters).filter(([, [v]]) => /weight/.test(String(v))).map(([k, [v]]) => {
    const [digits, unit] = String(v).split(' ')
    return [k, `${Number(digits) * (c.scale as number)} ${unit}`]
  }))
  return {
    seed: 7, dt: '0.1 ms', precision: c.precision,
    populations: [
      c.regime === 'mixed' ? { name: 'source', model: poisson, size: sources, parameters: { rate } } : cells('source', sources, relay),
      cells('target', targets),
      { name: 'dopamine', model: poisson, size: 2, parameters: { rate: silent ? '0 Hz' : '20 Hz' } },
    ],
    inputs: [
      ...(c.regime === 'mixed' ? [] : [{ name: 'drive', to: { population: 'source' }, onto: 'soma', poisson: { rate, weight: '30 mV' } }]),
      { name: 'teach', to: { population: 'target' }, onto: hasError ? 'excitatory' : 'soma', poisson: { rate, weight: hasError ? '80 mV' : '30 mV' } },
      ...(hasError ? [{ name: 'wrong', to: { population: 'target' }, onto: 'error', poisson: { rate, weight: 1 } }] : []),
    ],
    projections: [
      {
        name: 'p', from: { population: 'source' }, to: { population: 'target' }, onto: hasError ? 'excitatory' : 'soma', connect: c.connect,
        weight: { uniform: ['0.08 mV', '0.12 mV'] }, delay: c.delay ?? '1.2 ms', ...(c.dendritic && { dendritic_delay: c.dendritic }),
        learning: {
          rule: r,
          parameters: { ...parameters, ...(r.name === 'superspike' && { block: '20 ms', eta: '0.01 mV', rho: 1 }) },
          ...(r.on.modulator && { modulator: { population: 'dopamine' } }),
        },
        ...(c.bounds && { bounds: c.bounds }),
      },
    ],
    phases: [{ name: 'late', start: '100 ms', every: '70 ms' }],
  }
}

interface Happened {
  simulation: Simulation
  events: Map<string, { time: number; unit: number; kind: number }[]>
  /** tick -> variable -> unit */
  neuron: Record<string, Float64Array>[]
  start: ReturnType<typeof weightsOf>
}
const weightsOf = (s: Simulation) => s.network.projections.get('p')?.weights() ?? { sources: new Uint32Array(), targets: new Uint32Array(), weights: new Float64Array() }

/** The run, step by step, with all that the oracle needs to know of it. */
async function run(description: NetworkDescription, reads: string[], partitions?: number): Promise<Happened> {
  const simulation = await createSimulation(description, { partitions })
  const events: Happened['events'] = new Map()
  simulation.recording = {
    events: (population, times, units, kind, count) => {
      const list = events.get(population) ?? []
      for (let k = 0; k < count; k++) list.push({ time: times[k], unit: units[k], kind: kind[k] })
      events.set(population, list)
    },
    sample: () => {}, weights: () => {}, advance: () => {},
  }
  const start = weightsOf(simulation)
  const neuron: Happened['neuron'] = [{}]
  const target = simulation.network.populations.get('target')
  for (let tick = 1; tick <= until * 10; tick++) {
    if (reads.length === 0) tick = until * 10
    simulation.run(tick / 10)
    if (target instanceof ClockedPopulation) neuron[tick] = Object.fromEntries(reads.map((v) => [v, Float64Array.from(target.variable(v)?.view ?? [])]))
  }
  return { simulation, events, neuron, start }
}

/** What the weights must be: every event of both sides heard by every synapse at once, in f32 or f64, one operation after the other. */
function expected(r: RuleDefinition, c: Case, description: NetworkDescription, { simulation, events, neuron, start }: Happened): number[] {
  const { grid } = simulation.network
  const [p] = description.projections
  const own = weightUnit([0, 1, 0])
  const checked = checkRule(r, [0, 1, 0])
  const values = new Map([...checked.parameters].map(([key, { value }]) => [key, value]))
  for (const [key, text] of Object.entries(p.learning?.parameters ?? {})) values.set(key, parseQuantity(text, own).value)
  const plan = planRule(checked, values, grid.dt, c.bounds && weightBounds(c.bounds, [0, 1, 0]))
  const ticked = c.regime === 'ticked'
  const clocked = c.regime !== 'exact'
  const toTime = (ms: number) => (ticked ? Math.round(ms * 10) : grid.snap(ms))
  const dendritic = c.dendritic ? Number.parseFloat(c.dendritic) : 0
  // connections of different delays hear the same spike at different times: each delay for itself
  const delays = delaysOf(simulation, c)
  const weights = [...start.weights]
  const byDelay = new Map<number, number[]>()
  delays.forEach((d, k) => void byDelay.set(d, [...(byDelay.get(d) ?? []), k]))
  for (const [delay, members] of byDelay) {
    let now = 0
    const oracle = new ImmediateRule(plan, {
      sources, targets, precision: clocked ? c.precision : 'f64', ticked, dt: grid.dt,
      synapses: members.map((k) => ({ source: start.sources[k], target: start.targets[k], w: start.weights[k] })),
      neuron: (v, unit) => neuron[now][v][unit],
    })
    const instants = new Map<number, { pre: HeardEvent[]; post: HeardEvent[]; tick: number | undefined }>()
    const at = (time: number) => instants.get(time) ?? instants.set(time, { pre: [], post: [], tick: undefined }).get(time) as { pre: HeardEvent[]; post: HeardEvent[]; tick: number | undefined }
    for (const e of events.get('source') ?? []) at(toTime(e.time + delay)).pre.push(e)
    for (const e of events.get('target') ?? []) at(toTime(e.time + dendritic)).post.push(e)
    const end = toTime(until) - toTime(dendritic)
    if (hearsClocks(r) && clocked) for (let tick = 1; tick <= until * 10; tick++) at(ticked ? tick : grid.time(tick)).tick = tick
    if (hearsClocks(r) && !clocked) for (let tick = 100; tick <= until * 10; tick += 100) at(grid.time(tick)).tick = tick
    const modulating = (events.get('dopamine') ?? []).map((e) => grid.tickAtOrAfter(e.time))
    for (const time of [...instants.keys()].sort((a, b) => a - b)) {
      if (time > end) break
      const { pre, post, tick } = at(time)
      now = tick ?? now
      const due = tick === undefined ? [] : plan.ears.flatMap((e) => {
        if (e.hears === 'tick') return [e.key]
        if (e.hears === 'modulator') return modulating.filter((m) => m === tick).map(() => e.key)
        if (e.hears === 'phase') return tick >= 1000 && (tick - 1000) % 700 === 0 ? [e.key] : []
        return e.interval !== undefined && tick % Math.round(e.interval * 10) === 0 ? [e.key] : []
      })
      const forgets = tick !== undefined && tick % flushEvery === 0 && r.on.tick !== undefined
      oracle.instant(time, pre, post, due, tick !== undefined && plan.delays.length > 0, forgets)
    }
    members.forEach((k, j) => void (weights[k] = oracle.weights[j]))
  }
  return weights
}

/** Axonal delay of every connection, in the order in which weights are listed. */
function delaysOf(simulation: Simulation, c: Case): number[] {
  const { sources: s } = weightsOf(simulation)
  const levels = typeof c.delay === 'object' && 'levels' in c.delay ? c.delay.levels.map((d) => Number.parseFloat(String(d))) : [1.2]
  return [...s].map((_, k) => levels[k % levels.length])
}

// rules on whole matrices have a suite of their own
const all = [...rules.values(), ...probes].filter((r) => !isMatrixRule(r))

describe.each(all.map((r) => [r.name, r] as const))('the rule %s', (_, r) => {
  it('says what it is', () => {
    expect(r.about.length).toBeGreaterThan(10)
    expect(r.source.length).toBeGreaterThan(5)
    for (const [, about] of Object.values(r.parameters)) expect(about.length).toBeGreaterThan(2)
    for (const dimension of [[0, 1, 0], [0, 0, 0], [1, -1, 1]] as const) checkRule(r, dimension)
  })

  for (const c of cases) {
    it.runIf(fits(r, c))(`is the same compiled and interpreted, bit for bit: ${c.name}`, async () => {
      const description = network(r, c)
      const happened = await run(description, Object.keys(r.neuron ?? {}))
      const { weights } = weightsOf(happened.simulation)
      expect(events(happened)).toBeGreaterThan(200)
      const changed = weights.filter((w, k) => w !== happened.start.weights[k]).length
      expect(changed).toBeGreaterThan(weights.length / 2)
      expect([...weights]).toEqual(expected(r, c, description, happened))
    })
  }

  const usual = cases.find((c) => fits(r, c)) as Case

  it('keeps the bounds', async () => {
    const c: Case = { ...usual, bounds: { hard: ['0.05 mV', '0.15 mV'] }, scale: 50 }
    const { simulation } = await run(network(r, c), [])
    const { weights } = weightsOf(simulation)
    const round = c.precision === 'f32' && c.regime !== 'exact' ? Math.fround : (x: number) => x
    for (const w of weights) {
      expect(w).toBeGreaterThanOrEqual(round(0.05))
      expect(w).toBeLessThanOrEqual(round(0.15))
    }
    expect(weights.some((w) => w === round(0.05) || w === round(0.15))).toBe(true)
  })

  it('changes nothing in silence', async () => {
    const quiet = { ...r, on: Object.fromEntries(Object.entries(r.on).filter(([ear]) => !ear.startsWith('phase'))) }
    const { simulation, start } = await run(network(quiet, usual, true), [])
    expect([...weightsOf(simulation).weights]).toEqual([...start.weights])
  })

  it('does not depend on the order of declaration, on partitions, or on looks at the weights', async () => {
    const description = network(r, usual)
    const { simulation } = await run(description, [])
    const shuffled: NetworkDescription = { ...description, populations: [...description.populations].reverse(), inputs: [...description.inputs].reverse() }
    const other = await createSimulation(shuffled, { partitions: 2 })
    for (const t of [31, 77.7, 130, 131, until]) {
      other.run(t)
      weightsOf(other)
    }
    expect([...weightsOf(other).weights]).toEqual([...weightsOf(simulation).weights])
  })

  it('goes on from a checkpoint as if nothing had been', async () => {
    const description = network(r, usual)
    const whole = await createSimulation(description)
    whole.run(until)
    const first = await createSimulation(description)
    first.run(123.4)
    const second = await createSimulation(description)
    second.restore(first.snapshot())
    second.run(until)
    expect(Buffer.compare(second.snapshot(), whole.snapshot())).toBe(0)
  })

  it('does the same on a list of connections as on a full matrix', async () => {
    const dense = cases.find((c) => 'all_to_all' in c.connect && typeof c.delay !== 'object' && fits(r, c))
    if (!dense) return
    const pairs = Array.from({ length: sources * targets }, (_, k): [number, number] => [Math.floor(k / targets), k % targets])
    const [a, b] = await Promise.all([dense, { ...dense, connect: { pairs } }].map((c) => run(network(r, c), [])))
    expect([...weightsOf(b.simulation).weights]).toEqual([...weightsOf(a.simulation).weights])
  })
})

function events({ events: found }: Happened): number {
  return (found.get('source')?.length ?? 0) + (found.get('target')?.length ?? 0)
}

describe('weight bounds', () => {
  it('say what a change becomes', () => {
    const at = weightBounds({ soft: ['0 mV', '2 mV'] }, [0, 1, 0])
    expect(at).toMatchObject({ kind: 'soft', low: 0, high: 2, exponent: 1 })
    expect(bounded(name('x'), weightBounds({ hard: [0, 1] }, [0, 0, 0]))).toMatchObject({ kind: 'call', name: 'clip' })
  })
  it('refuse what is no range', () => {
    expect(() => weightBounds({ hard: ['1 mV', '0 mV'] }, [0, 1, 0])).toThrow('the first must be below the second')
    expect(() => weightBounds({ power_law: { reference: '0 mV', exponent: 0.4 } }, [0, 1, 0])).toThrow('more than zero is needed')
  })
})
