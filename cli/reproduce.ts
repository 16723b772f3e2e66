/** `hillock reproduce`: every scenario at full length, with several seeds, and what came out beside what was published. */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { Command } from 'commander'
import { mean, variance } from '../analysis/moments.ts'
import { InputError } from '../engine/errors.ts'
import { loadScenario } from '../scenarios/load.ts'
import { type RunResult, runScenario } from '../scenarios/run.ts'
import { readDataFile } from './data-files.ts'
import { exitCodes } from './failure.ts'
import { knownModels } from './model-files.ts'
import { reproduceOxford } from './oxford.ts'
import { packagedScenarios, packageVersion } from './package.ts'
import { progressBar } from './progress.ts'
import { findScenario, readBytes, readText } from './scenario-file.ts'
import { duration, say, seconds, shortBetween } from './text.ts'
import { writeWhole } from './trace-file.ts'

interface Options {
  seeds: string
  short?: boolean
  out?: string
  oxford?: string
}

interface Reproduction {
  name: string
  title: string
  source: string
  command: string
  duration: number
  seeds: number[]
  results: RunResult[]
}

const help = `
Without names every scenario is run. The report is printed, and with --out written to a file.
A published number that is not reached stays in the report, with the number that came out.

Examples:
  hillock reproduce burst-multiplexing --seeds 5
  hillock reproduce --out docs/reproduction.md`

export function reproduceCommand(done: (code: number) => void): Command {
  return new Command('reproduce')
    .description('run scenarios at full length and report what came out beside what was published')
    .argument('[scenario...]', 'some of them; all unless said')
    .option('--seeds <n>', 'runs of each, with seeds 1, 2, ... n', '3')
    .option('--short', 'the short forms, which the tests run')
    .option('--oxford <folder>', 'also the published picture task, from its rasters: folder/input.ras and folder/target.ras')
    .option('--out <report.md>', 'where the report goes')
    .addHelpText('after', help)
    .action(async (names: string[], options: Options) => done(await reproduce(names, options)))
}

async function reproduce(names: string[], options: Options): Promise<number> {
  const count = Number(options.seeds)
  if (!(Number.isInteger(count) && count >= 1)) throw new InputError(`--seeds: found "${options.seeds}"; a whole number above zero is needed`)
  const wanted = names.length > 0 ? names : [...packagedScenarios().keys()].sort()
  const all: Reproduction[] = []
  for (const name of wanted) all.push(await run(name, Array.from({ length: count }, (_, k) => k + 1), options.short ?? false))
  const oxford = options.oxford === undefined ? undefined : await reproduceOxford(options.oxford)
  const report = asMarkdown(all, options, names, oxford?.section)
  if (options.out) writeWhole(options.out, new TextEncoder().encode(report))
  else say(report)
  const holds = all.every((r) => r.results.every((one) => one.expectations.every((e) => e.pass))) && (oxford?.holds ?? true)
  return holds ? exitCodes.ok : exitCodes.unexpected
}

async function run(name: string, seeds: number[], shortForm: boolean): Promise<Reproduction> {
  const file = findScenario(name)
  const models = await knownModels([])
  const results: RunResult[] = []
  let loaded = loadScenario(readText(file), { file, read: readText, readBytes, dataFiles: readDataFile, models, short: shortForm })
  for (const seed of seeds) {
    process.stderr.write(`${name}, seed ${seed} ...\n`)
    loaded = loadScenario(readText(file), { file, read: readText, readBytes, dataFiles: readDataFile, models, short: shortForm, seed })
    const bar = process.stderr.isTTY ? progressBar(loaded) : undefined
    results.push(await runScenario(loaded, { onProgress: (p) => void bar?.update(p) }))
    bar?.stop()
  }
  const { title, source = '' } = loaded.scenario
  return { name, title, source, duration: results[0].duration_ms, seeds, results, command: `npx hillock run ${name}${shortForm ? ' --short' : ''}` }
}

function asMarkdown(all: Reproduction[], options: Options, names: string[], more = ''): string {
  const asked = ['npx hillock reproduce', ...names, `--seeds ${options.seeds}`, ...(options.short ? ['--short'] : []), ...(options.oxford ? ['--oxford FOLDER'] : []), ...(options.out ? [`--out ${options.out}`] : [])]
  return `# What is reproduced, and how well

Made by \`${asked.join(' ')}\`, version ${packageVersion}, commit ${commit()}, on ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, one thread, node ${process.version}.
"Ours" is mean ± standard deviation over the seeds (and the values, where they are few). The value of a table is its largest
deviation in units of what is accepted: 0 is perfect, 1 is just accepted; entries outside are listed. Parameters are those of the
papers and of their published code; what is ours (a threshold, the weights of a reader downstream) says so in the scenario.

${[...all.map(section), ...(more ? [more] : [])].join('\n')}`
}

function section({ name, title, source, command, duration: length, seeds, results }: Reproduction): string {
  const rows = results[0].expectations.map((e, k) => {
    const values = results.map((r) => r.expectations[k])
    const passed = values.filter((v) => v.pass).length
    const unit = e.unit ? ` ${e.unit}` : ''
    const detail = values.map((v) => v.detail).find((d) => d !== undefined)
    const [low, high] = e.accept
    const say = shortBetween(low, high)
    const accept = `${say(low)} to ${say(high)}${unit}`
    const holds = `${passed === values.length ? 'yes' : `${passed} of ${values.length} seeds`}${detail ? `: ${detail}` : ''}`
    return row(e.name, e.source ?? '', accept, `${spread(values.map((v) => v.value), say)}${unit}`, holds)
  })
  const wall = results.map((r) => r.run_s)
  return `## ${title}

\`${command}\` (${name}): ${duration(length)} simulated in ${seconds(mean(wall))}, seeds ${seeds.join(', ')}. ${source}

| what | published | accepted | ours | holds |
|---|---|---|---|---|
${rows.join('\n')}
`
}

/** A line of a table; a bar within a cell must not end it. */
function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function spread(values: number[], say: (x: number) => string): string {
  if (values.length === 1 || values.every((v) => v === values[0])) return say(values[0])
  const sd = Math.sqrt(variance(values, 1))
  return `${say(mean(values))} ± ${Number(sd.toPrecision(2))} (${values.map(say).join(', ')})`
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'unknown'
  }
}
