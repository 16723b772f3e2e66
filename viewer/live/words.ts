/** Numbers and times as one reads them. */

/** Five digits; thousands apart. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'none' : value > 0 ? '∞' : '−∞'
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return value.toLocaleString('en')
  const rounded = Number(value.toPrecision(5))
  return (Math.abs(rounded) >= 1e6 || (rounded !== 0 && Math.abs(rounded) < 1e-4) ? rounded.toExponential() : String(rounded)).replace('-', '−')
}

/** From ms. */
export function timeText(ms: number): string {
  if (ms < 1000) return `${Number(ms.toPrecision(3))} ms`
  const seconds = ms / 1000
  if (seconds < 120) return `${Number(seconds.toPrecision(3))} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 120 ? `${minutes} min ${Math.round(seconds - minutes * 60)} s` : `${Number((minutes / 60).toPrecision(3))} h`
}

export function bytesText(bytes: number): string {
  return bytes < 1e6 ? `${Number((bytes / 1e3).toPrecision(3))} kB` : bytes < 1e9 ? `${Number((bytes / 1e6).toPrecision(3))} MB` : `${Number((bytes / 1e9).toPrecision(3))} GB`
}
