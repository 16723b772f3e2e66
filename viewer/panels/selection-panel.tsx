/** What is in the selected rectangle of time and rows: counts, rates, intervals, sizes of bursts. */
import { effect, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { markedPopulations } from '../opening/marked-populations.ts'
import { look, showRows } from '../moving/navigation.ts'
import { newest } from '../newest.ts'
import { inWords } from '../plot/time-axis.ts'
import { seldom } from '../seldom.ts'
import type { Selection, SelectionSummary } from '../trace-service.ts'
import { trace, traceService } from '../traces.ts'
import { selection, threshold } from '../view.ts'
import { complain } from './notices.tsx'
import { IntervalHistogram } from './interval-histogram.tsx'
import { Row } from './row.tsx'

const summary = signal<SelectionSummary | undefined>(undefined)

const ask = newest(
  async (chosen: Selection) => {
    if (!trace.value) return undefined
    try {
      return await traceService().summary(trace.value.id, chosen, threshold.value)
    } catch (error) {
      complain(error)
    }
  },
  (answer, chosen) => {
    if (chosen === selection.value) summary.value = answer
  },
)

const askSoon = seldom(() => {
  if (selection.value) ask(selection.value)
}, 300)

export function SelectionPanel() {
  useEffect(
    () =>
      effect(() => {
        void [threshold.value, trace.value?.status.value]
        if (selection.value) askSoon()
        else summary.value = undefined
      }),
    [],
  )
  const chosen = selection.value
  return (
    <>
      {chosen ? (
        <Chosen chosen={chosen} />
      ) : (
        <p class="quiet">Drag over the raster with alt held, or with “Select”, to choose a stretch of time and rows. What is in it then stands here.</p>
      )}
    </>
  )
}

function Chosen({ chosen }: { chosen: Selection }) {
  const zoomTo = () => {
    look(chosen)
    for (const { population, first, last } of chosen.rows) showRows(population, { from: first, to: last })
  }
  return (
    <>
      <h2>
        {inWords(chosen.from)} to {inWords(chosen.to)}
      </h2>
      <div class="choices">
        <button type="button" onClick={zoomTo}>
          Zoom to it
        </button>
        <button
          type="button"
          onClick={() => {
            selection.value = undefined
          }}
        >
          Clear
        </button>
      </div>
      {summary.value ? <Summary {...summary.value} /> : <p class="quiet">Counting…</p>}
    </>
  )
}

function Summary({ populations, histogram }: SelectionSummary) {
  return (
    <>
      {populations.map((p) => (
        <section key={p.population} aria-label={p.population}>
          <h3>
            {p.population}, {p.units.toLocaleString('en')} {p.units === 1 ? 'unit' : 'units'}
          </h3>
          <table class="numbers">
            <tbody>
              <Row name="spikes" value={count(p.spikes)} />
              <Row name="rate" value={`${number(p.rate)} Hz`} />
              {told(p.population) ? (
                <>
                  <Row name="events (singlets and bursts)" value={`${count(p.onsets)}, ${number(p.eventRate)} Hz`} />
                  <Row name="bursts" value={`${count(p.bursts)}, ${number(p.burstRate)} Hz`} />
                  <Row name="burst probability" value={Number.isNaN(p.burstProbability) ? 'no events' : number(p.burstProbability)} />
                </>
              ) : (
                <Row name="bursts" value="not marked in this run" />
              )}
              {p.plateaus > 0 && <Row name="plateaus" value={count(p.plateaus)} />}
              <Row name="mean interval" value={p.intervals > 0 ? `${number(p.meanInterval)} ms (${count(p.intervals)})` : 'none'} />
              <Row name="CV of intervals" value={Number.isNaN(p.cv) ? 'too few' : number(p.cv)} />
            </tbody>
          </table>
          {told(p.population) && <BurstSizes sizes={p.burstSizes} />}
        </section>
      ))}
      <IntervalHistogram {...histogram} />
    </>
  )
}

/** Runs of 1, 2, 3, ... spikes as bars that share the width of the largest. */
function BurstSizes({ sizes }: { sizes: readonly number[] }) {
  const most = Math.max(1, ...sizes)
  if (sizes.length < 2) return null
  return (
    <table class="numbers bars">
      <caption>spikes in a row</caption>
      <tbody>
        {sizes.map((n, i) => (
          <tr key={i}>
            <th scope="row">{i + 1}</th>
            <td>
              <span class="bar" style={{ width: `${(n / most) * 100}%` }} />
            </td>
            <td>{count(n)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Bursts are told from single spikes: by an interval, or by the run's own detector. */
const told = (population: string) => threshold.value !== 'recorded' || (trace.value !== undefined && markedPopulations(trace.value.header).has(population))

const count = (n: number) => n.toLocaleString('en')
const number = (n: number) => (Number.isFinite(n) ? Number(n.toPrecision(4)).toLocaleString('en', { maximumFractionDigits: 6 }) : '–')
