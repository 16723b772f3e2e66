/**
 * What the scenario does when, as rows of bands and marks: inputs that step, phases of the protocol, parameters that change, and the
 * trials with their phases where the lengths of these are not drawn. Rows make their bands for the window that is looked at, for there
 * may be millions of them. Times in ms.
 */
import type { Current } from '../../engine/description.ts'
import type { TraceHeader } from '../../engine/trace/index.ts'
import { type Band, type BandRow, fixedRow, ms } from './band-row.ts'
import { isDrawable } from './encoded-inputs.ts'
import type { PageScenario, ProtocolStep } from './page-scenario.ts'
import { trialRows } from './trial-bands.ts'

/** Rows from the top down; none where nothing happens. */
export function bandRows(scenario: PageScenario, header: Pick<TraceHeader, 'dt'>): BandRow[] {
  return [...inputRows(scenario), ...protocolRows(scenario.protocol ?? []), ...(scenario.trials ? trialRows(scenario, header) : [])]
}

function inputRows(scenario: PageScenario): BandRow[] {
  return Object.entries(scenario.inputs ?? {}).flatMap(([name, { current }]) => {
    if (!current || !isDrawable(scenario, name)) return []
    const row = currentRow(name, current as Current)
    return row ? [row] : []
  })
}

function currentRow(name: string, current: Current): BandRow | undefined {
  if ('step' in current) return heldRow(name, current.step.map(([t]) => ms(t)), current.step.map(([, value]) => value))
  if ('samples' in current) {
    // in the canonical form times and values have units
    const { times, values } = current.samples as { times: (string | number)[]; values: (string | number)[] }
    return heldRow(name, times.map(ms), values)
  }
  if ('ramp' in current) {
    const { from, to, start, stop } = current.ramp
    return fixedRow(name, [{ from: ms(start), to: ms(stop), label: `${from} to ${to}`, colour: 0 }])
  }
  if (!('square' in current)) return undefined
  const { low, high, period, duty = 0.5, start = 0 } = current.square
  const [every, begin] = [ms(period), ms(start)]
  return {
    name,
    within(from, to, most) {
      const [first, last] = [Math.floor((from - begin) / every), Math.ceil((to - begin) / every)]
      if ((last - first) * 2 > most) return undefined
      const bands = Array.from({ length: last - first }, (_, k): Band[] => {
        const at = begin + (first + k) * every
        return [
          { from: at, to: at + duty * every, label: String(high), colour: 0 },
          { from: at + duty * every, to: at + every, label: String(low), colour: -1 },
        ]
      }).flat()
      return { bands: bands.filter((b) => b.to > Math.max(0, from) && b.from < to), marks: [] }
    },
  }
}

/** Values that hold until the next; the colour is the rank of the value, the lowest has none. */
function heldRow(name: string, times: number[], values: readonly (string | number)[]): BandRow {
  const numbers = values.map((v) => Number.parseFloat(String(v)))
  const ranks = [...new Set(numbers)].sort((a, b) => a - b)
  const colour = (v: number) => (ranks.length > 1 ? ranks.indexOf(v) - 1 : 0)
  return fixedRow(name, values.map((value, k) => ({ from: times[k], to: times[k + 1] ?? Number.POSITIVE_INFINITY, label: String(value), colour: colour(numbers[k]) })))
}

function protocolRows(protocol: readonly ProtocolStep[]): BandRow[] {
  const phases = protocol.flatMap((step) => ('phase' in step ? [{ name: step.phase, start: ms(step.start), every: step.every === undefined ? undefined : ms(step.every) }] : []))
  const changes = protocol.flatMap((step) => ('set' in step ? Object.entries(step.set).map(([port, value]) => ({ at: ms(step.at), label: `${port} = ${value}` })) : []))
  return [...(phases.length > 0 ? [phaseRow(phases)] : []), ...(changes.length > 0 ? [fixedRow('changes', [], changes)] : [])]
}

interface Phase {
  name: string
  start: number
  every?: number
}

/** A phase lasts until the next one begins. */
function phaseRow(phases: readonly Phase[]): BandRow {
  const names = [...new Set(phases.map(({ name }) => name))]
  return {
    name: 'phases',
    within(from, to, most) {
      // one beginning before the window, of each
      const counts = phases.map(({ start, every }) => (every ? Math.ceil((to - Math.max(start, from)) / every) + 2 : 1))
      if (counts.reduce((sum, n) => sum + Math.max(0, n), 0) > most) return undefined
      const begins = phases.flatMap(({ name, start, every }) => startsOf(start, every, from, to).map((at) => ({ name, at })))
      begins.sort((a, b) => a.at - b.at)
      const bands = begins.map(({ name, at }, k) => ({ from: at, to: begins[k + 1]?.at ?? Number.POSITIVE_INFINITY, label: name, colour: names.indexOf(name) }))
      return { bands: bands.filter((b) => b.to > from && b.from < to), marks: [] }
    },
  }
}

/** Beginnings in the window, the last before it, and the first after it. */
function startsOf(start: number, every: number | undefined, from: number, to: number): number[] {
  if (!every) return [start]
  const first = Math.max(0, Math.floor((from - start) / every))
  const last = Math.max(first, Math.ceil((to - start) / every))
  return Array.from({ length: last - first + 1 }, (_, k) => start + (first + k) * every)
}
