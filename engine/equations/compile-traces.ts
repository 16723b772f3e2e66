/**
 * The neurons' side of a rule as WebAssembly text: traces of the presynaptic and of the postsynaptic neurons.
 *
 *   pre(entries, count, time)        events of the sources of the entries: traces are brought to `time`, then changed
 *   post(target, time, kind) -> i32  an event of a target: kept in its history, traces changed; 1 if one more
 *                                    would leave no event in it that synapses have heard, of before `applied`
 *   look(time)                       post traces at `time`, into `postNow`; nothing is changed
 *   share_E_S(time)                  what the synapses' statements S of ear E ask of postsynaptic neurons alone, into `shared`
 *   remember(time)                   what `delayed` will give later, into `fresh`
 *   bring(time)                      all traces are brought to `time`
 *   segment_E_S(time)                statements S of ear E that are about the neurons of one side
 */
import type { LaneWriter, Operand } from './lanes.ts'
import type { PlannedDecay, PlannedRule, Segment } from './plan-rule.ts'
import { fresh, RuleCode, type TraceLayout } from './rule-code.ts'
import { type Assignment, mentions } from './tree.ts'

export interface TraceKernels {
  pre(entries: number, count: number, time: number): void
  post(target: number, time: number, kind: number, applied: number): number
  look(time: number): void
  remember(time: number): void
  bring(time: number): void
  [segment: `segment_${string}` | `share_${string}`]: (time: number) => void
}

export function compileTraces(plan: PlannedRule, layout: TraceLayout): string {
  const code = new RuleCode(plan, layout)
  return code.module([preEvents(code), postEvent(code), look(code), remember(code), bring(code), ...segments(code)])
}

/** Statements of the events of `side` about its neurons; where ears hear different kinds, only if the event is of that kind. */
function eventStatements(code: RuleCode, w: LaneWriter, side: 'pre' | 'post', values: Map<string, Operand>, kind: string): void {
  const ears = code.plan.ears.filter((e) => e.hears === side)
  const several = new Set(ears.map((e) => e.mask)).size > 1
  for (const ear of ears) {
    for (const s of ear.segments) {
      if (s.level !== side) continue
      if (!several) code.assign(w, values, s.statements)
      else {
        const heard = w.keep(`(i32.ne (i32.and ${kind} (i32.const ${ear.mask})) (i32.const 0))`, 'i32')
        for (const a of s.statements) values.set(a.variable, w.select(heard, code.evaluate(w, values, a.value), values.get(a.variable) as Operand))
      }
    }
  }
}

function preEvents(code: RuleCode): string {
  const { layout, plan } = code
  const root = code.writer()
  const w = root.block()
  const row = w.keep('(i32.and (i32.load (local.get $entry)) (i32.const 0xffffff))', 'i32')
  const since = w.keep(code.loadTime(layout.preTime, row), code.time)
  const values = new Map<string, Operand>()
  if (plan.usesTime) values.set('t', code.milliseconds(w, '(local.get $time)'))
  for (const d of plan.decays.pre) values.set(d.variable, code.decayed(w, d, w.keep(code.load(layout.pre[d.variable].value, row)), '(local.get $time)', since))
  const before = new Map(values)
  eventStatements(code, w, 'pre', values, '(i32.shr_u (i32.load (local.get $entry)) (i32.const 24))')
  for (const { variable } of plan.decays.pre) {
    w.do(code.store(layout.pre[variable].before, row, before.get(variable) as Operand))
    w.do(code.store(layout.pre[variable].value, row, values.get(variable) as Operand))
  }
  w.do(code.storeTime(layout.preTime, row, '(local.get $time)'))
  return code.function('pre', `(param $entry i32) (param $count i32) (param $time ${code.time})`, '(local $last i32)', root, `
    (local.set $last (i32.add (local.get $entry) (i32.shl (local.get $count) (i32.const 4))))
    (block $done (loop $entries
      (br_if $done (i32.ge_u (local.get $entry) (local.get $last)))
${w.code.join('\n')}
      (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
      (br $entries)))`)
}

