/**
 * Full matrices of weights at work, as WebAssembly text: sums of weight times activity, and changes that are products of something
 * presynaptic and something postsynaptic. A matrix has a row a source, `columns` numbers long (the targets, padded with zeros to
 * whole vectors). Copies of a population lie one behind the other.
 *
 *   gather(x, sources, weights, columns, list) -> n        the rows whose x is not zero: entries of 16 bytes, address and value
 *   rows(list, n, columns, sum)                            sum[i] = sum over the list of value x weight: in the order of the rows
 *   dense(x, copies, sources, weights, columns, sum)       the same for several copies at once, a row of `columns` sums each
 *   copy(from, to, n)                                      n numbers
 *   dots(d, copies, n, weights, columns, sources, out, times)     out[c][j] = times x sum over i of weight[j][i] d[c][i]
 *   signs(...)                                             the same with the signs of the weights
 *   products(x, weights, n, copies, out)                   out[c][i] = weight[i] x[c][i]
 *   pad(from, n, copies, to, columns)                      rows of n numbers to rows of `columns`, padded with zeros
 *   update(a, step, b, columns, k, weights, sources, keep, list)   weight[j][i] = keep weight[j][i] + sum over k of a[k][j] b[k][i]
 *   clip(column, n, low, high)
 *   changed(x, before, n) -> 0 or 1                        whether x is not what it was; `before` becomes x
 *
 * Sums of one target run in the order of the sources, those of one source (dots) in lanes and then over the lanes; a product with zero
 * that is left out changes no bit. So it makes no difference how many copies are done at once, or which of the two forms does them.
 */
import type { Float } from './delivery.ts'

const get = (name: string) => `(local.get $${name})`
const parameters = (names: string, type: string) => names.split(' ').filter(Boolean).map((n) => `(param $${n} ${type})`).join(' ')
const locals = (names: string, type: string) => names.split(' ').filter(Boolean).map((n) => `(local $${n} ${type})`).join(' ')

/** Copies that `dense` and `dots` take together. */
const together = 4

