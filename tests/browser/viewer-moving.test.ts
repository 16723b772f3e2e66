/** Moving about in a trace, selecting, stepping, exporting and reading back what was exported: by pointer, and by the keyboard alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pooledIntervals } from '../../analysis/index.ts'
import { writeViewerTrace } from '../../bench/viewer-trace.ts'
import { openTrace, type Trace } from '../../engine/trace/index.ts'
import { build } from '../built.ts'
import { executable, needsBrowser } from './chromium.ts'
import { counts, downloaded, ink, served, visited } from './shown.ts'

const folder = mkdtempSync(join(tmpdir(), 'hillock-viewer-'))
const file = join(folder, 'bursts.hlk')
let trace: Trace
let url = ''

beforeAll(async () => {
  if (!executable) return
  await build('program', 'page')
  const parts: Uint8Array[] = []
  writeViewerTrace({ write: (bytes) => void parts.push(bytes) }, 30_000, 100)
  const bytes = Buffer.concat(parts)
  writeFileSync(file, bytes)
  trace = openTrace(bytes)
  url = await served([file])
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** Of the page's address: what is looked at. */
function view(page: Page): { from: number; to: number } {
  const hash = new URLSearchParams(new URL(page.url()).hash.slice(1))
  return { from: Number(hash.get('from')), to: Number(hash.get('to')) }
}
const look = async (from: number, to: number, more = '') => visited(`${url}#from=${from}&to=${to}${more}`)
/** Spikes of all populations in [from, to). */
const spikesIn = (from: number, to: number) =>
  trace.header.populations.reduce((sum, { name }) => sum + trace.events(name, { from, to }).kinds.filter((kind) => kind & 1).length, 0)
const settled = async (page: Page) => {
  // places are remembered where one has stayed for half a second
  await page.waitForTimeout(800)
  return counts(page)
}
const raster = (page: Page) => page.locator('.raster .u-over')
/** A place in the raster, in parts of its box. */
async function at(page: Page, x: number, y: number): Promise<[number, number]> {
  const box = await raster(page).boundingBox()
  if (!box) throw new Error('the raster has no box')
  return [box.x + x * box.width, box.y + y * box.height]
}
async function drag(page: Page, from: [number, number], to: [number, number], key?: 'Shift' | 'Alt') {
  if (key) await page.keyboard.down(key)
  await page.mouse.move(...from)
  await page.mouse.down()
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)
  await page.mouse.move(...to)
  await page.mouse.up()
  if (key) await page.keyboard.up(key)
}

needsBrowser()

