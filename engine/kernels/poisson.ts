/**
 * Independent Poisson input, one number a unit and tick, as WebAssembly text.
 *
 *   draw(tick, ticks, low, high)     input[tick][unit] += weight x k,  k ~ Poisson(lambda)
 *
 * A number is how many entries of the table floor(2^32 F_k) are not above a random word (inversion, exact to 2^-32).
 * Sixteen units take the four words of four Philox blocks: counter (4 floor(unit / 16) + unit mod 4, tick, 0, 0), word
 * floor(unit / 4) mod 4. Most numbers are small, so the upper part of the table is looked at only where a lane needs it.
 */
import { LaneWriter, laneKinds, literal, type Operand } from '../equations/lanes.ts'
import { philox } from '../equations/lane-functions.ts'

export interface PoissonLayout {
  /** floor(2^32 F_k) */
  table: Uint32Array
  weight: number
  key: readonly [number, number]
  /** Address of the input of the first tick of the window, and the distance to the next tick's. */
  input: number
  stride: number
  float: 'f32' | 'f64'
  sharedMemory: boolean
}

export function poissonKernel({ table, weight, key, input, stride, float, sharedMemory }: PoissonLayout): string {
  const w = new LaneWriter(laneKinds.f32x4)
  const bytes = float === 'f32' ? 4 : 8
  const roundKeys = Array.from({ length: 20 }, (_, k) => {
    const word = (key[k % 2] + Math.imul(k % 2 ? 0xbb67ae85 : 0x9e3779b9, Math.floor(k / 2))) | 0
    return w.before(`(v128.const i32x4 ${word} ${word} ${word} ${word})`, 'v128')
  })
  // unsigned comparison as signed: both sides have their top bit flipped
  // entries of zero are below every word: they only count (a comparison with -1 would wrap)
  const always = table.reduce((n, t) => n + (t === 0 ? 1 : 0), 0)
  const biased = [...table.subarray(always)].map((t) => (t - 1 - 0x80000000) | 0)
  const splat = (n: number) => w.before(`(v128.const i32x4 ${n} ${n} ${n} ${n})`, 'v128')
  const common = Math.max(1, table.findIndex((t) => t >= 0.998 * 2 ** 32) + 1 - always)
  const first = w.keep(`(i32x4.add (i32x4.splat (i32.shr_u (local.get $i) (i32.const 2))) ${w.before('(v128.const i32x4 0 1 2 3)', 'v128')})`, 'v128')
  const words = philox(w, [first, w.keep('(i32x4.splat (local.get $now))', 'v128'), splat(0), splat(0)], roundKeys)
  const counts = words.map((word) => {
    const u = w.keep(`(v128.xor ${word} ${splat(0x80000000 | 0)})`, 'v128')
    let count: Operand | undefined = always > 0 ? splat(always) : undefined
    for (const t of biased.slice(0, common)) {
      const above = w.keep(`(i32x4.gt_s ${u} ${splat(t)})`, 'v128')
      count = count === undefined ? w.keep(`(i32x4.neg ${above})`, 'v128') : w.keep(`(i32x4.sub ${count} ${above})`, 'v128')
    }
    return { u, count: count ?? splat(0) }
  })
  if (biased.length > common) {
    // a lane that is above all common entries may go further
    const all = splat(always + common)
    const any = counts.map((c) => w.keep(`(i32x4.eq ${c.count} ${all})`, 'v128')).reduce((a, b) => w.keep(`(v128.or ${a} ${b})`, 'v128'))
    const block = w.block()
    const assigned = counts.map(({ u, count }) => {
      let more = count
      for (const t of biased.slice(common)) more = block.keep(`(i32x4.sub ${more} (i32x4.gt_s ${u} ${splat(t)}))`, 'v128')
      return more
    })
    const results = counts.map(({ count }) => {
      const id = w.local('v128')
      w.do(`(local.set ${id} ${count})`)
      return id
    })
    assigned.forEach((more, k) => {
      block.do(`(local.set ${results[k]} ${more})`)
    })
    w.do(`(if (v128.any_true ${any}) (then\n${block.code.join('\n')}))`)
    results.forEach((id, k) => void (counts[k].count = `(local.get ${id})`))
  }
  counts.forEach(({ count }, k) => {
    if (float === 'f32') {
      const at = `offset=${input + 16 * k} (local.get $at)`
      w.do(`(v128.store ${at} (f32x4.add (v128.load ${at}) (f32x4.mul (f32x4.convert_i32x4_s ${count}) ${w.number(weight)})))`)
    } else {
      const splat64 = w.before(`(v128.const f64x2 ${literal(weight)} ${literal(weight)})`)
      for (const half of [0, 1]) {
        const at = `offset=${input + 32 * k + 16 * half} (local.get $at)`
        const two = half === 0 ? count : `(i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 ${count} ${count})`
        w.do(`(v128.store ${at} (f64x2.add (v128.load ${at}) (f64x2.mul (f64x2.convert_low_i32x4_s ${two}) ${splat64})))`)
      }
    }
  })
  return `(module
  (import "engine" "memory" (memory ${sharedMemory ? '1 65536 shared' : '1'}))
  (func (export "draw") (param $tick i32) (param $ticks i32) (param $low i32) (param $high i32)
    (local $now i32) (local $end i32) (local $i i32) (local $at i32) (local $slot i32)
    ${w.locals.join(' ')}
${w.prologue.join('\n')}
    (local.set $now (local.get $tick))
    (local.set $end (i32.add (local.get $tick) (local.get $ticks)))
    (block $over (loop $each_tick
      (br_if $over (i32.ge_s (local.get $now) (local.get $end)))
      (local.set $i (local.get $low))
      (local.set $at (i32.add (local.get $slot) (i32.shl (local.get $low) (i32.const ${bytes === 4 ? 2 : 3}))))
      (block $all (loop $each
        (br_if $all (i32.ge_u (local.get $i) (local.get $high)))
${w.code.join('\n')}
        (local.set $i (i32.add (local.get $i) (i32.const 16)))
        (local.set $at (i32.add (local.get $at) (i32.const ${16 * bytes})))
        (br $each)))
      (local.set $now (i32.add (local.get $now) (i32.const 1)))
      (local.set $slot (i32.add (local.get $slot) (i32.const ${stride})))
      (br $each_tick))))
)`
}

export interface PoissonKernel {
  draw(tick: number, ticks: number, low: number, high: number): void
}
