/** `hillock plot`: a figure of a trace, or of a scenario that is run for it. */
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { InputError } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { type FigureKind, type FigureSpecification, figureFromTrace, figuresOf, kindOf } from '../figures/from-trace.ts'
import { learningOfRuns } from '../figures/learning-of-runs.ts'
import { runScenario } from '../scenarios/run.ts'
import { writeFigure } from './figure-files.ts'
import { openScenario, type ScenarioOptions, timeOption, withScenarioOptions } from './scenario-file.ts'
import { say } from './text.ts'
import { openTraceFile } from './trace-file.ts'

interface Options extends ScenarioOptions {
  figure?: FigureKind
  of?: string[]
  name?: string[]
  title?: string
  from?: string
  to?: string
  out?: string
  dark?: boolean
}

const kinds = ['raster', 'rates', 'multiplexing', 'voltages', 'curves', 'comparison', 'learning', 'weights', 'window', 'dissimilarity', 'similarity'] as const

const help = `
Without --figure, the figures the scenario asks for are drawn. A figure it does not ask for is drawn of all
populations, samples or weights; those that need to be told more (multiplexing, curves, comparison, learning, window,
dissimilarity, similarity) have to be described in the scenario (figures:).
Options that change a scenario (--set, --seed, ...) are for scenarios, not for traces.

Examples:
  hillock plot out/my.hlk
  hillock plot out/my.hlk --figure raster --of "cells[0:100]" --from "500 ms" --to "1 s" --out raster.png
  hillock plot burst-multiplexing --figure multiplexing --dark --out figure.svg
  hillock plot one.hlk two.hlk --of test.error --name "one layer" --name "two layers" --out depth.svg`

export function plotCommand(done: (code: number) => void): Command {
  const command = new Command('plot')
    .description('draw a trace, or a scenario after running it, as SVG or PNG')
    .argument('<trace|scenario...>', 'a trace .hlk, a scenario file, or the name of one that comes with Hillock; or several traces, of which --of says what to compare')
    .addOption(new Option('--figure <kind>', 'what to draw').choices(kinds))
    .option('--of <what>', 'of a raster or of rates: units such as "cells[0:100]" (repeatable); of several traces: a measure such as test.error', (value: string, before: string[] = []) => [...before, value])
    .option('--name <text>', 'of several traces: what each is called, in their order (repeatable); its file unless said', (value: string, before: string[] = []) => [...before, value])
    .option('--title <text>', 'of several traces: title of the figure')
    .option('--from <time>', 'start of the window, e.g. "500 ms"')
    .option('--to <time>', 'end of the window')
    .option('--out <file>', 'a file .svg or .png; beside the trace, or in out/, as .svg unless said')
    .option('--dark', 'for a dark page')
  return withScenarioOptions(command)
    .addHelpText('after', help)
    .action(async (given: string[], options: Options) => done(given.length > 1 ? compare(given, options) : await plot(given[0], options)))
}

async function plot(given: string, options: Options): Promise<number> {
  if (options.out !== undefined && !/\.(svg|png)$/i.test(options.out)) throw new InputError(`--out ${options.out}: a file that ends in .svg or .png is needed`)
  for (const end of ['from', 'to'] as const) timeOption(`--${end}`, options[end])
  const window = { ...(options.from !== undefined && { from: options.from }), ...(options.to !== undefined && { to: options.to }) }
  const { trace, base, close } = await opened(given, options)
  try {
    const figures = chosen(trace, options)
    if (options.out !== undefined && figures.length > 1) {
      throw new InputError(`found ${figures.length} figures for one file (${figures.map(kindOf).join(', ')}); --figure chooses one`)
    }
    figures.forEach((figure, i) => {
      const same = figures.slice(0, i).filter((other) => kindOf(other) === kindOf(figure)).length
      const file = options.out ?? `${base}.${kindOf(figure)}${same > 0 ? `-${same + 1}` : ''}.svg`
      const name = base.split(/[\\/]/).at(-1)
      writeFigure(file, figureFromTrace(trace, figure, { ...window, scenario: name, theme: options.dark ? 'dark' : 'light' }))
      say(file)
    })
    return 0
  } finally {
    close()
  }
}

/** The same measure of several runs, in one figure. */
function compare(given: string[], { of = [], name = [], title, out, figure, dark }: Options): number {
  const other = given.find((file) => !/\.hlk$/i.test(file))
  if (other !== undefined) throw new InputError(`found ${other} among several; only traces .hlk are compared`)
  if (of.length !== 1 || (figure !== undefined && figure !== 'learning')) throw new InputError('several traces are compared in one measure of a block of trials; --of test.error is needed, and no other figure')
  if (name.length > 0 && name.length !== given.length) throw new InputError(`found ${name.length} names for ${given.length} traces; as many are needed`)
  const file = out ?? `${of[0]}.svg`
  const traces = given.map((path) => openTraceFile(path))
  try {
    const runs = traces.map(({ trace }, k) => ({ trace, name: name[k] ?? (given[k].split(/[\\/]/).at(-1) ?? '').replace(/\.hlk$/i, '') }))
    writeFigure(file, learningOfRuns(runs, of[0], { title: title ?? of[0], theme: dark ? 'dark' : 'light' }))
    say(file)
    return 0
  } finally {
    for (const { close } of traces) close()
  }
}

async function opened(given: string, options: Options): Promise<{ trace: Trace; base: string; close(): void }> {
  if (/\.hlk$/i.test(given)) {
    const changes = ['set', 'seed', 'dt', 'duration', 'precision', 'short', 'model'] as const
    const change = changes.find((key) => options[key] !== undefined)
    if (change) throw new InputError(`--${change} changes a scenario; ${given} is a trace, which has been run already`)
    return { ...openTraceFile(given), base: given.replace(/\.hlk$/i, '') }
  }
  const { loaded, name } = await openScenario(given, options)
  const result = await runScenario(loaded)
  return { trace: result.open(), base: join('out', name), close: () => undefined }
}

/** What the scenario asks for; of the kind that is wanted, or else a plain one. */
function chosen(trace: Trace, { figure: kind, of }: Options): FigureSpecification[] {
  if (of !== undefined) {
    if (kind !== 'raster' && kind !== 'rates') throw new InputError('--of needs --figure raster or --figure rates')
    return [kind === 'raster' ? { raster: { of } } : { rates: { of } }]
  }
  const asked = figuresOf(trace)
  if (kind === undefined) return asked
  const same = asked.filter((figure) => kindOf(figure) === kind)
  if (same.length > 0) return same
  if (kind === 'raster') return [{ raster: {} }]
  if (kind === 'rates') return [{ rates: {} }]
  if (kind === 'voltages') return [{ voltages: {} }]
  if (kind === 'weights' && trace.header.weights.length > 0) return trace.header.weights.map(({ name }) => ({ weights: { of: name } }))
  throw new InputError(`the scenario describes no figure ${kind}; it needs one in "figures:" (hillock list --schema says what it takes)`)
}