function postEvent(code: RuleCode): string {
  const { layout, plan } = code
  const { history } = layout
  const root = code.writer()
  const w = root.block()
  const i = '(local.get $i)'
  const values = new Map<string, Operand>()
  if (plan.usesTime) values.set('t', code.milliseconds(w, '(local.get $time)'))
  if (plan.decays.post.length > 0) {
    const since = w.keep(code.loadTime(layout.postTime, i), code.time)
    for (const d of plan.decays.post) values.set(d.variable, code.decayed(w, d, w.keep(code.load(layout.post[d.variable], i)), '(local.get $time)', since))
  }
  const ring = (k: string) => `(i32.add (i32.mul ${i} (i32.const ${history.capacity})) (i32.and ${k} (i32.const ${history.capacity - 1})))`
  let overdue = '(i32.const 0)'
  if (history.times > 0) {
    const head = w.keep(`(i32.load offset=${history.head} (i32.shl ${i} (i32.const 2)))`, 'i32')
    const place = w.keep(ring(head), 'i32')
    w.do(code.storeTime(history.times, place, '(local.get $time)'))
    w.do(code.storeTime(history.second, i, code.loadTime(history.newest, i)))
    w.do(code.storeTime(history.newest, i, '(local.get $time)'))
    if (history.kinds > 0) w.do(`(i32.store8 offset=${history.kinds} ${place} (local.get $kind))`)
    for (const [variable, column] of Object.entries(history.captured)) w.do(code.store(column, place, values.get(variable) as Operand))
    const next = w.keep(`(i32.add ${head} (i32.const 1))`, 'i32')
    w.do(`(i32.store offset=${history.head} (i32.shl ${i} (i32.const 2)) ${next})`)
    // one place stays free of what is still needed: there the search for it ends
    const oldest = code.loadTime(history.times, ring(`(i32.add ${next} (i32.const 1))`))
    overdue = layout.ticked ? `(i32.gt_s ${oldest} (local.get $applied))` : `(f64.gt ${oldest} (local.get $applied))`
  }
  if (plan.decays.post.length > 0) {
    eventStatements(code, w, 'post', values, '(local.get $kind)')
    for (const { variable } of plan.decays.post) w.do(code.store(layout.post[variable], i, values.get(variable) as Operand))
    w.do(code.storeTime(layout.postTime, i, '(local.get $time)'))
  }
  return code.function('post', `(param $i i32) (param $time ${code.time}) (param $kind i32) (param $applied ${code.time}) (result i32)`, '', root, `${w.code.join('\n')}\n    ${overdue}`)
}

/** One pass over the neurons of a side: `body` writes what is done with neuron $i. */
function overNeurons(code: RuleCode, name: string, count: number, body: (w: LaneWriter) => void): string {
  const root = code.writer()
  const w = root.block()
  body(w)
  return code.function(name, `(param $time ${code.time})`, '(local $i i32)', root, `
    (block $done (loop $each
      (br_if $done (i32.ge_u (local.get $i) (i32.const ${count})))
${w.code.join('\n')}
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $each)))`)
}

/** What statements about neuron $i of a side may mention, at $time. */
function sideValues(code: RuleCode, w: LaneWriter, side: 'pre' | 'post'): Map<string, Operand> {
  const { layout, plan } = code
  const values = new Map<string, Operand>()
  const i = '(local.get $i)'
  if (plan.usesTime) values.set('t', code.milliseconds(w, '(local.get $time)'))
  const decays = plan.decays[side]
  if (decays.length > 0) {
    const since = fresh(w, code.loadTime(side === 'pre' ? layout.preTime : layout.postTime, i), code.time)
    for (const d of decays) {
      const at = side === 'pre' ? layout.pre[d.variable].value : layout.post[d.variable]
      values.set(d.variable, code.decayed(w, d, fresh(w, code.load(at, i)), '(local.get $time)', since))
    }
  }
  if (side === 'post') for (const n of plan.neuron) values.set(n, fresh(w, code.load(layout.neuron[n], i)))
  for (const d of plan.delays) if (d.level === side) values.set(d.name, fresh(w, code.load(layout.delayed[d.name], i)))
  return values
}

