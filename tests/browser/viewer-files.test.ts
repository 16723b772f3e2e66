/** Files that are broken, large, or two: what the viewer says of them, and what it shows all the same. And the panels that explain a trace. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeViewerTrace } from '../../bench/viewer-trace.ts'
import { openTrace, openTraceWriter } from '../../engine/trace/index.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'
import { build, root } from '../built.ts'
import { executable, needsBrowser } from './chromium.ts'
import { counts, ink, shown } from './shown.ts'

const folder = mkdtempSync(join(tmpdir(), 'hillock-viewer-'))
const written = (name: string, bytes: Uint8Array) => {
  const file = join(folder, name)
  writeFileSync(file, bytes)
  return file
}
function made(events: number, units = 100, seed = 1): { bytes: Buffer; events: number } {
  const parts: Uint8Array[] = []
  const { events: count } = writeViewerTrace({ write: (bytes) => void parts.push(bytes) }, events, units, seed)
  return { bytes: Buffer.concat(parts), events: count }
}

beforeAll(async () => {
  if (executable) await build('program', 'page')
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true }))

needsBrowser()

describe.skipIf(!executable)('a file that is broken', () => {
  it('is no trace: what was found and what is needed', async () => {
    const { page } = await shown([written('text.hlk', Buffer.from('this is no trace, whatever its name says'))])
    await page.getByText('a trace begins with').waitFor()
    expect(await page.locator('.raster').count()).toBe(0)
  })
  it('is missing', async () => {
    const { page } = await shown([join(folder, 'missing.hlk')])
    await page.getByRole('alert').getByText('missing.hlk').first().waitFor()
  })
  it('was cut off: what is whole is shown, and until when', async () => {
    const { bytes, events } = made(30_000)
    const cut = bytes.subarray(0, Math.floor(bytes.length / 2))
    const trace = openTrace(cut)
    const { page } = await shown([written('cut.hlk', cut)])
    const { shown: n, of } = await counts(page)
    const whole = trace.header.populations.reduce((sum, { name }) => sum + trace.totals(name).spike, 0)
    expect([n, of]).toEqual([whole, whole])
    expect(n).toBeLessThan(events)
    await page.getByRole('alert').getByText(/cut\.hlk: .*(killed|incomplete|ends|missing|whole)/).first().waitFor()
  })
  it('has a damaged chunk: it is named, and the others are shown', async () => {
    const { bytes, events } = made(30_000)
    const { chunks } = openTrace(bytes)
    const chunk = chunks.filter((c) => c.type === 'events' && c.name === 'a_pyramidal')[3]
    const damaged = Buffer.from(bytes)
    damaged[chunk.offset + 200] ^= 0xff
    const { page } = await shown([written('damaged.hlk', damaged)])
    await page.getByRole('alert').getByText(/damaged\.hlk: the chunk of events "a_pyramidal" from .* the checksum of its data is wrong/).waitFor({ timeout: 30_000 })
    await expect.poll(async () => /showing ([\d,]+)/.exec((await page.locator('output.counts').textContent()) ?? '')?.[1]).toBe((events - chunk.count).toLocaleString('en'))
    expect(await ink(page, '.raster')).toBeGreaterThan(5000)
  })
})

describe.skipIf(!executable)('a trace of ten million events', () => {
  it('is shown whole, then close, then exactly', async () => {
    const { bytes, events } = made(1e7, 4000)
    const file = written('large.hlk', bytes)
    const { page, complaints } = await shown([file])
    expect(await counts(page)).toEqual({ shown: events, of: events })
    expect(await ink(page, '.raster')).toBeGreaterThan(100_000)
    await page.goto(`${page.url().replace(/#.*/, '')}#from=80000&to=80050`)
    await page.reload()
    const trace = openTrace(bytes)
    const close = trace.header.populations.reduce((sum, { name }) => sum + trace.events(name, { from: 80_000, to: 80_050 }).times.length, 0)
    expect(await counts(page)).toEqual({ shown: close, of: events })
    expect(complaints).toEqual([])
  })
})

