/** The page's colours are those of the figures: style.css repeats them as custom properties. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dark, light, type Theme } from '../../figures/theme.ts'

const css = readFileSync(new URL('../../viewer/style.css', import.meta.url), 'utf8')
const block = (selector: string) => css.slice(css.indexOf(`${selector} {`)).split('}')[0]

describe('the page', () => {
  it.each<[string, Theme]>([
    [':root', light],
    [":root[data-theme='dark']", dark],
  ])('has the colours of the figures: %s', (selector, theme) => {
    for (const name of ['background', 'ink', 'muted', 'axis', 'faint', 'singlet', 'soma', 'dendrite'] as const) {
      expect(block(selector)).toContain(`--${name}: ${theme[name].toLowerCase()};`)
    }
  })
})
