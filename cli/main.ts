#!/usr/bin/env node
/** The command line: one file a command. Exit codes are in failure.ts. */
import { Command, CommanderError } from 'commander'
import { benchCommand } from './bench.ts'
import { checkCommand } from './check.ts'
import { explainCommand } from './explain.ts'
import { exportCommand } from './export.ts'
import { exitCodes, fail } from './failure.ts'
import { infoCommand } from './info.ts'
import { listCommand } from './list.ts'
import { packageVersion } from './package.ts'
import { plotCommand } from './plot.ts'
import { reproduceCommand } from './reproduce.ts'
import { runCommand } from './run.ts'
import { viewCommand } from './view.ts'

const program = new Command('hillock')
  .description('An event-driven simulator for the question: how could a brain do deep learning?')
  .version(packageVersion, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print help')
  .helpCommand('help [command]', 'print help on a command')
  .configureHelp({ subcommandTerm: (command) => command.name(), helpWidth: 100 })
  .addHelpText(
    'after',
    `
Examples:
  hillock run burst-multiplexing           one that comes with Hillock (hillock list scenarios)
  hillock run my.yaml --set seed=2         your own, with a change
  hillock view out/my.hlk                  look at what it did, in the browser
  hillock plot out/my.hlk --figure rates   draw from a trace

Exit codes: 0 all is well, expectations hold; 1 some do not; 2 a mistake in the input;
  3 the run failed, or a file could not be written; 130 stopped by Ctrl-C.`,
  )

/** What the command ended with. */
let code: number = exitCodes.ok
const done = (result: number | undefined) => {
  code = result ?? exitCodes.ok
}
for (const command of [runCommand, viewCommand, checkCommand, explainCommand, listCommand, infoCommand, exportCommand, plotCommand, benchCommand, reproduceCommand]) {
  program.addCommand(command(done))
}
for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError(false)

// the reader of a pipe may leave before the end: `hillock list | head`
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? code : exitCodes.failed))

try {
  if (process.argv.length <= 2) program.outputHelp()
  else await program.parseAsync()
} catch (error) {
  // commander has said already what was wrong
  if (error instanceof CommanderError) code = error.exitCode === 0 ? exitCodes.ok : exitCodes.input
  else code = fail(error)
}
process.exitCode = code
