/**
 * The multiplexing panel: event rate against the somatic input, burst probability against the dendritic one, with correlations and
 * cross-talk; and the intervals and bursts that the threshold makes of the spikes.   Naud & Sprekeler, PNAS 115:E6329 (2018).
 */
import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { binNumber } from '../../analysis/index.ts'
import type { TraceHeader } from '../../engine/trace/index.ts'
import { countOf, type Sizes, unitsOf } from '../../engine/unit-ranges.ts'
import { tab } from '../panels/side.tsx'
import { askWhenRested } from '../strips/ask-when-rested.ts'
import { roundBin } from '../strips/bin-width.ts'
import { keptPopulations } from '../strips/default-strips.ts'
import { isDrawable, multiplexedInputs } from '../strips/encoded-inputs.ts'
import { scenarioOf } from '../strips/page-scenario.ts'
import { colours } from '../theme.ts'
import type { Code } from '../trace-service.ts'
import { type OpenTrace, trace, traceService } from '../traces.ts'
import { from, threshold, to } from '../view.ts'
import { Choice } from './choice.tsx'
import { type Choices, choicesFor, chosen, figureWindow, type PanelWindow } from './choices.ts'
import { Correlations } from './correlations.tsx'
import { IntervalsAndBursts } from './intervals-and-bursts.tsx'
import { type MultiplexedCode, multiplexedCode } from './multiplexed-code.ts'
import { Scatter } from './scatter.tsx'

interface Found {
  code: Code
  choices: Choices
  from: number
  to: number
}

export function MultiplexingPanel() {
  const open = trace.value
  const choices = open && choicesFor(open.header)
  if (!open || !choices) return <p class="quiet">{open ? 'This trace keeps no events.' : 'Open a trace to see what its bursts say.'}</p>
  return <Panel key={open.id} open={open} choices={choices} />
}

function Panel({ open, choices }: { open: OpenTrace; choices: Choices }) {
  const found = useSignal<Found | Error | undefined>(undefined)
  useEffect(
    () =>
      askWhenRested(
        () => questionNow(open),
        async (question) => ({ ...question, code: await askCode(open, question) }),
        (answer) => {
          found.value = answer
        },
      ),
    [open],
  )
  // what belongs to other choices is not shown beside these
  useSignalEffect(() => {
    if (tab.value !== 'Multiplexing') found.value = undefined
  })
  return (
    <div class="multiplexing">
      <ChoicesForm open={open} choices={choices} />
      <div class="answer">{found.value instanceof Error ? <p class="wrong">{found.value.message}</p> : <Plots open={open} found={found.value} />}</div>
      <IntervalsAndBursts open={open} choices={choices} window={windowOf(open, choices.window)} />
    </div>
  )
}

function windowOf(open: OpenTrace, window: PanelWindow): { from: number; to: number } {
  const { until } = open.status.value
  if (window === 'view') return { from: Math.max(0, from.value), to: Math.min(to.value, until) }
  const figure = window === 'figure' ? figureWindow(open.header) : undefined
  return { from: figure?.from ?? 0, to: Math.min(figure?.to ?? until, until) }
}

function questionNow(open: OpenTrace) {
  const choices = choicesFor(open.header)
  if (!choices || tab.value !== 'Multiplexing') return undefined
  return { choices, threshold: threshold.value, ...windowOf(open, choices.window) }
}

function askCode({ id, header }: OpenTrace, { choices, from, to, threshold }: NonNullable<ReturnType<typeof questionNow>>): Promise<Code> {
  const { bin } = choices
  if (!(bin <= to - from)) throw new RangeError(`bins of ${bin} ms are longer than the window of ${Math.max(0, to - from)} ms`)
  const sizes: Sizes = new Map(header.populations.map((p) => [p.name, p.size]))
  const units = unitsOf(choices.population, sizes)
  const { population, first } = units
  return traceService().code({ trace: id, population, ...(first !== undefined && { units: [first, first + countOf(units, sizes)] }), from, to: from + binNumber(from, to, bin) * bin, bin, threshold })
}

function Plots({ open, found }: { open: OpenTrace; found?: Found }) {
  if (!found) return <p class="quiet waiting">…</p>
  const { code, choices, from, to } = found
  const { soma, dendrite, bin } = choices
  if (soma === undefined || dendrite === undefined) {
    return <p class="quiet">Choose an input to the soma and one to the dendrite. Inputs that differ between units, and those of trials, cannot be drawn.</p>
  }
  const result: MultiplexedCode = multiplexedCode(scenarioOf(open.header), code, { soma, dendrite }, from, to, bin)
  const { centres } = result
  const part = (i: number) => i / Math.max(1, centres.length - 1)
  const percent = (values: Float64Array) => values.map((p) => 100 * Math.min(1, p))
  const { burstProbabilityByDendrite: bp } = result
  return (
    <>
      <Correlations correlations={result.correlations} bin={bin} />
      <Scatter x={result.dendrite} y={percent(result.burstProbability)} part={part} response={{ ...bp, value: percent(bp.value), error: bp.error.map((e) => 100 * e) }} colour={colours.value.dendrite} xLabel={`${dendrite}, dendritic input (pA)`} yLabel="burst probability (%)" />
      <Scatter x={result.soma} y={result.eventRate} part={part} response={result.eventRateBySoma} colour={colours.value.soma} xLabel={`${soma}, somatic input (pA)`} yLabel="event rate (Hz)" />
      <p class="quiet">
        {centres.length} bins of {Math.round(from)} to {Math.round(to)} ms, coloured from early to late. Lines: means at eight levels of the input, with their standard errors.
      </p>
    </>
  )
}

function ChoicesForm({ open, choices }: { open: OpenTrace; choices: Choices }) {
  const { header } = open
  const scenario = scenarioOf(header)
  const change = (next: Partial<Choices>) => {
    chosen.value = { header, choices: { ...choices, ...next } }
  }
  const inputs = Object.keys(scenario.inputs ?? {}).filter((name) => isDrawable(scenario, name))
  const windows: [PanelWindow, string][] = [['view', 'as shown'], ['run', 'whole run'], ...(figureWindow(header) ? [['figure', 'as the figure'] as [PanelWindow, string]] : [])]
  return (
    <div class="asked">
      <Choice label="Population" value={choices.population} options={populations(header, choices.population)} choose={(population) => change({ population, ...multiplexedInputs(scenario, population) })} />
      <Choice label="To the soma" value={choices.soma ?? ''} options={[['', 'none'], ...inputs.map((name): [string, string] => [name, name])]} choose={(soma) => change({ soma: soma || undefined })} />
      <Choice label="To the dendrite" value={choices.dendrite ?? ''} options={[['', 'none'], ...inputs.map((name): [string, string] => [name, name])]} choose={(dendrite) => change({ dendrite: dendrite || undefined })} />
      <Choice label="Bins" value={String(choices.bin)} options={bins(choices.bin, header.dt).map((b): [string, string] => [String(b), `${b} ms`])} choose={(bin) => change({ bin: Number(bin) })} />
      <Choice label="Window" value={choices.window} options={windows} choose={(name) => change({ window: windows.find(([w]) => w === name)?.[0] ?? 'run' })} />
    </div>
  )
}

function populations(header: TraceHeader, now: string): [string, string][] {
  const kept = keptPopulations(header)
  return (kept.includes(now) ? kept : [now, ...kept]).map((name) => [name, name])
}

function bins(now: number, least: number): number[] {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((step) => roundBin(step, least))
  return [...new Set([...steps, now])].sort((a, b) => a - b)
}
