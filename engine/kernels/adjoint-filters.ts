/**
 * Filters of an eligibility trace, transposed: instead of a trace for every synapse, run forward, one for every postsynaptic
 * unit, run backward from the end of a block, as WebAssembly text. From tick n + 1 to n (rows of all units; k, a: factors):
 *
 *   late_f[n] = error[n] + (1 - k_decay) late_f[n+1]        decay of the eligibility; error 0 before the block
 *   late_e[n] = k_decay late_f[n] + a_rise late_e[n+1]      its rise
 *   c[n]      = late_e[n + delay] surrogate[n]              the product that was `delay` ticks on its way
 *   late_p[n] = c[n+1] + (1 - k_mem) late_p[n+1]            presynaptic trace
 *   Q[n]      = a_syn (k_mem late_p[n] + Q[n+1])            what an arrival at n adds to the sum of eligibility times error
 *
 *   record   a tick: surrogate = (1 + |V - V_th| slope)^-2 and error into their rows, sum z^4, decay z. Was there an error?
 *   back     `steps` ticks back; rows lie one behind the other, those of errors `errorStep` bytes apart
 *   add      Q to a row of the sums
 *   update   of one source: m -= rho w z4;  g = m share;  v = max(g^2, gamma v);  w += eta g / (sqrt(v) + 1e-15), within bounds
 *
 * Rows are of whole cache lines, lanes behind the last unit hold zero. Rows of neurons and weights need not be as long:
 * they are read beyond, and written back as they were.
 */
import { LaneWriter, laneKinds, type Operand } from '../equations/lanes.ts'

export interface AdjointLayout {
  units: number
  float: 'f32' | 'f64'
  /** Ticks. */
  delay: number
  /** Addresses of rows of all units. */
  V: number
  error: number
  z: number
  z4: number
  late_f: number
  late_p: number
  c: number
  Q: number
  /** `delay` + 1 rows, row n modulo their number. */
  late_e: number
  sharedMemory: boolean
}

export interface AdjointKernels {
  record(surrogate: number, error: number, V_th: number, slope: number, a_het: number): number
  back(
    surrogate: number, error: number, errorStep: number, steps: number, place: number,
    k_decay: number, a_rise: number, k_mem: number, a_syn: number,
  ): void
  add(m: number): void
  update(w: number, m: number, v: number, rho: number, share: number, gamma: number, eta: number, low: number, high: number): void
}

/** Bytes of a row. */
export const adjointRow = (units: number, float: 'f32' | 'f64'): number => Math.ceil((units * (float === 'f32' ? 4 : 8)) / 64) * 64

