/**
 * Quantities with units. Inside the engine everything is in ms, mV, pA, pF, nS and spikes per ms; these are coherent
 * (pA = nS mV, pF mV / ms = pA), so a dimension is three exponents: time, voltage, current.
 */
import { InputError, unknown } from './errors.ts'

/** Exponents of (time, voltage, current). */
export type Dimension = readonly [time: number, voltage: number, current: number]

export interface Quantity {
  /** In the engine's units. */
  value: number
  dimension: Dimension
}

export const none: Dimension = [0, 0, 0]

const bases: Record<string, [factor: number, dimension: Dimension]> = {
  s: [1e3, [1, 0, 0]],
  V: [1e3, [0, 1, 0]],
  A: [1e12, [0, 0, 1]],
  Hz: [1e-3, [-1, 0, 0]],
  F: [1e12, [1, -1, 1]],
  S: [1e9, [0, -1, 1]],
  ohm: [1e-9, [0, 1, -1]],
}
const prefixes: Record<string, number> = { '': 0, k: 3, M: 6, G: 9, m: -3, u: -6, n: -9, p: -12, f: -15 }

/** Every unit by its name: ms, mV, pA, kHz, Mohm, ... Factors are exact powers of ten where the prefix allows. */
export const units: ReadonlyMap<string, Quantity> = new Map(
  Object.entries(bases).flatMap(([base, [factor, dimension]]) =>
    Object.entries(prefixes).map(([prefix, power]): [string, Quantity] => {
      const exponent = Math.round(Math.log10(factor)) + power
      return [prefix + base, { value: Number(`1e${exponent}`), dimension }]
    }),
  ),
)

export function multiply(a: Dimension, b: Dimension): Dimension {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}
export function divide(a: Dimension, b: Dimension): Dimension {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
export function power(a: Dimension, n: number): Dimension {
  return [a[0] * n, a[1] * n, a[2] * n]
}
export function same(a: Dimension, b: Dimension): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2]
}

const named: [string, Dimension][] = [
  ['a plain number', none],
  ['ms', [1, 0, 0]],
  ['mV', [0, 1, 0]],
  ['pA', [0, 0, 1]],
  ['Hz', [-1, 0, 0]],
  ['pF', [1, -1, 1]],
  ['nS', [0, -1, 1]],
  ['Gohm', [0, 1, -1]],
  ['mV/ms', [-1, 1, 0]],
  ['pA/ms', [-1, 0, 1]],
]

/** A dimension in words a modeller uses: `mV`, `pA/ms`, `ms^2 mV`. */
export function dimensionName(d: Dimension): string {
  for (const [name, known] of named) if (same(d, known)) return name
  const parts = ['ms', 'mV', 'pA'].map((unit, i) => (d[i] === 0 ? '' : d[i] === 1 ? unit : `${unit}^${d[i]}`))
  return parts.filter(Boolean).join(' ')
}

/** A number as a person would write it in the unit the dimension is usually given in. */
export function format(value: number, dimension: Dimension): string {
  if (same(dimension, [-1, 0, 0])) return `${trim(value * 1000)} Hz`
  const name = dimensionName(dimension)
  return dimension === none || same(dimension, none) ? trim(value) : `${trim(value)} ${name}`
}
function trim(value: number): string {
  return String(Number(value.toPrecision(12)))
}

const largestExponent = 9

/** Units that mean something in one place only, such as `weight` in a learning rule. */
export type OwnUnits = ReadonlyMap<string, Quantity>

/** Parse a unit such as `mV`, `mV/ms`, `pA*ms`, `nS/mV^2`, `1`. Throws `InputError` on a unit nobody knows. */
export function parseUnit(text: string, own?: OwnUnits): Quantity {
  let value = 1
  let dimension = none
  let sign = 1
  const tokens = text.trim().match(/[A-Za-z]+(?:\^-?\d+)?|\d+|[*/ ]+|./g) ?? []
  for (const token of tokens) {
    if (/^[* ]+$/.test(token)) continue
    if (/^ *\/ *$/.test(token)) {
      sign = -1
      continue
    }
    if (token === '1') continue
    const [name, exponent = '1'] = token.split('^')
    const unit = own?.get(name) ?? units.get(name)
    if (!unit) throw new InputError(unknown('unit', name, [...(own?.keys() ?? []), 'ms', 's', 'mV', 'pA', 'nA', 'pF', 'nS', 'Hz', 'kHz', 'Mohm']))
    const n = sign * Number(exponent)
    if (Math.abs(n) > largestExponent) throw new InputError(`found the unit "${token}"; exponents up to ${largestExponent} are accepted`)
    for (let k = 0; k < Math.abs(n); k++) value = n < 0 ? value / unit.value : value * unit.value
    dimension = multiply(dimension, power(unit.dimension, n))
    sign = 1
  }
  return { value, dimension }
}

/** Parse `20 ms`, `-65 mV`, `0.5`, `3 %`. A bare number has no dimension. Throws `InputError`. */
export function parseQuantity(text: string | number, own?: OwnUnits): Quantity {
  if (typeof text === 'number') {
    if (!Number.isFinite(text)) throw new InputError(`found ${text}; a finite number is needed`)
    return { value: text, dimension: none }
  }
  const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/.exec(text)
  if (!match) throw new InputError(`found "${text}"; a number with a unit is needed, such as "20 ms"`)
  const [, digits, rest] = match
  if (rest.trim() === '') return { value: Number(digits), dimension: none }
  if (rest.trim() === '%') return { value: scaleDecimal(digits, -2), dimension: none }
  const unit = parseUnit(rest, own)
  const exponent = Math.round(Math.log10(unit.value))
  const value = Number(`1e${exponent}`) === unit.value ? scaleDecimal(digits, exponent) : Number(digits) * unit.value
  if (!Number.isFinite(value)) throw new InputError(`found "${text}"; a finite number is needed`)
  return { value, dimension: unit.dimension }
}

/** digits x 10^exponent, rounded once: "0.1 s" is exactly the double nearest to 100. */
function scaleDecimal(digits: string, exponent: number): number {
  const [mantissa, e = '0'] = digits.toLowerCase().split('e')
  return Number(`${mantissa}e${Number(e) + exponent}`)
}

/** Parse a quantity that must have `dimension`; otherwise an `InputError` names both. */
export function quantityIn(text: string | number, dimension: Dimension, own?: OwnUnits): number {
  const q = parseQuantity(text, own)
  if (same(q.dimension, dimension)) return q.value
  if (same(q.dimension, none) && q.value === 0) return 0
  throw new InputError(`found ${JSON.stringify(text)}, which is ${dimensionName(q.dimension)}; ${dimensionName(dimension)} is needed`)
}
