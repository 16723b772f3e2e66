/**
 * What follows a stimulus: the peri-stimulus time histogram of a population, with the trials of one unit under it, a row each. Trials are
 * aligned at what the scenario does (a step, a phase, a period) or at the spikes of a unit.
 */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { InputError } from '../../engine/errors.ts'
import { kinds } from '../../engine/description.ts'
import { Choice } from '../multiplexing/choice.tsx'
import { firstChoices } from '../multiplexing/choices.ts'
import { tab } from '../panels/side.tsx'
import { pointed } from '../moving/pointing.ts'
import { askWhenRested } from '../strips/ask-when-rested.ts'
import { automaticBin } from '../strips/bin-width.ts'
import { keptPopulations } from '../strips/default-strips.ts'
import { type OpenTrace, trace, traceService } from '../traces.ts'
import { from, to } from '../view.ts'
import { Histogram, TrialRaster } from './psth-plots.tsx'
import { mostTriggers, thinned, type TriggerChoice, triggerChoices } from './triggers.ts'

interface Found {
  centres: Float64Array
  rates: Float64Array
  trials: number
  of: number
  from: number
  to: number
  bin: number
  /** Spikes of the unit, relative to the trigger of each trial drawn. */
  raster?: { name: string; trials: Float64Array[] }
}

/** Trials drawn one by one. */
const trialsDrawn = 60

export function PsthPanel() {
  const open = trace.value
  const kept = open ? keptPopulations(open.header) : []
  if (!open || kept.length === 0) return <p class="quiet">{open ? 'This trace keeps no events.' : 'Open a trace to see what follows a stimulus.'}</p>
  return <Panel key={open.id} open={open} kept={kept} choices={triggerChoices(open.header)} />
}

