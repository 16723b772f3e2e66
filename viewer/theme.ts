/**
 * Light or dark: as the system has it until somebody chooses, then as chosen (kept in the browser's storage). The colours
 * themselves are those of all figures; style.css has them as custom properties, which a test compares.
 */
import { computed, signal } from '@preact/signals'
import { type Theme, type ThemeName, themeOf } from '../figures/theme.ts'
import { theme } from './view.ts'

/** Colours for what is drawn on a canvas. */
export const colours = computed<Theme>(() => themeOf(theme.value))

/** What somebody chose; nothing while the system decides. */
export const chosenTheme = signal<ThemeName | undefined>(undefined)

const key = 'hillock-theme'

/** Follows the system, or what was chosen here before, and marks the document. Call once. */
export function keepTheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  chosenTheme.value = stored()
  theme.value = chosenTheme.value ?? (dark.matches ? 'dark' : 'light')
  dark.addEventListener('change', () => {
    if (!chosenTheme.value) theme.value = dark.matches ? 'dark' : 'light'
  })
  theme.subscribe((name) => {
    document.documentElement.dataset.theme = name
  })
}

/** For this page only, as a link may ask. */
export function wearTheme(name: ThemeName) {
  chosenTheme.value = name
  theme.value = name
}

/** For this page and the next. */
export function chooseTheme(name: ThemeName) {
  wearTheme(name)
  try {
    localStorage.setItem(key, name)
  } catch {
    // storage may be switched off; then the choice lasts as long as the page
  }
}

function stored(): ThemeName | undefined {
  try {
    const name = localStorage.getItem(key)
    return name === 'light' || name === 'dark' ? name : undefined
  } catch {
    return undefined
  }
}
