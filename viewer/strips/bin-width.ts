/** Widths of bins in steps of 1, 2 and 5, so that bins of one width stay where they are while the window moves. Times in ms. */

/** The smallest step that is at least `width`, and at least `least` (a step of the run's grid). */
export function roundBin(width: number, least = 0): number {
  const power = 10 ** Math.floor(Math.log10(width))
  const digit = [1, 2, 5, 10].find((d) => d * power >= width * (1 - 1e-9)) ?? 10
  return Math.max(least, Number((digit * power).toPrecision(12)))
}

/** For a window: about 200 bins. */
export function automaticBin(from: number, to: number, least: number): number {
  return roundBin((to - from) / 200, least)
}

/** What somebody may choose for a window: 1-2-5 steps that make 10 to 2000 bins of it. */
export function binChoices(from: number, to: number, least: number): number[] {
  const choices: number[] = []
  for (let width = roundBin((to - from) / 2000, least); width <= (to - from) / 10 && choices.length < 12; width = roundBin(width * 1.5)) choices.push(width)
  return choices
}

/** The window widened by a share of itself on either side, to whole bins counted from 0, within [0, until). */
export function wholeBins(from: number, to: number, width: number, until: number, margin = 0): { from: number; to: number } {
  const more = (to - from) * margin
  const first = Math.max(0, Math.floor((from - more) / width))
  const last = Math.ceil((Math.min(to + more, until) - 1e-9) / width)
  return { from: first * width, to: Math.max(last, first + 1) * width }
}
