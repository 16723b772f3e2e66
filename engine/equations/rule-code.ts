/**
 * What all the loops of a compiled rule are made of: traces brought to a time, statements, addresses.
 *
 * Times are whole ticks (i32) between clocked populations, where the factor of a decay stands in a table, and milliseconds
 * (f64) wherever a spike may lie between ticks, where it is an exponential.
 */
import { assert } from '../errors.ts'
import * as f from './lane-functions.ts'
import { LaneWriter, laneKinds, type Operand } from './lanes.ts'
import { lower } from './lower.ts'
import type { PlannedDecay, PlannedRule } from './plan-rule.ts'
import type { Assignment, Expression } from './tree.ts'

/** exp(rate x k dt) for k ticks: `low` has k < length, and high[h] is the factor of 65536 h ticks. */
export interface DecayTable {
  low: number
  length: number
  high: number
  highLength: number
}

/** Addresses of one trace of every presynaptic neuron: as it is since its last event, and as it was just before. */
export interface PreColumn {
  value: number
  before: number
}

/** Addresses, in bytes, of what a rule keeps of the neurons of both sides. */
export interface TraceLayout {
  kind: 'f32' | 'f64'
  ticked: boolean
  dt: number
  sharedMemory: boolean
  tables: ReadonlyMap<number, DecayTable>
  sources: number
  targets: number
  pre: Record<string, PreColumn>
  /** Since when a row's `value` holds. */
  preTime: number
  post: Record<string, number>
  postTime: number
  /** shared.k of the segment at work. */
  shared: Record<string, number>
  /** Post traces brought to the present instant. */
  postNow: Record<string, number>
  /** Variables of the postsynaptic neurons. */
  neuron: Record<string, number>
  /** delayed.k -> what is to be read, and what will be in so many ticks */
  delayed: Record<string, number>
  fresh: Record<string, number>
  history: HistoryLayout
}

/** The last events of every postsynaptic neuron, a ring each. */
export interface HistoryLayout {
  /** A power of two. */
  capacity: number
  times: number
  /** Time of the last one, and of the one before. */
  newest: number
  second: number
  /** How many there have been. */
  head: number
  /** One byte each; 0 where all are of one kind. */
  kinds: number
  /** Trace -> what it was just before the event. */
  captured: Record<string, number>
}

export class RuleCode {
  readonly bytes: number
  readonly shift: number
  readonly time: 'i32' | 'f64'
  readonly timeShift: number
  constructor(
    readonly plan: PlannedRule,
    readonly layout: TraceLayout,
  ) {
    this.bytes = layout.kind === 'f32' ? 4 : 8
    this.shift = layout.kind === 'f32' ? 2 : 3
    this.time = layout.ticked ? 'i32' : 'f64'
    this.timeShift = layout.ticked ? 2 : 3
  }

  module(functions: string[]): string {
    const { sharedMemory } = this.layout
    const late = this.layout.ticked ? [...this.layout.tables].map(([rate, table]) => this.late(rate, table)) : []
    return `(module
  (import "engine" "memory" (memory ${sharedMemory ? '1 65536 shared' : '1'}))
${[...late, ...functions].join('\n')}
)`
  }

  /** Code of one function: locals of the caller's own, and those of the writers. */
  function(name: string, parameters: string, own: string, root: LaneWriter, body: string): string {
    return `  (func (export "${name}") ${parameters}
    ${own}
    ${root.locals.join(' ')}
${root.prologue.join('\n')}
${body})`
  }

  writer(): LaneWriter {
    return new LaneWriter(laneKinds[this.layout.kind])
  }

