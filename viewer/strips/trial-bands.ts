/**
 * Blocks, trials and phases over time, where every phase has a fixed length. Where the lengths are drawn (`plus:`), a trace does
 * not tell them, and there are no rows. The order is that of engine/trials.ts: blocks before the first epoch, then in each epoch
 * those that are due. Times in ms.
 */
import type { TraceHeader } from '../../engine/trace/index.ts'
import { type Band, type BandRow, ms } from './band-row.ts'
import type { PageScenario, PageTrials } from './page-scenario.ts'

interface BlockRun {
  name: string
  /** Which block, for its colour. */
  index: number
  epoch: number
  from: number
  trials: number
  length: number
  /** Beginnings within a trial. */
  phases: { name: string; at: number; colour: number }[]
}

/** More runs of blocks than this are not laid out. */
const mostRuns = 200_000

export function trialRows(scenario: PageScenario, { dt }: Pick<TraceHeader, 'dt'>): BandRow[] {
  const runs = blockRuns(scenario, dt)
  if (runs.length === 0) return []
  const rows: BandRow[] = [
    {
      name: 'blocks',
      within(from, to, most) {
        const [first, last] = between(runs, from, to)
        if (last - first > most) return undefined
        return { bands: runs.slice(first, last).map((run) => ({ from: run.from, to: endOf(run), label: run.epoch > 0 ? `${run.name}, epoch ${run.epoch}` : run.name, colour: run.index })), marks: [] }
      },
    },
  ]
  const trial = (name: string, bandsOf: (run: BlockRun, first: number, last: number) => Band[], each: (run: BlockRun) => number): BandRow => ({
    name,
    within(from, to, most) {
      const [first, last] = between(runs, from, to)
      const parts = runs.slice(first, last).map((run) => ({ run, first: Math.max(0, Math.floor((from - run.from) / run.length)), last: Math.min(run.trials, Math.ceil((to - run.from) / run.length)) }))
      if (parts.reduce((sum, part) => sum + (part.last - part.first) * each(part.run), 0) > most) return undefined
      return { bands: parts.flatMap((part) => bandsOf(part.run, part.first, part.last)).filter((b) => b.to > from && b.from < to), marks: [] }
    },
  })
  rows.push(
    trial(
      'trials',
      (run, first, last) => count(first, last).map((k) => ({ from: run.from + k * run.length, to: run.from + (k + 1) * run.length, label: `trial ${k + 1}`, colour: k % 2 === 0 ? 0 : -1 })),
      () => 1,
    ),
    trial(
      'phases',
      (run, first, last) =>
        count(first, last).flatMap((k) => {
          const start = run.from + k * run.length
          return run.phases.map(({ name, at, colour }, p) => ({ from: start + at, to: start + (run.phases[p + 1]?.at ?? run.length), label: name, colour }))
        }),
      (run) => run.phases.length,
    ),
  )
  return rows
}

const count = (first: number, last: number) => Array.from({ length: Math.max(0, last - first) }, (_, k) => first + k)
const endOf = (run: BlockRun) => run.from + run.trials * run.length

/** Runs that touch the window: from `first`, to `last` (not included). */
function between(runs: readonly BlockRun[], from: number, to: number): [first: number, last: number] {
  const before = (holds: (run: BlockRun) => boolean) => {
    let [low, high] = [0, runs.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (holds(runs[middle])) low = middle + 1
      else high = middle
    }
    return low
  }
  return [before((run) => endOf(run) <= from), before((run) => run.from < to)]
}

/** Every run of a block; none where a phase's length is drawn or the scenario does not say it. */
export function blockRuns({ trials, inputs, populations }: PageScenario, dt: number): BlockRun[] {
  if (!trials?.phases) return []
  const shown = Object.values(inputs ?? {}).find((input) => input.example || input.wanted)?.onto ?? ''
  const copies = populations[shown.replace(/[[.].*$/, '')]?.copies ?? 1
  const blocks = trials.blocks.map((block) => layoutOf(block, trials))
  const layouts = blocks.flatMap((block) => (block ? [block] : []))
  if (layouts.length < blocks.length || layouts.length * (trials.epochs + 1) > mostRuns) return []
  const runs: BlockRun[] = []
  let from = 0
  for (let epoch = 0; epoch <= trials.epochs; epoch++) {
    trials.blocks.forEach(({ name, examples, before, every = 1 }, index) => {
      if (before ? epoch > 0 : epoch === 0 || (epoch % every !== 0 && epoch !== trials.epochs)) return
      const { length, phases } = layouts[index]
      const run = { name, index, epoch, from, trials: Math.ceil(examples / copies), length, phases }
      from = Math.round(endOf(run) / dt) * dt
      runs.push(run)
    })
  }
  return runs
}

function layoutOf({ phases: names }: PageTrials['blocks'][number], { phases = {} }: PageTrials) {
  const known = Object.keys(phases)
  let length = 0
  const laid: BlockRun['phases'] = []
  for (const name of names ?? []) {
    const phase = phases[name]
    if (!phase || phase.plus) return undefined
    laid.push({ name, at: length, colour: known.indexOf(name) })
    length += ms(phase.length)
  }
  return length > 0 ? { length, phases: laid } : undefined
}
