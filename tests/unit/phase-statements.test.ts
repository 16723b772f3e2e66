/** `on: { 'phase:NAME' | 'end:NAME': statements }`: what all units do when a phase of a trial begins or ends. */
import { describe, expect, test } from 'vitest'
import { interpretEvent } from '../../engine/equations/interpret.ts'
import { InputError } from '../../engine/errors.ts'
import type { NeuronDefinition } from '../../engine/model.ts'
import { streamKey } from '../../engine/random.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { bytesOf, unitNetwork, valuesOf } from '../unit-network.ts'

const model: NeuronDefinition = {
  name: 'unit', about: 'A unit in phases.', source: 'none: a test',
  parameters: { tau: ['2 ms', 'of s'], gain: [3, 'used in a phase only'], start: ['0.5 ms', 'used in a phase only'] },
  currents: { I: ['1', 'input'] },
  equations: `
    drive = I + s : 1
    ds/dt = (0.5 * I - s) / tau : 1
    next m = m + s : 1
    next n = n : 1
    next s_free = s_free : 1`,
  receptors: { soma: 's += w' },
  initial: { s: 0.2, n: 1 },
  on: {
    'end:free': 's_free = gain * s + drive * step(t - start)',
    'phase:forward': 'm = s_free + 1; n += m * m; m = n + m; s *= 2',
    'phase:noisy': 'm = u01\nn = u01',
    'end:noisy': 'm = u01\nn = u01',
  },
}
const level = { name: 'level', to: { population: 'cells' }, onto: 'I', current: { constant: 0.5 } }
const wave = { name: 'wave', to: { population: 'cells' }, onto: 'I', current: { samples: { times: [0, 0.35, 1, 2], values: [1, 2, 4, 8] } } }
const noise = { name: 'noise', to: { population: 'cells' }, onto: 'I', current: { ornstein_uhlenbeck: { sigma: 0.3, tau: '3 ms' } } }
const spikes = Array.from({ length: 60 }, (_, k) => 0.3 + 0.1 * ((k * 37) % 97))

