/**
 * The synapses' side of a rule as WebAssembly text: loops over rows of one block of connections.
 *
 *   visit(entries, count, time, next, input)   for the row of every entry: what its synapses have missed is made up for, the
 *                                              weight is sent (`input` is the place of the projection's first target), and then
 *                                              the synapse hears the presynaptic event
 *   flush(next)                                what any synapse has missed is made up for
 *   segment_E_S(time)                          statements S of ear E at every synapse
 *
 * What a synapse misses are events of its postsynaptic neuron. They stand in the neuron's history, and are applied one after
 * the other, with the arithmetic of the moment, when the row is read the next time: a spike of the postsynaptic neuron would
 * otherwise touch a weight here and there in the whole of memory. A synapse has seen everything before its row's last event,
 * and everything before `next`.
 */
import { LaneWriter, laneKinds, type Operand } from './lanes.ts'
import type { PlannedEar, PlannedRule, Segment } from './plan-rule.ts'
import { fresh, RuleCode, type TraceLayout } from './rule-code.ts'
import type { Assignment } from './tree.ts'
import { reads } from './compile-traces.ts'

export interface SynapseRows {
  /** First target of the block, and how many. */
  low: number
  count: number
  rows: number
  /** Row s is starts[s] ... starts[s + 1] - 1; 0 for a full matrix. */
  starts: number
  targets: number
  /** Bytes of a target. */
  targetBytes: 2 | 4
  /** Numbers in a row of a full matrix. */
  columns: number
  weights: number
  /** State of every synapse, laid out as the weights are. */
  state: Record<string, number>
  /** Since when the state holds: 0 where it does not decay. */
  touched: number
  /** Where the weight goes: added to the target's input, or put down in the order of the row; 0 for the former. */
  sent: number
}

export interface SynapseKernels {
  visit(entries: number, count: number, time: number, next: number, input: number): void
  flush(next: number): void
  [segment: `segment_${string}`]: (time: number) => void
}

export function compileSynapses(plan: PlannedRule, layout: TraceLayout, rows: SynapseRows): string {
  const code = new RuleCode(plan, layout)
  const synapses = new SynapseLoops(code, rows)
  return code.module([synapses.rowEvents(true), synapses.rowEvents(false), ...synapses.segments()])
}

const synapseStatements = (ear: PlannedEar): Assignment[] => ear.segments.filter((s) => s.level === 'synapse').flatMap((s) => s.statements)

class SynapseLoops {
  private readonly variables: string[]
  private readonly missed: PlannedEar[]
  private readonly heard: PlannedEar[]
  constructor(
    private readonly code: RuleCode,
    private readonly rows: SynapseRows,
  ) {
    const { ears, decays } = code.plan
    this.variables = decays.synapse.map((d) => d.variable)
    this.missed = ears.filter((e) => e.hears === 'post' && synapseStatements(e).length > 0)
    this.heard = ears.filter((e) => e.hears === 'pre' && synapseStatements(e).length > 0)
  }

  private own(variable: string): string {
    return `(local.get $s_${variable})`
  }
  private get ownLocals(): string {
    const { layout } = this.code
    return [`(local $w ${layout.kind})`, ...this.variables.map((v) => `(local $s_${v} ${layout.kind})`)].join(' ')
  }
  /** Weight and state of the synapse at byte $q. */
  private loadOwn(): string {
    const { kind } = this.code.layout
    return [`(local.set $w (${kind}.load offset=${this.rows.weights} (local.get $q)))`, ...this.variables.map((v) => `(local.set $s_${v} (${kind}.load offset=${this.rows.state[v]} (local.get $q)))`)].join('\n')
  }
  private storeOwn(): string {
    const { kind } = this.code.layout
    return [`(${kind}.store offset=${this.rows.weights} (local.get $q) (local.get $w))`, ...this.variables.map((v) => `(${kind}.store offset=${this.rows.state[v]} (local.get $q) ${this.own(v)})`)].join('\n')
  }
  private touchedAt(): string {
    const { bytes, timeShift } = this.code
    const from = bytes === 4 ? 2 : 3
    return from === timeShift ? '(local.get $q)' : from < timeShift ? '(i32.shl (local.get $q) (i32.const 1))' : '(i32.shr_u (local.get $q) (i32.const 1))'
  }

