/**
 * Two traces beside each other: the second is drawn over the first in raster and strips; where they differ first is said in words, and
 * can be gone to; and what their headers say differently.
 */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { look, showRows } from '../moving/navigation.ts'
import { openSecond } from '../opening/opening.ts'
import { complain } from '../panels/notices.tsx'
import { inWords } from '../plot/time-axis.ts'
import { rankOf } from '../moving/ranks.ts'
import type { Divergence } from '../trace-service.ts'
import { closeTrace, type OpenTrace, other, trace, traceService } from '../traces.ts'
import { groups, overlay, selection } from '../view.ts'

export function ComparePanel() {
  const [a, b] = [trace.value, other.value]
  if (!a) return <p class="quiet">Open a trace first; then choose a second one here.</p>
  return (
    <div class="compare">
      <label class="button">
        {b ? 'Another second trace…' : 'Second trace…'}
        <input
          type="file"
          class="unseen"
          accept=".hlk"
          aria-label="Second trace"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? []
            event.currentTarget.value = ''
            if (file) void openSecond({ name: file.name, file })
          }}
        />
      </label>
      {b ? <Pair key={`${a.id} ${b.id}`} a={a} b={b} /> : <p class="quiet">Choose a second trace, or drop it on the page: both are drawn over each other, and the first difference is found.</p>}
    </div>
  )
}

function Pair({ a, b }: { a: OpenTrace; b: OpenTrace }) {
  const found = useSignal<Divergence | Error | undefined>(undefined)
  const isLive = a.status.value.live || b.status.value.live
  useEffect(() => {
    if (isLive) return
    let stopped = false
    traceService()
      .compare(a.id, b.id)
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
      .then((answer) => {
        if (!stopped) found.value = answer
      })
    return () => {
      stopped = true
    }
  }, [a, b, isLive])
  return (
    <>
      <dl>
        <dt>First</dt>
        <dd>{a.name}</dd>
        <dt>Second</dt>
        <dd>{b.name}</dd>
      </dl>
      <p class="compare-tools">
        <label>
          <input
            type="checkbox"
            checked={overlay.value}
            onChange={(event) => {
              overlay.value = event.currentTarget.checked
            }}
          />
          Draw the second over the first
        </label>
        <button type="button" onClick={() => void closeTrace(b)}>
          Close the second
        </button>
      </p>
      {overlay.value && (
        <ul class="compare-legend" aria-label="Colours of the raster">
          <li class="first">only in the first</li>
          <li class="second">only in the second</li>
          <li>in both</li>
        </ul>
      )}
      <div aria-live="polite">{isLive ? <p class="quiet">A run goes on; the traces are compared when it has ended.</p> : <Difference a={a} found={found.value} />}</div>
    </>
  )
}

function Difference({ a, found }: { a: OpenTrace; found: Divergence | Error | undefined }) {
  if (!found) return <p class="quiet">Comparing…</p>
  if (found instanceof Error) return <p class="wrong">{found.message}</p>
  const { same, compared, first, headers } = found
  return (
    <>
      <h3>{same ? 'No difference' : first ? 'First difference' : compared === 0 ? 'Nothing to compare' : 'Same rows, other headers'}</h3>
      {same && <p>Every event, sample and weight is the same in both.</p>}
      {!same && !first && <p>{compared === 0 ? 'No population, sample or projection has the same name in both.' : 'Every event, sample and weight that both have is the same; what the headers say is not.'}</p>}
      {first && (
        <>
          <p>{inSentence(first)}</p>
          <table>
            <tbody>
              <tr>
                <th scope="row">first</th>
                <td>{first.a}</td>
              </tr>
              <tr>
                <th scope="row">second</th>
                <td>{first.b}</td>
              </tr>
            </tbody>
          </table>
          <button type="button" onClick={() => goTo(a, first).catch(complain)}>
            Go there
          </button>
        </>
      )}
      {headers.length > 0 && (
        <>
          <h3>What the headers say</h3>
          <ul>
            {headers.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

/** `At 12.3 ms, spike of cells 7.` */
export function inSentence({ time, what, name, unit }: NonNullable<Divergence['first']>): string {
  return `At ${inWords(time)}, ${what} of ${name}${unit === undefined ? '' : ` ${unit}`}.`
}

/** So much around the difference is shown (ms), and so many rows. */
const around = 25
const rowsAround = 6

async function goTo(open: OpenTrace, { time, name, unit }: NonNullable<Divergence['first']>) {
  look({ from: Math.max(0, time - around), to: time + around })
  const group = groups.value.find(({ population }) => population === name)
  if (!group || unit === undefined) return
  const rank = await rankOf(open, name, group.order, unit)
  showRows(name, { from: rank + 0.5 - rowsAround, to: rank + 0.5 + rowsAround })
  selection.value = { from: Math.max(0, time - around), to: time + around, rows: [{ population: name, first: rank, last: rank + 1, order: group.order }] }
}