describe.skipIf(!executable)('moving about', () => {
  it('shows as many spikes as the window holds, and says so', async () => {
    const { page, complaints } = await look(100, 300)
    expect((await counts(page)).shown).toBe(spikesIn(100, 300))
    expect(complaints).toEqual([])
  })
  it('a link shows the same to somebody else', async () => {
    const { page } = await look(50, 250)
    await page.getByRole('tab', { name: 'Populations' }).click()
    await page.getByRole('checkbox', { name: /collapsed/ }).first().check()
    await page.mouse.move(...(await at(page, 0.5, 0.5)))
    await page.mouse.wheel(0, -200)
    await settled(page)
    const other = await visited(page.url())
    expect(await settled(other.page)).toEqual(await settled(page))
    expect(view(other.page)).toEqual(view(page))
    await page.mouse.move(5, 5)
    await page.locator('.tooltip').waitFor({ state: 'detached' })
    const [one, two] = await Promise.all([page, other.page].map((p) => p.locator('.raster').screenshot()))
    expect(Buffer.compare(one, two)).toBe(0)
  })
  it('by wheel, drag, box and double click', async () => {
    const { page, complaints } = await look(0, 400)
    await counts(page)
    await page.mouse.move(...(await at(page, 0.25, 0.5)))
    await page.mouse.wheel(0, -300)
    await settled(page)
    const zoomed = view(page)
    expect(zoomed.to - zoomed.from).toBeLessThan(300)
    // what lay under the pointer still does
    expect(zoomed.from + 0.25 * (zoomed.to - zoomed.from)).toBeCloseTo(100, 0)
    expect((await counts(page)).shown).toBe(spikesIn(zoomed.from, zoomed.to))
    await drag(page, await at(page, 0.6, 0.5), await at(page, 0.3, 0.5))
    await settled(page)
    expect(view(page).from - zoomed.from).toBeCloseTo(0.3 * (zoomed.to - zoomed.from), 0)
    await drag(page, await at(page, 0.25, 0.05), await at(page, 0.75, 0.95), 'Shift')
    await settled(page)
    expect(view(page).to - view(page).from).toBeCloseTo((zoomed.to - zoomed.from) / 2, 0)
    await page.mouse.dblclick(...(await at(page, 0.5, 0.5)))
    const { shown, of } = await settled(page)
    expect(shown).toBe(of)
    expect(complaints).toEqual([])
  })
  it('by the overview, whose brush can be dragged', async () => {
    const { page } = await look(0, 4000)
    await counts(page)
    const overview = page.locator('.overview .u-over')
    const box = await overview.boundingBox()
    if (!box) throw new Error('the overview has no box')
    const middle = box.y + box.height / 2
    const part = 2000 / trace.until
    await drag(page, [box.x + part * box.width, middle], [box.x + (part + 0.3) * box.width, middle])
    await settled(page)
    expect(Math.abs(view(page).from - 0.3 * trace.until)).toBeLessThan(0.01 * trace.until)
    expect(view(page).to - view(page).from).toBeCloseTo(4000, 0)
  })
  it('by the keyboard alone, from opening to the help and back', async () => {
    const { page, complaints } = await look(0, 400)
    await counts(page)
    await page.keyboard.press('w')
    await settled(page)
    const zoomed = view(page)
    expect(zoomed.to - zoomed.from).toBeCloseTo(280, 0)
    await page.keyboard.press('ArrowRight')
    await settled(page)
    expect(view(page).from - zoomed.from).toBeCloseTo(56, 0)
    await page.keyboard.press('[')
    await settled(page)
    expect(view(page).from).toBeCloseTo(zoomed.from, 0)
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(await page.getByRole('dialog').textContent()).toContain('zoom time at the pointer')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    // the sheet takes keys until the browser has told that it is closed
    await expect
      .poll(async () => {
        await page.keyboard.press('n')
        return page.locator('.tooltip').count()
      })
      .toBe(1)
    const first = await page.locator('.tooltip').textContent()
    expect(first).toMatch(/\d/)
    await page.keyboard.press('n')
    await expect.poll(() => page.locator('.tooltip').textContent()).not.toBe(first)
    await page.keyboard.press('0')
    const { shown, of } = await settled(page)
    expect(shown).toBe(of)
    // every control can be reached with Tab, has a name and shows that it is there
    const reached = new Set<string>()
    for (let k = 0; k < 60; k++) {
      await page.keyboard.press('Tab')
      const { name, ring } = await page.evaluate(() => {
        const e = document.activeElement as HTMLElement
        const style = getComputedStyle(e)
        const label = e.getAttribute('aria-label') ?? (e as HTMLInputElement).labels?.[0]?.textContent ?? e.textContent ?? ''
        return { name: e === document.body ? '(body)' : label.trim() || `nameless ${e.outerHTML.slice(0, 80)}`, ring: style.outlineStyle !== 'none' || style.boxShadow !== 'none' }
      })
      expect(name).not.toContain('nameless')
      if (name !== '(body)') expect(ring, `${name} shows that it has the focus`).toBe(true)
      reached.add(name)
    }
    for (const name of ['Move', 'Zoom in', 'Show all', 'Play', 'Export']) expect([...reached]).toContain(name)
    expect(complaints).toEqual([])
  })
  it('plays', async () => {
    const { page } = await look(0, 100)
    await counts(page)
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await page.waitForTimeout(1200)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await settled(page)
    expect(view(page).from).toBeGreaterThan(0)
  })
  it('hover says neuron, time and kind', async () => {
    const { page } = await look(100, 130)
    await counts(page)
    const { times, sources } = trace.events('a_pyramidal', { from: 100, to: 130 })
    const middle = times[times.length >> 1]
    // along the rows of the first population until something is under the pointer
    for (let y = 0.1; y < 0.5; y += 0.02) {
      await page.mouse.move(...(await at(page, (middle - 100) / 30, y)))
      await page.waitForTimeout(60)
      if (await page.locator('.tooltip').count()) break
    }
    const said = (await page.locator('.tooltip div').allTextContents()).join(', ')
    const [, unit, time] = /^a_pyramidal (\d+), ([\d.]+) ms, spike/.exec(said) ?? []
    const near = Array.from(times).filter((t, i) => sources[i] === Number(unit) && Math.abs(t - Number(time)) < 0.1)
    expect(near.length, said).toBeGreaterThan(0)
  })
})