function Panel({ open, kept, choices }: { open: OpenTrace; kept: string[]; choices: TriggerChoice[] }) {
  const population = useSignal(firstChoices(open.header)?.population.replace(/\[.*$/, '') ?? kept[0])
  const trigger = useSignal(choices.length > 0 ? '0' : 'unit')
  const before = useSignal(choices[0]?.every ? 0 : 50)
  const after = useSignal(choices[0]?.every ?? 200)
  const within = useSignal<'run' | 'view'>('run')
  const unit = useSignal({ population: population.peek(), unit: 0 })
  const found = useSignal<Found | Error | undefined>(undefined)
  useEffect(
    () =>
      askWhenRested(
        () => {
          if (tab.value !== 'Stimulus') return undefined
          const { until } = open.status.value
          const window = within.value === 'run' ? { from: 0, to: until } : { from: from.value, to: Math.min(to.value, until) }
          return { population: population.value, choice: choices[Number(trigger.value)], by: unit.value, before: before.value, after: after.value, window, until }
        },
        (question) => histogram(open, question),
        (answer) => {
          found.value = answer
        },
      ),
    [open],
  )
  const point = pointed.value?.event
  const number = (label: string, of: { value: number }) => (
    <label>
      <span>{label}</span>
      <input
        type="number"
        min="0"
        step="10"
        value={Number(of.value.toFixed(1))}
        onChange={(event) => {
          const value = event.currentTarget.valueAsNumber
          if (value >= 0) of.value = value
        }}
      />
    </label>
  )
  return (
    <div class="psth">
      <div class="asked">
        <Choice
          label="Aligned at"
          value={trigger.value}
          options={[...choices.map(({ label }, i): [string, string] => [String(i), label]), ['unit', `spikes of ${unit.value.population} ${unit.value.unit}`]]}
          choose={(value) => {
            trigger.value = value
            const every = choices[Number(value)]?.every
            before.value = every ? 0 : 50
            after.value = every ?? 200
          }}
        />
        <Choice label="Spikes of" value={population.value} options={kept.map((name) => [name, name])} choose={(name) => (population.value = name)} />
        {number('Before (ms)', before)}
        {number('After (ms)', after)}
        <Choice label="Trials of" value={within.value} options={[['run', 'whole run'], ['view', 'window shown']]} choose={(value) => (within.value = value === 'view' ? 'view' : 'run')} />
        <button
          type="button"
          disabled={!point}
          title="The unit whose event is pointed at in the raster"
          onClick={() => {
            if (point) unit.value = { population: point.population, unit: point.unit }
          }}
        >
          {point ? `Unit: ${point.population} ${point.unit}` : 'Unit: click an event'}
        </button>
      </div>
      <Answer found={found.value} population={population.value} />
    </div>
  )
}

function Answer({ found, population }: { found: Found | Error | undefined; population: string }) {
  if (found instanceof Error) return <p class="wrong">{found.message}</p>
  if (!found) return <p class="quiet waiting">…</p>
  const thin = found.of > found.trials ? ` of ${found.of.toLocaleString('en')}, evenly chosen` : ''
  return (
    <>
      <h3>Rate of {population}</h3>
      <Histogram {...found} />
      {found.raster && found.raster.trials.length > 0 && (
        <>
          <h3>Trials of {found.raster.name}</h3>
          <TrialRaster trials={found.raster.trials} from={found.from} to={found.to} />
        </>
      )}
      <p class="quiet">
        {found.trials.toLocaleString('en')} {found.trials === 1 ? 'trial' : 'trials'}
        {thin}, bins of {found.bin} ms.
      </p>
    </>
  )
}

interface Question {
  population: string
  /** None: the spikes of a unit. */
  choice: TriggerChoice | undefined
  by: { population: string; unit: number }
  before: number
  after: number
  window: { from: number; to: number }
  until: number
}

async function histogram(open: OpenTrace, { population, choice, by, before, after, window, until }: Question): Promise<Found> {
  if (!(after + before > 0)) throw new InputError(`found ${before} ms before and ${after} ms after; one above zero is needed`)
  const all = choice ? choice.times(window.to).filter((t) => t >= window.from) : await spikesOf(open, by.population, by.unit, window.from, window.to)
  if (all.length === 0) throw new InputError(`found no ${choice ? choice.label : `spikes of ${by.population} ${by.unit}`} from ${Math.round(window.from)} to ${Math.round(window.to)} ms`)
  const triggers = thinned(all, mostTriggers)
  const bin = automaticBin(0, (before + after) * 2, open.header.dt)
  const { centres, rates, trials } = await traceService().psth({ trace: open.id, population, triggers, from: -before, to: after, bin })
  const raster = await trialsOf(open, population, by, triggers, before, after, until)
  return { centres, rates, trials, of: all.length, from: -before, to: after, bin, raster }
}

/** Spikes of a unit; more than fit into one answer are an error. */
async function spikesOf(open: OpenTrace, population: string, unit: number, from: number, to: number): Promise<number[]> {
  const most = 200_000
  const rows = [{ population, first: unit, last: unit + 1, order: { by: 'id' as const } }]
  const found = await traceService().events(open.id, { from, to, rows }, most)
  if (!found) throw new InputError(`found more than ${most} events of ${population} ${unit}; a shorter window is needed`)
  const [{ times, kinds: marks }] = found
  return Array.from(times.filter((_, i) => (marks[i] & kinds.spike) !== 0))
}

/** Of the unit pointed at where it is of this population, else of unit 0. */
async function trialsOf(open: OpenTrace, population: string, by: Question['by'], triggers: number[], before: number, after: number, until: number) {
  const unit = by.population === population ? by.unit : 0
  const drawn = triggers.slice(0, trialsDrawn)
  const first = Math.max(0, drawn[0] - before)
  const spikes = Float64Array.from(await spikesOf(open, population, unit, first, Math.min(until, drawn[drawn.length - 1] + after) + 1e-6))
  const trials = drawn.map((trigger) => spikes.filter((t) => t >= trigger - before && t < trigger + after).map((t) => t - trigger))
  return { name: `${population} ${unit}${triggers.length > drawn.length ? `, the first ${drawn.length}` : ''}`, trials }
}
