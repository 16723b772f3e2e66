/**
 * What trials may be aligned at: steps and periods of inputs, phases of the protocol, frames of patterns, trials and their phases,
 * changes of parameters. Times in ms.
 */
import type { Current } from '../../engine/description.ts'
import type { TraceHeader } from '../../engine/trace/index.ts'
import { ms } from '../strips/band-row.ts'
import { isDrawable } from '../strips/encoded-inputs.ts'
import { type PageScenario, scenarioOf } from '../strips/page-scenario.ts'
import { blockRuns } from '../strips/trial-bands.ts'

export interface TriggerChoice {
  label: string
  /** Of the run up to `until`, in order. */
  times(until: number): number[]
  /** Time from one to the next, where they come regularly. */
  every?: number
}

/** More than this are thinned out evenly. */
export const mostTriggers = 5000

export function triggerChoices(header: TraceHeader): TriggerChoice[] {
  const scenario = scenarioOf(header)
  return [...inputTriggers(scenario), ...protocolTriggers(scenario), ...patternTriggers(scenario), ...trialTriggers(scenario, header.dt)]
}

/** start, start + every, ... below `until`; one without `every`. */
function repeated(start: number, every: number | undefined, until: number): number[] {
  if (!every) return start < until ? [start] : []
  // not before the run
  const first = Math.max(0, Math.ceil((-start - 1e-9) / every))
  const last = Math.ceil((until - start - 1e-9) / every)
  return Array.from({ length: Math.max(0, last - first) }, (_, k) => start + (first + k) * every)
}

function inputTriggers(scenario: PageScenario): TriggerChoice[] {
  return Object.entries(scenario.inputs ?? {}).flatMap(([name, { current }]): TriggerChoice[] => {
    if (!current || !isDrawable(scenario, name)) return []
    const known = current as Current
    if ('sine' in known) {
      const period = ms(known.sine.period)
      // phase 0 is a rise through the mean
      return [{ label: `${name}: every period, rising`, every: period, times: (until) => repeated(-(known.sine.phase ?? 0) * period, period, until) }]
    }
    if ('square' in known) {
      const [start, every] = [ms(known.square.start ?? 0), ms(known.square.period)]
      return [{ label: `${name}: every rise`, every, times: (until) => repeated(start, every, until) }]
    }
    if ('step' in known) return stepTriggers(name, known.step.map(([t, value]) => ({ at: ms(t), value: String(value) })))
    return []
  })
}

/** All steps, and those to each value. */
function stepTriggers(name: string, steps: { at: number; value: string }[]): TriggerChoice[] {
  const values = [...new Set(steps.map(({ value }) => value))]
  const of = (chosen: typeof steps) => (until: number) => chosen.map(({ at }) => at).filter((t) => t < until)
  return [
    { label: `${name}: every step`, times: of(steps) },
    ...(values.length > 1 && values.length < steps.length ? values.map((value) => ({ label: `${name}: steps to ${value}`, times: of(steps.filter((s) => s.value === value)) })) : []),
  ]
}

function protocolTriggers({ protocol = [] }: PageScenario): TriggerChoice[] {
  const phases = protocol.flatMap((step) => ('phase' in step ? [step] : []))
  const changes = protocol.flatMap((step) => ('set' in step ? [ms(step.at)] : []))
  const names = [...new Set(phases.map(({ phase }) => phase))]
  return [
    ...names.map((name): TriggerChoice => {
      const own = phases.filter(({ phase }) => phase === name).map(({ start, every }) => ({ start: ms(start), every: every === undefined ? undefined : ms(every) }))
      return { label: `phase ${name}`, every: own.length === 1 ? own[0].every : undefined, times: (until) => own.flatMap(({ start, every }) => repeated(start, every, until)).sort((a, b) => a - b) }
    }),
    ...(changes.length > 0 ? [{ label: 'changes of parameters', times: (until: number) => [...new Set(changes)].filter((t) => t < until).sort((a, b) => a - b) }] : []),
  ]
}

function patternTriggers({ populations }: PageScenario): TriggerChoice[] {
  return Object.entries(populations).flatMap(([name, { patterns }]) => {
    if (!patterns) return []
    const every = ms(patterns.every)
    return [{ label: `${name}: every frame`, every, times: (until: number) => repeated(0, every, until) }]
  })
}

function trialTriggers(scenario: PageScenario, dt: number): TriggerChoice[] {
  const runs = blockRuns(scenario, dt)
  const names = [...new Set(runs.flatMap((run) => run.phases.map(({ name }) => name)))]
  return names.map((name) => ({
    label: `trials: phase ${name}`,
    times: (until) => {
      const times: number[] = []
      for (const run of runs) {
        const at = run.phases.find((phase) => phase.name === name)?.at
        if (at === undefined || run.from >= until) continue
        for (let k = 0; k < run.trials && times.length < 1e6; k++) if (run.from + k * run.length + at < until) times.push(run.from + k * run.length + at)
      }
      return times
    },
  }))
}

/** At most `most` of them, evenly chosen. */
export function thinned(times: readonly number[], most: number): number[] {
  if (times.length <= most) return [...times]
  return Array.from({ length: most }, (_, k) => times[Math.floor((k * times.length) / most)])
}
