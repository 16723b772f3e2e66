/** Reads back the LaTeX of arithmetic, as mathematics reads it: side by side is a product, before sums, after powers. Returns its value. */
import * as f from '../engine/elementary.ts'

/** `values` by the LaTeX of the names. */
export function readLatex(text: string, values: Record<string, number>): number {
  const names = Object.keys(values).sort((a, b) => b.length - a.length)
  let rest = text
  const skip = () => {
    rest = rest.replace(/^\s+/, '')
  }
  const take = (what: string): boolean => {
    skip()
    if (!rest.startsWith(what)) return false
    rest = rest.slice(what.length)
    return true
  }
  const must = (what: string): void => {
    if (!take(what)) throw new Error(`found ${rest}; ${what} is needed`)
  }
  const between = (open: string, close: string): number => {
    must(open)
    const value = sum()
    must(close)
    return value
  }
  const base = (): number => {
    skip()
    if (rest.startsWith('\\left(')) return between('\\left(', '\\right)')
    if (rest.startsWith('\\left|')) return Math.abs(between('\\left|', '\\right|'))
    if (take('\\frac')) {
      const top = between('{', '}')
      return top / between('{', '}')
    }
    if (take('\\sqrt')) return Math.sqrt(between('{', '}'))
    if (take('\\exp')) return f.exp(between('\\left(', '\\right)'))
    if (take('\\tanh')) return f.tanh(between('\\left(', '\\right)'))
    if (take('\\max')) {
      must('\\left(')
      const a = sum()
      must(',\\,')
      const b = sum()
      must('\\right)')
      return a < b ? b : a
    }
    const found = names.find((n) => rest.startsWith(n))
    if (found !== undefined) {
      must(found)
      return values[found]
    }
    const digits = /^\d+(\.\d+)?/.exec(rest)
    if (!digits) throw new Error(`found ${rest}; a factor is needed`)
    must(digits[0])
    return Number(digits[0])
  }
  const power = (): number => {
    const value = base()
    return take('^') ? f.pow(value, between('{', '}')) : value
  }
  const product = (): number => {
    let value = power()
    while (take('\\,') || take('\\cdot')) value *= power()
    return value
  }
  const sum = (): number => {
    let value = take('-') ? -product() : product()
    for (;;) {
      if (take('+')) value += product()
      else if (take('-')) value -= product()
      else return value
    }
  }
  const value = sum()
  skip()
  if (rest !== '') throw new Error(`found ${rest}; the end is needed`)
  return value
}