  /** The synapse's own values at `time`, as statements may mention them. */
  private ownValues(w: LaneWriter, time: string): Map<string, Operand> {
    const { code } = this
    const values = new Map<string, Operand>([['w', fresh(w, '(local.get $w)')]])
    const since = this.rows.touched > 0 ? fresh(w, '(local.get $touched)', code.time) : '(none)'
    for (const d of code.plan.decays.synapse) values.set(d.variable, code.decayed(w, d, fresh(w, this.own(d.variable)), time, since))
    if (code.plan.usesTime) values.set('t', code.milliseconds(w, time))
    return values
  }
  private keepOwn(w: LaneWriter, values: ReadonlyMap<string, Operand>, time: string): void {
    w.do(`(local.set $w ${values.get('w')})`)
    for (const v of this.variables) w.do(`(local.set $s_${v} ${values.get(v)})`)
    if (this.rows.touched > 0) w.do(`(local.set $touched ${time})`)
  }

  /** Statements of ears at an event; where they hear different kinds, only if it is of that kind. */
  private hear(w: LaneWriter, ears: readonly PlannedEar[], side: 'pre' | 'post', values: Map<string, Operand>, kind: string): void {
    const several = new Set(this.code.plan.ears.filter((e) => e.hears === side).map((e) => e.mask)).size > 1
    for (const ear of ears) {
      if (!several) this.code.assign(w, values, synapseStatements(ear))
      else {
        const is = w.keep(`(i32.ne (i32.and ${kind} (i32.const ${ear.mask})) (i32.const 0))`, 'i32')
        for (const a of synapseStatements(ear)) values.set(a.variable, w.select(is, this.code.evaluate(w, values, a.value), values.get(a.variable) as Operand))
      }
    }
  }

