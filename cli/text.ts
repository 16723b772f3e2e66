/** Numbers and tables for people. */

/** `18,400`, `3.2 M`: whole numbers with separators, large ones short. */
export function count(n: number): string {
  if (!Number.isFinite(n)) return String(n)
  if (n >= 1e9) return `${short(n / 1e9)} G`
  if (n >= 1e7) return `${short(n / 1e6)} M`
  return Math.round(n).toLocaleString('en-US')
}

/** Four significant digits, without a tail of zeros. */
export function short(n: number): string {
  return Number.isNaN(n) ? 'undefined' : String(Number(n.toPrecision(4)))
}

/** As `short`, with as many digits as it takes to tell the bounds `low` and `high` apart. */
export function shortBetween(low: number, high: number): (n: number) => string {
  return high - low < 1e-3 * Math.abs(high) ? (n) => (Number.isNaN(n) ? 'undefined' : String(Number(n.toPrecision(7)))) : short
}

export function bytes(n: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, n)) / 10))
  return `${power === 0 ? n : short(n / 1024 ** power)} ${['bytes', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`
}

/** `1.2 s`, `350 ms` of simulated time. */
export function duration(ms: number): string {
  return ms >= 1000 ? `${short(ms / 1000)} s` : `${short(ms)} ms`
}

export function seconds(s: number): string {
  if (s < 120) return `${s < 10 && !Number.isInteger(s) ? s.toFixed(2) : Number(s.toFixed(1))} s`
  if (s >= 7200) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`
  return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`
}

export function plural(n: number, word: string): string {
  return `${count(n)} ${word}${n === 1 ? '' : 's'}`
}

/** Columns as wide as their widest cell, two spaces apart; the last is not padded. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string {
  const width = (text: string) => [...text].length
  const widths: number[] = []
  for (const row of rows) for (const [c, cell] of row.entries()) widths[c] = Math.max(widths[c] ?? 0, width(cell))
  return rows
    .map((row) => indent + row.map((cell, c) => (c === row.length - 1 ? cell : cell + ' '.repeat(widths[c] - width(cell)))).join('  ').trimEnd())
    .join('\n')
}

export function indented(text: string, indent: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line))
    .join('\n')
}

/** Text without the indentation and the empty lines around it that it has for the program's sake. */
export function dedented(text: string): string {
  const lines = text.split('\n')
  const filled = lines.filter((line) => line.trim() !== '')
  const common = Math.min(...filled.map((line) => line.length - line.trimStart().length))
  return lines.map((line) => line.slice(filled.length > 0 ? common : 0).trimEnd()).join('\n').replace(/^\n+|\n+$/g, '')
}

export type Paint = (colour: 'green' | 'red' | 'dim' | 'bold', text: string) => string

/** Colours on a terminal, unless NO_COLOR is set; plain text elsewhere. */
export function painter(stream: { isTTY?: boolean }): Paint {
  const codes = { green: 32, red: 31, dim: 2, bold: 1 }
  if (!stream.isTTY || process.env.NO_COLOR) return (_, text) => text
  return (colour, text) => `\u001b[${codes[colour]}m${text}\u001b[0m`
}

/** A line on stdout. */
export function say(text = ''): void {
  process.stdout.write(`${text}\n`)
}