describe.skipIf(!executable)('selecting and exporting', () => {
  it('counts, rates, intervals and bursts of the selection are those of a plain computation', async () => {
    const { page, complaints } = await look(0, 1000)
    await counts(page)
    await drag(page, await at(page, 0.2, 0.01), await at(page, 0.7, 0.99), 'Alt')
    await page.getByRole('tab', { name: 'Selection' }).click()
    const panel = page.getByRole('tabpanel', { name: 'Selection' })
    const section = panel.getByRole('region', { name: 'a_pyramidal' })
    await section.getByRole('row', { name: /^spikes / }).waitFor()
    await page.waitForURL(/select=/)
    const select = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('select') ?? ''
    const [from, to] = select.split(',')[0].split('/').map(Number)
    expect(from).toBeCloseTo(200, -1)
    const [, first, last] = (/a_pyramidal:rows\/(\d+)\/(\d+)/.exec(select) ?? []).map(Number)
    const all = trace.events('a_pyramidal', { from, to })
    const inside = (_: number, i: number) => all.sources[i] >= first && all.sources[i] < last
    const [times, sources, kinds] = [all.times.filter(inside), all.sources.filter(inside), all.kinds.filter(inside)]
    const value = async (name: RegExp) => (await section.getByRole('row', { name }).getByRole('cell').first().textContent()) ?? ''
    const number = (text: string) => Number(text.replaceAll(',', '').replace(/ .*/, ''))
    expect(number(await value(/^spikes (?!in)/))).toBe(times.length)
    const trains = Array.from({ length: 100 }, (_, unit) => times.filter((_, i) => sources[i] === unit))
    const intervals = pooledIntervals(trains)
    expect(number(await value(/^mean interval/))).toBeCloseTo(intervals.reduce((a, b) => a + b, 0) / intervals.length, 0)
    expect(await value(/^events/)).toContain(kinds.filter((k) => k & 4).length.toLocaleString('en'))
    expect(complaints).toEqual([])
  })
  it('rows as CSV and NPY hold what was selected', async () => {
    const { page } = await look(100, 200)
    await counts(page)
    await page.locator('summary', { hasText: 'Export' }).click()
    const csv = await downloaded(page, () => page.getByRole('button', { name: 'window as CSV' }).click())
    const [head, ...lines] = csv.bytes.toString().trim().split('\n')
    expect(head).toBe('population,time_ms,unit,kind')
    const expected = trace.header.populations.flatMap(({ name }) => {
      const { times, sources } = trace.events(name, { from: 100, to: 200 })
      return Array.from(times, (t, i) => `${name},${t},${sources[i]}`)
    })
    expect(lines.map((line) => line.split(',').slice(0, 3).join(',')).sort()).toEqual(expected.sort())
    const npy = await downloaded(page, () => page.getByRole('button', { name: 'window as NPY' }).click())
    expect(npy.bytes.subarray(1, 6).toString()).toBe('NUMPY')
    const shape = /'shape': \((\d+),/.exec(npy.bytes.toString('latin1'))?.[1]
    expect([...trace.header.populations].map(({ name }) => String(trace.events(name, { from: 100, to: 200 }).times.length))).toContain(shape)
  })
  it('the view as PNG and SVG is a picture of it', async () => {
    const { page, complaints } = await look(100, 400)
    await counts(page)
    await page.locator('summary', { hasText: 'Export' }).click()
    const png = await downloaded(page, () => page.getByRole('button', { name: 'view as PNG' }).click())
    const picture = decode(png.bytes)
    expect(picture.width).toBeGreaterThan(600)
    expect(new Set(picture.data).size).toBeGreaterThan(5)
    const svg = (await downloaded(page, () => page.getByRole('button', { name: 'view as SVG' }).click())).bytes.toString()
    expect(svg).toMatch(/^<svg /)
    expect(svg).toContain(`showing ${spikesIn(100, 400).toLocaleString('en')} of`)
    const { page: alone } = await visited(`data:text/html,<title>alone</title>`)
    await alone.setContent(svg)
    expect(await alone.locator('svg').boundingBox()).not.toBeNull()
    expect(complaints).toEqual([])
  })
  it('figures of the scenario are drawn in the page', async () => {
    const { page } = await look(0, 400)
    await counts(page)
    await page.locator('summary', { hasText: 'Export' }).click()
    const svg = (await downloaded(page, () => page.getByRole('button', { name: 'figure 1 as SVG' }).click())).bytes.toString()
    expect(svg).toContain('burst probability (BP)')
  })
  it('strips are drawn under the raster, on the same axis', async () => {
    const { page } = await look(0, 1000)
    await counts(page)
    await page.getByText('Burst probability of a_pyramidal').waitFor()
    await expect.poll(() => ink(page, '.strips'), { timeout: 20_000 }).toBeGreaterThan(500)
    const boxes = await page.locator('.raster .u-over, .strips .u-over').evaluateAll((all) => all.map((e) => [e.getBoundingClientRect().left, e.getBoundingClientRect().width]))
    for (const [left, width] of boxes) expect([left, width]).toEqual(boxes[0])
  })
})
