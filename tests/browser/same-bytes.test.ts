/**
 * The promise: the same scenario and seed give the same trace, bit for bit, in Node and in a browser. Every scenario's short
 * form is run in both, and the hashes of the traces are compared.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'
import { executable, launch, needsBrowser } from './chromium.ts'

const root = new URL('../..', import.meta.url).pathname

const filesOf = (folder: string, ending: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? filesOf(join(folder, e.name), ending) : e.name.endsWith(ending) ? [join(folder, e.name)] : [],
  )
const named = <T>(ending: string, read: (file: string) => T) =>
  Object.fromEntries(filesOf(join(root, 'scenarios'), ending).map((f) => [relative(root, f), read(f)]))
const files = named('.yaml', (f) => readFileSync(f, 'utf8'))
const pictures = named('.png', (f) => readFileSync(f, 'base64'))
/** A picture has to be the same spikes in both, though no scenario may show it. */
const withPicture = 'scenarios/a-picture.yaml'
const pictureText = `
title: a picture
duration: 500 ms
populations:
  cells:
    model: patterns
    size: 50
    patterns: { every: 300 ms, list: [{ picture: pictures/pyramidal-cell.png, column: 5 ms, rate: 30 Hz }] }
`

needsBrowser()

describe.skipIf(!executable)('node and chromium', () => {
  let server: ViteDevServer
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    server = await createServer({
      root,
      configFile: false,
      logLevel: 'error',
      server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
      optimizeDeps: { entries: ['tests/browser/page.html'] },
      // bytes as they are: what lies under the root is code to the server
      plugins: [{
        name: 'data-files',
        configureServer({ middlewares }) {
          middlewares.use('/data-files/', (request, response) => {
            const bytes = readDataFile(decodeURIComponent((request.url ?? '').replace(/^\//, '')))
            response.statusCode = bytes ? 200 : 404
            response.setHeader('content-type', 'application/octet-stream')
            response.end(bytes)
          })
        },
      }],
    })
    await server.listen()
    const address = server.httpServer?.address()
    if (!address || typeof address === 'string') throw new Error('the server has no port')
    browser = await launch()
    page = await browser.newPage()
    page.on('console', (m) => {
      if (m.type() === 'error') console.error(`browser: ${m.text()}`)
    })
    await page.goto(`http://127.0.0.1:${address.port}/tests/browser/page.html`)
    await page.waitForFunction('window.hillock !== undefined', undefined, { timeout: 60_000 })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const all: Record<string, string> = { ...files, [withPicture]: pictureText }
  for (const file of Object.keys(all)) {
    it(`make the same trace of ${file}`, async () => {
      const readBytes = (path: string) => Buffer.from(pictures[path], 'base64')
      const data = new Set<string>()
      const dataFiles = (name: string) => {
        data.add(name)
        return readDataFile(name)
      }
      const loaded = loadScenario(all[file], { file, read: (path) => all[path], readBytes, dataFiles, models: library, short: true })
      const here = (await runScenario(loaded)).trace.sha256
      const there = await page.evaluate(
        ([f, texts, images, names]) => (window as unknown as { hillock: { sha256OfTrace(f: string, texts: Record<string, string>, images: Record<string, string>, data: readonly string[]): Promise<string> } }).hillock.sha256OfTrace(f, texts, images, names),
        [file, all, pictures, [...data]] as const,
      )
      expect(there).toBe(here)
    }, 120_000)
  }
})
