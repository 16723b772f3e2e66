/**
 * A program of one step as WebAssembly text. Two exports:
 *
 *   step(tick, ticks, low, high, out) -> rows     `ticks` grid steps that end at tick, tick + 1, ... of units low ... high - 1
 *   again(tick, low, high, out) -> rows           one more round of arrivals and thresholds at the same instant
 *
 * Inside a step, for eight units at a time: flow (from the values one tick ago), arrive (the summed input of the tick, which is
 * cleared), fire (threshold, reset, a row for every event). A row is two i32: the tick, and unit | kind << 24.
 * Addresses are built into the code; values of constants are read once a call, so they can change between calls.
 */
import { assert } from '../errors.ts'
import * as f from './lane-functions.ts'
import { type LaneKind, type Lanes, LaneWriter, laneKinds, type Operand } from './lanes.ts'
import { lower } from './lower.ts'
import { expressions, type Program } from './program.ts'
import { type Assignment, type Expression, names, print } from './tree.ts'

/** Where everything is, in bytes. Columns hold `bytes` a unit and are padded to a multiple of eight units. */
export interface Layout {
  units: number
  variables: Record<string, number>
  columns: Record<string, number>
  /** constant -> address of one number */
  constants: Record<string, number>
  /** Values of the tick, `program.perTick.length` numbers for every tick of a window. */
  perTick: number
  /** receptor -> summed input of the first tick of a window, and the distance to that of the next tick */
  inputs: Record<string, number>
  inputStride: number
  /** Tick of the last spike: i32, or f64 in f64 lanes. */
  last: number
  /** Plateau condition at the last tick, as a mask. */
  plateau: number
  /** Two i32. */
  key: number
  /** Variable -> its values at the end of so many ticks (`rows` times `inputStride` bytes), that of tick n in row n mod rows. */
  rings: Record<string, { address: number; rows: number }>
  sharedMemory: boolean
}

export const rowKinds = { spike: 1, plateauOn: 8, plateauOff: 16 }

/** `isPhase`: nothing moves on, so that what will be read as delayed stays as it is. */
export function compileProgram(program: Program, layout: Layout, kind: LaneKind, isPhase = false): string {
  const lanes = laneKinds[kind]
  return `(module
  (import "engine" "memory" (memory ${layout.sharedMemory ? '1 65536 shared' : '1'}))
${stepFunction(program, layout, lanes, true, isPhase)}
${stepFunction(program, layout, lanes, false, isPhase)}
)`
}

/** What stands for a name in one group of lanes. */
interface Group {
  writer: LaneWriter
  /** Byte offset of this group's lanes within eight units. */
  offset: number
  /** First unit of the group within eight. */
  unit: number
  values: Map<string, Operand>
  refractoryFlow: Operand | undefined
  refractoryEvent: Operand | undefined
  /** Ticks since the last spike. */
  since: (() => Operand) | undefined
}

