/**
 * The tree of an equation as LaTeX, as a paper would set it: fractions, roots, powers, Greek letters, subscripts, and no more
 * parentheses than the meaning needs. `delayed(x, d)` is x(t - d), a map is x(t + dt), a statement is an arrow to the left.
 */
import { format, none, same } from '../units.ts'
import { type Assignment, binary, type Differential, type Expression, isNumber, mentions, type Named } from './tree.ts'

const greek = new Set(
  ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa', 'lambda', 'mu', 'nu', 'xi', 'pi', 'rho', 'sigma', 'tau', 'upsilon', 'phi', 'chi', 'psi', 'omega',
    'Gamma', 'Delta', 'Theta', 'Lambda', 'Xi', 'Pi', 'Sigma', 'Phi', 'Psi', 'Omega'],
)
const signs: Record<string, string> = { plus: '+', minus: '-' }
const special: Record<string, string> = { dt: '\\Delta t', u01: '\\mathcal{U}_{[0, 1)}', refractory: '\\text{refractory}' }

/** `tau_m` -> \tau_{m}, `V_th` -> V_{\mathrm{th}}, `A_plus` -> A_{+}, `k1` -> k_{1}. */
export function latexOfName(name: string): string {
  if (Object.hasOwn(special, name)) return special[name]
  const [stem, ...subscripts] = name.split('_').filter((part) => part !== '')
  if (stem === undefined) return '\\_'
  const numbered = /^([A-Za-z]+)(\d+)$/.exec(stem)
  const below = [...(numbered ? [numbered[2]] : []), ...subscripts].map((part) => signs[part] ?? word(part))
  const above = word(numbered ? numbered[1] : stem)
  return below.length > 0 ? `${above}_{${below.join(', ')}}` : above
}

function word(part: string): string {
  if (greek.has(part)) return `\\${part}`
  return /^([A-Za-z]|\d+)$/.test(part) ? part : `\\mathrm{${part}}`
}

/** How tightly what has been written holds together; what stands around it says how tightly it must. */
const loosest = { cases: 0, or: 1, and: 2, not: 3, comparison: 4, sum: 5, minus: 6, product: 7, base: 9 }

interface Written {
  text: string
  /** A number of `loosest`. */
  holds: number
}

const relations: Record<string, string> = { '<': '<', '<=': '\\le', '>': '>', '>=': '\\ge', '==': '=', '!=': '\\neq' }

export function latexOfExpression(e: Expression): string {
  return write(e).text
}

/** In parentheses if it holds together more loosely than `needed`. */
function inside(e: Expression, needed: number): string {
  const { text, holds } = write(e)
  return holds < needed ? parenthesised(text) : text
}

function parenthesised(text: string): string {
  return `\\left(${text}\\right)`
}

function write(e: Expression): Written {
  switch (e.kind) {
    case 'number':
      return numberWritten(e)
    case 'name':
      return { text: latexOfName(e.name), holds: loosest.base }
    case 'unary':
      if (e.op === 'not') return { text: `\\text{not } ${inside(e.a, loosest.not)}`, holds: loosest.not }
      return { text: `-${inside(e.a, loosest.product)}`, holds: loosest.minus }
    case 'binary':
      return binaryWritten(e)
    case 'call':
      return callWritten(e.name, e.args)
  }
}

function numberWritten({ value, dimension }: Extract<Expression, { kind: 'number' }>): Written {
  const [digits, ...unit] = format(value, dimension).split(' ')
  const [mantissa, exponent] = digits.split('e')
  const power = exponent === undefined ? '' : `10^{${Number(exponent)}}`
  const number = power === '' ? mantissa : mantissa === '1' ? power : mantissa === '-1' ? `-${power}` : `${mantissa} \\cdot ${power}`
  const plain = same(dimension, none)
  const text = plain ? number : `${number}\\,${unitOf(unit.join(' '))}`
  return { text, holds: value < 0 ? loosest.minus : plain && power === '' ? loosest.base : loosest.product }
}

/** `mV/ms` and `ms^2 mV` in upright type. */
function unitOf(text: string): string {
  return text.replace(/([A-Za-z]+)(?:\^(-?[\d.]+))?/g, (_, name: string, exponent?: string) => `\\mathrm{${name}}${exponent === undefined ? '' : `^{${exponent}}`}`).replaceAll(' ', '\\,')
}

function binaryWritten(e: Extract<Expression, { kind: 'binary' }>): Written {
  const { op, a, b } = e
  if (op === 'or' || op === 'and') {
    return { text: `${inside(a, loosest[op])} \\text{ ${op} } ${inside(b, loosest[op] + 1)}`, holds: loosest[op] }
  }
  if (op === '+' || op === '-') return { text: `${inside(a, loosest.sum)} ${op} ${inside(b, loosest.product)}`, holds: loosest.sum }
  if (op === '*') return product(a, b)
  if (op === '/') return quotient(a, b)
  if (op === '^') return { text: `${inside(a, loosest.base)}^{${latexOfExpression(b)}}`, holds: loosest.product }
  return { text: `${inside(a, loosest.sum)} ${relations[op]} ${inside(b, loosest.sum)}`, holds: loosest.comparison }
}

