/**
 * Adding spikes to the input of their targets, as WebAssembly text. This is where large networks spend their time: about
 * one nanosecond an event while the targets stay in the nearest caches and the rows stream. So a target takes 16 bits (in
 * large populations the gap to the target before it), and a weight is kept only where weights differ.
 *
 *   constant_FORM(entries, count, starts, targets, input)             input[target] += scale
 *   weighted_FORM(entries, count, starts, targets, weights, input)    input[target] += scale x weight
 *   dense(entries, count, weights, columns, input)                    the same for a full matrix, rows of `columns` numbers
 *
 *   transposed(entries, count, weights, columns, rows, input)       the same for a column of the matrix: its weight in each of `rows` rows
 *
 * An entry is 16 bytes: source (i32), byte offset of the tick's input (i32), scale (f64). Entries come in canonical order,
 * and so do the additions to every target, whatever the partitions.
 */
export type Float = 'f32' | 'f64'

const unrolled = 8

/** How a target is written in a row. */
export type TargetForm = 'absolute16' | 'gaps16' | 'absolute32'

interface Index {
  load: 'i32.load16_u' | 'i32.load'
  width: 2 | 4
  /** Each target is counted from the one before it. */
  gaps: boolean
}

const indices: Record<TargetForm, Index> = {
  absolute16: { load: 'i32.load16_u', width: 2, gaps: false },
  gaps16: { load: 'i32.load16_u', width: 2, gaps: true },
  absolute32: { load: 'i32.load', width: 4, gaps: false },
}

