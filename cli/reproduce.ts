/**
 * `hillock reproduce`: every scenario at full length, with several seeds, and what came out beside what was published. Runs are kept,
 * and gone on with; the report is of what is kept.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Command } from 'commander'
import { InputError, RunError, unknown } from '../engine/errors.ts'
import { type LoadedScenario, loadScenario } from '../scenarios/load.ts'
import { checkpointTraceBytes, runScenario } from '../scenarios/run.ts'
import { allTrials } from '../scenarios/trial-count.ts'
import { readDataFile } from './data-files.ts'
import { exitCodes } from './failure.ts'
import { forget, type KeptFiles, type KeptState, keptFiles, keptState, readNote, writeNote } from './kept-runs.ts'
import { knownModels } from './model-files.ts'
import { reproduceOxford } from './oxford.ts'
import { commit, packagedScenarios } from './package.ts'
import { progressBar, progressLines } from './progress.ts'
import { type Reproduction, reproductionReport, resultOfKept } from './reproduction-report.ts'
import { findScenario, readBytes, readText } from './scenario-file.ts'
import { type Stop, stopOnSignal } from './stop-on-signal.ts'
import { duration, plural, say, table } from './text.ts'
import { createTraceFile, nodeHash, writeWhole } from './trace-file.ts'

interface Options {
  seeds?: string[]
  short?: boolean
  keep: string
  again?: boolean
  report?: boolean
  out?: string
  oxford?: string
}

/** A scenario with one seed, and where its run is kept. */
interface Wanted {
  name: string
  file: string
  seed: number
  files: KeptFiles
}

const defaultSeeds = 3
/** Wall time between checkpoints where there are no epochs, and the least where there are. */
const checkpointSeconds = 60
const secondsApart = 10

const help = `
Without names every scenario is run, which takes days: equilibrium-propagation-three an hour an epoch, -deep five
hours, segregated-dendrites-mnist and its companions one to two hours each; all others together an hour. The report is printed, and with --out written to a file.
A published number that is not reached stays in the report, with the number that came out.

Each run is kept in the folder of --keep as NAME-SEED.hlk (NAME-short-SEED.hlk with --short; NAME without its
folder: cuba of scale/cuba), with NAME-SEED.hlk.checkpoint beside it, written after every epoch of trials (of ten
seconds or more), elsewhere after every minute. A run that was interrupted goes on from its checkpoint, to the same
bytes; one that is finished is not run again unless --again. A long run can also be begun by itself, and is then
adopted, though not while it still goes on:

  hillock run NAME --seed 1 --out out/reproduce/NAME-1.hlk --checkpoint-every "1 epoch"

Ctrl-C ends the run that goes on with a checkpoint; the report tells what is there.
--report runs nothing. Values of runs that are not finished are those of the last reports, marked as not final.

Exit codes: as those of run; 1 also where a run in the report is not finished.

Examples:
  hillock reproduce burst-multiplexing --seeds 5
  hillock reproduce --seeds 3 --seeds segregated-dendrites-mnist=1 --out docs/reproduction.md
  hillock reproduce --report`

const collect = (value: string, before: string[] = []) => [...before, value]

export function reproduceCommand(done: (code: number) => void): Command {
  return new Command('reproduce')
    .description('run scenarios at full length and report what came out beside what was published')
    .argument('[scenario...]', 'some of them; all unless said')
    .option('--seeds <n|scenario=n>', `runs of each, with seeds 1, 2, ... n; ${defaultSeeds} unless said; of one scenario with its name, 0 to leave it out (repeatable)`, collect)
    .option('--short', 'the short forms, which the tests run')
    .option('--keep <folder>', 'where runs are kept', 'out/reproduce')
    .option('--again', 'run also what is kept and finished, or was made of another version of the scenario')
    .option('--report', 'run nothing: report what is kept, finished or not')
    .option('--oxford <folder>', 'also the published picture task, from its rasters: folder/input.ras and folder/target.ras')
    .option('--out <report.md>', 'where the report goes')
    .addHelpText('after', help)
    .action(async (names: string[], options: Options) => done(await reproduce(names, options)))
}

