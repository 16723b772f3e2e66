/** `hillock bench`: the networks that simulators are compared on, timed here. */
import { Command } from 'commander'
import { InputError, unknown } from '../engine/errors.ts'
import { costFigure } from '../figures/index.ts'
import { readDataFile } from './data-files.ts'
import { exitCodes } from './failure.ts'
import { writeFigure } from './figure-files.ts'
import { bytes, count, say, short, table } from './text.ts'

type Bench = typeof import('../bench/run.ts') & typeof import('../bench/learning.ts')
type BenchRow = import('../bench/run.ts').BenchRow
type LearningRow = import('../bench/learning.ts').LearningRow

export function benchCommand(done: (code: number) => void): Command {
  return new Command('bench')
    .description('time the networks that simulators are compared on')
    .argument('[network...]', 'some of them; all unless said')
    .option('--repeats <n>', 'slices that are timed; the median counts')
    .option('--no-peers', 'leave out other simulators, even where they are installed')
    .option('--figure <file.svg|.png>', 'draw the cost of an event against the size of the network (needs "scaling")')
    .option('--json', 'print the rows as JSON and nothing else')
    .addHelpText('after', '\nExit code 1 if a network has another rate, or another number of synaptic events a spike, than it should, or does not learn.\nNetworks that learn are timed over blocks of some thousand images; an epoch is 60,000 of training alone.\n\nExamples:\n  hillock bench cuba\n  hillock bench feedback_alignment\n  hillock bench --json > bench.json')
    .action(async (only: string[], options: { repeats?: string; peers: boolean; json?: boolean; figure?: string }) => {
      const { bench, benchNames: simulated, benchLearning, learningNames, machine } = await load()
      const benchNames = [...simulated, ...learningNames]
      const wrong = only.find((name) => !benchNames.includes(name))
      if (wrong !== undefined) throw new InputError(unknown('network', wrong, benchNames))
      const repeats = options.repeats === undefined ? undefined : Number(options.repeats)
      if (repeats !== undefined && !(Number.isInteger(repeats) && repeats >= 1)) throw new InputError(`--repeats: found "${options.repeats}"; a whole number above zero is needed`)
      const onWork = (what: string) => void process.stderr.write(`${what} ...\n`)
      const some = (names: readonly string[]) => only.length === 0 || only.some((name) => names.includes(name))
      const rows = some(simulated) ? await bench({ only, peers: options.peers, repeats, onWork }) : []
      const learning = some(learningNames) ? await benchLearning({ only, repeats, dataFiles: readDataFile, onWork }) : []
      if (options.json) say(JSON.stringify({ machine: machine(), rows, learning }, null, 2))
      else {
        say(machine())
        if (learning.length > 0) say(learningTable(learning))
        if (rows.length > 0) say(
          table([
            ['network', 's / simulated s', '(fastest to slowest)', 'ns / unit step', 'ns / event', 'M events / s', 'ns / turn', 'ns / synapse update', 'worst weight', 'Hz', 'memory', 'where the time goes', 'beside', ''],
            ...rows.map((row) => [
              row.network,
              short(row.wall_per_simulated_s),
              row.spread.map(short).join(' to '),
              number(row.ns_per_neuron_step),
              number(row.ns_per_synaptic_event),
              number(row.million_events_per_s),
              number(row.ns_per_actor),
              number(row.ns_per_synapse_update),
              number(row.worst_weight),
              number(row.rate_hz),
              bytes(row.memory_mb * 1e6),
              row.parts ? `drive ${short(row.parts.drive)}, delivery ${short(row.parts.delivery)}, ${row.parts.learning > 0 ? `learning ${short(row.parts.learning)}, ` : ''}update ${short(row.parts.update)} s` : '–',
              row.peer ? `${row.peer.simulator}: ${short(row.peer.wall_per_simulated_s)} s (we take ${short(row.peer.ratio)} of it)` : '',
              row.pass ? 'ok' : `not ${row.accept_rate_hz.join(' to ')} Hz and ${row.accept_events_per_spike} synaptic events a spike, but ${number(row.events_per_spike)}`,
            ]),
          ]),
        )
      }
      if (options.figure) writeFigure(options.figure, scalingFigure(rows))
      done([...rows, ...learning].every(({ pass }) => pass) ? exitCodes.ok : exitCodes.unexpected)
    })
}

function learningTable(rows: LearningRow[]): string {
  return table([
    ['network', 's / epoch', '(fastest to slowest)', 'asked', 'ms / image', 'products / image', 'ns / product', 'least of this machine', 'error', 'memory', ''],
    ...rows.map((row) => [
      row.network,
      short(row.s_per_epoch),
      row.spread.map(short).join(' to '),
      `<= ${row.asked_s_per_epoch}`,
      short(row.ms_per_image),
      count(row.products_per_image),
      short(row.ns_per_product),
      `${short(row.peak.dense)} (dense), ${short(row.peak.rows)} (rows)`,
      short(row.error),
      bytes(row.memory_mb * 1e6),
      row.pass ? 'ok' : `not an error of ${row.accept_error.join(' to ')}`,
    ]),
  ])
}

function scalingFigure(rows: BenchRow[]): string {
  const scaling = rows.filter((row) => row.network.startsWith('scaling-'))
  if (scaling.length === 0) throw new InputError('--figure: found no row of "scaling"; run that benchmark too')
  const x = scaling.map((row) => Number(row.network.slice('scaling-'.length)))
  // as in the table: everything is shared by all arrivals, delivery by those that come from spikes of the network
  const delivery = (row: BenchRow) => ((row.parts?.delivery ?? Number.NaN) * 1e9) / row.synaptic_events_per_s
  const series = [
    { name: 'everything, external events included', x, y: scaling.map((row) => row.ns_per_synaptic_event) },
    { name: 'delivery of spikes', x, y: scaling.map(delivery) },
  ]
  return costFigure({ size: 'cells', cost: 'ns per event', linear: true, series }, { title: 'What an event costs, against the size of the network' })
}

const number = (x: number | undefined) => (x === undefined || !Number.isFinite(x) ? '–' : short(x))

/** Benchmarks are not needed for anything else and may be left out of an installation. */
async function load(): Promise<Bench> {
  try {
    return { ...(await import('../bench/run.ts')), ...(await import('../bench/learning.ts')) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') throw new InputError('the benchmarks are not part of this copy of Hillock')
    throw error
  }
}