export function deliveryKernels(float: Float, sharedMemory: boolean): string {
  const bytes = float === 'f32' ? 4 : 8
  const shift = float === 'f32' ? 2 : 3
  const scale = float === 'f32' ? '(f32.demote_f64 (f64.load offset=8 (local.get $entry)))' : '(f64.load offset=8 (local.get $entry))'
  const vector = float === 'f32' ? 'f32x4' : 'f64x2'

  // target k of the eight that follow $p; absolute addresses are independent, so the loads overlap
  const add = (k: number, value: string, { load, width, gaps }: Index) => `
        (local.set $t (i32.add (local.get ${gaps ? '$t' : '$in'}) (i32.shl (${load} offset=${k * width} (local.get $p)) (i32.const ${shift}))))
        (${float}.store (local.get $t) (${float}.add (${float}.load (local.get $t)) ${value}))`

  const row = (name: string, index: Index, weighted: boolean) => {
    const { width } = index
    const value = (k: number) => (weighted ? `(${float}.mul (local.get $w) (${float}.load offset=${k * bytes} (local.get $q)))` : '(local.get $w)')
    const onward = (n: number) => `
        (local.set $p (i32.add (local.get $p) (i32.const ${n * width})))
        ${weighted ? `(local.set $q (i32.add (local.get $q) (i32.const ${n * bytes})))` : ''}`
    return `
  (func (export "${name}") (param $entry i32) (param $count i32) (param $starts i32) (param $targets i32) ${weighted ? '(param $weights i32)' : ''} (param $input i32)
    (local $last i32) (local $p i32) (local $q i32) (local $end i32) (local $in i32) (local $t i32) (local $w ${float}) (local $at i32)
    (local.set $last (i32.add (local.get $entry) (i32.shl (local.get $count) (i32.const 4))))
    (block $done (loop $entries
      (br_if $done (i32.ge_u (local.get $entry) (local.get $last)))
      (local.set $at (i32.add (local.get $starts) (i32.shl (i32.load (local.get $entry)) (i32.const 2))))
      (local.set $in (i32.add (local.get $input) (i32.load offset=4 (local.get $entry))))
      (local.set $w ${scale})
      ${index.gaps ? '(local.set $t (local.get $in))' : ''}
      (local.set $p (i32.add (local.get $targets) (i32.mul (i32.load (local.get $at)) (i32.const ${width}))))
      (local.set $end (i32.add (local.get $targets) (i32.mul (i32.load offset=4 (local.get $at)) (i32.const ${width}))))
      ${weighted ? `(local.set $q (i32.add (local.get $weights) (i32.mul (i32.load (local.get $at)) (i32.const ${bytes}))))` : ''}
      (block $rest (loop $many
        (br_if $rest (i32.gt_u (i32.add (local.get $p) (i32.const ${unrolled * width})) (local.get $end)))
        ${Array.from({ length: unrolled }, (_, k) => add(k, value(k), index)).join('')}
        ${onward(unrolled)}
        (br $many)))
      (block $finished (loop $one
        (br_if $finished (i32.ge_u (local.get $p) (local.get $end)))
        ${add(0, value(0), index)}
        ${onward(1)}
        (br $one)))
      (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
      (br $entries))))`
  }

  return `(module
  (import "engine" "memory" (memory ${sharedMemory ? '1 65536 shared' : '1'}))
${Object.entries(indices).map(([form, index]) => row(`constant_${form}`, index, false) + row(`weighted_${form}`, index, true)).join('')}
  (func (export "dense") (param $entry i32) (param $count i32) (param $weights i32) (param $columns i32) (param $input i32)
    (local $last i32) (local $q i32) (local $in i32) (local $end i32) (local $w v128)
    (local $at i32) (local $width i32) ${[0, 1, 2, 3].map((k) => `(local $q${k} i32) (local $w${k} v128)`).join(' ')}
    (local.set $last (i32.add (local.get $entry) (i32.shl (local.get $count) (i32.const 4))))
    (local.set $width (i32.mul (local.get $columns) (i32.const ${bytes})))
    (block $done (loop $entries
      (br_if $done (i32.ge_u (local.get $entry) (local.get $last)))
      (local.set $in (i32.add (local.get $input) (i32.load offset=4 (local.get $entry))))
      ;; four rows that arrive at the same tick go together: a sum is read and written once for all of them, in the same order
      (block $single
      (br_if $single (i32.gt_u (i32.add (local.get $entry) (i32.const 64)) (local.get $last)))
      (br_if $single (i32.ne (i32.load offset=4 (local.get $entry)) (i32.load offset=52 (local.get $entry))))
      ${[0, 1, 2, 3].map((k) => `(local.set $q${k} (i32.add (local.get $weights) (i32.mul (i32.load offset=${16 * k} (local.get $entry)) (local.get $width))))
      (local.set $w${k} (${vector}.splat ${scale.replace('offset=8', `offset=${16 * k + 8}`)}))`).join('\n      ')}
      (local.set $at (i32.const 0))
      (block $wide_end (loop $wide
        (br_if $wide_end (i32.ge_u (local.get $at) (local.get $width)))
        (v128.store (i32.add (local.get $in) (local.get $at))
          ${[0, 1, 2, 3].reduce((sum, k) => `(${vector}.add ${sum} (${vector}.mul (local.get $w${k}) (v128.load (i32.add (local.get $q${k}) (local.get $at)))))`, '(v128.load (i32.add (local.get $in) (local.get $at)))')})
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $wide)))
      (local.set $entry (i32.add (local.get $entry) (i32.const 64)))
      (br $entries))
      (local.set $q (i32.add (local.get $weights) (i32.mul (i32.load (local.get $entry)) (i32.mul (local.get $columns) (i32.const ${bytes})))))
      (local.set $end (i32.add (local.get $q) (i32.mul (local.get $columns) (i32.const ${bytes}))))
      (local.set $w (${vector}.splat ${scale}))
      (block $rest (loop $many
        (br_if $rest (i32.ge_u (local.get $q) (local.get $end)))
        (v128.store (local.get $in) (${vector}.add (v128.load (local.get $in)) (${vector}.mul (local.get $w) (v128.load (local.get $q)))))
        (local.set $in (i32.add (local.get $in) (i32.const 16)))
        (local.set $q (i32.add (local.get $q) (i32.const 16)))
        (br $many)))
      (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
      (br $entries))))

  (func (export "transposed") (param $entry i32) (param $count i32) (param $weights i32) (param $columns i32) (param $rows i32) (param $input i32)
    (local $last i32) (local $q i32) (local $in i32) (local $end i32) (local $w ${float}) (local $stride i32)
    (local.set $last (i32.add (local.get $entry) (i32.shl (local.get $count) (i32.const 4))))
    (local.set $stride (i32.mul (local.get $columns) (i32.const ${bytes})))
    (block $done (loop $entries
      (br_if $done (i32.ge_u (local.get $entry) (local.get $last)))
      (local.set $in (i32.add (local.get $input) (i32.load offset=4 (local.get $entry))))
      (local.set $q (i32.add (local.get $weights) (i32.mul (i32.load (local.get $entry)) (i32.const ${bytes}))))
      (local.set $end (i32.add (local.get $q) (i32.mul (local.get $rows) (local.get $stride))))
      (local.set $w ${scale})
      (block $rest (loop $many
        (br_if $rest (i32.ge_u (local.get $q) (local.get $end)))
        (${float}.store (local.get $in) (${float}.add (${float}.load (local.get $in)) (${float}.mul (local.get $w) (${float}.load (local.get $q)))))
        (local.set $in (i32.add (local.get $in) (i32.const ${bytes})))
        (local.set $q (i32.add (local.get $q) (local.get $stride)))
        (br $many)))
      (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
      (br $entries))))

  ;; settle(column, count, tiny): numbers smaller than tiny become zero, NaN stays; returns 1 if every number is finite
  (func (export "settle") (param $p i32) (param $count i32) (param $tiny ${float}) (result i32)
    (local $end i32) (local $x v128) (local $limit v128) (local $fine v128)
    (local.set $end (i32.add (local.get $p) (i32.mul (local.get $count) (i32.const ${bytes}))))
    (local.set $limit (${vector}.splat (local.get $tiny)))
    (local.set $fine (v128.const i64x2 -1 -1))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
      (local.set $x (v128.load (local.get $p)))
      (local.set $fine (v128.and (local.get $fine) (${vector}.eq (${vector}.sub (local.get $x) (local.get $x)) (v128.const i64x2 0 0))))
      (v128.store (local.get $p) (v128.andnot (local.get $x) (${vector}.lt (${vector}.abs (local.get $x)) (local.get $limit))))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (br $next)))
    (${float === 'f32' ? 'i32x4' : 'i64x2'}.all_true (local.get $fine)))
)`
}

type Constant = (entries: number, count: number, starts: number, targets: number, input: number) => void
type Weighted = (entries: number, count: number, starts: number, targets: number, weights: number, input: number) => void

export type DeliveryKernels = { [F in TargetForm as `constant_${F}`]: Constant } & { [F in TargetForm as `weighted_${F}`]: Weighted } & {
  dense(entries: number, count: number, weights: number, columns: number, input: number): void
  transposed(entries: number, count: number, weights: number, columns: number, rows: number, input: number): void
  settle(column: number, count: number, tiny: number): number
}
