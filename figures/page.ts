/**
 * The sheet of a figure: ground, title above, caption below. The caption names scenario and seed, so that a picture
 * found in a talk years later still says which run it shows; what a figure leaves out or condenses is said there too.
 */
import { InputError } from '../engine/errors.ts'
import { element, escapeText, px, textLine, wrap } from './svg.ts'
import { fontFamily, type Theme, type ThemeName, themeOf, type } from './theme.ts'

export interface FigureOptions {
  title: string
  /** Name of the scenario. */
  scenario?: string
  seed?: number
  /** Said in the caption after scenario and seed. */
  notes?: readonly string[]
  /** px, 960 unless said. */
  width?: number
  theme?: ThemeName
  /** Neither title nor caption: for thumbnails, whose page says what they show. */
  bare?: boolean
}

export interface Content {
  svg: string
  /** Where it ends (px). */
  bottom: number
  /** What the caption has to say about the drawing, after the notes of the caller. */
  notes?: readonly string[]
}

export const pageMargin = 20

/** `draw` fills the sheet from `top` downward. Throws `InputError` for a width that cannot hold a figure. */
export function page(options: FigureOptions, draw: (top: number, width: number, theme: Theme) => Content): string {
  const width = options.width ?? 960
  if (!(width >= 320 && width <= 10_000)) {
    throw new InputError(`found a figure width of ${width} px; from 320 to 10000 are accepted`)
  }
  const theme = themeOf(options.theme)
  const inner = width - 2 * pageMargin
  let y = pageMargin
  let svg = ''
  for (const line of options.bare ? [] : wrap(options.title, type.title, inner, true)) {
    y += type.title
    svg += textLine(pageMargin, y, line, { size: type.title, fill: theme.ink, bold: true, class: 'title' })
    y += 6
  }
  const content = draw(y + 8, width, theme)
  svg += content.svg
  y = content.bottom + 14
  for (const line of options.bare ? [] : wrap(captionOf(options, content.notes ?? []), type.caption, inner)) {
    y += type.caption
    svg += textLine(pageMargin, y, line, { size: type.caption, fill: theme.muted, class: 'caption' })
    y += 5
  }
  const height = Math.ceil(y + pageMargin - 6)
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${px(width)} ${px(height)}`,
      'font-family': fontFamily,
      role: 'img',
    },
    `<title>${escapeText(options.title)}</title>${element('rect', { width, height, fill: theme.background })}${svg}`,
  )
}

function captionOf(options: FigureOptions, notes: readonly string[]): string {
  const parts = [
    options.scenario && `scenario ${options.scenario}`,
    options.seed !== undefined && `seed ${options.seed}`,
    ...(options.notes ?? []),
    ...notes,
  ]
  return parts.filter(Boolean).join(' · ')
}
