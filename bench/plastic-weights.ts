/**
 * Every weight of a plastic benchmark against a rule that defers nothing. Motivation: a postsynaptic spike is not heard by its
 * synapses at once but when a row is read next, in f32; here the same spikes go through the rule one by one, each synapse
 * at once, in f64, in a few lines that share nothing with the engine.
 */
import type { NetworkDescription } from '../engine/description.ts'
import { createSimulation } from '../engine/simulation.ts'

/** A pair rule: what a presynaptic spike makes of a weight, given the postsynaptic trace, and the other way round. */
export interface ImmediatePairRule {
  tau_pre: number
  tau_post: number
  pre(w: number, y: number): number
  post(w: number, x: number): number
}

/** The largest difference of any weight of `projection` after `until` (ms); its delay is `delay` (ms), all axonal. */
export async function worstWeight(network: NetworkDescription, projection: string, rule: ImmediatePairRule, delay: number, until: number): Promise<number> {
  const simulation = await createSimulation({ ...network, record: { events: ['cells'] } })
  const { dt } = simulation.network.grid
  const spikes: { tick: number; unit: number }[] = []
  simulation.recording = {
    events: (_, times, units, __, count) => {
      for (let k = 0; k < count; k++) spikes.push({ tick: Math.round(times[k] / dt), unit: units[k] })
    },
    sample: () => {}, weights: () => {}, advance: () => {},
  }
  const plastic = simulation.network.projections.get(projection)
  if (!plastic) throw new Error(`the network has the projection ${projection}`)
  const start = plastic.weights()
  simulation.run(until)
  const end = plastic.weights()
  const expected = immediate(start, spikes, rule, Math.round(delay / dt), Math.round(until / dt), dt)
  return end.weights.reduce((worst, w, k) => Math.max(worst, Math.abs(w - expected[k])), 0)
}

function immediate(
  { sources, targets, weights }: { sources: Uint32Array; targets: Uint32Array; weights: Float64Array },
  spikes: { tick: number; unit: number }[],
  rule: ImmediatePairRule,
  delay: number,
  last: number,
  dt: number,
): Float64Array {
  const w = weights.slice()
  const units = 1 + Math.max(sources.reduce((a, b) => Math.max(a, b), 0), targets.reduce((a, b) => Math.max(a, b), 0))
  const outgoing = lists(sources, units)
  const incoming = lists(targets, units)
  const trace = () => ({ value: new Float64Array(units), since: new Float64Array(units) })
  const [x, y] = [trace(), trace()]
  const at = (t: typeof x, unit: number, tick: number, tau: number) => t.value[unit] * Math.exp((-(tick - t.since[unit]) * dt) / tau)
  const rise = (t: typeof x, unit: number, tick: number, tau: number) => {
    t.value[unit] = at(t, unit, tick, tau) + 1
    t.since[unit] = tick
  }
  const byTick = new Map<number, { pre: number[]; post: number[] }>()
  const of = (tick: number) => byTick.get(tick) ?? byTick.set(tick, { pre: [], post: [] }).get(tick) as { pre: number[]; post: number[] }
  for (const { tick, unit } of spikes) {
    of(tick).post.push(unit)
    of(tick + delay).pre.push(unit)
  }
  for (let tick = 1; tick <= last; tick++) {
    const now = byTick.get(tick)
    if (!now) continue
    for (const j of now.pre) for (const k of outgoing(j)) w[k] = rule.pre(w[k], at(y, targets[k], tick, rule.tau_post))
    for (const i of now.post) for (const k of incoming(i)) w[k] = rule.post(w[k], at(x, sources[k], tick, rule.tau_pre))
    for (const j of now.pre) rise(x, j, tick, rule.tau_pre)
    for (const i of now.post) rise(y, i, tick, rule.tau_post)
  }
  return w
}

/** unit -> the connections at that end */
function lists(ends: Uint32Array, units: number): (unit: number) => Uint32Array {
  const starts = new Uint32Array(units + 1)
  for (const e of ends) starts[e + 1]++
  for (let u = 0; u < units; u++) starts[u + 1] += starts[u]
  const next = starts.slice()
  const found = new Uint32Array(ends.length)
  ends.forEach((e, k) => void (found[next[e]++] = k))
  // cells that have no such connection fire too
  return (unit) => (unit < units ? found.subarray(starts[unit], starts[unit + 1]) : found.subarray(0, 0))
}
