/**
 * The benchmarks: networks of `scenarios/scale`, specified to the last number, timed without recording anything.
 * Motivation: these are the networks on which simulators are compared; a simulator that is slow here is slow for
 * everybody. Every row asserts its rate and its synaptic events, since a fast wrong network is easy to build.
 * Times are of the simulation loop alone; after a warm-up, `repeats` slices are timed and the median is given.
 */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { NetworkDescription, QuantityText } from '../engine/description.ts'
import { ClockedPopulation } from '../engine/population.ts'
import { createSimulation, type Simulation } from '../engine/simulation.ts'
import { type Dimension, quantityIn } from '../engine/units.ts'
import { library } from '../models/index.ts'
import { loadScenario } from '../scenarios/load.ts'
import { median } from './median.ts'
import { superspikeNetwork } from './networks/superspike.ts'
import { scalingNetwork, ticklishNetwork } from './networks/synthetic.ts'
import { packageRoot } from './package-root.ts'
import { type ImmediatePairRule, worstWeight } from './plastic-weights.ts'

export interface BenchRow {
  network: string
  /** Median over the slices, and the fastest and slowest of them. */
  wall_per_simulated_s: number
  spread: [number, number]
  ns_per_neuron_step: number
  ns_per_synaptic_event: number
  rate_hz: number
  accept_rate_hz: [number, number]
  /** Synaptic events; within 3 % of what the connectivity says. */
  events_per_spike?: number
  accept_events_per_spike?: number
  synaptic_events_per_s: number
  build_s: number
  memory_mb: number
  /** Arrivals at cells, those of external spikes included. */
  million_events_per_s?: number
  /** Where the time goes, as seconds of wall time a simulated second. */
  parts?: { drive: number; delivery: number; learning: number; update: number }
  /** Of the rows that learn, sending included: for every time a synapse hears a spike of either side. */
  ns_per_synapse_update?: number
  /** Largest difference of any weight from an immediate f64 rule on the same spikes, of the weight's range. */
  worst_weight?: number
  /** Of the loop, for an actor whose turn it is. */
  ns_per_actor?: number
  peer?: { simulator: string; wall_per_simulated_s: number; ratio: number }
  pass: boolean
}

export interface BenchOptions {
  only?: string[]
  peers?: boolean
  repeats?: number
  onWork?: (what: string) => void
}

interface Network {
  name: string
  scenario: string
  /** ms */
  warmup: number
  slice: number
  /** Hz */
  accept: [number, number]
  /** Of a spike, on average over the cells: so many synaptic events it makes. */
  targets: number
  plastic?: Plastic
}

/** How the weights of a plastic network are checked: with a step that changes them, on a short run. */
interface Plastic {
  projection: string
  parameters: Record<string, string>
  rule: ImmediatePairRule
  /** ms */
  delay: number
  until: number
  range: number
}

const clip = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x))
/** A relative step of 1e-2, so that weights do change in f32. */
const pairStep: Plastic = {
  projection: 'plastic', parameters: { A_plus: '3e-3 weight', A_minus: '6.06e-3 weight' }, delay: 1.5, until: 100, range: 0.3,
  rule: { tau_pre: 20, tau_post: 20, pre: (w, y) => clip(w - 6.06e-3 * y, 0, 0.3), post: (w, x) => clip(w + 3e-3 * x, 0, 0.3) },
}
const inhibitoryStep: Plastic = {
  projection: 'plastic', parameters: {}, delay: 0.8, until: 500, range: 30,
  rule: { tau_pre: 20, tau_post: 20, pre: (w, y) => clip(w + 1e-3 * (y - 0.12), 0, 30), post: (w, x) => clip(w + 1e-3 * x, 0, 30) },
}
/** Of the range: what f32 may be off after some hundred updates. */
const weightTolerance = 1e-5

/** Cells that fire more than others have more or fewer targets by chance, and spikes are under way when a slice begins and ends. */
const targetsTolerance = 0.03

const networks: Network[] = [
  { name: 'cuba', scenario: 'scale/cuba', warmup: 1000, slice: 2000, accept: [4.9, 6.1], targets: 80 },
  { name: 'coba', scenario: 'scale/coba', warmup: 1000, slice: 2000, accept: [14, 20.4], targets: 80 },
  { name: 'brunel', scenario: 'scale/brunel', warmup: 200, slice: 500, accept: [30.5, 33.5], targets: 1250 },
  { name: 'brunel_stdp', scenario: 'scale/brunel-stdp', warmup: 200, slice: 500, accept: [30.5, 33.5], targets: 1250, plastic: pairStep },
  { name: 'inhibitory_stdp', scenario: 'scale/inhibitory-plasticity', warmup: 2000, slice: 1000, accept: [4, 8], targets: 200, plastic: inhibitoryStep },
  { name: 'intfire', scenario: 'scale/intfire', warmup: 200, slice: 1000, accept: [25, 31], targets: 100 },
  { name: 'intfire-exponential', scenario: 'scale/intfire-exponential', warmup: 200, slice: 1000, accept: [90, 110], targets: 100 },
]

