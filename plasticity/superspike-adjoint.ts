/**
 * SuperSpike by events: no synapse has a trace. The eligibility of a synapse times the error, summed over a block, is a sum
 * over the arrivals of its presynaptic neuron, each of which counts Q_i[n], a number of the postsynaptic neuron only:
 *
 *   m_ij = sum over arrivals of j at ticks n of the block, and of the time before that still matters, of Q_i[n]
 *
 * Q follows from what the neuron's surrogate and error were, by the filters of the trace run backward from the end of the
 * block (`engine/kernels/adjoint-filters.ts`, where the equations stand). All that is kept from tick to tick is those two, who
 * arrived when, and v. The same numbers as by the rule's equations with smallest_psp 0, to rounding, but for arrivals that
 * lie 30 (f32: 20) of the slowest time constants before the block.
 *
 * Zenke & Ganguli 2018 (Neural Comput. 30:1514) for the rule. Parameters: `plasticity/superspike.ts`.
 * Throws InputError for a block that is no whole number of steps, or that changes, and RunError for more arrivals than 1 kHz
 * from every source.
 */
import { exp, expm1 } from '../engine/elementary.ts'
import { assert, InputError, RunError } from '../engine/errors.ts'
import { adjointFilters, type AdjointKernels, adjointRow } from '../engine/kernels/adjoint-filters.ts'
import type { RuleContext, RuleEars, RuleProgram } from '../engine/model.ts'

/** Of an arrival exp(-30) is left, times the thirty that two equal filters one after the other make of it: below rounding. */
const historyInTimeConstants = { f32: 20, f64: 30 }

/** Places of the numbers in `marks`: arrivals that are kept, first and behind the last, counted from the start; last tick with an error. */
const marksOf = { first: 0, next: 1, error: 2 }

export const superspikeAdjoint: RuleProgram = {
  about: 'The sums of eligibility times error by filters of the postsynaptic neurons, run backward at the end of every block.',
  make: adjoint,
}

