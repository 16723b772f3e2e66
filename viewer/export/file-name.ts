/** Names of exported files: what, of which trace, and of which window, so that a file found later still says what it holds. */

/** `burst-multiplexing.200-3550ms.selection.csv` */
export function exportName(trace: string, { from, to }: { from: number; to: number }, what: string, extension: string): string {
  const base = trace.replace(/\.hlk$/i, '').replace(/[^\p{L}\p{N}._-]+/gu, '-')
  return [base, `${shortest(from)}-${shortest(to)}ms`, what, extension].filter(Boolean).join('.')
}

/** Up to three digits after the point. */
const shortest = (ms: number) => String(Number(ms.toFixed(3)))