const perMs: Dimension = [-1, 0, 0]

const superspike = { superspike_online: 'equations', superspike_adjoint: 'program' } as const

export const benchNames = [...networks.map((n) => n.name), ...Object.keys(superspike), 'dispatch', 'scaling']

export async function bench(options: BenchOptions = {}): Promise<BenchRow[]> {
  const wanted = (name: string) => !options.only || options.only.length === 0 || options.only.includes(name)
  const rows: BenchRow[] = []
  // first, as in a process that runs one network: others leave the code of the loop with more cases to tell apart
  if (wanted('dispatch')) {
    options.onWork?.('dispatch')
    rows.push(await benchDispatch(options.repeats ?? 5))
  }
  for (const network of networks.filter((n) => wanted(n.name))) {
    options.onWork?.(network.name)
    rows.push(await benchNetwork(network, options))
  }
  for (const [name, implementation] of Object.entries(superspike)) {
    if (!wanted(name)) continue
    options.onWork?.(name)
    const row = await benchDescription(name, superspikeNetwork(implementation), { warmup: 3000, slice: 1000, accept: [2, 60], targets: Number.NaN }, options.repeats ?? 5)
    rows.push({ ...row, ns_per_neuron_step: Number.NaN, ns_per_synapse_update: (row.wall_per_simulated_s * 1e9) / (102_400 * 1e4) })
  }
  if (wanted('scaling')) {
    for (const size of [1_000, 3_000, 10_000, 30_000, 100_000]) {
      options.onWork?.(`scaling ${size}`)
      rows.push(await benchDescription(`scaling-${size}`, scalingNetwork(size), { warmup: 100, slice: 200, accept: [5, 60], targets: 500 }, options.repeats ?? 3))
    }
  }
  return rows
}

function description(scenario: string): NetworkDescription {
  const file = join(packageRoot(), 'scenarios', `${scenario}.yaml`)
  const loaded = loadScenario(readFileSync(file, 'utf8'), { file, read: (path) => readFileSync(path, 'utf8'), readBytes: (path) => readFileSync(path), models: library })
  return { ...loaded.description, record: { events: [] } }
}

async function benchNetwork(network: Network, options: BenchOptions): Promise<BenchRow> {
  const described = description(network.scenario)
  const row = await benchDescription(network.name, described, network, options.repeats ?? 5)
  const { plastic } = network
  if (plastic) {
    options.onWork?.(`${network.name}: every weight against an immediate rule`)
    const projections = described.projections.map((p) => (p.name === plastic.projection && p.learning ? { ...p, learning: { ...p.learning, parameters: { ...p.learning.parameters, ...plastic.parameters } } } : p))
    row.worst_weight = (await worstWeight({ ...described, projections }, plastic.projection, plastic.rule, plastic.delay, plastic.until)) / plastic.range
    row.pass &&= row.worst_weight <= weightTolerance
  }
  if (options.peers !== false) {
    const peer = await peerOf(network)
    if (peer) row.peer = { ...peer, ratio: row.wall_per_simulated_s / peer.wall_per_simulated_s }
  }
  return row
}

async function benchDescription(
  name: string,
  network: NetworkDescription,
  { warmup, slice, accept, targets }: Pick<Network, 'warmup' | 'slice' | 'accept' | 'targets'>,
  repeats: number,
): Promise<BenchRow> {
  const begun = performance.now()
  const simulation = await createSimulation(network)
  const build = performance.now() - begun
  const parts = { drive: 0, delivery: 0, learning: 0 }
  timeInputs(simulation, parts)
  simulation.run(warmup)
  const counts = () => {
    let spikes = 0
    let events = 0
    for (const p of simulation.network.populations.values()) if (simulation.network.models.has(p.name)) spikes += p.stream.written
    for (const p of simulation.network.projections.values()) events += p.events()
    return { spikes, events, updates: synapseUpdates(simulation) }
  }
  const before = counts()
  parts.drive = 0
  parts.delivery = 0
  parts.learning = 0
  const walls: number[] = []
  for (let r = 0; r < repeats; r++) {
    const start = performance.now()
    simulation.run(simulation.now + slice)
    walls.push((performance.now() - start) / slice)
  }
  const { spikes, events, updates } = counts()
  const seconds = (slice * repeats) / 1000
  const units = [...simulation.network.models.keys()].reduce((n, p) => n + (simulation.network.populations.get(p)?.size ?? 0), 0)
  const fired = spikes - before.spikes
  const rate = fired / units / seconds
  const perSpike = (events - before.events) / fired
  const wall = median(walls)
  const clocked = [...simulation.network.populations.values()].some((p) => p instanceof ClockedPopulation)
  const perSecond = (events - before.events) / seconds
  const external = network.inputs.reduce((n, i) => n + ('poisson' in i ? quantityIn(i.poisson.rate as QuantityText, perMs) * 1000 * units : 0), 0)
  const share = (ms: number) => ms / 1000 / seconds
  return {
    network: name,
    wall_per_simulated_s: wall,
    spread: [Math.min(...walls), Math.max(...walls)],
    ns_per_neuron_step: clocked ? (wall * 1e9) / (units * 1e3 / simulation.network.grid.dt) : Number.NaN,
    ns_per_synaptic_event: (wall * 1e9) / (perSecond + external),
    rate_hz: rate,
    accept_rate_hz: accept,
    synaptic_events_per_s: perSecond,
    build_s: build / 1000,
    memory_mb: simulation.network.memory.bytes / 1e6,
    ...(clocked ? { parts: { drive: share(parts.drive), delivery: share(parts.delivery), learning: share(parts.learning), update: walls.reduce((a, b) => a + b) / walls.length - share(parts.drive + parts.delivery + parts.learning) } } : {}),
    ...(updates > 0 ? { ns_per_synapse_update: (parts.learning * 1e6) / (updates - before.updates) } : {}),
    million_events_per_s: (perSecond + external) / wall / 1e6,
    events_per_spike: perSpike,
    accept_events_per_spike: targets,
    pass: rate >= accept[0] && rate <= accept[1] && !(Math.abs(perSpike - targets) > targetsTolerance * targets),
  }
}

