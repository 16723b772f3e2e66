/** The browser of the tests: Chromium, headless and without a GPU, where it is installed; and where it has to be. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { expect, it } from 'vitest'

export const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

/** Tests that need a browser are skipped without one, except where the environment says that they must not be. */
export function needsBrowser(): void {
  it('a browser is there where it is required', () => {
    if (process.env.HILLOCK_BROWSER_TESTS === 'required') expect(executable, 'install Chromium: the browser tests must not be skipped here').toBeDefined()
  })
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}
