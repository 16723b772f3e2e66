/**
 * A trace of any size without a simulation, for what is asked of the viewer: pyramidal cells whose event rate and burst probability follow
 * two sines, as in burst multiplexing, and an interneuron population. Times are on a grid of 0.1 ms, kinds are those of the interval detector,
 * and two calls with the same numbers give the same bytes.
 */
import { uniformNumbers } from '../analysis/index.ts'
import { kinds } from '../engine/description.ts'
import { openTraceWriter, type TraceHeader, type TraceSink } from '../engine/trace/index.ts'

/** ms */
const dt = 0.1
const stepsAtOnce = 1000

export interface ViewerTrace {
  events: number
  /** ms */
  until: number
}

/** At least `events` events of `units` pyramidal cells and a quarter as many interneurons, written to `sink`. */
export function writeViewerTrace(sink: TraceSink, events: number, units = 4000, seed = 1): ViewerTrace {
  const interneurons = units / 4
  const writer = openTraceWriter(header(units, interneurons, seed), sink)
  const random = uniformNumbers(seed)
  const rows = { times: new Float64Array(1 << 16), sources: new Uint32Array(1 << 16), kinds: new Uint8Array(1 << 16) }
  /** Spikes that a burst still owes: the step they come at -> units, with what they are. */
  const owed: [unit: number, kind: number][][] = Array.from({ length: 256 }, () => [])
  let written = 0
  let step = 0
  while (written < events) {
    for (const [population, size] of [units, interneurons].entries()) {
      let count = 0
      for (let s = step; s < step + stepsAtOnce; s++) {
        const time = s / 10
        const put = (unit: number, kind: number) => {
          rows.times[count] = time
          rows.sources[count] = unit
          rows.kinds[count++] = kind
        }
        if (population === 1) {
          for (let spikes = poisson(random, (size * 20 * dt) / 1000); spikes > 0; spikes--) put(Math.floor(random() * size), kinds.spike)
          continue
        }
        const due = owed[s & 255].splice(0)
        for (const [unit, kind] of due) put(unit, kind)
        const soma = 0.5 + 0.4 * Math.sin((2 * Math.PI * time) / 500)
        const dendrite = 0.25 + 0.2 * Math.sin((2 * Math.PI * time) / 1118.033989)
        for (let onsets = poisson(random, (size * 14 * soma * dt) / 1000); onsets > 0; onsets--) {
          const unit = Math.floor(random() * size)
          put(unit, kinds.spike | kinds.onset)
          if (random() >= dendrite) continue
          const spikes = 2 + Math.floor(2 * random())
          for (let k = 1; k < spikes; k++) owed[(s + 60 * k) & 255].push([unit, k === 1 ? kinds.spike | kinds.burst : kinds.spike])
        }
      }
      writer.events(population, rows.times, rows.sources, rows.kinds, count)
      written += count
    }
    step += stepsAtOnce
    writer.advance(step / 10)
  }
  writer.close(step / 10)
  return { events: written, until: step / 10 }
}

function header(units: number, interneurons: number, seed: number): TraceHeader {
  const sine = (mean: number, amplitude: number, period: string) => ({ sine: { mean: `${mean} pA`, amplitude: `${amplitude} pA`, period } })
  const scenario = {
    title: 'A large trace',
    populations: { a_pyramidal: { model: 'naud_sprekeler', size: units, bursts: { detector: 'interval', interval: '16 ms' } }, b_interneuron: { model: 'lif_exponential', size: interneurons } },
    inputs: { to_soma: { onto: 'a_pyramidal.I_s', current: sine(300, 100, '500 ms') }, to_dendrite: { onto: 'a_pyramidal.I_d', current: sine(100, 200, '1118.033989 ms') } },
    figures: [{ multiplexing: { of: 'a_pyramidal', soma: 'to_soma', dendrite: 'to_dendrite', bin: '50 ms' } }],
  }
  const population = (name: string, size: number, model: string) => ({ name, size, model, regime: 'clocked' })
  return {
    scenario: JSON.stringify(scenario),
    ...{ title: scenario.title, seed, dt, precision: 'f32', resultsVersion: 'made for measuring' },
    populations: [population('a_pyramidal', units, 'naud_sprekeler'), population('b_interneuron', interneurons, 'lif_exponential')],
    samples: [],
    weights: [],
  }
}

/** Knuth's multiplication of uniform numbers; small means only. */
function poisson(random: () => number, mean: number): number {
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random(); product > limit; product *= random()) count++
  return count
}
