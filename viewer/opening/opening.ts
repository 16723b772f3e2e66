/** Opening traces and scenarios: picked or dropped files, what the page's address or `hillock view` asks for, runs that begin. */
import { signal } from '@preact/signals'
import { InputError } from '../../engine/errors.ts'
import type { ScenarioFiles } from '../engine-service.ts'
import { show } from './first-view.ts'
import { type Asked, askedFiles, fetchAsked, fetchScenario } from '../gallery/scenario-files.ts'
import { load, onFeed } from '../live/live-run.ts'
import { runTrace } from '../live/run-trace.ts'
import { complain, forgetComplaints } from '../panels/notices.tsx'
import { showTab, suggestTab } from '../panels/side.tsx'
import { scenarioOf } from '../strips/page-scenario.ts'
import type { TraceOrigin } from '../trace-service.ts'
import { closeTrace, type OpenTrace, openTrace, other, trace } from '../traces.ts'

/** What is being opened, for the page to say so. */
export const opening = signal<string | undefined>(undefined)
/** True while the page waits to know what it is asked for: the gallery would only flash up. */
export const asking = signal(true)

/** What the address asks for (`?url=`, `?scenario=`), else what `hillock view` was given. Call once. */
export async function openAsked() {
  onFeed((feed, name) => {
    void openFirst({ name, feed }, (opened) => {
      runTrace.value = opened
    })
  })
  const query = new URLSearchParams(location.search)
  const [url, scenario] = [query.get('url'), query.get('scenario')]
  if (url !== null) await openUrl(url)
  else if (scenario !== null) await openScenario(scenario)
  else await guarded('asked.json', async () => openGiven(await fetchAsked()))
  asking.value = false
}

async function openGiven(asked: Asked | undefined) {
  const [first, second] = asked?.traces ?? []
  if (first) await openFirst({ name: first.name, url: new URL(first.url, document.baseURI).href })
  if (second) await openSecond({ name: second.name, url: new URL(second.url, document.baseURI).href })
  const { scenario } = asked ?? {}
  if (scenario) await openScenarioFiles(await askedFiles(scenario), Boolean(asked?.error))
}

/** A scenario of the gallery, ready to run. */
export async function openScenario(name: string) {
  await guarded(name, async () => openScenarioFiles(await fetchScenario(name)))
}

/** With a mistake in it, the editor is where it is to be mended. */
async function openScenarioFiles(files: ScenarioFiles, mistaken = false) {
  // at once: when it has been checked, somebody may be at another tab already
  showTab(mistaken ? 'Scenario' : 'Live')
  const before = [trace.value, other.value]
  trace.value = undefined
  for (const open of before) if (open) await closeTrace(open)
  await load(files)
}

/** Shows a trace in place of those that are open; `first` hears of it before. */
export async function openFirst(origin: TraceOrigin, first?: (opened: OpenTrace) => void) {
  await guarded(origin.name, async () => {
    const opened = await openTrace(origin)
    const before = [trace.value, other.value]
    first?.(opened)
    show(opened)
    // what its scenario is about is seen first
    if (!('feed' in origin) && scenarioOf(opened.header).figures?.some((figure) => 'multiplexing' in figure)) suggestTab('Multiplexing')
    for (const open of before) if (open) await closeTrace(open)
  })
}

/** Opens a trace to compare the first with. */
export async function openSecond(origin: TraceOrigin) {
  await guarded(origin.name, async () => {
    const opened = await openTrace(origin)
    const before = other.value
    other.value = opened
    showTab('Compare')
    if (before) await closeTrace(before)
  })
}

/** Files that somebody picked or dropped: traces (the second is compared with the first) or a scenario. */
export async function openFiles(files: readonly File[]) {
  forgetComplaints()
  const [scenario, ...more] = files.filter(({ name }) => isScenario(name))
  const traces = files.filter(({ name }) => !isScenario(name))
  const [first, second] = traces
  if (more.length > 0) complain(new InputError(`found ${more.length + 1} scenarios; one can be opened at a time`))
  if (traces.length > 2) complain(new InputError(`found ${traces.length} traces; one can be shown, or two compared`))
  if (scenario) await guarded(scenario.name, async () => openScenarioFiles({ file: scenario.name, files: { [scenario.name]: await scenario.text() }, pictures: {} }))
  if (first) await openFirst({ name: first.name, file: first })
  if (second) await openSecond({ name: second.name, file: second })
}

const isScenario = (name: string) => /\.ya?ml$/i.test(name)

/** A trace at an address, which must be of the page's own origin: a page should not fetch from elsewhere because a link says so. */
async function openUrl(text: string) {
  const url = URL.canParse(text, location.href) ? new URL(text, location.href) : undefined
  if (!url || url.origin !== location.origin) {
    complain(new InputError(`url: found "${text}"; only traces of this page's own origin (${location.origin}) are opened`))
    return
  }
  await openFirst({ name: decodeURIComponent(url.pathname.split('/').at(-1) ?? '') || text, url: url.href })
}

async function guarded(name: string, act: () => Promise<void>) {
  opening.value = name
  try {
    await act()
  } catch (error) {
    complain(new InputError(`${name}: ${error instanceof Error ? error.message : String(error)}`))
  } finally {
    opening.value = undefined
  }
}
