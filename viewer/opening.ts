/** Opening traces and scenarios: picked or dropped files, an address of the same origin, what `hillock view` was asked for. */
import { signal } from '@preact/signals'
import { InputError } from '../engine/errors.ts'
import { show } from './first-view.ts'
import { complain, forgetComplaints } from './panels/notices.tsx'
import { showTab } from './panels/side.tsx'
import type { TraceOrigin } from './trace-service.ts'
import { closeTrace, openTrace, other, trace } from './traces.ts'

/** What is being opened, for the page to say so. */
export const opening = signal<string | undefined>(undefined)

/** Shows a trace in place of those that are open. */
export async function openFirst(origin: TraceOrigin) {
  await guarded(origin.name, async () => {
    const opened = await openTrace(origin)
    const before = [trace.value, other.value]
    show(opened)
    for (const open of before) if (open) await closeTrace(open)
  })
}

/** Opens a trace to compare the first with. */
export async function openSecond(origin: TraceOrigin) {
  await guarded(origin.name, async () => {
    const opened = await openTrace(origin)
    const before = other.value
    other.value = opened
    if (before) await closeTrace(before)
  })
}

/** Files that somebody picked or dropped: traces (the second is compared with the first) or a scenario. */
export async function openFiles(files: readonly File[]) {
  forgetComplaints()
  const scenarios = files.filter(({ name }) => /\.ya?ml$/i.test(name))
  const traces = files.filter((file) => !scenarios.includes(file))
  if (traces.length > 2) complain(new InputError(`found ${traces.length} traces; one can be shown, or two compared`))
  const [first, second] = traces
  if (first) await openFirst({ name: first.name, file: first })
  if (second) await openSecond({ name: second.name, file: second })
  if (second && other.value) showTab('Compare')
}

/** A trace at an address, which must be of the page's own origin: a page should not fetch from elsewhere because a link says so. */
export async function openUrl(text: string) {
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
