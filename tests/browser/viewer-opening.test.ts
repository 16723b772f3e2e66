/** The viewer opened in every way there is, as a person would: what is seen, and that nothing is asked of another host or refused by the page's own policy. */
import { createServer, type Server } from 'node:http'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeViewerTrace } from '../../bench/viewer-trace.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'
import { build, root } from '../built.ts'
import { executable, needsBrowser } from './chromium.ts'
import { counts, ink, served, shown, visited } from './shown.ts'

const folder = mkdtempSync(join(tmpdir(), 'hillock-viewer-'))
const trace = join(folder, 'bursts.hlk')
const others = join(folder, 'others.hlk')
const events = 20_000
let spikes = 0

beforeAll(async () => {
  if (!executable) return
  await build('program', 'page')
  spikes = written(trace, 1)
  written(others, 2)
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** Spikes of a trace that is made here. */
function written(file: string, seed: number): number {
  const parts: Uint8Array[] = []
  const made = writeViewerTrace({ write: (bytes) => void parts.push(bytes) }, events, 100, seed)
  writeFileSync(file, Buffer.concat(parts))
  return made.events
}

needsBrowser()

describe.skipIf(!executable)('the viewer opens', () => {
  it('the trace that hillock view is given', async () => {
    const { page, complaints } = await shown([trace])
    expect(await counts(page)).toEqual({ shown: spikes, of: spikes })
    expect(await ink(page, '.raster')).toBeGreaterThan(5000)
    expect(await page.locator('.shell > header').textContent()).toContain('bursts.hlk')
    expect(complaints).toEqual([])
  })
  it('two traces, to compare', async () => {
    const { page, complaints } = await shown([trace, others])
    await counts(page)
    await page.locator('.shell > header').getByText('bursts.hlk beside others.hlk').waitFor()
    await page.getByRole('tab', { name: 'Compare', selected: true }).waitFor()
    expect(complaints).toEqual([])
  })
  it('a scenario, ready to run', async () => {
    const { page, complaints } = await shown(['short-term-plasticity'])
    await runButton(page).waitFor()
    expect(await page.locator('body').textContent()).toContain('Depression and facilitation, release by release')
    expect(complaints).toEqual([])
  })
  it('a scenario with a mistake, told on the terminal and at its line', async () => {
    const file = join(folder, 'mistaken.yaml')
    writeFileSync(file, 'title: mistaken\nduration: 10 ms\npopulations:\n  cells: { model: lif_dellta, size: 3 }\n')
    const { page } = await shown([file])
    await page.getByRole('tab', { name: 'Scenario', selected: true }).waitFor()
    await page.getByRole('tabpanel', { name: 'Scenario' }).getByText('unknown model "lif_dellta"').first().waitFor()
  })
  it('the gallery, and a scenario of it', async () => {
    const { page, complaints } = await shown([])
    const card = page.getByRole('link', { name: /Two messages on one axon/ })
    await card.waitFor()
    expect(await page.locator('main a img').count()).toBeGreaterThan(30)
    await page.getByLabel('Search scenarios').fill('superspike')
    await expect.poll(() => card.count()).toBe(0)
    await page.getByRole('link', { name: /One neuron learns when to fire/ }).click()
    await runButton(page).waitFor()
    expect(page.url()).toContain('scenario=superspike-single')
    expect(complaints).toEqual([])
  })
  it('a file that is picked, and one that is dropped', async () => {
    const { page, complaints } = await shown([])
    await page.locator('input[type=file]').first().setInputFiles(trace)
    expect((await counts(page)).of).toBe(spikes)
    const data = await page.evaluateHandle(async (bytes) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'dropped.hlk'))
      return transfer
    }, readFileSync(others).toString('base64'))
    for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('main', type, { dataTransfer: data })
    await page.locator('.shell > header').getByText('dropped.hlk').waitFor()
    expect(complaints).toEqual([])
  })
  it('an address of its own origin, and refuses one of another', async () => {
    const url = await served([trace])
    const own = await visited(`${url}?url=asked/0.hlk`)
    expect((await counts(own.page)).of).toBe(spikes)
    const foreign = await visited(`${url}?url=${encodeURIComponent('http://localhost:1/x.hlk')}`)
    await foreign.page.getByText('only traces of this page\'s own origin').waitFor()
    expect([...own.complaints, ...foreign.complaints]).toEqual([])
  })
  it('without anything moving about', async () => {
    const url = await served([trace])
    const { page } = await visited('about:blank')
    await page.addInitScript(() => {
      const kept = window as unknown as { shift: number }
      kept.shift = 0
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) kept.shift += (entry as unknown as { value: number }).value
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await page.goto(url)
    await counts(page)
    await page.waitForTimeout(1500)
    expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.01)
  })
  it('from a host of static files, under a path of its own, without its headers and without ranges', async () => {
    const host = await staticHost({ '/some/where/': join(root, 'dist/viewer'), '/some/where/traces/': folder })
    const { page, complaints } = await visited(`${host.url}some/where/?url=traces/bursts.hlk`)
    expect((await counts(page)).of).toBe(spikes)
    await page.goto(`${host.url}some/where/?scenario=plateau-turns-spike-into-burst`)
    await runButton(page).click()
    await page.getByText(/sha-256/i).first().waitFor({ timeout: 60_000 })
    expect(complaints.filter((c) => !/404/.test(c))).toEqual([])
    host.server.close()
  })
})

describe.skipIf(!executable)('what a run of the page is', () => {
  it('the same bytes as in Node', async () => {
    const file = join(root, 'scenarios/plateau-turns-spike-into-burst.yaml')
    const loaded = loadScenario(readFileSync(file, 'utf8'), { file, read: (path) => readFileSync(path, 'utf8'), models: library })
    const { trace } = await runScenario(loaded)
    const { page, complaints } = await shown(['plateau-turns-spike-into-burst'])
    await runButton(page).click()
    await page.getByText(trace.sha256).waitFor({ timeout: 60_000 })
    // a run that is over at once is seen whole all the same
    await page.getByText('showing 4 of 4 spikes').waitFor()
    expect(complaints).toEqual([])
  })
})

const runButton = (page: Page) => page.getByRole('tabpanel', { name: 'Live' }).getByRole('button', { name: 'Run', exact: true })

/** Serves folders as any host would: no ranges, no headers but the type. The longest path counts. */
async function staticHost(folders: Record<string, string>): Promise<{ url: string; server: Server }> {
  const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.wasm': 'application/wasm', '.png': 'image/png' }
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? '').replace(/[?#].*/, '')))
    const [mount] = Object.keys(folders).filter((m) => path.startsWith(m)).sort((a, b) => b.length - a.length)
    const file = mount && join(folders[mount], path.slice(mount.length) || 'index.html')
    if (!file || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}