export function gradedKernels(float: Float, sharedMemory: boolean): string {
  const bytes = float === 'f32' ? 4 : 8
  const shift = float === 'f32' ? 2 : 3
  const lanes = 16 / bytes
  const v = float === 'f32' ? 'f32x4' : 'f64x2'
  const splat = `v128.load${8 * bytes}_splat`
  const add = (a: string, b: string) => `(${v}.add ${a} ${b})`
  const mul = (a: string, b: string) => `(${v}.mul ${a} ${b})`
  const load = (at: string, offset = 0) => `(v128.load offset=${offset} ${at})`
  const plus = (a: string, b: string | number) => `(i32.add ${a} ${typeof b === 'number' ? `(i32.const ${b})` : b})`
  const step = (name: string, by: string | number) => `(local.set $${name} ${plus(get(name), by)})`
  const bytesOf = (name: string) => `(i32.shl ${get(name)} (i32.const ${shift}))`
  const loop = (label: string, until: string, body: string) => `(block $${label}_end (loop $${label}
      (br_if $${label}_end ${until})
      ${body}
      (br $${label})))`
  const over = (at: string, end: string) => `(i32.ge_u ${get(at)} ${get(end)})`

  /** Lanes of a vector, summed two by two. */
  const across = (x: string) => {
    const lane = (k: number) => `(${v}.extract_lane ${k} ${x})`
    if (lanes === 2) return `(f64.add ${lane(0)} ${lane(1)})`
    return `(f32.add (f32.add ${lane(0)} ${lane(1)}) (f32.add ${lane(2)} ${lane(3)}))`
  }

  const gather = `
  (func (export "gather") ${parameters('x sources weights columns list', 'i32')} (result i32)
    ${locals('end row at', 'i32')} (local $value ${float})
    (local.set $end ${plus(get('x'), bytesOf('sources'))})
    (local.set $row ${bytesOf('columns')})
    (local.set $at ${get('list')})
    ${loop('each', over('x', 'end'), `
      (local.set $value (${float}.load ${get('x')}))
      (if (${float}.ne ${get('value')} (${float}.const 0)) (then
        (i32.store ${get('at')} ${get('weights')})
        (${float}.store offset=8 ${get('at')} ${get('value')})
        ${step('at', 16)}))
      ${step('x', bytes)} ${step('weights', get('row'))}`)}
    (i32.shr_u (i32.sub ${get('at')} ${get('list')}) (i32.const 4)))`

  const rowPass = (k: number) => `
      ${Array.from({ length: k }, (_, i) => `(local.set $p${i} (i32.load offset=${16 * i} ${get('list')})) (local.set $w${i} (${splat} offset=${16 * i + 8} ${get('list')}))`).join('\n      ')}
      (local.set $at (i32.const 0))
      ${loop(`vector${k}`, over('at', 'width'), `
        (v128.store ${plus(get('sum'), get('at'))}
          ${Array.from({ length: k }, (_, i) => i).reduce((sum, i) => add(sum, mul(get(`w${i}`), load(plus(get(`p${i}`), get('at'))))), load(plus(get('sum'), get('at'))))})
        ${step('at', 16)}`)}
      ${step('list', 16 * k)}`
  const rows = `
  (func (export "rows") ${parameters('list n columns sum', 'i32')}
    ${locals('end most width at p0 p1 p2 p3', 'i32')} ${locals('w0 w1 w2 w3', 'v128')}
    (local.set $width ${bytesOf('columns')})
    (memory.fill ${get('sum')} (i32.const 0) ${get('width')})
    (local.set $end ${plus(get('list'), '(i32.shl (local.get $n) (i32.const 4))')})
    (local.set $most ${plus(get('list'), '(i32.shl (i32.and (local.get $n) (i32.const -4)) (i32.const 4))')})
    ${loop('four', over('list', 'most'), rowPass(4))}
    ${loop('one', over('list', 'end'), rowPass(1))})`

  const copy = `
  (func (export "copy") ${parameters('from to n', 'i32')} (memory.copy ${get('to')} ${get('from')} ${bytesOf('n')}))`

  // a block of two vectors of targets for `count` copies: all sums stay in registers
  const denseBlock = (count: number, vectors: number) => {
    const sum = (c: number, k: number) => `s${c}${k}`
    const each = <T>(f: (c: number, k: number) => T) => Array.from({ length: count }, (_, c) => Array.from({ length: vectors }, (_, k) => f(c, k))).flat()
    return `
      ${each((c, k) => `(local.set $${sum(c, k)} (v128.const i64x2 0 0))`).join(' ')}
      (local.set $q ${plus(get('weights'), get('at'))})
      (local.set $p ${get('x')})
      (local.set $end ${plus(get('x'), bytesOf('sources'))})
      ${loop(`source${count}${vectors}`, over('p', 'end'), `
        ${Array.from({ length: vectors }, (_, k) => `(local.set $w${k} ${load(get('q'), 16 * k)})`).join(' ')}
        ${Array.from({ length: count }, (_, c) => `(local.set $a (${splat} ${c === 0 ? get('p') : plus(get('p'), get(`x${c}`))}))
        ${Array.from({ length: vectors }, (_, k) => `(local.set $${sum(c, k)} ${add(get(sum(c, k)), mul(get('a'), get(`w${k}`)))})`).join(' ')}`).join('\n        ')}
        ${step('p', bytes)} ${step('q', get('row'))}`)}
      ${each((c, k) => `(v128.store offset=${16 * k} ${plus(get('sum'), get('at'))} ${get(sum(c, k))})${k === vectors - 1 ? ` ${step('sum', get('row'))}` : ''}`).join(' ')}
      (local.set $sum (i32.sub ${get('sum')} (i32.mul (i32.const ${count}) ${get('row')})))`
  }
  const densePass = (count: number) => `
      (local.set $at (i32.const 0))
      ${loop(`pair${count}`, `(i32.gt_u ${plus(get('at'), 32)} ${get('row')})`, `${denseBlock(count, 2)} ${step('at', 32)}`)}
      (if (i32.lt_u ${get('at')} ${get('row')}) (then ${denseBlock(count, 1)}))`
  const dense = `
  (func (export "dense") ${parameters('x copies sources weights columns sum', 'i32')}
    ${locals('row width at p q end x1 x2 x3', 'i32')} ${locals('a w0 w1 s00 s01 s10 s11 s20 s21 s30 s31', 'v128')}
    (local.set $row ${bytesOf('columns')})
    (local.set $width ${bytesOf('sources')})
    (local.set $x1 ${get('width')})
    (local.set $x2 ${plus(get('x1'), get('width'))})
    (local.set $x3 ${plus(get('x2'), get('width'))})
    ${loop('many', `(i32.lt_u ${get('copies')} (i32.const ${together}))`, `${densePass(together)}
      (local.set $copies (i32.sub ${get('copies')} (i32.const ${together})))
      (local.set $x ${plus(get('x'), `(i32.mul ${get('width')} (i32.const ${together}))`)})
      (local.set $sum ${plus(get('sum'), `(i32.mul ${get('row')} (i32.const ${together}))`)})`)}
    ${loop('rest', `(i32.eqz ${get('copies')})`, `${densePass(1)}
      (local.set $copies (i32.sub ${get('copies')} (i32.const 1)))
      ${step('x', get('width'))} ${step('sum', get('row'))}`)})`

  const sign = (x: string) => `(${v}.sub (v128.and (${v}.gt ${x} ${get('zero')}) ${get('one')}) (v128.and (${v}.lt ${x} ${get('zero')}) ${get('one')}))`
  const dotsPass = (name: string, count: number, signed: boolean) => `
      (local.set $q ${get('weights')})
      (local.set $o ${get('out')})
      (local.set $last ${plus(get('weights'), `(i32.mul ${get('sources')} ${get('row')})`)})
      ${loop(`${name}${count}`, over('q', 'last'), `
        ${Array.from({ length: count }, (_, c) => `(local.set $s${c} (v128.const i64x2 0 0))`).join(' ')}
        (local.set $p ${get('d')})
        (local.set $end ${plus(get('q'), get('row'))})
        ${loop(`vector${count}`, over('q', 'end'), `
          (local.set $w ${load(get('q'))})
          ${signed ? `(local.set $w ${sign(get('w'))})` : ''}
          ${Array.from({ length: count }, (_, c) => `(local.set $s${c} ${add(get(`s${c}`), mul(get('w'), load(c === 0 ? get('p') : plus(get('p'), get(`d${c}`)))))})`).join(' ')}
          ${step('p', 16)} ${step('q', 16)}`)}
        ${Array.from({ length: count }, (_, c) => `(${float}.store ${c === 0 ? get('o') : plus(get('o'), get(`o${c}`))} (${float}.mul ${get('scale')} ${across(get(`s${c}`))}))`).join(' ')}
        ${step('o', bytes)}`)}`
  const dots = (name: string, signed: boolean) => `
  (func (export "${name}") ${parameters('d copies n weights columns sources out', 'i32')} (param $times f64)
    ${locals('row width high p q o end last d1 d2 d3 o1 o2 o3', 'i32')} ${locals('w s0 s1 s2 s3 zero one', 'v128')} (local $scale ${float})
    (local.set $scale ${float === 'f32' ? '(f32.demote_f64 (local.get $times))' : get('times')})
    (local.set $one (${v}.splat (${float}.const 1)))
    (local.set $row ${bytesOf('columns')})
    (local.set $width ${bytesOf('n')})
    (local.set $high ${bytesOf('sources')})
    (local.set $d1 ${get('width')}) (local.set $d2 ${plus(get('d1'), get('width'))}) (local.set $d3 ${plus(get('d2'), get('width'))})
    (local.set $o1 ${get('high')}) (local.set $o2 ${plus(get('o1'), get('high'))}) (local.set $o3 ${plus(get('o2'), get('high'))})
    ${loop('many', `(i32.lt_u ${get('copies')} (i32.const ${together}))`, `${dotsPass('row', together, signed)}
      (local.set $copies (i32.sub ${get('copies')} (i32.const ${together})))
      ${step('d', `(i32.mul ${get('width')} (i32.const ${together}))`)} ${step('out', `(i32.mul ${get('high')} (i32.const ${together}))`)}`)}
    ${loop('rest', `(i32.eqz ${get('copies')})`, `${dotsPass('row', 1, signed)}
      (local.set $copies (i32.sub ${get('copies')} (i32.const 1)))
      ${step('d', get('width'))} ${step('out', get('high'))}`)})`

  const products = `
  (func (export "products") ${parameters('x weights n copies out', 'i32')}
    ${locals('q end', 'i32')}
    ${loop('each', `(i32.eqz ${get('copies')})`, `
      (local.set $q ${get('weights')})
      (local.set $end ${plus(get('weights'), bytesOf('n'))})
      ${loop('unit', over('q', 'end'), `
        (${float}.store ${get('out')} (${float}.mul (${float}.load ${get('x')}) (${float}.load ${get('q')})))
        ${step('x', bytes)} ${step('q', bytes)} ${step('out', bytes)}`)}
      (local.set $copies (i32.sub ${get('copies')} (i32.const 1)))`)})`

  const pad = `
  (func (export "pad") ${parameters('from n copies to columns', 'i32')}
    ${locals('width row', 'i32')}
    (local.set $width ${bytesOf('n')})
    (local.set $row ${bytesOf('columns')})
    ${loop('each', `(i32.eqz ${get('copies')})`, `
      (memory.copy ${get('to')} ${get('from')} ${get('width')})
      (memory.fill ${plus(get('to'), get('width'))} (i32.const 0) (i32.sub ${get('row')} ${get('width')}))
      ${step('from', get('width'))} ${step('to', get('row'))}
      (local.set $copies (i32.sub ${get('copies')} (i32.const 1)))`)})`

  // four vectors of a row at a time stay in registers while all products are added
  const updateBlock = (vectors: number) => `
          ${Array.from({ length: vectors }, (_, k) => `(local.set $w${k} ${mul(load(get('q'), 16 * k), get('kept'))})`).join(' ')}
          (local.set $p ${get('list')})
          ${loop(`pair${vectors}`, over('p', 'stop'), `
            (local.set $factor (${splat} offset=8 ${get('p')}))
            (local.set $o ${plus('(i32.load (local.get $p))', get('at'))})
            ${Array.from({ length: vectors }, (_, k) => `(local.set $w${k} ${add(get(`w${k}`), mul(get('factor'), load(get('o'), 16 * k)))})`).join(' ')}
            ${step('p', 16)}`)}
          ${Array.from({ length: vectors }, (_, k) => `(v128.store offset=${16 * k} ${get('q')} ${get(`w${k}`)})`).join(' ')}
          ${step('q', 16 * vectors)} ${step('at', 16 * vectors)}`
  const update = `
  (func (export "update") ${parameters('a step b columns k weights sources', 'i32')} (param $keep f64) (param $list i32)
    ${locals('row width last stop p q o at n from', 'i32')} ${locals('factor kept w0 w1 w2 w3', 'v128')} (local $value ${float}) (local $j i32)
    (local.set $kept (${v}.splat ${float === 'f32' ? '(f32.demote_f64 (local.get $keep))' : get('keep')}))
    (local.set $row ${bytesOf('columns')})
    (local.set $width ${bytesOf('step')})
    ${loop('source', `(i32.ge_u ${get('j')} ${get('sources')})`, `
      (local.set $stop ${get('list')})
      (local.set $n (i32.const 0))
      (local.set $from ${plus(get('a'), bytesOf('j'))})
      ${loop('factor', `(i32.ge_u ${get('n')} ${get('k')})`, `
        (local.set $value (${float}.load ${get('from')}))
        (if (${float}.ne ${get('value')} (${float}.const 0)) (then
          (i32.store ${get('stop')} ${plus(get('b'), `(i32.mul ${get('n')} ${get('row')})`)})
          (${float}.store offset=8 ${get('stop')} ${get('value')})
          ${step('stop', 16)}))
        ${step('from', get('width'))} ${step('n', 1)}`)}
      (if (i32.or (i32.ne ${get('stop')} ${get('list')}) (f64.ne ${get('keep')} (f64.const 1))) (then
        (local.set $q ${plus(get('weights'), `(i32.mul ${get('j')} ${get('row')})`)})
        (local.set $at (i32.const 0))
        ${loop('wide', `(i32.gt_u ${plus(get('at'), 64)} ${get('row')})`, updateBlock(4))}
        ${loop('narrow', over('at', 'row'), updateBlock(1))}))
      ${step('j', 1)}`)})`

  const clip = `
  (func (export "clip") ${parameters('p n', 'i32')} ${parameters('low high', 'f64')}
    (local $end i32) ${locals('least most', 'v128')}
    (local.set $least (${v}.splat ${float === 'f32' ? '(f32.demote_f64 (local.get $low))' : get('low')}))
    (local.set $most (${v}.splat ${float === 'f32' ? '(f32.demote_f64 (local.get $high))' : get('high')}))
    (local.set $end ${plus(get('p'), bytesOf('n'))})
    ${loop('each', over('p', 'end'), `
      (v128.store ${get('p')} (${v}.pmax (${v}.pmin ${load(get('p'))} ${get('most')}) ${get('least')}))
      ${step('p', 16)}`)})`

  const changed = `
  (func (export "changed") ${parameters('p q n', 'i32')} (result i32)
    (local $end i32) (local $any v128)
    (local.set $end ${plus(get('p'), bytesOf('n'))})
    ${loop('each', over('p', 'end'), `
      (local.set $any (v128.or ${get('any')} (v128.xor ${load(get('p'))} ${load(get('q'))})))
      (v128.store ${get('q')} ${load(get('p'))})
      ${step('p', 16)} ${step('q', 16)}`)}
    (v128.any_true ${get('any')}))`

  return `(module
  (import "engine" "memory" (memory ${sharedMemory ? '1 65536 shared' : '1'}))
${[gather, rows, copy, dense, dots('dots', false), dots('signs', true), products, pad, update, clip, changed].join('\n')}
)`
}

export interface GradedKernels {
  gather(x: number, sources: number, weights: number, columns: number, list: number): number
  rows(list: number, n: number, columns: number, sum: number): void
  copy(from: number, to: number, n: number): void
  dense(x: number, copies: number, sources: number, weights: number, columns: number, sum: number): void
  dots(d: number, copies: number, n: number, weights: number, columns: number, sources: number, out: number, times: number): void
  signs(d: number, copies: number, n: number, weights: number, columns: number, sources: number, out: number, times: number): void
  products(x: number, weights: number, n: number, copies: number, out: number): void
  pad(from: number, n: number, copies: number, to: number, columns: number): void
  update(a: number, step: number, b: number, columns: number, k: number, weights: number, sources: number, keep: number, list: number): void
  clip(column: number, n: number, low: number, high: number): void
  changed(x: number, before: number, n: number): number
}