/** Side by side; with a dot before digits, and where x (t - d) would be taken for x at the time t - d. */
function product(a: Expression, b: Expression): Written {
  // a sign in front is one of the whole product
  const first = write(a)
  const left = first.holds < loosest.minus ? { text: parenthesised(first.text), holds: loosest.product } : first
  const right = inside(b, loosest.product)
  const confusing = /^[\d.]/.test(right) || (right.startsWith('\\left(') && mentions(b, (name) => name === 't'))
  return { text: `${left.text} ${confusing ? '\\cdot' : '\\,'} ${right}`, holds: Math.min(left.holds, loosest.product) }
}

/** The sign stands before the fraction, and a / b / c is one fraction. */
function quotient(a: Expression, b: Expression): Written {
  if (a.kind === 'unary' && a.op === '-') return { text: `-${inside(binary('/', a.a, b), loosest.product)}`, holds: loosest.minus }
  if (a.kind === 'binary' && a.op === '/') return quotient(a.a, binary('*', a.b, b))
  return { text: `\\frac{${latexOfExpression(a)}}{${latexOfExpression(b)}}`, holds: loosest.product }
}

const functions: Record<string, string> = {
  exp: '\\exp', log: '\\ln', tanh: '\\tanh', sin: '\\sin', cos: '\\cos', min: '\\min', max: '\\max', step: '\\Theta',
}

function callWritten(name: string, args: Expression[]): Written {
  const [first, second] = args
  if (name === 'sqrt') return { text: `\\sqrt{${latexOfExpression(first)}}`, holds: loosest.product }
  if (name === 'abs') return { text: `\\left|${latexOfExpression(first)}\\right|`, holds: loosest.base }
  if (name === 'expm1') return { text: `${callWritten('exp', args).text} - 1`, holds: loosest.sum }
  if (name === 'where') return { text: cases(args), holds: loosest.cases }
  if (name === 'delayed') {
    const ago = `t - ${inside(second, loosest.product)}`
    if (first.kind === 'name') return { text: `${latexOfName(first.name)}(${ago})`, holds: loosest.product }
    return { text: `\\left[${latexOfExpression(first)}\\right](${ago})`, holds: loosest.product }
  }
  if (name === 'after_spike') {
    const since = `${inside(first, loosest.sum)} \\le t - t_{\\mathrm{spike}} < ${inside(second, loosest.sum)}`
    return { text: `\\mathbf{1}\\left[${since}\\right]`, holds: loosest.product }
  }
  const f = functions[name] ?? `\\operatorname{${name.replaceAll('_', '\\_')}}`
  return { text: `${f}\\left(${args.map(latexOfExpression).join(',\\, ')}\\right)`, holds: loosest.product }
}

/** Where the last of a chain of `where` is another one, its cases come below. */
function cases(args: Expression[]): string {
  const rows: string[] = []
  let [condition, value, other] = args
  for (;;) {
    rows.push(`${latexOfExpression(value)} & \\text{if } ${latexOfExpression(condition)}`)
    if (other.kind !== 'call' || other.name !== 'where') break
    ;[condition, value, other] = other.args
  }
  rows.push(`${latexOfExpression(other)} & \\text{otherwise}`)
  return `\\begin{cases} ${rows.join(' \\\\ ')} \\end{cases}`
}

/** `dV/dt = ...`, or V(t + dt) = ... for a map. */
export function latexOfEquation({ variable, value, map }: Differential): string {
  const name = latexOfName(variable)
  if (onlyStatementsChange(value, map === true, variable)) return `${name} \\quad \\text{changes by statements only}`
  const left = map ? `${name}(t + \\Delta t)` : `\\frac{d${name}}{dt}`
  return `${left} = ${latexOfExpression(value)}`
}

/** `state x : 1`, and `dx/dt = 0 / dt : 1`. */
function onlyStatementsChange(value: Expression, map: boolean, variable: string): boolean {
  if (map) return value.kind === 'name' && value.name === variable
  return isNumber(value, 0) || (value.kind === 'binary' && value.op === '/' && isNumber(value.a, 0))
}

export function latexOfNamed({ name, value }: Named): string {
  return `${latexOfName(name)} = ${latexOfExpression(value)}`
}

/** `w += x when c` -> w <- w + x  if c. */
export function latexOfStatement({ variable, value, when }: Assignment): string {
  return `${latexOfName(variable)} \\leftarrow ${latexOfExpression(value)}${when ? ` \\quad \\text{if } ${latexOfExpression(when)}` : ''}`
}
