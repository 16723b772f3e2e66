/**
 * Pieces of SVG as text. Everything a figure writes goes through here, so that two things hold everywhere: text is
 * escaped, and no coordinate is NaN or infinite (such an SVG opens without complaint and shows nothing).
 */
import { assert } from '../engine/errors.ts'

export type Attributes = Record<string, string | number | undefined>

/** A coordinate with two decimals, without a trailing or negative zero. */
export function px(value: number): string {
  assert(Number.isFinite(value), `coordinate ${value} in a figure`)
  const rounded = Math.round(value * 100) / 100
  return String(rounded === 0 ? 0 : rounded)
}

/**
 * Text that is safe in an element or attribute; characters that XML cannot hold at all become a visible replacement
 * sign.
 */
export function escapeText(text: string): string {
  return Array.from(text, c => entities[c] ?? (isXmlCharacter(c.codePointAt(0) as number) ? c : '\uFFFD')).join('')
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Char of XML 1.0: no control characters but tab and line ends, no half of a surrogate pair. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d
  return code < 0xd800 || (code > 0xdfff && code !== 0xfffe && code !== 0xffff)
}

/** `content` must be SVG already; attribute values are escaped here. */
export function element(name: string, attributes: Attributes, content = ''): string {
  let out = `<${name}`
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue
    out += ` ${key}="${typeof value === 'number' ? px(value) : escapeText(value)}"`
  }
  return content === '' ? `${out}/>` : `${out}>${content}</${name}>`
}

export interface TextStyle {
  size: number
  fill: string
  anchor?: 'start' | 'middle' | 'end'
  bold?: boolean
  /** Degrees, about (x, y). */
  rotate?: number
  class?: string
}

/** A line of text; `I_{soma}` and `10^{-3}` are set as index and exponent. */
export function textLine(x: number, y: number, text: string, style: TextStyle): string {
  return element(
    'text',
    {
      class: style.class,
      x,
      y,
      'font-size': style.size,
      fill: style.fill,
      'text-anchor': style.anchor === 'start' ? undefined : style.anchor,
      'font-weight': style.bold ? 'bold' : undefined,
      transform: style.rotate === undefined ? undefined : `rotate(${px(style.rotate)} ${px(x)} ${px(y)})`,
    },
    pieces(text)
      .map((piece, i, all) => span(piece, all[i - 1], style.size))
      .join(''),
  )
}

interface Piece {
  text: string
  /** -1 index, 1 exponent */
  level: number
}

function pieces(text: string): Piece[] {
  const out: Piece[] = []
  let end = 0
  for (const match of text.matchAll(/([_^])\{([^{}]*)\}/g)) {
    if (match.index > end) out.push({ text: text.slice(end, match.index), level: 0 })
    out.push({ text: match[2], level: match[1] === '_' ? -1 : 1 })
    end = match.index + match[0].length
  }
  if (end < text.length) out.push({ text: text.slice(end), level: 0 })
  return out
}

/** Shifts by `dy`, which moves all that follows: the next piece has to move back. */
function span(piece: Piece, before: Piece | undefined, size: number): string {
  const shift = (level: number) => (level < 0 ? 0.22 : level > 0 ? -0.38 : 0) * size
  const dy = shift(piece.level) - shift(before?.level ?? 0)
  if (piece.level === 0 && dy === 0) return escapeText(piece.text)
  const small = piece.level === 0 ? undefined : size * 0.76
  return element('tspan', { dy, 'font-size': small }, escapeText(piece.text))
}

/** What a text will measure in DejaVu Sans, which is wider than the fonts a browser may put in its place. */
export function textWidth(text: string, size: number, bold = false): number {
  let em = 0
  for (const piece of pieces(text)) {
    let width = 0
    for (const c of piece.text) width += characterWidth(c)
    em += piece.level === 0 ? width : width * 0.76
  }
  return em * size * (bold ? 1.11 : 1)
}

function characterWidth(c: string): number {
  if (" .,:;|!'ijlI".includes(c)) return 0.32
  if ('ftr()[]/-"·'.includes(c)) return 0.39
  if ('mwMW@%'.includes(c)) return 0.96
  if ('+=<>~×−'.includes(c)) return 0.84
  if (c >= '0' && c <= '9') return 0.636
  if (c >= 'A' && c <= 'Z') return 0.7
  return c > '\u2E80' ? 1 : 0.615
}

/** Words on as many lines as `width` px need; a word that is longer than a line keeps a line to itself. */
export function wrap(text: string, size: number, width: number, bold = false): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer, size, bold) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return line === '' ? lines : [...lines, line]
}

/** The text, or as much of it as fits before an ellipsis. */
export function shorten(text: string, size: number, width: number, bold = false): string {
  if (textWidth(text, size, bold) <= width) return text
  const letters = [...text]
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, size, bold) > width) letters.pop()
  return `${letters.join('').trimEnd()}…`
}
