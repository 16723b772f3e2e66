/** `hillock info`: what a trace holds. */
import { Command } from 'commander'
import type { Trace } from '../engine/trace/index.ts'
import { recordedScenario } from '../figures/from-trace.ts'
import { eventsInWords } from './summary.ts'
import { bytes, count, duration, plural, say, short, table } from './text.ts'
import { openTraceFile } from './trace-file.ts'

export function infoCommand(done: (code: number) => void): Command {
  return new Command('info')
    .description('say what a trace holds, and whether it is whole')
    .argument('<trace>', 'a trace .hlk')
    .option('--scenario', 'print the scenario it came from, as JSON')
    .option('--verify', 'read every chunk and check it; exit code 1 if one is damaged')
    .addHelpText('after', '\nExamples:\n  hillock info out/my.hlk\n  hillock info out/my.hlk --scenario | jq .populations')
    .action((file: string, options: { scenario?: boolean; verify?: boolean }) => done(info(file, options)))
}

function info(file: string, options: { scenario?: boolean; verify?: boolean }): number {
  const { trace, bytes: size, close } = openTraceFile(file)
  try {
    if (options.scenario) {
      say(trace.header.scenario)
      return 0
    }
    sayTrace(trace, size)
    if (!options.verify) return 0
    const damaged = trace.verify()
    for (const sentence of damaged) say(`damaged: ${sentence}`)
    say(damaged.length === 0 ? `${plural(trace.chunks.length, 'chunk')} read, none damaged` : `${damaged.length} of ${plural(trace.chunks.length, 'chunk')} damaged`)
    return damaged.length === 0 ? 0 : 1
  } finally {
    close()
  }
}

function sayTrace(trace: Trace, size: number): void {
  const { header } = trace
  say(header.title)
  say(`seed ${header.seed}, dt ${header.dt} ms, ${header.precision}, results version ${header.resultsVersion}, ${bytes(size)} in ${plural(trace.chunks.length, 'chunk')}`)
  say(trace.complete ? `complete: 0 to ${duration(trace.until)}` : `not complete: ${trace.damage ?? 'it has no end'}; whole until ${duration(trace.wholeUntil)}`)
  say('populations:')
  say(
    table(
      header.populations.map((p) => {
        const about = [p.name, plural(p.size, 'unit'), `${p.model}, ${p.regime.replace('_', '-')}`]
        if (p.events === false) return [...about, 'events not kept']
        const { rows, ...kinds } = trace.totals(p.name)
        const found = Object.entries(kinds).filter(([, n]) => n > 0)
        const rate = trace.until > 0 ? `${short((kinds.spike / p.size / trace.until) * 1000)} Hz` : ''
        return [...about, found.length === 0 ? plural(rows, 'event') : found.map(([kind, n]) => eventsInWords(kind, n)).join(', '), rate]
      }),
    ),
  )
  if (header.samples.length > 0) {
    say('samples:')
    const blocks = recordedScenario(trace).trials?.blocks.map((b) => b.name) ?? []
    say(table(header.samples.map((s) => blocks.includes(s.name) ? [s.name, `${s.variables.join(', ')} of trials`, 'when the block reports'] : [s.name, `${s.variables.join(', ')} ${s.reduce ? `of ${s.population}, mean over units` : `of ${plural(s.units.length, 'unit')} of ${s.population}`}`, `every ${s.every} ms`])))
  }
  if (header.weights.length > 0) {
    say('weights:')
    say(
      table(
        header.weights.map((w) => {
          const kept = trace.chunks.filter((chunk) => chunk.type === 'weights' && chunk.name === w.name)
          return [w.name, `${w.from} -> ${w.to}`, keptInWords(kept)]
        }),
      ),
    )
  }
}

function keptInWords(kept: readonly { count: number; first: number }[]): string {
  if (kept.length <= 4) return kept.map((k) => `${count(k.count)} at ${duration(k.first)}`).join(', ') || 'none kept'
  return `${count(kept[0].count)} at ${count(kept.length)} times, from ${duration(kept[0].first)} to ${duration(kept[kept.length - 1].first)}`
}
