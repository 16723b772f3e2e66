/** `hillock run`: a scenario from start to end, its trace, its figures, and whether it shows what it should. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { InputError } from '../engine/errors.ts'
import { checkpointTraceBytes, type RunOptions, type RunResult, runScenario } from '../scenarios/run.ts'
import { exitCodes, fileReason } from './failure.ts'
import { writeFigures } from './figure-files.ts'
import { progressBar } from './progress.ts'
import { checkOut, comparisonInWords, isTrace, openRepeated, type Repeated, sameBytes } from './repeat.ts'
import { type OpenedScenario, openScenario, type ScenarioOptions, timeOption, withScenarioOptions } from './scenario-file.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import { sayResult } from './summary.ts'
import { count, duration, say } from './text.ts'
import { createTraceFile, nodeHash, writeWhole } from './trace-file.ts'

interface Options extends ScenarioOptions {
  out?: string
  checkpointEvery?: string
  resume?: string
  /** false by --no-figures, a folder by --figures */
  figures?: string | false
  json?: boolean
}

const help = `
A scenario is a .yaml file, or the name of one that comes with Hillock (hillock list scenarios).
A trace .hlk knows its scenario: it is run again, and told whether the bytes are the same (out/<name>.again.hlk).
The trace goes to out/<name>.hlk and the figures beside it, unless --out or --figures say otherwise.

Examples:
  hillock run burst-multiplexing
  hillock run my.yaml --duration "500 ms" --set populations.cells.size=100
  hillock run my.yaml --json --no-figures | jq .expectations
  hillock run my.yaml --out long.hlk --checkpoint-every "10 s"
  hillock run my.yaml --out long.hlk --resume long.hlk.checkpoint
  hillock run my.yaml --epochs 5 --checkpoint-every "1 epoch"
  hillock run somebody.hlk

Exit codes: 0 all expectations hold; 1 some do not, or a repeated trace has other bytes; 2 a mistake in the input; 3 the run failed, or a file
  could not be written; 130 stopped by Ctrl-C or SIGTERM: the trace is closed and can be read, and with
  --checkpoint-every, or where there are trials, a checkpoint was written, from which --resume goes on.`

export function runCommand(done: (code: number) => void): Command {
  const command = new Command('run').description('run a scenario, keep its trace, draw its figures, check what it should show')
  return withScenarioOptions(command.argument('<scenario>', 'file, or name of a scenario that comes with Hillock; or a trace, whose run is repeated'))
    .option('--out <trace.hlk>', 'where the trace goes; out/<name>.hlk unless said')
    .option('--checkpoint-every <time>', 'write <out>.checkpoint every so much simulated time, e.g. "10 s", or every so many epochs of trials, e.g. "1 epoch"')
    .option('--resume <checkpoint>', 'go on from a checkpoint; the trace of --out is cut to it and continued')
    .option('--figures <folder>', "where the scenario's figures go, as SVG and PNG; beside the trace unless said")
    .option('--no-figures', 'draw nothing')
    .option('--json', 'print the result as one JSON object and nothing else; draws only with --figures')
    .addHelpText('after', help)
    .action(async (scenario: string, options: Options) => done(await run(scenario, options)))
}

async function run(given: string, options: Options): Promise<number> {
  const every = intervalOption(options.checkpointEvery)
  const repeated = isTrace(given) ? await openRepeated(given, options) : undefined
  const opened = repeated ?? (await openScenario(given, options))
  const trials = opened.loaded.description.trials !== undefined
  if (typeof every === 'object' && !trials) throw new InputError(`--checkpoint-every: found ${options.checkpointEvery} for a scenario without trials; a time such as "10 s" is needed`)
  const out = options.out ?? join('out', `${opened.name}.hlk`)
  if (repeated) checkOut(given, out)
  const checkpoint = `${out}.checkpoint`
  const resume = options.resume === undefined ? undefined : readCheckpoint(options.resume)
  const file = createTraceFile(out, resume && checkpointTraceBytes(resume))
  const stop = stopOnSignal()
  const bar = process.stderr.isTTY && !options.json ? progressBar(opened.loaded) : undefined
  try {
    const result = await runScenario(opened.loaded, {
      sink: file,
      open: () => file.source(),
      hash: nodeHash(),
      resume,
      ...(every !== undefined && { checkpointEvery: every }),
      // trials can be many hours: what was learned is kept when they are stopped
      ...((every !== undefined || trials) && {
        onCheckpoint: (bytes: Uint8Array) => {
          file.sync()
          writeWhole(checkpoint, bytes)
        },
      }),
      onProgress: (progress) => {
        bar?.update(progress)
        return !stop.asked
      },
    })
    bar?.stop()
    // from here on a signal ends the program as usual
    stop.forget()
    return finish({ opened, repeated }, result, out, checkpoint, options)
  } finally {
    bar?.stop()
    stop.forget()
    file.close()
  }
}