function adjoint(context: RuleContext): RuleEars {
  const { sources, targets, dt, precision } = context
  const parameter = (name: string) => context.parameter(name)
  const row = adjointRow(targets, precision)
  const numbers = row / (precision === 'f32' ? 4 : 8)
  const block = blockTicks(context)
  const delay = Math.round(parameter('eligibility_delay') / dt)
  const history = historyTicks(context)
  const reach = block + history
  const capacity = Math.ceil(sources * Math.min(reach, reach * dt)) + 64

  const rows = (name: string, count: number) => context.column(name, precision, count * numbers)
  const surrogate = rows('surrogate', reach)
  const errors = rows('error', block)
  const v = rows('v', sources)
  const z = rows('z', 1)
  const z4 = rows('z4', 1)
  const arrivals = context.column('arrivals', 'i32', 2 * capacity)
  const marks = context.column('marks', 'f64', 3)
  const passing = (name: string, count = 1) => context.scratch(name, precision, count * numbers)
  const m = passing('m', sources)
  const filters = { late_f: passing('late f'), late_p: passing('late p'), c: passing('c'), Q: passing('Q'), late_e: passing('late e', delay + 1) }
  const silence = passing('silence')
  let kernels: AdjointKernels

  /** What a follower goes towards its target in a step: as in the published program, or exactly. */
  function step(name: string): number {
    const part = dt / parameter(name)
    return parameter('euler_filters') > 0.5 ? part : -expm1(-part)
  }
  const decay = (name: string) => exp(-dt / parameter(name))

  /** m of the block that ends at tick `end`. */
  function sum(end: number): void {
    m.view.fill(0)
    for (const column of Object.values(filters)) column.view.fill(0)
    const start = end - block + 1
    // after the last error, and before the first arrival, nothing counts
    let now = marks.view[marksOf.error]
    if (now < start) return
    const factors = [step('tau_decay'), decay('tau_rise'), step('tau_mem'), decay('tau_syn')] as const
    /** Back to tick `to`, in pieces that lie in one piece in the rings. */
    const back = (to: number) => {
      while (now >= to) {
        const slot = now % reach
        const last = Math.max(to, now - slot, now >= start ? start : to)
        const error = now >= start ? errors.address + (now - start) * row : silence.address
        kernels.back(surrogate.address + slot * row, error, now >= start ? row : 0, now - last + 1, now % (delay + 1), ...factors)
        now = last - 1
      }
    }
    for (let k = marks.view[marksOf.next] - 1; k >= marks.view[marksOf.first]; k--) {
      const at = 2 * (k % capacity)
      const tick = arrivals.view[at]
      if (tick > marks.view[marksOf.error]) continue
      back(tick)
      kernels.add(m.address + arrivals.view[at + 1] * row)
    }
  }

  function learn(end: number): void {
    if (blockTicks(context) !== block || Math.round(parameter('eligibility_delay') / dt) !== delay || historyTicks(context) > history) {
      throw new InputError('found another block, eligibility_delay or time constant; with this implementation they cannot become other ones during a run')
    }
    sum(end)
    const { address, columns } = context.weights()
    const bytes = row / numbers
    const eta = end * dt >= parameter('burn_in') * (1 - 1e-12) ? parameter('eta') : 0
    const gamma = exp((-block * dt) / parameter('tau_rms'))
    const rho = parameter('rho') / parameter('w_rho')
    for (let j = 0; j < sources; j++) {
      kernels.update(address + j * columns * bytes, m.address + j * row, v.address + j * row, rho, 1 / block, gamma, eta, context.bounds?.low ?? -Infinity, context.bounds?.high ?? Infinity)
    }
    z4.view.fill(0)
    // what lies too far back for the next block is dropped
    while (marks.view[marksOf.first] < marks.view[marksOf.next] && arrivals.view[2 * (marks.view[marksOf.first] % capacity)] <= end - history) {
      marks.view[marksOf.first]++
    }
  }

  return {
    start: () => {
      const { V, error } = { V: context.neuron('V').address, error: context.neuron('error').address }
      const addresses = Object.fromEntries(Object.entries(filters).map(([name, column]) => [name, column.address])) as Record<keyof typeof filters, number>
      kernels = context.assemble('adjoint filters', adjointFilters({
        units: targets, float: precision, delay, V, error, z: z.address, z4: z4.address, ...addresses, sharedMemory: context.shared(),
      }))
    },
    preSpike: (source, tick) => {
      const next = marks.view[marksOf.next]++
      if (next - marks.view[marksOf.first] >= capacity) {
        throw new RunError(`more than ${capacity} spikes of ${sources} sources arrived in ${reach * dt} ms; there is room for 1 kHz from each`)
      }
      const at = 2 * (next % capacity)
      assert(next === marks.view[marksOf.first] || arrivals.view[2 * ((next - 1) % capacity)] <= tick, 'arrivals come in the order of time')
      arrivals.view[at] = tick
      arrivals.view[at + 1] = source
    },
    postSpike: (target) => {
      z.view[target] += 1
    },
    tick: (tick) => {
      const at = (tick % reach) * row
      const error = ((tick + block - 1) % block) * row
      const arguments_ = [parameter('V_th'), 1 / parameter('beta_width'), decay('tau_het')] as const
      if (kernels.record(surrogate.address + at, errors.address + error, ...arguments_)) {
        marks.view[marksOf.error] = tick
      }
      if (tick > 0 && tick % block === 0) learn(tick)
    },
  }
}

function blockTicks(context: RuleContext): number {
  const ms = context.parameter('block')
  const ticks = Math.round(ms / context.dt)
  if (!(ticks >= 1 && Math.abs(ms / context.dt - ticks) < 1e-6)) throw new InputError(`found a block of ${ms} ms; a whole number of steps of ${context.dt} ms is needed`)
  return ticks
}

function historyTicks(context: RuleContext): number {
  const slowest = Math.max(...['tau_syn', 'tau_mem', 'tau_rise', 'tau_decay'].map((name) => context.parameter(name)))
  return Math.ceil((historyInTimeConstants[context.precision] * slowest) / context.dt)
}
