/** Scenarios run, changed by hand and edited in the page, as a person would: the traces are those that Node makes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'
import { build, root } from '../built.ts'
import { executable, needsBrowser } from './chromium.ts'
import { counts, downloaded, shown } from './shown.ts'

const folder = mkdtempSync(join(tmpdir(), 'hillock-live-'))
const mine = join(folder, 'mine.yaml')
const text = `title: Cells that can be adjusted
duration: 4 s
populations:
  cells: { model: lif_exponential, size: 300 }
inputs:
  noise: { onto: cells.excitatory, poisson: { rate: 1 kHz, weight: 1 mV } }
record:
  samples:
    mean: { of: cells, variables: [V], every: 1 ms, reduce: mean }
watch: [mean]
adjust:
  cells.V_th: { from: -55 mV, to: -40 mV, step: 0.5 mV, label: Threshold of all cells }
expect:
  - name: it fires
    metric: { rate: { of: cells } }
    accept: [1 Hz, 100 Hz]
  - name: it explodes
    metric: { rate: { of: cells } }
    accept: [1 kHz, 2 kHz]
`

beforeAll(async () => {
  if (!executable) return
  await build('program', 'page')
  writeFileSync(mine, text)
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true }))

const live = (page: Page) => page.getByRole('tabpanel', { name: 'Live' })
const editor = (page: Page) => page.getByRole('tabpanel', { name: 'Scenario' })
const button = (page: Page, name: string) => live(page).getByRole('button', { name, exact: true })
const hash = (page: Page) => live(page).locator('code').textContent({ timeout: 60_000 })
const says = (page: Page, what: string | RegExp) => live(page).getByText(what).first().waitFor({ timeout: 60_000 })

/** A panel, once the scenario is there. */
async function chosen(page: Page, name: string) {
  await button(page, 'Run').and(page.locator(':enabled')).waitFor()
  await page.getByRole('tab', { name }).click()
}

/** What Node makes of a scenario. */
async function inNode(written: string, file: string, short = false) {
  return runScenario(loadScenario(written, { file, read: (path) => readFileSync(path, 'utf8'), models: library, short }))
}

needsBrowser()

describe.skipIf(!executable)('a live run', () => {
  it('shows what happens, ticks what was expected, and is the run of Node', async () => {
    const { page, complaints } = await shown(['burst-multiplexing', '--short'])
    await button(page, 'Run').click()
    const there = await hash(page)
    const file = join(root, 'scenarios/burst-multiplexing.yaml')
    const here = await inNode(readFileSync(file, 'utf8'), file, true)
    expect(there).toBe(here.trace.sha256)
    expect((await counts(page)).of).toBe(here.events.spike)
    await says(page, `${here.expectations.length} of ${here.expectations.length} are met.`)
    expect(await live(page).locator('.expectations li.good').count()).toBe(here.expectations.length)
    const { bytes, name } = await downloaded(page, () => button(page, 'Download trace').click())
    expect(name).toBe('burst-multiplexing.hlk')
    expect(bytes.length).toBe(here.trace.bytes)
    expect(complaints).toEqual([])
  })

  it('goes by steps, hears a slider moved by the keyboard, and is repeated by the scenario with these changes', async () => {
    const { page, complaints } = await shown([mine])
    await button(page, 'Step').click()
    await says(page, '10 ms of 4 s simulated')
    await live(page).getByLabel('Length of a step in ms').fill('1000')
    await button(page, 'Step').click()
    await says(page, '1.01 s of 4 s simulated')
    const slider = live(page).getByRole('slider', { name: /Threshold of all cells/ })
    expect(await slider.inputValue()).toBe('-50')
    await slider.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    expect(await slider.getAttribute('aria-valuetext')).toBe('-49 mV')
    await button(page, 'Resume').click()
    const there = await hash(page)
    await says(page, '1 of 2 are met.')
    expect(await live(page).locator('.expectations li.bad').textContent()).toContain('it explodes')
    const { bytes, name } = await downloaded(page, () => button(page, 'Download scenario with my changes').click())
    expect(name).toBe('mine.changed.yaml')
    expect(bytes.toString()).toContain('cells.V_th: -49 mV')
    const again = await inNode(bytes.toString(), name)
    expect(there).toBe(again.trace.sha256)
    expect(again.trace.sha256).not.toBe((await inNode(text, name)).trace.sha256)
    await live(page).getByRole('button', { name: 'Reset Threshold of all cells to -50 mV' }).click()
    expect(await slider.inputValue()).toBe('-50')
    expect(complaints).toEqual([])
  })

  it('stops when it is told to', async () => {
    const { page, complaints } = await shown([mine])
    await live(page).getByLabel('Duration').fill('10000 s')
    await page.keyboard.press('Tab')
    await button(page, 'Run').click()
    await says(page, /a second, .* left/)
    await button(page, 'Stop').click()
    // within a minute, where the whole run would take several
    await says(page, 'Stopped')
    await says(page, /^Stopped at .* expectations are for the whole run/)
    expect(complaints).toEqual([])
  })

  it('pauses and goes on', async () => {
    const { page } = await shown([mine])
    await live(page).getByLabel('Duration').fill('10000 s')
    await page.keyboard.press('Tab')
    await button(page, 'Run').click()
    await says(page, /a second, .* left/)
    await button(page, 'Pause').click()
    await button(page, 'Resume').waitFor()
    const far = live(page).locator('.status p').nth(1)
    await far.filter({ hasText: /simulated\.$/ }).waitFor()
    const paused = await far.textContent()
    await page.waitForTimeout(400)
    expect(await far.textContent()).toBe(paused)
    await button(page, 'Resume').click()
    await expect.poll(() => far.textContent()).not.toBe(paused)
    await button(page, 'Stop').click()
  })

  it('says what is wrong with an option', async () => {
    const { page } = await shown([mine])
    await live(page).getByLabel('Duration').fill('2 bananas')
    await page.keyboard.press('Tab')
    await says(page, /unknown unit "bananas"/)
    expect(await button(page, 'Run').isDisabled()).toBe(true)
  })
})