function stepFunction(program: Program, layout: Layout, lanes: Lanes, flow: boolean, isPhase: boolean): string {
  const outer = new LaneWriter(lanes)
  const groups = 8 / lanes.count
  // ticks since the last spike are i32 in f32 lanes and f64 in f64 lanes
  const tickType = lanes.kind === 'f32x4' ? 'i32x4' : 'f64x2'
  const tickCompare = (op: string) => (lanes.kind === 'f32x4' && op !== 'eq' ? `i32x4.${op}_s` : `${tickType}.${op}`)
  const constantOf = (key: string) => outer.before(`(v128.load${lanes.bytes * 8}_splat (i32.const ${layout.constants[key]}))`)
  const tickNumber = (n: number) => (lanes.kind === 'f32x4' ? outer.integer(n) : outer.number(n))
  // a further round sees the numbers that its tick has drawn
  const isDrawn = flow ? program.gaussians + program.uniforms > 0 : eventsUseChance(program)
  const roundKeys = isDrawn
    ? Array.from({ length: 20 }, (_, k) =>
        outer.before(
          `(i32x4.splat (i32.add (i32.load (i32.const ${layout.key + 4 * (k % 2)})) (i32.const ${Math.imul(k % 2 ? 0xbb67ae85 : 0x9e3779b9, Math.floor(k / 2))})))`,
          'v128',
        ),
      )
    : []

  const perTick = new Map<string, Operand>()
  const tickCode = outer.block()
  program.perTick.forEach((key, k) => {
    const id = outer.local('v128')
    tickCode.do(`(local.set ${id} (v128.load${lanes.bytes * 8}_splat offset=${layout.perTick + k * lanes.bytes} (local.get $uniform)))`)
    perTick.set(key, `(local.get ${id})`)
  })
  const nowId = outer.local('v128')
  tickCode.do(`(local.set ${nowId} ${lanes.kind === 'f32x4' ? '(i32x4.splat (local.get $now))' : '(f64x2.splat (f64.convert_i32_s (local.get $now)))'})`)
  const now = `(local.get ${nowId})`

  /** Where a ring has what was the end of the tick `ago` before this one, for the unit at $at. */
  const ringPlaces = new Map<string, string>()
  const ringPlace = (variable: string, ago: number): string => {
    const { address: at, rows: count } = layout.rings[variable]
    const known = ringPlaces.get(`${variable} ${ago}`)
    if (known) return known
    const id = outer.local('i32')
    // no program asks further back than the ring goes, so that the remainder is of no negative number
    const row = `(i32.rem_u (i32.add (local.get $now) (i32.const ${count - ago})) (i32.const ${count}))`
    tickCode.do(`(local.set ${id} (i32.add (i32.const ${at}) (i32.mul ${row} (i32.const ${layout.inputStride}))))`)
    ringPlaces.set(`${variable} ${ago}`, `(local.get ${id})`)
    return `(local.get ${id})`
  }
  const delays = new Map(program.delays.map((d) => [d.name, d]))

  // where all units are refractory for the same time: since <= ticks is last > now - ticks - 1, which is one comparison
  let heldSince: { flow: Operand; event: Operand } | undefined
  if (program.refractory && program.constants.has(program.refractory)) {
    const ticks = program.constants.get(program.refractory) as number
    const before = (n: number) => {
      const id = outer.local('v128')
      const tick = `(i32.sub (local.get $now) (i32.const ${n}))`
      tickCode.do(`(local.set ${id} ${lanes.kind === 'f32x4' ? `(i32x4.splat ${tick})` : `(f64x2.splat (f64.convert_i32_s ${tick}))`})`)
      return `(local.get ${id})`
    }
    heldSince = { flow: before(ticks + 1), event: before(ticks) }
  }

  const body = outer.block()
  const address = (offset: number) => `offset=${offset} (local.get $at)`
  const inputAddress = (offset: number) => `offset=${offset} (local.get $input)`
  const draws = randomWords(program, body, lanes, roundKeys)
  // what nothing here reads or changes is not loaded
  const used = new Set(expressions(program).flatMap((e) => [...names(e)]))
  for (const c of program.commits) if (c.isChange || c.held) used.add(c.variable)
  for (const a of [...program.receptors.flatMap((r) => r.assignments), ...program.reset]) used.add(a.variable)
  if (!isPhase) for (const v of Object.keys(layout.rings)) used.add(v)

  const all: Group[] = Array.from({ length: groups }, (_, g) => {
    const w = body
    const offset = g * lanes.count * lanes.bytes
    const values = new Map<string, Operand>()
    const group: Group = { writer: w, offset, unit: g * lanes.count, values, refractoryFlow: undefined, refractoryEvent: undefined, since: undefined }
    for (const v of program.variables) if (used.has(v)) values.set(v, w.keep(`(v128.load ${address(layout.variables[v] + offset)})`))
    for (const c of program.columns.keys()) {
      if (c !== program.refractory) values.set(c, w.keep(`(v128.load ${address(layout.columns[c] + offset)})`))
    }
    for (const c of program.constants.keys()) if (c !== program.refractory) values.set(c, constantOf(c))
    for (const [key, operand] of perTick) values.set(key, operand)
    draws?.(group)
    const last = program.keepsLast ? w.keep(`(v128.load ${address(layout.last + offset)})`) : undefined
    if (last) group.since = () => w.keep(`(${tickType}.sub ${now} ${last})`)
    if (program.refractory && last) {
      // the step that ends `ticks` after the spike is still held; an arrival or a threshold test then no longer is
      if (heldSince) {
        group.refractoryFlow = w.keep(`(${tickCompare('gt')} ${last} ${heldSince.flow})`)
        group.refractoryEvent = w.keep(`(${tickCompare('gt')} ${last} ${heldSince.event})`)
      } else {
        const column = `(v128.load ${address(layout.columns[program.refractory] + offset)})`
        const ticks = lanes.kind === 'f32x4' ? w.keep(`(i32x4.trunc_sat_f32x4_s ${column})`) : w.keep(column)
        group.refractoryFlow = w.keep(`(${tickCompare('le')} ${group.since?.()} ${ticks})`)
        group.refractoryEvent = w.keep(`(${tickCompare('lt')} ${group.since?.()} ${ticks})`)
      }
    }
    return group
  })
  const expression = (g: Group, w: LaneWriter, inFlow: boolean) => (e: Expression) => lowerIn(e, g, w, inFlow)

  function lowerIn(e: Expression, g: Group, w: LaneWriter, inFlow: boolean): Operand {
    return lower(e, w, {
      name: (key) => {
        if (key === 'refractory') return (inFlow ? g.refractoryFlow : g.refractoryEvent) as Operand
        const delay = delays.get(key)
        if (delay) {
          const at = w.keep(`(i32.add ${ringPlace(delay.variable, delay.ago)} (local.get $at))`, 'i32')
          return w.keep(`(v128.load offset=${g.offset} ${at})`)
        }
        const operand = g.values.get(key)
        assert(operand, `no lane value for "${key}"`)
        return operand
      },
      call: ({ name, args }) => {
        if (name !== 'after_ticks') return undefined
        // in the flow the value holds during the step, so it is taken at the step's start: one tick less has passed
        const reached = tickCompare(inFlow ? 'gt' : 'ge')
        const [from, to] = args.map((a) => (a.kind === 'number' ? a.value : 0))
        const since = (g.since as () => Operand)()
        const begun = w.keep(`(${reached} ${since} ${tickNumber(from)})`)
        const over = w.keep(`(${reached} ${since} ${tickNumber(to)})`)
        return w.only(w.keep(`(v128.andnot ${begun} ${over})`), w.number(1))
      },
    })
  }

  // flow: everything from the values one tick ago, to which all that happened at that tick belongs
  if (flow) {
    for (const variable of isPhase ? [] : Object.keys(layout.rings)) {
      const at = body.keep(`(i32.add ${ringPlace(variable, 1)} (local.get $at))`, 'i32')
      for (const g of all) body.do(`(v128.store offset=${g.offset} ${at} ${g.values.get(variable)})`)
    }
    for (const g of all) {
      const go = expression(g, body, true)
      for (const l of program.lets) g.values.set(l.name, go(l.value))
      const next = program.commits.map((c) => {
        const value = go(c.value)
        const before = g.values.get(c.variable) as Operand
        // a held variable is not changed: one operation less than choosing between old and new
        if (c.isChange) return body.add(before, c.held ? body.unless(g.refractoryFlow as Operand, value) : value)
        return c.held ? body.select(g.refractoryFlow as Operand, before, value) : value
      })
      program.commits.forEach((c, k) => void g.values.set(c.variable, next[k]))
    }
  }
  // arrive
  const touched = new Set(flow ? program.commits.map((c) => c.variable) : [])
  for (const receptor of program.receptors) {
    for (const g of all) {
      const at = inputAddress(layout.inputs[receptor.name] + g.offset)
      let input = body.keep(`(v128.load ${at})`)
      body.do(`(v128.store ${at} ${body.before('(v128.const i64x2 0 0)')})`)
      if (receptor.unlessRefractory) input = body.unless(g.refractoryEvent as Operand, input)
      g.values.set('w', input)
      assign(receptor.assignments, g, body)
    }
    for (const a of receptor.assignments) touched.add(a.variable)
  }
  function assign(list: Assignment[], g: Group, w: LaneWriter, where?: Operand): void {
    for (const a of list) {
      const value = lowerIn(a.value, g, w, false)
      g.values.set(a.variable, where ? w.select(where, value, g.values.get(a.variable) as Operand) : value)
    }
  }
  for (const g of all) for (const v of touched) body.do(`(v128.store ${address(layout.variables[v] + g.offset)} ${g.values.get(v)})`)
  // plateau potentials begin and end
  if (program.plateau) {
    const bitmask = lanes.kind === 'f32x4' ? 'i32x4.bitmask' : 'i64x2.bitmask'
    for (const g of all) {
      const at = address(layout.plateau + g.offset)
      const on = expression(g, body, false)(program.plateau)
      const was = body.keep(`(v128.load ${at})`)
      const changed = body.keep(`(${bitmask} (v128.xor ${on} ${was}))`, 'i32')
      const block = body.block()
      block.do(`(v128.store ${at} ${on})`)
      for (const [mask, rowKind] of [[`(v128.andnot ${on} ${was})`, rowKinds.plateauOn], [`(v128.andnot ${was} ${on})`, rowKinds.plateauOff]] as const) {
        block.do(rows(`(${bitmask} ${mask})`, g, rowKind))
      }
      body.do(`(if ${changed} (then\n${block.code.join('\n')}))`)
    }
  }
  // fire
  const firing = program.threshold && (flow || !usesChance(program.threshold))
  if (firing) {
    const masks = all.map((g) => {
      const over = expression(g, body, false)(program.threshold as Expression)
      return g.refractoryEvent && !program.restsBelowThreshold ? body.keep(`(v128.andnot ${over} ${g.refractoryEvent})`) : over
    })
    const any = masks.reduce((a, b) => body.keep(`(v128.or ${a} ${b})`))
    const block = body.block()
    const bitmask = lanes.kind === 'f32x4' ? 'i32x4.bitmask' : 'i64x2.bitmask'
    all.forEach((g, k) => {
      const before = new Map(g.values)
      assign(program.reset, g, block, masks[k])
      for (const v of new Set(program.reset.map((a) => a.variable))) block.do(`(v128.store ${address(layout.variables[v] + g.offset)} ${g.values.get(v)})`)
      g.values = before
      if (program.keepsLast) {
        const at = address(layout.last + g.offset)
        block.do(`(v128.store ${at} (v128.bitselect ${now} (v128.load ${at}) ${masks[k]}))`)
      }
      block.do(rows(`(${bitmask} ${masks[k]})`, g, rowKinds.spike))
    })
    body.do(`(if (v128.any_true ${any}) (then\n${block.code.join('\n')}))`)
  }

  /** One row for every set bit of `mask`; lanes beyond the last unit have none. */
  function rows(mask: string, g: Group, rowKind: number): string {
    return `(local.set $mask ${mask})
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $mask)))
      (local.set $unit (i32.add (i32.add (local.get $i) (i32.const ${g.unit})) (i32.ctz (local.get $mask))))
      (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
      (if (i32.lt_u (local.get $unit) (i32.const ${layout.units})) (then
        (i32.store (local.get $row) (local.get $now))
        (i32.store offset=4 (local.get $row) (i32.or (local.get $unit) (i32.const ${rowKind << 24})))
        (local.set $row (i32.add (local.get $row) (i32.const 8)))))
      (br $next)))`
  }

  const shift = lanes.bytes === 4 ? 2 : 3
  return `  (func (export "${flow ? 'step' : 'again'}") (param $tick i32)${flow ? ' (param $ticks i32)' : ''} (param $low i32) (param $high i32) (param $out i32) (result i32)
    (local $i i32) (local $at i32) (local $input i32) (local $now i32) (local $end i32) (local $slot i32) (local $uniform i32)
    (local $row i32) (local $mask i32) (local $unit i32)
    ${outer.locals.join(' ')}
${outer.prologue.join('\n')}
    (local.set $row (local.get $out))
    (local.set $now (local.get $tick))
    (local.set $end (i32.add (local.get $tick) ${flow ? '(local.get $ticks)' : '(i32.const 1)'}))
    (block $over (loop $each_tick
      (br_if $over (i32.ge_s (local.get $now) (local.get $end)))
${tickCode.code.join('\n')}
      (local.set $i (local.get $low))
      (local.set $at (i32.shl (local.get $low) (i32.const ${shift})))
      (local.set $input (i32.add (local.get $slot) (local.get $at)))
      (block $all (loop $each_group
        (br_if $all (i32.ge_u (local.get $i) (local.get $high)))
${body.code.join('\n')}
        (local.set $i (i32.add (local.get $i) (i32.const 8)))
        (local.set $at (i32.add (local.get $at) (i32.const ${8 * lanes.bytes})))
        (local.set $input (i32.add (local.get $input) (i32.const ${8 * lanes.bytes})))
        (br $each_group)))
      (local.set $now (i32.add (local.get $now) (i32.const 1)))
      (local.set $slot (i32.add (local.get $slot) (i32.const ${layout.inputStride})))
      (local.set $uniform (i32.add (local.get $uniform) (i32.const ${program.perTick.length * lanes.bytes})))
      (br $each_tick)))
    (i32.shr_u (i32.sub (local.get $row) (local.get $out)) (i32.const 3)))`
}

