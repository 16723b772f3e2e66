/** What a finished run leaves: counts, the trace and its hash, and the scenario that does by itself what was done by hand. */
import type { LiveResult } from '../engine-service.ts'
import * as live from './live-run.ts'
import { save } from '../export/save.ts'
import { Row } from '../panels/row.tsx'
import { bytesText, numberText, timeText } from './words.ts'

export function Outcome({ result, saveTrace }: { result: LiveResult; saveTrace?(): Promise<Blob | undefined> }) {
  const { bytes, sha256, seconds, duration, changes, scenarioText, events, synapticEvents, stopped } = result
  const base = (live.opened.value?.file.split('/').at(-1) ?? 'run.yaml').replace(/\.ya?ml$/i, '')
  const download = async () => {
    const blob = await saveTrace?.()
    if (blob) save(blob, `${base}.hlk`)
  }
  return (
    <section>
      <h3>{stopped ? 'Stopped' : 'Done'}</h3>
      <table>
        <tbody>
          <Row name="simulated" value={timeText(duration)} />
          <Row name="computed in" value={timeText(seconds * 1000)} />
          <Row name="spikes kept" value={numberText(events.spike ?? 0)} />
          <Row name="synaptic events" value={numberText(synapticEvents)} />
          <Row name="trace" value={bytesText(bytes)} />
        </tbody>
      </table>
      <p class="hash">
        <span class="quiet">sha-256</span> <code>{sha256}</code>
      </p>
      <div class="controls">
        <button type="button" disabled={!saveTrace} title={saveTrace ? undefined : 'Another trace is open: run again to have that of the run'} onClick={() => void download()}>
          Download trace
        </button>
        <button type="button" onClick={() => save(new Blob([scenarioText], { type: 'application/yaml' }), changes.length > 0 ? `${base}.changed.yaml` : `${base}.yaml`)}>
          Download scenario{changes.length > 0 ? ' with my changes' : ''}
        </button>
      </div>
      {changes.length > 0 && (
        <details>
          <summary>
            {changes.length} {changes.length === 1 ? 'change' : 'changes'} by hand, in the protocol of the trace
          </summary>
          <ul>
            {changes.map(({ at, port, value }) => (
              <li key={`${at} ${port}`}>
                {timeText(at)}: {port} = {value}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}