describe.skipIf(!executable)('two traces', () => {
  it('that differ in one spike: where, and going there', async () => {
    const one = made(20_000)
    const two = Buffer.from(one.bytes)
    const trace = openTrace(one.bytes)
    const { times, sources } = trace.events('a_pyramidal')
    const row = Math.floor(times.length / 2)
    const other = rewritten(one.bytes, row)
    expect(other.length).toBe(two.length)
    const { page, complaints } = await shown([written('one.hlk', one.bytes), written('two.hlk', other)])
    const panel = page.getByRole('tabpanel', { name: 'Compare' })
    await panel.getByRole('heading', { name: 'First difference' }).waitFor({ timeout: 30_000 })
    expect((await panel.textContent()) ?? '').toContain('a_pyramidal')
    await panel.getByRole('button', { name: 'Go there' }).click()
    await page.waitForURL((url) => {
      const hash = new URLSearchParams(url.hash.slice(1))
      return Number(hash.get('from')) <= times[row] && Number(hash.get('to')) >= times[row] && Number(hash.get('to')) < times[row] + 500
    })
    expect(sources.length).toBeGreaterThan(row)
    expect(complaints).toEqual([])
  })
  it('that are the same', async () => {
    const { bytes } = made(20_000)
    const { page } = await shown([written('one.hlk', bytes), written('same.hlk', bytes)])
    await page.getByRole('tabpanel', { name: 'Compare' }).getByRole('heading', { name: 'No difference' }).waitFor({ timeout: 30_000 })
  })
})

/** The same trace with the unit of one row changed. */
function rewritten(bytes: Buffer, row: number): Buffer {
  const trace = openTrace(bytes)
  const parts: Uint8Array[] = []
  const all = trace.header.populations.map(({ name }) => trace.events(name))
  const { sources } = all[0]
  sources[row] = (sources[row] + 1) % trace.header.populations[0].size
  const writer = openTraceWriter(trace.header, { write: (part) => void parts.push(part) })
  all.forEach(({ times, sources, kinds }, k) => {
    writer.events(k, times, sources, kinds, times.length)
  })
  writer.close(trace.until)
  return Buffer.concat(parts)
}

describe.skipIf(!executable)('burst multiplexing', () => {
  it('has its panel, with the correlations that the command line computes', async () => {
    const file = join(root, 'scenarios/burst-multiplexing.yaml')
    const loaded = loadScenario(readFileSync(file, 'utf8'), { file, read: (path) => readFileSync(path, 'utf8'), models: library, short: true })
    const parts: Uint8Array[] = []
    const source = () => {
      const all = Buffer.concat(parts)
      return { size: all.length, read: (offset: number, length: number) => new Uint8Array(all.subarray(offset, offset + length)) }
    }
    const { expectations } = await runScenario(loaded, { sink: { write: (bytes) => void parts.push(bytes) }, open: source })
    const { page, complaints } = await shown([written('multiplexing.hlk', Buffer.concat(parts))])
    await counts(page)
    // nobody has to look for it
    await page.getByRole('tab', { name: 'Multiplexing', selected: true }).waitFor()
    const panel = page.getByRole('tabpanel', { name: 'Multiplexing' })
    // of the window that the scenario's figure has: from 200 ms
    for (const name of ['the event rate follows the somatic input', 'the burst probability follows the dendritic input']) {
      const value = expectations.find((e) => e.name === name)?.value ?? Number.NaN
      await panel.getByText(value.toFixed(2)).first().waitFor({ timeout: 20_000 })
    }
    // a point a bin, in both scatter plots: from 200 ms to 2 s in bins of 50 ms
    expect(await panel.locator('svg circle').count()).toBeGreaterThan(60)
    expect(complaints).toEqual([])
  })
})
