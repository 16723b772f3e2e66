/** What a run showed, for people: a small picture on a terminal, numbers, expectations. */
import type { Trace } from '../engine/trace/index.ts'
import { rasterFromTrace, ratesFromTrace } from '../figures/from-trace.ts'
import { sparkline, terminalRaster, terminalRates } from '../figures/terminal.ts'
import type { RunResult } from '../scenarios/run.ts'
import type { WatchedCurve } from '../scenarios/watched.ts'
import { lastReports } from './last-reports.ts'
import { bytes, count, duration, painter, plural, say, seconds, short, shortBetween, table } from './text.ts'

export function sayResult(result: RunResult): void {
  const paint = painter(process.stdout)
  const { events, expectations } = result
  if (process.stdout.isTTY) sayPicture(result.open())
  say(paint('bold', `${result.scenario}, seed ${result.seed}`))
  const others = Object.entries(events).filter(([kind, n]) => kind !== 'spike' && n > 0)
  say(`${[['spike', events.spike] as const, ...others].map(([kind, n]) => eventsInWords(kind, n)).join(', ')}; ${plural(result.synaptic_events, 'synaptic event')}`)
  const factor = result.duration_ms / 1000 / result.run_s
  const pace = factor >= 1 ? `${rough(factor)} times faster than real time` : `${rough(1 / factor)} times slower than real time`
  say(`${duration(result.duration_ms)} simulated in ${seconds(result.run_s)} (${pace}), after ${seconds(result.build_s)} of building`)
  if (result.trials) say(`${count(result.trials.done)} of ${plural(result.trials.total, 'trial')}, epoch ${result.trials.epoch} of ${result.trials.epochs}`)
  say(`trace of ${bytes(result.trace.bytes)}, sha-256 ${result.trace.sha256}`)
  if (result.note) say(result.note)
  if (result.watched.length > 0) say(table(result.watched.map((curve) => watchedRow(curve, result.duration_ms)), ''))
  const reports = lastReports(result.watched)
  if (reports.length > 0) say(`\n${table(reports)}`)
  say()
  if (expectations.length === 0) return
  say(
    table(
      expectations.map(({ name, value, unit, accept: [low, high], source, pass }) => {
        const number = shortBetween(low, high)
        return [
          pass ? paint('green', '✓') : paint('red', '✗'),
          name,
          Number.isNaN(value) ? 'no value' : `${number(value)}${unit ? ` ${unit}` : ''}`,
          `accepted ${number(low)} to ${number(high)}`,
          source ? paint('dim', source) : '',
        ]
      }),
    ),
  )
  for (const { name, pass, detail } of expectations) if (detail && !pass) say(`    ${name}: ${detail}`)
  const failed = expectations.filter(({ pass }) => !pass).length
  say(failed === 0 ? `all ${count(expectations.length)} hold` : `${count(failed)} of ${plural(expectations.length, 'expectation')} ${failed === 1 ? 'does' : 'do'} not hold`)
  say()
}

const curveColumns = 40

/** First, smallest and last value of a curve, and its shape; at 0 ms nothing has happened yet, so that its value is neither first nor best. */
export function watchedRow({ name, unit, times, values }: WatchedCurve, until: number): string[] {
  if (values.length === 0) return [name, 'no value']
  const first = times[0] === 0 && values.length > 1 ? 1 : 0
  const best = values.reduce((k, v, i) => (i > first && v < values[k] ? i : k), first)
  const told = (value: number) => `${short(value)}${unit && ` ${unit}`}`
  const last = values.length - 1
  return [
    name,
    `first ${told(values[first])}`,
    `best ${told(values[best])} at ${duration(times[best])}`,
    `last ${told(values[last])}`,
    sparkline(times, values, 0, until, curveColumns),
  ]
}

const rough = (n: number) => String(Number(n.toPrecision(2)))

/** `12 spikes`, `3 plateaus begun`. */
export function eventsInWords(kind: string, n: number): string {
  const [, part] = /^plateau_(on|off)$/.exec(kind) ?? []
  return part ? `${plural(n, 'plateau')} ${part === 'on' ? 'begun' : 'ended'}` : plural(n, kind)
}

/** The largest populations only, at most four: the picture has to fit a screen. */
function sayPicture(trace: Trace): void {
  const kept = trace.header.populations.filter((p) => p.events !== false)
  const of = [...kept].sort((a, b) => b.size - a.size).slice(0, 4).map((p) => p.name)
  if (of.length === 0 || !(trace.until > 0)) return
  const columns = Math.max(40, Math.min(100, (process.stdout.columns || 80) - 1))
  const window = { trace, from: 0, to: trace.until }
  say(terminalRaster(rasterFromTrace(window, { of }), { columns, rows: 12 }))
  say(terminalRates(ratesFromTrace(window, { of }), { columns }))
  if (kept.length > of.length) say(`(${kept.length - of.length} smaller populations not shown)`)
  say()
}