async function reproduce(names: string[], options: Options): Promise<number> {
  if (options.report && (options.again || options.oxford !== undefined)) throw new InputError(`found --report with ${options.again ? '--again' : '--oxford'}; --report runs nothing`)
  const all = named(names.length > 0 ? names : [...packagedScenarios().keys()].sort())
  const seeds = options.seeds ?? []
  const seedsOf = seedCounts(seeds, all.map((s) => s.name))
  const scenarios = all.filter(({ name }) => seedsOf(name) > 0)
  const wanted = scenarios.flatMap(({ name, file }) =>
    Array.from({ length: seedsOf(name) }, (_, k): Wanted => ({ name, file, seed: k + 1, files: keptFiles(options.keep, name, k + 1, options.short ?? false) })),
  )
  const load = await loader(options.short ?? false)
  const stop = stopOnSignal()
  const failed = new Map<Wanted, string>()
  try {
    if (!options.report) await runAll(wanted, load, options, stop, failed)
  } finally {
    stop.forget()
  }
  const oxford = options.oxford === undefined || stop.asked ? undefined : await reproduceOxford(options.oxford)
  const reproductions = scenarios.map(({ name }) => reproductionOf(wanted.filter((w) => w.name === name), load, options, failed))
  const asked = ['npx hillock reproduce', ...names, ...seeds.map((s) => `--seeds ${s}`), ...(options.short ? ['--short'] : []), ...(options.oxford ? ['--oxford FOLDER'] : []), ...(options.report ? ['--report'] : []), ...(options.out ? [`--out ${options.out}`] : [])]
  const report = reproductionReport(reproductions, asked.join(' '), oxford?.section)
  if (options.out) writeWhole(options.out, new TextEncoder().encode(report))
  else say(report)
  if (stop.asked) return exitCodes.stopped
  if (failed.size > 0) return exitCodes.failed
  const holds = reproductions.every((r) => r.remarks.length === 0 && r.results.every((one) => one.finished && one.expectations.every((e) => e.pass))) && (oxford?.holds ?? true)
  return holds ? exitCodes.ok : exitCodes.unexpected
}

/** The name that its files get: that of the scenario's file. */
function named(given: readonly string[]): { name: string; file: string }[] {
  const found = new Map<string, string>()
  for (const one of given) {
    const file = findScenario(one)
    const name = basename(file).replace(/\.ya?ml$/i, '')
    const other = found.get(name)
    if (other !== undefined && other !== file) throw new InputError(`found two scenarios named "${name}", ${other} and ${file}; files of different names are needed`)
    found.set(name, file)
  }
  return [...found].map(([name, file]) => ({ name, file }))
}

/** `3`, `cuba=1` -> how many seeds a scenario has, none of one that is left out; the last of the same name counts. */
function seedCounts(texts: readonly string[], names: readonly string[]): (name: string) => number {
  let all = defaultSeeds
  const own = new Map<string, number>()
  for (const text of texts) {
    const at = text.lastIndexOf('=')
    const count = Number(text.slice(at + 1))
    if (!/^\d+$/.test(text.slice(at + 1)) || (at < 0 && count < 1)) throw new InputError(`--seeds: found "${text}"; a whole number above zero, or a scenario and how many such as ${names[0]}=1 (0 leaves it out), is needed`)
    const name = at < 0 ? undefined : basename(text.slice(0, at))
    if (name !== undefined && !names.includes(name)) throw new InputError(`--seeds: ${unknown('scenario', name, names)}`)
    if (name === undefined) all = count
    else own.set(name, count)
  }
  return (name) => own.get(name) ?? all
}

type Load = (wanted: Wanted) => LoadedScenario

/** Not kept: the examples of a scenario can be 50 MB. */
async function loader(short: boolean): Promise<Load> {
  const models = await knownModels([])
  return ({ file, seed }) => loadScenario(readText(file), { file, read: readText, readBytes, dataFiles: readDataFile, models, short, seed })
}

