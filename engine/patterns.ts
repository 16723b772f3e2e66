/** Patterns of spikes in frames that follow each other for ever: which one a frame shows, and its spikes as they come. */
import type { PatternSequence, PopulationDescription, SpikeList } from './description.ts'
import { checkSpikes, type SpikeSequence } from './drive.ts'
import { InputError, within } from './errors.ts'
import type { Grid } from './grid.ts'
import type { Column, MemoryPlan } from './memory.ts'
import { integerBelow, type Key, philox, streamKey } from './random.ts'
import { type Dimension, quantityIn } from './units.ts'

const ms: Dimension = [1, 0, 0]
const words = new Uint32Array(4)

/** The pattern that frame `frame` shows: in turn, or with a key drawn uniformly, a function of key and frame alone. */
export function patternOfFrame(frame: number, count: number, key?: Key): number {
  if (!key) return frame % count
  philox(frame >>> 0, Math.floor(frame / 4294967296), 0, 0, key[0], key[1], words)
  return integerBelow(words[0], count)
}

/** The key of a sequence that is drawn: the same for all populations that name it. */
export function sequenceKey(seed: number, sequence: string | undefined): Key | undefined {
  return sequence === undefined ? undefined : streamKey(seed, 'sequence', sequence)
}

/** Length of a frame in ms. Throws `InputError` with the path in the sequence, also for a spike that is in no frame. */
export function checkPatterns({ patterns, every }: PatternSequence, size: number, grid: Grid): number {
  const length = within(['every'], () => quantityIn(every, ms))
  if (!(length >= grid.dt && length < Infinity)) {
    throw new InputError(`found frames of ${length} ms; at least a step of ${grid.dt} ms is needed`, ['every'])
  }
  if (patterns.length === 0) throw new InputError('found no pattern; at least one is needed', ['patterns'])
  patterns.forEach((pattern, k) => {
    within(['patterns', k], () => {
      checkSpikes(pattern, size)
      pattern.times.forEach((t, i) => {
        if (grid.snap(t) >= grid.snap(length)) {
          throw new InputError(`found a spike at ${t} ms; a time before the end of the frame at ${length} ms is needed`, ['times', i])
        }
      })
    })
  })
  return length
}

/** Frame f of two populations shows the same pattern if both draw from as many. Throws `InputError` with the path in the network. */
export function checkSequences(populations: readonly PopulationDescription[]): void {
  const first = new Map<string, { population: string; count: number }>()
  for (const { name, patterns: shown } of populations) {
    if (shown?.sequence === undefined) continue
    const count = shown.patterns.length
    const other = first.get(shown.sequence)
    if (other && other.count !== count) {
      throw new InputError(
        `found ${count} pattern${count === 1 ? '' : 's'} in the sequence "${shown.sequence}", from which population "${other.population}" shows ${other.count}; as many are needed`,
        ['populations', name, 'patterns', 'sequence'],
      )
    }
    first.set(shown.sequence, { population: name, count })
  }
}

/** The spikes of frame after frame, sorted by time and then unit; frame f starts at f times `every` (ms). Patterns are checked. */
export function patternSequence(name: string, lists: readonly SpikeList[], every: number, key: Key | undefined, grid: Grid, plan: MemoryPlan): SpikeSequence {
  const patterns = lists.map(({ times, units }) => {
    const snapped = times.map(grid.snap)
    const order = Array.from({ length: times.length }, (_, k) => k).sort((a, b) => snapped[a] - snapped[b] || units[a] - units[b])
    return { times: Float64Array.from(order, (k) => snapped[k]), units: Uint32Array.from(order, (k) => units[k]) }
  })
  const silent = patterns.every(({ times }) => times.length === 0)
  // frame, and spikes of it so far with the present one: 0 is before the first
  const state: Column<'f64'> = plan.reserve(`patterns.${name}`, 'f64', 2, 'state')
  let frame = -1
  let shown = patterns[0]
  const show = () => {
    if (frame === state.view[0]) return
    frame = state.view[0]
    shown = patterns[patternOfFrame(frame, patterns.length, key)]
  }
  const sequence: SpikeSequence = {
    time: Infinity,
    unit: 0,
    next: () => {
      if (silent) return
      const s = state.view
      show()
      s[1]++
      // patterns may be empty
      while (s[1] > shown.times.length) {
        s[0]++
        s[1] = 1
        show()
      }
      sequence.place()
    },
    place: () => {
      const k = state.view[1] - 1
      if (k < 0) {
        sequence.time = Infinity
        return
      }
      show()
      // each time is rounded once, from the start of the run; a spike at the very end of a frame never passes the next one
      const end = grid.snap((frame + 1) * every)
      sequence.time = Math.min(grid.snap(frame * every + shown.times[k]), end)
      sequence.unit = shown.units[k]
    },
  }
  return sequence
}

/** The most spikes in any interval of this length (ms), whichever pattern follows which; never too few. */
export function mostInFrames(patterns: readonly SpikeList[], every: number, length: number): number {
  const sorted = patterns.map(({ times }) => Float64Array.from(times).sort())
  const largest = sorted.reduce((most, { length: n }) => Math.max(most, n), 0)
  // the last time at which some pattern still has k + 1 spikes to come, the first one at which some has had k + 1
  const latest = new Float64Array(largest)
  const earliest = new Float64Array(largest).fill(Infinity)
  let most = 0
  for (const times of sorted) {
    for (let k = 0, first = 0; k < times.length; k++) {
      latest[k] = Math.max(latest[k], times[times.length - 1 - k])
      earliest[k] = Math.min(earliest[k], times[k])
      while (times[k] - times[first] > length) first++
      most = Math.max(most, k - first + 1)
    }
  }
  for (let k = 0; k < largest; k++) {
    const end = latest[k] + length
    if (end < every) continue
    const frames = Math.floor(end / every)
    const rest = end - frames * every
    let begun = 0
    for (let step = largest; step > 0; step = Math.floor(step / 2)) {
      while (begun + step <= largest && earliest[begun + step - 1] <= rest) begun += step
    }
    most = Math.max(most, k + 1 + (frames - 1) * largest + begun)
  }
  return most
}