describe.skipIf(!executable)('a scenario is edited', () => {
  it('wrongly and rightly, with the mistake at its line, and run by the keyboard', async () => {
    const { page, complaints } = await shown([mine])
    await chosen(page, 'Scenario')
    const content = editor(page).locator('.cm-content')
    await content.click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('seeed: 7')
    const mistake = editor(page).getByRole('button', { name: 'line 20, column 1' })
    await mistake.waitFor()
    await editor(page).getByText('did you mean "seed"').waitFor()
    expect(await editor(page).locator('.cm-lintRange-error').textContent()).toBe('seeed')
    expect(await editor(page).getByRole('button', { name: /^Run/ }).count()).toBe(1)
    await page.keyboard.press('Control+Enter')
    await page.keyboard.press('Control+Home')
    await mistake.click()
    // the cursor is at the mistake: what is typed replaces it
    await page.keyboard.press('Shift+End')
    await page.keyboard.type('seed: 7')
    await page.keyboard.press('Control+Enter')
    const file = 'mine.yaml'
    expect(await hash(page)).toBe((await inNode(`${text}seed: 7`, file)).trace.sha256)
    expect(complaints).toEqual([])
  })

  it('with what may stand there, by the keyboard', async () => {
    const { page, complaints } = await shown([mine])
    await chosen(page, 'Scenario')
    await editor(page).locator('.cm-content').click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('prec')
    const list = editor(page).getByRole('listbox')
    await list.getByRole('option', { name: 'precision' }).waitFor()
    await editor(page).getByText('numbers of clocked populations').waitFor()
    // a list that has just come does not take a key that was meant for the text
    await page.waitForTimeout(150)
    await page.keyboard.press('Enter')
    await expect.poll(() => editor(page).locator('.cm-content').textContent()).toContain('precision: ')
    await page.keyboard.press('Control+Space')
    await list.getByRole('option', { name: 'f64' }).waitFor()
    await editor(page).getByRole('button', { name: 'Revert' }).click()
    await expect.poll(() => editor(page).locator('.cm-content').textContent()).not.toContain('precision')
    expect(complaints).toEqual([])
  })
})

describe.skipIf(!executable)('the equations', () => {
  it('stand beside the picture, with values and paper', async () => {
    const { page, complaints } = await shown(['burst-multiplexing'])
    await chosen(page, 'Equations')
    const panel = page.getByRole('tabpanel', { name: 'Equations' })
    await panel.getByText('naud_sprekeler', { exact: true }).waitFor()
    expect(await panel.locator('.katex').count()).toBeGreaterThan(30)
    expect(await panel.locator('.katex-error').count()).toBe(0)
    expect(await panel.locator('math').first().textContent()).toContain('sigmoid')
    await panel.locator('tbody th').filter({ hasText: 'τ' }).first().waitFor()
    expect(await panel.textContent()).toContain('Naud & Sprekeler 2018')
    // the font of the formulas has come, which no policy has refused
    expect(await page.evaluate(() => document.fonts.check('16px KaTeX_Main'))).toBe(true)
    expect(complaints).toEqual([])
  })
})
