/** What the scenario should show, ticked when the run has ended. */
import type { ExpectationOutcome, ExpectedBounds, RunEnd } from '../engine-service.ts'
import { numberText } from './words.ts'

export function Expectations({ expected, ending }: { expected: readonly ExpectedBounds[]; ending: RunEnd | undefined }) {
  const found = ending?.how === 'ended' && ending.expectations.length > 0 ? ending.expectations : undefined
  const passed = found?.filter((e) => e.pass).length
  const summary = found ? `${passed} of ${found.length} are met.` : ending?.how === 'ended' && ending.note ? `${sentence(ending.note)}.` : 'To be seen when the run has ended.'
  return (
    <section>
      <h3>Expected</h3>
      <p role="status" aria-live="polite" class={found ? (passed === found.length ? 'good' : 'bad') : 'quiet'}>
        {summary}
      </p>
      <ul class="expectations">
        {(found ?? expected).map((e, k) => (
          // names may stand twice
          <Expectation key={k} expected={e} />
        ))}
      </ul>
    </section>
  )
}

function Expectation({ expected }: { expected: ExpectedBounds | ExpectationOutcome }) {
  const { name, accept, unit, source } = expected
  const seen = 'pass' in expected ? expected : undefined
  const symbol = seen ? (seen.pass ? '✓' : '✗') : '○'
  const unitText = unit === '' ? '' : ` ${unit}`
  return (
    <li class={seen ? (seen.pass ? 'good' : 'bad') : ''}>
      <span aria-hidden="true">{symbol}</span>
      <div>
        <span class="unseen">{seen ? (seen.pass ? 'met: ' : 'not met: ') : ''}</span>
        {name}
        <div>
          <span class="quiet">{rangeText(accept, unitText)}</span>
          {seen && (
            <>
              , found <strong>{seen.detail && Number.isNaN(seen.value) ? seen.detail : `${numberText(seen.value)}${unitText}`}</strong>
            </>
          )}
        </div>
        {source && <div class="quiet">{source}</div>}
      </div>
    </li>
  )
}

function rangeText([least, most]: [number, number], unit: string): string {
  if (least === most) return `exactly ${numberText(least)}${unit} accepted`
  if (most === Infinity) return `${numberText(least)}${unit} or more accepted`
  if (least === -Infinity) return `${numberText(most)}${unit} or less accepted`
  return `${numberText(least)} to ${numberText(most)}${unit} accepted`
}

function sentence(text: string): string {
  return text[0].toUpperCase() + text.slice(1)
}
