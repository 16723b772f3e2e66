/** `hillock view`: the page, with a trace, two traces to compare, a scenario to run in it, or the gallery. */
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import open from 'open'
import { InputError } from '../engine/errors.ts'
import { askedScenario, askedTraces, type Request, siteOf } from './asked.ts'
import { exitCodes } from './failure.ts'
import { packageRoot } from './package.ts'
import { type ScenarioOptions, withScenarioOptions } from './scenario-file.ts'
import { say } from './text.ts'
import { serve } from './view-server.ts'

interface Options extends ScenarioOptions {
  port?: number
  /** false by --no-open */
  open: boolean
}

const help = `
Without anything to show, the page is a gallery of the scenarios that come with Hillock.
It is served to this machine alone (127.0.0.1) and needs no network. A scenario with a mistake is shown too, to be mended there.

Examples:
  hillock view out/burst-multiplexing.hlk
  hillock view burst-multiplexing --short
  hillock view one.hlk two.hlk             where two runs differ
  hillock view --port 8080 --no-open

Exit codes: 0 ended by Ctrl-C or SIGTERM; 2 a mistake in what was asked for.`

export function viewCommand(done: (code: number) => void): Command {
  const command = new Command('view')
    .description('look at a trace, or run a scenario, in the browser')
    .argument('[trace|scenario...]', 'a trace .hlk, or two; a scenario file, or the name of one that comes with Hillock')
    .option('--port <n>', 'port of the page; a free one unless said', portOption)
    .option('--no-open', 'print the address, open no browser')
  return withScenarioOptions(command)
    .addHelpText('after', help)
    .action(async (given: string[], options: Options) => done(await view(given, options)))
}

function portOption(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError(`found "${text}"; a whole number from 0 to 65535 is needed.`)
  return Number(text)
}

async function view(given: string[], { port, open: wanted, ...options }: Options): Promise<number> {
  const page = join(packageRoot, 'dist/viewer')
  if (!existsSync(join(page, 'index.html'))) throw new InputError('the page has not been built in this copy of Hillock; "npm run build" builds it')
  const request = whatIsAsked(given, options)
  const { traces, error } = await request.read()
  const ended = signal()
  const server = await serve(siteOf(page, request), port)
  // the page is there all the same: to say what is wrong with a trace, and to mend a scenario
  for (const mistake of [error?.text, ...traces.map((trace) => trace.error)]) {
    if (mistake) process.stderr.write(`error: ${mistake.replace(/\s*\n\s*/g, ' ')}\n`)
  }
  say(`view     ${server.url}`)
  say('stop     Ctrl-C')
  if (wanted && process.stdout.isTTY && !process.env.CI) await openBrowser(server.url)
  await ended
  await server.close()
  return exitCodes.ok
}

function whatIsAsked(given: string[], options: ScenarioOptions): Request {
  const traces = given.filter((path) => /\.hlk$/i.test(path))
  if (given.length > 0 && traces.length === given.length) {
    if (given.length > 2) throw new InputError(`found ${given.length} traces; one is shown, or two are compared`)
    return askedTraces(given, options)
  }
  if (given.length > 1) throw new InputError(`found ${given.map((path) => basename(path)).join(' and ')}; one scenario is shown, or one trace .hlk or two`)
  return askedScenario(given[0], options)
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve())
  })
}

/** A machine without a browser: the address has been printed, which is enough. */
async function openBrowser(url: string): Promise<void> {
  try {
    const child = await open(url)
    child.on('error', () => undefined)
  } catch {
    say('open the address in a browser; none could be started from here')
  }
}