  /** `visit`, or `flush` of all rows. */
  rowEvents(visit: boolean): string {
    const { code, rows } = this
    const { layout, plan } = code
    const root = code.writer()
    const i = '(local.get $i)'
    // once a row
    const row = root.block()
    row.do(`(local.set $from ${code.later(code.loadTime(layout.preTime, '(local.get $row)'), '(local.get $next)')})`)
    row.do(`(local.set $since ${code.loadTime(layout.preTime, '(local.get $row)')})`)
    const pre = plan.decays.pre.map((d) => ({
      d,
      value: fresh(row, code.load(layout.pre[d.variable].value, '(local.get $row)')),
      before: fresh(row, code.load(layout.pre[d.variable].before, '(local.get $row)')),
    }))
    const atVisit = new Map<string, Operand>()
    if (visit && this.heard.length > 0) for (const { d, value } of pre) atVisit.set(d.variable, code.decayed(row, d, value, '(local.get $time)', '(local.get $since)'))
    const scale = visit && rows.sent === 0 ? fresh(row, layout.kind === 'f32' ? '(f32.demote_f64 (f64.load offset=8 (local.get $entry)))' : '(f64.load offset=8 (local.get $entry))') : ''

    // once a synapse
    const w = root.block()
    w.do(this.loadOwn())
    if (rows.touched > 0) w.do(`(local.set $touched (${code.time}.load offset=${rows.touched} ${this.touchedAt()}))`)
    const save = () => `${this.storeOwn()}${rows.touched > 0 ? `\n(${code.time}.store offset=${rows.touched} ${this.touchedAt()} (local.get $touched))` : ''}`
    const alwaysSave = visit && this.heard.length > 0
    if (this.missed.length > 0) w.do(this.makeUp(root, pre, alwaysSave ? '' : save()))
    if (visit) {
      if (rows.sent > 0) {
        w.do(`(${layout.kind}.store offset=${rows.sent} (local.get $out) (local.get $w))`)
        w.do(`(local.set $out (i32.add (local.get $out) (i32.const ${code.bytes})))`)
      } else {
        w.do(`(local.set $at (i32.add (local.get $in) (i32.shl ${i} (i32.const ${code.shift}))))`)
        w.do(`(${layout.kind}.store (local.get $at) (${layout.kind}.add (${layout.kind}.load (local.get $at)) (${layout.kind}.mul ${scale} (local.get $w))))`)
      }
      if (this.heard.length > 0) {
        const values = new Map([...this.ownValues(w, '(local.get $time)'), ...atVisit])
        this.readPost(w, values, this.heard, '(local.get $time)')
        this.hear(w, this.heard, 'pre', values, '(local.get $kind)')
        this.keepOwn(w, values, '(local.get $time)')
        w.do(save())
      }
    }
    const perRow = `${row.code.join('\n')}
${this.overRow(w.code.join('\n'))}`
    const own = `(local $row i32) (local $kind i32) (local $last i32) (local $p i32) (local $q i32) (local $end i32) (local $in i32) (local $i i32) (local $at i32) (local $out i32)
    (local $k i32) (local $head i32) (local $ring i32) (local $place i32) (local $from ${code.time}) (local $since ${code.time}) (local $touched ${code.time}) (local $then ${code.time}) ${this.ownLocals}`
    if (visit) {
      return code.function('visit', `(param $entry i32) (param $count i32) (param $time ${code.time}) (param $next ${code.time}) (param $input i32)`, own, root, `
    (local.set $last (i32.add (local.get $entry) (i32.shl (local.get $count) (i32.const 4))))
    (block $done (loop $entries
      (br_if $done (i32.ge_u (local.get $entry) (local.get $last)))
      (local.set $row (i32.and (i32.load (local.get $entry)) (i32.const 0xffffff)))
      (local.set $kind (i32.shr_u (i32.load (local.get $entry)) (i32.const 24)))
      (local.set $in (i32.add (local.get $input) (i32.load offset=4 (local.get $entry))))
${perRow}
      (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
      (br $entries)))`)
    }
    if (this.missed.length === 0) return code.function('flush', `(param $next ${code.time})`, '', code.writer(), '')
    return code.function('flush', `(param $next ${code.time})`, own, root, `
    (block $done (loop $rows
      (br_if $done (i32.ge_u (local.get $row) (i32.const ${rows.rows})))
${perRow}
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br $rows)))`)
  }

  /** Every synapse of $row: $i is the target, counted from the first of the projection, $q the byte of its numbers. */
  private overRow(body: string): string {
    const { code, rows } = this
    const width = rows.targetBytes === 2 ? 1 : 2
    const next = `(local.set $q (i32.add (local.get $q) (i32.const ${code.bytes})))`
    if (rows.starts === 0) {
      return `      (local.set $q (i32.mul (local.get $row) (i32.const ${rows.columns * code.bytes})))
      (local.set $i (i32.const ${rows.low}))
      (block $over (loop $each
        (br_if $over (i32.ge_u (local.get $i) (i32.const ${rows.low + rows.count})))
${body}
        ${next}
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $each)))`
    }
    const target = `(${rows.targetBytes === 2 ? 'i32.load16_u' : 'i32.load'} offset=${rows.targets} (local.get $p))`
    const start = (k: number) => `(i32.load offset=${rows.starts + 4 * k} (i32.shl (local.get $row) (i32.const 2)))`
    return `      (local.set $q (i32.shl ${start(0)} (i32.const ${code.shift})))
      (local.set $p (i32.shl ${start(0)} (i32.const ${width})))
      (local.set $end (i32.shl ${start(1)} (i32.const ${width})))
      (block $over (loop $each
        (br_if $over (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $i ${rows.low > 0 ? `(i32.add ${target} (i32.const ${rows.low}))` : target})
${body}
        ${next}
        (local.set $p (i32.add (local.get $p) (i32.const ${rows.targetBytes})))
        (br $each)))`
  }

