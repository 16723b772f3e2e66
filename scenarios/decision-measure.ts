/**
 * Decisions, trial by trial: time is cut into frames of the same length; the spike of `choices` in a frame names the unit that
 * should answer, and the answer is right if that unit fires in the window of the frame and no other does.
 *   value = right frames / frames with a choice;   frame k is [from + k every, from + (k + 1) every), window [a, b) within it
 */
import { InputError } from '../engine/errors.ts'
import { type Sizes, countOf, unitsOf } from '../engine/unit-ranges.ts'
import { quantityIn } from '../engine/units.ts'
import { type Evidence, NoValue, type UnitRows } from './evidence.ts'
import type { LoadedScenario } from './load.ts'
import type { Measure } from './measures.ts'
import { plain } from './metric-bounds.ts'
import type { DecisionMetric } from './metrics-schema.ts'
import { ms } from './shapes.ts'

/** Sums of times on the grid miss it by less; what is meant to lie on an edge is taken to do so. */
const rounding = 1e-9

/** Throws `InputError` with the path within the metric. */
export function measureDecision(metric: DecisionMetric, { description }: Pick<LoadedScenario, 'description'>): Measure {
  const { of, choices, from, to } = metric
  const every = quantityIn(metric.every, ms)
  const [begin, end] = metric.window.map((text) => quantityIn(text, ms))
  if (!(begin < end && end <= every * (1 + 1e-9))) {
    throw new InputError(`found a window from ${begin} to ${end} ms; it must begin before it ends, within a frame of ${every} ms`, ['window'])
  }
  const sizes: Sizes = new Map(description.populations.map((p) => [p.name, p.size]))
  const [answering, naming] = [of, choices].map((units) => countOf(unitsOf(units, sizes), sizes))
  if (naming > answering) throw new InputError(`found ${naming} choices for ${answering} units; as many at most are needed`, ['choices'])
  const measure = (e: Evidence) => {
    const window = e.window({ from, to })
    const frames = Math.floor((window.to - window.from) / every + rounding)
    if (frames < 1) throw new NoValue(`there is no whole frame of ${every} ms from ${window.from} to ${window.to} ms`)
    const place = (time: number) => Math.floor((time - window.from) / every + rounding)
    const named = unitsOfFrames(e.rows(choices, 'spike'), frames, place)
    const answered = unitsOfFrames(e.rows(of, 'spike'), frames, place, (time, k) => {
      const within = time - (window.from + k * every)
      return within >= begin - rounding && within < end - rounding
    })
    const wrong = named.findIndex((units) => units.size > 1)
    if (wrong >= 0) throw new NoValue(`the frame from ${window.from + wrong * every} ms names the units ${[...named[wrong]].join(' and ')}; one is needed`)
    const trials = named.flatMap((units, k) => [...units].map((unit) => answered[k].size === 1 && answered[k].has(unit)))
    if (trials.length === 0) throw new NoValue(`no frame from ${window.from} to ${window.to} ms names a unit`)
    const right = trials.filter(Boolean).length
    return { value: right / trials.length, detail: `${right} of ${trials.length} frames` }
  }
  return { unit: plain, measure }
}

/** The units that fire in each frame, at times that count. */
function unitsOfFrames({ times, sources }: UnitRows, frames: number, place: (time: number) => number, counts: (time: number, frame: number) => boolean = () => true): Set<number>[] {
  const found = Array.from({ length: frames }, () => new Set<number>())
  for (let row = 0; row < times.length; row++) {
    const k = place(times[row])
    if (k >= 0 && k < frames && counts(times[row], k)) found[k].add(sources[row])
  }
  return found
}