/** `10 s`, in ms, or `1 epoch`. */
function intervalOption(text: string | undefined): RunOptions['checkpointEvery'] {
  const epochs = /^\s*(\d+)\s*epochs?\s*$/.exec(text ?? '')
  if (epochs) {
    if (Number(epochs[1]) > 0) return { epochs: Number(epochs[1]) }
    throw new InputError(`--checkpoint-every: found ${text}; 1 epoch or more are needed`)
  }
  const every = timeOption('--checkpoint-every', text)
  if (every !== undefined && !(every > 0)) throw new InputError(`--checkpoint-every: found ${every} ms; a time above zero is needed`)
  return every
}

function finish({ opened, repeated }: { opened: OpenedScenario; repeated: Repeated | undefined }, result: RunResult, out: string, checkpoint: string, options: Options): number {
  const held = result.expectations.every(({ pass }) => pass) && (!repeated || sameBytes(repeated, result))
  const code = result.stopped ? exitCodes.stopped : held ? exitCodes.ok : exitCodes.unexpected
  const draw = typeof options.figures === 'string' || (options.figures !== false && !options.json && !result.stopped)
  const folder = typeof options.figures === 'string' ? options.figures : dirname(out)
  const warn = (text: string) => void process.stderr.write(`warning: ${text}\n`)
  if (options.json) {
    if (draw) writeFigures(result.open(), folder, opened.name, warn)
    say(JSON.stringify({ ...asJson(result, out), ...(repeated && { repeats: { path: repeated.file, sha256: repeated.sha256, same: sameBytes(repeated, result) } }) }))
    return code
  }
  sayResult(result)
  const pictures = draw ? writeFigures(result.open(), folder, opened.name, warn) : []
  say(`trace    ${out}`)
  if (repeated) say(`repeats  ${comparisonInWords(repeated, result)}`)
  pictures.forEach((picture, i) => {
    say(`${i === 0 ? 'figures' : '       '}  ${picture}`)
  })
  say(`look     npx hillock view ${/\s/.test(out) ? `"${out}"` : out}`)
  if (result.stopped) {
    const { trials } = result
    const place = trials ? `trial ${count(trials.done)} of ${count(trials.total)}, in epoch ${trials.epoch} of ${trials.epochs}` : `${duration(result.duration_ms)} of ${duration(opened.loaded.duration)}`
    say(`stopped at ${place}; the trace is whole up to there`)
    if (options.checkpointEvery || trials) say(`go on with the same command and --resume ${checkpoint}`)
  }
  return code
}

/** One object, the same keys always, and trials where there are any; a value that is not a number is null. */
function asJson(result: RunResult, path: string): Record<string, unknown> {
  const { scenario, seed, duration_ms, threads, build_s, run_s, events, synaptic_events, expectations, trace } = result
  return {
    ...{ scenario, seed, duration_ms, threads, build_s, run_s, events, synaptic_events, expectations },
    ...(result.trials && { trials: result.trials }),
    trace: { path, ...trace },
    ...(result.stopped && { stopped: true }),
  }
}

function readCheckpoint(path: string): Uint8Array {
  if (!existsSync(path)) throw new InputError(`--resume ${path}: no such file; a checkpoint is needed`)
  try {
    return readFileSync(path)
  } catch (error) {
    throw new InputError(`--resume ${path}: ${fileReason(error)}; a checkpoint is needed`)
  }
}