describe('statements at phases', () => {
  test.each([['f64', 1e-14], ['f32', 2e-6]] as const)('are executed one after the other, at the present time, in %s', async (precision, tolerance) => {
    const { simulation, cells } = await unitNetwork({ model, precision, inputs: [level, wave] })
    expect([cells.hears('end:free'), cells.hears('phase:forward'), cells.hears('phase:free'), cells.hears('end:forward')]).toEqual([true, true, false, false])
    const value = (v: string) => valuesOf(simulation, v)[0]
    const near = (found: number, wanted: number) => expect(Math.abs(found - wanted) / Math.max(1, Math.abs(wanted))).toBeLessThan(tolerance)
    // before anything has happened: the current is that of time 0, and start has not been reached
    cells.hear('end:free')
    near(value('s_free'), 3 * 0.2)
    simulation.run(1)
    const s = value('s')
    cells.hear('end:free')
    // at 1 ms the wave is at 4, which the step that ended there has not seen
    near(value('s_free'), 3 * s + 0.5 + 4 + s)
    const [m0, n0] = [value('s_free') + 1, value('n')]
    cells.hear('phase:forward')
    const n = n0 + m0 * m0
    near(value('n'), n)
    near(value('m'), n + m0)
    near(value('s'), 2 * s)
    const before = bytesOf(simulation)
    cells.hear('phase:unknown')
    expect(bytesOf(simulation) === before).toBe(true)
    // the next step begins from what was stated
    simulation.run(1.1)
    near(value('m'), n + m0 + 2 * s)
    expect(simulation.now).toBe(1.1)
  })

  test('are the same compiled and interpreted, bit for bit, in both precisions', async () => {
    for (const precision of ['f32', 'f64'] as const) {
      const { simulation, cells } = await unitNetwork({
        model, precision, size: 19, inputs: [level, wave, noise], spikes, weight: 0.3, parameters: { gain: { uniform: [1, 4] } },
      })
      for (const [k, ear] of ['phase:noisy', 'end:free', 'phase:forward', 'end:noisy', 'end:free'].entries()) {
        simulation.run(0.7 * k)
        const program = cells.eventProgram(ear)
        expect(program?.variables).toEqual(cells.program.variables)
        if (!program) return
        const ms = simulation.network.grid.time(cells.tick)
        const units = Array.from({ length: 19 }, (_, u) => ({
          variables: Object.fromEntries(program.variables.map((v) => [v, valuesOf(simulation, v)[u]])), last: -(2 ** 30), inPlateau: false,
        }))
        const { times, values } = wave.current.samples
        const held = values[times.findLastIndex((t) => t <= ms)]
        units.forEach((state, unit) => {
          interpretEvent(program, state, { unit, tick: cells.tick, perTick: { t: ms, '@I': held }, key: streamKey(4, `noise.${ear}`, 'cells') }, precision)
        })
        cells.hear(ear)
        for (const v of program.variables) expect(valuesOf(simulation, v), `${v} after ${ear}`).toEqual(units.map((u) => u.variables[v]))
      }
      expect(new Set(valuesOf(simulation, 's_free')).size).toBe(19)
    }
  })

  test.each(['f64', 'f32'] as const)('do not depend on partitions, windows or an interruption, in %s', async (precision) => {
    const given = { model, size: 40, precision, inputs: [wave], spikes, weight: 0.3, parameters: { gain: { uniform: [1, 4] as [number, number] } } }
    const whole = await unitNetwork(given)
    const play = ({ simulation, cells }: typeof whole, from: number, run: (until: number) => void) => {
      for (let k = from; k < 6; k++) {
        run(2.3 * (k + 1))
        cells.hear('end:free')
        cells.hear(k % 2 ? 'phase:noisy' : 'phase:forward')
        if (k === 2) middle = simulation.snapshot()
      }
    }
    let middle: Uint8Array = new Uint8Array()
    play(whole, 0, (t) => whole.simulation.run(t))
    const half = middle
    expect(whole.cells.window).toBe(16)
    const cut = await unitNetwork({ ...given, partitions: 3 })
    let done = 0
    play(cut, 0, (until) => {
      while (done < Math.round(until * 10)) cut.simulation.run(++done / 10)
    })
    const resumed = await unitNetwork(given)
    resumed.simulation.restore(half)
    play(resumed, 3, (t) => resumed.simulation.run(t))
    expect(bytesOf(cut.simulation) === bytesOf(whole.simulation)).toBe(true)
    expect(bytesOf(resumed.simulation) === bytesOf(whole.simulation)).toBe(true)
    expect(new Set(valuesOf(whole.simulation, 's_free')).size).toBe(40)
  })

  test('draw numbers of their own', async () => {
    const { simulation, cells } = await unitNetwork({ model: { ...model, equations: `${model.equations}\nnext r = u01 : 1` }, size: 300 })
    simulation.run(1)
    const all = new Set(valuesOf(simulation, 'r'))
    let count = 300
    for (const ear of ['phase:noisy', 'end:noisy']) {
      cells.hear(ear)
      const found = [...valuesOf(simulation, 'm'), ...valuesOf(simulation, 'n')]
      expect(Math.abs(found.reduce((a, b) => a + b) / 600 - 0.5)).toBeLessThan(0.04)
      for (const x of found) all.add(x)
      count += 600
    }
    expect(all.size).toBe(count)
    simulation.run(2)
    const before = valuesOf(simulation, 'm')
    cells.hear('phase:noisy')
    expect(valuesOf(simulation, 'm').some((x, k) => x === before[k])).toBe(false)
  })

  test('a refractory unit that a phase puts above threshold does not fire', async () => {
    const firing: NeuronDefinition = {
      ...model, parameters: {}, currents: {}, equations: 'dV/dt = (2 - V) / (1 ms) : 1 (unless refractory)\nnext count = count : 1', receptors: {}, initial: { V: 0.99 },
      threshold: 'V > 1', reset: 'V = 0; count += 1', refractory: '1 ms', on: { 'phase:high': 'V = 5' },
    }
    const { simulation, cells } = await unitNetwork({ model: firing })
    simulation.run(0.3)
    expect(valuesOf(simulation, 'count')).toEqual([1])
    cells.hear('phase:high')
    // fired at 0.1 ms, so again at 1.1 ms
    simulation.run(1)
    expect(valuesOf(simulation, 'count')).toEqual([1])
    simulation.run(1.1)
    expect(valuesOf(simulation, 'count')).toEqual([2])
  })

  test('use parameters as they have become', async () => {
    const { simulation, cells } = await unitNetwork({ model, changes: [{ population: 'cells', at: '1 ms', parameters: { gain: 7 } }] })
    cells.hear('end:free')
    expect(valuesOf(simulation, 's_free')[0]).toBeCloseTo(0.6, 14)
    simulation.run(2)
    cells.hear('end:free')
    const s = valuesOf(simulation, 's')[0]
    expect(valuesOf(simulation, 's_free')[0]).toBeCloseTo(8 * s, 14)
  })

  test.each([
    [{ 'free': 'm = 0' }, 'found "free"; phase:NAME or end:NAME is accepted', undefined],
    [{ 'phase:': 'm = 0' }, 'found "phase:"; phase:NAME or end:NAME is accepted', undefined],
    [{ 'tick': 'm = 0' }, 'found "tick"; phase:NAME or end:NAME is accepted', undefined],
    [{ 'end:a': '' }, 'found no statement', undefined],
    [{ 'end:a': 'm = 0;\nn = k' }, 'unknown name "k"', { line: 2, column: 5 }],
    [{ 'end:a': 'drive = 0' }, 'unknown variable "drive"', { line: 1, column: 1 }],
    [{ 'end:a': 'm = 1 ms' }, 'what "m" becomes is ms', { line: 1, column: 5 }],
    [{ 'end:a': 'm = xi * sqrt(dt)' }, 'xi is white noise', { line: 1, column: 8 }],
    [{ 'end:a': 'm = where(refractory, 1, 0)' }, 'refractory belongs to equations', { line: 1, column: 11 }],
    [{ 'end:a': 'm = 2 * after_spike(0 ms, 1 ms)' }, 'after_spike belongs to equations', { line: 1, column: 9 }],
    [{ 'end:a': 'm = 1 + late' }, 'after_spike belongs to equations', { line: 1, column: 9 }],
  ])('%j is a mistake', async (on, reason, place) => {
    const definition = { ...model, parameters: { tau: model.parameters.tau }, equations: `late = after_spike(0 ms, 1 ms) : 1\n${model.equations}`, on } as NeuronDefinition
    const error = await unitNetwork({ model: definition }).then(() => undefined, (e) => e)
    expect(error).toBeInstanceOf(InputError)
    expect((error as InputError).reason).toContain(reason)
    if (place) expect((error as InputError).place).toMatchObject(place)
    else expect((error as InputError).path).toContain(Object.keys(on)[0])
  })

  test('need a population that is clocked', async () => {
    const lif = library.neurons.get('lif_delta') as NeuronDefinition
    const build = (on: NeuronDefinition['on']) => createSimulation({
      seed: 1, dt: '0.1 ms', precision: 'f64', inputs: [], projections: [],
      populations: [{ name: 'cells', size: 2, regime: 'event_driven', model: { ...lif, on } }],
    })
    await expect(build({ 'end:free': 'V = 0 mV' })).rejects.toThrow('"lif_delta" has statements at end:free; a population that hears phases must be clocked')
    await expect(build(undefined)).resolves.toBeDefined()
  })

  test('can be written in a scenario, and mistakes are found in the file', async () => {
    const text = (statement: string, ear = 'end:free') => `title: a
duration: 1 ms
neurons:
  unit:
    equations: "ds/dt = -s / (1 ms) : 1"
    on:
      ${ear}: s = 0
      phase:next: |
        s = 2
        ${statement}
  shown:
    currents: { I: "1" }
    equations: "next x = I : 1"
data: { xor: {} }
populations:
  cells: { model: unit, size: 2 }
  input: { model: shown, size: 2 }
inputs: { pattern: { onto: input.I, example: {} } }
trials:
  phases: { free: { length: 1 ms }, next: { length: 1 ms } }
  blocks: { only: { split: train, phases: [free, next] } }
  epochs: 1
`
    const load = (written: string) => loadScenario(written, { file: 's.yaml', read: () => '' })
    const { description } = load(text('s += 1'))
    expect((description.populations[0].model as NeuronDefinition).on).toEqual({ 'end:free': 's = 0', 'phase:next': 's = 2\ns += 1\n' })
    const wrong = load(text('s += q'))
    const error = await createSimulation(wrong.description).then(() => undefined, (e) => wrong.located(e))
    expect(String(error)).toContain('s.yaml:10:14: neurons.unit.on.phase:next: unknown name "q"')
    const unknown = load(text('s += 1', 'fin'))
    const other = await createSimulation(unknown.description).then(() => undefined, (e) => unknown.located(e))
    expect(String(other)).toMatch(/s\.yaml:7:12: .*on\.fin: found "fin"; phase:NAME or end:NAME is accepted/)
    expect(() => load(text('s += 1', 'end:fin'))).toThrow('unknown phase of trials "fin"')
  })
})