  /** Events of the postsynaptic neuron since $from, in order. */
  private makeUp(root: LaneWriter, pre: { d: { variable: string; rate: number; rest: number; drive: number }; value: Operand; before: Operand }[], save: string): string {
    const { code } = this
    const { history } = code.layout
    const then = '(local.get $then)'
    const place = (k: string) => `(i32.add (local.get $ring) (i32.and ${k} (i32.const ${history.capacity - 1})))`
    const captures = Object.keys(history.captured).length > 0 || history.kinds > 0
    const applied = (): string => {
      const w = root.block()
      const values = this.ownValues(w, then)
      // a spike that came at the very time of the row's last event does not see what that event changed
      const coincident = w.keep(`(${code.time}.eq ${then} (local.get $since))`, 'i32')
      for (const { d, value, before } of pre) values.set(d.variable, w.select(coincident, before, code.decayed(w, d, value, then, '(local.get $since)')))
      for (const [variable, column] of Object.entries(history.captured)) values.set(variable, fresh(w, code.load(column, '(local.get $place)')))
      const kind = history.kinds > 0 ? fresh(w, `(i32.load8_u offset=${history.kinds} (local.get $place))`, 'i32') : '(i32.const 0)'
      this.hear(w, this.missed, 'post', values, kind)
      this.keepOwn(w, values, then)
      return w.code.join('\n')
    }
    const back = '(i32.sub (local.get $k) (i32.const 1))'
    const findHead = `(local.set $head (i32.load offset=${history.head} (i32.shl (local.get $i) (i32.const 2))))
          (local.set $ring (i32.mul (local.get $i) (i32.const ${history.capacity})))
          (local.set $k (i32.sub (local.get $head) (i32.const 1)))`
    // mostly one event, if any
    return `(local.set $then ${code.loadTime(history.newest, '(local.get $i)')})
      (if ${code.notBefore(then, '(local.get $from)')} (then
        (if (i32.eqz ${code.notBefore(code.loadTime(history.second, '(local.get $i)'), '(local.get $from)')})
        (then
          ${captures ? `${findHead}\n(local.set $place ${place('(local.get $k)')})` : ''}
${applied()})
        (else
          ${findHead}
          (block $found (loop $before
            (br_if $found (i32.eqz ${code.notBefore(code.loadTime(history.times, place(back)), '(local.get $from)')}))
            (local.set $k ${back})
            (br $before)))
          (loop $apply
            (local.set $place ${place('(local.get $k)')})
            (local.set $then ${code.loadTime(history.times, '(local.get $place)')})
${applied()}
            (local.set $k (i32.add (local.get $k) (i32.const 1)))
            (br_if $apply (i32.lt_u (local.get $k) (local.get $head))))))
        ${save}))`
  }

  /** Traces of the postsynaptic neuron $i at `time`, of those that the statements read. */
  private readPost(w: LaneWriter, values: Map<string, Operand>, ears: readonly PlannedEar[], time: string): void {
    const { code } = this
    const { layout, plan } = code
    const statements = ears.flatMap(synapseStatements)
    const wanted = plan.decays.post.filter((d) => reads(statements, d.variable))
    if (wanted.length === 0) return
    const since = fresh(w, code.loadTime(layout.postTime, '(local.get $i)'), code.time)
    for (const d of wanted) values.set(d.variable, code.decayed(w, d, fresh(w, code.load(layout.post[d.variable], '(local.get $i)')), time, since))
  }

  /** Statements at every synapse, as ticks and intervals ask for. */
  segments(): string[] {
    return this.code.plan.ears.flatMap((ear, e) =>
      ear.hears === 'pre' || ear.hears === 'post' ? [] : ear.segments.flatMap(({ level, statements, shared }, s) => (level === 'synapse' ? [this.segment(`segment_${e}_${s}`, statements, shared)] : [])),
    )
  }