export function adjointFilters(layout: AdjointLayout): string {
  const { units } = layout
  const lanes = laneKinds[layout.float === 'f32' ? 'f32x4' : 'f64x2']
  const row = adjointRow(units, layout.float)
  const at = '(local.get $at)'

  /** A function that does `body` with every vector at byte `at` + `offset` of a row; `mask` where the last one is not full. */
  function over(padding: boolean, name: string, ints: string, floats: string, body: (w: LaneWriter, offset: number, mask?: Operand) => void, wrap = (loop: string) => loop): string {
    const w = new LaneWriter(lanes)
    const vectors = padding ? row / 16 : Math.ceil(units / lanes.count)
    const lines = Math.floor((padding ? vectors : Math.floor(units / lanes.count)) / 4)
    const whole = w.block()
    for (let k = 0; k < 4; k++) body(whole, 16 * k)
    const rest = w.block()
    for (let k = 4 * lines; k < vectors; k++) {
      const bits = Array.from({ length: 4 }, (_, j) => (k * lanes.count + Math.floor((j * 4) / lanes.bytes) < units ? -1 : 0))
      body(rest, 16 * (k - 4 * lines), padding || !bits.includes(0) ? undefined : w.before(`(v128.const i32x4 ${bits.join(' ')})`))
    }
    const parameters = (names: string, type: string) => names.split(' ').filter(Boolean).map((n) => `(param $${n} ${type})`).join(' ')
    return `(func (export "${name}") ${parameters(ints, 'i32')} ${parameters(floats, 'f64')} ${name === 'record' ? '(result i32)' : ''}
    (local $at i32) (local $any v128) (local $new i32) (local $old i32) (local $before i32) ${w.locals.join(' ')}
${w.prologue.join('\n')}
${wrap(`    (local.set $at (i32.const 0))
    (block $over (loop $each
      (br_if $over (i32.ge_u ${at} (i32.const ${64 * lines})))
${whole.code.join('\n')}
      (local.set $at (i32.add ${at} (i32.const 64)))
      (br $each)))
${rest.code.join('\n')}`)})`
  }
  const parameter = (w: LaneWriter, name: string) =>
    w.before(lanes.count === 4 ? `(f32x4.splat (f32.demote_f64 (local.get $${name})))` : `(f64x2.splat (local.get $${name}))`)
  const own = (address: number, offset: number) => `offset=${address + offset} ${at}`
  const given = (name: string, offset: number) => `offset=${offset} (i32.add (local.get $${name}) ${at})`
  const load = (w: LaneWriter, place: string) => w.keep(`(v128.load ${place})`)
  const store = (w: LaneWriter, place: string, value: Operand) => w.do(`(v128.store ${place} ${value})`)

  const record = over(false, 'record', 'surrogate errors', 'V_th slope a_het', (w, o, mask) => {
    const only = (x: Operand) => (mask ? w.and(x, mask) : x)
    const distance = w.abs(w.sub(load(w, own(layout.V, o)), parameter(w, 'V_th')))
    const s = w.add(w.number(1), w.mul(distance, parameter(w, 'slope')))
    store(w, given('surrogate', o), only(w.div(w.number(1), w.mul(s, s))))
    const error = only(load(w, own(layout.error, o)))
    store(w, given('errors', o), error)
    w.do(`(local.set $any (v128.or (local.get $any) ${error}))`)
    const z = load(w, own(layout.z, o))
    const z2 = w.mul(z, z)
    store(w, own(layout.z4, o), w.add(load(w, own(layout.z4, o)), w.mul(z2, z2)))
    store(w, own(layout.z, o), w.mul(z, parameter(w, 'a_het')))
  }, (loop) => `${loop}\n(v128.any_true (local.get $any))`)

  const late = (place: string) => `(i32.add (i32.const ${layout.late_e}) (i32.mul ${place} (i32.const ${row})))`
  const place = '(local.get $place)'
  const back = over(true, 'back', 'surrogate errors errorStep steps place', 'k_decay a_rise k_mem a_syn', (w, o) => {
    const [k_decay, k_mem] = [parameter(w, 'k_decay'), parameter(w, 'k_mem')]
    const kept = (k: Operand) => w.before(`(${lanes.kind}.sub ${w.number(1)} ${k})`)
    const late_p = w.add(load(w, own(layout.c, o)), w.mul(kept(k_mem), load(w, own(layout.late_p, o))))
    store(w, own(layout.Q, o), w.mul(parameter(w, 'a_syn'), w.add(w.mul(k_mem, late_p), load(w, own(layout.Q, o)))))
    store(w, own(layout.late_p, o), late_p)
    const late_f = w.add(load(w, given('errors', o)), w.mul(kept(k_decay), load(w, own(layout.late_f, o))))
    store(w, own(layout.late_f, o), late_f)
    store(w, given('new', o), w.add(w.mul(k_decay, late_f), w.mul(parameter(w, 'a_rise'), load(w, given('before', o)))))
    // without delay the old row is the new one
    store(w, own(layout.c, o), w.mul(load(w, given('old', o)), load(w, given('surrogate', o))))
  }, (loop) => `    (block $done (loop $each_tick
      (br_if $done (i32.eqz (local.get $steps)))
      (local.set $new ${late(place)})
      (local.set $before ${late(`(select (i32.const 0) (i32.add ${place} (i32.const 1)) (i32.eq ${place} (i32.const ${layout.delay})))`)})
      (local.set $place (select (i32.const ${layout.delay}) (i32.sub ${place} (i32.const 1)) (i32.eqz ${place})))
      (local.set $old ${late(place)})
${loop}
      (local.set $surrogate (i32.sub (local.get $surrogate) (i32.const ${row})))
      (local.set $errors (i32.sub (local.get $errors) (local.get $errorStep)))
      (local.set $steps (i32.sub (local.get $steps) (i32.const 1)))
      (br $each_tick)))`)

  const add = over(true, 'add', 'm', '', (w, o) => store(w, given('m', o), w.add(load(w, given('m', o)), load(w, own(layout.Q, o)))))

  const update = over(false, 'update', 'w m v', 'rho share gamma eta low high', (w, o, mask) => {
    const old = load(w, given('w', o))
    const sum = w.sub(load(w, given('m', o)), w.mul(w.mul(parameter(w, 'rho'), old), load(w, own(layout.z4, o))))
    const m = mask ? w.and(sum, mask) : sum
    const g = w.mul(m, parameter(w, 'share'))
    const v = w.larger(w.mul(parameter(w, 'gamma'), load(w, given('v', o))), w.mul(g, g))
    const step = w.mul(parameter(w, 'eta'), w.div(g, w.add(w.sqrt(v), w.number(1e-15))))
    const bounded = w.smaller(w.larger(w.add(old, step), parameter(w, 'low')), parameter(w, 'high'))
    store(w, given('m', o), m)
    store(w, given('v', o), v)
    store(w, given('w', o), mask ? w.select(mask, bounded, old) : bounded)
  })
  return `(module (import "engine" "memory" (memory ${layout.sharedMemory ? '1 65536 shared' : '1'}))
${[record, back, add, update].join('\n')})`
}
