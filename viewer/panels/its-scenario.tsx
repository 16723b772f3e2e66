/** A trace holds the scenario it came from: opens that, to read its equations, edit it, or run it again. */
import { stringify } from 'yaml'
import { opening } from '../opening/opening.ts'
import { load } from '../live/live-run.ts'
import { type OpenTrace, trace } from '../traces.ts'
import { complain } from './notices.tsx'

export function ItsScenario({ what }: { what: string }) {
  const open = trace.value
  if (!open) return <p class="quiet">Open a scenario {what}.</p>
  return (
    <>
      <p class="quiet">This trace holds the scenario it came from: open that {what}.</p>
      <button type="button" disabled={opening.value !== undefined} onClick={() => void openScenarioOf(open)}>
        Open its scenario
      </button>
    </>
  )
}

async function openScenarioOf({ name, header }: OpenTrace) {
  try {
    const file = `${name.replace(/\.hlk$/, '')}.yaml`
    await load({ file, files: { [file]: stringify(JSON.parse(header.scenario)) }, pictures: {} })
  } catch (error) {
    complain(error)
  }
}