async function runAll(wanted: readonly Wanted[], load: Load, options: Options, stop: Stop, failed: Map<Wanted, string>): Promise<void> {
  const todo: { wanted: Wanted; state: KeptState }[] = []
  const plan: string[][] = []
  for (const one of wanted) {
    const loaded = load(one)
    const state = keptState(one.files, loaded)
    // before hours are spent on others, and never over what took hours
    if (state.kind === 'other' && !options.again) throw new InputError(`${one.files.trace}: ${state.why}; --again runs it anew, another --keep leaves it there`)
    if (state.kind === 'finished' && !options.again) continue
    todo.push({ wanted: one, state })
    plan.push([one.name, `seed ${one.seed}`, size(loaded), options.again ? 'anew' : state.kind !== 'partial' ? '' : state.goesOn === undefined ? 'anew: an interrupted run has no checkpoint' : `goes on after ${duration(state.goesOn)}`])
  }
  const kept = wanted.length - todo.length
  process.stderr.write(`${plural(todo.length, 'run')} to do${kept > 0 ? `, ${kept} kept in ${options.keep}` : ''}\n${plan.length > 0 ? `${table(plan)}\n` : ''}`)
  for (const [k, { wanted: one, state }] of todo.entries()) {
    if (stop.asked) return
    process.stderr.write(`run ${k + 1} of ${todo.length}: ${one.name}, seed ${one.seed} ...\n`)
    try {
      await runOne(one, load(one), !options.again && state.kind === 'partial' && state.goesOn !== undefined, stop)
    } catch (error) {
      if (!(error instanceof RunError)) throw error
      process.stderr.write(`${one.name}, seed ${one.seed}: ${error.message}\n`)
      failed.set(one, error.message)
    }
  }
}

function size({ description, duration: until }: LoadedScenario): string {
  const { trials } = description
  return trials ? `${plural(allTrials(trials), 'trial')} in ${plural(trials.epochs, 'epoch')}` : `${duration(until)} simulated`
}

async function runOne({ files }: Wanted, loaded: LoadedScenario, goesOn: boolean, stop: Stop): Promise<void> {
  const resume = goesOn ? readFileSync(files.checkpoint) : undefined
  if (!goesOn) forget(files)
  const before = goesOn ? readNote(files) : undefined
  const adopted = goesOn && (before === undefined || before.adopted)
  const begun = performance.now()
  const note = (synapticEvents?: number) => {
    const run_s = (before?.run_s ?? 0) + (performance.now() - begun) / 1000
    writeNote(files, { run_s, adopted, commit: commit(), ...(synapticEvents !== undefined && { synaptic_events: synapticEvents }) })
  }
  const file = createTraceFile(files.trace, resume && checkpointTraceBytes(resume))
  const progress = process.stderr.isTTY ? progressBar(loaded) : progressLines(loaded)
  try {
    const result = await runScenario(loaded, {
      ...{ sink: file, open: () => file.source(), hash: nodeHash(), resume },
      checkpointEvery: loaded.description.trials ? { epochs: 1, apart: secondsApart } : { seconds: checkpointSeconds },
      onCheckpoint: (bytes) => {
        file.sync()
        writeWhole(files.checkpoint, bytes)
        note()
      },
      onProgress: (p) => {
        progress.update(p)
        return !stop.asked
      },
    })
    if (!result.stopped) note(result.synaptic_events)
  } finally {
    progress.stop()
    file.close()
  }
}

function reproductionOf(wanted: readonly Wanted[], load: Load, { short }: Options, failed: ReadonlyMap<Wanted, string>): Reproduction {
  const results: Reproduction['results'] = []
  const remarks: string[] = []
  let scenario: LoadedScenario['scenario'] | undefined
  for (const one of wanted) {
    const loaded = load(one)
    scenario ??= loaded.scenario
    const why = failed.get(one)
    if (why !== undefined) remarks.push(`seed ${one.seed} failed: ${why}`)
    const state = keptState(one.files, loaded)
    if (state.kind === 'other') remarks.push(`seed ${one.seed} is left out: ${state.why}`)
    else if (state.kind !== 'none' && why === undefined) results.push(resultOfKept(one.seed, one.files, loaded, state.kind === 'finished'))
  }
  const { title = '', source = '', about = '' } = scenario ?? {}
  return { name: wanted[0].name, title, source, about, command: `npx hillock run ${commandName(wanted[0])}${short ? ' --short' : ''}`, results, remarks }
}

function commandName({ name, file }: Wanted): string {
  const packaged = [...packagedScenarios().keys()].find((k) => basename(k) === name)
  return packaged !== undefined && findScenario(packaged) === file ? packaged : file
}
