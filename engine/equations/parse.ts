/**
 * Text to tree: a small recursive-descent parser that keeps the place of every node, knows quantities (`0.8 ms`) and
 * the three kinds of equation line. Grammar, loosest first:
 *   or < and < not < comparison < + - < * / < unary minus < ^ < call, name, number, (...)
 */
import { InputError, type Place } from '../errors.ts'
import { none, type OwnUnits, parseUnit, units } from '../units.ts'
import type { Assignment, BinaryOperator, Equations, Expression } from './tree.ts'

/** Trees are walked by recursion: neither long chains nor deep brackets may end the stack. */
const mostTokens = 4000
const deepest = 100

interface Token {
  text: string
  kind: 'number' | 'word' | 'sign' | 'end'
  at: Place
}

const tokenPattern = /\s+|(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_][A-Za-z_0-9]*)|(\+=|-=|\*=|\/=|<=|>=|==|!=|\*\*|[-+*/^<>=(),:;])|(.)/gy

function tooLong(found: Token[]): void {
  if (found.length <= mostTokens) return
  throw new InputError(`found an equation of ${found.length} words and signs; at most ${mostTokens} are accepted`, [], found[0].at)
}

function tokens(text: string, file: string, line: number): Token[] {
  const found: Token[] = []
  tokenPattern.lastIndex = 0
  for (let match = tokenPattern.exec(text); match; match = tokenPattern.exec(text)) {
    const at = { file, line, column: match.index + 1 }
    if (match[1]) found.push({ text: match[1], kind: 'number', at })
    else if (match[2]) found.push({ text: match[2], kind: 'word', at })
    else if (match[3]) found.push({ text: match[3] === '**' ? '^' : match[3], kind: 'sign', at })
    else if (match[4]) throw new InputError(`found "${match[4]}", which no equation may contain`, [], at)
  }
  tooLong(found)
  found.push({ text: 'end of line', kind: 'end', at: { file, line, column: text.length + 1 } })
  return found
}

/** Reads one line of tokens. */
function reader(line: Token[]) {
  let position = 0
  let depth = 0
  const peek = () => line[position]
  const is = (text: string) => peek().text === text && peek().kind !== 'end'
  const fail = (accepted: string): never => {
    throw new InputError(`found "${peek().text}"; ${accepted} is needed`, [], peek().at)
  }
  const take = (text?: string): Token => {
    if (text !== undefined && !is(text)) fail(`"${text}"`)
    return line[position++]
  }

  function level(next: () => Expression, operators: string[]): () => Expression {
    return () => {
      let left = next()
      while (peek().kind !== 'end' && operators.includes(peek().text)) {
        const { text, at } = take()
        left = { kind: 'binary', op: text as BinaryOperator, a: left, b: next(), at }
      }
      return left
    }
  }
  const primary = (): Expression => {
    const token = peek()
    if (token.kind === 'number') {
      take()
      const value = Number(token.text)
      if (!Number.isFinite(value)) throw new InputError(`found ${token.text}; a finite number is needed`, [], token.at)
      if (peek().kind === 'word' && units.has(peek().text)) {
        const unit = parseUnit(take().text)
        return { kind: 'number', value: value * unit.value, dimension: unit.dimension, at: token.at }
      }
      return { kind: 'number', value, dimension: none, at: token.at }
    }
    if (token.kind === 'word' && !['and', 'or', 'not'].includes(token.text)) {
      take()
      if (!is('(')) return { kind: 'name', name: token.text, at: token.at }
      take('(')
      const args: Expression[] = []
      if (!is(')')) args.push(expression())
      while (is(',')) {
        take()
        args.push(expression())
      }
      take(')')
      return { kind: 'call', name: token.text, args, at: token.at }
    }
    if (is('(')) {
      take()
      const inner = expression()
      take(')')
      return inner
    }
    return fail('a number, a name or "("')
  }
  const deeper = <T>(work: () => T): T => {
    if (++depth > deepest) throw new InputError(`nested too deep; at most ${deepest} levels are accepted`, [], peek().at)
    const value = work()
    depth--
    return value
  }
  const power = (): Expression => {
    const base = primary()
    if (!is('^')) return base
    const { at } = take()
    return { kind: 'binary', op: '^', a: base, b: deeper(unary), at }
  }
  const unary = (): Expression => {
    if (is('-')) {
      const { at } = take()
      const a = deeper(unary)
      return a.kind === 'number' ? { ...a, value: -a.value, at } : { kind: 'unary', op: '-', a, at }
    }
    if (is('+')) take()
    return power()
  }
  const sum = level(level(unary, ['*', '/']), ['+', '-'])
  const comparison = level(sum, ['<', '<=', '>', '>=', '==', '!='])
  const negation = (): Expression => {
    if (!is('not')) return comparison()
    const { at } = take()
    return { kind: 'unary', op: 'not', a: deeper(negation), at }
  }
  const either = level(level(negation, ['and']), ['or'])
  const expression = (): Expression => deeper(either)

  return { peek, is, take, fail, expression, atEnd: () => peek().kind === 'end' }
}

