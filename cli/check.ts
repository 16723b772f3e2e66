/** `hillock check`: everything that can be found wrong without running. */
import { Command } from 'commander'
import { buildNetwork } from '../engine/network.ts'
import { openScenario, type ScenarioOptions, withScenarioOptions } from './scenario-file.ts'
import { bytes, count, duration, plural, say } from './text.ts'

export function checkCommand(done: (code: number) => void): Command {
  const command = new Command('check').description('validate a scenario and build its network, without running it')
  return withScenarioOptions(command.argument('<scenario>', 'file, or name of a scenario that comes with Hillock'))
    .addHelpText('after', '\nExamples:\n  hillock check my.yaml\n  hillock check scale/cuba --set populations.cells.size=8000')
    .action(async (scenario: string, options: ScenarioOptions) => done(await check(scenario, options)))
}

async function check(given: string, options: ScenarioOptions): Promise<number> {
  const { loaded } = await openScenario(given, options)
  try {
    const network = await buildNetwork(loaded.description)
    const units = [...network.populations.values()].reduce((sum, p) => sum + p.size, 0)
    const connections = [...network.projections.values()].reduce((sum, p) => sum + p.connections, 0)
    const { constant, state, scratch } = network.sizes
    say(
      `ok: ${loaded.scenario.title}: ${plural(units, 'unit')} in ${plural(network.populations.size, 'population')}, ` +
        `${plural(connections, 'connection')} in ${plural(network.projections.size, 'projection')}, ` +
        `${plural(loaded.description.inputs.length, 'input')}, ${loaded.duration === Infinity ? `${plural(loaded.description.trials?.epochs ?? 0, 'epoch')} of trials` : duration(loaded.duration)} in steps of ${network.grid.dt} ms, ` +
        `${count(loaded.scenario.expect?.length ?? 0)} expected, ${bytes(constant + state + scratch)} of memory`,
    )
    return 0
  } catch (error) {
    throw loaded.located(error)
  }
}
