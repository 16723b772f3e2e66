/** The multiplexing panel beside the figure of the command line: the same numbers from the same trace, window and bin. */
import { beforeAll, describe, expect, it } from 'vitest'
import { multiplexed, populationBursts, uniformNumbers } from '../../analysis/index.ts'
import { kinds } from '../../engine/description.ts'
import { bytesSource, openTrace, openTraceWriter, type Trace, type TraceHeader } from '../../engine/trace/index.ts'
import { figureFromTrace } from '../../figures/from-trace.ts'
import { firstChoices } from '../../viewer/multiplexing/choices.ts'
import { rounded } from '../../viewer/multiplexing/correlations.tsx'
import { largestLag, multiplexedCode } from '../../viewer/multiplexing/multiplexed-code.ts'
import { heldTraces } from '../../viewer/store/held-traces.ts'
import { traceAnswers } from '../../viewer/store/trace-answers.ts'
import { loadStrip } from '../../viewer/strips/load-strip.ts'
import { scenarioOf } from '../../viewer/strips/page-scenario.ts'

const size = 100
const until = 3000
const scenario = {
  title: 'Two messages',
  populations: { cells: { bursts: { detector: 'interval', interval: '16 ms' } } },
  inputs: {
    up: { onto: 'cells.I_s', current: { sine: { mean: '300 pA', amplitude: '100 pA', period: '500 ms' } } },
    top: { onto: 'cells.I_d', current: { sine: { mean: '100 pA', amplitude: '200 pA', period: '1118 ms' } } },
  },
  figures: [{ multiplexing: { of: 'cells', soma: 'up', dendrite: 'top', bin: '50 ms', from: '200 ms' } }],
}
const header: TraceHeader = {
  scenario: JSON.stringify(scenario),
  title: scenario.title,
  seed: 1,
  dt: 0.1,
  precision: 'f64',
  resultsVersion: '1',
  populations: [{ name: 'cells', size, model: 'naud_sprekeler', regime: 'clocked' }],
  samples: [],
  weights: [],
}

/** Events follow one sine, whether they are bursts the other. */
function spikes(): { times: Float64Array; sources: Uint32Array } {
  const random = uniformNumbers(7)
  const rows: [time: number, unit: number][] = []
  for (let t = 0; t < until; t += 5) {
    const rate = 0.02 + 0.016 * Math.sin((2 * Math.PI * t) / 500)
    const burst = 0.4 + 0.35 * Math.sin((2 * Math.PI * t) / 1118)
    for (let unit = 0; unit < size; unit++) {
      if (random() > rate) continue
      const at = t + 5 * random()
      rows.push([at, unit])
      if (random() < burst) rows.push([at + 6, unit], [at + 13, unit])
    }
  }
  const inside = rows.filter(([t]) => t < until).sort((a, b) => a[0] - b[0])
  return { times: Float64Array.from(inside, ([t]) => t), sources: Uint32Array.from(inside, ([, unit]) => unit) }
}

let trace: Trace
let answers: ReturnType<typeof traceAnswers>
let id: number

beforeAll(async () => {
  const { times, sources } = spikes()
  const { onsets, onsetSources, burstTimes, burstSources } = populationBursts({ times, sources }, size, 16)
  const keys = (t: Float64Array, s: Uint32Array) => new Set(Array.from(t, (time, i) => `${time} ${s[i]}`))
  const [isOnset, isBurst] = [keys(onsets, onsetSources), keys(burstTimes, burstSources)]
  const marks = Uint8Array.from(times, (time, i) => kinds.spike | (isOnset.has(`${time} ${sources[i]}`) ? kinds.onset : 0) | (isBurst.has(`${time} ${sources[i]}`) ? kinds.burst : 0))
  const parts: Uint8Array<ArrayBuffer>[] = []
  const writer = openTraceWriter(header, { write: (bytes) => void parts.push(new Uint8Array(bytes)) })
  writer.events(0, times, sources, marks, times.length)
  writer.advance(until)
  writer.close(until)
  const blob = new Blob(parts)
  const bytes = new Uint8Array(await blob.arrayBuffer())
  trace = openTrace(bytes)
  answers = traceAnswers(heldTraces(() => ({ source: bytesSource(bytes), file: () => blob })))
  id = (await answers.open({ name: 'test', file: blob })).id
})

async function panel(threshold: 'recorded' | number, from = 200, to = until, bin = 50) {
  const code = await answers.code({ trace: id, population: 'cells', from, to, bin, threshold })
  return multiplexedCode(scenarioOf(header), code, { soma: 'up', dendrite: 'top' }, from, to, bin)
}