  private segment(name: string, statements: Assignment[], shared: Segment['shared']): string {
    const { code, rows } = this
    const { layout, plan } = code
    const dense = rows.starts === 0 && rows.touched === 0
    const root = code.writer()
    const lanes = dense ? laneKinds[layout.kind === 'f32' ? 'f32x4' : 'f64x2'] : root.lanes
    const load = dense ? 'v128.load' : `${layout.kind}.load`
    const store = dense ? 'v128.store' : `${layout.kind}.store`
    const spread = (x: Operand) => (dense ? `(${lanes.kind}.splat ${x})` : x)
    const time = '(local.get $time)'
    // once a row
    const row = root.block()
    const vectors = new LaneWriter(lanes, root)
    const fixed = new Map<string, Operand>()
    const put = (key: string, x: Operand) => {
      const id = root.local(vectors.vector)
      row.do(`(local.set ${id} ${spread(x)})`)
      fixed.set(key, `(local.get ${id})`)
    }
    const needs = (key: string) => reads(statements, key)
    if (needs('t')) put('t', code.milliseconds(row, time))
    if (plan.decays.pre.some((d) => needs(d.variable))) {
      const since = fresh(row, code.loadTime(layout.preTime, '(local.get $row)'), code.time)
      for (const d of plan.decays.pre) if (needs(d.variable)) put(d.variable, code.decayed(row, d, fresh(row, code.load(layout.pre[d.variable].value, '(local.get $row)')), time, since))
    }
    for (const d of plan.delays) if (d.level === 'pre' && needs(d.name)) put(d.name, fresh(row, code.load(layout.delayed[d.name], '(local.get $row)')))
    // once a synapse, or a vector of them
    const w = vectors.block()
    const values = new Map(fixed)
    const index = `(i32.shl (local.get $i) (i32.const ${code.shift}))`
    const post = (key: string, base: number) => void (needs(key) && values.set(key, fresh(w, `(${load} offset=${base} ${index})`)))
    for (const d of plan.decays.post) if (d.variable in layout.postNow) post(d.variable, layout.postNow[d.variable])
    for (const n of plan.neuron) post(n, layout.neuron[n])
    for (const s of shared) post(s.name, layout.shared[s.name])
    for (const d of plan.delays) if (d.level === 'post') post(d.name, layout.delayed[d.name])
    const changed = new Set(statements.map((a) => a.variable))
    const at = (variable: string) => (variable === 'w' ? rows.weights : rows.state[variable])
    const since = rows.touched > 0 ? fresh(w, `(${code.time}.load offset=${rows.touched} ${this.touchedAt()})`, code.time) : ''
    for (const v of ['w', ...this.variables]) {
      const decay = plan.decays.synapse.find((d) => d.variable === v)
      if (!needs(v) && !changed.has(v) && !(decay && rows.touched > 0)) continue
      const x = fresh(w, `(${load} offset=${at(v)} (local.get $q))`)
      values.set(v, decay && rows.touched > 0 ? code.decayed(w, decay, x, time, since) : x)
    }
    code.assign(w, values, statements)
    const kept = rows.touched > 0 ? new Set([...changed, ...this.variables]) : changed
    for (const v of kept) w.do(`(${store} offset=${at(v)} (local.get $q) ${values.get(v)})`)
    if (rows.touched > 0) w.do(`(${code.time}.store offset=${rows.touched} ${this.touchedAt()} ${time})`)
    const body = dense
      ? `      (local.set $q (i32.mul (local.get $row) (i32.const ${rows.columns * code.bytes})))
      (local.set $i (i32.const ${rows.low}))
      (loop $each
${w.code.join('\n')}
        (local.set $q (i32.add (local.get $q) (i32.const 16)))
        (local.set $i (i32.add (local.get $i) (i32.const ${lanes.count})))
        (br_if $each (i32.lt_u (local.get $i) (i32.const ${rows.low + rows.count}))))`
      : this.overRow(w.code.join('\n'))
    return code.function(name, `(param $time ${code.time})`, '(local $row i32) (local $p i32) (local $q i32) (local $end i32) (local $i i32)', root, `
    (block $done (loop $rows
      (br_if $done (i32.ge_u (local.get $row) (i32.const ${rows.rows})))
${row.code.join('\n')}
${body}
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br $rows)))`)
  }
}