function storeSide(code: RuleCode, w: LaneWriter, side: 'pre' | 'post', values: ReadonlyMap<string, Operand>): void {
  const { layout, plan } = code
  const i = '(local.get $i)'
  if (plan.decays[side].length === 0) return
  for (const { variable } of plan.decays[side]) {
    const value = values.get(variable) as Operand
    if (side === 'post') w.do(code.store(layout.post[variable], i, value))
    else for (const column of Object.values(layout.pre[variable])) w.do(code.store(column, i, value))
  }
  w.do(code.storeTime(side === 'pre' ? layout.preTime : layout.postTime, i, '(local.get $time)'))
}

function look(code: RuleCode): string {
  const { layout, plan } = code
  const wanted: PlannedDecay[] = plan.decays.post.filter((d) => d.variable in layout.postNow)
  return overNeurons(code, 'look', wanted.length > 0 ? layout.targets : 0, (w) => {
    if (wanted.length === 0) return
    const since = fresh(w, code.loadTime(layout.postTime, '(local.get $i)'), code.time)
    for (const d of wanted) {
      const value = code.decayed(w, d, fresh(w, code.load(layout.post[d.variable], '(local.get $i)')), '(local.get $time)', since)
      w.do(code.store(layout.postNow[d.variable], '(local.get $i)', value))
    }
  })
}

function remember(code: RuleCode): string {
  const { layout, plan } = code
  const sides = (['pre', 'post'] as const).filter((side) => plan.delays.some((d) => d.level === side))
  const root = code.writer()
  const loops = sides.map((side) => {
    const w = root.block()
    const values = sideValues(code, w, side)
    for (const d of plan.delays) if (d.level === side) w.do(code.store(layout.fresh[d.name], '(local.get $i)', code.evaluate(w, values, d.value)))
    return loopOver(w, side === 'pre' ? layout.sources : layout.targets)
  })
  return code.function('remember', `(param $time ${code.time})`, '(local $i i32)', root, loops.join('\n'))
}

function bring(code: RuleCode): string {
  const { layout } = code
  const root = code.writer()
  const loops = (['pre', 'post'] as const).map((side) => {
    const w = root.block()
    storeSide(code, w, side, sideValues(code, w, side))
    return loopOver(w, side === 'pre' ? layout.sources : layout.targets)
  })
  return code.function('bring', `(param $time ${code.time})`, '(local $i i32)', root, loops.join('\n'))
}

function loopOver(w: LaneWriter, count: number): string {
  return `    (local.set $i (i32.const 0))
    (block (loop
      (br_if 1 (i32.ge_u (local.get $i) (i32.const ${count})))
${w.code.join('\n')}
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br 0)))`
}

function segments(code: RuleCode): string[] {
  const { layout, plan } = code
  return plan.ears.flatMap((ear, e) =>
    ear.hears === 'pre' || ear.hears === 'post'
      ? []
      : ear.segments.flatMap(({ level, statements, shared }: Segment, s) => {
          if (level === 'synapse') {
            return overNeurons(code, `share_${e}_${s}`, shared.length > 0 ? layout.targets : 0, (w) => {
              const values = sideValues(code, w, 'post')
              for (const { name, value } of shared) w.do(code.store(layout.shared[name], '(local.get $i)', code.evaluate(w, values, value)))
            })
          }
          return overNeurons(code, `segment_${e}_${s}`, level === 'pre' ? layout.sources : layout.targets, (w) => {
            const values = sideValues(code, w, level)
            code.assign(w, values, statements)
            storeSide(code, w, level, values)
          })
        }),
  )
}

/** Names that any of these statements reads. */
export function reads(statements: readonly Assignment[], isOne: string): boolean {
  return statements.some((s) => mentions(s.value, (n) => n === isOne))
}