describe('the multiplexing panel', () => {
  it('prints the correlations of the figure', async () => {
    const svg = figureFromTrace(trace, scenario.figures[0]).replace(/<[^>]*>/g, '').replaceAll('\u00A0', ' ')
    const figure = (name: string) => new RegExp(`r\\(${name}\\) = ([−.\\d]+)`).exec(svg)?.[1]
    const { correlations: r } = await panel('recorded')
    expect([figure('Isoma, ER'), figure('Idendrite, ER'), figure('Idendrite, BP'), figure('Isoma, BP')]).toEqual([
      rounded(r.somaticEventRate.zero),
      rounded(r.dendriticEventRate.zero),
      rounded(r.dendriticBurstProbability.zero),
      rounded(r.somaticBurstProbability.zero),
    ])
    expect(r.somaticEventRate.zero).toBeGreaterThan(0.7)
    expect(r.dendriticBurstProbability.zero).toBeGreaterThan(0.7)
  })
  it('begins with population, inputs, bin and window of the figure', () => {
    expect(firstChoices(header)).toEqual({ population: 'cells', soma: 'up', dendrite: 'top', bin: 50, window: 'figure' })
  })
  it('tells bursts by another threshold when asked to', async () => {
    expect((await panel(16)).burstProbability).toEqual((await panel('recorded')).burstProbability)
    const { onsets, burstTimes } = populationBursts(spikes(), size, 6.5)
    const plain = multiplexed(onsets, burstTimes, { from: 200, to: until, width: 50, units: size })
    expect((await panel(6.5)).burstProbability).toEqual(plain.burstProbability)
  })
  it('has means of levels that the pooled counts give, with their binomial errors', async () => {
    const { burstProbabilityByDendrite: response, dendrite } = await panel('recorded')
    const code = await answers.code({ trace: id, population: 'cells', from: 200, to: until, bin: 50, threshold: 'recorded' })
    const low = Math.min(...dendrite)
    const top = (Math.max(...dendrite) - low) / 8
    const bins = Array.from(dendrite, (_, k) => k).filter((k) => dendrite[k] < low + top)
    const [onsets, bursts] = [code.onsets, code.bursts].map((counts) => bins.reduce((sum, k) => sum + counts[k], 0))
    expect(response.value[0]).toBeCloseTo(bursts / onsets, 12)
    expect(response.error[0]).toBeCloseTo(Math.sqrt(((bursts / onsets) * (1 - bursts / onsets)) / onsets), 12)
  })
  it('looks for the largest correlation within 200 ms', () => {
    expect(largestLag(56, 50)).toBe(4)
    expect(largestLag(8, 50)).toBe(2)
    expect(largestLag(1000, 1)).toBe(50)
  })
})

describe('strips of the same trace', () => {
  it('have the rates of the panel, and the input beside them in its unit', async () => {
    const question = { service: answers, trace: id, header, until, from: 200, to: until, width: 800, threshold: 'recorded' as const }
    const data = await loadStrip({ kind: 'code', population: 'cells', show: 'event_rate', input: 'up', bin: 50 }, question)
    const { centres, eventRate } = await panel('recorded')
    const [measured, input] = data.curves
    const at = new Map(Array.from(measured.times, (t, i) => [t, measured.values[i]]))
    // the strip has half a window more on either side, on the same bins
    expect(Array.from(centres, (t) => at.get(t))).toEqual(Array.from(eventRate))
    expect(data.right).toEqual({ label: 'up (pA)', unit: 'pA' })
    expect(Math.max(...Array.from(input.values))).toBeCloseTo(400, 0)
    expect(input.right).toBe(true)
  })
  it('of part of a population count its units only', async () => {
    const question = { service: answers, trace: id, header, until, from: 0, to: until, width: 800, threshold: 'recorded' as const }
    const { curves } = await loadStrip({ kind: 'rates', populations: ['cells[3:7]'], bin: 100 }, question)
    const { times, sources } = trace.events('cells')
    const plain = Array.from(curves[0].times, (centre) => times.filter((t, i) => t >= centre - 50 && t < centre + 50 && sources[i] >= 3 && sources[i] < 7).length / 4 / 0.1)
    expect(curves[0].values.length).toBe(30)
    expect(Array.from(curves[0].values)).toEqual(plain.map((v) => expect.closeTo(v, 9)))
  })
})
