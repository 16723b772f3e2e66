/** The viewer as a person has it: `hillock view` of the built program, and a page of Chromium that looks at it. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { main } from '../built.ts'
import { launch } from './chromium.ts'

export interface Shown {
  page: Page
  url: string
  /** Errors of the page and of its policies, requests that failed or left for another host. */
  complaints: string[]
}

let browser: Promise<Browser> | undefined
const servers: ChildProcess[] = []

afterAll(async () => {
  for (const server of servers) server.kill()
  await (await browser)?.close()
})

/** `hillock view` with these arguments; its address. */
export async function served(args: readonly string[], cwd?: string): Promise<string> {
  const child = spawn(process.execPath, [main, 'view', ...args, '--no-open'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  servers.push(child)
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (data: Buffer) => {
      said += data.toString()
      const url = /view\s+(http:\S+)/.exec(said)?.[1]
      if (url) resolve(url)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('exit', (code) => reject(new Error(`hillock view ended with ${code}: ${said}`)))
  })
}

/** A page at an address. Everything that a browser would complain of is kept. */
export async function visited(url: string, options: BrowserContextOptions = {}): Promise<Shown> {
  browser ??= launch()
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') complaints.push(m.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!/^(blob:|data:)/.test(request.url()) && new URL(request.url()).origin !== new URL(url).origin) complaints.push(`asked for ${request.url()}`)
  })
  await page.goto(url)
  return { page, url, complaints }
}

export async function shown(args: readonly string[], query = '', options?: BrowserContextOptions): Promise<Shown> {
  return visited((await served(args)) + query, options)
}

/** `showing n of N spikes`, once the picture is exact. */
export async function counts(page: Page): Promise<{ shown: number; of: number }> {
  const text = page.locator('output.counts')
  await text.filter({ hasText: /^showing [\d,]+ of [\d,]+ spikes$/ }).waitFor({ timeout: 60_000 })
  const [, n, of] = /showing ([\d,]+) of ([\d,]+)/.exec((await text.textContent()) ?? '') ?? []
  expect(n, 'the counts are there').toBeDefined()
  const number = (written: string) => Number(written.replaceAll(',', ''))
  return { shown: number(n), of: number(of) }
}

/** Of the pixels of an element's canvases: how many differ from the one in their corner. */
export function ink(page: Page, selector: string): Promise<number> {
  return page.locator(selector).evaluate((element) => {
    let count = 0
    for (const canvas of element.querySelectorAll('canvas')) {
      const context = canvas.getContext('2d')
      if (!context || canvas.width === 0 || canvas.height === 0) continue
      const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer)
      for (const pixel of pixels) if (pixel !== pixels[0]) count++
    }
    return count
  })
}

/** What a download holds. */
export async function downloaded(page: Page, click: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 30_000 }), click()])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) }
}