/** Lines without comments; a line goes on while a parenthesis is open. */
function logicalLines(text: string): { text: string; line: number }[] {
  const lines: { text: string; line: number }[] = []
  let depth = 0
  text.split('\n').forEach((raw, i) => {
    const line = raw.replace(/#.*/, (comment) => ' '.repeat(comment.length))
    if (depth > 0) lines[lines.length - 1].text += ` ${line}`
    else lines.push({ text: line, line: i + 1 })
    for (const c of line) depth += c === '(' ? 1 : c === ')' ? -1 : 0
  })
  return lines.filter((l) => l.text.trim() !== '')
}

/** What may stand in brackets behind the unit, separated by commas. */
function flagsOf(text: string | undefined, at: Place): string[] {
  if (text === undefined) return []
  const flags = text.split(',').map((f) => f.trim().replace(/\s+/g, ' '))
  if (flags.some((f, k) => !['unless refractory', 'euler'].includes(f) || flags.indexOf(f) < k)) {
    throw new InputError(`found "(${text})"; only "(unless refractory)", "(euler)" and "(unless refractory, euler)" may follow the unit`, [], at)
  }
  return flags
}

/** Parse the `equations` of a model. `file` names the text in errors. */
export function parseEquations(text: string, file: string, own?: OwnUnits): Equations {
  const equations: Equations = { differentials: [], named: [] }
  for (const { text: lineText, line } of logicalLines(text)) {
    const r = reader(tokens(lineText, file, line))
    const first = r.take()
    if (first.kind !== 'word') throw new InputError(`found "${first.text}"; "dX/dt = ...", "next X = ...", "state X : ..." or "name = ..." is needed`, [], first.at)
    const differential = /^d[A-Za-z_]/.test(first.text) && r.is('/')
    // `state x : unit` is `next x = x`: only statements change it
    const state = first.text === 'state' && r.peek().kind === 'word'
    const map = state || (first.text === 'next' && r.peek().kind === 'word')
    const variable = map ? r.take().text : first.text.slice(1)
    if (differential) {
      r.take('/')
      r.take('dt')
    }
    if (!state) r.take('=')
    const value: Expression = state ? { kind: 'name', name: variable, at: first.at } : r.expression()
    if (!r.is(':')) r.fail('": unit" (every equation states its unit, ": 1" where it has none)')
    r.take(':')
    const rest = lineText.slice(r.peek().at.column - 1)
    const match = /^\s*([^()]*?)\s*(?:\(([^()]*)\))?\s*$/.exec(rest)
    if (!match || match[1] === '') r.fail('a unit')
    const [, unitText, flagText] = match as RegExpExecArray
    const flags = flagsOf(flagText, r.peek().at)
    const at = first.at
    const unit = placed(r.peek().at, () => parseUnit(unitText, own))
    if (unit.value !== 1) {
      throw new InputError(`found the unit "${unitText}"; variables are kept in ms, mV, pA, pF and nS`, [], r.peek().at)
    }
    const { dimension } = unit
    if (map && flags.includes('euler')) {
      throw new InputError(`found "(${flags.join(', ')})" on "next ${variable}"; of the two only "(unless refractory)" may follow a map`, [], at)
    }
    if (differential || map) {
      equations.differentials.push({
        variable, value, dimension, unlessRefractory: flags.includes('unless refractory'), euler: flags.includes('euler'), ...(map && { map }), at,
      })
    } else {
      if (flags.length > 0) throw new InputError(`found "(${flags.join(', ')})" on a named expression; it belongs to a dX/dt line`, [], at)
      equations.named.push({ name: first.text, value, dimension, at })
    }
  }
  return equations
}

/** Parse statements such as `V = V_reset; w += b` (separated by `;` or lines), with `unless refractory` at the end if there; `guarded` statements may end in `when CONDITION`. */
export function parseStatements(text: string, file: string, guarded = false): { assignments: Assignment[]; unlessRefractory: boolean } {
  const unlessRefractory = /\bunless\s+refractory\s*$/.test(text)
  const body = text.replace(/\bunless\s+refractory\s*$/, '')
  const assignments: Assignment[] = []
  for (const { text: lineText, line } of logicalLines(body)) {
    const all = tokens(lineText, file, line)
    for (const part of splitAt(all, ';')) {
      if (part.length === 1) continue
      const r = reader(part)
      const target = r.take()
      if (target.kind !== 'word') throw new InputError(`found "${target.text}"; a variable's name is needed`, [], target.at)
      const operator = r.take()
      if (!['=', '+=', '-=', '*=', '/='].includes(operator.text)) {
        throw new InputError(`found "${operator.text}"; one of = += -= *= /= is needed`, [], operator.at)
      }
      const right = r.expression()
      let when: Expression | undefined
      if (guarded && r.is('when')) {
        r.take('when')
        when = r.expression()
      }
      if (!r.atEnd()) r.fail(guarded ? '"when" and a condition, or the end of the statement,' : 'the end of the statement')
      const at = target.at
      const own: Expression = { kind: 'name', name: target.text, at }
      const value: Expression =
        operator.text === '=' ? right : { kind: 'binary', op: operator.text[0] as BinaryOperator, a: own, b: right, at: operator.at }
      assignments.push({ variable: target.text, value, at, ...(when && { when }) })
    }
  }
  return { assignments, unlessRefractory }
}

export function parseExpression(text: string, file: string): Expression {
  const r = reader(tokens(text.replace(/\n/g, ' '), file, 1))
  const value = r.expression()
  if (!r.atEnd()) r.fail('an operator or the end')
  return value
}

function splitAt(line: Token[], separator: string): Token[][] {
  const end = line[line.length - 1]
  const parts: Token[][] = [[]]
  for (const token of line.slice(0, -1)) {
    if (token.text === separator) parts.push([])
    else parts[parts.length - 1].push(token)
  }
  return parts.map((p) => [...p, end])
}

function placed<T>(at: Place, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.reason, error.path, at) : error
  }
}
