/**
 * The viewer, timed in headless Chromium without a GPU: `npm run bench:viewer`, or some of its parts: `-- opening moving large live`. Motivation: a picture that comes late or jerks is not looked at.
 * Traces are made here (viewer-trace.ts, seed 1): 10 million events (130 MB) and 77 million (1 GB); the page is that of `hillock view`.
 *   first paint   from asking for the page to the frame after the first image of the raster is drawn, in a new browser each time
 *   complete      to the moment at which all events have been read and the picture is exact
 *   frames        between one frame and the next while each of them moves the window (a turn of the wheel, or a drag), with the limit to
 *                 60 a second taken away, so that what is measured is what a frame costs, worker, drawing and composition included
 *   memory        private memory of the page's process, the most of samples every 50 ms
 *   live          seconds of a run in the page while its picture follows, beside the same worker without anybody who looks
 */
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { median } from './median.ts'
import { packageRoot } from './package-root.ts'
import { writeViewerTrace } from './viewer-trace.ts'

const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const frames = 300
const live = ['burst-multiplexing', '--set', 'duration=20 s']

interface Figure {
  what: string
  value: number
  unit: string
  /** Fastest and slowest, or what else belongs to it. */
  beside: string
  asked: string
}

const folder = mkdtempSync(join(tmpdir(), 'hillock-bench-'))
try {
  console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, node ${process.version}, Chromium ${await version()}\n`)
  console.log('| what | here | | asked for |\n|---|---|---|---|')
  const parts: Record<string, () => Promise<Figure[]>> = {
    opening: () => opening('10 million events', traceOf(1e7, 4000), '< 1 s', 5),
    moving: () => moving(traceOf(1e7, 4000)),
    large: () => opening('1 GB', traceOf(77e6, 8000), '< 2 s', 3),
    live: running,
  }
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts)
  const unknown = wanted.find((name) => !parts[name])
  if (unknown) throw new Error(`found "${unknown}"; parts are ${Object.keys(parts).join(', ')}`)
  for (const name of wanted) {
    for (const { what, value, unit, beside, asked } of await parts[name]()) console.log(`| ${what} | ${value.toPrecision(3)} ${unit} | ${beside} | ${asked} |`)
  }
} finally {
  rmSync(folder, { recursive: true })
}

function traceOf(events: number, units: number): string {
  const file = join(folder, `${events}.hlk`)
  const descriptor = openSync(file, 'w')
  writeViewerTrace({ write: (bytes) => void writeSync(descriptor, bytes) }, events, units)
  closeSync(descriptor)
  return file
}

async function opening(name: string, trace: string, asked: string, repeats: number): Promise<Figure[]> {
  const paints: number[] = []
  const ends: number[] = []
  const megabytes: number[] = []
  for (let k = 0; k <= repeats; k++) {
    await looking([trace], [], async (page) => {
      const memory = watchMemory()
      const paint = await page.evaluate(() => (window as unknown as { painted: Promise<number> }).painted)
      await exact(page)
      const end = await page.evaluate(() => performance.now())
      // the first is the warm-up: files come from the disk
      if (k > 0) {
        paints.push(paint / 1000)
        ends.push(end / 1000)
        megabytes.push(await memory.most())
      } else await memory.most()
    })
  }
  return [
    figure(`first paint, ${name}`, paints, 's', asked),
    figure(`complete, ${name}`, ends, 's', ''),
    figure(`memory, ${name}`, megabytes, 'MB', name === '1 GB' ? '< 500 MB' : ''),
  ]
}

async function moving(trace: string): Promise<Figure[]> {
  const results: Figure[] = []
  await looking([trace], ['--disable-frame-rate-limit', '--disable-gpu-vsync'], async (page) => {
    await exact(page)
    for (const gesture of ['zoom', 'pan'] as const) {
      const deltas = await page.evaluate(moveAbout, { gesture, frames })
      const sorted = [...deltas].sort((a, b) => a - b)
      const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]
      results.push({ what: `a frame of ${gesture === 'zoom' ? 'zooming' : 'panning'}, 10 million events`, value: median(deltas), unit: 'ms', beside: `95 %: ${at(0.95).toFixed(1)} ms, longest ${at(1).toFixed(1)} ms, of ${deltas.length}`, asked: '< 16 ms, 95 %: < 33 ms' })
    }
  })
  return results
}

/** In the page: every frame moves the window. */
async function moveAbout({ gesture, frames }: { gesture: 'zoom' | 'pan'; frames: number }): Promise<number[]> {
  const over = document.querySelector('.raster .u-over') as HTMLElement
  const box = over.getBoundingClientRect()
  const at = (part: number) => ({ clientX: box.left + part * box.width, clientY: box.top + box.height / 2, bubbles: true, cancelable: true })
  const wheel = (deltaY: number) => over.dispatchEvent(new WheelEvent('wheel', { ...at(0.4), deltaY }))
  const pointer = (type: string, part: number) => over.dispatchEvent(new PointerEvent(type, { ...at(part), pointerId: 1, isPrimary: true, button: 0, buttons: 1 }))
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
  if (gesture === 'pan') {
    for (let k = 0; k < 12; k++) {
      wheel(-100)
      await frame()
    }
    pointer('pointerdown', 0.5)
  }
  const deltas: number[] = []
  let last = await frame()
  for (let k = 0; k < frames; k++) {
    if (gesture === 'zoom') wheel(Math.floor(k / 25) % 2 ? 40 : -40)
    else pointer('pointermove', 0.5 + 0.4 * Math.sin(k / 12))
    const now = await frame()
    deltas.push(now - last)
    last = now
  }
  if (gesture === 'pan') pointer('pointerup', 0.5)
  return deltas
}

async function running(): Promise<Figure[]> {
  const seen: number[] = []
  const unseen: number[] = []
  await looking(live, [], async (page) => {
    const run = page.getByRole('tabpanel', { name: 'Live' }).getByRole('button', { name: /^Run/ })
    for (let k = 0; k <= 2; k++) {
      await run.click()
      const computed = page.getByRole('row', { name: /^computed in/ }).getByRole('cell')
      await computed.waitFor({ timeout: 600_000 })
      const [, value, unit] = /([\d.]+) (ms|s)/.exec((await computed.textContent()) ?? '') ?? []
      if (k > 0) seen.push(Number(value) / (unit === 'ms' ? 1000 : 1))
      const alone = await page.evaluate(runAlone, { address: page.workers().map((w) => w.url()).find((u) => /\/worker-/.test(u)) as string })
      if (k > 0) unseen.push(alone)
    }
  })
  return [
    figure('20 s of burst multiplexing, followed by the picture', seen, 's', ''),
    figure('the same, without anybody who looks', unseen, 's', ''),
    { what: 'what looking costs', value: 100 * (median(seen) / median(unseen) - 1), unit: '%', beside: '', asked: '<= 10 %' },
  ]
}

/** In the page: the scenario that was asked for, in a worker of its own, spoken to in comlink's protocol. Seconds of the run. */
async function runAlone({ address }: { address: string }): Promise<number> {
  const { scenario } = await (await fetch('asked.json')).json()
  const worker = new Worker(address, { type: 'module' })
  const { port2 } = new MessageChannel()
  const raw = (value: unknown) => ({ type: 'RAW', value })
  const files = { ...scenario, pictures: {} }
  const ended = new Promise<{ value: { seconds: number } }>((resolve) => worker.addEventListener('message', ({ data }) => data.id === 'alone' && resolve(data)))
  worker.postMessage({ id: 'alone', type: 'APPLY', path: ['start'], argumentList: [raw(files), raw(undefined), raw({ changes: {} }), { type: 'HANDLER', name: 'proxy', value: port2 }] }, [port2])
  const { value } = await ended
  worker.terminate()
  return value.seconds
}

/** Once the picture says that every spike is in its place and everything is read. */
async function exact(page: Page): Promise<void> {
  await page.locator('output.counts').filter({ hasText: /^showing [\d,]+ of [\d,]+ spikes$/ }).waitFor({ timeout: 120_000 })
}

/** `hillock view` with these arguments, in a browser of its own. */
async function looking(args: readonly string[], flags: readonly string[], look: (page: Page) => Promise<void>): Promise<void> {
  const server = spawn(process.execPath, [join(packageRoot(), 'dist/cli/main.js'), 'view', ...args, '--no-open'])
  const url = await new Promise<string>((resolve) => {
    let said = ''
    server.stdout.on('data', (data) => {
      said += data
      const found = /view\s+(http:\S+)/.exec(said)?.[1]
      if (found) resolve(found)
    })
  })
  const browser = await launched(flags)
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.addInitScript(markFirstPaint)
    await page.goto(url, { waitUntil: 'commit' })
    await look(page)
  } finally {
    await browser.close()
    server.kill()
  }
}

/** The frame after the counts of the first image are said: then it stands on the screen. */
function markFirstPaint(): void {
  ;(window as unknown as { painted: Promise<number> }).painted = new Promise((resolve) => {
    const look = () => {
      if (/^showing/.test(document.querySelector('output.counts')?.textContent ?? '')) requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

async function launched(flags: readonly string[]): Promise<Browser> {
  const { chromium } = await import('playwright-core')
  const executablePath = executables.find((path) => existsSync(path))
  if (!executablePath) throw new Error(`found no Chromium; one of ${executables.join(', ')} is needed`)
  return chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu', ...flags] })
}

async function version(): Promise<string> {
  const browser = await launched([])
  const found = browser.version()
  await browser.close()
  return found
}

/** Private memory (MB) of the renderers that are children of this process's browsers; the page's is the largest. */
function watchMemory(): { most(): Promise<number> } {
  let most = 0
  const look = () => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) most = Math.max(most, privateMegabytes(pid))
  }
  const timer = setInterval(look, 50)
  return {
    async most() {
      look()
      clearInterval(timer)
      return most
    },
  }
}

function privateMegabytes(pid: string): number {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
    if (!command.includes('--type=renderer') || !isMine(pid)) return 0
    const sizes = [...readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1').matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)]
    return sizes.reduce((sum, [, kB]) => sum + Number(kB), 0) / 1000
  } catch {
    // the process has ended meanwhile
    return 0
  }
}

function isMine(pid: string): boolean {
  for (let at = pid; at !== '0' && at !== '1'; ) {
    if (at === String(process.pid)) return true
    at = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${at}/stat`, 'latin1'))?.[1] ?? '0'
  }
  return false
}

function figure(what: string, values: readonly number[], unit: string, asked: string): Figure {
  return { what, value: median(values), unit, beside: `${Math.min(...values).toPrecision(3)} to ${Math.max(...values).toPrecision(3)}`, asked }
}