  /** A number of `base` at index `i` (text of an i32). */
  load(base: number, i: string): string {
    return `(${this.layout.kind}.load offset=${base} (i32.shl ${i} (i32.const ${this.shift})))`
  }
  store(base: number, i: string, value: Operand): string {
    return `(${this.layout.kind}.store offset=${base} (i32.shl ${i} (i32.const ${this.shift})) ${value})`
  }
  loadTime(base: number, i: string): string {
    return `(${this.time}.load offset=${base} (i32.shl ${i} (i32.const ${this.timeShift})))`
  }
  storeTime(base: number, i: string, value: string): string {
    return `(${this.time}.store offset=${base} (i32.shl ${i} (i32.const ${this.timeShift})) ${value})`
  }
  /** a >= b */
  notBefore(a: string, b: string): string {
    return this.layout.ticked ? `(i32.ge_s ${a} ${b})` : `(f64.ge ${a} ${b})`
  }
  later(a: string, b: string): string {
    return this.layout.ticked ? `(select ${a} ${b} (i32.gt_s ${a} ${b}))` : `(f64.max ${a} ${b})`
  }

  /** The present time in ms, as a number. */
  milliseconds(w: LaneWriter, time: string): Operand {
    const ms = this.layout.ticked ? `(f64.mul (f64.convert_i32_s ${time}) (f64.const ${this.layout.dt}))` : time
    return w.keep(this.layout.kind === 'f32' ? `(f32.demote_f64 ${ms})` : ms)
  }

  /** A trace that was `x` at `since`, at `time`. */
  decayed(w: LaneWriter, { rate, rest, drive }: PlannedDecay, x: Operand, time: string, since: string): Operand {
    if (rate === 0 && drive === 0) return x
    const elapsed = w.keep(`(${this.time}.sub ${time} ${since})`, this.time)
    if (rate === 0) return w.add(x, w.mul(w.number(drive), this.milliseconds(w, elapsed)))
    const factor = this.factor(w, rate, elapsed)
    return rest === 0 ? w.mul(x, factor) : w.add(w.number(rest), w.mul(w.sub(x, w.number(rest)), factor))
  }

  private factor(w: LaneWriter, rate: number, elapsed: Operand): Operand {
    if (!this.layout.ticked) return f.exp(w, w.mul(w.number(rate), this.milliseconds(w, elapsed)))
    const table = this.layout.tables.get(rate)
    assert(table, `the rate ${rate} has a table`)
    const { kind } = this.layout
    return w.keep(`(if (result ${kind}) (i32.lt_u ${elapsed} (i32.const ${table.length})) (then ${this.load(table.low, elapsed)}) (else (call ${this.lateName(rate)} ${elapsed})))`)
  }
  private lateName(rate: number): string {
    return `$late${[...this.layout.tables.keys()].indexOf(rate)}`
  }
  /** The factor of a decay that the table of single ticks does not reach. */
  private late(rate: number, { low, high, highLength }: DecayTable): string {
    const { kind } = this.layout
    return `  (func ${this.lateName(rate)} (param $elapsed i32) (result ${kind})
    (if (result ${kind}) (i32.lt_u (i32.shr_u (local.get $elapsed) (i32.const 16)) (i32.const ${highLength}))
      (then (${kind}.mul ${this.load(low, '(i32.and (local.get $elapsed) (i32.const 65535))')} ${this.load(high, '(i32.shr_u (local.get $elapsed) (i32.const 16))')}))
      (else (${kind}.const 0))))`
  }

  evaluate(w: LaneWriter, values: ReadonlyMap<string, Operand>, e: Expression): Operand {
    return lower(e, w, {
      name: (n) => {
        const constant = this.plan.constants.get(n)
        if (constant !== undefined) return w.number(constant)
        const operand = values.get(n)
        assert(operand, `no value for "${n}" in a rule`)
        return operand
      },
    })
  }
  /** Statements one after the other; `values` has what they become. */
  assign(w: LaneWriter, values: Map<string, Operand>, statements: readonly Assignment[]): void {
    for (const s of statements) values.set(s.variable, this.evaluate(w, values, s.value))
  }
}

/** A value that may have changed since it was last read: never taken from what is known. */
export function fresh(w: LaneWriter, expression: string, type: string = w.vector): Operand {
  const id = w.local(type)
  w.do(`(local.set ${id} ${expression})`)
  return `(local.get ${id})`
}
