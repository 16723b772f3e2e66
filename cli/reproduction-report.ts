/** The report of `hillock reproduce`: one table of all that was published, then a section for every scenario. */
import { cpus } from 'node:os'
import { mean, variance } from '../analysis/moments.ts'
import type { LoadedScenario } from '../scenarios/load.ts'
import { evaluateExpectations, type ExpectationResult, prepareExpectations } from '../scenarios/metrics.ts'
import { epochReached, type KeptFiles, readNote, type RunNote } from './kept-runs.ts'
import { commit, packageVersion } from './package.ts'
import { duration, seconds, shortBetween } from './text.ts'
import { openTraceFile } from './trace-file.ts'

export interface KeptResult {
  seed: number
  finished: boolean
  /** Of a run that is not finished: `epoch 23 of 60`. */
  reached: string
  /** ms simulated */
  until: number
  note: RunNote | undefined
  expectations: ExpectationResult[]
}

export interface Reproduction {
  name: string
  title: string
  source: string
  about: string
  command: string
  /** Of what is kept, by seed. */
  results: KeptResult[]
  /** Runs that failed, or that are left out, and why. */
  remarks: string[]
}

/** Expectations of a kept run, of what is there of it. */
export function resultOfKept(seed: number, files: KeptFiles, loaded: LoadedScenario, finished: boolean): KeptResult {
  const opened = openTraceFile(files.trace)
  try {
    const { trace } = opened
    const note = readNote(files)
    const expectations = evaluateExpectations(prepareExpectations(loaded), trace, { synapticEvents: note?.synaptic_events })
    return { seed, finished, reached: finished ? '' : reachedInWords(epochReached(trace, loaded.description), trace.until, loaded), until: trace.until, note, expectations }
  } finally {
    opened.close()
  }
}

function reachedInWords(epoch: number | undefined, until: number, { duration: end, description: { trials } }: LoadedScenario): string {
  if (trials) return epoch === undefined ? 'before the first report' : `epoch ${epoch} of ${trials.epochs}`
  return `${duration(until)} of ${duration(end)}`
}

export function reproductionReport(all: readonly Reproduction[], asked: string, more = ''): string {
  const there = all.filter((r) => r.results.length + r.remarks.length > 0)
  const missing = all.filter((r) => !there.includes(r)).map((r) => r.name)
  return `# What is reproduced, and how well

Made by \`${asked}\`, version ${packageVersion}, commit ${commit()}, on ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, one thread, node ${process.version}.
"Ours" is mean ± standard deviation over the seeds (and the values, where they are few). The value of a table is its largest
deviation in units of what is accepted: 0 is perfect, 1 is just accepted; entries outside are listed. Parameters are those of the
papers and of their published code; what is ours (a threshold, the weights of a reader downstream) says so in the scenario. Which
examples chose a hyper-parameter is said in the first lines of a section, where there are examples.
Times are of one seed, on a machine that may have done other things beside. Values of runs that are not finished are not final, and say so.
${missing.length > 0 ? `\nNot run: ${missing.join(', ')}.\n` : ''}
| figure or claim | published | ours | holds | seeds | time | command |
|---|---|---|---|---|---|---|
${there.flatMap(claims).join('\n')}

${[...there.map(section), ...(more ? [more] : [])].join('\n')}`
}

/** A row for every expectation that somebody has published; those with bounds of our own stand in the sections only. */
function claims(r: Reproduction): string[] {
  return told(r)
    .filter(({ source }) => source !== '' && !/^ours\b/i.test(source))
    .map((e) => row(`${r.title}: ${e.name}`, e.source, e.ours, e.holds, seedsInWords(r), timeInWords(r), `\`${r.command}\``))
}

function section(r: Reproduction): string {
  const { title, source, about, command, name, results, remarks } = r
  const simulated = results.length > 0 ? `${duration(Math.max(...results.map((one) => one.until)))} simulated in ${timeInWords(r)}, seeds ${seedsInWords(r)}` : 'no run'
  const commits = [...new Set(results.flatMap(({ note }) => (note ? [note.commit] : [])))]
  const rows = told(r).map((e) => row(e.name, e.source, e.accept, e.ours, `${e.holds}${e.detail}`))
  const lines = [
    `## ${title}\n`,
    `\`${command}\` (${name}): ${simulated}${commits.length > 0 ? `, run at commit ${commits.join(', ')}` : ''}. ${source}\n`,
    ...(about.trim() ? [`${about.trim().replace(/\s*\n\s*/g, ' ')}\n`] : []),
    ...remarks.map((remark) => `${remark}.\n`),
    ...(rows.length > 0 ? ['| what | published | accepted | ours | holds |', '|---|---|---|---|---|', ...rows, ''] : []),
  ]
  return lines.join('\n')
}

interface Told {
  name: string
  source: string
  accept: string
  ours: string
  holds: string
  /** Why it does not hold, or has no value; begins with a colon. */
  detail: string
}

/** Expectations over the seeds: finished runs together, others each for itself. */
function told({ results }: Reproduction): Told[] {
  if (results.length === 0) return []
  const finished = results.filter((r) => r.finished)
  return results[0].expectations.map((e, k) => {
    const unit = e.unit ? ` ${e.unit}` : ''
    const [low, high] = e.accept
    const number = shortBetween(low, high)
    const values = finished.map((r) => r.expectations[k])
    const passed = values.filter((v) => v.pass).length
    const open = results.filter((r) => !r.finished).map((r) => `${valued(number, unit)(r.expectations[k].value)}, not final: seed ${r.seed}, ${r.reached}`)
    const held = values.length === 0 ? '' : passed === values.length ? 'yes' : `${passed} of ${values.length} seeds`
    const details = [...new Set(values.flatMap((v) => (v.pass || v.detail === undefined ? [] : [v.detail])))]
    return {
      ...{ name: e.name, source: e.source ?? '', accept: `${number(low)} to ${number(high)}${unit}` },
      ours: [...(values.length > 0 ? [spread(values.map((v) => v.value), number, unit)] : []), ...open].join('; '),
      holds: [...(held ? [held] : []), ...(open.length > 0 ? ['not final'] : [])].join('; '),
      detail: details.length > 0 ? `: ${details[0]}` : '',
    }
  })
}

function seedsInWords({ results }: Reproduction): string {
  return results.map((r) => (r.finished ? String(r.seed) : `${r.seed} (${r.reached})`)).join(', ')
}

/** Mean over the finished runs whose time is known, or over all. */
function timeInWords({ results }: Reproduction): string {
  const finished = results.filter((r) => r.finished)
  const of = (finished.length > 0 ? finished : results).flatMap(({ note }) => (note ? [note] : []))
  const whole = of.filter((note) => !note.adopted)
  if (whole.length > 0) return seconds(mean(whole.map((note) => note.run_s)))
  return of.length > 0 ? `more than ${seconds(mean(of.map((note) => note.run_s)))}` : 'an unknown time'
}

/** A line of a table; a bar or a line's end within a cell must not end it. */
function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`
}

function valued(number: (x: number) => string, unit: string): (x: number) => string {
  return (x) => (Number.isNaN(x) ? 'no value' : `${number(x)}${unit}`)
}

function spread(values: number[], number: (x: number) => string, unit: string): string {
  if (values.length === 1 || values.every((v) => Object.is(v, values[0]))) return valued(number, unit)(values[0])
  const each = values.map(valued(number, '')).join(', ')
  if (values.some((v) => Number.isNaN(v))) return each
  const sd = Math.sqrt(variance(values, 1))
  return `${number(mean(values))} ± ${Number(sd.toPrecision(2))} (${each})${unit}`
}