/** How often a synapse that learns has heard a spike of either side, the postsynaptic ones by the mean number of synapses of a cell. */
function synapseUpdates({ network }: Simulation): number {
  let updates = 0
  for (const p of network.projections.values()) {
    if (!p.learner) continue
    const first = p.to.first ?? 0
    const size = (p.to.last ?? (network.populations.get(p.to.population)?.size ?? 0) - 1) - first + 1
    const all = network.populations.get(p.to.population)
    // as if all cells of the population fired alike
    updates += p.events() + ((all?.stream.written ?? 0) * (size / (all?.size ?? 1)) * p.connections) / size
  }
  return updates
}

/** Time what fills the inputs of clocked populations, apart from the update. */
function timeInputs(simulation: Simulation, parts: { drive: number; delivery: number; learning: number }): void {
  for (const population of simulation.network.populations.values()) {
    if (!(population instanceof ClockedPopulation)) continue
    population.inputs.forEach((input, k) => {
      const projection = simulation.network.projections.get(input.name.replace(/\.\d+$/, ''))
      const part = projection?.learner ? 'learning' : projection ? 'delivery' : 'drive'
      population.inputs[k] = {
        name: input.name,
        known: () => input.known(),
        deliver: (first, last) => {
          const start = performance.now()
          input.deliver(first, last)
          parts[part] += performance.now() - start
        },
      }
    })
  }
}

/** What the loop itself costs: many tiny populations, so that nearly all the time is turns and hardly any is work. */
async function benchDispatch(repeats: number): Promise<BenchRow> {
  const populations = 64
  const slice = 2000
  const begun = performance.now()
  const simulation = await createSimulation(ticklishNetwork(populations))
  const build = performance.now() - begun
  simulation.run(1000)
  // a delay of one step: every population has a turn of its own in every tick
  const turns = (populations * slice) / simulation.network.grid.dt
  const walls: number[] = []
  const costs: number[] = []
  for (let r = 0; r < repeats; r++) {
    const start = performance.now()
    simulation.run(simulation.now + slice)
    const wall = performance.now() - start
    walls.push(wall / slice)
    costs.push((wall * 1e6) / turns)
  }
  const ns = median(costs)
  return {
    network: 'dispatch',
    wall_per_simulated_s: median(walls),
    spread: [Math.min(...walls), Math.max(...walls)],
    ns_per_neuron_step: Number.NaN,
    ns_per_synaptic_event: Number.NaN,
    ns_per_actor: ns,
    rate_hz: 0,
    accept_rate_hz: [0, 0],
    synaptic_events_per_s: 0,
    build_s: build / 1000,
    memory_mb: simulation.network.memory.bytes / 1e6,
    pass: true,
  }
}

/** The simulator to compare with, running the same network for the same simulated time (s); undefined where there is none. */
async function peerOf({ name, warmup, slice }: Network): Promise<{ simulator: string; wall_per_simulated_s: number } | undefined> {
  // NEURON's script simulates one second; Brian2 is C++ standalone, f32, one thread
  const cell = { intfire: 'IntFire1', 'intfire-exponential': 'IntFire4' }[name]
  return cell ? runPeer('neuron', [cell]) : runPeer('brian2', [name, String(warmup / 1000), String((slice * 2) / 1000)])
}

/** Run a script of `bench/peers` with Debian's Python, where it and the module are; its last line is what it found, as JSON. */
async function runPeer(module: 'brian2' | 'neuron', args: string[]): Promise<{ simulator: string; wall_per_simulated_s: number } | undefined> {
  const script = join(packageRoot(), 'bench', 'peers', `networks_in_${module}.py`)
  if (!existsSync(script) || !existsSync(`/usr/lib/python3/dist-packages/${module}`)) return undefined
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, ...args], { timeout: 600_000 })
  const { simulator, wall_per_simulated_s } = JSON.parse(stdout.trim().split('\n').pop() ?? '{}')
  return { simulator, wall_per_simulated_s }
}

export function machine(): string {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, node ${process.version}`
}