function usesChance(e: Expression): boolean {
  return /u01\.\d/.test(print(e))
}

function eventsUseChance(p: Program): boolean {
  const statements = [...p.receptors.flatMap((r) => r.assignments), ...p.reset].map((a) => a.value)
  return [...statements, ...(p.plateau ? [p.plateau] : [])].some(usesChance)
}

/**
 * Random numbers of eight units. Counter (4 floor(unit / 8) + unit mod 4, tick, block, 0); each unit takes `words` 32-bit words,
 * units with (unit / 4) odd after those with it even, so that no word of a block of four is wasted on a neighbour.
 */
function randomWords(program: Program, w: LaneWriter, lanes: Lanes, roundKeys: Operand[]): ((g: Group) => void) | undefined {
  if (roundKeys.length === 0) return undefined
  const words = wordsPerUnit(program)
  const first = w.keep(`(i32x4.add (i32x4.splat (i32.shr_u (local.get $i) (i32.const 1))) ${w.before('(v128.const i32x4 0 1 2 3)', 'v128')})`, 'v128')
  const tick = w.keep('(i32x4.splat (local.get $now))', 'v128')
  const all: Operand[] = []
  for (let block = 0; block < Math.ceil((2 * words) / 4); block++) {
    const counter = (n: number) => w.before(`(v128.const i32x4 ${n} ${n} ${n} ${n})`, 'v128')
    all.push(...f.philox(w, [first, tick, counter(block), counter(0)], roundKeys))
  }
  return (g) => {
    const base = Math.floor(g.unit / 4) * words
    const half = lanes.count === 2 ? (g.unit / 2) % 2 : 0
    for (let k = 0; k < program.gaussians; k += 2) {
      const pair = f.normals(w, all[base + k], all[base + k + 1], half)
      pair.forEach((value, j) => void g.values.set(`xi.${k + j}`, value))
    }
    const after = 2 * Math.ceil(program.gaussians / 2)
    for (let k = 0; k < program.uniforms; k++) g.values.set(`u01.${k}`, f.uniform(w, all[base + after + k], half))
  }
}

export function wordsPerUnit(program: Program): number {
  return 2 * Math.ceil(program.gaussians / 2) + program.uniforms
}
